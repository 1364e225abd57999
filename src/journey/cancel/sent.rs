//! A recorded cancel on its way to central, and whether it is in effect.

use serde::{Deserialize, Serialize};

use super::{Cancel, Stage};
use crate::domain::{Millis, VisitId};
use crate::journey::effect::{CentralCall, Effect, StoreQuery};
use crate::journey::input::{CentralAnswer, QueueItem, QueueState, StoreAnswer};
use crate::journey::issue::Issue;
use crate::journey::wait::Wait;
use crate::journey::{Ctx, Job, Next, Owner, Place, VisitEvent};
use crate::wire::message::RefusalReason;

/// A cancel that is recorded on this desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// When it was recorded here.
    pub reported: Millis,
    /// The number of its event, once known.
    pub seq: Option<u64>,
    /// What central made of it, as far as this desk knows.
    pub received: Received,
    /// Central's head has passed it: it is there, whatever the queue says.
    head_passed: bool,
    /// Events that waited when it was last looked at: looked at again when that changes.
    #[serde(skip)]
    seen: Option<(u32, bool)>,
}

/// What central made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Received {
    /// Not known to be with central: NOT YET EFFECTIVE.
    NotYet,
    /// In effect; this desk has known it since then.
    Since(Millis),
    /// Central refused it.
    Refused(RefusalReason),
}

/// The event is written in this very step; the chain's place right after it is its number.
pub(super) fn begin(state: &mut Cancel, ctx: &mut Ctx<'_>, id: VisitId) {
    let seen = Some((ctx.desk.sync.waiting, ctx.desk.is_online()));
    let sent = Sent { reported: ctx.now, seq: None, received: Received::NotYet, head_passed: false, seen };
    state.stage = Stage::Sent(sent);
    ctx.effects.push(Effect::SyncNow);
    state.wait = Wait::effect(ctx.store(Owner::Visit(id), StoreQuery::Head));
}

/// One event.
pub(super) fn on(state: &mut Cancel, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    let Stage::Sent(sent) = &mut state.stage else { return Next::Stay };
    match event {
        VisitEvent::Shown if sent.received == Received::NotYet && !state.wait.is_open() => ask(state, ctx, id),
        VisitEvent::Command("retry") if !state.wait.is_open() => ask(state, ctx, id),
        VisitEvent::Command("leave") => return Next::Park(None),
        VisitEvent::Command("continue") => {
            let in_effect = matches!(sent.received, Received::Since(_));
            return Next::Close(in_effect.then_some("notice-cancel-in-effect"));
        }
        VisitEvent::Command("new-card") if matches!(sent.received, Received::Since(_)) => {
            if let Some(person) = super::new_card(state, ctx.desk).cloned() {
                let holder = Some(person.name.full());
                return Next::Become(Box::new(Job::Issue(Box::new(Issue::for_person(person)))), holder);
            }
        }
        VisitEvent::WorldChanged => {
            let now = (ctx.desk.sync.waiting, ctx.desk.is_online());
            let moved = sent.seen != Some(now);
            sent.seen = Some(now);
            if moved && sent.received == Received::NotYet && !state.wait.is_open() {
                state.wait = Wait::effect(ctx.store(Owner::Visit(id), StoreQuery::Queue));
            }
        }
        VisitEvent::Store(asked, answer) if state.wait.answered(*asked) => return stored(state, ctx, id, answer),
        VisitEvent::Central(asked, result) if state.wait.answered(*asked) => {
            if let (Ok(CentralAnswer::Synced { head_seq }), Some(seq)) = (result, sent.seq) {
                sent.head_passed |= *head_seq >= seq;
            }
            state.wait = Wait::effect(ctx.store(Owner::Visit(id), StoreQuery::Queue));
        }
        _ => {}
    }
    Next::Stay
}

/// Central first where there is a way to it, then the desk's own queue.
fn ask(state: &mut Cancel, ctx: &mut Ctx<'_>, id: VisitId) {
    state.wait = Wait::effect(if ctx.desk.is_online() {
        ctx.central(Owner::Visit(id), CentralCall::Sync)
    } else {
        ctx.store(Owner::Visit(id), StoreQuery::Queue)
    });
}

fn stored(state: &mut Cancel, ctx: &mut Ctx<'_>, id: VisitId, answer: &StoreAnswer) -> Next {
    let Stage::Sent(sent) = &mut state.stage else { return Next::Stay };
    match answer {
        StoreAnswer::Head(place) => {
            sent.seq = place.next_seq.checked_sub(1);
            if ctx.desk.is_online() {
                ask(state, ctx, id);
            }
        }
        StoreAnswer::Queue(items) => {
            let nothing_waits = ctx.desk.sync.waiting == 0 && ctx.desk.is_online();
            sent.received = received(sent, items, nothing_waits, ctx.now);
            if matches!(sent.received, Received::Since(_)) && ctx.desk.place != Place::Visit(id) {
                if let Place::Home(home) = &mut ctx.desk.place {
                    home.notice = Some("notice-cancel-in-effect");
                }
                return Next::Close(None);
            }
        }
        _ => {}
    }
    Next::Stay
}

/// A cancel without its number (a stop before the number was known) is found by its kind: the newest one counts.
fn received(sent: &Sent, items: &[QueueItem], nothing_waits: bool, now: Millis) -> Received {
    let mine = match sent.seq {
        Some(seq) => items.iter().find(|item| item.seq == seq),
        None => items.iter().rev().find(|item| item.kind == "cancel" && item.since >= sent.reported),
    };
    match mine.map(|item| item.state) {
        Some(QueueState::Received | QueueState::Void) => Received::Since(now),
        Some(QueueState::Refused(reason)) => Received::Refused(reason),
        Some(
            QueueState::Waiting
            | QueueState::Stranded
            | QueueState::AwaitingPhoto
            | QueueState::Flagged
            | QueueState::NotUnderstood,
        ) => Received::NotYet,
        // No longer in the queue: central has it, if its head has passed it or nothing of this desk waits.
        None if sent.head_passed || nothing_waits => Received::Since(now),
        None => Received::NotYet,
    }
}
