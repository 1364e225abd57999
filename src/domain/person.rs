//! A person, as central's projection of events gives it, and the rules a name must keep to be stored at all.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use super::id::{OdsCode, PersonId, UserNumber};
use super::text::sanitise;

/// The longest name part stored, in letters as a reader counts them (grapheme clusters).
pub const NAME_LETTERS_MAX: usize = 60;

/// Why a name part can't be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing was typed where something must be.
    #[error("no name was typed")]
    Empty,
    /// More than [`NAME_LETTERS_MAX`] letters.
    #[error("a name may have 60 letters at most")]
    TooLong,
    /// There is no letter in it.
    #[error("a name needs at least one letter")]
    NoLetter,
    /// A digit, or a sign that is in no name.
    #[error("a name has letters, spaces, hyphens, apostrophes and dots")]
    BadSign,
}

/// A name as on the documents. A single name is allowed: then `given` is empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LegalName {
    /// Forenames, as on the documents; empty for a person with a single name.
    pub given: String,
    /// Surname, or the single name.
    pub family: String,
}

impl LegalName {
    /// A name from what was typed, in NFC and without doubled spaces.
    ///
    /// Errors: the part and why, if a part can't be stored. An empty `given` is no error.
    pub fn parse(given: &str, family: &str) -> Result<Self, (NamePart, NameError)> {
        let given = if given.trim().is_empty() {
            String::new()
        } else {
            name_part(given).map_err(|error| (NamePart::Given, error))?
        };
        let family = name_part(family).map_err(|error| (NamePart::Family, error))?;
        Ok(Self { given, family })
    }

    /// `Siân Wyn`: forenames first.
    pub fn full(&self) -> String {
        if self.given.is_empty() { self.family.clone() } else { format!("{} {}", self.given, self.family) }
    }
}

/// Which part of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NamePart {
    /// Forenames.
    Given,
    /// Surname or single name.
    Family,
}

/// One name part from what was typed.
pub fn name_part(typed: &str) -> Result<String, NameError> {
    let clean = sanitise(typed).split_whitespace().collect::<Vec<_>>().join(" ");
    if clean.is_empty() {
        return Err(NameError::Empty);
    }
    if clean.graphemes(true).count() > NAME_LETTERS_MAX {
        return Err(NameError::TooLong);
    }
    if !clean.chars().any(char::is_alphabetic) {
        return Err(NameError::NoLetter);
    }
    let in_names = |c: char| {
        c.is_alphabetic() || " -'\u{2019}.\u{b7}".contains(c) || unicode_normalization::char::is_combining_mark(c)
    };
    if clean.chars().all(in_names) { Ok(clean) } else { Err(NameError::BadSign) }
}

/// Whether a person may have a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonStatus {
    /// Registered offline; central has not yet decided.
    Provisional,
    /// Verified and open.
    Active,
    /// Closed: all cards cancelled.
    Closed,
}

/// A person at central, as a desk sees one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Stable id.
    pub id: PersonId,
    /// The 12 digits, once central has minted them.
    pub number: Option<UserNumber>,
    /// Name as on the documents.
    pub name: LegalName,
    /// What stands on the plastic, if not the full name.
    pub name_on_card: Option<String>,
    /// Date of birth.
    pub birth_date: Date,
    /// Whether the birth date was seen on a document (migrated profiles: false).
    pub birth_date_verified: bool,
    /// Organisation the person works for.
    pub organisation: OdsCode,
    /// What the person does there, in words.
    pub position: String,
    /// E-mail for self-service, if known.
    pub email: Option<String>,
    /// Whether central holds a likeness photo.
    pub has_photo: bool,
    /// Whether a card may be issued.
    pub status: PersonStatus,
    /// Grows with every change; a stale edit is told by it.
    pub version: u64,
}

impl Person {
    /// The text for the plastic: the chosen name on card, else the full name.
    pub fn card_name(&self) -> String {
        self.name_on_card.clone().unwrap_or_else(|| self.name.full())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hard_names_are_kept_as_they_are() {
        for name in ["O'Brien-Ffoulkes", "D\u{2019}Souza", "Ọlá\u{300}túndé", "Ẹ\u{300}", "محمد", "Nguyễn", "St. John"]
        {
            assert!(name_part(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_single_name_is_allowed_and_no_name_is_not() {
        assert_eq!(LegalName::parse("", "Sukarno").unwrap().full(), "Sukarno");
        assert_eq!(LegalName::parse("Ann", " "), Err((NamePart::Family, NameError::Empty)));
    }

    #[test]
    fn what_is_in_no_name_is_refused_with_the_reason() {
        assert_eq!(name_part("R2D2"), Err(NameError::BadSign));
        assert_eq!(name_part("--"), Err(NameError::NoLetter));
        assert_eq!(name_part(&"a".repeat(61)), Err(NameError::TooLong));
        assert_eq!(name_part(&"e\u{323}\u{300}".repeat(60)).unwrap().graphemes(true).count(), 60);
    }
}
