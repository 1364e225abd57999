//! The numbers on a document: their forms, their check digits, and whether they agree with the name and the birth date beside
//! them (notes domain 5.4).
//!
//! [`judge`] gives a verdict with reasons. A reason is a word that never changes and a weight: what refuses the number, what
//! contradicts the holder, what needs a look, and what is only told.

mod driver;
mod form;
mod paper;
mod people;
mod place;

use jiff::civil::Date;
use serde::Serialize;

pub use form::{NumberForm, masked, plain_number};

/// Signs of a value that are looked at. Nothing longer is an identifier.
pub const VALUE_MAX: usize = 64;

/// Days a share code lasts (gov.uk, S76).
pub const SHARE_CODE_DAYS: i32 = 90;

/// A type of identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Driver number of Great Britain.
    GbDriver,
    /// Driver number of Northern Ireland.
    NiDriver,
    /// Number of a UK passport.
    UkPassport,
    /// National Insurance number.
    Nino,
    /// NHS number.
    NhsNumber,
    /// Share code of an eVisa.
    ShareCode,
    /// Postcode.
    Postcode,
    /// ODS code of an organisation.
    OdsCode,
    /// The 12 digits of a card user.
    Uuid,
    /// A date on a document.
    Date,
    /// Number of a biometric residence permit: always refused, with the way out.
    Brp,
}

impl Kind {
    /// All of them, in the order they are listed.
    pub const ALL: [Kind; 11] = [
        Kind::GbDriver,
        Kind::NiDriver,
        Kind::UkPassport,
        Kind::Nino,
        Kind::NhsNumber,
        Kind::ShareCode,
        Kind::Postcode,
        Kind::OdsCode,
        Kind::Uuid,
        Kind::Date,
        Kind::Brp,
    ];

    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::GbDriver => "gb-driver",
            Kind::NiDriver => "ni-driver",
            Kind::UkPassport => "uk-passport",
            Kind::Nino => "nino",
            Kind::NhsNumber => "nhs-number",
            Kind::ShareCode => "share-code",
            Kind::Postcode => "postcode",
            Kind::OdsCode => "ods-code",
            Kind::Uuid => "uuid",
            Kind::Date => "date",
            Kind::Brp => "brp",
        }
    }

    /// What it is, for support and auditors.
    pub fn about(self) -> &'static str {
        match self {
            Kind::GbDriver => "driver number of Great Britain, 16 signs; agrees with name and birth date",
            Kind::NiDriver => "driver number of Northern Ireland, 8 digits",
            Kind::UkPassport => "UK passport number, 9 signs",
            Kind::Nino => "National Insurance number; unique without its last letter",
            Kind::NhsNumber => "NHS number, 10 digits, the last a check digit",
            Kind::ShareCode => "eVisa share code, 9 signs beginning with W, R or S, good for 90 days",
            Kind::Postcode => "UK postcode; the form only",
            Kind::OdsCode => "ODS code of an organisation, 3 to 8 signs",
            Kind::Uuid => "card user number, 12 digits",
            Kind::Date => "date on a document, not after today",
            Kind::Brp => "biometric residence permit; refused since 2025",
        }
    }

    /// The type of a word, forgiving about hyphens and capitals and about the ways people say it.
    pub fn from_word(word: &str) -> Option<Self> {
        let plain: String = word.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let same = |kind: &Kind| kind.as_str().replace('-', "") == plain;
        Kind::ALL.into_iter().find(same).or(match plain.as_str() {
            "driver" | "drivernumber" | "gbdrivernumber" | "drivinglicence" | "gblicence" | "uklicence" | "dln" => {
                Some(Kind::GbDriver)
            }
            "nidrivernumber" | "nilicence" | "dva" => Some(Kind::NiDriver),
            "passport" | "ukpassportnumber" | "passportnumber" => Some(Kind::UkPassport),
            "ni" | "ninumber" | "nationalinsurance" | "nationalinsurancenumber" => Some(Kind::Nino),
            "nhs" => Some(Kind::NhsNumber),
            "sharecode" | "evisa" => Some(Kind::ShareCode),
            "ods" => Some(Kind::OdsCode),
            "usernumber" | "carduser" => Some(Kind::Uuid),
            "day" => Some(Kind::Date),
            "brc" | "brpnumber" => Some(Kind::Brp),
            _ => None,
        })
    }
}

