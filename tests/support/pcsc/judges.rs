//! The judges that talk to a card: programs of OpenSC and Yubico, run against the test's own daemon.

use super::super::tools::{self, Said};
use super::PrivatePcscd;

impl PrivatePcscd {
    /// Runs `yubico-piv-tool` on a reader. It wants the management key in one word: `-k` and 48 hex digits.
    #[track_caller]
    pub fn yubico(&self, slot: usize, args: &[&str]) -> Said {
        let tool = tools::program("yubico-piv-tool", "yubico-piv-tool");
        tools::run(self.command(tool).args(["-r", self.reader_name(slot)]).args(args))
    }

    /// Runs `ykman piv` on a reader.
    #[track_caller]
    pub fn ykman_piv(&self, slot: usize, args: &[&str]) -> Said {
        let tool = tools::python_judge("ykman");
        tools::run(self.command(tool).args(["-r", self.reader_name(slot), "piv"]).args(args))
    }

    /// Runs a program of OpenSC that takes a reader's name: `opensc-tool`, `pkcs15-tool`, `piv-tool`.
    #[track_caller]
    pub fn opensc(&self, program: &str, slot: usize, args: &[&str]) -> Said {
        let tool = tools::program(program, "opensc");
        tools::run(self.command(tool).args(["--reader", self.reader_name(slot)]).args(args))
    }
}
