//! Grants and PUK releases.

use rusqlite::{Connection, params};

use super::row::{bytes32, maybe, number, one, parsed, word};
use super::{agents, cards, people, sessions, stock};
use crate::central::effect::is_dead;
use crate::central::store::{
    CardRow, GRANT_FETCHES, GrantAsk, GrantBy, GrantRow, RELEASE_REFETCHES, ReleaseAsk, ReleaseGiven, StoreError,
    Stored,
};
use crate::domain::{CardGuid, CardStatus, DeskId, GrantId, Millis, Person, PersonStatus, VisitId};
use crate::wire::act::ActKind;
use crate::wire::message::ProblemCode;

fn no<T>(code: ProblemCode) -> Stored<T> {
    Err(StoreError::Refused(code))
}

pub fn make(tx: &Connection, ask: &GrantAsk) -> Stored<GrantRow> {
    if let Some(found) = of_visit(tx, ask.visit)? {
        return again(tx, ask, &found);
    }
    match &ask.by {
        GrantBy::Agent { nonce, .. } => sessions::use_nonce(tx, ask.desk, nonce, ask.now)?,
        GrantBy::Bootstrap { code_hash } => {
            let named = sessions::bootstrap_person(tx, code_hash, ask.desk, ask.visit, ask.now)?;
            if named != ask.person {
                return no(ProblemCode::BadCode);
            }
        }
        GrantBy::Seed => {}
    }
    let person = may_have_card(tx, ask)?;
    clear_way(tx, &person, ask)?;
    let serial = ask.chip_serial.as_deref();
    let Some(batch) = stock::batch_for(tx, serial)? else { return no(ProblemCode::NotInStock) };
    if serial.map(|serial| stock::used_for(tx, serial)).transpose()?.flatten().is_some() {
        return no(ProblemCode::NotInStock);
    }
    insert(tx, ask, &batch.batch, batch.series)?;
    super::feed::tell_card(tx, ask.card)?;
    get(tx, ask.grant)?.ok_or(StoreError::Refused(ProblemCode::NotFound))
}

/// The same visit has its grant already: lost answer, crash, or a second try. Counted.
fn again(tx: &Connection, ask: &GrantAsk, found: &GrantRow) -> Stored<GrantRow> {
    if found.desk != ask.desk {
        return no(ProblemCode::NotAllowed);
    }
    if found.person.id != ask.person {
        return no(ProblemCode::BadRequest);
    }
    match &ask.by {
        GrantBy::Agent { act_digest, nonce, .. } => {
            let known = one(
                tx,
                "SELECT act_digest FROM grants WHERE grant_id = ?1",
                params![found.grant.to_string()],
                |row| bytes32(row, "act_digest"),
            )?;
            if known != Some(*act_digest) {
                sessions::use_nonce(tx, ask.desk, nonce, ask.now)?;
                tx.execute(
                    "UPDATE grants SET act_digest = ?2 WHERE grant_id = ?1",
                    params![found.grant.to_string(), act_digest],
                )?;
            }
        }
        GrantBy::Bootstrap { code_hash } => {
            sessions::bootstrap_person(tx, code_hash, ask.desk, ask.visit, ask.now)?;
        }
        GrantBy::Seed => {}
    }
    fetch(tx, found.grant, ask.desk)
}

fn may_have_card(tx: &Connection, ask: &GrantAsk) -> Stored<Person> {
    let Some(person) = people::get(tx, ask.person)? else { return no(ProblemCode::NotFound) };
    if person.status != PersonStatus::Active || person.number.is_none() {
        return no(ProblemCode::NotAllowed);
    }
    match &ask.by {
        GrantBy::Agent { agent, .. } if person.number.as_ref() == Some(agent) => no(ProblemCode::OwnCard),
        // The very first manager has no colleague who could take the photo.
        GrantBy::Agent { .. } | GrantBy::Seed if !person.has_photo => no(ProblemCode::AwaitingPhoto),
        _ => Ok(person),
    }
}

/// One active card a person. A grant that led to nothing gives way to the newer one (`notes` sync 1.2); an expired card
/// is cancelled.
fn clear_way(tx: &Connection, person: &Person, ask: &GrantAsk) -> Stored<()> {
    let today = ask.now.london_day();
    for card in cards::of_person(tx, person.id)?.into_iter().filter(|card| !is_dead(card.brief.status)) {
        let guid = card.brief.guid;
        match card.brief.status {
            CardStatus::Granted => cards::set_status(tx, guid, CardStatus::Spoilt, "superseded", ask.now)?,
            _ if card.expires < today => cards::set_status(tx, guid, CardStatus::Cancelled, "expired", ask.now)?,
            _ => return no(ProblemCode::AlreadyHasCard),
        }
    }
    Ok(())
}

