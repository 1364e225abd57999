//! Identity documents: three by the list, each seen by the agent as an original.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::entry::{Did, Entry};
use super::{Register, Stage, TaskId, details, tasks};
use crate::journey::key::Key;
use crate::policy::dates::parse_day;
use crate::policy::documents::{CountsAs, Kind, Part, list, plain_number};
use crate::policy::evidence::{DOCUMENTS_MIN, Document, Fault, UsedAs, Verdict, judge};
use crate::wire::fact::DocumentSeen;

/// Documents recorded at most: the rule asks for three, a change of name for one or two more.
pub const DOCUMENTS_MAX: usize = 6;

/// Types on one page of the list: digits 1 to 8; 9 shows more.
pub const KINDS_A_PAGE: usize = 8;

/// A document being entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its place, if it is on the list already.
    pub at: Option<usize>,
    /// Type id.
    pub kind: String,
    /// What it is used for.
    pub used_as: UsedAs,
    /// The fields its type has.
    pub entry: Entry,
    /// The number it had: it is masked, and stays unless another is typed.
    pub kept_number: Option<String>,
    /// Read from the fields without an error; only the tick is missing.
    pub read: Option<Document>,
}

impl Draft {
    /// Its type.
    pub fn kind(&self) -> Option<&'static Kind> {
        list().kind(&self.kind)
    }
}

/// A row of the page of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// A document on the list.
    Document(usize),
    /// Go on with the one being entered.
    Draft,
    /// Enter another.
    Add,
    /// The rule is met: go on.
    Enough,
}

/// What the rule says, judged by the day of the last event.
pub fn verdict(state: &Register) -> Verdict {
    judge(&state.documents, state.day)
}

/// Documents that count.
pub fn good(state: &Register) -> usize {
    let faults = verdict(state).faults;
    let counts = |at: &usize| {
        let used = state.documents.get(*at).is_some_and(|d| d.used_as != UsedAs::Other);
        used && faults.iter().all(|(wrong, _)| wrong != at)
    };
    (0..state.documents.len()).filter(counts).count()
}

/// The rows of the page of documents.
pub fn rows(state: &Register) -> Vec<Row> {
    let mut rows: Vec<Row> = (0..state.documents.len()).map(Row::Document).collect();
    if state.draft.is_some() {
        rows.push(Row::Draft);
    } else if state.documents.len() < DOCUMENTS_MAX {
        rows.push(Row::Add);
    }
    if verdict(state).met {
        rows.push(Row::Enough);
    }
    rows
}

/// Shows the page, with the row marked that brings the work on.
pub fn show_list(state: &mut Register) {
    state.go(Stage::Documents);
    state.pick = rows(state).len().saturating_sub(1);
}

/// The types on a page of the list.
pub fn kinds_on(page: usize) -> Vec<&'static Kind> {
    list().kinds.iter().skip(page * KINDS_A_PAGE).take(KINDS_A_PAGE).collect()
}

/// A row of one of this task's lists was chosen.
pub fn choose(state: &mut Register, row: usize) {
    match state.stage {
        Stage::Documents => match rows(state).get(row) {
            Some(Row::Document(at)) => reopen(state, *at),
            Some(Row::Draft) => state.go(Stage::Document),
            Some(Row::Add) => state.go(Stage::Kind(0)),
            Some(Row::Enough) => tasks::done(state, TaskId::Documents),
            None => {}
        },
        Stage::Kind(page) => match kinds_on(page).get(row) {
            Some(kind) => choose_kind(state, kind),
            None => {
                let next = if kinds_on(page + 1).is_empty() { 0 } else { page + 1 };
                state.go(Stage::Kind(next));
            }
        },
        Stage::Use => {
            let used_as = if row == 0 { UsedAs::Photo } else { UsedAs::Address };
            if let Some(draft) = &mut state.draft {
                draft.used_as = used_as;
            }
            state.go(Stage::Document);
        }
        _ => {}
    }
}

