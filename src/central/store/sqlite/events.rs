//! A push: lock the desk's head, check lease and chain, store every event with its outcome, move the head; one
//! transaction (`notes` sync 1.1). Nothing in here ever says that something did not happen.

use rusqlite::{Connection, params};

use super::project::{From, apply};
use super::row::{all, bytes32, from_json, json, number, one, signed};
use super::{desks, load};
use crate::central::effect::{Source, decide};
use crate::central::store::{Appended, Batch, Carried, EventRow, Incoming, StoreError, Stored};
use crate::domain::{DeskId, Millis};
use crate::wire::message::{EventResult, Outcome, ProblemCode, RefusalReason};

/// Kind of an event whose header can't be read.
const OPAQUE: &str = "opaque";
/// Kind of an event no key of the desk signed.
const UNSIGNED: &str = "unsigned";

struct Head {
    seq: u64,
    hash: [u8; 32],
}

pub fn append(tx: &Connection, batch: &Batch) -> Stored<Appended> {
    let Some(desk) = desks::get(tx, batch.desk)? else { return Err(StoreError::Refused(ProblemCode::NotADesk)) };
    if desk.revoked.is_some() {
        return Err(StoreError::Refused(ProblemCode::DeskRevoked));
    }
    if desk.quarantined.is_some() {
        return Err(StoreError::Refused(ProblemCode::DeskQuarantined));
    }
    let mut head = Head { seq: desk.head_seq, hash: desk.head_hash };
    let start = head.seq;
    let gap = Appended::Gap { epoch: desk.epoch, head_seq: head.seq, head_hash: head.hash };
    if batch.epoch != desk.epoch {
        return Ok(gap);
    }
    let first = first_place(tx, batch, &head)?;
    if first > head.seq + 1 {
        return Ok(gap);
    }
    let lease = match judge_lease(tx, batch, first <= head.seq || batch.events.is_empty())? {
        Ok(lease) => lease,
        Err(reason) => return quarantine(tx, batch.desk, reason),
    };
    let mut results = Vec::with_capacity(batch.events.len());
    for (seq, event) in (first..).zip(&batch.events) {
        if event.place.is_some_and(|(said, _)| event.signed && said != seq) {
            return Err(StoreError::Refused(ProblemCode::BadRequest));
        }
        let outcome = match take(tx, batch, &mut head, seq, event)? {
            Ok(outcome) => outcome,
            Err(reason) => return quarantine(tx, batch.desk, reason),
        };
        results.push(EventResult { seq, outcome });
    }
    let lease = close(tx, batch, &head, lease, head.seq > start)?;
    Ok(Appended::Stored { head_seq: head.seq, head_hash: head.hash, lease, results })
}

/// The number of the first event: as its header says, or where it must be if its header can't be read.
fn first_place(tx: &Connection, batch: &Batch, head: &Head) -> Stored<u64> {
    let Some(event) = batch.events.first() else { return Ok(head.seq + 1) };
    if let Some((seq, _)) = event.place.filter(|_| event.signed) {
        return Ok(seq);
    }
    let held = one(
        tx,
        "SELECT seq FROM events WHERE desk = ?1 AND epoch = ?2 AND hash = ?3",
        params![batch.desk.to_string(), batch.epoch, event.hash],
        |row| number(row, "seq"),
    )?;
    if let Some(seq) = held {
        return Ok(seq);
    }
    // Neighbours that can be read tell where an unreadable one stands.
    let known =
        batch.events.iter().zip(0u64..).find_map(|(event, after)| {
            event.place.filter(|_| event.signed).and_then(|(seq, _)| seq.checked_sub(after))
        });
    Ok(known.filter(|seq| *seq > 0).unwrap_or(head.seq + 1))
}

/// The lease tells a clone from the desk itself. `resend`: nothing but what central has is at the start of the push.
///
/// The current one is right. The one before is right for a desk that lost the last answer, and such a desk sends again
/// what it sent then. Anything else is a clone or an old copy.
fn judge_lease(tx: &Connection, batch: &Batch, resend: bool) -> Stored<Result<Option<Vec<u8>>, String>> {
    let found = one(
        tx,
        "SELECT lease, previous_lease, lease_open FROM desks WHERE desk = ?1",
        params![batch.desk.to_string()],
        |row| {
            Ok((
                row.get::<_, Option<Vec<u8>>>("lease")?,
                row.get::<_, Option<Vec<u8>>>("previous_lease")?,
                row.get::<_, bool>("lease_open")?,
            ))
        },
    )?;
    let Some((current, previous, open)) = found else { return Err(StoreError::Refused(ProblemCode::NotADesk)) };
    let shown = &batch.lease;
    let right = open || current.is_none() || *shown == current || (*shown == previous && resend);
    if right { Ok(Ok(current)) } else { Ok(Err("lease: a copy of this desk has spoken to central".to_owned())) }
}

/// One event. `Err` inside: the desk has forked.
fn take(
    tx: &Connection,
    batch: &Batch,
    head: &mut Head,
    seq: u64,
    event: &Incoming,
) -> Stored<Result<Outcome, String>> {
    if seq <= head.seq {
        let Some(held) = get(tx, batch.desk, batch.epoch, seq)? else {
            return Err(StoreError::Database(format!("event {seq} is missing below the head")));
        };
        let same = crate::wire::event::event_hash(&held.raw) == event.hash;
        // Bytes that no key signed prove nothing: a torn copy of what central has already.
        return Ok(if same || !event.signed { Ok(held.outcome) } else { Err(format!("fork: event {seq} differs")) });
    }
    let follows = event.place.is_none_or(|(_, previous)| previous == head.hash);
    if event.signed && !follows && !after_poison(tx, batch, head)? {
        return Ok(Err(format!("fork: event {seq} does not follow from what central has")));
    }
    let outcome = effect(tx, batch, seq, event)?;
    let kind = match (&event.place, event.signed) {
        (None, _) => OPAQUE,
        (Some(_), false) => UNSIGNED,
        (Some(_), true) => &event.kind,
    };
    tx.execute(
        "INSERT INTO events (desk, epoch, seq, hash, raw, kind, received_at, outcome)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            batch.desk.to_string(),
            batch.epoch,
            signed(seq)?,
            event.hash,
            event.raw,
            kind,
            batch.now.0,
            json(&outcome)?
        ],
    )?;
    *head = Head { seq, hash: event.hash };
    Ok(Ok(outcome))
}

