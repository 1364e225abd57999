//! The one envelope for everything central signs: roster, revocations, policy, feed pages (design, "Statements").
//!
//! On the wire: CBOR `[head, body, signature]`, three byte strings. `head` is the CBOR of [`StatementHead`], `body` the
//! CBOR of what is said. The signature (ECDSA P-256 with SHA-256, ASN.1 DER) covers [`STATEMENT_TAG`], the length of
//! `head` (8 bytes, big-endian), `head` and `body` as they stand: nothing is encoded again to be checked.

use ciborium::Value;
use p256::ecdsa::signature::Verifier;
use p256::pkcs8::DecodePublicKey;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::domain::{Environment, Millis};

/// Starts every byte string the statement key signs: a signature over anything else is never one over a statement.
pub const STATEMENT_TAG: &[u8] = b"ra-desk statement v1\0";

/// The largest statement looked at, in bytes: a revocation list of 100,000 cards has about 4 MiB.
pub const STATEMENT_MAX: usize = 16 * 1024 * 1024;

/// The largest head, in bytes; real ones have about 150.
const HEAD_MAX: usize = 4 * 1024;

/// What a statement is about. Its stable word is in the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    /// [`Roster`](super::message::Roster). Scope: the desk's id.
    Roster,
    /// [`Revocations`](super::message::Revocations). Scope: [`SCOPE_ALL`].
    Revocations,
    /// [`PolicyBook`](super::policy::PolicyBook). Scope: [`SCOPE_ALL`].
    Policy,
    /// [`FeedPage`](super::message::FeedPage). Scope: the desk's id.
    Feed,
}

/// The scope of a statement that is for everybody.
pub const SCOPE_ALL: &str = "all";

/// Everything about a statement but what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementHead {
    /// What central was made for.
    pub environment: Environment,
    /// What it is about.
    pub kind: StatementKind,
    /// For whom or what: a desk id, [`SCOPE_ALL`].
    pub scope: String,
    /// Never falls for one kind and scope, even after a restore of central.
    pub version: u64,
    /// When it was signed: central's time, which the desk may trust.
    pub issued: Millis,
    /// Last instant it is good.
    pub expires: Millis,
}

/// What a reader expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected<'a> {
    /// The desk's own environment.
    pub environment: Environment,
    /// What was asked for.
    pub kind: StatementKind,
    /// For whom.
    pub scope: &'a str,
    /// Highest version seen for this kind and scope; 0 if none. The same version again is fine.
    pub known_version: u64,
    /// Trusted time. To read a statement one already has after its end, give its own `issued`.
    pub now: Millis,
}

/// A statement that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened<T> {
    /// Everything but what it says.
    pub head: StatementHead,
    /// What it says.
    pub body: T,
}

/// Why a statement is not taken. In the order of the checks: nothing is believed before the signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatementFault {
    /// Not an envelope, too large, or a head or body of another form than this program knows.
    #[error("the statement is not understood")]
    NotUnderstood,
    /// Not signed by the statement key this desk knows.
    #[error("the statement is not signed by this central")]
    BadSignature,
    /// Made for another environment.
    #[error("the statement is for the {0} environment")]
    OtherEnvironment(Environment),
    /// Another kind, or for somebody else.
    #[error("the statement is about something else")]
    OtherKind,
    /// Older than one that was seen.
    #[error("the statement has version {found}, and version {known} was seen")]
    VersionFell {
        /// The version it has.
        found: u64,
        /// The highest seen.
        known: u64,
    },
    /// Its time is over.
    #[error("the statement expired at {}", .0.rfc3339())]
    Expired(Millis),
}

/// A body as CBOR. Errors: only for a type CBOR can't say.
pub fn body_bytes<T: Serialize>(body: &T) -> Result<Vec<u8>, StatementFault> {
    let mut bytes = Vec::new();
    ciborium::into_writer(body, &mut bytes).map_err(|_| StatementFault::NotUnderstood)?;
    Ok(bytes)
}

/// Signs a statement. `body` comes from [`body_bytes`]; `sign_with` gives an ASN.1 DER signature over its argument.
pub fn sign(head: &StatementHead, body: &[u8], sign_with: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let mut head_bytes = Vec::new();
    // Writing into a Vec can't fail, and a head holds nothing CBOR can't say.
    let _ = ciborium::into_writer(head, &mut head_bytes);
    let signature = sign_with(&signed_bytes(&head_bytes, body));
    let envelope = Value::Array(vec![Value::Bytes(head_bytes), Value::Bytes(body.to_vec()), Value::Bytes(signature)]);
    let mut bytes = Vec::with_capacity(body.len() + 300);
    let _ = ciborium::into_writer(&envelope, &mut bytes);
    bytes
}