fn choose_kind(state: &mut Register, kind: &Kind) {
    let used_as = match kind.counts_as {
        CountsAs::Rejected => {
            state.rejected = Some(kind.id.clone());
            return;
        }
        CountsAs::Photo | CountsAs::PhotoOrAddress => UsedAs::Photo,
        CountsAs::Address => UsedAs::Address,
        CountsAs::Other => UsedAs::Other,
    };
    let before = state.draft.take();
    let mut draft = new_draft(kind, used_as, before.as_ref().and_then(|b| b.at));
    if let Some(before) = before {
        for part in &kind.fields {
            draft.entry.prefill(part.as_str(), before.entry.text(part.as_str()));
        }
    }
    state.draft = Some(draft);
    let both = kind.counts_as == CountsAs::PhotoOrAddress;
    state.go(if both { Stage::Use } else { Stage::Document });
}

fn new_draft(kind: &Kind, used_as: UsedAs, at: Option<usize>) -> Draft {
    let fields: Vec<(&str, usize)> = kind
        .fields
        .iter()
        .map(|part| match part {
            Part::Number => (part.as_str(), 40),
            Part::Issuer => (part.as_str(), 60),
            Part::Issued | Part::Expires | Part::Entered => (part.as_str(), 10),
        })
        .collect();
    Draft { at, kind: kind.id.clone(), used_as, entry: Entry::new(&fields), kept_number: None, read: None }
}

/// A document on the list is changed. Its number stays masked.
fn reopen(state: &mut Register, at: usize) {
    let Some(document) = state.documents.get(at).cloned() else { return };
    let Some(kind) = list().kind(&document.kind) else { return };
    let typed = |day: Option<Date>| day.map(|d| d.strftime("%d %m %Y").to_string()).unwrap_or_default();
    let mut draft = new_draft(kind, document.used_as, Some(at));
    draft.entry.prefill(Part::Issuer.as_str(), &document.issuer);
    draft.entry.prefill(Part::Issued.as_str(), &typed(document.issued));
    draft.entry.prefill(Part::Expires.as_str(), &typed(document.expires));
    draft.entry.prefill(Part::Entered.as_str(), &typed(document.entered));
    draft.kept_number = document.number;
    state.draft = Some(draft);
    state.go(Stage::Document);
}

/// The fields Enter does not pass by.
pub fn required(draft: &Draft) -> Vec<&'static str> {
    let kept = draft.kept_number.is_some();
    let parts = draft.kind().map(|kind| kind.fields.iter().filter(|part| kind.needs(**part)));
    parts.into_iter().flatten().filter(|part| !(kept && **part == Part::Number)).map(|part| part.as_str()).collect()
}

/// One key on the form of a document.
pub fn key(state: &mut Register, key: Key) {
    let Some(mut draft) = state.draft.take() else { return show_list(state) };
    let did = draft.entry.key(key, &required(&draft));
    if did == Did::Edited {
        draft.read = None;
    }
    let mut next = None;
    if did == Did::Submitted {
        match read(&draft, state) {
            Ok(document) => {
                draft.entry.form.clear_errors();
                draft.read = Some(document);
                next = Some(Stage::Seen);
            }
            Err(errors) => draft.entry.fail(&errors),
        }
    }
    state.draft = Some(draft);
    if let Some(stage) = next {
        state.go(stage);
    }
}

