//! The queue: what waits, since when, why, and what central refused.

use super::command::Command;
use super::effect::StoreQuery;
use super::input::{QueueItem, QueueState, StoreAnswer};
use super::key::Key;
use super::{Answer, Ctx, Desk, EffectId, Owner, Place, Write, home};

/// The queue on the screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QueuePage {
    /// What waits and what is refused, oldest first; none until the store has answered.
    pub items: Option<Vec<QueueItem>>,
    /// The marked row.
    pub pick: usize,
}

/// Shows the queue.
pub fn show(ctx: &mut Ctx<'_>) {
    ctx.desk.place = Place::Queue(QueuePage::default());
    look(ctx);
}

/// Asks the store again: something was recorded, sent or answered.
pub fn look(ctx: &mut Ctx<'_>) {
    ctx.store(Owner::Queue, StoreQuery::Queue);
}

/// Keys that work now.
pub fn commands(state: &QueuePage, _desk: &Desk) -> Vec<Command> {
    let mut list = vec![Command::new(Key::Esc, "back"), Command::new(Key::F(5), "send-now")];
    let picked = state.items.as_ref().and_then(|items| items.get(state.pick));
    if picked.is_some_and(|item| {
        matches!(item.state, QueueState::Refused(_) | QueueState::Flagged | QueueState::NotUnderstood)
    }) {
        list.insert(0, Command::new(Key::Enter, "seen"));
    }
    list
}

/// One key.
pub fn key(ctx: &mut Ctx<'_>, key: Key, command: Option<&'static str>) {
    let Place::Queue(page) = &mut ctx.desk.place else { return };
    let items = page.items.as_deref().unwrap_or_default();
    match (command, key) {
        (Some("back"), _) => home::show(ctx, None),
        (Some("send-now"), _) => {
            ctx.effects.push(super::Effect::SyncNow);
            ctx.store(Owner::Queue, StoreQuery::Queue);
        }
        (Some("seen"), _) => {
            if let Some(item) = items.get(page.pick) {
                let seq = item.seq;
                ctx.writes.push(Write::SeenRefused(seq));
                ctx.store(Owner::Queue, StoreQuery::Queue);
            }
        }
        (_, Key::Down) => page.pick = (page.pick + 1).min(items.len().saturating_sub(1)),
        (_, Key::Up) => page.pick = page.pick.saturating_sub(1),
        _ => {}
    }
}

/// The store answered.
pub fn answer(ctx: &mut Ctx<'_>, _id: EffectId, answer: Answer<'_>) {
    let Place::Queue(page) = &mut ctx.desk.place else { return };
    match answer {
        Answer::Store(StoreAnswer::Queue(items)) => {
            page.pick = page.pick.min(items.len().saturating_sub(1));
            page.items = Some(items.clone());
        }
        Answer::Store(StoreAnswer::Failed(trouble)) => ctx.desk.trouble = Some(*trouble),
        _ => {}
    }
}
