//! Where each field stands (ICAO Doc 9303 Parts 4 to 7), as a table that the reader, the entry grid and the messages share.

use serde::Serialize;

/// A form of the machine-readable zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Format {
    /// Card: three lines of 30 (Part 5).
    #[serde(rename = "TD1")]
    Td1,
    /// Larger card: two lines of 36 (Part 6).
    #[serde(rename = "TD2")]
    Td2,
    /// Passport: two lines of 44 (Part 4).
    #[serde(rename = "TD3")]
    Td3,
    /// Visa of a passport page: two lines of 44 (Part 7).
    #[serde(rename = "MRVA")]
    MrvA,
    /// Smaller visa: two lines of 36 (Part 7).
    #[serde(rename = "MRVB")]
    MrvB,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 5] = [Format::Td1, Format::Td2, Format::Td3, Format::MrvA, Format::MrvB];

    /// The stable word: `TD3`, `MRVA`.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Td1 => "TD1",
            Format::Td2 => "TD2",
            Format::Td3 => "TD3",
            Format::MrvA => "MRVA",
            Format::MrvB => "MRVB",
        }
    }

    /// How many lines.
    pub fn lines(self) -> usize {
        if self == Format::Td1 { 3 } else { 2 }
    }

    /// Cells of a line.
    pub fn width(self) -> usize {
        match self {
            Format::Td1 => 30,
            Format::Td2 | Format::MrvB => 36,
            Format::Td3 | Format::MrvA => 44,
        }
    }

    /// The fields in the order they stand.
    pub fn places(self) -> &'static [Place] {
        match self {
            Format::Td1 => &TD1,
            Format::Td2 => &TD2,
            Format::Td3 => &TD3,
            Format::MrvA => &MRV_A,
            Format::MrvB => &MRV_B,
        }
    }

    /// What stands in a cell: the field, or the field whose check digit it is.
    pub fn at(self, line: usize, column: usize) -> Option<Field> {
        let places = self.places().iter();
        places.filter(|place| place.line == line).find(|place| place.holds(column)).map(|place| place.field)
    }

    /// The pieces the composite digit is reckoned over, in order; none on a visa.
    pub(super) fn composite(self) -> &'static [(usize, usize, usize)] {
        match self {
            Format::Td1 => &[(0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)],
            Format::Td2 => &[(1, 0, 10), (1, 13, 20), (1, 21, 35)],
            Format::Td3 => &[(1, 0, 10), (1, 13, 20), (1, 21, 43)],
            Format::MrvA | Format::MrvB => &[],
        }
    }

    /// The fields no check digit covers: they must be compared by eye with what is printed above the zone.
    pub fn by_eye(self) -> impl Iterator<Item = Field> {
        self.places().iter().filter(move |place| !self.covers(place)).map(|place| place.field)
    }

    fn covers(self, place: &Place) -> bool {
        let composite = self
            .composite()
            .iter()
            .any(|(line, from, to)| place.line == *line && place.from >= *from && place.to <= *to);
        place.check.is_some() || composite || place.field == Field::Composite
    }
}

/// A field of the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The first two cells: what kind of document.
    DocumentType,
    /// Who issued it.
    IssuingCountry,
    /// Its number.
    DocumentNumber,
    /// Surname, two fillers, forenames.
    Name,
    /// The holder's nationality.
    Nationality,
    /// `YYMMDD`.
    DateOfBirth,
    /// `M`, `F` or a filler. It catches typing errors and nothing else.
    Sex,
    /// `YYMMDD`.
    DateOfExpiry,
    /// A passport's optional field with a digit of its own.
    PersonalNumber,
    /// The first optional field of the others.
    #[serde(rename = "optional_data_1")]
    Optional1,
    /// The second optional field of a card.
    #[serde(rename = "optional_data_2")]
    Optional2,
    /// The digit over several fields.
    Composite,
}

impl Field {
    /// The stable word; also the key of the field's name in the word files, with hyphens.
    pub fn as_str(self) -> &'static str {
        match self {
            Field::DocumentType => "document_type",
            Field::IssuingCountry => "issuing_country",
            Field::DocumentNumber => "document_number",
            Field::Name => "name",
            Field::Nationality => "nationality",
            Field::DateOfBirth => "date_of_birth",
            Field::Sex => "sex",
            Field::DateOfExpiry => "date_of_expiry",
            Field::PersonalNumber => "personal_number",
            Field::Optional1 => "optional_data_1",
            Field::Optional2 => "optional_data_2",
            Field::Composite => "composite",
        }
    }
}

