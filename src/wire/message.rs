//! The bodies of RA Central's HTTP routes, JSON unless said otherwise. Bytes travel as unwrapped base64.
//!
//! Routes (all under mutual TLS with a desk certificate, unless marked): see `assets/openapi.json`, which a test holds
//! against the router. Errors of every route: status code and [`Problem`].

use serde::{Deserialize, Serialize};

use super::act::{Act, SessionStart, Signed};
use crate::card::task::{KeyAlgorithm, Slot};
use crate::document::same_person::Band;
use crate::domain::{
    CardGuid, CardStatus, DeskId, Environment, GrantId, Millis, OdsCode, Person, PersonId, Role, UserNumber, VisitId,
};
use jiff::civil::Date;

/// Bytes as unwrapped base64 in JSON.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Bytes(pub Vec<u8>);

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use base64ct::{Base64, Encoding};
        serializer.serialize_str(&Base64::encode_string(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use base64ct::{Base64, Encoding};
        let text = String::deserialize(deserializer)?;
        Base64::decode_vec(&text).map(Self).map_err(|_| serde::de::Error::custom("not base64"))
    }
}

/// `GET /v1/hello`, no certificate needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// What this central was made for.
    pub environment: Environment,
    /// Protocol major it speaks.
    pub protocol: u32,
    /// Oldest protocol major it still reads.
    pub protocol_min: u32,
    /// Central's time.
    pub now: Millis,
}

/// The protocol major of this program.
pub const PROTOCOL: u32 = 1;

/// The body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable word; the desk has a sentence for each.
    pub code: ProblemCode,
    /// For logs and support; never shown alone.
    pub detail: String,
}

/// Why central did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// No client certificate, or one that is not from the Device CA.
    NotADesk,
    /// This desk's certificate was revoked. 403.
    DeskRevoked,
    /// The desk is quarantined: a clone, a rollback or a fork. 403.
    DeskQuarantined,
    /// The request is not of the form.
    BadRequest,
    /// There is no such thing.
    NotFound,
    /// The one-time code is wrong, used or too old.
    BadCode,
    /// A signature, by card or desk, does not check.
    BadSignature,
    /// What was sent is not what the agent's card signed. 403.
    ContentDiffers,
    /// The agent's role or certificate does not allow this.
    NotAllowed,
    /// No agent has a session at this desk: the desk locks, and somebody signs in. 403.
    NoSession,
    /// Another session of the same agent is live.
    SessionElsewhere,
    /// The card is cancelled or spoilt.
    CardCancelled,
    /// The person already has an active card.
    AlreadyHasCard,
    /// The photo is still on its way.
    AwaitingPhoto,
    /// The record that brings the card to this step is still on its way: the desk asks again once it was sent.
    AwaitingRecord,
    /// The card was handed over already: it is in its holder's hand.
    HandedOver,
    /// Nobody serves his or her own card.
    OwnCard,
    /// Fetched more often than allowed, or too many releases in this hour.
    TooMany,
    /// The nonce is unknown, used or too old.
    StaleNonce,
    /// No stock batch can serve this card.
    NotInStock,
    /// This protocol version is not spoken any more.
    TooOld,
    /// The environments differ.
    OtherEnvironment,
    /// Events do not continue the chain central has; the answer's head says where it stands.
    ChainBroken,
    /// Central can't just now; try again.
    Busy,
    /// Central failed; try again.
    Internal,
}

/// `POST /v1/desks/{desk}/events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    /// The desk's epoch.
    pub epoch: u32,
    /// The lease central gave last time; none at the very first push.
    pub lease: Option<Bytes>,
    /// Stored bytes of sealed events, consecutive, 200 or 256 KiB at most.
    pub events: Vec<Bytes>,
}

