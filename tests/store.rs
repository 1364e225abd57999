//! What the desk's store promises.
#![cfg(feature = "desk")]

mod store_help;

use std::sync::mpsc::sync_channel;
use std::time::Duration;

use jiff::civil::date;
use ra_desk::document::same_person::Band;
use ra_desk::domain::{CardGuid, CardStatus, GrantId, LegalName, Millis, PersonId};
use ra_desk::store::{
    COMMIT_WAIT, COPY_MAX, DATABASE, FactDraft, KEY_FILE, KeySource, NewEvents, PERSONS_MAX, Phase, QueueState, Store,
    StoreFault, SyncWrite, Write,
};
use ra_desk::wire::chain::verify_chain;
use ra_desk::wire::event::{open_body, parse};
use ra_desk::wire::fact::Fact;
use ra_desk::wire::message::{CardBrief, EventResult, Outcome, RefusalReason};
use ra_desk::wire::seal;
use store_help::*;
use uuid::Uuid;

fn pushed(head_seq: u64, results: Vec<(u64, Outcome)>, now: i64) -> Write {
    Write::Sync(SyncWrite::Pushed {
        epoch: 1,
        head_seq,
        lease: vec![9],
        results: results.into_iter().map(|(seq, outcome)| EventResult { seq, outcome }).collect(),
        now: Millis(now),
    })
}

#[test]
fn what_was_committed_is_there_after_opening_again_and_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    store.commit_wait(vec![save(1, b"state"), fact(1)]).unwrap();
    let spki = store.identity().unwrap().spki().unwrap();
    drop(store);
    for _ in 0..3 {
        let store = Store::open(options(dir.path())).unwrap();
        assert_eq!(store.open_visits().unwrap()[0].snapshot, b"state");
        assert_eq!(store.identity().unwrap().spki().unwrap(), spki);
        assert_eq!(store.events(1, 1, 10).unwrap().len(), 1);
        store.check().unwrap();
    }
}

#[test]
fn nothing_on_the_disk_is_in_the_clear() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    store.commit_wait(vec![save(1, b"a very telling snapshot"), fact(1)]).unwrap();
    drop(store);
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let told = bytes.windows(12).any(|w| w == b"very telling" || w == b"CREATE TABLE");
        assert!(!told, "{} tells", path.display());
    }
}

#[test]
fn events_are_numbered_chained_signed_and_open_for_central_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    for n in 1..=5 {
        let done = store.commit_wait(vec![save(n, b""), fact(n), fact(n)]).unwrap();
        assert_eq!(done.events.len(), 2);
    }
    let events = store.events(1, 1, 100).unwrap();
    let head = verify_chain(&events, &store.identity().unwrap().spki().unwrap()).unwrap();
    assert_eq!((head.seq, head.count), (10, 10));
    assert_eq!(store.head(1).unwrap(), (10, head.hash));
    let parsed = parse(&events[3]).unwrap();
    assert_eq!(parsed.header.desk, record(1).desk);
    let said = open_body(&parsed, &CENTRAL_KEY).unwrap();
    assert_eq!(said, Fact::VisitAbandoned { visit: visit(2), reason: "agent".into() });
    assert!(open_body(&parsed, &[7; 32]).is_err());
}

#[test]
fn a_failed_commit_changes_nothing_and_costs_no_number() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    store.commit_wait(vec![save(1, b"before"), fact(1)]).unwrap();
    let fault = store.commit_wait(vec![save(1, b"after"), fact(1), Write::CloseVisit { id: visit(99) }]).unwrap_err();
    assert_eq!(fault, StoreFault::NoSuchVisit);
    assert_eq!(store.open_visits().unwrap()[0].snapshot, b"before");
    assert_eq!(store.head(1).unwrap().0, 1);
    assert_eq!(store.commit_wait(vec![fact(1)]).unwrap().events[0].seq, 2);
}

#[test]
fn one_bad_request_in_a_group_does_not_harm_its_neighbours() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    let answers: Vec<_> = (1..=30)
        .map(|n| {
            let bad = n % 3 == 0;
            let last = if bad { Write::CloseVisit { id: visit(999) } } else { save(n, b"x") };
            (bad, store.commit(vec![fact(n), last]))
        })
        .collect();
    for (bad, answer) in answers {
        assert_eq!(answer.wait(COMMIT_WAIT).unwrap().is_err(), bad);
    }
    let events = store.events(1, 1, 100).unwrap();
    let head = verify_chain(&events, &store.identity().unwrap().spki().unwrap()).unwrap();
    assert_eq!(head.count, 20);
}

