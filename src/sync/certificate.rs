//! What the desk reads of certificates: those of a certs-only answer (RFC 7030 section 4.1.3, RFC 5652), and in its own
//! the desk's id and the days it is good.

use der::asn1::ObjectIdentifier;
use der::{Decode, Encode, Reader, SliceReader, Tag, TagNumber, Tagged};
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use crate::domain::{DeskId, Millis};

/// Certificates in one answer at most: a CA and its root.
const CERTIFICATES_MAX: usize = 8;
const ID_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");

/// The certificates of a certs-only SignedData, DER each. None: not of the form.
pub fn certificates_of(pkcs7: &[u8]) -> Option<Vec<Vec<u8>>> {
    read_certificates(pkcs7).ok().filter(|list| !list.is_empty())
}

fn read_certificates(pkcs7: &[u8]) -> der::Result<Vec<Vec<u8>>> {
    let mut outer = SliceReader::new(pkcs7)?;
    let list = outer.sequence(|info| -> der::Result<Vec<Vec<u8>>> {
        let kind: ObjectIdentifier = info.decode()?;
        if kind != ID_SIGNED_DATA {
            return Err(der::ErrorKind::OidUnknown { oid: kind }.into());
        }
        // [0] EXPLICIT SignedData: version, digest algorithms, content, then the certificates as [0] IMPLICIT.
        let content: der::Any = info.decode()?;
        let mut content = SliceReader::new(content.value())?;
        content.sequence(|signed| -> der::Result<Vec<Vec<u8>>> {
            let mut certificates = Vec::new();
            while !signed.is_finished() {
                let part: der::Any = signed.decode()?;
                if part.tag() == (Tag::ContextSpecific { number: TagNumber(0), constructed: true }) {
                    certificates = split(part.value())?;
                }
            }
            Ok(certificates)
        })
    })?;
    outer.finish()?;
    Ok(list)
}

fn split(bytes: &[u8]) -> der::Result<Vec<Vec<u8>>> {
    let mut reader = SliceReader::new(bytes)?;
    let mut list = Vec::new();
    while !reader.is_finished() && list.len() < CERTIFICATES_MAX {
        let certificate: Certificate = reader.decode()?;
        list.push(certificate.to_der()?);
    }
    Ok(list)
}

/// What a desk's certificate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeskCertificate {
    /// Which desk.
    pub desk: DeskId,
    /// First instant it is good.
    pub from: Millis,
    /// Last instant it is good.
    pub until: Millis,
}

impl DeskCertificate {
    /// Reads one. None: not a desk's certificate. Says nothing of who signed it.
    pub fn read(certificate: &[u8]) -> Option<Self> {
        let certificate = Certificate::from_der(certificate).ok()?;
        let (_, names) = certificate.tbs_certificate().get_extension::<SubjectAltName>().ok()??;
        let desk = names.0.iter().find_map(|name| match name {
            GeneralName::UniformResourceIdentifier(uri) => uri.as_str().strip_prefix("urn:uuid:")?.parse().ok(),
            _ => None,
        })?;
        let validity = certificate.tbs_certificate().validity();
        let ms = |time: x509_cert::time::Time| {
            Millis(i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX))
        };
        Some(Self { desk, from: ms(validity.not_before), until: ms(validity.not_after) })
    }

    /// A third of its life is over: time for the next one.
    pub fn renew_at(&self) -> Millis {
        self.from.plus(self.until.since(self.from) / 3)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A certs-only SignedData around `inside`, which is shorter than 100 bytes.
    fn signed_data(inside: &[u8]) -> Vec<u8> {
        let tlv = |tag: u8, parts: &[&[u8]]| {
            let body = parts.concat();
            [&[tag, u8::try_from(body.len()).unwrap()][..], &body].concat()
        };
        let data = tlv(0x30, &[&[0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 1]]);
        let signed = tlv(0x30, &[&[2, 1, 1], &[0x31, 0], &data, &tlv(0xA0, &[inside]), &[0x31, 0]]);
        tlv(0x30, &[&[0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2], &tlv(0xA0, &[&signed])])
    }

    #[test]
    fn an_answer_without_certificates_or_with_something_else_is_none() {
        assert_eq!(certificates_of(&signed_data(&[])), None);
        assert_eq!(certificates_of(&signed_data(&[0x30, 3, 2, 1, 5])), None);
        assert_eq!(certificates_of(&[]), None);
        assert_eq!(DeskCertificate::read(&[0x30, 0]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..90)) {
            let _ = certificates_of(&bytes);
            prop_assert_eq!(certificates_of(&signed_data(&bytes)), None);
            prop_assert_eq!(DeskCertificate::read(&bytes), None);
        }
    }
}
