//! Numbers of papers: passports, share codes, permits, the card user number, and the dates beside them.

use jiff::ToSpan;
use jiff::civil::Date;

use super::form::{figures, is_uk_passport};
use super::{Found, Reason, SHARE_CODE_DAYS, Terms};
use crate::document::dates::{DateError, parse_day};
use crate::document::mrz::is_specimen;
use crate::domain::UserNumber;

/// UK passport: nine digits, on some the first a letter. The number says nothing of the holder.
pub(super) fn passport(number: &str, terms: &Terms<'_>) -> Found {
    let reasons = if number.chars().count() != 9 {
        vec![Reason::Length]
    } else if !is_uk_passport(number) {
        vec![Reason::Sign]
    } else if is_specimen("GBR", number) {
        vec![if terms.demo { Reason::Specimen } else { Reason::SpecimenRefused }]
    } else {
        Vec::new()
    };
    Found::keyed(number.to_owned(), reasons)
}

/// Share code: nine letters and digits; the first says what it is for; good for 90 days (S76).
pub(super) fn share_code(code: &str, terms: &Terms<'_>) -> Found {
    if code.chars().count() != 9 {
        return Found::new(code, vec![Reason::Length]);
    }
    if !code.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Found::new(code, vec![Reason::Sign]);
    }
    let first = code.chars().next();
    let mut reasons = vec![match first {
        Some('W') => Reason::ForWork,
        Some('R') => Reason::ForRent,
        Some('S') => Reason::ForStatus,
        _ => return Found::new(code, vec![Reason::Prefix]),
    }];
    if terms.purpose.is_some_and(|wanted| Some(wanted.to_ascii_uppercase()) != first) {
        reasons.push(Reason::WrongPurpose);
    }
    if let Some(made) = terms.made {
        let last = made.checked_add(SHARE_CODE_DAYS.days()).unwrap_or(Date::MAX);
        if made > terms.today {
            reasons.push(Reason::Future);
        } else if terms.today > last {
            reasons.push(Reason::CodeExpired);
        }
    }
    Found::new(code, reasons)
}

/// A permit ended with 2024: refused whatever it says, and the way out is a share code (S35).
pub(super) fn brp(number: &str) -> Found {
    Found::new(number, vec![Reason::BrpEnded, Reason::AskShareCode])
}

/// The 12 digits of a card user.
pub(super) fn user_number(typed: &str) -> Found {
    match typed.parse::<UserNumber>() {
        Ok(number) => Found::keyed(number.digits().to_owned(), Vec::new()),
        Err(_) if figures(typed) => Found::new(typed, vec![Reason::Length]),
        Err(_) => Found::new(typed, vec![Reason::Sign]),
    }
}

/// A date on a document: a real day, not after today. `YYYY-MM-DD`, or day first.
pub(super) fn date(typed: &str, terms: &Terms<'_>) -> Found {
    let (year_first, dashes) = (typed.find('-') == Some(4), typed.matches('-').count() == 2);
    let parsed = if year_first && dashes {
        // Turned round, so that one reader judges both.
        let parts: Vec<&str> = typed.trim().split('-').rev().collect();
        parse_day(&parts.join(" "))
    } else {
        parse_day(typed)
    };
    match parsed {
        Ok(day) if day > terms.today => Found::new(day.to_string(), vec![Reason::Future]),
        Ok(day) => Found::new(day.to_string(), Vec::new()),
        Err(DateError::NoSuchDay) => Found::new("", vec![Reason::NotADay]),
        Err(DateError::Empty) => Found::new("", vec![Reason::Empty]),
        Err(DateError::Form) => Found::new("", vec![Reason::Sign]),
    }
}
