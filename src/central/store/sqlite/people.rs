//! Persons, their numbers, history and photos, and the audit.

use rusqlite::{Connection, Row, params};

use super::feed::tell_person;
use super::row::{all, from_word, maybe, number, one, parsed, signed, unsigned, word};
use super::{current, next};
use crate::central::number::mint;
use crate::central::store::text_key::{document_key, name_key};
use crate::central::store::{AuditLine, BORN_MAX, FormerName, HITS_MAX, NewPerson, PersonQuery, StoreError, Stored};
use crate::document::same_person::Band;
use crate::domain::{DeskId, LegalName, Millis, Person, PersonId, PersonStatus, UserNumber, VisitId};
use crate::wire::message::{PersonHit, ProblemCode};

/// Scope of the user numbers.
const NUMBERS: &str = "user_numbers";

const COLUMNS: &str =
    "SELECT person, number, given, family, name_on_card, birth_date, birth_date_verified, organisation,
    position, email, has_photo, status, version FROM persons";

fn read(row: &Row<'_>) -> Stored<Person> {
    Ok(Person {
        id: parsed(row, "person")?,
        number: maybe(row, "number")?,
        name: LegalName { given: row.get("given")?, family: row.get("family")? },
        name_on_card: row.get("name_on_card")?,
        birth_date: parsed(row, "birth_date")?,
        birth_date_verified: row.get("birth_date_verified")?,
        organisation: parsed(row, "organisation")?,
        position: row.get("position")?,
        email: row.get("email")?,
        has_photo: row.get("has_photo")?,
        status: from_word(row, "status")?,
        version: number(row, "version")?,
    })
}

/// The number the next person gets, without counting.
pub fn next_number(tx: &Connection) -> Stored<UserNumber> {
    mint(current(tx, NUMBERS)? + 1).ok_or_else(|| StoreError::Database("no user number is left".to_owned()))
}

pub fn add(tx: &Connection, person: &NewPerson, has_photo: Option<&str>, source: &str, now: Millis) -> Stored<Person> {
    if !super::desks::knows_organisation(tx, person.organisation.as_str())? {
        return Err(StoreError::Refused(ProblemCode::NotFound));
    }
    let number = mint(next(tx, NUMBERS)?).ok_or_else(|| StoreError::Database("no user number is left".to_owned()))?;
    tx.execute(
        "INSERT INTO persons (person, number, given, family, name_on_card, birth_date, birth_date_verified, organisation,
                              position, email, photo, has_photo, status, version, name_key, family_key, made_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 1, ?14, ?15, ?16)",
        params![
            person.person.to_string(),
            number.digits(),
            person.name.given,
            person.name.family,
            person.name_on_card,
            person.birth_date.to_string(),
            person.birth_date_verified,
            person.organisation.as_str(),
            person.position,
            person.email,
            has_photo,
            has_photo.is_some(),
            word(&PersonStatus::Active)?,
            name_key(&person.name.full()),
            name_key(&person.name.family),
            now.0
        ],
    )?;
    history(tx, person.person, 1, "made", source, now)?;
    tell_person(tx, person.person)?;
    get(tx, person.person)?.ok_or(StoreError::Refused(ProblemCode::NotFound))
}

/// Another name from this version on. The former one stays for the search, and for whoever looks into the record at central.
pub fn rename(
    tx: &Connection,
    person: PersonId,
    name: &LegalName,
    name_on_card: Option<&str>,
    source: &str,
    now: Millis,
) -> Stored<()> {
    let old = get(tx, person)?.ok_or(StoreError::Refused(ProblemCode::NotFound))?;
    let version = old.version + 1;
    tx.execute(
        "INSERT INTO former_names (person, version, given, family, name_key, ended_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            person.to_string(),
            signed(version)?,
            old.name.given,
            old.name.family,
            name_key(&old.name.full()),
            now.0
        ],
    )?;
    tx.execute(
        "UPDATE persons SET given = ?2, family = ?3, name_on_card = ?4, name_key = ?5, family_key = ?6, version = ?7
         WHERE person = ?1",
        params![
            person.to_string(),
            name.given,
            name.family,
            name_on_card,
            name_key(&name.full()),
            name_key(&name.family),
            signed(version)?
        ],
    )?;
    history(tx, person, version, "name", source, now)?;
    let roles = old.number.as_ref().map(|number| super::agents::roles(tx, number)).transpose()?.unwrap_or_default();
    if !roles.is_empty() {
        // The roster names its agents.
        next(tx, super::ROSTER)?;
    }
    tell_person(tx, person)
}

