//! The list of identity documents: what is on it, what is added, taken off, explained.

use super::draft::Draft;
use super::entry::Entry;
use super::exam::{CONTROL_TRIES, Exam};
use super::{Register, Stage, TaskId, draft, evidence, tasks};
use crate::domain::text::REASON_MAX;
use crate::domain::{Role, VisitId};
use crate::journey::key::Key;
use crate::journey::{Ctx, Desk};
use crate::policy::Policy;
use crate::policy::decision::Contradiction;
use crate::policy::documents::{CountsAs, Kind, Part};
use crate::policy::evidence::{Fault, judge_by};
use crate::policy::facts::{Answer, DocumentFacts, ExplainedBy};
use crate::wire::fact::{DocumentSeen, ExamRecord, PromptRecord};

/// Documents recorded at most: the rules ask for three or four, a change of name for one or two more.
pub const DOCUMENTS_MAX: usize = 8;

/// Types on one page of the list: digits 1 to 8; 9 shows more.
pub const KINDS_A_PAGE: usize = 8;

/// A row of the page of documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A document on the list.
    Document(usize),
    /// Something contradicts: look at it.
    Contradiction(Box<Contradiction>),
    /// The endorsed photo, for holders without photo identity.
    Endorsed,
    /// Go on with the one being entered.
    Draft,
    /// Enter another.
    Add,
    /// The rule is met: go on.
    Enough,
}

/// The rows of the page of documents.
pub fn rows(state: &Register) -> Vec<Row> {
    let mut rows: Vec<Row> = (0..state.documents.len()).map(Row::Document).collect();
    rows.extend(evidence::open_contradictions(state).into_iter().map(Box::new).map(Row::Contradiction));
    if state.endorsed.is_some() || endorsed_would_help(state) {
        rows.push(Row::Endorsed);
    }
    if state.draft.is_some() {
        rows.push(Row::Draft);
    } else if state.documents.len() < DOCUMENTS_MAX {
        rows.push(Row::Add);
    }
    if evidence::is_met(state) {
        rows.push(Row::Enough);
    }
    rows
}

/// Somebody without photo identity brings an endorsed photo: offered once documents are there and none has a photo.
fn endorsed_would_help(state: &Register) -> bool {
    use crate::policy::decision::List;
    let photo = state.decision.iter().flat_map(|d| &d.documents).any(|d| d.used_as == Some(List::Photo));
    state.renaming.is_none() && !state.documents.is_empty() && !photo && !evidence::is_met(state)
}

/// Shows the page, with the row marked that brings the work on.
pub fn show_list(state: &mut Register) {
    state.go(Stage::Documents);
    let rows = rows(state);
    let tick = rows.iter().position(|row| matches!(row, Row::Contradiction(_)));
    state.pick = tick.unwrap_or(rows.len().saturating_sub(1));
}

/// The types on a page of the list. For a change of name only those that show one.
pub fn kinds_on<'a>(state: &Register, desk: &'a Desk, page: usize) -> Vec<&'a Kind> {
    let all = evidence::policy(desk).map(|policy| &policy.documents().kinds[..]).unwrap_or_default();
    let wanted = |kind: &&Kind| kind.name_change || state.renaming.is_none();
    let offered = all.iter().filter(|kind| kind.id != "countersigned_photo").filter(wanted);
    offered.skip(page * KINDS_A_PAGE).take(KINDS_A_PAGE).collect()
}

