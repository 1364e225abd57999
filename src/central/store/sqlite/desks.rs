//! Organisations, desks, their keys and invites.

use rusqlite::{Connection, params};

use super::row::{all, bytes32, number, one, parsed, signed};
use super::{REVOCATIONS, next};
use crate::central::store::{DeskKeyRow, DeskRow, Invite, StoreError, Stored};
use crate::domain::{DeskId, Millis};
use crate::wire::message::{Organisation, ProblemCode};

pub fn add_organisation(tx: &Connection, organisation: &Organisation) -> Stored<()> {
    tx.execute(
        "INSERT INTO organisations (code, name) VALUES (?1, ?2) ON CONFLICT (code) DO UPDATE SET name = excluded.name",
        params![organisation.code.as_str(), organisation.name],
    )?;
    next(tx, super::ROSTER)?;
    Ok(())
}

pub fn organisations(tx: &Connection) -> Stored<Vec<Organisation>> {
    all(tx, "SELECT code, name FROM organisations ORDER BY code", [], |row| {
        Ok(Organisation { code: parsed(row, "code")?, name: row.get("name")? })
    })
}

pub fn knows_organisation(tx: &Connection, code: &str) -> Stored<bool> {
    Ok(one(tx, "SELECT code FROM organisations WHERE code = ?1", params![code], |_| Ok(()))?.is_some())
}

pub fn invite(tx: &Connection, invite: &Invite, now: Millis) -> Stored<()> {
    if !knows_organisation(tx, invite.organisation.as_str())? {
        return Err(StoreError::Refused(ProblemCode::NotFound));
    }
    tx.execute(
        "INSERT INTO desks (desk, name, place, organisation, epoch, head_seq, head_hash, lease_open, roster_told,
                            revocations_told, made_at)
         VALUES (?1, ?2, ?3, ?4, 1, 0, ?5, 0, 0, 0, ?6)",
        params![invite.desk.to_string(), invite.name, invite.place, invite.organisation.as_str(), [0u8; 32], now.0],
    )?;
    tx.execute(
        "INSERT INTO invites (code_hash, desk, expires) VALUES (?1, ?2, ?3)",
        params![invite.code_hash, invite.desk.to_string(), invite.expires.0],
    )?;
    Ok(())
}

/// Used for one key: the same key again is a lost answer, another key is another person with the code.
pub fn redeem(tx: &Connection, code_hash: &[u8; 32], key_hash: &[u8; 32], now: Millis) -> Stored<DeskRow> {
    let bad = || StoreError::Refused(ProblemCode::BadCode);
    let found =
        one(tx, "SELECT desk, expires, used_by FROM invites WHERE code_hash = ?1", params![code_hash], |row| {
            Ok((
                parsed::<DeskId>(row, "desk")?,
                row.get::<_, i64>("expires")?,
                row.get::<_, Option<Vec<u8>>>("used_by")?,
            ))
        })?;
    let (desk, expires, used_by) = found.ok_or_else(bad)?;
    if expires < now.0 || used_by.is_some_and(|used| used != key_hash) {
        return Err(bad());
    }
    tx.execute("UPDATE invites SET used_by = ?2 WHERE code_hash = ?1", params![code_hash, key_hash])?;
    get(tx, desk)?.ok_or_else(bad)
}

/// The old key stays on record: events it signed may still be on their way.
pub fn enrol(tx: &Connection, desk: DeskId, key: &DeskKeyRow, replaces: Option<&str>, now: Millis) -> Stored<bool> {
    let row = get(tx, desk)?.ok_or(StoreError::Refused(ProblemCode::NotFound))?;
    if row.revoked.is_some() {
        return Err(StoreError::Refused(ProblemCode::DeskRevoked));
    }
    if keys(tx, desk)?.first().map(|newest| newest.serial.as_str()) != replaces {
        return Ok(false);
    }
    let number = next(tx, &format!("desk_keys:{desk}"))?;
    tx.execute(
        "INSERT INTO desk_keys (desk, serial, spki, der, not_after, number, made_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![desk.to_string(), key.serial, key.spki, key.der, key.not_after.0, signed(number)?, now.0],
    )?;
    Ok(true)
}

