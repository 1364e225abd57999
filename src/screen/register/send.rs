//! The pages of checking, sending and what central says.

use super::{documents, holder, rename};
use crate::journey::register::send::{Standing, check_rows, receipt};
use crate::journey::register::{Register, Stage, details};
use crate::journey::{Desk, Visit};
use crate::screen::page::{Block, Page, TaskRow, Tone};
use crate::screen::{say, trouble};
use crate::wire::message::RefusalReason;
use crate::words::Words;

/// The page for its stage.
pub fn page(state: &Register, visit: &Visit, desk: &Desk, words: &Words) -> Page {
    let name = holder(visit, words);
    let titled = |id: &str| Page::new(words.with(id, &[("holder", (&name).into())])).gap();
    match state.stage {
        Stage::Check => check(state, desk, words),
        Stage::Confirm => titled(rename::word(state, "send-confirm-title", "rename-confirm-title"))
            .maybe(rename::both(state, words))
            .maybe(state.renaming.as_ref().map(|_| Block::paragraph(words.get("rename-read-back"))))
            .paragraph(words.get("send-confirm-text")),
        Stage::Signing => titled("send-signing-title").paragraph(words.get("send-signing-text")),
        Stage::Sent => sent(state, visit, desk, words),
        Stage::Refused(reason) => titled(rename::word(state, "send-refused-title", "rename-refused-title"))
            .block(trouble::of(refusal_word(reason), words))
            .maybe((reason != RefusalReason::RecordChanged).then(|| Block::paragraph(words.get("send-refused-kept")))),
        Stage::Flagged => titled(rename::word(state, "send-flagged-title", "rename-flagged-title"))
            .block(trouble::of("send-flagged", words)),
        Stage::Made if state.renaming.is_some() => rename::made(state, visit, desk, words),
        Stage::Made => {
            let number = state.sent.as_ref().and_then(|sent| sent.number.as_ref()).map(ToString::to_string);
            titled("send-made-title")
                .block(Block::Big(number.unwrap_or_default()))
                .paragraph(words.get("send-made-text"))
        }
        _ => receipt_page(state, visit, desk, words),
    }
}

/// Every answer with its number: typing the number changes it and comes straight back.
fn check(state: &Register, desk: &Desk, words: &Words) -> Page {
    let values = answers(state, words);
    let rows = check_rows(state)
        .iter()
        .zip(values)
        .enumerate()
        .map(|(at, ((_, field), value))| {
            let label = words.get(&format!("field-{}", if *field == "given" { "name" } else { field }));
            TaskRow::new(u8::try_from(at + 1).unwrap_or(0), label, value).focused(state.pick == at)
        })
        .collect();
    let documents = documents::lines(state, desk, words).into_iter().map(|line| Block::notice(Tone::Muted, line));
    let page = Page::new(words.get("check-title")).paragraph(words.get("check-text")).gap();
    let mut page = page.maybe(rename::both(state, words)).block(Block::Tasks(rows));
    page.blocks.extend(documents);
    page
}

fn answers(state: &Register, words: &Words) -> Vec<String> {
    let none = || words.get("check-none");
    let details = details::of(state).ok();
    let text = |pick: fn(&details::Details) -> Option<String>| details.as_ref().and_then(pick).unwrap_or_else(none);
    let documents = words.with("check-documents", &[("count", state.documents.len().into())]);
    if state.renaming.is_some() {
        let name = text(|d| Some(d.name.full()));
        return vec![name, text(|d| d.name_on_card.clone()), documents, rename::known(state, words)];
    }
    let birth = details.as_ref().map(|d| say::date(words, d.birth_date)).unwrap_or_else(none);
    let terms = state.terms.map(|terms| words.with("check-terms", &[("time", terms.at.london_clock().into())]));
    let photo = state.photo.kept.as_ref().map(|kept| match &kept.reason {
        Some(reason) => words.with("check-photo-reason", &[("reason", reason.into())]),
        None => words.get("check-photo"),
    });
    vec![
        text(|d| Some(d.name.full())),
        birth,
        text(|d| Some(d.position.clone())),
        text(|d| d.name_on_card.clone()),
        text(|d| d.email.clone()),
        documents,
        photo.unwrap_or_else(none),
        terms.unwrap_or_else(none),
    ]
}

fn sent(state: &Register, visit: &Visit, desk: &Desk, words: &Words) -> Page {
    let name = holder(visit, words);
    let page = Page::new(words.with("send-sent-title", &[("holder", name.into())])).gap();
    let reference = || {
        let place = &desk.about.place;
        Block::facts([(words.get("send-reference"), receipt(place, visit.id).to_string())])
    };
    match state.sent.as_ref().map(|sent| sent.standing) {
        Some(Standing::AwaitingPhoto) => page.paragraph(words.get("send-awaiting-photo")).block(reference()),
        Some(Standing::Slow) => page.paragraph(words.get("send-slow")).block(reference()),
        Some(Standing::Unreached(fault)) => {
            let saved = rename::word(state, "send-saved-here", "rename-saved-here");
            page.block(trouble::central(fault, words)).paragraph(words.get(saved)).block(reference())
        }
        Some(Standing::Waiting | Standing::Offline) | None => page.paragraph(words.get("send-waiting")),
    }
}

/// What the holder takes away: large, and with what happens next.
fn receipt_page(state: &Register, visit: &Visit, desk: &Desk, words: &Words) -> Page {
    let name = holder(visit, words);
    Page::new(words.with("receipt-title", &[("holder", name.into())]))
        .gap()
        .block(Block::Big(receipt(&desk.about.place, visit.id).to_string()))
        .gap()
        .paragraph(words.get("receipt-1"))
        .paragraph(words.get(rename::word(state, "receipt-2", "rename-receipt-2")))
        .paragraph(words.get(rename::word(state, "receipt-3", "rename-receipt-3")))
}

fn refusal_word(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::PossibleDuplicate => "refusal-possible-duplicate",
        RefusalReason::MaybeHere => "refusal-maybe-here",
        RefusalReason::DocumentInUse => "refusal-document-in-use",
        RefusalReason::EvidenceNotMet => "refusal-evidence-not-met",
        RefusalReason::NotAllowed => "refusal-not-allowed",
        RefusalReason::BadSignature => "refusal-bad-signature",
        RefusalReason::ContentDiffers => "refusal-content-differs",
        RefusalReason::NotFound => "refusal-not-found",
        RefusalReason::OwnedByEsr => "refusal-owned-by-esr",
        RefusalReason::RecordChanged => "refusal-record-changed",
        RefusalReason::Other => "refusal-other",
    }
}
