//! Days as people type them, and how long a document is good. Civil dates only: no clock, no time zone.

use jiff::civil::Date;
use jiff::{Span, Unit};
use serde::{Deserialize, Serialize};

/// Why a typed date is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum DateError {
    /// Nothing was typed.
    #[error("no date was typed")]
    Empty,
    /// Not of the form day, month, year.
    #[error("a date is day, month and a year of four figures")]
    Form,
    /// There is no such day, such as 31 April.
    #[error("there is no such day")]
    NoSuchDay,
}

/// A date as typed: `03 05 1986`, `3/5/1986`, `3.5.1986`, `3-5-1986` or `03051986`. Day first, as on the documents of this
/// country; the year always has four figures, since two are ambiguous for birth dates.
pub fn parse_day(typed: &str) -> Result<Date, DateError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(DateError::Empty);
    }
    let whole = typed.len() == 8 && typed.bytes().all(|b| b.is_ascii_digit());
    let spread = if whole { format!("{} {} {}", &typed[..2], &typed[2..4], &typed[4..]) } else { typed.to_owned() };
    let parts: Vec<&str> = spread.split([' ', '/', '-', '.', ',']).filter(|part| !part.is_empty()).collect();
    let [day, month, year] = parts[..] else { return Err(DateError::Form) };
    let figures = |text: &str, most: usize| text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
    if !figures(day, 2) || !figures(month, 2) || !figures(year, 4) || year.len() != 4 {
        return Err(DateError::Form);
    }
    let (Ok(day), Ok(month), Ok(year)) = (day.parse::<i8>(), month.parse::<i8>(), year.parse::<i16>()) else {
        return Err(DateError::Form);
    };
    Date::new(year, month, day).map_err(|_| DateError::NoSuchDay)
}

/// Full years from a birth date to a day; 0 if the birth date is not before it. Somebody born on 29 February is a year older
/// on 1 March of a common year.
pub fn age(birth: Date, day: Date) -> i16 {
    birth.until((Unit::Year, day)).map_or(0, |span| span.get_years().max(0))
}

/// The last day on which a document dated `issued` is no older than `months`: calendar months, so that 31 August and 6 months
/// end on 28 or 29 February (notes domain 12b, "Combination rules").
pub fn last_day(issued: Date, months: u8) -> Date {
    issued.saturating_add(Span::new().months(i64::from(months)))
}

/// Whether a document dated `issued` is no older than `months` on the day it is seen; the last day counts.
pub fn is_recent(issued: Date, months: u8, day_seen: Date) -> bool {
    day_seen <= last_day(issued, months)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_date_is_taken_however_it_is_separated() {
        for typed in ["03 05 1986", "3/5/1986", "3.5.1986", "3-5-1986", "03051986", " 3 5 1986 "] {
            assert_eq!(parse_day(typed), Ok(date(1986, 5, 3)), "{typed}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused_with_the_reason() {
        assert_eq!(parse_day(" "), Err(DateError::Empty));
        for typed in ["3 5 86", "3 May 1986", "1986", "3 5 1986 7", "١ 5 1986", "3 5 -986", "030519866"] {
            assert_eq!(parse_day(typed), Err(DateError::Form), "{typed}");
        }
        for typed in ["31 04 2020", "29 02 2023", "0 1 2020", "1 13 2020"] {
            assert_eq!(parse_day(typed), Err(DateError::NoSuchDay), "{typed}");
        }
        assert!(parse_day("29 02 2024").is_ok());
    }

    #[test]
    fn age_is_counted_in_full_years() {
        assert_eq!(age(date(2010, 11, 23), date(2026, 11, 22)), 15);
        assert_eq!(age(date(2010, 11, 23), date(2026, 11, 23)), 16);
        assert_eq!(age(date(2010, 2, 28), date(2009, 1, 1)), 0);
    }

    #[test]
    fn six_months_from_the_end_of_august_end_with_february() {
        assert_eq!(last_day(date(2026, 8, 31), 6), date(2027, 2, 28));
        assert_eq!(last_day(date(2027, 8, 31), 6), date(2028, 2, 29));
        assert!(is_recent(date(2026, 8, 31), 6, date(2027, 2, 28)));
        assert!(!is_recent(date(2026, 8, 31), 6, date(2027, 3, 1)));
        assert!(is_recent(Date::MAX, 200, Date::MAX));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_date_reader_panic(typed in "\\PC{0,40}") {
            let _ = parse_day(&typed);
        }
    }
}
