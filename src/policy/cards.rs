//! Which cards are still good, and when they are to be renewed (notes domain 1.2, 1.3): `cards.toml` of the policy.

use jiff::civil::Date;

use super::pack::Policy;

/// The oldest series that works on a day. An older card is replaced, never renewed or unlocked. With a broken build none works.
pub fn oldest_series(day: Date) -> u8 {
    Policy::shipped().map_or(u8::MAX, |policy| policy.cards().oldest_series(day))
}

/// A card is to be renewed from this many days before its last day.
pub fn renewal_days() -> u16 {
    Policy::shipped().map_or(0, |policy| policy.cards().certificates.renewal_days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn series_are_blocked_from_their_day_on() {
        assert_eq!(oldest_series(date(2026, 3, 31)), 1);
        assert_eq!(oldest_series(date(2026, 4, 1)), 5);
        assert_eq!(oldest_series(date(2026, 5, 6)), 5);
        assert_eq!(oldest_series(date(2026, 5, 7)), 7);
        assert_eq!(renewal_days(), 90);
    }
}
