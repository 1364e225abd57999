//! Two names of one person as two documents write them: how alike they are, graded, never thrown out.
//!
//! A typed name and one from a machine-readable zone are seldom the same letters: zones are transliterated (Doc 9303 Part 3,
//! section 6), cut to their cells, and say little of hyphens and apostrophes. The grade is always shown to the agent.

use mrz::{CyrillicLanguage, TransliterationStyle, transliterate, transliterate_cyrillic};
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::LegalName;

/// Words of a name that are looked at. More are on no document.
const WORDS_MAX: usize = 24;

/// How alike two names are, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// The same, but for capitals, blanks and the form of the apostrophe.
    Equal,
    /// The same after transliteration, without accents, or but for hyphens and apostrophes.
    Transliterated,
    /// One was cut to fit its cells, and what is left agrees.
    Truncated,
    /// A forename is an initial on one of them.
    Initial,
    /// One leaves forenames out after the first.
    MissingMiddle,
    /// The same words in other places: surname and forenames changed over, or not told apart.
    Swapped,
    /// Written in scripts no table leads between.
    OtherScript,
    /// Another name, as far as letters tell.
    Differs,
}

/// What a grade asks of the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// Nothing.
    Nothing,
    /// A tick: seen, the same person.
    Tick,
    /// A name-change document or a manager's reason.
    Explanation,
}

impl Grade {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Grade::Equal => "equal",
            Grade::Transliterated => "transliterated",
            Grade::Truncated => "truncated",
            Grade::Initial => "initial",
            Grade::MissingMiddle => "missing_middle",
            Grade::Swapped => "swapped",
            Grade::OtherScript => "other_script",
            Grade::Differs => "differs",
        }
    }

    /// What it asks of the agent.
    pub fn asks(self) -> Asks {
        match self {
            Grade::Equal => Asks::Nothing,
            Grade::Transliterated | Grade::Truncated | Grade::Initial | Grade::MissingMiddle | Grade::Swapped => {
                Asks::Tick
            }
            Grade::OtherScript | Grade::Differs => Asks::Explanation,
        }
    }
}

/// A name as one document has it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Written<'a> {
    /// Surname, or the single name.
    pub surname: &'a str,
    /// Forenames; empty for a single name.
    pub given: &'a str,
    /// Whether it fills its cells, so that a part may be missing ([`super::mrz::Oddity::MaybeTruncated`]).
    pub maybe_truncated: bool,
}

impl<'a> Written<'a> {
    /// A name that was not cut.
    pub fn whole(surname: &'a str, given: &'a str) -> Self {
        Self { surname, given, maybe_truncated: false }
    }
}

impl<'a> From<&'a LegalName> for Written<'a> {
    fn from(name: &'a LegalName) -> Self {
        Self::whole(&name.family, &name.given)
    }
}

/// How alike two names are. Which of them comes first makes no difference.
pub fn compare(one: Written<'_>, other: Written<'_>) -> Grade {
    if plain(one.surname) == plain(other.surname) && plain(one.given) == plain(other.given) {
        return if plain(one.surname).is_empty() { Grade::Differs } else { Grade::Equal };
    }
    let (ones, others) = (readings(one), readings(other));
    let pairs = ones.iter().flat_map(|a| others.iter().map(move |b| (a, b)));
    let grade = pairs.map(|(a, b)| folded(a, b, one.maybe_truncated, other.maybe_truncated)).min();
    let grade = grade.unwrap_or(Grade::Differs);
    let foreign = |list: &[Folded]| list.iter().all(|name| !name.latin);
    if grade == Grade::Differs && foreign(&ones) != foreign(&others) { Grade::OtherScript } else { grade }
}

/// What is the same to every eye: NFC, capitals, single blanks, one form of the apostrophe.
fn plain(text: &str) -> String {
    let signs = text.nfkc().map(|c| if is_apostrophe(c) { '\'' } else { c });
    let upper: String = signs.flat_map(char::to_uppercase).nfc().collect();
    upper.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '\u{b4}' | '\u{2b9}' | '\u{2bb}' | '\u{2bc}' | '\u{2018}' | '\u{2019}' | '\u{ff07}')
}

/// One way of writing a name in plain capitals.
#[derive(Clone, PartialEq, Eq)]
struct Folded {
    surname: Vec<String>,
    given: Vec<String>,
    /// Nothing but `A`-`Z` was left.
    latin: bool,
}

/// Every way a state may have transliterated a name, and the one that only takes the accents off.
fn readings(name: Written<'_>) -> Vec<Folded> {
    let mut found: Vec<Folded> = Vec::new();
    for fold in FOLDS {
        let (surname, given) = (words(name.surname, fold), words(name.given, fold));
        let latin = surname.iter().chain(&given).all(|word| word.bytes().all(|b| b.is_ascii_uppercase()));
        let folded = Folded { surname, given, latin };
        if !found.contains(&folded) {
            found.push(folded);
        }
    }
    found
}

