//! Weighing a claim against a record, in bits of evidence.
//!
//! The weights are log2 of (how often it is so in records of one person) over (how often it is so in records of two). How
//! often one person's records differ was estimated from the corruptions of the bench, not from real records.

use std::collections::HashMap;

use jiff::civil::Date;

use super::names::{Name, NameId, Names, key_of_birth, key_of_names, key_of_year};
use super::{Claim, Known};

/// Likeness by Jaro and Winkler from which two names are taken for spellings of one.
const CLOSE: f64 = 0.90;
/// Likeness from which they may be.
const ALIKE: f64 = 0.82;

/// A name close by letters or sound keeps this part of its weight.
const CLOSE_PART: f32 = 0.65;
/// A name alike by letters keeps this part.
const ALIKE_PART: f32 = 0.25;
/// One person's records seldom have two surnames: marriage, mostly.
const SURNAME_DIFFERS: f32 = -4.0;
/// Or two forenames: a name in use, mostly.
const GIVEN_DIFFERS: f32 = -5.0;
/// An initial fits one name in twelve or so.
const INITIAL: f32 = 2.0;
/// Surname and forenames changed over happens; that both fit by chance does not.
const SWAPPED: f32 = -1.5;

/// A shared birth date: one of some 18,000 days.
const BIRTH_EQUAL: f32 = 14.0;
/// Day and month changed over, or one figure wrong.
const BIRTH_SLIP: f32 = 7.0;
/// The same year or the same day in another year.
const BIRTH_PART: f32 = 1.0;
/// Two birth dates of one person: rare.
const BIRTH_DIFFERS: f32 = -7.0;

/// What migrated records have for a birth date nobody knew (notes domain 12c 5).
const UNKNOWN_BIRTH: Date = jiff::civil::date(1900, 1, 1);

/// A claim ready to be weighed. What is known of a name is remembered: candidates share theirs.
pub(super) struct Score<'a> {
    names: &'a Names,
    surname: Name,
    given: Name,
    birth: Option<Date>,
    seen: HashMap<(NameId, Part), f32>,
    /// Both names together never weigh more.
    names_most: f32,
}

/// A part of the claim against a part of the record.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Surname,
    Given,
    /// The claim's forenames against the record's surname.
    GivenAsSurname,
    /// The claim's surname against the record's forenames.
    SurnameAsGiven,
}

impl<'a> Score<'a> {
    pub fn new(names: &'a Names, claim: &Claim<'_>) -> Self {
        let (surname, given) = (Name::new(claim.surname), Name::new(claim.given));
        let birth = claim.birth.filter(|day| *day != UNKNOWN_BIRTH);
        Self { names, surname, given, birth, seen: HashMap::new(), names_most: f32::INFINITY }
    }

    /// How many bear both names. Surname and forename are no independent throws: where names come from one language, both
    /// together are far commoner than either says.
    pub fn shared_by(&mut self, namesakes: Option<usize>, records: usize) {
        /// As a name's own weight: a desk's few records are a sample of many.
        const SAMPLE: f32 = 2_000.0;
        let share = |count: usize| (count as f32 + 1.0) / (records as f32 + SAMPLE);
        self.names_most = namesakes.map_or(f32::INFINITY, |count| -share(count).log2());
    }

