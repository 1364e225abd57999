//! The screens of the reset visit.

use super::page::{Block, Choice, Page, Tone};
use super::{cancel, keys, passcode, preview, say, trouble};
use crate::domain::Person;
use crate::journey::reset::{DOCUMENTS, Look, Portrait, Refusal, Reset, Stage};
use crate::journey::{Desk, Visit};
use crate::words::Words;

/// The page for its state.
pub fn page(state: &Reset, _visit: &Visit, desk: &Desk, words: &Words) -> Page {
    if state.leaving {
        return leaving(state, words);
    }
    match &state.stage {
        Stage::Begin => titled("reset-title", state, words),
        Stage::Refused(refusal) => {
            titled("reset-title", state, words).gap().block(trouble::of(refused(*refusal), words))
        }
        Stage::Contact => contact(state, desk, words),
        Stage::CalledBack => titled("reset-called-back", state, words)
            .paragraph(words.get("reset-called-back-text"))
            .paragraph(words.with("reset-phone", &[("phone", (&desk.about.phone).into())])),
        Stage::Likeness => likeness(state, desk, words),
        Stage::Documents { chosen } => documents(state, chosen, words),
        Stage::Manager => titled("reset-manager-title", state, words)
            .paragraph(words.get("reset-manager-text"))
            .gap()
            .block(cancel::fields(&state.form, "reset-field", words)),
        Stage::ForManager { reason, .. } => for_manager(state, reason, desk, words),
        Stage::NotThisPerson => titled("reset-not-this-title", state, words)
            .paragraph(words.get("reset-not-this-text"))
            .paragraph(words.get("reset-not-this-ask")),
        Stage::Stopped if state.has_touched_the_card() => {
            titled("reset-stopped-set-title", state, words).gap().block(trouble::of("fault-reset-stopped-set", words))
        }
        Stage::Stopped => {
            titled("reset-stopped-title", state, words).gap().block(trouble::of("fault-reset-stopped", words))
        }
        Stage::Passcode(operation) => passcode::page(operation, words),
        Stage::Done => done(state, desk, words),
        Stage::Lost { passcode_set, fault } => {
            let word = if *passcode_set { "fault-reset-lost-set" } else { "fault-passcode-lost" };
            titled("passcode-lost-title", state, words)
                .gap()
                .block(trouble::of(word, words))
                .block(Block::notice(Tone::Muted, words.get(&format!("{}-happened", trouble::card_word(*fault)))))
        }
    }
}

/// A title with the holder's UUID at its end.
fn titled(title: &str, state: &Reset, words: &Words) -> Page {
    let mut page = Page::new(words.get(title));
    let number = state.record.as_ref().and_then(|r| r.person.number.as_ref());
    page.title_right = number.map(|number| words.with("card-uuid", &[("number", number.spaced().into())]));
    page
}

fn refused(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::OwnCard => "fault-central-own-card",
        Refusal::Cancelled => "fault-central-card-cancelled",
        Refusal::Spoilt => "fault-reset-spoilt",
        Refusal::OldSeries => "fault-reset-old-series",
        Refusal::NotIssued => "fault-reset-not-issued",
        Refusal::Role => "fault-central-not-allowed",
    }
}

/// Photo, name and UUID from central; the answers have no default.
fn likeness(state: &Reset, desk: &Desk, words: &Words) -> Page {
    let mut page = titled("reset-likeness-title", state, words);
    let Some(record) = &state.record else { return page };
    if state.waiting.is_some() {
        page = page.block(Block::notice(Tone::Warn, words.get("reset-likeness-again")));
    }
    let mut beside = vec![
        Block::heading(record.person.name.full()),
        Block::paragraph(format!(
            "{}, {}",
            record.person.position,
            desk.organisation_name(&record.person.organisation)
        )),
    ];
    if is_expired(state, desk) {
        beside.push(Block::notice(Tone::Warn, words.get("reset-expired")));
    }
    let rows = [
        ("reset-looks-like", why_no_photo(&state.portrait.look)),
        ("reset-two-documents", None),
        ("reset-manager-vouches", None),
        ("reset-not-this-person", None),
    ];
    let rows = answers(&rows, words);
    page = page.hints(keys::choose(words, rows.len()));
    if let Look::Fault(fault) = state.portrait.look {
        beside.push(trouble::central(fault, words));
    }
    // The answers stand beside the photo: face, name and question are one look.
    beside.extend([Block::Gap, Block::Choices(rows)]);
    with_photo(page, &state.portrait, beside, words)
}

/// Why the photo can't be compared now.
pub(super) fn why_no_photo(look: &Look) -> Option<&'static str> {
    match look {
        Look::Here(_) => None,
        Look::NotAsked | Look::Coming => Some("reset-photo-coming"),
        Look::NoneAtCentral => Some("reset-photo-none"),
        Look::Fault(_) | Look::NotAPicture => Some("reset-photo-fault"),
    }
}

