//! What central remembers: one trait of use cases, so that each database does a whole use case in one transaction of its
//! own (`notes` sync 3). What an event *means* is decided outside, in `central::effect`, the same for every database.
//!
//! `tests/central_store.rs` is the conformance suite: a new database is one that passes it.

mod rows;
pub mod sqlite;
pub mod text_key;

pub use rows::*;

use jiff::civil::Date;

use crate::card::task::Slot;
use crate::domain::{
    CardGuid, CardStatus, DeskId, GrantId, Millis, OdsCode, Person, PersonId, Role, UserNumber, VisitId,
};
use crate::wire::message::{FeedPage, Organisation, PersonHit, ProblemCode, Revocations, Roster};
use crate::wire::policy::{PolicyBook, PolicyPack};

/// Most items in one page of a feed.
pub const FEED_PAGE: u32 = 500;
/// Most persons in one answer.
pub const HITS_MAX: usize = 20;
/// People of one birth date that are looked at: among 1.5 million there are some 80. More are migrated records of 1 January
/// 1900, a date that says nothing (notes domain 12c 5).
pub const BORN_MAX: u32 = 1_000;
/// Times a PUK release may be fetched again before its outcome arrives (design, "PUK").
pub const RELEASE_REFETCHES: u32 = 3;
/// Times a grant may be given out: the first, and nine crashes of the same desk.
pub const GRANT_FETCHES: u32 = 10;
/// Largest sealed blob. A photo for a card is about 60 kB; scans are not kept.
pub const BLOB_MAX: u64 = 1024 * 1024;
/// Most unfinished blobs of one desk: two long clinics' worth of photos.
pub const BLOBS_OPEN_MAX: u64 = 512;
/// Live nonces of one desk: a desk needs two for an act, the rest are lost answers.
pub const NONCES_MAX: u64 = 64;

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A rule says no; the word for the desk.
    #[error("refused: {0:?}")]
    Refused(ProblemCode),
    /// Somebody else holds the database; try again.
    #[error("the database is busy")]
    Busy,
    /// The database was written by a newer program.
    #[error(
        "the database has schema {found}, this program knows {known} at most: run the newer program, or restore a backup made before the upgrade"
    )]
    Newer {
        /// Version of the database.
        found: i64,
        /// Version of the program.
        known: i64,
    },
    /// Another installation's database.
    #[error("the database is for environment {found}, not {wanted}")]
    OtherEnvironment {
        /// What it says.
        found: String,
        /// What was asked for.
        wanted: String,
    },
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(String),
}

/// Results of the store.
pub type Stored<T> = Result<T, StoreError>;

/// Everything central remembers. Blocking: handlers call it through `spawn_blocking`. Every method is one transaction.
///
/// Every change a desk must hear of is put into that desk's feed in the same transaction. Errors: [`StoreError`];
/// `Refused` where a rule says no, with the word the desk gets.
pub trait CentralStore: Send + Sync {
    /// Writes and reads one row: whether the database can be written now.
    fn ready(&self, now: Millis) -> Stored<()>;
    /// Marks that this database was restored from a backup: every desk may show any lease once, versions jump ahead.
    fn restored(&self, now: Millis) -> Stored<()>;

    /// Adds an organisation or renames it.
    fn add_organisation(&self, organisation: &Organisation) -> Stored<()>;
    /// All organisations.
    fn organisations(&self) -> Stored<Vec<Organisation>>;

    /// Makes a desk that may enrol with a one-time code.
    fn invite_desk(&self, invite: &Invite, now: Millis) -> Stored<()>;
    /// Spends an invite's code for one key. `BadCode` if it is unknown, too old, or spent for another key.
    fn redeem_invite(&self, code_hash: &[u8; 32], key_hash: &[u8; 32], now: Millis) -> Stored<DeskRow>;
    /// Records a certificate for a desk, if its newest one still has the serial number `replaces`; else says false.
    fn enrol_desk(&self, desk: DeskId, key: &DeskKeyRow, replaces: Option<&str>, now: Millis) -> Stored<bool>;
    /// One desk.
    fn desk(&self, desk: DeskId) -> Stored<Option<DeskRow>>;
    /// All desks.
    fn desks(&self) -> Stored<Vec<DeskRow>>;
    /// The desk that has this key, and whether that key's certificate is revoked.
    fn desk_by_key(&self, spki: &[u8]) -> Stored<Option<(DeskRow, bool)>>;
    /// All keys a desk had in its life, newest first: old events were signed by old keys.
    fn desk_keys(&self, desk: DeskId) -> Stored<Vec<DeskKeyRow>>;
    /// Ends a desk: its certificates are revoked.
    fn revoke_desk(&self, desk: DeskId, reason: &str, now: Millis) -> Stored<()>;
    /// Lets a desk go on after quarantine, with a new epoch, which is returned.
    fn release_desk(&self, desk: DeskId) -> Stored<u32>;

