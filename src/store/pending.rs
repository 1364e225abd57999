//! One commit on its way: waited for in parts, or called off for certain while the writer has not begun it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::fault::StoreFault;
use super::write::Committed;

const WAITING: u8 = 0;
const BEGUN: u8 = 1;
const CALLED_OFF: u8 = 2;

/// What the writer and whoever asked agree on: either the writer begins a request, or it is called off, never both.
#[derive(Clone, Default)]
pub(super) struct Ticket(Arc<AtomicU8>);

impl Ticket {
    /// The writer's part. False: it was called off and must not be written.
    pub(super) fn begin(&self) -> bool {
        self.0.compare_exchange(WAITING, BEGUN, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    fn call_off(&self) -> bool {
        self.0.compare_exchange(WAITING, CALLED_OFF, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

/// A commit that was asked for. Dropping it does not take the commit back.
pub struct Pending {
    pub(super) answer: Receiver<Result<Committed, StoreFault>>,
    pub(super) ticket: Ticket,
}

impl Pending {
    /// What became of it: once durable, or why it is not. None: not known within this time.
    pub fn wait(&self, within: Duration) -> Option<Result<Committed, StoreFault>> {
        match self.answer.recv_timeout(within) {
            Ok(answer) => Some(answer),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Err(StoreFault::Closed)),
        }
    }

    /// Calls it off. True: for certain nothing of it is or will be written. False: the writer has begun it, or answered.
    pub fn call_off(&self) -> bool {
        self.ticket.call_off()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Store, StoreOptions, Write, open};
    use super::*;

    fn setting(key: &str) -> Vec<Write> {
        vec![Write::Setting { key: key.into(), value: "x".into() }]
    }

    #[test]
    fn what_waits_behind_a_hanging_disk_is_called_off_for_certain_and_what_was_begun_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(StoreOptions { credentials: None, ..StoreOptions::new(dir.path()) }).unwrap();
        // Another hand on the file: the writer waits inside its transaction, as on a disk that hangs.
        let other = open::connect(&store.0.path, &store.0.key, open::Mode::Write).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let begun = store.commit(setting("begun"));
        while begun.ticket.0.load(Ordering::Acquire) == WAITING {
            std::thread::yield_now();
        }
        let waits = store.commit(setting("waits"));
        assert_eq!(begun.wait(Duration::ZERO), None);
        assert!(!begun.call_off(), "the writer has it");
        assert!(waits.call_off());
        other.execute_batch("ROLLBACK").unwrap();
        assert!(matches!(begun.wait(Duration::from_secs(60)), Some(Ok(_))));
        store.commit_wait(setting("later")).unwrap();
        let held = |key| store.setting(key).unwrap().is_some();
        assert_eq!((held("begun"), held("waits"), held("later")), (true, false, true));
    }
}
