//! The machine-readable zone of a document: typed, swiped or pasted, each field judged as its last cell is typed.

use super::draft::{self, Draft};
use super::{Register, Stage, documents, evidence};
use crate::document::mrz::grid::{Grid, Move, Outcome, Pasted, Typed};
use crate::document::mrz::{Field, Format, Reading, Terms};
use crate::journey::key::Key;
use crate::journey::{Ctx, Desk};
use crate::policy::documents::plain_number;
use crate::policy::facts::{Answer, CheckDone, NameShown};

/// Shorter texts than this are typing or a number, not a zone: the shortest zone has 72 signs, the shortest line 30.
const PASTE_MIN: usize = 60;

fn terms(state: &Register, desk: &Desk) -> Terms {
    Terms { today: state.day, demo: desk.about.simulated }
}

/// What the zone says so far.
pub fn outcome(state: &Register, draft: &Draft, desk: &Desk) -> Outcome {
    draft.grid.outcome(&terms(state, desk))
}

/// One key in the grid.
pub fn key(state: &mut Register, key: Key) {
    let Some(draft) = &mut state.draft else { return documents::show_list(state) };
    let grid = &mut draft.grid;
    let typed = match key {
        Key::Char(sign) => grid.type_sign(sign),
        key => {
            match key {
                Key::Backspace => grid.backspace(),
                Key::Delete => grid.delete(),
                Key::Left => grid.go(Move::Left),
                Key::Right => grid.go(Move::Right),
                Key::Up => grid.go(Move::Up),
                Key::Down => grid.go(Move::Down),
                Key::Home => grid.go(Move::Home),
                Key::End => grid.go(Move::End),
                Key::BackTab => grid.go(Move::PreviousField),
                _ => {}
            }
            Typed::Taken
        }
    };
    state.notice = match typed {
        Typed::Taken => None,
        Typed::NotASign => Some("zone-not-a-sign"),
        Typed::NotAType => Some("zone-not-a-type"),
        Typed::Full => Some("zone-full"),
    };
}

/// Enter: the name line is filled up, or the whole zone is taken, or what is wrong is said.
pub fn enter(state: &mut Register, ctx: &mut Ctx<'_>) {
    let Some(draft) = &mut state.draft else { return documents::show_list(state) };
    if fill_name(&mut draft.grid) {
        return;
    }
    let Some(draft) = state.draft.clone() else { return };
    match outcome(state, &draft, ctx.desk) {
        Outcome::Incomplete => state.notice = Some("zone-incomplete"),
        Outcome::Fault(_) => state.notice = Some("zone-no-zone"),
        Outcome::Read(reading) if !reading.valid() => state.notice = Some("zone-not-valid"),
        Outcome::Read(reading) => take(state, ctx, &reading),
    }
}

/// In the name field behind its last letter Enter types the fillers: nobody counts them.
fn fill_name(grid: &mut Grid) -> bool {
    let (line, column) = grid.cursor();
    let behind = grid.rows().get(line).is_some_and(|row| row.get(column..).is_some_and(|rest| rest.trim().is_empty()));
    if grid.field() != Some(Field::Name) || !behind {
        return false;
    }
    while grid.field() == Some(Field::Name) && grid.cursor().0 == line && grid.type_sign('<') == Typed::Taken {}
    true
}

/// Puts the one slip that would explain a failing digit in its cell: on the agent's word.
pub fn accept_suggestion(state: &mut Register) {
    if let Some(draft) = &mut state.draft
        && let Some(suggestion) = draft.grid.fields().into_iter().find_map(|field| field.suggestion)
    {
        draft.grid.accept(&suggestion);
    }
}

/// A paste or a scan, wherever the focus is. True if it was a whole zone.
pub fn scanned(state: &mut Register, ctx: &mut Ctx<'_>, text: &str) -> bool {
    if text.len() < PASTE_MIN {
        return false;
    }
    let mut grid = Grid::new();
    let Pasted::Whole(format) = grid.paste(text) else { return false };
    let documents_wait =
        matches!(state.stage, Stage::Documents | Stage::Kind(_) | Stage::Zone | Stage::Document | Stage::Tasks);
    if !documents_wait || super::tasks::status(state, ctx.desk, super::TaskId::Documents).is_closed() {
        state.notice = Some("zone-not-now");
        return true;
    }
    let Outcome::Read(reading) = grid.outcome(&terms(state, ctx.desk)) else {
        state.notice = Some("zone-no-zone");
        return true;
    };
    let kind = kind_of(format, &reading);
    let new = state.draft.as_ref().is_none_or(|draft| draft.facts.kind != kind);
    if new && !documents::begin(state, ctx, kind) {
        return true;
    }
    if let Some(draft) = &mut state.draft {
        draft.grid = grid;
    }
    state.go(Stage::Zone);
    if reading.valid() {
        take(state, ctx, &reading);
    } else {
        state.notice = Some("zone-not-valid");
    }
    true
}

/// The type of document a zone belongs to. Residence permits bear I and a second letter and are GBR's.
fn kind_of(format: Format, reading: &Reading) -> &'static str {
    let british = reading.fields.issuing_country.starts_with("GB");
    match format {
        Format::Td3 if british => "uk_passport",
        Format::Td3 => "nonuk_passport",
        Format::Td1 | Format::Td2 if british => "brp",
        Format::Td1 | Format::Td2 => "eea_idcard",
        Format::MrvA | Format::MrvB => "visa",
    }
}

/// The zone is good: its fields are the document's, and the examination begins.
fn take(state: &mut Register, ctx: &mut Ctx<'_>, reading: &Reading) {
    let Some(format) = state.draft.as_ref().and_then(|draft| draft.grid.format()) else { return };
    let kind = kind_of(format, reading);
    let wrong_kind = state.draft.as_ref().is_some_and(|draft| draft.facts.kind != kind);
    if wrong_kind {
        let grid = state.draft.as_ref().map(|draft| draft.grid.clone()).unwrap_or_default();
        if !documents::begin(state, ctx, kind) {
            return;
        }
        if let Some(draft) = &mut state.draft {
            draft.grid = grid;
        }
        state.notice = Some("zone-other-kind");
    }
    let Some(kind) = evidence::policy(ctx.desk).and_then(|policy| policy.kind(kind)).cloned() else { return };
    let Some(before) = &mut state.draft else { return };
    let fields = &reading.fields;
    let facts = &mut before.facts;
    facts.number = Some(plain_number(&fields.document_number));
    facts.issuer = kind.issuer.clone().or(Some(fields.issuing_country.clone()));
    facts.expires = fields.date_of_expiry.day();
    facts.no_expiry = facts.expires.is_none() && kind.no_expiry;
    facts.name = Some(NameShown { given: fields.given_names.clone(), family: fields.surname.clone() });
    facts.birth_date = fields.date_of_birth.day();
    facts.checks.retain(|done| done.check != "machine_mrz");
    facts.checks.push(CheckDone { check: "machine_mrz".to_owned(), answer: Answer::AsExpected, trained: false });
    before.name_read = true;
    before.exam = None;
    let facts = facts.clone();
    let faults = documents::form_faults(state, ctx.desk, &kind, &facts);
    if let Some((_, word)) = faults.first() {
        state.go(Stage::Zone);
        state.notice = Some(word);
        return;
    }
    draft::examine(state, ctx);
}
