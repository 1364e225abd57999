//! Snapshots of screens with their styles: ratatui's own text form has none, so a lost focus style would pass.

use ra_desk::screen::draw::{Drawn, View, draw_frame};
use ra_desk::screen::page::{Page, Status};
use ra_desk::screen::theme::{Theme, ThemeName};
use ra_desk::words::Words;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// The two sizes every screen is shown at: columns, rows.
pub const SIZES: [(u16, u16); 2] = [(80, 25), (120, 40)];

/// A screen as it was drawn.
pub struct Shot {
    /// The cells.
    pub buffer: Buffer,
    /// What the renderer said of it.
    pub drawn: Drawn,
}

/// Draws a page on a terminal of this size.
pub fn shoot(page: &Page, status: &Status, words: &Words, size: (u16, u16), theme: ThemeName) -> Shot {
    shoot_scrolled(page, status, words, size, theme, None)
}

/// Draws a page from this line on.
pub fn shoot_scrolled(
    page: &Page,
    status: &Status,
    words: &Words,
    size: (u16, u16),
    theme: ThemeName,
    scroll: Option<u16>,
) -> Shot {
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("a test backend can't fail");
    let theme = Theme::new(theme);
    let mut drawn = Drawn::default();
    let view = View { page, status, words, theme: &theme, scroll };
    terminal.draw(|frame| drawn = draw_frame(frame, view)).expect("a test backend can't fail");
    if size.0 > 0 && size.1 > 0 {
        terminal.backend_mut().assert_cursor_position(drawn.cursor);
    }
    Shot { buffer: terminal.backend().buffer().clone(), drawn }
}

impl Shot {
    /// The text of each row, without the spaces at its end.
    pub fn rows(&self) -> Vec<String> {
        (0..self.buffer.area.height)
            .map(|y| cells_of(&self.buffer, y).map(|(_, cell)| cell.symbol()).collect::<String>().trim_end().to_owned())
            .collect()
    }

    /// Whether some row contains this text.
    pub fn shows(&self, text: &str) -> bool {
        self.rows().iter().any(|row| row.contains(text))
    }

    /// Text, then every run of cells that has a style, then the cursor.
    pub fn serialise(&self) -> String {
        let mut out = String::new();
        for row in self.rows() {
            out.push_str(&format!("|{row}\n"));
        }
        out.push_str("styles (row:column)\n");
        for y in 0..self.buffer.area.height {
            for (x, style, text) in runs(&self.buffer, y).into_iter().filter(|(_, style, _)| !style.is_empty()) {
                out.push_str(&format!("{y:>3}:{x:<3} {style:<28} {text:?}\n"));
            }
        }
        out.push_str(&format!("cursor {}:{}\n", self.drawn.cursor.y, self.drawn.cursor.x));
        if self.drawn.scroll > 0 || self.drawn.page_lines > self.drawn.page_rows {
            let drawn = &self.drawn;
            out.push_str(&format!("line {} of {}, {} seen\n", drawn.scroll, drawn.page_lines, drawn.page_rows));
        }
        out
    }
}

/// The cells of a row, without those that a wide sign covers.
fn cells_of(buffer: &Buffer, y: u16) -> impl Iterator<Item = (u16, &Cell)> {
    let mut covered = 0;
    (0..buffer.area.width).filter_map(move |x| {
        if covered > 0 {
            covered -= 1;
            return None;
        }
        let cell = &buffer[(x, y)];
        covered = cell.symbol().width().saturating_sub(1);
        Some((x, cell))
    })
}

/// Runs of cells with the same style: column, style, text.
fn runs(buffer: &Buffer, y: u16) -> Vec<(u16, String, String)> {
    let mut runs: Vec<(u16, String, String)> = Vec::new();
    for (x, cell) in cells_of(buffer, y) {
        let style = style_words(cell);
        match runs.last_mut() {
            Some((_, last, text)) if *last == style => text.push_str(cell.symbol()),
            _ => runs.push((x, style, cell.symbol().to_owned())),
        }
    }
    runs
}

/// `bold reversed white on red`; empty for plain text.
pub fn style_words(cell: &Cell) -> String {
    let mut words: Vec<String> = Vec::new();
    for (modifier, word) in [
        (Modifier::BOLD, "bold"),
        (Modifier::DIM, "dim"),
        (Modifier::ITALIC, "italic"),
        (Modifier::UNDERLINED, "underlined"),
        (Modifier::REVERSED, "reversed"),
        (Modifier::CROSSED_OUT, "crossed"),
    ] {
        if cell.modifier.contains(modifier) {
            words.push(word.to_owned());
        }
    }
    if cell.fg != Color::Reset {
        words.push(cell.fg.to_string().to_lowercase());
    }
    if cell.bg != Color::Reset {
        words.push(format!("on {}", cell.bg.to_string().to_lowercase()));
    }
    words.join(" ")
}

/// Compares a page with its snapshot in `tests/screens/`. The name gets the language, theme and size.
pub fn assert_page_snapshot(
    name: &str,
    page: &Page,
    status: &Status,
    words: &Words,
    size: (u16, u16),
    theme: ThemeName,
) {
    let shot = shoot(page, status, words, size, theme);
    let name = format!("{name}-{}-{}-{}x{}", words.lang().as_str(), theme.as_str(), size.0, size.1);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, shot.serialise()));
}
