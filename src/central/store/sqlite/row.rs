//! Between columns and our types. A value that can't be read back is a damaged database, never a guess.

use std::str::FromStr;

use rusqlite::Row;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::central::store::{StoreError, Stored};

/// A column that must hold an id, a date, a number in words.
pub fn parsed<T: FromStr>(row: &Row<'_>, column: &str) -> Stored<T> {
    let text: String = row.get(column)?;
    text.parse().map_err(|_| damaged(column))
}

/// The same, where there may be nothing.
pub fn maybe<T: FromStr>(row: &Row<'_>, column: &str) -> Stored<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse().map_err(|_| damaged(column))).transpose()
}

/// An enum as its stable word.
pub fn word<T: Serialize>(value: &T) -> Stored<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(damaged("a stable word")),
    }
}

/// The enum with this stable word.
pub fn from_word<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Stored<T> {
    let text: String = row.get(column)?;
    serde_json::from_value(serde_json::Value::String(text)).map_err(|_| damaged(column))
}

/// A structure as JSON text.
pub fn json<T: Serialize>(value: &T) -> Stored<String> {
    serde_json::to_string(value).map_err(|_| damaged("a structure"))
}

/// A structure from JSON text.
pub fn from_json<T: DeserializeOwned>(text: &str, column: &str) -> Stored<T> {
    serde_json::from_str(text).map_err(|_| damaged(column))
}

/// A column that must hold 32 bytes.
pub fn bytes32(row: &Row<'_>, column: &str) -> Stored<[u8; 32]> {
    let bytes: Vec<u8> = row.get(column)?;
    bytes.try_into().map_err(|_| damaged(column))
}

/// A column that must hold a number that is not negative.
pub fn number<T: TryFrom<i64>>(row: &Row<'_>, column: &str) -> Stored<T> {
    let value: i64 = row.get(column)?;
    T::try_from(value).map_err(|_| damaged(column))
}

/// A number that is not negative.
pub fn unsigned(value: i64) -> Stored<u64> {
    u64::try_from(value).map_err(|_| damaged("a number"))
}

/// As SQLite stores it.
pub fn signed(value: u64) -> Stored<i64> {
    i64::try_from(value).map_err(|_| damaged("a number"))
}

/// What a damaged row is called.
pub fn damaged(column: &str) -> StoreError {
    StoreError::Database(format!("{column} can't be read back"))
}

/// All rows of a query.
pub fn all<T>(
    tx: &rusqlite::Connection,
    sql: &str,
    params: impl rusqlite::Params,
    mut read: impl FnMut(&Row<'_>) -> Stored<T>,
) -> Stored<Vec<T>> {
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// The first row of a query.
pub fn one<T>(
    tx: &rusqlite::Connection,
    sql: &str,
    params: impl rusqlite::Params,
    read: impl FnOnce(&Row<'_>) -> Stored<T>,
) -> Stored<Option<T>> {
    let mut statement = tx.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}
