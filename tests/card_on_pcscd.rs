//! The desk's PC/SC code against a real daemon and a real applet: the conformance examination, and what the watcher and
//! the actors see when cards come and go and the daemon dies.
#![cfg(feature = "desk")]

mod card_suite;
#[path = "card_suite/on_pcscd.rs"]
mod on_pcscd;
mod support;

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use card_suite::desk::Desk;
use card_suite::{Cut, TestCard};
use on_pcscd::with_private_pcscd;
use ra_desk::card::channel::{Channel, ChannelFault};
use ra_desk::card::piv::proof::verify_by_certificate;
use ra_desk::card::task::{CardAnswer, CardFault, CardTask, KeyAlgorithm, Slot as KeySlot};
use ra_desk::device::reader::{
    Connection, Ending, PcscBackend, ReaderBackend, ReaderCommand, ReaderEvent, ReaderReport, ReaderState, Readers,
    Share,
};
use ra_desk::domain::VaultSlot;
use support::pcsc::{CardImage, Faults, PrivatePcscd};

/// The longest wait for an event: the daemon looks for cards every 0.4 s; the rest is for a busy computer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The reader all cards of one examination share, and who lies in it.
struct Slot {
    pcscd: PrivatePcscd,
    inside: Option<u64>,
    connection: Option<Box<dyn Connection>>,
}

impl Slot {
    fn let_go(&mut self, ending: Ending) {
        if let Some(connection) = self.connection.take() {
            connection.end(ending);
        }
    }

    fn pull(&mut self) {
        self.let_go(Ending::LeaveCard);
        self.pcscd.pull(0);
        self.inside = None;
    }

    fn connection(&mut self, number: u64, image: &CardImage) -> Result<&mut dyn Connection, ChannelFault> {
        if self.inside != Some(number) {
            self.pull();
            self.pcscd.insert(0, image);
            self.inside = Some(number);
        }
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => PcscBackend.connect(self.pcscd.reader_name(0), Share::Exclusive)?,
        };
        Ok(&mut **self.connection.insert(connection))
    }
}

/// One virtual card. It is put into the reader when it is spoken to.
struct Applet {
    slot: Rc<RefCell<Slot>>,
    image: CardImage,
    number: u64,
    cut: Option<Cut>,
    torn: bool,
    sent: usize,
}

impl Applet {
    fn tear(&mut self) -> Result<Vec<u8>, ChannelFault> {
        self.cut = None;
        self.torn = true;
        self.slot.borrow_mut().pull();
        Err(ChannelFault::CardGone)
    }
}

impl Channel for Applet {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelFault> {
        if self.torn {
            return Err(ChannelFault::CardGone);
        }
        if matches!(self.cut, Some(Cut::Before(0))) {
            return self.tear();
        }
        let mut answer = Err(ChannelFault::CardGone);
        self.slot
            .borrow_mut()
            .connection(self.number, &self.image)?
            .transaction(&mut |card| answer = card.transmit(command))?;
        self.sent += 1;
        match &mut self.cut {
            Some(Cut::After(0)) => return self.tear(),
            Some(Cut::Before(left) | Cut::After(left)) => *left -= 1,
            None => {}
        }
        answer
    }
}

impl TestCard for Applet {
    fn power_cycle(&mut self) {
        self.cut = None;
        self.torn = false;
        let mut slot = self.slot.borrow_mut();
        if slot.inside == Some(self.number) {
            slot.let_go(Ending::Unpower);
        }
    }

    fn cut(&mut self, cut: Cut) {
        self.cut = Some(cut);
    }

    fn executed(&self) -> usize {
        self.sent
    }

    fn says_puk_tries(&self) -> bool {
        false
    }

    fn comes_blank(&self) -> bool {
        false
    }

    fn tear_stride(&self) -> usize {
        17
    }

    fn face_too_large(&self) -> usize {
        9_000
    }
}

impl Applet {
    fn new(slot: &Rc<RefCell<Slot>>, number: u64) -> Self {
        let image = CardImage::new("examined", number);
        Self { slot: Rc::clone(slot), image, number, cut: None, torn: false, sent: 0 }
    }
}

fn slot(pcscd: PrivatePcscd) -> Rc<RefCell<Slot>> {
    Rc::new(RefCell::new(Slot { pcscd, inside: None, connection: None }))
}

#[test]
fn a_card_with_rsa_keys_is_written_proved_and_signs() {
    with_private_pcscd("a_card_with_rsa_keys_is_written_proved_and_signs", |pcscd| {
        let mut card = Applet::new(&slot(pcscd), 1);
        let mut desk = Desk::new(30, 500);
        desk.plan.keys =
            vec![(KeySlot::Authentication, KeyAlgorithm::Rsa2048), (KeySlot::CardAuthentication, KeyAlgorithm::P256)];
        desk.identify(&mut card);
        desk.write(&mut card).expect("a card with an RSA key");
        assert_eq!(desk.run(&mut card, CardTask::Verify { pin: VaultSlot::EncodePin }), Ok(CardAnswer::Verified));
        // The task does not say the algorithm: it is found out.
        let signed = desk.run(&mut card, CardTask::Sign { message: b"session".to_vec() });
        let Ok(CardAnswer::Signature(signature)) = signed else { panic!("{signed:?}") };
        let certificate = &desk.plan.certificates[&KeySlot::Authentication];
        assert!(verify_by_certificate(certificate, b"session", &signature));
        assert_eq!(signature.len(), 256);
    });
}

#[test]
fn the_applet_behind_pcscd_passes_the_suite() {
    with_private_pcscd("the_applet_behind_pcscd_passes_the_suite", |pcscd| {
        let slot = slot(pcscd);
        let mut number = 0;
        card_suite::suite(&mut || {
            number += 1;
            Box::new(Applet::new(&slot, number))
        });
    });
}

