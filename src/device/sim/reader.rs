//! Simulated readers: a rig of two, with hands to insert, pull and swap cards, to unplug a reader and to kill the service.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::card::SimCard;
use crate::card::channel::{Channel, ChannelFault};
use crate::device::reader::{Connection, Ending, ReaderBackend, ReaderSeen, ReaderState, Share, Watch, WatchEnd};

/// Names of the two readers, in order.
pub const READER_NAMES: [&str; 2] = ["Simulated reader A", "Simulated reader B"];

struct Reader {
    name: String,
    plugged: bool,
    mute: bool,
    card: Option<SimCard>,
    event_count: u32,
    /// Connections now: how many, and whether one of them is exclusive.
    open: usize,
    exclusive: bool,
}

struct Rig {
    readers: Vec<Reader>,
    service: bool,
    /// Grows with every change a watch should see.
    changes: u64,
}

/// Handle on the rig; clones are the same rig.
#[derive(Clone)]
pub struct SimRig(Arc<(Mutex<Rig>, Condvar)>);

impl Default for SimRig {
    fn default() -> Self {
        Self::new(&READER_NAMES)
    }
}

impl SimRig {
    /// A rig with these readers, all empty.
    pub fn new(names: &[&str]) -> Self {
        let reader = |name: &&str| Reader {
            name: (*name).to_owned(),
            plugged: true,
            mute: false,
            card: None,
            event_count: 0,
            open: 0,
            exclusive: false,
        };
        let rig = Rig { readers: names.iter().map(reader).collect(), service: true, changes: 0 };
        Self(Arc::new((Mutex::new(rig), Condvar::new())))
    }

    fn lock(&self) -> MutexGuard<'_, Rig> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Rig) -> T) -> T {
        let mut rig = self.lock();
        let result = change(&mut rig);
        rig.changes += 1;
        self.0.1.notify_all();
        result
    }

    /// Puts a card into reader `index`; a card that was there is pulled first and given back.
    pub fn insert(&self, index: usize, card: &SimCard) -> Option<SimCard> {
        self.change(|rig| {
            let reader = rig.readers.get_mut(index)?;
            let before = reader.pull();
            card.power_on();
            reader.card = Some(card.clone());
            reader.event_count += 1;
            before
        })
    }

    /// Pulls the card out of reader `index`.
    pub fn remove(&self, index: usize) -> Option<SimCard> {
        self.change(|rig| rig.readers.get_mut(index)?.pull())
    }

    /// The card in reader `index`.
    pub fn card(&self, index: usize) -> Option<SimCard> {
        self.lock().readers.get(index)?.card.clone()
    }

    /// Makes the card in a reader mute (upside down) or not.
    pub fn set_mute(&self, index: usize, mute: bool) {
        self.change(|rig| {
            if let Some(reader) = rig.readers.get_mut(index) {
                reader.mute = mute;
                reader.event_count += 1;
            }
        });
    }

    /// Plugs a reader in or out; the card in it loses power.
    pub fn set_plugged(&self, index: usize, plugged: bool) {
        self.change(|rig| {
            if let Some(reader) = rig.readers.get_mut(index) {
                reader.plugged = plugged;
                reader.event_count += 1;
                if let Some(card) = &reader.card {
                    card.power_off();
                    if plugged {
                        card.power_on();
                    }
                }
            }
        });
    }

    /// Kills the smartcard service or starts it again. Every connection is dead after that.
    pub fn set_service(&self, running: bool) {
        self.change(|rig| {
            rig.service = running;
            rig.readers.iter_mut().for_each(|reader| reader.event_count += 1);
        });
    }

    /// As another program would: resets the card in reader `index`.
    pub fn reset_by_another(&self, index: usize) {
        if let Some(card) = self.card(index) {
            card.power_off();
            card.power_on();
        }
    }

    /// The names of all readers, plugged or not.
    pub fn names(&self) -> Vec<String> {
        self.lock().readers.iter().map(|reader| reader.name.clone()).collect()
    }
}

impl Reader {
    fn pull(&mut self) -> Option<SimCard> {
        let card = self.card.take()?;
        card.power_off();
        self.event_count += 1;
        Some(card)
    }

    fn seen(&self) -> ReaderSeen {
        let state = match &self.card {
            None => ReaderState::Absent,
            Some(_) if self.mute => ReaderState::Mute,
            Some(card) => ReaderState::Present { atr: card.atr(), event_count: self.event_count },
        };
        ReaderSeen { name: self.name.clone(), state }
    }
}

