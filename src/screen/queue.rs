//! The queue: what waits, since when, why, and what central refused.

use super::page::{Block, Page, Table, TableRow};
use super::say;
use crate::journey::Desk;
use crate::journey::input::{NetworkView, QueueItem, QueueState};
use crate::journey::queue::QueuePage;
use crate::wire::message::RefusalReason;
use crate::words::Words;

/// The queue screen.
pub fn page(state: &QueuePage, desk: &Desk, words: &Words) -> Page {
    let waiting =
        words.with("queue-title", &[("events", desk.sync.waiting.into()), ("photos", desk.sync.blobs.into())]);
    let mut page = Page::new(waiting);
    if let Some(next) = desk.sync.next_try {
        page = page.right(words.with("queue-next-try", &[("time", next.london_clock().into())]));
    }
    if let NetworkView::Refused(code) = desk.sync.network {
        page = page.block(super::trouble::central(crate::journey::input::CentralFault::Problem(code), words));
    }
    let Some(items) = &state.items else { return page.paragraph(words.get("queue-reading")) };
    let columns = ["queue-what", "queue-since", "queue-state"].map(|id| words.get(id)).to_vec();
    let rows = items.iter().enumerate().map(|(at, item)| row(item, at == state.pick, desk, words)).collect();
    page.block(Block::Table(Table { columns, rows, empty: words.get("queue-empty") }))
}

fn row(item: &QueueItem, focused: bool, desk: &Desk, words: &Words) -> TableRow {
    let kind = words.get(&format!("event-{}", item.kind.replace('_', "-")));
    let about = if item.about.is_empty() { kind } else { format!("{kind}: {}", item.about) };
    let what = format!("#{} {about}", item.seq);
    let since = say::duration(words, desk.minute.since(item.since));
    let state = match item.state {
        QueueState::Waiting => words.get("queue-waiting"),
        QueueState::Received => words.get("queue-received"),
        QueueState::AwaitingPhoto => words.get("queue-awaiting-photo"),
        QueueState::Void => words.get("queue-void"),
        QueueState::Flagged => words.get("queue-flagged"),
        QueueState::NotUnderstood => words.get("queue-not-understood"),
        QueueState::Stranded => words.get("queue-stranded"),
        QueueState::Refused(reason) => refused(reason, words),
    };
    TableRow { cells: vec![what, since, state], focused }
}

/// Why central refused it, in words.
pub(super) fn refused(reason: RefusalReason, words: &Words) -> String {
    let word = serde_json::to_value(reason).ok().and_then(|v| v.as_str().map(|s| s.replace('_', "-")));
    words.get(&format!("refused-{}", word.unwrap_or_default()))
}
