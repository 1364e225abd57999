//! The Card CA's revocation list (RFC 5280 section 5), for anybody who checks cards without RA Desk.

use der::Encode;
use der::asn1::Uint;
use x509_cert::builder::{Builder, CrlBuilder};
use x509_cert::crl::RevokedCert;
use x509_cert::ext::pkix::CrlNumber;
use x509_cert::serial_number::SerialNumber;

use super::Issuer;
use super::fault::CaFault;
use super::issue::time;
use crate::domain::Millis;

/// A list is good for a week; central makes a new one with every revocation and every day.
const CRL_LIFE: i64 = 7 * Millis::DAY;

pub(super) fn crl(issuer: &Issuer, serials: &[String], now: Millis) -> Result<Vec<u8>, CaFault> {
    let this_update = time(now)?;
    let number = CrlNumber(Uint::new(&now.0.to_be_bytes()).map_err(CaFault::encoding)?);
    let mut revoked = Vec::with_capacity(serials.len());
    for serial in serials {
        let bytes = unhex(serial).ok_or(CaFault::BadSerial)?;
        let serial_number: SerialNumber = SerialNumber::new(&bytes).map_err(|_| CaFault::BadSerial)?;
        revoked.push(RevokedCert { serial_number, revocation_date: this_update, crl_entry_extensions: None });
    }
    let mut builder = CrlBuilder::new_with_this_update(&issuer.certificate, number, this_update)
        .map_err(CaFault::encoding)?
        .with_next_update(Some(time(now.plus(CRL_LIFE))?));
    // An empty list must be left out (RFC 5280 section 5.1.2.6).
    if !revoked.is_empty() {
        builder = builder.with_certificates(revoked.into_iter());
    }
    let list = builder.build::<_, p256::ecdsa::DerSignature>(&issuer.key).map_err(CaFault::encoding)?;
    list.to_der().map_err(CaFault::encoding)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    // Two digits a byte, 20 bytes at most; an odd number of digits is no serial of ours.
    if text.is_empty() || text.len() > 40 || !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}
