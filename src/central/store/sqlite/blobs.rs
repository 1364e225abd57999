//! Blobs: sealed bytes named by their digest, taken in parts, opened by nobody here.

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::row::{all, from_json, json, number, one, parsed, signed, unsigned};
use super::{feed, people};
use crate::central::store::{BLOB_MAX, BLOBS_OPEN_MAX, BlobState, StoreError, Stored};
use crate::domain::{DeskId, Millis, PersonId};
use crate::wire::message::{EventResult, FeedItem, Outcome, ProblemCode, RefusalReason};

pub fn state(tx: &Connection, digest: &str) -> Stored<BlobState> {
    let found = one(tx, "SELECT length, complete, usable FROM blobs WHERE digest = ?1", params![digest], |row| {
        Ok(BlobState { offset: number(row, "length")?, complete: row.get("complete")?, usable: row.get("usable")? })
    })?;
    Ok(found.unwrap_or_default())
}

pub fn append(
    tx: &Connection,
    desk: Option<DeskId>,
    digest: &str,
    offset: u64,
    bytes: &[u8],
    now: Millis,
) -> Stored<BlobState> {
    let held = state(tx, digest)?;
    if held.complete {
        return Ok(held);
    }
    let length = offset.saturating_add(bytes.len() as u64);
    if offset != held.offset || length > BLOB_MAX || !crate::wire::event::is_digest(digest) {
        return Err(StoreError::Refused(ProblemCode::BadRequest));
    }
    if offset == 0 {
        room_for_one_more(tx, desk)?;
        tx.execute(
            "INSERT INTO blobs (digest, desk, length, complete, made_at) VALUES (?1, ?2, 0, 0, ?3)
             ON CONFLICT (digest) DO NOTHING",
            params![digest, desk.map(|desk| desk.to_string()), now.0],
        )?;
    }
    if !bytes.is_empty() {
        tx.execute(
            "INSERT INTO blob_parts (digest, at, bytes) VALUES (?1, ?2, ?3)",
            params![digest, signed(offset)?, bytes],
        )?;
    }
    tx.execute("UPDATE blobs SET length = ?2 WHERE digest = ?1", params![digest, signed(length)?])?;
    // The digest itself says when it is whole: no length has to be believed.
    let whole = read_parts(tx, digest)?;
    let complete = hex(&Sha256::digest(&whole)) == digest;
    if complete {
        tx.execute("UPDATE blobs SET complete = 1 WHERE digest = ?1", params![digest])?;
    }
    Ok(BlobState { offset: length, complete, usable: None })
}

/// What will never become whole is thrown away, so that the desk can start again.
pub fn discard(tx: &Connection, digest: &str) -> Stored<()> {
    tx.execute(
        "DELETE FROM blob_parts WHERE digest IN (SELECT digest FROM blobs WHERE digest = ?1 AND complete = 0)",
        params![digest],
    )?;
    tx.execute("DELETE FROM blobs WHERE digest = ?1 AND complete = 0", params![digest])?;
    Ok(())
}

fn room_for_one_more(tx: &Connection, desk: Option<DeskId>) -> Stored<()> {
    let Some(desk) = desk else { return Ok(()) };
    let open: i64 = tx.query_row(
        "SELECT COUNT(*) FROM blobs WHERE desk = ?1 AND complete = 0",
        params![desk.to_string()],
        |row| row.get(0),
    )?;
    if unsigned(open)? >= BLOBS_OPEN_MAX {
        return Err(StoreError::Refused(ProblemCode::TooMany));
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_parts(tx: &Connection, digest: &str) -> Stored<Vec<u8>> {
    let parts = all(tx, "SELECT bytes FROM blob_parts WHERE digest = ?1 ORDER BY at", params![digest], |row| {
        Ok(row.get::<_, Vec<u8>>("bytes")?)
    })?;
    Ok(parts.concat())
}

pub fn bytes(tx: &Connection, digest: &str) -> Stored<Option<Vec<u8>>> {
    if state(tx, digest)?.complete { read_parts(tx, digest).map(Some) } else { Ok(None) }
}

pub fn unsettled(tx: &Connection) -> Stored<Vec<String>> {
    all(tx, "SELECT digest FROM blobs WHERE complete = 1 AND usable IS NULL ORDER BY digest", [], |row| {
        Ok(row.get("digest")?)
    })
}

/// Lets what waited for it take effect, and tells the desks whose events waited. Doing it again changes nothing.
pub fn settle(tx: &Connection, digest: &str, usable: bool, now: Millis) -> Stored<()> {
    tx.execute(
        "UPDATE blobs SET usable = ?2 WHERE digest = ?1 AND complete = 1 AND usable IS NULL",
        params![digest, usable],
    )?;
    let Some(usable) = state(tx, digest)?.usable else { return Ok(()) };
    let waiting = all(
        tx,
        "SELECT desk, epoch, seq, person FROM awaiting_blobs WHERE digest = ?1 ORDER BY desk, epoch, seq",
        params![digest],
        |row| {
            Ok((
                parsed::<DeskId>(row, "desk")?,
                number::<u32>(row, "epoch")?,
                number::<u64>(row, "seq")?,
                parsed::<PersonId>(row, "person")?,
            ))
        },
    )?;
    for (desk, epoch, seq, person) in waiting {
        // A card may have been made by another photo while this one was on its way.
        let late = people::photo_of(tx, person)?.as_deref() != Some(digest) && people::likeness_stands(tx, person)?;
        let outcome = if usable && late {
            Outcome::Refused { reason: RefusalReason::NotAllowed }
        } else if usable {
            people::set_photo(tx, person, digest, &format!("{desk}/{epoch}/{seq}"), now)?;
            match people::get(tx, person)?.and_then(|found| found.number) {
                Some(number) => Outcome::PersonMade { person, number },
                None => Outcome::Applied,
            }
        } else {
            Outcome::Refused { reason: RefusalReason::EvidenceNotMet }
        };
        change_outcome(tx, desk, epoch, seq, &outcome)?;
        feed::tell(tx, desk, &FeedItem::OwnResult { epoch, result: EventResult { seq, outcome } })?;
    }
    tx.execute("DELETE FROM awaiting_blobs WHERE digest = ?1", params![digest])?;
    Ok(())
}

/// An event that waited has its last word; one that was answered otherwise since keeps that.
fn change_outcome(tx: &Connection, desk: DeskId, epoch: u32, seq: u64, outcome: &Outcome) -> Stored<()> {
    let key = params![desk.to_string(), epoch, signed(seq)?];
    let old = one(tx, "SELECT outcome FROM events WHERE desk = ?1 AND epoch = ?2 AND seq = ?3", key, |row| {
        from_json::<Outcome>(&row.get::<_, String>("outcome")?, "outcome")
    })?;
    if old == Some(Outcome::AwaitingBlob) {
        tx.execute(
            "UPDATE events SET outcome = ?4 WHERE desk = ?1 AND epoch = ?2 AND seq = ?3",
            params![desk.to_string(), epoch, signed(seq)?, json(outcome)?],
        )?;
    }
    Ok(())
}
