//! The person's details, exactly as on the documents (notes domain 4.1, steps 2 and 3).

use jiff::civil::Date;

use super::entry::{Did, Entry};
use super::{Register, TaskId, rename, tasks};
use crate::domain::LegalName;
use crate::domain::person::{NameError, NamePart, name_part};
use crate::journey::Next;
use crate::journey::key::Key;
use crate::policy::dates::{DateError, age, parse_day};

/// The fields: id and most letters.
pub const FIELDS: [(&str, usize); 6] =
    [("given", 60), ("family", 60), ("birth", 10), ("position", 60), ("card-name", 60), ("email", 120)];

/// What must be typed. A single name stands as family name.
pub const REQUIRED: [&str; 3] = ["family", "birth", "position"];

/// Nobody younger works with a card of their own (school-leaving age).
pub const AGE_MIN: i16 = 16;

/// Nobody older has worked here: a wrong year, or the 1 January 1900 of old records (notes domain 4.2).
pub const AGE_MAX: i16 = 110;

/// The details, once they can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Name as on the documents.
    pub name: LegalName,
    /// Text for the plastic, if not the full name.
    pub name_on_card: Option<String>,
    /// Date of birth.
    pub birth_date: Date,
    /// What the person works as.
    pub position: String,
    /// E-mail.
    pub email: Option<String>,
}

/// The details of this visit, or every field that is wrong. For a change of name: the new name, and the rest from the record.
pub fn of(state: &Register) -> Result<Details, Vec<(&'static str, String)>> {
    match &state.renaming {
        Some(renaming) => rename::read(renaming, &state.details),
        None => read(&state.details, state.day),
    }
}

/// Name and name on card, once both can be stored; what is wrong with them goes to the errors.
pub fn names(entry: &Entry, errors: &mut Vec<(&'static str, String)>) -> Option<(LegalName, Option<String>)> {
    let name = LegalName::parse(entry.text("given"), entry.text("family"));
    let name = name.map_err(|(part, error)| errors.push(name_error(part, error))).ok();
    let on_card = Some(entry.text("card-name")).filter(|text| !text.is_empty()).map(name_part).transpose();
    let on_card = on_card.map_err(|_| errors.push(("card-name", "error-card-name".to_owned()))).ok();
    name.zip(on_card)
}

/// The details as typed, or every field that is wrong with the word that says how to mend it.
pub fn read(entry: &Entry, today: Date) -> Result<Details, Vec<(&'static str, String)>> {
    let mut errors = Vec::new();
    let names = names(entry, &mut errors);
    let mut wrong = |id: &'static str, word: &str| errors.push((id, word.to_owned()));
    let birth = birth_date(entry.text("birth"), today);
    if let Err(word) = birth {
        wrong("birth", word);
    }
    let position = entry.text("position").split_whitespace().collect::<Vec<_>>().join(" ");
    if position.is_empty() {
        wrong("position", "error-position-empty");
    } else if !position.chars().any(char::is_alphabetic) {
        wrong("position", "error-position-no-letter");
    }
    let email = Some(entry.text("email")).filter(|text| !text.is_empty()).map(str::to_owned);
    if email.as_deref().is_some_and(|email| !is_email(email)) {
        wrong("email", "error-email");
    }
    match (names, birth) {
        (Some((name, name_on_card)), Ok(birth_date)) if errors.is_empty() => {
            Ok(Details { name, name_on_card, birth_date, position, email })
        }
        _ => Err(errors),
    }
}

fn birth_date(typed: &str, today: Date) -> Result<Date, &'static str> {
    let birth = parse_day(typed).map_err(date_error)?;
    if birth > today {
        return Err("error-birth-future");
    }
    match age(birth, today) {
        years if years < AGE_MIN => Err("error-birth-young"),
        years if years > AGE_MAX => Err("error-birth-old"),
        _ => Ok(birth),
    }
}

