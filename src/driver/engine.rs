//! The loop without its terminal: arrivals in, commits, effects out. The kiosk runs it behind a screen, tests run it bare.

use std::collections::VecDeque;
use std::time::Instant;

use super::backlog::{Backlog, RETRY, is_harmless, last_snapshots, word};
use super::pace::{BURST_MIN, Hand, Pace};
use super::timers::Timers;
use super::vault::Vault;
use crate::domain::{Millis, VaultSlot};
use crate::journey::effect::{Effect, VaultCommand, Write};
use crate::journey::input::{Input, StoreTrouble};
use crate::journey::key::Key;
use crate::journey::{self, Desk, Env, update};

mod scan;
mod unknown;

use scan::Scans;
use unknown::{InFlight, UnknownStep};

/// More figures than this in one drain were not typed by a hand: a scanner burst, dropped whole in a passcode field.
const HAND_KEYS_MAX: usize = 4;
/// Rounds in one take for what the loop itself brought about (refusals, answers given again); the rest waits for the next.
const ROUNDS_MAX: usize = 4;

/// Something from outside, before it is known who gets it.
#[derive(Debug)]
pub enum Arrival {
    /// A key, typed just now.
    Key(Key),
    /// A key, and when the terminal gave it.
    Typed(Key, Instant),
    /// A paste.
    Paste(String),
    /// What a document scanner read.
    Scan(String),
    /// Everything else.
    Input(Input),
}

/// Makes writes durable: all of them or none.
pub trait Commit {
    /// Errors: nothing was written; but for [`StoreTrouble::Unknown`], which is settled by [`Commit::known`].
    fn commit(&mut self, writes: Vec<Write>) -> Result<(), StoreTrouble>;

    /// What became of the commit that was not known. None: still not known. Never waits.
    fn known(&mut self) -> Option<Result<(), StoreTrouble>>;
}

/// Does what the core wants done. Must not block: devices have threads of their own.
pub trait Perform {
    /// Hands one effect to its adapter.
    fn perform(&mut self, effect: Effect, vault: &Vault);

    /// Answers to effects that were refused while they were handed over.
    fn refused(&mut self) -> Vec<Input> {
        Vec::new()
    }
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
    backlog: Backlog,
    in_flight: Option<InFlight>,
    /// A danger step has begun and is not drawn yet.
    undrawn: bool,
    /// When the last danger step was on the screen: keys from before were not meant for it.
    drawn_at: Option<Instant>,
    pace: Pace,
    scans: Scans,
}

impl<S: Commit, D: Perform, W: World> Engine<S, D, W> {
    /// An engine at rest.
    pub fn new(desk: Desk, vault: Vault, store: S, devices: D, world: W) -> Self {
        let (timers, backlog, pace) = (Timers::default(), Backlog::default(), Pace::default());
        let (quit, danger, in_flight, undrawn, drawn_at) = (false, None, None, false, None);
        let scans = Scans::default();
        Self {
            desk,
            vault,
            timers,
            store,
            devices,
            world,
            quit,
            danger,
            backlog,
            in_flight,
            undrawn,
            drawn_at,
            pace,
            scans,
        }
    }

    /// Takes everything that has arrived since the last frame. True if there is something new to draw.
    ///
    /// Keys that were typed before the frame of a danger step was drawn are dropped: the rest of this batch, and those whose
    /// stamp is older than the frame ([`Engine::drawn`]).
    pub fn take(&mut self, batch: Vec<Arrival>) -> bool {
        let (first, rest) = self.listen(batch);
        let changed = first.is_some_and(|key| self.run_first(key));
        self.take_heard(rest) | changed
    }

    fn take_heard(&mut self, batch: Vec<Arrival>) -> bool {
        let mut changed = self.run(batch);
        for _ in 0..ROUNDS_MAX {
            let mut more = self.devices.refused();
            if self.desk.trouble.is_none() {
                more.extend(self.backlog.take_inputs());
            }
            if more.is_empty() {
                return changed;
            }
            changed |= self.run(more.into_iter().map(Arrival::Input).collect());
        }
        self.backlog.retry(Instant::now() + RETRY);
        changed
    }

