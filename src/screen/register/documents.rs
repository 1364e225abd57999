//! The pages of the identity documents: the list, the types, the fields, the examination.

use super::{evidence, fields, rename, summary, zone};
use crate::journey::Desk;
use crate::journey::register::documents::{DOCUMENTS_MAX, KINDS_A_PAGE, Row, kinds_on, rows};
use crate::journey::register::draft::Draft;
use crate::journey::register::endorser::Question;
use crate::journey::register::evidence::policy;
use crate::journey::register::exam::Ask;
use crate::journey::register::tasks::DOCUMENTS_MIN;
use crate::journey::register::{Register, Stage};
use crate::policy::documents::{Kind, Part, masked};
use crate::policy::facts::DocumentFacts;
use crate::screen::page::{Block, Choice, Page, Tone};
use crate::screen::say;
use crate::words::Words;

/// The page for its stage, with the panel that says how the evidence stands.
pub fn page(state: &Register, desk: &Desk, words: &Words) -> Page {
    let page = match (state.stage, &state.draft) {
        (Stage::Kind(page), _) => kinds(state, page, desk, words),
        (Stage::Zone, Some(draft)) => {
            zone::page(titled(kind_name(&draft.facts.kind, words), state, words), state, draft, desk, words)
        }
        (Stage::Document, Some(draft)) => form(state, draft, desk, words),
        (Stage::Exam, Some(draft)) => exam(state, draft, desk, words),
        (Stage::Shown, Some(draft)) => titled(kind_name(&draft.facts.kind, words), state, words)
            .maybe(summary(&draft.shown, 0, words))
            .paragraph(words.get("document-shown-text"))
            .fields(fields(&draft.shown, &[], 0, words)),
        (Stage::Explain, _) => evidence::explain(state, desk, words),
        (Stage::Endorser, _) => Page::new(words.get("endorser-title"))
            .maybe(summary(&state.endorser, 0, words))
            .paragraph(words.get("endorser-text"))
            .fields(fields(&state.endorser, &[], 0, words)),
        (Stage::Endorsed(at), _) => endorsed(state, at, words),
        (Stage::Remove(at), _) => {
            let line = state.documents.get(at).map(|d| line(d, desk, words)).unwrap_or_default();
            Page::new(words.get("document-remove-title")).paragraph(line).paragraph(words.get("document-remove-ask"))
        }
        (Stage::Documents, _) => documents(state, desk, words),
        _ => Page::default(),
    };
    evidence::panel(state, words).into_iter().fold(page, Page::beside)
}

/// A page about one document: which one of how many.
fn titled(title: String, state: &Register, words: &Words) -> Page {
    let at = state.draft.as_ref().and_then(|draft| draft.at).unwrap_or(state.documents.len());
    let place = words.with("document-place", &[("number", (at + 1).into()), ("total", DOCUMENTS_MIN.into())]);
    let page = Page::new(title);
    if at < DOCUMENTS_MIN && state.renaming.is_none() { page.right(place).gap() } else { page.gap() }
}

/// The name of a type of document.
pub fn kind_name(id: &str, words: &Words) -> String {
    words.get(&format!("document-kind-{id}"))
}

/// `UK passport, number ·····5416, good until 14 October 2031`.
pub fn line(document: &DocumentFacts, desk: &Desk, words: &Words) -> String {
    let mut parts = vec![kind_name(&document.kind, words)];
    let asked = kind_of(desk, &document.kind).is_some_and(|kind| kind.asks(Part::Issuer));
    if let Some(issuer) = document.issuer.as_ref().filter(|_| asked) {
        parts.push(issuer.clone());
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
pub fn lines(state: &Register, desk: &Desk, words: &Words) -> Vec<String> {
    state.documents.iter().map(|document| line(document, desk, words)).collect()
}

/// A type by the policy documents seen today are judged by.
fn kind_of<'a>(desk: &'a Desk, id: &str) -> Option<&'a Kind> {
    policy(desk).and_then(|policy| policy.kind(id))
}

fn months_of(desk: &Desk, kind: &str) -> u8 {
    let kind = kind_of(desk, kind);
    // Days count as months of thirty: "3 months" for the 90 days of a share code.
    kind.and_then(|kind| kind.months.or(kind.days.and_then(|days| u8::try_from(days / 30).ok()))).unwrap_or(0)
}

fn documents(state: &Register, desk: &Desk, words: &Words) -> Page {
    let rows = rows(state).into_iter().enumerate().map(|(at, row)| {
        let label = match &row {
            Row::Document(at) => state.documents.get(*at).map(|d| line(d, desk, words)).unwrap_or_default(),
            Row::Contradiction(what) => evidence::contradiction(state, what, words),
            Row::Endorsed => words.get("document-endorsed-photo"),
            Row::Draft => {
                let kind = state.draft.as_ref().map(|d| kind_name(&d.facts.kind, words)).unwrap_or_default();
                words.with("document-go-on", &[("kind", kind.into())])
            }
            Row::Add => words.get("document-add"),
            Row::Enough => words.get("document-enough"),
        };
        let mut choice = Choice::new(u8::try_from(at + 1).unwrap_or(0), label).focused(state.pick == at);
        choice.hint = match row {
            Row::Document(at) => state.documents.get(at).map(|d| evidence::standing(state, d, words)),
            Row::Endorsed => state.endorsed.as_ref().map(|_| words.get("document-endorsed-begun")),
            _ => None,
        };
        choice
    });
    let rows: Vec<Choice> = rows.collect();
    let full = state.documents.len() >= DOCUMENTS_MAX;
    let manager = state.incidents > 0;
    Page::new(words.get(rename::word(state, "document-list-title", "rename-list-title")))
        .choices(rows)
        .maybe(manager.then(|| Block::notice(Tone::Plain, words.get("document-manager"))))
        .maybe(full.then(|| Block::notice(Tone::Plain, words.get("document-list-full"))))
}

