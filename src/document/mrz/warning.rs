//! What a zone gives rise to: words that never change, each with its field.

use serde::{Serialize, Serializer};

use super::layout::Field;

/// What is odd about a field. The words stand in records and in the output for auditors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Oddity {
    /// The issuer or nationality is a specimen's (`UTO`).
    SpecimenCountry,
    /// The number is that of a published specimen.
    SpecimenNumber,
    /// The name says SPECIMEN.
    SpecimenName,
    /// A code that no state bears any more.
    OldState,
    /// A code that no state bears.
    UnknownState,
    /// Expired before today.
    Expired,
    /// More than 16 years ahead: no document is good for so long, so a digit or the century is wrong.
    ExpiryTooFar,
    /// The issuer printed fillers for the date.
    DateUnknown,
    /// The issuer printed fillers for a part of the date.
    DatePartlyUnknown,
    /// The day is in no calendar.
    NotADay,
    /// A sign that is neither a digit nor a filler stands in a date.
    NotADate,
    /// The two digits of the year fit two centuries, and the later one makes the holder a child.
    CenturyOpen,
    /// The name fills its cells, so a part of it may be missing.
    MaybeTruncated,
    /// There is no name.
    NameMissing,
    /// Surname and forenames are not told apart by two fillers: a single name, or a filler was lost.
    OneName,
    /// A digit or a wrong filler stands in a name.
    NotAName,
    /// Neither `M`, `F` nor a filler.
    SexSign,
    /// A filler stands where the check digit belongs.
    DigitMissing,
    /// A passport with a number of more than nine signs: Part 4 knows none.
    LongNumber,
}

impl Oddity {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Oddity::SpecimenCountry => "specimen_country",
            Oddity::SpecimenNumber => "specimen_number",
            Oddity::SpecimenName => "specimen_name",
            Oddity::OldState => "old_state",
            Oddity::UnknownState => "unknown_state",
            Oddity::Expired => "expired",
            Oddity::ExpiryTooFar => "expiry_too_far",
            Oddity::DateUnknown => "date_unknown",
            Oddity::DatePartlyUnknown => "date_partly_unknown",
            Oddity::NotADay => "not_a_day",
            Oddity::NotADate => "not_a_date",
            Oddity::CenturyOpen => "century_open",
            Oddity::MaybeTruncated => "maybe_truncated",
            Oddity::NameMissing => "name_missing",
            Oddity::OneName => "one_name",
            Oddity::NotAName => "not_a_name",
            Oddity::SexSign => "sex_sign",
            Oddity::DigitMissing => "digit_missing",
            Oddity::LongNumber => "long_number",
        }
    }
}

/// Something the agent must know, and whether it refuses the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Warning {
    /// What.
    pub what: Oddity,
    /// Of which field.
    pub field: Field,
    /// Whether the zone can't be accepted because of it.
    pub refuses: bool,
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.what.as_str(), self.field.as_str())
    }
}

/// `specimen_country: nationality`.
impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