const FORMER: &str = "SELECT f.person, f.version, f.given, f.family, f.ended_at, p.birth_date FROM former_names f
    JOIN persons p ON p.person = f.person";

fn read_former(row: &Row<'_>) -> Stored<FormerName> {
    Ok(FormerName {
        person: parsed(row, "person")?,
        name: LegalName { given: row.get("given")?, family: row.get("family")? },
        birth_date: parsed(row, "birth_date")?,
        ended: Millis(row.get("ended_at")?),
    })
}

/// Former names, oldest first: one person's, or everybody's.
pub fn former_names(tx: &Connection, person: Option<PersonId>) -> Stored<Vec<FormerName>> {
    all(
        tx,
        &format!("{FORMER} WHERE ?1 IS NULL OR f.person = ?1 ORDER BY f.person, f.version"),
        params![person.map(|person| person.to_string())],
        read_former,
    )
}

pub fn history(tx: &Connection, person: PersonId, version: u64, what: &str, source: &str, now: Millis) -> Stored<()> {
    tx.execute(
        "INSERT INTO person_history (person, version, at, what, source) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![person.to_string(), signed(version)?, now.0, what, source],
    )?;
    Ok(())
}

pub fn history_of(tx: &Connection, person: PersonId) -> Stored<Vec<(u64, Millis, String)>> {
    all(
        tx,
        "SELECT version, at, what FROM person_history WHERE person = ?1 ORDER BY version",
        params![person.to_string()],
        |row| Ok((number(row, "version")?, Millis(row.get("at")?), row.get("what")?)),
    )
}

pub fn get(tx: &Connection, person: PersonId) -> Stored<Option<Person>> {
    one(tx, &format!("{COLUMNS} WHERE person = ?1"), params![person.to_string()], read)
}

pub fn by_number(tx: &Connection, number: &UserNumber) -> Stored<Option<Person>> {
    one(tx, &format!("{COLUMNS} WHERE number = ?1"), params![number.digits()], read)
}

pub fn list(tx: &Connection, after: Option<&UserNumber>, limit: u32) -> Stored<Vec<Person>> {
    let after = after.map_or("", UserNumber::digits);
    all(tx, &format!("{COLUMNS} WHERE number > ?1 ORDER BY number LIMIT ?2"), params![after, limit], read)
}

/// The key of a document's number, with this database's salt.
pub fn document(tx: &Connection, number: &str) -> Stored<Option<[u8; 32]>> {
    let salt: String = tx.query_row("SELECT value FROM meta WHERE key = 'document_salt'", [], |row| row.get(0))?;
    Ok(document_key(salt.as_bytes(), number))
}

pub fn with_document(tx: &Connection, key: &[u8; 32]) -> Stored<Option<PersonId>> {
    one(tx, "SELECT person FROM person_documents WHERE number_key = ?1 LIMIT 1", params![key], |row| {
        parsed(row, "person")
    })
}

/// Somebody who has or had this name, and this birth date.
pub fn with_name(tx: &Connection, name: &LegalName, birth_date: jiff::civil::Date) -> Stored<Option<PersonId>> {
    one(
        tx,
        "SELECT person FROM persons WHERE name_key = ?1 AND birth_date = ?2
         UNION ALL SELECT f.person FROM former_names f JOIN persons p ON p.person = f.person
         WHERE f.name_key = ?1 AND p.birth_date = ?2 LIMIT 1",
        params![name_key(&name.full()), birth_date.to_string()],
        |row| parsed(row, "person"),
    )
}

