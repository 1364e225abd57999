//! What screens and the sync worker read, on a connection that can't write.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::append::IS_STRANDED;
use super::fault::StoreFault;
use super::search::patterns;
use super::write::{Phase, RECEIPT, RECEIPT_GIVEN};
use crate::document::same_person::{Band, Builder, Candidate, Claim};
use crate::domain::{CardGuid, CardStatus, LegalName, Millis, Person, PersonId, UserNumber, VisitId};
use crate::wire::message::{CardBrief, Outcome, RefusalReason};

/// Items the queue screen gets at most; the counts say how many there are.
pub const QUEUE_MAX: u32 = 500;
/// Persons a search gives at most, as central's own.
pub const HITS_MAX: u32 = 20;

/// A visit as it was last saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedVisit {
    /// Which.
    pub id: VisitId,
    /// What kind.
    pub kind: String,
    /// Version of the snapshot's form.
    pub version: u32,
    /// The snapshot.
    pub snapshot: Vec<u8>,
    /// Put aside.
    pub parked: bool,
    /// What the list calls it.
    pub title: String,
    /// When it was last saved.
    pub updated: Millis,
}

/// One row of a visit's journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    /// Grows with every row.
    pub id: i64,
    /// The operation.
    pub op: String,
    /// The step.
    pub step: String,
    /// Where it stood.
    pub phase: Phase,
    /// What shows it.
    pub evidence: Vec<u8>,
    /// When.
    pub at: Millis,
}

/// Where a queued event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QueueState {
    /// Saved on this desk, not yet sent.
    Waiting,
    /// Sent, central's answer is missing. Sending it again does no harm.
    Sent,
    /// Central has it; its effect waits for the photo.
    AwaitingBlob,
    /// Central has it and refused it; an agent has not yet said "seen".
    Refused,
    /// Of an epoch that central has closed, and too large to be carried by an event of the present one: it can only be
    /// exported.
    Stranded,
}

/// One event that an agent may want to know of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueItem {
    /// Its epoch.
    pub epoch: u32,
    /// Its number.
    pub seq: u64,
    /// What it is, the fact's type word.
    pub kind: String,
    /// Its visit, if it has one.
    pub visit: Option<VisitId>,
    /// What the list of visits calls that visit; empty once the visit is forgotten.
    pub title: String,
    /// When it was saved.
    pub since: Millis,
    /// Where it stands.
    pub state: QueueState,
    /// Why it was refused.
    pub reason: Option<RefusalReason>,
    /// Bytes to send, blobs not counted.
    pub size: u64,
}

/// How much waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxCounts {
    /// Events central has not acknowledged.
    pub waiting: u64,
    /// When the oldest of them was saved.
    pub oldest: Option<Millis>,
    /// Refused and not yet seen by an agent.
    pub refused: u64,
    /// Stored at central, effect waits for a photo.
    pub awaiting_blob: u64,
    /// Blobs central does not have in full.
    pub blobs: u64,
    /// Part of `waiting`: saved in an epoch that central has closed since, and too large to be carried into the present
    /// one. They stay here and in the audit export until somebody deals with them.
    pub stranded: u64,
}

/// An event to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its number.
    pub seq: u64,
    /// Its stored bytes.
    pub stored: Vec<u8>,
    /// Goes before any waiting for a better moment.
    pub urgent: bool,
}

/// A blob to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingBlob {
    /// Its name.
    pub digest: String,
    /// Its bytes.
    pub sealed: Vec<u8>,
    /// Bytes central is known to have.
    pub sent: u64,
}

fn bad(what: &'static str) -> StoreFault {
    StoreFault::BadValue(what)
}

fn visit_id(text: &str) -> Result<VisitId, StoreFault> {
    text.parse().map_err(|_| bad("a visit id"))
}