fn insert(tx: &Connection, ask: &GrantAsk, batch: &str, series: u8) -> Stored<()> {
    let issue: i64 = tx.query_row(
        "SELECT COALESCE(MAX(issue), 0) + 1 FROM cards WHERE person = ?1",
        params![ask.person.to_string()],
        |row| row.get(0),
    )?;
    tx.execute(
        "INSERT INTO cards (guid, person, grant_id, issue, status, series, batch, chip_serial, expires, puk_confirmed,
                            key_version, made_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            ask.card.to_string(),
            ask.person.to_string(),
            ask.grant.to_string(),
            issue,
            word(&CardStatus::Granted)?,
            series,
            batch,
            ask.chip_serial,
            ask.expires.to_string(),
            FIRST_PUK,
            ask.key_version,
            ask.now.0
        ],
    )?;
    let (agent, digest, bootstrap) = match &ask.by {
        GrantBy::Agent { agent, act_digest, .. } => (Some(agent.digits()), *act_digest, false),
        GrantBy::Bootstrap { code_hash } => (None, *code_hash, true),
        GrantBy::Seed => (None, [0; 32], false),
    };
    tx.execute(
        "INSERT INTO grants (grant_id, visit, desk, agent, guid, act_digest, bootstrap, fetches, made_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8)",
        params![
            ask.grant.to_string(),
            ask.visit.to_string(),
            ask.desk.to_string(),
            agent,
            ask.card.to_string(),
            digest,
            bootstrap,
            ask.now.0
        ],
    )?;
    Ok(())
}

/// The PUK number a card gets while it is written.
const FIRST_PUK: u32 = 1;

fn of_visit(tx: &Connection, visit: VisitId) -> Stored<Option<GrantRow>> {
    let found = one(
        tx,
        "SELECT g.grant_id FROM grants g JOIN cards k ON k.guid = g.guid
         WHERE g.visit = ?1 AND k.status NOT IN ('spoilt', 'cancelled') ORDER BY g.made_at DESC LIMIT 1",
        params![visit.to_string()],
        |row| parsed::<GrantId>(row, "grant_id"),
    )?;
    found.map(|grant| get(tx, grant)).transpose().map(Option::flatten)
}

pub fn get(tx: &Connection, grant: GrantId) -> Stored<Option<GrantRow>> {
    let found = one(
        tx,
        "SELECT g.visit, g.desk, g.agent, g.guid, g.bootstrap, g.fetches, o.name FROM grants g
         JOIN cards k ON k.guid = g.guid JOIN persons p ON p.person = k.person
         JOIN organisations o ON o.code = p.organisation WHERE g.grant_id = ?1",
        params![grant.to_string()],
        |row| {
            let head = (parsed(row, "visit")?, parsed(row, "desk")?, maybe(row, "agent")?, parsed(row, "guid")?);
            let rest = (row.get("bootstrap")?, number(row, "fetches")?);
            Ok((head, rest, row.get("name")?))
        },
    )?;
    let Some(((visit, desk, agent, guid), (bootstrap, fetches), organisation)) = found else {
        return Ok(None);
    };
    let Some(card) = cards::get(tx, guid)? else { return Ok(None) };
    let Some(person) = people::get(tx, card.person)? else { return Ok(None) };
    let stock = stock::batch(tx, &card.batch)?;
    let ra_person = agents::ra_person(tx, person.number.as_ref())?;
    Ok(Some(GrantRow { grant, visit, desk, agent, bootstrap, fetches, card, person, organisation, stock, ra_person }))
}

/// A fetch by the desk's key alone: somebody must have shown an agent's card there. The very first card has nobody.
pub fn fetch_again(tx: &Connection, grant: GrantId, desk: DeskId, now: Millis) -> Stored<GrantRow> {
    let Some(row) = get(tx, grant)? else { return no(ProblemCode::NotFound) };
    if !is_first(tx, &row)? && !sessions::live(tx, None, desk, now)? {
        return no(ProblemCode::NotAllowed);
    }
    fetch(tx, grant, desk)
}

