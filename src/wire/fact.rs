//! What an event says. A *fact* happened and central always stores it; a *command* asks, and central may refuse.
//!
//! Bodies are sealed to central before they are stored (`event`), so a stolen disk tells nothing of them. No secret is
//! ever in one.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::act::{Act, SessionStart, Signed};
use crate::domain::{
    CancelReason, CardGuid, CardStatus, GrantId, LegalName, Millis, OdsCode, PersonId, ReceiptRef, UserNumber, VisitId,
};
use crate::policy::decision::PolicyStamp;
use crate::policy::facts::{Answer, Facts};

/// One document that was seen. The number is here and nowhere else: masked on screen, never logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentSeen {
    /// Type id of the policy, such as `uk_passport`.
    pub kind: String,
    /// Its number, if the type has one.
    pub number: Option<String>,
    /// Issuer, such as a country or a supplier.
    pub issuer: String,
    /// Date of issue, if asked for.
    pub issued: Option<Date>,
    /// Last day it is good, if it has one.
    pub expires: Option<Date>,
    /// The day the holder came to live in the United Kingdom, where the type asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered: Option<Date>,
    /// What it was used for: `photo`, `address` or `other`.
    pub used_as: String,
    /// The agent ticked: original seen and checked by me.
    pub original_seen: bool,
}

/// One question of an examination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptRecord {
    /// The check's id, or `original`, `name`, `control-…`.
    pub asked: String,
    /// What was found.
    pub answer: Answer,
    /// Seconds from question to answer: ticking through is seen.
    pub seconds: u32,
}

/// The examination of one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExamRecord {
    /// Its id within the visit.
    pub document: String,
    /// The questions, in the order asked.
    pub prompts: Vec<PromptRecord>,
    /// Wrong tries at reading a detail back.
    pub control_wrong: u8,
}

/// Who endorsed the photo of a holder without photo identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndorserSeen {
    /// Name.
    pub name: String,
    /// Profession, as written on the photo.
    pub profession: String,
    /// Where the endorser was reached.
    pub contact: String,
}

/// What the desk decided by, and what it decided. A claim: central judges the same facts again (design, "policy").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Everything the decision rests on.
    pub facts: Facts,
    /// The policy in force on the day the documents were seen.
    pub policy: PolicyStamp,
    /// SHA-256 over the facts, hexadecimal: a replay is of the same facts.
    pub facts_hash: String,
    /// The desk's verdict.
    pub met: bool,
    /// The GPG45 level reached, a stable word.
    pub level: String,
    /// The examinations.
    pub exams: Vec<ExamRecord>,
    /// Who endorsed the photo, if one was.
    #[serde(default)]
    pub endorser: Option<EndorserSeen>,
}

/// How the agent knew the holder at a passcode reset (issue of the contract: no default answer).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "how")]
pub enum IdentityCheck {
    /// The person looks like central's photo.
    Likeness,
    /// No photo or a poor likeness: two documents that match the record.
    TwoDocuments {
        /// The documents' types.
        kinds: Vec<String>,
    },
    /// An RA Manager who knows the holder confirmed it in a session of their own, and signed for the release.
    Manager {
        /// Who.
        manager: UserNumber,
        /// Why.
        reason: String,
    },
}

/// Central asks no more than this many reasons of one registration, for the likeliest. A desk shows them all on one page.
pub const NOT_SAME_MAX: usize = 5;

/// Somebody on record who looks very much like the person registered, and why the agent says that it is somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotSame {
    /// Who is on record.
    pub person: PersonId,
    /// The agent's reason, as typed: [`is_reason`](crate::domain::text::is_reason).
    pub reason: String,
}

/// A registration: asks central to make a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The visit.
    pub visit: VisitId,
    /// The id the desk proposes for the person.
    pub person: PersonId,
    /// Name as on the documents.
    pub name: LegalName,
    /// Text for the plastic, if not the full name.
    pub name_on_card: Option<String>,
    /// Date of birth, as on the documents.
    pub birth_date: Date,
    /// Where the person works.
    pub organisation: OdsCode,
    /// What as.
    pub position: String,
    /// E-mail, if given.
    pub email: Option<String>,
    /// The documents.
    pub documents: Vec<DocumentSeen>,
    /// What was examined and what the desk made of it; none in events of older desks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Box<Evidence>>,
    /// Digest of the sealed photo blob, hexadecimal SHA-256 of the sealed bytes.
    pub photo: Option<String>,
    /// Why the agent took a photo with a warning, if there was one.
    #[serde(default)]
    pub photo_reason: Option<String>,
    /// The agent confirmed that photo and person are the same.
    pub likeness_confirmed: bool,
    /// When the holder accepted the terms.
    pub terms_accepted: Millis,
    /// Reference for the holder, if the visit was offline.
    pub receipt: Option<ReceiptRef>,
    /// Whether uniqueness was checked at central before it was sent.
    pub uniqueness_checked: bool,
    /// Who was very likely the same person and, by the agent's word, is not. None in events of older desks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_same: Vec<NotSame>,
    /// The agent's hand.
    pub act: Signed<Act>,
}

