//! The demo: a whole desk with simulated devices and a central of its own in the same process.

use std::path::PathBuf;
use std::process::ExitCode;

use super::cli::Failure;

/// Runs the demo.
pub fn run(_dir: Option<PathBuf>) -> Result<ExitCode, Failure> {
    Err(Failure::harmless("The demo is being built.", ""))
}
