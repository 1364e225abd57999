//! How much room is left.

use std::io;
use std::path::Path;

/// Bytes an ordinary user may still write on the file system of `dir`.
///
/// Errors: there is no such folder.
pub fn free_bytes(dir: &Path) -> io::Result<u64> {
    let stat = rustix::fs::statvfs(dir)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}
