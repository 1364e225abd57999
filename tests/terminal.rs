//! A page in a real pseudo-terminal: colours, NO_COLOR, the cursor, keys, idling. What the backend really sends.

mod support;

use std::path::PathBuf;
use std::time::Duration;

use ra_desk::driver::keys::{Heard, heard};
use ra_desk::journey::key::Key;
use ra_desk::screen::draw::{View, draw_frame};
use ra_desk::screen::page::{Choice, Field, Page, Status};
use ra_desk::screen::theme::{Theme, ThemeName, keep_our_styles};
use ra_desk::words::{Lang, Words};
use support::pty::{Pty, key_bytes};

/// The longest a step of a child may take. It is a few milliseconds on an idle machine.
const MAX: Duration = Duration::from_secs(20);

/// Set in a child: then a test below is the program in the terminal, not its judge.
const CHILD: &str = "RA_DESK_TEST_CHILD";

/// Starts this very test as a program in a terminal.
fn start(test: &str, environment: &[(&str, &str)], size: (u16, u16)) -> Pty {
    let program = std::env::current_exe().unwrap();
    let mut all = vec![(CHILD, "1")];
    all.extend_from_slice(environment);
    Pty::spawn(&program, &["--exact", test, "--nocapture", "--test-threads=1"], &all, size)
}

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// A small program: a page with a field that takes what is typed, until Enter.
fn show_a_page() {
    let no_color = std::env::var("NO_COLOR").ok();
    keep_our_styles();
    let mut theme = ThemeName::at_start(None, no_color.as_deref());
    let words = Words::new(Lang::En);
    let status = Status { place: "RA DESK   Truro".into(), network: "ONLINE".into(), ..Status::default() };
    let mut typed = String::new();
    let mut said = String::new();
    let mut terminal = ratatui::init();
    loop {
        let page = Page::new("Details")
            .fields(vec![Field::new("Forenames", typed.clone()).focused(true)])
            .choices(vec![Choice::new(1, "Unlock").refused("the clock is in doubt")])
            .paragraph(format!("said: {said}"))
            .key(Key::Enter, "End");
        let styles = Theme::new(theme);
        let view = View { page: &page, status: &status, words: &words, theme: &styles, scroll: None };
        terminal.draw(|frame| drop(draw_frame(frame, view))).unwrap();
        for heard in heard(ratatui::crossterm::event::read().unwrap()) {
            match heard {
                Heard::Key(Key::Enter) => {
                    ratatui::restore();
                    return;
                }
                Heard::Key(Key::F(7)) => {
                    theme = theme.next();
                    said = theme.as_str().to_owned();
                }
                Heard::Key(Key::Char(c)) => typed.push(c),
                Heard::Key(key) => said = key.label().into_owned(),
                Heard::Resize(columns, rows) => said = format!("{columns}x{rows}"),
                Heard::Paste(text) => typed.push_str(&text),
            }
        }
    }
}

#[test]
fn what_is_typed_stands_in_the_field_with_the_real_cursor_behind_it() {
    if is_child() {
        return show_a_page();
    }
    let mut pty =
        start("what_is_typed_stands_in_the_field_with_the_real_cursor_behind_it", &[("NO_COLOR", "")], (80, 25));
    pty.keys("Si"); // before the first frame: typing ahead is not lost
    pty.wait_for("[Si", MAX);
    pty.keys("ân");
    pty.wait_for("[Siân", MAX);
    let (row, column) = pty.find("[Siân").unwrap();
    assert_eq!(pty.cursor(), (row, column + 5), "the cursor is not behind the last sign");
    let field = pty.look(row, column + 1);
    assert!(field.reversed && field.bold, "the focus does not show: {field:?}");
    let (row, column) = pty.find("Enter End").unwrap();
    assert!(pty.look(row, column).coloured, "the key cap has no colour");
    for (keys, label) in
        [("<F1>", "F1"), ("<F12>", "Esc"), ("<C-z>", "Ctrl-Z"), ("<S-tab>", "Shift-Tab"), ("<up>", "Up")]
    {
        pty.keys(keys);
        pty.wait_for(&format!("said: {label}"), MAX);
    }
    pty.resize((100, 30));
    pty.wait_for("said: 100x30", MAX);
    assert_eq!(pty.bytes_while_idle(Duration::from_millis(300)), 0, "something is drawn though nothing happened");
    assert!(pty.is_full_screen());
    pty.keys("<ret>");
    assert!(pty.wait_for_end(MAX).success());
    assert!(!pty.is_full_screen(), "the terminal was not restored");
}

#[test]
fn with_no_color_there_is_no_colour_and_bold_and_reverse_are_still_there() {
    if is_child() {
        return show_a_page();
    }
    let test = "with_no_color_there_is_no_colour_and_bold_and_reverse_are_still_there";
    let mut pty = start(test, &[("NO_COLOR", "1")], (80, 25));
    pty.wait_for("Enter End", MAX);
    let looks: Vec<_> = (0..25).flat_map(|row| (0..80).map(move |column| (row, column))).collect();
    let looks: Vec<_> = looks.into_iter().map(|(row, column)| pty.look(row, column)).collect();
    assert!(looks.iter().all(|look| !look.coloured), "there is colour");
    assert!(looks.iter().any(|look| look.bold), "bold is wiped");
    let (row, column) = pty.find("[____").unwrap();
    assert!(pty.look(row, column + 1).reversed, "the focus does not show");
    // Whoever asks for colour with F7 gets it, and with it the bold that crossterm would wipe.
    pty.keys("<F7>");
    pty.wait_for("said: normal", MAX);
    let (row, column) = pty.find("Details").unwrap();
    let title = pty.look(row, column);
    assert!(title.bold && title.coloured, "the title lost its style: {title:?}");
    pty.keys("<ret>");
    assert!(pty.wait_for_end(MAX).success());
}

#[test]
fn a_killed_program_is_seen_to_have_died() {
    let mut pty = Pty::spawn(&PathBuf::from("/bin/sh"), &["-c", "echo ready; cat"], &[], (40, 10));
    pty.wait_for("ready", MAX);
    pty.keys("abc");
    pty.wait_for("abc", MAX);
    pty.kill();
    assert!(!pty.wait_for_end(MAX).success());
}

#[test]
fn an_end_with_a_fault_and_a_text_that_never_comes_are_told() {
    let mut pty =
        Pty::spawn(&PathBuf::from("/bin/sh"), &["-c", "echo $COLOUR; exit 3"], &[("COLOUR", "teal")], (40, 10));
    pty.wait_for("teal", MAX);
    assert!(!pty.comes("orange", Duration::from_millis(50)));
    assert_eq!(pty.wait_for_end(MAX).exit_code(), 3);
}

#[test]
fn keys_are_written_as_a_terminal_sends_them() {
    assert_eq!(key_bytes("ab<ret><lt>x<gt>"), b"ab\r<x>");
    assert_eq!(key_bytes("<F1><F12><C-c>"), b"\x1bOP\x1b[24~\x03");
}
