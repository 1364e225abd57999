//! A document being entered: its zone or its fields, what stands on it otherwise, its examination.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::entry::{Did, Entry};
use super::exam::{Exam, Means};
use super::{Register, Stage, details, documents, evidence, rename};
use crate::document::mrz::grid::Grid;
use crate::domain::VisitId;
use crate::journey::key::Key;
use crate::journey::{Ctx, Desk};
use crate::policy::dates::parse_day;
use crate::policy::decision::List;
use crate::policy::documents::{CountsAs, Kind, Part, plain_number};
use crate::policy::facts::{Answer, DocumentFacts, NameShown};
use crate::wire::fact::Fact;

/// The fields of a name and a birth date that stand otherwise on a document.
pub const SHOWN: [(&str, usize); 3] = [("shown-given", 60), ("shown-family", 60), ("shown-birth", 10)];

/// Types that bear a machine-readable zone (notes documents 1 and 3).
const WITH_ZONE: [&str; 3] = ["uk_passport", "nonuk_passport", "eea_idcard"];

/// A document being entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its place, if it is on the list already.
    pub at: Option<usize>,
    /// What is known of it. A number it had stays, masked, unless another is typed.
    pub facts: DocumentFacts,
    /// The fields its type has.
    pub entry: Entry,
    /// Its zone, as far as it is typed.
    pub grid: Grid,
    /// A machine has read the name: nobody is asked for it.
    pub name_read: bool,
    /// The name and birth date on it, where they are others.
    pub shown: Entry,
    /// Its examination, once its fields are right.
    pub exam: Option<Exam>,
}

impl Draft {
    /// A new one of this type.
    pub fn new(kind: &Kind, id: String, at: Option<usize>) -> Self {
        Self {
            at,
            facts: DocumentFacts { issuer: kind.issuer.clone(), ..DocumentFacts::of(&id, &kind.id) },
            entry: Entry::new(&fields_of(kind)),
            grid: Grid::new(),
            name_read: false,
            shown: Entry::new(&SHOWN),
            exam: None,
        }
    }

    /// One that is on the list already. Its number stays masked; its examination is done anew, so that nothing is ticked for
    /// something that has changed.
    pub fn again(kind: &Kind, facts: &DocumentFacts, at: usize) -> Self {
        let typed = |day: Option<Date>| day.map(|d| d.strftime("%d %m %Y").to_string()).unwrap_or_default();
        let mut draft = Self::new(kind, facts.id.clone(), Some(at));
        draft.entry.prefill(Part::Issuer.as_str(), facts.issuer.as_deref().unwrap_or_default());
        draft.entry.prefill(Part::Issued.as_str(), &typed(facts.issued));
        draft.entry.prefill(Part::Expires.as_str(), &typed(facts.expires));
        draft.entry.prefill(Part::Entered.as_str(), &typed(facts.entered_uk));
        draft.facts.number = facts.number.clone();
        draft
    }

    /// Whether its type bears a zone.
    pub fn has_zone(&self) -> bool {
        has_zone(&self.facts.kind)
    }
}

/// Whether a type bears a machine-readable zone.
pub fn has_zone(kind: &str) -> bool {
    WITH_ZONE.contains(&kind)
}

fn fields_of(kind: &Kind) -> Vec<(&'static str, usize)> {
    let most = |part: &Part| match part {
        Part::Number => 40,
        Part::Issuer => 60,
        Part::Issued | Part::Expires | Part::Entered => 10,
    };
    kind.fields.iter().map(|part| (part.as_str(), most(part))).collect()
}

/// Whether a type bears the holder's birth date.
fn bears_birth_date(kind: &Kind) -> bool {
    kind.rule_for(List::Photo).is_some() || (kind.nonphoto && kind.counts_as == CountsAs::Other)
}

/// The fields Enter does not pass by.
pub fn required(draft: &Draft, kind: &Kind) -> Vec<&'static str> {
    let kept = draft.facts.number.is_some();
    let needed = kind.fields.iter().filter(|part| kind.needs(**part) && !(kept && **part == Part::Number));
    needed.map(|part| part.as_str()).collect()
}

/// One key on the form of a document.
pub fn key(state: &mut Register, ctx: &mut Ctx<'_>, key: Key) {
    let Some(mut draft) = state.draft.take() else { return documents::show_list(state) };
    let kind = evidence::policy(ctx.desk).and_then(|policy| policy.kind(&draft.facts.kind)).cloned();
    let Some(kind) = kind else { return state.go(Stage::Kind(0)) };
    let did = draft.entry.key(key, &required(&draft, &kind));
    if did == Did::Edited {
        draft.exam = None;
    }
    let mut ready = false;
    if did == Did::Submitted {
        match read(&draft, &kind, state, ctx.desk) {
            Ok(facts) => {
                draft.entry.form.clear_errors();
                draft.facts = facts;
                ready = true;
            }
            Err(errors) => draft.entry.fail(&errors),
        }
    }
    state.draft = Some(draft);
    if ready {
        examine(state, ctx);
    }
}

