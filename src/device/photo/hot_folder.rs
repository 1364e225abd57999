//! A folder that a tethered camera or a person drops pictures into.
//!
//! A picture that was there before the first look belongs to an earlier person and is never taken. Of the new ones the
//! newest that is ready is taken and the older ones are left out for good; a still newer one comes with a later look.
//! What is taken is removed from the folder.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::format::{format_of, whole};
use super::intake::BYTES_MAX;
use crate::domain::text::sanitise;

/// The most entries looked at: a folder with more is not a hot folder, and a look must stay short.
const ENTRIES_MAX: usize = 500;
/// Looks a file may stay unchanged without an end marker before it is called unfinished.
const LOOKS_UNFINISHED: u32 = 10;
/// The longest file name shown.
const NAME_CHARS_MAX: usize = 60;

/// Why the folder gave no picture. Names are sanitised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FolderFault {
    /// There is no such folder.
    #[error("the photo folder does not exist")]
    Missing,
    /// The folder can't be read or changed by this user.
    #[error("no permission to use the photo folder")]
    NoPermission,
    /// Any other failure of the file system.
    #[error("the photo folder can't be read: {0}")]
    Io(io::ErrorKind),
    /// More than 500 entries.
    #[error("the photo folder holds too many files")]
    Crowded,
    /// Neither JPEG nor PNG; the file is left alone.
    #[error("{name} is not a picture")]
    NotAPicture {
        /// File name.
        name: String,
    },
    /// Larger than [`BYTES_MAX`]; the file is left alone.
    #[error("{name} is too large")]
    TooManyBytes {
        /// File name.
        name: String,
    },
    /// It stopped growing without the end of a picture; the file is left alone.
    #[error("{name} is unfinished")]
    Unfinished {
        /// File name.
        name: String,
    },
    /// A picture that can't be removed is not taken: a photo must not stay behind.
    #[error("{name} can't be removed from the photo folder")]
    CannotRemove {
        /// File name.
        name: String,
    },
}

/// A picture file taken into memory; it is no longer in the folder.
#[derive(Clone, PartialEq, Eq)]
pub struct Taken {
    /// File name, sanitised.
    pub name: String,
    /// What was in it; for [`super::intake()`].
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Taken({}, {} bytes)", self.name, self.bytes.len())
    }
}

/// What tells that a file was changed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Mark {
    size: u64,
    changed: SystemTime,
}

#[derive(Clone, Copy)]
enum Standing {
    /// Seen unchanged this many times after the first look.
    Watched(u32),
    /// Not to be taken as long as it stays as it is.
    LeftOut,
}

/// A watched folder. Make a new one for each capture.
pub struct HotFolder {
    dir: PathBuf,
    seen: BTreeMap<OsString, (Mark, Standing)>,
    /// Whether what lies there now is still to be left out.
    leave_present: bool,
}