/// Opens a statement: signature first, then environment, kind and scope, version, end, and the body last.
///
/// `statement_key` is central's SubjectPublicKeyInfo, DER, as enrolment left it.
pub fn open<T: DeserializeOwned>(
    bytes: &[u8],
    statement_key: &[u8],
    expected: &Expected<'_>,
) -> Result<Opened<T>, StatementFault> {
    let [head_bytes, body, signature] = parts(bytes)?;
    let key =
        p256::ecdsa::VerifyingKey::from_public_key_der(statement_key).map_err(|_| StatementFault::BadSignature)?;
    let signature = p256::ecdsa::Signature::from_der(&signature).map_err(|_| StatementFault::BadSignature)?;
    key.verify(&signed_bytes(&head_bytes, &body), &signature).map_err(|_| StatementFault::BadSignature)?;
    let head: StatementHead = whole(&head_bytes)?;
    if head.environment != expected.environment {
        return Err(StatementFault::OtherEnvironment(head.environment));
    }
    if head.kind != expected.kind || head.scope != expected.scope {
        return Err(StatementFault::OtherKind);
    }
    if head.version < expected.known_version {
        return Err(StatementFault::VersionFell { found: head.version, known: expected.known_version });
    }
    if expected.now > head.expires {
        return Err(StatementFault::Expired(head.expires));
    }
    Ok(Opened { head, body: whole(&body)? })
}

/// Head, body and signature of an envelope. Believes nothing.
fn parts(bytes: &[u8]) -> Result<[Vec<u8>; 3], StatementFault> {
    if bytes.len() > STATEMENT_MAX {
        return Err(StatementFault::NotUnderstood);
    }
    let Value::Array(items) = whole(bytes)? else { return Err(StatementFault::NotUnderstood) };
    match <[Value; 3]>::try_from(items) {
        Ok([Value::Bytes(head), Value::Bytes(body), Value::Bytes(signature)]) if head.len() <= HEAD_MAX => {
            Ok([head, body, signature])
        }
        _ => Err(StatementFault::NotUnderstood),
    }
}

/// One CBOR item that fills `bytes` to the last.
fn whole<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, StatementFault> {
    let mut rest = bytes;
    let item = ciborium::from_reader(&mut rest).map_err(|_| StatementFault::NotUnderstood)?;
    if rest.is_empty() { Ok(item) } else { Err(StatementFault::NotUnderstood) }
}

