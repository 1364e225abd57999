//! The feed: what each desk is to hear, numbered by a counter row of its own, in the transaction that made the change.
//!
//! What concerns everybody (roster, revocations) is not written for each desk: the newest version is put into a desk's
//! feed when that desk asks.

use rusqlite::{Connection, params};

use super::row::{all, from_json, json, one, parsed, signed, unsigned};
use super::{REVOCATIONS, ROSTER, cards, current, next, people};
use crate::central::store::{FEED_PAGE, StoreError, Stored};
use crate::domain::{CardGuid, DeskId, OdsCode, PersonId};
use crate::wire::message::{FeedItem, FeedPage, ProblemCode};

fn scope(desk: DeskId) -> String {
    format!("desk:{desk}")
}

/// Tells one desk.
pub fn tell(tx: &Connection, desk: DeskId, item: &FeedItem) -> Stored<()> {
    let scope = scope(desk);
    let number = next(tx, &scope)?;
    tx.execute(
        "INSERT INTO feed (scope, number, item) VALUES (?1, ?2, ?3)",
        params![scope, signed(number)?, json(item)?],
    )?;
    Ok(())
}

fn desks_of(tx: &Connection, organisation: &OdsCode, person: PersonId) -> Stored<Vec<DeskId>> {
    all(
        tx,
        "SELECT desk FROM desks WHERE organisation = ?1 AND revoked IS NULL
         UNION SELECT g.desk FROM grants g JOIN cards k ON k.guid = g.guid WHERE k.person = ?2",
        params![organisation.as_str(), person.to_string()],
        |row| parsed(row, "desk"),
    )
}

/// Tells the desks of the person's organisation, and those that made a card for the person.
pub fn tell_person(tx: &Connection, person: PersonId) -> Stored<()> {
    let Some(person) = people::get(tx, person)? else { return Ok(()) };
    let desks = desks_of(tx, &person.organisation, person.id)?;
    let item = FeedItem::Person { person: Box::new(person) };
    desks.into_iter().try_for_each(|desk| tell(tx, desk, &item))
}

/// Tells the same desks of a card.
pub fn tell_card(tx: &Connection, card: CardGuid) -> Stored<()> {
    let Some(card) = cards::get(tx, card)? else { return Ok(()) };
    let Some(person) = people::get(tx, card.person)? else { return Ok(()) };
    let item = FeedItem::Card { card: card.brief, person: person.id };
    desks_of(tx, &person.organisation, person.id)?.into_iter().try_for_each(|desk| tell(tx, desk, &item))
}

/// One page. First come new versions of roster and revocations, if the desk was not told of them.
pub fn page(tx: &Connection, desk: DeskId, cursor: u64) -> Stored<FeedPage> {
    tell_versions(tx, desk)?;
    let scope = scope(desk);
    let head = current(tx, &scope)?;
    // Ahead of central: central was restored. Everything again is harmless, and recovers.
    let from = if cursor > head { 0 } else { cursor };
    let rows = all(
        tx,
        "SELECT number, item FROM feed WHERE scope = ?1 AND number > ?2 ORDER BY number LIMIT ?3",
        params![scope, signed(from)?, FEED_PAGE],
        |row| Ok((row.get::<_, i64>("number")?, row.get::<_, String>("item")?)),
    )?;
    let cursor = rows.last().map_or(Ok(from), |(number, _)| unsigned(*number))?;
    let items = rows.iter().map(|(_, item)| from_json(item, "item")).collect::<Stored<Vec<FeedItem>>>()?;
    Ok(FeedPage { cursor, items, more: cursor < head })
}

fn tell_versions(tx: &Connection, desk: DeskId) -> Stored<()> {
    let told =
        one(tx, "SELECT roster_told, revocations_told FROM desks WHERE desk = ?1", params![desk.to_string()], |row| {
            Ok((unsigned(row.get("roster_told")?)?, unsigned(row.get("revocations_told")?)?))
        })?;
    let Some((roster_told, revocations_told)) = told else {
        return Err(StoreError::Refused(ProblemCode::NotFound));
    };
    let (roster, revocations) = (current(tx, ROSTER)?, current(tx, REVOCATIONS)?);
    if revocations != revocations_told {
        tell(tx, desk, &FeedItem::RevocationsChanged { version: revocations })?;
    }
    if roster != roster_told {
        tell(tx, desk, &FeedItem::RosterChanged { version: roster })?;
    }
    if (roster, revocations) != (roster_told, revocations_told) {
        tx.execute(
            "UPDATE desks SET roster_told = ?2, revocations_told = ?3 WHERE desk = ?1",
            params![desk.to_string(), signed(roster)?, signed(revocations)?],
        )?;
    }
    Ok(())
}
