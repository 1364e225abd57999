//! What the desk remembers: one encrypted database, one writer, nothing in the clear. The only room with SQL on the desk.
//!
//! [`Store::commit`] gives a [`Pending`] that hears once the disk has it; screens never wait for the disk. A failed commit
//! changed nothing. Events are sealed, numbered, chained and signed inside the transaction that makes them.

mod append;
mod apply;
mod clock;
mod fault;
mod identity;
mod key;
mod migrate;
mod open;
mod pending;
mod read;
mod retention;
mod search;
mod write;
mod writer;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use key::DatabaseKey;

pub use clock::{Clock, DOUBT_MS, SystemClock, TrustedTime};
pub use fault::StoreFault;
pub use identity::Identity;
pub use key::{CREDENTIAL, KEY_FILE, KeySource};
pub use pending::Pending;
pub use read::{
    HITS_MAX, JournalRow, OutboxCounts, Outgoing, OutgoingBlob, QUEUE_MAX, QueueItem, QueueState, ReceiptOutcome,
    SavedVisit,
};
pub use retention::{CACHE_DAYS, COPIES_DAYS, EVENTS_DAYS, PERSONS_MAX};
pub use write::{
    BLOB_MAX, COPY_MAX, Committed, Enrolment, EventRef, FactDraft, Phase, RECEIPT, RECEIPT_GIVEN, RECEIPT_SEEN,
    SETTING_MAX, STATEMENT_MAX, SyncWrite, WRITES_MAX, Write,
};

use crate::document::same_person::Band;
use crate::domain::{CardGuid, CardStatus, LegalName, Person, PersonId, UserNumber, VisitId};
use crate::wire::event::digest_hex;
use crate::wire::message::{CardBrief, DeskRecord, Outcome};
use crate::wire::seal;

/// Name of the database file.
pub const DATABASE: &str = "ra-desk.db";
/// Name of the file whose lock says that the folder is in use.
const LOCK: &str = "ra-desk.lock";
/// Largest database, bytes: 35 days of a busy desk are below a tenth of it.
pub const DATABASE_MAX: u64 = 2 * 1024 * 1024 * 1024;
/// [`Store::commit_wait`] waits so long for its turn, and as long again once the writer has begun: a commit takes
/// milliseconds, a disk that hangs this long has failed.
pub const COMMIT_WAIT: Duration = Duration::from_secs(30);
/// Watchers at most: the sync worker and the screen loop, with room.
const WATCHERS_MAX: usize = 8;

/// How a store is opened.
pub struct StoreOptions {
    /// The folder: database, its log, lock, and the key file if there is no credential.
    pub dir: PathBuf,
    /// `$CREDENTIALS_DIRECTORY`, if systemd set it.
    pub credentials: Option<PathBuf>,
    /// The clocks.
    pub clock: Arc<dyn Clock>,
    /// Largest database, bytes.
    pub max_bytes: u64,
}

impl StoreOptions {
    /// For a folder, with the computer's clocks and the credential systemd names, if any.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            credentials: std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from),
            clock: Arc::new(SystemClock::new()),
            max_bytes: DATABASE_MAX,
        }
    }
}

/// A commit made events; `urgent`: one of them does not wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewEvents {
    /// A cancel or a spoilt card is among them.
    pub urgent: bool,
}

/// Who is told of new events. Telling never waits: a full channel has a waking message in it already, but for urgency,
/// which a watcher asks the store for anyway.
#[derive(Clone, Default)]
struct Watchers(Arc<Mutex<Vec<SyncSender<NewEvents>>>>);

impl Watchers {
    fn tell(&self, urgent: bool) {
        lock(&self.0)
            .retain(|watcher| !matches!(watcher.try_send(NewEvents { urgent }), Err(TrySendError::Disconnected(_))));
    }
}

/// The data stays whole if a thread panicked with the lock held: it guards only a connection or a list.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The store. Clones are handles to the same one; the last one closes it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    requests: Mutex<Option<SyncSender<writer::Request>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    reader: Mutex<Connection>,
    watchers: Watchers,
    clock: Arc<dyn Clock>,
    key_source: KeySource,
    key: DatabaseKey,
    path: PathBuf,
    // The last field: dropped when everything else is closed.
    _lock: FolderLock,
}

/// The lock on the folder. Let go by name, not by closing: a process that is just being started may hold a copy of the
/// file for a moment, and the lock with it.
struct FolderLock(File);

