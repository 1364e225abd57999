//! One action of the core, done: asked of central, checked, stored. Nothing is acknowledged before the store has it.

use super::certificate::DeskCertificate;
use super::client::Client;
use super::core::{Action, BlobStep, Done, FeedStep, Heads, OwnChain, PUSH_BYTES, Trouble, compare};
use super::fault::CentralFault;
use super::worker::of_store;
use crate::domain::Millis;
use crate::store::{Store, StoreFault, SyncWrite, Write};
use crate::wire::event::digest_hex;
use crate::wire::message::{Bytes, DeskRecord, FeedItem, FeedPage, ProblemCode, Push, Pushed, Revocations, Roster};
use crate::wire::policy::PolicyBook;
use crate::wire::statement::{self, Expected, Opened, SCOPE_ALL, StatementFault, StatementKind};

/// Bytes of a blob sent at once: 64 KiB take 8 s at 64 kbit/s, so that events come between.
const PIECE: usize = 64 * 1024;
/// Feed items in one page at most (`wire::message::FeedPage`).
const ITEMS_MAX: usize = 500;
/// Where the feed's cursor is kept.
const CURSOR: &str = "sync.feed_cursor";
/// Where the feed said something this program can't read: the cursor before it and the program, so that a newer one asks for
/// it again.
const UNREAD: &str = "sync.feed_unread";
/// This program.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");
/// Statement kinds in the store.
pub const ROSTER: &str = "roster";
/// As [`ROSTER`], for the policies.
pub const POLICIES: &str = "policies";
/// As [`ROSTER`], for the revocation list.
pub const REVOCATIONS: &str = "revocations";

/// Why an exchange did not bring what it should.
enum Failed {
    Central(CentralFault),
    Statement(StatementFault),
    Store(StoreFault),
}

impl From<CentralFault> for Failed {
    fn from(fault: CentralFault) -> Self {
        Self::Central(fault)
    }
}

impl From<StoreFault> for Failed {
    fn from(fault: StoreFault) -> Self {
        Self::Store(fault)
    }
}

impl From<StatementFault> for Failed {
    fn from(fault: StatementFault) -> Self {
        Self::Statement(fault)
    }
}

/// What the worker needs to talk for this desk.
pub(super) struct Exchange {
    store: Store,
    client: Client,
    record: DeskRecord,
    certificate: Option<DeskCertificate>,
    skew_ms: Option<i64>,
}

impl Exchange {
    pub(super) fn new(store: Store, client: Client, record: DeskRecord, certificate: Option<DeskCertificate>) -> Self {
        Self { store, client, record, certificate, skew_ms: None }
    }

    pub(super) fn epoch(&self) -> u32 {
        self.record.epoch
    }

    pub(super) fn skew_ms(&self) -> Option<i64> {
        self.skew_ms
    }

    pub(super) fn renewal_due(&self) -> bool {
        self.certificate.is_some_and(|certificate| self.store.clock().now() >= certificate.renew_at())
    }

    /// Does it. The fault comes along for logs and for the word on the link.
    pub(super) fn run(&mut self, action: Action) -> (Done, Option<CentralFault>) {
        let mut fault = None;
        let mut told = |failed: Failed| match failed {
            Failed::Central(central) => {
                let trouble = central.trouble();
                fault = Some(central);
                trouble
            }
            Failed::Statement(statement) => {
                tracing::warn!(%statement, "a statement did not check");
                Trouble::NotUnderstood
            }
            Failed::Store(store) => of_store(&store),
        };
        let done = match action {
            Action::AskHead => Done::Pushed(self.push(0).map_err(&mut told)),
            Action::Push { count, .. } => Done::Pushed(self.push(count).map_err(&mut told)),
            Action::Blob { skip } => Done::Blob(self.blob(skip).map_err(&mut told)),
            Action::Feed => Done::Feed(self.feed().map_err(&mut told)),
            Action::ResetFeed => {
                let reset = Write::Setting { key: CURSOR.into(), value: "0".into() };
                Done::FeedReset(self.keep(vec![reset]).map_err(&mut told))
            }
            Action::Revocations => Done::Revocations(self.revocations().map_err(&mut told)),
            Action::Roster => Done::Roster(self.roster().map_err(&mut told)),
            Action::Renew => Done::Renewed(self.renew().map_err(&mut told)),
            Action::Record => Done::Record(self.desk_record().map_err(&mut told)),
            // The worker sleeps on a wait itself; an empty page changes nothing.
            Action::Wait { .. } => Done::Feed(Ok(FeedStep::default())),
        };
        (done, fault)
    }

