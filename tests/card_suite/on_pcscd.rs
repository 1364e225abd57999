//! A test process that talks PC/SC to a daemon of its own.
//!
//! The client library reads the socket's name from the environment once, before the first call, so the name must be
//! there when the process starts: the test starts itself again with it.

use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use crate::support::pcsc::{CSOCK_NAME, PrivatePcscd};

/// Runs `work` in a process of its own with a private daemon. `test` is the full name of the calling test.
///
/// Panics if that process fails; its output is above.
pub fn with_private_pcscd(test: &str, work: impl FnOnce(PrivatePcscd)) {
    match std::env::var_os(CSOCK_NAME) {
        Some(name) => {
            let pcscd = PrivatePcscd::start();
            symlink(pcscd.socket(), PathBuf::from(name)).expect("the promised name for the daemon's socket");
            work(pcscd);
        }
        None => {
            let home = tempfile::tempdir().expect("a folder for the socket's name");
            let program = std::env::current_exe().expect("this test's own program");
            let ended = Command::new(program)
                .args(["--exact", test, "--nocapture", "--test-threads=1"])
                .env(CSOCK_NAME, home.path().join("comm"))
                .status()
                .expect("the test starts itself again");
            assert!(ended.success(), "{test} failed in its own process");
        }
    }
}