/// Where a field stands. Lines and columns count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The field.
    pub field: Field,
    /// Its line.
    pub line: usize,
    /// Its first column.
    pub from: usize,
    /// The column behind its last.
    pub to: usize,
    /// The column of its check digit, on the same line.
    pub check: Option<usize>,
}

impl Place {
    /// Whether a column is the field's or its check digit's.
    pub fn holds(&self, column: usize) -> bool {
        (self.from..self.to).contains(&column) || self.check == Some(column)
    }

    /// The column behind the field's last cell, its check digit included.
    pub fn end(&self) -> usize {
        self.check.map_or(self.to, |check| check + 1)
    }
}

const fn place(field: Field, line: usize, from: usize, to: usize) -> Place {
    Place { field, line, from, to, check: None }
}

const fn checked(field: Field, line: usize, from: usize, to: usize) -> Place {
    Place { field, line, from, to, check: Some(to) }
}

/// The digit over several fields has no text of its own.
const fn composite(line: usize, column: usize) -> Place {
    Place { field: Field::Composite, line, from: column, to: column, check: Some(column) }
}

const TD1: [Place; 11] = [
    place(Field::DocumentType, 0, 0, 2),
    place(Field::IssuingCountry, 0, 2, 5),
    checked(Field::DocumentNumber, 0, 5, 14),
    place(Field::Optional1, 0, 15, 30),
    checked(Field::DateOfBirth, 1, 0, 6),
    place(Field::Sex, 1, 7, 8),
    checked(Field::DateOfExpiry, 1, 8, 14),
    place(Field::Nationality, 1, 15, 18),
    place(Field::Optional2, 1, 18, 29),
    composite(1, 29),
    place(Field::Name, 2, 0, 30),
];

const TD2: [Place; 10] = two_lines(36, place(Field::Optional1, 1, 28, 35), composite(1, 35));
const TD3: [Place; 10] = two_lines(44, checked(Field::PersonalNumber, 1, 28, 42), composite(1, 43));
const MRV_A: [Place; 9] = visa(44);
const MRV_B: [Place; 9] = visa(36);

const fn two_lines(width: usize, optional: Place, last: Place) -> [Place; 10] {
    let [a, b, c, d, e, f, g, h, _] = visa(width);
    [a, b, c, d, e, f, g, h, optional, last]
}

const fn visa(width: usize) -> [Place; 9] {
    [
        place(Field::DocumentType, 0, 0, 2),
        place(Field::IssuingCountry, 0, 2, 5),
        place(Field::Name, 0, 5, width),
        checked(Field::DocumentNumber, 1, 0, 9),
        place(Field::Nationality, 1, 10, 13),
        checked(Field::DateOfBirth, 1, 13, 19),
        place(Field::Sex, 1, 20, 21),
        checked(Field::DateOfExpiry, 1, 21, 27),
        place(Field::Optional1, 1, 28, width),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_of_every_format_belongs_to_one_field() {
        for format in Format::ALL {
            for line in 0..format.lines() {
                for column in 0..format.width() {
                    let of = |place: &&Place| place.line == line && place.holds(column);
                    assert_eq!(format.places().iter().filter(of).count(), 1, "{format:?} {line} {column}");
                }
            }
            assert_eq!(format.at(0, format.width()), None);
        }
    }

    #[test]
    fn the_name_the_nationality_the_sex_and_the_issuer_are_compared_by_eye_on_every_format() {
        for format in Format::ALL {
            let by_eye: Vec<Field> = format.by_eye().collect();
            for field in [Field::Name, Field::Nationality, Field::Sex, Field::IssuingCountry, Field::DocumentType] {
                assert!(by_eye.contains(&field), "{format:?} {field:?}");
            }
            let visa = matches!(format, Format::MrvA | Format::MrvB);
            assert_eq!(by_eye.contains(&Field::Optional1), visa, "{format:?}");
            assert!(!by_eye.contains(&Field::DocumentNumber));
        }
    }
}