impl HotFolder {
    /// Watches `dir`. What lies there at the first look is left out; nothing is read before the first [`Self::poll`].
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), seen: BTreeMap::new(), leave_present: true }
    }

    /// Watches `dir` and takes what lies there already too: for a folder that somebody was asked to fill.
    pub fn with_present(dir: impl Into<PathBuf>) -> Self {
        Self { leave_present: false, ..Self::new(dir) }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// How many files are left out: earlier pictures and files that were reported.
    pub fn left_out(&self) -> usize {
        self.seen.values().filter(|(_, standing)| matches!(standing, Standing::LeftOut)).count()
    }

    /// One look. None: nothing new is ready. A file is ready when two looks found it unchanged and it is whole, so call
    /// this about twice a second. A file that is no picture is reported once.
    pub fn poll(&mut self) -> Option<Result<Taken, FolderFault>> {
        let found = match list(&self.dir) {
            Ok(found) => found,
            Err(fault) => return Some(Err(fault)),
        };
        self.seen.retain(|name, _| found.contains_key(name));
        let mut stable: Vec<(OsString, Mark, u32)> = Vec::new();
        for (name, mark) in found {
            let standing = match self.seen.get(&name) {
                _ if self.leave_present => Standing::LeftOut,
                Some((old, Standing::LeftOut)) if *old == mark => Standing::LeftOut,
                Some((old, Standing::Watched(looks))) if *old == mark => {
                    stable.push((name.clone(), mark, looks + 1));
                    Standing::Watched(looks + 1)
                }
                _ => Standing::Watched(0),
            };
            self.seen.insert(name, (mark, standing));
        }
        self.leave_present = false;
        stable.sort_by(|a, b| b.1.changed.cmp(&a.1.changed).then_with(|| b.0.cmp(&a.0)));
        stable.into_iter().find_map(|(name, mark, looks)| self.consider(&name, mark, looks))
    }

    fn consider(&mut self, name: &OsString, mark: Mark, looks: u32) -> Option<Result<Taken, FolderFault>> {
        let shown = shown(name);
        let path = self.dir.join(name);
        let verdict = if mark.size > BYTES_MAX as u64 {
            Err(FolderFault::TooManyBytes { name: shown })
        } else {
            match read(&path, mark.size) {
                // Still being written, or gone: the next look tells.
                Ok(bytes) if bytes.len() as u64 != mark.size => return None,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
                Err(error) => Err(fault_of(&error)),
                Ok(bytes) if whole(&bytes) => match fs::remove_file(&path) {
                    Ok(()) => Ok(Taken { name: shown, bytes }),
                    Err(_) => Err(FolderFault::CannotRemove { name: shown }),
                },
                Ok(bytes) if looks < LOOKS_UNFINISHED && may_become_picture(&bytes) => return None,
                Ok(bytes) if format_of(&bytes).is_some() => Err(FolderFault::Unfinished { name: shown }),
                Ok(_) => Err(FolderFault::NotAPicture { name: shown }),
            }
        };
        if verdict.is_ok() {
            self.seen.remove(name);
            // The newest won; an older one would be a picture nobody wanted, or of somebody else.
            for (_, standing) in self.seen.values_mut().filter(|(other, _)| other.changed <= mark.changed) {
                *standing = Standing::LeftOut;
            }
        } else {
            self.seen.insert(name.clone(), (mark, Standing::LeftOut));
        }
        Some(verdict)
    }
}

/// Plain files with size and time. Hidden files are some program's half-written ones; links are not followed.
fn list(dir: &Path) -> Result<BTreeMap<OsString, Mark>, FolderFault> {
    let mut found = BTreeMap::new();
    for (count, entry) in fs::read_dir(dir).map_err(|error| fault_of(&error))?.enumerate() {
        if count >= ENTRIES_MAX {
            return Err(FolderFault::Crowded);
        }
        let entry = entry.map_err(|error| fault_of(&error))?;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        // `DirEntry::metadata` does not follow links. A file that went away meanwhile is no fault.
        let Ok(meta) = entry.metadata() else { continue };
        if meta.is_file() {
            found.insert(name, Mark { size: meta.len(), changed: meta.modified().unwrap_or(SystemTime::UNIX_EPOCH) });
        }
    }
    Ok(found)
}

fn read(path: &Path, size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One more than expected, so that a growing file is seen; never more than the limit and one.
    File::open(path)?.take(size.min(BYTES_MAX as u64) + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether more bytes could still make it a picture: an empty file, or a picture's beginning.
fn may_become_picture(bytes: &[u8]) -> bool {
    bytes.len() < 8 || format_of(bytes).is_some()
}

fn shown(name: &OsString) -> String {
    sanitise(&name.to_string_lossy()).chars().take(NAME_CHARS_MAX).collect()
}

fn fault_of(error: &io::Error) -> FolderFault {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FolderFault::Missing,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => FolderFault::NoPermission,
        kind => FolderFault::Io(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_folder_and_a_missing_one_are_told_apart() {
        // Root is never denied, so the kinds are tried by themselves.
        assert_eq!(fault_of(&io::ErrorKind::PermissionDenied.into()), FolderFault::NoPermission);
        assert_eq!(fault_of(&io::ErrorKind::ReadOnlyFilesystem.into()), FolderFault::NoPermission);
        assert_eq!(fault_of(&io::ErrorKind::NotADirectory.into()), FolderFault::Missing);
        assert_eq!(fault_of(&io::ErrorKind::TimedOut.into()), FolderFault::Io(io::ErrorKind::TimedOut));
    }
}
