//! What is the same on every page: status above, keys below.

use ratatui::text::{Line, Span};

use super::Pen;
use super::laid::{Laid, line_cells};
use super::wrap::{cells, wrap};
use crate::screen::page::{KeyHint, Status};

/// Space between two keys of the key bar.
const KEY_SPACE: usize = 3;

/// The parts of line 2, joined.
pub fn status_sentence(status: &Status) -> String {
    let network = joined(&[&status.network, &status.queue], ", ");
    joined(&[&network, &status.readers, &status.printer], " \u{b7} ")
}

/// Who is signed in and as what.
pub fn agent_sentence(status: &Status) -> String {
    joined(&[&status.agent, &status.role], ", ")
}

fn joined(parts: &[&str], between: &str) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(between)
}

/// Lines 1 to 3 and the demo's line.
///
/// The title below must not jump when the network goes, so line 3 is the rule, beginning with what line 2 has no room for.
/// The clock is at the end of line 1 or, where there is no room, of line 3.
pub fn status(pen: Pen<'_>, status: &Status) -> Laid {
    let mut laid = Laid::default();
    let agent = agent_sentence(status);
    let with_clock = joined(&[&agent, &status.clock], "   ");
    let clock_left = if cells(&status.place) + 2 + cells(&with_clock) <= pen.width {
        ends(pen, &status.place, &with_clock, &mut laid);
        ""
    } else {
        ends(pen, &status.place, &agent, &mut laid);
        status.clock.as_str()
    };
    let clock_cells = if clock_left.is_empty() { 0 } else { cells(clock_left) + 2 };
    let mut lines = wrap(&status_sentence(status), pen.width);
    if lines.len() == 2 && lines.get(1).is_some_and(|line| cells(line) + clock_cells > pen.width) {
        lines = wrap(&status_sentence(status), pen.width.saturating_sub(clock_cells));
    }
    if lines.len() == 1 {
        lines.push(String::new());
    }
    let last = lines.pop().unwrap_or_default();
    lines.iter().for_each(|line| laid.text(line, pen.theme.text, 0, pen.width));
    laid.push(rule_line(pen, &last, clock_left));
    demo(pen, status, &mut laid);
    laid
}

/// A rule across, with what stands on it at its ends.
fn rule_line(pen: Pen<'_>, left: &str, right: &str) -> Vec<Span<'static>> {
    let left = if left.is_empty() { String::new() } else { format!("{left} ") };
    let right = if right.is_empty() { String::new() } else { format!(" {right}") };
    let rest = pen.width.saturating_sub(cells(&left) + cells(&right));
    let rule: String = std::iter::repeat_n(pen.theme.rule, rest).collect();
    vec![Span::styled(left, pen.theme.text), Span::styled(rule, pen.theme.muted), Span::styled(right, pen.theme.text)]
}

/// The demo's line: also on the holder's side, nobody may take a demo for the real thing.
pub fn demo(pen: Pen<'_>, status: &Status, laid: &mut Laid) {
    if !status.demo.is_empty() {
        laid.text(&status.demo, pen.theme.demo, 0, pen.width);
    }
}

/// A text at each end of a line, or on two lines where there is no room.
pub fn ends(pen: Pen<'_>, left: &str, right: &str, laid: &mut Laid) {
    styled_ends(pen, left, pen.theme.text, right, laid);
}

/// The same, with a style for the left text.
pub fn styled_ends(pen: Pen<'_>, left: &str, style: ratatui::style::Style, right: &str, laid: &mut Laid) {
    if right.is_empty() {
        laid.text(left, style, 0, pen.width);
    } else if cells(left) + 2 + cells(right) <= pen.width {
        let space = pen.width - cells(left) - cells(right);
        laid.push(vec![
            Span::styled(left.to_owned(), style),
            Span::raw(" ".repeat(space)),
            Span::styled(right.to_owned(), pen.theme.text),
        ]);
    } else {
        laid.text(left, style, 0, pen.width);
        laid.text(right, pen.theme.text, 0, pen.width);
    }
}

/// All keys that work now, on as many lines as they need.
pub fn keys(pen: Pen<'_>, hints: &[KeyHint]) -> Laid {
    let mut laid = Laid::default();
    let mut line: Vec<Span<'static>> = Vec::new();
    let mut used = 0;
    for hint in hints {
        let cap = hint.cap();
        let long = cells(&cap) + 1 + cells(&hint.label);
        if used > 0 && used + KEY_SPACE + long > pen.width {
            laid.push(std::mem::take(&mut line));
            used = 0;
        }
        if long > pen.width {
            // Narrower than one key: the label goes on below its cap.
            laid.push(vec![Span::styled(cap, pen.theme.key)]);
            laid.text(&hint.label, pen.theme.text, 1, pen.width);
            continue;
        }
        if used > 0 {
            line.push(Span::raw(" ".repeat(KEY_SPACE)));
            used += KEY_SPACE;
        }
        line.push(Span::styled(cap, pen.theme.key));
        line.push(Span::styled(format!(" {}", hint.label), pen.theme.text));
        used += long;
    }
    if !line.is_empty() || laid.lines.is_empty() {
        laid.push(line);
    }
    laid
}

/// The key bar on one line, for small screens: as many keys as fit. All of them stand at the end of the page, and a mark
/// says that there are more.
pub fn keys_on_one_line(pen: Pen<'_>, hints: &[KeyHint]) -> Line<'static> {
    let all = keys(pen, hints);
    let mut lines = all.lines.into_iter();
    let mut first = lines.next().unwrap_or_default();
    if lines.next().is_some() && line_cells(&first) + 2 <= pen.width {
        first.spans.push(Span::styled(" \u{2026}", pen.theme.text));
    }
    first
}