    fn keep(&self, writes: Vec<Write>) -> Result<(), Failed> {
        self.store.commit_wait(writes)?;
        Ok(())
    }

    /// Pushes up to `count` waiting events; 0 only asks where central stands.
    fn push(&mut self, count: u32) -> Result<Heads, Failed> {
        let epoch = self.record.epoch;
        let events = if count == 0 { Vec::new() } else { self.store.outgoing(epoch, count, PUSH_BYTES)? };
        if let (Some(first), Some(last)) = (events.first(), events.last()) {
            self.keep(vec![Write::Sync(SyncWrite::Sending { epoch, from: first.seq, to: last.seq })])?;
        }
        let sent = events.iter().map(|event| event.seq).collect::<Vec<_>>();
        let push = Push {
            epoch,
            lease: self.store.identity()?.lease.map(Bytes),
            events: events.into_iter().map(|event| Bytes(event.stored)).collect(),
        };
        let asked = self.store.clock().now();
        let pushed = self.client.push(self.record.desk, &push)?;
        if pushed.results.iter().any(|result| !sent.contains(&result.seq)) {
            return Err(CentralFault::NotUnderstood.into());
        }
        self.skew_ms = Some(pushed.now.since(Millis(i64::midpoint(asked.0, self.store.clock().now().0))));
        self.compare_and_keep(epoch, pushed)
    }

    fn compare_and_keep(&self, epoch: u32, pushed: Pushed) -> Result<Heads, Failed> {
        let (head, head_hash) = self.store.head(epoch)?;
        let hash_at = self.store.hash_at(epoch, pushed.head_seq)?;
        let own = OwnChain {
            head,
            acked: self.store.acked(epoch)?,
            hash_at: hash_at.or((pushed.head_seq == head && head > 0).then_some(head_hash)),
        };
        let heads = compare(own, pushed.head_seq, &pushed.head_hash.0);
        let mut writes = Vec::new();
        match heads {
            // A stopped desk takes no lease and no acknowledgement: its data stays as it is for those who judge it.
            Heads::RolledBack | Heads::Forked => return Ok(heads),
            Heads::CentralBehind => {
                writes.push(Write::Sync(SyncWrite::CentralBehind { epoch, head_seq: pushed.head_seq }));
            }
            Heads::InStep => {}
        }
        // Only what has its result is acknowledged: an event whose answer was lost is sent again, for the answer.
        let answered = pushed.results.iter().map(|result| result.seq).max().unwrap_or(0);
        writes.push(Write::Sync(SyncWrite::Pushed {
            epoch,
            head_seq: answered.max(own.acked).min(pushed.head_seq),
            lease: pushed.lease.0,
            results: pushed.results,
            now: pushed.now,
        }));
        self.keep(writes)?;
        Ok(heads)
    }

