//! What goes into the store and comes out of it. Plain data; no SQL, no secret in the clear.

use std::sync::Arc;

use jiff::civil::Date;

use crate::card::task::{KeyAlgorithm, Slot};
use crate::document::same_person::Index;
use crate::domain::{
    CardGuid, CardStatus, DeskId, GrantId, LegalName, Millis, OdsCode, Person, PersonId, Role, UserNumber, VisitId,
};
use crate::wire::act::ActKind;
use crate::wire::fact::Fact;
use crate::wire::message::{CardBrief, EventResult, Outcome};

/// A desk as central has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskRow {
    /// Which.
    pub desk: DeskId,
    /// Name of the desk.
    pub name: String,
    /// Name of the place.
    pub place: String,
    /// Organisation it belongs to.
    pub organisation: OdsCode,
    /// Its epoch.
    pub epoch: u32,
    /// Last event central holds of this epoch; 0 if none.
    pub head_seq: u64,
    /// Hash of that event.
    pub head_hash: [u8; 32],
    /// Why it is quarantined, if it is.
    pub quarantined: Option<String>,
    /// Why it was revoked, if it was.
    pub revoked: Option<String>,
    /// Whether it ever enrolled.
    pub enrolled: bool,
    /// Last time it spoke.
    pub last_seen: Option<Millis>,
}

/// One key a desk has or had: the authority behind its client certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskKeyRow {
    /// Certificate serial number, lower-case hexadecimal.
    pub serial: String,
    /// SubjectPublicKeyInfo, DER.
    pub spki: Vec<u8>,
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// Last instant of the certificate.
    pub not_after: Millis,
}

/// A desk that is invited.
#[derive(Debug, Clone)]
pub struct Invite {
    /// Its new id.
    pub desk: DeskId,
    /// Its name.
    pub name: String,
    /// Its place.
    pub place: String,
    /// Its organisation.
    pub organisation: OdsCode,
    /// SHA-256 of the one-time code.
    pub code_hash: [u8; 32],
    /// Until when the code is good.
    pub expires: Millis,
}

/// A person to be made by hand: by the command line, for the first manager, or by the demo's seed.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Which id.
    pub person: PersonId,
    /// Legal name.
    pub name: LegalName,
    /// Text for the plastic.
    pub name_on_card: Option<String>,
    /// Birth date.
    pub birth_date: Date,
    /// Whether it was seen on a document.
    pub birth_date_verified: bool,
    /// Organisation.
    pub organisation: OdsCode,
    /// Position in words.
    pub position: String,
    /// E-mail.
    pub email: Option<String>,
}

/// A name somebody had before. For the search, and for managers at central; no desk is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerName {
    /// Whose.
    pub person: PersonId,
    /// The name.
    pub name: LegalName,
    /// The person's birth date.
    pub birth_date: Date,
    /// Until when it was the name on record.
    pub ended: Millis,
}

/// One role of one agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRow {
    /// The role.
    pub role: Role,
    /// Where.
    pub organisation: OdsCode,
    /// Since when.
    pub added: Millis,
    /// When it was withdrawn, if it was.
    pub withdrawn: Option<Millis>,
}

impl RoleRow {
    /// Whether the role was held at this instant.
    pub fn held_at(&self, at: Millis) -> bool {
        self.withdrawn.is_none_or(|gone| at < gone)
    }
}

/// The agent behind a card certificate, with everything that says what the agent may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRow {
    /// Who.
    pub number: UserNumber,
    /// The person.
    pub person: PersonId,
    /// Name for lists.
    pub name: String,
    /// The card whose certificate was shown.
    pub card: CardGuid,
    /// Where that card stands.
    pub card_status: CardStatus,
    /// The slot of the certificate.
    pub slot: Slot,
    /// The certificate on record, DER.
    pub certificate: Vec<u8>,
    /// When the certificate was revoked, if it was.
    pub revoked: Option<Millis>,
    /// All roles, withdrawn ones too.
    pub roles: Vec<RoleRow>,
}

/// A card with all central knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardRow {
    /// Brief, as desks see it.
    pub brief: CardBrief,
    /// Its holder.
    pub person: PersonId,
    /// Issue number.
    pub issue: u32,
    /// Stock batch.
    pub batch: String,
    /// Chip serial, if known.
    pub chip_serial: Option<String>,
    /// Last day.
    pub expires: Date,
    /// PUK number last known to be on the card.
    pub puk_confirmed: u32,
    /// PUK number that may be on the card: a release had no outcome yet.
    pub puk_possible: Option<u32>,
    /// Version of the card master key it was made with.
    pub key_version: u32,
    /// Last time central heard of it.
    pub last_seen: Option<Millis>,
    /// Attempts at printing it.
    pub prints: u32,
    /// 9E certificate on record.
    pub card_certificate: Option<Vec<u8>>,
}