/// The field and word of a name that can't be stored.
pub fn name_error(part: NamePart, error: NameError) -> (&'static str, String) {
    let id = match part {
        NamePart::Given => "given",
        NamePart::Family => "family",
    };
    let word = match error {
        NameError::Empty => "error-name-empty",
        NameError::TooLong => "error-name-long",
        NameError::NoLetter => "error-name-no-letter",
        NameError::BadSign => "error-name-sign",
    };
    (id, word.to_owned())
}

/// The word of a date that is none.
pub fn date_error(error: DateError) -> &'static str {
    match error {
        DateError::Empty => "error-date-empty",
        DateError::Form => "error-date-form",
        DateError::NoSuchDay => "error-date-no-day",
    }
}

/// One `@` with something before it and a domain with a dot after it. Whether the domain is on the national list is central's
/// to say (notes domain 5.4, S58).
fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else { return false };
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_graphic() && b != b'@' && b != b',' && b != b';');
    let labels: Vec<&str> = domain.split('.').collect();
    !name.is_empty() && plain(name) && plain(domain) && labels.len() > 1 && labels.iter().all(|l| !l.is_empty())
}

/// One key on the form.
pub fn key(state: &mut Register, key: Key) -> Next {
    let required = if state.renaming.is_some() { &REQUIRED[..1] } else { &REQUIRED[..] };
    if state.details.key(key, required) != Did::Submitted {
        return Next::Stay;
    }
    match of(state) {
        Ok(details) => {
            state.details.form.clear_errors();
            tasks::done(state, TaskId::Details);
            // Until central has it the holder has the name on record.
            if state.renaming.is_some() { Next::Stay } else { Next::Name(details.name.full()) }
        }
        Err(errors) => {
            state.details.fail(&errors);
            Next::Stay
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 23);

    fn good() -> Entry {
        let mut entry = Entry::new(&FIELDS);
        for (id, text) in [("given", "Siân"), ("family", "Wyn"), ("birth", "12 08 1986"), ("position", "Nurse")] {
            entry.prefill(id, text);
        }
        entry
    }

    fn errors(id: &str, text: &str) -> Vec<(&'static str, String)> {
        let mut entry = good();
        entry.form.field_mut(id).unwrap().set(text);
        read(&entry, TODAY).err().unwrap_or_default()
    }

    #[test]
    fn every_field_says_what_is_wrong_with_it() {
        for (id, text, word) in [
            ("family", "", "error-name-empty"),
            ("family", "--", "error-name-no-letter"),
            ("given", "R2D2", "error-name-sign"),
            ("birth", "", "error-date-empty"),
            ("birth", "12 Aug 86", "error-date-form"),
            ("birth", "31 04 1986", "error-date-no-day"),
            ("birth", "24 11 2026", "error-birth-future"),
            ("birth", "24 11 2010", "error-birth-young"),
            ("birth", "01 01 1900", "error-birth-old"),
            ("position", "", "error-position-empty"),
            ("position", "12", "error-position-no-letter"),
            ("card-name", "Agent 007", "error-card-name"),
            ("email", "sian", "error-email"),
            ("email", "sian@wyn@nhs.net", "error-email"),
            ("email", "sian@nhs", "error-email"),
        ] {
            assert_eq!(errors(id, text), [(id, word.to_owned())], "{id}: {text}");
        }
    }

    #[test]
    fn all_errors_are_said_at_once() {
        let entry = Entry::new(&FIELDS);
        let wrong: Vec<&str> = read(&entry, TODAY).unwrap_err().into_iter().map(|(id, _)| id).collect();
        assert_eq!(wrong, ["family", "birth", "position"]);
    }

    #[test]
    fn a_sixteenth_birthday_today_is_old_enough() {
        assert_eq!(errors("birth", "23 11 2010"), []);
    }

    #[test]
    fn what_may_stay_empty_may_stay_empty() {
        let details = read(&good(), TODAY).unwrap();
        assert_eq!((details.name_on_card, details.email), (None, None));
        assert_eq!(errors("email", "sian.wyn@nhs.net"), []);
    }
}
