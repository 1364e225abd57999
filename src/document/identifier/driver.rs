//! Driver numbers. Great Britain's is made of the holder's name and birth date: five signs of the surname padded with 9, the
//! decade of birth, the month (50 more for a woman), the day, the year's last digit, two initials or 9, a tie-breaker, two
//! letters whose rule is not public (notes domain 5.4, S74; documents 3). The issue number behind it is not part of it.

use jiff::civil::Date;

use super::form::figures;
use super::{Found, Reason, Terms};
use crate::document::names::{Fold, words};

/// Signs of the number.
const SIGNS: usize = 16;

/// A tie-breaker is a digit or a letter that can't be taken for another.
const NOT_A_TIE: &str = "IOQYZ01";

/// Added to the month of a woman; only ever used to find typing errors.
const WOMAN: u8 = 50;

/// Whether a text has the form of a driver number of Great Britain.
pub(super) fn is_great_britain(number: &str) -> bool {
    Parts::of(number).is_ok()
}

/// Northern Ireland: eight digits that say nothing of the holder (S75).
pub(super) fn northern_ireland(number: &str) -> Found {
    let reasons = match (figures(number), number.len()) {
        (_, len) if len != 8 => vec![Reason::Length],
        (false, _) => vec![Reason::Sign],
        (true, _) => vec![Reason::NoCrossCheck],
    };
    Found::keyed(number.to_owned(), reasons)
}

/// Great Britain.
pub(super) fn great_britain(typed: &str, terms: &Terms<'_>) -> Found {
    let issue = typed.get(SIGNS..).filter(|rest| rest.len() == 2 && figures(rest));
    let number = if issue.is_some() { typed.get(..SIGNS).unwrap_or(typed) } else { typed };
    let parts = match Parts::of(number) {
        Ok(parts) => parts,
        Err(reason) => return Found::new(number, vec![reason]),
    };
    let mut reasons = Vec::new();
    let mut add = |is: bool, reason| {
        if is {
            reasons.push(reason);
        }
    };
    add(issue.is_some(), Reason::IssueNumber);
    add(parts.tie.is_none_or(|tie| NOT_A_TIE.contains(tie)), Reason::TieBreaker);
    add(parts.births(terms.today).next().is_none(), Reason::NotADay);
    if let Some(holder) = terms.holder {
        if !holder.surname.is_empty() {
            match parts.surname_of(holder.surname) {
                Agrees::Yes => {}
                Agrees::Folded => add(true, Reason::MacFolded),
                Agrees::No => add(true, Reason::SurnameDiffers),
            }
            match parts.initials_of(holder.given) {
                Agrees::Yes => {}
                Agrees::Folded => add(true, Reason::InitialsMissing),
                Agrees::No => add(true, Reason::InitialsDiffer),
            }
        }
        if let Some(birth) = holder.birth {
            add(!parts.births(terms.today).any(|day| day == birth), Reason::BirthDiffers);
        }
        let woman = holder.sex.and_then(|sex| ['F', 'M'].contains(&sex).then_some(sex == 'F'));
        add(woman.is_some_and(|woman| woman != parts.woman), Reason::TypingCheck);
    }
    Found::keyed(number.to_owned(), reasons)
}

/// Whether a part agrees with the holder.
enum Agrees {
    Yes,
    /// It does under a rule that needs a look.
    Folded,
    No,
}

/// The parts of a number that has the form.
struct Parts<'a> {
    /// Without the nines behind it.
    surname: &'a str,
    year: u8,
    month: u8,
    day: u8,
    woman: bool,
    initials: &'a str,
    tie: Option<char>,
}

impl<'a> Parts<'a> {
    fn of(number: &'a str) -> Result<Self, Reason> {
        if number.len() != SIGNS {
            return Err(Reason::Length);
        }
        if !number.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) {
            return Err(Reason::Sign);
        }
        let piece = |from: usize, to: usize| number.get(from..to).unwrap_or_default();
        let letters = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase());
        let number_of = |from, to| piece(from, to).parse::<u8>().map_err(|_| Reason::Sign);
        let surname = piece(0, 5).trim_end_matches('9');
        if surname.is_empty() || !letters(surname) || !letters(piece(14, 16)) {
            return Err(Reason::Sign);
        }
        let initials = piece(11, 13).trim_end_matches('9');
        if !letters(initials) {
            return Err(Reason::Sign);
        }
        let (decade, month, day, last) = (number_of(5, 6)?, number_of(6, 8)?, number_of(8, 10)?, number_of(10, 11)?);
        let woman = month > WOMAN;
        let month = if woman { month - WOMAN } else { month };
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return Err(Reason::NotADay);
        }
        Ok(Self { surname, year: decade * 10 + last, month, day, woman, initials, tie: piece(13, 14).chars().next() })
    }

    /// The birth dates it may mean: this century or the last, not after today, a real day.
    fn births(&self, today: Date) -> impl Iterator<Item = Date> + use<> {
        let (year, month, day) = (i16::from(self.year), self.month.cast_signed(), self.day.cast_signed());
        [1900, 2000]
            .into_iter()
            .filter_map(move |century| Date::new(century + year, month, day).ok())
            .filter(move |d| *d <= today)
    }

    /// Mac is written Mc, whatever stands on the other documents.
    fn surname_of(&self, surname: &str) -> Agrees {
        let mut folded = Agrees::No;
        for fold in Fold::LATIN {
            let name = words(surname, fold).concat();
            let five = |name: &str| name.chars().take(5).collect::<String>();
            if five(&name) == self.surname {
                return Agrees::Yes;
            }
            if name.strip_prefix("MAC").is_some_and(|rest| five(&format!("MC{rest}")) == self.surname) {
                folded = Agrees::Folded;
            }
        }
        folded
    }

    fn initials_of(&self, given: &str) -> Agrees {
        let mut verdict = Agrees::No;
        for fold in Fold::LATIN {
            let all: String = words(given, fold).iter().filter_map(|word| word.chars().next()).take(2).collect();
            if all == self.initials {
                return Agrees::Yes;
            }
            // The first agrees, or one of the two documents has none at all.
            if all.starts_with(self.initials) || self.initials.starts_with(all.as_str()) {
                verdict = Agrees::Folded;
            }
        }
        verdict
    }
}
