//! The desk's sync against a small central behind the real TLS and enrolment, through a line that can be cut at any byte.
#![cfg(all(feature = "desk", feature = "central"))]

mod store_help;
mod sync_help;

use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use ra_desk::domain::{CardGuid, Millis, Secret};
use ra_desk::driver::devices::CentralLink;
use ra_desk::driver::engine::Arrival;
use ra_desk::driver::ports::Arrivals;
use ra_desk::driver::ports::central::CentralPort;
use ra_desk::driver::vault::Vault;
use ra_desk::journey::effect::{CentralCall, EffectId};
use ra_desk::journey::input::{Input, NetworkView};
use ra_desk::store::{FactDraft, Store, Write};
use ra_desk::sync::core::Stop;
use ra_desk::sync::{
    Ask, CentralFault, Client, Command, EnrolFault, Invite, Link, Online, ROSTER, Told, enrol, held_roster,
};
use ra_desk::wire::chain::verify_chain;
use ra_desk::wire::fact::Fact;
use ra_desk::wire::message::{EventResult, FeedItem, Outcome, ProblemCode, RefusalReason};
use store_help::{fact, options, person, visit};
use sync_help::{CODE, Line, PATIENCE, TestCentral, start, until, wait_for};

fn invite(host: &str, central: &TestCentral) -> Invite {
    Invite { host: host.to_owned(), fingerprint: central.fingerprint(), code: Secret::new(CODE.to_vec()) }
}

fn enrolled(dir: &std::path::Path, line: &Line, central: &TestCentral) -> Store {
    let store = Store::open(options(dir)).unwrap();
    enrol(&store, &invite(&line.host(), central)).unwrap();
    store
}

#[test]
fn an_invite_makes_a_desk_and_a_second_try_with_the_same_key_is_the_same_desk() {
    let central = TestCentral::start();
    let line = Line::to(central.address());
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(dir.path(), &line, &central);
    let first = store.identity().unwrap();
    assert_eq!(first.record.as_ref().unwrap().desk, central.desk());
    enrol(&store, &invite(&line.host(), &central)).unwrap();
    assert_eq!(store.identity().unwrap().certificate, first.certificate);
}

#[test]
fn a_server_without_the_invites_fingerprint_never_gets_the_code() {
    let central = TestCentral::start();
    let impostor = TestCentral::start();
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(options(dir.path())).unwrap();
    let line = Line::to(impostor.address());
    let fault = enrol(&store, &invite(&line.host(), &central)).unwrap_err();
    assert_eq!(fault, EnrolFault::Central(CentralFault::WrongFingerprint));
    assert_eq!(impostor.codes_seen(), 0, "the impostor was sent a code");
    assert!(store.identity().unwrap().record.is_none());
}

#[test]
fn a_server_that_shows_the_right_ca_certificate_but_has_not_its_key_never_gets_the_code() {
    let central = TestCentral::start();
    // It hands out the true CA certificate, which is no secret, and answers TLS with its own.
    let impostor = TestCentral::start_claiming(central.device_ca());
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(options(dir.path())).unwrap();
    let line = Line::to(impostor.address());
    let fault = enrol(&store, &invite(&line.host(), &central)).unwrap_err();
    assert_eq!(fault, EnrolFault::Central(CentralFault::TlsUntrusted));
    assert_eq!(impostor.codes_seen(), 0, "the impostor was sent a code");
}

#[test]
fn a_wrong_code_is_said() {
    let central = TestCentral::start();
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(options(dir.path())).unwrap();
    let mut wrong = invite(&Line::to(central.address()).host(), &central);
    wrong.code = Secret::new(b"another".to_vec());
    let line = Line::to(central.address());
    wrong.host = line.host();
    let fault = enrol(&store, &wrong).unwrap_err();
    assert!(matches!(fault, EnrolFault::Central(CentralFault::Problem { code: ProblemCode::BadCode, .. })), "{fault}");
}