/// Answer to a push: durable when it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pushed {
    /// Last sequence number central holds for this epoch; 0 if none.
    pub head_seq: u64,
    /// Hash of that event; 32 zero bytes if none.
    pub head_hash: Bytes,
    /// To be presented next time.
    pub lease: Bytes,
    /// One for each event sent, in order.
    pub results: Vec<EventResult>,
    /// Central's time.
    pub now: Millis,
}

/// What became of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventResult {
    /// Which.
    pub seq: u64,
    /// What.
    pub outcome: Outcome,
}

/// What central did with an event. It is stored in any case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// Stored and in effect.
    Applied,
    /// A person was made, or found to be there already.
    PersonMade {
        /// Who.
        person: PersonId,
        /// The minted number.
        number: UserNumber,
    },
    /// Stored; takes effect once the blob is here.
    AwaitingBlob,
    /// Stored; void because the card had been cancelled before.
    VoidAfterRevocation,
    /// Stored; flagged because the agent's right had been withdrawn.
    WithoutAuthority,
    /// Stored and refused. The event keeps its place in the chain; an agent is asked.
    Refused {
        /// Why.
        reason: RefusalReason,
    },
    /// Stored as opaque bytes: not understood or not decodable.
    NotUnderstood,
    /// A word of a central newer than this program.
    #[serde(other)]
    Other,
}

/// Why a command was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// Somebody of this name and birth date is there already.
    PossibleDuplicate,
    /// Very likely somebody who is there already, and nobody said why it is somebody else.
    MaybeHere,
    /// A document number is used by another person.
    DocumentInUse,
    /// The evidence does not meet the policy.
    EvidenceNotMet,
    /// The agent may not do this.
    NotAllowed,
    /// The agent's signature does not check.
    BadSignature,
    /// What was sent is not what the agent's card signed.
    ContentDiffers,
    /// There is no such card or person.
    NotFound,
    /// The profile belongs to ESR: it is changed there.
    OwnedByEsr,
    /// The record is another by now than the desk took it for.
    RecordChanged,
    /// A reason of a central newer than this program.
    #[serde(other)]
    Other,
}

/// `POST /v1/nonces`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nonce {
    /// 32 fresh bytes, good once.
    pub nonce: Bytes,
    /// Until when.
    pub expires: Millis,
}

/// `POST /v1/sessions`: [`Signed`]`<`[`SessionStart`]`>` in, this out. The same start again gives the same answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionOpened {
    /// The agent as central knows them.
    pub agent: UserNumber,
    /// Central's time.
    pub now: Millis,
}

/// The request of `POST /v1/sessions`.
pub type SessionRequest = Signed<SessionStart>;

/// `GET /v1/persons?given=&family=&birth_date=&number=&document=`: at most 20, best first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonHits {
    /// Who might be meant.
    pub hits: Vec<PersonHit>,
}

/// One person found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonHit {
    /// The person.
    pub person: Person,
    /// The person's latest card, if there is one.
    pub card: Option<CardBrief>,
    /// Found by a document number or the UUID, not just by likeness of name and date.
    pub strong: bool,
    /// How likely it is the person asked for, by name and birth date. [`Band::Upper`]: nobody else is registered without
    /// a reason. An older central does not say.
    #[serde(default)]
    pub band: Band,
}

/// A card in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardBrief {
    /// Which.
    pub guid: CardGuid,
    /// Where it stands.
    pub status: CardStatus,
    /// The grant it was made under.
    pub grant: GrantId,
    /// Series of the plastic, such as 9.
    pub series: u8,
}

/// `GET /v1/cards/{guid}`: whose card it is and what central knows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRecord {
    /// The card.
    pub card: CardBrief,
    /// The holder.
    pub person: Person,
    /// Issue number: 1 for the person's first card.
    pub issue: u32,
    /// 9E certificate on record, DER.
    pub card_certificate: Option<Bytes>,
    /// Last time central heard of this card.
    pub last_seen: Option<Millis>,
    /// Attempts at printing it that central has heard of: the next one has the number after it.
    #[serde(default)]
    pub prints: u32,
}

