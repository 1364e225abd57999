//! A change of name: who it is, the new name, its proof, and on to the card.

use super::*;
use crate::domain::CancelReason;
use crate::journey::reset::Look;
use crate::wire::fact::{IdentityCheck, NameChange};
use crate::wire::message::RefusalReason;

/// A change of name of somebody who has a card in this state.
fn begun(card: Option<CardStatus>) -> World {
    begun_in(World::new(), card)
}

fn begun_in(mut world: World, card: Option<CardStatus>) -> World {
    world.begin(job(card));
    world
}

/// The work of that visit.
pub fn job(card: Option<CardStatus>) -> Job {
    let PersonHit { person, card, .. } = hit(card);
    Job::Rename(Box::new(Register::rename(person, card)))
}

/// The photo is the person; then the name, and a deed poll.
pub fn answers(world: &mut World) {
    world.typed("1");
    new_name(world);
    proof(world);
}

fn new_name(world: &mut World) {
    world.typed("|Siân Llyr|Bevan|");
    assert_eq!(world.state().stage, Stage::Tasks, "{:?}", world.state().details);
}

fn proof(world: &mut World) {
    world.typed("|3>Kernow Solicitors>01102026|");
    assert_eq!(world.state().stage, Stage::Exam, "{:?}", world.state().draft);
    world.examine();
}

fn sent(world: &World) -> Vec<&NameChange> {
    assert!(world.sent().is_empty(), "nobody is registered");
    changes(world)
}

/// Every change of name that was sent.
pub fn changes(world: &World) -> Vec<&NameChange> {
    fn change(fact: &Fact) -> Option<&NameChange> {
        if let Fact::ChangeName(change) = fact { Some(change) } else { None }
    }
    world.facts.iter().filter_map(change).collect()
}

