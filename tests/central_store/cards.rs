//! Grants, cards, releases.

use jiff::civil::date;
use ra_desk::card::task::Slot;
use ra_desk::central::store::*;
use ra_desk::domain::*;
use ra_desk::wire::act::ActKind;
use ra_desk::wire::fact::Fact;
use ra_desk::wire::message::*;
use uuid::Uuid;

use crate::world::*;

pub fn a_grant_keeps_every_rule(store: &dyn CentralStore) {
    let world = World::new(store);
    let (agent, _) = world.agent("Priya", Role::RaAgent);
    let holder = world.person("Siân");
    let by = |agent: &Person, digest: u8, nonce: [u8; 32]| GrantBy::Agent {
        agent: agent.number.clone().unwrap(),
        act_digest: [digest; 32],
        nonce,
    };
    let at = visit();
    let nonce = world.nonce(1);
    let first = store.make_grant(&world.ask(&holder, at, by(&agent, 1, nonce))).unwrap();
    assert_eq!((first.card.issue, first.fetches, first.card.puk_confirmed), (1, 1, 1));
    let again = store.make_grant(&world.ask(&holder, at, by(&agent, 1, nonce))).unwrap();
    assert_eq!((again.grant, again.fetches), (first.grant, 2), "a lost answer");
    let stale = store.make_grant(&world.ask(&holder, at, by(&agent, 2, nonce)));
    assert_eq!(code(stale), ProblemCode::StaleNonce, "another act needs a nonce of its own");
    let own = world.ask(&agent, visit(), by(&agent, 3, world.nonce(3)));
    assert_eq!(code(store.make_grant(&own)), ProblemCode::OwnCard);
    world.store.mark_card(first.card.brief.guid, CardStatus::WrittenNotPrinted, NOW).unwrap();
    let second = world.ask(&holder, visit(), by(&agent, 4, world.nonce(4)));
    assert_eq!(code(store.make_grant(&second)), ProblemCode::AlreadyHasCard);
    world.store.mark_card(first.card.brief.guid, CardStatus::Spoilt, NOW).unwrap();
    let fresh = store.make_grant(&world.ask(&holder, at, by(&agent, 5, world.nonce(5)))).unwrap();
    assert_eq!((fresh.card.issue, fresh.grant == first.grant), (2, false), "spoilt: the same visit gets a new one");
    let newer = store.make_grant(&world.ask(&holder, visit(), by(&agent, 6, world.nonce(6)))).unwrap();
    assert_eq!(world.status(fresh.card.brief.guid), CardStatus::Spoilt, "the newest grant wins");
    world.session(&agent);
    for _ in newer.fetches..GRANT_FETCHES {
        store.fetch_grant(newer.grant, world.desk, NOW).unwrap();
    }
    assert_eq!(code(store.fetch_grant(newer.grant, world.desk, NOW)), ProblemCode::TooMany);
    assert_eq!(code(store.fetch_grant(newer.grant, invite(store, 7), NOW)), ProblemCode::NotAllowed);
}

pub fn secrets_are_given_again_only_to_an_agent_who_writes_the_card(store: &dyn CentralStore) {
    let world = World::new(store);
    let (agent, _) = world.agent("Priya", Role::RaAgent);
    let (_, row, _) = world.card("Siân", CardStatus::Granted);
    let fetch = |now| store.fetch_grant(row.grant, world.desk, now);
    assert_eq!(code(fetch(NOW)), ProblemCode::NotAllowed, "the desk's key alone is not enough");
    world.session(&agent);
    assert_eq!(fetch(NOW).unwrap().grant, row.grant);
    assert_eq!(code(fetch(later(601))), ProblemCode::NotAllowed, "the session ran out");
    let other = World::second(store);
    other.session(&world.agent("Niamh", Role::RaAgent).0);
    assert_eq!(code(store.fetch_grant(row.grant, other.desk, NOW)), ProblemCode::NotAllowed, "another desk");
    for written in [CardStatus::WrittenNotPrinted, CardStatus::PrintedNotHandedOver, CardStatus::Issued] {
        store.mark_card(row.card.brief.guid, written, NOW).unwrap();
        assert_eq!(code(fetch(NOW)), ProblemCode::NotAllowed, "{written:?}");
    }
    let (_, open, _) = world.card("Ann", CardStatus::Granted);
    store.end_sessions(world.desk, NOW).unwrap();
    assert_eq!(code(store.fetch_grant(open.grant, world.desk, NOW)), ProblemCode::NotAllowed, "signed out");
}

