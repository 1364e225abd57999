//! The forms a list of documents may ask for, and how a number is kept and shown.

use serde::Deserialize;

use super::driver;

/// How a number is written (notes domain 5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberForm {
    /// Letters and figures, 3 to 30.
    #[default]
    Any,
    /// A UK passport's: nine figures, of which the first may be a letter on some.
    NineFigures,
    /// 16 signs of a GB driver number, or the 8 figures of a Northern Ireland licence.
    Driver,
    /// 9 letters and figures: eVisa share code.
    ShareCode,
}

impl NumberForm {
    /// Whether a number, without spaces and in capitals ([`plain_number`]), is of this form.
    pub fn fits(self, number: &str) -> bool {
        let signs = number.bytes().all(|b| b.is_ascii_alphanumeric());
        match self {
            NumberForm::Any => signs && (3..=30).contains(&number.len()),
            NumberForm::NineFigures => is_uk_passport(number),
            NumberForm::ShareCode => number.len() == 9 && signs,
            NumberForm::Driver => (number.len() == 8 && figures(number)) || driver::is_great_britain(number),
        }
    }
}

/// Whether a text is digits and nothing else.
pub(super) fn figures(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Nine signs, the first a letter on some (notes documents 3).
pub(super) fn is_uk_passport(number: &str) -> bool {
    number.len() == 9
        && number.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase())
        && number.get(1..).is_some_and(figures)
}

/// A number as it is compared and kept: no spaces, hyphens or slashes, in capitals.
pub fn plain_number(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace() && !['-', '/', '.'].contains(c)).flat_map(char::to_uppercase).collect()
}

/// `·····4416`: only the last four signs of a number, or fewer of a short one (notes domain 5.2).
pub fn masked(number: &str) -> String {
    let signs: Vec<char> = number.chars().collect();
    // Half of a short number would be most of it.
    let seen = if signs.len() >= 8 { 4 } else { signs.len() / 4 };
    let hidden = signs.len() - seen;
    signs.iter().enumerate().map(|(at, c)| if at < hidden { '\u{b7}' } else { *c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_held_to_their_form() {
        assert!(NumberForm::NineFigures.fits("925665416"));
        assert!(NumberForm::NineFigures.fits("A25665416"));
        assert!(!NumberForm::NineFigures.fits("92566541"));
        assert!(!NumberForm::NineFigures.fits("AB5665416"));
        assert!(!NumberForm::NineFigures.fits("٩٢٥٦٦٥٤١٦"));
        assert!(NumberForm::Driver.fits("LLYR9862126SM9IJ"));
        assert!(NumberForm::Driver.fits("MORGA657054SM9IJ"));
        assert!(NumberForm::Driver.fits("12345678"));
        for bad in ["MORGA673054SM9IJ", "MORGA657324SM9IJ", "MORGA65705", "morga657054sm9ij", "1234567"] {
            assert!(!NumberForm::Driver.fits(bad), "{bad}");
        }
        assert!(NumberForm::ShareCode.fits("W12ABC345"));
        assert!(!NumberForm::Any.fits("Ł12"));
    }

    #[test]
    fn only_the_last_four_signs_of_a_number_are_seen() {
        assert_eq!(masked("925665416"), "\u{b7}\u{b7}\u{b7}\u{b7}\u{b7}5416");
        assert_eq!(masked("1234"), "\u{b7}\u{b7}\u{b7}4");
        assert_eq!(masked("12"), "\u{b7}\u{b7}");
        assert_eq!(masked(""), "");
        assert_eq!(plain_number(" morga 657054 sm9-ij"), "MORGA657054SM9IJ");
    }
}
