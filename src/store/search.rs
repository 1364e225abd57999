//! Names as they are searched: small letters, no accents, no marks between the parts.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// ` sian wyn o brien`: each word with a space before it, so that one pattern finds the start of any word.
pub(super) fn fold_name(name: &str) -> String {
    let plain: String = name
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    plain.split_whitespace().map(|word| format!(" {word}")).collect()
}

/// One `LIKE` pattern for each typed word, at most five: more make the answer no better.
pub(super) fn patterns(typed: &str) -> Vec<String> {
    // Folding leaves letters and digits alone, so that no sign of LIKE is in a pattern.
    fold_name(typed).split_whitespace().take(5).map(|word| format!("% {word}%")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_capitals_and_marks_do_not_matter() {
        assert_eq!(fold_name("Siân O'Brien-Ffoulkes"), " sian o brien ffoulkes");
        assert_eq!(fold_name("Ẹ̀bùn"), " ebun");
        assert_eq!(patterns("  100% _o'b "), ["% 100%", "% o%", "% b%"]);
    }
}