pub fn no_photo_no_grant_and_no_stock_no_grant(store: &dyn CentralStore) {
    let world = World::new(store);
    let holder = world.person("Siân");
    assert_eq!(code(store.make_grant(&world.ask(&holder, visit(), GrantBy::Seed))), ProblemCode::NotInStock);
    world.stock();
    let new = NewPerson {
        person: PersonId(Uuid::now_v7()),
        name: LegalName { given: String::new(), family: "Sukarno".into() },
        name_on_card: None,
        birth_date: date(1980, 1, 1),
        birth_date_verified: true,
        organisation: ods(),
        position: "Nurse".into(),
        email: None,
    };
    let bare = store.add_person(&new, NOW).unwrap();
    assert_eq!(code(store.make_grant(&world.ask(&bare, visit(), GrantBy::Seed))), ProblemCode::AwaitingPhoto);
    let chip =
        |person: &Person| GrantAsk { chip_serial: Some("C1".into()), ..world.ask(person, visit(), GrantBy::Seed) };
    let row = store.make_grant(&chip(&holder)).unwrap();
    assert_eq!(store.stock_of("C1").unwrap().unwrap().used_for, Some(row.card.brief.guid));
    assert_eq!(code(store.make_grant(&chip(&world.person("Ann")))), ProblemCode::NotInStock, "the chip is taken");
    store.mark_card(row.card.brief.guid, CardStatus::Spoilt, NOW).unwrap();
    store.make_grant(&chip(&holder)).unwrap();
}

pub fn a_bootstrap_code_makes_one_card_and_dies_with_the_first_manager(store: &dyn CentralStore) {
    let world = World::new(store);
    world.stock();
    let manager = world.person("Morwenna");
    store.add_role(manager.number.as_ref().unwrap(), Role::RaManager, &ods(), NOW).unwrap();
    store.add_bootstrap(&[1; 32], manager.id, world.desk, later(60)).unwrap();
    let at = visit();
    assert_eq!(code(store.bootstrap_person(&[2; 32], world.desk, at, NOW)), ProblemCode::BadCode);
    assert_eq!(code(store.bootstrap_person(&[1; 32], invite(store, 3), at, NOW)), ProblemCode::BadCode);
    assert_eq!(code(store.bootstrap_person(&[1; 32], world.desk, at, later(61))), ProblemCode::BadCode);
    assert_eq!(store.bootstrap_person(&[1; 32], world.desk, at, NOW).unwrap(), manager.id);
    assert_eq!(code(store.bootstrap_person(&[1; 32], world.desk, visit(), NOW)), ProblemCode::BadCode);
    let by = GrantBy::Bootstrap { code_hash: [1; 32] };
    let row = store.make_grant(&world.ask(&manager, at, by.clone())).unwrap();
    assert!(row.bootstrap && row.ra_person);
    let card = row.card.brief.guid;
    let certificate = CertificateRow {
        serial: "0a".into(),
        card,
        slot: Slot::Authentication,
        spki: vec![],
        der: vec![],
        not_after: later(99),
    };
    store.add_certificate(&certificate, None, NOW).unwrap();
    store.mark_card(card, CardStatus::PrintedNotHandedOver, NOW).unwrap();
    assert!(store.fetch_grant(row.grant, world.desk, NOW).is_ok(), "there is nobody who could have a session");
    // Nobody else can sign: the new card itself does.
    assert_eq!(world.one(handed_over(&world, card, 1), Some("0a")), Outcome::Applied);
    assert_eq!(world.status(card), CardStatus::Issued);
    assert_eq!(code(store.bootstrap_person(&[1; 32], world.desk, at, NOW)), ProblemCode::BadCode);
    assert_eq!(code(store.add_bootstrap(&[4; 32], manager.id, world.desk, later(60))), ProblemCode::NotAllowed);
}

