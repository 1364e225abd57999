//! The reset visit against an answering world.

mod manager;
mod resumed;

use super::*;
use crate::card::task::CardTask;
use crate::domain::Role;
use crate::journey::home::bench::{Bench, NOW, record, report};
use crate::journey::input::{CentralFault, NetworkView};
use crate::journey::{Input, Job, passcode, update};
use crate::policy::passcode::PasscodeVerdict;
use crate::wire::message::ProblemCode;
use proptest::prelude::*;

/// A locked card in the reader, `Enter` pressed: the likeness is asked.
fn asked() -> Bench {
    let mut bench = Bench::with_card(report(0, 400), Some(record(CardStatus::Issued)));
    bench.key(Key::Enter);
    bench
}

fn state(bench: &Bench) -> &Reset {
    match bench.job() {
        Job::Reset(state) => state,
        other => panic!("no reset: {other:?}"),
    }
}

fn kinds(bench: &Bench) -> Vec<&'static str> {
    let visit = |f: &&Fact| !matches!(f, Fact::SessionEnded { .. } | Fact::SessionStarted { .. });
    bench.facts.iter().filter(visit).map(Fact::kind).collect()
}

fn outcome(bench: &Bench) -> (IdentityCheck, bool, Option<u32>) {
    let found = bench.facts.iter().find_map(|f| match f {
        Fact::PasscodeReset { check, done, puk_n, .. } => Some((check.clone(), *done, *puk_n)),
        _ => None,
    });
    found.expect("an outcome was recorded")
}

#[test]
fn a_happy_reset_takes_three_keys_of_the_agent_and_fourteen_of_the_holder() {
    let mut bench = asked();
    assert!(matches!(state(&bench).portrait.look, Look::Here(_)));
    bench.key(Key::Char('1'));
    let before = bench.keys;
    bench.choose_passcode();
    let holders = bench.keys - before;
    assert_eq!(state(&bench).stage, Stage::Done);
    bench.key(Key::Enter);
    assert!(bench.is_home() && bench.desk.visits.is_empty());
    assert_eq!((bench.keys, holders), (17, 14), "keys in all, and the holder's");
    assert_eq!(kinds(&bench), ["reset_intended", "passcode_reset"]);
    assert_eq!(outcome(&bench), (IdentityCheck::Likeness, true, Some(5)));
    let said = bench.facts.iter().find(|fact| fact.kind() == "passcode_reset").unwrap();
    let Fact::PasscodeReset { act, .. } = said else { panic!("{said:?}") };
    assert_eq!(act.statement.content, crate::wire::act::content(said), "signed is how the holder was known");
    let unlocks = bench.tasks.iter().filter(|t| matches!(t, CardTask::Unlock { .. })).count();
    let rotations = bench.tasks.iter().filter(|t| matches!(t, CardTask::RotatePuk { .. })).count();
    assert_eq!((unlocks, rotations), (1, 1));
}

#[test]
fn no_answer_is_taken_by_default() {
    let mut bench = asked();
    for key in [Key::Enter, Key::Char(' '), Key::Tab, Key::Down, Key::Char('y')] {
        bench.key(key);
        assert_eq!(state(&bench).stage, Stage::Likeness, "{key:?}");
    }
    assert!(danger(state(&bench)).is_some(), "keys typed ahead are dropped");
}

#[test]
fn without_a_photo_the_likeness_cannot_be_the_reason() {
    let mut no_photo = record(CardStatus::Issued);
    no_photo.person.has_photo = false;
    let mut bench = Bench::with_card(report(0, 400), Some(no_photo));
    bench.key(Key::Enter);
    assert_eq!(state(&bench).portrait.look, Look::NoneAtCentral);
    bench.key(Key::Char('1'));
    assert_eq!(state(&bench).stage, Stage::Likeness);
    bench.key(Key::Char('2'));
    bench.key(Key::Char('1'));
    assert!(!bench.has_command("documents-match"), "one document is not two");
    bench.key(Key::Enter);
    assert!(matches!(state(&bench).stage, Stage::Documents { .. }));
    bench.key(Key::Char('7'));
    bench.key(Key::Enter);
    bench.choose_passcode();
    let kinds = vec!["passport".to_owned(), "bank_statement".to_owned()];
    assert_eq!(outcome(&bench).0, IdentityCheck::TwoDocuments { kinds });
}