    /// Sends the next piece of a blob, from where central says it stands.
    fn blob(&self, skip: u32) -> Result<BlobStep, Failed> {
        let Some(blob) = self.store.outgoing_blob(skip)? else { return Ok(BlobStep::Whole) };
        let total = blob.sealed.len();
        // What the store remembers may be behind or ahead of central: central is asked before every first piece.
        let at = match usize::try_from(blob.sent) {
            Ok(at) if at > 0 && at < total => at,
            _ => usize::try_from(self.client.blob_offset(&blob.digest)?).unwrap_or(usize::MAX),
        };
        let rest = blob.sealed.get(at..).ok_or(CentralFault::NotUnderstood)?;
        let piece = rest.get(..PIECE).unwrap_or(rest);
        let wide = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
        let sent = if piece.is_empty() {
            wide(total)
        } else {
            match self.client.blob_append(&blob.digest, wide(at), wide(total), piece) {
                Ok(sent) => sent,
                Err(fault) => {
                    if !fault.is_away() {
                        // Another offset is the likely cause: the next try asks for it.
                        self.progress(&blob.digest, 0, false)?;
                    }
                    return Err(fault.into());
                }
            }
        };
        let done = sent == wide(total);
        self.progress(&blob.digest, sent, done)?;
        Ok(if done { BlobStep::Whole } else { BlobStep::Piece })
    }

    fn progress(&self, digest: &str, sent: u64, done: bool) -> Result<(), Failed> {
        self.keep(vec![Write::Sync(SyncWrite::BlobProgress { digest: digest.to_owned(), sent, done })])
    }

    /// Opens a statement with what this desk knows; the version in the store is the least that is taken.
    fn open<T: serde::de::DeserializeOwned>(
        &self,
        bytes: &[u8],
        kind: StatementKind,
        scope: &str,
        known_version: u64,
    ) -> Result<Opened<T>, Failed> {
        let now = self.store.trusted_time()?.at;
        let expected = Expected { environment: self.record.environment, kind, scope, known_version, now };
        Ok(statement::open(bytes, &self.record.statement_key.0, &expected)?)
    }

    fn revocations(&self) -> Result<(), Failed> {
        let bytes = self.client.revocations()?;
        let known = self.store.statement_version(REVOCATIONS)?;
        let opened: Opened<Revocations> = self.open(&bytes, StatementKind::Revocations, SCOPE_ALL, known)?;
        self.keep_statement(REVOCATIONS, &opened, bytes)
    }

    fn roster(&self) -> Result<(), Failed> {
        let bytes = self.client.roster(self.record.desk)?;
        let known = self.store.statement_version(ROSTER)?;
        let scope = self.record.desk.to_string();
        let opened: Opened<Roster> = self.open(&bytes, StatementKind::Roster, &scope, known)?;
        self.keep_statement(ROSTER, &opened, bytes)?;
        self.policies()
    }

    /// The policies come with the roster. A central that has none yet is an older one: the desk keeps its own.
    fn policies(&self) -> Result<(), Failed> {
        let bytes = match self.client.policies() {
            Err(CentralFault::Problem { code: ProblemCode::NotFound, .. }) => return Ok(()),
            answer => answer?,
        };
        let known = self.store.statement_version(POLICIES)?;
        let opened: Opened<PolicyBook> = self.open(&bytes, StatementKind::Policy, SCOPE_ALL, known)?;
        if !opened.body.is_whole() {
            return Err(CentralFault::NotUnderstood.into());
        }
        self.keep_statement(POLICIES, &opened, bytes)
    }

    fn keep_statement<T>(&self, kind: &str, opened: &Opened<T>, bytes: Vec<u8>) -> Result<(), Failed> {
        self.keep(vec![
            Write::CacheStatement { kind: kind.to_owned(), version: opened.head.version, bytes },
            Write::Sync(SyncWrite::CentralTime(opened.head.issued)),
        ])
    }

