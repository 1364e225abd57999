//! Central's key room: the only place that holds CA keys, the statement signer, the key events are sealed to, and the
//! card master key. Nothing here leaves central but certificates, signatures, and one card's derived secrets at a time.
//!
//! Root -> Device CA (desks and central's TLS), Card CA (cards), statement signer. All P-256. TLS trusts the Device CA
//! only, sign-in the Card CA only. After `init` the root's key (`root.key`) is not used again: it may be taken out of
//! the folder and locked away. Every subject says `O=RA Desk, OU=<environment>`.

mod fault;
mod folder;
mod issue;
mod keys;
mod make;
mod name;
mod request;
mod revoke;
#[cfg(test)]
mod tests;

use std::path::Path;

use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::Signer;
use spki::{EncodePublicKey, SubjectPublicKeyInfoOwned};
use x509_cert::certificate::Certificate;

pub use fault::{CaFault, RequestFault};
pub use issue::{CertDer, card_in, desk_in};
pub use keys::{CardKeys, ManagementAlgorithm};
pub use request::{ProvenRequest, REQUEST_MAX};

use crate::card::task::{KeyAlgorithm, Slot};
use crate::domain::{CardGuid, DeskId, Environment, Millis, Secret, UserNumber};
use issue::{Life, Profile, Usage};
use jiff::civil::Date;

/// How long a desk's certificate is good, and central's own for TLS: 90 days (design, "Keys and names").
pub const DESK_LIFE: i64 = 90 * Millis::DAY;

/// Who a desk certificate is for. Comes from central's record, never from the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskSubject {
    /// The desk.
    pub desk: DeskId,
    /// Its name, such as `Truro desk 2`.
    pub name: String,
}

/// Which card key a certificate is for. Comes from the grant, never from the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardSubject {
    /// The card.
    pub guid: CardGuid,
    /// The holder's number.
    pub number: UserNumber,
    /// The holder's name.
    pub name: String,
    /// The slot; decides the usages.
    pub slot: Slot,
    /// Last day of the card.
    pub expires: Date,
}

/// A CA with its key.
struct Issuer {
    certificate: Certificate,
    der: Vec<u8>,
    life: Life,
    key: SigningKey,
}

/// The authority of one central. No Debug: it holds every key there is. Safe to share between threads.
pub struct Authority {
    environment: Environment,
    name: String,
    root: Vec<u8>,
    device: Issuer,
    card: Issuer,
    statement: SigningKey,
    statement_spki: Vec<u8>,
    seal: Secret,
    seal_public: Vec<u8>,
    cards: Vec<CardKeys>,
}

impl Authority {
    /// Makes a new authority in `dir`, which must not exist or be empty, and loads it.
    ///
    /// Life: demo 7 days for all; else 20 years for the root and 10 for the CAs. Files have mode 0600, the folder 0700.
    /// Errors: [`CaFault::AlreadyThere`], [`CaFault::HalfMade`] after a cut-off `init`, the disk.
    pub fn init(dir: &Path, environment: Environment, name: &str, now: Millis) -> Result<Authority, CaFault> {
        let files = make::files(environment, name, now)?;
        folder::write(dir, environment, name, now, &files)?;
        Self::load(dir)
    }

    /// Loads an authority. Errors say which file is missing, torn or open to others, and what mends it.
    pub fn load(dir: &Path) -> Result<Authority, CaFault> {
        let (manifest, files) = folder::read(dir, &[make::ROOT_KEY])?;
        make::assemble(dir, manifest, &files)
    }

    /// What this central was made for.
    pub fn environment(&self) -> Environment {
        self.environment
    }

    /// The name given to `init`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The root's certificate, DER.
    pub fn root_certificate(&self) -> &[u8] {
        &self.root
    }

    /// The Device CA's certificate, DER: what TLS trusts, on both sides.
    pub fn device_ca(&self) -> &[u8] {
        &self.device.der
    }

    /// The Card CA's certificate, DER: what sign-in trusts, and [`DeskRecord`](crate::wire::message::DeskRecord) carries.
    pub fn card_ca(&self) -> &[u8] {
        &self.card.der
    }

    /// SHA-256 of the Device CA's certificate: what an invite carries, so that a new desk knows whom it talks to. The
    /// TLS handshake presents that certificate behind central's own.
    pub fn fingerprint(&self) -> [u8; 32] {
        issue::fingerprint(&self.device.der)
    }

    /// SHA-256 of the root's certificate.
    pub fn root_fingerprint(&self) -> [u8; 32] {
        issue::fingerprint(&self.root)
    }

    /// Last instant of the CA that signs desks.
    pub fn device_ca_ends(&self) -> Millis {
        self.device.life.to
    }

    /// Signs a desk's certificate: P-256 key, 90 days or until the CA ends, clientAuth, `urn:uuid:<desk>`.
    pub fn issue_desk(&self, csr_der: &[u8], subject: &DeskSubject, now: Millis) -> Result<CertDer, CaFault> {
        self.issue_desk_proven(&ProvenRequest::check(csr_der)?, subject, now)
    }

    /// As [`Authority::issue_desk`], for a request that was checked already.
    pub fn issue_desk_proven(
        &self,
        request: &ProvenRequest,
        subject: &DeskSubject,
        now: Millis,
    ) -> Result<CertDer, CaFault> {
        if request.algorithm() != KeyAlgorithm::P256 {
            return Err(RequestFault::DeskKeyNotP256.into());
        }
        let profile = Profile {
            issuer: self.device.certificate.tbs_certificate().subject().clone(),
            subject: name::distinguished(self.environment, None, &subject.name)?,
            usage: Usage::Desk,
            names: vec![issue::urn(subject.desk.0)?],
        };
        self.device.sign(profile, request.spki.clone(), now, now.plus(DESK_LIFE))
    }

