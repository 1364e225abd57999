//! Changes of name.

use jiff::civil::date;
use ra_desk::central::store::*;
use ra_desk::domain::*;
use ra_desk::policy::Policy;
use ra_desk::policy::facts::{Answer, CheckDone, DocumentFacts, Facts, HolderFacts, NameShown};
use ra_desk::wire::act::ActKind;
use ra_desk::wire::fact::{DocumentSeen, Evidence, Fact, IdentityCheck, NameChange};
use ra_desk::wire::message::*;

use crate::world::*;

fn shown(name: &LegalName) -> NameShown {
    NameShown { given: name.given.clone(), family: name.family.clone() }
}

/// A deed poll, examined, that shows this person's new surname.
fn wish(world: &World<'_>, person: &Person, family: &str) -> NameChange {
    let policy = Policy::shipped().unwrap();
    let name = LegalName { family: family.into(), ..person.name.clone() };
    let kind = policy.kind("deed_poll").unwrap();
    let checks = kind.name_change_if.iter().flat_map(|rule| rule.checks()).map(|check| CheckDone {
        check: check.to_owned(),
        answer: Answer::AsExpected,
        trained: true,
    });
    let document = DocumentFacts {
        issuer: Some("Kernow Solicitors".into()),
        issued: Some(NOW.plus(-20 * Millis::DAY).london_day()),
        name: Some(shown(&name)),
        former_name: Some(shown(&person.name)),
        checks: checks.collect(),
        original_seen: true,
        ..DocumentFacts::of("d1", "deed_poll")
    };
    let seen = DocumentSeen {
        kind: "deed_poll".into(),
        number: None,
        issuer: "Kernow Solicitors".into(),
        issued: document.issued,
        expires: None,
        entered: None,
        used_as: "other".into(),
        original_seen: true,
    };
    let holder = HolderFacts { name: Some(shown(&name)), ..HolderFacts::default() };
    let facts = Facts { holder, documents: vec![document], ..Facts::of_day(NOW.london_day()) };
    let visit = visit();
    NameChange {
        visit,
        person: person.id,
        former: person.name.clone(),
        name,
        name_on_card: None,
        check: IdentityCheck::Likeness,
        documents: vec![seen],
        evidence: Box::new(Evidence {
            facts,
            policy: policy.stamp(),
            facts_hash: String::new(),
            met: true,
            level: "none".into(),
            exams: Vec::new(),
            endorser: None,
        }),
        receipt: None,
        act: act(world.desk, ActKind::Submit, visit, None),
    }
}

fn send(world: &World<'_>, change: &NameChange, hand: &str) -> Outcome {
    world.one(Fact::ChangeName(Box::new(change.clone())), Some(hand))
}

fn refused(reason: RefusalReason) -> Outcome {
    Outcome::Refused { reason }
}

pub fn a_changed_name_is_on_record_and_the_former_one_still_finds_its_holder(store: &dyn CentralStore) {
    let world = World::new(store);
    let (_, agent) = world.agent("Priya", Role::IdChecker);
    let person = world.person("Tamsin");
    let cursor = store.feed(world.desk, 0).unwrap().cursor;
    let change = NameChange { name_on_card: Some("Tam Bevan".into()), ..wish(&world, &person, "Bevan") };
    assert_eq!(send(&world, &change, &agent), Outcome::Applied);
    let now = store.person(person.id).unwrap().unwrap();
    assert_eq!(
        (now.name.full(), now.card_name(), now.version),
        ("Tamsin Bevan".into(), "Tam Bevan".into(), person.version + 1)
    );
    assert_eq!(
        Person { name: person.name.clone(), name_on_card: None, version: person.version, ..now.clone() },
        person
    );
    // Every way of asking finds the one person, by the name of today.
    for family in ["Bevan", "Wyn"] {
        let query = PersonQuery { family: Some(family.into()), given: Some("Tamsin".into()), ..PersonQuery::default() };
        let found = store.find_persons(&query).unwrap();
        let one = found.iter().filter(|hit| hit.person.id == person.id).collect::<Vec<_>>();
        assert_eq!(one.len(), 1, "{family}: {found:?}");
        assert_eq!(one[0].person, now);
    }
    let told = store.feed(world.desk, cursor).unwrap().items;
    assert!(told.contains(&FeedItem::Person { person: Box::new(now) }), "{told:?}");
    assert!(!serde_json::to_string(&told).unwrap().contains("Wyn"), "no desk is told the former name: {told:?}");
    let former = store.former_names(Some(person.id)).unwrap();
    assert_eq!(
        former.iter().map(|old| (&old.name, old.birth_date)).collect::<Vec<_>>(),
        [(&person.name, date(1986, 5, 3))]
    );
    assert_eq!(store.former_names(None).unwrap(), former);
    assert_eq!(store.person_history(person.id).unwrap().last().unwrap().2, "name");
    let audit = store.audit_lines(20).unwrap();
    let line = audit.iter().find(|line| line.what == "person_renamed").unwrap();
    assert_eq!(line.subject, person.id.to_string(), "ids only");
    assert!(audit.iter().any(|line| line.what == "evidence_met"));
    // Who comes back under the former name is no new person.
    let mut again = registration(&world, "Tamsin", "911234567");
    (again.name, again.birth_date) = (person.name.clone(), person.birth_date);
    let (_, ra) = world.agent("Kerensa", Role::RaAgent);
    let outcome = world.one(Fact::Register(Box::new(again)), Some(&ra));
    assert_eq!(outcome, refused(RefusalReason::PossibleDuplicate));
}