#[test]
fn a_full_disk_is_said_and_the_desk_goes_on_with_what_it_had() {
    let dir = tempfile::tempdir().unwrap();
    let mut small = options(dir.path());
    small.max_bytes = 400 * 1024;
    let store = enrolled(small);
    let mut good = 0;
    let fault = loop {
        match store.commit_wait(vec![save(good + 1, &vec![7; 20_000]), fact(good + 1)]) {
            Ok(_) => good += 1,
            Err(fault) => break fault,
        }
        assert!(good < 100, "the limit never came");
    };
    assert_eq!(fault, StoreFault::DiskFull);
    assert_eq!(store.open_visits().unwrap().len(), usize::try_from(good).unwrap());
    assert_eq!(u128::from(store.head(1).unwrap().0), good);
    drop(store);
    // With room again, the next event follows the last one.
    let store = Store::open(options(dir.path())).unwrap();
    let seq = store.commit_wait(vec![fact(1)]).unwrap().events[0].seq;
    assert_eq!(u128::from(seq), good + 1);
    let spki = store.identity().unwrap().spki().unwrap();
    verify_chain(store.events(1, 1, 200).unwrap(), &spki).unwrap();
}

#[test]
fn without_an_identity_no_event_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(options(dir.path())).unwrap();
    assert_eq!(store.commit_wait(vec![fact(1)]), Err(StoreFault::NotEnrolled));
    assert_eq!(store.seal_blob(b"photo"), Err(StoreFault::NotEnrolled));
    store.commit_wait(vec![save(1, b"")]).unwrap();
}

#[test]
fn a_folder_is_open_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(options(dir.path())).unwrap();
    assert_eq!(Store::open(options(dir.path())).err(), Some(StoreFault::InUse));
    drop(store);
    Store::open(options(dir.path())).unwrap();
}

#[test]
fn a_lost_or_wrong_key_is_named_and_never_replaced() {
    let dir = tempfile::tempdir().unwrap();
    drop(Store::open(options(dir.path())).unwrap());
    let key = dir.path().join(KEY_FILE);
    let bytes = std::fs::read(&key).unwrap();
    std::fs::write(&key, [1; 32]).unwrap();
    assert_eq!(Store::open(options(dir.path())).err(), Some(StoreFault::WrongKey));
    std::fs::write(&key, b"short").unwrap();
    assert!(matches!(Store::open(options(dir.path())).err(), Some(StoreFault::BadKey(_))));
    std::fs::remove_file(&key).unwrap();
    assert_eq!(Store::open(options(dir.path())).err(), Some(StoreFault::KeyMissing));
    assert!(!key.exists());
    std::fs::write(&key, bytes).unwrap();
    Store::open(options(dir.path())).unwrap();
}

#[test]
fn the_key_comes_from_the_credential_if_there_is_one() {
    let dir = tempfile::tempdir().unwrap();
    let credentials = tempfile::tempdir().unwrap();
    std::fs::write(credentials.path().join("ra-desk-db"), format!("{}\n", "5a".repeat(32))).unwrap();
    let mut with = options(dir.path());
    with.credentials = Some(credentials.path().to_path_buf());
    let store = Store::open(with).unwrap();
    assert_eq!(*store.key_source(), KeySource::Credential);
    assert!(!dir.path().join(KEY_FILE).exists());
    drop(store);
    assert_eq!(Store::open(options(dir.path())).err(), Some(StoreFault::KeyMissing));
}

#[test]
fn a_key_file_others_may_read_is_told_of() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(options(dir.path())).unwrap();
    assert_eq!(*store.key_source(), KeySource::File { open_to_others: false });
    drop(store);
    std::fs::set_permissions(dir.path().join(KEY_FILE), std::fs::Permissions::from_mode(0o644)).unwrap();
    let store = Store::open(options(dir.path())).unwrap();
    assert_eq!(*store.key_source(), KeySource::File { open_to_others: true });
}

