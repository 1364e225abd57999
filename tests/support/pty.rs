//! A real program in a real pseudo-terminal, with a screen model behind it.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How often a waiting test looks again.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A running program.
pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    screen: Arc<Mutex<vt100::Parser>>,
    bytes: Arc<AtomicU64>,
    output: Arc<Mutex<Vec<u8>>>,
}

/// What a cell looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub bold: bool,
    pub underlined: bool,
    pub reversed: bool,
    /// Whether it has a colour of its own, before or behind.
    pub coloured: bool,
}

impl Pty {
    /// Starts a program in a terminal of `size` (columns, rows). It gets these environment variables, `TERM` and `PATH`, and
    /// nothing else.
    pub fn spawn(program: &Path, arguments: &[&str], environment: &[(&str, &str)], size: (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(pty_size(size)).expect("the system gives no pseudo-terminal");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        environment.iter().for_each(|(name, value)| command.env(name, value));
        let child =
            pair.slave.spawn_command(command).unwrap_or_else(|e| panic!("{} does not start: {e}", program.display()));
        let mut reader = pair.master.try_clone_reader().expect("a new pty has a reader");
        let screen = Arc::new(Mutex::new(vt100::Parser::new(rows(size.1), rows(size.0), 0)));
        let bytes = Arc::new(AtomicU64::new(0));
        let output = Arc::new(Mutex::new(Vec::new()));
        let (to_screen, to_bytes, to_output) = (Arc::clone(&screen), Arc::clone(&bytes), Arc::clone(&output));
        // Ends when the program does: the last writer is gone then. The slave is dropped with this function.
        std::thread::spawn(move || {
            let mut buffer = [0u8; 4096];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                to_output.lock().expect("no test panics with the output").extend_from_slice(&buffer[..read]);
                to_screen.lock().expect("no test panics with the screen").process(&buffer[..read]);
                to_bytes.fetch_add(read as u64, Ordering::SeqCst);
            }
        });
        let writer = pair.master.take_writer().expect("a new pty has a writer");
        Self { master: pair.master, writer, child, screen, bytes, output }
    }

