//! Cards, their certificates, and what is revoked.

use rusqlite::{Connection, Row, params};

use super::feed::tell_card;
use super::row::{all, from_word, maybe, number, one, parsed, word};
use super::{REVOCATIONS, current, next};
use crate::card::task::Slot;
use crate::central::effect::is_dead;
use crate::central::store::{CardRow, CertificateRow, StoreError, Stored};
use crate::domain::{CardGuid, CardStatus, Millis, PersonId};
use crate::wire::message::{CardBrief, ProblemCode, Revocations};

const COLUMNS: &str =
    "SELECT k.guid, k.person, k.grant_id, k.issue, k.status, k.series, k.batch, k.chip_serial, k.expires,
    k.puk_confirmed, k.puk_possible, k.key_version, k.last_seen, k.prints,
    (SELECT c.der FROM card_certificates c WHERE c.guid = k.guid AND c.slot = '9e'
     ORDER BY c.revoked_at IS NULL DESC, c.issued_at DESC LIMIT 1) AS card_certificate FROM cards k";

fn read(row: &Row<'_>) -> Stored<CardRow> {
    let puk_possible: Option<i64> = row.get("puk_possible")?;
    Ok(CardRow {
        brief: CardBrief {
            guid: parsed(row, "guid")?,
            status: from_word(row, "status")?,
            grant: parsed(row, "grant_id")?,
            series: number(row, "series")?,
        },
        person: parsed(row, "person")?,
        issue: number(row, "issue")?,
        batch: row.get("batch")?,
        chip_serial: row.get("chip_serial")?,
        expires: parsed(row, "expires")?,
        puk_confirmed: number(row, "puk_confirmed")?,
        puk_possible: puk_possible
            .map(|n| u32::try_from(n).map_err(|_| super::row::damaged("puk_possible")))
            .transpose()?,
        key_version: number(row, "key_version")?,
        last_seen: row.get::<_, Option<i64>>("last_seen")?.map(Millis),
        prints: number(row, "prints")?,
        card_certificate: row.get("card_certificate")?,
    })
}

pub fn get(tx: &Connection, card: CardGuid) -> Stored<Option<CardRow>> {
    one(tx, &format!("{COLUMNS} WHERE k.guid = ?1"), params![card.to_string()], read)
}

pub fn of_person(tx: &Connection, person: PersonId) -> Stored<Vec<CardRow>> {
    all(tx, &format!("{COLUMNS} WHERE k.person = ?1 ORDER BY k.issue DESC"), params![person.to_string()], read)
}

/// A live card before a dead one, the newest first.
pub fn latest(tx: &Connection, person: PersonId) -> Stored<Option<CardRow>> {
    let cards = of_person(tx, person)?;
    let live = cards.iter().find(|card| !is_dead(card.brief.status)).cloned();
    Ok(live.or_else(|| cards.into_iter().next()))
}

/// Spoilt and cancelled are for ever, and revoke every certificate of the card.
pub fn set_status(tx: &Connection, card: CardGuid, status: CardStatus, reason: &str, now: Millis) -> Stored<()> {
    let row = get(tx, card)?.ok_or(StoreError::Refused(ProblemCode::NotFound))?;
    if is_dead(row.brief.status) || row.brief.status == status {
        return Ok(());
    }
    tx.execute(
        "UPDATE cards SET status = ?2, ended_reason = ?3, last_seen = ?4 WHERE guid = ?1",
        params![card.to_string(), word(&status)?, is_dead(status).then_some(reason), now.0],
    )?;
    if is_dead(status) {
        if row.last_seen.is_none() {
            // Not even a try to write it was made: the blank is still one.
            tx.execute("UPDATE cards SET chip_serial = NULL WHERE guid = ?1", params![card.to_string()])?;
        }
        tx.execute(
            "UPDATE card_certificates SET revoked_at = ?2 WHERE guid = ?1 AND revoked_at IS NULL",
            params![card.to_string(), now.0],
        )?;
        next(tx, REVOCATIONS)?;
    }
    tell_card(tx, card)
}

pub fn seen(tx: &Connection, card: CardGuid, now: Millis) -> Stored<()> {
    tx.execute("UPDATE cards SET last_seen = ?2 WHERE guid = ?1", params![card.to_string(), now.0])?;
    Ok(())
}

