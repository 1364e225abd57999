//! The thread that keeps outbox and feed moving. It sleeps until a commit, a command or the core's own time; an idle desk
//! does one small request a minute ([`super::core::FEED_EVERY`]).

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::certificate::DeskCertificate;
use super::client::Client;
use super::core::{Action, Core, Done, Stop, Trouble, View};
use super::exchange::{Exchange, POLICIES, REVOCATIONS, ROSTER};
use super::fault::CentralFault;
use crate::domain::Millis;
use crate::store::{NewEvents, OutboxCounts, Store, StoreFault};

/// Commands that may wait; each is quick to take.
const COMMANDS_MAX: usize = 16;
/// Longest sleep, whatever the core says: the clock may have jumped and a certificate become due.
const SLEEP_MAX: Duration = Duration::from_secs(15 * 60);
/// Sleep after the store did not answer.
const STORE_RETRY: Duration = Duration::from_secs(5);

/// Longest wait for the thread to end: an agent who switches the desk off is not kept by a slow network.
const END_WAIT: Duration = Duration::from_secs(2);

/// What the worker can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Do what waits now, whatever failed before.
    Now,
    /// The desk was enrolled, or has a new epoch: begin anew.
    Enrolled,
    /// End.
    Stop,
}

/// Whether central is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The desk has no central yet.
    NotEnrolled,
    /// Nothing was tried yet.
    Unknown,
    /// Reached, since then.
    Online {
        /// Desk time.
        since: Millis,
    },
    /// Not reached, since then.
    Offline {
        /// Desk time.
        since: Millis,
    },
    /// The server is not the central of this desk, since then.
    Untrusted {
        /// Desk time.
        since: Millis,
    },
}

/// How the sync stands; sent when it changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncReport {
    /// Central.
    pub link: Link,
    /// Why the desk does not push, if it does not.
    pub stopped: Option<Stop>,
    /// One event is refused as a request: support is needed.
    pub stuck: bool,
    /// What waits.
    pub counts: OutboxCounts,
    /// When it is tried again, if something waits and nothing is being done.
    pub next_try: Option<Millis>,
    /// Epoch and last number of the own chain.
    pub head: (u32, u64),
    /// Central's clock minus the desk's at the last answer, milliseconds.
    pub skew_ms: Option<i64>,
    /// Versions of roster, revocation list and policies held; 0 if there is none.
    pub statements: [u64; 3],
}

/// A handle to the worker. Dropping it ends the thread, and waits 2 seconds at most for a request that runs.
pub struct SyncWorker {
    commands: SyncSender<Wake>,
    thread: Option<JoinHandle<()>>,
}

enum Wake {
    Events(NewEvents),
    Command(Command),
}

impl SyncWorker {
    /// Starts the worker. Reports go to `reports` by `try_send`: a full channel loses the older news only, the next
    /// change is sent again.
    pub fn start(store: Store, reports: SyncSender<SyncReport>) -> Result<Self, StoreFault> {
        let (commands, wakes) = sync_channel(COMMANDS_MAX);
        let (tell, events) = sync_channel(1);
        store.watch(tell)?;
        let forward = commands.clone();
        // Joins the two sources; ends when the store or the worker does.
        std::thread::Builder::new().name("sync-wake".into()).spawn(move || {
            while let Ok(new) = events.recv() {
                // A full channel wakes the worker anyway, and it asks the store what is urgent.
                if let Err(TrySendError::Disconnected(_)) = forward.try_send(Wake::Events(new)) {
                    break;
                }
            }
        })?;
        let thread = std::thread::Builder::new().name("sync".into()).spawn(move || {
            Worker::new(store, reports).run(&wakes);
        })?;
        Ok(Self { commands, thread: Some(thread) })
    }

    /// Tells the worker. False: it has ended or is too busy to hear.
    pub fn tell(&self, command: Command) -> bool {
        self.commands.try_send(Wake::Command(command)).is_ok()
    }
}

impl Drop for SyncWorker {
    fn drop(&mut self) {
        // A full channel means a running request; the thread then ends with the process, which harms nothing: what it
        // learned is stored or asked for again.
        let _ = self.commands.try_send(Wake::Command(Command::Stop));
        let Some(thread) = self.thread.take() else { return };
        let asked = Instant::now();
        while !thread.is_finished() && asked.elapsed() < END_WAIT {
            std::thread::sleep(Duration::from_millis(5));
        }
        if thread.is_finished() {
            let _ = thread.join();
        }
    }
}

struct Worker {
    store: Store,
    reports: SyncSender<SyncReport>,
    core: Core,
    exchange: Option<Exchange>,
    link: Link,
    last: Option<SyncReport>,
    started: Instant,
    next_try: Option<Millis>,
    urgent: bool,
}