pub fn a_release_is_counted_capped_and_settled_by_its_outcome(store: &dyn CentralStore) {
    let world = World::new(store);
    let (agent, serial) = world.agent("Priya", Role::RaAgent);
    let (holder, row, _) = world.card("Siân", CardStatus::Issued);
    let at = visit();
    let ask = |by: &Person, nonce: [u8; 32], at: VisitId| ReleaseAsk {
        grant: row.grant,
        kind: ActKind::PukRelease,
        visit: at,
        desk: world.desk,
        agent: by.number.clone().unwrap(),
        nonce,
        act_nonce: nonce,
        per_hour: 2,
        now: NOW,
    };
    assert_eq!(code(store.release(&ask(&agent, [99; 32], at))), ProblemCode::StaleNonce);
    assert_eq!(code(store.release(&ask(&holder, world.nonce(1), at))), ProblemCode::OwnCard);
    // The step before may be done and its record on the way; what is over stays refused.
    for (status, kind, refusal) in [
        (CardStatus::Granted, ActKind::HandOver, ProblemCode::AwaitingRecord),
        (CardStatus::Granted, ActKind::PukRelease, ProblemCode::AwaitingRecord),
        (CardStatus::WrittenNotPrinted, ActKind::PukRelease, ProblemCode::AwaitingRecord),
        (CardStatus::PrintedNotHandedOver, ActKind::PukRelease, ProblemCode::AwaitingRecord),
        (CardStatus::Issued, ActKind::HandOver, ProblemCode::HandedOver),
        (CardStatus::Issued, ActKind::TakeOver, ProblemCode::NotAllowed),
    ] {
        store.mark_card(row.card.brief.guid, status, NOW).unwrap();
        let wrong = ReleaseAsk { kind, ..ask(&agent, [1; 32], at) };
        assert_eq!(code(store.release(&wrong)), refusal, "{kind:?} of a card that is {status:?}");
    }
    let first = store.release(&ask(&agent, [1; 32], at)).unwrap();
    assert_eq!((first.puk_n, first.next_is_possible, first.fetches_left), (1, false, 3));
    let same = store.release(&ask(&agent, [1; 32], at)).unwrap();
    assert_eq!((same.puk_n, same.next_is_possible, same.fetches_left), (1, true, 2), "the same request again");
    store.release(&ask(&agent, world.nonce(2), at)).unwrap();
    store.release(&ask(&agent, world.nonce(3), at)).unwrap();
    assert_eq!(code(store.release(&ask(&agent, world.nonce(4), at))), ProblemCode::TooMany);
    assert_eq!(world.one(reset(&world, row.card.brief.guid, Some(2)), Some(&serial)), Outcome::Applied);
    let card = store.card(row.card.brief.guid).unwrap().unwrap();
    assert_eq!((card.puk_confirmed, card.puk_possible), (2, None));
    let next = store.release(&ask(&agent, [4; 32], at)).unwrap();
    assert_eq!((next.puk_n, next.next_is_possible), (2, false), "a new release, from the confirmed number");
    assert_eq!(code(store.release(&ask(&agent, world.nonce(5), visit()))), ProblemCode::TooMany, "two in an hour");
    assert_eq!(world.one(reset(&world, row.card.brief.guid, None), Some(&serial)), Outcome::Applied);
    let card = store.card(row.card.brief.guid).unwrap().unwrap();
    assert_eq!((card.puk_confirmed, card.puk_possible), (2, Some(3)), "nobody knows: both stay");
    store.mark_card(row.card.brief.guid, CardStatus::Cancelled, NOW).unwrap();
    assert_eq!(code(store.release(&ask(&agent, [5; 32], at))), ProblemCode::CardCancelled);
}