/// A row of one of this task's lists was chosen.
pub fn choose(state: &mut Register, ctx: &mut Ctx<'_>, row: usize) {
    match state.stage {
        Stage::Documents => match rows(state).get(row) {
            Some(Row::Document(at)) => reopen(state, ctx.desk, *at),
            Some(Row::Contradiction(what)) => {
                state.explaining = Some((**what).clone());
                state.reason = Entry::new(&[("reason", REASON_MAX)]);
                state.go(Stage::Explain);
            }
            Some(Row::Endorsed) => super::endorser::open(state),
            Some(Row::Draft) => show_draft(state),
            Some(Row::Add) => state.go(Stage::Kind(0)),
            Some(Row::Enough) => tasks::done(state, TaskId::Documents),
            None => {}
        },
        Stage::Kind(page) => {
            let kinds: Vec<String> = kinds_on(state, ctx.desk, page).iter().map(|kind| kind.id.clone()).collect();
            match kinds.get(row) {
                Some(kind) => {
                    begin(state, ctx, kind);
                }
                None => {
                    let next = if kinds_on(state, ctx.desk, page + 1).is_empty() { 0 } else { page + 1 };
                    state.go(Stage::Kind(next));
                }
            }
        }
        _ => {}
    }
}

/// The page on which the document being entered stands.
fn show_draft(state: &mut Register) {
    let Some(draft) = &state.draft else { return state.go(Stage::Kind(0)) };
    let typed = !draft.entry.is_empty();
    state.go(match draft.exam {
        Some(_) => Stage::Exam,
        None if draft.has_zone() && !typed => Stage::Zone,
        None => Stage::Document,
    });
}

/// A document of this type is begun. What was typed of another type stays where the fields are the same. False if it can't be:
/// why is said.
pub fn begin(state: &mut Register, ctx: &mut Ctx<'_>, kind: &str) -> bool {
    let Some(kind) = evidence::policy(ctx.desk).and_then(|policy| policy.kind(kind)).cloned() else {
        state.notice = Some("zone-visa");
        return false;
    };
    if kind.counts_as == CountsAs::Rejected {
        state.rejected = Some(kind.id.clone());
        return false;
    }
    if state.renaming.is_some() && !kind.name_change {
        state.notice = Some("rename-proof-only");
        return false;
    }
    if draft::needs_network(&kind, ctx.desk) {
        state.notice = Some("document-needs-network");
        return false;
    }
    let before = state.draft.take();
    let at = before.as_ref().and_then(|before| before.at);
    let id = match (&before, at) {
        (Some(before), Some(_)) => before.facts.id.clone(),
        _ => free_id(state),
    };
    let mut draft = Draft::new(&kind, id, at);
    if let Some(before) = before {
        for part in &kind.fields {
            draft.entry.prefill(part.as_str(), before.entry.text(part.as_str()));
        }
    }
    let zone = draft.has_zone() && draft.entry.is_empty();
    state.draft = Some(draft);
    state.go(if zone { Stage::Zone } else { Stage::Document });
    true
}

fn free_id(state: &Register) -> String {
    let free = |n: &usize| state.documents.iter().all(|d| d.id != format!("d{n}"));
    let number = (1..).find(free).unwrap_or(1);
    format!("d{number}")
}

fn reopen(state: &mut Register, desk: &Desk, at: usize) {
    let Some(facts) = state.documents.get(at).cloned() else { return };
    let Some(kind) = evidence::policy(desk).and_then(|policy| policy.kind(&facts.kind)) else { return };
    state.draft = Some(Draft::again(kind, &facts, at));
    state.go(Stage::Document);
}

/// A document goes on the list, in its place. Then what is next: go on, the next document, or what is wrong with this one.
pub fn put(state: &mut Register, desk: &Desk, at: Option<usize>, facts: DocumentFacts) {
    let seen = facts.original_seen;
    let room = state.documents.len() < DOCUMENTS_MAX;
    match at.and_then(|at| state.documents.get_mut(at)) {
        Some(place) => *place = facts,
        None if room => state.documents.push(facts),
        None => {}
    }
    evidence::judge(state, desk);
    let open = evidence::open_contradictions(state);
    if !seen {
        show_list(state);
        state.notice = Some("document-not-seen");
    } else if !open.is_empty() || state.incidents > 0 {
        show_list(state);
    } else if evidence::is_met(state) {
        tasks::done(state, TaskId::Documents);
    } else if state.renaming.is_some() {
        show_list(state);
        state.notice = Some("rename-no-proof");
    } else if state.documents.len() < 3 {
        state.go(Stage::Kind(0));
    } else {
        show_list(state);
    }
}