/// A change of name: asks central to give a person on record another legal name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameChange {
    /// The visit.
    pub visit: VisitId,
    /// Whose name changes.
    pub person: PersonId,
    /// The name on record as the desk knows it: another one there by now refuses this.
    pub former: LegalName,
    /// The new name, as on the document.
    pub name: LegalName,
    /// Text for the plastic, if not the full name.
    pub name_on_card: Option<String>,
    /// How the holder was known.
    pub check: IdentityCheck,
    /// The documents.
    pub documents: Vec<DocumentSeen>,
    /// What was examined and what the desk made of it.
    pub evidence: Box<Evidence>,
    /// Reference for the holder, if the visit was offline.
    pub receipt: Option<ReceiptRef>,
    /// The agent's hand.
    pub act: Signed<Act>,
}

/// Everything an event can say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Fact {
    /// An agent signed in.
    SessionStarted {
        /// Challenge and start in one.
        start: Box<Signed<SessionStart>>,
    },
    /// A session ended.
    SessionEnded {
        /// `card_removed`, `signed_out`, `idle`, `revoked`.
        reason: String,
    },
    /// Command: make a person.
    Register(Box<Registration>),
    /// Command: another name for a person on record.
    ChangeName(Box<NameChange>),
    /// A card is about to be written.
    WriteIntended {
        /// The visit.
        visit: VisitId,
        /// The grant.
        grant: GrantId,
        /// The card's new GUID.
        card: CardGuid,
    },
    /// The chip is written and read back equal to its plan.
    CardWritten {
        /// The visit.
        visit: VisitId,
        /// The grant.
        grant: GrantId,
        /// The card.
        card: CardGuid,
        /// Chip serial, where the card offers one.
        chip_serial: Option<String>,
        /// SHA-256 of the read-back, hexadecimal.
        read_back: String,
        /// PUK number now on the card.
        puk_n: u32,
        /// The card kept its maker's 9B key, as its profile allows.
        static_9b: bool,
    },
    /// A print is about to be sent.
    PrintIntended {
        /// The visit.
        visit: VisitId,
        /// The card.
        card: CardGuid,
        /// 1 for the first try.
        attempt: u32,
        /// SHA-256 of the PDF, hexadecimal.
        face: String,
    },
    /// The agent looked at the card and found it good.
    PrintedGood {
        /// The visit.
        visit: VisitId,
        /// The card.
        card: CardGuid,
        /// Which attempt.
        attempt: u32,
    },
    /// The card can't be used: central revokes its certificates.
    CardSpoilt {
        /// The visit.
        visit: VisitId,
        /// The card.
        card: CardGuid,
        /// Why, a stable word: `bad_print`, `torn`, `wrong_card`, `abandoned`...
        reason: String,
    },
    /// A passcode is about to be reset.
    ResetIntended {
        /// The visit.
        visit: VisitId,
        /// The card.
        card: CardGuid,
        /// PUK number that was released.
        puk_n: u32,
    },
    /// A passcode was reset on the chip, or not.
    PasscodeReset {
        /// The visit.
        visit: VisitId,
        /// The card.
        card: CardGuid,
        /// How the holder was known.
        check: IdentityCheck,
        /// Whether the new passcode was verified on the chip.
        done: bool,
        /// PUK number known to be on the card now, if known.
        puk_n: Option<u32>,
        /// The agent's hand, as given for the release.
        act: Box<Signed<Act>>,
    },
    /// The card is in the holder's hand, with a passcode of the holder's own.
    HandedOver {
        /// The visit.
        visit: VisitId,
        /// The card.
        card: CardGuid,
        /// PUK number now on the card.
        puk_n: u32,
        /// The agent confirmed the likeness at hand-over.
        likeness_confirmed: bool,
        /// The agent's hand.
        act: Box<Signed<Act>>,
    },
    /// Command: cancel a card for ever. Jumps the queue.
    Cancel {
        /// The visit.
        visit: VisitId,
        /// The card, if known by GUID.
        card: Option<CardGuid>,
        /// Its holder's number, if the card is not at hand.
        number: Option<UserNumber>,
        /// Why.
        reason: CancelReason,
        /// What the holder or agent said, and an incident reference for a theft.
        note: String,
        /// Captured at the desk.
        reported: Millis,
        /// The agent's hand.
        act: Box<Signed<Act>>,
    },
    /// A holder whose card could not be served offline is to be called back.
    CallBack {
        /// The visit.
        visit: VisitId,
        /// The card, if it could be read.
        card: Option<CardGuid>,
        /// Number on the card.
        number: Option<UserNumber>,
        /// How to reach the holder.
        contact: String,
        /// What is wanted, a stable word: `passcode_reset`.
        wanted: String,
    },
    /// An examination found something that a manager must look at. No name and no number: those are in the registration, if
    /// there ever is one.
    DocumentIncident {
        /// The visit.
        visit: VisitId,
        /// Type of the document.
        kind: String,
        /// The checks that were not as expected.
        checks: Vec<String>,
    },
    /// Another agent took a visit over and accepts its checks in their own name.
    TakenOver {
        /// The visit.
        visit: VisitId,
        /// The agent who had it.
        from: UserNumber,
        /// The agent's hand.
        act: Box<Signed<Act>>,
    },
    /// A visit ended without its purpose.
    VisitAbandoned {
        /// The visit.
        visit: VisitId,
        /// `agent`, `superseded`, `refused`.
        reason: String,
    },
    /// An event of an epoch that central has closed, as it was stored: its own signature and seal still hold. Central
    /// decides it as if it had come in its place, once.
    Carried {
        /// Stored bytes of that event.
        #[serde(with = "bytes")]
        stored: Vec<u8>,
    },
    /// A type this program does not know: stored as it came.
    #[serde(other)]
    Unknown,
}

