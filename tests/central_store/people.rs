//! Desks, people, agents, registrations.

use jiff::civil::date;
use ra_desk::card::task::Slot;
use ra_desk::central::store::*;
use ra_desk::domain::*;
use ra_desk::policy::Policy;
use ra_desk::wire::event::digest_hex;
use ra_desk::wire::fact::{Fact, NotSame, Registration};
use ra_desk::wire::message::*;
use ra_desk::wire::policy::PolicyPack;

use crate::world::*;

pub fn an_invite_is_spent_by_one_key_and_dies(store: &dyn CentralStore) {
    let world = World::new(store);
    let desk = invite(store, 9);
    assert_eq!(code(store.redeem_invite(&[8; 32], &[1; 32], NOW)), ProblemCode::BadCode);
    assert_eq!(code(store.redeem_invite(&[9; 32], &[1; 32], later(11))), ProblemCode::BadCode);
    assert_eq!(store.redeem_invite(&[9; 32], &[1; 32], NOW).unwrap().desk, desk);
    assert_eq!(store.redeem_invite(&[9; 32], &[1; 32], NOW).unwrap().desk, desk, "the answer was lost");
    assert_eq!(code(store.redeem_invite(&[9; 32], &[2; 32], NOW)), ProblemCode::BadCode);
    let key = |serial: &str| DeskKeyRow { serial: serial.into(), spki: vec![9], der: vec![], not_after: later(9) };
    assert!(!store.enrol_desk(world.desk, &key("02"), None, NOW).unwrap(), "it has a certificate already");
    assert!(store.enrol_desk(world.desk, &key("02"), Some("01"), NOW).unwrap());
    assert_eq!(store.desk_keys(world.desk).unwrap()[0].serial, "02", "newest first");
    assert_eq!(store.desk_by_key(&[9]).unwrap().unwrap().0.desk, world.desk);
}

pub fn a_revoked_desk_is_refused_with_the_reason(store: &dyn CentralStore) {
    let world = World::new(store);
    let before = store.revocations().unwrap().0;
    store.revoke_desk(world.desk, "stolen from the van", NOW).unwrap();
    let (desk, key_revoked) = store.desk_by_key(&[1]).unwrap().unwrap();
    assert_eq!(desk.revoked.as_deref(), Some("stolen from the van"));
    assert!(key_revoked);
    let (version, list) = store.revocations().unwrap();
    assert!(version > before);
    assert_eq!(list.serials, ["01"]);
    let batch = world.batch(vec![world.event(Fact::SessionEnded { reason: "idle".into() }, None)]);
    assert_eq!(code(store.append(&batch)), ProblemCode::DeskRevoked);
}

pub fn a_person_gets_a_number_and_is_found_by_what_people_type(store: &dyn CentralStore) {
    let world = World::new(store);
    let (one, two) = (world.person("Siân"), world.person("Ọlátúndé"));
    assert_ne!(one.number, two.number);
    assert!(ra_desk::central::number::checks(one.number.as_ref().unwrap()));
    let ask = |given: &str| PersonQuery {
        given: Some(given.into()),
        family: Some("WYN".into()),
        birth_date: Some(date(1986, 5, 3)),
        ..PersonQuery::default()
    };
    let hits = store.find_persons(&ask("sian")).unwrap();
    assert_eq!(hits[0].person.id, one.id, "the best is first");
    assert_eq!(hits.len(), 2, "the same surname and birth date is a likely one too");
    assert!(!hits[0].strong);
    let by_number = PersonQuery { number: two.number.clone(), ..PersonQuery::default() };
    assert!(store.find_persons(&by_number).unwrap()[0].strong);
    assert!(store.find_persons(&PersonQuery { family: Some("zz".into()), ..Default::default() }).unwrap().is_empty());
    assert_eq!(store.person_history(one.id).unwrap().len(), 2, "made, photo");
    assert_eq!(store.persons(None, 10).unwrap().len(), 2);
}

