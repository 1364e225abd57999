//! The task list: what is done, what is not, what cannot start yet and why.

use super::{Register, Stage, details, documents, evidence, photo};
use crate::domain::VisitId;
use crate::journey::input::ClockView;
use crate::journey::{Ctx, Desk};

/// The tasks, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskId {
    /// Find the person first.
    Find,
    /// For a change of name: is it the person on record?
    Who,
    /// Details.
    Details,
    /// Identity documents.
    Documents,
    /// Photo.
    Photo,
    /// Terms of use.
    Terms,
    /// Check and send.
    Check,
}

impl TaskId {
    /// All of this visit's.
    pub fn all(state: &Register) -> &'static [TaskId] {
        use TaskId::{Check, Details, Documents, Find, Photo, Terms, Who};
        match state.renaming {
            Some(_) => &[Who, Details, Documents, Check],
            None => &[Find, Details, Documents, Photo, Terms, Check],
        }
    }

    /// What must be done before it is sent: all but the check itself.
    pub fn answers(state: &Register) -> &'static [TaskId] {
        Self::all(state).split_last().map_or(&[], |(_, answers)| answers)
    }

    /// What comes before everything else: who it is.
    fn first(state: &Register) -> TaskId {
        if state.renaming.is_some() { TaskId::Who } else { TaskId::Find }
    }

    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            TaskId::Find => "find",
            TaskId::Who => "who",
            TaskId::Details => "details",
            TaskId::Documents => "documents",
            TaskId::Photo => "photo",
            TaskId::Terms => "terms",
            TaskId::Check => "check",
        }
    }
}

/// Where a task stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskStatus {
    /// Done.
    Done,
    /// Nothing was typed.
    NotStarted,
    /// Begun.
    Started,
    /// So many of so many.
    Count(usize, usize),
    /// Others come first.
    After(Vec<TaskId>),
    /// The clock is in doubt: nothing is registered with it.
    Clock,
}

impl TaskStatus {
    /// It can't be opened yet.
    pub fn is_closed(&self) -> bool {
        matches!(self, TaskStatus::After(_) | TaskStatus::Clock)
    }
}

/// Documents of the usual combinations: what "2 of 3" counts up to.
pub const DOCUMENTS_MIN: usize = 3;

/// Where a task stands.
pub fn status(state: &Register, desk: &Desk, task: TaskId) -> TaskStatus {
    if task == TaskId::Check {
        let missing = missing(state);
        return match (missing.is_empty(), desk.clock) {
            (false, _) => TaskStatus::After(missing),
            (true, ClockView::Doubtful) => TaskStatus::Clock,
            (true, _) => TaskStatus::NotStarted,
        };
    }
    if is_done(state, task) {
        return TaskStatus::Done;
    }
    let first = TaskId::first(state);
    if task != first && !is_done(state, first) {
        return TaskStatus::After(vec![first]);
    }
    if task == TaskId::Documents && !is_done(state, TaskId::Details) && state.documents.is_empty() {
        // Names and birth date on the documents are compared with the details.
        return TaskStatus::After(vec![TaskId::Details]);
    }
    let begun = match task {
        TaskId::Find => !state.find.is_empty(),
        TaskId::Details => !state.details.is_empty(),
        TaskId::Documents if state.renaming.is_some() => !state.documents.is_empty() || state.draft.is_some(),
        TaskId::Documents => {
            let good = state.decision.as_ref().map_or(0, evidence::counted);
            return match (good, state.documents.is_empty() && state.draft.is_none()) {
                (_, true) => TaskStatus::NotStarted,
                (good, false) => TaskStatus::Count(good.min(DOCUMENTS_MIN), DOCUMENTS_MIN),
            };
        }
        TaskId::Photo => state.photo.kept.is_some() || state.photo.frame.is_some(),
        TaskId::Who | TaskId::Terms | TaskId::Check => false,
    };
    if begun { TaskStatus::Started } else { TaskStatus::NotStarted }
}

/// Whether an answer is whole, judged by the day of the last event.
pub fn is_done(state: &Register, task: TaskId) -> bool {
    match task {
        TaskId::Find => state.found.as_ref().is_some_and(|found| found.nobody),
        TaskId::Who => state.renaming.as_ref().is_some_and(|renaming| renaming.check.is_some()),
        TaskId::Details => details::of(state).is_ok(),
        TaskId::Documents => evidence::is_met(state),
        TaskId::Photo => photo::is_done(state),
        TaskId::Terms => state.terms.is_some(),
        TaskId::Check => false,
    }
}

/// The answers that are not whole yet.
pub fn missing(state: &Register) -> Vec<TaskId> {
    TaskId::answers(state).iter().copied().filter(|task| !is_done(state, *task)).collect()
}

/// The row to mark: the first task without a whole answer.
pub fn first_open(state: &Register) -> usize {
    let answers = TaskId::answers(state);
    answers.iter().position(|task| !is_done(state, *task)).unwrap_or(answers.len())
}

/// Opens a task, or says why it cannot start yet.
pub fn open(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, task: TaskId) {
    match status(state, ctx.desk, task) {
        TaskStatus::After(_) => {
            state.notice = Some("register-not-yet");
            return;
        }
        TaskStatus::Clock => {
            state.notice = Some("register-clock");
            return;
        }
        _ => {}
    }
    match task {
        TaskId::Find => state.go(Stage::Find),
        TaskId::Who => super::rename::ask_who(state, ctx, id),
        TaskId::Details => {
            state.go(Stage::Details);
            // The whole new name is typed; of a new person the name is there from the search.
            state.details.focus("given");
            if state.renaming.is_none() {
                state.details.focus_first_empty(&details::REQUIRED);
            }
        }
        TaskId::Documents if state.documents.is_empty() && state.draft.is_none() => state.go(Stage::Kind(0)),
        TaskId::Documents => documents::show_list(state),
        TaskId::Photo => photo::open(state, ctx, id),
        TaskId::Terms => state.go(Stage::Terms),
        TaskId::Check => state.go(Stage::Check),
    }
}

/// A task is done: straight back to the check page if the agent came from there, else to the list with the next one marked.
pub fn done(state: &mut Register, _task: TaskId) {
    let complete = missing(state).is_empty();
    state.go(if state.back_to_check && complete { Stage::Check } else { Stage::Tasks });
}