/// The very first card, as long as there is nobody else.
fn is_first(tx: &Connection, row: &GrantRow) -> Stored<bool> {
    Ok(row.bootstrap && !agents::manager_exists(tx)?)
}

/// Only to its desk, only while the card is written, only so often. The very first card signs for its own hand-over, so
/// its random passcode may have to be set once more after that.
pub fn fetch(tx: &Connection, grant: GrantId, desk: DeskId) -> Stored<GrantRow> {
    let Some(row) = get(tx, grant)? else { return no(ProblemCode::NotFound) };
    if row.desk != desk {
        return no(ProblemCode::NotAllowed);
    }
    match row.card.brief.status {
        CardStatus::Spoilt | CardStatus::Cancelled => return no(ProblemCode::CardCancelled),
        CardStatus::WrittenNotPrinted | CardStatus::PrintedNotHandedOver if !is_first(tx, &row)? => {
            return no(ProblemCode::NotAllowed);
        }
        CardStatus::Issued => return no(ProblemCode::NotAllowed),
        _ if row.fetches >= GRANT_FETCHES => return no(ProblemCode::TooMany),
        _ => {}
    }
    tx.execute("UPDATE grants SET fetches = fetches + 1 WHERE grant_id = ?1", params![grant.to_string()])?;
    Ok(GrantRow { fetches: row.fetches + 1, ..row })
}

