//! A page in a real pseudo-terminal: colours, NO_COLOR, the cursor, keys, idling. What the backend really sends.

mod support;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use ra_desk::device::photo::test_portrait;
use ra_desk::domain::{DeskId, Environment, Millis};
use ra_desk::driver::config;
use ra_desk::driver::keys::{Heard, heard};
use ra_desk::driver::ports::printer::cells;
use ra_desk::driver::terminal::Screen;
use ra_desk::journey::effect::PreviewSize;
use ra_desk::journey::key::Key;
use ra_desk::journey::preview::Preview;
use ra_desk::journey::{About, Contrast, Desk};
use ra_desk::screen::draw::{View, draw_frame};
use ra_desk::screen::page::{Block, Choice, Field, Page, PhotoView, Picture, Status};
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

/// Set in a child of [`show_a_photo`] to the configured preview.
const PREVIEW: &str = "RA_DESK_TEST_PREVIEW";
/// Signs that begin a sixel picture, and those that end it.
const SIXEL: (&[u8], &[u8]) = (b"\x1bP", b"\x1b\\");
/// The terminal of the photo, in cells.
const SIZE: (u16, u16) = (80, 25);

/// The photo of the pages below, 16 x 10 cells.
fn photo() -> Preview {
    cells(&test_portrait(1), PreviewSize { cols: 16, rows: 10 })
}

/// A small program on the product's own terminal: a page with a photo; `p` takes it away and brings it back, `m` takes the
/// colours away, other signs go into a field. The key bar counts the keys.
fn show_a_photo() {
    let sixel = std::env::var(PREVIEW).is_ok_and(|preview| preview == "sixel");
    let mut screen = Screen::enter(if sixel { config::Preview::Sixel } else { config::Preview::HalfBlocks }).unwrap();
    let about = About {
        desk: DeskId(uuid::Uuid::nil()),
        place: "Truro clinic".into(),
        name: "desk 2".into(),
        organisation: None,
        environment: Environment::Trial,
        simulated: false,
        phone: "01632 960 123".into(),
        equipment: Vec::new(),
        card_ca: Vec::new(),
        enrolled: true,
        no_manager_yet: false,
    };
    let mut desk = Desk::new(about, Vec::new(), Millis(0));
    let (mut shown, mut typed, mut keys) = (true, String::new(), 0);
    loop {
        let mut page = Page::new("Photo").fields(vec![Field::new("Reason", typed.clone()).focused(true)]);
        if shown {
            let picture = Picture::Cells(photo());
            page =
                page.block(Block::Photo(PhotoView { words: "a face".into(), picture, crop: None, beside: Vec::new() }));
        }
        let page = page
            .paragraph("one")
            .paragraph("two")
            .paragraph("three")
            .paragraph("four")
            .key(Key::Enter, format!("End {keys};"));
        screen.draw(&desk, &page, &Status::default()).unwrap();
        for heard in heard(ratatui::crossterm::event::read().unwrap()) {
            match heard {
                Heard::Key(Key::Enter) => return,
                Heard::Key(Key::PageDown) => screen.turn(true),
                Heard::Key(Key::Char('p')) => shown = !shown,
                Heard::Key(Key::Char('m')) => desk.contrast = Contrast::Mono,
                Heard::Key(Key::Char(c)) => typed.push(c),
                _ => continue,
            }
            keys += 1;
        }
    }
}

/// Starts it; its first frame is wholly written.
fn start_photo(test: &str, preview: &str, size: (u16, u16)) -> Pty {
    let mut pty = start(test, &[(PREVIEW, preview)], size);
    written_after(&mut pty, "x", 1);
    pty
}

/// Types a key, the `count`th one, and another behind it. What was written from then until the other one's frame: all of the
/// first one's is in it.
fn written_after(pty: &mut Pty, key: &str, count: usize) -> Vec<u8> {
    let before = pty.bytes();
    pty.keys(key);
    pty.wait_for(&format!("End {count};"), MAX);
    pty.keys("y");
    pty.wait_for(&format!("End {};", count + 1), MAX);
    pty.output_after(before)
}

/// Where the sixel pictures of an output begin and end. One that has not ended yet is none.
fn sixels(output: &[u8]) -> Vec<std::ops::Range<usize>> {
    let find = |from: usize, what: &[u8]| output[from..].windows(what.len()).position(|part| part == what);
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(begin) = find(from, SIXEL.0).map(|at| at + from) {
        let Some(end) = find(begin, SIXEL.1) else { break };
        from = begin + end + SIXEL.1.len();
        found.push(begin..from);
    }
    found
}

/// How many cells of a terminal full of `#` still show it after this output.
fn left_over(output: &[u8], (cols, rows): (u16, u16), places: impl Iterator<Item = (u16, u16)>) -> usize {
    let size = |count| std::num::NonZeroU16::new(count).unwrap();
    let mut screen = vt100::Parser::new(size(rows), size(cols), 0);
    screen.process("#".repeat(usize::from(cols) * usize::from(rows)).as_bytes());
    screen.process(output);
    places.filter(|(row, col)| screen.screen().cell(*row, *col).unwrap().contents() == "#").count()
}

