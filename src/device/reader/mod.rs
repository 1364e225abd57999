//! Readers: who is there, what card lies in them, and one thread per reader that runs card tasks.
//!
//! The [`ReaderBackend`] is the way to the hardware: PC/SC ([`pcsc`]) or simulated readers. Watcher and actors are the
//! same code on both.

pub mod actor;
pub mod pcsc;
pub mod watcher;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::card::channel::{Channel, ChannelFault};

pub use actor::{ReaderCommand, ReaderReport, Refused};
pub use pcsc::PcscBackend;

/// The most readers a desk serves: agent, customer and room for mistakes.
pub const READERS_MAX: usize = 8;

/// What lies in a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReaderState {
    /// No card.
    Absent,
    /// A card that answers.
    Present {
        /// Answer to reset.
        atr: Vec<u8>,
        /// Counts insertions and removals: another number is perhaps another card, even if none was seen missing.
        event_count: u32,
    },
    /// A card that does not answer: upside down, or broken.
    Mute,
}

/// A reader at one look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReaderSeen {
    /// The reader's name, as the service gives it. Sanitise it before it is shown.
    pub name: String,
    /// What lies in it.
    pub state: ReaderState,
}

/// What the watcher tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReaderEvent {
    /// A reader is new, or what lies in it changed.
    State(ReaderSeen),
    /// A reader was unplugged.
    Gone {
        /// Its name.
        name: String,
    },
    /// The smartcard service does not answer. Every reader is gone until [`ReaderEvent::ServiceBack`].
    ServiceLost,
    /// The service answers again; the readers follow.
    ServiceBack,
}

/// How a connection shares its card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Share {
    /// Other programs may use the card between our transactions.
    Shared,
    /// Nobody else may: the agent's card, and a card being written.
    Exclusive,
}

/// How a connection ends. The library's default, a reset, is never used: it would be an accident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The card stays as it is, rights included.
    LeaveCard,
    /// Power off: every right is gone.
    Unpower,
}

/// A card connected in one reader.
pub trait Connection: Send {
    /// Answer to reset.
    fn atr(&self) -> Vec<u8>;

    /// Runs `work` in one transaction: no other program comes in between.
    ///
    /// Errors: the transaction could not begin; then `work` did not run.
    fn transaction(&mut self, work: &mut dyn FnMut(&mut dyn Channel)) -> Result<(), ChannelFault>;

    /// Makes a shared connection exclusive and keeps the card's rights.
    fn share(&mut self, share: Share) -> Result<(), ChannelFault>;

    /// Ends the connection on purpose.
    fn end(self: Box<Self>, ending: Ending);
}

/// A watch over all readers.
pub trait Watch {
    /// Waits until something changes, `longest` at most, and gives the whole picture. The first call returns at once.
    ///
    /// Errors: [`WatchEnd`].
    fn wait(&mut self, longest: Duration) -> Result<Vec<ReaderSeen>, WatchEnd>;

    /// What ends a `wait` from another thread.
    fn stopper(&self) -> Box<dyn Fn() + Send + Sync>;
}

/// Why a watch gives no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WatchEnd {
    /// Its stopper was called.
    #[error("the watch was stopped")]
    Stopped,
    /// The service is gone; a new watch is needed.
    #[error("the smartcard service does not answer")]
    ServiceGone,
}

/// The way to the hardware.
pub trait ReaderBackend: Send + Sync {
    /// Starts a watch, on the thread that will wait.
    ///
    /// Errors: `ServiceGone`.
    fn watch(&self) -> Result<Box<dyn Watch>, ChannelFault>;

    /// Connects the card in a reader, on the thread that will use it.
    ///
    /// Errors: `CardGone` (none there, or mute), `ReaderGone`, `ServiceGone`, `InUse`.
    fn connect(&self, reader: &str, share: Share) -> Result<Box<dyn Connection>, ChannelFault>;
}

/// Where reports go. Must not block for long: the watcher and every actor call it.
pub type Sink = Arc<dyn Fn(ReaderReport) + Send + Sync>;

/// The watcher and one actor per reader that was used.
pub struct Readers {
    backend: Arc<dyn ReaderBackend>,
    sink: Sink,
    watcher: watcher::Watcher,
    actors: BTreeMap<String, actor::Actor>,
}

impl Readers {
    /// Starts watching; reports go to `sink`.
    pub fn start(backend: Arc<dyn ReaderBackend>, sink: Sink) -> Self {
        let watcher = watcher::Watcher::start(Arc::clone(&backend), Arc::clone(&sink));
        Self { backend, sink, watcher, actors: BTreeMap::new() }
    }

    /// Gives a command to a reader's actor; makes the actor if there is none.
    ///
    /// Errors: [`Refused`]; the command was not taken and no report will come for it.
    pub fn send(&mut self, reader: &str, command: ReaderCommand) -> Result<(), Refused> {
        if !self.actors.contains_key(reader) {
            if self.actors.len() >= READERS_MAX {
                return Err(Refused::TooManyReaders);
            }
            let actor = actor::Actor::start(reader, Arc::clone(&self.backend), Arc::clone(&self.sink))?;
            self.actors.insert(reader.to_owned(), actor);
        }
        self.actors.get(reader).map_or(Err(Refused::Stopped), |actor| actor.send(command))
    }

    /// Stops the watcher and the actors. A task that runs is let to its end: a card is never left in the middle of a
    /// step by us. Waits `longest` at most for each thread; says whether all ended.
    pub fn stop(self, longest: Duration) -> bool {
        let watcher = self.watcher.stop(longest);
        self.actors.into_values().fold(watcher, |ended, actor| actor.stop(longest) && ended)
    }
}

/// Waits for a thread, `longest` at most. The thread is left alone after that: it ends with the process.
fn join_within(thread: std::thread::JoinHandle<()>, longest: Duration) -> bool {
    // Short naps: the standard library has no join with a limit.
    const NAP: Duration = Duration::from_millis(5);
    let mut left = longest;
    while !thread.is_finished() && !left.is_zero() {
        std::thread::sleep(NAP.min(left));
        left = left.saturating_sub(NAP);
    }
    thread.is_finished() && thread.join().is_ok()
}

#[cfg(feature = "demo")]
#[cfg(test)]
mod tests;