#[test]
fn a_document_chosen_twice_is_taken_back_and_a_third_pushes_the_first_out() {
    let mut bench = asked();
    bench.typed("211");
    assert_eq!(state(&bench).stage, Stage::Documents { chosen: vec![] });
    bench.typed("123");
    assert_eq!(state(&bench).stage, Stage::Documents { chosen: vec![1, 2] });
}

#[test]
fn somebody_else_in_front_of_the_agent_ends_the_visit_and_nothing_is_released() {
    let mut bench = asked();
    bench.key(Key::Char('4'));
    bench.key(Key::Esc);
    assert_eq!(state(&bench).stage, Stage::Likeness, "it is asked once more first");
    bench.key(Key::Char('4'));
    bench.key(Key::Char('y'));
    assert_eq!(state(&bench).stage, Stage::Stopped);
    bench.key(Key::Enter);
    assert!(bench.is_home());
    assert!(matches!(&bench.facts[..], [Fact::VisitAbandoned { reason, .. }] if reason == "likeness"));
    assert!(bench.tasks.iter().all(|t| *t == CardTask::Read));
}

#[test]
fn a_card_that_cannot_be_reset_says_why() {
    let of = |status| record(status);
    let mut own = of(CardStatus::Issued);
    own.person.number = Some("900000000001".parse().unwrap());
    let mut old = of(CardStatus::Issued);
    old.card.series = 6;
    let table = [
        (own, Refusal::OwnCard),
        (old, Refusal::OldSeries),
        (of(CardStatus::Cancelled), Refusal::Cancelled),
        (of(CardStatus::Spoilt), Refusal::Spoilt),
        (of(CardStatus::PrintedNotHandedOver), Refusal::NotIssued),
    ];
    for (record, refusal) in table {
        let mut bench = Bench::new();
        start(&mut bench, Reset::new(record, report(0, 400)));
        assert_eq!(state(&bench).stage, Stage::Refused(refusal));
        bench.key(Key::Esc);
        assert!(bench.is_home() && bench.facts.is_empty());
    }
}

fn start(bench: &mut Bench, state: Reset) {
    let env = crate::journey::Env { now: NOW, fresh: [77; 32] };
    let mut desk = bench.desk.clone();
    let mut ctx = Ctx::new(&mut desk, &env);
    crate::journey::start_visit(&mut ctx, Job::Reset(Box::new(state)), None);
    bench.desk = desk;
}

#[test]
fn a_card_cancelled_while_the_agent_looks_is_not_released() {
    let mut bench = asked();
    bench.revoke();
    bench.key(Key::Char('1'));
    assert_eq!(state(&bench).stage, Stage::Refused(Refusal::Cancelled));
    let mut bench = asked();
    if let Some(session) = &mut bench.desk.session {
        session.role = Role::IdChecker;
    }
    bench.key(Key::Char('1'));
    assert_eq!(state(&bench).stage, Stage::Refused(Refusal::Role));
}

#[test]
fn offline_a_task_is_left_with_a_way_to_reach_the_holder() {
    let mut bench = Bench::new();
    bench.offline();
    bench.insert();
    bench.key(Key::Enter);
    assert_eq!(state(&bench).stage, Stage::Contact);
    bench.key(Key::Enter);
    assert_eq!(state(&bench).form.fields[0].error.as_deref(), Some("reset-error-contact"));
    bench.typed("01872 111 222");
    bench.key(Key::Enter);
    assert_eq!(state(&bench).stage, Stage::CalledBack);
    bench.restart();
    assert_eq!(state(&bench).stage, Stage::CalledBack, "asked once, recorded once");
    bench.key(Key::Enter);
    assert!(bench.is_home());
    let Some(Fact::CallBack { number, contact, wanted, .. }) = bench.facts.first() else { panic!("{:?}", bench.facts) };
    assert_eq!((contact.as_str(), wanted.as_str()), ("01872 111 222", "passcode_reset"));
    assert_eq!(number.as_ref().map(|n| n.digits()), Some("555102034417"));
    assert_eq!(bench.facts.len(), 1);
}

