//! The same person twice: found, and used; or said to be somebody else, with a reason.

use super::*;
use crate::wire::fact::NotSame;

/// At the hits: one very likely, one not.
fn found(world: &mut World) {
    world.hits = vec![likely(Band::Upper), PersonHit { person: other(), ..hit(None) }];
    world.typed("Siân Llyr|Wyn|12081986|");
}

fn other() -> Person {
    Person { id: PersonId(Uuid::from_u128(6)), ..hit(None).person }
}

fn go_on(world: &mut World) {
    world.details();
    world.documents();
    world.photo();
    world.terms();
    world.submit();
}

#[test]
fn nobody_like_this_wants_a_reason_where_somebody_is_very_likely_the_person() {
    let mut world = World::new();
    found(&mut world);
    world.typed("3");
    assert_eq!(world.state().stage, Stage::NotSame);
    for nothing in ["|", " . |", "12|"] {
        world.typed(nothing);
        assert_eq!(world.state().stage, Stage::NotSame, "{nothing:?}");
        assert!(!world.state().found.as_ref().unwrap().nobody);
    }
    world.restart();
    world.key(Key::Esc);
    assert_eq!(world.state().stage, Stage::Found, "going back says nothing");
    assert!(!tasks::is_done(world.state(), TaskId::Find));
    world.typed("3A twin; both stand here|");
    assert_eq!(world.state().stage, Stage::Tasks);
    world.restart();
    go_on(&mut world);
    let sent = world.sent();
    let said = NotSame { person: hit(None).person.id, reason: "A twin; both stand here".to_owned() };
    assert_eq!(sent[0].not_same, [said], "of the likely one alone");
}

#[test]
fn a_reason_is_no_longer_than_its_field() {
    let mut world = World::new();
    found(&mut world);
    world.typed("3");
    world.send(&Input::Paste("so ".repeat(500)));
    world.typed("|");
    assert_eq!(world.state().stage, Stage::NotSame, "what does not fit is not cut in silence");
    let long = "y\u{323}".repeat(200);
    world.send(&Input::Paste(long.clone()));
    world.typed("|");
    assert_eq!(
        world.state().found.as_ref().unwrap().reason.as_deref(),
        Some(crate::domain::text::sanitise(&long).as_str())
    );
}

#[test]
fn nobody_is_asked_for_a_reason_where_nobody_is_very_likely() {
    let mut world = World::new();
    world.hits = vec![likely(Band::Middle), PersonHit { person: other(), ..hit(None) }];
    world.typed("Siân Llyr|Wyn|12081986|3");
    assert_eq!(world.state().stage, Stage::Tasks);
    go_on(&mut world);
    assert!(world.sent()[0].not_same.is_empty());
}

#[test]
fn a_double_that_is_found_is_used() {
    let mut world = World::new();
    found(&mut world);
    world.typed("1|");
    assert!(matches!(world.desk.visit(world.visit).unwrap().job, Job::Issue(_)));
    assert!(world.sent().is_empty());
}

#[test]
fn what_central_takes_for_the_same_person_is_searched_again_and_sent_with_the_reason() {
    let mut world = World::new();
    let made = Outcome::PersonMade { person: PersonId(Uuid::from_u128(8)), number: number() };
    let refused = Outcome::Refused { reason: RefusalReason::MaybeHere };
    world.outcomes = VecDeque::from([Some(refused), Some(made)]);
    world.all_answers();
    world.submit();
    assert_eq!(world.state().stage, Stage::Refused(RefusalReason::MaybeHere));
    // Offline the first time, perhaps: now the search finds what it did not find then.
    world.hits = vec![likely(Band::Upper)];
    world.typed("||2");
    assert_eq!(world.state().stage, Stage::NotSame);
    world.typed("Another birthplace|");
    assert!(tasks::missing(world.state()).is_empty());
    world.submit();
    assert!(matches!(world.desk.visit(world.visit).unwrap().job, Job::Issue(_)));
    let sent = world.sent();
    assert!(sent[0].not_same.is_empty());
    assert_eq!(sent[1].not_same.len(), 1);
    assert_eq!(sent[0].person, sent[1].person);
}

#[test]
fn a_search_done_anew_forgets_the_reason_of_the_last() {
    let mut world = World::new();
    found(&mut world);
    world.typed("3Someone else|");
    world.typed("1|");
    let found = world.state().found.as_ref().unwrap();
    assert!(found.reason.is_none() && found.not_same().is_empty());
}

#[test]
fn what_an_older_desk_kept_and_an_older_central_said_is_read() {
    let mut old = serde_json::to_value(likely(Band::Upper)).unwrap();
    assert_eq!(old["band"], "upper");
    old.as_object_mut().unwrap().remove("band");
    assert_eq!(serde_json::from_value::<PersonHit>(old.clone()).unwrap().band, Band::Lower);
    old["band"] = "certain".into();
    assert_eq!(serde_json::from_value::<PersonHit>(old).unwrap().band, Band::Lower, "a newer central's word");
    for band in [Band::Lower, Band::Middle, Band::Upper] {
        let text = serde_json::to_string(&band).unwrap();
        assert_eq!(serde_json::from_str::<Band>(&text).unwrap(), band);
    }
}
