//! The terminal: entered and left as a whole, read by a thread of its own, drawn once per drain.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::mpsc::SyncSender;
use std::time::Instant;

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};

use super::config::Preview;
use super::engine::Arrival;
use super::keys::{Heard, heard};
use super::sixel::{Sixel, cell_pixels};
use crate::journey::input::Input;
use crate::journey::{Contrast, Desk, Language};
use crate::screen::draw::{View, draw_frame};
use crate::screen::page::{Page, Status};
use crate::screen::theme::{Theme, ThemeName, keep_our_styles};
use crate::words::{Lang, Words};

/// Read errors in a row after which the terminal has gone: a hang-up must end the program, not spin.
const READ_ERRORS_MAX: u32 = 8;
/// Bytes of a frame gathered before they go out: a full repaint of a large terminal in one write.
const FRAME_BYTES: usize = 64 * 1024;

/// The screen, in its own mode until it is dropped.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    words: [Words; 2],
    no_color: bool,
    /// First line shown after PgUp or PgDn; none follows the focus.
    scroll: Option<u16>,
    /// The photo as sixels, where that is configured.
    sixel: Option<Sixel>,
    /// What the last frame showed: first line and lines at once.
    seen: (u16, u16),
}

impl Screen {
    /// Enters the alternate screen. The panic hook leaves it again before anything is printed, and prints no state.
    ///
    /// Photos are shown as `preview` says.
    ///
    /// Errors: this is no terminal.
    pub fn enter(preview: Preview) -> io::Result<Self> {
        keep_our_styles();
        enable_raw_mode()?;
        crossterm::execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        std::panic::set_hook(Box::new(|panic| {
            leave();
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            // No message: it may hold what was on the screen.
            eprintln!("RA Desk stopped because of a fault in the program ({place}).");
            eprintln!("What was saved is safe; a card that was being written is named at the next start.");
            eprintln!("Start RA Desk again, and tell the service desk the place in brackets.");
        }));
        let backend = CrosstermBackend::new(BufWriter::with_capacity(FRAME_BYTES, io::stdout()));
        let terminal = Terminal::new(backend)?;
        let no_color = std::env::var("NO_COLOR").is_ok_and(|value| !value.is_empty());
        let sixel = (preview == Preview::Sixel).then(Sixel::default);
        let words = [Words::new(Lang::En), Words::new(Lang::Cy)];
        Ok(Self { terminal, words, no_color, scroll: None, sixel, seen: (0, 1) })
    }

    /// The words of the desk's language.
    pub fn words(&self, desk: &Desk) -> &Words {
        match desk.language {
            Language::English => &self.words[0],
            Language::Welsh => &self.words[1],
        }
    }

    /// Draws one frame.
    ///
    /// Errors: the terminal has gone.
    pub fn draw(&mut self, desk: &Desk, page: &Page, status: &Status) -> io::Result<()> {
        let name = match desk.contrast {
            _ if self.no_color => ThemeName::Mono,
            Contrast::Normal => ThemeName::Normal,
            Contrast::High => ThemeName::Contrast,
            Contrast::Mono => ThemeName::Mono,
        };
        let theme = Theme::new(name);
        let words = match desk.language {
            Language::English => &self.words[0],
            Language::Welsh => &self.words[1],
        };
        let scroll = self.scroll;
        let mut drawn = crate::screen::draw::Drawn::default();
        let frame = self.terminal.draw(|frame| {
            drawn = draw_frame(frame, View { page, status, words, theme: &theme, scroll });
        })?;
        self.seen = (drawn.scroll, drawn.page_rows.max(1));
        if let Some(sixel) = &mut self.sixel {
            let frame = frame.buffer.clone();
            let backend = self.terminal.backend_mut();
            if sixel.after(backend, &frame, drawn.pictures.first().cloned(), cell_pixels())? {
                backend.set_cursor_position(drawn.cursor)?;
            }
        }
        Write::flush(self.terminal.backend_mut())
    }

    /// PgDn (true) or PgUp: a page longer than the terminal moves by what is seen of it.
    pub fn turn(&mut self, down: bool) {
        let (first, rows) = self.seen;
        self.scroll = Some(if down { first.saturating_add(rows) } else { first.saturating_sub(rows) });
    }

    /// Any other key: the page follows the focus again.
    pub fn follow_focus(&mut self) {
        self.scroll = None;
    }

    /// Size in cells.
    pub fn size(&self) -> (u16, u16) {
        self.terminal.size().map_or((80, 25), |size| (size.width, size.height))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        leave();
    }
}

fn leave() {
    let _ = disable_raw_mode();
    // A photo of somebody doesn't stay in a terminal that keeps the pixels of the other screen.
    let _ = crossterm::execute!(io::stdout(), DisableBracketedPaste, Clear(ClearType::All), LeaveAlternateScreen);
}

/// Starts the thread that reads the terminal. It ends with the loop, or when the terminal has gone: then `gone` is called.
///
/// Errors: no thread could be started.
pub fn read_terminal(arrivals: SyncSender<Arrival>, gone: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let read = move || {
        let mut errors = 0;
        while errors < READ_ERRORS_MAX {
            let Ok(event) = crossterm::event::read() else {
                errors += 1;
                continue;
            };
            errors = 0;
            let now = Instant::now();
            for one in heard(event) {
                let arrival = match one {
                    Heard::Key(key) => Arrival::Typed(key, now),
                    Heard::Paste(text) => Arrival::Paste(text),
                    Heard::Resize(cols, rows) => Arrival::Input(Input::Resize(cols, rows)),
                };
                if arrivals.send(arrival).is_err() {
                    return;
                }
            }
        }
        gone();
    };
    std::thread::Builder::new().name("terminal".into()).spawn(read).map(drop)
}