impl Drop for FolderLock {
    fn drop(&mut self) {
        // If it fails, closing does the same.
        let _ = self.0.unlock();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // The writer ends when nobody can ask any more; it then folds its log, which takes milliseconds.
        lock(&self.requests).take();
        if let Some(writer) = lock(&self.writer).take() {
            let _ = writer.join();
        }
    }
}

impl Store {
    /// Opens the folder, makes it on first use. Migrates, forgets what is due, starts the writer.
    pub fn open(options: StoreOptions) -> Result<Self, StoreFault> {
        let StoreOptions { dir, credentials, clock, max_bytes } = options;
        make_private(&dir)?;
        open::refuse_network(&dir)?;
        let lock_file = lock_folder(&dir)?;
        let path = dir.join(DATABASE);
        let (key, key_source) = key::find(&dir, credentials.as_deref(), path.exists())?;
        let mut reader = open::connect(&path, &key, open::Mode::Write)?;
        migrate::migrate(&mut reader, &dir, migrate::MIGRATIONS)?;
        identity::ensure_key(&reader)?;
        retention::sweep(&mut reader, clock.now())?;
        open::only_read(&reader)?;
        let watchers = Watchers::default();
        let (requests, incoming) = sync_channel(writer::WAITING_MAX);
        // The writer opens its own connection at the first commit: a second opening is not waited for by the first screen.
        let (own_path, own_key) = (path.clone(), key.duplicate());
        let open = Box::new(move || {
            let conn = open::connect(&own_path, &own_key, open::Mode::Write)?;
            limit_size(&conn, max_bytes)?;
            Ok(conn)
        });
        let writer = writer::Writer { open, conn: None, clock: clock.clone(), watchers: watchers.clone() };
        let thread = std::thread::Builder::new().name("store".into()).spawn(move || writer.run(&incoming))?;
        Ok(Self(Arc::new(Inner {
            requests: Mutex::new(Some(requests)),
            writer: Mutex::new(Some(thread)),
            reader: Mutex::new(reader),
            watchers,
            clock,
            key_source,
            key,
            path,
            _lock: lock_file,
        })))
    }

    /// Asks for one transaction with all these writes. [`Pending`] hears once it is durable, or why it is not.
    ///
    /// Never waits: with too many requests queued the answer is [`StoreFault::Busy`].
    pub fn commit(&self, writes: Vec<Write>) -> Pending {
        let (reply, answer) = sync_channel(1);
        let (refused, ticket) = (reply.clone(), pending::Ticket::default());
        let fault = if writes.len() > WRITES_MAX {
            Some(StoreFault::TooLarge("a commit"))
        } else {
            match lock(&self.0.requests)
                .as_ref()
                .map(|to| to.try_send(writer::Request { writes, reply, ticket: ticket.clone() }))
            {
                Some(Ok(())) => None,
                Some(Err(TrySendError::Full(_))) => Some(StoreFault::Busy),
                Some(Err(TrySendError::Disconnected(_))) | None => Some(StoreFault::Closed),
            }
        };
        if let Some(fault) = fault {
            let _ = refused.try_send(Err(fault));
        }
        Pending { answer, ticket }
    }

    /// As [`Store::commit`], for threads that may wait (twice [`COMMIT_WAIT`] at most).
    ///
    /// Errors: with every fault but [`StoreFault::Unknown`] nothing is written, now or later. After that one the writes may
    /// still become durable: it is for writes that may be made twice.
    pub fn commit_wait(&self, writes: Vec<Write>) -> Result<Committed, StoreFault> {
        let pending = self.commit(writes);
        if let Some(answer) = pending.wait(COMMIT_WAIT) {
            return answer;
        }
        if pending.call_off() {
            return Err(StoreFault::Hangs);
        }
        pending.wait(COMMIT_WAIT).unwrap_or(Err(StoreFault::Unknown))
    }

    /// Tells this channel of every commit that made events. A channel of one place is enough.
    pub fn watch(&self, watcher: SyncSender<NewEvents>) -> Result<(), StoreFault> {
        let mut watchers = lock(&self.0.watchers.0);
        if watchers.len() >= WATCHERS_MAX {
            return Err(StoreFault::Busy);
        }
        watchers.push(watcher);
        Ok(())
    }

    /// Where the database key came from; `doctor` warns of a file.
    pub fn key_source(&self) -> &KeySource {
        &self.0.key_source
    }

