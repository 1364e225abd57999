//! Certificate objects (SP 800-73-5 part 1, table 10): 70 certificate, 71 how it is packed, FE.

use super::ERROR_DETECTION;
use crate::card::tlv;

/// The contents of a certificate object; the certificate is not compressed.
pub fn encode(certificate: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(certificate.len() + 9);
    tlv::push(&mut out, 0x70, certificate);
    tlv::push(&mut out, 0x71, &[0x00]);
    tlv::push(&mut out, ERROR_DETECTION, &[]);
    out
}

/// The DER inside a certificate object. None if there is none, or it is compressed (we never write that and nothing
/// here unpacks it).
pub fn decode(contents: &[u8]) -> Option<&[u8]> {
    let compressed = tlv::find(contents, 0x71).is_some_and(|info| info.first().is_some_and(|bits| bits & 1 == 1));
    tlv::find(contents, 0x70).filter(|der| !der.is_empty() && !compressed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_goes_in_and_comes_out() {
        let object = encode(&[0x30, 0x01, 0x00]);
        assert_eq!(object, [0x70, 3, 0x30, 1, 0, 0x71, 1, 0, 0xFE, 0]);
        assert_eq!(decode(&object), Some(&[0x30, 1, 0][..]));
    }

    #[test]
    fn a_compressed_or_missing_certificate_is_none() {
        assert_eq!(decode(&[0x70, 1, 9, 0x71, 1, 1, 0xFE, 0]), None);
        assert_eq!(decode(&[0x70, 0, 0x71, 1, 0]), None);
        assert_eq!(decode(&[]), None);
    }
}
