//! Central over real TLS, asked by the desk's own client: the whole way of a person and a card, and what is refused.

#![cfg(feature = "demo")]

#[path = "central_http/world.rs"]
mod world;

use jiff::civil::date;
use ra_desk::central::demo_seed::demo_mark;
use ra_desk::document::same_person::Band;
use ra_desk::domain::*;
use ra_desk::sync::{Client, PersonQuery};
use ra_desk::wire::act::*;
use ra_desk::wire::event::digest_hex;
use ra_desk::wire::fact::{DocumentSeen, Fact, NotSame, Registration};
use ra_desk::wire::message::*;
use ra_desk::wire::seal::{self, BLOB_INFO, Fresh};
use ra_desk::wire::statement::{self, Expected, SCOPE_ALL, StatementKind};
use uuid::Uuid;
use world::*;

fn visit() -> VisitId {
    VisitId(Uuid::now_v7())
}

fn document(kind: &str, used_as: &str, number: &str) -> DocumentSeen {
    let day = ra_desk::central::system_clock()().plus(-20 * Millis::DAY).london_day();
    DocumentSeen {
        kind: kind.into(),
        number: Some(number.into()),
        issuer: format!("issuer of {kind}"),
        issued: (used_as == "address").then_some(day),
        expires: (used_as == "photo").then_some(day.saturating_add(jiff::Span::new().years(4))),
        entered: None,
        used_as: used_as.into(),
        original_seen: true,
    }
}

fn registration(agent: &SoftCard, desk: &Desk, photo: &str) -> Registration {
    let visit = visit();
    Registration {
        visit,
        person: PersonId(Uuid::now_v7()),
        name: LegalName { given: "Loveday".into(), family: "Penrose".into() },
        name_on_card: None,
        birth_date: date(1994, 4, 4),
        organisation: desk.record.organisation.clone(),
        position: "Nurse".into(),
        email: None,
        documents: vec![
            document("uk_passport", "photo", "911234567"),
            document("council_tax", "address", "CT000001"),
            document("utility", "address", "UT000002"),
        ],
        evidence: None,
        photo: Some(photo.to_owned()),
        photo_reason: None,
        likeness_confirmed: true,
        terms_accepted: Millis(0),
        receipt: None,
        uniqueness_checked: true,
        not_same: Vec::new(),
        act: agent.act(desk, ActKind::Submit, visit, None),
    }
}

fn feed(desk: &Desk, cursor: u64) -> FeedPage {
    let bytes = desk.client.feed(desk.record.desk, cursor).unwrap();
    let scope = desk.record.desk.to_string();
    let expected = Expected {
        environment: Environment::Demo,
        kind: StatementKind::Feed,
        scope: &scope,
        known_version: 0,
        now: ra_desk::central::system_clock()(),
    };
    statement::open(&bytes, &desk.record.statement_key.0, &expected).unwrap().body
}

/// Registers a person with a photo that is uploaded in two parts, and gives the person.
fn register(desk: &mut Desk, agent: &SoftCard) -> Person {
    let sealed = seal::seal(&desk.record.seal_key.0, BLOB_INFO, b"", &jpeg(77), Fresh::new(fresh())).unwrap();
    let digest = digest_hex(&sealed);
    let wish = registration(agent, desk, &digest);
    let person = wish.person;
    let wish = agent.answers_for(Fact::Register(Box::new(wish)));
    assert_eq!(desk.push(agent, &wish), Outcome::AwaitingBlob);
    let cursor = feed(desk, 0).cursor;
    let (total, half) = (sealed.len() as u64, sealed.len() / 2);
    assert_eq!(desk.client.blob_offset(&digest).unwrap(), 0);
    assert_eq!(desk.client.blob_append(&digest, 0, total, &sealed[..half]).unwrap(), half as u64);
    assert_eq!(desk.client.blob_offset(&digest).unwrap(), half as u64);
    assert_eq!(code(desk.client.blob_append(&digest, 1, total, &sealed[half..])), ProblemCode::BadRequest);
    assert_eq!(desk.client.blob_append(&digest, half as u64, total, &sealed[half..]).unwrap(), total);
    let news = feed(desk, cursor).items;
    assert!(
        news.iter().any(|item| matches!(item, FeedItem::OwnResult { result, .. }
            if matches!(&result.outcome, Outcome::PersonMade { person: made, .. } if *made == person))),
        "{news:?}"
    );
    assert_eq!(desk.client.photo(person).unwrap(), jpeg(77));
    let query = PersonQuery { family: "PENROSE".into(), ..PersonQuery::default() };
    let hits = desk.client.find_persons(&query).unwrap().hits;
    assert_eq!(hits.len(), 1);
    hits[0].person.clone()
}

