//! The pages that only a change of name has: who it is, both names beside each other, and what comes after.

use super::{Register, fields, holder, summary};
use crate::domain::Person;
use crate::journey::register::Stage;
use crate::journey::register::rename::{self, After, Renaming};
use crate::journey::reset::Look;
use crate::journey::{Desk, Visit};
use crate::screen::page::{Block, Choice, Page, Tone};
use crate::screen::{keys, reset, say, trouble};
use crate::wire::fact::IdentityCheck;
use crate::words::Words;

/// The word of a registration, or of a change of name where that says it otherwise.
pub fn word(state: &Register, register: &'static str, rename: &'static str) -> &'static str {
    if state.renaming.is_some() { rename } else { register }
}

/// The pages that ask who it is.
pub fn who(state: &Register, desk: &Desk, words: &Words) -> Page {
    match &state.renaming {
        None => Page::default(),
        Some(renaming) => match state.stage {
            Stage::WhoDocuments => documents(renaming, words),
            Stage::WhoManager => Page::new(words.get("reset-manager-title"))
                .maybe(summary(&renaming.why, 0, words))
                .paragraph(words.get("reset-manager-text"))
                .gap()
                .fields(fields(&renaming.why, &[], 0, words)),
            Stage::WhoConfirm => confirm(renaming, desk, words),
            _ => likeness(renaming, desk, words),
        },
    }
}

/// Photo and record from central; the answers have no default.
fn likeness(renaming: &Renaming, desk: &Desk, words: &Words) -> Page {
    let person = &renaming.person;
    let why_not = match desk.is_online() {
        true => reset::why_no_photo(&renaming.portrait.look),
        false => Some("rename-photo-offline"),
    };
    let rows = [
        ("reset-looks-like", why_not),
        ("reset-two-documents", None),
        ("reset-manager-vouches", None),
        ("reset-not-this-person", None),
    ];
    let rows = reset::answers(&rows, words);
    let mut beside = vec![record(person, words), Block::paragraph(work(person, desk))];
    if let Look::Fault(fault) = renaming.portrait.look {
        beside.push(trouble::central(fault, words));
    }
    let page = Page::new(words.get("reset-likeness-title")).hints(keys::choose(words, rows.len()));
    beside.extend([Block::Gap, Block::Choices(rows)]);
    reset::with_photo(page, &renaming.portrait, beside, words)
}

fn work(person: &Person, desk: &Desk) -> String {
    format!("{}, {}", person.position, desk.organisation_name(&person.organisation))
}

fn record(person: &Person, words: &Words) -> Block {
    Block::facts([
        (words.get("reset-fact-name"), person.name.full()),
        (words.get("reset-fact-born"), say::date(words, person.birth_date)),
    ])
}

/// The manager, in a session of their own.
fn confirm(renaming: &Renaming, desk: &Desk, words: &Words) -> Page {
    let reason = renaming.asked.as_ref().map(|asked| asked.reason.as_str()).unwrap_or_default();
    let beside = reset::vouching(&renaming.person, reason, "rename-confirm-who", desk, words);
    reset::with_photo(Page::new(words.get("reset-confirm-title")), &renaming.portrait, beside, words)
}

fn documents(renaming: &Renaming, words: &Words) -> Page {
    let rows: Vec<Choice> = reset::document_rows(&renaming.chosen, words);
    Page::new(words.get("reset-documents-title"))
        .paragraph(words.get("reset-documents-text"))
        .block(record(&renaming.person, words))
        .gap()
        .hints(keys::choose(words, rows.len()))
        .choices(rows)
}

/// The name on record beside the new one.
pub fn both(state: &Register, words: &Words) -> Option<Block> {
    let now = state.renaming.as_ref()?.person.name.full();
    let new = rename::renamed(state).map_or_else(|| words.get("check-none"), |person| person.name.full());
    Some(Block::facts([(words.get("rename-name-now"), now), (words.get("rename-name-new"), new)]))
}

/// How the holder was known, for the check page.
pub fn known(state: &Register, words: &Words) -> String {
    words.get(match state.renaming.as_ref().and_then(|renaming| renaming.check.as_ref()) {
        Some(IdentityCheck::Likeness) => "rename-known-likeness",
        Some(IdentityCheck::TwoDocuments { .. }) => "rename-known-documents",
        Some(IdentityCheck::Manager { .. }) => "rename-known-manager",
        None => "check-none",
    })
}

/// What is asked of the names on the document in the agent's hand.
pub fn question(state: &Register, words: &Words) -> Option<String> {
    let old = state.renaming.as_ref()?.person.name.full();
    let new = rename::renamed(state).map(|person| person.name.full()).unwrap_or_default();
    Some(words.with("rename-exam-name", &[("old", old.into()), ("new", new.into())]))
}

/// Central has the new name; the card is next.
pub fn made(state: &Register, visit: &Visit, desk: &Desk, words: &Words) -> Page {
    let page = Page::new(words.with("rename-made-title", &[("holder", holder(visit, words).into())])).gap();
    let page = page.block(Block::notice(Tone::Good, words.get("rename-made")));
    match rename::after(state, desk) {
        After::CancelOld => page.paragraph(words.get("rename-after-cancel")).paragraph(words.get("rename-after-lost")),
        After::NewCard => page.paragraph(words.get("rename-after-card")),
        After::Nothing => page.paragraph(words.get("rename-after-nothing")),
    }
}
