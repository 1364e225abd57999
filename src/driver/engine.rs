//! The loop without its terminal: arrivals in, commits, effects out. The kiosk runs it behind a screen, tests run it bare.

use std::time::Instant;

use super::timers::Timers;
use super::vault::Vault;
use crate::domain::{Millis, VaultSlot};
use crate::journey::effect::{Effect, VaultCommand, Write};
use crate::journey::input::{Input, StoreTrouble};
use crate::journey::key::Key;
use crate::journey::{self, Desk, Env, update};

/// More figures than this in one drain were not typed by a hand: a scanner burst, dropped whole in a passcode field.
const HAND_KEYS_MAX: usize = 4;

/// Something from outside, before it is known who gets it.
#[derive(Debug)]
pub enum Arrival {
    /// A key.
    Key(Key),
    /// A paste.
    Paste(String),
    /// Everything else.
    Input(Input),
}

/// Makes writes durable: all of them or none.
pub trait Commit {
    /// Errors: nothing was written.
    fn commit(&mut self, writes: Vec<Write>) -> Result<(), StoreTrouble>;
}

/// Does what the core wants done. Must not block: devices have threads of their own.
pub trait Perform {
    /// Hands one effect to its adapter.
    fn perform(&mut self, effect: Effect, vault: &Vault);
}

/// The time and fresh bytes.
pub trait World {
    /// Now, in UTC milliseconds.
    fn now(&self) -> Millis;
    /// 32 fresh random bytes.
    fn fresh(&mut self) -> [u8; 32];
}

/// State, vault and timers, and the ports to store and devices.
pub struct Engine<S, D, W> {
    /// The state that is adopted: everything in it is durable.
    pub desk: Desk,
    /// Secrets on their way.
    pub vault: Vault,
    /// Timers that run.
    pub timers: Timers,
    /// The store.
    pub store: S,
    /// The devices.
    pub devices: D,
    /// Time and randomness.
    pub world: W,
    /// The core asked to end the program.
    pub quit: bool,
    danger: Option<&'static str>,
}

impl<S: Commit, D: Perform, W: World> Engine<S, D, W> {
    /// An engine at rest.
    pub fn new(desk: Desk, vault: Vault, store: S, devices: D, world: W) -> Self {
        Self { desk, vault, timers: Timers::default(), store, devices, world, quit: false, danger: None }
    }

    /// Takes everything that has arrived since the last frame. True if there is something new to draw.
    ///
    /// Keys of this batch that come after a danger step has begun were typed before its frame was drawn: they are dropped.
    pub fn take(&mut self, batch: Vec<Arrival>) -> bool {
        let burst = batch.iter().filter(|a| matches!(a, Arrival::Key(Key::Char(_)))).count() > HAND_KEYS_MAX;
        let mut changed = false;
        let mut flushed = false;
        let mut draft = Draft::default();
        for arrival in batch {
            if flushed && matches!(arrival, Arrival::Key(_) | Arrival::Paste(_)) {
                continue;
            }
            let Some(input) = self.input_for(arrival, burst, draft.desk.as_ref()) else { continue };
            let before = draft.desk.as_ref().unwrap_or(&self.desk);
            let env = Env { now: self.world.now(), fresh: self.world.fresh() };
            let step = update(before, &input, &env);
            changed = true;
            let soft = step.effects.iter().all(is_soft) && step.writes.iter().all(|w| matches!(w, Write::SaveVisit(_)));
            let danger = journey::danger(&step.next);
            draft.add(step);
            if !soft {
                self.settle(&mut draft);
            }
            if danger != self.danger {
                flushed |= danger.is_some();
                self.danger = danger;
            }
        }
        self.settle(&mut draft);
        changed
    }

    /// Lets the timers that are due fire. True if there is something new to draw.
    pub fn tick(&mut self, now: Instant) -> bool {
        let due = self.timers.due(now);
        let batch: Vec<_> = due.into_iter().map(|name| Arrival::Input(Input::Timer(name))).collect();
        !batch.is_empty() && self.take(batch)
    }

