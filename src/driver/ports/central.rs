//! Central behind the core: questions of the visits on one thread, the sync worker on another, statements as they arrive.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::{Arrivals, WORK_MAX};
use crate::domain::{Millis, Secret, VaultSlot};
use crate::driver::devices::CentralLink;
use crate::driver::vault::{Generation, Vault};
use crate::journey::effect::{CentralCall, EffectId, SearchTerms};
use crate::journey::input::{CentralAnswer, CentralFault, ClockView, Input, NetworkView, StatementFacts, SyncView};
use crate::store::{Store, StoreFault};
use crate::sync::core::Stop;
use crate::sync::{
    self, Ask, Command, EnrolFault, Invite, Link, Online, POLICIES, PersonQuery, REVOCATIONS, ROSTER, SyncReport,
    SyncWorker, Told,
};
use crate::wire::message::{BootstrapRequest, GrantSecrets, ProblemCode, Release};
use crate::wire::statement::{Expected, Opened, SCOPE_ALL, StatementKind, open};

/// Longest wait for a visit's own events to be with central. Then the visit is told that the network is slow.
const SYNC_WAIT: Duration = Duration::from_secs(20);
/// How often it is looked while somebody waits; never otherwise.
const SYNC_LOOK: Duration = Duration::from_millis(50);

/// The way to central.
pub struct CentralPort {
    online: Online,
    worker: Arc<SyncWorker>,
    waiting: SyncSender<News>,
    arrivals: Arrivals,
}

impl CentralPort {
    /// Starts the threads; what is known already is told at once.
    ///
    /// Errors: no thread could be started, or the store does not answer.
    pub fn start(store: Store, arrivals: Arrivals) -> Result<Self, StoreFault> {
        let (reports, heard) = sync_channel(WORK_MAX);
        let (waiting, news) = sync_channel(WORK_MAX);
        let worker = Arc::new(SyncWorker::start(store.clone(), reports)?);
        let online = Online::start(store.clone())?;
        let mut teller = Teller { store, arrivals: arrivals.clone(), told: [[0; 32]; 3], link: Link::Unknown };
        // Before any statement: what has expired is not to look good for a moment.
        teller.clock(None);
        teller.statements();
        let forward = waiting.clone();
        // Joins the two sources, so that the teller sleeps until there is something to tell.
        std::thread::Builder::new().name("sync-heard".into()).spawn(move || {
            while let Ok(report) = heard.recv() {
                if forward.send(News::Report(Box::new(report))).is_err() {
                    break;
                }
            }
        })?;
        std::thread::Builder::new().name("sync-tell".into()).spawn(move || teller.run(&news))?;
        Ok(Self { online, worker, waiting, arrivals })
    }
}

impl CentralLink for CentralPort {
    fn ask(&mut self, id: EffectId, call: CentralCall, vault: &Vault) {
        let ask = match call {
            CentralCall::Sync => {
                self.worker.tell(Command::Now);
                if self.waiting.try_send(News::Wait(id)).is_err() {
                    self.arrivals.refuse(Input::Central(id, Err(CentralFault::Timeout)));
                }
                return;
            }
            call => match to_ask(call, vault) {
                Ok(ask) => ask,
                Err(fault) => return self.arrivals.refuse(Input::Central(id, Err(fault))),
            },
        };
        let (arrivals, vault, worker) = (self.arrivals.clone(), vault.clone(), Arc::downgrade(&self.worker));
        // A lock between question and answer forgets all secrets: those of the answer then are not wanted either.
        let (asker, wanted) = (std::thread::current().id(), vault.generation());
        self.online.ask(ask, move |result| {
            let enrolled = matches!(result, Ok(Told::Enrolled(_)));
            let away = matches!(&result, Err(EnrolFault::Central(fault)) if fault.is_away());
            let input = Input::Central(id, result.map(|told| to_answer(told, &vault, wanted)).map_err(|f| fault(&f)));
            // A queue that is full refuses at once, on the loop's own thread.
            if std::thread::current().id() == asker {
                arrivals.refuse(input);
            } else {
                arrivals.send(input);
            }
            // The status line says OFFLINE as soon as anybody has noticed, not at the worker's next look.
            let command = if enrolled { Some(Command::Enrolled) } else { away.then_some(Command::Now) };
            if let (Some(command), Some(worker)) = (command, worker.upgrade()) {
                worker.tell(command);
            }
        });
    }

