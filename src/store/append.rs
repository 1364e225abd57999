//! Making an event inside the transaction: sealed, numbered, chained, signed. The desk's key never leaves the database
//! but for this and for TLS.

use p256::ecdsa::SigningKey;
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::Zeroizing;

use super::apply::json;
use super::clock::Clock;
use super::fault::StoreFault;
use super::write::{EventRef, FactDraft};
use crate::domain::{DeskId, Millis, VisitId};
use crate::wire::event::{EVENT_MAX, HEADER_MAX, Header, NO_PREVIOUS, VERSION, build, event_hash};
use crate::wire::fact::Fact;
use crate::wire::message::DeskRecord;
use crate::wire::seal::Fresh;

/// What stands in every event as `software`.
const SOFTWARE: &str = concat!("ra-desk ", env!("CARGO_PKG_VERSION"));

/// What an event needs of the identity.
struct Author {
    desk: DeskId,
    epoch: u32,
    seal_key: Vec<u8>,
    signer: SigningKey,
}

fn author(conn: &Connection) -> Result<Author, StoreFault> {
    let row = conn
        .prepare_cached("SELECT desk_key, record FROM identity WHERE one = 1")?
        .query_row([], |row| Ok((Zeroizing::new(row.get::<_, Vec<u8>>(0)?), row.get::<_, Option<Vec<u8>>>(1)?)))
        .optional()?;
    let (key, Some(record)) = row.ok_or(StoreFault::NotEnrolled)? else {
        return Err(StoreFault::NotEnrolled);
    };
    let record: DeskRecord = serde_json::from_slice(&record).map_err(|_| StoreFault::BadValue("the desk record"))?;
    let signer = SigningKey::from_slice(&key).map_err(|_| StoreFault::BadValue("the desk key"))?;
    Ok(Author { desk: record.desk, epoch: record.epoch, seal_key: record.seal_key.0, signer })
}

/// The end of an epoch's chain: number and hash.
pub(super) fn head(conn: &Connection, epoch: u32) -> Result<(u64, [u8; 32]), StoreFault> {
    let row = conn
        .prepare_cached("SELECT seq, hash FROM head WHERE epoch = ?1")?
        .query_row([epoch], |row| Ok((row.get::<_, u64>(0)?, row.get::<_, [u8; 32]>(1)?)))
        .optional()?;
    Ok(row.unwrap_or((0, NO_PREVIOUS)))
}

pub(super) fn append(conn: &Connection, clock: &dyn Clock, draft: &FactDraft) -> Result<EventRef, StoreFault> {
    let author = author(conn)?;
    for digest in &draft.blobs {
        let there = conn.prepare_cached("SELECT 1 FROM blob WHERE digest = ?1")?.exists([digest])?;
        if !there {
            return Err(StoreFault::BadValue("a blob of the event"));
        }
    }
    let (last, prev) = head(conn, author.epoch)?;
    let seq = last + 1;
    let at = clock.now();
    let header = Header {
        version: VERSION,
        desk: author.desk,
        epoch: author.epoch,
        seq,
        prev,
        kind: draft.fact.kind().to_owned(),
        at,
        mono_ms: clock.mono_ms(),
        boot: clock.boot(),
        last_central: last_central(conn)?,
        agent: draft.agent.clone(),
        policy: draft.policy.clone(),
        blobs: draft.blobs.clone(),
        software: SOFTWARE.to_owned(),
    };
    let stored = build(&header, &draft.fact, &author.seal_key, &author.signer, fresh()?)?;
    let hash = event_hash(&stored);
    let (card, card_status) = draft.fact.makes_of_card().unzip();
    let card_status = card_status.map(|status| json(&status)).transpose()?;
    conn.prepare_cached(
        "INSERT INTO event (epoch, seq, kind, visit, at, urgent, stored, hash, card, card_status)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        author.epoch,
        seq,
        header.kind,
        visit_of(&draft.fact).map(|visit| visit.to_string()),
        at.0,
        draft.fact.is_urgent(),
        stored,
        hash,
        card.map(|card| card.to_string()),
        card_status
    ])?;
    conn.prepare_cached(
        "INSERT INTO head (epoch, seq, hash, at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (epoch) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, at = excluded.at",
    )?
    .execute(params![author.epoch, seq, hash, at.0])?;
    Ok(EventRef { epoch: author.epoch, seq, hash, kind: header.kind, urgent: draft.fact.is_urgent() })
}

