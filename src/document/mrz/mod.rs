//! The machine-readable zone: parsed by the crate `mrz`, judged here.
//!
//! Nobody else knows the crate. What it leaves open is closed here: the century is judged by "today"; an expiry more than 16
//! years ahead is an error; specimens are refused outside a demo; a filler is no check digit; a name without two fillers is
//! one name (Doc 9303 Part 4, 4.2.3.1 f), not a surname and a forename.

mod digits;
pub mod grid;
mod guard;
mod layout;
mod states;
mod warning;

use jiff::civil::Date;
use mrz::{MrzData, MrzError, ParseOptions};
use serde::Serialize;

pub use digits::{Suggestion, Swap, blind_swaps};
pub use layout::{Field, Format, Place};
pub(super) use states::is_specimen;
pub use warning::{Oddity, Warning};

/// What a zone is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The day the document is seen.
    pub today: Date,
    /// Whether specimens are accepted: demo and training only.
    pub demo: bool,
}

/// What a check digit says of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// It agrees. That is no proof: see [`blind_swaps`].
    Pass,
    /// It does not.
    Fail,
    /// This format has none here, or the issuer left an empty field's digit out.
    Absent,
}

/// What every check digit says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Checks {
    /// Of the number.
    pub document_number: Check,
    /// Of the birth date.
    pub date_of_birth: Check,
    /// Of the last day.
    pub date_of_expiry: Check,
    /// Of a passport's optional field.
    pub personal_number: Check,
    /// Over several fields.
    pub composite: Check,
}

impl Checks {
    /// The check of a field, if a digit of its own could stand there.
    pub fn of(&self, field: Field) -> Check {
        match field {
            Field::DocumentNumber => self.document_number,
            Field::DateOfBirth => self.date_of_birth,
            Field::DateOfExpiry => self.date_of_expiry,
            Field::PersonalNumber => self.personal_number,
            Field::Composite => self.composite,
            _ => Check::Absent,
        }
    }

    /// Every check with its field.
    pub fn all(&self) -> [(Field, Check); 5] {
        [Field::DocumentNumber, Field::DateOfBirth, Field::DateOfExpiry, Field::PersonalNumber, Field::Composite]
            .map(|field| (field, self.of(field)))
    }
}

/// A date of the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZoneDate {
    /// A day.
    Day(Date),
    /// The six signs as printed: unknown, or no day at all. A [`Warning`] says which.
    Raw([u8; 6]),
}

impl ZoneDate {
    /// The day, if it is one.
    pub fn day(self) -> Option<Date> {
        match self {
            ZoneDate::Day(day) => Some(day),
            ZoneDate::Raw(_) => None,
        }
    }
}

impl std::fmt::Display for ZoneDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ZoneDate::Day(day) => write!(f, "{day}"),
            ZoneDate::Raw(signs) => f.write_str(std::str::from_utf8(signs).unwrap_or_default()),
        }
    }
}

impl Serialize for ZoneDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What the fields say, fillers taken out.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Fields {
    /// One or two letters.
    pub document_type: String,
    /// A state's code: three letters, or `D`.
    pub issuing_country: String,
    /// The whole number, also where it runs on in the optional field (Parts 5 and 6, note j).
    pub document_number: String,
    /// The primary identifier; all of the name if it is not parted.
    pub surname: String,
    /// The secondary identifier; empty for a single name.
    pub given_names: String,
    /// A state's code.
    pub nationality: String,
    /// The birth date; the century by today.
    pub date_of_birth: ZoneDate,
    /// As printed: `M`, `F` or `<`. Catches typing errors; never stored, never shown.
    pub sex: char,
    /// The last day.
    pub date_of_expiry: ZoneDate,
    /// A passport's optional field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal_number: Option<String>,
    /// The optional field of the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional_data_1: Option<String>,
    /// The second optional field of a card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub optional_data_2: Option<String>,
}

/// A zone that has its form. Whether it may be accepted is [`Reading::valid`]. It holds a person's data and has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Reading {
    /// Which form.
    pub format: Format,
    /// What it says.
    pub fields: Fields,
    /// What the digits say.
    pub checks: Checks,
    /// What the agent must know.
    pub warnings: Vec<Warning>,
    /// The lines as read: for suggestions and for the digest in the record.
    pub lines: Vec<String>,
}

impl Reading {
    /// Every digit agrees and nothing refuses the zone. Being in date is another question: see [`Oddity::Expired`].
    pub fn valid(&self) -> bool {
        self.checks.all().iter().all(|(_, check)| *check != Check::Fail) && !self.warnings.iter().any(|w| w.refuses)
    }

    /// One sign for another that would make a failing field agree, where there is exactly one such. Never applied by itself.
    pub fn suggestions(&self) -> Vec<Suggestion> {
        digits::suggestions(self.format, &self.lines, &self.checks)
    }

    /// Swaps of look-alike signs in the checked fields that no digit can see.
    pub fn blind_swaps(&self) -> Vec<Swap> {
        blind_swaps(self.format, &self.lines)
    }
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("format", &self.format).field("checks", &self.checks).finish_non_exhaustive()
    }
}

/// Why a text is no zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {}, field {}: {what}", line + 1, field.map_or("line", Field::as_str))]
pub struct Fault {
    /// The line, from 0.
    pub line: usize,
    /// The field, if it can be told; a line of the wrong length is nobody's.
    pub field: Option<Field>,
    /// What is wrong.
    pub what: FaultKind,
}