/// A grant with what is needed to give it out again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRow {
    /// Which.
    pub grant: GrantId,
    /// In which visit.
    pub visit: VisitId,
    /// To which desk.
    pub desk: DeskId,
    /// Asked for by; none for the bootstrap.
    pub agent: Option<UserNumber>,
    /// Made with a bootstrap code.
    pub bootstrap: bool,
    /// Times it was given out.
    pub fetches: u32,
    /// The card.
    pub card: CardRow,
    /// The person.
    pub person: Person,
    /// Organisation name.
    pub organisation: String,
    /// The batch the blank comes from.
    pub stock: StockBatch,
    /// The holder is an RA person, so that the card gets 9D too.
    pub ra_person: bool,
}

impl GrantRow {
    /// The keys this card gets.
    pub fn keys(&self) -> Vec<(Slot, KeyAlgorithm)> {
        let algorithm = if self.stock.profile.contains("rsa") { KeyAlgorithm::Rsa2048 } else { KeyAlgorithm::P256 };
        let mut slots = vec![Slot::Authentication, Slot::Signature];
        if self.ra_person {
            slots.push(Slot::KeyManagement);
        }
        slots.push(Slot::CardAuthentication);
        slots.into_iter().map(|slot| (slot, algorithm)).collect()
    }
}

/// A request for a grant, all signatures checked.
#[derive(Debug, Clone)]
pub struct GrantAsk {
    /// The id it gets if it is new.
    pub grant: GrantId,
    /// The GUID it gets if it is new, random.
    pub card: CardGuid,
    /// For whom.
    pub person: PersonId,
    /// Visit.
    pub visit: VisitId,
    /// Asking desk.
    pub desk: DeskId,
    /// Chip serial of the blank.
    pub chip_serial: Option<String>,
    /// Last day of the card.
    pub expires: Date,
    /// Version of the card master key for a new card.
    pub key_version: u32,
    /// How it was proven that it may be asked.
    pub by: GrantBy,
    /// Now.
    pub now: Millis,
}

/// Who asks for a grant.
#[derive(Debug, Clone)]
pub enum GrantBy {
    /// An agent with a signed act.
    Agent {
        /// Who.
        agent: UserNumber,
        /// SHA-256 of the act's signature: the same act again is the same request.
        act_digest: [u8; 32],
        /// The nonce in it, used up by this.
        nonce: [u8; 32],
    },
    /// A bootstrap code, by its hash.
    Bootstrap {
        /// SHA-256 of the code.
        code_hash: [u8; 32],
    },
    /// The demo's seed.
    Seed,
}

/// A stock batch. The transport keys are sealed to central's own key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockBatch {
    /// Name of the batch.
    pub batch: String,
    /// Profile word, such as `piv-p256`.
    pub profile: String,
    /// Series of the plastic.
    pub series: u8,
    /// 9B can't be changed and the profile allows that.
    pub static_9b: bool,
    /// Chip serials of this batch start so.
    pub serial_prefix: Option<String>,
    /// Serves cards that offer no chip serial, or one nobody listed.
    pub any_card: bool,
    /// Sealed transport keys.
    pub sealed_keys: Vec<u8>,
}

/// What is known of a blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockRow {
    /// Its batch.
    pub batch: StockBatch,
    /// The card it is or was used for.
    pub used_for: Option<CardGuid>,
}

/// A certificate given to a card's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateRow {
    /// Serial number, lower-case hexadecimal.
    pub serial: String,
    /// Card.
    pub card: CardGuid,
    /// Slot.
    pub slot: Slot,
    /// SubjectPublicKeyInfo of the key, DER: the same key again gets the same certificate.
    pub spki: Vec<u8>,
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// Last instant.
    pub not_after: Millis,
}

/// A request for a PUK, all signatures checked.
#[derive(Debug, Clone)]
pub struct ReleaseAsk {
    /// Which grant's card.
    pub grant: GrantId,
    /// What the agent signed: a hand-over or a release for a card in its holder's hand.
    pub kind: ActKind,
    /// Visit.
    pub visit: VisitId,
    /// Desk.
    pub desk: DeskId,
    /// Agent.
    pub agent: UserNumber,
    /// The nonce the card signed.
    pub nonce: [u8; 32],
    /// The nonce the agent signed; may be the same.
    pub act_nonce: [u8; 32],
    /// Releases allowed for one agent in one hour.
    pub per_hour: u32,
    /// Now.
    pub now: Millis,
}

/// What may be released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseGiven {
    /// Card.
    pub card: CardGuid,
    /// Issue.
    pub issue: u32,
    /// Version of the card master key it was made with.
    pub key_version: u32,
    /// n.
    pub puk_n: u32,
    /// n+1 may already be on the card.
    pub next_is_possible: bool,
    /// Times it may be fetched again.
    pub fetches_left: u32,
}

