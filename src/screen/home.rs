//! Home, card first: whose card, what is wrong with it, which key mends it; else what is to be done.

mod card;

use super::page::{Block, Choice, Page, Tone};
use super::{keys, trouble};
use crate::domain::ReceiptRef;
use crate::journey::home::{CardLook, Choice as What, Home, offers};
use crate::journey::input::{ReaderChange, ReaderRole, ReceiptNews};
use crate::journey::{Desk, Job, Visit};
use crate::wire::message::Outcome;
use crate::words::Words;

/// The home screen.
pub fn page(state: &Home, desk: &Desk, words: &Words) -> Page {
    if let Some(visit) = state.take_over.and_then(|id| desk.visit(id)) {
        return take_over(visit, words);
    }
    let mut page = match &state.card {
        CardLook::Known(report, known) => card::page(report, known, desk, words),
        looked_at if looked_at.is_looked_at() => Page::new(words.get("home-reading")),
        CardLook::Unreadable(fault) => Page::new(words.get("home-title")).block(trouble::card(*fault, words)),
        CardLook::Mute => Page::new(words.get("home-title")).block(trouble::of("fault-card-mute", words)),
        _ => Page::new(words.get("home-title")).maybe(reader_missing(desk, words)),
    };
    page.blocks.splice(0..0, state.receipts.iter().map(|news| receipt_news(news, desk, words)));
    page.blocks.splice(0..0, not_yet_effective(desk, words));
    let offers = offers(state, desk);
    let choices = offers.iter().filter(|(_, why_not)| why_not.is_none()).count();
    let rows = offers.into_iter().enumerate().map(|(at, (what, why_not))| {
        let mut choice =
            Choice::new(u8::try_from(at + 1).unwrap_or(0), label(what, state, desk, words)).focused(at == state.pick);
        choice.hint = hint(what, desk).filter(|_| why_not.is_none()).map(|word| words.get(word));
        choice.refused = why_not.map(|why| words.get(why));
        choice
    });
    let rows: Vec<Choice> = rows.collect();
    if choices > 0 {
        page = page.hints(keys::choose(words, rows.len()));
    }
    page = page.gap().choices(rows);
    if matches!(state.card, CardLook::Known(..)) {
        page = page.gap().paragraph(words.get("card-unchanged"));
    }
    page.maybe(state.notice.map(|word| {
        let said = words.with(word, &[("phone", (&desk.about.phone).into())]);
        Block::notice(Tone::Plain, said)
    }))
}

fn take_over(visit: &crate::journey::Visit, words: &Words) -> Page {
    let from = visit.agent.as_ref().map(|k| k.name.clone()).unwrap_or_default();
    let holder = visit.holder.clone().unwrap_or_else(|| words.get("holder-unknown"));
    Page::new(words.with("take-over-title", &[("holder", holder.into())]))
        .paragraph(
            words.with("take-over-text", &[("agent", from.into()), ("time", visit.started.london_clock().into())]),
        )
        .paragraph(words.get("take-over-ask"))
}

/// A cancel that central does not have yet stays said, on the first screen everybody sees.
fn not_yet_effective(desk: &Desk, words: &Words) -> Vec<Block> {
    let waits = |visit: &&Visit| matches!(&visit.job, Job::Cancel(state) if state.waits_for_central());
    let waiting = desk.visits.iter().filter(waits);
    waiting
        .map(|visit| {
            let number = match &visit.job {
                Job::Cancel(state) => state.number.as_ref(),
                _ => None,
            };
            let whom = match (&visit.holder, number) {
                (Some(name), Some(number)) => format!("{name}, UUID {}", number.spaced()),
                (Some(name), None) => name.clone(),
                (None, Some(number)) => format!("UUID {}", number.spaced()),
                (None, None) => words.get("holder-unknown"),
            };
            let values = [("holder", whom.into()), ("phone", (&desk.about.phone).into())];
            Block::notice(Tone::Danger, words.with("home-cancel-waits", &values))
        })
        .collect()
}

/// What became of a registration whose holder left with a receipt.
fn receipt_news(news: &ReceiptNews, desk: &Desk, words: &Words) -> Block {
    let receipt = ReceiptRef::for_visit(&desk.about.place, news.visit).to_string();
    let holder = if news.holder.is_empty() { words.get("holder-unknown") } else { news.holder.clone() };
    let mut values = vec![("receipt", receipt.into()), ("holder", holder.into())];
    let (tone, word) = match &news.outcome {
        Outcome::PersonMade { number, .. } => {
            values.push(("number", number.spaced().into()));
            (Tone::Good, "home-receipt-made")
        }
        Outcome::Applied => (Tone::Good, "home-receipt-renamed"),
        Outcome::Refused { reason } => {
            values.push(("why", super::queue::refused(*reason, words).into()));
            (Tone::Danger, "home-receipt-refused")
        }
        _ => {
            values.push(("phone", (&desk.about.phone).into()));
            (Tone::Warn, "home-receipt-flagged")
        }
    };
    Block::notice(tone, words.with(word, &values))
}

/// With one reader only, or none: what is possible is said.
fn reader_missing(desk: &Desk, words: &Words) -> Option<Block> {
    let word = match desk.readers.get(ReaderRole::Customer) {
        ReaderChange::NoReader => "home-no-customer-reader",
        ReaderChange::ServiceGone => "home-no-card-service",
        _ => return None,
    };
    Some(Block::notice(Tone::Warn, words.get(word)))
}

fn label(what: What, state: &Home, desk: &Desk, words: &Words) -> String {
    let word = match what {
        What::Unlock if card::is_locked(state) => "choice-unlock",
        What::Unlock => "choice-reset",
        What::CallBack => "choice-call-back",
        What::Replace => "choice-replace",
        What::ContinueCard => "choice-continue-card",
        What::CancelThis => "choice-cancel-this",
        What::Rename => "choice-rename",
        What::Register => "choice-register",
        What::Cancel => "choice-cancel",
        What::Queue => "choice-queue",
        What::Resume(id) => {
            let Some(visit) = desk.visit(id) else { return String::new() };
            let holder = visit.holder.clone().unwrap_or_else(|| words.get("holder-unknown"));
            let job = words.get(&format!("job-{}", visit.job.word()));
            return words.with(
                "choice-resume",
                &[("holder", holder.into()), ("job", job.into()), ("time", visit.started.london_clock().into())],
            );
        }
    };
    words.get(word)
}

/// What is still possible without network, at the end of the row it is about.
fn hint(what: What, desk: &Desk) -> Option<&'static str> {
    match what {
        _ if desk.is_online() => None,
        What::Unlock => Some("hint-offline-call-back"),
        What::CancelThis | What::Replace | What::Cancel => Some("hint-offline-phone"),
        What::ContinueCard => Some("hint-needs-network"),
        What::Register | What::Rename => Some("hint-offline-receipt"),
        What::CallBack | What::Queue | What::Resume(_) => None,
    }
}

#[cfg(test)]
mod tests;
