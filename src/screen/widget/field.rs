//! Fields, secret fields and lines whose signs keep their places.

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::Pen;
use super::laid::{Cell, Laid};
use super::wrap::cells;
use crate::screen::page::{Field, SecretField, Verbatim};

/// Labels beside fields start here: room for the focus marker.
const INDENT: usize = 2;

/// Labels longer than this are wrapped beside their fields.
const LABEL_CELLS_MAX: usize = 28;

/// Fields under each other, their boxes aligned.
pub fn fields(pen: Pen<'_>, fields: &[Field]) -> Laid {
    let mut laid = Laid::default();
    let widest = fields.iter().map(|field| cells(&field.label)).max().unwrap_or(0);
    let label_cells = widest.min(LABEL_CELLS_MAX).min(pen.width * 2 / 5);
    for field in fields {
        let first = laid.lines.len();
        let beside = !pen.is_stacked();
        let x = if beside { INDENT + label_cells + 2 } else { INDENT };
        let marker = if field.focused { ">" } else { "" };
        let label_width = if beside { label_cells } else { pen.width.saturating_sub(INDENT) };
        let mut label = Laid::default();
        label.columns(&[
            Cell::new(0, 1, marker, pen.theme.key),
            Cell::new(INDENT, label_width, &field.label, if field.focused { pen.theme.title } else { pen.theme.text }),
        ]);
        let input = input(pen, field, x);
        if beside {
            label.put_beside(input, x);
        } else {
            let mut input = input;
            input.indent(x);
            label.append(input);
        }
        laid.append(label);
        if let Some(error) = &field.error {
            laid.text(&format!("! {error}"), pen.theme.warn, x, pen.width);
        }
        if field.focused {
            let cursor = laid.cursor.map_or(x, |(column, _)| column);
            laid.mark_focus(first, cursor);
        }
    }
    laid
}

/// `[value___]  hint`. A value that is longer than the room goes on below, never cut.
fn input(pen: Pen<'_>, field: &Field, x: usize) -> Laid {
    let room = pen.width.saturating_sub(x + 2).max(2);
    // A value that just fills its field keeps to one line: the cursor behind it needs a cell too.
    let inner = usize::from(field.width).max(cells(&field.value) + 1).max(2).min(room);
    let style = if field.focused { pen.theme.focus } else { pen.theme.field };
    let edge = if field.focused { pen.theme.title } else { pen.theme.text };
    let (lines, cursor) = field_lines(&field.value, field.cursor, inner);
    let mut laid = Laid::default();
    let last = lines.len().saturating_sub(1);
    for (index, text) in lines.into_iter().enumerate() {
        let fill = "_".repeat(inner.saturating_sub(cells(&text)));
        let open = if index == 0 { "[" } else { " " };
        let close = if index == last { "]" } else { " " };
        laid.push(vec![
            Span::styled(open, edge),
            Span::styled(format!("{text}{fill}"), style),
            Span::styled(close, edge),
        ]);
    }
    if field.focused {
        laid.cursor = Some((cursor.0 + 1, cursor.1));
    }
    if let Some(hint) = &field.hint {
        if last == 0 && x + inner + 2 + 2 + cells(hint) <= pen.width {
            let mut beside = Laid::default();
            beside.text(hint, pen.theme.muted, 0, cells(hint));
            laid.put_beside(beside, inner + 4);
        } else {
            laid.text(hint, pen.theme.muted, 0, pen.width.saturating_sub(x));
        }
    }
    laid
}

/// The value in lines of `width` cells, with room for the cursor behind the last sign, and where the cursor stands.
fn field_lines(value: &str, cursor: usize, width: usize) -> (Vec<String>, (usize, usize)) {
    let mut lines = vec![String::new()];
    let mut used = 0;
    let mut place = None;
    for (index, sign) in value.graphemes(true).map(Some).chain([None]).enumerate() {
        let sign_cells = sign.map_or(1, UnicodeWidthStr::width);
        if used > 0 && used + sign_cells > width {
            lines.push(String::new());
            used = 0;
        }
        if index == cursor || (sign.is_none() && place.is_none()) {
            place = Some((used, lines.len() - 1));
        }
        if let (Some(sign), Some(line)) = (sign, lines.last_mut()) {
            line.push_str(sign);
            used += sign_cells;
        }
    }
    (lines, place.unwrap_or_default())
}

