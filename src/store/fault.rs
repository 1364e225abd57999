//! What can go wrong in the store, in words a screen can map to an outcome.

use rusqlite::ffi::ErrorCode;

use crate::wire::event::EventFault;

/// Why the store did not do it. A failed commit changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreFault {
    /// No room on the disk, or the database is at its limit.
    #[error("the disk is full")]
    DiskFull,
    /// The disk failed; the extended SQLite code.
    #[error("the disk failed (code {code})")]
    Io {
        /// Extended SQLite result code.
        code: i32,
    },
    /// The disk or file can only be read.
    #[error("the disk can only be read")]
    ReadOnly,
    /// The database does not open with this key, or is no database.
    #[error("the database does not open with this key")]
    WrongKey,
    /// The database is damaged.
    #[error("the database is damaged")]
    Damaged,
    /// There is a database but no key for it.
    #[error("the database is there but its key is not")]
    KeyMissing,
    /// A key source is there but not usable.
    #[error("the database key is not usable: {0}")]
    BadKey(&'static str),
    /// Made by a newer program.
    #[error("the database has version {found}; this program knows {known}")]
    NewerVersion {
        /// Version in the file.
        found: u32,
        /// Newest version known here.
        known: u32,
    },
    /// Locks and syncs can't be trusted on this file system.
    #[error("the folder is on a network file system ({kind})")]
    NetworkFilesystem {
        /// Its type, as the kernel names it.
        kind: String,
    },
    /// Another process has this folder open.
    #[error("another RA Desk has this folder open")]
    InUse,
    /// SQLite did not take a setting that safety depends on.
    #[error("the database refused the setting {0}")]
    Setup(&'static str),
    /// The disk hangs; the commit was called off before it began.
    #[error("the disk does not answer; nothing was written")]
    Hangs,
    /// The disk hangs in the middle of the commit.
    #[error("the disk does not answer; it is not known whether it was written")]
    Unknown,
    /// Too many commits are waiting.
    #[error("too many writes are waiting")]
    Busy,
    /// The writer has ended.
    #[error("the store is closed")]
    Closed,
    /// The desk has no identity at a central yet: no event can be made.
    #[error("this desk is not enrolled")]
    NotEnrolled,
    /// The visit is not known or closed.
    #[error("there is no such open visit")]
    NoSuchVisit,
    /// Versions of statements never fall.
    #[error("statement {kind} would fall from version {have} to {offered}")]
    VersionFalls {
        /// Which statement.
        kind: String,
        /// Held.
        have: u64,
        /// Offered.
        offered: u64,
    },
    /// Over a named limit.
    #[error("{0} is larger than allowed")]
    TooLarge(&'static str),
    /// A value is not of its form.
    #[error("{0} is not of its form")]
    BadValue(&'static str),
    /// An event could not be made.
    #[error(transparent)]
    Event(#[from] EventFault),
    /// No random bytes from the operating system.
    #[error("no random bytes")]
    NoRandom,
    /// Anything else SQLite says.
    #[error("the database failed (code {code})")]
    Other {
        /// Extended SQLite result code; 0 if it had none.
        code: i32,
    },
}

impl From<rusqlite::Error> for StoreFault {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(failure, _) = &error else {
            tracing::error!(%error, "an unexpected answer of the database");
            return StoreFault::Other { code: 0 };
        };
        let code = failure.extended_code;
        match failure.code {
            ErrorCode::DiskFull => StoreFault::DiskFull,
            ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => StoreFault::Io { code },
            ErrorCode::ReadOnly => StoreFault::ReadOnly,
            ErrorCode::NotADatabase => StoreFault::WrongKey,
            ErrorCode::DatabaseCorrupt => StoreFault::Damaged,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreFault::Busy,
            ErrorCode::TooBig => StoreFault::TooLarge("a value"),
            _ => StoreFault::Other { code },
        }
    }
}

impl From<std::io::Error> for StoreFault {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreFault::DiskFull,
            std::io::ErrorKind::ReadOnlyFilesystem | std::io::ErrorKind::PermissionDenied => StoreFault::ReadOnly,
            _ => StoreFault::Io { code: error.raw_os_error().unwrap_or(0) },
        }
    }
}

impl StoreFault {
    /// Whether these writes can never be stored: what they say is at fault, not the disk.
    pub fn is_final(&self) -> bool {
        use StoreFault::{BadValue, Event, NoSuchVisit, TooLarge, VersionFalls};
        matches!(self, TooLarge(_) | BadValue(_) | NoSuchVisit | VersionFalls { .. } | Event(_))
    }

    /// Whether the whole transaction is lost with it, not just one request of a group.
    pub(super) fn takes_all(&self) -> bool {
        matches!(
            self,
            Self::DiskFull | Self::Io { .. } | Self::ReadOnly | Self::Damaged | Self::Busy | Self::Other { .. }
        )
    }
}