/// The document as typed, or every field that is wrong.
fn read(
    draft: &Draft,
    kind: &Kind,
    state: &Register,
    desk: &Desk,
) -> Result<DocumentFacts, Vec<(&'static str, String)>> {
    let mut errors: Vec<(&'static str, String)> = Vec::new();
    let mut day = |part: Part| {
        let text = draft.entry.text(part.as_str());
        if !kind.asks(part) || text.is_empty() {
            return None;
        }
        parse_day(text).map_err(|error| errors.push((part.as_str(), details::date_error(error).to_owned()))).ok()
    };
    let (issued, expires, entered_uk) = (day(Part::Issued), day(Part::Expires), day(Part::Entered));
    let typed = plain_number(draft.entry.text(Part::Number.as_str()));
    let number = if typed.is_empty() { draft.facts.number.clone() } else { Some(typed) };
    let issuer = draft.entry.text(Part::Issuer.as_str()).split_whitespace().collect::<Vec<_>>().join(" ");
    let issuer = kind.issuer.clone().or((!issuer.is_empty()).then_some(issuer));
    let no_expiry = kind.no_expiry && expires.is_none();
    let facts = DocumentFacts { issuer, number, issued, expires, no_expiry, entered_uk, ..draft.facts.clone() };
    for (part, word) in documents::form_faults(state, desk, kind, &facts) {
        // A date that can't be read is no missing date.
        if !errors.iter().any(|(id, _)| *id == part.as_str()) {
            errors.push((part.as_str(), word.to_owned()));
        }
    }
    if errors.is_empty() { Ok(facts) } else { Err(errors) }
}

/// The fields are right: the examination begins, or goes on if nothing was changed since.
pub fn examine(state: &mut Register, ctx: &mut Ctx<'_>) {
    let (fresh, now) = (ctx.fresh_bytes(), ctx.now);
    let Some(policy) = evidence::policy(ctx.desk) else { return };
    let Some(draft) = &mut state.draft else { return };
    let Some(kind) = policy.kind(&draft.facts.kind) else { return };
    let equipment = ctx.desk.about.equipment.clone();
    let means = Means { policy, equipment: &equipment, online: ctx.desk.is_online(), fresh, now };
    if draft.exam.is_none() {
        draft.exam = Some(Exam::plan(kind, &draft.facts, draft.name_read, means));
    }
    state.go(Stage::Exam);
}

/// The name on the document is the holder's, or is typed as it stands there.
pub fn shown_key(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, key: Key) {
    let Some(draft) = &mut state.draft else { return documents::show_list(state) };
    if draft.shown.key(key, &["shown-family"]) != Did::Submitted {
        return;
    }
    let birth = match draft.shown.text("shown-birth") {
        "" => None,
        text => match parse_day(text) {
            Ok(day) => Some(day),
            Err(error) => return draft.shown.fail(&[("shown-birth", details::date_error(error).to_owned())]),
        },
    };
    let text = |field: &str| draft.shown.text(field).to_owned();
    let name = NameShown { given: text("shown-given"), family: text("shown-family") };
    draft.facts.name = Some(name);
    draft.facts.birth_date = birth.or(draft.facts.birth_date);
    // That the name was looked at is what was asked; what it says is the evaluator's.
    given(state, ctx, id, Answer::AsExpected);
}

/// An answer of the examination. After the last the document goes on the list.
pub fn given(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, answer: Answer) {
    let now = ctx.now;
    let details = details::of(state).ok();
    let policy = evidence::policy(ctx.desk);
    let Some(draft) = &mut state.draft else { return documents::show_list(state) };
    let Some(exam) = &mut draft.exam else { return state.go(Stage::Document) };
    let asked_for_name = exam.now() == Some(&super::exam::Ask::Name);
    if let Some(renaming) = state.renaming.as_ref().filter(|_| asked_for_name) {
        rename::link(&mut draft.facts, renaming, details.as_ref(), answer);
    } else if asked_for_name && draft.facts.name.is_none() {
        let kind = policy.and_then(|policy| policy.kind(&draft.facts.kind));
        let bears = kind.is_some_and(bears_birth_date);
        draft.facts.name = details.as_ref().map(|d| rename::shown(&d.name));
        draft.facts.birth_date = details.as_ref().filter(|_| bears).map(|d| d.birth_date);
    }
    exam.answer(answer, now);
    let ends = exam.now().is_none();
    state.go(Stage::Exam);
    if ends {
        finish(state, ctx, id);
    }
}

/// The examination is over: the document goes on the list, and what must be looked at is recorded, without a word on the screen
/// that would tip anybody off (notes domain 5.3).
pub fn finish(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) {
    let Some(draft) = state.draft.take() else { return documents::show_list(state) };
    let Some(exam) = &draft.exam else { return documents::show_list(state) };
    let trained = evidence::is_trained(state, ctx.desk);
    let mut facts = draft.facts.clone();
    let machine = facts.checks.into_iter().filter(|done| exam.asks.iter().all(|ask| ask.word() != done.check));
    facts.checks = machine.chain(exam.checks(trained)).collect();
    facts.original_seen = exam.original_seen();
    facts.seen = Some(state.day);
    let incidents = evidence::policy(ctx.desk).map(|policy| exam.incidents(policy)).unwrap_or_default();
    if !incidents.is_empty() {
        ctx.event(Fact::DocumentIncident {
            visit: id,
            kind: documents::recorded(&facts, evidence::policy(ctx.desk)).kind,
            checks: incidents,
        });
        state.incidents += 1;
    }
    state.exams.retain(|record| record.document != facts.id);
    state.exams.push(documents::record_of(&facts.id, exam));
    documents::put(state, ctx.desk, draft.at, facts);
}

/// Whether a type can be entered now: what is only seen at its source needs the network.
pub fn needs_network(kind: &Kind, desk: &Desk) -> bool {
    kind.online && !desk.is_online()
}