pub fn a_nonce_is_good_once_for_its_desk_and_time(store: &dyn CentralStore) {
    let world = World::new(store);
    let (agent, _) = world.agent("Priya", Role::RaAgent);
    let session = |digest: u8, desk: DeskId, nonce: [u8; 32], now: Millis| SessionAsk {
        digest: [digest; 32],
        agent: agent.number.clone().unwrap(),
        desk,
        role: Role::RaAgent,
        organisation: ods(),
        nonce: Some(nonce),
        now,
        ends: later(600),
    };
    let nonce = world.nonce(1);
    assert_eq!(code(store.open_session(&session(1, world.desk, nonce, later(6)))), ProblemCode::StaleNonce);
    store.open_session(&session(1, world.desk, nonce, NOW)).unwrap();
    store.open_session(&session(1, world.desk, nonce, NOW)).unwrap();
    assert_eq!(code(store.open_session(&session(2, world.desk, nonce, NOW))), ProblemCode::StaleNonce);
    let other = invite(store, 5);
    store.add_nonce(other, &[2; 32], later(5), NOW).unwrap();
    assert_eq!(code(store.open_session(&session(3, other, [2; 32], NOW))), ProblemCode::SessionElsewhere);
    store.end_sessions(world.desk, NOW).unwrap();
    store.open_session(&session(3, other, [2; 32], NOW)).unwrap();
    for byte in 10..10 + u8::try_from(NONCES_MAX).unwrap() {
        store.add_nonce(world.desk, &[byte; 32], later(5), NOW).unwrap();
    }
    assert_eq!(code(store.add_nonce(world.desk, &[200; 32], later(5), NOW)), ProblemCode::TooMany);
    store.add_nonce(world.desk, &[200; 32], later(20), later(6)).unwrap();
}

pub fn a_registration_waits_for_its_photo_and_then_has_a_person(store: &dyn CentralStore) {
    let world = World::new(store);
    let (_, serial) = world.agent("Priya", Role::IdChecker);
    let mut wish = registration(&world, "Aoife", "911234567");
    let digest = digest_hex(b"photo");
    wish.photo = Some(digest.clone());
    assert_eq!(world.one(Fact::Register(Box::new(wish.clone())), Some(&serial)), Outcome::AwaitingBlob);
    let person = store.person(wish.person).unwrap().unwrap();
    assert!(person.number.is_some() && !person.has_photo);
    let cursor = store.feed(world.desk, 0).unwrap().cursor;
    assert_eq!(store.append_blob(Some(world.desk), &digest, 0, b"pho", NOW).unwrap().offset, 3);
    assert_eq!(code(store.append_blob(Some(world.desk), &digest, 1, b"to", NOW)), ProblemCode::BadRequest);
    assert!(store.append_blob(Some(world.desk), &digest, 3, b"to", NOW).unwrap().complete);
    assert_eq!(store.unsettled_blobs().unwrap(), std::slice::from_ref(&digest));
    store.settle_blob(&digest, true, NOW).unwrap();
    assert_eq!(store.photo_of(wish.person).unwrap(), Some(digest));
    let made = Outcome::PersonMade { person: wish.person, number: person.number.unwrap() };
    let page = store.feed(world.desk, cursor).unwrap();
    let told = FeedItem::OwnResult { epoch: 1, result: EventResult { seq: 1, outcome: made.clone() } };
    assert!(page.items.contains(&told), "{:?}", page.items);
    assert_eq!(store.events(world.desk, 1, 0, 9).unwrap()[0].outcome, made);
}

pub fn a_photo_that_does_not_open_is_refused_later(store: &dyn CentralStore) {
    let world = World::new(store);
    let (_, serial) = world.agent("Priya", Role::RaAgent);
    let mut wish = registration(&world, "Aoife", "911234567");
    wish.photo = Some(digest_hex(b"junk"));
    assert_eq!(world.one(Fact::Register(Box::new(wish.clone())), Some(&serial)), Outcome::AwaitingBlob);
    world.blob(b"junk", false);
    let refused = Outcome::Refused { reason: RefusalReason::EvidenceNotMet };
    assert_eq!(store.events(world.desk, 1, 0, 9).unwrap()[0].outcome, refused);
    assert!(!store.person(wish.person).unwrap().unwrap().has_photo);
}

pub fn a_photo_is_replaced_only_in_its_own_visit_and_before_a_card(store: &dyn CentralStore) {
    let world = World::new(store);
    world.stock();
    let (_, serial) = world.agent("Priya", Role::RaAgent);
    let photo = |bytes: &[u8]| Some(world.blob(bytes, true));
    let send = |wish: &Registration| world.one(Fact::Register(Box::new(wish.clone())), Some(&serial));
    let refused = Outcome::Refused { reason: RefusalReason::NotAllowed };
    let mut wish = registration(&world, "Aoife", "911234567");
    wish.photo = photo(b"first");
    assert!(matches!(send(&wish), Outcome::PersonMade { .. }));
    let elsewhere = Registration { photo: photo(b"foreign"), visit: visit(), ..wish.clone() };
    assert_eq!(send(&elsewhere), refused, "another visit saw no evidence");
    assert_eq!(store.photo_of(wish.person).unwrap(), wish.photo);
    wish.photo = photo(b"second");
    assert!(matches!(send(&wish), Outcome::PersonMade { .. }), "a second try in the visit");
    assert_eq!(store.photo_of(wish.person).unwrap(), wish.photo);
    let slow = Registration { photo: Some(digest_hex(b"slow")), ..wish.clone() };
    assert_eq!(send(&slow), Outcome::AwaitingBlob);
    let person = store.person(wish.person).unwrap().unwrap();
    let row = store.make_grant(&world.ask(&person, visit(), GrantBy::Seed)).unwrap();
    world.blob(b"slow", true);
    assert_eq!(store.photo_of(wish.person).unwrap(), wish.photo, "it came after the card was made");
    assert!(matches!(send(&wish), Outcome::PersonMade { .. }), "the same again is no other photo");
    store.mark_card(row.card.brief.guid, CardStatus::Cancelled, NOW).unwrap();
    let late = Registration { photo: photo(b"late"), ..wish.clone() };
    assert_eq!(send(&late), refused);
    assert_eq!(store.photo_of(wish.person).unwrap(), wish.photo);
    let other = World::second(store);
    let mut foreign = Registration { photo: photo(b"desk"), ..wish.clone() };
    foreign.act.statement.desk = other.desk;
    assert_eq!(other.one(Fact::Register(Box::new(foreign)), Some(&serial)), refused, "another desk");
}