/// The event after a torn one names the hash of the bytes as they were: that is no fork.
fn after_poison(tx: &Connection, batch: &Batch, head: &Head) -> Stored<bool> {
    Ok(get(tx, batch.desk, batch.epoch, head.seq)?.is_some_and(|held| held.kind == OPAQUE || held.kind == UNSIGNED))
}

/// What it means. A failing projection must not block the queue either: only a failing database may.
fn effect(tx: &Connection, batch: &Batch, seq: u64, event: &Incoming) -> Stored<Outcome> {
    if event.place.is_none() {
        return Ok(Outcome::NotUnderstood);
    }
    if !event.signed {
        return Ok(Outcome::Refused { reason: RefusalReason::BadSignature });
    }
    let Some(fact) = &event.fact else { return Ok(Outcome::NotUnderstood) };
    if let Some(carried) = &event.carried {
        return bring(tx, batch, seq, carried);
    }
    let context = load::context(tx, batch, event, fact)?;
    let decision = decide(fact, event.hand.as_ref(), Source { desk: batch.desk }, &context);
    let agent = context.agent.as_ref().map(|agent| &agent.number).or(event.agent.as_ref());
    let from = From { desk: batch.desk, epoch: batch.epoch, seq, agent, now: batch.now };
    decision.changes.iter().try_for_each(|change| apply(tx, &from, change))?;
    Ok(decision.outcome)
}

/// An event of a closed epoch takes effect as if it had come then; one that central has already, in its own place or
/// carried before, gives the word it got.
fn bring(tx: &Connection, batch: &Batch, seq: u64, carried: &Carried) -> Stored<Outcome> {
    let desk = batch.desk.to_string();
    let known = one(
        tx,
        "SELECT outcome FROM events WHERE desk = ?1 AND epoch = ?2 AND seq = ?3 AND hash = ?4
         UNION ALL
         SELECT e.outcome FROM carried c JOIN events e ON e.desk = c.desk AND e.epoch = c.epoch AND e.seq = c.seq
         WHERE c.desk = ?1 AND c.hash = ?4 LIMIT 1",
        params![desk, carried.epoch, signed(carried.event.place.map_or(0, |(seq, _)| seq))?, carried.event.hash],
        |row| from_json(&row.get::<_, String>("outcome")?, "outcome"),
    )?;
    if let Some(outcome) = known {
        return Ok(outcome);
    }
    let outcome = effect(tx, batch, seq, &carried.event)?;
    tx.execute(
        "INSERT INTO carried (desk, hash, epoch, seq) VALUES (?1, ?2, ?3, ?4)",
        params![desk, carried.event.hash, batch.epoch, signed(seq)?],
    )?;
    Ok(outcome)
}

fn quarantine(tx: &Connection, desk: DeskId, reason: String) -> Stored<Appended> {
    desks::quarantine(tx, desk, &reason)?;
    Ok(Appended::Quarantined { reason })
}

fn close(tx: &Connection, batch: &Batch, head: &Head, lease: Option<Vec<u8>>, grown: bool) -> Stored<Vec<u8>> {
    let desk = batch.desk.to_string();
    let lease = match lease {
        Some(lease) if !grown => lease,
        _ => {
            tx.execute(
                "UPDATE desks SET previous_lease = lease, lease = ?2, lease_open = 0 WHERE desk = ?1",
                params![desk, batch.fresh_lease],
            )?;
            batch.fresh_lease.to_vec()
        }
    };
    tx.execute(
        "UPDATE desks SET head_seq = ?2, head_hash = ?3, last_seen = ?4 WHERE desk = ?1",
        params![desk, signed(head.seq)?, head.hash, batch.now.0],
    )?;
    Ok(lease)
}

const COLUMNS: &str = "SELECT desk, epoch, seq, kind, received_at, outcome, raw, hash FROM events";

fn read(row: &rusqlite::Row<'_>) -> Stored<EventRow> {
    bytes32(row, "hash")?;
    Ok(EventRow {
        desk: super::row::parsed(row, "desk")?,
        epoch: number(row, "epoch")?,
        seq: number(row, "seq")?,
        kind: row.get("kind")?,
        received: Millis(row.get("received_at")?),
        outcome: from_json(&row.get::<_, String>("outcome")?, "outcome")?,
        raw: row.get("raw")?,
    })
}

fn get(tx: &Connection, desk: DeskId, epoch: u32, seq: u64) -> Stored<Option<EventRow>> {
    one(
        tx,
        &format!("{COLUMNS} WHERE desk = ?1 AND epoch = ?2 AND seq = ?3"),
        params![desk.to_string(), epoch, signed(seq)?],
        read,
    )
}

pub fn list(tx: &Connection, desk: DeskId, epoch: u32, after: u64, limit: u32) -> Stored<Vec<EventRow>> {
    all(
        tx,
        &format!("{COLUMNS} WHERE desk = ?1 AND epoch = ?2 AND seq > ?3 ORDER BY seq LIMIT ?4"),
        params![desk.to_string(), epoch, signed(after)?, limit],
        read,
    )
}
