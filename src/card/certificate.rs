//! What a certificate says to the desk.

use der::asn1::{PrintableStringRef, Utf8StringRef};
use der::oid::ObjectIdentifier;
use der::{Decode, Tag, Tagged};
use x509_cert::Certificate;
use x509_cert::name::Name;

use super::task::CertificateFacts;
use crate::domain::text::sanitise;
use crate::domain::{Millis, UserNumber};

/// id-at-commonName (RFC 4519 2.3).
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// id-at-serialNumber (RFC 4519 2.31): here the holder's 12 digits.
const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");

impl CertificateFacts {
    /// The facts of a certificate in DER. None if it is not one.
    ///
    /// Nothing is checked here: whether the issuer is ours, its signature and the dates are questions for others.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let certificate = Certificate::from_der(der).ok()?;
        let facts = certificate.tbs_certificate();
        let millis = |time: x509_cert::time::Time| {
            Millis(i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX))
        };
        let validity = facts.validity();
        Some(Self {
            der: der.to_vec(),
            common_name: attribute(facts.subject(), COMMON_NAME).unwrap_or_default(),
            number: attribute(facts.subject(), SERIAL_NUMBER).and_then(|text| text.parse::<UserNumber>().ok()),
            issuer: sanitise(&facts.issuer().to_string()),
            serial: facts.serial_number().as_bytes().iter().map(|byte| format!("{byte:02X}")).collect(),
            not_before: millis(validity.not_before),
            not_after: millis(validity.not_after),
        })
    }
}

/// The first value of an attribute, sanitised. Other string types than the two of RFC 5280 4.1.2.4 are read as UTF-8
/// as far as they are.
fn attribute(name: &Name, oid: ObjectIdentifier) -> Option<String> {
    let value = &name.iter().find(|attribute| attribute.oid == oid)?.value;
    let text = match value.tag() {
        Tag::Utf8String => value.decode_as::<Utf8StringRef<'_>>().ok()?.as_str().to_owned(),
        Tag::PrintableString => value.decode_as::<PrintableStringRef<'_>>().ok()?.as_str().to_owned(),
        _ => String::from_utf8_lossy(value.value()).into_owned(),
    };
    Some(sanitise(&text))
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use der::Encode;
    use p256::ecdsa::{DerSignature, SigningKey};
    use x509_cert::builder::profile::BuilderProfile;
    use x509_cert::builder::{Builder, CertificateBuilder, Result};
    use x509_cert::certificate::TbsCertificate;
    use x509_cert::ext::Extension;
    use x509_cert::serial_number::SerialNumber;
    use x509_cert::spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};
    use x509_cert::time::{Time, Validity};

    use super::*;

    struct SelfSigned(Name);

    impl BuilderProfile for SelfSigned {
        fn get_issuer(&self, subject: &Name) -> Name {
            subject.clone()
        }

        fn get_subject(&self) -> Name {
            self.0.clone()
        }

        fn build_extensions(
            &self,
            _: SubjectPublicKeyInfoRef<'_>,
            _: SubjectPublicKeyInfoRef<'_>,
            _: &TbsCertificate,
        ) -> Result<Vec<Extension>> {
            Ok(Vec::new())
        }
    }

    fn certificate(subject: &str) -> Vec<u8> {
        let signer = SigningKey::from_slice(&[9; 32]).unwrap();
        let key = crate::card::piv::proof::p256_public_key(&signer.verifying_key().to_sec1_bytes()).unwrap();
        let at = |seconds| Time::try_from(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds)).unwrap();
        CertificateBuilder::new(
            SelfSigned(Name::from_str(subject).unwrap()),
            SerialNumber::new(&[0x0A, 0xBC]).unwrap(),
            Validity::new(at(1_700_000_000), at(1_800_000_000)),
            SubjectPublicKeyInfoOwned::from_der(&key).unwrap(),
        )
        .unwrap()
        .build::<_, DerSignature>(&signer)
        .unwrap()
        .to_der()
        .unwrap()
    }

    #[test]
    fn name_number_serial_and_dates_come_out_of_a_certificate() {
        let der = certificate("CN=Siân Llŷr,serialNumber=555102034417,O=Example,C=GB");
        let facts = CertificateFacts::from_der(&der).unwrap();
        assert_eq!(facts.common_name, "Siân Llŷr");
        assert_eq!(facts.number, "555102034417".parse().ok());
        assert_eq!(facts.serial, "0ABC");
        assert_eq!((facts.not_before, facts.not_after), (Millis(1_700_000_000_000), Millis(1_800_000_000_000)));
        assert!(facts.issuer.contains("O=Example"), "{}", facts.issuer);
        assert_eq!(facts.der, der);
    }

    #[test]
    fn a_hostile_name_is_sanitised_and_a_wrong_number_is_none() {
        let der = certificate("CN=A\u{202e}B\u{1b}[2J,serialNumber=12345,O=E\u{202e}x,C=GB");
        let facts = CertificateFacts::from_der(&der).unwrap();
        assert_eq!(facts.common_name, "AB[2J");
        assert_eq!(facts.number, None);
        assert!(!facts.issuer.contains(['\u{202e}', '\u{1b}']), "{:?}", facts.issuer);
    }

    #[test]
    fn what_is_no_certificate_gives_no_facts() {
        let der = certificate("CN=A,O=E,C=GB");
        for end in [0, 1, 10, der.len() - 1] {
            assert_eq!(CertificateFacts::from_der(&der[..end]), None, "{end}");
        }
        assert_eq!(CertificateFacts::from_der(&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]), None);
    }
}