pub(super) fn open_visits(conn: &Connection) -> Result<Vec<SavedVisit>, StoreFault> {
    let mut statement = conn.prepare_cached(
        "SELECT id, kind, version, snapshot, parked, title, updated FROM visit WHERE closed IS NULL
         ORDER BY updated DESC, id LIMIT 200",
    )?;
    let rows = statement.query_map([], |row| {
        Ok((
            row.get::<_, String>(0)?,
            SavedVisit {
                id: VisitId(uuid::Uuid::nil()),
                kind: row.get(1)?,
                version: row.get(2)?,
                snapshot: row.get(3)?,
                parked: row.get(4)?,
                title: row.get(5)?,
                updated: Millis(row.get(6)?),
            },
        ))
    })?;
    rows.map(|row| {
        let (id, visit) = row?;
        Ok(SavedVisit { id: visit_id(&id)?, ..visit })
    })
    .collect()
}

pub(super) fn journal(conn: &Connection, visit: VisitId) -> Result<Vec<JournalRow>, StoreFault> {
    let mut statement =
        conn.prepare_cached("SELECT id, op, step, phase, evidence, at FROM journal WHERE visit = ?1 ORDER BY id")?;
    let rows = statement.query_map([visit.to_string()], |row| {
        Ok((row.get::<_, String>(3)?, (row.get(0)?, row.get(1)?, row.get(2)?, row.get(4)?, Millis(row.get(5)?))))
    })?;
    rows.map(|row| {
        let (phase, (id, op, step, evidence, at)) = row?;
        let phase = Phase::from_word(&phase).ok_or(bad("a journal phase"))?;
        Ok(JournalRow { id, op, step, phase, evidence, at })
    })
    .collect()
}

pub(super) fn working(conn: &Connection, visit: VisitId, name: &str) -> Result<Option<Vec<u8>>, StoreFault> {
    Ok(conn
        .prepare_cached("SELECT bytes FROM working WHERE visit = ?1 AND name = ?2")?
        .query_row([visit.to_string().as_str(), name], |row| row.get(0))
        .optional()?)
}

/// Refused, or answered with a word this program does not know; not seen, and not mended: what was sent again since in the same
/// visit stands in its place.
const IS_REFUSED: &str = "json_extract(outcome, '$.outcome') IN ('refused', 'other') AND refusal_seen = 0
     AND NOT EXISTS (SELECT 1 FROM event again
                     WHERE again.visit = event.visit AND again.kind = event.kind AND again.id > event.id)";
const IS_AWAITING: &str = "json_extract(outcome, '$.outcome') = 'awaiting_blob'";

pub(super) fn queue(conn: &Connection) -> Result<Vec<QueueItem>, StoreFault> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT epoch, seq, kind, visit, at, sent, outcome, length(stored), acked, {IS_STRANDED},
           coalesce((SELECT title FROM visit WHERE visit.id = event.visit), '') FROM event
         WHERE carries IS NULL AND (acked IS NULL OR final IS NULL OR ({IS_REFUSED}))
         ORDER BY epoch, seq LIMIT {QUEUE_MAX}"
    ))?;
    let rows = statement.query_map([], |row| {
        let visit: Option<String> = row.get(3)?;
        let facts: (Option<i64>, Option<String>, Option<i64>, bool) =
            (row.get(5)?, row.get(6)?, row.get(8)?, row.get(9)?);
        let item = QueueItem {
            epoch: row.get(0)?,
            seq: row.get(1)?,
            kind: row.get(2)?,
            visit: visit.and_then(|text| text.parse().ok()),
            title: row.get(10)?,
            since: Millis(row.get(4)?),
            state: QueueState::Waiting,
            reason: None,
            size: row.get(7)?,
        };
        Ok((item, facts))
    })?;
    let mut items = Vec::new();
    for row in rows {
        let (mut item, (sent, outcome, acked, stranded)) = row?;
        let outcome = outcome.map(|text| outcome_of(&text)).transpose()?;
        (item.state, item.reason) = match (outcome, acked, sent) {
            (Some(Outcome::Refused { reason }), _, _) => (QueueState::Refused, Some(reason)),
            (Some(Outcome::Other), _, _) => (QueueState::Refused, None),
            (Some(Outcome::AwaitingBlob), _, _) => (QueueState::AwaitingBlob, None),
            _ if stranded => (QueueState::Stranded, None),
            (_, None, None) => (QueueState::Waiting, None),
            // Acknowledged without a word on its effect yet: the feed brings it.
            _ => (QueueState::Sent, None),
        };
        items.push(item);
    }
    Ok(items)
}