impl Worker {
    fn new(store: Store, reports: SyncSender<SyncReport>) -> Self {
        Self {
            store,
            reports,
            core: Core::new(),
            exchange: None,
            link: Link::Unknown,
            last: None,
            started: Instant::now(),
            next_try: None,
            urgent: false,
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn run(mut self, wakes: &Receiver<Wake>) {
        loop {
            let pause = self.step().unwrap_or_else(|fault| {
                tracing::warn!(%fault, "the sync could not read the store");
                STORE_RETRY
            });
            self.report();
            match wakes.recv_timeout(pause) {
                Ok(Wake::Events(new)) => {
                    if new.urgent {
                        self.core.urgent();
                    }
                }
                Ok(Wake::Command(Command::Now)) => self.core.now(),
                Ok(Wake::Command(Command::Enrolled)) => {
                    self.core.restart();
                    self.exchange = None;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Wake::Command(Command::Stop)) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
    }

    /// Does one thing, or says how long to sleep.
    fn step(&mut self) -> Result<Duration, StoreFault> {
        if self.exchange.is_none() {
            let identity = self.store.identity()?;
            let (Some(record), Ok(client)) = (identity.record.clone(), Client::for_desk(&identity)) else {
                self.link = Link::NotEnrolled;
                return Ok(SLEEP_MAX);
            };
            let certificate = identity.certificate.as_deref().and_then(DeskCertificate::read);
            self.exchange = Some(Exchange::new(self.store.clone(), client, record, certificate));
            if self.link == Link::NotEnrolled {
                self.link = Link::Unknown;
            }
        }
        // Just made if it was missing.
        let Some(exchange) = self.exchange.as_mut() else { return Ok(STORE_RETRY) };
        let counts = self.store.counts()?;
        let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let view = View {
            now,
            waiting: self.store.waits(exchange.epoch())?,
            urgent: self.store.urgent_waits(exchange.epoch())?,
            blob: counts.blobs > 0,
            renew: exchange.renewal_due(),
        };
        if view.urgent && !self.urgent {
            // However the news of it came, or did not: a full channel may have swallowed it.
            self.core.urgent();
        }
        self.urgent = view.urgent;
        let action = self.core.next(&view);
        let Action::Wait { until } = action else {
            self.next_try = None;
            let (done, fault) = exchange.run(action);
            let renewed = matches!(done, Done::Renewed(Ok(())) | Done::Record(Ok(())));
            let epoch = exchange.epoch();
            self.heard(&done, fault.as_ref());
            let now = self.now();
            self.core.done(now, random(), done);
            if renewed {
                // The next exchange shows the new certificate and speaks for the new epoch.
                self.exchange = None;
                if self.store.identity()?.record.is_some_and(|record| record.epoch != epoch) {
                    self.core.restart();
                }
            }
            return Ok(Duration::ZERO);
        };
        let pause = Duration::from_millis(until.saturating_sub(now)).min(SLEEP_MAX);
        let something = view.waiting || view.blob || self.core.stopped().is_some();
        let ms = i64::try_from(pause.as_millis()).unwrap_or(i64::MAX);
        // To the second, so that a report is not new by milliseconds alone.
        self.next_try =
            something.then(|| Millis((self.store.clock().now().plus(ms).0 / Millis::SECOND) * Millis::SECOND));
        Ok(pause)
    }

    /// Keeps account of whether central is reached.
    fn heard(&mut self, done: &Done, fault: Option<&CentralFault>) {
        let since = self.store.clock().now();
        if let Some(fault) = fault {
            tracing::info!(%fault, ?done, "an exchange with central failed");
        }
        self.link = match (fault, self.link) {
            (Some(CentralFault::TlsUntrusted), Link::Untrusted { .. }) => self.link,
            (Some(CentralFault::TlsUntrusted), _) => Link::Untrusted { since },
            (Some(fault), Link::Offline { .. }) if fault.is_away() => self.link,
            (Some(fault), _) if fault.is_away() => Link::Offline { since },
            (_, Link::Online { .. }) => self.link,
            (Some(CentralFault::Setup(_) | CentralFault::Busy), _) => self.link,
            _ => Link::Online { since },
        };
    }

    fn report(&mut self) {
        let Ok(counts) = self.store.counts() else { return };
        let epoch = self.exchange.as_ref().map_or(0, Exchange::epoch);
        let version = |statement| self.store.statement_version(statement).unwrap_or(0);
        let head = self.store.head(epoch).map_or(0, |(seq, _)| seq);
        let report = SyncReport {
            link: self.link,
            stopped: self.core.stopped(),
            stuck: self.core.stuck(),
            counts,
            next_try: self.next_try,
            head: (epoch, head),
            skew_ms: self.exchange.as_ref().and_then(Exchange::skew_ms),
            statements: [ROSTER, REVOCATIONS, POLICIES].map(version),
        };
        if self.last.is_none_or(|last| differs(&last, &report)) && self.reports.try_send(report).is_ok() {
            self.last = Some(report);
        }
    }
}

/// A change of skew below a second is none.
fn differs(a: &SyncReport, b: &SyncReport) -> bool {
    let second = |report: &SyncReport| report.skew_ms.map(|ms| ms / Millis::SECOND);
    SyncReport { skew_ms: None, ..*a } != SyncReport { skew_ms: None, ..*b } || second(a) != second(b)
}

fn random() -> u64 {
    let mut bytes = [0; 8];
    // Without random bytes all desks would wait alike: unkind, not unsafe.
    let _ = getrandom::fill(&mut bytes);
    u64::from_be_bytes(bytes)
}

/// The store's fault as the core sees it.
pub(super) fn of_store(fault: &StoreFault) -> Trouble {
    tracing::warn!(%fault, "the store did not keep what central said");
    Trouble::Store
}
