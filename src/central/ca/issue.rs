//! Certificates: the builder's profiles (RFC 5280) and what each kind of certificate says.

use std::net::IpAddr;

use der::asn1::{Ia5String, ObjectIdentifier};
use der::flagset::FlagSet;
use der::{DateTime, Decode, Encode};
use p256::ecdsa::SigningKey;
use sha2::{Digest, Sha256};
use spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::certificate::{Certificate, TbsCertificate};
use x509_cert::ext::Extension;
use x509_cert::ext::ToExtension;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

use super::fault::CaFault;
use crate::card::task::{KeyAlgorithm, Slot};
use crate::domain::{CardGuid, DeskId, Millis};

/// A certificate begins this much before it was asked for, in milliseconds: clocks of desks and central differ.
const BACKDATED: i64 = 5 * Millis::MINUTE;

/// id-kp-serverAuth, id-kp-clientAuth (RFC 5280 section 4.2.1.12).
const SERVER_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
/// szOID_KP_SMARTCARD_LOGON, as in SP 800-73 and every desktop.
const SMARTCARD_LOGON: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.20.2.2");
/// id-PIV-cardAuth (FIPS 201-3 section 4.2.2.2).
const PIV_CARD_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.6.8");

/// A certificate that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertDer {
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// Its serial number, lower-case hexadecimal: the name it has in revocation lists.
    pub serial: String,
    /// First instant it is good.
    pub not_before: Millis,
    /// Last instant it is good.
    pub not_after: Millis,
}

impl CertDer {
    /// Reads a certificate. None: it is no X.509 certificate.
    pub fn read(der: &[u8]) -> Option<Self> {
        let certificate = Certificate::from_der(der).ok()?;
        let validity = certificate.tbs_certificate().validity();
        Some(Self {
            der: der.to_vec(),
            serial: hex(certificate.tbs_certificate().serial_number().as_bytes()),
            not_before: millis(&validity.not_before),
            not_after: millis(&validity.not_after),
        })
    }
}

/// What a certificate is for; decides key usages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Usage {
    /// A CA; the number is its path length.
    Ca(u8),
    /// The statement signer.
    Statements,
    /// A desk, as TLS client and event signer.
    Desk,
    /// Central, as TLS server.
    Server,
    /// One slot of a card.
    Card(Slot, KeyAlgorithm),
}

impl Usage {
    fn key_usages(self) -> FlagSet<KeyUsages> {
        match self {
            Usage::Ca(_) => KeyUsages::KeyCertSign | KeyUsages::CRLSign,
            Usage::Card(Slot::Signature, _) => KeyUsages::DigitalSignature | KeyUsages::NonRepudiation,
            Usage::Card(Slot::KeyManagement, KeyAlgorithm::P256) => KeyUsages::KeyAgreement.into(),
            Usage::Card(Slot::KeyManagement, KeyAlgorithm::Rsa2048) => KeyUsages::KeyEncipherment.into(),
            Usage::Statements | Usage::Desk | Usage::Server | Usage::Card(..) => KeyUsages::DigitalSignature.into(),
        }
    }

    /// Extended usages, and whether they are critical.
    fn extended(self) -> Option<(bool, Vec<ObjectIdentifier>)> {
        match self {
            Usage::Desk => Some((false, vec![CLIENT_AUTH])),
            Usage::Server => Some((false, vec![SERVER_AUTH])),
            Usage::Card(Slot::Authentication, _) => Some((false, vec![CLIENT_AUTH, SMARTCARD_LOGON])),
            // FIPS 201-3: critical, so that nobody takes a key without a passcode for a person.
            Usage::Card(Slot::CardAuthentication, _) => Some((true, vec![PIV_CARD_AUTH])),
            Usage::Ca(_) | Usage::Statements | Usage::Card(..) => None,
        }
    }
}

/// What stands in a certificate, beside key and time.
pub(super) struct Profile {
    /// The issuer's subject.
    pub issuer: Name,
    /// Who it is for.
    pub subject: Name,
    /// What it is for.
    pub usage: Usage,
    /// Other names.
    pub names: Vec<GeneralName>,
}

impl BuilderProfile for Profile {
    fn get_issuer(&self, _subject: &Name) -> Name {
        self.issuer.clone()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        spk: SubjectPublicKeyInfoRef<'_>,
        issuer_spk: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let mut made: Vec<Extension> = Vec::new();
        let subject = tbs.subject();
        let (ca, path_len_constraint) = match self.usage {
            Usage::Ca(length) => (true, Some(length)),
            _ => (false, None),
        };
        made.push((&BasicConstraints { ca, path_len_constraint }).to_extension(subject, &made)?);
        made.push((&KeyUsage(self.usage.key_usages())).to_extension(subject, &made)?);
        if let Some((critical, oids)) = self.usage.extended() {
            made.push((critical, &ExtendedKeyUsage(oids)).to_extension(subject, &made)?);
        }
        made.push((&SubjectKeyIdentifier::try_from(spk)?).to_extension(subject, &made)?);
        made.push((&AuthorityKeyIdentifier::try_from(issuer_spk)?).to_extension(subject, &made)?);
        if !self.names.is_empty() {
            made.push((&SubjectAltName(self.names.clone())).to_extension(subject, &made)?);
        }
        Ok(made)
    }
}

