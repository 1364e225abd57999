//! Small sentences that many screens need: dates, roles, counts, durations.

use jiff::civil::Date;

use crate::domain::Role;
use crate::words::Words;

/// `3 May 2028`.
pub fn date(words: &Words, date: Date) -> String {
    let month = words.get(&format!("month-{}", date.month()));
    words.with(
        "date-day",
        &[("day", i64::from(date.day()).into()), ("month", month.into()), ("year", i64::from(date.year()).into())],
    )
}

/// What a role is called.
pub fn role(words: &Words, role: Role) -> String {
    words.get(&format!("role-{}", role.as_str()))
}

/// `2 of 3`.
pub fn count_of(words: &Words, number: usize, total: usize) -> String {
    words.with("count-of", &[("number", number.into()), ("total", total.into())])
}

/// `2 tries left`.
pub fn tries_left(words: &Words, tries: u8) -> String {
    words.with("tries-left", &[("count", tries.into())])
}

/// `12 min` or `4 h 48 min`; less than a minute is `0 min`.
pub fn duration(words: &Words, milliseconds: i64) -> String {
    let minutes = milliseconds.max(0) / 60_000;
    if minutes < 60 {
        return words.with("minutes-long", &[("count", minutes.into())]);
    }
    words.with("hours-long", &[("hours", (minutes / 60).into()), ("minutes", (minutes % 60).into())])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn dates_roles_and_durations_are_said_in_both_languages() {
        let (en, cy) = (Words::new(Lang::En), Words::new(Lang::Cy));
        let day = jiff::civil::date(2028, 5, 3);
        assert_eq!(date(&en, day), "3 May 2028");
        assert_eq!(date(&cy, day), "3 Mai 2028");
        assert_eq!(duration(&en, 17_280_000), "4 h 48 min");
        assert_eq!(duration(&cy, 120_000), "2 funud");
        for r in Role::ALL {
            assert!(!role(&en, r).contains('\u{27e6}') && !role(&cy, r).contains('\u{27e6}'));
        }
        for month in 1..=12 {
            assert!(!date(&cy, jiff::civil::date(2028, month, 1)).contains('\u{27e6}'));
        }
    }

    #[test]
    fn welsh_numbers_mutate_the_word_after_them() {
        let cy = Words::new(Lang::Cy);
        let said: Vec<String> = [0, 1, 2, 3, 4, 6].iter().map(|n| tries_left(&cy, *n)).collect();
        assert_eq!(
            said,
            [
                "dim cynnig ar ôl",
                "1 cynnig ar ôl",
                "2 gynnig ar ôl",
                "3 chynnig ar ôl",
                "4 cynnig ar ôl",
                "6 chynnig ar ôl"
            ]
        );
    }
}
