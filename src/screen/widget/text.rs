//! Running text, headings, notices, facts, problems.

use super::Pen;
use super::laid::{Cell, Laid};
use super::rows;
use super::wrap::cells;
use crate::screen::page::{Fact, Problem, SummaryError, Tone};

/// Where the text under a heading starts.
const INDENT: usize = 2;

/// Running text.
pub fn paragraph(pen: Pen<'_>, text: &str) -> Laid {
    let mut laid = Laid::default();
    laid.text(text, pen.theme.text, 0, pen.width);
    laid
}

/// A heading inside the page.
pub fn heading(pen: Pen<'_>, text: &str) -> Laid {
    let mut laid = Laid::default();
    laid.text(text, pen.theme.title, 0, pen.width);
    laid
}

/// Large text: spaced capitals where each word fits on a line so, else bold as it is.
pub fn big(pen: Pen<'_>, text: &str) -> Laid {
    let mut laid = Laid::default();
    let spaced = spaced_capitals(text);
    let fits = spaced.split(' ').all(|word| cells(word) <= pen.width);
    // Inside a word the signs are held together by no-break spaces, so that lines break between words only.
    laid.text(if fits { &spaced } else { text }, pen.theme.title, 0, pen.width);
    laid
}

/// `S I A N   W Y N`, with no-break spaces inside words.
fn spaced_capitals(text: &str) -> String {
    use unicode_segmentation::UnicodeSegmentation;
    let word = |word: &str| word.to_uppercase().graphemes(true).collect::<Vec<_>>().join("\u{a0}");
    text.split(' ').filter(|w| !w.is_empty()).map(word).collect::<Vec<_>>().join("\u{a0}\u{a0} ")
}

/// An empty line.
pub fn gap() -> Laid {
    let mut laid = Laid::default();
    laid.gap();
    laid
}

/// A line across.
pub fn rule(pen: Pen<'_>) -> Laid {
    let mut laid = Laid::default();
    let line: String = std::iter::repeat_n(pen.theme.rule, pen.width).collect();
    laid.text(&line, pen.theme.muted, 0, pen.width);
    laid
}

/// The mark of a tone: what tells it without colour.
pub fn mark(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain | Tone::Muted => "",
        Tone::Good => "+",
        Tone::Warn => "!",
        Tone::Danger => "!!",
    }
}

/// A sentence with a tone: its mark, then the words.
pub fn notice(pen: Pen<'_>, tone: Tone, text: &str) -> Laid {
    let mut laid = Laid::default();
    let style = pen.theme.tone(tone);
    let mark = mark(tone);
    if mark.is_empty() {
        laid.text(text, style, 0, pen.width);
    } else if pen.holder {
        laid.text(&format!("{mark} {text}"), style, 0, pen.width);
    } else {
        let x = mark.len() + 1;
        laid.columns(&[Cell::new(0, x, mark, style), Cell::new(x, pen.width.saturating_sub(x), text, style)]);
    }
    laid
}

/// `label: value` pairs, values under each other.
pub fn facts(pen: Pen<'_>, facts: &[Fact]) -> Laid {
    let mut laid = Laid::default();
    let label_cells = facts.iter().map(|fact| cells(&fact.label) + 1).max().unwrap_or(0);
    let x = INDENT + label_cells.min(pen.width * 2 / 3) + 2;
    let value_cells = facts.iter().map(|fact| cells(&fact.value) + mark(fact.tone).len() + 1).max().unwrap_or(0);
    let stacked = pen.is_stacked() && (x + value_cells > pen.width || x < INDENT + label_cells + 2);
    for fact in facts {
        let label = format!("{}:", fact.label);
        let style = pen.theme.tone(fact.tone);
        let marked = match mark(fact.tone) {
            "" => fact.value.clone(),
            mark => format!("{mark} {}", fact.value),
        };
        if stacked {
            laid.text(&label, pen.theme.muted, 0, pen.width);
            laid.text(&marked, style, INDENT, pen.width);
        } else {
            laid.columns(&[
                Cell::new(INDENT, x - INDENT - 2, &label, pen.theme.muted),
                Cell::new(x, pen.width.saturating_sub(x), &marked, style),
            ]);
        }
    }
    laid
}

/// Two texts side by side on each row.
pub fn pairs(pen: Pen<'_>, pairs: &[(String, String)]) -> Laid {
    let mut laid = Laid::default();
    let x = (pen.width * 9 / 20).max(INDENT + 2);
    for (left, right) in pairs {
        if pen.is_stacked() {
            for text in [left, right].into_iter().filter(|text| !text.is_empty()) {
                laid.text(text, pen.theme.text, 0, pen.width);
            }
        } else {
            laid.columns(&[
                Cell::new(INDENT, x - INDENT - 2, left, pen.theme.text),
                Cell::new(x, pen.width.saturating_sub(x), right, pen.theme.text),
            ]);
        }
    }
    laid
}

/// Something went wrong: the heading, the three lines, the answers.
pub fn problem(pen: Pen<'_>, problem: &Problem) -> Laid {
    let mut laid = Laid::default();
    laid.text(&format!("!! {}", pen.words.get("problem-heading")), pen.theme.danger, 0, pen.width);
    laid.text(&problem.happened, pen.theme.text, INDENT, pen.width);
    laid.text(&problem.safe, pen.theme.title, INDENT, pen.width);
    laid.text(&problem.next, pen.theme.text, INDENT, pen.width);
    laid.append(rows::choices(pen, &problem.choices));
    laid
}

/// What is wrong with the answers of this page, numbered.
pub fn error_summary(pen: Pen<'_>, errors: &[SummaryError]) -> Laid {
    let mut laid = Laid::default();
    if errors.is_empty() {
        return laid;
    }
    laid.text(&format!("!! {}", pen.words.get("problem-heading")), pen.theme.danger, 0, pen.width);
    for error in errors {
        let number = error.number.to_string();
        laid.columns(&[
            Cell::new(INDENT, 3, &number, pen.theme.key),
            Cell::new(INDENT + 3, pen.width.saturating_sub(INDENT + 3), &error.text, pen.theme.warn),
        ]);
    }
    laid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_text_is_spaced_capitals_that_keep_letters_whole() {
        assert_eq!(spaced_capitals("Siân Wyn").replace('\u{a0}', " "), "S I Â N   W Y N");
    }

    #[test]
    fn every_tone_that_says_something_has_a_mark() {
        for tone in [Tone::Good, Tone::Warn, Tone::Danger] {
            assert!(!mark(tone).is_empty(), "{tone:?}");
        }
        assert_ne!(mark(Tone::Warn), mark(Tone::Danger));
    }
}