    fn sync_now(&mut self) {
        self.worker.tell(Command::Now);
    }
}

fn to_ask(call: CentralCall, vault: &Vault) -> Result<Ask, CentralFault> {
    let code = |slot| vault.get(slot).ok_or(CentralFault::Problem(ProblemCode::BadCode));
    Ok(match call {
        CentralCall::Nonce => Ask::Nonce,
        CentralCall::OpenSession(start) => Ask::Session(start),
        CentralCall::CloseSession | CentralCall::Sync => Ask::EndSessions,
        CentralCall::Search(terms) => Ask::Persons(query(terms)),
        CentralCall::Card(guid) => Ask::Card(guid),
        CentralCall::CardByNumber(number) => Ask::CardByNumber(number),
        CentralCall::Stock(serial) => Ask::Stock(serial),
        CentralCall::Photo(person) => Ask::Photo(person),
        CentralCall::Grant(request) => Ask::Grant(request),
        CentralCall::GrantAgain(grant) => Ask::GrantAgain(grant),
        CentralCall::Bootstrap { visit, chip_serial } => {
            let code = code(VaultSlot::BootstrapCode)?;
            let code = String::from_utf8_lossy(code.expose()).into_owned();
            Ask::Bootstrap(Box::new(BootstrapRequest { code, visit, chip_serial }))
        }
        CentralCall::Release(grant, request) => Ask::Release { grant, request },
        CentralCall::EnrolCard { grant, slot, request } => Ask::EnrolCard { grant, slot, csr: request },
        CentralCall::EnrolDesk { host, fingerprint } => {
            let fingerprint = digest(&fingerprint).ok_or(CentralFault::NotTrusted)?;
            Ask::EnrolDesk(Box::new(Invite { host, fingerprint, code: code(VaultSlot::InviteCode)? }))
        }
    })
}

fn query(terms: SearchTerms) -> PersonQuery {
    let (given, family) = terms.name.map(|n| (n.given, n.family)).unwrap_or_default();
    let document = terms.document.unwrap_or_default();
    PersonQuery { given, family, birth_date: terms.birth_date, number: terms.number, document }
}

/// 64 hexadecimal digits, with or without colons and spaces.
fn digest(text: &str) -> Option<[u8; 32]> {
    let hex: Vec<u8> = text.bytes().filter(|b| !matches!(b, b':' | b' ')).collect();
    let pair = |at: usize| u8::from_str_radix(std::str::from_utf8(hex.get(2 * at..2 * at + 2)?).ok()?, 16).ok();
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = pair(at)?;
    }
    (hex.len() == 64).then_some(bytes)
}

/// Secrets go into the vault here and nowhere else; the core gets the rest.
fn to_answer(told: Told, vault: &Vault, wanted: Generation) -> CentralAnswer {
    match told {
        Told::Hello(_) | Told::SessionsEnded => CentralAnswer::Closed,
        Told::Persons(hits) => CentralAnswer::Hits(hits),
        Told::Photo(jpeg) => CentralAnswer::Photo(Arc::from(jpeg)),
        Told::Card(record) => CentralAnswer::Card(record),
        Told::Stock(stock) => CentralAnswer::Stock(stock),
        Told::Nonce(nonce) => CentralAnswer::Nonce(nonce),
        Told::Session(opened) => CentralAnswer::SessionOpened(opened),
        Told::Grant(grant) => {
            keep_grant(grant.secrets, vault, wanted);
            CentralAnswer::Granted(Box::new(grant.terms))
        }
        Told::Release(release) => {
            let Release { puk_n, puk, next_puk, next_is_possible, fetches_left } = *release;
            vault.put_if(wanted, VaultSlot::Puk, Secret::new(puk.0));
            vault.put_if(wanted, VaultSlot::NextPuk, Secret::new(next_puk.0));
            CentralAnswer::Released { puk_n, next_is_possible, fetches_left }
        }
        Told::Certificate(der) => CentralAnswer::Certificate(der),
        Told::Enrolled(record) => CentralAnswer::DeskEnrolled(record),
    }
}