pub fn duplicates_and_thin_evidence_are_refused(store: &dyn CentralStore) {
    let world = World::new(store);
    let (_, agent) = world.agent("Priya", Role::RaAgent);
    let (_, manager) = world.agent("Morwenna", Role::RaManager);
    let (_, sponsor) = world.agent("Adaeze", Role::Sponsor);
    let send = |wish: Registration, hand: &str| world.one(Fact::Register(Box::new(wish)), Some(hand));
    let first = registration(&world, "Aoife", "911234567");
    assert!(matches!(send(first.clone(), &agent), Outcome::PersonMade { .. }));
    let refused = |reason| Outcome::Refused { reason };
    let same_passport = registration(&world, "Siobhán", "911 234 567");
    assert_eq!(send(same_passport, &agent), refused(RefusalReason::DocumentInUse));
    let mut namesake = registration(&world, "AOIFE", "917654321");
    namesake.uniqueness_checked = true;
    assert_eq!(send(namesake.clone(), &agent), refused(RefusalReason::PossibleDuplicate));
    assert_eq!(send(namesake.clone(), &manager), refused(RefusalReason::MaybeHere), "and must say why");
    namesake.not_same = vec![not_same(&first)];
    assert_eq!(send(namesake.clone(), &agent), refused(RefusalReason::PossibleDuplicate), "a reason is no manager");
    let mut thin = registration(&world, "Niamh", "911111111");
    thin.documents.pop();
    assert_eq!(send(thin, &agent), refused(RefusalReason::EvidenceNotMet));
    let other = registration(&world, "Niamh", "912222222");
    assert_eq!(send(other.clone(), &sponsor), refused(RefusalReason::NotAllowed));
    assert_eq!(world.one(Fact::Register(Box::new(other.clone())), None), refused(RefusalReason::BadSignature));
    assert!(store.person(other.person).unwrap().is_none());
    assert!(matches!(send(namesake, &manager), Outcome::PersonMade { .. }), "a manager who searched may say so");
    assert!(matches!(send(first.clone(), &agent), Outcome::PersonMade { person, .. } if person == first.person));
}

/// The agent's word that a person on record is another.
fn not_same(on_record: &Registration) -> NotSame {
    NotSame { person: on_record.person, reason: "Both were here: sisters".into() }
}

pub fn somebody_very_likely_on_record_is_registered_only_with_a_reason(store: &dyn CentralStore) {
    let world = World::new(store);
    let (_, agent) = world.agent("Priya", Role::RaAgent);
    let send = |wish: &Registration| world.one(Fact::Register(Box::new(wish.clone())), Some(&agent));
    let refused = Outcome::Refused { reason: RefusalReason::MaybeHere };
    let first = registration(&world, "Catherine", "911234567");
    assert!(matches!(send(&first), Outcome::PersonMade { .. }));
    let mut second = registration(&world, "Cathrine", "917654321");
    assert_eq!(send(&second), refused);
    assert!(store.person(second.person).unwrap().is_none());
    for nothing in ["", "  ..  ", "ok", &"x".repeat(801)] {
        second.not_same = vec![NotSame { reason: nothing.into(), ..not_same(&first) }];
        assert_eq!(send(&second), refused, "{nothing:?} is no reason");
    }
    second.not_same = vec![not_same(&second)];
    assert_eq!(send(&second), refused, "a reason about somebody else");
    second.not_same = vec![not_same(&first)];
    assert!(matches!(send(&second), Outcome::PersonMade { .. }));
    let lines = store.audit_lines(50).unwrap();
    let noted = |what: &str| lines.iter().filter(|line| line.what == what).collect::<Vec<_>>();
    assert_eq!(noted("maybe_here").len(), 6);
    assert_eq!(noted("said_not_same")[0].subject, format!("{} {}", second.person, first.person));
    assert!(lines.iter().all(|line| !line.subject.contains("sisters")), "the audit has ids alone");
    // Sent again, with a new photo: the same person is no double of anybody.
    assert!(matches!(send(&second), Outcome::PersonMade { .. }));
    // Two in one push are held against each other.
    let pair = [("Gwenllian", "921111111"), ("Gwenlian", "922222222")];
    let events = pair.map(|(given, passport)| Fact::Register(Box::new(registration(&world, given, passport))));
    let said = world.push(events.map(|fact| world.event(fact, Some(&agent))).to_vec());
    assert!(matches!(said[0], Outcome::PersonMade { .. }), "{said:?}");
    assert_eq!(said[1], refused);
}