#[test]
fn a_damaged_database_is_not_opened_as_if_nothing_were() {
    let dir = tempfile::tempdir().unwrap();
    drop(enrolled(options(dir.path())));
    let path = dir.path().join(DATABASE);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100..200].fill(0);
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(Store::open(options(dir.path())).err(), Some(StoreFault::WrongKey));
}

#[test]
fn the_journal_keeps_every_step_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    let row = |step: &str, phase| Write::Journal {
        visit: visit(1),
        op: "encode-1".into(),
        step: step.into(),
        phase,
        evidence: step.as_bytes().to_vec(),
    };
    assert_eq!(store.commit_wait(vec![row("chuid", Phase::Planned)]), Err(StoreFault::NoSuchVisit));
    store.commit_wait(vec![save(1, b""), row("chuid", Phase::Planned)]).unwrap();
    store.commit_wait(vec![row("chuid", Phase::Confirmed), row("9a", Phase::Planned)]).unwrap();
    let steps: Vec<_> = store.journal(visit(1)).unwrap().into_iter().map(|row| (row.step, row.phase)).collect();
    let wanted = [("chuid", Phase::Planned), ("chuid", Phase::Confirmed), ("9a", Phase::Planned)];
    assert_eq!(steps, wanted.map(|(step, phase)| (step.to_owned(), phase)));
    store.commit_wait(vec![Write::CloseVisit { id: visit(1) }]).unwrap();
    assert_eq!(store.commit_wait(vec![save(1, b"")]), Err(StoreFault::NoSuchVisit), "a closed visit came back");
}

#[test]
fn the_queue_says_what_waits_why_and_for_whom() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    store.commit_wait((1..=4).map(fact).collect()).unwrap();
    store.commit_wait(vec![Write::Sync(SyncWrite::Sending { epoch: 1, from: 1, to: 3 })]).unwrap();
    let refused = Outcome::Refused { reason: RefusalReason::PossibleDuplicate };
    store.commit_wait(vec![pushed(2, vec![(1, refused.clone()), (2, Outcome::AwaitingBlob)], START)]).unwrap();
    let states: Vec<_> = store.queue().unwrap().into_iter().map(|item| (item.seq, item.state, item.reason)).collect();
    assert_eq!(
        states,
        [
            (1, QueueState::Refused, Some(RefusalReason::PossibleDuplicate)),
            (2, QueueState::AwaitingBlob, None),
            (3, QueueState::Sent, None),
            (4, QueueState::Waiting, None),
        ]
    );
    let counts = store.counts().unwrap();
    assert_eq!((counts.waiting, counts.refused, counts.awaiting_blob), (2, 1, 1));
    assert_eq!(store.outcome(1, 1).unwrap(), Some(refused));
    store.commit_wait(vec![Write::RefusedSeen { seq: 1 }]).unwrap();
    let result = EventResult { seq: 2, outcome: Outcome::Applied };
    store.commit_wait(vec![Write::Sync(SyncWrite::OwnResult { epoch: 1, result })]).unwrap();
    assert_eq!(store.queue().unwrap().iter().map(|item| item.seq).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(store.counts().unwrap().refused, 0);
    assert_eq!(store.identity().unwrap().lease, Some(vec![9]));
}

#[test]
fn what_was_refused_and_then_mended_and_sent_again_needs_nobody_any_more() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    let refused = Outcome::Refused { reason: RefusalReason::EvidenceNotMet };
    store.commit_wait(vec![save(1, b"x"), fact(1), pushed(1, vec![(1, refused)], START)]).unwrap();
    assert_eq!((store.counts().unwrap().refused, store.queue().unwrap()[0].title.as_str()), (1, "Siân"));
    store.commit_wait(vec![fact(1), Write::CloseVisit { id: visit(1) }]).unwrap();
    assert_eq!(store.counts().unwrap().refused, 0);
    let queue: Vec<_> = store.queue().unwrap().into_iter().map(|item| (item.seq, item.state, item.title)).collect();
    assert_eq!(queue, [(2, QueueState::Waiting, "Siân".to_owned())]);
}

