//! A card written by the desk's own encoder through the desk's own reader threads, and one written by yubikit, which has one
//! Python process for the whole card: the same objects and four P-256 keys, on the same virtual card behind pcscd.

use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ra_desk::card::channel::{Channel, ChannelFault};
use ra_desk::card::run::Secrets;
use ra_desk::card::task::{CardAnswer, CardIdentity, CardPlan, CardTask};
use ra_desk::device::reader::{
    Connection, Ending, PcscBackend, ReaderBackend, ReaderCommand, ReaderReport, Readers, Share, Watch,
};

use super::process::PATIENCE;
use crate::card_suite::desk::{Desk, Vault};
use crate::support::pcsc::{CSOCK_NAME, CardImage, PrivatePcscd};
use crate::support::tools;

/// The argument that makes the harness write a card instead.
pub const CHILD: &str = "write-a-card";
/// INS of GENERATE ASYMMETRIC KEY PAIR (SP 800-73-4, part 2, 3.3.2): the card's own time.
const GENERATE: u8 = 0x47;
/// What desks put on a chip: fits cards with objects of 6 kB.
const FACE_BYTES: usize = 5_500;

/// What a whole card took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Taken {
    /// Commands the card saw: parts of a chain and GET RESPONSE count.
    pub apdus: u64,
    /// Milliseconds, without those the card made keys in.
    pub ms: f64,
}

/// One card by the desk, in a process of its own: the PC/SC library reads its socket's name once.
pub fn ours() -> Taken {
    let home = tempfile::tempdir().expect("a folder for the socket's name");
    let program = std::env::current_exe().expect("this program");
    let mut child = Command::new(program);
    said(tools::run(child.arg(CHILD).env(CSOCK_NAME, home.path().join("comm"))).well().out)
}

/// One card by yubikit.
pub fn yubikit() -> Taken {
    let mut pcscd = PrivatePcscd::start();
    let card = CardImage::new("theirs", 2);
    pcscd.insert(0, &card);
    card.clear_apdu_log();
    let script = tools::root().join("benches/budgets/yubikit_card.py");
    let mut python = pcscd.command(tools::python_judge("python"));
    let ms = tools::run(python.arg(script).arg(FACE_BYTES.to_string())).well().out;
    Taken { apdus: card.apdu_log().len() as u64, ms: ms.trim().parse().expect("milliseconds") }
}

fn said(line: String) -> Taken {
    let mut words = line.split_whitespace();
    let mut word = || words.next().expect("two numbers");
    Taken { apdus: word().parse().expect("a count"), ms: word().parse().expect("milliseconds") }
}

/// The child: writes one card and prints what it took.
pub fn child() {
    let mut pcscd = PrivatePcscd::start();
    let promised = PathBuf::from(std::env::var_os(CSOCK_NAME).expect("the socket's name"));
    symlink(pcscd.socket(), promised).expect("the promised name for the daemon's socket");
    let card = CardImage::new("ours", 1);
    pcscd.insert(0, &card);
    let meter = Arc::new(Meter::default());
    let mut work = Work::start(pcscd.reader_name(0), &meter);
    // Seeing the card is not part of writing it; the daemon's own first look at it neither.
    let first_look = work.run(CardTask::Read, None);
    let CardAnswer::Report(report) = first_look else { panic!("the first look gave {first_look:?}") };
    card.clear_apdu_log();
    *meter.generating.lock().expect("no thread panics with it") = Duration::ZERO;
    let mut desk = Desk::new(1, FACE_BYTES);
    desk.expect = report.identity;
    let started = Instant::now();
    while let Some(step) = desk.plan.steps().get(desk.confirmed).copied() {
        let plan: Arc<CardPlan> = Arc::new(desk.plan.clone());
        match work.run(CardTask::Encode { step, plan, again: false }, Some(desk.expect.clone())) {
            CardAnswer::Encoded(evidence) => desk.confirm(step, evidence),
            other => panic!("{step:?} answered {other:?}"),
        }
    }
    let took = started.elapsed() - *meter.generating.lock().expect("no thread panics with it");
    assert!(desk.read_back.is_some() && desk.skipped.is_empty(), "the card is not what was planned");
    println!("{} {}", card.apdu_log().len(), took.as_secs_f64() * 1_000.0);
}

/// The desk's reader threads, and what they say.
struct Work {
    readers: Readers,
    reader: &'static str,
    reports: Receiver<ReaderReport>,
    next: u64,
}

impl Work {
    fn start(reader: &'static str, meter: &Arc<Meter>) -> Self {
        let (sender, reports) = sync_channel(256);
        let sink = Arc::new(move |report| drop(sender.send(report)));
        Self { readers: Readers::start(Arc::new(Metered(Arc::clone(meter))), sink), reader, reports, next: 0 }
    }

    fn run(&mut self, task: CardTask, expect: Option<CardIdentity>) -> CardAnswer {
        self.next += 1;
        let secrets: Box<dyn Secrets + Send> = Box::new(Vault::new());
        let command = ReaderCommand::Run { id: self.next, task, expect, secrets };
        self.readers.send(self.reader, command).expect("the reader takes a command");
        loop {
            match self.reports.recv_timeout(PATIENCE).expect("an answer") {
                ReaderReport::Finished { id, result, .. } if id == self.next => return result.expect("a good card"),
                _ => {}
            }
        }
    }
}

/// Time the card spent making keys.
#[derive(Default)]
struct Meter {
    generating: Mutex<Duration>,
}

/// PC/SC with a watch on the time of some commands.
struct Metered(Arc<Meter>);

impl ReaderBackend for Metered {
    fn watch(&self) -> Result<Box<dyn Watch>, ChannelFault> {
        PcscBackend.watch()
    }

    fn connect(&self, reader: &str, share: Share) -> Result<Box<dyn Connection>, ChannelFault> {
        let inner = PcscBackend.connect(reader, share)?;
        Ok(Box::new(MeteredConnection { inner, meter: Arc::clone(&self.0) }))
    }
}

struct MeteredConnection {
    inner: Box<dyn Connection>,
    meter: Arc<Meter>,
}

impl Connection for MeteredConnection {
    fn atr(&self) -> Vec<u8> {
        self.inner.atr()
    }

    fn transaction(&mut self, work: &mut dyn FnMut(&mut dyn Channel)) -> Result<(), ChannelFault> {
        let meter = &self.meter;
        self.inner.transaction(&mut |card| work(&mut MeteredCard { card, meter }))
    }

    fn share(&mut self, share: Share) -> Result<(), ChannelFault> {
        self.inner.share(share)
    }

    fn end(self: Box<Self>, ending: Ending) {
        self.inner.end(ending);
    }
}

struct MeteredCard<'a> {
    card: &'a mut dyn Channel,
    meter: &'a Meter,
}

impl Channel for MeteredCard<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelFault> {
        let sent = Instant::now();
        let answer = self.card.transmit(command);
        if command.get(1) == Some(&GENERATE) {
            *self.meter.generating.lock().expect("no thread panics with it") += sent.elapsed();
        }
        answer
    }
}
