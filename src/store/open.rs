//! Opening a connection as `notes` sync 2 asks: key first, then every safety setting, and each answer is checked.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::fault::StoreFault;
use super::key::DatabaseKey;

/// Longest wait for a lock. Only our own two connections share the file, so this is a net, not a plan.
const BUSY_MS: u32 = 5_000;

/// File systems on which SQLite's locks or syncs can't be trusted.
const NETWORK: [&str; 14] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ncpfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "ocfs2",
    "fuse.sshfs",
    "fuse.glusterfs",
];

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The one writer.
    Write,
    /// A reader for screens.
    Read,
}

pub(super) fn connect(path: &Path, key: &DatabaseKey, mode: Mode) -> Result<Connection, StoreFault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.execute_batch(&key.pragma())?;
    // SQLCipher writes its complaints to stderr, which is the agent's screen. The faults reach us as codes anyway.
    conn.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    // The first real read: a wrong key shows here.
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
    let cipher: Option<String> = conn.query_row("PRAGMA cipher_version", [], |row| row.get(0)).ok();
    if cipher.is_none_or(|version| version.is_empty()) {
        return Err(StoreFault::Setup("cipher_version"));
    }
    let journal: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if !journal.eq_ignore_ascii_case("wal") {
        return Err(StoreFault::Setup("journal_mode"));
    }
    conn.execute_batch(&format!(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = {BUSY_MS};"
    ))?;
    check(&conn, "synchronous", 2)?;
    check(&conn, "foreign_keys", 1)?;
    check(&conn, "trusted_schema", 0)?;
    check(&conn, "cell_size_check", 1)?;
    check(&conn, "temp_store", 2)?;
    check(&conn, "busy_timeout", i64::from(BUSY_MS))?;
    if mode == Mode::Read {
        only_read(&conn)?;
    }
    Ok(conn)
}

/// From here on the connection writes nothing.
pub(super) fn only_read(conn: &Connection) -> Result<(), StoreFault> {
    conn.execute_batch("PRAGMA query_only = ON;")?;
    check(conn, "query_only", 1)
}

fn check(conn: &Connection, name: &'static str, wanted: i64) -> Result<(), StoreFault> {
    let answer: i64 = conn.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))?;
    if answer == wanted { Ok(()) } else { Err(StoreFault::Setup(name)) }
}

/// Refuses a folder on a network file system.
pub(super) fn refuse_network(dir: &Path) -> Result<(), StoreFault> {
    let real = std::fs::canonicalize(dir)?;
    let mounts = std::fs::read_to_string("/proc/self/mountinfo")?;
    match filesystem_of(&mounts, &real) {
        Some(kind) if NETWORK.contains(&kind) => Err(StoreFault::NetworkFilesystem { kind: kind.to_owned() }),
        _ => Ok(()),
    }
}

/// Type of the file system a path lies on, from the text of `/proc/self/mountinfo` (proc(5)): the longest mount point
/// that the path starts with; of equals the last one, which covers the others.
fn filesystem_of<'a>(mounts: &'a str, path: &Path) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        let Some((before, after)) = line.split_once(" - ") else { continue };
        let (Some(point), Some(kind)) = (before.split(' ').nth(4), after.split(' ').next()) else { continue };
        let point = point.replace("\\040", " ");
        if path.starts_with(&point) && best.is_none_or(|(length, _)| point.len() >= length) {
            best = Some((point.len(), kind));
        }
    }
    best.map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "27 1 254:0 / / rw - ext4 /dev/vda rw\n\
        31 27 0:28 / /srv/desk\\040data rw - nfs4 host:/x rw\n\
        32 31 0:29 / /srv/desk\\040data/local rw,x shared:1 - ext4 /dev/vdb rw\n";

    #[test]
    fn the_longest_mount_point_decides_the_file_system() {
        assert_eq!(filesystem_of(MOUNTS, Path::new("/var/lib/ra-desk")), Some("ext4"));
        assert_eq!(filesystem_of(MOUNTS, Path::new("/srv/desk data/a")), Some("nfs4"));
        assert_eq!(filesystem_of(MOUNTS, Path::new("/srv/desk data/local/a")), Some("ext4"));
        assert!(NETWORK.contains(&"nfs4"));
    }

    #[test]
    fn the_folder_tests_run_in_is_local() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(refuse_network(dir.path()), Ok(()));
    }
}
