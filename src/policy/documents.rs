//! The list of identity documents: which types there are, what each may prove, what is asked for (notes domain 12b).
//!
//! The list is data, `assets/policy/documents.toml`, part of the program; [`load`] checks its schema and is to be called at
//! start.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

/// The list as it is shipped.
const SHIPPED: &str = include_str!("../../assets/policy/documents.toml");

/// Types in a list: two pages of a hundred would serve nobody.
const KINDS_MAX: usize = 99;

/// What a type of document may prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountsAs {
    /// Who it is: it bears a photo.
    Photo,
    /// Where the holder lives.
    Address,
    /// One of the two, never both.
    PhotoOrAddress,
    /// Recorded, such as a change of name; it does not count towards the three.
    Other,
    /// Never accepted; the screen says why.
    Rejected,
}

/// One thing that is asked of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Its number.
    Number,
    /// Who issued it.
    Issuer,
    /// Its date.
    Issued,
    /// The last day it is good.
    Expires,
}

impl Part {
    /// The stable word, also the id of its field.
    pub fn as_str(self) -> &'static str {
        match self {
            Part::Number => "number",
            Part::Issuer => "issuer",
            Part::Issued => "issued",
            Part::Expires => "expires",
        }
    }
}

/// How a number is written (notes domain 5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberForm {
    /// Letters and figures, 3 to 30.
    #[default]
    Any,
    /// Nine figures: UK passport.
    NineFigures,
    /// 16 signs of a GB driver number, or the 8 figures of a Northern Ireland licence.
    Driver,
    /// 9 letters and figures: eVisa share code.
    ShareCode,
}

impl NumberForm {
    /// Whether a number, without spaces and in capitals ([`plain_number`]), is of this form.
    pub fn fits(self, number: &str) -> bool {
        let figures = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let signs = number.bytes().all(|b| b.is_ascii_alphanumeric());
        match self {
            NumberForm::Any => signs && (3..=30).contains(&number.len()),
            NumberForm::NineFigures => number.len() == 9 && figures(number),
            NumberForm::ShareCode => number.len() == 9 && signs,
            NumberForm::Driver => (number.len() == 8 && figures(number)) || is_gb_driver(number),
        }
    }
}

/// 1-5 surname padded with 9, 6 decade, 7-8 month (+50 for female), 9-10 day, 11 year, 12-13 initials, 14-16 others S74.
fn is_gb_driver(number: &str) -> bool {
    if number.len() != 16 || !number.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
        return false;
    }
    let in_range = |from: usize, to: usize, low: u8, high: u8| {
        number.get(from..to).and_then(|t| t.parse::<u8>().ok()).is_some_and(|n| (low..=high).contains(&n))
    };
    let named =
        |from: usize, to: usize| number.bytes().skip(from).take(to - from).all(|b| b == b'9' || b.is_ascii_uppercase());
    named(0, 5)
        && in_range(5, 6, 0, 9)
        && (in_range(6, 8, 1, 12) || in_range(6, 8, 51, 62))
        && in_range(8, 10, 1, 31)
        && in_range(10, 11, 0, 9)
        && named(11, 13)
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

/// One type of document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Stable word: stands in events.
    pub id: String,
    /// What it may prove.
    pub counts_as: CountsAs,
    /// What is asked for, in this order.
    #[serde(default)]
    pub fields: Vec<Part>,
    /// Which of them may stay empty.
    #[serde(default)]
    pub optional: Vec<Part>,
    /// How its number is written.
    #[serde(default)]
    pub number: NumberForm,
    /// The number belongs to one person alone.
    #[serde(default)]
    pub personal: bool,
    /// Who issues all of this type; then it is not asked for.
    pub issuer: Option<String>,
    /// Calendar months it is good for from its date.
    pub months: Option<u8>,
    /// At most one of this group counts.
    pub once: Option<String>,
    /// Where the rule comes from.
    pub source: String,
}

impl Kind {
    /// Whether a part is asked for.
    pub fn asks(&self, part: Part) -> bool {
        self.fields.contains(&part)
    }

    /// Whether a part must be given.
    pub fn needs(&self, part: Part) -> bool {
        self.asks(part) && !self.optional.contains(&part)
    }
}

/// All types, the ones shown most often first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentList {
    /// Version of the list: stands in the record of a decision.
    pub version: u32,
    /// From when it holds.
    pub effective_from: Date,
    /// The types.
    pub kinds: Vec<Kind>,
}

impl DocumentList {
    /// A type by its word.
    pub fn kind(&self, id: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }
}

/// What is wrong with a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Not TOML, or not of the form.
    #[error("the list of documents can't be read: {0}")]
    Form(String),
    /// A row contradicts itself.
    #[error("the list of documents: {id}: {what}")]
    Row {
        /// The row.
        id: String,
        /// What is wrong, for support.
        what: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    version: u32,
    effective_from: Date,
    document: Vec<Kind>,
}

