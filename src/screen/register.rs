//! The screens of the register visit: the task list, the search, the details, the terms. Documents, photo and sending have files
//! of their own.

mod documents;
mod evidence;
mod photo;
mod rename;
mod send;
mod zone;

#[cfg(test)]
mod tests;

use super::page::{Block, Choice, Field, Page, SummaryError, TaskRow, Tone};
use super::{say, trouble};
use crate::document::same_person::Band;
use crate::domain::{Role, UserNumber};
use crate::journey::register::entry::Entry;
use crate::journey::register::find::{self, Use};
use crate::journey::register::tasks::{self, TaskStatus};
use crate::journey::register::{Register, Stage, TaskId};
use crate::journey::{Desk, Visit};
use crate::wire::message::PersonHit;
use crate::words::Words;

/// The page for its state.
pub fn page(state: &Register, visit: &Visit, desk: &Desk, words: &Words) -> Page {
    let page = match state.stage {
        Stage::Tasks => task_list(state, visit, desk, words),
        Stage::Who | Stage::WhoDocuments | Stage::WhoManager | Stage::WhoConfirm => rename::who(state, desk, words),
        Stage::Find => find_page(state, desk, words),
        Stage::Found => found_page(state, desk, words),
        Stage::NotSame => not_same_page(state, desk, words),
        Stage::Person(at) => person_page(state, at, desk, words),
        Stage::Details if state.renaming.is_some() => new_name_page(state, words),
        Stage::Details => details_page(state, desk, words),
        Stage::Documents
        | Stage::Kind(_)
        | Stage::Zone
        | Stage::Document
        | Stage::Exam
        | Stage::Shown
        | Stage::Explain
        | Stage::Endorser
        | Stage::Endorsed(_)
        | Stage::Remove(_) => documents::page(state, desk, words),
        Stage::Photo | Stage::Reason | Stage::Likeness => photo::page(state, words),
        Stage::Terms => terms_page(visit, words),
        Stage::Abandon => Page::new(words.get(rename::word(state, "register-abandon-title", "rename-abandon-title")))
            .paragraph(words.get(rename::word(state, "register-abandon-text", "rename-abandon-text")))
            .paragraph(words.get("register-abandon-ask")),
        _ => send::page(state, visit, desk, words),
    };
    let mut page = page.maybe(state.notice.map(|word| Block::notice(Tone::Warn, words.get(word))));
    // First, so that its three lines are seen on the smallest screen, whatever stands below.
    if let Some(what) = state.trouble {
        page.blocks.insert(0, trouble::journey(what, words));
    }
    page
}

/// The name of the visit's holder, or that it is not known yet.
fn holder(visit: &Visit, words: &Words) -> String {
    visit.holder.clone().unwrap_or_else(|| words.get("holder-unknown"))
}

fn task_list(state: &Register, visit: &Visit, desk: &Desk, words: &Words) -> Page {
    let title = rename::word(state, "register-title", "rename-title");
    let title = words.with(title, &[("holder", holder(visit, words).into())]);
    let mut rows: Vec<TaskRow> = TaskId::all(state)
        .iter()
        .copied()
        .enumerate()
        .map(|(at, task)| {
            let (text, tone) = status(&tasks::status(state, desk, task), state, words);
            let label = match state.renaming {
                Some(_) => format!("rename-task-{}", task.as_str()),
                None => format!("task-{}", task.as_str()),
            };
            let mut row = TaskRow::new(u8::try_from(at + 1).unwrap_or(0), words.get(&label), text)
                .tone(tone)
                .focused(state.pick == at);
            row.note = note(state, task, words);
            row
        })
        .collect();
    // Not a task of this visit's own: it follows by itself once central has given the number.
    let after = words.get(rename::word(state, "task-card-after", "rename-card-after"));
    let number = u8::try_from(rows.len() + 1).unwrap_or(0);
    rows.push(TaskRow::new(number, words.get("task-card"), after).tone(Tone::Muted));
    let minutes = say::duration(words, desk.minute.since(visit.started));
    Page::new(title).right(minutes).gap().block(Block::Tasks(rows))
}

fn status(status: &TaskStatus, state: &Register, words: &Words) -> (String, Tone) {
    match status {
        TaskStatus::Done => (words.get("task-done"), Tone::Good),
        TaskStatus::NotStarted => (words.get("task-not-started"), Tone::Plain),
        TaskStatus::Started => (words.get("task-started"), Tone::Warn),
        TaskStatus::Count(have, of) => (say::count_of(words, *have, *of), Tone::Warn),
        TaskStatus::Clock => (words.get("task-clock"), Tone::Danger),
        TaskStatus::After(tasks) => {
            let short = rename::word(state, "task-short-", "rename-short-");
            let list: Vec<String> = tasks.iter().map(|t| words.get(&format!("{short}{}", t.as_str()))).collect();
            (words.with("task-after", &[("list", list.join(", ").into())]), Tone::Muted)
        }
    }
}

