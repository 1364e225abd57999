//! The cancel visit against an answering world.

use super::*;
use crate::card::diagnose::Diagnosis;
use crate::domain::CardStatus;
use crate::journey::home::bench::{Bench, CARD, NOW, record, report};
use crate::journey::home::{CardLook, Finding, finding};
use crate::journey::input::{CentralFault, NetworkView, QueueState};
use crate::journey::{Input, Job};
use crate::wire::message::RefusalReason;
use proptest::prelude::*;

/// The card is in the reader; its cancel is chosen.
fn of_card() -> Bench {
    let mut bench = Bench::with_card(report(3, 400), Some(record(CardStatus::Issued)));
    bench.key(Key::Char('2'));
    bench
}

/// No card: a number is asked for, on home's second row.
fn by_number(online: bool) -> Bench {
    let mut bench = Bench::new();
    if !online {
        bench.offline();
    }
    bench.key(Key::Char('2'));
    bench
}

fn state(bench: &Bench) -> &Cancel {
    match bench.job() {
        Job::Cancel(state) => state,
        other => panic!("no cancel: {other:?}"),
    }
}

fn error(bench: &Bench, at: usize) -> Option<&str> {
    state(bench).form.fields[at].error.as_deref()
}

fn confirm(bench: &mut Bench, tail: &str, word: &str) {
    bench.typed(tail);
    bench.key(Key::Enter);
    bench.typed(word);
    bench.key(Key::Enter);
}

/// Lost, without a note, confirmed.
fn cancelled(bench: &mut Bench) {
    bench.key(Key::Char('1'));
    bench.key(Key::Enter);
    confirm(bench, "4417", "CANCEL");
}

#[test]
fn letters_are_shown_at_once_where_they_go_into_a_text_and_only_there() {
    let text = |bench: &Bench| crate::journey::text_focus(&bench.desk);
    let bench = by_number(true);
    assert!(state(&bench).stage == Stage::Number && text(&bench));
    let mut bench = of_card();
    assert!(state(&bench).stage == Stage::Reason && !text(&bench));
    bench.key(Key::Char('1'));
    assert!(state(&bench).stage == Stage::Note && text(&bench));
    bench.key(Key::Enter);
    assert!(state(&bench).stage == Stage::Guard && text(&bench));
    confirm(&mut bench, "4417", "CANCEL");
    assert!(matches!(state(&bench).stage, Stage::Signing | Stage::Sent(_)) && !text(&bench));
}

fn received(bench: &Bench) -> Received {
    match &state(bench).stage {
        Stage::Sent(sent) => sent.received,
        other => panic!("not sent: {other:?}"),
    }
}

#[test]
fn a_card_in_the_reader_is_cancelled_and_in_effect_once_central_has_it() {
    let mut bench = of_card();
    assert_eq!(state(&bench).stage, Stage::Reason);
    cancelled(&mut bench);
    assert_eq!(received(&bench), Received::Since(NOW));
    let [Fact::Cancel { card, number, reason, act, .. }] = &bench.facts[..] else { panic!("{:?}", bench.facts) };
    assert_eq!((*card, *reason), (Some(CARD), CancelReason::Lost));
    assert_eq!(number.as_ref().map(|n| n.digits()), Some("555102034417"));
    assert_eq!((act.statement.kind, act.statement.card), (ActKind::Cancel, Some(CARD)));
    assert_eq!(act.statement.content, crate::wire::act::content(&bench.facts[0]), "signed is what was sent");
    assert!(bench.facts[0].is_urgent());
    bench.key(Key::Enter);
    assert_eq!(bench.home().notice, Some("notice-cancel-in-effect"));
    assert!(bench.desk.visits.is_empty());
}

#[test]
fn the_wrong_figures_or_the_wrong_word_cancel_nothing() {
    let table =
        [("4418", "CANCEL", Some("cancel-error-tail"), None), ("4417", "cancel", None, Some("cancel-error-word"))];
    for (tail, word, first, second) in table {
        let mut bench = of_card();
        bench.key(Key::Char('1'));
        bench.key(Key::Enter);
        confirm(&mut bench, tail, word);
        assert_eq!((error(&bench, 0), error(&bench, 1)), (first, second));
        assert!(bench.facts.is_empty() && bench.tasks.iter().all(|t| *t == crate::card::task::CardTask::Read));
    }
    let mut bench = of_card();
    bench.key(Key::F(6));
    bench.key(Key::Char('1'));
    bench.key(Key::Enter);
    confirm(&mut bench, "4417", "CANCEL");
    assert_eq!(error(&bench, 1), Some("cancel-error-word"), "in Welsh the word is another");
    (0..6).for_each(|_| bench.key(Key::Backspace));
    bench.typed("CANSLO");
    bench.key(Key::Enter);
    assert_eq!(received(&bench), Received::Since(NOW));
}