fn outcome_of(text: &str) -> Result<Outcome, StoreFault> {
    serde_json::from_str(text).map_err(|_| bad("an outcome"))
}

pub(super) fn counts(conn: &Connection) -> Result<OutboxCounts, StoreFault> {
    let (waiting, oldest) = conn
        .prepare_cached("SELECT count(*), min(at) FROM event WHERE acked IS NULL AND carries IS NULL")?
        .query_row([], |row| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?)))?;
    let open = "FROM event WHERE acked IS NOT NULL AND carries IS NULL AND (final IS NULL OR outcome LIKE '%refused%')";
    let one = |sql: &str| -> Result<u64, StoreFault> { Ok(conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?) };
    Ok(OutboxCounts {
        waiting,
        oldest: oldest.map(Millis),
        refused: one(&format!("SELECT count(*) {open} AND {IS_REFUSED}"))?,
        awaiting_blob: one(&format!("SELECT count(*) {open} AND {IS_AWAITING}"))?,
        blobs: one("SELECT count(*) FROM blob WHERE done IS NULL")?,
        stranded: one(&format!("SELECT count(*) FROM event WHERE {IS_STRANDED}"))?,
    })
}

pub(super) fn outcome(conn: &Connection, epoch: u32, seq: u64) -> Result<Option<Outcome>, StoreFault> {
    let text: Option<Option<String>> = conn
        .prepare_cached("SELECT outcome FROM event WHERE epoch = ?1 AND seq = ?2")?
        .query_row(params![epoch, seq], |row| row.get(0))
        .optional()?;
    text.flatten().map(|text| outcome_of(&text)).transpose()
}

/// An older event of the same kind was superseded: only the last one counts.
pub(super) fn outcome_of_visit(conn: &Connection, visit: VisitId, kind: &str) -> Result<Option<Outcome>, StoreFault> {
    let text: Option<Option<String>> = conn
        .prepare_cached("SELECT outcome FROM event WHERE visit = ?1 AND kind = ?2 ORDER BY id DESC LIMIT 1")?
        .query_row([visit.to_string().as_str(), kind], |row| row.get(0))
        .optional()?;
    text.flatten().map(|text| outcome_of(&text)).transpose()
}

/// What became of a registration, or a change of name, whose holder left with a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptOutcome {
    /// Its visit.
    pub visit: VisitId,
    /// What the list of visits called it, the holder's name; empty once the visit is forgotten.
    pub title: String,
    /// Central's final word.
    pub outcome: Outcome,
}

/// Receipts that were given, whose event has its final word, and which nobody has seen; oldest first.
pub(super) fn receipts(conn: &Connection) -> Result<Vec<ReceiptOutcome>, StoreFault> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT visit, coalesce((SELECT title FROM visit WHERE visit.id = event.visit), ''), outcome
         FROM event JOIN setting ON setting.key = '{RECEIPT}' || event.visit AND setting.value = '{RECEIPT_GIVEN}'
         WHERE kind IN ('register', 'change_name') AND final IS NOT NULL AND outcome IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM event again
                           WHERE again.visit = event.visit AND again.kind = event.kind AND again.id > event.id)
         ORDER BY id LIMIT {HITS_MAX}"
    ))?;
    let rows = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)))?;
    rows.map(|row| {
        let (visit, title, outcome) = row?;
        Ok(ReceiptOutcome { visit: visit_id(&visit)?, title, outcome: outcome_of(&outcome)? })
    })
    .collect()
}

/// Events not acknowledged, in order, `count` and `bytes` at most, but always one if there is one.
pub(super) fn outgoing(conn: &Connection, epoch: u32, count: u32, bytes: usize) -> Result<Vec<Outgoing>, StoreFault> {
    let mut statement = conn.prepare_cached(
        "SELECT seq, stored, urgent FROM event WHERE acked IS NULL AND epoch = ?1 ORDER BY seq LIMIT ?2",
    )?;
    let mut rows = statement.query(params![epoch, count])?;
    let mut events = Vec::new();
    let mut total = 0usize;
    while let Some(row) = rows.next()? {
        let event = Outgoing { seq: row.get(0)?, stored: row.get(1)?, urgent: row.get(2)? };
        total = total.saturating_add(event.stored.len());
        if total > bytes && !events.is_empty() {
            break;
        }
        events.push(event);
    }
    Ok(events)
}

