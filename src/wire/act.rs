//! The agent's hand: what the agent's card signs (design, "Agent's hand").
//!
//! A session starts with one 9A signature; submit, certificate request, PUK release, cancel and hand-over each carry
//! another. What is signed is a domain tag and the canonical CBOR of the statement below; nothing else is ever signed by 9A.

use serde::{Deserialize, Serialize};

use crate::domain::{CardGuid, DeskId, Millis, OdsCode, Role, UserNumber, VisitId};

/// Starts every byte string an agent's card signs for a session.
pub const SESSION_TAG: &[u8] = b"ra-desk session v1\0";
/// Starts every byte string an agent's card signs for an act.
pub const ACT_TAG: &[u8] = b"ra-desk act v1\0";
/// Starts what a served card signs with 9E to prove that it is no look-alike.
pub const PROOF_TAG: &[u8] = b"ra-desk card proof v1\0";

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
    /// A registration is sent.
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