fn grant_request(desk: &Desk, agent: &SoftCard, person: PersonId) -> GrantRequest {
    let visit = visit();
    let act = agent.act(desk, ActKind::CertificateRequest, visit, None);
    let request = GrantRequest { person, visit, chip_serial: None, act };
    GrantRequest { act: agent.over(&request.act, &request), ..request }
}

fn grant(desk: &Desk, agent: &SoftCard, person: PersonId) -> Grant {
    desk.client.grant(&grant_request(desk, agent, person)).unwrap()
}

fn release(desk: &Desk, agent: &SoftCard, card: &SoftCard, kind: ActKind) -> ReleaseRequest {
    let (visit, nonce) = (visit(), desk.nonce());
    let act = agent.act(desk, kind, visit, Some(card.guid));
    ReleaseRequest { visit, nonce: Bytes(nonce.to_vec()), proof: card.prove(&nonce), act }
}

#[test]
fn a_person_is_registered_and_leaves_with_a_card() {
    let world = World::new();
    let mut desk = world.desk("desk-1");
    let agent = world.agent(&desk, Role::RaAgent);
    let start = agent.session(&desk, Role::RaAgent);
    assert_eq!(desk.client.open_session(&start).unwrap().agent, agent.number);
    assert_eq!(desk.client.open_session(&start).unwrap().agent, agent.number, "the same start again");
    assert_eq!(desk.push(&agent, &Fact::SessionStarted { start: Box::new(start) }), Outcome::Applied);

    let person = register(&mut desk, &agent);
    let grant = grant(&desk, &agent, person.id);
    let (at, card_guid) = (visit(), grant.terms.card);
    let card = SoftCard::written(&desk.client, &grant.terms);
    let written = Fact::CardWritten {
        visit: at,
        grant: card.grant,
        card: card_guid,
        chip_serial: Some("C1".into()),
        read_back: String::new(),
        puk_n: grant.terms.puk_n,
        static_9b: false,
    };
    assert_eq!(desk.push(&agent, &written), Outcome::Applied);
    assert_eq!(desk.push(&agent, &Fact::PrintedGood { visit: at, card: card_guid, attempt: 1 }), Outcome::Applied);

    let ask = release(&desk, &agent, &card, ActKind::HandOver);
    let released = desk.client.release(card.grant, &ask).unwrap();
    assert_eq!(released.puk, grant.secrets.puk, "the PUK the card was written with");
    assert_ne!(released.next_puk, released.puk);
    assert!(!released.next_is_possible);
    let over = agent.answers_for(Fact::HandedOver {
        visit: ask.visit,
        card: card_guid,
        puk_n: released.puk_n + 1,
        likeness_confirmed: true,
        act: Box::new(ask.act),
    });
    assert_eq!(desk.push(&agent, &over), Outcome::Applied);
    let record = desk.client.card(card_guid).unwrap();
    assert_eq!((record.card.status, record.person.id, record.issue), (CardStatus::Issued, person.id, 1));
    assert_eq!(desk.client.card_by_number(&person.number.unwrap()).unwrap().card.guid, card_guid);
    assert_eq!(desk.client.stock("C1").unwrap().used_for, Some(card_guid));
    let again = desk.client.release(card.grant, &release(&desk, &agent, &card, ActKind::PukRelease)).unwrap();
    assert_eq!(again.puk, released.next_puk, "the outcome moved the number on");
}

