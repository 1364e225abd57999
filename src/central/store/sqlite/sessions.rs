//! Nonces, sessions, bootstrap codes: what is good once or for a while.

use rusqlite::{Connection, params};

use super::agents::manager_exists;
use super::row::{one, parsed};
use crate::central::store::{NONCES_MAX, SessionAsk, StoreError, Stored};
use crate::domain::{DeskId, Millis, PersonId, UserNumber, VisitId};
use crate::wire::message::ProblemCode;

pub fn add_nonce(tx: &Connection, desk: DeskId, nonce: &[u8; 32], expires: Millis, now: Millis) -> Stored<()> {
    // Nobody asks for a nonce that is over, so the table stays as small as the live ones.
    tx.execute("DELETE FROM nonces WHERE expires < ?1", params![now.0])?;
    let live: i64 =
        tx.query_row("SELECT COUNT(*) FROM nonces WHERE desk = ?1 AND used = 0", params![desk.to_string()], |row| {
            row.get(0)
        })?;
    if super::row::unsigned(live)? >= NONCES_MAX {
        return Err(StoreError::Refused(ProblemCode::TooMany));
    }
    tx.execute(
        "INSERT INTO nonces (desk, nonce, expires, used) VALUES (?1, ?2, ?3, 0)",
        params![desk.to_string(), nonce, expires.0],
    )?;
    Ok(())
}

/// Uses a nonce up. `StaleNonce` if it is unknown, used, too old or another desk's.
pub fn use_nonce(tx: &Connection, desk: DeskId, nonce: &[u8; 32], now: Millis) -> Stored<()> {
    let used = tx.execute(
        "UPDATE nonces SET used = 1 WHERE desk = ?1 AND nonce = ?2 AND used = 0 AND expires >= ?3",
        params![desk.to_string(), nonce, now.0],
    )?;
    if used == 1 { Ok(()) } else { Err(StoreError::Refused(ProblemCode::StaleNonce)) }
}

/// One live session an agent, one a desk: another desk's refuses, an older one of this desk ends. A sign-in told by an
/// event (the desk had no network then) opens nothing while the agent is signed in elsewhere.
pub fn open(tx: &Connection, ask: &SessionAsk) -> Stored<()> {
    let known =
        one(tx, "SELECT desk, ended_at, ends_at FROM sessions WHERE digest = ?1", params![ask.digest], |row| {
            Ok((row.get::<_, Option<i64>>("ended_at")?, row.get::<_, i64>("ends_at")?))
        })?;
    if let Some((ended, ends)) = known {
        // The same start again is the same session, but never one that is over.
        let live = ended.is_none() && ends >= ask.now.0;
        return if live || ask.nonce.is_none() { Ok(()) } else { Err(StoreError::Refused(ProblemCode::StaleNonce)) };
    }
    let elsewhere = one(
        tx,
        "SELECT desk FROM sessions WHERE agent = ?1 AND desk <> ?2 AND ended_at IS NULL AND ends_at >= ?3 LIMIT 1",
        params![ask.agent.digits(), ask.desk.to_string(), ask.now.0],
        |row| parsed::<DeskId>(row, "desk"),
    )?;
    match (&ask.nonce, elsewhere) {
        (Some(_), Some(_)) => return Err(StoreError::Refused(ProblemCode::SessionElsewhere)),
        (None, Some(_)) => return Ok(()),
        (Some(nonce), None) => use_nonce(tx, ask.desk, nonce, ask.now)?,
        (None, None) => {}
    }
    end(tx, ask.desk, ask.now)?;
    tx.execute(
        "INSERT INTO sessions (digest, agent, desk, role, organisation, opened_at, ends_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            ask.digest,
            ask.agent.digits(),
            ask.desk.to_string(),
            ask.role.as_str(),
            ask.organisation.as_str(),
            ask.now.0,
            ask.ends.0
        ],
    )?;
    Ok(())
}

/// Whether an agent (this one, if one is named) has a session at this desk that neither ended nor ran out.
pub fn live(tx: &Connection, agent: Option<&UserNumber>, desk: DeskId, now: Millis) -> Stored<bool> {
    let found = one(
        tx,
        "SELECT 1 FROM sessions WHERE desk = ?1 AND (?2 IS NULL OR agent = ?2)
         AND ended_at IS NULL AND opened_at <= ?3 AND ends_at >= ?3 LIMIT 1",
        params![desk.to_string(), agent.map(UserNumber::digits), now.0],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// How far a desk's clock may be from central's when a session is held against an event.
const SKEW_MS: i64 = 10 * Millis::MINUTE;

/// Whether this agent had a session at this desk at an instant the desk tells.
pub fn was_open(tx: &Connection, agent: &UserNumber, desk: DeskId, at: Millis) -> Stored<bool> {
    let found = one(
        tx,
        "SELECT 1 FROM sessions WHERE desk = ?1 AND agent = ?2 AND opened_at <= ?4 AND ends_at >= ?3
         AND COALESCE(ended_at, ends_at) >= ?3 LIMIT 1",
        params![desk.to_string(), agent.digits(), at.plus(-SKEW_MS).0, at.plus(SKEW_MS).0],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Those that were open at this instant.
pub fn end(tx: &Connection, desk: DeskId, now: Millis) -> Stored<()> {
    tx.execute(
        "UPDATE sessions SET ended_at = ?2 WHERE desk = ?1 AND ended_at IS NULL AND opened_at <= ?2",
        params![desk.to_string(), now.0],
    )?;
    Ok(())
}

pub fn add_bootstrap(
    tx: &Connection,
    code_hash: &[u8; 32],
    person: PersonId,
    desk: DeskId,
    expires: Millis,
) -> Stored<()> {
    if manager_exists(tx)? {
        return Err(StoreError::Refused(ProblemCode::NotAllowed));
    }
    let known = super::people::get(tx, person)?.is_some() && super::desks::get(tx, desk)?.is_some();
    if !known {
        return Err(StoreError::Refused(ProblemCode::NotFound));
    }
    tx.execute(
        "INSERT INTO bootstrap_codes (code_hash, person, desk, expires) VALUES (?1, ?2, ?3, ?4)",
        params![code_hash, person.to_string(), desk.to_string(), expires.0],
    )?;
    Ok(())
}

/// The first visit that uses it is the only one.
pub fn bootstrap_person(
    tx: &Connection,
    code_hash: &[u8; 32],
    desk: DeskId,
    visit: VisitId,
    now: Millis,
) -> Stored<PersonId> {
    let bad = || StoreError::Refused(ProblemCode::BadCode);
    let found = one(
        tx,
        "SELECT person, desk, expires, visit FROM bootstrap_codes WHERE code_hash = ?1",
        params![code_hash],
        |row| {
            Ok((
                parsed::<PersonId>(row, "person")?,
                parsed::<DeskId>(row, "desk")?,
                row.get::<_, i64>("expires")?,
                super::row::maybe::<VisitId>(row, "visit")?,
            ))
        },
    )?;
    let (person, named, expires, used) = found.ok_or_else(bad)?;
    let good = named == desk && expires >= now.0 && used.is_none_or(|used| used == visit) && !manager_exists(tx)?;
    if !good {
        return Err(bad());
    }
    tx.execute("UPDATE bootstrap_codes SET visit = ?2 WHERE code_hash = ?1", params![code_hash, visit.to_string()])?;
    Ok(person)
}
