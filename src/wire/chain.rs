//! The chain: events of one desk in order, each naming the hash of the one before. `ra-desk audit verify` runs this over
//! an export; central runs the same steps over a push.

use super::event::{DeskKey, EventFault, NO_PREVIOUS, Parsed, parse};
use crate::domain::DeskId;

/// Where a chain stands after its last event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHead {
    /// Whose chain.
    pub desk: DeskId,
    /// Epoch of the last event.
    pub epoch: u32,
    /// Number of the last event.
    pub seq: u64,
    /// Hash of the last event.
    pub hash: [u8; 32],
    /// Number of the first event seen. Not 1: the export starts in the middle, and what came before is not judged.
    pub first_seq: u64,
    /// Events checked.
    pub count: u64,
}

/// The first thing wrong in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("event {at_seq}: {what}")]
pub struct ChainFault {
    /// The event's number, or the number that was expected if it could not be read.
    pub at_seq: u64,
    /// What is wrong with it.
    pub what: ChainBreak,
}

/// What can be wrong in a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// There is no event at all.
    #[error("there is no event")]
    Empty,
    /// Not readable, or not signed by this desk.
    #[error(transparent)]
    Event(EventFault),
    /// It belongs to another desk.
    #[error("it belongs to another desk")]
    OtherDesk,
    /// It is not the next number: one is missing, doubled or moved.
    #[error("it is not the next one")]
    OutOfOrder,
    /// It does not name the hash of the one before.
    #[error("it does not follow from the one before")]
    PreviousDiffers,
}

/// Checks events one by one; the same state serves a whole export or one push.
pub struct ChainCheck {
    key: DeskKey,
    head: Option<ChainHead>,
}

impl ChainCheck {
    /// For a desk with this SubjectPublicKeyInfo (DER), with nothing seen yet.
    pub fn new(desk_spki: &[u8]) -> Result<Self, EventFault> {
        Ok(Self { key: DeskKey::from_spki(desk_spki)?, head: None })
    }

    /// Checks the next event and moves the head.
    pub fn next(&mut self, stored: &[u8]) -> Result<Parsed, ChainFault> {
        let expected = self.head.as_ref().map_or(1, |head| head.seq.saturating_add(1));
        let event = parse(stored).map_err(|fault| ChainFault { at_seq: expected, what: ChainBreak::Event(fault) })?;
        let fault = |what| ChainFault { at_seq: event.header.seq, what };
        self.key.verify(&event).map_err(|e| fault(ChainBreak::Event(e)))?;
        if let Some(what) = self.break_before(&event) {
            return Err(fault(what));
        }
        self.head = Some(ChainHead {
            desk: event.header.desk,
            epoch: event.header.epoch,
            seq: event.header.seq,
            hash: event.hash,
            first_seq: self.head.as_ref().map_or(event.header.seq, |head| head.first_seq),
            count: self.head.as_ref().map_or(0, |head| head.count) + 1,
        });
        Ok(event)
    }

    fn break_before(&self, event: &Parsed) -> Option<ChainBreak> {
        let header = &event.header;
        let starts = header.seq == 1;
        if starts != (header.prev == NO_PREVIOUS) {
            return Some(ChainBreak::PreviousDiffers);
        }
        let head = self.head.as_ref()?;
        if head.desk != header.desk {
            return Some(ChainBreak::OtherDesk);
        }
        if header.epoch > head.epoch && starts {
            // A new epoch is a new chain: central gave it after a restore or a quarantine.
            return None;
        }
        if header.epoch != head.epoch || head.seq.checked_add(1) != Some(header.seq) {
            return Some(ChainBreak::OutOfOrder);
        }
        (header.prev != head.hash).then_some(ChainBreak::PreviousDiffers)
    }

    /// Where the chain stands.
    pub fn head(&self) -> Option<&ChainHead> {
        self.head.as_ref()
    }
}

/// Checks a whole chain of stored bytes against the desk's SubjectPublicKeyInfo (DER).
pub fn verify_chain<B: AsRef<[u8]>>(
    events: impl IntoIterator<Item = B>,
    desk_spki: &[u8],
) -> Result<ChainHead, ChainFault> {
    let mut check =
        ChainCheck::new(desk_spki).map_err(|fault| ChainFault { at_seq: 0, what: ChainBreak::Event(fault) })?;
    for event in events {
        check.next(event.as_ref())?;
    }
    check.head.ok_or(ChainFault { at_seq: 0, what: ChainBreak::Empty })
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
