//! What the sync's tests share: a small central in memory behind the real TLS and EST, a line to it that can be cut, a worker.
#![allow(dead_code, reason = "each test uses a part of it")]

mod line;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes as Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, head, post};
use ra_desk::central::ca::{Authority, DeskSubject, ProvenRequest};
use ra_desk::central::est::{self, EstDecisions, Held, Holder, Recorded, Standing};
use ra_desk::central::tls::{ServeConfig, serve};
use ra_desk::domain::{DeskId, Environment, GrantId, Millis, Secret};
use ra_desk::store::Store;
use ra_desk::sync::{SyncReport, SyncWorker};
use ra_desk::wire::event::{NO_PREVIOUS, digest_hex, event_hash, parse};
use ra_desk::wire::message::{
    Bytes, DeskRecord, EventResult, FeedItem, FeedPage, Hello, Nonce, Outcome, PROTOCOL, Problem, ProblemCode, Push,
    Pushed, Revocations, Roster,
};
use ra_desk::wire::statement::{self, SCOPE_ALL, StatementHead, StatementKind};
use uuid::Uuid;

pub use line::Line;

/// No wait in the sync's tests is longer.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Starts a worker.
pub fn start(store: &Store) -> (SyncWorker, Receiver<SyncReport>) {
    let (tell, hear) = sync_channel(1_000);
    (SyncWorker::start(store.clone(), tell).unwrap(), hear)
}

/// Waits for a report that is as wanted.
pub fn until(reports: &Receiver<SyncReport>, what: &str, wanted: impl Fn(&SyncReport) -> bool) -> SyncReport {
    let end = Instant::now() + PATIENCE;
    let mut last = None;
    while let Ok(report) = reports.recv_timeout(end.saturating_duration_since(Instant::now())) {
        if wanted(&report) {
            return report;
        }
        last = Some(report);
    }
    panic!("{what} did not come; last was {last:?}");
}

/// Waits until it is done.
pub fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "{what} did not happen");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The one-time code of every invite here.
pub const CODE: &[u8] = b"7F3K-9QWM";

#[derive(Default)]
struct Memory {
    events: Vec<Vec<u8>>,
    results: BTreeMap<u64, Outcome>,
    blobs: HashMap<String, Vec<u8>>,
    feed: Vec<FeedItem>,
    feed_asked: Vec<u64>,
    held: Option<Held>,
}

struct Shared {
    authority: Authority,
    /// Another central's CA certificate to be handed out instead of the own.
    claims: Option<Vec<u8>>,
    desk: DeskId,
    memory: Mutex<Memory>,
    clock: AtomicI64,
    codes: AtomicUsize,
    issued: AtomicUsize,
    roster: AtomicU64,
    epoch: AtomicU32,
    quarantined: AtomicBool,
    answers_lost: AtomicBool,
    renewals_asked: AtomicUsize,
}

/// The central of one test.
pub struct TestCentral {
    shared: Arc<Shared>,
    address: SocketAddr,
    _runtime: tokio::runtime::Runtime,
    _dir: tempfile::TempDir,
}

fn computer_clock() -> i64 {
    i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap()
}

impl TestCentral {
    pub fn start() -> Self {
        Self::begin(None)
    }

    /// Hands out another central's CA certificate as its own.
    pub fn start_claiming(ca: &[u8]) -> Self {
        Self::begin(Some(ca.to_vec()))
    }