/// How much a reason weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// It is not such a number, or it is not accepted.
    Refuses,
    /// It does not agree with the holder: a fact of its own that must be explained.
    Contradicts,
    /// It needs a look and a tick.
    Warns,
    /// Good to know.
    Tells,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $weight:ident;)+) => {
        /// Why a number is judged as it is. The words stand in records.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason { $($(#[$doc])* $name,)+ }

        impl Reason {
            /// All of them, so that a test can hold the words of the screen against them.
            pub const ALL: &[Reason] = &[$(Reason::$name),+];

            /// The stable word.
            pub fn as_str(self) -> &'static str {
                match self { $(Reason::$name => $word,)+ }
            }

            /// What it weighs.
            pub fn weight(self) -> Weight {
                match self { $(Reason::$name => Weight::$weight,)+ }
            }
        }
    };
}

reasons! {
    /// Nothing was typed.
    Empty = "empty", Refuses;
    /// Too many or too few signs.
    Length = "length", Refuses;
    /// A sign that this type has not, or not here.
    Sign = "sign", Refuses;
    /// The check digit does not agree.
    CheckDigit = "check_digit", Refuses;
    /// One digit over and over: it passes the check digit and is nobody's.
    Repeated = "repeated", Refuses;
    /// Letters this type never begins with.
    Prefix = "prefix", Refuses;
    /// The last letter is missing or not A to D.
    Suffix = "suffix", Refuses;
    /// A temporary reference, not a National Insurance number.
    Temporary = "temporary", Refuses;
    /// A prefix used for administration, not a National Insurance number.
    Administrative = "administrative", Refuses;
    /// HMRC's example prefix QQ outside a demo.
    ExampleRefused = "example_refused", Refuses;
    /// HMRC's example prefix QQ in a demo.
    Example = "example", Tells;
    /// The number of a published specimen outside a demo.
    SpecimenRefused = "specimen_refused", Refuses;
    /// The number of a published specimen in a demo.
    Specimen = "specimen", Tells;
    /// From the range of test numbers, 999.
    TestRange = "test_range", Warns;
    /// The day in it is in no calendar.
    NotADay = "not_a_day", Refuses;
    /// After today.
    Future = "future", Refuses;
    /// The surname in it is another one. A changed name explains it.
    SurnameDiffers = "surname_differs", Contradicts;
    /// The birth date in it is another one.
    BirthDiffers = "birth_date_differs", Contradicts;
    /// An initial in it is another one.
    InitialsDiffer = "initials_differ", Contradicts;
    /// It has an initial or lacks one where the forenames do not or do.
    InitialsMissing = "initials_missing", Warns;
    /// Mac was folded to Mc in it.
    MacFolded = "mac_folded", Warns;
    /// The sign for the sex does not fit the zone's: look for a typing error, nothing else.
    TypingCheck = "typing_check", Warns;
    /// The sign before the last two is one that is not used there.
    TieBreaker = "tie_breaker", Warns;
    /// Two digits behind it are the issue number of the card, not part of it.
    IssueNumber = "issue_number", Tells;
    /// No rule leads from the holder to this number: compare by eye.
    NoCrossCheck = "no_cross_check", Tells;
    /// It says the right to work.
    ForWork = "for_work", Tells;
    /// It says the right to rent.
    ForRent = "for_rent", Tells;
    /// It says the immigration status.
    ForStatus = "for_status", Tells;
    /// The code is for another purpose: ask for one of the right kind.
    WrongPurpose = "wrong_purpose", Refuses;
    /// More than 90 days old: ask for a new one.
    CodeExpired = "code_expired", Refuses;
    /// Biometric residence permits ended with 2024.
    BrpEnded = "brp_ended", Refuses;
    /// The way out: an eVisa share code.
    AskShareCode = "ask_share_code", Tells;
}