#[test]
fn a_look_alike_card_another_act_or_an_old_nonce_gets_nothing() {
    let world = World::new();
    let desk = world.desk("desk-1");
    let agent = world.agent(&desk, Role::RaAgent);
    let holder = world.agent(&desk, Role::Lsa);
    let look_alike = world.agent(&desk, Role::Sponsor);
    desk.client.open_session(&agent.session(&desk, Role::RaAgent)).unwrap();
    let good = release(&desk, &agent, &holder, ActKind::PukRelease);
    let nonce: [u8; 32] = good.nonce.0.clone().try_into().unwrap();
    let forged = ReleaseRequest { proof: look_alike.prove(&nonce), ..good.clone() };
    assert_eq!(code(desk.client.release(holder.grant, &forged)), ProblemCode::BadSignature);
    let mut other_act = good.clone();
    other_act.act.statement.visit = visit();
    assert_eq!(code(desk.client.release(holder.grant, &other_act)), ProblemCode::BadSignature);
    let mut forged_hand = good.clone();
    forged_hand.act.statement.nonce = desk.nonce();
    assert_eq!(code(desk.client.release(holder.grant, &forged_hand)), ProblemCode::BadSignature);
    let mut old = good.clone();
    old.nonce = Bytes(vec![7; 32]);
    old.proof = holder.prove(&[7; 32]);
    assert_eq!(code(desk.client.release(holder.grant, &old)), ProblemCode::StaleNonce);
    let own = release(&desk, &agent, &agent, ActKind::PukRelease);
    assert_eq!(code(desk.client.release(agent.grant, &own)), ProblemCode::OwnCard);
    assert!(desk.client.release(holder.grant, &good).is_ok());
    demo_mark(world.central(), holder.guid, CardStatus::Cancelled).unwrap();
    assert_eq!(code(desk.client.release(holder.grant, &good)), ProblemCode::CardCancelled);
}

#[test]
fn an_agent_has_one_session_and_only_with_a_live_card_and_a_role() {
    let world = World::new();
    let (one, two) = (world.desk("desk-1"), world.desk("desk-2"));
    let agent = world.agent(&one, Role::RaAgent);
    let mut forged = agent.session(&one, Role::RaAgent);
    forged.statement.role = Role::Sponsor;
    assert_eq!(code(one.client.open_session(&forged)), ProblemCode::BadSignature);
    one.client.open_session(&agent.session(&one, Role::RaAgent)).unwrap();
    let elsewhere = two.client.open_session(&agent.session(&two, Role::RaAgent));
    assert_eq!(code(elsewhere), ProblemCode::SessionElsewhere);
    one.client.end_sessions().unwrap();
    two.client.open_session(&agent.session(&two, Role::RaAgent)).unwrap();
    assert_eq!(code(two.client.open_session(&agent.session(&two, Role::RaManager))), ProblemCode::NotAllowed);
    assert_eq!(code(one.client.open_session(&agent.session(&two, Role::RaAgent))), ProblemCode::BadSignature);
    demo_mark(world.central(), agent.guid, CardStatus::Cancelled).unwrap();
    assert_eq!(code(two.client.open_session(&agent.session(&two, Role::RaAgent))), ProblemCode::NotAllowed);
}