/// The number of an attempt never falls: events of two desks may come in any order.
pub fn printed(tx: &Connection, card: CardGuid, attempt: u32) -> Stored<()> {
    let sql = "UPDATE cards SET prints = max(prints, ?2) WHERE guid = ?1";
    tx.execute(sql, params![card.to_string(), attempt])?;
    Ok(())
}

pub fn certificate(tx: &Connection, card: CardGuid, slot: Slot) -> Stored<Option<CertificateRow>> {
    one(
        tx,
        "SELECT serial, spki, der, not_after FROM card_certificates
         WHERE guid = ?1 AND slot = ?2 AND revoked_at IS NULL ORDER BY issued_at DESC LIMIT 1",
        params![card.to_string(), slot.label()],
        |row| {
            Ok(CertificateRow {
                serial: row.get("serial")?,
                card,
                slot,
                spki: row.get("spki")?,
                der: row.get("der")?,
                not_after: Millis(row.get("not_after")?),
            })
        },
    )
}

/// A new key of a slot revokes the old one (design, "Certificates"). A dead card gets none.
pub fn add_certificate(tx: &Connection, row: &CertificateRow, replaces: Option<&str>, now: Millis) -> Stored<bool> {
    let card = get(tx, row.card)?.ok_or(StoreError::Refused(ProblemCode::NotFound))?;
    if is_dead(card.brief.status) {
        return Err(StoreError::Refused(ProblemCode::CardCancelled));
    }
    let held = certificate(tx, row.card, row.slot)?;
    if held.as_ref().map(|held| held.serial.as_str()) != replaces {
        return Ok(false);
    }
    let revoked = tx.execute(
        "UPDATE card_certificates SET revoked_at = ?3 WHERE guid = ?1 AND slot = ?2 AND revoked_at IS NULL",
        params![row.card.to_string(), row.slot.label(), now.0],
    )?;
    if revoked > 0 {
        next(tx, REVOCATIONS)?;
    }
    tx.execute(
        "INSERT INTO card_certificates (serial, guid, slot, spki, der, not_after, issued_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![row.serial, row.card.to_string(), row.slot.label(), row.spki, row.der, row.not_after.0, now.0],
    )?;
    Ok(true)
}

pub fn revocations(tx: &Connection) -> Stored<(u64, Revocations)> {
    let cards = all(tx, "SELECT guid FROM cards WHERE status IN ('spoilt', 'cancelled') ORDER BY guid", [], |row| {
        parsed(row, "guid")
    })?;
    let serials = all(
        tx,
        "SELECT serial FROM card_certificates WHERE revoked_at IS NOT NULL
         UNION SELECT serial FROM desk_keys WHERE revoked_at IS NOT NULL ORDER BY serial",
        [],
        |row| Ok(row.get("serial")?),
    )?;
    Ok((current(tx, REVOCATIONS)?, Revocations { cards, serials }))
}

/// For `maybe` numbers of cards by a holder's number.
pub fn live_by_number(tx: &Connection, number: &crate::domain::UserNumber) -> Stored<Vec<CardRow>> {
    let Some(person) = super::people::by_number(tx, number)? else { return Ok(Vec::new()) };
    Ok(of_person(tx, person.id)?.into_iter().filter(|card| !is_dead(card.brief.status)).collect())
}

/// The visit and desk of a card's grant, and whether it was the bootstrap.
pub fn is_bootstrap(tx: &Connection, card: CardGuid) -> Stored<bool> {
    Ok(one(tx, "SELECT bootstrap FROM grants WHERE guid = ?1", params![card.to_string()], |row| {
        Ok(row.get::<_, bool>("bootstrap")?)
    })?
    .unwrap_or(false))
}

/// Cards of a desk's visit that were granted and never written.
pub fn granted_in(
    tx: &Connection,
    desk: crate::domain::DeskId,
    visit: crate::domain::VisitId,
) -> Stored<Vec<CardGuid>> {
    all(
        tx,
        "SELECT k.guid FROM grants g JOIN cards k ON k.guid = g.guid
         WHERE g.visit = ?1 AND g.desk = ?2 AND k.status = 'granted'",
        params![visit.to_string(), desk.to_string()],
        |row| maybe(row, "guid").and_then(|guid| guid.ok_or_else(|| super::row::damaged("guid"))),
    )
}
