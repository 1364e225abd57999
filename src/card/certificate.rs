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
