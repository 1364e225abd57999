//! A manager confirms who the holder is: with a card and a session of their own, or not at all.

use super::*;
use crate::journey::home;

const PRIYA: &str = "900000000001";
const TOM: &str = "900000000002";

/// Priya asked for a manager; the visit is parked.
fn asked_for() -> Bench {
    let mut bench = asked();
    bench.key(Key::Char('3'));
    for nothing in ["", "9154"] {
        bench.typed(nothing);
        bench.key(Key::Enter);
        assert_eq!(state(&bench).form.fields[0].error.as_deref(), Some("reset-error-why"), "{nothing:?}");
    }
    (0..4).for_each(|_| bench.key(Key::Backspace));
    bench.typed("much changed");
    bench.key(Key::Enter);
    assert!(bench.is_home() && bench.home().notice == Some("notice-waits-for-manager"));
    assert!(bench.facts.is_empty(), "nothing is confirmed yet");
    bench
}

/// Somebody else is signed in.
fn sign_in(bench: &mut Bench, number: &str, role: Role) {
    let session = bench.desk.session.as_mut().unwrap();
    session.agent = number.parse().unwrap();
    session.role = role;
    session.certificate = number.as_bytes().to_vec();
    bench.desk.place = crate::journey::Place::Home(home::Home::default());
    bench.insert();
}

fn why_not(bench: &Bench) -> Option<&'static str> {
    let offers = home::offers(bench.home(), &bench.desk);
    offers.iter().find(|(choice, _)| matches!(choice, home::Choice::Resume(_))).and_then(|(_, why)| *why)
}

#[test]
fn a_manager_confirms_in_a_session_of_their_own_and_signs_for_the_release() {
    let mut bench = asked_for();
    sign_in(&mut bench, TOM, Role::RaManager);
    assert_eq!(why_not(&bench), None);
    bench.resume();
    bench.key(Key::Char('y'));
    assert_eq!(state(&bench).waits_for_manager(), Some(&PRIYA.parse().unwrap()));
    assert!(matches!(state(&bench).portrait.look, Look::Here(_)), "the photo is shown all the same");
    bench.key(Key::Enter);
    assert!(state(&bench).waits_for_manager().is_some(), "no answer is the default");
    assert!(danger(state(&bench)).is_some());
    bench.key(Key::Char('y'));
    bench.choose_passcode();
    assert_eq!(kinds(&bench), ["taken_over", "reset_intended", "passcode_reset"]);
    let Some(Fact::PasscodeReset { check, act, .. }) = bench.facts.last() else { panic!("{:?}", bench.facts) };
    let manager = TOM.parse().unwrap();
    assert_eq!(check, &IdentityCheck::Manager { manager, reason: "much changed".to_owned() });
    assert_eq!(act.certificate, TOM.as_bytes(), "the manager's own card signed");
    assert!(matches!(&bench.facts[0], Fact::TakenOver { from, .. } if *from == PRIYA.parse().unwrap()));
}

#[test]
fn nobody_but_another_person_who_is_a_manager_can_confirm() {
    let mut bench = asked_for();
    for role in [Role::RaAgent, Role::RaAgentAdvanced, Role::Sponsor] {
        sign_in(&mut bench, "900000000003", role);
        assert_eq!(why_not(&bench), Some("why-waits-for-manager"), "{role:?}");
    }
    // Who asked is a manager too: somebody else must confirm, so the question begins anew.
    sign_in(&mut bench, PRIYA, Role::RaManager);
    assert_eq!(why_not(&bench), None);
    bench.resume();
    assert_eq!(state(&bench).stage, Stage::Likeness);
    // The holder is a manager.
    let mut bench = asked_for();
    sign_in(&mut bench, "555102034417", Role::RaManager);
    bench.desk.place = crate::journey::Place::Home(home::Home::default());
    bench.pull();
    bench.resume();
    bench.key(Key::Char('y'));
    assert_eq!(state(&bench).stage, Stage::Refused(Refusal::OwnCard));
}

#[test]
fn a_manager_who_does_not_know_the_holder_ends_it_or_leaves_it() {
    let mut bench = asked_for();
    sign_in(&mut bench, TOM, Role::RaManager);
    bench.resume();
    bench.key(Key::Char('y'));
    bench.key(Key::F(3));
    assert!(bench.is_home() && bench.desk.visits.len() == 1);
    bench.resume();
    bench.key(Key::Char('n'));
    assert_eq!(state(&bench).stage, Stage::NotThisPerson);
    bench.key(Key::Char('y'));
    assert_eq!(state(&bench).stage, Stage::Stopped);
    assert_eq!(kinds(&bench), ["taken_over", "visit_abandoned"]);
}
