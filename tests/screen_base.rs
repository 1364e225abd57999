//! The drawing base: every block of a page at both sizes, in both languages, with and without colour; small and odd sizes;
//! focus, cursor and scrolling. The pages here are made by hand, the real screens have snapshots of their own.

mod support;

use ra_desk::domain::{Millis, Role};
use ra_desk::journey::key::Key;
use ra_desk::journey::preview::{Pixels, Preview};
use ra_desk::screen::keys::{Usual, choose, usual};
use ra_desk::screen::page::*;
use ra_desk::screen::status::{Network, Printer, Reader, SignedIn, StatusFacts};
use ra_desk::screen::theme::ThemeName;
use ra_desk::words::{Lang, Words};
use support::snapshot::{SIZES, assert_page_snapshot, shoot, shoot_scrolled};

fn status(words: &Words) -> Status {
    StatusFacts {
        place: "Truro clinic desk 2".into(),
        agent: Some(SignedIn {
            name: "Priya Shah".into(),
            role: Role::RaAgent,
            organisation: "Royal Cornwall".into(),
            ods: "REF".parse().unwrap(),
        }),
        clock: Some(Millis(1_795_356_120_000)), // 2026-11-22T14:02:00Z
        network: Network::OfflineSince(Millis(1_795_338_840_000)),
        waiting: 3,
        agent_reader: Some(Reader::Card),
        customer_reader: Reader::Card,
        printer: Printer::Ready,
        ..StatusFacts::default()
    }
    .words(words)
}

/// A card in the reader: pairs, choices with remarks and a refusal, a side panel.
fn card_page(words: &Words) -> Page {
    Page::new("This card is LOCKED")
        .right("UUID 5551 0203 4417")
        .block(Block::Pairs(vec![
            ("SIAN LLYR WYN".into(), "Card 9, chip 04A1..77F2".into()),
            ("Staff nurse, Royal Cornwall".into(), "Certificates good until 3 May 2028".into()),
        ]))
        .gap()
        .choices(vec![
            Choice::new(1, "Unlock: the holder chooses a new passcode")
                .hint("needs the network, or a voucher")
                .focused(true),
            Choice::new(2, "Add an e-mail or mobile, so that next time no visit is needed"),
            Choice::new(3, "Replace the card").refused("the clock is in doubt"),
        ])
        .gap()
        .paragraph("Nothing on this card has been changed.")
        .beside(Block::heading("Seen before"))
        .beside(Block::facts([("Last seen by the centre", "21 Nov"), ("Passcode tries left", "0")]))
        .key(Key::Enter, "Unlock")
        .hints(choose(words, 3))
        .hints(usual(words, &[Usual::Find, Usual::Help, Usual::Privacy, Usual::Lock]))
}

/// Fields with an error, a long name, wide and combining signs, and the error summary.
fn form_page(words: &Words) -> Page {
    Page::new("Details of the person")
        .block(Block::ErrorSummary(vec![SummaryError { number: 3, text: "Date of birth must be in the past".into() }]))
        .gap()
        .fields(vec![
            Field::new("Forenames", "Ẹ\u{300}niọlá 山田"),
            Field::new(
                "Surname",
                "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmondeley ap Llywelyn-Llanfairpwllgwyngyll",
            )
            .hint("as on the documents"),
            Field::new("Date of birth", "3 5 2088")
                .width(12)
                .hint("day month year")
                .error(Some("Date of birth must be in the past".into()))
                .cursor(3)
                .focused(true),
            Field::new("Position", "").width(20),
        ])
        .hints(usual(words, &[Usual::Continue, Usual::NextField, Usual::Back, Usual::Help, Usual::Undo]))
}

/// A task list, running steps, a table.
fn work_page(words: &Words) -> Page {
    Page::new("New person: SIAN LLYR WYN")
        .right("visit 7, 4 min")
        .block(Block::Tasks(vec![
            TaskRow::new(1, "Find the person first", "Done").tone(Tone::Good).note("nobody like this found, 14:03"),
            TaskRow::new(2, "Identity documents", "2 of 3").note("still needed: the address").focused(true),
            TaskRow::new(3, "Check and send", "Cannot start yet: documents, photo").tone(Tone::Warn),
        ]))
        .block(Block::Rule)
        .block(Block::Steps(vec![
            Step::new(StepState::Done, "Keys made on the card (2 of 2)"),
            Step::new(StepState::Now, "Certificates from the centre").seconds(6, Some(10)),
            Step::new(StepState::Next, "Read back and compare"),
            Step::new(StepState::Then, "Print, and hand over"),
        ]))
        .gap()
        .block(Block::Table(Table {
            columns: vec!["".into(), "What".into(), "Waiting".into(), "Why".into()],
            rows: vec![
                TableRow {
                    cells: vec!["#1041".into(), "passcode request".into(), "4 h".into(), "network".into()],
                    focused: false,
                },
                TableRow {
                    cells: vec!["#1043".into(), "photo for TR-7Q4K".into(), "4 h".into(), "after #1041".into()],
                    focused: false,
                },
            ],
            empty: "Nothing waits.".into(),
        }))
        .hints(usual(words, &[Usual::Continue, Usual::Help, Usual::Leave]))
}

