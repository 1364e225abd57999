//! The keys of every page of the register visit.

use super::{Register, Stage, documents, draft, exam, find, photo, rename, send, tasks};
use crate::journey::Desk;
use crate::journey::command::Command;
use crate::journey::key::Key;
use crate::journey::reset::{DOCUMENTS_WANTED, Look};
use crate::policy::facts::ExplainedBy;

/// Keys that work now.
pub fn commands(state: &Register, desk: &Desk) -> Vec<Command> {
    let back = Command::new(Key::Esc, "back");
    let leave = Command::new(Key::F(3), "leave");
    let choose = Command::new(Key::Enter, "choose");
    let form = [
        Command::new(Key::Enter, "continue"),
        Command::new(Key::Tab, "next-field"),
        Command::new(Key::Ctrl('z'), "undo"),
        back,
        leave,
    ];
    let yes_no = |yes, no| vec![Command::new(Key::Char('y'), yes), Command::new(Key::Char('n'), no), back, leave];
    match state.stage {
        Stage::Tasks => {
            let mut list = vec![choose, back, leave, Command::new(Key::Char('x'), "abandon")];
            if tasks::missing(state).is_empty() {
                list.push(Command::new(Key::F(10), "check"));
            }
            list
        }
        Stage::Find | Stage::NotSame | Stage::Details | Stage::Reason => form.to_vec(),
        Stage::Document
        | Stage::Zone
        | Stage::Exam
        | Stage::Shown
        | Stage::Explain
        | Stage::Endorser
        | Stage::Endorsed(_) => document_commands(state, desk),
        Stage::Found | Stage::Kind(_) => vec![choose, back, leave],
        Stage::Person(at) => {
            let hit = state.found.as_ref().and_then(|found| found.hits.get(at));
            let usable = hit.is_some_and(|hit| !matches!(find::use_of(hit, desk), find::Use::No(_)));
            let take = usable.then_some(Command::new(Key::Enter, "use-person"));
            let rename = hit.is_some_and(|hit| rename::why_not(&hit.person, desk).is_none());
            let rename = rename.then_some(Command::new(Key::Char('n'), "change-name"));
            take.into_iter().chain(rename).chain([back, leave]).collect()
        }
        Stage::WhoManager => form.to_vec(),
        Stage::Who | Stage::WhoDocuments | Stage::WhoConfirm => who_commands(state),
        Stage::Documents => {
            let remove = (state.pick < state.documents.len()).then_some(Command::new(Key::Delete, "remove"));
            [choose, back, leave].into_iter().chain(remove).collect()
        }
        Stage::Remove(_) => vec![Command::new(Key::Char('y'), "remove-yes"), back],
        Stage::Photo => photo::commands(state).into_iter().chain([back, leave]).collect(),
        Stage::Likeness => yes_no("photo-alike-yes", "photo-alike-no"),
        Stage::Terms => yes_no("terms-yes", "terms-no"),
        Stage::Abandon => vec![Command::new(Key::Char('y'), "abandon-yes"), back],
        Stage::Made if state.renaming.is_some() => rename::commands(state, desk),
        _ => send::commands(state),
    }
}

/// Keys while it is asked who the person is.
fn who_commands(state: &Register) -> Vec<Command> {
    let (back, leave) = (Command::new(Key::Esc, "back"), Command::new(Key::F(3), "leave"));
    let Some(renaming) = &state.renaming else { return vec![back, leave] };
    let more = match state.stage {
        Stage::WhoConfirm => {
            let (yes, no) = (Key::Char('y'), Key::Char('n'));
            return vec![Command::new(yes, "confirm-identity"), Command::new(no, "somebody-else"), leave];
        }
        Stage::WhoDocuments => {
            let both = renaming.chosen.len() == DOCUMENTS_WANTED;
            both.then_some(Command::new(Key::Enter, "documents-match"))
        }
        _ => {
            let again = matches!(renaming.portrait.look, Look::Fault(_) | Look::NotAPicture);
            again.then_some(Command::new(Key::F(5), "retry"))
        }
    };
    more.into_iter().chain([back, leave]).collect()
}

/// Keys while a document is entered and examined, or something about it is explained.
fn document_commands(state: &Register, desk: &Desk) -> Vec<Command> {
    let (back, leave) = (Command::new(Key::Esc, "back"), Command::new(Key::F(3), "leave"));
    let take = Command::new(Key::Enter, "continue");
    let form = [take, Command::new(Key::Tab, "next-field"), Command::new(Key::Ctrl('z'), "undo"), back, leave];
    let answers = vec![
        Command::new(Key::Char('y'), "as-expected"),
        Command::new(Key::Char('n'), "not-as-expected"),
        Command::new(Key::Char('?'), "cannot-tell"),
        back,
        leave,
    ];
    let draft = state.draft.as_ref();
    match state.stage {
        Stage::Zone => {
            let slip = draft.is_some_and(|d| d.grid.fields().iter().any(|field| field.suggestion.is_some()));
            let slip = slip.then_some(Command::new(Key::F(2), "accept-slip"));
            [take, Command::new(Key::F(4), "by-hand"), back, leave].into_iter().chain(slip).collect()
        }
        Stage::Document => {
            let zone = draft.is_some_and(draft::Draft::has_zone).then_some(Command::new(Key::F(2), "zone"));
            form.into_iter().chain(zone).chain([Command::new(Key::F(4), "other-type")]).collect()
        }
        Stage::Exam => match draft.and_then(|draft| draft.exam.as_ref()).and_then(exam::Exam::now) {
            Some(exam::Ask::Control(_)) => vec![take, back, leave],
            Some(exam::Ask::Original | exam::Ask::Name) => {
                answers.into_iter().filter(|c| c.id != "cannot-tell").collect()
            }
            _ => answers,
        },
        Stage::Endorsed(_) => answers,
        Stage::Explain => {
            let ways = state.explaining.as_ref().map(|what| documents::explained_by(state, desk, what));
            let ways = ways.unwrap_or_default();
            let tick = ways.iter().any(|way| *way != ExplainedBy::Manager);
            let tick = tick.then_some(Command::new(Key::F(2), "same-person"));
            let reason = ways.contains(&ExplainedBy::Manager).then_some(take);
            tick.into_iter().chain(reason).chain([back, leave]).collect()
        }
        _ => form.to_vec(),
    }
}
