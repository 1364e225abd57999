//! The first screen in words: every state of a card in both languages, and what is said when something is missing.

use crate::card::diagnose::Diagnosis;
use crate::domain::{CardStatus, Environment, VisitId};
use crate::journey::home::bench::{Bench, record, report};
use crate::journey::home::{Finding, Home};
use crate::journey::input::{ReaderChange, ReceiptNews};
use crate::journey::key::Key;
use crate::screen::page::{Block, Page, Tone};
use crate::screen::view;
use crate::wire::message::{Outcome, RefusalReason};
use crate::words::{Lang, Words};

fn page(bench: &Bench) -> Page {
    view::page(&bench.desk, &Words::new(Lang::En))
}

fn findings() -> Vec<Finding> {
    use Diagnosis::*;
    let environment = Environment::Live;
    let all = [
        Good,
        ExpiresIn { days: 0 },
        ExpiresIn { days: 1 },
        ExpiresIn { days: 41 },
        Expired,
        OldSeries { series: 5 },
        Locked,
        LockedAndExpired,
        Cancelled,
        Spoilt,
        HalfWritten { step: 6, of: 14 },
        HalfWrittenElsewhere,
        WrittenNotPrinted,
        PrintedNotHandedOver,
        BlankInStock,
        BlankNotInStock,
        BlankStockUnknown,
        NotPiv,
        NotOurs,
        OtherEnvironment { environment },
        LookAlike,
        Unreadable,
    ];
    all.map(Finding::Is)
        .into_iter()
        .chain([Finding::OwnCard, Finding::Unknown, Finding::CancelWaits, Finding::OldName])
        .collect()
}

#[test]
fn every_state_has_its_own_title_and_its_meaning_in_both_languages() {
    for lang in Lang::ALL {
        let words = Words::new(lang);
        let mut titles: Vec<String> = Vec::new();
        for found in findings() {
            let (title, means) = (super::card::title(found, &words), super::card::means(found, &words));
            assert!(!title.contains('\u{27e6}') && !means.contains('\u{27e6}'), "{lang:?} {found:?}: {title} {means}");
            assert!(!titles.contains(&title), "{title} stands for two states");
            assert!(title.chars().filter(|c| c.is_uppercase()).count() >= 3, "the state is not seen in {title}");
            titles.push(title);
        }
    }
    let words = Words::new(Lang::En);
    let half = Finding::Is(Diagnosis::HalfWritten { step: 6, of: 14 });
    assert_eq!(super::card::title(half, &words), "This card is HALF WRITTEN: step 6 of 14");
}

#[test]
fn a_locked_card_is_shown_with_its_holder_and_the_key_that_mends_it() {
    let bench = Bench::with_card(report(0, 400), Some(record(CardStatus::Issued)));
    let page = page(&bench);
    assert_eq!(page.title, "This card is LOCKED");
    assert_eq!(page.title_right.as_deref(), Some("UUID 5551 0203 4417"));
    let choices =
        page.blocks.iter().find_map(|b| if let Block::Choices(rows) = b { Some(rows) } else { None }).unwrap();
    assert!(choices[0].focused && choices[0].label.starts_with("Unlock"), "{choices:?}");
    assert!(page.blocks.iter().any(|b| matches!(b, Block::Pairs(rows) if rows[0].0 == "Sian Llyr Wyn")));
}

#[test]
fn offline_says_what_still_works_at_the_end_of_each_row() {
    let mut bench = Bench::new();
    bench.offline();
    bench.insert();
    let page = page(&bench);
    let choices =
        page.blocks.iter().find_map(|b| if let Block::Choices(rows) = b { Some(rows) } else { None }).unwrap();
    assert_eq!(choices[0].hint.as_deref(), Some("offline: the holder is called back"));
    assert!(page.blocks.iter().any(|b| matches!(b, Block::Notice(Tone::Warn, text) if text.contains("knew last"))));
}

#[test]
fn a_missing_customer_reader_is_said_with_what_is_possible() {
    let mut bench = Bench::new();
    for (change, word) in [(ReaderChange::NoReader, "second reader"), (ReaderChange::ServiceGone, "card service")] {
        bench.desk.readers.customer = change;
        let page = page(&bench);
        assert!(
            page.blocks.iter().any(|b| matches!(b, Block::Notice(Tone::Warn, text) if text.contains(word))),
            "{page:?}"
        );
    }
}

