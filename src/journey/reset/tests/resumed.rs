//! A reset that was left, or stopped, in the middle: who is there when it goes on, and what the card may be by then.

use super::*;
use crate::journey::home::bench::nothing_revoked;
use crate::journey::trouble::Trouble;

/// The agent's card out and in again: the same visit, the same agent.
fn lock_and_resume(bench: &mut Bench) {
    let session = bench.desk.session.clone();
    bench.send(Input::Key(Key::F(9)));
    bench.answer_all();
    bench.desk.session = session;
    bench.desk.place = crate::journey::Place::Home(crate::journey::home::Home::default());
    bench.resume();
}

#[test]
fn whoever_sits_there_after_a_lock_is_looked_at_again_before_a_passcode_is_typed() {
    type Way = fn(&mut Bench);
    let ways: [Way; 3] = [
        |_| {},
        |b| b.passcode(PasscodeVerdict::Good, false),
        |b| {
            b.key(Key::F(3));
            b.key(Key::Char('1'));
            b.resume();
        },
    ];
    for (at, way) in ways.into_iter().enumerate() {
        let mut bench = asked();
        bench.key(Key::Char('1'));
        way(&mut bench);
        let released = |b: &Bench| b.released;
        let before = released(&bench);
        lock_and_resume(&mut bench);
        assert_eq!(state(&bench).stage, Stage::Likeness, "way {at}");
        assert_eq!(released(&bench), before, "way {at}: nothing is fetched for somebody unknown");
        assert_eq!(crate::journey::secret_focus(&bench.desk), None, "way {at}");
        bench.key(Key::Char('2'));
        bench.typed("12");
        bench.key(Key::Enter);
        bench.choose_passcode();
        assert_eq!(state(&bench).stage, Stage::Done, "way {at}");
        assert!(matches!(outcome(&bench), (IdentityCheck::TwoDocuments { .. }, true, Some(5))), "way {at}");
        assert_eq!(kinds(&bench), ["reset_intended", "passcode_reset"], "way {at}: one operation");
    }
}

/// A reset whose rotation was torn: the passcode is set, which PUK the card has is not known.
fn torn_rotation() -> Bench {
    let mut bench = asked();
    bench.key(Key::Char('1'));
    bench.world.rotation_says = Some(CardFault::Removed);
    bench.choose_passcode();
    assert!(told(&bench));
    bench
}

#[test]
fn a_doubtful_rotation_that_is_taken_up_again_asks_who_is_there_before_anything_is_typed() {
    let mut bench = torn_rotation();
    lock_and_resume(&mut bench);
    assert_eq!(state(&bench).stage, Stage::Likeness);
    bench.key(Key::F(3));
    bench.key(Key::Char('2'));
    assert!(state(&bench).leaving, "the card is being changed: it can't just be ended");
    bench.key(Key::Esc);
    bench.key(Key::Char('1'));
    bench.choose_passcode();
    assert_eq!(state(&bench).stage, Stage::Done);
    assert_eq!(outcome(&bench), (IdentityCheck::Likeness, true, Some(5)));
}

#[test]
fn somebody_else_after_a_torn_rotation_ends_it_with_an_outcome_that_confirms_no_puk() {
    let mut bench = torn_rotation();
    lock_and_resume(&mut bench);
    bench.key(Key::Char('4'));
    bench.key(Key::Char('y'));
    assert_eq!(state(&bench).stage, Stage::Stopped);
    assert_eq!(outcome(&bench), (IdentityCheck::Likeness, true, None), "n or n+1: not known");
    assert_eq!(kinds(&bench), ["reset_intended", "passcode_reset", "visit_abandoned"]);
}

