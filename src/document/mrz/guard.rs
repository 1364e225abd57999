//! What the crate leaves open (see the head of this room).

use jiff::civil::Date;
use mrz::{MrzData, MrzDate};

use super::layout::{Field, Format, Place};
use super::states::{State, is_printed_specimen, is_specimen, state};
use super::warning::{Oddity, Warning};
use super::{Check, Checks, Fields, Terms, ZoneDate};

/// No document is good for longer: ten years and nine months for a passport, fifteen years for some cards of old people.
const GOOD_FOR_YEARS_MAX: i16 = 16;

/// Nobody younger gets a card, so a two-digit year that makes a holder younger may be of the century before.
const HOLDER_YEARS_MIN: i16 = 16;

/// Surname, forenames, and whether two fillers part them. One part alone is the whole name, wherever single fillers stand.
pub(super) fn name(format: Format, lines: &[&str]) -> (String, String, bool) {
    let cells = text(format, Field::Name, lines).trim_end_matches('<');
    let plain = |part: &str| part.replace('<', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    match cells.split_once("<<") {
        Some((surname, given)) => (plain(surname), plain(given), true),
        None => (plain(cells), String::new(), false),
    }
}

/// A date of the crate as ours.
pub(super) fn zone_date(date: MrzDate) -> ZoneDate {
    let raw = |text: &str| {
        let mut signs = [b'<'; 6];
        signs.iter_mut().zip(text.bytes()).for_each(|(cell, sign)| *cell = sign);
        ZoneDate::Raw(signs)
    };
    match date {
        MrzDate::Calendar(day) => civil(day.year, day.month, day.day).map_or_else(|| raw("000000"), ZoneDate::Day),
        MrzDate::OutOfCalendar(day) => raw(&format!("{:02}{:02}{:02}", day.year.rem_euclid(100), day.month, day.day)),
        MrzDate::PartiallyUnknown(field) | MrzDate::Malformed(field) => raw(field.as_str()),
        _ => raw(""),
    }
}

fn civil(year: i32, month: u32, day: u32) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The birth date: never after today. A year equal to this year's may be a hundred years ago.
pub(super) fn birth(data: &MrzData, terms: &Terms) -> ZoneDate {
    match zone_date(data.date_of_birth) {
        ZoneDate::Day(day) if day > terms.today => {
            Date::new(day.year() - 100, day.month(), day.day()).map_or(ZoneDate::Day(day), ZoneDate::Day)
        }
        other => other,
    }
}

/// The crate's evidence; a filler is no digit but where Part 4 (4.2.2.2) allows it: behind an empty personal number.
pub(super) fn checks(format: Format, data: &MrzData, lines: &[&str]) -> Checks {
    let long = data.document_number_full.is_some() && !data.document_number_legacy_encoding;
    let check = |field: Field, verdict: Option<bool>| {
        let digit = place(format, field).and_then(|place| cell(lines, place.line, place.check?));
        match (verdict, digit) {
            (None, _) => Check::Absent,
            (Some(_), Some(b'<')) if field == Field::PersonalNumber && is_empty(format, field, lines) => Check::Absent,
            (Some(true), Some(b'<')) if !(field == Field::DocumentNumber && long) => Check::Fail,
            (Some(true), _) => Check::Pass,
            (Some(false), _) => Check::Fail,
        }
    };
    Checks {
        document_number: check(Field::DocumentNumber, data.checks.document_number),
        date_of_birth: check(Field::DateOfBirth, data.checks.date_of_birth),
        date_of_expiry: check(Field::DateOfExpiry, data.checks.date_of_expiry),
        personal_number: check(Field::PersonalNumber, data.checks.personal_number),
        composite: check(Field::Composite, data.checks.composite),
    }
}

/// All that is odd, in the order of the fields.
pub(super) fn warnings(
    format: Format,
    data: &MrzData,
    fields: &Fields,
    parted: bool,
    lines: &[&str],
    terms: &Terms,
) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut warn = |what, field, refuses| found.push(Warning { what, field, refuses });
    for (field, code) in [(Field::IssuingCountry, &fields.issuing_country), (Field::Nationality, &fields.nationality)] {
        match state(code) {
            State::Known => {}
            State::Specimen => warn(Oddity::SpecimenCountry, field, !terms.demo),
            State::Old => warn(Oddity::OldState, field, false),
            State::Unknown => warn(Oddity::UnknownState, field, false),
        }
    }
    if is_specimen(&fields.issuing_country, &fields.document_number) {
        warn(Oddity::SpecimenNumber, Field::DocumentNumber, !terms.demo);
    }
    if fields.surname.split(' ').chain(fields.given_names.split(' ')).any(|word| word == "SPECIMEN") {
        warn(Oddity::SpecimenName, Field::Name, !terms.demo);
    }
    if data.document_number_full.is_some() && format == Format::Td3 {
        warn(Oddity::LongNumber, Field::DocumentNumber, false);
    }
    for (what, refuses) in name_oddities(format, fields, parted, lines) {
        warn(what, Field::Name, refuses);
    }
    if !['M', 'F', '<'].contains(&fields.sex) {
        warn(Oddity::SexSign, Field::Sex, false);
    }
    for place in format.places() {
        let digit = place.check.and_then(|column| cell(lines, place.line, column));
        let allowed = (place.field == Field::PersonalNumber && is_empty(format, place.field, lines))
            || (place.field == Field::DocumentNumber && data.document_number_full.is_some());
        if digit == Some(b'<') && !allowed {
            warn(Oddity::DigitMissing, place.field, false); // its check fails, which refuses
        }
    }
    if let Some((what, refuses)) = birth_oddity(data, fields, terms) {
        warn(what, Field::DateOfBirth, refuses);
    }
    if let Some((what, refuses)) = expiry_oddity(data, fields, text(format, Field::DateOfExpiry, lines), terms) {
        warn(what, Field::DateOfExpiry, refuses);
    }
    found
}