/// A way of writing letters in capitals from A to Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    /// By the table of Doc 9303 Part 3, section 6 A, in one of its styles.
    Table(TransliterationStyle),
    /// By section 6 B, in one language.
    Cyrillic(CyrillicLanguage),
    /// Accents off.
    Bare,
}

impl Fold {
    /// The two ways a name in Latin letters loses its accents.
    pub(super) const LATIN: [Fold; 2] = [Fold::Bare, Fold::Table(TransliterationStyle::Expanded)];
}

const FOLDS: [Fold; 8] = [
    Fold::Bare,
    Fold::Table(TransliterationStyle::Expanded),
    Fold::Table(TransliterationStyle::Simple),
    Fold::Table(TransliterationStyle::XxSuffix),
    Fold::Cyrillic(CyrillicLanguage::Russian),
    Fold::Cyrillic(CyrillicLanguage::Ukrainian),
    Fold::Cyrillic(CyrillicLanguage::Bulgarian),
    Fold::Cyrillic(CyrillicLanguage::Serbian),
];

/// The words of a name part in one way of writing. Apostrophes and dots go, hyphens part words (Doc 9303 Part 3, 4.6).
pub(super) fn words(text: &str, fold: Fold) -> Vec<String> {
    // Composed first: the table knows whole letters only.
    let composed: String = text.nfkc().filter(|c| !is_apostrophe(*c) && *c != '.').collect();
    let table = match fold {
        Fold::Table(style) => transliterate(&composed, style),
        Fold::Cyrillic(language) => transliterate_cyrillic(&composed, language),
        Fold::Bare => composed,
    };
    let bare =
        table.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_uppercase).map(base).collect::<Vec<_>>();
    let bare = bare.concat();
    let parts = bare.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    parts.take(WORDS_MAX).map(str::to_owned).collect()
}

/// Letters whose stroke or joint no decomposition takes off.
fn base(letter: char) -> String {
    let plain = match letter {
        '\u{c6}' => "AE",
        '\u{152}' => "OE",
        '\u{1e9e}' => "SS",
        '\u{d8}' => "O",
        '\u{110}' | '\u{d0}' | '\u{18a}' => "D",
        '\u{141}' => "L",
        '\u{126}' => "H",
        '\u{166}' => "T",
        '\u{de}' => "TH",
        '\u{14a}' => "N",
        '\u{181}' => "B",
        '\u{198}' => "K",
        other => return other.to_string(),
    };
    plain.to_owned()
}

fn folded(one: &Folded, other: &Folded, cut_one: bool, cut_other: bool) -> Grade {
    let surname = one.surname == other.surname || one.surname.concat() == other.surname.concat();
    let empty = one.surname.is_empty() || other.surname.is_empty();
    if surname && !empty {
        let given = forenames(&one.given, &other.given);
        if given < Grade::Differs {
            return given;
        }
    }
    let cut = |short: &Folded, long: &Folded| {
        begins(&short.surname, &long.surname, true) && begins(&short.given, &long.given, false)
    };
    if !empty && ((cut_one && cut(one, other)) || (cut_other && cut(other, one))) {
        return Grade::Truncated;
    }
    if !empty && same_words(one, other) { Grade::Swapped } else { Grade::Differs }
}

fn forenames(one: &[String], other: &[String]) -> Grade {
    if one == other || one.concat() == other.concat() {
        return Grade::Transliterated;
    }
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let initial =
        |a: &String, b: &String| a == b || (a.len().min(b.len()) == 1 && a.chars().next() == b.chars().next());
    let Some((first, rest)) = short.split_first() else { return Grade::Differs };
    let Some((head, mut tail)) = long.split_first().filter(|(head, _)| initial(first, head)) else {
        return Grade::Differs;
    };
    let mut grade = if first == head { Grade::Transliterated } else { Grade::Initial };
    for word in rest {
        let Some(at) = tail.iter().position(|other| initial(word, other)) else { return Grade::Differs };
        let (skipped, after) = tail.split_at(at);
        let Some((found, after)) = after.split_first() else { return Grade::Differs };
        grade = grade.max(if word == found { Grade::Transliterated } else { Grade::Initial });
        grade = grade.max(if skipped.is_empty() { Grade::Transliterated } else { Grade::MissingMiddle });
        tail = after;
    }
    if tail.is_empty() { grade } else { grade.max(Grade::MissingMiddle) }
}

/// Whether each word begins the one in its place. A surname keeps all its words when it is cut (Part 4, 4.2.3.3), unless the
/// cells end in it; forenames may end early.
fn begins(short: &[String], long: &[String], surname: bool) -> bool {
    let fit = short.iter().zip(long).all(|(cut, whole)| whole.starts_with(cut.as_str()));
    fit && short.len() <= long.len() && (!surname || !short.is_empty())
}

fn same_words(one: &Folded, other: &Folded) -> bool {
    let all = |name: &Folded| {
        let mut words: Vec<String> = name.surname.iter().chain(&name.given).cloned().collect();
        words.sort_unstable();
        words
    };
    all(one) == all(other)
}

#[cfg(test)]
mod tests;