    /// Types keys, helix style: `"<F1>"`, `"abc<ret>"`, `"<C-z>"`, `"<lt>"` for `<`.
    pub fn keys(&mut self, keys: &str) {
        self.send(&key_bytes(keys));
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).and_then(|()| self.writer.flush()).expect("the program reads no more");
    }

    /// Waits until the screen contains the text; shows the screen and fails when it has not within `max`.
    pub fn wait_for(&self, text: &str, max: Duration) {
        assert!(self.comes(text, max), "no {text:?} within {max:?} on\n{}", self.text());
    }

    /// Whether the screen contains the text within `max`.
    pub fn comes(&self, text: &str, max: Duration) -> bool {
        until(max, || self.text().contains(text))
    }

    /// Waits until the text is gone.
    pub fn wait_until_gone(&self, text: &str, max: Duration) {
        assert!(until(max, || !self.text().contains(text)), "{text:?} still there after {max:?} on\n{}", self.text());
    }

    /// The text on the screen, rows as lines.
    pub fn text(&self) -> String {
        self.with_screen(vt100::Screen::contents)
    }

    /// Row and column of the cursor.
    pub fn cursor(&self) -> (u16, u16) {
        self.with_screen(vt100::Screen::cursor_position)
    }

    /// Whether the program uses the alternate screen: false again once it has restored the terminal.
    pub fn is_full_screen(&self) -> bool {
        self.with_screen(vt100::Screen::alternate_screen)
    }

    /// Row and column where a text starts.
    pub fn find(&self, text: &str) -> Option<(u16, u16)> {
        self.with_screen(|screen| {
            let columns = screen.size().1.get();
            (0u16..).zip(screen.rows(0, columns)).find_map(|(row, line)| {
                let at = line.find(text)?;
                Some((row, u16::try_from(line[..at].chars().count()).unwrap_or(u16::MAX)))
            })
        })
    }

    /// What the cell at a row and column looks like.
    pub fn look(&self, row: u16, column: u16) -> Look {
        self.with_screen(|screen| {
            let cell = screen.cell(row, column).unwrap_or_else(|| panic!("no cell {row}:{column}"));
            let coloured = cell.fgcolor() != vt100::Color::Default || cell.bgcolor() != vt100::Color::Default;
            Look { bold: cell.bold(), underlined: cell.underline(), reversed: cell.inverse(), coloured }
        })
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, size: (u16, u16)) {
        let mut screen = self.screen.lock().expect("no test panics with the screen");
        screen.screen_mut().set_size(rows(size.1), rows(size.0));
        drop(screen);
        self.master.resize(pty_size(size)).expect("the pty can be resized");
    }

    /// Tells the terminal's size in pixels, as one does whose font changes: `cell` is width and height of a cell.
    pub fn zoom(&mut self, (cols, rows): (u16, u16), cell: (u16, u16)) {
        let size = PtySize { rows, cols, pixel_width: cols * cell.0, pixel_height: rows * cell.1 };
        self.master.resize(size).expect("the pty can be resized");
    }

    /// Bytes the program wrote so far.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::SeqCst)
    }

    /// Bytes that have come from the program, those included that are not on the screen yet.
    pub fn arrived(&self) -> u64 {
        self.output.lock().expect("no test panics with the output").len() as u64
    }

    /// Bytes the program wrote while nothing was done for this long.
    pub fn bytes_while_idle(&self, time: Duration) -> u64 {
        let before = self.bytes();
        std::thread::sleep(time);
        self.bytes() - before
    }

    /// What the program wrote after its first `bytes` bytes.
    pub fn output_after(&self, bytes: u64) -> Vec<u8> {
        let output = self.output.lock().expect("no test panics with the output");
        output[usize::try_from(bytes).expect("what was written fits into memory")..].to_vec()
    }

    /// The program's process id.
    pub fn process_id(&self) -> u32 {
        self.child.process_id().expect("a started program has an id")
    }

    /// Kills it at once (SIGKILL), as a power cut would, and waits for its end.
    pub fn kill(&mut self) {
        let id = self.process_id().to_string();
        let done = std::process::Command::new("kill").args(["-9", &id]).status();
        assert!(done.is_ok_and(|status| status.success()), "no `kill` program (package procps)");
        self.child.wait().expect("a killed program can be waited for");
    }

    /// How it ended, if it has.
    pub fn end(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a started program can be asked")
    }

    /// Waits for the program's end; fails when it still runs after `max`.
    pub fn wait_for_end(&mut self, max: Duration) -> ExitStatus {
        let mut status = None;
        until(max, || {
            status = self.end();
            status.is_some()
        });
        status.unwrap_or_else(|| panic!("still running after {max:?} with\n{}", self.text()))
    }

    fn with_screen<T>(&self, read: impl FnOnce(&vt100::Screen) -> T) -> T {
        read(self.screen.lock().expect("no test panics with the screen").screen())
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn until(max: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if holds() {
            return true;
        }
        if start.elapsed() >= max {
            return false;
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn rows(count: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(count).expect("a terminal has rows and columns")
}

/// The bytes an xterm sends for these keys.
pub fn key_bytes(keys: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = keys;
    while let Some(open) = rest.find('<') {
        bytes.extend(rest[..open].bytes());
        let close = rest[open..].find('>').unwrap_or_else(|| panic!("no > after < in {keys:?}")) + open;
        bytes.extend(named_key(&rest[open + 1..close]));
        rest = &rest[close + 1..];
    }
    bytes.extend(rest.bytes());
    bytes
}

fn named_key(name: &str) -> Vec<u8> {
    let fixed: &[u8] = match name {
        "ret" => b"\r",
        "esc" => b"\x1b",
        "tab" => b"\t",
        "S-tab" => b"\x1b[Z",
        "backspace" => b"\x7f",
        "space" => b" ",
        "lt" => b"<",
        "gt" => b">",
        "up" => b"\x1b[A",
        "down" => b"\x1b[B",
        "right" => b"\x1b[C",
        "left" => b"\x1b[D",
        "home" => b"\x1b[H",
        "end" => b"\x1b[F",
        "ins" => b"\x1b[2~",
        "del" => b"\x1b[3~",
        "pageup" => b"\x1b[5~",
        "pagedown" => b"\x1b[6~",
        "F1" => b"\x1bOP",
        "F2" => b"\x1bOQ",
        "F3" => b"\x1bOR",
        "F4" => b"\x1bOS",
        "F5" => b"\x1b[15~",
        "F6" => b"\x1b[17~",
        "F7" => b"\x1b[18~",
        "F8" => b"\x1b[19~",
        "F9" => b"\x1b[20~",
        "F10" => b"\x1b[21~",
        "F11" => b"\x1b[23~",
        "F12" => b"\x1b[24~",
        _ => {
            let letter = name.strip_prefix("C-").and_then(|rest| rest.bytes().next());
            let letter = letter.filter(u8::is_ascii_lowercase).unwrap_or_else(|| panic!("no key is called <{name}>"));
            return vec![letter - b'a' + 1];
        }
    };
    fixed.to_vec()
}
