//! The agent's hand: what the agent's card signs (design, "Agent's hand").
//!
//! A session starts with one 9A signature; submit, certificate request, PUK release, cancel and hand-over each carry
//! another. What is signed is a domain tag and the canonical CBOR of the statement below; nothing else is ever signed by 9A.

use ciborium::Value;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::{CardGuid, DeskId, Millis, OdsCode, Role, UserNumber, VisitId};

/// Starts every byte string an agent's card signs for a session.
pub const SESSION_TAG: &[u8] = b"ra-desk session v1\0";
/// Starts every byte string an agent's card signs for an act.
pub const ACT_TAG: &[u8] = b"ra-desk act v1\0";
/// Starts what a served card signs with 9E to prove that it is no look-alike.
pub const PROOF_TAG: &[u8] = b"ra-desk card proof v1\0";

/// Starts what the digest of an act's content is made of.
pub const CONTENT_TAG: &[u8] = b"ra-desk content v1\0";
/// Parts of what is submitted that the signature can't cover: itself, and what only becomes known after it was made.
const NOT_SIGNED: [&str; 3] = ["act", "puk_n", "done"];

/// Challenge and session start in one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionStart {
    /// The desk.
    pub desk: DeskId,
    /// Its epoch.
    pub epoch: u32,
    /// The sequence number the session's first event will have.
    pub next_seq: u64,
    /// The agent.
    pub agent: UserNumber,
    /// The agent's card.
    pub card: CardGuid,
    /// The role taken for this session.
    pub role: Role,
    /// The organisation it is taken at.
    pub organisation: OdsCode,
    /// Version of the roster the role was read from.
    pub roster_version: u64,
    /// Desk time.
    pub at: Millis,
    /// 32 bytes: central's nonce when online, else the chain head.
    pub nonce: [u8; 32],
}

/// What an act is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActKind {
    /// A registration or a change of name is sent.
    Submit,
    /// A grant for a card is asked for.
    CertificateRequest,
    /// The PUK of one card is asked for.
    PukRelease,
    /// A card is cancelled for ever.
    Cancel,
    /// A card was handed over.
    HandOver,
    /// Another agent's visit is taken over.
    TakeOver,
}

/// One high-risk act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// What is done.
    pub kind: ActKind,
    /// In which visit.
    pub visit: VisitId,
    /// To which card, where there is one.
    pub card: Option<CardGuid>,
    /// At which desk.
    pub desk: DeskId,
    /// 32 bytes: central's nonce when online, else the chain head.
    pub nonce: [u8; 32],
    /// [`content`] of what is submitted with it, where something is. None in acts of event format 1, which did not sign
    /// it; left out then, so that the bytes those cards signed stay what they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<[u8; 32]>,
}

/// A statement with the signature of the agent's 9A key over tag and canonical CBOR.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed<T> {
    /// What was signed.
    pub statement: T,
    /// ASN.1 DER signature.
    pub signature: Vec<u8>,
    /// The agent's 9A certificate, DER.
    pub certificate: Vec<u8>,
}

impl Signed<Act> {
    /// Stands in a draft until the agent's card has signed its [`content`].
    pub fn to_come(kind: ActKind, visit: VisitId, desk: DeskId) -> Self {
        let statement = Act { kind, visit, card: None, desk, nonce: [0; 32], content: None };
        Self { statement, signature: Vec::new(), certificate: Vec::new() }
    }
}

/// Digest of everything in a fact or request that the agent answers for: its CBOR map without the act and without what
/// only the outcome tells (`NOT_SIGNED`). What is signed can't be changed afterwards, or stand under another's act.
pub fn content<T: Serialize>(said: &T) -> Option<[u8; 32]> {
    content_of(&tagged(&[], said))
}