    /// The blocks of both names, as they stand.
    pub fn names_keys(&self) -> impl Iterator<Item = u32> + '_ {
        self.surname.sounds().flat_map(|sound| self.given.sounds().map(move |first| key_of_names(sound, first)))
    }

    /// The blocks a record of this person may be in, slips taken into account.
    pub fn keys(&self) -> Vec<u32> {
        let mut keys = Vec::new();
        let days = self.birth.into_iter().chain(self.birth.and_then(swapped));
        keys.extend(days.map(key_of_birth));
        // One name alone may be either.
        for (surname, given) in [(&self.surname, &self.given), (&self.given, &self.surname)] {
            for sound in surname.sounds() {
                keys.extend(self.birth.map(|day| key_of_year(sound, day.year())));
                keys.extend(given.sounds().map(|first| key_of_names(sound, first)));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Bits for the same person, of a record of the index.
    pub fn bits(&mut self, surname: NameId, given: NameId, birth: Date) -> f32 {
        let straight = self.part(surname, Part::Surname) + self.part(given, Part::Given);
        let crossed = self.part(surname, Part::GivenAsSurname) + self.part(given, Part::SurnameAsGiven);
        self.whole(straight, crossed, birth)
    }

    /// Bits for the same person, of a record the index may not hold: what is rare is the index's word all the same.
    pub fn bits_of(&self, known: &Known<'_>) -> f32 {
        let (surname, given) = (Name::new(known.surname), Name::new(known.given));
        let straight = self.weigh(&surname, Part::Surname) + self.weigh(&given, Part::Given);
        let crossed = self.weigh(&surname, Part::GivenAsSurname) + self.weigh(&given, Part::SurnameAsGiven);
        self.whole(straight, crossed, known.birth)
    }

    fn whole(&self, straight: f32, crossed: f32, birth: Date) -> f32 {
        straight.max(crossed + SWAPPED).min(self.names_most) + self.birth_bits(birth)
    }

    fn part(&mut self, id: NameId, part: Part) -> f32 {
        if let Some(bits) = self.seen.get(&(id, part)) {
            return *bits;
        }
        let bits = self.weigh(self.names.get(id), part);
        self.seen.insert((id, part), bits);
        bits
    }

    fn weigh(&self, theirs: &Name, part: Part) -> f32 {
        match part {
            Part::Surname => self.surname_bits(&self.surname, theirs),
            Part::Given => self.given_bits(&self.given, theirs),
            Part::GivenAsSurname => self.surname_bits(&self.given, theirs),
            Part::SurnameAsGiven => self.given_bits(&self.surname, theirs),
        }
    }

    fn surname_bits(&self, ours: &Name, theirs: &Name) -> f32 {
        if ours.bare.is_empty() || theirs.bare.is_empty() {
            return 0.0;
        }
        let whole = self.names.bits_of_sharing(theirs.first());
        match likeness(ours.forms(), theirs.forms()) {
            like if like >= 1.0 => whole,
            like if like >= CLOSE || same_sound(ours, theirs) => whole * CLOSE_PART,
            like if like >= ALIKE || one_word_shared(ours, theirs) => whole * ALIKE_PART,
            _ => SURNAME_DIFFERS,
        }
    }

    fn given_bits(&self, ours: &Name, theirs: &Name) -> f32 {
        if ours.bare.is_empty() || theirs.bare.is_empty() {
            return 0.0;
        }
        let whole = self.names.bits_of_sharing(theirs.first());
        let (first, other) = (ours.first(), theirs.first());
        if likeness(ours.forms(), theirs.forms()) >= 1.0 {
            return whole + 1.0;
        }
        if first == other {
            return whole;
        }
        if first.chars().count().min(other.chars().count()) == 1 {
            return if first.chars().next() == other.chars().next() { INITIAL } else { GIVEN_DIFFERS };
        }
        match likeness([first].into_iter(), [other].into_iter()) {
            like if like >= CLOSE || same_sound(ours, theirs) => whole * CLOSE_PART,
            like if like >= ALIKE || one_word_shared(ours, theirs) => whole * ALIKE_PART,
            _ => GIVEN_DIFFERS,
        }
    }

    fn birth_bits(&self, theirs: Date) -> f32 {
        let Some(ours) = self.birth.filter(|_| theirs != UNKNOWN_BIRTH) else { return 0.0 };
        let figures = |day: Date| format!("{:04}{:02}{:02}", day.year(), day.month(), day.day());
        let wrong = || figures(ours).bytes().zip(figures(theirs).bytes()).filter(|(a, b)| a != b).count();
        if ours == theirs {
            BIRTH_EQUAL
        } else if swapped(ours) == Some(theirs) || wrong() == 1 {
            BIRTH_SLIP
        } else if ours.year() == theirs.year() || (ours.month(), ours.day()) == (theirs.month(), theirs.day()) {
            BIRTH_PART
        } else {
            BIRTH_DIFFERS
        }
    }
}

/// Day and month changed over, if that is another day.
fn swapped(day: Date) -> Option<Date> {
    Date::new(day.year(), day.day(), day.month()).ok().filter(|other| *other != day)
}

/// The best likeness of any two ways of writing, blanks left out.
fn likeness<'a>(ours: impl Iterator<Item = &'a str>, theirs: impl Iterator<Item = &'a str> + Clone) -> f64 {
    let joined = |text: &str| text.replace(' ', "");
    let pairs = ours.flat_map(|a| theirs.clone().map(move |b| (a, b)));
    pairs.map(|(a, b)| if a == b { 1.0 } else { strsim::jaro_winkler(&joined(a), &joined(b)) }).fold(0.0, f64::max)
}

fn same_sound(ours: &Name, theirs: &Name) -> bool {
    ours.sounds().any(|sound| theirs.sounds().any(|other| other == sound))
}

/// Double-barrelled names of which one half is left out.
fn one_word_shared(ours: &Name, theirs: &Name) -> bool {
    ours.bare.split(' ').any(|word| word.len() > 2 && theirs.bare.split(' ').any(|other| other == word))
}