fn name_oddities(format: Format, fields: &Fields, parted: bool, lines: &[&str]) -> Vec<(Oddity, bool)> {
    let cells = text(format, Field::Name, lines);
    let missing = fields.surname.is_empty();
    [
        (missing, Oddity::NameMissing, true),
        // A digit in a name is a misread (Part 3, 4.6), and so is a leading filler: nothing else would catch it.
        (
            cells.bytes().any(|sign| sign.is_ascii_digit()) || (cells.starts_with('<') && !missing),
            Oddity::NotAName,
            true,
        ),
        (!cells.ends_with('<'), Oddity::MaybeTruncated, false),
        (!parted && !missing, Oddity::OneName, false),
    ]
    .into_iter()
    .filter_map(|(is, what, refuses)| is.then_some((what, refuses)))
    .collect()
}

fn date_oddity(date: MrzDate) -> Option<(Oddity, bool)> {
    match date {
        MrzDate::Calendar(_) => None,
        MrzDate::OutOfCalendar(_) => Some((Oddity::NotADay, true)),
        MrzDate::PartiallyUnknown(_) => Some((Oddity::DatePartlyUnknown, false)),
        MrzDate::Unknown => Some((Oddity::DateUnknown, false)),
        _ => Some((Oddity::NotADate, true)),
    }
}

fn birth_oddity(data: &MrzData, fields: &Fields, terms: &Terms) -> Option<(Oddity, bool)> {
    let young = |day: Date| years_after(day, HOLDER_YEARS_MIN) > terms.today;
    date_oddity(data.date_of_birth)
        .or_else(|| fields.date_of_birth.day().filter(|day| young(*day)).map(|_| (Oddity::CenturyOpen, false)))
}

fn expiry_oddity(data: &MrzData, fields: &Fields, printed: &str, terms: &Terms) -> Option<(Oddity, bool)> {
    if let Some(odd) = date_oddity(data.date_of_expiry) {
        return Some(odd);
    }
    let day = fields.date_of_expiry.day()?;
    if day > years_after(terms.today, GOOD_FOR_YEARS_MAX) {
        let known = terms.demo && is_printed_specimen(&fields.issuing_country, &fields.document_number, printed);
        return Some((Oddity::ExpiryTooFar, !known));
    }
    (day < terms.today).then_some((Oddity::Expired, false))
}

/// The same day some years later; 29 February becomes the 28th.
fn years_after(day: Date, years: i16) -> Date {
    use jiff::ToSpan;
    day.checked_add(years.years()).unwrap_or(Date::MAX)
}

fn place(format: Format, field: Field) -> Option<&'static Place> {
    format.places().iter().find(|place| place.field == field)
}

/// The cells of a field as printed.
pub(super) fn text<'a>(format: Format, field: Field, lines: &[&'a str]) -> &'a str {
    place(format, field).and_then(|place| lines.get(place.line)?.get(place.from..place.to)).unwrap_or_default()
}

fn is_empty(format: Format, field: Field, lines: &[&str]) -> bool {
    text(format, field, lines).bytes().all(|sign| sign == b'<')
}

fn cell(lines: &[&str], line: usize, column: usize) -> Option<u8> {
    lines.get(line)?.as_bytes().get(column).copied()
}