/// One of this task's commands.
pub fn command(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, word: &str) {
    match (word, state.stage) {
        ("other-type", _) => state.go(Stage::Kind(0)),
        ("by-hand", _) => state.go(Stage::Document),
        ("zone", _) => state.go(Stage::Zone),
        ("accept-slip", Stage::Zone) => super::zone::accept_suggestion(state),
        ("as-expected", Stage::Exam) => draft::given(state, ctx, id, Answer::AsExpected),
        ("not-as-expected", Stage::Exam) => not_as_expected(state, ctx, id),
        ("cannot-tell", Stage::Exam) => draft::given(state, ctx, id, Answer::CannotTell),
        ("same-person", Stage::Explain) => tick(state, ctx.desk),
        ("remove", Stage::Documents) if state.pick < state.documents.len() => state.go(Stage::Remove(state.pick)),
        ("remove-yes", Stage::Remove(at)) => {
            if at < state.documents.len() {
                let gone = state.documents.remove(at);
                evidence::forget(state, &gone.id);
            }
            // A draft of a document that is gone, or has moved up, would come back in the wrong place.
            state.draft = state.draft.take().filter(|draft| draft.at.is_none());
            evidence::judge(state, ctx.desk);
            show_list(state);
        }
        _ => {}
    }
}

/// The name on it is another: it is typed as it stands there. Everything else is an answer.
fn not_as_expected(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) {
    let asked = state.draft.as_ref().and_then(|draft| draft.exam.as_ref()).and_then(Exam::now);
    if asked == Some(&super::exam::Ask::Name) && state.renaming.is_none() {
        state.go(Stage::Shown);
    } else {
        draft::given(state, ctx, id, Answer::NotAsExpected);
    }
}

/// A key in the field of a detail that is read back.
pub fn exam_key(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, key: Key) {
    let now = ctx.now;
    let Some(draft) = &mut state.draft else { return show_list(state) };
    let Some(exam) = &mut draft.exam else { return };
    let before = exam.wrong;
    let right = exam.control_key(key, &draft.facts, now);
    if right && exam.now().is_none() {
        draft::finish(state, ctx, id);
    } else if exam.wrong >= CONTROL_TRIES && exam.wrong > before {
        draft.exam = None;
        state.go(Stage::Document);
        state.notice = Some("exam-control-typed");
    }
}

/// One page back in the examination.
pub fn exam_back(state: &mut Register, ctx: &Ctx<'_>) {
    let exam = state.draft.as_mut().and_then(|draft| draft.exam.as_mut());
    if exam.is_some_and(|exam| exam.back(ctx.now)) {
        state.go(Stage::Exam);
        return;
    }
    let zone = state.draft.as_ref().is_some_and(|draft| draft.name_read);
    if let Some(draft) = &mut state.draft {
        draft.exam = None;
    }
    state.go(if zone { Stage::Zone } else { Stage::Document });
}

/// Who may explain what contradicts, in this session: the agent's tick, a document on the list, a manager.
pub fn explained_by(state: &Register, desk: &Desk, what: &Contradiction) -> Vec<ExplainedBy> {
    let mut ways = Vec::new();
    if !what.stops {
        ways.push(ExplainedBy::Agent);
    }
    if evidence::is_name(what) && !evidence::name_changes(state, desk).is_empty() {
        ways.push(ExplainedBy::NameChange);
    }
    if desk.session.as_ref().is_some_and(|session| session.role == Role::RaManager) {
        ways.push(ExplainedBy::Manager);
    }
    ways
}

