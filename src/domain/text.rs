//! The one sanitiser: every string from a card, reader, printer, scanner, file or central passes here before it reaches
//! a screen, a log or a PDF (design, "The way of data").

use unicode_normalization::UnicodeNormalization;

/// The longest foreign text kept, in characters. Longer ones are cut: nothing a desk shows needs more.
pub const FOREIGN_CHARS_MAX: usize = 2_000;

/// `text` in NFC without control characters, bidirectional overrides, zero-width marks and line breaks.
///
/// Line breaks and tabs become one space. Right-to-left letters stay: they are part of names.
pub fn sanitise(text: &str) -> String {
    // Nearly all there is, and nothing in it to compose or to take out.
    if text.len() <= FOREIGN_CHARS_MAX && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    text.nfc()
        .filter_map(|c| match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
            c if c.is_control() || is_invisible(c) => None,
            c => Some(c),
        })
        .take(FOREIGN_CHARS_MAX)
        .collect()
}

/// Letters of a typed reason at most.
pub const REASON_MAX: usize = 200;

/// Whether a text says why: at least three letters, so that no dot or blank passes for a reason, and no longer than
/// [`REASON_MAX`] letters can be; a letter as a reader counts it may have several code points.
pub fn is_reason(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() >= 3 && text.chars().count() <= REASON_MAX * 4
}

/// Marks that change how a line is drawn without being seen: they can make one name look like another.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_direction_overrides_are_taken_out() {
        assert_eq!(sanitise("SIAN\u{1b}[2J\u{202e}LLYR\r\nWYN"), "SIAN[2JLLYR  WYN");
    }

    #[test]
    fn a_reason_has_letters_and_an_end() {
        assert!(is_reason("met twin") && is_reason("Efeilliaid: ie"));
        assert!(!is_reason("") && !is_reason(" .. 12 no") && !is_reason(&"x".repeat(REASON_MAX * 4 + 1)));
    }

    #[test]
    fn combining_marks_are_composed_where_they_can_be_and_kept_where_not() {
        assert_eq!(sanitise("e\u{301}"), "\u{e9}");
        assert_eq!(sanitise("E\u{323}\u{300}"), "\u{1eb8}\u{300}");
    }
}