#[test]
fn a_stolen_card_needs_an_incident_reference() {
    let mut bench = of_card();
    bench.key(Key::Char('2'));
    bench.key(Key::Enter);
    bench.typed("from the car");
    bench.key(Key::Enter);
    assert_eq!(error(&bench, 0), Some("cancel-error-incident"));
    bench.typed("DC/123/26");
    bench.key(Key::Enter);
    bench.key(Key::Enter);
    confirm(&mut bench, "4417", "CANCEL");
    let [Fact::Cancel { note, reason, .. }] = &bench.facts[..] else { panic!("{:?}", bench.facts) };
    assert_eq!((note.as_str(), *reason), ("incident DC/123/26. from the car", CancelReason::Stolen));
}

#[test]
fn esc_before_the_hand_leaves_nothing_behind() {
    for keys in [0, 1, 2] {
        let mut bench = of_card();
        if keys > 0 {
            bench.key(Key::Char('3'));
        }
        if keys > 1 {
            bench.key(Key::Enter);
            bench.typed("4417");
        }
        for _ in 0..=keys {
            bench.key(Key::Esc);
        }
        assert!(bench.is_home() && bench.desk.visits.is_empty() && bench.facts.is_empty(), "{keys}");
    }
}

#[test]
fn a_number_is_looked_up_and_whose_card_it_is_is_shown() {
    let mut bench = by_number(true);
    bench.world.record = Some(record(CardStatus::Issued));
    bench.typed("5551 0203 441");
    bench.key(Key::Enter);
    assert_eq!(error(&bench, 0), Some("cancel-error-number"));
    bench.typed("7");
    bench.key(Key::Enter);
    assert_eq!(state(&bench).stage, Stage::Reason);
    assert_eq!(bench.desk.visits[0].holder.as_deref(), Some("Sian Llyr Wyn"));
    cancelled(&mut bench);
    assert_eq!(received(&bench), Received::Since(NOW));
}

#[test]
fn a_number_that_is_ones_own_unknown_or_already_cancelled_goes_no_further() {
    let table = [
        ("900000000001", Some(record(CardStatus::Issued)), "cancel-error-own"),
        ("555102034417", None, "cancel-error-not-found"),
        ("555102034417", Some(record(CardStatus::Cancelled)), "cancel-error-already"),
    ];
    for (number, record, why) in table {
        let mut bench = by_number(true);
        bench.world.record = record;
        bench.typed(number);
        bench.key(Key::Enter);
        assert_eq!((error(&bench, 0), state(&bench).form.text("number")), (Some(why), number));
    }
}

#[test]
fn offline_a_number_alone_is_reported_and_stays_not_yet_effective_until_central_has_it() {
    let mut bench = by_number(false);
    bench.typed("555102034417");
    bench.key(Key::Enter);
    bench.queued(QueueState::Waiting);
    cancelled(&mut bench);
    assert_eq!(received(&bench), Received::NotYet);
    let [Fact::Cancel { card: None, number: Some(_), .. }] = &bench.facts[..] else { panic!("{:?}", bench.facts) };
    bench.key(Key::Enter);
    assert!(bench.is_home());
    let Job::Cancel(parked) = &bench.desk.visits[0].job else { panic!() };
    assert!(parked.waits_for_central(), "it stays said");
    bench.restart();
    assert_eq!(received(&bench), Received::NotYet);
    bench.key(Key::Enter);
    bench.sync(NetworkView::Online, 1);
    assert_eq!(bench.desk.visits.len(), 1, "online is not yet received");
    bench.world.queue.clear();
    bench.sync(NetworkView::Online, 0);
    assert!(bench.desk.visits.is_empty());
    assert_eq!(bench.home().notice, Some("notice-cancel-in-effect"));
}

#[test]
fn a_card_whose_cancel_waits_here_is_not_served_any_more() {
    let mut bench = of_card();
    bench.offline();
    bench.queued(QueueState::Waiting);
    cancelled(&mut bench);
    bench.key(Key::Enter);
    bench.insert();
    let offered = crate::journey::home::offers(bench.home(), &bench.desk);
    assert_eq!(offered[0], (crate::journey::home::Choice::Unlock, Some("why-cancel-waits")));
    assert!(!offered.iter().any(|(choice, _)| *choice == crate::journey::home::Choice::CancelThis), "once is enough");
    bench.world.queue.clear();
    bench.world.record = Some(record(CardStatus::Cancelled));
    bench.sync(NetworkView::Online, 0);
    let CardLook::Known(report, known) = &bench.home().card else { panic!("{:?}", bench.home().card) };
    assert_eq!(finding(report, known, &bench.desk), Finding::Is(Diagnosis::Cancelled), "seen without reading it again");
}

#[test]
fn central_that_fails_while_looked_up_does_not_stop_the_report() {
    let mut bench = by_number(true);
    bench.world.central_says = vec![CentralFault::Timeout];
    bench.typed("555102034417");
    bench.key(Key::Enter);
    assert_eq!(state(&bench).stage, Stage::Reason);
    assert!(state(&bench).record.is_none() && state(&bench).trouble.is_some());
}