#[test]
fn events_blobs_lists_and_feed_go_their_ways() {
    let central = TestCentral::start();
    let line = Line::to(central.address());
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(dir.path(), &line, &central);
    let (digest, sealed) = store.seal_blob(&vec![7; 200_000]).unwrap();
    let with_photo = FactDraft {
        fact: Fact::VisitAbandoned { visit: visit(1), reason: "agent".into() },
        agent: None,
        policy: None,
        blobs: vec![digest.clone()],
    };
    store
        .commit_wait(vec![
            Write::Blob { digest: digest.clone(), sealed: sealed.clone() },
            Write::Event(Box::new(with_photo)),
            fact(2),
        ])
        .unwrap();
    central.answer(1, Outcome::AwaitingBlob);
    central.answer(2, Outcome::Refused { reason: RefusalReason::NotAllowed });
    central.tell(FeedItem::Person { person: Box::new(person(5, "Rees")) });
    central.tell(FeedItem::OwnResult { epoch: 1, result: EventResult { seq: 1, outcome: Outcome::Applied } });
    let (worker, reports) = start(&store);
    let report =
        until(&reports, "all", |r| r.counts.waiting == 0 && r.counts.blobs == 0 && r.counts.awaiting_blob == 0);
    assert!(matches!(report.link, Link::Online { .. }));
    assert_eq!(report.counts.refused, 1);
    assert!(report.skew_ms.unwrap().abs() < 2_000);
    assert_eq!(central.blob(&digest), Some(sealed));
    assert_eq!(store.outcome(1, 1).unwrap(), Some(Outcome::Applied));
    wait_for("the feed", || store.person(person(5, "Rees").id).unwrap().is_some());
    wait_for("the roster", || store.statement(ROSTER).unwrap().is_some_and(|(version, _)| version == 1));
    let spki = store.identity().unwrap().spki().unwrap();
    assert_eq!(verify_chain(central.events(), &spki).unwrap().count, 2);
    let roster = held_roster(&store).unwrap().unwrap();
    assert_eq!((roster.head.version, roster.expired), (1, false));
    // A newer roster is told of in the feed and fetched.
    central.new_roster();
    worker.tell(Command::Now);
    wait_for("the newer roster", || store.statement(ROSTER).unwrap().is_some_and(|(version, _)| version == 2));
}

#[test]
fn what_a_newer_central_says_stops_nothing_and_is_asked_for_again_by_a_newer_program() {
    let central = TestCentral::start();
    let line = Line::to(central.address());
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(dir.path(), &line, &central);
    store.commit_wait(vec![fact(1), fact(2)]).unwrap();
    central.answer(1, Outcome::Other);
    central.tell(FeedItem::Other);
    central.tell(FeedItem::Person { person: Box::new(person(5, "Rees")) });
    let (worker, reports) = start(&store);
    until(&reports, "the push", |r| r.counts.waiting == 0 && r.counts.refused == 1);
    let person = person(5, "Rees").id;
    wait_for("the rest of the feed", || store.person(person).unwrap().is_some());
    let queue = store.queue().unwrap();
    assert_eq!(queue.iter().map(|item| item.seq).collect::<Vec<_>>(), [1], "only what is not understood needs an eye");
    drop(worker);

    let unread = store.setting("sync.feed_unread").unwrap().unwrap();
    assert!(unread.starts_with("0 "), "the place before it: {unread}");
    let older = Write::Setting { key: "sync.feed_unread".into(), value: "0 0.0.0".into() };
    central.forget_asked();
    store.commit_wait(vec![older]).unwrap();
    let (_worker, _reports) = start(&store);
    wait_for("the feed from there on", || central.feed_asked().contains(&0));
}

#[test]
fn a_question_that_does_not_reach_central_shows_offline_at_once() {
    let central = TestCentral::start();
    let line = Line::to(central.address());
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(dir.path(), &line, &central);
    central.tell(FeedItem::Person { person: Box::new(person(5, "Rees")) });
    let (sender, inputs) = sync_channel(1_000);
    let mut port = CentralPort::start(store.clone(), Arrivals::new(sender)).unwrap();
    let network = |what: &str, wanted: fn(NetworkView) -> bool| {
        let end = Instant::now() + PATIENCE;
        while let Ok(arrival) = inputs.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if matches!(arrival, Arrival::Input(Input::Sync(view)) if wanted(view.network)) {
                return;
            }
        }
        panic!("the status never was {what}");
    };
    network("online", |view| view == NetworkView::Online);
    // The last thing there is to ask at the start: from here on the worker sleeps, and would look again after a minute.
    wait_for("the feed", || store.person(person(5, "Rees").id).unwrap().is_some());
    line.cut_up(0);
    port.ask(EffectId(1), CentralCall::Nonce, &Vault::default());
    network("offline", |view| matches!(view, NetworkView::Offline(_)));
}

