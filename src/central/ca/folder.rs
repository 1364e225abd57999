//! The authority's folder: every file is named with its digest in `authority.json`, which is written last. The folder is
//! made under another name and renamed when it is whole and on disk, so it is there entirely or not at all.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::fault::CaFault;
use super::issue::{fingerprint, hex};
use crate::domain::{Environment, Millis};

/// The form of folder this program writes and reads.
const FORM: u32 = 1;
/// The list of everything else; written last.
const MANIFEST: &str = "authority.json";
/// The largest file read, in bytes: keys and certificates have less than 2 KiB.
const FILE_MAX: u64 = 64 * 1024;

/// What `authority.json` says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    form: u32,
    /// What this central was made for.
    pub environment: Environment,
    /// The name given to `init`.
    pub name: String,
    /// When it was made.
    pub made: Millis,
    /// SHA-256 of each file.
    pub files: BTreeMap<String, String>,
}

/// Files by name, wiped when dropped.
pub(super) type Files = BTreeMap<String, Zeroizing<Vec<u8>>>;

/// Writes a whole folder. Errors: [`CaFault::AlreadyThere`], [`CaFault::HalfMade`], the disk.
pub(super) fn write(
    dir: &Path,
    environment: Environment,
    name: &str,
    made: Millis,
    files: &Files,
) -> Result<(), CaFault> {
    refuse_occupied(dir)?;
    let parent = match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(disk("can't make", parent))?;
    let making = making(dir);
    match fs::DirBuilder::new().mode(0o700).create(&making) {
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => return Err(CaFault::HalfMade(making)),
        other => other.map_err(disk("can't make", &making))?,
    }
    let mut manifest = Manifest { form: FORM, environment, name: name.to_owned(), made, files: BTreeMap::new() };
    for (file, bytes) in files {
        write_file(&making.join(file), bytes)?;
        manifest.files.insert(file.clone(), hex(&fingerprint(bytes)));
    }
    let text = serde_json::to_vec_pretty(&manifest).map_err(CaFault::encoding)?;
    write_file(&making.join(MANIFEST), &text)?;
    sync_dir(&making)?;
    // Renaming over an empty folder is allowed, over one with files it is not: nothing is ever overwritten.
    fs::rename(&making, dir).map_err(|cause| match cause.kind() {
        ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists => CaFault::AlreadyThere(dir.to_owned()),
        _ => disk("can't rename to", dir)(cause),
    })?;
    sync_dir(parent)
}

/// Reads a folder and compares every file with the manifest. A file in `may_be_gone` can be kept elsewhere.
pub(super) fn read(dir: &Path, may_be_gone: &[&str]) -> Result<(Manifest, Files), CaFault> {
    let text = match read_file(&dir.join(MANIFEST)) {
        Ok(text) => text,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Err(absent(dir)),
        Err(cause) => return Err(disk("can't read", &dir.join(MANIFEST))(cause)),
    };
    let torn = |file: &str| CaFault::Torn { dir: dir.to_owned(), file: file.to_owned() };
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| torn(MANIFEST))?;
    if manifest.form != FORM {
        return Err(CaFault::OtherForm { dir: dir.to_owned(), found: manifest.form, known: FORM });
    }
    refuse_exposed(dir)?;
    let mut files = Files::new();
    for (file, digest) in &manifest.files {
        // A name with a slash would lead out of the folder.
        if file.contains('/') {
            return Err(torn(MANIFEST));
        }
        let path = dir.join(file);
        let bytes = match read_file(&path) {
            Ok(bytes) => bytes,
            Err(cause) if cause.kind() == ErrorKind::NotFound => {
                if may_be_gone.contains(&file.as_str()) {
                    continue;
                }
                return Err(CaFault::Missing { dir: dir.to_owned(), file: file.clone() });
            }
            Err(cause) => return Err(disk("can't read", &path)(cause)),
        };
        if hex(&fingerprint(&bytes)) != *digest {
            return Err(torn(file));
        }
        refuse_exposed(&path)?;
        files.insert(file.clone(), bytes);
    }
    Ok((manifest, files))
}

/// Where the folder is while it is being made.
fn making(dir: &Path) -> PathBuf {
    let mut name = dir.file_name().map(ToOwned::to_owned).unwrap_or_default();
    name.push(".making");
    dir.with_file_name(name)
}

/// Why there is no manifest: nothing was made, or it was cut off, or the manifest was lost.
fn absent(dir: &Path) -> CaFault {
    let holds_files = fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some());
    if holds_files {
        CaFault::Missing { dir: dir.to_owned(), file: MANIFEST.to_owned() }
    } else if making(dir).exists() {
        CaFault::HalfMade(making(dir))
    } else {
        CaFault::NotThere(dir.to_owned())
    }
}

fn refuse_occupied(dir: &Path) -> Result<(), CaFault> {
    match fs::read_dir(dir) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(CaFault::AlreadyThere(dir.to_owned())),
        },
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        Err(cause) => Err(disk("can't look into", dir)(cause)),
    }
}

fn refuse_exposed(path: &Path) -> Result<(), CaFault> {
    let metadata = fs::metadata(path).map_err(disk("can't look at", path))?;
    let public = path.extension().is_some_and(|extension| extension == "crt");
    if !public && metadata.mode() & 0o077 != 0 { Err(CaFault::Exposed(path.to_owned())) } else { Ok(()) }
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), CaFault> {
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        // The mode above is cut by the umask; this is not.
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(disk("can't write", path))
}

fn read_file(path: &Path) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let file = File::open(path)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(4096));
    file.take(FILE_MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn sync_dir(dir: &Path) -> Result<(), CaFault> {
    File::open(dir).and_then(|file| file.sync_all()).map_err(disk("can't sync", dir))
}

fn disk(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> CaFault {
    let path = path.to_owned();
    move |cause| CaFault::Disk { what, path, cause }
}