    fn begin(claims: Option<Vec<u8>>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let authority =
            Authority::init(&dir.path().join("ca"), Environment::Trial, "test", Millis(computer_clock())).unwrap();
        let tls_authority = Arc::new(Authority::load(&dir.path().join("ca")).unwrap());
        let shared = Arc::new(Shared {
            authority,
            claims,
            desk: DeskId(Uuid::from_u128(77)),
            memory: Mutex::default(),
            clock: AtomicI64::new(0),
            codes: AtomicUsize::new(0),
            issued: AtomicUsize::new(0),
            roster: AtomicU64::new(1),
            epoch: AtomicU32::new(1),
            quarantined: AtomicBool::new(false),
            answers_lost: AtomicBool::new(false),
            renewals_asked: AtomicUsize::new(0),
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let clock: ra_desk::central::Clock = Arc::new(|| Millis(computer_clock()));
        let config = ServeConfig::new(tls_authority.clone(), &["127.0.0.1"], clock).unwrap();
        let router = router(&shared, tls_authority);
        runtime.spawn(serve(listener, router, config, std::future::pending()));
        Self { shared, address, _runtime: runtime, _dir: dir }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn desk(&self) -> DeskId {
        self.shared.desk
    }

    pub fn device_ca(&self) -> &[u8] {
        self.shared.authority.device_ca()
    }

    pub fn fingerprint(&self) -> [u8; 32] {
        self.shared.authority.fingerprint()
    }

    /// One-time codes this central was sent.
    pub fn codes_seen(&self) -> usize {
        self.shared.codes.load(Ordering::SeqCst)
    }

    /// Certificates after the first.
    pub fn renewals(&self) -> usize {
        self.shared.issued.load(Ordering::SeqCst) - 1
    }

    /// Renewals asked for, whatever came of them.
    pub fn renewals_asked(&self) -> usize {
        self.shared.renewals_asked.load(Ordering::SeqCst)
    }

    pub fn set_clock(&self, at: Millis) {
        self.shared.clock.store(at.0, Ordering::SeqCst);
    }

    /// What becomes of the event with this number; `Applied` if nothing is said.
    pub fn answer(&self, seq: u64, outcome: Outcome) {
        self.shared.memory.lock().unwrap().results.insert(seq, outcome);
    }

    pub fn tell(&self, item: FeedItem) {
        self.shared.memory.lock().unwrap().feed.push(item);
    }

    /// Forgets which cursors it was asked with.
    pub fn forget_asked(&self) {
        self.shared.memory.lock().unwrap().feed_asked.clear();
    }

    /// The cursors it was asked with.
    pub fn feed_asked(&self) -> Vec<u64> {
        self.shared.memory.lock().unwrap().feed_asked.clone()
    }

    pub fn new_roster(&self) {
        let version = self.shared.roster.fetch_add(1, Ordering::SeqCst) + 1;
        self.tell(FeedItem::RosterChanged { version });
    }

    pub fn events(&self) -> Vec<Vec<u8>> {
        self.shared.memory.lock().unwrap().events.clone()
    }

    pub fn blob(&self, digest: &str) -> Option<Vec<u8>> {
        self.shared.memory.lock().unwrap().blobs.get(digest).cloned()
    }

    /// Pushes are stored, and their answers do not arrive.
    pub fn lose_answers(&self, lose: bool) {
        self.shared.answers_lost.store(lose, Ordering::SeqCst);
    }

    pub fn quarantine(&self) {
        self.shared.quarantined.store(true, Ordering::SeqCst);
    }

    /// Out of quarantine, with a new epoch and an empty chain.
    pub fn release(&self) {
        self.shared.memory.lock().unwrap().events.clear();
        self.shared.epoch.fetch_add(1, Ordering::SeqCst);
        self.shared.quarantined.store(false, Ordering::SeqCst);
    }

    pub fn restore_to(&self, events: usize) {
        self.shared.memory.lock().unwrap().events.truncate(events);
    }
}

struct Decisions(Arc<Shared>);

fn refused(code: ProblemCode) -> Problem {
    Problem { code, detail: "test".into() }
}

impl Shared {
    fn now(&self) -> Millis {
        match self.clock.load(Ordering::SeqCst) {
            0 => Millis(computer_clock()),
            set => Millis(set),
        }
    }

    fn subject(&self) -> DeskSubject {
        DeskSubject { desk: self.desk, name: "desk 2".into() }
    }
}

impl EstDecisions for Decisions {
    fn now(&self) -> Millis {
        self.0.now()
    }

    fn redeem_invite(&self, code: &Secret, _: &[u8]) -> Result<DeskSubject, Problem> {
        self.0.codes.fetch_add(1, Ordering::SeqCst);
        if code.expose() == CODE { Ok(self.0.subject()) } else { Err(refused(ProblemCode::BadCode)) }
    }

    fn desk_standing(&self, _: DeskId, _: &str) -> Result<Standing, Problem> {
        Ok(Standing::Live)
    }

    fn desk_subject(&self, _: DeskId) -> Result<DeskSubject, Problem> {
        // Only a renewal asks for it.
        self.0.renewals_asked.fetch_add(1, Ordering::SeqCst);
        Ok(self.0.subject())
    }

    fn card_subject(
        &self,
        _: DeskId,
        _: GrantId,
        _: ra_desk::card::task::Slot,
        _: &ProvenRequest,
    ) -> Result<ra_desk::central::ca::CardSubject, Problem> {
        Err(refused(ProblemCode::NotFound))
    }

    fn held(&self, _: Holder) -> Result<Option<Held>, Problem> {
        Ok(self.0.memory.lock().unwrap().held.clone())
    }

    fn record_issue(&self, _: Holder, _: DeskId, issued: &Held, _: Option<&str>) -> Result<Recorded, Problem> {
        self.0.memory.lock().unwrap().held = Some(issued.clone());
        self.0.issued.fetch_add(1, Ordering::SeqCst);
        Ok(Recorded::Stored)
    }
}

fn router(shared: &Arc<Shared>, authority: Arc<Authority>) -> Router {
    let own = Router::new()
        .route("/v1/hello", get(hello))
        .route("/v1/desks/{desk}", get(record))
        .route("/v1/desks/{desk}/events", post(push))
        .route("/v1/desks/{desk}/feed", get(feed))
        .route("/v1/desks/{desk}/roster", get(roster))
        .route("/v1/revocations", get(revocations))
        .route("/v1/nonces", post(nonce))
        .route("/v1/cards/{guid}", get(|| async { problem(ProblemCode::NotFound) }))
        .route("/v1/stock/{serial}", get(|| async { vec![b' '; 5 * 1024 * 1024] }))
        .route("/v1/blobs/{digest}", head(blob_state).patch(blob_append));
    let own = if shared.claims.is_some() {
        // In front of EST's own route: the true certificate of somebody else.
        own.route("/.well-known/est/desk/cacerts", get(claimed))
            .route("/.well-known/est/desk/simpleenroll", post(took_code))
    } else {
        own.merge(est_router(shared, authority))
    };
    own.with_state(Arc::clone(shared))
}

fn est_router(shared: &Arc<Shared>, authority: Arc<Authority>) -> Router<Arc<Shared>> {
    est::router(authority, Arc::new(Decisions(Arc::clone(shared)))).with_state(())
}

/// A certs-only SignedData around one certificate, by hand: the impostor needs no more.
async fn claimed(State(shared): State<Arc<Shared>>) -> Response {
    use base64ct::{Base64, Encoding};
    fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let body = parts.concat();
        let length = u16::try_from(body.len()).unwrap().to_be_bytes();
        match length {
            [0, short @ 0..0x80] => [&[tag, short][..], &body].concat(),
            [0, long] => [&[tag, 0x81, long][..], &body].concat(),
            [high, low] => [&[tag, 0x82, high, low][..], &body].concat(),
        }
    }
    let certificate = shared.claims.clone().unwrap();
    let data = tlv(0x30, &[&[0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 1]]);
    let signed = tlv(0x30, &[&[2, 1, 1], &[0x31, 0], &data, &tlv(0xA0, &[&certificate]), &[0x31, 0]]);
    let kind = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2];
    Base64::encode_string(&tlv(0x30, &[&kind, &tlv(0xA0, &[&signed])])).into_response()
}

async fn took_code(State(shared): State<Arc<Shared>>) -> Response {
    shared.codes.fetch_add(1, Ordering::SeqCst);
    problem(ProblemCode::BadCode)
}

fn json<T: serde::Serialize>(value: &T) -> Response {
    serde_json::to_vec(value).unwrap().into_response()
}

fn problem(code: ProblemCode) -> Response {
    let status = if code == ProblemCode::NotFound { StatusCode::NOT_FOUND } else { StatusCode::CONFLICT };
    (status, json(&refused(code))).into_response()
}

async fn hello(State(shared): State<Arc<Shared>>) -> Response {
    json(&Hello { environment: Environment::Trial, protocol: PROTOCOL, protocol_min: 1, now: shared.now() })
}

async fn record(State(shared): State<Arc<Shared>>) -> Response {
    let authority = &shared.authority;
    json(&DeskRecord {
        desk: shared.desk,
        name: "desk 2".into(),
        place: "Truro".into(),
        organisation: "REF".parse().unwrap(),
        epoch: shared.epoch.load(Ordering::SeqCst),
        seal_key: Bytes(authority.seal_public().to_vec()),
        statement_key: Bytes(authority.statement_key().to_vec()),
        card_ca: Bytes(authority.card_ca().to_vec()),
        environment: Environment::Trial,
    })
}

async fn push(State(shared): State<Arc<Shared>>, body: Body) -> Response {
    let push: Push = serde_json::from_slice(&body).unwrap();
    if shared.quarantined.load(Ordering::SeqCst) {
        return problem(ProblemCode::DeskQuarantined);
    }
    if push.epoch != shared.epoch.load(Ordering::SeqCst) {
        return problem(ProblemCode::ChainBroken);
    }
    let mut memory = shared.memory.lock().unwrap();
    let mut results = Vec::new();
    for Bytes(stored) in push.events {
        let event = parse(&stored).unwrap();
        let place = usize::try_from(event.header.seq).unwrap() - 1;
        if place > memory.events.len() {
            return problem(ProblemCode::ChainBroken);
        }
        match memory.events.get(place) {
            Some(held) if *held != stored => return problem(ProblemCode::DeskQuarantined),
            Some(_) => {}
            None => {
                let prev = memory.events.last().map_or(NO_PREVIOUS, |last| event_hash(last));
                assert_eq!(event.header.prev, prev, "the desk pushed a broken chain");
                memory.events.push(stored);
            }
        }
        let outcome = memory.results.get(&event.header.seq).cloned().unwrap_or(Outcome::Applied);
        results.push(EventResult { seq: event.header.seq, outcome });
    }
    if shared.answers_lost.load(Ordering::SeqCst) {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let head_hash = memory.events.last().map_or(NO_PREVIOUS, |last| event_hash(last));
    json(&Pushed {
        head_seq: memory.events.len() as u64,
        head_hash: Bytes(head_hash.to_vec()),
        lease: Bytes(vec![1]),
        results,
        now: shared.now(),
    })
}

fn signed<T: serde::Serialize>(shared: &Shared, kind: StatementKind, scope: &str, version: u64, body: &T) -> Response {
    let issued = shared.now();
    let head = StatementHead {
        environment: Environment::Trial,
        kind,
        scope: scope.to_owned(),
        version,
        issued,
        expires: issued.plus(Millis::HOUR),
    };
    let body = statement::body_bytes(body).unwrap();
    statement::sign(&head, &body, |message| shared.authority.sign_statement(message)).into_response()
}

async fn feed(State(shared): State<Arc<Shared>>, Query(query): Query<HashMap<String, u64>>) -> Response {
    let cursor = query["cursor"];
    let page = {
        let mut memory = shared.memory.lock().unwrap();
        memory.feed_asked.push(cursor);
        let from = usize::try_from(cursor).unwrap();
        if from > memory.feed.len() {
            return problem(ProblemCode::NotFound);
        }
        // Pages of one item, so that there is always more.
        let items: Vec<FeedItem> = memory.feed.iter().skip(from).take(1).cloned().collect();
        let cursor = cursor + items.len() as u64;
        FeedPage { cursor, more: cursor < memory.feed.len() as u64, items }
    };
    signed(&shared, StatementKind::Feed, &shared.desk.to_string(), 1, &page)
}

async fn roster(State(shared): State<Arc<Shared>>) -> Response {
    let roster = Roster { organisations: vec![], agents: vec![] };
    let version = shared.roster.load(Ordering::SeqCst);
    signed(&shared, StatementKind::Roster, &shared.desk.to_string(), version, &roster)
}

async fn revocations(State(shared): State<Arc<Shared>>) -> Response {
    let body = Revocations { cards: vec![], serials: vec![] };
    signed(&shared, StatementKind::Revocations, SCOPE_ALL, 1, &body)
}

async fn nonce(State(shared): State<Arc<Shared>>) -> Response {
    json(&Nonce { nonce: Bytes(vec![3; 32]), expires: shared.now().plus(Millis::MINUTE) })
}

fn offset(size: usize) -> Response {
    (StatusCode::NO_CONTENT, [("upload-offset", size.to_string())]).into_response()
}

async fn blob_state(State(shared): State<Arc<Shared>>, Path(digest): Path<String>) -> Response {
    offset(shared.memory.lock().unwrap().blobs.get(&digest).map_or(0, Vec::len))
}

async fn blob_append(
    State(shared): State<Arc<Shared>>,
    Path(digest): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let number = |name: &str| headers[name].to_str().unwrap().parse::<usize>().unwrap();
    let mut memory = shared.memory.lock().unwrap();
    let held = memory.blobs.entry(digest.clone()).or_default();
    if held.len() != number("upload-offset") {
        return problem(ProblemCode::BadRequest);
    }
    held.extend_from_slice(&body);
    assert!(held.len() < number("upload-length") || digest_hex(held) == digest, "another blob came");
    offset(held.len())
}