/// What carrying adds to an event: header, seal and signature of the one that bears it, with room.
const CARRYING: usize = HEADER_MAX + 1024;

/// Central has given a new epoch: what it has not acknowledged of the old ones is put into events of the new one, in order,
/// so that nothing is left behind. What is too large for that stays, and the queue says so.
pub(super) fn carry_stranded(conn: &Connection, clock: &dyn Clock) -> Result<(), StoreFault> {
    let mut statement = conn.prepare(&format!(
        "SELECT id, stored, urgent FROM event WHERE {IS_STRANDED} AND length(stored) <= ?1 ORDER BY id"
    ))?;
    let rows = statement.query_map([EVENT_MAX - CARRYING], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, bool>(2)?))
    })?;
    for row in rows.collect::<Result<Vec<_>, _>>()? {
        let (id, stored, urgent) = row;
        let draft = FactDraft { fact: Fact::Carried { stored }, agent: None, policy: None, blobs: Vec::new() };
        let made = append(conn, clock, &draft)?;
        conn.prepare_cached("UPDATE event SET carries = ?3, urgent = ?4 WHERE epoch = ?1 AND seq = ?2")?
            .execute(params![made.epoch, made.seq, id, urgent])?;
    }
    Ok(())
}

/// Not acknowledged, of a closed epoch, and not carried by an event of the present one.
pub(super) const IS_STRANDED: &str = "acked IS NULL AND carries IS NULL
     AND epoch < (SELECT epoch FROM identity)
     AND NOT EXISTS (SELECT 1 FROM event bearer WHERE bearer.carries = event.id
                     AND bearer.epoch = (SELECT epoch FROM identity))";

/// 32 bytes from the operating system for one sealing.
pub(super) fn fresh() -> Result<Fresh, StoreFault> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| StoreFault::NoRandom)?;
    Ok(Fresh::new(bytes))
}

/// Key of the setting that holds central's last time.
pub(super) const LAST_CENTRAL: &str = "sync.last_central";

pub(super) fn last_central(conn: &Connection) -> Result<Option<Millis>, StoreFault> {
    let text: Option<String> = conn
        .prepare_cached("SELECT value FROM setting WHERE key = ?1")?
        .query_row([LAST_CENTRAL], |row| row.get(0))
        .optional()?;
    Ok(text.and_then(|text| text.parse().ok()).map(Millis))
}

/// The visit a fact belongs to; sessions belong to none.
fn visit_of(fact: &Fact) -> Option<VisitId> {
    match fact {
        Fact::SessionStarted { .. } | Fact::SessionEnded { .. } | Fact::Carried { .. } | Fact::Unknown => None,
        Fact::Register(registration) => Some(registration.visit),
        Fact::WriteIntended { visit, .. }
        | Fact::DocumentIncident { visit, .. }
        | Fact::CardWritten { visit, .. }
        | Fact::PrintIntended { visit, .. }
        | Fact::PrintedGood { visit, .. }
        | Fact::CardSpoilt { visit, .. }
        | Fact::ResetIntended { visit, .. }
        | Fact::PasscodeReset { visit, .. }
        | Fact::HandedOver { visit, .. }
        | Fact::Cancel { visit, .. }
        | Fact::CallBack { visit, .. }
        | Fact::TakenOver { visit, .. }
        | Fact::VisitAbandoned { visit, .. } => Some(*visit),
    }
}