#[test]
fn an_act_counts_only_where_its_agent_is_signed_in() {
    let world = World::new();
    let (mut one, mut two) = (world.desk("desk-1"), world.desk("desk-2"));
    let agent = world.agent(&one, Role::RaAgent);
    let holder = world.agent(&one, Role::Lsa);
    let ask = |desk: &Desk| desk.client.release(holder.grant, &release(desk, &agent, &holder, ActKind::PukRelease));
    assert_eq!(code(ask(&one)), ProblemCode::NoSession, "nobody is signed in");
    let person = world.seeded.agents.iter().find(|(_, role)| *role == Role::Sponsor).unwrap().0.id;
    assert_eq!(code(one.client.grant(&grant_request(&one, &agent, person))), ProblemCode::NoSession);
    one.client.open_session(&agent.session(&one, Role::RaAgent)).unwrap();
    assert!(ask(&one).is_ok());
    // Signed in without the network at the other desk, which tells of it later.
    let offline = Fact::SessionStarted { start: Box::new(agent.session(&two, Role::RaAgent)) };
    two.push(&agent, &offline);
    assert_eq!(code(ask(&two)), ProblemCode::NoSession, "she is signed in elsewhere");
    one.push(&agent, &Fact::SessionEnded { reason: "signed_out".into() });
    assert_eq!(code(ask(&one)), ProblemCode::NoSession, "the session ended");
    let offline = Fact::SessionStarted { start: Box::new(agent.session(&two, Role::RaAgent)) };
    assert_eq!(two.push(&agent, &offline), Outcome::Applied);
    assert!(ask(&two).is_ok(), "the event opened the session");
}

#[test]
fn a_revoked_desk_is_told_why_and_a_stranger_gets_nowhere() {
    let world = World::new();
    let (desk, other) = (world.desk("desk-1"), world.desk("desk-2"));
    assert_eq!(code(desk.client.roster(other.record.desk)), ProblemCode::NotAllowed);
    let ca = world.central().authority.device_ca().to_vec();
    let stranger = Client::trusting(&world.host(), &ca).unwrap();
    assert_eq!(stranger.hello().unwrap().environment, Environment::Demo);
    assert_eq!(code(stranger.revocations()), ProblemCode::NotADesk);
    world.central().store.revoke_desk(desk.record.desk, "left in a taxi", world.central().now()).unwrap();
    match desk.client.revocations() {
        Err(ra_desk::sync::CentralFault::Problem { code, detail, .. }) => {
            assert_eq!((code, detail.as_str()), (ProblemCode::DeskRevoked, "left in a taxi"));
        }
        other => panic!("{other:?}"),
    }
    let bytes = other.client.revocations().unwrap();
    let expected = Expected {
        environment: Environment::Demo,
        kind: StatementKind::Revocations,
        scope: SCOPE_ALL,
        known_version: 0,
        now: world.central().now(),
    };
    let list = statement::open::<Revocations>(&bytes, &other.record.statement_key.0, &expected).unwrap();
    assert_eq!(list.body.serials.len(), 1);
}

#[test]
fn a_forged_act_a_torn_event_and_a_fork_are_each_told_apart() {
    let world = World::new();
    let mut desk = world.desk("desk-1");
    let agent = world.agent(&desk, Role::RaAgent);
    let holder = world.agent(&desk, Role::Lsa);
    let at = visit();
    desk.client.open_session(&agent.session(&desk, Role::RaAgent)).unwrap();
    let act = agent.act(&desk, ActKind::Cancel, at, Some(holder.guid));
    let cancel = |act: Signed<Act>| Fact::Cancel {
        visit: at,
        card: Some(holder.guid),
        number: None,
        reason: CancelReason::Stolen,
        note: String::new(),
        reported: Millis(0),
        act: Box::new(act),
    };
    let refused = Outcome::Refused { reason: RefusalReason::BadSignature };
    let mut forged = agent.over(&act, &cancel(act.clone()));
    forged.signature[10] ^= 1;
    assert_eq!(desk.push(&agent, &cancel(forged)), refused);
    assert_eq!(desk.client.card(holder.guid).unwrap().card.status, CardStatus::Issued);
    let mut torn = desk.event(&agent, &Fact::SessionEnded { reason: "idle".into() });
    torn[200] ^= 1;
    let good = desk.event(&agent, &agent.answers_for(cancel(act)));
    let outcomes = desk.push_bytes(vec![torn, good.clone()]).unwrap();
    assert_ne!(outcomes[0], Outcome::Applied);
    assert_eq!(outcomes[1], Outcome::Applied, "what is behind it is not blocked");
    assert_eq!(desk.client.card(holder.guid).unwrap().card.status, CardStatus::Cancelled);
    assert_eq!(desk.push_bytes(vec![good]).unwrap(), [Outcome::Applied], "sent again: the stored outcome");
    let skipped = desk.event(&agent, &Fact::SessionEnded { reason: "idle".into() });
    let ahead = desk.event(&agent, &Fact::SessionEnded { reason: "idle".into() });
    assert_eq!(code(desk.push_bytes(vec![ahead])), ProblemCode::ChainBroken);
    assert_eq!(desk.push_bytes(vec![skipped]).unwrap(), [Outcome::Applied]);
}