pub fn born(tx: &Connection, day: jiff::civil::Date) -> Stored<Vec<Person>> {
    all(
        tx,
        &format!("{COLUMNS} WHERE birth_date = ?1 ORDER BY made_at DESC, number DESC LIMIT {BORN_MAX}"),
        params![day.to_string()],
        read,
    )
}

/// Strong hits (number, document) first; then by how many parts of name and date agree.
pub fn find(tx: &Connection, query: &PersonQuery) -> Stored<Vec<PersonHit>> {
    /// Candidates looked at: a common surname in one nation stays below, and the answer has 20 at most.
    const CANDIDATES: u32 = 400;
    let mut found: Vec<(u8, Person)> = Vec::new();
    if let Some(person) = query.number.as_ref().map(|number| by_number(tx, number)).transpose()?.flatten() {
        found.push((9, person));
    }
    let key = query.document.as_deref().map(|number| document(tx, number)).transpose()?.flatten();
    let owner = key.map(|key| with_document(tx, &key)).transpose()?.flatten();
    if let Some(person) = owner.map(|owner| get(tx, owner)).transpose()?.flatten() {
        found.push((8, person));
    }
    let (given, family) = (query.given.as_deref().map(name_key), query.family.as_deref().map(name_key));
    let family_like = family.as_deref().filter(|key| !key.is_empty());
    // A single name may stand in either field, and people type the forename alone.
    let any_name = family_like.or(given.as_deref().filter(|key| !key.is_empty()));
    if any_name.is_some() || query.birth_date.is_some() {
        let born = query.birth_date.map(|day| day.to_string());
        let pattern = any_name.map(|key| format!("%{key}%"));
        let rows = all(
            tx,
            &format!(
                "{COLUMNS} WHERE (?1 IS NOT NULL AND name_key LIKE ?1) OR (?2 IS NOT NULL AND birth_date = ?2)
                 ORDER BY number LIMIT {CANDIDATES}"
            ),
            params![pattern, born],
            read,
        )?;
        found.extend(rows.into_iter().filter_map(|person| {
            let points = likeness(&person, given.as_deref(), family_like, query.birth_date);
            (points > 0).then_some((points, person))
        }));
        let former = format!("{FORMER} WHERE f.name_key LIKE ?1 ORDER BY f.person LIMIT {CANDIDATES}");
        for old in all(tx, &former, params![pattern], read_former)? {
            // Found by it, and shown by the name of today alone.
            let Some(person) = get(tx, old.person)? else { continue };
            let then = Person { name: old.name, ..person.clone() };
            let points = likeness(&then, given.as_deref(), family_like, query.birth_date);
            found.extend((points > 0).then_some((points, person)));
        }
    }
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.number.cmp(&b.1.number)));
    let mut hits: Vec<PersonHit> = Vec::new();
    for (points, person) in found {
        if hits.len() < HITS_MAX && hits.iter().all(|hit| hit.person.id != person.id) {
            let card = super::cards::latest(tx, person.id)?.map(|card| card.brief);
            hits.push(PersonHit { person, card, strong: points >= 8, band: Band::Lower });
        }
    }
    Ok(hits)
}

/// Points below 8: 4 for the birth date, 2 for the surname (1 for a part of it), 1 for a forename.
fn likeness(person: &Person, given: Option<&str>, family: Option<&str>, born: Option<jiff::civil::Date>) -> u8 {
    let mut points = 0;
    if born == Some(person.birth_date) {
        points += 4;
    }
    let (own_given, own_family) = (name_key(&person.name.given), name_key(&person.name.family));
    if let Some(key) = family {
        points += if own_family == key { 2 } else { u8::from(own_family.contains(key) || own_given.contains(key)) };
    }
    if let Some(key) = given.filter(|key| !key.is_empty()) {
        points += u8::from(own_given.starts_with(key) || own_family == key);
    }
    points
}