    /// Keys go to the vault while a secret field has the focus; the core hears what it may know.
    fn input_for(&self, arrival: Arrival, burst: bool, draft: Option<&Desk>) -> Option<Input> {
        let desk = draft.unwrap_or(&self.desk);
        let focus = journey::secret_focus(desk);
        let holder = journey::passcode_holder(desk);
        match (arrival, focus) {
            (Arrival::Input(input), _) => Some(input),
            (Arrival::Key(key), None) => Some(Input::Key(key)),
            (Arrival::Paste(text), None) => Some(Input::Paste(text)),
            (Arrival::Key(_), Some(slot)) if burst && is_passcode(slot) => None,
            (Arrival::Key(key), Some(slot)) => match self.vault.key(slot, key, &holder) {
                Some(state) => Some(Input::Secret(slot, state)),
                None => Some(Input::Key(key)),
            },
            (Arrival::Paste(text), Some(slot)) => Some(Input::Secret(slot, self.vault.paste(slot, &text, &holder))),
        }
    }

    /// Commits what has gathered, adopts it, releases its effects.
    fn settle(&mut self, draft: &mut Draft) {
        let Draft { desk: Some(next), writes, effects } = std::mem::take(draft) else { return };
        let typed_only = effects.iter().all(is_soft) && writes.iter().all(|w| matches!(w, Write::SaveVisit(_)));
        let writes = last_snapshots(writes);
        let result = if writes.is_empty() { Ok(()) } else { self.store.commit(writes) };
        match result {
            Ok(()) => {
                let had_trouble = next.trouble.is_some();
                self.desk = next;
                if had_trouble {
                    self.desk.trouble = None;
                }
            }
            // Nothing physical hangs on a draft: what was typed stays on the screen, and the trouble is said.
            Err(trouble) if typed_only => {
                self.desk = next;
                self.desk.trouble = Some(trouble);
            }
            Err(trouble) => {
                let env = Env { now: self.world.now(), fresh: self.world.fresh() };
                self.desk = update(&self.desk, &Input::StoreFailed(trouble), &env).next;
                return;
            }
        }
        for effect in effects {
            self.release(effect);
        }
    }

    fn release(&mut self, effect: Effect) {
        match effect {
            Effect::Timer(name, ms) => self.timers.set(name, ms, Instant::now()),
            Effect::StopTimer(name) => self.timers.stop(name),
            Effect::Vault(VaultCommand::Clear(slot)) => self.vault.clear(slot),
            Effect::Vault(VaultCommand::ClearAll) => self.vault.clear_all(),
            Effect::Vault(VaultCommand::Random(slot)) => {
                if let Err(error) = self.vault.random(slot) {
                    tracing::error!(%error, "no randomness");
                }
            }
            Effect::FlushKeys => {}
            Effect::Quit => self.quit = true,
            other => self.devices.perform(other, &self.vault),
        }
    }
}

/// Steps that were taken but not yet committed.
#[derive(Default)]
struct Draft {
    desk: Option<Desk>,
    writes: Vec<Write>,
    effects: Vec<Effect>,
}

impl Draft {
    fn add(&mut self, step: journey::Step) {
        self.desk = Some(step.next);
        self.writes.extend(step.writes);
        self.effects.extend(step.effects);
    }
}

/// Effects that touch nothing outside the loop.
fn is_soft(effect: &Effect) -> bool {
    matches!(effect, Effect::Timer(..) | Effect::StopTimer(_) | Effect::FlushKeys)
}

fn is_passcode(slot: VaultSlot) -> bool {
    matches!(slot, VaultSlot::AgentPin | VaultSlot::HolderPin | VaultSlot::HolderPinAgain)
}

/// Of several snapshots of one visit only the last is written.
fn last_snapshots(writes: Vec<Write>) -> Vec<Write> {
    let mut seen = std::collections::BTreeSet::new();
    let mut kept: Vec<Write> = writes
        .into_iter()
        .rev()
        .filter(|write| match write {
            Write::SaveVisit(snapshot) => seen.insert(snapshot.visit),
            _ => true,
        })
        .collect();
    kept.reverse();
    kept
}