pub fn a_card_goes_its_way_and_cancel_always_wins(store: &dyn CentralStore) {
    let world = World::new(store);
    let (agent, serial) = world.agent("Priya", Role::RaAgent);
    let (_, row, certificate) = world.card("Siân", CardStatus::Granted);
    let card = row.card.brief.guid;
    let signed_in = |fact: Fact| Incoming { agent: agent.number.clone(), ..world.event(fact, None) };
    let written = Fact::CardWritten {
        visit: row.visit,
        grant: row.grant,
        card,
        chip_serial: Some("C9".into()),
        read_back: String::new(),
        puk_n: 1,
        static_9b: false,
    };
    let print = |attempt| Fact::PrintIntended { visit: row.visit, card, attempt, face: String::new() };
    let good = Fact::PrintedGood { visit: row.visit, card, attempt: 2 };
    let outcomes = world.push([written, print(2), print(1), good].map(signed_in).to_vec());
    assert_eq!(outcomes, [Outcome::Applied, Outcome::Applied, Outcome::Applied, Outcome::Applied]);
    assert_eq!(store.card(card).unwrap().unwrap().prints, 2, "whoever goes on with it begins at the third");
    assert_eq!(world.status(card), CardStatus::PrintedNotHandedOver);
    assert_eq!(world.one(intended(card, 1), None), Outcome::Applied);
    assert_eq!(world.one(handed_over(&world, card, 2), Some(&serial)), Outcome::Applied);
    assert_eq!(world.status(card), CardStatus::Issued);
    let before = store.revocations().unwrap().0;
    assert_eq!(world.one(cancel(&world, Some(card), None), Some(&serial)), Outcome::Applied);
    store.mark_card(card, CardStatus::Issued, NOW).unwrap();
    assert_eq!(world.status(card), CardStatus::Cancelled, "for ever");
    let (version, list) = store.revocations().unwrap();
    assert!(version > before && list.cards == [card] && list.serials == [certificate]);
    assert_eq!(world.one(intended(card, 2), None), Outcome::VoidAfterRevocation);
    assert_eq!(world.one(reset(&world, card, Some(3)), Some(&serial)), Outcome::VoidAfterRevocation);
    assert_eq!(world.status(card), CardStatus::Cancelled);
    assert_eq!(store.card(card).unwrap().unwrap().puk_confirmed, 3, "what is on the chip is a fact all the same");
    assert_eq!(world.one(cancel(&world, Some(card), None), Some(&serial)), Outcome::Applied, "twice is no error");
    let page = store.feed(world.desk, 0).unwrap();
    let told = page.items.iter().any(
        |item| matches!(item, FeedItem::Card { card: brief, .. } if brief.guid == card && brief.status == CardStatus::Cancelled),
    );
    assert!(told, "{:?}", page.items);
}

pub fn a_cancel_by_number_ends_the_live_card_and_an_unknown_one_is_told(store: &dyn CentralStore) {
    let world = World::new(store);
    let (_, serial) = world.agent("Priya", Role::RaAgent);
    let (_, lsa) = world.agent("Niamh", Role::Lsa);
    let (holder, row, _) = world.card("Siân", CardStatus::Issued);
    let by_number = || cancel(&world, None, holder.number.clone());
    let refused = |reason| Outcome::Refused { reason };
    assert_eq!(world.one(by_number(), Some(&lsa)), refused(RefusalReason::NotAllowed));
    assert_eq!(world.status(row.card.brief.guid), CardStatus::Issued);
    assert_eq!(world.one(by_number(), Some(&serial)), Outcome::Applied);
    assert_eq!(world.status(row.card.brief.guid), CardStatus::Cancelled);
    assert_eq!(world.one(by_number(), Some(&serial)), refused(RefusalReason::NotFound));
}

