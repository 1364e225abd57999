//! Instants and days. Instants are UTC milliseconds; document dates are civil dates; the "day seen" is the civil day in
//! Europe/London by the bundled time-zone data (design, "Data").

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Millis(pub i64);

impl Millis {
    /// One second, minute, hour, day in milliseconds.
    pub const SECOND: i64 = 1_000;
    /// One minute in milliseconds.
    pub const MINUTE: i64 = 60 * Self::SECOND;
    /// One hour in milliseconds.
    pub const HOUR: i64 = 60 * Self::MINUTE;
    /// One day in milliseconds.
    pub const DAY: i64 = 24 * Self::HOUR;

    /// This instant moved by some milliseconds.
    #[must_use]
    pub fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this instant; negative if it is not earlier.
    pub fn since(self, earlier: Millis) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// As a timestamp, clamped to what the calendar can hold.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }

    /// The civil day in Europe/London.
    pub fn london_day(self) -> Date {
        self.timestamp().to_zoned_datetime(london()).date()
    }

    /// `HH:MM` in Europe/London.
    pub fn london_clock(self) -> String {
        self.timestamp().to_zoned_datetime(london()).strftime("%H:%M").to_string()
    }

    /// RFC 3339 in UTC, for machines.
    pub fn rfc3339(self) -> String {
        self.timestamp().to_string()
    }
}

/// Europe/London as it was when the program was built, so that a bare image judges days as a full one does. This zone alone is
/// part of the program.
pub fn london() -> TimeZone {
    jiff::tz::get!("Europe/London")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_seen_is_londons_in_summer() {
        // 2026-07-01T23:30:00Z is already 2 July in London.
        let late = Millis(Timestamp::from_second(1_782_948_600).unwrap().as_millisecond());
        assert_eq!(late.rfc3339(), "2026-07-01T23:30:00Z");
        assert_eq!(late.london_day().to_string(), "2026-07-02");
        assert_eq!(late.london_clock(), "00:30");
    }

    #[test]
    fn london_is_known_long_before_and_after_the_years_a_table_of_changes_would_list() {
        let offset = |text: &str| london().to_offset(text.parse().unwrap()).seconds();
        assert_eq!(offset("1970-01-15T12:00:00Z"), 3_600, "British Standard Time, all year from 1968 to 1971");
        assert_eq!(offset("2026-10-25T00:59:59Z"), 3_600);
        assert_eq!(offset("2026-10-25T01:00:00Z"), 0);
        assert_eq!(offset("2071-07-01T12:00:00Z"), 3_600);
        assert_eq!(offset("2071-12-01T12:00:00Z"), 0);
    }
}