/// A problem with answers, notices in every tone, a mark in an MRZ line, an irreversible step.
fn problem_page(words: &Words) -> Page {
    Page::new("Cancel this card")
        .dangerous()
        .block(Block::Problem(Problem {
            happened: "The printer stopped with the cover open while printing card 04A1..77F2.".into(),
            safe: "The card's chip is written and safe. Whether the picture was printed is not known.".into(),
            next: "Look in the tray, then say what came out:".into(),
            choices: vec![
                Choice::new(1, "A good card").focused(true),
                Choice::new(2, "A spoilt card"),
                Choice::new(3, "Nothing"),
            ],
        }))
        .gap()
        .block(Block::notice(Tone::Good, "The chip was read back."))
        .block(Block::notice(Tone::Warn, "Left side dark."))
        .block(Block::notice(Tone::Danger, "Not yet effective. Phone now."))
        .block(Block::Verbatim(Verbatim {
            cursor: None,
            lines: vec![
                "P<GBRWYN<<SIAN<LLYR<<<<<<<<<<<<<<<<<<<<<<<<<".into(),
                "9256654165GBR8608127F3110142<<<<<<<<<<<<<<06".into(),
            ],
            caret: Some(Caret { line: 1, column: 9, text: "check digit 5 does not fit".into() }),
        }))
        .hints(usual(words, &[Usual::Continue, Usual::Back]))
}

/// The holder's side: large, a secret, no status.
fn holder_page(words: &Words) -> Page {
    Page::new("Please choose your new passcode")
        .for_holder()
        .block(Block::Big("Siân Wyn".into()))
        .paragraph("6 to 8 figures. Not your birthday, not 123456.")
        .block(Block::Secret(SecretField::passcode("Your new passcode", 5)))
        .paragraph("Nobody else can see it, and it is kept only on your card.")
        .hints(usual(words, &[Usual::Continue]))
}

/// A picture of 24x40 grey pixels, black at the left to white at the right, with a crop and verdicts beside it.
fn photo_page(words: &Words) -> Page {
    let pixels = (0..40).flat_map(|_| (0..24u8).map(|x| x * 11)).collect();
    Page::new("Photo")
        .block(Block::Photo(PhotoView {
            words: "a face, looking at the camera".into(),
            picture: Picture::HalfBlocks { width: 24, pixels },
            crop: Some(Crop { x: 2, y: 4, width: 20, height: 25 }),
            beside: vec![
                Block::Facts(vec![
                    Fact::new("Face", "one, good size").tone(Tone::Good),
                    Fact::new("Light", "left side dark").tone(Tone::Warn),
                ]),
                Block::Secret(SecretField { focused: false, ..SecretField::passcode("Code", 2).hint("3 tries left") }),
            ],
        }))
        .key(Key::Enter, "Take")
        .key(Key::Char('r'), "Retake")
        .hints(usual(words, &[Usual::Back]))
}

type PageMaker = fn(&Words) -> Page;

const PAGES: [(&str, PageMaker); 6] = [
    ("base-card", card_page),
    ("base-form", form_page),
    ("base-work", work_page),
    ("base-problem", problem_page),
    ("base-holder", holder_page),
    ("base-photo", photo_page),
];

#[test]
fn every_block_looks_as_it_did_in_both_languages_sizes_and_with_and_without_colour() {
    for (name, page) in PAGES {
        for lang in Lang::ALL {
            let words = Words::new(lang);
            for size in SIZES {
                for theme in [ThemeName::Normal, ThemeName::Mono] {
                    assert_page_snapshot(name, &page(&words), &status(&words), &words, size, theme);
                }
            }
        }
    }
}

#[test]
fn the_contrast_theme_looks_as_it_did() {
    let words = Words::new(Lang::En);
    for page in [card_page(&words), problem_page(&words)] {
        let name = if page.danger { "base-problem" } else { "base-card" };
        assert_page_snapshot(name, &page, &status(&words), &words, SIZES[0], ThemeName::Contrast);
    }
}

