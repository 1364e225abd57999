//! What can be asked of the store in one commit: plain data. All writes of one commit happen, or none.

use crate::domain::{Millis, Person, PersonId, UserNumber, VisitId};
use crate::wire::fact::Fact;
use crate::wire::message::{CardBrief, DeskRecord, EventResult};

/// Most writes in one commit: a step of a visit makes a handful, a feed page 500 and its cursor.
pub const WRITES_MAX: usize = 600;
/// Start of the setting's key that says of a visit that its holder left with a receipt.
pub const RECEIPT: &str = "receipt.";
/// Its value until somebody has seen what became of the registration.
pub const RECEIPT_GIVEN: &str = "given";
/// Its value from then on, until it is swept away.
pub const RECEIPT_SEEN: &str = "seen";
/// Largest visit snapshot, working copy or journal evidence, bytes. Photos are below 1 MiB by the camera's rules.
pub const COPY_MAX: usize = 2 * 1024 * 1024;
/// Largest sealed blob, bytes: what central takes. A photo for a card is about 60 kB.
pub const BLOB_MAX: usize = 1024 * 1024;
/// Longest word: kinds, titles, steps, keys.
pub const WORD_MAX: usize = 256;
/// Longest setting, bytes.
pub const SETTING_MAX: usize = 64 * 1024;
/// Largest statement, bytes: a national revocation list with room.
pub const STATEMENT_MAX: usize = 16 * 1024 * 1024;

/// Where a physical step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Will be done; committed before it is done.
    Planned,
    /// Was handed to the device.
    Sent,
    /// The device said, or a read-back showed, that it is done.
    Confirmed,
    /// It is known not to be done.
    Failed,
}

impl Phase {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Sent => "sent",
            Self::Confirmed => "confirmed",
            Self::Failed => "failed",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Self::Planned, Self::Sent, Self::Confirmed, Self::Failed].into_iter().find(|phase| phase.as_str() == word)
    }
}

/// A fact before it is sealed, numbered, chained and signed, all inside the transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct FactDraft {
    /// What happened or is asked for.
    pub fact: Fact,
    /// Who was signed in.
    pub agent: Option<UserNumber>,
    /// Id and version of the policy that decided.
    pub policy: Option<String>,
    /// Digests of blobs that belong to it; they must be in the store, or earlier in the same commit.
    pub blobs: Vec<String>,
}

/// What enrolment leaves behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// Central's address: host and port, as in the invite.
    pub host: String,
    /// Device CA certificate, DER: the only one TLS trusts.
    pub device_ca: Vec<u8>,
    /// The desk's certificate, DER.
    pub certificate: Vec<u8>,
    /// Central's word on the desk.
    pub record: DeskRecord,
}

/// One write.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// The visit's snapshot, new or over the old one.
    SaveVisit {
        /// Which.
        id: VisitId,
        /// What kind of visit, a stable word.
        kind: String,
        /// Version of the snapshot's form.
        version: u32,
        /// The snapshot.
        snapshot: Vec<u8>,
        /// Put aside.
        parked: bool,
        /// What the list of open visits calls it.
        title: String,
    },
    /// The visit is over. Its copies go 7 days after central's final word on its events.
    CloseVisit {
        /// Which.
        id: VisitId,
    },
    /// A working copy that belongs to a visit, such as the photo.
    SaveWorking {
        /// The visit.
        visit: VisitId,
        /// Its name in the visit.
        name: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// One physical step; rows are added, never changed.
    Journal {
        /// The visit.
        visit: VisitId,
        /// The operation the step belongs to.
        op: String,
        /// The step.
        step: String,
        /// Where it stands.
        phase: Phase,
        /// What shows it. Never a secret.
        evidence: Vec<u8>,
    },
    /// A fact for central.
    Event(Box<FactDraft>),
    /// A sealed blob under its digest; see `Store::seal_blob`.
    Blob {
        /// [`crate::wire::event::digest_hex`] of the sealed bytes.
        digest: String,
        /// The bytes.
        sealed: Vec<u8>,
    },
    /// A setting.
    Setting {
        /// Its key.
        key: String,
        /// Its value.
        value: String,
    },
    /// A person central told of. An older version than the one held is ignored.
    CachePerson(Box<Person>),
    /// The person was used just now: stays longer in the cache.
    TouchPerson(PersonId),
    /// A card central told of.
    CacheCard {
        /// The card.
        card: CardBrief,
        /// Its holder.
        person: PersonId,
    },
    /// A signed statement as it came. Fails if its version is below the one held.
    CacheStatement {
        /// Its kind and scope, such as `roster`.
        kind: String,
        /// Its version.
        version: u64,
        /// The signed bytes.
        bytes: Vec<u8>,
    },
    /// An agent read why central refused this event of the present epoch.
    RefusedSeen {
        /// Which.
        seq: u64,
    },
    /// The desk was enrolled, or enrolled again.
    Enrolled(Box<Enrolment>),
    /// Central has another address; everything else of the enrolment stays.
    CentralMoved {
        /// Host and port.
        host: String,
    },
    /// The desk has a newer certificate for the same key.
    Renewed {
        /// DER.
        certificate: Vec<u8>,
    },
    /// Central's newest word on the desk.
    DeskRecord(Box<DeskRecord>),
    /// What the sync worker learned.
    Sync(SyncWrite),
}

/// What the sync worker writes.
#[derive(Debug, Clone, PartialEq)]
pub enum SyncWrite {
    /// These events are about to be sent.
    Sending {
        /// Epoch.
        epoch: u32,
        /// First number.
        from: u64,
        /// Last number.
        to: u64,
    },
    /// Central has everything up to `head_seq`.
    Pushed {
        /// Epoch.
        epoch: u32,
        /// Central's head.
        head_seq: u64,
        /// To be presented next time.
        lease: Vec<u8>,
        /// What became of the events sent.
        results: Vec<EventResult>,
        /// Central's time.
        now: Millis,
    },
    /// Central has less than it had acknowledged: it was restored. Everything after `head_seq` waits again.
    CentralBehind {
        /// Epoch.
        epoch: u32,
        /// Central's head now.
        head_seq: u64,
    },
    /// Central changed its word on an event.
    OwnResult {
        /// Epoch.
        epoch: u32,
        /// Which, and what.
        result: EventResult,
    },
    /// Part of a blob is at central.
    BlobProgress {
        /// Which.
        digest: String,
        /// Bytes central has.
        sent: u64,
        /// Central has all of it.
        done: bool,
    },
    /// Central's time, from a signed or authenticated answer.
    CentralTime(Millis),
}

/// One event as it went into the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRef {
    /// Epoch.
    pub epoch: u32,
    /// Its number.
    pub seq: u64,
    /// Its hash.
    pub hash: [u8; 32],
    /// Its kind.
    pub kind: String,
    /// It does not wait for a better moment.
    pub urgent: bool,
}

/// What a commit did: durable when it is seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// Desk time of the commit.
    pub at: Millis,
    /// The events it made, in order.
    pub events: Vec<EventRef>,
}
