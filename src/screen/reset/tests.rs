//! The reset in words.

use crate::domain::CardStatus;
use crate::journey::home::bench::{Bench, record, report};
use crate::journey::key::Key;
use crate::journey::reset::{DOCUMENTS, Refusal};
use crate::screen::page::{Block, Page};
use crate::screen::view;
use crate::words::{Lang, Words};

fn page(bench: &Bench, lang: Lang) -> Page {
    view::page(&bench.desk, &Words::new(lang))
}

fn choices(page: &Page) -> Vec<crate::screen::page::Choice> {
    let beside =
        page.blocks.iter().filter_map(|b| if let Block::Photo(photo) = b { Some(&photo.beside) } else { None });
    let mut blocks = page.blocks.iter().chain(beside.flatten());
    blocks.find_map(|b| if let Block::Choices(rows) = b { Some(rows.clone()) } else { None }).unwrap()
}

#[test]
fn the_likeness_has_central_s_photo_and_no_marked_answer() {
    let mut bench = Bench::with_card(report(0, 400), Some(record(CardStatus::Issued)));
    bench.key(Key::Enter);
    for lang in Lang::ALL {
        let page = page(&bench, lang);
        assert!(page.danger && page.title_right.as_ref().is_some_and(|t| t.contains("5551 0203 4417")));
        assert!(choices(&page).iter().all(|c| !c.focused && c.refused.is_none()));
        let Some(Block::Photo(photo)) = page.blocks.iter().find(|b| matches!(b, Block::Photo(_))) else {
            panic!("no photo")
        };
        assert!(matches!(&photo.beside[0], Block::Heading(name) if name == "Sian Llyr Wyn"));
    }
}

#[test]
fn without_a_photo_the_first_answer_says_why_it_cannot_be_given() {
    let mut no_photo = record(CardStatus::Issued);
    no_photo.person.has_photo = false;
    let mut bench = Bench::with_card(report(0, -3), Some(no_photo));
    bench.key(Key::Char('2'));
    let page = page(&bench, Lang::En);
    let rows = choices(&page);
    assert_eq!(rows[0].refused.as_deref(), Some("the centre has no photo"));
    assert!(rows[1..].iter().all(|c| c.refused.is_none()));
    let expired = |b: &Block| matches!(b, Block::Notice(_, text) if text.contains("must be replaced"));
    assert!(page.blocks.iter().any(expired), "an expired card is said to be that");
}

#[test]
fn the_holders_turn_shows_nothing_of_the_agent() {
    let mut bench = Bench::with_card(report(0, 400), Some(record(CardStatus::Issued)));
    bench.key(Key::Enter);
    bench.key(Key::Char('1'));
    let page = page(&bench, Lang::En);
    assert!(page.holder_view && !format!("{page:?}").contains("Priya"));
}

#[test]
fn every_document_and_refusal_has_its_words_in_both_languages() {
    for lang in Lang::ALL {
        let words = Words::new(lang);
        for kind in DOCUMENTS {
            assert!(words.has(&format!("reset-document-{}", kind.replace('_', "-"))), "{kind}");
        }
        use Refusal::*;
        for refusal in [OwnCard, Cancelled, Spoilt, OldSeries, NotIssued, Role] {
            for line in ["happened", "safe", "next"] {
                assert!(words.has(&format!("{}-{line}", super::refused(refusal))), "{refusal:?} {line}");
            }
        }
    }
}