#[test]
fn the_first_manager_gets_a_card_with_a_code_and_the_code_is_spent() {
    let world = World::new();
    let mut desk = world.desk("desk-1");
    let name = LegalName { given: "Kensa".into(), family: "Rosevear".into() };
    let made = world.central().bootstrap(&name, date(1970, 1, 2), desk.record.desk).unwrap();
    let at = visit();
    let ask = |code: &str, visit| BootstrapRequest { code: code.to_owned(), visit, chip_serial: None };
    assert_eq!(code(desk.client.bootstrap(&ask("AAAA-BBBB-CCCC-DDDD", at))), ProblemCode::BadCode);
    let grant = desk.client.bootstrap(&ask(&made.code, at)).unwrap();
    assert_eq!(desk.client.bootstrap(&ask(&made.code, at)).unwrap().terms.card, grant.terms.card, "a lost answer");
    assert_eq!(code(desk.client.bootstrap(&ask(&made.code, visit()))), ProblemCode::BadCode);
    let card = SoftCard::written(&desk.client, &grant.terms);
    let act = Box::new(card.act(&desk, ActKind::HandOver, at, Some(card.guid)));
    let over = Fact::HandedOver { visit: at, card: card.guid, puk_n: 1, likeness_confirmed: true, act };
    assert_eq!(desk.push(&card, &card.answers_for(over)), Outcome::Applied);
    assert_eq!(desk.client.open_session(&card.session(&desk, Role::RaManager)).unwrap().agent, card.number);
    assert_eq!(code(desk.client.bootstrap(&ask(&made.code, at))), ProblemCode::BadCode);
}

#[test]
fn an_act_counts_for_what_its_agent_signed_and_for_nothing_else() {
    let world = World::new();
    let mut desk = world.desk("desk-1");
    let agent = world.agent(&desk, Role::RaAgent);
    let holder = world.agent(&desk, Role::Lsa);
    desk.client.open_session(&agent.session(&desk, Role::RaAgent)).unwrap();
    let sent = |wish: &Registration| Fact::Register(Box::new(wish.clone()));
    let signed = |wish: Registration| match agent.answers_for(sent(&wish)) {
        Fact::Register(wish) => *wish,
        other => panic!("{other:?}"),
    };
    let wish = signed(registration(&agent, &desk, &"a".repeat(64)));
    let differs = Outcome::Refused { reason: RefusalReason::ContentDiffers };
    let mut other_name = wish.clone();
    other_name.name.given = "Lowenna".into();
    assert_eq!(desk.push(&agent, &sent(&other_name)), differs);
    let mut other_document = wish.clone();
    other_document.documents[0].number = Some("911234568".into());
    assert_eq!(desk.push(&agent, &sent(&other_document)), differs);
    let other_photo = Registration { photo: Some("b".repeat(64)), ..wish.clone() };
    assert_eq!(desk.push(&agent, &sent(&other_photo)), differs);
    let unsaid = registration(&agent, &desk, &"a".repeat(64));
    assert_eq!(desk.push(&agent, &sent(&unsaid)), differs, "an act that says nothing of its content");
    assert_eq!(desk.push(&agent, &sent(&wish)), Outcome::AwaitingBlob, "and what was signed is taken");

    // Offline the chain's head stands in for central's nonce; the content counts all the same.
    let mut offline = agent.act(&desk, ActKind::Cancel, visit(), Some(holder.guid));
    offline.statement.nonce = desk.head();
    let cancel = |reason, act: Signed<Act>| Fact::Cancel {
        visit: act.statement.visit,
        card: Some(holder.guid),
        number: None,
        reason,
        note: String::new(),
        reported: Millis(0),
        act: Box::new(act),
    };
    let lost = agent.answers_for(cancel(CancelReason::Lost, offline));
    let Fact::Cancel { act, .. } = &lost else { panic!() };
    assert_eq!(desk.push(&agent, &cancel(CancelReason::Stolen, (**act).clone())), differs);
    assert_eq!(desk.push(&agent, &lost), Outcome::Applied);

    // A card for somebody else than the agent signed for.
    let sponsor = world.seeded.agents.iter().find(|(_, role)| *role == Role::Sponsor).unwrap().0.id;
    let manager = world.seeded.agents.iter().find(|(_, role)| *role == Role::RaManager).unwrap().0.id;
    let mut ask = grant_request(&desk, &agent, sponsor);
    ask.person = manager;
    assert_eq!(code(desk.client.grant(&ask)), ProblemCode::ContentDiffers);
}

