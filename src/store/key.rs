//! The database key: 32 random bytes, from a systemd credential where there is one, else from a file of mode 0600 beside
//! the database, made on first run (design, "Decisions", desk store). `doctor` warns of the file.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::fault::StoreFault;

/// Name of the systemd credential that holds the key, as 64 hexadecimal digits or 32 bytes.
pub const CREDENTIAL: &str = "ra-desk-db";
/// Name of the fallback key file.
pub const KEY_FILE: &str = "ra-desk.key";

/// Where the key came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A systemd credential: the good case.
    Credential,
    /// A file: whoever copies the folder has key and data.
    File {
        /// Others than the owner may read it.
        open_to_others: bool,
    },
}

/// The key; wiped when dropped.
pub(super) struct DatabaseKey(Zeroizing<[u8; 32]>);

impl DatabaseKey {
    #[cfg(test)]
    pub(super) fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The same key again, for the writer's own connection.
    pub(super) fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }

    /// The statement that must be the very first on a connection (`notes` sync 2, trap a: a plain batch statement; by
    /// `pragma_update` the file would open only once).
    pub(super) fn pragma(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(84));
        text.push_str("PRAGMA key = \"x'");
        for byte in self.0.iter() {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            // A nibble is always below 16.
            text.push(char::from(HEX[usize::from(byte >> 4)]));
            text.push(char::from(HEX[usize::from(byte & 15)]));
        }
        text.push_str("'\";");
        text
    }
}

/// Finds or makes the key. `credentials` is `$CREDENTIALS_DIRECTORY`, if set; `database_exists` forbids making a new one.
pub(super) fn find(
    dir: &Path,
    credentials: Option<&Path>,
    database_exists: bool,
) -> Result<(DatabaseKey, KeySource), StoreFault> {
    if let Some(path) = credentials.map(|dir| dir.join(CREDENTIAL)).filter(|path| path.exists()) {
        return Ok((DatabaseKey(read(&path)?), KeySource::Credential));
    }
    let path = dir.join(KEY_FILE);
    if !path.exists() {
        if database_exists {
            return Err(StoreFault::KeyMissing);
        }
        make(dir, &path)?;
    }
    let open_to_others = fs::metadata(&path)?.permissions().mode() & 0o077 != 0;
    Ok((DatabaseKey(read(&path)?), KeySource::File { open_to_others }))
}

fn make(dir: &Path, path: &Path) -> Result<(), StoreFault> {
    let mut key = Zeroizing::new([0u8; 32]);
    getrandom::fill(&mut *key).map_err(|_| StoreFault::NoRandom)?;
    let new = PathBuf::from(format!("{}.new", path.display()));
    // A half-written one from a crash was never used: the real name appears only after the sync.
    let _ = fs::remove_file(&new);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
    file.write_all(&*key)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    File::open(dir)?.sync_all()?;
    Ok(())
}

fn read(path: &Path) -> Result<Zeroizing<[u8; 32]>, StoreFault> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(80));
    // 65 bytes is the longest good form, 64 digits and a line end; one more shows that it is longer.
    File::open(path)?.take(66).read_to_end(&mut bytes)?;
    let mut key = Zeroizing::new([0u8; 32]);
    if bytes.len() == 32 {
        key.copy_from_slice(&bytes);
        return Ok(key);
    }
    let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    if text.len() != 64 {
        return Err(StoreFault::BadKey("it must be 32 bytes or 64 hexadecimal digits"));
    }
    for (to, pair) in key.iter_mut().zip(text.chunks(2)) {
        let digits = std::str::from_utf8(pair).ok().filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        *to = digits
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .ok_or(StoreFault::BadKey("it must be 32 bytes or 64 hexadecimal digits"))?;
    }
    Ok(key)
}
