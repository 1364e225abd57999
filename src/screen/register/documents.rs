//! The pages of the identity documents.

use super::{fields, summary};
use crate::journey::register::documents::{
    DOCUMENTS_MAX, Draft, KINDS_A_PAGE, Row, fault_word, kinds_on, rows, verdict,
};
use crate::journey::register::{Register, Stage};
use crate::policy::documents::{Part, list, masked};
use crate::policy::evidence::{DOCUMENTS_MIN, Document, Missing};
use crate::screen::page::{Block, Choice, Page, Tone};
use crate::screen::say;
use crate::words::Words;

/// The page for its stage.
pub fn page(state: &Register, words: &Words) -> Page {
    match state.stage {
        Stage::Kind(page) => kinds(state, page, words),
        Stage::Use => {
            let row = |at: usize, id: &str| {
                Choice::new(u8::try_from(at + 1).unwrap_or(0), words.get(id)).focused(state.pick == at)
            };
            titled(words.get("document-use-title"), state, words)
                .choices(vec![row(0, "document-use-photo"), row(1, "document-use-address")])
                .paragraph(words.get("document-use-text"))
        }
        Stage::Document => match &state.draft {
            Some(draft) => form(state, draft, words),
            None => Page::default(),
        },
        Stage::Seen => match state.draft.as_ref().and_then(|draft| draft.read.as_ref()) {
            Some(document) => seen(state, document, words),
            None => Page::default(),
        },
        Stage::Remove(at) => {
            let line = state.documents.get(at).map(|d| line(d, words)).unwrap_or_default();
            Page::new(words.get("document-remove-title")).paragraph(line).paragraph(words.get("document-remove-ask"))
        }
        _ => documents(state, words),
    }
}

fn titled(title: String, state: &Register, words: &Words) -> Page {
    let at = state.draft.as_ref().and_then(|draft| draft.at).unwrap_or(state.documents.len());
    let place = words.with("document-place", &[("number", (at + 1).into()), ("total", DOCUMENTS_MIN.into())]);
    let page = Page::new(title);
    if at < DOCUMENTS_MIN { page.right(place).gap() } else { page.gap() }
}

/// What is still needed, in words; none when nothing is.
pub fn still_needed(state: &Register, words: &Words) -> Option<String> {
    let missing = verdict(state).missing;
    let one = |what: &Missing| match what {
        Missing::Photo => words.get("document-missing-photo"),
        Missing::Address => words.get("document-missing-address"),
        Missing::More(count) => words.with("document-missing-more", &[("count", (*count).into())]),
        Missing::Number => words.get("document-missing-number"),
    };
    let list: Vec<String> = missing.iter().map(one).collect();
    (!list.is_empty()).then(|| words.with("document-still-needed", &[("list", list.join(", ").into())]))
}

fn kind_name(id: &str, words: &Words) -> String {
    words.get(&format!("document-kind-{id}"))
}

/// `UK passport, number ·····5416, good until 14 October 2031`.
fn line(document: &Document, words: &Words) -> String {
    let mut parts = vec![kind_name(&document.kind, words)];
    let asked = list().kind(&document.kind).is_some_and(|kind| kind.asks(Part::Issuer));
    if asked {
        parts.push(document.issuer.clone());
    }
    if let Some(number) = &document.number {
        parts.push(words.with("document-number", &[("number", masked(number).into())]));
    }
    if let Some(day) = document.issued {
        parts.push(words.with("document-dated", &[("date", say::date(words, day).into())]));
    }
    if let Some(day) = document.expires {
        parts.push(words.with("document-until", &[("date", say::date(words, day).into())]));
    }
    parts.join(", ")
}

/// The documents as lines, for the check page.
pub fn lines(state: &Register, words: &Words) -> Vec<String> {
    state.documents.iter().map(|document| line(document, words)).collect()
}