#[test]
fn somebody_very_likely_here_is_refused_without_a_signed_reason_that_support_can_read() {
    let world = World::new();
    let mut desk = world.desk("desk-1");
    let agent = world.agent(&desk, Role::RaAgent);
    desk.client.open_session(&agent.session(&desk, Role::RaAgent)).unwrap();
    let wish = registration(&agent, &desk, &"a".repeat(64));
    let on_record = wish.person;
    assert_eq!(desk.push(&agent, &agent.answers_for(Fact::Register(Box::new(wish)))), Outcome::AwaitingBlob);
    let mut double = registration(&agent, &desk, &"b".repeat(64));
    double.name.given = "Lovedy".into();
    double.documents[0].number = Some("917654321".into());
    let query = PersonQuery {
        given: double.name.given.clone(),
        family: double.name.family.clone(),
        birth_date: Some(double.birth_date),
        ..PersonQuery::default()
    };
    let hits = desk.client.find_persons(&query).unwrap().hits;
    assert_eq!((hits[0].person.id, hits[0].band), (on_record, Band::Upper));
    let sent = |wish: &Registration| Fact::Register(Box::new(wish.clone()));
    let refused = |reason| Outcome::Refused { reason };
    assert_eq!(desk.push(&agent, &agent.answers_for(sent(&double))), refused(RefusalReason::MaybeHere));
    let Fact::Register(mut slipped_in) = agent.answers_for(sent(&double)) else { panic!() };
    let reason = "Cousins, \u{202e}both known to me".to_owned();
    slipped_in.not_same = vec![NotSame { person: on_record, reason }];
    assert_eq!(
        desk.push(&agent, &sent(&slipped_in)),
        refused(RefusalReason::ContentDiffers),
        "the card signed no reason"
    );
    assert_eq!(desk.push(&agent, &agent.answers_for(sent(&slipped_in))), Outcome::AwaitingBlob);
    let seq = desk.seq().to_string();
    let (data, id) = (world.path().join("central"), desk.record.desk.to_string());
    let told = std::process::Command::new(env!("CARGO_BIN_EXE_ra-central"))
        .args(["event", "--data", data.to_str().unwrap(), "show", "--desk", &id, "--seq", &seq])
        .output()
        .unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    let number = hits[0].person.number.clone().unwrap();
    assert!(told.contains(&format!("not the same person as {number}: Cousins, both known to me")), "{told}");
}

#[test]
fn what_was_recorded_before_acts_named_their_content_still_counts() {
    let world = World::new();
    let mut desk = world.desk("desk-1");
    let agent = world.agent(&desk, Role::RaAgent);
    let wish = registration(&agent, &desk, &"a".repeat(64));
    let old = desk.event_of(1, Some(agent.number.clone()), &Fact::Register(Box::new(wish.clone())));
    assert_eq!(desk.push_bytes(vec![old]).unwrap(), [Outcome::AwaitingBlob]);
    let Fact::Register(mut altered) = agent.answers_for(Fact::Register(Box::new(wish))) else { panic!() };
    altered.name.given = "Lowenna".into();
    let altered = desk.event_of(1, Some(agent.number.clone()), &Fact::Register(altered));
    let differs = Outcome::Refused { reason: RefusalReason::ContentDiffers };
    assert_eq!(desk.push_bytes(vec![altered]).unwrap(), [differs], "a content that is named is held to, in any format");
}