#[test]
fn the_word_on_a_visit_is_the_one_on_its_last_event_of_that_kind() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    let word = |n: u128| store.outcome_of_visit(visit(n), "visit_abandoned").unwrap();
    assert_eq!(word(7), None);
    store.commit_wait(vec![fact(7), fact(8)]).unwrap();
    assert_eq!(word(7), None, "nothing is known before central has spoken");
    let refused = Outcome::Refused { reason: RefusalReason::EvidenceNotMet };
    store.commit_wait(vec![pushed(2, vec![(1, refused.clone()), (2, Outcome::Applied)], START)]).unwrap();
    assert_eq!((word(7), word(8)), (Some(refused), Some(Outcome::Applied)));
    store.commit_wait(vec![fact(7)]).unwrap();
    assert_eq!(word(7), None, "an older event's refusal is not the word on the one that superseded it");
    assert_eq!(store.outcome_of_visit(visit(7), "register").unwrap(), None);
    store.commit_wait(vec![pushed(3, vec![(3, Outcome::Applied)], START)]).unwrap();
    assert_eq!(word(7), Some(Outcome::Applied));
}

#[test]
fn what_the_desk_says_of_a_card_counts_until_central_has_decided_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    let card = CardGuid([7; 16]);
    let said = || store.said_of_card(card).unwrap();
    let spoilt = event(Fact::CardSpoilt { visit: visit(1), card, reason: "torn".into() });
    store.commit_wait(vec![event(Fact::PrintedGood { visit: visit(1), card, attempt: 1 }), spoilt]).unwrap();
    assert_eq!(said(), Some(CardStatus::Spoilt), "the later of the two");
    let refused = Outcome::Refused { reason: RefusalReason::EvidenceNotMet };
    store.commit_wait(vec![pushed(2, vec![(2, refused)], START)]).unwrap();
    assert_eq!(said(), Some(CardStatus::PrintedNotHandedOver), "received is not yet decided");
    let applied = EventResult { seq: 1, outcome: Outcome::Applied };
    store.commit_wait(vec![Write::Sync(SyncWrite::OwnResult { epoch: 1, result: applied })]).unwrap();
    assert_eq!(said(), None);
}

#[test]
fn a_central_that_was_restored_gets_everything_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    store.commit_wait((1..=4).map(fact).collect()).unwrap();
    store.commit_wait(vec![pushed(4, vec![], START)]).unwrap();
    assert!(store.outgoing(1, 200, 1 << 20).unwrap().is_empty());
    store.commit_wait(vec![Write::Sync(SyncWrite::CentralBehind { epoch: 1, head_seq: 1 })]).unwrap();
    let again: Vec<_> = store.outgoing(1, 200, 1 << 20).unwrap().into_iter().map(|event| event.seq).collect();
    assert_eq!(again, [2, 3, 4]);
}

#[test]
fn a_batch_keeps_to_its_count_and_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    store.commit_wait((1..=10).map(fact).collect()).unwrap();
    assert_eq!(store.outgoing(1, 4, 1 << 20).unwrap().len(), 4);
    let size = store.events(1, 1, 1).unwrap()[0].len();
    assert_eq!(store.outgoing(1, 200, size * 3 + 10).unwrap().len(), 3);
    assert_eq!(store.outgoing(1, 200, 1).unwrap().len(), 1, "one event always goes");
}

#[test]
fn a_blob_is_named_by_its_sealed_bytes_and_an_event_names_only_blobs_that_are_there() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    let (digest, sealed) = store.seal_blob(b"likeness").unwrap();
    let opened = seal::open(&CENTRAL_KEY, seal::BLOB_INFO, b"", &sealed).unwrap();
    assert_eq!(*opened, b"likeness");
    let draft = FactDraft {
        fact: Fact::VisitAbandoned { visit: visit(1), reason: "agent".into() },
        agent: None,
        policy: None,
        blobs: vec![digest.clone()],
    };
    let event = Write::Event(Box::new(draft));
    assert!(matches!(store.commit_wait(vec![event.clone()]), Err(StoreFault::BadValue(_))));
    let wrong = Write::Blob { digest: digest.clone(), sealed: b"other".to_vec() };
    assert!(matches!(store.commit_wait(vec![wrong]), Err(StoreFault::BadValue(_))));
    let blob = Write::Blob { digest: digest.clone(), sealed: sealed.clone() };
    store.commit_wait(vec![blob.clone(), event]).unwrap();
    store.commit_wait(vec![blob]).unwrap();
    let waiting = store.outgoing_blob(0).unwrap().unwrap();
    assert_eq!((waiting.digest.as_str(), waiting.sent, waiting.sealed), (digest.as_str(), 0, sealed));
    store
        .commit_wait(vec![Write::Sync(SyncWrite::BlobProgress { digest: digest.clone(), sent: 20, done: false })])
        .unwrap();
    assert_eq!(store.outgoing_blob(0).unwrap().unwrap().sent, 20);
    store.commit_wait(vec![Write::Sync(SyncWrite::BlobProgress { digest, sent: 99, done: true })]).unwrap();
    assert_eq!(store.outgoing_blob(0).unwrap(), None);
}

