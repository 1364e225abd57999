//! Each write in SQL, inside the writer's transaction.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::append::{LAST_CENTRAL, append, carry_stranded};
use super::clock::Clock;
use super::fault::StoreFault;
use super::retention::PERSONS_MAX;
use super::search::fold_name;
use super::write::{
    BLOB_MAX, COPY_MAX, Enrolment, EventRef, Phase, SETTING_MAX, STATEMENT_MAX, SyncWrite, WORD_MAX, Write,
};
use crate::domain::{Millis, Person, VisitId};
use crate::wire::event::digest_hex;
use crate::wire::message::{DeskRecord, EventResult, Outcome};

/// Does one write; an event gives its reference.
pub(super) fn apply(conn: &Connection, clock: &dyn Clock, write: &Write) -> Result<Option<EventRef>, StoreFault> {
    let now = clock.now();
    match write {
        Write::SaveVisit { id, kind, version, snapshot, parked, title } => {
            limit("a visit's snapshot", snapshot.len(), COPY_MAX)?;
            limit("a visit's title", kind.len().max(title.len()), WORD_MAX)?;
            let changed = conn
                .prepare_cached(
                    "INSERT INTO visit (id, kind, version, snapshot, parked, title, updated)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                     ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, version = excluded.version,
                       snapshot = excluded.snapshot, parked = excluded.parked, title = excluded.title,
                       updated = excluded.updated
                     WHERE closed IS NULL",
                )?
                .execute(params![id.to_string(), kind, version, snapshot, parked, title, now.0])?;
            one(changed, StoreFault::NoSuchVisit)?;
        }
        Write::CloseVisit { id } => {
            let changed = conn
                .prepare_cached("UPDATE visit SET closed = ?2, parked = 0 WHERE id = ?1 AND closed IS NULL")?
                .execute(params![id.to_string(), now.0])?;
            one(changed, StoreFault::NoSuchVisit)?;
        }
        Write::SaveWorking { visit, name, bytes } => save_working(conn, *visit, name, bytes)?,
        Write::Journal { visit, op, step, phase, evidence } => {
            limit("a journal row", evidence.len(), COPY_MAX)?;
            limit("a journal word", op.len().max(step.len()), WORD_MAX)?;
            journal(conn, *visit, (op, step), *phase, evidence, now)?;
        }
        Write::Event(draft) => return append(conn, clock, draft).map(Some),
        Write::Blob { digest, sealed } => save_blob(conn, digest, sealed, now)?,
        Write::Setting { key, value } => set(conn, key, value)?,
        Write::CachePerson(person) => cache_person(conn, person, now)?,
        Write::TouchPerson(id) => {
            conn.prepare_cached("UPDATE cache_person SET used = ?2 WHERE id = ?1")?
                .execute(params![id.to_string(), now.0])?;
        }
        Write::CacheCard { card, person } => {
            conn.prepare_cached(
                "INSERT OR REPLACE INTO cache_card (guid, person, card, used) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![card.guid.to_string(), person.to_string(), json(card)?, now.0])?;
        }
        Write::CacheStatement { kind, version, bytes } => cache_statement(conn, kind, *version, bytes, now)?,
        Write::RefusedSeen { seq } => {
            conn.prepare_cached(
                "UPDATE event SET refusal_seen = 1 WHERE seq = ?1 AND epoch = (SELECT max(epoch) FROM event
                   WHERE seq = ?1 AND carries IS NULL AND refusal_seen = 0 AND outcome LIKE '%refused%')",
            )?
            .execute(params![seq])?;
        }
        Write::Enrolled(enrolment) => enrol(conn, clock, enrolment)?,
        Write::CentralMoved { host } => {
            limit("central's address", host.len(), WORD_MAX)?;
            let changed = conn.execute("UPDATE identity SET host = ?1 WHERE record IS NOT NULL", [host])?;
            one(changed, StoreFault::NotEnrolled)?;
        }
        Write::Renewed { certificate } => {
            let changed =
                conn.execute("UPDATE identity SET certificate = ?1 WHERE record IS NOT NULL", [certificate])?;
            one(changed, StoreFault::NotEnrolled)?;
        }
        Write::DeskRecord(record) => keep_record(conn, clock, record)?,
        Write::Sync(sync) => apply_sync(conn, sync, now)?,
    }
    Ok(None)
}

fn limit(what: &'static str, size: usize, max: usize) -> Result<(), StoreFault> {
    if size > max { Err(StoreFault::TooLarge(what)) } else { Ok(()) }
}

