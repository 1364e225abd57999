//! The SQLite store: one file, one write connection, one read connection, every use case one transaction.
//!
//! WAL with `synchronous=FULL`: what was answered is on the disk. The SQL keeps to what other databases have too.

mod agents;
mod blobs;
mod cards;
mod desks;
mod events;
mod feed;
mod grants;
mod load;
mod people;
mod policies;
mod project;
mod row;
mod serve;
mod sessions;
mod stock;

use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::{StoreError, Stored};
use crate::domain::{Environment, Millis};

/// The schema, one file for each step; never changed once published, only added to.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../../assets/migrations/central/0001_start.sql"),
    include_str!("../../../../assets/migrations/central/0002_training.sql"),
    include_str!("../../../../assets/migrations/central/0003_prints.sql"),
    include_str!("../../../../assets/migrations/central/0004_carried.sql"),
    include_str!("../../../../assets/migrations/central/0005_policies.sql"),
    include_str!("../../../../assets/migrations/central/0006_former_names.sql"),
];
/// How long a statement waits for another process (a backup, the command line) before the desk is told to try again.
const BUSY: Duration = Duration::from_secs(5);

/// Central's memory in one SQLite file.
pub struct SqliteStore {
    write: Mutex<Connection>,
    read: Mutex<Connection>,
}

impl SqliteStore {
    /// Opens the database, makes or upgrades its tables, and checks that it belongs to this environment.
    ///
    /// Errors: [`StoreError::Newer`] for a database of a newer program, [`StoreError::OtherEnvironment`], the disk.
    pub fn open(path: &Path, environment: Environment) -> Stored<Self> {
        let mut write = connect(path)?;
        migrate(&mut write)?;
        own(&mut write, environment)?;
        let read = connect(path)?;
        read.pragma_update(None, "query_only", true).map_err(StoreError::from)?;
        Ok(Self { write: Mutex::new(write), read: Mutex::new(read) })
    }

    /// Runs one use case in one write transaction. An error leaves nothing behind.
    fn write<T>(&self, work: impl FnOnce(&Connection) -> Stored<T>) -> Stored<T> {
        let mut connection = lock(&self.write);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answer = work(&transaction)?;
        transaction.commit()?;
        Ok(answer)
    }

    /// Runs one use case that only reads, in one transaction: it sees one state.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Stored<T>) -> Stored<T> {
        let mut connection = lock(&self.read);
        let transaction = connection.transaction()?;
        work(&transaction)
    }
}

/// A panic in a use case rolled its transaction back when it was dropped: the connection is as good as before.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(|poisoned| {
        connection.clear_poison();
        poisoned.into_inner()
    })
}

fn connect(path: &Path) -> Stored<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::Database(format!(
            "the journal mode is {mode}, not WAL: is the file on a network file system?"
        )));
    }
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}

fn migrate(connection: &mut Connection) -> Stored<()> {
    let known = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    for (step, sql) in (1i64..).zip(MIGRATIONS).filter(|(step, _)| *step > found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have got here first.
        let now: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if now >= step {
            continue;
        }
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", step)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Writes the environment and the salt of document keys at the first opening; afterwards the environment must be the same.
fn own(connection: &mut Connection, environment: Environment) -> Stored<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: Option<String> =
        transaction.query_row("SELECT value FROM meta WHERE key = 'environment'", [], |row| row.get(0)).optional()?;
    match found {
        Some(found) if found == environment.as_str() => {}
        Some(found) => {
            return Err(StoreError::OtherEnvironment { found, wanted: environment.as_str().to_owned() });
        }
        None => {
            let mut salt = [0u8; 32];
            getrandom::fill(&mut salt).map_err(|_| StoreError::Database("no random bytes".to_owned()))?;
            let salt: String = salt.iter().map(|byte| format!("{byte:02x}")).collect();
            let insert = "INSERT INTO meta (key, value) VALUES (?1, ?2)";
            transaction.execute(insert, params!["environment", environment.as_str()])?;
            transaction.execute(insert, params!["document_salt", salt])?;
        }
    }
    transaction.commit()?;
    Ok(())
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => StoreError::Busy,
            _ => StoreError::Database(error.to_string()),
        }
    }
}

/// Counts a scope up and gives the new number. A counter row, never a sequence: numbers come in commit order, without gaps.
fn next(tx: &Connection, scope: &str) -> Stored<u64> {
    let value: i64 = tx.query_row(
        "INSERT INTO counters (scope, value) VALUES (?1, 1)
         ON CONFLICT (scope) DO UPDATE SET value = counters.value + 1 RETURNING value",
        params![scope],
        |row| row.get(0),
    )?;
    row::unsigned(value)
}

/// Where a scope stands; 0 if nothing was counted.
fn current(tx: &Connection, scope: &str) -> Stored<u64> {
    let value: Option<i64> =
        tx.query_row("SELECT value FROM counters WHERE scope = ?1", params![scope], |row| row.get(0)).optional()?;
    row::unsigned(value.unwrap_or(0))
}

/// Scope of the roster's version.
const ROSTER: &str = "roster";
/// Scope of the revocation list's version.
const REVOCATIONS: &str = "revocations";
/// Scope of the policies' version.
const POLICIES: &str = "policies";
/// How far versions jump after a restore: more changes than a backup window can hold.
const RESTORE_JUMP: i64 = 1_000_000;

fn ready(tx: &Connection, now: Millis) -> Stored<()> {
    tx.execute(
        "INSERT INTO meta (key, value) VALUES ('ready', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        params![now.0.to_string()],
    )?;
    Ok(())
}

fn restored(tx: &Connection, now: Millis) -> Stored<()> {
    tx.execute("UPDATE desks SET lease_open = 1", [])?;
    for scope in [ROSTER, REVOCATIONS, POLICIES] {
        tx.execute(
            "INSERT INTO counters (scope, value) VALUES (?1, ?2)
             ON CONFLICT (scope) DO UPDATE SET value = counters.value + excluded.value",
            params![scope, RESTORE_JUMP],
        )?;
    }
    let line = super::AuditLine { at: now, desk: None, agent: None, what: "restored".into(), subject: String::new() };
    people::audit(tx, &line)
}
