//! Watcher and actors on simulated readers.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use super::*;
use crate::card::run::Secrets;
use crate::card::task::{CardAnswer, CardFault, CardIdentity, CardTask};
use crate::device::sim::memory::TRANSPORT_PIN;
use crate::device::sim::reader::READER_NAMES;
use crate::device::sim::{CardMemory, SimCard, SimRig, Tear};
use crate::domain::{CardGuid, Secret, VaultSlot};

/// Everything a test waits for comes at once; this only bounds a failing one.
const PATIENCE: Duration = Duration::from_secs(10);
const A: &str = READER_NAMES[0];

struct Vault;

impl Secrets for Vault {
    fn get(&self, slot: VaultSlot) -> Option<Secret> {
        match slot {
            VaultSlot::AgentPin => Some(Secret::new(TRANSPORT_PIN.to_vec())),
            VaultSlot::Puk => Some(Secret::new(b"12345678".to_vec())),
            VaultSlot::HolderPin => Some(Secret::new(b"735194".to_vec())),
            _ => None,
        }
    }

    fn random(&self, buf: &mut [u8]) {
        buf.fill(7);
    }
}

struct Bench {
    rig: SimRig,
    readers: Readers,
    reports: Receiver<ReaderReport>,
    next: u64,
}

impl Bench {
    fn new() -> Self {
        let rig = SimRig::default();
        let (sender, reports) = sync_channel(64);
        let sink: Sink = Arc::new(move |report| drop(sender.send(report)));
        let readers = Readers::start(Arc::new(rig.clone()), sink);
        let bench = Self { rig, readers, reports, next: 0 };
        for name in READER_NAMES {
            assert_eq!(bench.event(), state(name, ReaderState::Absent));
        }
        bench
    }

    fn event(&self) -> ReaderEvent {
        match self.reports.recv_timeout(PATIENCE) {
            Ok(ReaderReport::Event(event)) => event,
            other => panic!("no event but {other:?}"),
        }
    }

    fn start(&mut self, task: CardTask, expect: Option<CardIdentity>) -> u64 {
        self.next += 1;
        let run = ReaderCommand::Run { id: self.next, task, expect, secrets: Box::new(Vault) };
        self.readers.send(A, run).unwrap();
        self.next
    }

    fn run(&mut self, task: CardTask, expect: Option<CardIdentity>) -> Result<CardAnswer, CardFault> {
        let wanted = self.start(task, expect);
        loop {
            match self.reports.recv_timeout(PATIENCE) {
                Ok(ReaderReport::Finished { reader, id, result }) => {
                    assert_eq!((reader.as_str(), id), (A, wanted));
                    return result;
                }
                Ok(ReaderReport::Event(_)) => {}
                Err(error) => panic!("no answer: {error}"),
            }
        }
    }
}

fn state(name: &str, state: ReaderState) -> ReaderEvent {
    ReaderEvent::State(ReaderSeen { name: name.to_owned(), state })
}

/// A card with a CHUID and keys, as if issued.
fn issued(number: u32) -> (SimCard, CardIdentity) {
    let guid = CardGuid([number as u8; 16]);
    let mut memory = CardMemory::blank(number);
    memory.put_object(0x5F_C102, crate::card::objects::Chuid::encode(guid, jiff::civil::date(2030, 1, 1)));
    memory.make_key(0x9A);
    let identity = CardIdentity { guid: Some(guid), chip_serial: Some(number.to_string()) };
    (SimCard::new(memory), identity)
}

fn verify() -> CardTask {
    CardTask::Verify { pin: VaultSlot::AgentPin }
}

fn sign() -> CardTask {
    CardTask::Sign { message: b"session".to_vec() }
}