/// A session to be opened, all signatures checked.
#[derive(Debug, Clone)]
pub struct SessionAsk {
    /// SHA-256 of the signature.
    pub digest: [u8; 32],
    /// Who.
    pub agent: UserNumber,
    /// Where.
    pub desk: DeskId,
    /// As what.
    pub role: Role,
    /// For whom.
    pub organisation: OdsCode,
    /// Central's nonce, used up by this; none when it comes from an event.
    pub nonce: Option<[u8; 32]>,
    /// Now.
    pub now: Millis,
    /// Latest end.
    pub ends: Millis,
}

/// Whose hand is on an event, as far as it could be checked without the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    /// Serial number of the agent's certificate.
    pub serial: String,
    /// What it says was done.
    pub kind: Option<ActKind>,
    /// Chain, signature, desk, visit and card of the statement are right.
    pub valid: bool,
    /// What stands in the event is not what the card signed.
    pub altered: bool,
}

/// One event of a push, taken apart and opened. What could not be is stored all the same.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Stored bytes.
    pub raw: Vec<u8>,
    /// Hash of the stored bytes.
    pub hash: [u8; 32],
    /// Number and previous hash from the header; none if it can't be read.
    pub place: Option<(u64, [u8; 32])>,
    /// Type word, `opaque` if it can't be read.
    pub kind: String,
    /// Desk time. A claim.
    pub at: Millis,
    /// The agent signed in, as the header says.
    pub agent: Option<UserNumber>,
    /// One of the desk's keys signed it.
    pub signed: bool,
    /// The opened body; none if not understood.
    pub fact: Option<Fact>,
    /// The agent's hand, where the fact carries one.
    pub hand: Option<Hand>,
    /// The event of a closed epoch that the fact bears.
    pub carried: Option<Box<Carried>>,
}

/// An event of a closed epoch inside one of the present one.
#[derive(Debug, Clone)]
pub struct Carried {
    /// Its own epoch.
    pub epoch: u32,
    /// The event, taken apart like any other.
    pub event: Incoming,
}

/// A push, checked as far as that goes without the store.
#[derive(Debug, Clone)]
pub struct Batch {
    /// From which desk.
    pub desk: DeskId,
    /// Its epoch.
    pub epoch: u32,
    /// The lease shown.
    pub lease: Option<Vec<u8>>,
    /// The lease to be given if something new is stored.
    pub fresh_lease: [u8; 16],
    /// The events, in order.
    pub events: Vec<Incoming>,
    /// Who is on record, for the registrations among them; none: they are held against people of their birth date alone.
    pub index: Option<Arc<Index>>,
    /// Now.
    pub now: Millis,
}

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// Durable.
    Stored {
        /// Last number.
        head_seq: u64,
        /// Its hash.
        head_hash: [u8; 32],
        /// Lease for next time.
        lease: Vec<u8>,
        /// One for each event.
        results: Vec<EventResult>,
    },
    /// The events do not continue the chain; where central stands.
    Gap {
        /// Current epoch.
        epoch: u32,
        /// Last number.
        head_seq: u64,
        /// Its hash.
        head_hash: [u8; 32],
    },
    /// The desk is a clone, was rolled back or has forked: it is quarantined now.
    Quarantined {
        /// Why, for the manager.
        reason: String,
    },
}

/// One stored event, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Desk.
    pub desk: DeskId,
    /// Epoch.
    pub epoch: u32,
    /// Number.
    pub seq: u64,
    /// Type word.
    pub kind: String,
    /// When central got it.
    pub received: Millis,
    /// What became of it.
    pub outcome: Outcome,
    /// Stored bytes.
    pub raw: Vec<u8>,
}

/// How far a blob is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BlobState {
    /// Bytes held.
    pub offset: u64,
    /// All there and equal to its digest.
    pub complete: bool,
    /// Whether it opened to a photo; none while nobody looked.
    pub usable: Option<bool>,
}

/// What is asked in a search. At least one part must be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonQuery {
    /// Forenames or a part.
    pub given: Option<String>,
    /// Surname or a part.
    pub family: Option<String>,
    /// Birth date.
    pub birth_date: Option<Date>,
    /// The 12 digits.
    pub number: Option<UserNumber>,
    /// A document's number.
    pub document: Option<String>,
}

/// A policy and who agreed on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRow {
    /// The policy.
    pub pack: crate::wire::policy::PolicyPack,
    /// Who proposed it.
    pub proposed_by: String,
    /// Who approved it, another person; none: it is not in force anywhere.
    pub approved_by: Option<String>,
}

/// One line of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// When.
    pub at: Millis,
    /// From which desk.
    pub desk: Option<DeskId>,
    /// By whom.
    pub agent: Option<UserNumber>,
    /// Stable word.
    pub what: String,
    /// Ids only.
    pub subject: String,
}
