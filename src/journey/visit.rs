//! A visit: one piece of work for one holder, and how it is stored, parked and taken up again.

use serde::{Deserialize, Serialize};

use super::cancel::Cancel;
use super::effect::{EffectId, VisitSnapshot};
use super::input::{
    CameraAnswer, CameraFault, CentralAnswer, CentralFault, PrintAnswer, PrintFault, SecretState, StoreAnswer,
};
use super::issue::Issue;
use super::key::Key;
use super::register::Register;
use super::reset::Reset;
use crate::card::task::{CardAnswer, CardFault};
use crate::domain::{Millis, OdsCode, Role, UserNumber, VaultSlot, VisitId};
use crate::policy::roles::Task;
use crate::wire::act::{Act, Signed};

/// Version of the stored form. A newer one than this program knows is left alone and said so.
pub const SNAPSHOT_VERSION: u32 = 1;

/// Visits open at once, parked ones included: more are not one desk's work.
pub const VISITS_MAX: usize = 20;

/// One piece of work for one holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// Its id.
    pub id: VisitId,
    /// When it began.
    pub started: Millis,
    /// Who has it now; none while the first RA Manager's card is made.
    pub agent: Option<Keeper>,
    /// The holder's name, once known.
    pub holder: Option<String>,
    /// The work itself.
    pub job: Job,
}

/// Who has a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keeper {
    /// The agent.
    pub number: UserNumber,
    /// The agent's name.
    pub name: String,
    /// In which role.
    pub role: Role,
    /// At which organisation.
    pub organisation: OdsCode,
}

/// The work of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "job")]
pub enum Job {
    /// Register a person; goes over into `Issue`.
    Register(Box<Register>),
    /// Change a person's name; goes over into `Cancel` of the card in the old one, and that into `Issue`.
    Rename(Box<Register>),
    /// Write, print and hand over a card.
    Issue(Box<Issue>),
    /// Reset a forgotten passcode.
    Reset(Box<Reset>),
    /// Cancel a card for ever.
    Cancel(Box<Cancel>),
}

impl Job {
    /// What a role must be allowed to do to go on with it.
    pub fn task(&self) -> Task {
        match self {
            Job::Register(_) => Task::Register,
            Job::Rename(_) => Task::ChangeDetails,
            Job::Issue(_) => Task::Issue,
            Job::Reset(_) => Task::Unlock,
            Job::Cancel(_) => Task::Cancel,
        }
    }

    /// Who asked for a manager to say who the holder is, while one is waited for.
    pub fn waits_for_manager(&self) -> Option<&UserNumber> {
        match self {
            Job::Reset(state) => state.waits_for_manager(),
            Job::Rename(state) => state.renaming.as_ref()?.asked.as_ref().map(|asked| &asked.by),
            Job::Register(_) | Job::Issue(_) | Job::Cancel(_) => None,
        }
    }

    /// The stable word for the word files and the logs.
    pub fn word(&self) -> &'static str {
        match self {
            Job::Register(_) => "register",
            Job::Rename(_) => "rename",
            Job::Issue(_) => "issue",
            Job::Reset(_) => "reset",
            Job::Cancel(_) => "cancel",
        }
    }
}

/// What a visit is told.
#[derive(Debug, Clone)]
pub enum VisitEvent<'a> {
    /// The visit is shown: for the first time, or taken up again after a park, a lock or a restart. Nothing asked before
    /// will answer any more.
    Shown,
    /// One of the visit's own commands was chosen by its key.
    Command(&'static str),
    /// A key that is no command.
    Key(Key),
    /// Pasted text.
    Paste(&'a str),
    /// What a document scanner read.
    Scan(&'a str),
    /// A secret field was edited.
    Secret(VaultSlot, SecretState),
    /// A card was put into the customer reader.
    CardIn,
    /// The card was taken out of the customer reader.
    CardOut,
    /// A card answered.
    Card(EffectId, &'a Result<CardAnswer, CardFault>),
    /// Central answered.
    Central(EffectId, &'a Result<CentralAnswer, CentralFault>),
    /// The printer answered.
    Printer(EffectId, &'a Result<PrintAnswer, PrintFault>),
    /// The camera answered.
    Camera(EffectId, &'a Result<CameraAnswer, CameraFault>),
    /// The store answered.
    Store(EffectId, &'a StoreAnswer),
    /// The agent's card signed an act, or did not.
    Hand(EffectId, &'a Result<Signed<Act>, super::hand::HandFault>),
    /// A timer of this visit ran out.
    Timer(super::effect::TimerName),
    /// Something about network, printer or queue changed.
    WorldChanged,
}

impl Visit {
    /// The visit as it is stored.
    ///
    /// Effects in flight are not stored: what was asked before a stop never answers after it.
    pub fn snapshot(&self) -> VisitSnapshot {
        // These types hold nothing JSON can't say (no map with keys that are not text, no NaN).
        let state = serde_json::to_vec(self).unwrap_or_default();
        let (kind, title) = (self.job.word(), self.holder.clone().unwrap_or_default());
        VisitSnapshot { visit: self.id, version: SNAPSHOT_VERSION, state, kind, title }
    }

    /// A stored visit; none if its form is unknown (a newer program wrote it) or damaged.
    pub fn restore(version: u32, state: &[u8]) -> Option<Visit> {
        (version == SNAPSHOT_VERSION).then(|| serde_json::from_slice(state).ok()).flatten()
    }
}