#[test]
fn statement_versions_never_fall() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    let roster = |version| Write::CacheStatement { kind: "roster".into(), version, bytes: vec![version as u8] };
    store.commit_wait(vec![roster(4)]).unwrap();
    assert_eq!(
        store.commit_wait(vec![roster(3)]),
        Err(StoreFault::VersionFalls { kind: "roster".into(), have: 4, offered: 3 })
    );
    store.commit_wait(vec![roster(5)]).unwrap();
    assert_eq!(store.statement("roster").unwrap(), Some((5, vec![5])));
    assert_eq!(store.statement("policy").unwrap(), None);
}

#[test]
fn cached_persons_are_found_by_any_part_of_the_name_date_or_number() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    let card = CardBrief {
        guid: CardGuid([4; 16]),
        status: CardStatus::Issued,
        grant: GrantId(Uuid::from_u128(8)),
        series: 9,
    };
    let holder = PersonId(Uuid::from_u128(1));
    store
        .commit_wait(vec![
            Write::CachePerson(Box::new(person(1, "O'Brien-Ffoulkes"))),
            Write::CachePerson(Box::new(person(2, "Llŷr"))),
            Write::CacheCard { card: card.clone(), person: holder },
        ])
        .unwrap();
    let found = |name: &str, day| store.find_persons(name, day).unwrap().len();
    assert_eq!(found("sian ffoulkes", None), 1);
    assert_eq!(found("LLYR", None), 1);
    assert_eq!(found("sian", Some(date(1990, 3, 14))), 2);
    assert_eq!(found("sian", Some(date(1990, 3, 15))), 0);
    let likely = |given: &str, family: &str, day| {
        let name = LegalName::parse(given, family).unwrap();
        store.likely_persons(&name, day).unwrap().iter().map(|(person, band)| (person.id, *band)).collect::<Vec<_>>()
    };
    assert_eq!(likely("Sian", "O'Brian", date(1990, 3, 14))[0], (holder, Band::Upper), "another spelling");
    assert_eq!(likely("Sian", "O'Brien-Ffoulkes", date(1990, 3, 15))[0], (holder, Band::Middle), "a slip of the date");
    assert!(likely("Chidi", "Okafor", date(1961, 1, 9)).is_empty());
    assert_eq!(found("%", None), 0, "a sign of the pattern language found everybody");
    assert_eq!(found("", None), 0);
    assert_eq!(store.person_by_number(&"000000000002".parse().unwrap()).unwrap().unwrap().name.family, "Llŷr");
    assert_eq!(store.card(CardGuid([4; 16])).unwrap(), Some((card, holder)));
    let older = ra_desk::domain::Person { version: 2, ..person(2, "Jones") };
    store.commit_wait(vec![Write::CachePerson(Box::new(older))]).unwrap();
    assert_eq!(found("jones", None), 0, "an older version replaced a newer one");
}

#[test]
fn the_cache_keeps_to_its_number_and_lets_the_least_used_go() {
    let dir = tempfile::tempdir().unwrap();
    let clock = TestClock::at(START);
    let mut with = options(dir.path());
    with.clock = clock.clone();
    let store = enrolled(with);
    let all = u128::from(PERSONS_MAX);
    for chunk in (1..=all).collect::<Vec<_>>().chunks(500) {
        clock.set(Millis(START + i64::try_from(chunk[0]).unwrap()));
        let writes = chunk.iter().map(|n| Write::CachePerson(Box::new(person(*n, "Rees")))).collect();
        store.commit_wait(writes).unwrap();
    }
    clock.set(Millis(START + 10_000));
    store.commit_wait(vec![Write::TouchPerson(PersonId(Uuid::from_u128(1)))]).unwrap();
    store.commit_wait(vec![Write::CachePerson(Box::new(person(all + 1, "New")))]).unwrap();
    let there = |n: u128| store.person(PersonId(Uuid::from_u128(n))).unwrap().is_some();
    assert!(there(1) && there(all + 1));
    assert_eq!((1..=all).filter(|n| !there(*n)).count(), 1);
}