/// `GET /v1/stock/{chip_serial}`: what central knows of a blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockRecord {
    /// Stock batch.
    pub batch: String,
    /// Series of the plastic.
    pub series: u8,
    /// Profile word, such as `piv-p256`.
    pub profile: String,
    /// Already used for this card.
    pub used_for: Option<CardGuid>,
}

/// `POST /v1/grants`: asks to write a card for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantRequest {
    /// For whom.
    pub person: PersonId,
    /// In which visit; the same visit gets the same grant until it is spoilt.
    pub visit: VisitId,
    /// Chip serial of the blank, if the card offers one.
    pub chip_serial: Option<String>,
    /// The agent's hand: `certificate_request`.
    pub act: Signed<Act>,
}

/// `POST /v1/bootstrap`: the first RA Manager's card; the code instead of an agent's hand.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootstrapRequest {
    /// The one-time code. No Debug on this type: it is a secret.
    pub code: String,
    /// In which visit.
    pub visit: VisitId,
    /// Chip serial of the blank.
    pub chip_serial: Option<String>,
}

/// Central's permission to write one card. The secrets are for the vault; they are no part of any Debug output.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What is to be written.
    pub terms: GrantTerms,
    /// What opens the card.
    pub secrets: GrantSecrets,
}

/// The part of a grant that may be journalled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantTerms {
    /// Which grant.
    pub grant: GrantId,
    /// The card's GUID.
    pub card: CardGuid,
    /// The person.
    pub person: Person,
    /// The person's number.
    pub number: UserNumber,
    /// Issue number.
    pub issue: u32,
    /// Organisation name for the card.
    pub organisation: String,
    /// Last day of the card.
    pub expires: Date,
    /// Keys to be made.
    pub keys: Vec<(Slot, KeyAlgorithm)>,
    /// What this card is made for.
    pub environment: Environment,
    /// The profile allows a 9B that can't be changed.
    pub static_9b: bool,
    /// PUK number the card gets while it is written.
    pub puk_n: u32,
}

/// The part of a grant that lives in the vault alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantSecrets {
    /// Stock batch's PIN.
    pub transport_pin: Bytes,
    /// Stock batch's PUK.
    pub transport_puk: Bytes,
    /// Stock batch's 9B key.
    pub transport_management_key: Bytes,
    /// The card's own 9B key.
    pub management_key: Bytes,
    /// `PUK_n`.
    pub puk: Bytes,
}

/// `POST /v1/grants/{grant}/release`: asks for the PUK of one card, for one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseRequest {
    /// In which visit.
    pub visit: VisitId,
    /// Central's nonce that the card signed.
    pub nonce: Bytes,
    /// 9E signature over [`super::act::proof_bytes`], ASN.1 DER.
    pub proof: Bytes,
    /// The agent's hand: `puk_release` or `hand_over`.
    pub act: Signed<Act>,
}

/// The PUK, for this operation alone. No Debug: it is a secret. May be fetched again 3 times by the same desk.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// n.
    pub puk_n: u32,
    /// `PUK_n`, what central believes the card has.
    pub puk: Bytes,
    /// `PUK_n+1`, what the card gets, and what recovery tries first.
    pub next_puk: Bytes,
    /// n+1 may already be on the card: an earlier release had no outcome.
    pub next_is_possible: bool,
    /// Times it may be fetched again.
    pub fetches_left: u32,
}

/// `GET /v1/desks/{desk}/feed?cursor=`: signed pages. The body of a `feed` statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedPage {
    /// Present this next time.
    pub cursor: u64,
    /// What is new, oldest first, 500 at most. What this program can't read is [`FeedItem::Other`], not a fault: a newer
    /// central must not stop an older desk's sync.
    #[serde(deserialize_with = "items")]
    pub items: Vec<FeedItem>,
    /// There is more already.
    pub more: bool,
}

