//! The cancel in words.

use crate::domain::{CancelReason, CardStatus};
use crate::journey::Language;
use crate::journey::cancel::confirm_word;
use crate::journey::home::bench::{Bench, record, report};
use crate::journey::key::Key;
use crate::screen::page::{Block, Tone};
use crate::screen::view;
use crate::words::{Lang, Words};

#[test]
fn the_word_to_type_is_the_word_files() {
    assert_eq!(Words::new(Lang::En).get("cancel-word"), confirm_word(Language::English));
    assert_eq!(Words::new(Lang::Cy).get("cancel-word"), confirm_word(Language::Welsh));
}

#[test]
fn the_guard_shows_whose_card_it_is_and_that_there_is_no_way_back() {
    let mut bench = Bench::with_card(report(3, 400), Some(record(CardStatus::Issued)));
    bench.key(Key::Char('2'));
    bench.key(Key::Char('1'));
    bench.key(Key::Enter);
    let page = view::page(&bench.desk, &Words::new(Lang::En));
    assert!(page.danger);
    let said = format!("{:?}", page.blocks);
    for what in ["Sian Llyr Wyn", "Card 9, chip 0404..0404", "no undo", "Type the word CANCEL", "last 4 figures"] {
        assert!(said.contains(what), "{what}: {said}");
    }
    let Some(Block::Photo(photo)) = page.blocks.first() else { panic!("no photo: {:?}", page.blocks) };
    assert!(photo.beside.iter().any(|b| matches!(b, Block::Notice(Tone::Danger, _))));
    assert_eq!(page.title_right.as_deref(), Some("UUID 5551 0203 4417"));
}

#[test]
fn every_reason_has_its_words_in_both_languages() {
    for lang in Lang::ALL {
        let words = Words::new(lang);
        for reason in CancelReason::ALL {
            assert!(!super::reason_word(reason, &words).contains('\u{27e6}'));
        }
    }
}