fn one(changed: usize, otherwise: StoreFault) -> Result<(), StoreFault> {
    if changed == 1 { Ok(()) } else { Err(otherwise) }
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<String, StoreFault> {
    serde_json::to_string(value).map_err(|_| StoreFault::BadValue("a record"))
}

fn set(conn: &Connection, key: &str, value: &str) -> Result<(), StoreFault> {
    limit("a setting", value.len(), SETTING_MAX)?;
    limit("a setting's key", key.len(), WORD_MAX)?;
    conn.prepare_cached("INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)")?.execute([key, value])?;
    Ok(())
}

fn open_visit(conn: &Connection, visit: VisitId) -> Result<(), StoreFault> {
    let open =
        conn.prepare_cached("SELECT 1 FROM visit WHERE id = ?1 AND closed IS NULL")?.exists([visit.to_string()])?;
    if open { Ok(()) } else { Err(StoreFault::NoSuchVisit) }
}

fn save_working(conn: &Connection, visit: VisitId, name: &str, bytes: &[u8]) -> Result<(), StoreFault> {
    limit("a working copy", bytes.len(), COPY_MAX)?;
    limit("a working copy's name", name.len(), WORD_MAX)?;
    open_visit(conn, visit)?;
    conn.prepare_cached("INSERT OR REPLACE INTO working (visit, name, bytes) VALUES (?1, ?2, ?3)")?
        .execute(params![visit.to_string(), name, bytes])?;
    Ok(())
}

fn journal(
    conn: &Connection,
    visit: VisitId,
    (op, step): (&str, &str),
    phase: Phase,
    evidence: &[u8],
    now: Millis,
) -> Result<(), StoreFault> {
    open_visit(conn, visit)?;
    conn.prepare_cached("INSERT INTO journal (visit, op, step, phase, evidence, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![visit.to_string(), op, step, phase.as_str(), evidence, now.0])?;
    Ok(())
}

fn save_blob(conn: &Connection, digest: &str, sealed: &[u8], now: Millis) -> Result<(), StoreFault> {
    limit("a blob", sealed.len(), BLOB_MAX)?;
    if digest != digest_hex(sealed) {
        return Err(StoreFault::BadValue("a blob's digest"));
    }
    // Named by what it holds: the same blob twice is the same blob.
    conn.prepare_cached("INSERT OR IGNORE INTO blob (digest, sealed, at) VALUES (?1, ?2, ?3)")?
        .execute(params![digest, sealed, now.0])?;
    Ok(())
}

fn cache_person(conn: &Connection, person: &Person, now: Millis) -> Result<(), StoreFault> {
    conn.prepare_cached(
        "INSERT INTO cache_person (id, number, name, birth, record, version, used) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (id) DO UPDATE SET number = excluded.number, name = excluded.name, birth = excluded.birth,
           record = excluded.record, version = excluded.version, used = excluded.used
         WHERE excluded.version >= version",
    )?
    .execute(params![
        person.id.to_string(),
        person.number.as_ref().map(|number| number.digits()),
        fold_name(&person.name.full()),
        person.birth_date.to_string(),
        json(person)?,
        person.version,
        now.0
    ])?;
    conn.prepare_cached(
        "DELETE FROM cache_person WHERE id IN (SELECT id FROM cache_person ORDER BY used DESC, id LIMIT -1 OFFSET ?1)",
    )?
    .execute([PERSONS_MAX])?;
    Ok(())
}

fn cache_statement(conn: &Connection, kind: &str, version: u64, bytes: &[u8], now: Millis) -> Result<(), StoreFault> {
    limit("a statement", bytes.len(), STATEMENT_MAX)?;
    limit("a statement's kind", kind.len(), WORD_MAX)?;
    let have: Option<u64> = conn
        .prepare_cached("SELECT version FROM statement WHERE kind = ?1")?
        .query_row([kind], |row| row.get(0))
        .optional()?;
    if let Some(have) = have.filter(|have| *have > version) {
        return Err(StoreFault::VersionFalls { kind: kind.to_owned(), have, offered: version });
    }
    conn.prepare_cached("INSERT OR REPLACE INTO statement (kind, version, bytes, at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![kind, version, bytes, now.0])?;
    Ok(())
}

fn enrol(conn: &Connection, clock: &dyn Clock, enrolment: &Enrolment) -> Result<(), StoreFault> {
    limit("central's address", enrolment.host.len(), WORD_MAX)?;
    let changed = conn.execute(
        "UPDATE identity SET host = ?1, device_ca = ?2, certificate = ?3, lease = NULL",
        params![enrolment.host, enrolment.device_ca, enrolment.certificate],
    )?;
    one(changed, StoreFault::NotEnrolled)?;
    keep_record(conn, clock, &enrolment.record)
}

fn keep_record(conn: &Connection, clock: &dyn Clock, record: &DeskRecord) -> Result<(), StoreFault> {
    let old: (Option<String>, u32) =
        conn.query_row("SELECT desk, epoch FROM identity", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let same_desk = old.0.as_ref().is_none_or(|desk| *desk == record.desk.to_string());
    if same_desk && record.epoch < old.1 {
        return Err(StoreFault::BadValue("the desk's epoch, which never falls"));
    }
    if !same_desk {
        // Another desk's events would have to share the numbers of this one: a folder is one desk for ever.
        return Err(StoreFault::BadValue("the desk id, which never changes"));
    }
    let bytes = serde_json::to_vec(record).map_err(|_| StoreFault::BadValue("the desk record"))?;
    conn.execute(
        "UPDATE identity SET record = ?1, desk = ?2, epoch = ?3, lease = CASE WHEN epoch = ?3 THEN lease END",
        params![bytes, record.desk.to_string(), record.epoch],
    )?;
    if record.epoch > old.1 { carry_stranded(conn, clock) } else { Ok(()) }
}

fn apply_sync(conn: &Connection, write: &SyncWrite, now: Millis) -> Result<(), StoreFault> {
    match write {
        SyncWrite::Sending { epoch, from, to } => {
            conn.prepare_cached(
                "UPDATE event SET sent = ?4 WHERE epoch = ?1 AND seq BETWEEN ?2 AND ?3 AND acked IS NULL",
            )?
            .execute(params![epoch, from, to, now.0])?;
        }
        SyncWrite::Pushed { epoch, head_seq, lease, results, now: central } => {
            conn.prepare_cached("UPDATE event SET acked = ?3 WHERE epoch = ?1 AND seq <= ?2 AND acked IS NULL")?
                .execute(params![epoch, head_seq, now.0])?;
            conn.prepare_cached(
                "UPDATE event SET acked = ?3 WHERE acked IS NULL AND id IN
                   (SELECT carries FROM event WHERE epoch = ?1 AND seq <= ?2 AND carries IS NOT NULL)",
            )?
            .execute(params![epoch, head_seq, now.0])?;
            for result in results {
                own_result(conn, *epoch, result, now)?;
            }
            conn.execute("UPDATE identity SET lease = ?1 WHERE epoch = ?2", params![lease, epoch])?;
            central_time(conn, *central)?;
        }
        SyncWrite::CentralBehind { epoch, head_seq } => {
            conn.execute(
                "UPDATE event SET acked = NULL, sent = NULL, outcome = NULL, final = NULL WHERE (epoch = ?1 AND seq > ?2)
                   OR id IN (SELECT carries FROM event WHERE epoch = ?1 AND seq > ?2 AND carries IS NOT NULL)",
                params![epoch, head_seq],
            )?;
            // Central may have lost the blobs as well; offering them again costs a question each.
            conn.execute("UPDATE blob SET sent = 0, done = NULL", [])?;
        }
        SyncWrite::OwnResult { epoch, result } => own_result(conn, *epoch, result, now)?,
        SyncWrite::BlobProgress { digest, sent, done } => {
            conn.prepare_cached("UPDATE blob SET sent = ?2, done = CASE WHEN ?3 THEN ?4 END WHERE digest = ?1")?
                .execute(params![digest, sent, done, now.0])?;
        }
        SyncWrite::CentralTime(central) => central_time(conn, *central)?,
    }
    Ok(())
}

fn own_result(conn: &Connection, epoch: u32, result: &EventResult, now: Millis) -> Result<(), StoreFault> {
    // A word that is not known here may not be the last one: the event is kept.
    let done = !matches!(result.outcome, Outcome::AwaitingBlob | Outcome::Other);
    conn.prepare_cached(
        "UPDATE event SET outcome = ?3, final = CASE WHEN ?4 THEN coalesce(final, ?5) END,
           refusal_seen = CASE WHEN outcome IS ?3 THEN refusal_seen ELSE 0 END
         WHERE (epoch = ?1 AND seq = ?2) OR id = (SELECT carries FROM event WHERE epoch = ?1 AND seq = ?2)",
    )?
    .execute(params![epoch, result.seq, json(&result.outcome)?, done, now.0])?;
    Ok(())
}

/// Central's time never falls: an old answer that comes late changes nothing.
fn central_time(conn: &Connection, central: Millis) -> Result<(), StoreFault> {
    conn.prepare_cached(
        "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value
         WHERE CAST(excluded.value AS INTEGER) > CAST(value AS INTEGER)",
    )?
    .execute([LAST_CENTRAL, &central.0.to_string()])?;
    Ok(())
}
