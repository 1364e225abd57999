//! The whole kiosk without its terminal: the demo's world, its engine and its real screens, drawn into memory and driven by
//! hand or by a script ([`script`]).
// Every test file compiles all of this and none uses all of it.
#![allow(dead_code)]

pub mod devices;
pub mod script;

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ra_desk::device::photo::{Crop, jpeg, render, test_portrait};
use ra_desk::driver::demo::world::{World, make_with};
use ra_desk::driver::engine::Arrival;
use ra_desk::journey::input::Input;
use ra_desk::journey::key::Key;
use ra_desk::journey::{Contrast, Desk, Language, secret_focus};
use ra_desk::screen::draw::{View, draw_frame};
use ra_desk::screen::page::{Page, Status};
use ra_desk::screen::theme::{Theme, ThemeName};
use ra_desk::screen::view;
use ra_desk::words::{Lang, Words};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// Longest wait for something to appear: writing a card in a debug build on a busy machine takes many seconds.
const WAIT: Duration = Duration::from_secs(60);
/// How long nothing may arrive before the desk counts as quiet.
const QUIET: Duration = Duration::from_millis(30);
/// Longest wait for quiet.
const QUIET_WAIT: Duration = Duration::from_secs(10);
/// From key to key in a passcode field, at least.
const HAND: Duration = Duration::from_millis(25);
/// After so much quiet nothing that was typed is held any more.
const PAUSE: Duration = Duration::from_millis(100);
/// Arrivals taken in one drain, as the kiosk does.
const DRAIN: usize = 4096;

/// A desk with its world, and the screen it shows.
pub struct Kiosk {
    /// Engine, devices, central.
    pub world: World,
    /// Keys pressed so far.
    pub keys: usize,
    /// Texts that must not be seen from now on.
    pub never: Vec<String>,
    words: [Words; 2],
    size: (u16, u16),
    scroll: Option<u16>,
    seen: (u16, u16),
    rows: Vec<String>,
    _folder: tempfile::TempDir,
}

/// One drawn portrait for everybody: drawing 45 of them takes longer than a journey.
fn portrait(_number: u64) -> Vec<u8> {
    static JPEG: OnceLock<Vec<u8>> = OnceLock::new();
    JPEG.get_or_init(|| {
        let picture = test_portrait(1);
        let crop = Crop::initial(picture.width(), picture.height());
        jpeg(&render(&picture, crop, 600, 750), 30).expect("a portrait can be written as JPEG")
    })
    .clone()
}