fn months_of(kind: &str) -> u8 {
    let kind = list().kind(kind);
    // Days count as months of thirty: "3 months" for the 90 days of a share code.
    kind.and_then(|kind| kind.months.or(kind.days.and_then(|days| u8::try_from(days / 30).ok()))).unwrap_or(0)
}

fn documents(state: &Register, words: &Words) -> Page {
    let verdict = verdict(state);
    let choice = |(at, row): (usize, Row)| {
        let label = match row {
            Row::Document(at) => state.documents.get(at).map(|d| line(d, words)).unwrap_or_default(),
            Row::Draft => {
                let kind = state.draft.as_ref().map(|d| kind_name(&d.kind, words)).unwrap_or_default();
                words.with("document-go-on", &[("kind", kind.into())])
            }
            Row::Add => words.get("document-add"),
            Row::Enough => words.get("document-enough"),
        };
        let mut choice = Choice::new(u8::try_from(at + 1).unwrap_or(0), label).focused(state.pick == at);
        if let Row::Document(at) = row {
            let fault = verdict.faults.iter().find(|(wrong, _)| *wrong == at).map(|(_, fault)| *fault);
            choice.hint = state.documents.get(at).map(|document| match fault {
                Some(fault) => words.with(fault_word(fault), &[("months", months_of(&document.kind).into())]),
                None => words.get(&format!("document-counts-{}", document.used_as.as_str())),
            });
        }
        choice
    };
    let rows: Vec<Choice> = rows(state).into_iter().enumerate().map(choice).collect();
    let full = state.documents.len() >= DOCUMENTS_MAX;
    Page::new(words.get("document-list-title"))
        .paragraph(still_needed(state, words).unwrap_or_else(|| words.get("document-met")))
        .gap()
        .choices(rows)
        .maybe(full.then(|| Block::notice(Tone::Plain, words.get("document-list-full"))))
}

fn kinds(state: &Register, page: usize, words: &Words) -> Page {
    let mut rows: Vec<Choice> = kinds_on(page)
        .iter()
        .enumerate()
        .map(|(at, kind)| {
            Choice::new(u8::try_from(at + 1).unwrap_or(0), kind_name(&kind.id, words)).focused(state.pick == at)
        })
        .collect();
    let more = rows.len();
    let last = kinds_on(page + 1).is_empty();
    let label = words.get(if last { "document-kinds-first" } else { "document-kinds-more" });
    rows.push(Choice::new(u8::try_from(more + 1).unwrap_or(0), label).focused(state.pick == more));
    debug_assert!(rows.len() <= KINDS_A_PAGE + 1);
    titled(words.get("document-kind-title"), state, words)
        .maybe(still_needed(state, words).map(Block::paragraph))
        .choices(rows)
        .maybe(
            state.rejected.as_deref().map(|id| Block::notice(Tone::Danger, words.get(&format!("document-why-{id}")))),
        )
}

fn form(state: &Register, draft: &Draft, words: &Words) -> Page {
    let months = months_of(&draft.kind);
    let mut shown = fields(&draft.entry, &[Part::Number.as_str()], months, words);
    if let (Some(kept), Some(field)) = (&draft.kept_number, shown.first_mut())
        && draft.entry.form.fields.first().is_some_and(|field| field.id == Part::Number.as_str())
    {
        field.hint = Some(words.with("document-number-kept", &[("number", masked(kept).into())]));
    }
    titled(kind_name(&draft.kind, words), state, words)
        .maybe(summary(&draft.entry, months, words))
        .fields(shown)
        .gap()
        .paragraph(words.get(&format!("document-counts-{}", draft.used_as.as_str())))
}

fn seen(state: &Register, document: &Document, words: &Words) -> Page {
    titled(kind_name(&document.kind, words), state, words)
        .paragraph(line(document, words))
        .gap()
        .block(Block::heading(words.get("document-seen-ask")))
        .paragraph(words.get("document-seen-text"))
}
