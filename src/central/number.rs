//! The 12-digit user number: first block, a counter, a check digit. Only central mints one.

use crate::domain::UserNumber;

/// The first block of every number. Real NHS ranges are not public; this one is the product's own.
const FIRST_BLOCK: u64 = 5551;
/// Seven digits of counter.
const COUNTER_END: u64 = 10_000_000;

/// The number for a counter from 1 on. None once the range is used up.
///
/// The last digit is the Luhn check digit (ISO/IEC 7812-1 annex B): one wrong digit or two swapped ones are found.
pub fn mint(counter: u64) -> Option<UserNumber> {
    if counter == 0 || counter >= COUNTER_END {
        return None;
    }
    let eleven = format!("{FIRST_BLOCK}{counter:07}");
    format!("{eleven}{}", check_digit(&eleven)).parse().ok()
}

/// Whether the last digit fits the others.
pub fn checks(number: &UserNumber) -> bool {
    let (eleven, last) = number.digits().split_at(11);
    last == check_digit(eleven).to_string()
}

fn check_digit(digits: &str) -> u32 {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(at, digit)| match at % 2 {
            0 if digit > 4 => digit * 2 - 9,
            0 => digit * 2,
            _ => digit,
        })
        .sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_first_block_and_a_check_digit_that_finds_a_wrong_one() {
        let number = mint(1).unwrap();
        assert!(number.digits().starts_with("5551"));
        assert!(checks(&number));
        for at in 0..12 {
            let mut wrong: Vec<char> = number.digits().chars().collect();
            wrong[at] = if wrong[at] == '9' { '0' } else { char::from(wrong[at] as u8 + 1) };
            assert!(!checks(&wrong.iter().collect::<String>().parse().unwrap()), "digit {at}");
        }
    }

    #[test]
    fn the_check_digit_is_luhns() {
        assert_eq!(check_digit("7992739871"), 3);
    }

    #[test]
    fn two_counters_never_give_one_number_and_the_range_ends() {
        let made: std::collections::BTreeSet<_> = (1..5_000).filter_map(mint).collect();
        assert_eq!(made.len(), 4_999);
        assert_eq!(mint(COUNTER_END), None);
        assert_eq!(mint(0), None);
    }
}
