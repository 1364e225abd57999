//! Finding people, and their photos. Every look is audited, by ids alone.

use super::{Answer, Ask, Reply};
use crate::central::service::{Central, of_store, problem};
use crate::central::store::{DeskRow, PersonQuery};
use crate::domain::PersonId;
use crate::domain::person::NAME_LETTERS_MAX;
use crate::domain::text::sanitise;
use crate::wire::message::{PersonHits, ProblemCode};

/// Longest document number looked at; driver numbers have 18 signs.
const DOCUMENT_MAX: usize = 40;

pub fn find(central: &Central, ask: &Ask, desk: &DeskRow) -> Answer {
    let query = read(ask)?;
    if query == PersonQuery::default() {
        return Err(problem(ProblemCode::BadRequest, "at least one part of the question must be there").into());
    }
    let hits = central.find_persons(&query).map_err(of_store)?;
    central.audit(Some(desk.desk), None, "persons_searched", hits.len().to_string());
    Reply::json(&PersonHits { hits })
}

fn read(ask: &Ask) -> Result<PersonQuery, crate::wire::message::Problem> {
    let bad = |detail: &str| problem(ProblemCode::BadRequest, detail);
    let text = |name: &str, max: usize| match ask.asked(name).map(sanitise) {
        Some(text) if text.chars().count() > max => Err(bad(&format!("{name} is too long"))),
        other => Ok(other),
    };
    let form = |name: &'static str| move || bad(&format!("{name} has the wrong form"));
    Ok(PersonQuery {
        // Letters as a reader counts them may have several code points.
        given: text("given", NAME_LETTERS_MAX * 4)?,
        family: text("family", NAME_LETTERS_MAX * 4)?,
        birth_date: ask.asked("birth_date").map(|day| day.parse().map_err(|_| form("birth_date")())).transpose()?,
        number: ask.asked("number").map(|number| number.parse().map_err(|_| form("number")())).transpose()?,
        document: text("document", DOCUMENT_MAX)?,
    })
}

/// The likeness, from central and never from a card. JPEG.
pub fn photo(central: &Central, ask: &Ask, desk: &DeskRow) -> Answer {
    let person: PersonId = ask.id("id")?;
    let none = || problem(ProblemCode::NotFound, "central holds no photo of this person");
    let digest = central.store.photo_of(person).map_err(of_store)?.ok_or_else(none)?;
    let sealed = central.store.blob_bytes(&digest).map_err(of_store)?.ok_or_else(none)?;
    let plain = central.open_blob(&sealed).ok_or_else(none)?;
    central.audit(Some(desk.desk), None, "photo_shown", person.to_string());
    Ok(Reply::bytes("image/jpeg", plain.to_vec()))
}