/// [`content`] of a CBOR map as it came: fields this program does not know count as well. None: not a map.
pub fn content_of(body: &[u8]) -> Option<[u8; 32]> {
    let Ok(Value::Map(mut fields)) = ciborium::from_reader(body) else { return None };
    fields.retain(|(name, _)| !name.as_text().is_some_and(|name| NOT_SIGNED.contains(&name)));
    Some(Sha256::digest(tagged(CONTENT_TAG, &Value::Map(fields))).into())
}

/// The bytes the card signs for a session start.
pub fn session_bytes(start: &SessionStart) -> Vec<u8> {
    tagged(SESSION_TAG, start)
}

/// The bytes the card signs for an act.
pub fn act_bytes(act: &Act) -> Vec<u8> {
    tagged(ACT_TAG, act)
}

/// The bytes the served card signs with 9E over central's nonce.
pub fn proof_bytes(card: CardGuid, nonce: &[u8; 32]) -> Vec<u8> {
    [PROOF_TAG, &card.0, nonce].concat()
}

/// Serde writes struct fields in the order declared, with definite lengths and shortest integers: canonical for these.
fn tagged<T: Serialize>(tag: &[u8], statement: &T) -> Vec<u8> {
    let mut bytes = tag.to_vec();
    // Writing into a Vec can't fail, and these types hold nothing CBOR can't say.
    let _ = ciborium::into_writer(statement, &mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::CancelReason;
    use crate::wire::fact::Fact;

    const VISIT: VisitId = VisitId(Uuid::from_u128(1));
    const DESK: DeskId = DeskId(Uuid::from_u128(2));

    fn cancel(note: &str, nonce: u8) -> Fact {
        let mut act = Signed::to_come(ActKind::Cancel, VISIT, DESK);
        act.statement.nonce = [nonce; 32];
        Fact::Cancel {
            visit: VISIT,
            card: Some(CardGuid([3; 16])),
            number: None,
            reason: CancelReason::Lost,
            note: note.to_owned(),
            reported: Millis(5),
            act: Box::new(act),
        }
    }

    #[test]
    fn the_content_is_everything_but_the_act_and_the_outcome() {
        assert_eq!(content(&cancel("left on a bus", 1)), content(&cancel("left on a bus", 2)));
        assert_ne!(content(&cancel("left on a bus", 1)), content(&cancel("left on a train", 1)));
        let over = |puk_n, likeness_confirmed| Fact::HandedOver {
            visit: VISIT,
            card: CardGuid([3; 16]),
            puk_n,
            likeness_confirmed,
            act: Box::new(Signed::to_come(ActKind::HandOver, VISIT, DESK)),
        };
        assert_eq!(content(&over(1, true)), content(&over(2, true)), "known only after the signature");
        assert_ne!(content(&over(1, true)), content(&over(1, false)));
        assert_ne!(content(&over(1, true)), content(&cancel("", 1)));
        assert_eq!(content(&7), None);
    }

    #[test]
    fn a_field_this_program_does_not_know_counts() {
        let known = Value::Map(vec![("visit".into(), 1.into()), ("act".into(), 2.into())]);
        let more = Value::Map(vec![("visit".into(), 1.into()), ("new".into(), 3.into()), ("act".into(), 2.into())]);
        assert_ne!(content(&known), content(&more));
    }

    #[test]
    fn an_act_of_format_1_has_the_bytes_its_card_signed() {
        #[derive(Serialize)]
        struct Before {
            kind: ActKind,
            visit: VisitId,
            card: Option<CardGuid>,
            desk: DeskId,
            nonce: [u8; 32],
        }
        let before = Before { kind: ActKind::Submit, visit: VISIT, card: None, desk: DESK, nonce: [9; 32] };
        let bytes = tagged(&[], &before);
        let read: Act = ciborium::from_reader(bytes.as_slice()).unwrap();
        assert_eq!(read.content, None);
        assert_eq!(act_bytes(&read), tagged(ACT_TAG, &before));
        let with = Act { content: Some([1; 32]), ..read.clone() };
        assert_ne!(act_bytes(&with), act_bytes(&read));
    }
}
