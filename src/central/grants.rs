//! A grant as a desk gets it: terms from the record, secrets from the card master key and the stock batch.

use zeroize::Zeroizing;

use super::ca::ManagementAlgorithm;
use super::service::{Central, fresh, problem};
use super::store::GrantRow;
use crate::domain::Secret;
use crate::wire::message::{Bytes, Grant, GrantSecrets, GrantTerms, Problem, ProblemCode};
use crate::wire::seal::{self, Fresh, SealFault};

/// HPKE `info` of a stock batch's transport keys: sealed to central by central, so that the database never has them in
/// the clear.
const STOCK_INFO: &[u8] = b"ra-desk seal v1 stock\0";

/// What opens every blank of a batch. No Debug: all of it is secret.
pub struct TransportKeys {
    /// PIN.
    pub pin: Secret,
    /// PUK.
    pub puk: Secret,
    /// 9B.
    pub management_key: Secret,
}

impl Central {
    /// Seals a batch's transport keys for the store. Errors: lengths no card has, no random bytes.
    pub fn seal_transport(&self, keys: &TransportKeys) -> Result<Vec<u8>, Problem> {
        let mut plain = Zeroizing::new(Vec::with_capacity(64));
        for secret in [&keys.pin, &keys.puk, &keys.management_key] {
            let bytes = secret.expose();
            // Lengths of one byte: a 9B key has 32 at most, a PIN 8.
            let length = u8::try_from(bytes.len()).ok().filter(|length| (1..=64).contains(length));
            plain.push(length.ok_or_else(|| problem(ProblemCode::BadRequest, "a transport key has 1 to 64 bytes"))?);
            plain.extend_from_slice(bytes);
        }
        let fresh = Fresh::new(fresh::<32>()?);
        seal::seal(self.authority.seal_public(), STOCK_INFO, b"", &plain, fresh)
            .map_err(|_| problem(ProblemCode::Internal, "the transport keys could not be sealed"))
    }

    fn open_transport(&self, sealed: &[u8]) -> Result<TransportKeys, SealFault> {
        let plain = seal::open(self.authority.seal_private().expose(), STOCK_INFO, b"", sealed)?;
        let mut rest = plain.as_slice();
        let mut part = || {
            let (length, after) = rest.split_first()?;
            let (bytes, after) = after.split_at_checked(usize::from(*length))?;
            rest = after;
            Some(Secret::new(bytes.to_vec()))
        };
        let mut next = || part().ok_or(SealFault::DoesNotOpen);
        Ok(TransportKeys { pin: next()?, puk: next()?, management_key: next()? })
    }

    /// The grant as it is sent.
    pub fn grant_answer(&self, row: &GrantRow) -> Result<Box<Grant>, Problem> {
        let internal = |detail: &str| problem(ProblemCode::Internal, detail);
        let transport =
            self.open_transport(&row.stock.sealed_keys).map_err(|_| internal("the transport keys do not open"))?;
        let keys = self.authority.card_keys_of(row.card.key_version);
        let keys = keys.ok_or_else(|| internal("the card's master key is not here"))?;
        let number = row.person.number.clone().ok_or_else(|| internal("the person has no number"))?;
        let (card, issue, puk_n) = (row.card.brief.guid, row.card.issue, row.card.puk_confirmed);
        let algorithm = management_algorithm(&row.stock.profile, transport.management_key.expose().len());
        let management_key =
            keys.management_key(card, issue, algorithm).map_err(|_| internal("no management key could be derived"))?;
        let bytes = |secret: &Secret| Bytes(secret.expose().to_vec());
        Ok(Box::new(Grant {
            terms: GrantTerms {
                grant: row.grant,
                card,
                person: row.person.clone(),
                number,
                issue,
                organisation: row.organisation.clone(),
                expires: row.card.expires,
                keys: row.keys(),
                environment: self.authority.environment(),
                static_9b: row.stock.static_9b,
                puk_n,
            },
            secrets: GrantSecrets {
                transport_pin: bytes(&transport.pin),
                transport_puk: bytes(&transport.puk),
                transport_management_key: bytes(&transport.management_key),
                management_key: bytes(&management_key),
                puk: bytes(&keys.puk(card, issue, puk_n)),
            },
        }))
    }
}

/// The algorithm of the card's own 9B: what the profile says, else what the transport key's length says. 24 bytes are
/// 3DES unless the profile says AES-192.
fn management_algorithm(profile: &str, transport_len: usize) -> ManagementAlgorithm {
    let says = |word: &str| profile.split('-').any(|part| part == word);
    if says("aes128") {
        ManagementAlgorithm::Aes128
    } else if says("aes192") {
        ManagementAlgorithm::Aes192
    } else if says("aes256") {
        ManagementAlgorithm::Aes256
    } else {
        match transport_len {
            16 => ManagementAlgorithm::Aes128,
            32 => ManagementAlgorithm::Aes256,
            _ => ManagementAlgorithm::TripleDes,
        }
    }
}
