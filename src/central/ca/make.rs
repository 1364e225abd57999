//! What `init` makes, and how the pieces are put together when an authority is loaded.

use std::path::Path;

use der::pem::LineEnding;
use der::{Decode, EncodePem};
use p256::SecretKey;
use p256::ecdsa::SigningKey;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use spki::SubjectPublicKeyInfoOwned;
use x509_cert::certificate::Certificate;
use x509_cert::name::Name;
use zeroize::Zeroizing;

use super::fault::CaFault;
use super::folder::{Files, Manifest};
use super::issue::{self, CertDer, Life, Profile, Usage};
use super::keys::{CardKeys, MASTER_LEN};
use super::{Authority, Issuer, name, spki_of};
use crate::domain::{Environment, Millis, Secret};

/// The one file that may be taken out of the folder and locked away.
pub(super) const ROOT_KEY: &str = "root.key";
const ROOT: &str = "root.crt";
const DEVICE: (&str, &str) = ("device-ca.crt", "device-ca.key");
const CARD: (&str, &str) = ("card-ca.crt", "card-ca.key");
const STATEMENT: (&str, &str) = ("statement.crt", "statement.key");
const SEAL_KEY: &str = "seal.key";

/// A demo's CAs end after a week: a forgotten demo is no authority (design, "Keys and names").
const DEMO_LIFE: i64 = 7 * Millis::DAY;
/// Years as 365.25 days; nobody needs the leap days.
const YEAR: i64 = 365 * Millis::DAY + 6 * Millis::HOUR;

/// Everything that goes into a new folder.
pub(super) fn files(environment: Environment, called: &str, now: Millis) -> Result<Files, CaFault> {
    let (root_life, ca_life) = match environment {
        Environment::Demo => (DEMO_LIFE, DEMO_LIFE),
        Environment::Trial | Environment::Live => (20 * YEAR, 10 * YEAR),
    };
    let mut files = Files::new();
    let root_key = fresh_key()?;
    let root_signer = SigningKey::from(&root_key);
    let root_name = name::distinguished(environment, None, &format!("{called} Root"))?;
    let root_life = Life::within(now, now.plus(root_life), None)?;
    let make = |kind: &str, usage: Usage, key: &SecretKey, life: Life| -> Result<CertDer, CaFault> {
        let subject = if kind == "Root" {
            root_name.clone()
        } else {
            name::distinguished(environment, None, &format!("{called} {kind}"))?
        };
        let profile = Profile { issuer: root_name.clone(), subject, usage, names: Vec::new() };
        let spki = SubjectPublicKeyInfoOwned::from_key(&key.public_key()).map_err(CaFault::encoding)?;
        issue::certificate(profile, spki, life, &root_signer)
    };
    let root = make("Root", Usage::Ca(1), &root_key, root_life)?;
    files.insert(ROOT.to_owned(), pem_certificate(&root)?);
    files.insert(ROOT_KEY.to_owned(), pem_key(&root_key)?);
    for (kind, usage, (crt, key_file)) in [
        ("Device CA", Usage::Ca(0), DEVICE),
        ("Card CA", Usage::Ca(0), CARD),
        ("Statements", Usage::Statements, STATEMENT),
    ] {
        let key = fresh_key()?;
        let life = Life::within(now, now.plus(ca_life), Some(root_life))?;
        files.insert(crt.to_owned(), pem_certificate(&make(kind, usage, &key, life)?)?);
        files.insert(key_file.to_owned(), pem_key(&key)?);
    }
    files.insert(SEAL_KEY.to_owned(), pem_key(&fresh_key()?)?);
    let mut master = Zeroizing::new(vec![0u8; MASTER_LEN]);
    getrandom::fill(&mut master).map_err(|_| CaFault::NoRandom)?;
    files.insert(master_file(1), master);
    Ok(files)
}

