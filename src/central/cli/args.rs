//! What can be typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::domain::{DeskId, Environment, OdsCode, Role, UserNumber};

/// RA Central: the service every RA desk syncs to.
#[derive(Debug, Parser)]
#[command(name = "ra-central", version, about, max_term_width = 100)]
pub struct Args {
    /// Configuration file (TOML); `assets/ra-central.example.toml` shows every key
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make the keys and the database of a new central
    Init(Init),
    /// Serve desks until stopped
    Serve(Serve),
    /// Desks: invite, list, show, revoke, release from quarantine
    Desk(Desk),
    /// A one-time code for the first RA manager's card
    Bootstrap(Bootstrap),
    /// Organisations
    Organisation(Organisation),
    /// Who may do what
    Agent(Agent),
    /// The rules: list them, propose and approve a version
    Policy(Policy),
    /// Stock batches of blank cards
    Stock(Stock),
    /// Persons
    Person(Person),
    /// Events as desks sent them
    Event(Event),
    /// The last lines of the audit
    Audit(Audit),
    /// Say that the database was restored from a backup
    Restored(Data),
}

#[derive(Debug, clap::Args)]
pub(super) struct Data {
    /// The folder 'init' made
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct Init {
    #[command(flatten)]
    pub data: Data,
    /// What it is for: demo, trial or live. Can't be changed later
    #[arg(long)]
    pub environment: Environment,
    /// Name of this central, for certificates
    #[arg(long)]
    pub name: String,
}

#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    #[command(flatten)]
    pub data: Data,
    /// The database: sqlite:PATH. A path that is not absolute is inside the data folder
    #[arg(long, value_name = "ADDRESS")]
    pub database: Option<String>,
    /// Where to listen, such as 0.0.0.0:8443
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Desk {
    #[command(flatten)]
    pub data: Data,
    #[command(subcommand)]
    pub what: DeskWhat,
}

#[derive(Debug, Subcommand)]
pub(super) enum DeskWhat {
    /// Make a desk; prints host, one-time code and fingerprint
    Invite {
        /// Name of the desk, such as 'desk 2'
        #[arg(long)]
        name: String,
        /// Where it stands
        #[arg(long)]
        place: String,
        /// ODS code of its organisation
        #[arg(long)]
        organisation: OdsCode,
    },
    /// All desks
    List,
    /// One desk
    Show {
        /// Its id
        desk: DeskId,
    },
    /// End a desk: lost, stolen, scrapped
    Revoke {
        /// Its id
        desk: DeskId,
        /// Why; the desk is told
        #[arg(long)]
        reason: String,
    },
    /// Let a quarantined desk go on, with a new epoch
    Release {
        /// Its id
        desk: DeskId,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Bootstrap {
    #[command(flatten)]
    pub data: Data,
    /// The manager's name: forenames, then the surname last
    #[arg(long, value_name = "NAME")]
    pub person: String,
    /// Birth date, YYYY-MM-DD
    #[arg(long)]
    pub birth_date: jiff::civil::Date,
    /// The desk where the card will be made
    #[arg(long)]
    pub desk: DeskId,
}

#[derive(Debug, clap::Args)]
pub(super) struct Organisation {
    #[command(flatten)]
    pub data: Data,
    #[command(subcommand)]
    pub what: OrganisationWhat,
}

#[derive(Debug, Subcommand)]
pub(super) enum OrganisationWhat {
    /// Add an organisation, or rename it
    Add {
        /// ODS code
        #[arg(long)]
        code: OdsCode,
        /// Name
        #[arg(long)]
        name: String,
    },
    /// All organisations
    List,
}

#[derive(Debug, clap::Args)]
pub(super) struct Agent {
    #[command(flatten)]
    pub data: Data,
    #[command(subcommand)]
    pub what: AgentWhat,
}

fn role(word: &str) -> Result<Role, String> {
    let words = || Role::ALL.map(Role::as_str).join(", ");
    Role::from_word(word).ok_or_else(|| format!("the role must be one of {}", words()))
}

#[derive(Debug, Subcommand)]
pub(super) enum AgentWhat {
    /// Give a role
    Add {
        /// The person's 12-digit UUID
        #[arg(long)]
        number: UserNumber,
        /// ra_manager, ra_agent_advanced, ra_agent, sponsor, id_checker or lsa
        #[arg(long, value_parser = role)]
        role: Role,
        /// Where
        #[arg(long)]
        organisation: OdsCode,
    },
    /// Take a role away, from now on
    Withdraw {
        /// The person's 12-digit UUID
        #[arg(long)]
        number: UserNumber,
        /// The role
        #[arg(long, value_parser = role)]
        role: Role,
        /// Where
        #[arg(long)]
        organisation: OdsCode,
    },
    /// Say until when an agent is trained to examine documents and compare faces
    Train {
        /// The person's 12-digit UUID
        #[arg(long)]
        number: UserNumber,
        /// The last day, such as 2027-03-31
        #[arg(long, required_unless_present = "none")]
        until: Option<jiff::civil::Date>,
        /// The training is over, or was never done
        #[arg(long, conflicts_with = "until")]
        none: bool,
    },
    /// Everybody with a role
    List,
    /// One agent's roles, withdrawn ones too
    Show {
        /// The person's 12-digit UUID
        number: UserNumber,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Policy {
    #[command(flatten)]
    pub data: Data,
    #[command(subcommand)]
    pub what: PolicyWhat,
}

#[derive(Debug, Subcommand)]
pub(super) enum PolicyWhat {
    /// All versions, with their days and who agreed on them
    List,
    /// Put a version in, for somebody else to approve
    Propose {
        /// The bundle
        file: PathBuf,
        /// Which policy, such as 'evidence'
        #[arg(long)]
        id: String,
        /// Its version, higher than any before
        #[arg(long = "number", value_name = "N")]
        version: u32,
        /// First day on which it holds
        #[arg(long, value_name = "DAY")]
        from: jiff::civil::Date,
        /// Last day on which it holds
        #[arg(long, value_name = "DAY")]
        until: Option<jiff::civil::Date>,
        /// Who proposes it
        #[arg(long, value_name = "NAME")]
        by: String,
    },
    /// Put a proposed version in force; never by the one who proposed it
    Approve {
        /// Which policy
        id: String,
        /// Its version
        #[arg(long = "number", value_name = "N")]
        version: u32,
        /// Who approves it
        #[arg(long, value_name = "NAME")]
        by: String,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Stock {
    #[command(flatten)]
    pub data: Data,
    #[command(subcommand)]
    pub what: StockWhat,
}

#[derive(Debug, Subcommand)]
pub(super) enum StockWhat {
    /// Add a batch. The transport keys come from a file or from standard input, never from arguments
    Add {
        /// Name of the batch
        #[arg(long)]
        batch: String,
        /// Profile word: piv-p256, piv-rsa2048; '-aes128' or '-aes256' says the card's own 9B algorithm
        #[arg(long)]
        profile: String,
        /// Series printed on the plastic
        #[arg(long)]
        series: u8,
        /// File of three lines: PIN, PUK, 9B key in hexadecimal; '-' is standard input
        #[arg(long, value_name = "FILE")]
        transport_keys: PathBuf,
        /// File of chip serials, one a line
        #[arg(long, value_name = "FILE")]
        serials: Option<PathBuf>,
        /// Chip serials of this batch start so
        #[arg(long)]
        serial_prefix: Option<String>,
        /// Serves any card, also one without a chip serial
        #[arg(long)]
        any_card: bool,
        /// The maker's 9B key can't be changed, and that is allowed
        #[arg(long)]
        static_9b: bool,
    },
    /// What is known of one blank
    Show {
        /// Its chip serial
        chip_serial: String,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Person {
    #[command(flatten)]
    pub data: Data,
    #[command(subcommand)]
    pub what: PersonWhat,
}

#[derive(Debug, Subcommand)]
pub(super) enum PersonWhat {
    /// All persons by number
    List,
    /// One person with history and card
    Show {
        /// The 12-digit UUID
        number: UserNumber,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Event {
    #[command(flatten)]
    pub data: Data,
    #[command(subcommand)]
    pub what: EventWhat,
}

#[derive(Debug, Subcommand)]
pub(super) enum EventWhat {
    /// Events of one desk
    List {
        /// The desk
        #[arg(long)]
        desk: DeskId,
        /// Its epoch; the present one if left out
        #[arg(long)]
        epoch: Option<u32>,
    },
    /// One event: header, outcome, hash
    Show {
        /// The desk
        #[arg(long)]
        desk: DeskId,
        /// Its epoch; the present one if left out
        #[arg(long)]
        epoch: Option<u32>,
        /// The number
        #[arg(long)]
        seq: u64,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Audit {
    #[command(flatten)]
    pub data: Data,
    /// How many lines, 1000 at most
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub last: u32,
}