#[test]
fn a_line_cut_at_any_byte_loses_nothing_and_doubles_nothing() {
    let central = TestCentral::start();
    let line = Line::to(central.address());
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(dir.path(), &line, &central);
    let (worker, reports) = start(&store);
    let mut made = 0;
    for cut in 0..36u64 {
        // TLS alone takes some 2 kB each way; the push some 3 kB up and 1 kB down.
        let bytes = cut * 180;
        if cut % 2 == 0 {
            line.cut_down(bytes)
        } else {
            line.cut_up(bytes)
        }
        store.commit_wait(vec![fact(1), fact(2)]).unwrap();
        made += 2;
        worker.tell(Command::Now);
        std::thread::sleep(Duration::from_millis(30));
        line.mend();
        worker.tell(Command::Now);
        until(&reports, "the end of the outbox", |report| report.counts.waiting == 0 && report.head.1 == made);
    }
    let spki = store.identity().unwrap().spki().unwrap();
    let head = verify_chain(central.events(), &spki).unwrap();
    assert_eq!((head.count, head.seq), (made, made));
    assert!(line.cuts() > 10, "the line was hardly ever cut");
    assert_eq!(central.events(), store.events(1, 1, 10_000).unwrap());
    assert!(store.queue().unwrap().is_empty(), "an event has no result");
}

#[test]
fn a_desk_that_ends_before_the_answer_comes_asks_for_the_result_again() {
    let central = TestCentral::start();
    let line = Line::to(central.address());
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(dir.path(), &line, &central);
    let (worker, reports) = start(&store);
    until(&reports, "the link", |report| matches!(report.link, Link::Online { .. }));
    central.lose_answers(true);
    central.answer(1, Outcome::Refused { reason: RefusalReason::NotAllowed });
    store.commit_wait(vec![fact(1)]).unwrap();
    wait_for("the push", || central.events().len() == 1);
    drop(worker);
    central.lose_answers(false);
    let (_worker, reports) = start(&store);
    let report = until(&reports, "the answer", |report| report.counts.waiting == 0);
    assert_eq!(report.counts.refused, 1, "the refusal was lost with the answer");
    assert_eq!(central.events().len(), 1);
}

#[test]
fn offline_is_said_once_and_a_cancel_goes_out_at_once_when_the_line_is_back() {
    let central = TestCentral::start();
    let line = Line::to(central.address());
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(dir.path(), &line, &central);
    line.cut_up(0);
    let (_worker, reports) = start(&store);
    until(&reports, "offline", |report| matches!(report.link, Link::Offline { .. }));
    store.commit_wait(vec![fact(1)]).unwrap();
    let waiting = until(&reports, "a next try", |report| report.counts.waiting == 1 && report.next_try.is_some());
    assert!(matches!(waiting.link, Link::Offline { .. }));
    // Long enough for some failures, so that the back-off has grown over the test's patience.
    line.mend();
    let spoilt = Fact::CardSpoilt { visit: visit(1), card: CardGuid([1; 16]), reason: "torn".into() };
    let begun = Instant::now();
    store.commit_wait(vec![store_help::event(spoilt)]).unwrap();
    until(&reports, "the spoilt card", |report| report.counts.waiting == 0);
    assert!(begun.elapsed() < Duration::from_secs(5), "it waited {:?}", begun.elapsed());
    assert_eq!(central.events().len(), 2);
}

#[test]
fn another_central_under_the_same_address_is_not_believed() {
    let central = TestCentral::start();
    let line = Line::to(central.address());
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(dir.path(), &line, &central);
    let impostor = TestCentral::start();
    line.redirect(impostor.address());
    store.commit_wait(vec![fact(1)]).unwrap();
    let (_worker, reports) = start(&store);
    until(&reports, "distrust", |report| matches!(report.link, Link::Untrusted { .. }));
    assert!(impostor.events().is_empty());
    assert_eq!(store.counts().unwrap().waiting, 1);
}

#[test]
fn a_restored_central_gets_again_what_it_lost() {
    let central = TestCentral::start();
    let line = Line::to(central.address());
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(dir.path(), &line, &central);
    let (worker, reports) = start(&store);
    store.commit_wait((1..=6).map(fact).collect()).unwrap();
    until(&reports, "all", |report| report.counts.waiting == 0 && report.head.1 == 6);
    central.restore_to(2);
    store.commit_wait(vec![fact(7)]).unwrap();
    worker.tell(Command::Now);
    until(&reports, "all again", |report| report.counts.waiting == 0 && report.head.1 == 7);
    wait_for("the events", || central.events().len() == 7);
    assert_eq!(central.events(), store.events(1, 1, 100).unwrap());
}

#[test]
fn a_copy_of_a_desk_that_is_behind_stops_and_says_so() {
    let central = TestCentral::start();
    let line = Line::to(central.address());
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(dir.path(), &line, &central);
    store.commit_wait(vec![fact(1)]).unwrap();
    drop(store);
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    let store = Store::open(options(dir.path())).unwrap();
    let (worker, reports) = start(&store);
    store.commit_wait(vec![fact(2)]).unwrap();
    until(&reports, "all", |report| report.counts.waiting == 0 && report.head.1 == 2);
    drop(worker);
    let old = Store::open(options(copy.path())).unwrap();
    let (_worker, reports) = start(&old);
    until(&reports, "the stop", |report| report.stopped == Some(Stop::RolledBack));
    assert_eq!(old.counts().unwrap().waiting, 1, "its data was touched");
    assert_eq!(central.events().len(), 2);
}