fn note(state: &Register, task: TaskId, words: &Words) -> Option<String> {
    match task {
        TaskId::Find => {
            let found = state.found.as_ref().filter(|found| found.nobody)?;
            let id = if found.by_central { "task-note-nobody" } else { "task-note-nobody-here" };
            Some(words.with(id, &[("time", found.at.london_clock().into())]))
        }
        TaskId::Documents if !state.documents.is_empty() => evidence::still_needed(state, words),
        _ => None,
    }
}

/// The fields of a form. The values of `masked` are shown only while the cursor is in them.
fn fields(entry: &Entry, masked: &[&str], months: u8, words: &Words) -> Vec<Field> {
    let one = |(at, field): (usize, &crate::journey::form::Field)| {
        let focused = at == entry.form.focus && !entry.summary;
        let hide = masked.contains(&field.id.as_str()) && !focused;
        let value = if hide { crate::policy::documents::masked(field.text.trim()) } else { field.text.clone() };
        let hint = format!("hint-{}", field.id);
        let mut shown = Field::new(words.get(&format!("field-{}", field.id)), value)
            .width(u16::try_from(field.max).unwrap_or(30).clamp(10, 30))
            .cursor(field.cursor)
            .error(field.error.as_deref().map(|error| error_text(error, months, words)))
            .focused(focused);
        shown.hint = words.has(&hint).then(|| words.get(&hint));
        shown
    };
    entry.form.fields.iter().enumerate().map(one).collect()
}

fn error_text(error: &str, months: u8, words: &Words) -> String {
    words.with(error, &[("months", months.into())])
}

/// The error summary. Its digits jump only where there is a choice: with one error the cursor is in its field already.
fn summary(entry: &Entry, months: u8, words: &Words) -> Option<Block> {
    let errors: Vec<SummaryError> = entry
        .form
        .fields
        .iter()
        .filter_map(|field| field.error.as_deref().map(|error| (field, error)))
        .enumerate()
        .map(|(at, (field, error))| {
            let label = words.get(&format!("field-{}", field.id));
            let text = format!("{label}: {}", error_text(error, months, words));
            SummaryError { number: u8::try_from(at + 1).unwrap_or(0), text }
        })
        .collect();
    match &errors[..] {
        [] => None,
        [only] => Some(Block::notice(Tone::Danger, only.text.clone())),
        _ => Some(Block::ErrorSummary(errors)),
    }
}

fn find_page(state: &Register, desk: &Desk, words: &Words) -> Page {
    let page = Page::new(words.get("register-find-title"))
        .maybe(summary(&state.find, 0, words))
        .paragraph(words.get("register-find-text"))
        .gap()
        .fields(fields(&state.find, &["document"], 0, words));
    if state.asked.is_some() {
        return page.gap().paragraph(words.get("register-searching"));
    }
    let offline = (!desk.is_online()).then(|| Block::notice(Tone::Warn, words.get("register-find-offline")));
    page.maybe(offline)
}

fn found_page(state: &Register, desk: &Desk, words: &Words) -> Page {
    let Some(found) = &state.found else { return Page::default() };
    let title = words.with("register-found-title", &[("count", found.hits.len().into())]);
    let mut rows: Vec<Choice> = found
        .hits
        .iter()
        .enumerate()
        .map(|(at, hit)| {
            let number = u8::try_from(at + 1).unwrap_or(0);
            Choice::new(number, hit_line(hit, desk, words)).hint(hit_hint(hit, words)).focused(state.pick == at)
        })
        .collect();
    let nobody = find::nobody_row(found);
    let number = u8::try_from(nobody + 1).unwrap_or(0);
    rows.push(Choice::new(number, words.get("register-nobody")).focused(state.pick == nobody));
    let text = if found.hits.is_empty() { "register-found-none" } else { "register-found-text" };
    Page::new(title)
        .paragraph(words.get(text))
        .maybe((!found.by_central).then(|| Block::notice(Tone::Warn, words.get("register-found-here-only"))))
        .maybe(found.more.then(|| Block::notice(Tone::Warn, words.get("register-found-more"))))
        .maybe(found.very_likely().next().map(|_| Block::notice(Tone::Warn, words.get("register-found-likely"))))
        .gap()
        .choices(rows)
}

/// Enough to tell two people apart, not enough to learn about one.
fn hit_line(hit: &PersonHit, desk: &Desk, words: &Words) -> String {
    let person = &hit.person;
    let number = person.number.as_ref().map(masked_number).unwrap_or_else(|| words.get("register-no-number"));
    words.with(
        "register-hit",
        &[
            ("name", person.name.full().into()),
            ("year", i64::from(person.birth_date.year()).into()),
            ("number", number.into()),
            ("organisation", desk.organisation_name(&person.organisation).into()),
        ],
    )
}

