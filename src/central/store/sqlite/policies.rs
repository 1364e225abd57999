//! Policies: proposed by one, approved by another, never changed.

use rusqlite::{Connection, Row, params};

use super::row::{all, number, one, parsed};
use super::{POLICIES, current, next};
use crate::central::store::{PolicyRow, StoreError, Stored};
use crate::domain::Millis;
use crate::wire::message::{Bytes, ProblemCode};
use crate::wire::policy::{POLICIES_MAX, PolicyBook, PolicyPack};

const COLUMNS: &str =
    "SELECT id, version, hash, starts, ends, bundle, proposed_by, approved_by, approved_at FROM policies";

fn read(row: &Row<'_>) -> Stored<PolicyRow> {
    Ok(PolicyRow {
        pack: PolicyPack {
            id: row.get("id")?,
            version: number(row, "version")?,
            hash: row.get("hash")?,
            from: parsed(row, "starts")?,
            until: super::row::maybe(row, "ends")?,
            bundle: Bytes(row.get("bundle")?),
        },
        proposed_by: row.get("proposed_by")?,
        approved_by: row.get("approved_by")?,
    })
}

fn refused(code: ProblemCode) -> StoreError {
    StoreError::Refused(code)
}

/// A version is never used twice and never falls.
pub fn propose(tx: &Connection, pack: &PolicyPack, by: &str, now: Millis) -> Stored<()> {
    let highest: Option<u32> =
        tx.query_row("SELECT MAX(version) FROM policies WHERE id = ?1", params![pack.id], |row| row.get(0))?;
    if !pack.is_whole() || by.trim().is_empty() {
        return Err(refused(ProblemCode::BadRequest));
    }
    if highest.is_some_and(|highest| pack.version <= highest) {
        return Err(refused(ProblemCode::NotAllowed));
    }
    tx.execute(
        "INSERT INTO policies (id, version, hash, starts, ends, bundle, proposed_by, proposed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            pack.id,
            pack.version,
            pack.hash,
            pack.from.to_string(),
            pack.until.map(|day| day.to_string()),
            pack.bundle.0,
            by.trim(),
            now.0
        ],
    )?;
    Ok(())
}

/// Another person than the one who proposed it; and none older than what was approved since.
pub fn approve(tx: &Connection, id: &str, version: u32, by: &str, now: Millis) -> Stored<()> {
    let row = one(tx, &format!("{COLUMNS} WHERE id = ?1 AND version = ?2"), params![id, version], read)?;
    let row = row.ok_or(refused(ProblemCode::NotFound))?;
    let same = |a: &str, b: &str| a.trim().to_lowercase() == b.trim().to_lowercase();
    let approved: Vec<PolicyRow> = book_rows(tx)?;
    let newer = approved.iter().any(|row| row.pack.id == id && row.pack.version > version);
    if by.trim().is_empty() || same(&row.proposed_by, by) || row.approved_by.is_some() || newer {
        return Err(refused(ProblemCode::NotAllowed));
    }
    if approved.len() >= POLICIES_MAX {
        return Err(refused(ProblemCode::TooMany));
    }
    tx.execute(
        "UPDATE policies SET approved_by = ?3, approved_at = ?4 WHERE id = ?1 AND version = ?2",
        params![id, version, by.trim(), now.0],
    )?;
    next(tx, POLICIES)?;
    Ok(())
}

/// The policy a program was shipped with is in force from the start; one that is here stays what it is.
pub fn ship(tx: &Connection, pack: &PolicyPack, program: &str, now: Millis) -> Stored<()> {
    let known: i64 = tx.query_row("SELECT COUNT(*) FROM policies WHERE id = ?1", params![pack.id], |row| row.get(0))?;
    if known == 0 {
        propose(tx, pack, program, now)?;
        tx.execute(
            "UPDATE policies SET approved_by = proposed_by, approved_at = proposed_at WHERE id = ?1 AND version = ?2",
            params![pack.id, pack.version],
        )?;
        next(tx, POLICIES)?;
    }
    Ok(())
}

/// All, approved or not, by id and version.
pub fn list(tx: &Connection) -> Stored<Vec<PolicyRow>> {
    all(tx, &format!("{COLUMNS} ORDER BY id, version"), params![], read)
}

fn book_rows(tx: &Connection) -> Stored<Vec<PolicyRow>> {
    all(tx, &format!("{COLUMNS} WHERE approved_by IS NOT NULL ORDER BY approved_at, id, version"), params![], read)
}

/// The policy that held on a day.
pub fn in_force(tx: &Connection, day: jiff::civil::Date) -> Stored<Option<PolicyPack>> {
    Ok(book(tx)?.1.in_force(day).cloned())
}

/// What desks are told, and its version.
pub fn book(tx: &Connection) -> Stored<(u64, PolicyBook)> {
    let policies = book_rows(tx)?.into_iter().map(|row| row.pack).collect();
    Ok((current(tx, POLICIES)?, PolicyBook { policies }))
}
