//! The rule for a new passcode: 6 to 8 figures, no birthday, nothing easy (notes domain 1.1, NHS bulletin of 6 July 2023;
//! cards 7 for the PIV form).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::pack::{PasscodeUse, Policy};
use crate::domain::UserNumber;

/// What the passcode rule says of a passcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasscodeVerdict {
    /// Nothing typed.
    #[default]
    Empty,
    /// Fewer than the least number of figures.
    TooShort,
    /// More than the most.
    TooLong,
    /// Something else than figures was typed.
    NotFigures,
    /// All the same, or a run such as 123456.
    TooEasy,
    /// A date of birth in one of its usual forms.
    Birthday,
    /// Part of the holder's UUID.
    PartOfNumber,
    /// The last signs came all at once, by paste or scanner, and were dropped.
    AllAtOnce,
    /// Good.
    Good,
}

impl PasscodeVerdict {
    /// Whether a card can be asked for it at all: whoever set it may have been under another rule than today's.
    pub fn is_of_form(self) -> bool {
        !matches!(self, Self::Empty | Self::TooShort | Self::TooLong | Self::NotFigures | Self::AllAtOnce)
    }
}

/// What is known of the holder that a passcode must not repeat.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holder {
    /// Date of birth.
    pub birth_date: Option<Date>,
    /// The 12 digits.
    pub number: Option<UserNumber>,
}

/// Judges a passcode that is to be set. Takes the typed bytes; tells nothing of them but the verdict.
pub fn judge(typed: &[u8], holder: &Holder) -> PasscodeVerdict {
    if typed.is_empty() {
        return PasscodeVerdict::Empty;
    }
    if !typed.iter().all(u8::is_ascii_digit) {
        return PasscodeVerdict::NotFigures;
    }
    // With a broken build there is no rule, and none is good.
    let rows = Policy::shipped().map(|policy| policy.cards().passcode.as_slice()).unwrap_or_default();
    let rule = rows.iter().find(|row| row.used == PasscodeUse::Set);
    let (least, most) = rule.map_or((usize::MAX, 0), |row| (row.least, row.most));
    if typed.len() < least {
        return PasscodeVerdict::TooShort;
    }
    if typed.len() > most {
        return PasscodeVerdict::TooLong;
    }
    if is_easy(typed) {
        return PasscodeVerdict::TooEasy;
    }
    if holder.birth_date.is_some_and(|date| is_birthday(typed, date)) {
        return PasscodeVerdict::Birthday;
    }
    let part_of = |number: &UserNumber| number.digits().as_bytes().windows(typed.len()).any(|part| part == typed);
    if holder.number.as_ref().is_some_and(part_of) { PasscodeVerdict::PartOfNumber } else { PasscodeVerdict::Good }
}

/// One or two figures only, a run up or down (0 after 9), or the same half twice.
fn is_easy(typed: &[u8]) -> bool {
    let mut kinds = typed.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    let run = |step: u8| typed.windows(2).all(|pair| pair[1] - b'0' == (pair[0] - b'0' + step) % 10);
    let (left, right) = typed.split_at(typed.len() / 2);
    kinds.len() <= 2 || run(1) || run(9) || left == right
}

fn is_birthday(typed: &[u8], date: Date) -> bool {
    let (d, m, y) = (date.day(), date.month(), date.year());
    let yy = y.rem_euclid(100);
    let forms = [
        format!("{d:02}{m:02}{yy:02}"),
        format!("{m:02}{d:02}{yy:02}"),
        format!("{yy:02}{m:02}{d:02}"),
        format!("{d:02}{m:02}{y:04}"),
        format!("{m:02}{d:02}{y:04}"),
        format!("{y:04}{m:02}{d:02}"),
        format!("{m:02}{y:04}"),
        format!("{y:04}{m:02}"),
        format!("{d:02}{y:04}"),
        format!("{y:04}{d:02}"),
    ];
    forms.iter().any(|form| form.as_bytes() == typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(typed: &str) -> PasscodeVerdict {
        let holder =
            Holder { birth_date: Some(jiff::civil::date(1986, 8, 12)), number: Some("555102034417".parse().unwrap()) };
        judge(typed.as_bytes(), &holder)
    }

    #[test]
    fn six_to_eight_figures_are_good() {
        for good in ["482913", "7351946", "90281734"] {
            assert_eq!(of(good), PasscodeVerdict::Good, "{good}");
        }
        assert_eq!(of("48291"), PasscodeVerdict::TooShort);
        assert_eq!(of("482913482"), PasscodeVerdict::TooLong);
        assert_eq!(of("48291a"), PasscodeVerdict::NotFigures);
        assert_eq!(of(""), PasscodeVerdict::Empty);
    }

    #[test]
    fn easy_ones_are_refused() {
        for easy in ["123456", "876543", "890123", "111111", "121212", "482482", "11111112"] {
            assert_eq!(of(easy), PasscodeVerdict::TooEasy, "{easy}");
        }
    }

    #[test]
    fn birthdays_in_every_usual_form_are_refused() {
        for birthday in ["120886", "081286", "860812", "12081986", "19860812", "081986"] {
            assert_eq!(of(birthday), PasscodeVerdict::Birthday, "{birthday}");
        }
    }

    #[test]
    fn a_part_of_the_uuid_is_refused() {
        assert_eq!(of("034417"), PasscodeVerdict::PartOfNumber);
    }
}
