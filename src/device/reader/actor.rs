//! One thread per reader: it owns the connection for a whole operation and runs one task at a time, each in a
//! transaction. Not a pool and not an async runtime: card calls block without bound, and a running step always ends.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{Connection, Ending, ReaderBackend, ReaderEvent, Share, Sink, join_within};
use crate::card::apdu;
use crate::card::channel::{Channel, ChannelFault};
use crate::card::run::{Secrets, run};
use crate::card::task::{CardAnswer, CardFault, CardIdentity, CardTask};

/// Commands waiting for one reader. The core asks for one thing at a time; a few more cover a release behind it.
const QUEUE: usize = 8;

/// What an actor is told.
pub enum ReaderCommand {
    /// Run a task on the card in this reader; a [`ReaderReport::Finished`] with this id follows in any case.
    Run {
        /// Comes back with the result.
        id: u64,
        /// What to do.
        task: CardTask,
        /// Which card it is meant for.
        expect: Option<CardIdentity>,
        /// Where the task finds its secrets.
        secrets: Box<dyn Secrets + Send>,
    },
    /// Keep the card for ourselves from now on, as the agent's card during a session. A card that another program holds
    /// shows itself as `InUse` at the next task.
    Hold,
    /// Let the card go. `Unpower` takes every right from it; `LeaveCard` leaves it as it is.
    Release(Ending),
}

/// What watcher and actors say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReaderReport {
    /// Something changed at the readers.
    Event(ReaderEvent),
    /// A task ended.
    Finished {
        /// The reader's name.
        reader: String,
        /// The command's id.
        id: u64,
        /// The answer, or why there is none.
        result: Result<CardAnswer, CardFault>,
    },
}

/// Why a command was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The reader still works and its queue is full.
    #[error("the reader is still at work")]
    Busy,
    /// The actor has ended or could not be started.
    #[error("the reader's worker has stopped")]
    Stopped,
    /// More readers than a desk serves.
    #[error("too many readers")]
    TooManyReaders,
}

/// A running actor.
pub(super) struct Actor {
    commands: SyncSender<ReaderCommand>,
    thread: JoinHandle<()>,
}

impl Actor {
    pub(super) fn start(reader: &str, backend: Arc<dyn ReaderBackend>, sink: Sink) -> Result<Self, Refused> {
        let (commands, inbox) = sync_channel(QUEUE);
        let worker = Worker { reader: reader.to_owned(), backend, sink, connection: None, hold: false };
        let thread = std::thread::Builder::new()
            .name("card-work".into())
            .spawn(move || worker.work(&inbox))
            .map_err(|_| Refused::Stopped)?;
        Ok(Self { commands, thread })
    }

    pub(super) fn send(&self, command: ReaderCommand) -> Result<(), Refused> {
        self.commands.try_send(command).map_err(|error| match error {
            TrySendError::Full(_) => Refused::Busy,
            TrySendError::Disconnected(_) => Refused::Stopped,
        })
    }

    pub(super) fn stop(self, longest: Duration) -> bool {
        drop(self.commands); // the worker ends when its inbox is empty and closed
        join_within(self.thread, longest)
    }
}

/// A card connected, and how.
struct Connected {
    connection: Box<dyn Connection>,
    share: Share,
}

struct Worker {
    reader: String,
    backend: Arc<dyn ReaderBackend>,
    sink: Sink,
    connection: Option<Connected>,
    hold: bool,
}

impl Worker {
    /// Works until the command channel is closed, then takes the power from the card: nobody is left who answers for
    /// its rights.
    fn work(mut self, inbox: &Receiver<ReaderCommand>) {
        for command in inbox {
            match command {
                ReaderCommand::Run { id, task, expect, secrets } => {
                    let result = self.run(&task, expect.as_ref(), &*secrets);
                    drop(secrets);
                    (self.sink)(ReaderReport::Finished { reader: self.reader.clone(), id, result });
                }
                ReaderCommand::Hold => {
                    self.hold = true;
                    // A connection that can't be made exclusive is dropped; the next task says why.
                    if self.connection.is_some() && self.connected(Share::Exclusive).is_err() {
                        self.connection = None;
                    }
                }
                ReaderCommand::Release(ending) => {
                    self.hold = false;
                    self.end(ending);
                }
            }
        }
        self.end(Ending::Unpower);
    }