#[test]
fn letters_are_shown_at_once_where_they_go_into_a_text_and_only_there() {
    let text = |bench: &Bench| crate::journey::text_focus(&bench.desk);
    let mut bench = asked();
    assert!(state(&bench).stage == Stage::Likeness && !text(&bench));
    bench.key(Key::Char('3'));
    assert!(state(&bench).stage == Stage::Manager && text(&bench));
    bench.key(Key::F(1));
    assert!(!text(&bench), "the help lies over it");
    let mut bench = Bench::new();
    bench.offline();
    bench.insert();
    bench.key(Key::Enter);
    assert!(state(&bench).stage == Stage::Contact && text(&bench));
    bench.typed("01872 111 222");
    bench.key(Key::Enter);
    assert!(state(&bench).stage == Stage::CalledBack && !text(&bench));
}

#[test]
fn a_network_that_comes_back_lets_the_reset_go_on() {
    let mut bench = Bench::new();
    bench.offline();
    bench.insert();
    bench.key(Key::Enter);
    bench.typed("0187");
    assert!(!bench.has_command("retry"));
    bench.sync(NetworkView::Online, 0);
    assert!(bench.has_command("retry"));
    bench.key(Key::F(5));
    assert_eq!(state(&bench).stage, Stage::Likeness);
    bench.key(Key::Char('1'));
    bench.choose_passcode();
    assert_eq!(state(&bench).stage, Stage::Done);
}

#[test]
fn central_down_at_any_question_is_said_and_asked_again_on_f5() {
    // Nonce of the proof, nonce of the hand, release.
    for failing in 0..3 {
        let mut bench = asked();
        bench.send(Input::Key(Key::Char('1')));
        let mut asked_central = 0;
        while let Some((id, effect)) = bench.open.iter().next().map(|(id, e)| (*id, e.clone())) {
            if matches!(effect, Effect::Central(..)) {
                if asked_central == failing {
                    bench.world.central_says = vec![CentralFault::Unreachable];
                }
                asked_central += 1;
            }
            bench.answer(id);
        }
        assert_eq!(asked_central, failing + 1, "nothing is asked after a fault");
        assert!(told(&bench), "{failing}: {:?}", state(&bench).stage);
        assert!(bench.has_command("retry") && bench.has_command("call-back") && bench.has_command("leave"));
        bench.key(Key::F(5));
        bench.choose_passcode();
        assert_eq!(state(&bench).stage, Stage::Done);
    }
}

fn told(bench: &Bench) -> bool {
    state(bench).new_passcode().is_some_and(|operation| operation.trouble.is_some())
}

#[test]
fn central_that_refuses_a_cancelled_card_is_explained_and_nothing_was_released() {
    let mut bench = asked();
    bench.world.central_says = vec![CentralFault::Problem(ProblemCode::CardCancelled)];
    bench.key(Key::Char('1'));
    assert!(told(&bench));
    bench.key(Key::F(3));
    bench.key(Key::Char('2'));
    assert!(bench.is_home() && bench.desk.visits.is_empty());
    assert_eq!(kinds(&bench), ["visit_abandoned"]);
}

#[test]
fn a_refused_passcode_or_a_mismatch_begins_again_with_the_reason() {
    let mut bench = asked();
    bench.key(Key::Char('1'));
    bench.passcode(PasscodeVerdict::Birthday, false);
    let refused = |b: &Bench| state(b).new_passcode().and_then(|o| o.refused);
    assert_eq!(refused(&bench), Some(passcode::Refused::Rule(PasscodeVerdict::Birthday)));
    bench.passcode(PasscodeVerdict::Good, false);
    bench.passcode(PasscodeVerdict::Good, false);
    assert_eq!(refused(&bench), Some(passcode::Refused::NotTheSame));
    bench.choose_passcode();
    assert_eq!(state(&bench).stage, Stage::Done);
}