#[test]
fn somebody_else_after_a_lock_ends_it_and_the_release_gets_its_outcome() {
    let mut bench = asked();
    bench.key(Key::Char('1'));
    lock_and_resume(&mut bench);
    bench.key(Key::Char('4'));
    bench.key(Key::Char('y'));
    assert_eq!(outcome(&bench), (IdentityCheck::Likeness, false, Some(4)));
    let mut bench = asked();
    bench.key(Key::Char('1'));
    lock_and_resume(&mut bench);
    bench.revoke();
    bench.key(Key::Char('1'));
    assert_eq!(state(&bench).stage, Stage::Refused(Refusal::Cancelled));
    bench.key(Key::Esc);
    assert_eq!(outcome(&bench), (IdentityCheck::Likeness, false, Some(4)));
    assert!(bench.is_home() && bench.desk.visits.is_empty());
}

#[test]
fn a_passcode_that_is_on_the_card_is_not_asked_about_again() {
    let mut bench = asked();
    bench.key(Key::Char('1'));
    bench.world.rotation_says = Some(CardFault::SecretMissing);
    bench.world.release_says = Some(CentralFault::Unreachable);
    bench.choose_passcode();
    assert!(told(&bench) && kinds(&bench) == ["reset_intended"]);
    lock_and_resume(&mut bench);
    assert_eq!(state(&bench).stage, Stage::Done, "it only had to be finished");
}

#[test]
fn an_unlock_that_ran_while_the_desk_was_locked_goes_on_to_its_end() {
    let mut bench = asked();
    bench.key(Key::Char('1'));
    bench.passcode(PasscodeVerdict::Good, false);
    let slot = crate::journey::secret_focus(&bench.desk).unwrap();
    let same = crate::journey::input::SecretState { typed: 6, verdict: PasscodeVerdict::Good, same_as_first: true };
    bench.send(Input::Secret(slot, same));
    bench.send(Input::Key(Key::Enter));
    assert_eq!(bench.open.len(), 1, "the chip is at work");
    let session = bench.desk.session.clone();
    bench.send(Input::Key(Key::F(9)));
    bench.answer_all();
    bench.desk.session = session;
    bench.desk.place = crate::journey::Place::Home(crate::journey::home::Home::default());
    bench.resume();
    assert_eq!(state(&bench).stage, Stage::Done);
}

#[test]
fn an_old_list_of_cancelled_cards_stops_a_reset_before_the_card_and_a_new_one_lets_it_go_on() {
    let mut bench = asked();
    bench.list(nothing_revoked(), -1);
    bench.key(Key::Char('1'));
    let trouble = |b: &Bench| state(b).new_passcode().and_then(|operation| operation.trouble);
    assert_eq!(trouble(&bench), Some(Trouble::OldList));
    assert!(bench.tasks.iter().all(|t| *t == CardTask::Read) && kinds(&bench).is_empty());
    bench.list(nothing_revoked(), 1);
    bench.passcode(PasscodeVerdict::Good, false);
    // It runs out while the holder types: the chip is not touched.
    bench.list(nothing_revoked(), -1);
    bench.passcode(PasscodeVerdict::Good, true);
    assert_eq!(trouble(&bench), Some(Trouble::OldList));
    assert!(!bench.tasks.iter().any(|t| matches!(t, CardTask::Unlock { .. })));
    bench.desk.revocations = None;
    bench.key(Key::F(5));
    assert_eq!(trouble(&bench), Some(Trouble::OldList), "no list at all is no better");
    bench.list(nothing_revoked(), 1);
    assert_eq!(state(&bench).stage, Stage::Done);
}

#[test]
fn a_passcode_that_is_set_is_finished_even_if_the_list_runs_out_just_then() {
    let mut bench = torn_rotation();
    bench.world.rotation_says = None;
    bench.key(Key::F(5));
    bench.choose_passcode();
    assert_eq!(state(&bench).stage, Stage::Done);
    let mut bench = asked();
    bench.key(Key::Char('1'));
    bench.world.rotation_says = Some(CardFault::InUse);
    bench.choose_passcode();
    bench.list(nothing_revoked(), -1);
    bench.key(Key::F(5));
    assert_eq!(state(&bench).stage, Stage::Done, "an unrotated PUK is no safer");
}