fn keep_grant(secrets: GrantSecrets, vault: &Vault, wanted: Generation) {
    let GrantSecrets { transport_pin, transport_puk, transport_management_key, management_key, puk } = secrets;
    let places = [
        (VaultSlot::TransportPin, transport_pin),
        (VaultSlot::TransportPuk, transport_puk),
        (VaultSlot::TransportManagementKey, transport_management_key),
        (VaultSlot::ManagementKey, management_key),
        (VaultSlot::Puk, puk),
    ];
    for (slot, bytes) in places {
        vault.put_if(wanted, slot, Secret::new(bytes.0));
    }
}

fn fault(fault: &EnrolFault) -> CentralFault {
    tracing::warn!(%fault, "central did not do it");
    match fault {
        EnrolFault::Central(fault) => match fault {
            sync::CentralFault::Unreachable => CentralFault::Unreachable,
            sync::CentralFault::Timeout => CentralFault::Timeout,
            sync::CentralFault::Busy => CentralFault::Problem(ProblemCode::Busy),
            sync::CentralFault::TlsUntrusted | sync::CentralFault::WrongFingerprint => CentralFault::NotTrusted,
            sync::CentralFault::TlsRefused => CentralFault::Problem(ProblemCode::NotADesk),
            sync::CentralFault::Problem { code, .. } => CentralFault::Problem(*code),
            sync::CentralFault::NotUnderstood | sync::CentralFault::TooLarge | sync::CentralFault::Setup(_) => {
                CentralFault::NotUnderstood
            }
        },
        EnrolFault::Store(_) => CentralFault::NotUnderstood,
        EnrolFault::OtherProtocol(_) => CentralFault::Problem(ProblemCode::TooOld),
        EnrolFault::DoesNotFit => CentralFault::NotTrusted,
    }
}

/// What the teller hears.
enum News {
    /// The worker reports.
    Report(Box<SyncReport>),
    /// A visit waits until its own events are with central.
    Wait(EffectId),
}

/// Tells the core what the worker reports, and who waits for the sync.
struct Teller {
    store: Store,
    arrivals: Arrivals,
    /// Digest of roster, revocations and policies as they were told last: the same version comes again with a later end, and
    /// that counts.
    told: [[u8; 32]; 3],
    link: Link,
}