#[test]
fn the_wrong_card_put_back_stops_it_until_the_right_one_is_there() {
    let mut bench = asked();
    bench.world.card_says = vec![CardFault::WrongCard];
    bench.key(Key::Char('1'));
    assert!(told(&bench));
    bench.pull();
    bench.insert();
    bench.choose_passcode();
    assert_eq!(state(&bench).stage, Stage::Done);
}

#[test]
fn a_card_pulled_while_it_is_unlocked_goes_on_when_it_is_back() {
    let mut bench = asked();
    bench.key(Key::Char('1'));
    bench.world.card_says = vec![CardFault::Removed];
    bench.choose_passcode();
    assert!(told(&bench));
    bench.key(Key::F(3));
    bench.key(Key::Char('2'));
    assert!(state(&bench).leaving, "the chip may be changed: it can be parked, not ended");
    bench.key(Key::Esc);
    bench.pull();
    bench.insert();
    assert_eq!(state(&bench).stage, Stage::Done);
    assert_eq!(kinds(&bench), ["reset_intended", "passcode_reset"]);
}

#[test]
fn a_puk_that_is_wrong_or_blocked_ends_in_an_outcome_that_says_so() {
    for fault in [CardFault::WrongPuk { left: 2 }, CardFault::PukBlocked] {
        let mut bench = asked();
        bench.key(Key::Char('1'));
        bench.world.card_says = vec![fault];
        bench.choose_passcode();
        assert_eq!(state(&bench).stage, Stage::Lost { passcode_set: false, fault });
        assert_eq!(outcome(&bench), (IdentityCheck::Likeness, false, None));
        bench.key(Key::Enter);
        assert!(bench.is_home());
    }
}

#[test]
fn an_unlock_in_doubt_is_done_again_with_the_same_puk_after_a_restart() {
    let mut bench = asked();
    bench.key(Key::Char('1'));
    bench.world.card_says = vec![CardFault::Removed];
    bench.choose_passcode();
    bench.world.next_is_possible = true;
    bench.tasks.clear();
    bench.restart();
    bench.key(Key::Char('1'));
    bench.choose_passcode();
    let first = bench.tasks.iter().find(|t| matches!(t, CardTask::Unlock { .. }));
    assert_eq!(first, Some(&CardTask::Unlock { puk: VaultSlot::Puk, pin: VaultSlot::HolderPin }));
    assert_eq!(state(&bench).stage, Stage::Done);
}

#[test]
fn a_restart_at_every_stage_ends_in_one_reset_with_one_outcome() {
    type Way = fn(&mut Bench);
    let ways: [Way; 7] = [
        |_| {},
        |b| b.key(Key::Char('2')),
        |b| b.key(Key::Char('3')),
        |b| b.key(Key::Char('4')),
        |b| b.send(Input::Key(Key::Char('1'))),
        |b| b.key(Key::Char('1')),
        |b| {
            b.key(Key::Char('1'));
            b.passcode(PasscodeVerdict::Good, false);
        },
    ];
    for (at, way) in ways.into_iter().enumerate() {
        let mut bench = asked();
        way(&mut bench);
        bench.restart();
        assert_eq!(state(&bench).stage, Stage::Likeness, "way {at}: whoever sits there now is looked at");
        bench.key(Key::Char('1'));
        bench.choose_passcode();
        assert_eq!(state(&bench).stage, Stage::Done, "way {at}");
        bench.restart();
        assert_eq!(state(&bench).stage, Stage::Done, "way {at}, after it");
        assert_eq!(kinds(&bench).iter().filter(|k| **k == "passcode_reset").count(), 1, "way {at}");
    }
}