    /// The store's clock.
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.0.clock.clone()
    }

    /// Seals bytes to central: digest and sealed bytes for [`Write::Blob`] and [`FactDraft::blobs`].
    pub fn seal_blob(&self, plain: &[u8]) -> Result<(String, Vec<u8>), StoreFault> {
        let record = self.record()?.ok_or(StoreFault::NotEnrolled)?;
        if plain.len() > BLOB_MAX - seal::OVERHEAD {
            return Err(StoreFault::TooLarge("a blob"));
        }
        let sealed = seal::seal(&record.seal_key.0, seal::BLOB_INFO, b"", plain, append::fresh()?)
            .map_err(|fault| StoreFault::Event(fault.into()))?;
        Ok((digest_hex(&sealed), sealed))
    }

    /// Who this desk is.
    pub fn identity(&self) -> Result<Identity, StoreFault> {
        identity::load(&lock(&self.0.reader))
    }

    /// Central's word on this desk, if it is enrolled.
    pub fn record(&self) -> Result<Option<DeskRecord>, StoreFault> {
        identity::record(&lock(&self.0.reader))
    }

    /// The latest of clock, central's last time and the last own event.
    pub fn trusted_time(&self) -> Result<TrustedTime, StoreFault> {
        let reader = lock(&self.0.reader);
        let clock = self.0.clock.now();
        Ok(TrustedTime::from(clock, append::last_central(&reader)?, read::last_event_at(&reader)?))
    }

    /// The end of an epoch's chain: last number (0 if none) and its hash.
    pub fn head(&self, epoch: u32) -> Result<(u64, [u8; 32]), StoreFault> {
        append::head(&lock(&self.0.reader), epoch)
    }

    /// Visits that are not closed, newest first, 200 at most.
    pub fn open_visits(&self) -> Result<Vec<SavedVisit>, StoreFault> {
        read::open_visits(&lock(&self.0.reader))
    }

    /// The journal of a visit, oldest row first.
    pub fn journal(&self, visit: VisitId) -> Result<Vec<JournalRow>, StoreFault> {
        read::journal(&lock(&self.0.reader), visit)
    }

    /// A working copy of a visit.
    pub fn working(&self, visit: VisitId, name: &str) -> Result<Option<Vec<u8>>, StoreFault> {
        read::working(&lock(&self.0.reader), visit, name)
    }

    /// What waits or needs an eye, oldest first, [`QUEUE_MAX`] at most.
    pub fn queue(&self) -> Result<Vec<QueueItem>, StoreFault> {
        read::queue(&lock(&self.0.reader))
    }

    /// How much waits.
    pub fn counts(&self) -> Result<OutboxCounts, StoreFault> {
        read::counts(&lock(&self.0.reader))
    }

    /// Central's word on an event, once known.
    pub fn outcome(&self, epoch: u32, seq: u64) -> Result<Option<Outcome>, StoreFault> {
        read::outcome(&lock(&self.0.reader), epoch, seq)
    }

    /// Central's word on the last event of this kind in a visit, once known.
    pub fn outcome_of_visit(&self, visit: VisitId, kind: &str) -> Result<Option<Outcome>, StoreFault> {
        read::outcome_of_visit(&lock(&self.0.reader), visit, kind)
    }

    /// What became of registrations whose holders left with a receipt, as far as nobody has seen it.
    pub fn receipts(&self) -> Result<Vec<ReceiptOutcome>, StoreFault> {
        read::receipts(&lock(&self.0.reader))
    }

    /// Cached persons by the start of any part of the name, and by birth date if given; [`HITS_MAX`] at most.
    pub fn find_persons(&self, name: &str, birth: Option<jiff::civil::Date>) -> Result<Vec<Person>, StoreFault> {
        read::find_persons(&lock(&self.0.reader), name, birth)
    }

    /// Cached persons who may be the one asked for under a slip or another spelling, the likeliest first, with their bands.
    pub fn likely_persons(
        &self,
        name: &LegalName,
        birth: jiff::civil::Date,
    ) -> Result<Vec<(Person, Band)>, StoreFault> {
        read::likely_persons(&lock(&self.0.reader), name, birth)
    }

    /// A cached person by number.
    pub fn person_by_number(&self, number: &UserNumber) -> Result<Option<Person>, StoreFault> {
        read::person_by_number(&lock(&self.0.reader), number)
    }

    /// A cached person by id.
    pub fn person(&self, id: PersonId) -> Result<Option<Person>, StoreFault> {
        read::person_by_id(&lock(&self.0.reader), id)
    }

    /// A cached card with its holder's id.
    pub fn card(&self, guid: CardGuid) -> Result<Option<(CardBrief, PersonId)>, StoreFault> {
        read::card(&lock(&self.0.reader), guid)
    }

    /// What own events make of a card that central has not decided yet.
    pub fn said_of_card(&self, guid: CardGuid) -> Result<Option<CardStatus>, StoreFault> {
        read::said_of_card(&lock(&self.0.reader), guid)
    }

    /// A setting.
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreFault> {
        read::setting(&lock(&self.0.reader), key)
    }

    /// A cached statement: version and signed bytes.
    pub fn statement(&self, kind: &str) -> Result<Option<(u64, Vec<u8>)>, StoreFault> {
        read::statement(&lock(&self.0.reader), kind)
    }

    /// The version of a cached statement, without its bytes; 0 if there is none.
    pub fn statement_version(&self, kind: &str) -> Result<u64, StoreFault> {
        read::statement_version(&lock(&self.0.reader), kind)
    }

    /// Stored bytes of an epoch's events from a number on, in order: for an audit export and its check.
    pub fn events(&self, epoch: u32, from: u64, count: u32) -> Result<Vec<Vec<u8>>, StoreFault> {
        read::events(&lock(&self.0.reader), epoch, from, count)
    }

    /// Hash of one event, if it is still here.
    pub fn hash_at(&self, epoch: u32, seq: u64) -> Result<Option<[u8; 32]>, StoreFault> {
        read::hash_at(&lock(&self.0.reader), epoch, seq)
    }

    /// Events not acknowledged, in order: `count` and `bytes` at most, but always one if there is one.
    pub fn outgoing(&self, epoch: u32, count: u32, bytes: usize) -> Result<Vec<Outgoing>, StoreFault> {
        read::outgoing(&lock(&self.0.reader), epoch, count, bytes)
    }

    /// Whether an event of this epoch waits.
    pub fn waits(&self, epoch: u32) -> Result<bool, StoreFault> {
        read::waits(&lock(&self.0.reader), epoch)
    }

    /// The last number of an epoch that central acknowledged; 0 if none.
    pub fn acked(&self, epoch: u32) -> Result<u64, StoreFault> {
        read::acked(&lock(&self.0.reader), epoch)
    }

    /// Whether an event waits that does not wait for a better moment.
    pub fn urgent_waits(&self, epoch: u32) -> Result<bool, StoreFault> {
        read::urgent_waits(&lock(&self.0.reader), epoch)
    }

    /// The next blob central does not have in full, oldest first, after passing over `skip` of them. With all of them
    /// passed over it begins again.
    pub fn outgoing_blob(&self, skip: u32) -> Result<Option<OutgoingBlob>, StoreFault> {
        read::outgoing_blob(&lock(&self.0.reader), skip)
    }

    /// Reads the whole database and checks every page's seal and every structure. Minutes on a large one: for `doctor`.
    pub fn check(&self) -> Result<(), StoreFault> {
        // On a connection of its own, so that no screen waits for it.
        let reader = open::connect(&self.0.path, &self.0.key, open::Mode::Read)?;
        let answer: String = reader.query_row("PRAGMA quick_check", [], |row| row.get(0))?;
        if answer == "ok" { Ok(()) } else { Err(StoreFault::Damaged) }
    }
}

fn lock_folder(dir: &Path) -> Result<FolderLock, StoreFault> {
    let file = File::options().create(true).truncate(false).write(true).open(dir.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(FolderLock(file)),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreFault::InUse),
        Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
    }
}

fn make_private(dir: &Path) -> Result<(), StoreFault> {
    use std::os::unix::fs::DirBuilderExt;
    if !dir.exists() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    }
    Ok(())
}

fn limit_size(conn: &Connection, max_bytes: u64) -> Result<(), StoreFault> {
    // SQLCipher answers this one itself, in text.
    let page: String = conn.query_row("PRAGMA cipher_page_size", [], |row| row.get(0))?;
    let page: u64 = page.parse().map_err(|_| StoreFault::Setup("cipher_page_size"))?;
    let pages = max_bytes / page.max(1);
    // The answer is the larger of what was asked and what is in use already.
    let answer: u64 = conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| row.get(0))?;
    if answer >= pages { Ok(()) } else { Err(StoreFault::Setup("max_page_count")) }
}