    /// Makes a person and mints the number.
    fn add_person(&self, person: &NewPerson, now: Millis) -> Stored<Person>;
    /// One person.
    fn person(&self, person: PersonId) -> Stored<Option<Person>>;
    /// The person with this number.
    fn person_by_number(&self, number: &UserNumber) -> Stored<Option<Person>>;
    /// Persons by number, after `after`, in order.
    fn persons(&self, after: Option<&UserNumber>, limit: u32) -> Stored<Vec<Person>>;
    /// Persons of a birth date, the last made first, [`BORN_MAX`] at most.
    fn persons_born(&self, day: Date) -> Stored<Vec<Person>>;
    /// Who might be meant, best first, [`HITS_MAX`] at most.
    fn find_persons(&self, query: &PersonQuery) -> Stored<Vec<PersonHit>>;
    /// Makes a usable blob the person's likeness.
    fn set_photo(&self, person: PersonId, digest: &str, now: Millis) -> Stored<()>;
    /// The digest of the person's photo, if it is here and good.
    fn photo_of(&self, person: PersonId) -> Stored<Option<String>>;
    /// Names a person had before, oldest first; none named: everybody's.
    fn former_names(&self, person: Option<PersonId>) -> Stored<Vec<FormerName>>;
    /// What changed in a person's record, oldest first.
    fn person_history(&self, person: PersonId) -> Stored<Vec<(u64, Millis, String)>>;

    /// Gives a role.
    fn add_role(&self, number: &UserNumber, role: Role, organisation: &OdsCode, now: Millis) -> Stored<()>;
    /// Takes a role away from this instant on.
    fn withdraw_role(&self, number: &UserNumber, role: Role, organisation: &OdsCode, now: Millis) -> Stored<()>;
    /// Sets the last day on which an agent's training in examining documents is in date; none takes it away.
    fn set_training(&self, number: &UserNumber, until: Option<Date>) -> Stored<()>;
    /// All roles of one person.
    fn roles(&self, number: &UserNumber) -> Stored<Vec<RoleRow>>;
    /// Who may do what at a desk, with the version.
    fn roster(&self, desk: DeskId) -> Stored<(u64, Roster)>;
    /// The agent behind a certificate serial number.
    fn agent_by_certificate(&self, serial: &str) -> Stored<Option<AgentRow>>;

    /// Makes a bootstrap code. `NotAllowed` once any manager has a card.
    fn add_bootstrap(&self, code_hash: &[u8; 32], person: PersonId, desk: DeskId, expires: Millis) -> Stored<()>;
    /// Whom this code is for. `BadCode` if it is unknown, too old, of another desk, used in another visit, or dead.
    fn bootstrap_person(&self, code_hash: &[u8; 32], desk: DeskId, visit: VisitId, now: Millis) -> Stored<PersonId>;

    /// Keeps a fresh nonce for one desk. `TooMany` with [`NONCES_MAX`] live ones.
    fn add_nonce(&self, desk: DeskId, nonce: &[u8; 32], expires: Millis, now: Millis) -> Stored<()>;
    /// Opens a session. The same one again is no error; a live one at another desk is `SessionElsewhere`.
    fn open_session(&self, ask: &SessionAsk) -> Stored<()>;
    /// Whether an agent (this one, if one is named) has a session at this desk that neither ended nor ran out.
    fn session_live(&self, agent: Option<&UserNumber>, desk: DeskId, now: Millis) -> Stored<bool>;
    /// Ends the sessions of a desk.
    fn end_sessions(&self, desk: DeskId, now: Millis) -> Stored<()>;