impl Serialize for Reason {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Who the number should belong to, as far as it is known.
#[derive(Clone, Copy, Default)]
pub struct Holder<'a> {
    /// Surname or single name, in any script.
    pub surname: &'a str,
    /// Forenames.
    pub given: &'a str,
    /// Birth date.
    pub birth: Option<Date>,
    /// `M` or `F` from a zone on the desk; only ever a check of the typing.
    pub sex: Option<char>,
}

/// What a number is judged by.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// The day seen.
    pub today: Date,
    /// Whether examples and specimens are accepted.
    pub demo: bool,
    /// For the cross-checks.
    pub holder: Option<Holder<'a>>,
    /// The day a share code was made.
    pub made: Option<Date>,
    /// The letter a share code should begin with.
    pub purpose: Option<char>,
}

impl Terms<'_> {
    /// A day and nothing else.
    pub fn on(today: Date) -> Self {
        Self { today, demo: false, holder: None, made: None, purpose: None }
    }
}

/// What is to be said of a number. It holds the number: no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Whether it is such a number and is accepted. A contradiction does not make it invalid.
    pub valid: bool,
    /// As it is kept: capitals, no blanks; a date as `YYYY-MM-DD`.
    pub normal: String,
    /// By what two people are told apart: a National Insurance number without its last letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Why.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    /// Whether a reason is among them.
    pub fn has(&self, reason: Reason) -> bool {
        self.reasons.contains(&reason)
    }

    /// The heaviest weight among the reasons.
    pub fn weight(&self) -> Option<Weight> {
        self.reasons.iter().map(|reason| reason.weight()).min()
    }
}

/// What a type's rules found: the number as kept, the key if it is unique to a person, the reasons.
struct Found {
    normal: String,
    key: Option<String>,
    reasons: Vec<Reason>,
}

impl Found {
    fn new(normal: impl Into<String>, reasons: Vec<Reason>) -> Self {
        Self { normal: normal.into(), key: None, reasons }
    }

    fn keyed(normal: String, reasons: Vec<Reason>) -> Self {
        Self { key: Some(normal.clone()), normal, reasons }
    }
}

/// Judges what was typed. Never fails: what is no such number is said by the reasons.
pub fn judge(kind: Kind, typed: &str, terms: &Terms<'_>) -> Verdict {
    let plain = plain_number(typed);
    let found = if plain.is_empty() {
        Found::new("", vec![Reason::Empty])
    } else if typed.chars().count() > VALUE_MAX {
        Found::new("", vec![Reason::Length])
    } else {
        match kind {
            Kind::GbDriver => driver::great_britain(&plain, terms),
            Kind::NiDriver => driver::northern_ireland(&plain),
            Kind::UkPassport => paper::passport(&plain, terms),
            Kind::Nino => people::nino(&plain, terms),
            Kind::NhsNumber => people::nhs_number(&plain),
            Kind::ShareCode => paper::share_code(&plain, terms),
            Kind::Postcode => place::postcode(&plain),
            Kind::OdsCode => place::ods_code(&plain),
            Kind::Uuid => paper::user_number(&plain),
            Kind::Date => paper::date(typed, terms),
            Kind::Brp => paper::brp(&plain),
        }
    };
    let valid = !found.reasons.iter().any(|reason| reason.weight() == Weight::Refuses);
    let key = found.key.filter(|_| valid);
    Verdict { kind, valid, normal: found.normal, key, reasons: found.reasons }
}

#[cfg(test)]
mod tests;