    fn run(&mut self, batch: Vec<Arrival>) -> bool {
        let burst = batch.iter().filter(|a| is_char(a)).count() > HAND_KEYS_MAX;
        let mut changed = false;
        let mut flushed = false;
        let mut draft = Draft::default();
        for arrival in batch {
            if self.is_too_early(&arrival) || flushed && matches!(arrival, Arrival::Key(_) | Arrival::Paste(_)) {
                continue;
            }
            if matches!(arrival, Arrival::Scan(_)) {
                self.settle(&mut draft);
                self.take_back();
            }
            let Some(input) = self.input_for(arrival, burst, draft.desk.as_ref()) else { continue };
            self.backlog.supersede(&input);
            if matches!(self.in_flight, Some(InFlight::Step(_))) {
                self.hold(input);
                changed = true;
                continue;
            }
            let before = draft.desk.as_ref().unwrap_or(&self.desk);
            let env = Env { now: self.world.now(), fresh: self.world.fresh() };
            let step = update(before, &input, &env);
            changed = true;
            let mut begins = step.effects.iter().any(|e| matches!(e, Effect::FlushKeys));
            let soft = step.effects.iter().all(is_soft) && step.writes.iter().all(|w| matches!(w, Write::SaveVisit(_)));
            if soft {
                draft.add(step);
            } else {
                // What was typed before must not be lost with this step, should it fail.
                self.settle(&mut draft);
                draft.add(step);
                draft.hard = Some(input);
                self.settle(&mut draft);
            }
            // Asked of what was adopted: a step that failed began nothing.
            let danger = journey::danger(draft.desk.as_ref().unwrap_or(&self.desk));
            if danger != self.danger {
                begins |= danger.is_some();
                self.danger = danger;
            }
            if begins {
                flushed = true;
                self.undrawn = true;
            }
        }
        self.settle(&mut draft);
        changed
    }

    /// A frame with the state as it is now is on the screen, since this time.
    pub fn drawn(&mut self, at: Instant) {
        if std::mem::take(&mut self.undrawn) {
            self.drawn_at = Some(at);
        }
    }

    /// Whether a key was typed before the danger step on the screen could be seen.
    fn is_too_early(&self, arrival: &Arrival) -> bool {
        matches!(arrival, Arrival::Typed(_, at) if self.undrawn || self.drawn_at.is_some_and(|drawn| *at < drawn))
    }

    /// Lets the timers that are due fire, and tries again what could not be committed. True if there is something new to draw.
    pub fn tick(&mut self, now: Instant) -> bool {
        let let_go = self.quiet(now);
        let due = self.timers.due(now);
        let mut batch: Vec<_> = due.into_iter().map(|name| Arrival::Input(Input::Timer(name))).collect();
        let again = self.backlog.is_due(now);
        if again && self.resolve() {
            if let Err(trouble) = self.pay() {
                self.fail(trouble);
            }
            batch.extend(self.backlog.take_inputs().into_iter().map(Arrival::Input));
        }
        if batch.is_empty() && !again {
            return let_go;
        }
        self.take_heard(batch) || again || let_go
    }

    /// When [`Engine::tick`] has something to do.
    pub fn next_wake(&self) -> Option<Instant> {
        self.timers.next().into_iter().chain(self.backlog.retry_at()).chain(self.scans.due()).min()
    }

    /// Keys go to the vault while a secret field has the focus; the core hears what it may know.
    fn input_for(&mut self, arrival: Arrival, burst: bool, draft: Option<&Desk>) -> Option<Input> {
        let desk = draft.unwrap_or(&self.desk);
        let focus = journey::secret_focus(desk);
        let holder = journey::passcode_holder(desk);
        let arrival = match arrival {
            Arrival::Typed(key, at) => {
                let passcode = focus.filter(|slot| is_passcode(*slot));
                match (self.pace.key(at, matches!(key, Key::Char(_)), passcode.is_some()), passcode) {
                    (Hand::BurstBegins, Some(slot)) => {
                        // What a hand typed before it stays: only the burst's own signs are taken out again.
                        // Those that came in one drain never got into it.
                        let taken = if burst { 0 } else { BURST_MIN - 1 };
                        for _ in 0..taken {
                            self.vault.key(slot, Key::Backspace, &holder);
                        }
                        return Some(Input::Secret(slot, self.vault.dropped(slot, &holder)));
                    }
                    (Hand::Burst | Hand::BurstBegins, _) => return None,
                    (Hand::Typed, _) => Arrival::Key(key),
                }
            }
            other => other,
        };
        match (arrival, focus) {
            (Arrival::Input(input), _) => Some(input),
            (Arrival::Key(key) | Arrival::Typed(key, _), None) => Some(Input::Key(key)),
            (Arrival::Paste(text), None) => Some(Input::Paste(text)),
            (Arrival::Scan(text), None) => Some(Input::Scan(text)),
            // A scanner never writes into a secret field, nor does it disturb what a hand has typed there.
            (Arrival::Scan(_), Some(_)) => None,
            (Arrival::Key(_) | Arrival::Typed(..), Some(slot)) if burst && is_passcode(slot) => None,
            (Arrival::Key(key) | Arrival::Typed(key, _), Some(slot)) => match self.vault.key(slot, key, &holder) {
                Some(state) => Some(Input::Secret(slot, state)),
                None => Some(Input::Key(key)),
            },
            (Arrival::Paste(text), Some(slot)) => Some(Input::Secret(slot, self.vault.paste(slot, &text, &holder))),
        }
    }