    fn feed(&self) -> Result<FeedStep, Failed> {
        let mut cursor = self.store.setting(CURSOR)?.and_then(|text| text.parse().ok()).unwrap_or(0);
        let unread = self.store.setting(UNREAD)?.unwrap_or_default();
        let mut writes = Vec::new();
        if let Some((from, program)) = unread.split_once(' ')
            && program != PROGRAM
        {
            // Another program than the one that could not read it: it may be able to.
            cursor = from.parse().map_or(cursor, |from: u64| from.min(cursor));
            writes.push(Write::Setting { key: UNREAD.into(), value: String::new() });
        }
        let bytes = self.client.feed(self.record.desk, cursor)?;
        let scope = self.record.desk.to_string();
        // A page's version is its cursor, and a restored central may stand behind ours: the cursor is judged below.
        let opened: Opened<FeedPage> = self.open(&bytes, StatementKind::Feed, &scope, 0)?;
        let page = opened.body;
        let stands_still = page.more && page.cursor == cursor;
        if page.items.len() > ITEMS_MAX || stands_still {
            return Err(CentralFault::NotUnderstood.into());
        }
        let mut step = FeedStep { more: page.more, ..FeedStep::default() };
        let had_unread = writes.is_empty() && !unread.is_empty();
        for item in page.items {
            match item {
                FeedItem::OwnResult { epoch, result } => {
                    writes.push(Write::Sync(SyncWrite::OwnResult { epoch, result }));
                }
                FeedItem::Other => step.unread = true,
                FeedItem::Person { person } => writes.push(Write::CachePerson(person)),
                FeedItem::Card { card, person } => writes.push(Write::CacheCard { card, person }),
                FeedItem::RosterChanged { version } => step.roster |= version > self.store.statement_version(ROSTER)?,
                FeedItem::RevocationsChanged { version } => {
                    step.revocations |= version > self.store.statement_version(REVOCATIONS)?
                }
            }
        }
        if step.unread && !had_unread {
            tracing::warn!(cursor, "central tells what this program does not understand");
            writes.push(Write::Setting { key: UNREAD.into(), value: format!("{cursor} {PROGRAM}") });
        }
        if page.cursor != cursor {
            writes.push(Write::Setting { key: CURSOR.into(), value: page.cursor.to_string() });
        }
        // An empty page at the same place is the usual one: nothing is written for it.
        if !writes.is_empty() {
            writes.push(Write::Sync(SyncWrite::CentralTime(opened.head.issued)));
            self.keep(writes)?;
        }
        Ok(step)
    }

    /// Takes central's word on this desk, above all its epoch.
    fn desk_record(&mut self) -> Result<(), Failed> {
        let record = self.client.desk_record(self.record.desk)?;
        let same = record.desk == self.record.desk && record.environment == self.record.environment;
        if !same || record.statement_key != self.record.statement_key {
            // Keys come with enrolment alone.
            return Err(CentralFault::NotUnderstood.into());
        }
        self.keep(vec![Write::DeskRecord(Box::new(record))])
    }

    /// Renews the certificate for the same key.
    fn renew(&mut self) -> Result<(), Failed> {
        let identity = self.store.identity()?;
        let certificate = self.client.renew_desk(&identity.certificate_request()?)?;
        if identity.certificate.as_ref() == Some(&certificate) {
            // Central finds that the present one has life enough.
            return Ok(());
        }
        let read = DeskCertificate::read(&certificate).filter(|read| read.desk == self.record.desk);
        let same_key = x509_key(&certificate).is_some_and(|key| identity.spki().is_ok_and(|own| own == key));
        if read.is_none() || !same_key {
            return Err(CentralFault::NotUnderstood.into());
        }
        tracing::info!(digest = %digest_hex(&certificate), "the desk has a new certificate");
        self.keep(vec![Write::Renewed { certificate }])
    }
}

/// The public key of a certificate, SubjectPublicKeyInfo DER.
pub(super) fn x509_key(certificate: &[u8]) -> Option<Vec<u8>> {
    use der::{Decode, Encode};
    let certificate = x509_cert::Certificate::from_der(certificate).ok()?;
    certificate.tbs_certificate().subject_public_key_info().to_der().ok()
}
