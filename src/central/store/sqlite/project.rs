//! Applies what was decided. One change, one place; the feed is told by the places themselves.

use rusqlite::{Connection, params};

use super::row::signed;
use super::{cards, feed, grants, people, sessions};
use crate::central::effect::Change;
use crate::central::effect::clean_name;
use crate::central::store::{AuditLine, NewPerson, StoreError, Stored};
use crate::domain::text::sanitise;
use crate::domain::{CardGuid, CardStatus, DeskId, Millis, UserNumber};
use crate::policy::documents::names_one_person;
use crate::wire::fact::Registration;
use crate::wire::message::{FeedItem, ProblemCode};

/// The event a change comes from.
pub struct From<'a> {
    pub desk: DeskId,
    pub epoch: u32,
    pub seq: u64,
    pub agent: Option<&'a UserNumber>,
    pub now: Millis,
}

impl From<'_> {
    fn source(&self) -> String {
        format!("{}/{}/{}", self.desk, self.epoch, self.seq)
    }
}

pub fn apply(tx: &Connection, from: &From<'_>, change: &Change) -> Stored<()> {
    let now = from.now;
    match change {
        Change::MakePerson { registration, number, has_photo } => {
            make_person(tx, from, registration, number, *has_photo)
        }
        Change::SetName { change } => {
            let source = format!("{}{}", from.source(), people::in_visit(change.visit));
            let on_card = change.name_on_card.as_deref().map(sanitise);
            people::rename(tx, change.person, &clean_name(&change.name), on_card.as_deref(), &source, now)?;
            note(tx, from, "person_renamed", change.person.to_string())
        }
        Change::SetPhoto { person, digest } => people::set_photo(tx, *person, digest, &from.source(), now),
        Change::AwaitBlob { digest, person } => {
            tx.execute(
                "INSERT INTO awaiting_blobs (digest, desk, epoch, seq, person) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![digest, from.desk.to_string(), from.epoch, signed(from.seq)?, person.to_string()],
            )?;
            Ok(())
        }
        Change::SetCard { card, status, reason } => {
            cards::set_status(tx, *card, *status, reason, now)?;
            let what = format!("card_{}", super::row::word(status)?);
            note(tx, from, &what, card.to_string())
        }
        Change::SetChip { card, serial } => {
            tx.execute("UPDATE cards SET chip_serial = ?2 WHERE guid = ?1", params![card.to_string(), serial])?;
            Ok(())
        }
        Change::PukConfirmed { card, n } => grants::confirmed(tx, &row(tx, *card)?, *n, now),
        Change::PukPossible { card, n } => grants::possible(tx, &row(tx, *card)?, *n),
        Change::SettleReleases { card } => grants::settle(tx, &row(tx, *card)?, now),
        Change::PrintIntended { card, attempt } => cards::printed(tx, *card, *attempt),
        Change::Seen { card } => cards::seen(tx, *card, now),
        Change::OpenSession(ask) => sessions::open(tx, ask),
        Change::EndSessions { at } => sessions::end(tx, from.desk, *at),
        Change::VoidGrants { visit } => cards::granted_in(tx, from.desk, *visit)?
            .into_iter()
            .try_for_each(|card| cards::set_status(tx, card, CardStatus::Spoilt, "abandoned", now)),
        Change::Note { what, subject } => note(tx, from, what, subject.clone()),
    }
}

fn row(tx: &Connection, card: CardGuid) -> Stored<crate::central::store::CardRow> {
    cards::get(tx, card)?.ok_or(StoreError::Refused(ProblemCode::NotFound))
}

fn note(tx: &Connection, from: &From<'_>, what: &str, subject: String) -> Stored<()> {
    let line =
        AuditLine { at: from.now, desk: Some(from.desk), agent: from.agent.cloned(), what: what.to_owned(), subject };
    people::audit(tx, &line)
}

fn make_person(
    tx: &Connection,
    from: &From<'_>,
    registration: &Registration,
    number: &UserNumber,
    has_photo: bool,
) -> Stored<()> {
    let new = NewPerson {
        person: registration.person,
        name: clean_name(&registration.name),
        name_on_card: registration.name_on_card.as_deref().map(sanitise),
        birth_date: registration.birth_date,
        birth_date_verified: true,
        organisation: registration.organisation.clone(),
        position: sanitise(&registration.position),
        email: registration.email.as_deref().map(sanitise),
    };
    let photo = registration.photo.as_deref().filter(|_| has_photo);
    let made =
        people::add(tx, &new, photo, &format!("{}{}", from.source(), people::in_visit(registration.visit)), from.now)?;
    if made.number.as_ref() != Some(number) {
        // Both come from one counter in one transaction.
        return Err(StoreError::Database("the minted number is not the one decided on".to_owned()));
    }
    for document in
        registration.documents.iter().filter(|document| names_one_person(&document.kind, document.number.as_deref()))
    {
        if let Some(key) = people::document(tx, document.number.as_deref().unwrap_or_default())? {
            tx.execute(
                "INSERT INTO person_documents (number_key, person, kind) VALUES (?1, ?2, ?3)
                 ON CONFLICT (number_key, person) DO NOTHING",
                params![key, made.id.to_string(), document.kind],
            )?;
        }
    }
    // The desk that sent it may belong to another organisation.
    feed::tell(tx, from.desk, &FeedItem::Person { person: Box::new(made) })
}
