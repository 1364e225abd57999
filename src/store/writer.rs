//! The one writer: a thread that owns the only connection that writes. What waits is committed together; each request
//! hears only after the disk has it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError};
use std::time::Duration;

use rusqlite::Connection;

use super::Watchers;
use super::apply::apply;
use super::clock::Clock;
use super::fault::StoreFault;
use super::pending::Ticket;
use super::retention::sweep;
use super::write::{Committed, Write};

/// Requests that may wait: a screen makes one at a time, the sync worker one at a time, so this is never reached by work.
pub(super) const WAITING_MAX: usize = 64;
/// Requests committed together: enough for all that wait in practice, few enough that none waits long.
const GROUP_MAX: usize = 16;
/// Quiet after which the log file is folded into the database.
const QUIET: Duration = Duration::from_secs(30);
/// How often old things are forgotten.
const SWEEP: Duration = Duration::from_secs(3600);

/// One commit asked for.
pub(super) struct Request {
    pub writes: Vec<Write>,
    pub reply: SyncSender<Result<Committed, StoreFault>>,
    pub ticket: Ticket,
}

/// Opens the writer's connection.
type Open = Box<dyn Fn() -> Result<Connection, StoreFault> + Send>;

pub(super) struct Writer {
    pub open: Open,
    /// None until the first commit.
    pub conn: Option<Connection>,
    pub clock: Arc<dyn Clock>,
    pub watchers: Watchers,
}

impl Writer {
    /// Runs until every handle of the store is gone.
    pub(super) fn run(mut self, requests: &Receiver<Request>) {
        let mut folded = true;
        loop {
            let first = match requests.recv_timeout(if folded { SWEEP } else { QUIET }) {
                Ok(request) => request,
                Err(RecvTimeoutError::Timeout) => {
                    self.tidy(folded);
                    folded = true;
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            };
            let mut group = vec![first];
            while group.len() < GROUP_MAX {
                match requests.try_recv() {
                    Ok(request) => group.push(request),
                    Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
                }
            }
            // From here on a request can't be called off any more.
            group.retain(|request| request.ticket.begin());
            if group.is_empty() {
                continue;
            }
            self.commit_group(group);
            folded = false;
        }
        self.fold();
    }

    fn tidy(&mut self, folded: bool) {
        if folded {
            // A failed sweep is tried again in an hour; nothing depends on it.
            let now = self.clock.now();
            if let Err(fault) = self.conn().and_then(|conn| sweep(conn, now)) {
                tracing::warn!(%fault, "forgetting old records failed");
            }
        }
        self.fold();
    }

    fn conn(&mut self) -> Result<&mut Connection, StoreFault> {
        if self.conn.is_none() {
            self.conn = Some((self.open)()?);
        }
        self.conn.as_mut().ok_or(StoreFault::Closed)
    }

    fn fold(&self) {
        let Some(conn) = &self.conn else { return };
        // Busy readers make it incomplete, which is no fault: the next quiet moment does the rest.
        if let Err(error) = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())) {
            tracing::warn!(%error, "folding the log failed");
        }
    }

    fn commit_group(&mut self, group: Vec<Request>) {
        let answers = self.transact(&group);
        let mut urgent = false;
        let mut events = false;
        for answer in answers.iter().flatten() {
            events |= !answer.events.is_empty();
            urgent |= answer.events.iter().any(|event| event.urgent);
        }
        for (request, answer) in group.into_iter().zip(answers) {
            // Whoever asked may be gone; the commit stands.
            let _ = request.reply.try_send(answer);
        }
        if events {
            self.watchers.tell(urgent);
        }
    }

    /// One answer for each request, after the one COMMIT.
    fn transact(&mut self, group: &[Request]) -> Vec<Result<Committed, StoreFault>> {
        let clock = Arc::clone(&self.clock);
        let done = self.conn().and_then(|conn| transact(conn, clock.as_ref(), group));
        done.unwrap_or_else(|fault| group.iter().map(|_| Err(fault.clone())).collect())
    }
}

/// Errors: nothing of the group was written.
fn transact(
    conn: &Connection,
    clock: &dyn Clock,
    group: &[Request],
) -> Result<Vec<Result<Committed, StoreFault>>, StoreFault> {
    conn.execute_batch("BEGIN IMMEDIATE")?;
    let mut answers = Vec::with_capacity(group.len());
    for request in group {
        match one(conn, clock, &request.writes) {
            Err(fault) if fault.takes_all() || conn.is_autocommit() => {
                roll_back(conn);
                return Err(fault);
            }
            answer => answers.push(answer),
        }
    }
    if let Err(error) = conn.execute_batch("COMMIT") {
        roll_back(conn);
        return Err(error.into());
    }
    Ok(answers)
}

fn roll_back(conn: &Connection) {
    if !conn.is_autocommit() {
        // If even this fails, the next BEGIN fails as well and says so; nothing is committed either way.
        let _ = conn.execute_batch("ROLLBACK");
    }
}

fn one(conn: &Connection, clock: &dyn Clock, writes: &[Write]) -> Result<Committed, StoreFault> {
    conn.execute_batch("SAVEPOINT request")?;
    match apply_all(conn, clock, writes) {
        Ok(committed) => {
            conn.execute_batch("RELEASE request")?;
            Ok(committed)
        }
        Err(fault) => {
            if !conn.is_autocommit() {
                conn.execute_batch("ROLLBACK TO request; RELEASE request")?;
            }
            Err(fault)
        }
    }
}

fn apply_all(conn: &Connection, clock: &dyn Clock, writes: &[Write]) -> Result<Committed, StoreFault> {
    let mut events = Vec::new();
    for write in writes {
        events.extend(apply(conn, clock, write)?);
    }
    Ok(Committed { at: clock.now(), events })
}
