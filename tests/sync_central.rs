//! The desk's store and sync against the real central: what both sides' tests can't show alone.
#![cfg(all(feature = "desk", feature = "central"))]

mod store_help;
mod sync_help;

use std::path::Path;
use std::time::Duration;

use jiff::civil::date;
use ra_desk::central::embedded::{Embedded, start_demo};
use ra_desk::domain::{DeskId, Secret};
use ra_desk::store::{FactDraft, Store, Write};
use ra_desk::sync::core::Stop;
use ra_desk::sync::{Command, Invite, enrol, held_policies, held_revocations, held_roster};
use ra_desk::wire::chain::verify_chain;
use ra_desk::wire::fact::Fact;
use ra_desk::wire::message::{Organisation, Outcome};
use ra_desk::wire::policy::PolicyPack;
use store_help::{fact, options, visit};
use sync_help::{Line, start, until, wait_for};

/// A central and a desk enrolled at it through a line.
struct World {
    central: Embedded,
    line: Line,
    desk: DeskId,
    store: Store,
    dir: tempfile::TempDir,
    _central_dir: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let central_dir = tempfile::tempdir().unwrap();
        let central = start_demo(central_dir.path(), ra_desk::central::system_clock()).unwrap();
        let organisation = Organisation { code: "REF".parse().unwrap(), name: "Ysbyty".into() };
        central.central().store.add_organisation(&organisation).unwrap();
        let invited = central.central().invite_desk("desk 2", "Truro", &"REF".parse().unwrap()).unwrap();
        let line = Line::to(central.address());
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(options(dir.path())).unwrap();
        let invite = Invite {
            host: line.host(),
            fingerprint: invited.fingerprint,
            code: Secret::new(invited.code.into_bytes()),
        };
        let record = enrol(&store, &invite).unwrap();
        assert_eq!(record.desk, invited.desk);
        Self { central, line, desk: record.desk, store, dir, _central_dir: central_dir }
    }

    /// What central has of an epoch, as it came.
    fn held(&self, epoch: u32) -> Vec<Vec<u8>> {
        let rows = self.central.central().store.events(self.desk, epoch, 0, 10_000).unwrap();
        rows.into_iter().map(|row| row.raw).collect()
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn a_desk_and_its_central_agree_on_events_blobs_lists_and_words() {
    let world = World::new();
    let (digest, sealed) = world.store.seal_blob(&vec![7; 150_000]).unwrap();
    let draft = FactDraft {
        fact: Fact::VisitAbandoned { visit: visit(1), reason: "agent".into() },
        agent: None,
        policy: None,
        blobs: vec![digest.clone()],
    };
    let blob = Write::Blob { digest: digest.clone(), sealed: sealed.clone() };
    world.store.commit_wait(vec![blob, Write::Event(Box::new(draft)), fact(2), fact(3)]).unwrap();
    let (worker, reports) = start(&world.store);
    until(&reports, "all", |report| report.counts.waiting == 0 && report.counts.blobs == 0);
    assert_eq!(world.held(1), world.store.events(1, 1, 100).unwrap());
    assert_eq!(world.central.central().store.blob_bytes(&digest).unwrap(), Some(sealed));
    for seq in 1..=3 {
        assert_eq!(world.store.outcome(1, seq).unwrap(), Some(Outcome::Applied), "event {seq}");
    }
    assert!(worker.tell(Command::Now));
    wait_for("the lists", || {
        held_roster(&world.store).unwrap().is_some() && held_revocations(&world.store).unwrap().is_some()
    });
    assert!(!held_revocations(&world.store).unwrap().unwrap().expired);
}

#[test]
fn a_policy_two_persons_agreed_on_reaches_the_desk_and_judges_from_its_day_on() {
    let world = World::new();
    let central = world.central.central();
    let from = date(2030, 1, 1);
    let pack = PolicyPack::new("evidence", 2, from, None, b"second".to_vec()).unwrap();
    central.store.propose_policy(&pack, "Ann Lowen", central.now()).unwrap();
    let (worker, reports) = start(&world.store);
    let held = || held_policies(&world.store).unwrap().map(|list| list.body);
    let first = until(&reports, "the policies", |report| report.statements[2] > 0).statements[2];
    let book = held().unwrap();
    assert_eq!(book.policies.len(), 1, "one that nobody else approved is told to nobody");
    assert_eq!((book.policies[0].version, book.in_force(from).unwrap().version), (1, 1));
    central.store.approve_policy("evidence", 2, "Tom Penrose", central.now()).unwrap();
    assert!(worker.tell(Command::Enrolled), "a restart asks for everything");
    until(&reports, "the second", |report| report.statements[2] > first);
    let book = held().unwrap();
    assert_eq!(book.in_force(date(2029, 12, 31)).unwrap().version, 1, "one from the future waits");
    assert_eq!(book.in_force(from).unwrap(), &pack);
}

#[test]
fn a_thousand_events_on_a_line_that_is_cut_again_and_again_arrive_once_and_in_order() {
    let world = World::new();
    let (worker, reports) = start(&world.store);
    for round in 0..20u64 {
        if round % 2 == 0 {
            world.line.cut_down(round * 400)
        } else {
            world.line.cut_up(round * 3_000)
        }
        world.store.commit_wait((1..=50).map(fact).collect()).unwrap();
        worker.tell(Command::Now);
        std::thread::sleep(Duration::from_millis(25));
        world.line.mend();
        worker.tell(Command::Now);
        let made = (round + 1) * 50;
        until(&reports, "the end of the outbox", |report| report.counts.waiting == 0 && report.head.1 == made);
    }
    let spki = world.store.identity().unwrap().spki().unwrap();
    assert_eq!(verify_chain(world.held(1), &spki).unwrap().count, 1_000);
    assert_eq!(world.held(1), world.store.events(1, 1, 2_000).unwrap());
    assert!(world.store.queue().unwrap().is_empty());
    assert!(world.line.cuts() > 5, "the line was hardly ever cut");
}

#[test]
fn an_old_copy_of_a_desk_is_stopped_and_the_desk_goes_on_when_a_manager_released_it() {
    let world = World::new();
    let (worker, reports) = start(&world.store);
    world.store.commit_wait(vec![fact(1)]).unwrap();
    until(&reports, "the first", |report| report.counts.waiting == 0 && report.head.1 == 1);
    drop(worker);
    let World { central, line: _line, desk, store, dir, _central_dir } = world;
    drop(store);
    let copy = tempfile::tempdir().unwrap();
    copy_folder(dir.path(), copy.path());
    let store = Store::open(options(dir.path())).unwrap();
    let (worker, reports) = start(&store);
    // Two pushes: the lease before the last is still good for a desk that lost an answer.
    for n in 2..=3 {
        store.commit_wait(vec![fact(n)]).unwrap();
        until(&reports, "more", |report| report.counts.waiting == 0 && u128::from(report.head.1) == n);
    }
    let old = Store::open(options(copy.path())).unwrap();
    let (_old_worker, old_reports) = start(&old);
    old.commit_wait(vec![fact(9)]).unwrap();
    until(&old_reports, "the stop", |report| {
        matches!(report.stopped, Some(Stop::RolledBack | Stop::Quarantined | Stop::Forked))
    });
    assert_eq!(old.counts().unwrap().waiting, 1, "its data was touched");
    central.central().store.release_desk(desk).unwrap();
    worker.tell(Command::Now);
    store.commit_wait(vec![fact(4)]).unwrap();
    until(&reports, "the new epoch", |report| report.stopped.is_none() && report.head.0 == 2);
    store.commit_wait(vec![fact(5)]).unwrap();
    // The one before it was recorded in the old epoch, after central had closed it: it travels in the new one.
    until(&reports, "its events", |report| report.head == (2, 2) && report.stopped.is_none());
    wait_for("the push of the new epoch", || !store.waits(2).unwrap());
    let rows = central.central().store.events(desk, 2, 0, 10).unwrap();
    assert_eq!(rows.iter().map(|row| row.kind.as_str()).collect::<Vec<_>>(), ["carried", "visit_abandoned"]);
    assert!(rows.iter().all(|row| row.outcome == Outcome::Applied));
    let waiting = store.counts().unwrap();
    assert_eq!((waiting.waiting, waiting.stranded), (0, 0), "an event was left behind in the old epoch");
    assert_eq!(store.outcome(1, 4).unwrap(), Some(Outcome::Applied), "its word reached the event itself");
}