impl Kiosk {
    /// A fresh world; it is online and shows the sign-in.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let world = make_with(folder.path(), &portrait).expect("the demo's world");
        let mut kiosk = Self {
            world,
            keys: 0,
            never: Vec::new(),
            words: [Words::new(Lang::En), Words::new(Lang::Cy)],
            size: (80, 25),
            scroll: None,
            seen: (0, 1),
            rows: Vec::new(),
            _folder: folder,
        };
        kiosk.resize(80, 25);
        kiosk.take(vec![Arrival::Input(Input::Minute)]);
        kiosk.until("the desk is online", |kiosk| kiosk.desk().is_online() && kiosk.desk().roster.is_some());
        kiosk
    }

    /// The state.
    pub fn desk(&self) -> &Desk {
        &self.world.engine.desk
    }

    /// The words of the screen.
    pub fn words(&self) -> &Words {
        match self.desk().language {
            Language::English => &self.words[0],
            Language::Welsh => &self.words[1],
        }
    }

    /// What is drawn now.
    pub fn page(&self) -> (Page, Status) {
        let words = self.words();
        (view::page(self.desk(), words), view::status(self.desk()).words(words))
    }

    /// The rows as drawn.
    pub fn rows(&self) -> &[String] {
        &self.rows
    }

    /// The screen as one line, so that a sentence can be found wherever it was wrapped.
    pub fn text(&self) -> String {
        flat(&self.rows.join(" "))
    }

    /// The screen for a failing test's message.
    pub fn screen(&self) -> String {
        let rule = "-".repeat(usize::from(self.size.0));
        format!("{rule}\n{}\n{rule}", self.rows.join("\n"))
    }

    /// Gives a batch to the engine, as one drain, and draws.
    pub fn take(&mut self, batch: Vec<Arrival>) {
        self.world.engine.take(batch);
        self.draw();
    }

    /// One drain of what has arrived, waiting this long for the first. False if nothing came.
    pub fn drain(&mut self, wait: Duration) -> bool {
        let now = Instant::now();
        let timer = self.world.engine.timers.next().map(|at| at.saturating_duration_since(now));
        let first = self.world.arrivals.recv_timeout(timer.map_or(wait, |timer| timer.min(wait))).ok();
        let batch: Vec<Arrival> = first.into_iter().chain(self.world.arrivals.try_iter().take(DRAIN)).collect();
        let some = !batch.is_empty();
        if some {
            self.take(batch);
        }
        if self.world.engine.tick(Instant::now()) {
            self.draw();
            return true;
        }
        some
    }

    /// Drains until nothing has arrived for a moment.
    pub fn settle(&mut self) {
        let end = Instant::now() + QUIET_WAIT;
        while self.drain(QUIET) && Instant::now() < end {}
    }

    /// Drains until something holds.
    ///
    /// Panics after a minute, with the screen.
    pub fn until(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        let end = Instant::now() + WAIT;
        while !holds(self) {
            assert!(Instant::now() < end, "not within {WAIT:?}: {what}\n{}", self.screen());
            self.drain(QUIET);
        }
    }

    /// Waits until the screen shows this.
    pub fn see(&mut self, text: &str) {
        let wanted = flat(text);
        self.until(&format!("see {text:?}"), |kiosk| kiosk.text().contains(&wanted));
    }

    /// One key, drained by itself as a hand types.
    pub fn key(&mut self, key: Key) {
        self.keys += 1;
        while self.drain(Duration::ZERO) {}
        match key {
            Key::PageDown | Key::PageUp => {
                let (first, rows) = self.seen;
                let down = key == Key::PageDown;
                self.scroll = Some(if down { first.saturating_add(rows) } else { first.saturating_sub(rows) });
                self.draw();
            }
            key => {
                self.scroll = None;
                // As the terminal's thread does: stamped when it is typed. In a passcode field at a hand's pace, or it is a scanner.
                if secret_focus(self.desk()).is_some() {
                    std::thread::sleep(HAND);
                }
                self.typed(vec![(key, Instant::now())]);
            }
        }
    }

    /// One drain of keys with their times, and then quiet, which needs no waiting for.
    pub fn typed(&mut self, keys: Vec<(Key, Instant)>) {
        let end = keys.last().map_or_else(Instant::now, |(_, at)| *at);
        self.take(keys.into_iter().map(|(key, at)| Arrival::Typed(key, at)).collect());
        if self.world.engine.quiet(end + PAUSE) {
            self.draw();
        }
    }

    /// The terminal gets another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.size = (columns, rows);
        self.take(vec![Arrival::Input(Input::Resize(columns, rows))]);
    }

    fn draw(&mut self) {
        let (page, status) = self.page();
        let name = match self.desk().contrast {
            Contrast::Normal => ThemeName::Normal,
            Contrast::High => ThemeName::Contrast,
            Contrast::Mono => ThemeName::Mono,
        };
        let theme = Theme::new(name);
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).expect("memory can be drawn on");
        let view = View { page: &page, status: &status, words: self.words(), theme: &theme, scroll: self.scroll };
        let mut drawn = Default::default();
        terminal.draw(|frame| drawn = draw_frame(frame, view)).expect("memory can be drawn on");
        self.seen = (drawn.scroll, drawn.page_rows.max(1));
        let buffer = terminal.backend().buffer();
        self.world.engine.drawn(Instant::now());
        self.rows = (0..buffer.area.height)
            .map(|y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned())
            .collect();
        let text = self.text();
        if let Some(seen) = self.never.iter().find(|never| text.contains(&flat(never))) {
            panic!("this was never to be seen: {seen:?}\n{}", self.screen());
        }
    }
}

/// Runs of spaces, rules and pictures become one space.
pub fn flat(text: &str) -> String {
    text.replace(['│', '─', '┌', '┐', '└', '┘', '|', '▀'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}