pub fn a_withdrawn_agents_fact_is_stored_flagged_and_without_effect(store: &dyn CentralStore) {
    let world = World::new(store);
    let (agent, serial) = world.agent("Priya", Role::RaAgent);
    let (_, row, _) = world.card("Siân", CardStatus::PrintedNotHandedOver);
    let number = agent.number.unwrap();
    store.withdraw_role(&number, Role::RaAgent, &ods(), NOW).unwrap();
    assert_eq!(world.one(handed_over(&world, row.card.brief.guid, 2), Some(&serial)), Outcome::WithoutAuthority);
    assert_eq!(world.status(row.card.brief.guid), CardStatus::PrintedNotHandedOver);
    let earlier =
        Incoming { at: NOW.plus(-1), ..world.event(handed_over(&world, row.card.brief.guid, 2), Some(&serial)) };
    assert_eq!(world.push(vec![earlier]), [Outcome::Applied], "it was done before the right was withdrawn");
    assert_eq!(world.status(row.card.brief.guid), CardStatus::Issued);
    let spoilt = |card| Fact::CardSpoilt { visit: row.visit, card, reason: "torn".into() };
    assert_eq!(world.one(spoilt(row.card.brief.guid), None), Outcome::WithoutAuthority);
    assert_eq!(world.status(row.card.brief.guid), CardStatus::Issued, "it is in its holder's hand");
    let (_, row, _) = world.card("Ann", CardStatus::PrintedNotHandedOver);
    assert_eq!(world.one(spoilt(row.card.brief.guid), None), Outcome::WithoutAuthority);
    assert_eq!(world.status(row.card.brief.guid), CardStatus::Spoilt, "fail-safe: spoilt is spoilt");
}

pub fn another_desk_needs_an_agent_of_its_own_to_go_on_with_a_card(store: &dyn CentralStore) {
    let world = World::new(store);
    let (agent, _) = world.agent("Priya", Role::RaAgent);
    let (_, row, _) = world.card("Siân", CardStatus::WrittenNotPrinted);
    let card = row.card.brief.guid;
    let other = World::second(store);
    let say = |fact: Fact| {
        let event = Incoming { agent: agent.number.clone(), ..other.event(fact, None) };
        other.push(vec![event]).remove(0)
    };
    let good = || Fact::PrintedGood { visit: row.visit, card, attempt: 1 };
    let torn = Fact::CardSpoilt { visit: row.visit, card, reason: "torn".into() };
    assert_eq!(say(good()), Outcome::WithoutAuthority, "the desk only says that she was there");
    assert_eq!(say(torn), Outcome::WithoutAuthority);
    assert_eq!(world.status(card), CardStatus::WrittenNotPrinted);
    other.session(&agent);
    assert_eq!(say(good()), Outcome::Applied);
    assert_eq!(world.status(card), CardStatus::PrintedNotHandedOver);
}

pub fn nobody_serves_the_own_card(store: &dyn CentralStore) {
    let world = World::new(store);
    let (agent, serial) = world.agent("Priya", Role::RaAgent);
    let card = store.latest_card(agent.id).unwrap().unwrap().brief.guid;
    assert_eq!(world.one(reset(&world, card, Some(2)), Some(&serial)), Outcome::WithoutAuthority);
}

pub fn a_new_key_of_a_slot_revokes_the_old_one(store: &dyn CentralStore) {
    let world = World::new(store);
    let (_, row, serial) = world.card("Siân", CardStatus::Granted);
    let new = CertificateRow {
        serial: "bb".into(),
        card: row.card.brief.guid,
        slot: Slot::Authentication,
        spki: vec![5],
        der: vec![6],
        not_after: later(10),
    };
    assert!(!store.add_certificate(&new, None, NOW).unwrap(), "another one came first");
    assert!(store.add_certificate(&new, Some(&serial), NOW).unwrap());
    assert_eq!(store.certificate(row.card.brief.guid, Slot::Authentication).unwrap(), Some(new.clone()));
    assert_eq!(store.revocations().unwrap().1.serials, [serial]);
    store.mark_card(row.card.brief.guid, CardStatus::Cancelled, NOW).unwrap();
    let late = CertificateRow { serial: "cc".into(), ..new };
    assert_eq!(code(store.add_certificate(&late, Some("bb"), NOW)), ProblemCode::CardCancelled);
}