impl Teller {
    fn run(&mut self, news: &Receiver<News>) {
        let mut waiting: Vec<(EffectId, Instant)> = Vec::new();
        loop {
            let heard = if waiting.is_empty() {
                news.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                news.recv_timeout(SYNC_LOOK)
            };
            match heard {
                Ok(News::Report(report)) => self.report(&report),
                Ok(News::Wait(id)) => waiting.push((id, Instant::now())),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            waiting.retain(|(id, since)| !self.settled(*id, *since));
        }
    }

    fn settled(&self, id: EffectId, since: Instant) -> bool {
        let counts = self.store.counts();
        let answer = match counts {
            Ok(counts) if counts.waiting == counts.stranded && counts.blobs == 0 => {
                Ok(CentralAnswer::Synced { head_seq: 0 })
            }
            Ok(_) if since.elapsed() > SYNC_WAIT => Err(CentralFault::Timeout),
            Ok(_) if matches!(self.link, Link::Offline { .. }) && since.elapsed() > SYNC_LOOK * 20 => {
                Err(CentralFault::Unreachable)
            }
            Ok(_) => return false,
            Err(_) => Err(CentralFault::NotUnderstood),
        };
        self.arrivals.send(Input::Central(id, answer));
        true
    }

    fn report(&mut self, report: &SyncReport) {
        self.link = report.link;
        let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let network = match (report.stopped, report.link) {
            (Some(stop), _) => NetworkView::Refused(stop_code(stop)),
            (None, Link::NotEnrolled) => NetworkView::NotEnrolled,
            (None, Link::Unknown) => NetworkView::Starting,
            (None, Link::Online { .. }) => NetworkView::Online,
            (None, Link::Offline { since } | Link::Untrusted { since }) => NetworkView::Offline(since),
        };
        // The worker's reports may overtake the commit that made an event: the store's count is the truth.
        let counts = self.store.counts().unwrap_or(report.counts);
        self.arrivals.send(Input::Sync(SyncView {
            network,
            waiting: count(counts.waiting),
            blobs: count(counts.blobs),
            refused: count(counts.refused),
            next_try: report.next_try,
        }));
        self.clock(report.skew_ms);
        self.statements();
    }

    /// What is known to have passed, and whether the clock can be believed beside it.
    fn clock(&self, skew_ms: Option<i64>) {
        let Ok(time) = self.store.trusted_time() else { return };
        self.arrivals.send(Input::Passed(time.at));
        self.arrivals.send(Input::Clock(ClockView::judge(skew_ms, time.at.since(time.clock))));
    }

    /// New statements, read from the store where the worker put them after checking them.
    fn statements(&mut self) {
        let Ok(Some(record)) = self.store.record() else { return };
        let scope = record.desk.to_string();
        if let Some(opened) = self.newer(0, ROSTER, StatementKind::Roster, &scope, &record) {
            let (body, facts) = taken(opened);
            self.arrivals.send(Input::Roster(body, facts));
        }
        if let Some(opened) = self.newer(1, REVOCATIONS, StatementKind::Revocations, SCOPE_ALL, &record) {
            let (body, facts) = taken(opened);
            self.arrivals.send(Input::Revocations(body, facts));
        }
        if let Some(opened) = self.newer(2, POLICIES, StatementKind::Policy, SCOPE_ALL, &record) {
            self.arrivals.send(Input::Policies(Arc::new(opened.body)));
        }
    }

    fn newer<T: DeserializeOwned>(
        &mut self,
        place: usize,
        name: &str,
        kind: StatementKind,
        scope: &str,
        record: &crate::wire::message::DeskRecord,
    ) -> Option<Opened<T>> {
        let (version, bytes) = self.store.statement(name).ok()??;
        let digest: [u8; 32] = Sha256::digest(&bytes).into();
        if self.told.get(place) == Some(&digest) {
            return None;
        }
        // An expired one is told too: the core decides what still goes on (design, "Statements").
        let expected =
            Expected { environment: record.environment, kind, scope, known_version: version, now: Millis(i64::MIN) };
        let opened = open(&bytes, &record.statement_key.0, &expected).ok()?;
        if let Some(told) = self.told.get_mut(place) {
            *told = digest;
        }
        Some(opened)
    }
}

fn taken<T>(opened: Opened<T>) -> (Arc<T>, StatementFacts) {
    (Arc::new(opened.body), StatementFacts { version: opened.head.version, expires: opened.head.expires })
}

fn stop_code(stop: Stop) -> ProblemCode {
    match stop {
        Stop::Revoked => ProblemCode::DeskRevoked,
        Stop::Quarantined | Stop::RolledBack | Stop::Forked => ProblemCode::DeskQuarantined,
        Stop::TooOld => ProblemCode::TooOld,
        Stop::OtherEnvironment => ProblemCode::OtherEnvironment,
        Stop::NeedsInvite => ProblemCode::NotADesk,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_with_colons_and_without() {
        let plain = "ab".repeat(32);
        let colons = vec!["AB"; 32].join(":");
        assert_eq!(digest(&plain), Some([0xAB; 32]));
        assert_eq!(digest(&colons), Some([0xAB; 32]));
        assert_eq!(digest(&plain[2..]), None);
        assert_eq!(digest("nonsense"), None);
    }
}
