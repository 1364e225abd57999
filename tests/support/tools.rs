//! Programs that others wrote, and that judge what the desk did. A missing one fails the test and says
//! how to get it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The folder of the checkout.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Finds a program of a Debian package. Daemons live in `sbin` folders, which an ordinary user's PATH
/// may lack.
pub fn program(name: &str, package: &str) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let sbin = ["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from);
    env::split_paths(&path)
        .chain(sbin)
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("{name} is missing: install the package {package} (make packages-test)"))
}

/// Finds a program among the judges written in Python.
pub fn python_judge(name: &str) -> PathBuf {
    let file = root().join("target/judges/bin").join(name);
    assert!(file.is_file(), "{name} is missing among the judges in target/judges: run make judges");
    file
}

/// What a program said and how it ended.
#[derive(Debug)]
pub struct Said {
    /// Whether it ended well.
    pub ok: bool,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// Both outputs, for looking for a phrase.
    pub fn all(&self) -> String {
        format!("{}\n{}", self.out, self.err)
    }

    /// Fails the test unless the program ended well.
    #[track_caller]
    pub fn well(self) -> Self {
        assert!(self.ok, "the program failed and said:\n{}", self.all());
        self
    }

    /// Fails the test if the program ended well.
    #[track_caller]
    pub fn badly(self) -> Self {
        assert!(!self.ok, "the program should have failed; it said:\n{}", self.all());
        self
    }
}

/// Runs a program to its end and keeps what it said.
#[track_caller]
pub fn run(command: &mut Command) -> Said {
    let Output { status, stdout, stderr } =
        command.output().unwrap_or_else(|err| panic!("{:?} did not start: {err}", command.get_program()));
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Said { ok: status.success(), out: text(stdout), err: text(stderr) }
}