/// The agent's tick, or the document that shows the change of name.
fn tick(state: &mut Register, desk: &Desk) {
    let Some(what) = state.explaining.clone() else { return show_list(state) };
    let ways = explained_by(state, desk, &what);
    if ways.contains(&ExplainedBy::NameChange) && what.stops {
        if let Some(evidence) = evidence::name_changes(state, desk).first() {
            evidence::explain_by_document(state, &what, evidence);
        }
    } else if ways.contains(&ExplainedBy::Agent) {
        evidence::explain(state, &what, ExplainedBy::Agent, None);
    } else {
        return;
    }
    explained(state, desk);
}

/// A key in a manager's reason.
pub fn reason_key(state: &mut Register, desk: &Desk, key: Key) {
    let Some(what) = state.explaining.clone() else { return show_list(state) };
    let Some(reason) = state.reason.reason(key) else { return };
    evidence::explain(state, &what, ExplainedBy::Manager, Some(reason));
    explained(state, desk);
}

fn explained(state: &mut Register, desk: &Desk) {
    state.explaining = None;
    evidence::judge(state, desk);
    if evidence::open_contradictions(state).is_empty() && evidence::is_met(state) && state.incidents == 0 {
        tasks::done(state, TaskId::Documents);
    } else {
        show_list(state);
    }
}

/// What is wrong with the fields of a document, among the others: the part to mend and the word that says how.
pub fn form_faults(state: &Register, desk: &Desk, kind: &Kind, facts: &DocumentFacts) -> Vec<(Part, &'static str)> {
    // Whether the original was seen is asked later.
    let seen = |one: &DocumentFacts| DocumentFacts { original_seen: true, seen: None, ..one.clone() };
    let mut all: Vec<DocumentFacts> = state.documents.iter().filter(|other| other.id != facts.id).map(seen).collect();
    let place = all.len();
    all.push(seen(facts));
    let Some(policy) = evidence::policy(desk) else { return Vec::new() };
    let faults = judge_by(policy, &all, state.day).faults;
    let own = faults.into_iter().filter(|(at, _)| *at == place).map(|(_, fault)| fault);
    let first = || kind.fields.first().copied();
    own.filter(|fault| !matches!(fault, Fault::NotSeen | Fault::WrongUse))
        .filter_map(|fault| Some((fault.part().filter(|part| kind.asks(*part)).or_else(first)?, fault_word(fault))))
        .collect()
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

/// The examination as it stands in the event: what was asked, what was answered, how long it took.
pub fn record_of(document: &str, exam: &Exam) -> ExamRecord {
    let prompts = exam.asks.iter().zip(&exam.given).map(|(ask, given)| PromptRecord {
        asked: ask.word(),
        answer: given.answer,
        seconds: given.seconds,
    });
    ExamRecord { document: document.to_owned(), prompts: prompts.collect(), control_wrong: exam.wrong }
}

/// A document as it may be recorded: some types say more of their holder than anybody needs to know.
pub fn recorded(facts: &DocumentFacts, policy: Option<&Policy>) -> DocumentFacts {
    let kind = policy.and_then(|policy| policy.kind(&facts.kind)).map_or(facts.kind.as_str(), Kind::recorded);
    DocumentFacts { kind: kind.to_owned(), ..facts.clone() }
}

/// The documents as they stand in the event, each with the use the decision found.
pub fn on_the_wire(state: &Register, desk: &Desk) -> Vec<DocumentSeen> {
    let policy = evidence::policy(desk);
    let used = |id: &str| {
        let verdicts = state.decision.iter().flat_map(|decision| &decision.documents);
        verdicts.filter(|d| d.id == id).find_map(|d| d.used_as).map_or("other", |list| list.as_str())
    };
    let one = |facts: &DocumentFacts| DocumentSeen {
        kind: recorded(facts, policy).kind,
        number: facts.number.clone(),
        issuer: facts.issuer.clone().unwrap_or_default(),
        issued: facts.issued,
        expires: facts.expires,
        entered: facts.entered_uk,
        used_as: used(&facts.id).to_owned(),
        original_seen: facts.original_seen,
    };
    state.documents.iter().map(one).collect()
}
