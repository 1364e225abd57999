//! A commit that hangs: neither durable nor refused. The step that asked for it is neither taken nor dropped until that is
//! known, so that nothing is done twice; meanwhile the desk can be locked and shows the time, and that is all.

use std::collections::VecDeque;
use std::time::Instant;

use super::{Arrival, Commit, Engine, Perform, World, ends_session, is_soft};
use crate::driver::backlog::{RETRY, is_harmless};
use crate::journey::effect::{Effect, TimerName, Write};
use crate::journey::input::{Input, StoreTrouble};
use crate::journey::{Desk, Env, Overlay, danger, update};

/// What the commit was for.
pub(super) enum InFlight {
    /// Writes of steps that are taken already.
    Owed(VecDeque<Vec<Write>>),
    /// A step that waits to be taken.
    Step(Box<UnknownStep>),
}

/// A step that waits to be taken.
pub(super) struct UnknownStep {
    /// The state with the step.
    pub next: Desk,
    /// The state without it.
    pub before: Desk,
    /// What it releases.
    pub effects: Vec<Effect>,
    /// What led to it.
    pub input: Option<Input>,
    /// What locked the desk meanwhile.
    pub locked: Option<Input>,
}

impl<S: Commit, D: Perform, W: World> Engine<S, D, W> {
    /// An input while a step waits. The lock locks what is seen at once, and is recorded as soon as something can be. What a
    /// device says is kept for later, what a hand does is not: the screen it was meant for is not the one that will be.
    pub(super) fn hold(&mut self, input: Input) {
        let env = Env { now: self.world.now(), fresh: self.world.fresh() };
        let step = update(&self.desk, &input, &env);
        let locks = ends_session(&self.desk, &step.next);
        let seen_only = matches!(input, Input::Resize(..) | Input::Minute | Input::Timer(TimerName::IdleWarning));
        if !locks && !seen_only {
            return self.backlog.keep(input);
        }
        let trouble = self.desk.trouble;
        self.desk = Desk { trouble, ..step.next };
        // No question is asked: its number would be that of one the waiting step asks.
        let quiet = |e: &Effect| is_soft(e) || matches!(e, Effect::Vault(_) | Effect::LetGo(_));
        step.effects.into_iter().filter(quiet).for_each(|effect| self.release(effect));
        if let (true, Some(InFlight::Step(waits))) = (locks, &mut self.in_flight) {
            waits.locked = Some(input);
        }
    }

    /// Asks what became of the commit that hangs. True: nothing is in flight any more.
    pub(super) fn resolve(&mut self) -> bool {
        let Some(flight) = self.in_flight.take() else { return true };
        match (self.store.known(), flight) {
            (None, flight) => {
                self.in_flight = Some(flight);
                self.backlog.retry(Instant::now() + RETRY);
                return false;
            }
            (Some(Ok(())), InFlight::Owed(_)) => self.desk.trouble = None,
            (Some(Err(trouble)), InFlight::Owed(writes)) => {
                self.backlog.owe_again(writes);
                self.fail(trouble);
            }
            (Some(result), InFlight::Step(step)) => self.settle_late(result, *step),
        }
        true
    }

    /// Now it is known: the step is taken or not, and then the lock of meanwhile. After a lock nothing but harmless effects is
    /// released: to its visit that is a stop between commit and effect, which every visit resumes from.
    fn settle_late(&mut self, result: Result<(), StoreTrouble>, step: UnknownStep) {
        let UnknownStep { next, before, mut effects, input, locked } = step;
        let (size, minute) = (self.desk.size, self.desk.minute);
        let state = if result.is_ok() { next } else { before };
        self.desk = Desk { size, minute, trouble: None, ..state };
        if let Err(trouble) = result {
            input.into_iter().for_each(|input| self.backlog.keep(input));
            effects.clear();
            self.fail(trouble);
        }
        if let Some(input) = locked {
            // The lock of an idle desk hangs on its warning, every other one on no overlay.
            self.desk.overlay = matches!(input, Input::Timer(_)).then_some(Overlay::IdleWarning);
            self.run(vec![Arrival::Input(input)]);
            effects.retain(is_harmless);
        }
        self.danger = danger(&self.desk);
        self.undrawn |= self.danger.is_some();
        effects.into_iter().for_each(|effect| self.release(effect));
    }
}
