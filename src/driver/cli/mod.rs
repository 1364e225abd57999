//! The command line: the kiosk, the demo, and what support and auditors need.

mod audit;
mod card;
mod doctor;
mod evidence;
mod gpg45;
mod identifier;
mod lines;
mod mrz;
mod queue;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing::level_filters::LevelFilter;

use super::assemble::{Parts, StartFault, desk_shown};
use super::config::{Config, EXAMPLE};
use super::kiosk::{NoPanel, first_frame, run};
use super::terminal::{Screen, read_terminal};
use crate::logs;
use crate::store::{Store, StoreOptions};

/// The file read when none is named.
const CONFIG: &str = "/etc/ra-desk.toml";

/// The kiosk of a Registration Authority desk.
#[derive(Parser)]
#[command(name = "ra-desk", version, about)]
struct Arguments {
    /// Configuration of this desk.
    #[arg(long, value_name = "FILE", default_value = CONFIG, global = true)]
    config: PathBuf,
    /// Print a commented example of a configuration, and end.
    #[arg(long)]
    example_config: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Try everything with simulated devices and invented people.
    #[cfg(feature = "demo")]
    Demo {
        /// Keep the demo in this folder; without it, it is forgotten at the end.
        #[arg(long)]
        dir: Option<PathBuf>,
    },
    /// Check readers, card, printer, camera, clock, disk, database and central.
    Doctor {
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    /// What the desk reads from a card without a passcode.
    #[command(subcommand)]
    Card(CardCommand),
    /// What waits for central, and what it refused.
    Queue {
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    /// Judge machine-readable zones from standard input, parted by empty lines.
    Mrz(mrz::Asked),
    /// Judge a number of a document or a person, or one a line from standard input.
    Identifier(identifier::Asked),
    /// Judge GPG45 scores from standard input, one JSON object a line.
    Gpg45 {
        /// For programs: one line of JSON an answer.
        #[arg(long)]
        json: bool,
    },
    /// Judge the documents and checks of a visit, with the reasons.
    Evidence(evidence::Asked),
    /// The rules the desk judges by.
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// The desk's record of events, for auditors.
    #[command(subcommand)]
    Audit(AuditCommand),
}

#[derive(Subcommand)]
enum CardCommand {
    /// Show the card in a reader. Changes nothing and spends no try.
    Show {
        /// Name of the reader, or its start; without it, the first with a card.
        #[arg(long)]
        reader: Option<String>,
        /// For programs.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum PolicyCommand {
    /// Look a policy through for what contradicts itself, can never be met or has no words.
    Lint {
        /// The folder with its files; without it, the policy of this program.
        dir: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Write the events this desk holds, as they were signed, to standard output or a file.
    Export {
        /// The file.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Check an export: every signature, every hash, no gap. Needs nothing but the file.
    Verify {
        /// The file.
        path: PathBuf,
    },
}

/// The command line of a kiosk at its desk: no word, or `--config FILE`. Anything else is for the full reader, which builds
/// the tree of all commands first: a tenth of the time to the first frame.
fn kiosk_alone(mut words: impl Iterator<Item = OsString>) -> Option<Arguments> {
    let config = match (words.next(), words.next(), words.next()) {
        (None, ..) => CONFIG.into(),
        (Some(option), Some(file), None) if option == "--config" && !file.as_encoded_bytes().starts_with(b"-") => file,
        _ => return None,
    };
    let read = !config.is_empty();
    read.then(|| Arguments { config: config.into(), example_config: false, command: None })
}

/// Runs the program. 0: done; 1: the answer is no, or something is wrong; 2: the command line is.
pub fn main() -> ExitCode {
    let arguments = kiosk_alone(std::env::args_os().skip(1)).unwrap_or_else(Arguments::parse);
    if arguments.example_config {
        print!("{EXAMPLE}");
        return ExitCode::SUCCESS;
    }
    let done = match arguments.command {
        None => kiosk(&arguments.config),
        #[cfg(feature = "demo")]
        Some(Command::Demo { dir }) => super::demo::run(dir),
        Some(Command::Doctor { json }) => doctor::run(&arguments.config, json),
        Some(Command::Card(CardCommand::Show { reader, json })) => card::show(reader.as_deref(), json),
        Some(Command::Queue { json }) => queue::run(&arguments.config, json),
        Some(Command::Mrz(asked)) => mrz::run(&asked),
        Some(Command::Identifier(asked)) => identifier::run(&asked),
        Some(Command::Gpg45 { json }) => gpg45::run(json),
        Some(Command::Evidence(asked)) => evidence::run(&asked),
        Some(Command::Policy(PolicyCommand::Lint { dir })) => evidence::lint(dir.as_deref()),
        Some(Command::Audit(AuditCommand::Export { out })) => audit::export(&arguments.config, out.as_deref()),
        Some(Command::Audit(AuditCommand::Verify { path })) => audit::verify(&path),
    };
    done.unwrap_or_else(|failure| {
        eprintln!("{}", failure.happened);
        eprintln!("{}", failure.safe);
        eprintln!("{}", failure.next);
        ExitCode::FAILURE
    })
}

/// The civil day in London now.
fn today() -> jiff::civil::Date {
    crate::domain::Millis(jiff::Timestamp::now().as_millisecond()).london_day()
}

/// The exit code of a command that judges a stream: 0 all was of the form, 2 some was not. A reader that went away, such as
/// `head`, has read what it wanted.
fn ended(judged: std::io::Result<bool>) -> Result<ExitCode, Failure> {
    match judged {
        Ok(all) => Ok(if all { ExitCode::SUCCESS } else { ExitCode::from(2) }),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(Failure::harmless(
            format!("The input or output stopped: {error}."),
            "Try again; if it stops again, write to a file instead of a pipe.",
        )),
    }
}

/// A failure of a command: what happened, is anything harmed, what to do next.
pub struct Failure {
    happened: String,
    safe: &'static str,
    next: String,
}

impl Failure {
    /// A failure that harmed nothing.
    pub fn harmless(happened: impl Into<String>, next: impl Into<String>) -> Self {
        Self { happened: happened.into(), safe: "Nothing was changed.", next: next.into() }
    }
}

impl From<StartFault> for Failure {
    fn from(fault: StartFault) -> Self {
        let next = match &fault {
            StartFault::Config(_) => "Mend the file; `ra-desk --example-config` prints a commented example.".to_owned(),
            StartFault::Documents(_) => "Install RA Desk again: a file of the program is damaged.".to_owned(),
            StartFault::Printer(_) => {
                "Set printer.uri to the printer's address, such as ipp://localhost/printers/card.".to_owned()
            }
            StartFault::Store(store) => store_next(store).to_owned(),
            StartFault::System(_) => "Run RA Desk in a terminal, as the user it was set up for.".to_owned(),
        };
        Self::harmless(format!("RA Desk can't start: {fault}."), next)
    }
}

impl From<crate::store::StoreFault> for Failure {
    fn from(fault: crate::store::StoreFault) -> Self {
        let next = store_next(&fault).to_owned();
        Self::harmless(format!("The desk's database does not open: {fault}."), next)
    }
}

fn store_next(fault: &crate::store::StoreFault) -> &'static str {
    use crate::store::StoreFault;
    match fault {
        StoreFault::DiskFull => "Free some space on the disk and start again.",
        StoreFault::InUse => "RA Desk runs already; close it first.",
        StoreFault::NewerVersion { .. } => "Install the newer RA Desk again: it wrote this database.",
        StoreFault::KeyMissing | StoreFault::WrongKey | StoreFault::BadKey(_) => {
            "Put the key of this database back where it was; without it nobody can read it."
        }
        StoreFault::NetworkFilesystem { .. } => "Set data to a folder on the desk's own disk.",
        _ => "Phone the service desk; keep the folder as it is.",
    }
}

fn kiosk(config: &std::path::Path) -> Result<ExitCode, Failure> {
    let config = Config::read(config).map_err(StartFault::from)?;
    log_to(&config.data.join("ra-desk.log"));
    let parts = Parts::real(&config)?;
    let mut screen = None;
    let (mut engine, sender, arrivals) = desk_shown(&config, parts, |desk| {
        let entered = screen.insert(Screen::enter(config.preview)?);
        first_frame(desk, entered)
    })?;
    let Some(mut screen) = screen else { return Err(StartFault::from(std::io::Error::other("no screen")).into()) };
    // The terminal has gone: nobody sees the desk any more. Everything adopted is durable, so the program just ends.
    read_terminal(sender, || std::process::exit(1)).map_err(StartFault::from)?;
    let ended = run(&mut engine, &mut screen, &mut NoPanel, &arrivals);
    drop(screen);
    engine.devices.cards.stop();
    ended.map_err(StartFault::from)?;
    Ok(ExitCode::SUCCESS)
}

/// Logs to a file beside the database; never to the screen, never personal data. No file, no log: the desk works on.
pub fn log_to(path: &std::path::Path) {
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(dir) = path.parent() {
        let _ = std::fs::create_dir_all(dir);
    }
    let Ok(file) = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path) else { return };
    let filter = logs::filter(std::env::var("RA_DESK_LOG").ok().as_deref(), LevelFilter::INFO);
    let _ = logs::start(filter, std::sync::Mutex::new(file));
}

/// The store of a configuration, for a command that only looks.
fn store_of(config: &std::path::Path) -> Result<Store, Failure> {
    let config = Config::read(config).map_err(StartFault::from)?;
    if !config.data.join(crate::store::DATABASE).exists() {
        return Err(Failure::harmless(
            format!("There is no desk in {}.", config.data.display()),
            "Set data in the configuration to the desk's folder, or start the kiosk once.",
        ));
    }
    Ok(Store::open(StoreOptions::new(&config.data))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(words: &[&str]) -> (Option<PathBuf>, Option<PathBuf>) {
        let full = Arguments::try_parse_from([&["ra-desk"], words].concat()).ok();
        let full = full.filter(|read| !read.example_config && read.command.is_none()).map(|read| read.config);
        (kiosk_alone(words.iter().map(OsString::from)).map(|read| read.config), full)
    }

    #[test]
    fn the_short_way_in_reads_what_the_full_reader_reads_or_leaves_it_to_it() {
        for words in [&[][..], &["--config", "a.toml"], &["--config", "demo"]] {
            let (short, full) = both(words);
            assert!(short.is_some() && short == full, "{words:?}: {short:?} {full:?}");
        }
        let others = [
            "--config=a",
            "--config",
            "--config a b",
            "--config --help",
            "--config -",
            "--help",
            "demo",
            "--example-config",
        ];
        for words in others.map(|line| line.split(' ').collect::<Vec<_>>()) {
            assert_eq!(both(&words).0, None, "{words:?}");
        }
        assert_eq!(both(&["--config", ""]).0, None);
    }
}