pub fn of_two_changes_of_one_name_the_second_is_refused(store: &dyn CentralStore) {
    let world = World::new(store);
    let (_, agent) = world.agent("Priya", Role::RaAgent);
    let person = world.person("Tamsin");
    let (first, second) = (wish(&world, &person, "Bevan"), wish(&world, &person, "Quick"));
    assert_eq!(send(&world, &first, &agent), Outcome::Applied);
    assert_eq!(send(&world, &second, &agent), refused(RefusalReason::RecordChanged));
    assert_eq!(send(&world, &first, &agent), Outcome::Applied, "the same again in its visit is no second one");
    let elsewhere = NameChange { visit: visit(), ..first.clone() };
    assert_eq!(send(&world, &elsewhere, &agent), refused(RefusalReason::RecordChanged));
    let now = store.person(person.id).unwrap().unwrap();
    assert_eq!((now.name.family.as_str(), now.version), ("Bevan", person.version + 1));
    // And back: what was a former name may be the name again.
    assert_eq!(send(&world, &wish(&world, &now, "Wyn"), &agent), Outcome::Applied);
    assert_eq!(store.former_names(Some(person.id)).unwrap().len(), 2);
}

pub fn a_change_of_name_without_proof_right_or_another_name_is_refused(store: &dyn CentralStore) {
    let world = World::new(store);
    let (own, agent) = world.agent("Priya", Role::RaAgent);
    let (_, sponsor) = world.agent("Adaeze", Role::Sponsor);
    let person = world.person("Tamsin");
    let good = wish(&world, &person, "Bevan");
    let not_met = |change: NameChange, why: &str| {
        assert_eq!(send(&world, &change, &agent), refused(RefusalReason::EvidenceNotMet), "{why}");
    };
    let with = |change: &dyn Fn(&mut DocumentFacts)| {
        let mut wish = good.clone();
        change(&mut wish.evidence.facts.documents[0]);
        wish
    };
    not_met(with(&|document| document.original_seen = false), "a copy");
    not_met(with(&|document| document.checks.clear()), "not examined");
    not_met(with(&|document| document.kind = "uk_passport".into()), "a type that shows no change");
    not_met(with(&|document| document.name = None), "no link");
    not_met(with(&|document| document.number = Some("other".into())), "another document than the one recorded");
    let mut other_name = good.clone();
    other_name.name.family = "Quick".into();
    not_met(other_name, "another name than the one examined");
    let capitals = wish(&world, &person, "WYN");
    not_met(capitals, "only capitals");
    let mut nobody = good.clone();
    nobody.evidence.facts.day_seen = NOW.london_day().tomorrow().unwrap();
    not_met(nobody, "seen tomorrow");
    assert_eq!(send(&world, &good, &sponsor), refused(RefusalReason::NotAllowed));
    assert_eq!(send(&world, &wish(&world, &own, "Bevan"), &agent), refused(RefusalReason::NotAllowed), "their own");
    assert_eq!(world.one(Fact::ChangeName(Box::new(good.clone())), None), refused(RefusalReason::BadSignature));
    let mut stranger = good.clone();
    stranger.person = PersonId(uuid::Uuid::now_v7());
    assert_eq!(send(&world, &stranger, &agent), refused(RefusalReason::NotFound));
    let manager = own.number.clone().unwrap();
    let vouched = NameChange { check: IdentityCheck::Manager { manager, reason: "ill".into() }, ..good.clone() };
    assert_eq!(send(&world, &vouched, &agent), refused(RefusalReason::NotAllowed), "an agent is no manager");
    assert_eq!(store.person(person.id).unwrap().unwrap(), person);
    assert!(store.former_names(None).unwrap().is_empty());
    assert_eq!(send(&world, &good, &agent), Outcome::Applied);
}

pub fn an_agent_with_a_new_name_is_in_the_roster_by_it(store: &dyn CentralStore) {
    let world = World::new(store);
    let (priya, _) = world.agent("Priya", Role::RaAgent);
    let (_, manager) = world.agent("Morwenna", Role::RaManager);
    let (version, _) = store.roster(world.desk).unwrap();
    assert_eq!(send(&world, &wish(&world, &priya, "Shah"), &manager), Outcome::Applied);
    let (after, roster) = store.roster(world.desk).unwrap();
    assert!(after > version && roster.agents.iter().any(|entry| entry.name == "Priya Shah"), "{roster:?}");
}