fn signed_bytes(head: &[u8], body: &[u8]) -> Vec<u8> {
    // A usize has 64 bits at most.
    let length = (head.len() as u64).to_be_bytes();
    [STATEMENT_TAG, &length, head, body].concat()
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::SigningKey;
    use p256::ecdsa::signature::Signer;
    use p256::pkcs8::EncodePublicKey;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{CardGuid, CardStatus, GrantId, PersonId, UserNumber};
    use crate::wire::message::{CardBrief, EventResult, FeedItem, FeedPage, Outcome, Revocations, Roster, RosterEntry};

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_slice(&[byte; 32]).unwrap()
    }

    fn spki(key: &SigningKey) -> Vec<u8> {
        key.verifying_key().to_public_key_der().unwrap().as_bytes().to_vec()
    }

    fn signer(key: &SigningKey) -> impl FnOnce(&[u8]) -> Vec<u8> {
        |message| {
            let signature: p256::ecdsa::DerSignature = key.sign(message);
            signature.as_bytes().to_vec()
        }
    }

    fn head() -> StatementHead {
        StatementHead {
            environment: Environment::Trial,
            kind: StatementKind::Revocations,
            scope: SCOPE_ALL.to_owned(),
            version: 7,
            issued: Millis(1_000),
            expires: Millis(2_000),
        }
    }

    fn revocations() -> Revocations {
        Revocations { cards: vec![CardGuid([1; 16]), CardGuid([2; 16])], serials: vec!["40ab".to_owned()] }
    }

    fn expected() -> Expected<'static> {
        Expected {
            environment: Environment::Trial,
            kind: StatementKind::Revocations,
            scope: SCOPE_ALL,
            known_version: 7,
            now: Millis(2_000),
        }
    }

    fn signed(head: &StatementHead) -> Vec<u8> {
        sign(head, &body_bytes(&revocations()).unwrap(), signer(&key(1)))
    }

    fn opened(bytes: &[u8], expected: &Expected<'_>) -> Result<Opened<Revocations>, StatementFault> {
        open(bytes, &spki(&key(1)), expected)
    }

    #[test]
    fn what_was_signed_is_opened_until_its_last_instant() {
        let opened = opened(&signed(&head()), &expected()).unwrap();
        assert_eq!(opened.head, head());
        assert_eq!(opened.body, revocations());
    }

    #[test]
    fn each_difference_is_refused_by_its_own_name() {
        let bytes = signed(&head());
        let with = |change: fn(&mut Expected<'static>)| {
            let mut expected = expected();
            change(&mut expected);
            opened(&bytes, &expected).unwrap_err()
        };
        assert_eq!(with(|e| e.environment = Environment::Live), StatementFault::OtherEnvironment(Environment::Trial));
        assert_eq!(with(|e| e.kind = StatementKind::Roster), StatementFault::OtherKind);
        assert_eq!(with(|e| e.scope = "another"), StatementFault::OtherKind);
        assert_eq!(with(|e| e.known_version = 8), StatementFault::VersionFell { found: 7, known: 8 });
        assert_eq!(with(|e| e.now = Millis(2_001)), StatementFault::Expired(Millis(2_000)));
        assert!(opened(&bytes, &Expected { known_version: 6, ..expected() }).is_ok());
    }

    #[test]
    fn a_statement_of_another_central_is_refused_whatever_it_says() {
        let bytes = sign(&head(), &body_bytes(&revocations()).unwrap(), signer(&key(2)));
        assert_eq!(opened(&bytes, &expected()), Err(StatementFault::BadSignature));
        let other = StatementHead { environment: Environment::Live, ..head() };
        let bytes = sign(&other, &body_bytes(&revocations()).unwrap(), signer(&key(2)));
        assert_eq!(opened(&bytes, &expected()), Err(StatementFault::BadSignature), "the signature comes first");
        assert_eq!(open::<Revocations>(&signed(&head()), b"no key", &expected()), Err(StatementFault::BadSignature));
    }

    #[test]
    fn bytes_can_not_be_moved_from_head_to_body() {
        // The same bytes behind the tag, cut elsewhere: the length that is signed keeps them apart.
        let (mut head_bytes, body) = (body_bytes(&head()).unwrap(), body_bytes(&revocations()).unwrap());
        let moved = [&head_bytes[head_bytes.len() - 1..], &body].concat();
        let before = signed_bytes(&head_bytes, &body);
        head_bytes.pop();
        assert_ne!(before, signed_bytes(&head_bytes, &moved));
    }

    #[test]
    fn a_body_of_another_form_and_what_is_no_envelope_are_not_understood() {
        let bytes = sign(&head(), &body_bytes(&vec![1, 2, 3]).unwrap(), signer(&key(1)));
        assert_eq!(opened(&bytes, &expected()), Err(StatementFault::NotUnderstood));
        let trailing = [body_bytes(&revocations()).unwrap(), vec![0]].concat();
        let bytes = sign(&head(), &trailing, signer(&key(1)));
        assert_eq!(opened(&bytes, &expected()), Err(StatementFault::NotUnderstood));
        for bytes in [&b""[..], b"\x80", b"\x83\x01\x02\x03", b"roster", &[0x9f; 5_000]] {
            assert_eq!(opened(bytes, &expected()), Err(StatementFault::NotUnderstood));
        }
    }

    #[test]
    fn every_kind_of_body_goes_through_cbor_unchanged() {
        let page = FeedPage {
            cursor: 9,
            items: vec![
                FeedItem::Card {
                    card: CardBrief {
                        guid: CardGuid([3; 16]),
                        status: CardStatus::Issued,
                        grant: GrantId(uuid::Uuid::from_u128(5)),
                        series: 9,
                    },
                    person: PersonId(uuid::Uuid::from_u128(6)),
                },
                FeedItem::OwnResult {
                    epoch: 2,
                    result: EventResult {
                        seq: 4,
                        outcome: Outcome::PersonMade {
                            person: PersonId(uuid::Uuid::from_u128(7)),
                            number: "555102034417".parse::<UserNumber>().unwrap(),
                        },
                    },
                },
            ],
            more: true,
        };
        let back: FeedPage = whole(&body_bytes(&page).unwrap()).unwrap();
        assert_eq!(back, page);
        let roster = Roster {
            organisations: Vec::new(),
            agents: vec![RosterEntry {
                number: "555102034417".parse().unwrap(),
                name: "Ann".to_owned(),
                roles: vec![(crate::domain::Role::RaAgent, "REF".parse().unwrap())],
                trained_until: None,
            }],
        };
        let back: Roster = whole(&body_bytes(&roster).unwrap()).unwrap();
        assert_eq!(back, roster);
    }

    proptest! {
        #[test]
        fn no_changed_byte_is_ever_believed(at in any::<prop::sample::Index>(), flip in 1u8..=255) {
            let mut bytes = signed(&head());
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert!(matches!(
                opened(&bytes, &expected()),
                Err(StatementFault::BadSignature | StatementFault::NotUnderstood)
            ));
        }

        #[test]
        fn no_bytes_make_it_fall_over(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(opened(&bytes, &expected()).is_err());
        }
    }
}