#[test]
fn a_desk_where_nobody_is_signed_in_learns_nothing_about_people() {
    let world = World::new();
    let (mut desk, other) = (world.desk("desk-1"), world.desk("desk-2"));
    let agent = world.agent(&desk, Role::RaAgent);
    let holder = world.agent(&desk, Role::Lsa);
    let ask = |desk: &Desk| {
        let query = PersonQuery { number: Some(holder.number.clone()), ..PersonQuery::default() };
        let hits = desk.client.find_persons(&query).map(drop);
        let person = world.central().store.person_by_number(&holder.number).unwrap().unwrap().id;
        let photo = desk.client.photo(person).map(drop);
        [hits, photo, desk.client.card(holder.guid).map(drop), desk.client.card_by_number(&holder.number).map(drop)]
    };
    let all_refused =
        |desk: &Desk, why: &str| ask(desk).map(|answer| assert_eq!(code(answer), ProblemCode::NoSession, "{why}"));
    all_refused(&desk, "nobody has signed in");
    desk.client.revocations().unwrap();
    desk.client.roster(desk.record.desk).unwrap();
    feed(&desk, 0);
    assert!(desk.client.stock("C1").is_ok(), "a blank is nobody's");
    desk.client.open_session(&agent.session(&desk, Role::RaAgent)).unwrap();
    assert!(ask(&desk).iter().all(Result::is_ok));
    all_refused(&other, "the session is at another desk");
    assert_eq!(desk.push(&agent, &Fact::SessionEnded { reason: "idle".into() }), Outcome::Applied);
    all_refused(&desk, "the session ended");
}

#[test]
fn what_a_desk_recorded_before_its_new_epoch_takes_effect_once() {
    let world = World::new();
    let mut desk = world.desk("desk-1");
    let agent = world.agent(&desk, Role::RaAgent);
    let holder = world.agent(&desk, Role::Lsa);
    desk.push(&agent, &Fact::SessionEnded { reason: "idle".into() });
    let act = agent.act(&desk, ActKind::Cancel, visit(), Some(holder.guid));
    let cancel = agent.answers_for(Fact::Cancel {
        visit: act.statement.visit,
        card: Some(holder.guid),
        number: None,
        reason: CancelReason::Lost,
        note: String::new(),
        reported: Millis(0),
        act: Box::new(act),
    });
    let recorded = desk.event(&agent, &cancel);
    let mut forged = recorded.clone();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    world.central().store.release_desk(desk.record.desk).unwrap();
    desk.new_epoch();
    assert_eq!(
        desk.push(&agent, &Fact::Carried { stored: forged }),
        Outcome::Refused { reason: RefusalReason::BadSignature }
    );
    desk.client.open_session(&agent.session(&desk, Role::RaAgent)).unwrap();
    assert_eq!(desk.client.card(holder.guid).unwrap().card.status, CardStatus::Issued);
    assert_eq!(desk.push(&agent, &Fact::Carried { stored: recorded.clone() }), Outcome::Applied);
    assert_eq!(desk.client.card(holder.guid).unwrap().card.status, CardStatus::Cancelled);
    assert_eq!(desk.push(&agent, &Fact::Carried { stored: recorded.clone() }), Outcome::Applied, "the word it got");
    let inside = desk.event(&agent, &Fact::SessionEnded { reason: "idle".into() });
    let outside = desk.event(&agent, &Fact::Carried { stored: inside.clone() });
    assert_eq!(desk.push_bytes(vec![inside, outside]).unwrap()[1], Outcome::NotUnderstood, "of the same epoch");
}