#[test]
fn a_name_is_changed_and_the_visit_goes_on_to_the_old_card() {
    let mut world = begun(Some(CardStatus::Issued));
    world.outcomes.push_back(Some(Outcome::Applied));
    answers(&mut world);
    world.submit();
    assert_eq!(world.state().stage, Stage::Made);
    let change = sent(&world)[0].clone();
    assert_eq!((change.former.full(), change.name.full()), ("Siân Llyr Wyn".to_owned(), "Siân Llyr Bevan".to_owned()));
    assert_eq!(change.check, IdentityCheck::Likeness);
    assert_eq!(change.person, hit(None).person.id);
    let document = &change.documents[0];
    assert_eq!((document.kind.as_str(), document.original_seen), ("deed_poll", true));
    assert_eq!(document.issued, Some(date(2026, 10, 1)));
    let facts = &change.evidence.facts.documents[0];
    assert_eq!(facts.former_name.as_ref().map(|name| name.family.as_str()), Some("Wyn"));
    assert_eq!(facts.name.as_ref().map(|name| name.family.as_str()), Some("Bevan"));
    assert!(change.evidence.met);
    world.key(Key::Enter);
    match world.desk.visit(world.visit).map(|visit| (&visit.job, visit.holder.as_deref())) {
        Some((Job::Cancel(cancel), Some("Siân Llyr Bevan"))) => {
            let record = cancel.record.as_ref().unwrap();
            assert_eq!(record.person.name.full(), "Siân Llyr Bevan", "the new card gets the new name");
            assert!(CancelReason::ALL.contains(&CancelReason::Superseded));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_has_no_card_goes_on_to_a_new_one_and_who_may_not_write_one_ends() {
    for (role, card, ends) in [
        (Role::RaAgent, None, false),
        (Role::RaAgent, Some(CardStatus::Cancelled), false),
        (Role::IdChecker, None, true),
        (Role::IdChecker, Some(CardStatus::Issued), true),
    ] {
        let mut world = begun(card);
        world.desk.session = Some(session(role));
        world.outcomes.push_back(Some(Outcome::Applied));
        answers(&mut world);
        world.submit();
        world.key(Key::Enter);
        assert_eq!(world.closed, ends, "{role:?} {card:?}");
        if !ends {
            let visit = world.desk.visit(world.visit).unwrap();
            match &visit.job {
                Job::Issue(issue) => assert_eq!(issue.person().unwrap().name.family, "Bevan"),
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn without_network_two_documents_say_who_it_is_and_the_holder_gets_a_reference() {
    let mut world = begun_in(World::offline(), Some(CardStatus::Issued));
    assert_eq!(world.state().renaming.as_ref().unwrap().portrait.look, Look::NotAsked);
    world.typed("1");
    assert_eq!(world.state().stage, Stage::Who, "there is no photo to compare");
    world.typed("2|1|7|");
    new_name(&mut world);
    proof(&mut world);
    world.submit();
    assert_eq!(world.state().stage, Stage::Receipt);
    let change = sent(&world)[0].clone();
    let kinds = vec!["passport".to_owned(), "bank_statement".to_owned()];
    assert_eq!(change.check, IdentityCheck::TwoDocuments { kinds });
    assert!(change.receipt.unwrap().0.starts_with("TR-"));
    assert!(world.asked.is_empty(), "{:?}", world.asked);
    world.key(Key::Enter);
    assert!(world.closed);
}

#[test]
fn the_same_name_in_other_capitals_is_no_change() {
    let mut world = begun(None);
    world.typed("1|SIÂN llyr|wyn|");
    assert_eq!(world.state().stage, Stage::Details);
    let error = world.state().details.form.fields[1].error.clone();
    assert_eq!(error.as_deref(), Some("error-name-same"));
}

#[test]
fn a_single_name_is_a_name() {
    let mut world = begun(None);
    world.outcomes.push_back(Some(Outcome::Applied));
    world.typed("1|>Sukarno|");
    proof(&mut world);
    world.submit();
    assert_eq!(sent(&world)[0].name, LegalName { given: String::new(), family: "Sukarno".to_owned() });
}

#[test]
fn only_documents_that_show_a_change_of_name_are_offered_and_the_ground_is_in_no_event() {
    let mut world = begun(None);
    world.outcomes.push_back(Some(Outcome::Applied));
    world.typed("1");
    new_name(&mut world);
    let kinds: Vec<String> =
        documents::kinds_on(world.state(), &world.desk, 0).iter().map(|kind| kind.id.clone()).collect();
    assert_eq!(kinds, ["marriage", "divorce", "deed_poll", "grc"]);
    assert!(documents::kinds_on(world.state(), &world.desk, 1).is_empty());
    world.typed("|4|");
    world.examine();
    world.submit();
    let event = serde_json::to_string(&sent(&world)[0]).unwrap();
    assert!(event.contains("legal_evidence") && !event.contains("grc"), "{event}");
}

#[test]
fn a_document_that_does_not_show_this_change_is_no_proof_until_it_does() {
    let mut world = begun(None);
    world.typed("1");
    new_name(&mut world);
    world.typed("|3>Kernow Solicitors>01102026|");
    while world.state().draft.as_ref().unwrap().exam.as_ref().unwrap().now() != Some(&exam::Ask::Name) {
        world.examine_one();
    }
    world.typed("n");
    world.examine();
    assert_eq!((world.state().stage, world.state().notice), (Stage::Documents, Some("rename-no-proof")));
    assert_eq!(tasks::missing(world.state()), [TaskId::Documents]);
    assert_eq!(world.state().documents[0].name, None);
    world.typed("1|");
    world.examine();
    assert!(tasks::missing(world.state()).is_empty());
    // Another new name than the one that was compared with the document is not proven by it.
    world.typed("2");
    world.key(Key::Tab);
    world.typed("x|");
    assert_eq!(tasks::missing(world.state()), [TaskId::Documents]);
}

#[test]
fn a_zone_that_is_swiped_begins_no_document_here() {
    let mut world = begun(None);
    world.typed("1");
    new_name(&mut world);
    let zone = "P<GBRWYN<<SIAN<LLYR<<<<<<<<<<<<<<<<<<<<<<<<<\n9256654165GBR8608127F3110142<<<<<<<<<<<<<<06";
    world.send(&Input::Scan(zone.to_owned()));
    world.run();
    assert!(world.state().draft.is_none());
}

#[test]
fn nobody_changes_their_own_name_and_no_role_without_the_right() {
    let mut own = hit(None).person;
    own.number = Some(session(Role::RaAgent).agent);
    let world = World::new();
    assert_eq!(rename::why_not(&own, &world.desk), Some("why-own-card"));
    assert_eq!(rename::why_not(&hit(None).person, &world.desk), None);
    for role in Role::ALL {
        let desk = Desk { session: Some(session(role)), ..world.desk.clone() };
        let may = !matches!(role, Role::Sponsor | Role::Lsa);
        assert_eq!(rename::why_not(&hit(None).person, &desk).is_none(), may, "{role:?}");
    }
    // Somebody else took the visit over who is its holder.
    let mut world = begun(None);
    answers(&mut world);
    let holder = Session { agent: number(), ..session(Role::RaAgent) };
    world.desk.session = Some(holder);
    world.typed("||");
    assert!(sent(&world).is_empty());
    assert_eq!(world.state().notice, Some("why-own-card"));
}

#[test]
fn somebody_else_than_the_person_on_record_ends_the_visit() {
    let mut world = begun(None);
    world.typed("4");
    assert_eq!(world.state().stage, Stage::Abandon);
    world.key(Key::Esc);
    assert_eq!(world.state().stage, Stage::Who);
    world.typed("4y");
    assert!(world.closed);
    assert!(matches!(world.facts.last(), Some(Fact::VisitAbandoned { reason, .. }) if reason == "likeness"));
}

/// The visit is opened by somebody in this role.
fn opened_by(world: &mut World, agent: &str, role: Role) {
    world.desk.session = Some(Session { agent: agent.parse().unwrap(), ..session(role) });
    world.open();
}

#[test]
fn a_manager_says_who_it_is_in_a_session_of_their_own_and_sends_it() {
    let mut world = begun(None);
    world.typed("3|");
    assert_eq!(world.state().stage, Stage::WhoManager, "a reason is needed");
    world.typed("ill|");
    let waits = |world: &World| world.desk.visit(world.visit).and_then(|visit| visit.job.waits_for_manager().cloned());
    assert_eq!(waits(&world), Some(session(Role::RaAgent).agent));
    let parked = |world: &World| matches!(&world.desk.place, Place::Home(home) if home.notice.is_some());
    assert!(parked(&world));
    let (asked, manager) = (world.desk.clone(), "555100000009");
    for (agent, role) in [("555100000001", Role::RaManager), (manager, Role::RaAgent)] {
        world.desk = asked.clone();
        opened_by(&mut world, agent, role);
        assert_eq!((world.state().stage, waits(&world)), (Stage::Who, None), "{role:?}: it begins anew");
    }
    world.desk = asked;
    opened_by(&mut world, manager, Role::RaManager);
    assert_eq!(world.state().stage, Stage::WhoConfirm);
    world.typed("y");
    assert_eq!(world.state().stage, Stage::Tasks);
    new_name(&mut world);
    proof(&mut world);
    // The manager's word is the manager's to sign.
    let whole = world.desk.clone();
    opened_by(&mut world, "555100000001", Role::RaAgent);
    world.typed("||");
    assert_eq!((world.state().notice, sent(&world).len()), (Some("rename-manager-sends"), 0));
    world.desk = whole;
    world.submit();
    let check = IdentityCheck::Manager { manager: manager.parse().unwrap(), reason: "ill".to_owned() };
    assert_eq!(sent(&world)[0].check, check);
}

#[test]
fn a_record_that_changed_meanwhile_can_only_be_looked_up_again() {
    let mut world = begun(None);
    world.outcomes.push_back(Some(Outcome::Refused { reason: RefusalReason::RecordChanged }));
    answers(&mut world);
    world.submit();
    assert_eq!(world.state().stage, Stage::Refused(RefusalReason::RecordChanged));
    world.key(Key::Enter);
    assert_eq!(world.state().stage, Stage::Refused(RefusalReason::RecordChanged));
    world.typed("xy");
    assert!(world.closed);
}

#[test]
fn whatever_was_answered_is_there_after_a_stop() {
    let mut world = begun(Some(CardStatus::Issued));
    world.outcomes.push_back(Some(Outcome::Applied));
    for answer in [|w: &mut World| w.typed("1"), new_name, proof, |w: &mut World| w.submit()] {
        answer(&mut world);
        world.restart();
    }
    assert_eq!((world.state().stage, sent(&world).len()), (Stage::Made, 1));
    world.key(Key::Enter);
    assert!(matches!(world.desk.visit(world.visit).map(|visit| &visit.job), Some(Job::Cancel(_))));
}

#[test]
fn a_person_who_was_found_is_given_another_name() {
    let mut world = World::new();
    world.hits = vec![hit(Some(CardStatus::Issued))];
    world.typed("Siân Llyr|Wyn|12081986|1n");
    assert!(matches!(world.desk.visit(world.visit).map(|visit| &visit.job), Some(Job::Rename(_))));
    assert_eq!(world.state().stage, Stage::Who);
    assert!(world.asked.contains(&"Photo".to_owned()), "{:?}", world.asked);
}