/// The document as typed, or every field that is wrong. Judged among the others: what it lacks beside them is said here too.
fn read(draft: &Draft, state: &Register) -> Result<Document, Vec<(&'static str, String)>> {
    let Some(kind) = draft.kind() else { return Err(Vec::new()) };
    let mut errors: Vec<(&'static str, String)> = Vec::new();
    let mut day = |part: Part| {
        let text = draft.entry.text(part.as_str());
        if !kind.asks(part) || text.is_empty() {
            return None;
        }
        parse_day(text).map_err(|error| errors.push((part.as_str(), details::date_error(error).to_owned()))).ok()
    };
    let (issued, expires, entered) = (day(Part::Issued), day(Part::Expires), day(Part::Entered));
    let typed = plain_number(draft.entry.text(Part::Number.as_str()));
    let number = if typed.is_empty() { draft.kept_number.clone() } else { Some(typed) };
    let typed_issuer = draft.entry.text(Part::Issuer.as_str()).split_whitespace().collect::<Vec<_>>().join(" ");
    let issuer = kind.issuer.clone().unwrap_or(typed_issuer);
    let document = Document {
        kind: kind.id.clone(),
        used_as: draft.used_as,
        number,
        issuer,
        issued,
        expires,
        entered,
        original_seen: true,
    };
    for fault in faults_among(state, draft.at, &document) {
        let field = fault.part().filter(|part| kind.asks(*part)).or(kind.fields.first().copied());
        let Some(field) = field.map(Part::as_str) else { continue };
        // A date that can't be read is no missing date.
        if !errors.iter().any(|(id, _)| *id == field) {
            errors.push((field, fault_word(fault).to_owned()));
        }
    }
    if errors.is_empty() { Ok(document) } else { Err(errors) }
}

/// What is wrong with a document at its place among the others.
fn faults_among(state: &Register, at: Option<usize>, document: &Document) -> Vec<Fault> {
    let mut all: Vec<Document> =
        state.documents.iter().enumerate().filter(|(i, _)| Some(*i) != at).map(|(_, d)| d.clone()).collect();
    let place = all.len();
    all.push(document.clone());
    let faults = judge(&all, state.day).faults;
    faults.into_iter().filter(|(i, _)| *i == place).map(|(_, fault)| fault).collect()
}

/// The word that says what is wrong and how to mend it.
pub fn fault_word(fault: Fault) -> &'static str {
    match fault {
        Fault::UnknownKind | Fault::WrongUse | Fault::Rejected => "document-fault-kind",
        Fault::NumberMissing => "document-fault-number-missing",
        Fault::NumberForm => "document-fault-number-form",
        Fault::IssuerMissing => "document-fault-issuer-missing",
        Fault::IssuedMissing | Fault::ExpiresMissing => "error-date-empty",
        Fault::IssuedInFuture => "document-fault-future",
        Fault::TooOld => "document-fault-old",
        Fault::Expired => "document-fault-expired",
        Fault::Twice => "document-fault-twice",
        Fault::OncePerGroup => "document-fault-once",
        Fault::SameProvider => "document-fault-provider",
        Fault::EnteredMissing => "error-date-empty",
        Fault::EnteredTooLong => "document-fault-entered",
        Fault::NotSeen => "document-fault-not-seen",
    }
}

/// One of this task's commands.
pub fn command(state: &mut Register, word: &str) {
    match (word, state.stage) {
        ("other-type", _) => state.go(Stage::Kind(0)),
        ("seen-yes", _) => keep(state, true),
        ("seen-no", _) => keep(state, false),
        ("remove", Stage::Documents) if state.pick < state.documents.len() => state.go(Stage::Remove(state.pick)),
        ("remove-yes", Stage::Remove(at)) => {
            if at < state.documents.len() {
                state.documents.remove(at);
            }
            // A draft of a document that is gone, or has moved up, would come back in the wrong place.
            state.draft = state.draft.take().filter(|draft| draft.at.is_none());
            show_list(state);
        }
        _ => {}
    }
}

/// The tick was given or not: the document goes on the list. Without it, it does not count, and that is said.
fn keep(state: &mut Register, original_seen: bool) {
    let Some(draft) = state.draft.take() else { return show_list(state) };
    let Some(document) = draft.read.clone() else {
        state.draft = Some(draft);
        return state.go(Stage::Document);
    };
    let document = Document { original_seen, ..document };
    let room = state.documents.len() < DOCUMENTS_MAX;
    match draft.at.and_then(|at| state.documents.get_mut(at)) {
        Some(place) => *place = document,
        None if room => state.documents.push(document),
        None => {}
    }
    if !original_seen {
        show_list(state);
        state.notice = Some("document-not-seen");
    } else if verdict(state).met {
        tasks::done(state, TaskId::Documents);
    } else if state.documents.len() < DOCUMENTS_MIN {
        state.go(Stage::Kind(0));
    } else {
        show_list(state);
    }
}

/// The documents as they stand in the event.
pub fn on_the_wire(documents: &[Document]) -> Vec<DocumentSeen> {
    let one = |document: &Document| DocumentSeen {
        // Some types say more of their holder than anybody needs to know.
        kind: list().kind(&document.kind).map_or(document.kind.as_str(), Kind::recorded).to_owned(),
        number: document.number.clone(),
        issuer: document.issuer.clone(),
        issued: document.issued,
        expires: document.expires,
        entered: document.entered,
        used_as: document.used_as.as_str().to_owned(),
        original_seen: document.original_seen,
    };
    documents.iter().map(one).collect()
}