impl ReaderBackend for SimRig {
    fn watch(&self) -> Result<Box<dyn Watch>, ChannelFault> {
        if !self.lock().service {
            return Err(ChannelFault::ServiceGone);
        }
        Ok(Box::new(SimWatch { rig: self.clone(), seen: None, stopped: Arc::default() }))
    }

    fn connect(&self, name: &str, share: Share) -> Result<Box<dyn Connection>, ChannelFault> {
        let mut rig = self.lock();
        if !rig.service {
            return Err(ChannelFault::ServiceGone);
        }
        let found = rig.readers.iter_mut().enumerate().find(|(_, reader)| reader.name == name && reader.plugged);
        let (index, reader) = found.ok_or(ChannelFault::ReaderGone)?;
        let card = reader.card.clone().filter(|_| !reader.mute).ok_or(ChannelFault::CardGone)?;
        if reader.exclusive || (share == Share::Exclusive && reader.open > 0) {
            return Err(ChannelFault::InUse);
        }
        reader.open += 1;
        reader.exclusive = share == Share::Exclusive;
        if !card.is_powered() {
            card.power_on();
        }
        let event_count = reader.event_count;
        Ok(Box::new(SimConnection { rig: self.clone(), index, card, event_count, share }))
    }
}

struct SimWatch {
    rig: SimRig,
    seen: Option<u64>,
    stopped: Arc<std::sync::atomic::AtomicBool>,
}

impl Watch for SimWatch {
    fn wait(&mut self, longest: Duration) -> Result<Vec<ReaderSeen>, WatchEnd> {
        let end = Instant::now() + longest;
        let mut rig = self.rig.lock();
        loop {
            if self.stopped.load(std::sync::atomic::Ordering::SeqCst) {
                return Err(WatchEnd::Stopped);
            }
            if !rig.service {
                return Err(WatchEnd::ServiceGone);
            }
            let left = end.saturating_duration_since(Instant::now());
            if self.seen != Some(rig.changes) || left.is_zero() {
                self.seen = Some(rig.changes);
                return Ok(rig.readers.iter().filter(|reader| reader.plugged).map(Reader::seen).collect());
            }
            rig = self.rig.0.1.wait_timeout(rig, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn stopper(&self) -> Box<dyn Fn() + Send + Sync> {
        let (rig, stopped) = (self.rig.clone(), Arc::clone(&self.stopped));
        Box::new(move || {
            // Under the lock, so that it can't fall between the look and the wait.
            let _rig = rig.lock();
            stopped.store(true, std::sync::atomic::Ordering::SeqCst);
            rig.0.1.notify_all();
        })
    }
}

struct SimConnection {
    rig: SimRig,
    index: usize,
    card: SimCard,
    event_count: u32,
    share: Share,
}

impl SimConnection {
    /// Whether the card of this connection is still there, as it was.
    fn alive(&self) -> Result<(), ChannelFault> {
        let rig = self.rig.lock();
        if !rig.service {
            return Err(ChannelFault::ServiceGone);
        }
        match rig.readers.get(self.index) {
            Some(reader) if !reader.plugged => Err(ChannelFault::ReaderGone),
            Some(reader) if reader.event_count == self.event_count => Ok(()),
            _ => Err(ChannelFault::CardGone),
        }
    }
}

impl Channel for SimConnection {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelFault> {
        self.alive()?;
        let answer = self.card.transmit(command);
        if answer == Err(ChannelFault::CardGone) && self.alive().is_ok() {
            // The card tore: somebody pulled it.
            self.rig.remove(self.index);
        }
        answer
    }
}

impl Connection for SimConnection {
    fn atr(&self) -> Vec<u8> {
        self.card.atr()
    }

    fn transaction(&mut self, work: &mut dyn FnMut(&mut dyn Channel)) -> Result<(), ChannelFault> {
        self.alive()?;
        work(self);
        Ok(())
    }

    fn share(&mut self, share: Share) -> Result<(), ChannelFault> {
        self.alive()?;
        let mut rig = self.rig.lock();
        let reader = rig.readers.get_mut(self.index).ok_or(ChannelFault::ReaderGone)?;
        if share == Share::Exclusive && reader.open > 1 {
            return Err(ChannelFault::InUse);
        }
        reader.exclusive = share == Share::Exclusive;
        self.share = share;
        Ok(())
    }

    fn end(self: Box<Self>, ending: Ending) {
        if ending == Ending::Unpower && self.alive().is_ok() {
            self.card.power_off();
        }
    }
}

impl Drop for SimConnection {
    fn drop(&mut self) {
        let mut rig = self.rig.lock();
        if let Some(reader) = rig.readers.get_mut(self.index) {
            reader.open = reader.open.saturating_sub(1);
            if self.share == Share::Exclusive {
                reader.exclusive = false;
            }
        }
    }
}
