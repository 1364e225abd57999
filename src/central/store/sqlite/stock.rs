//! Blanks: batches with their sealed transport keys, and the chip serials listed for them.

use rusqlite::{Connection, Row, params};

use super::row::{all, number, one, parsed};
use crate::central::store::{StockBatch, StockRow, StoreError, Stored};
use crate::domain::{CardGuid, Millis};
use crate::wire::message::ProblemCode;

const COLUMNS: &str =
    "SELECT batch, profile, series, static_9b, serial_prefix, any_card, sealed_keys FROM stock_batches";

fn read(row: &Row<'_>) -> Stored<StockBatch> {
    Ok(StockBatch {
        batch: row.get("batch")?,
        profile: row.get("profile")?,
        series: number(row, "series")?,
        static_9b: row.get("static_9b")?,
        serial_prefix: row.get("serial_prefix")?,
        any_card: row.get("any_card")?,
        sealed_keys: row.get("sealed_keys")?,
    })
}

pub fn add(tx: &Connection, batch: &StockBatch, serials: &[String], now: Millis) -> Stored<()> {
    tx.execute(
        "INSERT INTO stock_batches (batch, profile, series, static_9b, serial_prefix, any_card, sealed_keys, made_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (batch) DO UPDATE SET serial_prefix = excluded.serial_prefix, any_card = excluded.any_card",
        params![
            batch.batch,
            batch.profile,
            batch.series,
            batch.static_9b,
            batch.serial_prefix,
            batch.any_card,
            batch.sealed_keys,
            now.0
        ],
    )?;
    for serial in serials {
        tx.execute(
            "INSERT INTO stock_cards (chip_serial, batch) VALUES (?1, ?2)
             ON CONFLICT (chip_serial) DO UPDATE SET batch = excluded.batch",
            params![serial, batch.batch],
        )?;
    }
    Ok(())
}

pub fn batch(tx: &Connection, name: &str) -> Stored<StockBatch> {
    one(tx, &format!("{COLUMNS} WHERE batch = ?1"), params![name], read)?
        .ok_or(StoreError::Refused(ProblemCode::NotInStock))
}

/// A listed serial first, then the longest prefix, then a batch that takes any card.
pub fn batch_for(tx: &Connection, chip_serial: Option<&str>) -> Stored<Option<StockBatch>> {
    if let Some(serial) = chip_serial {
        let listed = one(tx, "SELECT batch FROM stock_cards WHERE chip_serial = ?1", params![serial], |row| {
            Ok(row.get::<_, String>("batch")?)
        })?;
        if let Some(name) = listed {
            return batch(tx, &name).map(Some);
        }
    }
    let batches = all(tx, &format!("{COLUMNS} ORDER BY made_at DESC, batch"), [], read)?;
    let prefixed = chip_serial.and_then(|serial| {
        batches
            .iter()
            .filter(|batch| batch.serial_prefix.as_deref().is_some_and(|prefix| serial.starts_with(prefix)))
            .max_by_key(|batch| batch.serial_prefix.as_deref().map_or(0, str::len))
    });
    Ok(prefixed.or_else(|| batches.iter().find(|batch| batch.any_card)).cloned())
}

/// The card this chip was written for last; a grant that was never written does not use a chip up.
pub fn used_for(tx: &Connection, chip_serial: &str) -> Stored<Option<CardGuid>> {
    one(
        tx,
        "SELECT guid FROM cards WHERE chip_serial = ?1 ORDER BY made_at DESC LIMIT 1",
        params![chip_serial],
        |row| parsed(row, "guid"),
    )
}

pub fn stock_of(tx: &Connection, chip_serial: &str) -> Stored<Option<StockRow>> {
    let Some(batch) = batch_for(tx, Some(chip_serial))? else { return Ok(None) };
    Ok(Some(StockRow { batch, used_for: used_for(tx, chip_serial)? }))
}
