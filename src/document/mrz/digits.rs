//! Check digits: which slip of the hand would explain one that fails, and which swaps none of them can see.

use serde::Serialize;

use super::guard::text;
use super::layout::{Field, Format, Place};
use super::{Check, Checks};

/// Signs taken for one another by hand and eye.
const SLIPS: [(u8, u8); 5] = [(b'0', b'O'), (b'1', b'I'), (b'5', b'S'), (b'8', b'B'), (b'2', b'Z')];

/// Look-alikes whose values are the same to every check digit: they are alike modulo ten (Part 3, 4.9).
const BLIND: [(u8, u8); 6] = [(b'K', b'<'), (b'A', b'K'), (b'I', b'S'), (b'B', b'L'), (b'1', b'L'), (b'6', b'G')];

/// One sign for another that would make a check digit agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The field whose digit fails.
    pub field: Field,
    /// Line, from 0.
    pub line: usize,
    /// Column, from 0.
    pub column: usize,
    /// What was read.
    pub read: char,
    /// What would agree.
    pub instead: char,
}

/// Two signs that a check digit can't tell apart, where one of them stands in a checked field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Swap {
    /// The field.
    pub field: Field,
    /// Line, from 0.
    pub line: usize,
    /// Column, from 0.
    pub column: usize,
    /// What was read.
    pub read: char,
    /// What might stand there.
    pub instead: char,
}

/// For each field that fails, the slip that explains it, if there is just one such.
pub(super) fn suggestions<L: AsRef<str>>(format: Format, lines: &[L], checks: &Checks) -> Vec<Suggestion> {
    let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
    let failing = format.places().iter().filter(|place| checks.of(place.field) == Check::Fail);
    failing.filter_map(|place| suggestion(place, &lines)).collect()
}

/// The one slip that explains a failing field; none for the composite, whose fields have digits of their own.
pub(super) fn suggestion(place: &Place, lines: &[&str]) -> Option<Suggestion> {
    let digit = place.check.filter(|_| place.field != Field::Composite)?;
    let cells = lines.get(place.line)?.as_bytes().get(place.from..=digit)?;
    let is_date = matches!(place.field, Field::DateOfBirth | Field::DateOfExpiry);
    let last = cells.len() - 1;
    let mut found = None;
    for (at, read) in cells.iter().enumerate() {
        for instead in slips(*read) {
            if (is_date || at == last) && !instead.is_ascii_digit() {
                continue;
            }
            let mut tried = cells.to_vec();
            if let Some(cell) = tried.get_mut(at) {
                *cell = instead;
            }
            if agrees(&tried) {
                if found.is_some() {
                    return None; // two slips explain it: a guess would be no help
                }
                found = Some(Suggestion {
                    field: place.field,
                    line: place.line,
                    column: place.from + at,
                    read: char::from(*read),
                    instead: char::from(instead),
                });
            }
        }
    }
    found
}

fn slips(sign: u8) -> impl Iterator<Item = u8> {
    SLIPS.into_iter().filter_map(move |(a, b)| match sign {
        _ if sign == a => Some(b),
        _ if sign == b => Some(a),
        _ => None,
    })
}

/// Whether a field agrees with the digit that ends it.
pub(super) fn agrees(cells: &[u8]) -> bool {
    let Some((digit, field)) = cells.split_last() else { return false };
    let field = std::str::from_utf8(field).unwrap_or_default();
    digit.is_ascii_digit() && !field.is_empty() && mrz::verify(field, char::from(*digit))
}

/// Where a look-alike might stand in a checked field without any digit noticing. Fillers at the end of a field are left out.
pub fn blind_swaps<L: AsRef<str>>(format: Format, lines: &[L]) -> Vec<Swap> {
    let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
    let checked = format.places().iter().filter(|place| place.check.is_some() && place.field != Field::Composite);
    let mut found = Vec::new();
    for place in checked {
        let cells = text(format, place.field, &lines).trim_end_matches('<');
        let is_date = matches!(place.field, Field::DateOfBirth | Field::DateOfExpiry);
        for (at, read) in cells.bytes().enumerate() {
            let other = |(a, b)| if read == a { Some(b) } else { (read == b).then_some(a) };
            let swaps = BLIND.into_iter().filter_map(other).filter(|instead| !is_date || instead.is_ascii_digit());
            found.extend(swaps.map(|instead| Swap {
                field: place.field,
                line: place.line,
                column: place.from + at,
                read: char::from(read),
                instead: char::from(instead),
            }));
        }
    }
    found
}

/// What the digit of a field says, for the entry grid. `None`: the field has none, it is one that may be left out, or the
/// cells that decide it are not all there.
pub(super) fn verdict(format: Format, place: &Place, lines: &[&str]) -> Option<bool> {
    let digit = place.check?;
    let row = lines.get(place.line)?;
    if place.field == Field::Composite {
        let mut cells = String::new();
        for (line, from, to) in format.composite() {
            cells.push_str(lines.get(*line)?.get(*from..*to)?);
        }
        let open = cells.contains(' ');
        cells.push_str(row.get(digit..=digit)?);
        return (!open).then(|| agrees(cells.as_bytes()));
    }
    let cells = row.as_bytes().get(place.from..=digit)?;
    match (place.field, cells.split_last()?) {
        (Field::PersonalNumber, (b'<', rest)) if rest.iter().all(|cell| *cell == b'<') => None,
        (Field::DocumentNumber, (b'<', number)) => long_number(format, number, lines),
        _ => Some(agrees(cells)),
    }
}

/// A number of more than nine signs runs on in the optional field, its digit behind it (Parts 5 and 6, note j). `None`
/// while that field is not complete.
fn long_number(format: Format, number: &[u8], lines: &[&str]) -> Option<bool> {
    let field = if format == Format::Td3 { Field::PersonalNumber } else { Field::Optional1 };
    let rest = text(format, field, lines);
    if rest.contains(' ') {
        return None;
    }
    let rest = rest.split('<').next().unwrap_or_default().as_bytes();
    let visa = matches!(format, Format::MrvA | Format::MrvB);
    Some(!visa && rest.len() >= 2 && agrees(&[number, rest].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blind_swaps_are_the_ones_the_arithmetic_can_not_see() {
        for (a, b) in BLIND {
            assert!(mrz::blindspot(char::from(a), char::from(b)).is_blind(), "{a} {b}");
        }
        for (a, b) in SLIPS {
            assert!(!mrz::blindspot(char::from(a), char::from(b)).is_blind(), "{a} {b}");
        }
    }
}
