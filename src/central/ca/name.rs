//! Distinguished names, written attribute by attribute: text is never parsed as RFC 4514, so no name of a person can
//! smuggle an attribute in.
//!
//! Every certificate says `O=RA Desk`, `OU=<environment>`; the environment is read back from there.

use der::asn1::{Any, ObjectIdentifier, PrintableStringRef, SetOfVec, Utf8StringRef};
use der::{Decode, Encode};
use unicode_segmentation::UnicodeSegmentation;
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::Name;

use super::fault::CaFault;
use crate::domain::Environment;
use crate::domain::text::sanitise;

/// commonName (X.520).
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
/// serialNumber (X.520): here the 12 digits of a card's holder.
const SERIAL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.5");
/// organizationName.
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
/// organizationalUnitName: here the environment.
const ORGANIZATIONAL_UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");

/// What stands as organisation in every certificate.
pub(super) const PRODUCT: &str = "RA Desk";

/// The longest common name (RFC 5280 appendix A, ub-common-name), in characters.
const COMMON_NAME_MAX: usize = 64;

/// `O=RA Desk, OU=<environment>, [serialNumber=<digits>,] CN=<common>`.
///
/// A common name of more than 64 characters is cut between two letters as a reader counts them. Errors: nothing left
/// to write.
pub(super) fn distinguished(environment: Environment, digits: Option<&str>, common: &str) -> Result<Name, CaFault> {
    let common = fitted(common);
    if common.is_empty() {
        return Err(CaFault::BadName(common));
    }
    let mut parts = vec![
        (ORGANIZATION, utf8(PRODUCT)?),
        (ORGANIZATIONAL_UNIT, utf8(environment.as_str())?),
        (COMMON_NAME, utf8(&common)?),
    ];
    if let Some(digits) = digits {
        let printable = PrintableStringRef::new(digits).map_err(|_| CaFault::BadName(digits.to_owned()))?;
        parts.insert(2, (SERIAL_NUMBER, Any::from(printable)));
    }
    let mut rdns = Vec::with_capacity(parts.len());
    for (oid, value) in parts {
        let set = SetOfVec::try_from(vec![AttributeTypeAndValue { oid, value }]).map_err(CaFault::encoding)?;
        rdns.push(set);
    }
    let der = rdns.to_der().map_err(CaFault::encoding)?;
    Name::from_der(&der).map_err(CaFault::encoding)
}

/// The environment a certificate with this subject was made for; none if it is not ours.
pub(super) fn environment_of(subject: &Name) -> Option<Environment> {
    (text_of(subject, ORGANIZATION)? == PRODUCT).then(|| text_of(subject, ORGANIZATIONAL_UNIT)?.parse().ok()).flatten()
}

fn text_of(subject: &Name, oid: ObjectIdentifier) -> Option<String> {
    let attribute = subject.iter().find(|attribute| attribute.oid == oid)?;
    std::str::from_utf8(attribute.value.value()).ok().map(sanitise)
}

fn utf8(text: &str) -> Result<Any, CaFault> {
    Utf8StringRef::new(text).map(Any::from).map_err(|_| CaFault::BadName(text.to_owned()))
}

/// `text` sanitised, with single spaces, and cut to 64 characters between two grapheme clusters.
fn fitted(text: &str) -> String {
    let clean = sanitise(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut kept = String::new();
    let mut count = 0;
    for letter in clean.graphemes(true) {
        count += letter.chars().count();
        if count > COMMON_NAME_MAX {
            break;
        }
        kept.push_str(letter);
    }
    kept.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_full_of_signs_stays_one_attribute() {
        let name = distinguished(Environment::Trial, None, "Ann, O=Evil+CN=Boss").unwrap();
        assert_eq!(name.len(), 3);
        assert_eq!(text_of(&name, COMMON_NAME).unwrap(), "Ann, O=Evil+CN=Boss");
        assert_eq!(environment_of(&name), Some(Environment::Trial));
    }

    #[test]
    fn a_long_name_is_cut_between_letters_and_an_empty_one_refused() {
        let name = distinguished(Environment::Demo, Some("555102034417"), &"e\u{323}\u{300}".repeat(60)).unwrap();
        let common = text_of(&name, COMMON_NAME).unwrap();
        assert!(common.chars().count() <= 64 && common.ends_with('\u{300}'), "{common}");
        assert!(distinguished(Environment::Demo, None, "\u{200b} \n").is_err());
    }
}