/// A time window, cut to the life of the issuer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Life {
    /// First instant.
    pub from: Millis,
    /// Last instant.
    pub to: Millis,
}

impl Life {
    /// From a little before `now` to `to`, inside `issuer`. Errors: nothing is left.
    pub fn within(now: Millis, to: Millis, issuer: Option<Life>) -> Result<Life, CaFault> {
        let life = Life { from: now.plus(-BACKDATED), to };
        let life = match issuer {
            Some(issuer) => Life { from: life.from.max(issuer.from), to: life.to.min(issuer.to) },
            None => life,
        };
        if life.to > now && life.to > life.from { Ok(life) } else { Err(CaFault::NoLifeLeft) }
    }
}

/// Builds and signs one certificate.
pub(super) fn certificate(
    profile: Profile,
    key: SubjectPublicKeyInfoOwned,
    life: Life,
    signer: &SigningKey,
) -> Result<CertDer, CaFault> {
    let serial = SerialNumber::new(&fresh_serial()?).map_err(CaFault::encoding)?;
    let validity = Validity::new(time(life.from)?, time(life.to)?);
    let built = CertificateBuilder::new(profile, serial, validity, key)
        .and_then(|builder| builder.build::<_, p256::ecdsa::DerSignature>(signer))
        .map_err(CaFault::encoding)?;
    let der = built.to_der().map_err(CaFault::encoding)?;
    CertDer::read(&der).ok_or_else(|| CaFault::encoding("what was built does not read back"))
}

/// 16 random bytes, positive and of full length whatever they are: 126 random bits (RFC 5280 section 4.1.2.2 wants a
/// positive integer of 20 bytes at most).
fn fresh_serial() -> Result<[u8; 16], CaFault> {
    let mut serial = [0u8; 16];
    getrandom::fill(&mut serial).map_err(|_| CaFault::NoRandom)?;
    serial[0] = (serial[0] & 0x3F) | 0x40;
    Ok(serial)
}

/// A time in whole seconds, as certificates have it.
pub(super) fn time(at: Millis) -> Result<Time, CaFault> {
    let seconds = u64::try_from(at.0.div_euclid(1_000)).map_err(|_| CaFault::NoLifeLeft)?;
    DateTime::from_unix_duration(std::time::Duration::from_secs(seconds)).map(Time::from).map_err(CaFault::encoding)
}

fn millis(time: &Time) -> Millis {
    Millis(i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX))
}

/// `urn:uuid:...` for a desk's id or a card's GUID (RFC 4122 section 3; FIPS 201-3 puts the GUID there).
pub(super) fn urn(uuid: uuid::Uuid) -> Result<GeneralName, CaFault> {
    let text = format!("urn:uuid:{}", uuid.hyphenated());
    Ia5String::new(&text).map(GeneralName::UniformResourceIdentifier).map_err(CaFault::encoding)
}

/// A server's name: a DNS name or an IP address.
pub(super) fn host(name: &str) -> Result<GeneralName, CaFault> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(GeneralName::from(address));
    }
    let bad = || CaFault::BadName(name.to_owned());
    // RFC 1123 letters; anything else is a mistake in the configuration.
    let fits =
        |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if name.len() > 253 || !name.split('.').all(fits) {
        return Err(bad());
    }
    Ia5String::new(name).map(GeneralName::DnsName).map_err(|_| bad())
}

/// The UUID in the first `urn:uuid:` other name of a certificate.
fn uuid_in(certificate: &Certificate) -> Option<uuid::Uuid> {
    let (_, names) = certificate.tbs_certificate().get_extension::<SubjectAltName>().ok()??;
    names.0.iter().find_map(|name| match name {
        GeneralName::UniformResourceIdentifier(uri) => {
            uuid::Uuid::parse_str(uri.as_str().strip_prefix("urn:uuid:")?).ok()
        }
        _ => None,
    })
}

/// The desk a certificate names. Says nothing of who signed it: only for one that TLS has verified.
pub fn desk_in(der: &[u8]) -> Option<DeskId> {
    uuid_in(&Certificate::from_der(der).ok()?).map(DeskId)
}

/// The card a certificate names. Says nothing of who signed it.
pub fn card_in(der: &[u8]) -> Option<CardGuid> {
    uuid_in(&Certificate::from_der(der).ok()?).map(|uuid| CardGuid(*uuid.as_bytes()))
}

/// SHA-256 over a certificate.
pub(super) fn fingerprint(der: &[u8]) -> [u8; 32] {
    Sha256::digest(der).into()
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