#[test]
fn no_size_from_nothing_to_wide_makes_the_renderer_fail() {
    let words = Words::new(Lang::Cy);
    let status = StatusFacts { demo: true, ..StatusFacts::default() }.words(&words);
    for (_, page) in PAGES {
        let page = page(&words);
        for columns in [0, 1, 2, 3, 5, 8, 13, 20, 33, 49, 50, 64, 79, 80, 109, 110, 200] {
            for rows in [0, 1, 2, 3, 5, 8, 19, 20, 25, 40] {
                let shot = shoot(&page, &status, &words, (columns, rows), ThemeName::Normal);
                assert!(columns == 0 || rows == 0 || shot.drawn.cursor.x < columns && shot.drawn.cursor.y < rows);
            }
        }
    }
}

/// Every row that can be seen by scrolling from the first line to the last.
fn all_rows(page: &Page, status: &Status, words: &Words, size: (u16, u16)) -> String {
    let first = shoot_scrolled(page, status, words, size, ThemeName::Mono, Some(0));
    let mut rows = first.rows();
    for line in (0..first.drawn.page_lines).step_by(usize::from(first.drawn.page_rows.max(1))) {
        rows.extend(shoot_scrolled(page, status, words, size, ThemeName::Mono, Some(line)).rows());
    }
    rows.join("\n")
}

#[test]
fn on_a_small_screen_every_word_can_be_reached_by_scrolling() {
    let words = Words::new(Lang::En);
    let status = status(&words);
    let page = card_page(&words);
    let said = ra_desk::plain::render::render(&page, &status, &words).join(" ");
    for size in [(20, 5), (40, 12), (79, 24), (80, 20), (80, 25), (120, 40)] {
        let seen = all_rows(&page, &status, &words, size);
        // The plain front end says "you are here" and counts; everything else stands on both.
        let plain_only = ["here", "are", "you", "choices:", "Keys:", "found:"];
        for word in said.split([' ', ',', ';']).filter(|w| w.chars().count() < 15 && !plain_only.contains(w)) {
            let word = word.trim_end_matches('.');
            assert!(seen.contains(word), "{word:?} can't be seen at {size:?}\n{seen}");
        }
    }
}

#[test]
fn a_long_name_in_a_field_is_never_clipped() {
    let words = Words::new(Lang::En);
    let page = form_page(&words);
    for size in [(20, 5), (40, 12), (80, 25), (120, 40)] {
        let seen = all_rows(&page, &Status::default(), &words, size);
        let letters: String = seen.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect();
        // On a narrow screen the name stands in several lines, one below the other.
        let end = if size.0 < 80 { "gwyngyll" } else { "Llywelyn-Llanfairpwllgwyngyll" };
        assert!(letters.contains(end), "the name's end is lost at {size:?}\n{seen}");
    }
}

#[test]
fn the_focused_field_and_its_cursor_are_seen_at_every_size() {
    let words = Words::new(Lang::En);
    for size in [(20, 5), (20, 8), (40, 12), (79, 24), (80, 25), (120, 40)] {
        let shot = shoot(&form_page(&words), &status(&words), &words, size, ThemeName::Mono);
        let row = &shot.rows()[usize::from(shot.drawn.cursor.y)];
        assert!(row.contains("[3 5 2088"), "the cursor is not in the field at {size:?}: {row:?}");
        let cell = &shot.buffer[(shot.drawn.cursor.x, shot.drawn.cursor.y)];
        assert_eq!(cell.symbol(), " ", "the cursor is at the wrong sign at {size:?}");
    }
}

#[test]
fn the_cursor_is_never_nowhere() {
    let words = Words::new(Lang::En);
    let page = Page::new("Put your own smartcard in the AGENT reader (left).");
    for size in [(80, 25), (20, 5)] {
        let shot = shoot(&page, &Status::default(), &words, size, ThemeName::Normal);
        let row = &shot.rows()[usize::from(shot.drawn.cursor.y)];
        assert!(row.contains("Put your own"), "{size:?}: {row:?}");
    }
}

#[test]
fn on_a_very_small_screen_the_question_comes_before_the_status() {
    let words = Words::new(Lang::En);
    let page = Page::new("Put your own card in.").paragraph("Left reader.").key(Key::F(1), "Help");
    let rows = shoot(&page, &status(&words), &words, (20, 5), ThemeName::Mono).rows();
    assert_eq!(rows[..3], ["Put your own card", "in.", ""], "{rows:?}");
    assert!(rows[4].starts_with("PgDn More"), "the key that shows the rest is not named: {rows:?}");
    let larger = shoot(&page, &status(&words), &words, (79, 24), ThemeName::Mono);
    assert!(larger.rows()[0].contains("RA DESK"));
}

