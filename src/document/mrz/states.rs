//! Codes of states (ICAO Doc 9303 Part 3, section 5), the ones that are gone, and the published specimens.

/// Codes that stand on documents that were once good, or on ones whose issuer kept an old code.
const OLD: [&str; 11] = ["ANT", "BUR", "CSK", "DDR", "ROM", "SCG", "SUN", "TMP", "YUG", "ZAR", "ZIM"];

/// The state of every specimen of Doc 9303.
const SPECIMEN: &str = "UTO";

/// Published specimens: issuer, number, last day as printed. Refused outside a demo.
const SPECIMENS: [(&str, &str, &str); 9] = [
    ("UTO", "L898902C3", "120415"),    // Part 3, 3.2 and Part 4: passport
    ("UTO", "L898902C3", "340415"),    // Part 4, eighth edition as amended
    ("UTO", "D23145890", "120415"),    // Parts 5 and 6: cards
    ("UTO", "D23145890734", "950712"), // Part 5: long number
    ("UTO", "L898902C", "940623"),     // Part 7: visas
    ("D", "C01X00T47", ""),            // German passport and card, MUSTERMANN
    ("D", "L01X00T47", ""),            // German card of 2010 and later
    ("GBR", "925665416", ""),          // UK passport, ANGELA ZOE
    ("GBR", "533380006", ""),          // the same of 2010
];

/// What is known of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// In use.
    Known,
    /// Of a specimen.
    Specimen,
    /// Not used any more.
    Old,
    /// Nobody's.
    Unknown,
}

pub(super) fn state(code: &str) -> State {
    match code {
        SPECIMEN => State::Specimen,
        _ if OLD.contains(&code) => State::Old,
        _ if mrz::country_name(code).is_some() => State::Known,
        _ => State::Unknown,
    }
}

/// Whether a number is that of a published specimen.
pub(in crate::document) fn is_specimen(issuer: &str, number: &str) -> bool {
    SPECIMENS.iter().any(|(state, known, _)| *state == issuer && *known == number)
}

/// Whether a zone is a published specimen as it was printed, with its last day of long ago.
pub(super) fn is_printed_specimen(issuer: &str, number: &str, expiry: &str) -> bool {
    SPECIMENS.iter().any(|(state, known, last)| *state == issuer && *known == number && *last == expiry)
}