pub fn a_roster_has_who_may_work_here_and_nobody_else(store: &dyn CentralStore) {
    let world = World::new(store);
    let (agent, serial) = world.agent("Priya", Role::RaAgent);
    store.add_organisation(&Organisation { code: "RK9".parse().unwrap(), name: "Plymouth".into() }).unwrap();
    let elsewhere = world.person("Beatrix");
    store.add_role(elsewhere.number.as_ref().unwrap(), Role::RaManager, &"RK9".parse().unwrap(), NOW).unwrap();
    let (version, roster) = store.roster(world.desk).unwrap();
    assert_eq!(roster.agents.len(), 1);
    assert_eq!(roster.agents[0].roles, [(Role::RaAgent, ods())]);
    assert_eq!(roster.organisations.len(), 2);
    let trained = |until| {
        store.set_training(agent.number.as_ref().unwrap(), until).unwrap();
        store.roster(world.desk).unwrap().1.agents[0].trained_until
    };
    assert_eq!(roster.agents[0].trained_until, None);
    let day = jiff::civil::date(2027, 3, 31);
    assert_eq!((trained(Some(day)), trained(None)), (Some(day), None));
    let nobody = "000000000000".parse().unwrap();
    assert_eq!(code(store.set_training(&nobody, Some(day))), ProblemCode::NotFound);
    let found = store.agent_by_certificate(&serial).unwrap().unwrap();
    assert_eq!((found.person, found.roles.len(), found.slot), (agent.id, 1, Slot::Authentication));
    store.withdraw_role(agent.number.as_ref().unwrap(), Role::RaAgent, &ods(), NOW).unwrap();
    let (after, roster) = store.roster(world.desk).unwrap();
    assert!(after > version && roster.agents.is_empty());
    assert_eq!(store.roles(agent.number.as_ref().unwrap()).unwrap()[0].withdrawn, Some(NOW));
}

pub fn a_registration_is_judged_by_the_policy_of_the_day_and_the_record_names_it(store: &dyn CentralStore) {
    let world = World::new(store);
    let (_, serial) = world.agent("Priya", Role::RaAgent);
    let today = NOW.london_day();
    let judge = |given: &str, passport: &str| {
        let mut wish = registration(&world, given, passport);
        wish.documents[1].number = Some(format!("CT{passport}"));
        let outcome = world.one(Fact::Register(Box::new(wish)), Some(&serial));
        let lines = world.store.audit_lines(20).unwrap();
        let line = lines.into_iter().find(|line| line.what.starts_with("evidence_")).unwrap();
        (outcome, line.what, line.subject)
    };
    let approved = |version, from, bundle: Vec<u8>| {
        let pack = PolicyPack::new("evidence", version, from, None, bundle).unwrap();
        world.store.propose_policy(&pack, "Ann Lowen", NOW).unwrap();
        world.store.approve_policy("evidence", version, "Tom Penrose", NOW).unwrap();
        format!("evidence {version} {}", pack.hash)
    };
    let bundle = String::from_utf8(Policy::shipped().unwrap().to_bundle()).unwrap();
    let old = approved(1, today.yesterday().unwrap(), bundle.clone().into_bytes());
    // The council-tax bill is called something else in the next one, which does not hold yet.
    let strict = bundle.replace("council_tax", "council_levy");
    approved(2, today.tomorrow().unwrap(), strict.clone().into_bytes());
    let (outcome, what, subject) = judge("Jowan", "533380006");
    assert!(matches!(outcome, Outcome::PersonMade { .. }), "{outcome:?}");
    assert!(what == "evidence_met" && subject.ends_with(&old), "{subject}");
    let strict = approved(3, today, strict.into_bytes());
    let (outcome, what, subject) = judge("Morwenna", "533380007");
    assert_eq!(outcome, Outcome::Refused { reason: RefusalReason::EvidenceNotMet }, "the desk's verdict is a claim");
    assert!(what == "evidence_not_met" && subject.ends_with(&strict), "{subject}");
}