#[test]
fn a_cancel_that_central_does_not_have_is_the_first_thing_said_at_home() {
    let mut bench = Bench::new();
    bench.offline();
    bench.key(Key::Char('2'));
    bench.typed("555102034417");
    bench.key(Key::Enter);
    bench.key(Key::Char('1'));
    bench.key(Key::Enter);
    bench.queued(crate::journey::input::QueueState::Waiting);
    bench.typed("4417");
    bench.key(Key::Enter);
    bench.typed("CANCEL");
    bench.key(Key::Enter);
    let sent = page(&bench);
    assert_eq!(sent.title, "NOT YET EFFECTIVE, PHONE NOW");
    assert!(sent.blocks.iter().any(|b| matches!(b, Block::Notice(Tone::Danger, t) if t.contains("01872 000 000"))));
    bench.key(Key::Enter);
    let home = page(&bench);
    let Block::Notice(Tone::Danger, said) = &home.blocks[0] else { panic!("{:?}", home.blocks) };
    assert!(said.contains("NOT YET EFFECTIVE") && said.contains("01872 000 000"));
}

#[test]
fn what_became_of_a_receipt_is_said_with_name_reference_and_reason_until_it_was_seen() {
    let mut bench = Bench::new();
    let visit = VisitId(uuid::Uuid::from_u128(0x0102_0304_0506));
    let news = |outcome| ReceiptNews { visit, holder: "Tamsin Quick".to_owned(), outcome };
    let refused = Outcome::Refused { reason: RefusalReason::PossibleDuplicate };
    let made = Outcome::PersonMade {
        person: crate::domain::PersonId(uuid::Uuid::nil()),
        number: "555102034417".parse().unwrap(),
    };
    let receipts = [refused, made, Outcome::WithoutAuthority].map(news).to_vec();
    bench.desk.place = crate::journey::Place::Home(Home { receipts, ..Home::default() });
    let shown = page(&bench);
    let said: Vec<_> = shown
        .blocks
        .iter()
        .filter_map(|b| if let Block::Notice(tone, text) = b { Some((*tone, text)) } else { None })
        .collect();
    let reference = crate::domain::ReceiptRef::for_visit(&bench.desk.about.place, visit).to_string();
    assert!(said.iter().all(|(_, text)| text.contains(&reference) && text.contains("Tamsin Quick")), "{said:?}");
    assert!(said[0].0 == Tone::Danger && said[0].1.contains("somebody like this is registered already"));
    assert!(said[1].0 == Tone::Good && said[1].1.contains("5551 0203 4417"));
    assert!(said[2].0 == Tone::Warn && said[2].1.contains("01872 000 000"));
    bench.key(Key::F(4));
    assert!(page(&bench).blocks.iter().all(|b| !matches!(b, Block::Notice(..))));
}

#[test]
fn without_a_card_the_question_is_what_to_do() {
    let mut bench = Bench::new();
    bench.desk.place = crate::journey::Place::Home(Home::default());
    let page = page(&bench);
    assert_eq!(page.title, "What do you want to do?");
    assert!(page.keys.iter().any(|k| k.cap() == "1-3"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() })]
    #[test]
    fn no_page_on_any_way_through_reset_and_cancel_lacks_a_word(
        keys in proptest::collection::vec(proptest::prelude::any::<u8>(), 1..60),
    ) {
        let mut bench = Bench::with_card(report(0, 400), Some(record(CardStatus::Issued)));
        let words = Lang::ALL.map(Words::new);
        let named = [Key::Enter, Key::Esc, Key::F(2), Key::F(3), Key::F(5), Key::Down, Key::Char('y')];
        for value in keys {
            match value {
                0..=20 => bench.offline(),
                21..=30 => bench.pull(),
                31..=40 => bench.insert(),
                41..=140 => bench.key(named[usize::from(value) % named.len()]),
                _ => bench.key(Key::Char(char::from(b'0' + value % 10))),
            }
            for words in &words {
                let shown = format!("{:?}", view::page(&bench.desk, words));
                proptest::prop_assert!(!shown.contains('\u{27e6}'), "{shown}");
            }
        }
    }
}