/// Whether the card was granted to this desk.
pub fn is_of_desk(tx: &Connection, card: CardGuid, desk: DeskId) -> Stored<bool> {
    let found = one(
        tx,
        "SELECT 1 FROM grants WHERE guid = ?1 AND desk = ?2 LIMIT 1",
        params![card.to_string(), desk.to_string()],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Whether a PUK of the card was ever released to this desk.
pub fn was_released_to(tx: &Connection, card: CardGuid, desk: DeskId) -> Stored<bool> {
    let found = one(
        tx,
        "SELECT 1 FROM releases WHERE guid = ?1 AND desk = ?2 LIMIT 1",
        params![card.to_string(), desk.to_string()],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

struct Open {
    number: i64,
    nonces: Vec<u8>,
    puk_n: u32,
    fetches: u32,
}

pub fn release(tx: &Connection, ask: &ReleaseAsk) -> Stored<ReleaseGiven> {
    let Some(grant) = get(tx, ask.grant)? else { return no(ProblemCode::NotFound) };
    let card = &grant.card;
    if is_dead(card.brief.status) {
        return no(ProblemCode::CardCancelled);
    }
    let first = is_first(tx, &grant)?;
    if grant.person.number.as_ref() == Some(&ask.agent) && !first {
        return no(ProblemCode::OwnCard);
    }
    if !fits(ask.kind, card.brief.status) {
        return no(match (ask.kind, card.brief.status) {
            (ActKind::HandOver, CardStatus::Issued) => ProblemCode::HandedOver,
            (kind, status) if is_behind(kind, status) => ProblemCode::AwaitingRecord,
            _ => ProblemCode::NotAllowed,
        });
    }
    let nonces = [ask.nonce, ask.act_nonce].concat();
    let open = open_release(tx, card, ask)?;
    // The very same request again is a lost answer: its nonces were used by itself.
    if open.as_ref().is_none_or(|open| open.nonces != nonces) {
        sessions::use_nonce(tx, ask.desk, &ask.nonce, ask.now)?;
        if ask.act_nonce != ask.nonce {
            sessions::use_nonce(tx, ask.desk, &ask.act_nonce, ask.now)?;
        }
    }
    match open {
        Some(open) => fetch_release(tx, card, &open, &nonces),
        None => new_release(tx, card, ask, &nonces),
    }
}

/// A hand-over is of a card that is written and nobody has; a reset is of one in its holder's hand.
fn fits(kind: ActKind, status: CardStatus) -> bool {
    match kind {
        ActKind::HandOver => matches!(status, CardStatus::WrittenNotPrinted | CardStatus::PrintedNotHandedOver),
        ActKind::PukRelease => status == CardStatus::Issued,
        _ => false,
    }
}

/// Whether the card has yet to come to where this is done: a desk acts on what it has recorded itself, and the record of the
/// step before may not have arrived.
fn is_behind(kind: ActKind, status: CardStatus) -> bool {
    match kind {
        ActKind::HandOver => status == CardStatus::Granted,
        ActKind::PukRelease => {
            matches!(status, CardStatus::Granted | CardStatus::WrittenNotPrinted | CardStatus::PrintedNotHandedOver)
        }
        _ => false,
    }
}

fn open_release(tx: &Connection, card: &CardRow, ask: &ReleaseAsk) -> Stored<Option<Open>> {
    one(
        tx,
        "SELECT number, nonce, puk_n, fetches FROM releases
         WHERE guid = ?1 AND visit = ?2 AND desk = ?3 AND settled_at IS NULL ORDER BY number DESC LIMIT 1",
        params![card.brief.guid.to_string(), ask.visit.to_string(), ask.desk.to_string()],
        |row| {
            Ok(Open {
                number: row.get("number")?,
                nonces: row.get("nonce")?,
                puk_n: number(row, "puk_n")?,
                fetches: number(row, "fetches")?,
            })
        },
    )
}

fn fetch_release(tx: &Connection, card: &CardRow, open: &Open, nonces: &[u8]) -> Stored<ReleaseGiven> {
    if open.fetches >= RELEASE_REFETCHES {
        return no(ProblemCode::TooMany);
    }
    tx.execute(
        "UPDATE releases SET fetches = fetches + 1, nonce = ?3 WHERE guid = ?1 AND number = ?2",
        params![card.brief.guid.to_string(), open.number, nonces],
    )?;
    // The first answer may have come and been used: n+1 may be on the card.
    Ok(given(card, open.puk_n, true, RELEASE_REFETCHES - open.fetches - 1))
}

fn new_release(tx: &Connection, card: &CardRow, ask: &ReleaseAsk, nonces: &[u8]) -> Stored<ReleaseGiven> {
    let recent: i64 = tx.query_row(
        "SELECT COUNT(*) FROM releases WHERE agent = ?1 AND made_at > ?2",
        params![ask.agent.digits(), ask.now.plus(-Millis::HOUR).0],
        |row| row.get(0),
    )?;
    if recent >= i64::from(ask.per_hour) {
        return no(ProblemCode::TooMany);
    }
    let guid = card.brief.guid.to_string();
    let was_possible = card.puk_possible.is_some();
    tx.execute(
        "INSERT INTO releases (guid, number, visit, desk, agent, nonce, puk_n, was_possible, fetches, made_at)
         VALUES (?1, (SELECT COALESCE(MAX(number), 0) + 1 FROM releases WHERE guid = ?1), ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8)",
        params![
            guid,
            ask.visit.to_string(),
            ask.desk.to_string(),
            ask.agent.digits(),
            nonces,
            card.puk_confirmed,
            was_possible,
            ask.now.0
        ],
    )?;
    possible(tx, card, card.puk_confirmed.saturating_add(1))?;
    cards::seen(tx, card.brief.guid, ask.now)?;
    Ok(given(card, card.puk_confirmed, was_possible, RELEASE_REFETCHES))
}

fn given(card: &CardRow, puk_n: u32, next_is_possible: bool, fetches_left: u32) -> ReleaseGiven {
    ReleaseGiven {
        card: card.brief.guid,
        issue: card.issue,
        key_version: card.key_version,
        puk_n,
        next_is_possible,
        fetches_left,
    }
}

/// A PUK number that may be on the card.
pub fn possible(tx: &Connection, card: &CardRow, n: u32) -> Stored<()> {
    if n > card.puk_confirmed {
        tx.execute(
            "UPDATE cards SET puk_possible = ?2 WHERE guid = ?1",
            params![card.brief.guid.to_string(), n.max(card.puk_possible.unwrap_or(0))],
        )?;
    }
    Ok(())
}

/// A PUK number that is on the card; open releases have their outcome.
pub fn confirmed(tx: &Connection, card: &CardRow, n: u32, now: Millis) -> Stored<()> {
    tx.execute(
        "UPDATE cards SET puk_confirmed = ?2, puk_possible = NULL WHERE guid = ?1",
        params![card.brief.guid.to_string(), n],
    )?;
    settle(tx, card, now)
}

/// Open releases have their outcome, though the PUK may be unknown.
pub fn settle(tx: &Connection, card: &CardRow, now: Millis) -> Stored<()> {
    tx.execute(
        "UPDATE releases SET settled_at = ?2 WHERE guid = ?1 AND settled_at IS NULL",
        params![card.brief.guid.to_string(), now.0],
    )?;
    Ok(())
}