    /// Adds a batch with its chip serials.
    fn add_stock(&self, batch: &StockBatch, serials: &[String], now: Millis) -> Stored<()>;
    /// What is known of a blank.
    fn stock_of(&self, chip_serial: &str) -> Stored<Option<StockRow>>;

    /// Makes a grant, or gives the one this visit has.
    fn make_grant(&self, ask: &GrantAsk) -> Stored<GrantRow>;
    /// Gives a grant out again to its desk, counted, while its card is written and an agent has a session there.
    fn fetch_grant(&self, grant: GrantId, desk: DeskId, now: Millis) -> Stored<GrantRow>;
    /// A grant, not counted.
    fn grant(&self, grant: GrantId) -> Stored<Option<GrantRow>>;
    /// The live certificate of a card's slot.
    fn certificate(&self, card: CardGuid, slot: Slot) -> Stored<Option<CertificateRow>>;
    /// Records a certificate and revokes the slot's last one, if that still has the serial number `replaces`; else says
    /// false.
    fn add_certificate(&self, row: &CertificateRow, replaces: Option<&str>, now: Millis) -> Stored<bool>;
    /// Decides a PUK release and counts it.
    fn release(&self, ask: &ReleaseAsk) -> Stored<ReleaseGiven>;
    /// One card.
    fn card(&self, card: CardGuid) -> Stored<Option<CardRow>>;
    /// The card a person has or had last.
    fn latest_card(&self, person: PersonId) -> Stored<Option<CardRow>>;
    /// Sets a card's state by hand: for the demo's seed and its tests.
    fn mark_card(&self, card: CardGuid, status: CardStatus, now: Millis) -> Stored<()>;
    /// What is revoked, with the version.
    fn revocations(&self) -> Stored<(u64, Revocations)>;

    /// Puts the policy a program was shipped with in force, if none of its id is here.
    fn ship_policy(&self, pack: &PolicyPack, program: &str, now: Millis) -> Stored<()>;
    /// Keeps a policy for somebody else to approve. `NotAllowed`: its version is not higher than all of its id.
    fn propose_policy(&self, pack: &PolicyPack, by: &str, now: Millis) -> Stored<()>;
    /// Puts a proposed policy in force. `NotAllowed`: by the one who proposed it, twice, or a newer one is approved.
    fn approve_policy(&self, id: &str, version: u32, by: &str, now: Millis) -> Stored<()>;
    /// All policies, approved or not.
    fn policies(&self) -> Stored<Vec<PolicyRow>>;
    /// What desks are told, with its version.
    fn policy_book(&self) -> Stored<(u64, PolicyBook)>;

    /// Takes a push: the whole of it in one transaction, or nothing.
    fn append(&self, batch: &Batch) -> Stored<Appended>;
    /// Stored events of one desk and epoch after a number, in order.
    fn events(&self, desk: DeskId, epoch: u32, after: u64, limit: u32) -> Stored<Vec<EventRow>>;
    /// What is new for a desk since its cursor. A cursor ahead of central starts again from the beginning.
    fn feed(&self, desk: DeskId, cursor: u64) -> Stored<FeedPage>;

    /// How far a blob is; nothing held is offset 0.
    fn blob(&self, digest: &str) -> Stored<BlobState>;
    /// Adds bytes at the offset. `BadRequest` if the offset is another one or it grows over [`BLOB_MAX`].
    fn append_blob(
        &self,
        desk: Option<DeskId>,
        digest: &str,
        offset: u64,
        bytes: &[u8],
        now: Millis,
    ) -> Stored<BlobState>;
    /// Throws away what was held of a blob that did not become whole.
    fn discard_blob(&self, digest: &str) -> Stored<()>;
    /// All bytes of a complete blob.
    fn blob_bytes(&self, digest: &str) -> Stored<Option<Vec<u8>>>;
    /// Says whether a complete blob opened to a photo, and lets what waited for it take effect.
    fn settle_blob(&self, digest: &str, usable: bool, now: Millis) -> Stored<()>;
    /// Complete blobs nobody has looked at: a crash came between.
    fn unsettled_blobs(&self) -> Stored<Vec<String>>;

    /// Writes an audit line.
    fn audit(&self, line: &AuditLine) -> Stored<()>;
    /// The last lines, newest first.
    fn audit_lines(&self, limit: u32) -> Stored<Vec<AuditLine>>;
}