#[test]
fn cards_coming_going_and_being_swapped_are_told_once_each() {
    let bench = Bench::new();
    let (first, second) = (issued(1).0, issued(2).0);
    bench.rig.insert(0, &first);
    let ReaderEvent::State(ReaderSeen { state: ReaderState::Present { event_count: one, .. }, .. }) = bench.event()
    else {
        panic!("the first card")
    };
    // Swapped so quickly that no look fell between: the count tells.
    assert!(bench.rig.insert(0, &second).is_some_and(|before| before.is(&first)));
    let ReaderEvent::State(ReaderSeen { state: ReaderState::Present { event_count: two, .. }, .. }) = bench.event()
    else {
        panic!("the second card")
    };
    assert_ne!(one, two);
    bench.rig.remove(0);
    assert_eq!(bench.event(), state(A, ReaderState::Absent));
    bench.rig.set_plugged(1, false);
    assert_eq!(bench.event(), ReaderEvent::Gone { name: READER_NAMES[1].into() });
    bench.rig.set_plugged(1, true);
    assert_eq!(bench.event(), state(READER_NAMES[1], ReaderState::Absent));
    bench.rig.insert(1, &first);
    assert!(matches!(bench.event(), ReaderEvent::State(_)));
    bench.rig.set_mute(1, true);
    assert_eq!(bench.event(), state(READER_NAMES[1], ReaderState::Mute));
    assert_eq!(bench.reports.recv_timeout(Duration::from_millis(50)), Err(RecvTimeoutError::Timeout));
}

#[test]
fn the_watcher_outlives_the_service() {
    let bench = Bench::new();
    bench.rig.set_service(false);
    assert_eq!(bench.event(), ReaderEvent::ServiceLost);
    bench.rig.set_service(true);
    assert_eq!(bench.event(), ReaderEvent::ServiceBack);
    assert_eq!(bench.event(), state(A, ReaderState::Absent));
}

#[test]
fn a_report_carries_the_answer_to_reset() {
    let mut bench = Bench::new();
    let (card, identity) = issued(3);
    bench.rig.insert(0, &card);
    let Ok(CardAnswer::Report(report)) = bench.run(CardTask::Read, None) else { panic!("no report") };
    assert_eq!(report.atr, card.atr());
    assert_eq!(report.identity, identity);
    let other = SimCard::new(CardMemory::not_piv());
    bench.rig.insert(0, &other);
    let Ok(CardAnswer::Report(report)) = bench.run(CardTask::Read, None) else { panic!("no report") };
    assert!(!report.is_piv);
}

#[test]
fn rights_live_from_task_to_task_and_die_with_an_unpowering_release() {
    let mut bench = Bench::new();
    let (card, identity) = issued(4);
    bench.rig.insert(0, &card);
    bench.readers.send(A, ReaderCommand::Hold).unwrap();
    assert_eq!(bench.run(verify(), Some(identity.clone())), Ok(CardAnswer::Verified));
    assert!(matches!(bench.run(sign(), Some(identity.clone())), Ok(CardAnswer::Signature(_))));
    assert!(matches!(bench.rig.connect(A, Share::Shared), Err(ChannelFault::InUse)), "held for reading tasks too");
    bench.readers.send(A, ReaderCommand::Release(Ending::LeaveCard)).unwrap();
    assert!(matches!(bench.run(sign(), Some(identity.clone())), Ok(CardAnswer::Signature(_))), "left as it was");
    bench.readers.send(A, ReaderCommand::Release(Ending::Unpower)).unwrap();
    assert_eq!(bench.run(sign(), Some(identity)), Err(CardFault::NoRights));
}

#[test]
fn a_card_that_is_held_is_nobody_elses() {
    let mut bench = Bench::new();
    let (card, identity) = issued(5);
    bench.rig.insert(0, &card);
    assert_eq!(bench.run(verify(), Some(identity.clone())), Ok(CardAnswer::Verified));
    let guest = bench.rig.connect(A, Share::Shared).expect("our connection is shared so far");
    let unlock = CardTask::Unlock { puk: VaultSlot::Puk, pin: VaultSlot::HolderPin };
    assert_eq!(bench.run(unlock.clone(), Some(identity.clone())), Err(CardFault::InUse), "writing wants it alone");
    guest.end(Ending::LeaveCard);
    assert_eq!(bench.run(unlock, Some(identity)), Ok(CardAnswer::Done));
    assert!(matches!(bench.rig.connect(A, Share::Shared), Err(ChannelFault::InUse)));
    bench.readers.send(A, ReaderCommand::Release(Ending::Unpower)).unwrap();
    assert!(matches!(bench.run(CardTask::Read, None), Ok(CardAnswer::Report(_))));
    assert!(bench.rig.connect(A, Share::Shared).is_ok());
}

