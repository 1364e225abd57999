//! A desk without a printer: the card's PDF is put into a folder.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The longest job name that becomes a file name.
const NAME_BYTES_MAX: usize = 100;

/// Why no PDF was put down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FolderPrintFault {
    /// The job name has other signs than letters, digits, `-` and `_`, or is too long.
    #[error("the job name can't be a file name")]
    BadName,
    /// This attempt lies there already, with other content.
    #[error("there is another card under this job name")]
    AlreadyThere,
    /// The folder does not exist.
    #[error("the folder for cards does not exist")]
    Missing,
    /// The folder can't be written.
    #[error("no permission to write into the folder for cards")]
    NoPermission,
    /// Any other failure, such as a full disk.
    #[error("the card's PDF could not be written: {0}")]
    Io(io::ErrorKind),
}

/// Puts cards into a folder as `<job name>.pdf`. A file is there whole or not at all, and is never replaced.
#[derive(Debug, Clone)]
pub struct FolderPrinter {
    dir: PathBuf,
}

impl FolderPrinter {
    /// For a folder that exists.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Puts the PDF down, durably: it is on the disk when this returns. The same attempt with the same content twice is
    /// one file and no fault.
    pub fn print(&self, job_name: &str, pdf: &[u8]) -> Result<PathBuf, FolderPrintFault> {
        let path = self.path(job_name)?;
        let part = self.dir.join(format!(".{job_name}.part"));
        let put = || -> io::Result<()> {
            let mut file = File::create(&part)?;
            file.write_all(pdf)?;
            file.sync_all()?;
            // A link fails where a rename would replace.
            fs::hard_link(&part, &path)?;
            File::open(&self.dir)?.sync_all()
        };
        let put = put();
        // The part is only a second name or a torn try; if it stays, the next try overwrites it.
        let _ = fs::remove_file(&part);
        match put {
            Ok(()) => Ok(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match fs::read(&path) {
                Ok(there) if there == pdf => Ok(path),
                _ => Err(FolderPrintFault::AlreadyThere),
            },
            Err(error) => Err(fault_of(&error)),
        }
    }

    /// The file of an attempt, if it was put down. There is no doubt with a folder, so nobody needs to be asked.
    pub fn find_by_name(&self, job_name: &str) -> Result<Option<PathBuf>, FolderPrintFault> {
        let path = self.path(job_name)?;
        match fs::metadata(&path) {
            Ok(_) => Ok(Some(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.dir.is_dir() => Ok(None),
            Err(error) => Err(fault_of(&error)),
        }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn path(&self, job_name: &str) -> Result<PathBuf, FolderPrintFault> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if job_name.is_empty() || job_name.len() > NAME_BYTES_MAX || !job_name.bytes().all(plain) {
            return Err(FolderPrintFault::BadName);
        }
        Ok(self.dir.join(format!("{job_name}.pdf")))
    }
}

fn fault_of(error: &io::Error) -> FolderPrintFault {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FolderPrintFault::Missing,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => FolderPrintFault::NoPermission,
        kind => FolderPrintFault::Io(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_put_down_once_and_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let printer = FolderPrinter::new(dir.path());
        assert_eq!(printer.find_by_name("ra-1-a1"), Ok(None));
        let path = printer.print("ra-1-a1", b"one").unwrap();
        assert_eq!(printer.print("ra-1-a1", b"one").as_ref(), Ok(&path));
        assert_eq!(printer.print("ra-1-a1", b"two"), Err(FolderPrintFault::AlreadyThere));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        assert_eq!(printer.find_by_name("ra-1-a1"), Ok(Some(path)));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing half-written stays");
    }

    #[test]
    fn a_job_name_can_not_lead_out_of_the_folder() {
        let printer = FolderPrinter::new("/nowhere");
        assert_eq!(printer.print("../x", b""), Err(FolderPrintFault::BadName));
        assert_eq!(printer.print("x", b""), Err(FolderPrintFault::Missing));
    }
}