/// What is wrong with a text that is no zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// Too few or too many lines.
    #[error("{0} lines; a zone has 2 of 36 or 44 signs, or 3 of 30")]
    Lines(usize),
    /// A line that is too short or too long.
    #[error("{got} signs instead of {expected}")]
    Length {
        /// How long it should be.
        expected: usize,
        /// How long it is.
        got: usize,
    },
    /// A length no zone has.
    #[error("{0} signs; a zone has 2 lines of 36 or 44, or 3 of 30")]
    NoLength(usize),
    /// A sign that is not `A`-`Z`, `0`-`9` or `<`.
    #[error("column {}: a sign that is not A-Z, 0-9 or <", .0 + 1)]
    Sign(usize),
    /// The first letter belongs to no document of this size.
    #[error("no document of this size begins so")]
    Type,
    /// The number begins with a filler.
    #[error("it begins with a filler")]
    Filler,
}

/// Reads a zone from its lines, without line ends.
///
/// Errors: the line, the field and what is wrong, where the text has not the form of a zone at all. A wrong digit, a
/// specimen or an impossible date is no error: the [`Reading`] says it.
pub fn read<L: AsRef<str>>(lines: &[L], terms: &Terms) -> Result<Reading, Fault> {
    let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
    let format = format_of(&lines)?;
    let options = ParseOptions::default().with_pivot_yy(u32::from(terms.today.year().rem_euclid(100).unsigned_abs()));
    let parsed = match (format, lines.as_slice()) {
        (Format::Td1, [a, b, c]) => mrz::parse_td1_with(a, b, c, &options),
        (Format::Td2, [a, b]) => mrz::parse_td2_with(a, b, &options),
        (Format::Td3, [a, b]) => mrz::parse_td3_with(a, b, &options),
        (Format::MrvA, [a, b]) => mrz::parse_mrv_a_with(a, b, &options),
        (Format::MrvB, [a, b]) => mrz::parse_mrv_b_with(a, b, &options),
        _ => return Err(Fault { line: 0, field: None, what: FaultKind::Lines(lines.len()) }),
    };
    let data = parsed.map_err(|error| fault(format, error))?;
    Ok(reading(format, data, &lines, terms))
}

/// The form of a text, by its lines' number and length and its first letter.
fn format_of(lines: &[&str]) -> Result<Format, Fault> {
    let long = |line: &str| line.chars().count();
    let fault = |line: usize, field, what| Err(Fault { line, field, what });
    let Some(first) = lines.first() else { return fault(0, None, FaultKind::Lines(0)) };
    if !(2..=3).contains(&lines.len()) {
        return fault(lines.len().saturating_sub(1), None, FaultKind::Lines(lines.len()));
    }
    // The width most lines have, so that the message names the one that is off.
    let widths: &[usize] = if lines.len() == 3 { &[30] } else { &[44, 36] };
    let hits = |width: usize| lines.iter().filter(|line| long(line) == width).count();
    let Some(width) = widths.iter().copied().max_by_key(|width| hits(*width)).filter(|width| hits(*width) > 0) else {
        return fault(0, None, FaultKind::NoLength(long(first)));
    };
    if let Some((line, text)) = lines.iter().enumerate().find(|(_, text)| long(text) != width) {
        return fault(line, None, FaultKind::Length { expected: width, got: long(text) });
    }
    match (width, first.chars().next()) {
        (44, Some('P')) => Ok(Format::Td3),
        (44, Some('V')) => Ok(Format::MrvA),
        (36, Some('V')) => Ok(Format::MrvB),
        (36, Some('I' | 'A' | 'C')) => Ok(Format::Td2),
        (30, Some('I' | 'A' | 'C')) => Ok(Format::Td1),
        (_, Some('A'..='Z' | '0'..='9' | '<')) => fault(0, Some(Field::DocumentType), FaultKind::Type),
        _ => fault(0, Some(Field::DocumentType), FaultKind::Sign(0)),
    }
}

/// The crate's error in our words.
fn fault(format: Format, error: MrzError) -> Fault {
    match error {
        MrzError::BadCharacter { line, position, .. } => {
            let line = line.unwrap_or(0);
            Fault { line, field: format.at(line, position), what: FaultKind::Sign(position) }
        }
        MrzError::LeadingFiller { line, .. } => {
            Fault { line, field: Some(Field::DocumentNumber), what: FaultKind::Filler }
        }
        // Lengths and the first letter were looked at before; a new kind of error is one of form too.
        _ => Fault { line: 0, field: Some(Field::DocumentType), what: FaultKind::Type },
    }
}

fn reading(format: Format, data: MrzData, lines: &[&str], terms: &Terms) -> Reading {
    let (surname, given_names, parted) = guard::name(format, lines);
    let date_of_birth = guard::birth(&data, terms);
    let passport = format == Format::Td3;
    let (personal_number, optional_data_1) =
        if passport { (data.optional_data_1.clone(), None) } else { (None, data.optional_data_1.clone()) };
    let fields = Fields {
        document_number: data.full_document_number().to_owned(),
        document_type: data.document_type.clone(),
        issuing_country: data.issuing_country.clone(),
        surname,
        given_names,
        nationality: data.nationality.clone(),
        date_of_birth,
        sex: data.sex.zone_char(),
        date_of_expiry: guard::zone_date(data.date_of_expiry),
        personal_number,
        optional_data_1,
        optional_data_2: data.optional_data_2.clone(),
    };
    let checks = guard::checks(format, &data, lines);
    let warnings = guard::warnings(format, &data, &fields, parted, lines, terms);
    Reading { format, fields, checks, warnings, lines: lines.iter().map(|line| (*line).to_owned()).collect() }
}

#[cfg(test)]
mod tests;
