//! Making an event inside the transaction: sealed, numbered, chained, signed. The desk's key never leaves the database
//! but for this and for TLS.

use p256::ecdsa::SigningKey;
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::Zeroizing;

use super::clock::Clock;
use super::fault::StoreFault;
use super::write::{EventRef, FactDraft};
use crate::domain::{DeskId, Millis, VisitId};
use crate::wire::event::{Header, NO_PREVIOUS, VERSION, build, event_hash};
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
    conn.prepare_cached(
        "INSERT INTO event (epoch, seq, kind, visit, at, urgent, stored, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        author.epoch,
        seq,
        header.kind,
        visit_of(&draft.fact).map(|visit| visit.to_string()),
        at.0,
        draft.fact.is_urgent(),
        stored,
        hash
    ])?;
    conn.prepare_cached(
        "INSERT INTO head (epoch, seq, hash, at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (epoch) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, at = excluded.at",
    )?
    .execute(params![author.epoch, seq, hash, at.0])?;
    Ok(EventRef { epoch: author.epoch, seq, hash, kind: header.kind, urgent: draft.fact.is_urgent() })
}

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
        Fact::SessionStarted { .. } | Fact::SessionEnded { .. } | Fact::Unknown => None,
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
