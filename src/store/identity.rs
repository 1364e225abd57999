//! Who this desk is. The key is made here, stays in the encrypted database and never changes its desk.

use std::str::FromStr;

use p256::SecretKey;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};
use rusqlite::{Connection, OptionalExtension};
use x509_cert::builder::Builder;
use x509_cert::der::Encode;
use x509_cert::name::Name;
use x509_cert::request::RequestBuilder;
use zeroize::Zeroizing;

use super::fault::StoreFault;
use crate::domain::Secret;
use crate::wire::message::DeskRecord;

/// The desk's identity. No Debug: the key is in it.
pub struct Identity {
    key: SigningKey,
    /// Central's address, once enrolled.
    pub host: Option<String>,
    /// Device CA certificate, DER, once enrolled.
    pub device_ca: Option<Vec<u8>>,
    /// The desk's certificate, DER, once enrolled.
    pub certificate: Option<Vec<u8>>,
    /// Central's word on the desk, once enrolled.
    pub record: Option<DeskRecord>,
    /// What central gave to be presented next time.
    pub lease: Option<Vec<u8>>,
}

impl Identity {
    /// The public key, SubjectPublicKeyInfo DER.
    pub fn spki(&self) -> Result<Vec<u8>, StoreFault> {
        let der = self.key.verifying_key().to_public_key_der().map_err(|_| StoreFault::BadValue("the desk key"))?;
        Ok(der.as_bytes().to_vec())
    }

    /// The private key as PKCS#8 PEM, for the TLS client alone.
    pub fn tls_key(&self) -> Result<Secret, StoreFault> {
        let pem = self.key.to_pkcs8_pem(LineEnding::LF).map_err(|_| StoreFault::BadValue("the desk key"))?;
        Ok(Secret::new(pem.as_bytes().to_vec()))
    }

    /// A PKCS#10 request for the desk's certificate, DER. Central takes key and proof from it and nothing else, so the
    /// name says only what the request is for.
    pub fn certificate_request(&self) -> Result<Vec<u8>, StoreFault> {
        let failed = StoreFault::BadValue("the certificate request");
        let name = Name::from_str("CN=ra-desk").map_err(|_| failed.clone())?;
        let request = RequestBuilder::new(name)
            .and_then(|builder| builder.build::<_, DerSignature>(&self.key))
            .map_err(|_| failed.clone())?;
        request.to_der().map_err(|_| failed)
    }
}

/// Makes the key at the very first opening.
pub(super) fn ensure_key(conn: &Connection) -> Result<(), StoreFault> {
    let there = conn.query_row("SELECT 1 FROM identity", [], |_| Ok(())).optional()?;
    if there.is_some() {
        return Ok(());
    }
    // A random scalar is out of range once in 2^32 tries; four tries are for ever.
    for _ in 0..4 {
        let mut bytes = Zeroizing::new([0u8; 32]);
        getrandom::fill(&mut *bytes).map_err(|_| StoreFault::NoRandom)?;
        if SecretKey::from_slice(&*bytes).is_ok() {
            conn.execute("INSERT INTO identity (one, desk_key) VALUES (1, ?1)", [bytes.as_slice()])?;
            return Ok(());
        }
    }
    Err(StoreFault::NoRandom)
}

/// Central's word on the desk alone: the key, which takes a multiplication on the curve to load, is not.
pub(super) fn record(conn: &Connection) -> Result<Option<DeskRecord>, StoreFault> {
    let bytes: Option<Vec<u8>> = conn.query_row("SELECT record FROM identity", [], |row| row.get(0))?;
    bytes.map(|bytes| read_record(&bytes)).transpose()
}

fn read_record(bytes: &[u8]) -> Result<DeskRecord, StoreFault> {
    serde_json::from_slice(bytes).map_err(|_| StoreFault::BadValue("the desk record"))
}

pub(super) fn load(conn: &Connection) -> Result<Identity, StoreFault> {
    let mut statement =
        conn.prepare_cached("SELECT desk_key, host, device_ca, certificate, record, lease FROM identity")?;
    let (key, record, mut identity) = statement.query_row([], |row| {
        let key = Zeroizing::new(row.get::<_, Vec<u8>>(0)?);
        let record: Option<Vec<u8>> = row.get(4)?;
        Ok((key, record, (row.get(1)?, row.get(2)?, row.get(3)?, row.get(5)?)))
    })?;
    let key = SigningKey::from_slice(&key).map_err(|_| StoreFault::BadValue("the desk key"))?;
    let record = record.map(|bytes| read_record(&bytes)).transpose()?;
    let (host, device_ca, certificate, lease) = std::mem::take(&mut identity);
    Ok(Identity { key, host, device_ca, certificate, record, lease })
}

#[cfg(test)]
mod tests {
    use crate::store::{Store, StoreOptions};

    #[test]
    fn the_desk_asks_for_its_certificate_with_a_proof_of_its_key() {
        use p256::ecdsa::signature::Verifier;
        use p256::pkcs8::DecodePublicKey;
        use x509_cert::der::{Decode, Encode};
        let dir = tempfile::tempdir().unwrap();
        let identity = Store::open(StoreOptions { credentials: None, ..StoreOptions::new(dir.path()) })
            .unwrap()
            .identity()
            .unwrap();
        let request = x509_cert::request::CertReq::from_der(&identity.certificate_request().unwrap()).unwrap();
        let spki = request.info.public_key.to_der().unwrap();
        assert_eq!(spki, identity.spki().unwrap());
        let key = p256::ecdsa::VerifyingKey::from_public_key_der(&spki).unwrap();
        let signature = p256::ecdsa::DerSignature::from_bytes(request.signature.raw_bytes()).unwrap();
        key.verify(&request.info.to_der().unwrap(), &signature).unwrap();
    }
}