/// `[ * * * _ _ _ _ _ ]`: a fixed row of marks, one lit per key. The secret itself never comes here.
pub fn secret(pen: Pen<'_>, secret: &SecretField) -> Laid {
    let style = if secret.focused { pen.theme.focus } else { pen.theme.field };
    let lit = secret.lit.min(secret.marks);
    let marks: String = (0..secret.marks).map(|i| if i < lit { " *" } else { " _" }).collect();
    let marks_cells = marks.len() + 3;
    let label_cells = cells(&secret.label);
    let mut laid = Laid::default();
    let beside = !pen.holder && INDENT + label_cells + 2 + marks_cells <= pen.width;
    let (x, line) = if beside {
        laid.text(&secret.label, pen.theme.title, INDENT, pen.width);
        (INDENT + label_cells + 2, 0)
    } else {
        laid.text(&secret.label, pen.theme.title, 0, pen.width);
        (if pen.holder { label_cells.min(pen.width).saturating_sub(marks_cells) / 2 } else { 0 }, laid.lines.len())
    };
    let mut row = Laid::default();
    row.push(vec![Span::styled(format!("[{marks} ]"), style)]);
    if secret.focused {
        row.cursor = Some((usize::from(lit) * 2 + 2, 0));
    }
    let hint = secret.hint.as_deref().unwrap_or("");
    let hint_fits = !hint.is_empty() && x + marks_cells + 3 + cells(hint) <= pen.width;
    if hint_fits {
        let mut after = Laid::default();
        after.text(hint, pen.theme.text, 0, cells(hint));
        row.put_beside(after, marks_cells + 3);
    }
    if beside {
        laid.put_beside(row, x);
    } else {
        row.indent(x);
        laid.append(row);
    }
    if !hint.is_empty() && !hint_fits {
        laid.text(hint, pen.theme.text, x, pen.width);
    }
    if let Some(error) = &secret.error {
        laid.text(&format!("! {error}"), pen.theme.warn, if pen.holder { 0 } else { INDENT }, pen.width);
    }
    if secret.focused {
        laid.focus = Some((0, laid.lines.len().max(line + 1)));
    }
    laid
}

/// Lines that keep their signs in place, and what is to be said of one of them. Too long a line goes on below.
pub fn verbatim(pen: Pen<'_>, verbatim: &Verbatim) -> Laid {
    let mut laid = Laid::default();
    let width = pen.width.saturating_sub(INDENT).max(1);
    for (index, line) in verbatim.lines.iter().enumerate() {
        let caret = verbatim.caret.as_ref().filter(|caret| caret.line == index);
        let column = caret.map_or(usize::MAX, |caret| caret.column);
        let (lines, place) = field_lines(line, column, width);
        if let Some((_, typed)) = verbatim.cursor.filter(|(at, _)| *at == index) {
            let (_, place) = field_lines(line, typed, width);
            laid.mark_focus(laid.lines.len() + place.1, INDENT + place.0);
        }
        for (row, text) in lines.iter().filter(|text| !text.is_empty()).enumerate() {
            push_at(&mut laid, INDENT, text, pen.theme.title);
            if let (Some(caret), true) = (caret, place.1 == row) {
                let note = format!("^ {}", caret.text);
                if place.0 + cells(&note) <= width {
                    push_at(&mut laid, INDENT + place.0, &note, pen.theme.warn);
                } else {
                    push_at(&mut laid, INDENT + place.0, "^", pen.theme.warn);
                    laid.text(&caret.text, pen.theme.warn, INDENT, pen.width);
                }
            }
        }
    }
    laid
}

fn push_at(laid: &mut Laid, x: usize, text: &str, style: Style) {
    laid.push(vec![Span::raw(" ".repeat(x)), Span::styled(text.to_owned(), style)]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_stands_behind_wide_and_combining_signs() {
        assert_eq!(field_lines("山e\u{323}\u{300}x", 2, 20), (vec!["山e\u{323}\u{300}x".to_owned()], (3, 0)));
        assert_eq!(field_lines("", 0, 20), (vec![String::new()], (0, 0)));
    }

    #[test]
    fn a_long_value_goes_on_below_with_room_for_the_cursor() {
        assert_eq!(field_lines("abcdef", 6, 3).0, ["abc", "def", ""]);
        assert_eq!(field_lines("abcdef", 6, 3).1, (0, 2));
        assert_eq!(field_lines("abcdef", 4, 3).1, (1, 1));
        assert_eq!(field_lines("abc", 99, 9).1, (3, 0));
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_typed_the_cursor_stands_in_the_field(value in "\\PC{0,60}", cursor in 0usize..80, width in 2usize..30) {
            let (lines, (x, line)) = field_lines(&value, cursor, width);
            proptest::prop_assert_eq!(lines.concat(), value);
            proptest::prop_assert!(line < lines.len() && x < width.max(3), "{}:{} of {}", x, line, width);
        }
    }
}