/// Whether any event of an epoch waits.
pub(super) fn waits(conn: &Connection, epoch: u32) -> Result<bool, StoreFault> {
    Ok(conn.prepare_cached("SELECT 1 FROM event WHERE acked IS NULL AND epoch = ?1 LIMIT 1")?.exists([epoch])?)
}

/// The last acknowledged number: one before the first that waits, or the head. Acknowledged is always a beginning.
pub(super) fn acked(conn: &Connection, epoch: u32) -> Result<u64, StoreFault> {
    let first: Option<u64> = conn
        .prepare_cached("SELECT min(seq) FROM event WHERE acked IS NULL AND epoch = ?1")?
        .query_row([epoch], |row| row.get(0))?;
    match first {
        Some(first) => Ok(first.saturating_sub(1)),
        None => Ok(super::append::head(conn, epoch)?.0),
    }
}

/// Whether an urgent event waits.
pub(super) fn urgent_waits(conn: &Connection, epoch: u32) -> Result<bool, StoreFault> {
    Ok(conn
        .prepare_cached("SELECT 1 FROM event WHERE acked IS NULL AND epoch = ?1 AND urgent = 1 LIMIT 1")?
        .exists([epoch])?)
}

pub(super) fn outgoing_blob(conn: &Connection, skip: u32) -> Result<Option<OutgoingBlob>, StoreFault> {
    let waiting: u32 =
        conn.prepare_cached("SELECT count(*) FROM blob WHERE done IS NULL")?.query_row([], |row| row.get(0))?;
    if waiting == 0 {
        return Ok(None);
    }
    Ok(conn
        .prepare_cached(
            "SELECT digest, sealed, sent FROM blob WHERE done IS NULL ORDER BY at, digest LIMIT 1 OFFSET ?1",
        )?
        .query_row([skip % waiting], |row| {
            Ok(OutgoingBlob { digest: row.get(0)?, sealed: row.get(1)?, sent: row.get(2)? })
        })
        .optional()?)
}

