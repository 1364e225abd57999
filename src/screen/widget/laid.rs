//! Blocks laid out as lines, before anybody knows which of them fit on the screen.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::wrap::{cells, wrap};
use crate::journey::preview::Pixels;

/// Where a picture stands that a terminal with graphics can show finer than in cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedPicture {
    /// The picture.
    pub picture: Pixels,
    /// First column.
    pub x: usize,
    /// First line.
    pub line: usize,
    /// Cells in a row.
    pub columns: u16,
    /// Rows of cells.
    pub rows: u16,
}

/// Lines, and where on them the focus, the cursor and pictures are.
#[derive(Debug, Clone, Default)]
pub struct Laid {
    /// The lines from top to bottom.
    pub lines: Vec<Line<'static>>,
    /// First line of what has the focus, and the line after its last.
    pub focus: Option<(usize, usize)>,
    /// Column and line of the cursor.
    pub cursor: Option<(usize, usize)>,
    /// Pictures that have pixels too.
    pub pictures: Vec<PlacedPicture>,
}

impl Laid {
    /// Adds a line.
    pub fn push(&mut self, spans: Vec<Span<'static>>) {
        self.lines.push(Line::from(spans));
    }

    /// Adds an empty line.
    pub fn gap(&mut self) {
        self.lines.push(Line::default());
    }

    /// Adds a wrapped text, each line at this indent.
    pub fn text(&mut self, text: &str, style: Style, indent: usize, width: usize) {
        self.columns(&[Cell::new(indent, width.saturating_sub(indent), text, style)]);
    }

    /// Adds texts side by side, each wrapped in its own column.
    pub fn columns(&mut self, columns: &[Cell<'_>]) {
        // A no-break space has done its work once the lines are broken; not every console font has it.
        let lines = |cell: &Cell<'_>| wrap(cell.text, cell.width).into_iter().map(|line| line.replace('\u{a0}', " "));
        let wrapped: Vec<Vec<String>> = columns.iter().map(|cell| lines(cell).collect()).collect();
        let rows = wrapped.iter().map(Vec::len).max().unwrap_or(0);
        for row in 0..rows {
            let mut spans = Vec::with_capacity(columns.len() * 2);
            let mut x = 0;
            for (cell, lines) in columns.iter().zip(&wrapped) {
                let Some(text) = lines.get(row).filter(|text| !text.is_empty()) else {
                    continue;
                };
                if cell.x > x {
                    spans.push(Span::raw(" ".repeat(cell.x - x)));
                    x = cell.x;
                }
                x += cells(text);
                spans.push(Span::styled(text.clone(), cell.style));
            }
            self.push(spans);
        }
    }

    /// Marks the lines from `first` to the end as having the focus, cursor at this column of the first.
    pub fn mark_focus(&mut self, first: usize, cursor_x: usize) {
        self.focus = Some((first, self.lines.len().max(first + 1)));
        self.cursor.get_or_insert((cursor_x, first));
    }

    /// Puts `below` under these lines.
    pub fn append(&mut self, below: Laid) {
        let down = self.lines.len();
        self.lines.extend(below.lines);
        self.focus = self.focus.or(below.focus.map(|(first, end)| (first + down, end + down)));
        self.cursor = self.cursor.or(below.cursor.map(|(x, line)| (x, line + down)));
        self.pictures.extend(below.pictures.into_iter().map(|p| PlacedPicture { line: p.line + down, ..p }));
    }

    /// Puts `right` beside these lines, at this column.
    pub fn put_beside(&mut self, right: Laid, x: usize) {
        for (index, line) in right.lines.into_iter().enumerate() {
            if index >= self.lines.len() {
                self.gap();
            }
            if let (Some(left), false) = (self.lines.get_mut(index), line.spans.is_empty()) {
                let used = line_cells(left);
                left.spans.push(Span::raw(" ".repeat(x.saturating_sub(used))));
                left.spans.extend(line.spans);
            }
        }
        self.focus = self.focus.or(right.focus);
        self.cursor = self.cursor.or(right.cursor.map(|(column, line)| (column + x, line)));
        self.pictures.extend(right.pictures.into_iter().map(|p| PlacedPicture { x: p.x + x, ..p }));
    }

    /// Moves everything to the right.
    pub fn indent(&mut self, by: usize) {
        if by == 0 {
            return;
        }
        for line in &mut self.lines {
            if !line.spans.is_empty() {
                line.spans.insert(0, Span::raw(" ".repeat(by)));
            }
        }
        if let Some((x, _)) = &mut self.cursor {
            *x += by;
        }
        self.pictures.iter_mut().for_each(|picture| picture.x += by);
    }

    /// Centres these lines as one piece in `width` cells.
    pub fn centre(&mut self, width: usize) {
        let widest = self.lines.iter().map(line_cells).max().unwrap_or(0);
        self.indent(width.saturating_sub(widest) / 2);
    }

    /// Centres each line by itself. For running text: nothing in it has the cursor.
    pub fn centre_each_line(&mut self, width: usize) {
        for line in &mut self.lines {
            let by = width.saturating_sub(line_cells(line)) / 2;
            if by > 0 && !line.spans.is_empty() {
                line.spans.insert(0, Span::raw(" ".repeat(by)));
            }
        }
    }
}

/// A text in a column of its own.
pub struct Cell<'a> {
    x: usize,
    width: usize,
    text: &'a str,
    style: Style,
}

impl<'a> Cell<'a> {
    /// A text that starts at column `x` and has `width` cells.
    pub fn new(x: usize, width: usize, text: &'a str, style: Style) -> Self {
        Self { x, width, text, style }
    }
}

/// Cells a line takes.
pub fn line_cells(line: &Line<'_>) -> usize {
    line.spans.iter().map(|span| cells(&span.content)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(laid: &Laid) -> Vec<String> {
        laid.lines.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn columns_wrap_each_in_its_own_place() {
        let mut laid = Laid::default();
        let plain = Style::new();
        laid.columns(&[Cell::new(1, 5, "one two", plain), Cell::new(8, 4, "a b c d", plain)]);
        assert_eq!(texts(&laid), [" one    a b", " two    c d"]);
    }

    #[test]
    fn focus_and_cursor_move_with_their_lines() {
        let mut below = Laid::default();
        below.text("x", Style::new(), 0, 9);
        below.mark_focus(0, 3);
        let mut laid = Laid::default();
        laid.gap();
        laid.append(below);
        laid.indent(2);
        assert_eq!(laid.focus, Some((1, 2)));
        assert_eq!(laid.cursor, Some((5, 1)));
    }
}
