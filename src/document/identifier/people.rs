//! Numbers of people: National Insurance and NHS.

use super::form::figures;
use super::{Found, Reason, Terms};

/// Letters that are never among the first two (HMRC manual NIM39110, S72).
const NEVER: &str = "DFIQUV";

/// Pairs of letters that are not used (NIM39110).
const UNUSED: [&str; 7] = ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"];

/// Pairs HMRC and DWP use for purposes of their own: they look like a number and are none (S73).
const ADMINISTRATIVE: [&str; 8] = ["OO", "CR", "FY", "MW", "NC", "PP", "PY", "PZ"];

/// HMRC's own example: never given to anybody.
const EXAMPLE: &str = "QQ";

/// National Insurance number: two letters, six digits, A to D. Unique without the last letter.
pub(super) fn nino(number: &str, terms: &Terms<'_>) -> Found {
    let reasons = match nino_fault(number, terms) {
        Some(reason) => vec![reason],
        None if number.starts_with(EXAMPLE) => vec![Reason::Example],
        None => Vec::new(),
    };
    let key = number.get(..8).map(str::to_owned);
    Found { normal: number.to_owned(), key, reasons }
}

fn nino_fault(number: &str, terms: &Terms<'_>) -> Option<Reason> {
    if !number.is_ascii() {
        return Some(Reason::Sign);
    }
    if is_temporary(number) {
        return Some(Reason::Temporary);
    }
    let letters = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase());
    let (prefix, digits) = (number.get(..2)?, number.get(2..8));
    let Some(digits) = digits.filter(|_| number.len() <= 9) else { return Some(Reason::Length) };
    if !letters(prefix) || !figures(digits) {
        return Some(Reason::Sign);
    }
    if prefix == EXAMPLE {
        if !terms.demo {
            return Some(Reason::ExampleRefused);
        }
    } else if ADMINISTRATIVE.contains(&prefix) {
        return Some(Reason::Administrative);
    } else if prefix.contains(|c| NEVER.contains(c)) || prefix.ends_with('O') || UNUSED.contains(&prefix) {
        return Some(Reason::Prefix);
    }
    (!matches!(number.get(8..), Some("A" | "B" | "C" | "D"))).then_some(Reason::Suffix)
}

/// `11 A1 11 11` (S73), or the older `TN`, birth date and sex.
fn is_temporary(number: &str) -> bool {
    let sign = |at: usize| number.as_bytes().get(at).copied().unwrap_or_default();
    let form = number.len() == 8 && sign(2).is_ascii_uppercase();
    let digits = [0, 1, 3, 4, 5, 6, 7].iter().all(|at| sign(*at).is_ascii_digit());
    let old = number.len() == 9
        && number.starts_with("TN")
        && number.get(2..8).is_some_and(figures)
        && number.ends_with(['M', 'F']);
    (form && digits) || old
}

/// NHS number: ten digits; weights 10 to 2, 11 less the remainder, where 11 is 0 and 10 is never given.
pub(super) fn nhs_number(number: &str) -> Found {
    let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    let reason = if !figures(number) {
        Some(Reason::Sign)
    } else if number.len() != 10 {
        Some(Reason::Length)
    } else if digits.iter().all(|digit| digits.first() == Some(digit)) {
        Some(Reason::Repeated)
    } else {
        let sum: u32 = digits.iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
        let check = (11 - sum % 11) % 11;
        (digits.last() != Some(&check)).then_some(Reason::CheckDigit)
    };
    let test = reason.is_none() && number.starts_with("999");
    Found::keyed(number.to_owned(), reason.or(test.then_some(Reason::TestRange)).into_iter().collect())
}