/// The end of a registration's source: which visit saw the evidence.
pub fn in_visit(visit: VisitId) -> String {
    format!("/visit/{visit}")
}

/// Whether this desk made the person in this visit.
pub fn was_made_in(tx: &Connection, person: PersonId, desk: DeskId, visit: VisitId) -> Stored<bool> {
    was_done_in(tx, person, "made", desk, visit)
}

/// Whether this desk changed the person's name in this visit, and nobody did since.
pub fn was_named_in(tx: &Connection, person: PersonId, desk: DeskId, visit: VisitId) -> Stored<bool> {
    was_done_in(tx, person, "name", desk, visit)
}

fn was_done_in(tx: &Connection, person: PersonId, what: &str, desk: DeskId, visit: VisitId) -> Stored<bool> {
    let source = one(
        tx,
        "SELECT source FROM person_history WHERE person = ?1 AND what = ?2 ORDER BY version DESC LIMIT 1",
        params![person.to_string(), what],
        |row| Ok(row.get::<_, String>("source")?),
    )?;
    Ok(source.is_some_and(|from| from.starts_with(&format!("{desk}/")) && from.ends_with(&in_visit(visit))))
}

/// A card was made by the photo on record, whatever became of the card: the photo is not replaced without evidence.
pub fn likeness_stands(tx: &Connection, person: PersonId) -> Stored<bool> {
    Ok(photo_of(tx, person)?.is_some() && super::cards::latest(tx, person)?.is_some())
}

/// Only a blob that opened to a photo. A person's version grows.
pub fn set_photo(tx: &Connection, person: PersonId, digest: &str, source: &str, now: Millis) -> Stored<()> {
    let usable = super::blobs::state(tx, digest)?.usable == Some(true);
    let old = one(
        tx,
        "SELECT photo, has_photo, version FROM persons WHERE person = ?1",
        params![person.to_string()],
        |row| {
            Ok((
                row.get::<_, Option<String>>("photo")?,
                row.get::<_, bool>("has_photo")?,
                row.get::<_, i64>("version")?,
            ))
        },
    )?;
    let Some((photo, has_photo, version)) = old.filter(|_| usable) else {
        return Err(StoreError::Refused(ProblemCode::NotFound));
    };
    if has_photo && photo.as_deref() == Some(digest) {
        return Ok(());
    }
    tx.execute(
        "UPDATE persons SET photo = ?2, has_photo = 1, version = version + 1 WHERE person = ?1",
        params![person.to_string(), digest],
    )?;
    history(tx, person, unsigned(version)? + 1, "photo", source, now)?;
    tell_person(tx, person)
}

pub fn photo_of(tx: &Connection, person: PersonId) -> Stored<Option<String>> {
    let found =
        one(tx, "SELECT photo FROM persons WHERE person = ?1 AND has_photo = 1", params![person.to_string()], |row| {
            Ok(row.get::<_, Option<String>>("photo")?)
        })?;
    Ok(found.flatten())
}

pub fn audit(tx: &Connection, line: &AuditLine) -> Stored<()> {
    let number = next(tx, "audit")?;
    tx.execute(
        "INSERT INTO audit (number, at, desk, agent, what, subject) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            signed(number)?,
            line.at.0,
            line.desk.map(|desk| desk.to_string()),
            line.agent.as_ref().map(UserNumber::digits),
            line.what,
            line.subject
        ],
    )?;
    Ok(())
}

pub fn audit_lines(tx: &Connection, limit: u32) -> Stored<Vec<AuditLine>> {
    all(tx, "SELECT at, desk, agent, what, subject FROM audit ORDER BY number DESC LIMIT ?1", params![limit], |row| {
        Ok(AuditLine {
            at: Millis(row.get("at")?),
            desk: maybe(row, "desk")?,
            agent: maybe(row, "agent")?,
            what: row.get("what")?,
            subject: row.get("subject")?,
        })
    })
}