/// Answers with their numbers, and why one can't be given now.
pub(super) fn answers(rows: &[(&str, Option<&str>)], words: &Words) -> Vec<Choice> {
    let rows = rows.iter().zip(1..).map(|((label, why_not), number)| Choice {
        refused: why_not.map(|why| words.get(why)),
        ..Choice::new(number, words.get(label))
    });
    rows.collect()
}

/// These blocks beside central's photo, or alone where there is none.
pub(super) fn with_photo(page: Page, portrait: &Portrait, beside: Vec<Block>, words: &Words) -> Page {
    match &portrait.look {
        Look::Here(cells) => page.block(preview::block(cells, "reset-photo", beside, words)),
        _ => beside.into_iter().fold(page, Page::block),
    }
}

/// The manager, in a session of their own: photo, record and why a manager was asked for.
fn for_manager(state: &Reset, reason: &str, desk: &Desk, words: &Words) -> Page {
    let page = titled("reset-confirm-title", state, words);
    let Some(record) = &state.record else { return page };
    let beside = vouching(&record.person, reason, "reset-confirm-text", desk, words);
    with_photo(page, &state.portrait, beside, words)
}

/// The record, why a manager is asked, and for what the manager's card signs.
pub(super) fn vouching(person: &Person, reason: &str, text: &str, desk: &Desk, words: &Words) -> Vec<Block> {
    let facts = Block::facts([
        (words.get("reset-fact-name"), person.name.full()),
        (words.get("reset-fact-born"), say::date(words, person.birth_date)),
        (
            words.get("reset-fact-work"),
            format!("{}, {}", person.position, desk.organisation_name(&person.organisation)),
        ),
        (words.get("reset-fact-why"), reason.to_owned()),
    ]);
    vec![facts, Block::Gap, Block::paragraph(words.get(text))]
}

fn documents(state: &Reset, chosen: &[usize], words: &Words) -> Page {
    let mut page = titled("reset-documents-title", state, words).paragraph(words.get("reset-documents-text"));
    if let Some(record) = &state.record {
        page = page.block(Block::facts([
            (words.get("reset-fact-name"), record.person.name.full()),
            (words.get("reset-fact-born"), say::date(words, record.person.birth_date)),
        ]));
    }
    page.gap().hints(keys::choose(words, DOCUMENTS.len())).choices(document_rows(chosen, words))
}

/// The documents that may match the record, with those that were chosen.
pub(super) fn document_rows(chosen: &[usize], words: &Words) -> Vec<Choice> {
    let rows = DOCUMENTS.iter().enumerate().map(|(at, kind)| {
        let number = u8::try_from(at + 1).unwrap_or(0);
        let choice = Choice::new(number, words.get(&format!("reset-document-{}", kind.replace('_', "-"))));
        if chosen.contains(&at) { choice.hint(words.get("reset-document-seen")) } else { choice }
    });
    rows.collect()
}

fn contact(state: &Reset, desk: &Desk, words: &Words) -> Page {
    let why = if desk.is_online() { "reset-contact-unknown" } else { "reset-contact-offline" };
    titled("reset-contact-title", state, words)
        .block(Block::notice(Tone::Warn, words.get(why)))
        .paragraph(words.get("reset-contact-text"))
        .gap()
        .block(cancel::fields(&state.form, "reset-field", words))
        .gap()
        .paragraph(words.with("reset-phone", &[("phone", (&desk.about.phone).into())]))
}

fn done(state: &Reset, desk: &Desk, words: &Words) -> Page {
    let page = titled("reset-done-title", state, words)
        .gap()
        .block(Block::notice(Tone::Good, words.get("reset-done")))
        .paragraph(words.get("reset-done-next"));
    if is_expired(state, desk) { page.block(Block::notice(Tone::Warn, words.get("reset-expired"))) } else { page }
}

fn is_expired(state: &Reset, desk: &Desk) -> bool {
    state.report.certificates.values().any(|c| c.not_after < desk.minute)
}

/// In the middle: leave it parked, or end it while the chip is untouched.
fn leaving(state: &Reset, words: &Words) -> Page {
    let touched = state.has_touched_the_card();
    let end = Choice {
        refused: touched.then(|| words.get("reset-end-touched")),
        ..Choice::new(2, words.get("reset-leave-end"))
    };
    let rows = vec![Choice::new(1, words.get("reset-leave-parked")), end];
    titled("reset-leave-title", state, words)
        .paragraph(words.get("reset-leave-text"))
        .gap()
        .hints(keys::choose(words, rows.len()))
        .choices(rows)
}

#[cfg(test)]
mod tests;