#[test]
fn another_card_behind_the_same_reader_is_noticed_after_the_reconnect() {
    let mut bench = Bench::new();
    let ((first, identity), (second, _)) = (issued(6), issued(7));
    bench.rig.insert(0, &first);
    assert_eq!(bench.run(verify(), Some(identity.clone())), Ok(CardAnswer::Verified));
    bench.rig.insert(0, &second);
    assert_eq!(bench.run(sign(), Some(identity.clone())), Err(CardFault::WrongCard));
    bench.rig.insert(0, &first);
    assert_eq!(bench.run(sign(), Some(identity.clone())), Err(CardFault::NoRights), "it was without power");
    assert_eq!(bench.run(verify(), Some(identity)), Ok(CardAnswer::Verified));
}

#[test]
fn a_card_pulled_in_the_middle_is_removed_and_the_next_task_starts_afresh() {
    let mut bench = Bench::new();
    let (card, identity) = issued(8);
    bench.rig.insert(0, &card);
    card.tear(Tear::Before(2));
    assert_eq!(bench.run(CardTask::Read, None), Err(CardFault::Removed));
    assert!(bench.rig.card(0).is_none(), "it is out of the reader");
    assert_eq!(bench.run(CardTask::Read, None), Err(CardFault::Removed), "no card");
    bench.rig.insert(0, &card);
    assert_eq!(bench.run(verify(), Some(identity)), Ok(CardAnswer::Verified));
}

#[test]
fn every_fault_of_the_way_has_its_name() {
    let mut bench = Bench::new();
    let (card, _) = issued(9);
    bench.rig.insert(0, &card);
    bench.rig.set_service(false);
    assert_eq!(bench.run(CardTask::Read, None), Err(CardFault::ReaderGone));
    bench.rig.set_service(true);
    assert!(bench.run(CardTask::Read, None).is_ok(), "a new connection after the service is back");
    bench.rig.set_plugged(0, false);
    assert_eq!(bench.run(CardTask::Read, None), Err(CardFault::ReaderGone));
    bench.rig.set_plugged(0, true);
    bench.rig.set_mute(0, true);
    assert_eq!(bench.run(CardTask::Read, None), Err(CardFault::Removed));
}

#[test]
fn a_reset_by_another_program_takes_the_rights_and_is_said() {
    let mut bench = Bench::new();
    let (card, identity) = issued(10);
    bench.rig.insert(0, &card);
    assert_eq!(bench.run(verify(), Some(identity.clone())), Ok(CardAnswer::Verified));
    bench.rig.reset_by_another(0);
    assert_eq!(bench.run(sign(), Some(identity.clone())), Err(CardFault::NoRights));
    assert_eq!(bench.run(verify(), Some(identity)), Ok(CardAnswer::Verified));
}

#[test]
fn a_full_queue_refuses_and_too_many_readers_are_refused() {
    let rig = SimRig::default();
    let (card, _) = issued(11);
    rig.insert(0, &card);
    // A sink that blocks keeps the actor busy with its first answer.
    let (sender, reports) = sync_channel(0);
    let sink: Sink = Arc::new(move |report| {
        if matches!(report, ReaderReport::Finished { .. }) {
            drop(sender.send(report));
        }
    });
    let mut readers = Readers::start(Arc::new(rig), sink);
    let mut taken = 0;
    let refused = loop {
        let run = ReaderCommand::Run { id: taken, task: CardTask::Read, expect: None, secrets: Box::new(Vault) };
        match readers.send(A, run) {
            Ok(()) => taken += 1,
            Err(refused) => break refused,
        }
        assert!(taken < 100, "the queue has no end");
    };
    assert_eq!(refused, Refused::Busy);
    for _ in 0..taken {
        assert!(matches!(reports.recv_timeout(PATIENCE), Ok(ReaderReport::Finished { .. })));
    }
    for i in 1..READERS_MAX {
        readers.send(&format!("reader {i}"), ReaderCommand::Hold).unwrap();
    }
    assert_eq!(readers.send("one more", ReaderCommand::Hold), Err(Refused::TooManyReaders));
    assert!(readers.stop(PATIENCE));
}

#[test]
fn stopping_ends_all_threads_and_takes_the_rights_from_the_card() {
    let mut bench = Bench::new();
    let (card, identity) = issued(12);
    bench.rig.insert(0, &card);
    assert_eq!(bench.run(verify(), Some(identity)), Ok(CardAnswer::Verified));
    assert!(bench.readers.stop(PATIENCE));
    assert!(!card.is_powered());
}