const COLUMNS: &str = "SELECT d.desk, d.name, d.place, d.organisation, d.epoch, d.head_seq, d.head_hash, d.quarantined,
    d.revoked, d.last_seen, (SELECT COUNT(*) FROM desk_keys k WHERE k.desk = d.desk) AS keys FROM desks d";

fn read(row: &rusqlite::Row<'_>) -> Stored<DeskRow> {
    Ok(DeskRow {
        desk: parsed(row, "desk")?,
        name: row.get("name")?,
        place: row.get("place")?,
        organisation: parsed(row, "organisation")?,
        epoch: number(row, "epoch")?,
        head_seq: number(row, "head_seq")?,
        head_hash: bytes32(row, "head_hash")?,
        quarantined: row.get("quarantined")?,
        revoked: row.get("revoked")?,
        enrolled: row.get::<_, i64>("keys")? > 0,
        last_seen: row.get::<_, Option<i64>>("last_seen")?.map(Millis),
    })
}

pub fn get(tx: &Connection, desk: DeskId) -> Stored<Option<DeskRow>> {
    one(tx, &format!("{COLUMNS} WHERE d.desk = ?1"), params![desk.to_string()], read)
}

pub fn list(tx: &Connection) -> Stored<Vec<DeskRow>> {
    all(tx, &format!("{COLUMNS} ORDER BY d.place, d.name"), [], read)
}

pub fn by_key(tx: &Connection, spki: &[u8]) -> Stored<Option<(DeskRow, bool)>> {
    let found = one(
        tx,
        "SELECT desk, revoked_at FROM desk_keys WHERE spki = ?1 ORDER BY made_at DESC, number DESC LIMIT 1",
        params![spki],
        |row| Ok((parsed::<DeskId>(row, "desk")?, row.get::<_, Option<i64>>("revoked_at")?.is_some())),
    )?;
    let Some((desk, revoked)) = found else { return Ok(None) };
    Ok(get(tx, desk)?.map(|row| (row, revoked)))
}

pub fn keys(tx: &Connection, desk: DeskId) -> Stored<Vec<DeskKeyRow>> {
    all(
        tx,
        "SELECT serial, spki, der, not_after FROM desk_keys WHERE desk = ?1 ORDER BY number DESC",
        params![desk.to_string()],
        |row| {
            Ok(DeskKeyRow {
                serial: row.get("serial")?,
                spki: row.get("spki")?,
                der: row.get("der")?,
                not_after: Millis(row.get("not_after")?),
            })
        },
    )
}

pub fn revoke(tx: &Connection, desk: DeskId, reason: &str, now: Millis) -> Stored<()> {
    let changed = tx.execute(
        "UPDATE desks SET revoked = ?2 WHERE desk = ?1 AND revoked IS NULL",
        params![desk.to_string(), reason],
    )?;
    if changed == 0 && get(tx, desk)?.is_none() {
        return Err(StoreError::Refused(ProblemCode::NotFound));
    }
    tx.execute(
        "UPDATE desk_keys SET revoked_at = ?2 WHERE desk = ?1 AND revoked_at IS NULL",
        params![desk.to_string(), now.0],
    )?;
    next(tx, REVOCATIONS)?;
    Ok(())
}

pub fn quarantine(tx: &Connection, desk: DeskId, reason: &str) -> Stored<()> {
    tx.execute("UPDATE desks SET quarantined = ?2 WHERE desk = ?1", params![desk.to_string(), reason])?;
    Ok(())
}

pub fn release(tx: &Connection, desk: DeskId) -> Stored<u32> {
    tx.execute(
        "UPDATE desks SET quarantined = NULL, epoch = epoch + 1, head_seq = 0, head_hash = ?2, lease = NULL,
                previous_lease = NULL, lease_open = 0 WHERE desk = ?1",
        params![desk.to_string(), [0u8; 32]],
    )?;
    get(tx, desk)?.map(|row| row.epoch).ok_or(StoreError::Refused(ProblemCode::NotFound))
}