    /// Signs one key of a card: until the end of the card's last day (UTC) or until the CA ends.
    ///
    /// Subject `serialNumber=<12 digits>, CN=<name>`, other name `urn:uuid:<GUID>`, usages by slot.
    pub fn issue_card(&self, csr_der: &[u8], subject: &CardSubject, now: Millis) -> Result<CertDer, CaFault> {
        self.issue_card_proven(&ProvenRequest::check(csr_der)?, subject, now)
    }

    /// As [`Authority::issue_card`], for a request that was checked already.
    pub fn issue_card_proven(
        &self,
        request: &ProvenRequest,
        subject: &CardSubject,
        now: Millis,
    ) -> Result<CertDer, CaFault> {
        let profile = Profile {
            issuer: self.card.certificate.tbs_certificate().subject().clone(),
            subject: name::distinguished(self.environment, Some(subject.number.digits()), &subject.name)?,
            usage: Usage::Card(subject.slot, request.algorithm()),
            names: vec![issue::urn(uuid::Uuid::from_bytes(subject.guid.0))?],
        };
        // A demo's cards are to show every state a card can be in, years of life included; the CA's own week ends them all.
        let limit = match self.environment {
            Environment::Demo => Life { from: self.card.life.from, to: Millis(i64::MAX) },
            Environment::Trial | Environment::Live => self.card.life,
        };
        let life = Life::within(now, end_of(subject.expires), Some(limit))?;
        issue::certificate(profile, request.spki.clone(), life, &self.card.key)
    }

    /// Makes a key and a certificate for central's TLS: DNS names or IP addresses, 90 days. Gives the certificate and
    /// the private key as PKCS#8 DER, which stays in memory.
    pub fn issue_server(&self, names: &[&str], now: Millis) -> Result<(CertDer, Secret), CaFault> {
        let common = names.first().copied().ok_or_else(|| CaFault::BadName(String::new()))?;
        let key = make::fresh_key()?;
        let profile = Profile {
            issuer: self.device.certificate.tbs_certificate().subject().clone(),
            subject: name::distinguished(self.environment, None, common)?,
            usage: Usage::Server,
            names: names.iter().map(|name| issue::host(name)).collect::<Result<_, _>>()?,
        };
        let spki = SubjectPublicKeyInfoOwned::from_key(&key.public_key()).map_err(CaFault::encoding)?;
        let certificate = self.device.sign(profile, spki, now, now.plus(DESK_LIFE))?;
        Ok((certificate, make::pkcs8(&key)?))
    }

    /// Signs `message` with the statement key: ECDSA P-256 with SHA-256, ASN.1 DER. Fits
    /// [`statement::sign`](crate::wire::statement::sign).
    pub fn sign_statement(&self, message: &[u8]) -> Vec<u8> {
        let signature: p256::ecdsa::DerSignature = self.statement.sign(message);
        signature.as_bytes().to_vec()
    }

    /// The statement signer, SubjectPublicKeyInfo DER.
    pub fn statement_key(&self) -> &[u8] {
        &self.statement_spki
    }

    /// The public key events are sealed to: uncompressed P-256 point, as HPKE DHKEM(P-256) writes it (RFC 9180 7.1.1).
    pub fn seal_public(&self) -> &[u8] {
        &self.seal_public
    }

    /// The private key that opens sealed events: 32 bytes, as HPKE DHKEM(P-256) reads it.
    pub fn seal_private(&self) -> &Secret {
        &self.seal
    }

    /// The newest card master key: what new cards are made with.
    pub fn card_keys(&self) -> &CardKeys {
        // `make::assemble` refuses a folder without a card master key.
        &self.cards[self.cards.len() - 1]
    }

    /// The card master key of the version in a card's record.
    pub fn card_keys_of(&self, version: u32) -> Option<&CardKeys> {
        self.cards.iter().find(|keys| keys.version() == version)
    }

    /// A CRL of the Card CA, DER (RFC 5280 section 5): `serials` in lower-case hexadecimal, revoked at `now`; number
    /// and time are `now`, so a later one has a higher number. Good for 7 days.
    pub fn card_crl(&self, serials: &[String], now: Millis) -> Result<Vec<u8>, CaFault> {
        revoke::crl(&self.card, serials, now)
    }
}

impl Issuer {
    fn sign(
        &self,
        profile: Profile,
        key: SubjectPublicKeyInfoOwned,
        now: Millis,
        to: Millis,
    ) -> Result<CertDer, CaFault> {
        issue::certificate(profile, key, Life::within(now, to, Some(self.life))?, &self.key)
    }
}

/// SHA-256 of a certificate: what [`Authority::fingerprint`] is compared with.
pub fn fingerprint_of(der: &[u8]) -> [u8; 32] {
    issue::fingerprint(der)
}

/// The environment a certificate was made for; none if it is no certificate of ours.
pub fn environment_in(der: &[u8]) -> Option<Environment> {
    use der::Decode;
    name::environment_of(Certificate::from_der(der).ok()?.tbs_certificate().subject())
}

/// The last whole second of a day, UTC.
fn end_of(day: Date) -> Millis {
    day.at(23, 59, 59, 0)
        // The holder's day, or a card "good until 3 May" would show the 4th in summer.
        .to_zoned_datetime(crate::domain::time::london())
        .map_or(Millis(i64::MAX), |zoned| Millis(zoned.timestamp().as_millisecond()))
}

/// SubjectPublicKeyInfo DER of a signing key.
fn spki_of(key: &SigningKey) -> Result<Vec<u8>, CaFault> {
    Ok(key.verifying_key().to_public_key_der().map_err(CaFault::encoding)?.as_bytes().to_vec())
}