/// Watcher and actors over PC/SC, and what they said.
struct Bench {
    readers: Readers,
    reports: Receiver<ReaderReport>,
    next: u64,
}

impl Bench {
    fn start() -> Self {
        let (sender, reports) = sync_channel(256);
        let sink = Arc::new(move |report| drop(sender.send(report)));
        Self { readers: Readers::start(Arc::new(PcscBackend), sink), reports, next: 0 }
    }

    /// Waits for an event of this kind; others may come before it.
    #[track_caller]
    fn until(&self, wanted: impl Fn(&ReaderEvent) -> bool) {
        let mut seen = Vec::new();
        loop {
            match self.reports.recv_timeout(PATIENCE) {
                Ok(ReaderReport::Event(event)) if wanted(&event) => return,
                Ok(report) => seen.push(report),
                Err(_) => panic!("it did not come; instead: {seen:?}"),
            }
        }
    }

    #[track_caller]
    fn until_state(&self, reader: &str, wanted: impl Fn(&ReaderState) -> bool) {
        self.until(|event| matches!(event, ReaderEvent::State(seen) if seen.name == reader && wanted(&seen.state)));
    }

    #[track_caller]
    fn run(&mut self, reader: &str, task: CardTask) -> Result<CardAnswer, CardFault> {
        self.next += 1;
        let secrets = Box::new(card_suite::desk::Vault::new());
        self.readers.send(reader, ReaderCommand::Run { id: self.next, task, expect: None, secrets }).unwrap();
        loop {
            match self.reports.recv_timeout(PATIENCE).expect("an answer") {
                ReaderReport::Finished { id, result, .. } if id == self.next => return result,
                _ => {}
            }
        }
    }
}

fn present(state: &ReaderState) -> bool {
    matches!(state, ReaderState::Present { atr, .. } if !atr.is_empty())
}

fn absent(state: &ReaderState) -> bool {
    *state == ReaderState::Absent
}

#[test]
fn cards_and_the_daemon_come_and_go_and_are_told() {
    with_private_pcscd("cards_and_the_daemon_come_and_go_and_are_told", |mut pcscd| {
        let (a, b) = (pcscd.reader_name(0), pcscd.reader_name(1));
        let (first, second) = (CardImage::new("first", 1), CardImage::new("second", 2));
        let mut bench = Bench::start();
        bench.until_state(a, absent);
        bench.until_state(b, absent);
        assert_eq!(bench.run(a, CardTask::Read), Err(CardFault::Removed), "no card yet");

        pcscd.insert(0, &first);
        bench.until_state(a, present);
        let Ok(CardAnswer::Report(report)) = bench.run(a, CardTask::Read) else { panic!("no report") };
        assert!(report.is_piv && !report.atr.is_empty());
        pcscd.insert(1, &second);
        bench.until_state(b, present);
        let Ok(CardAnswer::Report(other)) = bench.run(b, CardTask::Read) else { panic!("no second report") };
        assert_ne!(report.identity, other.identity);

        // Pulled by itself in the middle of the next task, then put back.
        pcscd.remove(0);
        bench.until_state(a, absent);
        pcscd.insert_with(0, &first, Faults { die_before: Some(4), die_after: None });
        bench.until_state(a, present);
        assert_eq!(bench.run(a, CardTask::Read), Err(CardFault::Removed));
        pcscd.wait_left(0);
        bench.until_state(a, absent);
        pcscd.insert(0, &first);
        bench.until_state(a, present);
        let Ok(CardAnswer::Report(again)) = bench.run(a, CardTask::Read) else { panic!("no third report") };
        assert_eq!(again.identity, report.identity);

        // The daemon dies and comes back: no handle of before is of any use.
        pcscd.kill_daemon();
        bench.until(|event| *event == ReaderEvent::ServiceLost);
        assert_eq!(bench.run(a, CardTask::Read), Err(CardFault::ReaderGone));
        pcscd.start_daemon();
        bench.until(|event| *event == ReaderEvent::ServiceBack);
        bench.until_state(a, absent);
        pcscd.insert(0, &first);
        bench.until_state(a, present);
        assert!(matches!(bench.run(a, CardTask::Read), Ok(CardAnswer::Report(_))));
        assert!(bench.readers.stop(PATIENCE), "every thread ends");
    });
}

#[test]
fn rights_and_exclusive_use_are_real() {
    with_private_pcscd("rights_and_exclusive_use_are_real", |mut pcscd| {
        let a = pcscd.reader_name(0);
        let card = CardImage::new("held", 3);
        pcscd.insert(0, &card);
        let mut bench = Bench::start();
        let unlock = CardTask::Unlock { puk: VaultSlot::TransportPuk, pin: VaultSlot::HolderPin };
        let guest = PcscBackend.connect(a, Share::Shared).expect("a second program");
        assert_eq!(bench.run(a, unlock.clone()), Err(CardFault::InUse), "writing wants the card alone");
        guest.end(Ending::LeaveCard);
        assert_eq!(bench.run(a, unlock), Ok(CardAnswer::Done));
        assert!(matches!(PcscBackend.connect(a, Share::Shared), Err(ChannelFault::InUse)));
        bench.readers.send(a, ReaderCommand::Release(Ending::Unpower)).unwrap();
        let verify = CardTask::Verify { pin: VaultSlot::HolderPin };
        assert_eq!(bench.run(a, verify), Ok(CardAnswer::Verified), "and shared again");
        assert!(PcscBackend.connect(a, Share::Shared).is_ok());
    });
}
