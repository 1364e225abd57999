//! What ends a session beside the agent's own card and hand.

use super::home::bench::{Bench, CARD, NOW, certificate, nothing_revoked};
use super::input::ReaderChange;
use super::key::Key;
use super::{Input, Place, sign_in};
use crate::domain::CardGuid;
use crate::wire::fact::Fact;
use crate::wire::message::Revocations;

fn ended(bench: &Bench) -> Option<&str> {
    bench.facts.iter().find_map(|fact| match fact {
        Fact::SessionEnded { reason } => Some(reason.as_str()),
        _ => None,
    })
}

#[test]
fn a_list_that_has_the_agents_card_or_its_certificate_ends_the_session_at_once() {
    let of_card = Revocations { cards: vec![CardGuid([9; 16])], ..nothing_revoked() };
    let of_certificate = Revocations { serials: vec!["2a".to_owned()], ..nothing_revoked() };
    for list in [of_card, of_certificate] {
        let mut bench = Bench::new();
        bench.desk.session.as_mut().unwrap().certificate = certificate(true, NOW).der;
        bench.list(nothing_revoked(), 1);
        bench.list(Revocations { cards: vec![CARD], serials: vec!["2b".to_owned()] }, 1);
        assert!(bench.desk.session.is_some() && ended(&bench).is_none(), "somebody else's");
        bench.list(list, 1);
        assert!(bench.desk.session.is_none());
        assert_eq!(ended(&bench), Some("revoked"));
        let Place::SignIn(state) = &bench.desk.place else { panic!("{:?}", bench.desk.place) };
        assert_eq!((&state.stage, state.problem), (&sign_in::Stage::BadCard, Some(sign_in::Problem::Revoked)));
    }
}

#[test]
fn a_taking_over_under_way_ends_with_the_session() {
    let mut bench = Bench::with_card(super::home::bench::report(0, 400), None);
    bench.park(super::Job::Cancel(Box::new(super::cancel::Cancel::by_number())));
    bench.desk.visits[0].agent.as_mut().unwrap().number = "900000000003".parse().unwrap();
    bench.resume();
    bench.send(Input::Key(Key::Char('y')));
    assert!(bench.desk.taking_over.is_some());
    bench.send(Input::Reader(super::input::ReaderRole::Agent, ReaderChange::Empty));
    assert!(bench.desk.taking_over.is_none());
}