impl Fact {
    /// The stable type word, as in the event's header.
    pub fn kind(&self) -> &'static str {
        match self {
            Fact::SessionStarted { .. } => "session_started",
            Fact::SessionEnded { .. } => "session_ended",
            Fact::Register(_) => "register",
            Fact::ChangeName(_) => "change_name",
            Fact::WriteIntended { .. } => "write_intended",
            Fact::CardWritten { .. } => "card_written",
            Fact::PrintIntended { .. } => "print_intended",
            Fact::PrintedGood { .. } => "printed_good",
            Fact::CardSpoilt { .. } => "card_spoilt",
            Fact::ResetIntended { .. } => "reset_intended",
            Fact::PasscodeReset { .. } => "passcode_reset",
            Fact::HandedOver { .. } => "handed_over",
            Fact::Cancel { .. } => "cancel",
            Fact::CallBack { .. } => "call_back",
            Fact::DocumentIncident { .. } => "document_incident",
            Fact::TakenOver { .. } => "taken_over",
            Fact::VisitAbandoned { .. } => "visit_abandoned",
            Fact::Carried { .. } => "carried",
            Fact::Unknown => "unknown",
        }
    }

    /// What it makes of a card, by itself. A cancel makes nothing before central says so.
    pub fn makes_of_card(&self) -> Option<(CardGuid, CardStatus)> {
        match self {
            Fact::CardWritten { card, .. } => Some((*card, CardStatus::WrittenNotPrinted)),
            Fact::PrintedGood { card, .. } => Some((*card, CardStatus::PrintedNotHandedOver)),
            Fact::HandedOver { card, .. } => Some((*card, CardStatus::Issued)),
            Fact::CardSpoilt { card, .. } => Some((*card, CardStatus::Spoilt)),
            _ => None,
        }
    }

    /// Whether central may refuse it.
    pub fn is_command(&self) -> bool {
        matches!(self, Fact::Register(_) | Fact::ChangeName(_) | Fact::Cancel { .. })
    }

    /// Whether it is sent before everything else that waits: it travels on the urgent route as well as in its place.
    pub fn is_urgent(&self) -> bool {
        matches!(self, Fact::Cancel { .. } | Fact::CardSpoilt { .. })
    }
}

/// Bytes as one CBOR byte string.
mod bytes {
    use serde::{Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        struct Raw;
        impl de::Visitor<'_> for Raw {
            type Value = Vec<u8>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        deserializer.deserialize_bytes(Raw)
    }
}
