//! The command line of `ra-central`. Errors have three lines: what happened, what it means for the data, what to do.
//! Nothing secret is printed but one-time codes.

mod args;
mod list;
mod manage;
mod policy;
mod serve;

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use clap::Parser;

pub use args::Args;
use args::Command;

use super::ca::Authority;
use super::config::{Config, ConfigFault};
use super::embedded::{AUTHORITY, DATABASE};
use super::service::Central;
use super::store::StoreError;
use super::store::sqlite::SqliteStore;
use super::system_clock;
use crate::wire::message::{Problem, ProblemCode};

/// An error as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}\n{state}\n{next}")]
pub struct CliFault {
    /// What happened.
    pub what: String,
    /// What it means for the data.
    pub state: String,
    /// What to do.
    pub next: String,
}

impl CliFault {
    fn new(what: impl ToString, state: &str, next: &str) -> Self {
        Self { what: what.to_string(), state: state.to_owned(), next: next.to_owned() }
    }

    /// Nothing was changed.
    fn unchanged(what: impl ToString, next: &str) -> Self {
        Self::new(what, "Nothing was changed.", next)
    }
}

impl From<ConfigFault> for CliFault {
    fn from(fault: ConfigFault) -> Self {
        Self::new(
            fault,
            "Central was not started. Nothing was changed.",
            "Correct the file; the example shows each key.",
        )
    }
}

impl From<StoreError> for CliFault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(code) => Self::unchanged(refused(code), "Look it up with 'list', then try again."),
            other => Self::unchanged(other, "Look at the database and its disk, then try again."),
        }
    }
}

impl From<Problem> for CliFault {
    fn from(problem: Problem) -> Self {
        Self::unchanged(format!("{} ({})", refused(problem.code), problem.detail), "Correct it and try again.")
    }
}

fn refused(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::NotFound => "Central knows no such thing",
        ProblemCode::NotAllowed => "A rule does not allow this: a manager with a card exists already, or it is done",
        ProblemCode::TooMany => "A limit was reached",
        ProblemCode::DeskRevoked => "The desk was revoked",
        _ => "Central refused",
    }
}

/// Where output goes; a test gives its own.
pub type Out<'a> = &'a mut dyn Write;

fn say(out: Out<'_>, line: impl AsRef<str>) -> Result<(), CliFault> {
    writeln!(out, "{}", line.as_ref()).map_err(|error| {
        CliFault::new(
            format!("The output can't be written: {error}"),
            "What was asked is done.",
            "Look it up with 'list'.",
        )
    })
}

/// Parses the arguments of the process; ends it for `--help`, `--version` and mistakes.
pub fn parse() -> Args {
    Args::parse()
}

/// Does what was asked.
pub fn run(args: Args, out: Out<'_>) -> Result<(), CliFault> {
    let config = match &args.config {
        Some(path) => Config::read(path)?,
        None => Config::default(),
    };
    match args.command {
        Command::Init(init) => manage::init(&init, out),
        Command::Serve(serve) => serve::serve(&serve, config, out),
        Command::Desk(desk) => manage::desk(&open(&desk.data.data, &config)?, desk.what, &config, out),
        Command::Bootstrap(boot) => manage::bootstrap(&open(&boot.data.data, &config)?, &boot, out),
        Command::Organisation(org) => manage::organisation(&open(&org.data.data, &config)?, org.what, out),
        Command::Agent(agent) => manage::agent(&open(&agent.data.data, &config)?, agent.what, out),
        Command::Policy(policy) => policy::run(&open(&policy.data.data, &config)?, policy.what, out),
        Command::Stock(stock) => manage::stock(&open(&stock.data.data, &config)?, stock.what, out),
        Command::Person(person) => list::person(&open(&person.data.data, &config)?, person.what, out),
        Command::Event(event) => list::event(&open(&event.data.data, &config)?, event.what, out),
        Command::Audit(audit) => list::audit(&open(&audit.data.data, &config)?, audit.last, out),
        Command::Restored(data) => {
            let central = open(&data.data, &config)?;
            central.store.restored(central.now())?;
            say(
                out,
                "Marked as restored. Every desk may come back once with any lease and sends again what is missing.",
            )
        }
    }
}

fn load(data: &Path) -> Result<Authority, CliFault> {
    Authority::load(&data.join(AUTHORITY))
        .map_err(|fault| CliFault::unchanged(fault, "Give the folder 'ra-central init' made, with --data."))
}

/// Opens the data folder for one command.
fn open(data: &Path, config: &Config) -> Result<Arc<Central>, CliFault> {
    let authority = load(data)?;
    let database = data.join(config.database.as_deref().unwrap_or(Path::new(DATABASE)));
    let store = SqliteStore::open(&database, authority.environment())?;
    Ok(Arc::new(Central::new(Arc::new(store), Arc::new(authority), system_clock(), config.rules.clone())?))
}

#[cfg(test)]
mod tests;
