//! What waits while the store does not commit: writes of steps that had to be taken all the same, and inputs that must not be lost.

use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use crate::card::task::CardTask;
use crate::domain::VisitId;
use crate::journey::effect::{CentralCall, Effect, PrintCall, Write};
use crate::journey::input::Input;

/// Writes kept for the next commit: a lock, and a snapshot of every open visit, with room to spare.
pub const WRITES_MAX: usize = 64;
/// Inputs kept: five ports have at most 16 questions each, the rest is one for each timer, reader and view.
pub const INPUTS_MAX: usize = 128;
/// How often it is tried again while there is trouble.
pub const RETRY: Duration = Duration::from_secs(2);

/// Writes and inputs that wait for a commit.
#[derive(Debug, Default)]
pub struct Backlog {
    /// One group for each step.
    writes: VecDeque<Vec<Write>>,
    inputs: Vec<Input>,
    retry_at: Option<Instant>,
}

impl Backlog {
    /// Nothing waits.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.inputs.is_empty()
    }

    /// Takes the writes that wait, of the oldest step first.
    pub fn take_writes(&mut self) -> VecDeque<Vec<Write>> {
        std::mem::take(&mut self.writes)
    }

    /// Whether so many more writes find room.
    pub fn has_room(&self, more: usize) -> bool {
        self.count() + more <= WRITES_MAX
    }

    /// Keeps a step's writes for the next commit. A step there is no room for is lost, and logged.
    pub fn owe(&mut self, writes: Vec<Write>) {
        self.writes.push_back(writes);
        self.make_room();
    }

    /// Gives writes back that were taken and not committed: they go before all others.
    pub fn owe_again(&mut self, steps: VecDeque<Vec<Write>>) {
        let newer = std::mem::replace(&mut self.writes, steps);
        self.writes.extend(newer);
        self.make_room();
    }

    fn make_room(&mut self) {
        let mut seen = BTreeSet::new();
        for group in self.writes.iter_mut().rev() {
            keep_last_snapshots(group, &mut seen);
        }
        self.writes.retain(|group| !group.is_empty());
        while self.count() > WRITES_MAX && self.writes.len() > 1 {
            let lost = self.writes.pop_back().map_or(0, |group| group.len());
            tracing::error!(lost, "more writes wait than can be kept");
        }
    }

    fn count(&self) -> usize {
        self.writes.iter().map(Vec::len).sum()
    }

    /// Keeps an input, to be given again. What a hand does can be done again; what a device says is said once.
    pub fn keep(&mut self, input: Input) {
        if is_of_the_hand(&input) {
            return;
        }
        self.supersede(&input);
        if self.inputs.len() < INPUTS_MAX {
            self.inputs.push(input);
        } else {
            tracing::error!("more answers wait than were asked for; one is lost");
        }
    }

    /// A newer word on the same thing has come: the older one is not given again.
    pub fn supersede(&mut self, newer: &Input) {
        self.inputs.retain(|older| !is_about_the_same(older, newer));
    }

    /// The inputs that wait, oldest first; they are kept no longer.
    pub fn take_inputs(&mut self) -> Vec<Input> {
        std::mem::take(&mut self.inputs)
    }

    /// Asks for another try at this time, unless one is nearer.
    pub fn retry(&mut self, at: Instant) {
        self.retry_at = Some(self.retry_at.map_or(at, |set| set.min(at)));
    }

    /// When it is tried again.
    pub fn retry_at(&self) -> Option<Instant> {
        self.retry_at
    }

    /// Whether it is to be tried again now; said once.
    pub fn is_due(&mut self, now: Instant) -> bool {
        let due = self.retry_at.is_some_and(|at| at <= now);
        if due {
            self.retry_at = None;
        }
        due
    }
}

fn is_of_the_hand(input: &Input) -> bool {
    matches!(
        input,
        Input::Key(_)
            | Input::Paste(_)
            | Input::Scan(_)
            | Input::Secret(..)
            | Input::Minute
            | Input::Resize(..)
            | Input::StoreFailed(_)
    )
}

fn is_about_the_same(older: &Input, newer: &Input) -> bool {
    match (older, newer) {
        (Input::Reader(a, _), Input::Reader(b, _)) => a == b,
        (Input::Timer(a), Input::Timer(b)) => a == b,
        (Input::Sync(_), Input::Sync(_))
        | (Input::PrinterState(_), Input::PrinterState(_))
        | (Input::Roster(..), Input::Roster(..))
        | (Input::Revocations(..), Input::Revocations(..))
        | (Input::Policies(_), Input::Policies(_))
        | (Input::Clock(_), Input::Clock(_))
        | (Input::Passed(_), Input::Passed(_)) => true,
        _ => false,
    }
}

/// Effects that may be released though the writes of their step are not durable: nothing is changed by them that the journal
/// would have to tell of after a restart.
pub fn is_harmless(effect: &Effect) -> bool {
    match effect {
        Effect::Card { task, .. } => matches!(task, CardTask::Read),
        Effect::Central(_, call) => matches!(
            call,
            CentralCall::CloseSession
                | CentralCall::Nonce
                | CentralCall::Search(_)
                | CentralCall::Card(_)
                | CentralCall::CardByNumber(_)
                | CentralCall::Stock(_)
                | CentralCall::Photo(_)
        ),
        Effect::Printer(_, call) => {
            matches!(call, PrintCall::Status | PrintCall::Render(..) | PrintCall::Poll(_) | PrintCall::Find { .. })
        }
        Effect::LetGo(_)
        | Effect::Camera(..)
        | Effect::Store(..)
        | Effect::Vault(_)
        | Effect::Timer(..)
        | Effect::StopTimer(_)
        | Effect::SyncNow
        | Effect::FlushKeys
        | Effect::Quit => true,
    }
}

/// What kind of write it is, for logs: never what it says.
pub fn word(write: &Write) -> &'static str {
    match write {
        Write::SaveVisit(_) => "save-visit",
        Write::CloseVisit(_) => "close-visit",
        Write::Journal { .. } => "journal",
        Write::Event { fact, .. } => fact.kind(),
        Write::Setting { .. } => "setting",
        Write::KeepPhoto { .. } => "photo",
        Write::SeenRefused(_) => "seen-refused",
        Write::Receipt { .. } => "receipt",
        Write::CacheCard(_) => "cache-card",
    }
}

/// Of several snapshots of one visit only the last is written.
pub fn last_snapshots(mut writes: Vec<Write>) -> Vec<Write> {
    keep_last_snapshots(&mut writes, &mut BTreeSet::new());
    writes
}

/// `seen`: the visits whose snapshot stands in what is written later.
fn keep_last_snapshots(writes: &mut Vec<Write>, seen: &mut BTreeSet<VisitId>) {
    writes.reverse();
    writes.retain(|write| match write {
        Write::SaveVisit(snapshot) => seen.insert(snapshot.visit),
        _ => true,
    });
    writes.reverse();
}