    fn end(&mut self, ending: Ending) {
        if let Some(connected) = self.connection.take() {
            connected.connection.end(ending);
        }
    }

    fn run(
        &mut self,
        task: &CardTask,
        expect: Option<&CardIdentity>,
        secrets: &dyn Secrets,
    ) -> Result<CardAnswer, CardFault> {
        let share = self.share_for(task);
        let mut outcome = self.attempt(task, expect, secrets, share);
        if let Err(fault) = &outcome
            && worth_a_new_connection(*fault)
        {
            // The transaction never began: the old connection was stale and nothing was sent. Once more on a fresh one;
            // the task compares the identity again, so another card is noticed.
            outcome = self.attempt(task, expect, secrets, share);
        }
        outcome.map_err(CardFault::from).and_then(|result| result)
    }

    /// Writing wants the card alone; a `Hold` wants it for everything.
    fn share_for(&self, task: &CardTask) -> Share {
        let writes = matches!(task, CardTask::Encode { .. } | CardTask::Unlock { .. } | CardTask::RotatePuk { .. });
        if writes || self.hold { Share::Exclusive } else { Share::Shared }
    }

    /// Outer error: the task did not begin. Inner: it did.
    fn attempt(
        &mut self,
        task: &CardTask,
        expect: Option<&CardIdentity>,
        secrets: &dyn Secrets,
        share: Share,
    ) -> Result<Result<CardAnswer, CardFault>, ChannelFault> {
        let reader = self.reader.clone();
        let connection = self.connected(share)?;
        let atr = connection.atr();
        let mut result = None;
        let mut broken = None;
        let begun = connection.transaction(&mut |card| {
            let mut traced = Traced { card, reader: &reader, broken: None };
            result = Some(run(task, expect, &mut traced, secrets));
            broken = traced.broken;
        });
        if begun.is_err() || broken.is_some() {
            self.drop_connection();
        }
        begun?;
        let mut result = result.unwrap_or(Err(CardFault::ReaderGone)); // a transaction that began has run the work
        if let Ok(CardAnswer::Report(report)) = &mut result {
            report.atr = atr;
        }
        Ok(result)
    }

    /// After a fault the handle is of no more use. Ended on purpose, so that the library's default (a reset of whatever
    /// card is there now) does not happen.
    fn drop_connection(&mut self) {
        self.end(Ending::LeaveCard);
    }

    fn connected(&mut self, share: Share) -> Result<&mut dyn Connection, ChannelFault> {
        let connected = match self.connection.take() {
            Some(mut connected) if connected.share < share => {
                if let Err(fault) = connected.connection.share(share) {
                    connected.connection.end(Ending::LeaveCard);
                    return Err(fault);
                }
                Connected { connection: connected.connection, share }
            }
            Some(connected) => connected,
            None => Connected { connection: self.backend.connect(&self.reader, share)?, share },
        };
        Ok(&mut *self.connection.insert(connected).connection)
    }
}

/// Faults of a connection gone stale while nobody used it.
fn worth_a_new_connection(fault: ChannelFault) -> bool {
    matches!(fault, ChannelFault::CardReset | ChannelFault::CardGone | ChannelFault::ServiceGone)
}

/// Logs header and status word of each APDU, nothing of its data, and remembers a fault of the way.
struct Traced<'a> {
    card: &'a mut dyn Channel,
    reader: &'a str,
    broken: Option<ChannelFault>,
}

impl Channel for Traced<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelFault> {
        let answer = self.card.transmit(command);
        tracing::trace!(reader = self.reader, "{}", apdu::trace(command, &answer));
        if let Err(fault) = &answer {
            self.broken = Some(*fault);
        }
        answer
    }
}