#[test]
fn old_things_go_only_after_centrals_final_word() {
    let dir = tempfile::tempdir().unwrap();
    let clock = TestClock::at(START);
    let open = || {
        let mut with = options(dir.path());
        with.clock = clock.clone();
        enrolled(with)
    };
    let store = open();
    for n in 1..=3 {
        let copy = Write::SaveWorking { visit: visit(n), name: "photo".into(), bytes: vec![1] };
        store.commit_wait(vec![save(n, b""), copy, fact(n), Write::CloseVisit { id: visit(n) }]).unwrap();
    }
    store.commit_wait(vec![pushed(2, vec![(1, Outcome::Applied), (2, Outcome::AwaitingBlob)], START)]).unwrap();
    drop(store);
    let photo =
        |store: &Store| (1..=3).map(|n| store.working(visit(n), "photo").unwrap().is_some()).collect::<Vec<_>>();
    clock.set(Millis(START + 6 * Millis::DAY));
    assert_eq!(photo(&open()), [true, true, true]);
    clock.set(Millis(START + 8 * Millis::DAY));
    let store = open();
    assert_eq!(photo(&store), [false, true, true], "final word on the first alone");
    assert_eq!(store.events(1, 1, 10).unwrap().len(), 3);
    drop(store);
    clock.set(Millis(START + 36 * Millis::DAY));
    let store = open();
    assert_eq!(store.events(1, 1, 10).unwrap().len(), 2);
    assert_eq!(store.commit_wait(vec![fact(9)]).unwrap().events[0].seq, 4, "forgetting moved the chain");
}

#[test]
fn the_chain_goes_on_after_every_event_was_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let clock = TestClock::at(START);
    let mut with = options(dir.path());
    with.clock = clock.clone();
    let store = enrolled(with);
    store.commit_wait(vec![fact(1), fact(2)]).unwrap();
    let (_, hash) = store.head(1).unwrap();
    store.commit_wait(vec![pushed(2, vec![(1, Outcome::Applied), (2, Outcome::Applied)], START)]).unwrap();
    drop(store);
    clock.set(Millis(START + 40 * Millis::DAY));
    let mut with = options(dir.path());
    with.clock = clock;
    let store = Store::open(with).unwrap();
    assert!(store.events(1, 1, 10).unwrap().is_empty());
    store.commit_wait(vec![fact(3)]).unwrap();
    let parsed = parse(&store.events(1, 1, 10).unwrap()[0]).unwrap();
    assert_eq!((parsed.header.seq, parsed.header.prev), (3, hash));
}

#[test]
fn time_that_is_known_to_have_passed_is_not_undone_by_the_clock() {
    let dir = tempfile::tempdir().unwrap();
    let clock = TestClock::at(START);
    let mut with = options(dir.path());
    with.clock = clock.clone();
    let store = enrolled(with);
    assert!(!store.trusted_time().unwrap().in_doubt);
    store.commit_wait(vec![fact(1)]).unwrap();
    clock.set(Millis(START - Millis::DAY));
    let time = store.trusted_time().unwrap();
    assert_eq!((time.at, time.in_doubt), (Millis(START), true));
    let central = |at| Write::Sync(SyncWrite::CentralTime(Millis(at)));
    store.commit_wait(vec![central(START + Millis::HOUR), central(START + 5)]).unwrap();
    assert_eq!(store.trusted_time().unwrap().at, Millis(START + Millis::HOUR));
    clock.set(Millis(START + Millis::HOUR - 1_000));
    assert!(!store.trusted_time().unwrap().in_doubt, "a second is no doubt");
}

#[test]
fn a_new_epoch_starts_a_new_chain_and_an_old_one_never_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    store.commit_wait(vec![fact(1)]).unwrap();
    store.commit_wait(vec![Write::DeskRecord(Box::new(record(2)))]).unwrap();
    let made = store.commit_wait(vec![fact(2)]).unwrap().events;
    assert_eq!((made[0].epoch, made[0].seq), (2, 2), "after the one that was carried over");
    assert!(store.commit_wait(vec![Write::DeskRecord(Box::new(record(1)))]).is_err());
    let mut other = record(3);
    other.desk = ra_desk::domain::DeskId(Uuid::from_u128(78));
    assert!(store.commit_wait(vec![Write::DeskRecord(Box::new(other))]).is_err());
    let counts = store.counts().unwrap();
    assert_eq!((counts.waiting, counts.stranded), (2, 0), "the old epoch's event was lost or is counted twice");
}

