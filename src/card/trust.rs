//! Whether a card certificate comes from our Card CA.

use der::{Decode, Encode};
use p256::ecdsa::{DerSignature, VerifyingKey, signature::Verifier};
use spki::DecodePublicKey;
use x509_cert::Certificate;

use crate::domain::Millis;
use crate::domain::text::sanitise;

/// Why a certificate is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrustFault {
    /// Not a certificate that can be read.
    #[error("not a certificate")]
    NotUnderstood,
    /// Another CA, or a forged signature.
    #[error("not issued by our Card CA")]
    NotOurs,
    /// Not good yet.
    #[error("not valid yet")]
    NotYet,
    /// No longer good.
    #[error("expired")]
    Expired,
}

/// Checks issuer, signature and dates of a card certificate against the Card CA (RFC 5280 section 6, for a chain of one).
///
/// Errors: [`TrustFault`]. Whether it was revoked is the revocation list's matter, not this function's.
pub fn issued_by(certificate: &[u8], card_ca: &[u8], now: Millis) -> Result<(), TrustFault> {
    let certificate = Certificate::from_der(certificate).map_err(|_| TrustFault::NotUnderstood)?;
    let ca = Certificate::from_der(card_ca).map_err(|_| TrustFault::NotOurs)?;
    let tbs = certificate.tbs_certificate();
    if tbs.issuer() != ca.tbs_certificate().subject() {
        return Err(TrustFault::NotOurs);
    }
    let key = spki_key(&ca).ok_or(TrustFault::NotOurs)?;
    let signed = tbs.to_der().map_err(|_| TrustFault::NotUnderstood)?;
    let signature = DerSignature::from_bytes(certificate.signature().raw_bytes()).map_err(|_| TrustFault::NotOurs)?;
    key.verify(&signed, &signature).map_err(|_| TrustFault::NotOurs)?;
    let instant = |time: &x509_cert::time::Time| {
        i64::try_from(time.to_unix_duration().as_millis()).map_or(Millis(i64::MAX), Millis)
    };
    if now < instant(&tbs.validity().not_before) {
        return Err(TrustFault::NotYet);
    }
    if now > instant(&tbs.validity().not_after) {
        return Err(TrustFault::Expired);
    }
    Ok(())
}

/// The subject of a certificate as RFC 4514 text, sanitised: what [`super::task::CertificateFacts::issuer`] of the
/// certificates it issued says. None if it can't be read.
pub fn subject(certificate: &[u8]) -> Option<String> {
    let certificate = Certificate::from_der(certificate).ok()?;
    Some(sanitise(&certificate.tbs_certificate().subject().to_string()))
}

fn spki_key(certificate: &Certificate) -> Option<VerifyingKey> {
    let spki = certificate.tbs_certificate().subject_public_key_info().to_der().ok()?;
    VerifyingKey::from_public_key_der(&spki).ok()
}
