//! Measuring and breaking text: by grapheme clusters and terminal cells, so that wide and combining signs keep whole.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Cells a text takes.
pub fn cells(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// `text` in lines of at most `width` cells, broken at spaces, or inside a word that is longer than a line. Line breaks
/// in the text stay. A no-break space doesn't break. At least one line; a sign wider than `width` stands alone.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
            let long = cells(word);
            if used > 0 && used + 1 + long > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            } else if used > 0 {
                line.push(' ');
                used += 1;
            }
            for sign in word.graphemes(true) {
                let sign_cells = sign.width();
                if used > 0 && used + sign_cells > width {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push_str(sign);
                used += sign_cells;
            }
        }
        lines.push(line);
    }
    lines
}

/// `text` cut to `width` cells, with an ellipsis if something is missing. Only for places where the whole text can be
/// seen elsewhere.
pub fn cut(text: &str, width: usize) -> String {
    if cells(text) <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 1; // the ellipsis
    for sign in text.graphemes(true) {
        used += sign.width();
        if used > width {
            break;
        }
        short.push_str(sign);
    }
    if width > 0 {
        short.push('\u{2026}');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_breaks_at_spaces_and_never_loses_a_sign() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("Llanfairpwllgwyngyll", 8), ["Llanfair", "pwllgwyn", "gyll"]);
        assert_eq!(wrap("", 8), [""]);
        assert_eq!(wrap("a\n\nb", 8), ["a", "", "b"]);
        assert_eq!(wrap("no\u{a0}break here", 8), ["no\u{a0}break", "here"]);
    }

    #[test]
    fn wide_and_combining_signs_are_measured_in_cells_and_kept_whole() {
        assert_eq!(cells("山田"), 4);
        assert_eq!(cells("e\u{323}\u{300}"), 1);
        assert_eq!(wrap("山田太郎", 5), ["山田", "太郎"]);
        assert_eq!(wrap("山", 1), ["山"]);
        assert_eq!(cut("山田太郎", 6), "山田\u{2026}");
        assert_eq!(cut("Siân", 4), "Siân");
        assert_eq!(cut("Siân", 0), "");
    }

    proptest::proptest! {
        #[test]
        fn whatever_the_text_no_sign_is_lost_and_no_line_is_too_long(text in "\\PC{0,80}", width in 2usize..40) {
            let lines = wrap(&text, width);
            let signs = |text: &str| text.chars().filter(|c| !matches!(c, ' ' | '\n')).collect::<String>();
            proptest::prop_assert_eq!(signs(&lines.concat()), signs(&text));
            for line in &lines {
                let one_sign = line.graphemes(true).count() == 1;
                proptest::prop_assert!(cells(line) <= width || one_sign, "{:?} in {}", line, width);
            }
            proptest::prop_assert!(cells(&cut(&text, width)) <= width);
        }
    }
}