/// A list from its text, its schema checked.
pub fn parse(text: &str) -> Result<DocumentList, ListError> {
    let raw: Raw = toml::from_str(text).map_err(|error| ListError::Form(error.message().to_owned()))?;
    if raw.document.is_empty() || raw.document.len() > KINDS_MAX {
        return Err(ListError::Form("it has no row, or more than 99".to_owned()));
    }
    for (at, kind) in raw.document.iter().enumerate() {
        let twice = raw.document.iter().take(at).any(|other| other.id == kind.id);
        if let Some(what) = wrong_row(kind, twice) {
            return Err(ListError::Row { id: kind.id.clone(), what });
        }
    }
    Ok(DocumentList { version: raw.version, effective_from: raw.effective_from, kinds: raw.document })
}

fn wrong_row(kind: &Kind, twice: bool) -> Option<&'static str> {
    let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let counted = !matches!(kind.counts_as, CountsAs::Rejected);
    [
        (twice, "it stands twice"),
        (!word(&kind.id), "an id is small letters and low lines"),
        (kind.source.trim().is_empty(), "it has no source"),
        (counted && kind.fields.is_empty(), "nothing is asked for"),
        (!counted && !kind.fields.is_empty(), "a rejected type asks for nothing"),
        (kind.optional.iter().any(|part| !kind.fields.contains(part)), "an optional part is not asked for"),
        (kind.personal && !kind.needs(Part::Number), "a personal number must be asked for"),
        (kind.months.is_some() && !kind.needs(Part::Issued), "an age rule needs the date"),
        (kind.months == Some(0), "no document is good for no month"),
        (counted && kind.issuer.is_none() && !kind.needs(Part::Issuer), "nobody says who issued it"),
        (kind.issuer.is_some() && kind.asks(Part::Issuer), "its issuer is known and asked for"),
    ]
    .into_iter()
    .find_map(|(wrong, what)| wrong.then_some(what))
}

/// The shipped policy as it travels: a JSON object, file name to text.
pub fn bundle() -> Vec<u8> {
    serde_json::json!({ "documents.toml": SHIPPED }).to_string().into_bytes()
}

/// The list in a policy as it travels. None: it is no policy this program can judge by.
pub fn from_bundle(bundle: &[u8]) -> Option<DocumentList> {
    let files: std::collections::BTreeMap<String, String> = serde_json::from_slice(bundle).ok()?;
    parse(files.get("documents.toml")?).ok()
}

/// The list this program was built with. To be called once at start: an error means a broken build.
pub fn load() -> Result<DocumentList, ListError> {
    parse(SHIPPED)
}

/// The list this program was built with; with a broken build an empty one, which accepts no document.
pub fn list() -> &'static DocumentList {
    static LIST: LazyLock<DocumentList> = LazyLock::new(|| load().unwrap_or_default());
    &LIST
}

/// Whether a document's number belongs to one person alone, so that the search for doubles may use it. A household shares
/// its bills.
pub fn names_one_person(kind: &str, number: Option<&str>) -> bool {
    number.is_some() && list().kind(kind).is_some_and(|kind| kind.personal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_list_fits_its_schema_and_every_row_names_its_source() {
        let list = load().unwrap();
        assert!(list.kinds.len() > 20);
        assert!(list.kinds.iter().all(|kind| kind.source.contains("(S") && kind.source.ends_with(')')));
        assert_eq!(list.kind("uk_licence").unwrap().counts_as, CountsAs::PhotoOrAddress);
    }

    #[test]
    fn a_row_that_contradicts_itself_is_refused() {
        let row = |extra: &str| {
            parse(&format!(
                "version = 1\neffective_from = \"2026-11-01\"\n[[document]]\nid = \"a\"\nsource = \"x\"\n{extra}"
            ))
        };
        let good = "counts_as = \"photo\"\nfields = [\"number\"]\nissuer = \"x\"\n";
        assert!(row(good).is_ok());
        for bad in [
            "counts_as = \"photo\"",
            "counts_as = \"rejected\"\nfields = [\"number\"]",
            "counts_as = \"photo\"\nfields = [\"number\"]",
            "counts_as = \"address\"\nfields = [\"issuer\"]\nmonths = 6",
            "counts_as = \"photo\"\nfields = [\"issuer\"]\npersonal = true",
            "counts_as = \"maybe\"\nfields = [\"issuer\"]",
            "counts_as = \"photo\"\nfields = [\"issuer\"]\nhologram = true",
        ] {
            assert!(row(bad).is_err(), "{bad}");
        }
        assert!(matches!(
            row(&format!("{good}[[document]]\nid = \"a\"\nsource = \"x\"\n{good}")),
            Err(ListError::Row { what: "it stands twice", .. })
        ));
    }

    #[test]
    fn numbers_are_held_to_their_form() {
        assert!(NumberForm::NineFigures.fits("925665416"));
        assert!(!NumberForm::NineFigures.fits("92566541"));
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