    /// Commits what has gathered, adopts it, releases its effects.
    ///
    /// Some steps are adopted though they could not be committed: what was typed (nothing physical hangs on it), the end of a
    /// session (it must end with its card), and a change at a reader that starts nothing. Their writes go in front of the next
    /// commit. Of any other step nothing is adopted, and an answer of a device is given again later.
    fn settle(&mut self, draft: &mut Draft) {
        let Draft { desk: Some(mut next), writes, mut effects, hard } = std::mem::take(draft) else { return };
        let writes = last_snapshots(writes);
        let had_trouble = self.desk.trouble.is_some();
        if let Err(trouble) = self.commit(&writes) {
            let begun = trouble == StoreTrouble::Unknown && self.in_flight.is_none();
            let locks = ends_session(&self.desk, &next);
            let reader = matches!(hard, Some(Input::Reader(..))) && effects.iter().all(is_harmless);
            let taken = locks || hard.is_none() || reader && self.backlog.has_room(writes.len());
            if !taken {
                if begun {
                    let step = UnknownStep { next, before: self.desk.clone(), effects, input: hard, locked: None };
                    self.in_flight = Some(InFlight::Step(Box::new(step)));
                } else {
                    hard.into_iter().for_each(|input| self.backlog.keep(input));
                }
                return self.fail(trouble);
            }
            self.desk = next;
            if begun {
                self.in_flight = Some(InFlight::Owed([writes].into()));
            } else {
                self.backlog.owe(writes);
            }
            self.fail(trouble);
            effects.retain(is_harmless);
        } else {
            // While something waits, only a commit shows that the trouble is over.
            let over = had_trouble && (!writes.is_empty() || self.backlog.is_empty() && self.in_flight.is_none());
            let left_out = self.left_out(&next);
            if over || left_out.is_some() {
                next.trouble = left_out;
            }
            self.desk = next;
        }
        for effect in effects {
            self.release(effect);
        }
    }

    /// What was left out is said until somebody else is signed in, or nobody.
    fn left_out(&self, next: &Desk) -> Option<StoreTrouble> {
        let same = self.desk.session == next.session;
        self.desk.trouble.filter(|trouble| *trouble == StoreTrouble::NotKept && same)
    }

    /// Makes writes durable, what is owed before them. While one commit is not known there is no other.
    fn commit(&mut self, writes: &[Write]) -> Result<(), StoreTrouble> {
        if writes.is_empty() {
            return Ok(());
        }
        self.pay()?;
        self.store.commit(writes.to_vec())
    }

    /// Commits what is owed, all of it together. If the store does not take one of the writes as it is, step by step: such a
    /// step is left out for good, so that it never holds up what comes after it, and it is said.
    fn pay(&mut self) -> Result<(), StoreTrouble> {
        if self.in_flight.is_some() {
            return Err(StoreTrouble::Unknown);
        }
        let mut owed = self.backlog.take_writes();
        if owed.is_empty() {
            return Ok(());
        }
        match self.store.commit(owed.iter().flatten().cloned().collect()) {
            Ok(()) => {
                self.desk.trouble = self.left_out(&self.desk);
                return Ok(());
            }
            Err(StoreTrouble::NotKept | StoreTrouble::NotEnrolled) => {}
            Err(trouble) => return Err(self.not_paid(owed, trouble)),
        }
        while let Some(step) = owed.pop_front() {
            match self.store.commit(step.clone()) {
                Ok(()) => {}
                Err(StoreTrouble::NotKept | StoreTrouble::NotEnrolled) => {
                    let kinds: Vec<_> = step.iter().map(word).collect();
                    tracing::error!(?kinds, "the store never takes these writes; they are left out");
                    self.desk.trouble = Some(StoreTrouble::NotKept);
                }
                Err(trouble) => {
                    owed.push_front(step);
                    return Err(self.not_paid(owed, trouble));
                }
            }
        }
        Ok(())
    }

    fn not_paid(&mut self, owed: VecDeque<Vec<Write>>, trouble: StoreTrouble) -> StoreTrouble {
        if trouble == StoreTrouble::Unknown {
            self.in_flight = Some(InFlight::Owed(owed));
        } else {
            self.backlog.owe_again(owed);
        }
        trouble
    }

    /// Says the trouble, and tries again later.
    fn fail(&mut self, trouble: StoreTrouble) {
        let env = Env { now: self.world.now(), fresh: self.world.fresh() };
        self.desk = update(&self.desk, &Input::StoreFailed(trouble), &env).next;
        self.backlog.retry(Instant::now() + RETRY);
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
            // Noted when the step was taken.
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
    /// The input of the one step that is more than typing, if there is one.
    hard: Option<Input>,
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

fn is_char(arrival: &Arrival) -> bool {
    matches!(arrival, Arrival::Key(Key::Char(_)) | Arrival::Typed(Key::Char(_), _))
}

fn is_passcode(slot: VaultSlot) -> bool {
    matches!(slot, VaultSlot::AgentPin | VaultSlot::HolderPin | VaultSlot::HolderPinAgain)
}

/// Whether the step from one to the other signs the agent out.
fn ends_session(from: &Desk, to: &Desk) -> bool {
    from.session.is_some() && to.session.is_none()
}

#[cfg(test)]
#[path = "engine_tests.rs"]
mod tests;