fn kinds(state: &Register, page: usize, desk: &Desk, words: &Words) -> Page {
    let mut rows: Vec<Choice> = kinds_on(state, desk, page)
        .iter()
        .enumerate()
        .map(|(at, kind)| {
            Choice::new(u8::try_from(at + 1).unwrap_or(0), kind_name(&kind.id, words)).focused(state.pick == at)
        })
        .collect();
    if state.renaming.is_none() {
        let more = rows.len();
        let last = kinds_on(state, desk, page + 1).is_empty();
        let label = words.get(if last { "document-kinds-first" } else { "document-kinds-more" });
        rows.push(Choice::new(u8::try_from(more + 1).unwrap_or(0), label).focused(state.pick == more));
    }
    debug_assert!(rows.len() <= KINDS_A_PAGE + 1);
    titled(words.get("document-kind-title"), state, words).choices(rows).maybe(
        state.rejected.as_deref().map(|id| Block::notice(Tone::Danger, words.get(&format!("document-why-{id}")))),
    )
}

fn form(state: &Register, draft: &Draft, desk: &Desk, words: &Words) -> Page {
    let months = months_of(desk, &draft.facts.kind);
    let mut shown = fields(&draft.entry, &[Part::Number.as_str()], months, words);
    if let (Some(kept), Some(field)) = (&draft.facts.number, shown.first_mut())
        && draft.entry.form.fields.first().is_some_and(|field| field.id == Part::Number.as_str())
    {
        field.hint = Some(words.with("document-number-kept", &[("number", masked(kept).into())]));
    }
    titled(kind_name(&draft.facts.kind, words), state, words).maybe(summary(&draft.entry, months, words)).fields(shown)
}

/// One question of the examination.
fn exam(state: &Register, draft: &Draft, desk: &Desk, words: &Words) -> Page {
    let Some(exam) = &draft.exam else { return Page::default() };
    // What is to be read back from the document must not stand on the screen.
    let known =
        (!matches!(exam.now(), Some(Ask::Control(_)))).then(|| Block::paragraph(line(&draft.facts, desk, words)));
    let page = titled(kind_name(&draft.facts.kind, words), state, words).maybe(known).gap();
    let count = say::count_of(words, exam.given.len(), exam.asks.len());
    let page = page.block(Block::heading(words.with("exam-done", &[("count", count.into())])));
    match exam.now() {
        Some(Ask::Control(detail)) => page
            .paragraph(words.get(&format!("exam-control-{}", detail.as_str())))
            .fields(fields(&exam.control, &[], 0, words)),
        Some(ask) => page.paragraph(question(ask, state, desk, words)).maybe(hint(ask, draft, words)),
        None => page,
    }
}

fn question(ask: &Ask, state: &Register, desk: &Desk, words: &Words) -> String {
    match ask {
        Ask::Original => {
            let kind = state.draft.as_ref().and_then(|draft| kind_of(desk, &draft.facts.kind));
            words.get(if kind.is_some_and(|kind| kind.online) { "exam-original-online" } else { "exam-original" })
        }
        Ask::Name if state.renaming.is_some() => rename::question(state, words).unwrap_or_default(),
        Ask::Name => {
            let details = crate::journey::register::details::read(&state.details, state.day).ok();
            let name = details.as_ref().map(|d| d.name.full()).unwrap_or_default();
            let birth = details.map(|d| say::date(words, d.birth_date)).unwrap_or_default();
            words.with("exam-name", &[("name", name.into()), ("birth", birth.into())])
        }
        Ask::Check(id) => words.get(&format!("check-{id}")),
        Ask::Control(_) => String::new(),
    }
}

/// What helps to answer: for a zone that was read, the fields no check digit guards.
fn hint(ask: &Ask, draft: &Draft, words: &Words) -> Option<Block> {
    let compares = *ask == Ask::Check("compare_print".to_owned()) && draft.name_read;
    let format = draft.grid.format().filter(|_| compares)?;
    Some(Block::paragraph(zone::by_eye(format, words)))
}

fn endorsed(state: &Register, at: usize, words: &Words) -> Page {
    let Some(question) = Question::ALL.get(at) else { return Page::default() };
    let count = say::count_of(words, at, Question::ALL.len());
    let name = state.endorser.text("endorser-name").to_owned();
    Page::new(words.get("endorser-title"))
        .gap()
        .block(Block::heading(words.with("exam-done", &[("count", count.into())])))
        .paragraph(words.with(&format!("endorser-ask-{}", question.as_str()), &[("name", name.into())]))
}