#[test]
fn a_sync_that_fails_leaves_it_not_yet_effective_and_f5_asks_again() {
    let mut bench = of_card();
    bench.key(Key::Char('1'));
    bench.key(Key::Enter);
    bench.queued(QueueState::Waiting);
    bench.typed("4417");
    bench.key(Key::Enter);
    bench.typed("CANCEL");
    bench.send(Input::Key(Key::Enter));
    while let Some((id, effect)) = bench.open.iter().next().map(|(id, e)| (*id, e.clone())) {
        if matches!(effect, Effect::Central(_, CentralCall::Sync)) {
            bench.world.central_says = vec![CentralFault::Unreachable];
        }
        bench.answer(id);
    }
    assert_eq!(received(&bench), Received::NotYet);
    bench.world.queue.clear();
    bench.key(Key::F(5));
    assert_eq!(received(&bench), Received::Since(NOW));
}

#[test]
fn an_empty_queue_offline_does_not_mean_that_central_has_it() {
    let mut bench = of_card();
    bench.offline();
    cancelled(&mut bench);
    bench.key(Key::F(5));
    assert!(bench.world.queue.is_empty());
    assert_eq!(received(&bench), Received::NotYet);
}

#[test]
fn a_cancel_that_central_refuses_is_said_to_be_refused() {
    let mut bench = of_card();
    bench.queued(QueueState::Refused(RefusalReason::NotFound));
    cancelled(&mut bench);
    assert_eq!(received(&bench), Received::Refused(RefusalReason::NotFound));
}

#[test]
fn a_stop_while_the_agents_card_signs_asks_the_guard_again_and_records_once() {
    let mut bench = of_card();
    bench.key(Key::Char('1'));
    bench.key(Key::Enter);
    bench.typed("4417");
    bench.key(Key::Enter);
    bench.typed("CANCEL");
    bench.send(Input::Key(Key::Enter));
    assert_eq!(state(&bench).stage, Stage::Signing);
    bench.restart();
    assert_eq!(state(&bench).stage, Stage::Guard);
    assert_eq!(state(&bench).form.text("word"), "", "what confirms is typed anew");
    confirm(&mut bench, "4417", "CANCEL");
    assert_eq!(bench.facts.len(), 1);
    bench.restart();
    assert_eq!(received(&bench), Received::Since(NOW));
    assert_eq!(bench.facts.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_nothing_panics_and_a_card_is_cancelled_once_at_most(
        deeds in prop::collection::vec((0u8..9, any::<u8>()), 1..100),
    ) {
        let mut bench = of_card();
        let first = bench.desk.visits[0].id;
        let keys = [Key::Enter, Key::Esc, Key::F(5), Key::F(6), Key::F(9), Key::Tab, Key::Backspace, Key::Up];
        for (kind, value) in deeds {
            match kind {
                0 | 1 => bench.send(Input::Key(Key::Char(char::from(b'0' + value % 10)))),
                2 | 3 => bench.send(Input::Key(keys[usize::from(value) % keys.len()])),
                4 => bench.send(Input::Paste(if value % 2 == 0 { "4417" } else { "CANCEL" }.to_owned())),
                5 => bench.world.central_says = vec![CentralFault::Unreachable],
                6 => {
                    let network = if value % 2 == 0 { NetworkView::Online } else { NetworkView::Offline(NOW) };
                    let waiting = u32::from(value % 3);
                    bench.send(Input::Sync(crate::journey::input::SyncView { network, waiting, ..Default::default() }));
                }
                _ => {
                    let ids: Vec<_> = bench.open.keys().copied().collect();
                    if let Some(id) = ids.get(usize::from(value) % ids.len().max(1)) {
                        bench.answer(*id);
                    }
                }
            }
        }
        let mine = |f: &&Fact| matches!(f, Fact::Cancel { visit, .. } if *visit == first);
        prop_assert!(bench.facts.iter().filter(mine).count() <= 1);
    }
}

#[test]
fn after_a_cancel_its_holder_gets_a_new_card_in_the_same_visit() {
    let mut bench = of_card();
    cancelled(&mut bench);
    bench.key(Key::Char('n'));
    assert!(matches!(bench.job(), Job::Issue(_)), "{:?}", bench.job());
    assert_eq!(bench.desk.visits[0].holder.as_deref(), Some("Sian Llyr Wyn"));
}

#[test]
fn a_cancel_that_is_not_in_effect_offers_no_new_card() {
    let mut bench = by_number(false);
    bench.typed("555102034417");
    bench.key(Key::Enter);
    cancelled(&mut bench);
    assert_eq!(received(&bench), Received::NotYet);
    bench.key(Key::Char('n'));
    assert!(matches!(bench.job(), Job::Cancel(_)));
}