/// `5551..4417`.
fn masked_number(number: &UserNumber) -> String {
    let digits = number.digits();
    format!("{}..{}", digits.get(..4).unwrap_or_default(), digits.get(8..).unwrap_or_default())
}

fn card_word(hit: &PersonHit, words: &Words) -> String {
    use crate::domain::CardStatus::{Cancelled, Granted, Issued, PrintedNotHandedOver, Spoilt, WrittenNotPrinted};
    words.get(match hit.card.as_ref().map(|card| card.status) {
        Some(Issued) => "register-card-active",
        Some(Granted | WrittenNotPrinted | PrintedNotHandedOver) => "register-card-begun",
        Some(Spoilt | Cancelled) | None => "register-card-none",
    })
}

/// What stands beside a person found: how likely it is the one, and the card.
fn hit_hint(hit: &PersonHit, words: &Words) -> String {
    let card = card_word(hit, words);
    match band_word(hit, words) {
        Some(band) => words.with("register-hit-likely", &[("band", band.into()), ("card", card.into())]),
        None => card,
    }
}

fn band_word(hit: &PersonHit, words: &Words) -> Option<String> {
    match hit.band {
        Band::Upper => Some(words.get("register-band-upper")),
        Band::Middle => Some(words.get("register-band-middle")),
        Band::Lower => None,
    }
}

/// Why none of those is the person who very likely are.
fn not_same_page(state: &Register, desk: &Desk, words: &Words) -> Page {
    let Some(found) = &state.found else { return Page::default() };
    let manager = desk.session.as_ref().is_some_and(|session| session.role == Role::RaManager);
    let mut page = Page::new(words.get("register-not-same-title")).maybe(summary(&state.reason, 0, words));
    for hit in found.very_likely() {
        page = page.paragraph(hit_line(hit, desk, words));
    }
    page.gap()
        .paragraph(words.get("register-not-same-text"))
        .maybe(
            (found.namesake() && !manager).then(|| Block::notice(Tone::Warn, words.get("register-not-same-manager"))),
        )
        .gap()
        .fields(fields(&state.reason, &[], 0, words))
}

fn person_page(state: &Register, at: usize, desk: &Desk, words: &Words) -> Page {
    let Some(hit) = state.found.as_ref().and_then(|found| found.hits.get(at)) else { return Page::default() };
    let page = Page::new(words.with("register-person-title", &[("name", hit.person.name.full().into())]))
        .paragraph(hit_line(hit, desk, words))
        .maybe(band_word(hit, words).map(Block::paragraph))
        .paragraph(card_word(hit, words))
        .gap();
    match find::use_of(hit, desk) {
        Use::Issue => page.paragraph(words.get("register-use-issue")),
        Use::Continue => page.paragraph(words.get("register-use-continue")),
        Use::CancelFirst => page.block(Block::notice(Tone::Warn, words.get("register-use-cancel-first"))),
        Use::No(why) => {
            page.block(Block::notice(Tone::Danger, words.with("register-use-no", &[("reason", words.get(why).into())])))
        }
    }
}

/// The new name, with the one on record above it.
fn new_name_page(state: &Register, words: &Words) -> Page {
    let now = state.renaming.as_ref().map(|renaming| renaming.person.name.full()).unwrap_or_default();
    Page::new(words.get("rename-name-title"))
        .maybe(summary(&state.details, 0, words))
        .paragraph(words.get("rename-name-text"))
        .block(Block::facts([(words.get("rename-name-now"), now)]))
        .gap()
        .fields(fields(&state.details, &[], 0, words))
}

fn details_page(state: &Register, desk: &Desk, words: &Words) -> Page {
    let organisation = desk.session.as_ref().map(|s| s.organisation_name.clone()).unwrap_or_default();
    let found = state.found.as_ref().filter(|found| found.nobody);
    let details = crate::journey::register::details::read(&state.details, state.day).ok();
    let stale = found.zip(details).is_some_and(|(found, d)| !found.is_for(&d.name, d.birth_date));
    Page::new(words.get("register-details-title"))
        .maybe(summary(&state.details, 0, words))
        .paragraph(words.get("register-details-text"))
        .gap()
        .fields(fields(&state.details, &[], 0, words))
        .gap()
        .block(Block::facts([(words.get("field-organisation"), organisation)]))
        .maybe(stale.then(|| Block::notice(Tone::Warn, words.get("register-search-stale"))))
}

/// The screen is turned round: the holder's own language (F6), and nothing of the agent's.
fn terms_page(visit: &Visit, words: &Words) -> Page {
    let name = visit.holder.clone().unwrap_or_default();
    Page::new(words.get("terms-title"))
        .paragraph(name)
        .paragraph(words.get("terms-1"))
        .paragraph(words.get("terms-2"))
        .paragraph(words.get("terms-3"))
        .paragraph(words.get("terms-4"))
        .block(Block::heading(words.get("terms-ask")))
        .for_holder()
}