#[test]
fn a_photo_is_sixels_over_its_half_blocks_where_configured_and_is_wiped_with_its_page() {
    let test = "a_photo_is_sixels_over_its_half_blocks_where_configured_and_is_wiped_with_its_page";
    if is_child() {
        return show_a_photo();
    }
    let mut pty = start_photo(test, "sixel", SIZE);
    let output = pty.output_after(0);
    let pictures = sixels(&output);
    assert_eq!(pictures.len(), 1, "not one picture");
    let picture = icy_sixel::SixelImage::decode(&output[pictures[0].clone()]).unwrap();
    let preview = photo();
    let (cols, rows) = (usize::from(preview.cols), usize::from(preview.rows));
    // 8 x 16 pixels a cell, since this terminal doesn't say; whole bands of six.
    assert_eq!((picture.width, picture.height), (cols * 8, rows * 16 / 6 * 6));
    for (col, row) in [(cols / 2, rows / 2), (cols / 2, 2), (1, rows - 2)] {
        let at = ((row * 16 + 4) * picture.width + col * 8 + 4) * 4;
        let (seen, (wanted, _)) = (&picture.pixels[at..at + 3], preview.cells[row * cols + col]);
        let apart: u32 = seen.iter().zip(wanted).map(|(a, b)| u32::from(a.abs_diff(b))).sum();
        assert!(apart < 120, "{seen:?} at {col}:{row}, not {wanted:?}");
    }
    let (row, column) = pty.find("▀▀▀▀").expect("no half-blocks below");
    assert!(output[..pictures[0].start].ends_with(format!("\x1b[{};{}H", row + 1, column + 1).as_bytes()));
    let (field, typed_at) = pty.find("[xy__").expect("the field");
    assert_eq!(pty.cursor(), (field, typed_at + 3), "the cursor stayed at the picture");

    // Something else changes: the picture stays as it is.
    assert!(sixels(&written_after(&mut pty, "x", 3)).is_empty(), "the same picture is written again");
    assert_eq!(pty.bytes_while_idle(Duration::from_millis(300)), 0, "something is drawn though nothing happened");

    // The terminal's font grows: so do the pixels.
    let before = pty.bytes();
    pty.zoom(SIZE, (10, 20));
    let asked = Instant::now();
    while sixels(&pty.output_after(before)).is_empty() {
        assert!(asked.elapsed() < MAX, "no picture of the new size");
    }
    let output = pty.output_after(before);
    let picture = icy_sixel::SixelImage::decode(&output[sixels(&output)[0].clone()]).unwrap();
    assert_eq!((picture.width, picture.height), (cols * 10, rows * 20 / 6 * 6));

    // The page goes: every cell of its place is written. It comes back: so does the picture.
    let output = written_after(&mut pty, "p", 5);
    let place = || (row..row + preview.rows).flat_map(|row| (column..column + preview.cols).map(move |col| (row, col)));
    assert_eq!(left_over(&output, SIZE, place()), 0, "the photo is still seen");
    assert!(sixels(&output).is_empty() && !pty.text().contains('▀'));
    assert_eq!(sixels(&written_after(&mut pty, "p", 7)).len(), 1);
    let before = pty.bytes();
    pty.keys("<ret>");
    assert!(pty.wait_for_end(MAX).success());
    assert_eq!(left_over(&pty.output_after(before), SIZE, place()), 0, "the photo outlives the program");
}

#[test]
fn a_photo_half_scrolled_away_leaves_no_sixels_and_without_colour_there_are_none() {
    let test = "a_photo_half_scrolled_away_leaves_no_sixels_and_without_colour_there_are_none";
    if is_child() {
        return show_a_photo();
    }
    let size = (60, 17);
    let mut pty = start_photo(test, "sixel", size);
    let (row, column) = pty.find("▀▀▀▀").expect("no photo");
    assert_eq!(sixels(&pty.output_after(0)).len(), 1, "{}", pty.text());
    let output = written_after(&mut pty, "<pagedown>", 3);
    let preview = photo();
    let place = (row..row + preview.rows).flat_map(|row| (column..column + preview.cols).map(move |col| (row, col)));
    assert!(sixels(&output).is_empty() && pty.text().contains('▀'), "not half a photo:\n{}", pty.text());
    assert_eq!(left_over(&output, size, place), 0, "some of the old picture is still seen\n{}", pty.text());
    let mut pty = start_photo(test, "sixel", SIZE);
    assert!(sixels(&written_after(&mut pty, "m", 3)).is_empty());
    assert!(pty.find("▀▀▀▀").is_none(), "the colours are still there");
}

#[test]
fn a_photo_is_half_blocks_alone_where_no_sixels_are_configured() {
    if is_child() {
        return show_a_photo();
    }
    let pty = start_photo("a_photo_is_half_blocks_alone_where_no_sixels_are_configured", "half-blocks", SIZE);
    assert!(pty.find("▀▀▀▀").is_some());
    assert!(sixels(&pty.output_after(0)).is_empty());
}
