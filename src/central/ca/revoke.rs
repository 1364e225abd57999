//! The Card CA's revocation list (RFC 5280 section 5), for anybody who checks cards without RA Desk.

use der::Encode;
use der::asn1::{BitString, Uint};
use der::referenced::OwnedToRef;
use p256::ecdsa::signature::Signer;
use spki::DynSignatureAlgorithmIdentifier;
use x509_cert::certificate::Version;
use x509_cert::crl::{CertificateList, RevokedCert, TbsCertList};
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, CrlNumber};
use x509_cert::ext::{Extensions, ToExtension};
use x509_cert::serial_number::SerialNumber;

use super::Issuer;
use super::fault::CaFault;
use super::issue::time;
use crate::domain::Millis;

/// A list is good for a week; central makes a new one with every revocation and every day.
const CRL_LIFE: i64 = 7 * Millis::DAY;

pub(super) fn crl(issuer: &Issuer, serials: &[String], now: Millis) -> Result<Vec<u8>, CaFault> {
    let this_update = time(now)?;
    let mut revoked = Vec::with_capacity(serials.len());
    for serial in serials {
        let bytes = unhex(serial).ok_or(CaFault::BadSerial)?;
        let serial_number: SerialNumber = SerialNumber::new(&bytes).map_err(|_| CaFault::BadSerial)?;
        revoked.push(RevokedCert { serial_number, revocation_date: this_update, crl_entry_extensions: None });
    }
    let algorithm = issuer.key.signature_algorithm_identifier().map_err(CaFault::encoding)?;
    let tbs = TbsCertList {
        version: Version::V2,
        signature: algorithm.clone(),
        issuer: issuer.certificate.tbs_certificate().subject().clone(),
        this_update,
        next_update: Some(time(now.plus(CRL_LIFE))?),
        // An empty list must be left out (RFC 5280 section 5.1.2.6).
        revoked_certificates: (!revoked.is_empty()).then_some(revoked),
        crl_extensions: Some(extensions(issuer, now).map_err(CaFault::encoding)?),
    };
    let signature: p256::ecdsa::DerSignature = issuer.key.sign(&tbs.to_der().map_err(CaFault::encoding)?);
    let signature = BitString::from_bytes(signature.as_bytes()).map_err(CaFault::encoding)?;
    let list = CertificateList { tbs_cert_list: tbs, signature_algorithm: algorithm, signature };
    list.to_der().map_err(CaFault::encoding)
}

/// Number and signer's key. The builder of x509-cert 0.3 takes the issuer's *own* issuer as authority key identifier,
/// which fits a self-signed CA alone; so the list is put together here.
fn extensions(issuer: &Issuer, now: Millis) -> der::Result<Extensions> {
    let subject = issuer.certificate.tbs_certificate().subject();
    let key = issuer.certificate.tbs_certificate().subject_public_key_info();
    Ok(vec![
        (&CrlNumber(Uint::new(&now.0.to_be_bytes())?)).to_extension(subject, &[])?,
        (&AuthorityKeyIdentifier::try_from(key.owned_to_ref())?).to_extension(subject, &[])?,
    ])
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    // Two digits a byte, 20 bytes at most; an odd number of digits is no serial of ours.
    if text.is_empty() || text.len() > 40 || !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}