/// Stored bytes of an epoch's events from a number on, in order.
pub(super) fn events(conn: &Connection, epoch: u32, from: u64, count: u32) -> Result<Vec<Vec<u8>>, StoreFault> {
    let mut statement =
        conn.prepare_cached("SELECT stored FROM event WHERE epoch = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3")?;
    let rows = statement.query_map(params![epoch, from, count], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn hash_at(conn: &Connection, epoch: u32, seq: u64) -> Result<Option<[u8; 32]>, StoreFault> {
    Ok(conn
        .prepare_cached("SELECT hash FROM event WHERE epoch = ?1 AND seq = ?2")?
        .query_row(params![epoch, seq], |row| row.get(0))
        .optional()?)
}

pub(super) fn last_event_at(conn: &Connection) -> Result<Option<Millis>, StoreFault> {
    let at: Option<i64> = conn.prepare_cached("SELECT max(at) FROM head")?.query_row([], |row| row.get(0))?;
    Ok(at.map(Millis))
}

pub(super) fn setting(conn: &Connection, key: &str) -> Result<Option<String>, StoreFault> {
    Ok(conn
        .prepare_cached("SELECT value FROM setting WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?)
}

pub(super) fn statement_version(conn: &Connection, kind: &str) -> Result<u64, StoreFault> {
    let version = conn
        .prepare_cached("SELECT version FROM statement WHERE kind = ?1")?
        .query_row([kind], |row| row.get(0))
        .optional()?;
    Ok(version.unwrap_or(0))
}

pub(super) fn statement(conn: &Connection, kind: &str) -> Result<Option<(u64, Vec<u8>)>, StoreFault> {
    Ok(conn
        .prepare_cached("SELECT version, bytes FROM statement WHERE kind = ?1")?
        .query_row([kind], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?)
}

fn person(row: &Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}

fn person_of(text: &str) -> Result<Person, StoreFault> {
    serde_json::from_str(text).map_err(|_| bad("a cached person"))
}

/// Cached persons by the start of any part of the name, and by birth date if given. Neither: nobody.
pub(super) fn find_persons(
    conn: &Connection,
    name: &str,
    birth: Option<jiff::civil::Date>,
) -> Result<Vec<Person>, StoreFault> {
    let patterns = patterns(name);
    if patterns.is_empty() && birth.is_none() {
        return Ok(Vec::new());
    }
    let at = |place: usize| patterns.get(place).map_or("%", String::as_str);
    let mut statement = conn.prepare_cached(&format!(
        "SELECT record FROM cache_person WHERE (?1 IS NULL OR birth = ?1) AND name LIKE ?2 AND name LIKE ?3
           AND name LIKE ?4 AND name LIKE ?5 AND name LIKE ?6 ORDER BY name, id LIMIT {HITS_MAX}"
    ))?;
    let birth = birth.map(|date| date.to_string());
    let rows = statement.query_map(params![birth, at(0), at(1), at(2), at(3), at(4)], person)?;
    rows.map(|row| person_of(&row?)).collect()
}

/// Cached persons who may be the one asked for, the likeliest first, each with its band: by the function central uses, on the
/// few this desk holds.
pub(super) fn likely_persons(
    conn: &Connection,
    name: &LegalName,
    birth: jiff::civil::Date,
) -> Result<Vec<(Person, Band)>, StoreFault> {
    let mut statement = conn.prepare_cached("SELECT record FROM cache_person ORDER BY id")?;
    let texts: Vec<String> = statement.query_map([], person)?.collect::<Result<_, _>>()?;
    let persons = texts.iter().map(|text| person_of(text)).collect::<Result<Vec<_>, _>>()?;
    let mut builder = Builder::new();
    for person in &persons {
        builder.add(person.id, &person.name.family, &person.name.given, person.birth_date);
    }
    let claim = Claim { surname: &name.family, given: &name.given, birth: Some(birth) };
    let found = builder.build().search(&claim, HITS_MAX as usize);
    let whose = |hit: &Candidate| persons.iter().find(|person| person.id == hit.person).cloned();
    Ok(found.iter().filter_map(|hit| Some((whose(hit)?, hit.band()))).collect())
}

pub(super) fn person_by_number(conn: &Connection, number: &UserNumber) -> Result<Option<Person>, StoreFault> {
    let text: Option<String> = conn
        .prepare_cached("SELECT record FROM cache_person WHERE number = ?1")?
        .query_row([number.digits()], person)
        .optional()?;
    text.map(|text| person_of(&text)).transpose()
}

pub(super) fn person_by_id(conn: &Connection, id: PersonId) -> Result<Option<Person>, StoreFault> {
    let text: Option<String> = conn
        .prepare_cached("SELECT record FROM cache_person WHERE id = ?1")?
        .query_row([id.to_string()], person)
        .optional()?;
    text.map(|text| person_of(&text)).transpose()
}

/// What own events say of a card that central has not decided, as far as the card's life goes.
pub(super) fn said_of_card(conn: &Connection, guid: CardGuid) -> Result<Option<CardStatus>, StoreFault> {
    let mut statement = conn.prepare_cached(
        "SELECT card_status FROM event WHERE card = ?1 AND final IS NULL AND card_status IS NOT NULL",
    )?;
    let said = statement.query_map([guid.to_string()], |row| row.get::<_, String>(0))?;
    let mut furthest = None;
    for word in said {
        let status = serde_json::from_str(&word?).map_err(|_| bad("a card's status"))?;
        furthest = furthest.max(Some(status));
    }
    Ok(furthest)
}

pub(super) fn card(conn: &Connection, guid: CardGuid) -> Result<Option<(CardBrief, PersonId)>, StoreFault> {
    let row: Option<(String, String)> = conn
        .prepare_cached("SELECT card, person FROM cache_card WHERE guid = ?1")?
        .query_row([guid.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    row.map(|(card, person)| {
        let card = serde_json::from_str(&card).map_err(|_| bad("a cached card"))?;
        Ok((card, person.parse().map_err(|_| bad("a person id"))?))
    })
    .transpose()
}