#[test]
fn what_a_closed_epoch_left_travels_in_the_new_one_and_gets_its_word() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    store.commit_wait(vec![fact(1), fact(2), fact(3)]).unwrap();
    store.commit_wait(vec![pushed(1, vec![(1, Outcome::Applied)], START)]).unwrap();
    // Twice: what carried it is left behind as well, the event itself is not.
    for epoch in [2, 3] {
        store.commit_wait(vec![Write::DeskRecord(Box::new(record(epoch)))]).unwrap();
        let carried = store.outgoing(epoch, 10, 1 << 20).unwrap();
        assert_eq!(carried.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(parse(&carried[0].stored).unwrap().header.kind, "carried");
        let queue: Vec<_> = store.queue().unwrap().into_iter().map(|item| (item.epoch, item.seq, item.kind)).collect();
        assert_eq!(queue, [(1, 2, "visit_abandoned".to_owned()), (1, 3, "visit_abandoned".to_owned())]);
        assert_eq!(store.counts().unwrap().waiting, 2);
    }
    let refused = Outcome::Refused { reason: RefusalReason::NotFound };
    let results = [(1, Outcome::Applied), (2, refused.clone())];
    let results = results.map(|(seq, outcome)| EventResult { seq, outcome }).to_vec();
    let answer = SyncWrite::Pushed { epoch: 3, head_seq: 2, lease: vec![1], results, now: Millis(START) };
    store.commit_wait(vec![Write::Sync(answer)]).unwrap();
    assert_eq!(store.outcome(1, 2).unwrap(), Some(Outcome::Applied));
    assert_eq!(store.outcome(1, 3).unwrap(), Some(refused));
    let counts = store.counts().unwrap();
    assert_eq!((counts.waiting, counts.refused), (0, 1));
    let queue = store.queue().unwrap();
    assert_eq!((queue.len(), queue[0].seq, queue[0].state), (1, 3, QueueState::Refused));
    store.commit_wait(vec![Write::RefusedSeen { seq: 3 }]).unwrap();
    assert!(store.queue().unwrap().is_empty());
}

#[test]
fn what_is_too_large_to_be_carried_over_stays_and_is_called_that() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    store.commit_wait(vec![event(Fact::VisitAbandoned { visit: visit(1), reason: "x".repeat(62_000) })]).unwrap();
    store.commit_wait(vec![Write::DeskRecord(Box::new(record(2)))]).unwrap();
    assert!(!store.waits(2).unwrap());
    assert_eq!(store.queue().unwrap()[0].state, QueueState::Stranded);
    assert_eq!(store.counts().unwrap().stranded, 1);
}

#[test]
fn watchers_hear_of_new_events_and_of_urgent_ones() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    let (tell, hear) = sync_channel(1);
    store.watch(tell).unwrap();
    store.commit_wait(vec![save(1, b"")]).unwrap();
    assert!(hear.recv_timeout(Duration::from_millis(50)).is_err(), "no event was made");
    store.commit_wait(vec![fact(1)]).unwrap();
    assert_eq!(hear.recv_timeout(Duration::from_secs(5)), Ok(NewEvents { urgent: false }));
    let spoilt = Fact::CardSpoilt { visit: visit(1), card: CardGuid([1; 16]), reason: "torn".into() };
    store.commit_wait(vec![event(spoilt)]).unwrap();
    assert_eq!(hear.recv_timeout(Duration::from_secs(5)), Ok(NewEvents { urgent: true }));
    assert!(store.urgent_waits(1).unwrap());
}

#[test]
fn what_is_too_large_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(options(dir.path()));
    let fault = store.commit_wait(vec![save(1, &vec![0; COPY_MAX + 1])]).unwrap_err();
    assert!(matches!(fault, StoreFault::TooLarge(_)));
    let many = (0..700).map(|n| Write::Setting { key: n.to_string(), value: String::new() }).collect();
    assert!(matches!(store.commit_wait(many), Err(StoreFault::TooLarge(_))));
}