#[test]
fn a_holder_who_walks_away_leaves_a_visit_that_is_parked_or_ended_with_its_outcome() {
    let mut bench = asked();
    bench.key(Key::Char('1'));
    bench.key(Key::F(3));
    assert_eq!(crate::journey::secret_focus(&bench.desk), None);
    bench.key(Key::Esc);
    assert_eq!(crate::journey::secret_focus(&bench.desk), Some(VaultSlot::HolderPin));
    bench.key(Key::F(3));
    bench.key(Key::Char('1'));
    assert!(bench.is_home() && bench.desk.visits.len() == 1);
    bench.resume();
    bench.key(Key::F(3));
    bench.key(Key::Char('2'));
    assert!(bench.is_home() && bench.desk.visits.is_empty());
    assert_eq!(outcome(&bench), (IdentityCheck::Likeness, false, Some(4)), "the PUK is as it was");
}

/// What a test may do next: keys, secrets, cards, network, answers good and bad, power.
fn any_deed() -> impl Strategy<Value = (u8, u8)> {
    (0u8..14, any::<u8>())
}

fn deed(bench: &mut Bench, (kind, value): (u8, u8)) {
    let keys = [Key::Enter, Key::Esc, Key::F(2), Key::F(3), Key::F(5), Key::F(9), Key::Tab, Key::Backspace];
    let faults = [CardFault::Removed, CardFault::WrongCard, CardFault::WrongPuk { left: 2 }, CardFault::SecretMissing];
    match kind {
        0..=2 => bench.send(Input::Key(Key::Char(char::from(b'0' + value % 10)))),
        3 | 4 => bench.send(Input::Key(keys[usize::from(value) % keys.len()])),
        5 | 6 => {
            let slot = crate::journey::secret_focus(&bench.desk);
            let verdict = if value % 5 == 0 { PasscodeVerdict::TooEasy } else { PasscodeVerdict::Good };
            let same_as_first = value % 3 > 0;
            if let Some(slot) = slot {
                let edited = crate::journey::input::SecretState { typed: 6, verdict, same_as_first };
                bench.send(Input::Secret(slot, edited));
                bench.send(Input::Key(Key::Enter));
            }
        }
        7 => {
            bench.world.card_says = vec![faults[usize::from(value) % faults.len()]];
        }
        8 => bench.world.central_says = vec![CentralFault::Timeout],
        9 if value % 2 == 0 => bench.pull(),
        9 => {
            let card = crate::journey::input::ReaderChange::Card { atr: vec![], count: u32::from(value) };
            bench.send(Input::Reader(crate::journey::input::ReaderRole::Customer, card));
        }
        10 => {
            let network = if value % 2 == 0 { NetworkView::Online } else { NetworkView::Offline(NOW) };
            bench.send(Input::Sync(crate::journey::input::SyncView { network, ..Default::default() }));
        }
        11 => bench.send(Input::Paste("900000000002".to_owned())),
        _ => {
            let ids: Vec<_> = bench.open.keys().copied().collect();
            if let Some(id) = ids.get(usize::from(value) % ids.len().max(1)) {
                bench.answer(*id);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_nothing_panics_and_each_release_has_one_outcome_at_most(deeds in prop::collection::vec(any_deed(), 1..120)) {
        let mut bench = asked();
        for one in deeds {
            // `send` itself fails where two tasks that change a card are open at once.
            deed(&mut bench, one);
        }
        let of = |kind: &str| bench.facts.iter().filter(|f| f.kind() == kind).count();
        prop_assert!(of("passcode_reset") <= of("reset_intended"));
    }
}

#[test]
fn a_stray_input_changes_nothing_in_a_finished_reset() {
    let mut bench = asked();
    bench.key(Key::Char('1'));
    bench.choose_passcode();
    let env = crate::journey::Env { now: NOW, fresh: [1; 32] };
    let step = update(&bench.desk, &Input::Key(Key::Char('4')), &env);
    assert!(step.writes.is_empty());
}
