//! Forward-only migrations: one transaction each, numbered by `user_version`, an encrypted copy beside the database first.

use std::path::Path;

use rusqlite::Connection;

use super::fault::StoreFault;

/// The migrations in order; number n is at place n - 1. A published one is never changed.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("../../assets/migrations/desk/0001_first.sql"),
    include_str!("../../assets/migrations/desk/0002_carried.sql"),
    include_str!("../../assets/migrations/desk/0003_card_said.sql"),
];

/// Name of the copy made before a migration, beside the database. The one of the last migration is kept.
pub(super) const BACKUP: &str = "ra-desk.before-migration.db";

/// Brings the database to the newest version. `dir` gets the copy.
pub(super) fn migrate(conn: &mut Connection, dir: &Path, migrations: &[&str]) -> Result<(), StoreFault> {
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    let found: u32 = conn.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(StoreFault::NewerVersion { found, known });
    }
    if found == known {
        return Ok(());
    }
    if found > 0 {
        back_up(conn, &dir.join(BACKUP))?;
    }
    for (number, sql) in (1..).zip(migrations).skip(usize::try_from(found).unwrap_or(0)) {
        let tx = conn.transaction()?;
        tx.execute_batch(sql)?;
        tx.execute_batch(&format!("PRAGMA user_version = {number}"))?;
        tx.commit()?;
    }
    // The whole schema stands in the log now. A start after a kill reads that log from its beginning: not this again.
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// An encrypted copy under the same key: SQLCipher gives an attached file the main key unless told otherwise.
fn back_up(conn: &Connection, to: &Path) -> Result<(), StoreFault> {
    match std::fs::remove_file(to) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let name = to.to_str().ok_or(StoreFault::BadValue("the folder's name"))?;
    conn.execute("VACUUM INTO ?1", [name])?;
    std::fs::File::open(to)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::key::DatabaseKey;
    use crate::store::open::{Mode, connect};

    #[test]
    fn a_migration_keeps_the_data_and_leaves_an_encrypted_copy() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.db");
        let key = DatabaseKey::new([3; 32]);
        let first = "CREATE TABLE a (x TEXT) STRICT; INSERT INTO a VALUES ('kept words');";
        let second = "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 7;";
        let mut conn = connect(&path, &key, Mode::Write).unwrap();
        migrate(&mut conn, dir.path(), &[first]).unwrap();
        assert!(!dir.path().join(BACKUP).exists(), "there was nothing to copy");
        drop(conn);
        let mut conn = connect(&path, &key, Mode::Write).unwrap();
        migrate(&mut conn, dir.path(), &[first, second]).unwrap();
        let row: (String, i64) = conn.query_row("SELECT x, y FROM a", [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
        assert_eq!(row, ("kept words".into(), 7));
        let copy = std::fs::read(dir.path().join(BACKUP)).unwrap();
        assert!(!copy.starts_with(b"SQLite format 3"));
        assert!(!copy.windows(10).any(|w| w == b"kept words"));
        let old = connect(&dir.path().join(BACKUP), &key, Mode::Read).unwrap();
        assert_eq!(old.query_row("PRAGMA user_version", [], |r| r.get::<_, u32>(0)).unwrap(), 1);
        assert_eq!(old.query_row("SELECT x FROM a", [], |r| r.get::<_, String>(0)).unwrap(), "kept words");
    }

    #[test]
    fn a_failed_migration_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let key = DatabaseKey::new([3; 32]);
        let mut conn = connect(&dir.path().join("x.db"), &key, Mode::Write).unwrap();
        let bad = "CREATE TABLE b (x TEXT) STRICT; INSERT INTO nowhere VALUES (1);";
        assert!(migrate(&mut conn, dir.path(), &["CREATE TABLE a (x TEXT) STRICT;", bad]).is_err());
        assert_eq!(conn.query_row("PRAGMA user_version", [], |r| r.get::<_, u32>(0)).unwrap(), 1);
        let tables: i64 =
            conn.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'b'", [], |r| r.get(0)).unwrap();
        assert_eq!(tables, 0);
    }

    #[test]
    fn a_database_of_a_newer_program_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let key = DatabaseKey::new([3; 32]);
        let mut conn = connect(&dir.path().join("x.db"), &key, Mode::Write).unwrap();
        conn.execute_batch("PRAGMA user_version = 9").unwrap();
        let fault = migrate(&mut conn, dir.path(), MIGRATIONS).unwrap_err();
        assert_eq!(fault, StoreFault::NewerVersion { found: 9, known: u32::try_from(MIGRATIONS.len()).unwrap() });
    }
}
