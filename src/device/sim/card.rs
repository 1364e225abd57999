//! A simulated card as a thing: a handle that the demo panel and tests keep while it is in a reader or in a hand.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::chip::{Chip, Session};
use super::memory::CardMemory;
use crate::card::channel::{Channel, ChannelFault};

/// When the power fails, counted in APDUs from now: 0 is the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tear {
    /// Before the card has seen it.
    Before(usize),
    /// After the card has executed it, before its answer arrives.
    After(usize),
}

struct Inner {
    memory: CardMemory,
    session: Session,
    powered: bool,
    tear: Option<Tear>,
    executed: usize,
    /// Where the memory is kept, so that the card outlives the program.
    file: Option<PathBuf>,
}

/// A handle on one simulated card; clones are the same card.
#[derive(Clone)]
pub struct SimCard(Arc<Mutex<Inner>>);

impl SimCard {
    /// A card with this memory, without power.
    pub fn new(memory: CardMemory) -> Self {
        let inner = Inner { memory, session: Session::default(), powered: false, tear: None, executed: 0, file: None };
        Self(Arc::new(Mutex::new(inner)))
    }

    /// Keeps the memory in a file from now on, written after every command that changed it.
    ///
    /// Errors: the file can't be written now.
    pub fn keep_in(&self, file: &Path) -> io::Result<()> {
        let mut inner = self.lock();
        save(&inner.memory, file)?;
        inner.file = Some(file.to_owned());
        Ok(())
    }

    /// A card that was kept in a file, and is kept there further.
    ///
    /// Errors: there is no such file, or it is no card's.
    pub fn kept(file: &Path) -> io::Result<Self> {
        let memory = ciborium::from_reader(io::BufReader::new(std::fs::File::open(file)?));
        let card = Self::new(memory.map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?);
        card.lock().file = Some(file.to_owned());
        Ok(card)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A card whose user panicked is still a card.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Power on, with no rights. A tear that has happened is over.
    pub fn power_on(&self) {
        let mut inner = self.lock();
        inner.powered = true;
        inner.session = Session::default();
    }

    /// Power off: "passcode verified" and every other right is gone.
    pub fn power_off(&self) {
        let mut inner = self.lock();
        inner.powered = false;
        inner.session = Session::default();
    }

    /// Whether it has power.
    pub fn is_powered(&self) -> bool {
        self.lock().powered
    }

    /// Lets the power fail at an APDU from now.
    pub fn tear(&self, tear: Tear) {
        self.lock().tear = Some(tear);
    }

    /// Forgets a tear that has not happened.
    pub fn keep_whole(&self) {
        self.lock().tear = None;
    }

    /// APDUs executed since it was made.
    pub fn executed(&self) -> usize {
        self.lock().executed
    }

    /// What it keeps without power, to be stored.
    pub fn memory(&self) -> CardMemory {
        self.lock().memory.clone()
    }

    /// Looks at or changes the memory, as its maker could.
    pub fn with_memory<T>(&self, change: impl FnOnce(&mut CardMemory) -> T) -> T {
        change(&mut self.lock().memory)
    }

    /// Whether two handles are the same card.
    pub fn is(&self, other: &SimCard) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Answer to reset: 3B and historical bytes that name a simulated card.
    pub fn atr(&self) -> Vec<u8> {
        let mut atr = vec![0x3B, 0x88, 0x01];
        atr.extend_from_slice(if self.lock().memory.is_piv { b"SIM PIV1" } else { b"SIM OTHR" });
        let check = atr.iter().skip(1).fold(0, |sum, byte| sum ^ byte);
        atr.push(check);
        atr
    }
}

impl Channel for SimCard {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelFault> {
        let mut inner = self.lock();
        if !inner.powered {
            return Err(ChannelFault::CardGone);
        }
        let now = match &mut inner.tear {
            Some(Tear::Before(0)) => {
                fail(&mut inner);
                return Err(ChannelFault::CardGone);
            }
            Some(Tear::After(0)) => true,
            Some(Tear::Before(left) | Tear::After(left)) => {
                *left -= 1;
                false
            }
            None => false,
        };
        inner.executed += 1;
        let before = inner.file.is_some().then(|| inner.memory.clone());
        let Inner { memory, session, .. } = &mut *inner;
        let answer = Chip { memory, session }.execute(command);
        if before.is_some_and(|before| before != inner.memory)
            && let Some(file) = &inner.file
            && let Err(error) = save(&inner.memory, file)
        {
            tracing::error!(%error, "a simulated card was not kept");
        }
        if now {
            fail(&mut inner);
            return Err(ChannelFault::CardGone);
        }
        Ok(answer)
    }
}

/// Written beside and moved into place: a killed program leaves the old card or the new one.
fn save(memory: &CardMemory, file: &Path) -> io::Result<()> {
    let mut bytes = Vec::new();
    ciborium::into_writer(memory, &mut bytes).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    let beside = file.with_extension("new");
    std::fs::write(&beside, bytes)?;
    std::fs::rename(beside, file)
}

fn fail(inner: &mut Inner) {
    inner.tear = None;
    inner.powered = false;
    inner.session = Session::default();
}