fn items<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<FeedItem>, D::Error> {
    let items = Vec::<ciborium::Value>::deserialize(from)?;
    Ok(items.into_iter().map(|item| item.deserialized().unwrap_or(FeedItem::Other)).collect())
}

/// One thing central tells a desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "item")]
pub enum FeedItem {
    /// What became of one of the desk's own events, if it changed after the push was answered.
    OwnResult {
        /// The desk's epoch.
        epoch: u32,
        /// Which, and what.
        result: EventResult,
    },
    /// A person was made or changed.
    Person {
        /// The person.
        person: Box<Person>,
    },
    /// A card changed its state.
    Card {
        /// The card.
        card: CardBrief,
        /// Its holder.
        person: PersonId,
    },
    /// Fetch the newest roster.
    RosterChanged {
        /// Its version.
        version: u64,
    },
    /// Fetch the newest revocation list.
    RevocationsChanged {
        /// Its version.
        version: u64,
    },
    /// Something a central newer than this program tells.
    #[serde(other)]
    Other,
}

/// Body of a `roster` statement: who may do what at one desk. `GET /v1/desks/{desk}/roster`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    /// Organisations by code, with their names.
    pub organisations: Vec<Organisation>,
    /// Everybody who may sign in here.
    pub agents: Vec<RosterEntry>,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// ODS code.
    pub code: OdsCode,
    /// Name in English.
    pub name: String,
}

/// One person's roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterEntry {
    /// Who.
    pub number: UserNumber,
    /// Name for the status line.
    pub name: String,
    /// Roles with the organisation of each.
    pub roles: Vec<(Role, OdsCode)>,
    /// The last day on which the training in examining documents and comparing faces is in date; none without one. What a
    /// check of documents scores depends on it (notes domain 6.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trained_until: Option<Date>,
}

/// Body of a `revocations` statement. `GET /v1/revocations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocations {
    /// Cards that are cancelled or spoilt.
    pub cards: Vec<CardGuid>,
    /// Certificate serial numbers, lower-case hexadecimal, of cards and desks.
    pub serials: Vec<String>,
}

/// A desk, for `GET /v1/desks/{desk}`; also what enrolment leaves behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskRecord {
    /// Which.
    pub desk: DeskId,
    /// Name of the desk, such as `desk 2`.
    pub name: String,
    /// Name of the place.
    pub place: String,
    /// Organisation it belongs to.
    pub organisation: OdsCode,
    /// Its epoch.
    pub epoch: u32,
    /// Central's HPKE public key, to which event bodies and blobs are sealed (uncompressed P-256 point).
    pub seal_key: Bytes,
    /// Central's statement signer, SubjectPublicKeyInfo DER.
    pub statement_key: Bytes,
    /// Card CA certificate, DER: what signs card certificates.
    pub card_ca: Bytes,
    /// What this central was made for.
    pub environment: Environment,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_newer_central_are_other_words_and_no_fault() {
        let outcome: Outcome = serde_json::from_str(r#"{"outcome":"paused","until":5}"#).unwrap();
        assert_eq!(outcome, Outcome::Other);
        let outcome: Outcome = serde_json::from_str(r#"{"outcome":"refused","reason":"moon_phase"}"#).unwrap();
        assert_eq!(outcome, Outcome::Refused { reason: RefusalReason::Other });
        let page = r#"{"cursor":9,"more":false,"items":[
            {"item":"weather","sun":true},
            {"item":"card","card":{"guid":"not of this form"},"person":1},
            {"item":"roster_changed","version":3}]}"#;
        // Pages are CBOR (`wire::statement::body_bytes`).
        let page: serde_json::Value = serde_json::from_str(page).unwrap();
        let page = crate::wire::statement::body_bytes(&page).unwrap();
        let page: FeedPage = ciborium::from_reader(page.as_slice()).unwrap();
        assert_eq!(page.items, [FeedItem::Other, FeedItem::Other, FeedItem::RosterChanged { version: 3 }]);
    }
}