/// An authority from the files of its folder, whose digests were compared already.
pub(super) fn assemble(dir: &Path, manifest: Manifest, files: &Files) -> Result<Authority, CaFault> {
    let shelf = Shelf { dir, files };
    let root = shelf.certificate(ROOT)?;
    let device = shelf.issuer(DEVICE, manifest.environment)?;
    let card = shelf.issuer(CARD, manifest.environment)?;
    let statement = SigningKey::from(&shelf.key(STATEMENT.1)?);
    let seal = shelf.key(SEAL_KEY)?;
    let mut cards = Vec::new();
    for version in 1.. {
        let Some(master) = files.get(&master_file(version)) else { break };
        let master: [u8; MASTER_LEN] = master.as_slice().try_into().map_err(|_| shelf.torn(&master_file(version)))?;
        cards.push(CardKeys::new(version, Zeroizing::new(master)));
    }
    if cards.is_empty() {
        return Err(shelf.missing(&master_file(1)));
    }
    Ok(Authority {
        environment: manifest.environment,
        name: manifest.name,
        root: root.1,
        device,
        card,
        statement_spki: spki_of(&statement)?,
        statement,
        seal: Secret::new(seal.to_bytes().to_vec()),
        seal_public: seal.public_key().to_sec1_bytes().to_vec(),
        cards,
    })
}

/// The files of one folder, and the faults that name it.
struct Shelf<'a> {
    dir: &'a Path,
    files: &'a Files,
}

impl Shelf<'_> {
    fn text(&self, file: &str) -> Result<&str, CaFault> {
        let bytes = self.files.get(file).ok_or_else(|| self.missing(file))?;
        std::str::from_utf8(bytes).map_err(|_| self.torn(file))
    }

    fn key(&self, file: &str) -> Result<SecretKey, CaFault> {
        SecretKey::from_pkcs8_pem(self.text(file)?).map_err(|_| self.torn(file))
    }

    fn certificate(&self, file: &str) -> Result<(Certificate, Vec<u8>), CaFault> {
        let (_, der) = der::Document::from_pem(self.text(file)?).map_err(|_| self.torn(file))?;
        let certificate = Certificate::from_der(der.as_bytes()).map_err(|_| self.torn(file))?;
        Ok((certificate, der.as_bytes().to_vec()))
    }

    fn issuer(&self, (crt, key_file): (&str, &str), environment: Environment) -> Result<Issuer, CaFault> {
        let (certificate, der) = self.certificate(crt)?;
        let read = CertDer::read(&der).ok_or_else(|| self.torn(crt))?;
        let key = self.key(key_file)?;
        let spki = SubjectPublicKeyInfoOwned::from_key(&key.public_key()).map_err(CaFault::encoding)?;
        if *certificate.tbs_certificate().subject_public_key_info() != spki {
            return Err(self.torn(key_file));
        }
        let subject: &Name = certificate.tbs_certificate().subject();
        if name::environment_of(subject) != Some(environment) {
            return Err(self.torn(crt));
        }
        let life = Life { from: read.not_before, to: read.not_after };
        Ok(Issuer { certificate, der, life, key: SigningKey::from(&key) })
    }

    fn missing(&self, file: &str) -> CaFault {
        CaFault::Missing { dir: self.dir.to_owned(), file: file.to_owned() }
    }

    fn torn(&self, file: &str) -> CaFault {
        CaFault::Torn { dir: self.dir.to_owned(), file: file.to_owned() }
    }
}

fn master_file(version: u32) -> String {
    format!("card-master-{version}.key")
}

/// A new P-256 key from the system's random bytes.
pub(super) fn fresh_key() -> Result<SecretKey, CaFault> {
    let mut bytes = Zeroizing::new([0u8; 32]);
    // One in 2^32 tries is not below the group order; eight in a row means that the bytes are not random.
    for _ in 0..8 {
        getrandom::fill(bytes.as_mut()).map_err(|_| CaFault::NoRandom)?;
        if let Ok(key) = SecretKey::from_slice(bytes.as_ref()) {
            return Ok(key);
        }
    }
    Err(CaFault::NoRandom)
}

/// A private key as PKCS#8 DER.
pub(super) fn pkcs8(key: &SecretKey) -> Result<Secret, CaFault> {
    Ok(Secret::new(key.to_pkcs8_der().map_err(CaFault::encoding)?.as_bytes().to_vec()))
}

fn pem_key(key: &SecretKey) -> Result<Zeroizing<Vec<u8>>, CaFault> {
    let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(CaFault::encoding)?;
    Ok(Zeroizing::new(pem.as_bytes().to_vec()))
}

fn pem_certificate(certificate: &CertDer) -> Result<Zeroizing<Vec<u8>>, CaFault> {
    let parsed = Certificate::from_der(&certificate.der).map_err(CaFault::encoding)?;
    Ok(Zeroizing::new(parsed.to_pem(LineEnding::LF).map_err(CaFault::encoding)?.into_bytes()))
}