#[test]
fn a_page_that_is_too_long_says_so_and_scrolls() {
    let words = Words::new(Lang::En);
    let page = (1..60).fold(Page::new("Help"), |page, n| page.paragraph(format!("line {n} of the help")));
    let status = status(&words);
    let top = shoot(&page, &status, &words, (80, 25), ThemeName::Normal);
    assert!(top.shows("line 1 of") && top.shows("more below: PgDn") && !top.shows("line 40 of"));
    let next = top.drawn.scroll + top.drawn.page_rows;
    let middle = shoot_scrolled(&page, &status, &words, (80, 25), ThemeName::Normal, Some(next));
    assert!(middle.shows("more above and below") && middle.shows("Help"));
    let end = shoot_scrolled(&page, &status, &words, (80, 25), ThemeName::Normal, Some(u16::MAX));
    assert!(end.shows("line 59 of") && end.shows("more above: PgUp"));
}

#[test]
fn the_title_keeps_its_place_when_the_network_goes() {
    let words = Words::new(Lang::En);
    let online = Status { network: "ONLINE".into(), queue: "nothing waiting".into(), ..status(&words) };
    let title_row = |status: &Status| {
        let shot = shoot(&card_page(&words), status, &words, (80, 25), ThemeName::Normal);
        shot.rows().iter().position(|row| row.contains("This card is LOCKED"))
    };
    assert_eq!(title_row(&online), Some(3));
    assert_eq!(title_row(&status(&words)), Some(3));
}

#[test]
fn the_holders_side_shows_nothing_of_the_desk_but_that_it_is_a_demo() {
    let words = Words::new(Lang::En);
    let status = Status { demo: words.get("demo-line"), ..status(&words) };
    for size in [(80, 25), (40, 12)] {
        let seen = all_rows(&holder_page(&words), &status, &words, size);
        for hidden in ["Priya", "Royal Cornwall", "Truro", "OFFLINE", "waiting", "14:02"] {
            assert!(!seen.contains(hidden), "{hidden} is seen at {size:?}\n{seen}");
        }
        assert!(seen.contains("DEMO"));
    }
}

#[test]
fn a_secret_shows_marks_and_the_same_row_whatever_was_typed() {
    let words = Words::new(Lang::En);
    let row = |lit: u8| {
        let page =
            Page::new("Sign in").block(Block::Secret(SecretField::passcode("Passcode", lit).hint("3 tries left")));
        let shot = shoot(&page, &Status::default(), &words, (80, 25), ThemeName::Mono);
        shot.rows().into_iter().find(|row| row.contains("Passcode")).unwrap()
    };
    assert_eq!(row(3).trim(), "Passcode  [ * * * _ _ _ _ _ ]   3 tries left");
    assert_eq!(row(0).len(), row(8).len());
    assert_eq!(row(8), row(200));
}

#[test]
fn the_driver_may_draw_a_picture_over_its_cells_only_when_all_of_it_is_seen_and_in_colour() {
    let words = Words::new(Lang::En);
    let pixels = Pixels { width: 2, height: 2, rgb: vec![7; 12].into() };
    let cells = vec![([200, 10, 10], [10, 10, 200]); 20 * 10].into();
    let view = PhotoView {
        words: "a face".into(),
        picture: Picture::Cells(Preview { cols: 20, rows: 10, cells, pixels: Some(pixels.clone()) }),
        crop: None,
        beside: vec![Block::paragraph("Sharp enough")],
    };
    let page = Page::new("Photo").block(Block::Photo(view));
    for theme in [ThemeName::Normal, ThemeName::Contrast] {
        let shot = shoot(&page, &Status::default(), &words, (80, 25), theme);
        let (picture, place) = &shot.drawn.pictures[0];
        assert_eq!((picture, place.width, place.height), (&pixels, 20, 10));
        let row = &shot.rows()[usize::from(place.y)];
        assert_eq!(row.chars().filter(|sign| "▀▄█".contains(*sign)).count(), 20, "no cells below: {row}");
    }
    let mono = shoot(&page, &Status::default(), &words, (80, 25), ThemeName::Mono);
    assert!(mono.drawn.pictures.is_empty(), "colours where none are wanted");
    let small = shoot_scrolled(&page, &Status::default(), &words, (40, 6), ThemeName::Normal, Some(3));
    assert!(small.drawn.pictures.is_empty());
}