#[test]
fn a_desk_released_with_a_new_epoch_goes_on_in_it() {
    let central = TestCentral::start();
    let line = Line::to(central.address());
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(dir.path(), &line, &central);
    let (worker, reports) = start(&store);
    store.commit_wait(vec![fact(1)]).unwrap();
    until(&reports, "the first", |report| report.counts.waiting == 0 && report.head == (1, 1));
    central.quarantine();
    store.commit_wait(vec![fact(2)]).unwrap();
    until(&reports, "the stop", |report| report.stopped == Some(Stop::Quarantined));
    central.release();
    worker.tell(Command::Now);
    wait_for("the new epoch", || store.identity().unwrap().record.unwrap().epoch == 2);
    store.commit_wait(vec![fact(3)]).unwrap();
    until(&reports, "the new chain", |report| report.stopped.is_none() && report.head == (2, 2));
    wait_for("its events, the one the old epoch left and the new one", || central.events().len() == 2);
    assert_eq!(store.events(1, 2, 10).unwrap().len(), 1, "the event of the old epoch is gone");
}

#[test]
fn a_certificate_is_renewed_when_a_third_of_its_life_is_over() {
    let central = TestCentral::start();
    let line = Line::to(central.address());
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(dir.path(), &line, &central);
    let first = store.identity().unwrap().certificate;
    drop(store);
    // Central and desk agree that 60 days went by; TLS itself reads the computer's clock, on which both are good.
    let later = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap() + 60 * Millis::DAY;
    central.set_clock(Millis(later));
    let mut with = options(dir.path());
    with.clock = store_help::TestClock::at(later);
    let store = Store::open(with).unwrap();
    let (_worker, _reports) = start(&store);
    wait_for("the new certificate", || store.identity().unwrap().certificate != first);
    assert_eq!(central.renewals(), 1);
}

#[test]
fn a_certificate_central_gives_again_is_not_asked_for_again_and_again() {
    let central = TestCentral::start();
    let line = Line::to(central.address());
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(dir.path(), &line, &central);
    let first = store.identity().unwrap().certificate;
    drop(store);
    // A third of the 90 days is over, half of them is not.
    let later = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap() + 35 * Millis::DAY;
    central.set_clock(Millis(later));
    let mut with = options(dir.path());
    with.clock = store_help::TestClock::at(later);
    let store = Store::open(with).unwrap();
    let (worker, _reports) = start(&store);
    wait_for("the question", || central.renewals_asked() == 1);
    for _ in 0..20 {
        worker.tell(Command::Now);
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(central.renewals_asked(), 1);
    assert_eq!((central.renewals(), store.identity().unwrap().certificate), (0, first));
}

#[test]
fn a_visits_questions_are_answered_beside_the_sync_and_refusals_come_with_their_code() {
    let central = TestCentral::start();
    let line = Line::to(central.address());
    let dir = tempfile::tempdir().unwrap();
    let store = enrolled(dir.path(), &line, &central);
    let online = Online::start(store).unwrap();
    let ask = |ask| {
        let (tell, hear) = sync_channel(1);
        online.ask(ask, move |answer| {
            let _ = tell.try_send(answer);
        });
        hear.recv_timeout(PATIENCE).unwrap()
    };
    assert!(matches!(ask(Ask::Nonce), Ok(Told::Nonce(nonce)) if nonce.nonce.0.len() == 32));
    let unknown = ask(Ask::Card(CardGuid([9; 16])));
    let Err(EnrolFault::Central(CentralFault::Problem { code, .. })) = unknown else { panic!("no refusal") };
    assert_eq!(code, ProblemCode::NotFound);
    let endless = ask(Ask::Stock("0412".into()));
    assert!(matches!(endless, Err(EnrolFault::Central(CentralFault::TooLarge))), "an answer without end was read");
    let odd = ask(Ask::Stock("../hello".into()));
    assert!(matches!(odd, Err(EnrolFault::Central(CentralFault::Setup(_)))), "a card's text became a path");
}

#[test]
fn an_address_is_only_an_address() {
    for host in ["", "a/b", "user@host", "host#x", "host?x=1", "ho st"] {
        assert!(matches!(Client::trusting(host, &[1]), Err(CentralFault::Setup(_))), "{host}");
    }
    assert!(matches!(Client::trusting("127.0.0.1:1", &[1]), Err(CentralFault::Setup(_))), "no certificate at all");
}
