//! Where people live and work: postcodes and ODS codes.

use super::{Found, Reason};
use crate::domain::OdsCode;

/// The postcode that follows no rule (Girobank).
const GIROBANK: &str = "GIR0AA";

/// UK postcode: the published forms of the outward half and the letters allowed in each place. Whether it exists is not known.
pub(super) fn postcode(typed: &str) -> Found {
    if !typed.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Found::new(typed, vec![Reason::Sign]);
    }
    if !(5..=7).contains(&typed.len()) {
        return Found::new(typed, vec![Reason::Length]);
    }
    let (outward, inward) = typed.split_at(typed.len() - 3);
    let normal = format!("{outward} {inward}");
    let good = typed == GIROBANK || (is_outward(outward.as_bytes()) && is_inward(inward.as_bytes()));
    Found::new(normal, if good { Vec::new() } else { vec![Reason::Sign] })
}

fn is_outward(signs: &[u8]) -> bool {
    let digit = u8::is_ascii_digit;
    let but = |sign: &u8, never: &[u8]| sign.is_ascii_uppercase() && !never.contains(sign);
    let first = |sign: &u8| but(sign, b"QVX");
    let second = |sign: &u8| but(sign, b"IJZ");
    match signs {
        [a, b] => first(a) && digit(b),
        [a, b, c] if digit(b) => first(a) && (digit(c) || b"ABCDEFGHJKPSTUW".contains(c)),
        [a, b, c] => first(a) && second(b) && digit(c),
        [a, b, c, d] => first(a) && second(b) && digit(c) && (digit(d) || b"ABEHMNPRVWXY".contains(d)),
        _ => false,
    }
}

fn is_inward(signs: &[u8]) -> bool {
    let letter = |sign: &u8| sign.is_ascii_uppercase() && !b"CIKMOV".contains(sign);
    matches!(signs, [a, b, c] if a.is_ascii_digit() && letter(b) && letter(c))
}

/// ODS code of an organisation.
pub(super) fn ods_code(typed: &str) -> Found {
    let reasons = match typed.parse::<OdsCode>() {
        Ok(_) => Vec::new(),
        Err(_) if typed.bytes().all(|b| b.is_ascii_alphanumeric()) => vec![Reason::Length],
        Err(_) => vec![Reason::Sign],
    };
    Found::new(typed, reasons)
}
