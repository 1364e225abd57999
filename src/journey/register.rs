//! The register visit: find the person first, then details, documents, photo, terms, check and send. A change of name is the same
//! visit with other tasks (`rename`).
//!
//! A task list is its home; every answer can be changed until it is sent, and is kept through Esc, lock, park and restart. It
//! goes over into writing a card, for a person that was found as well as for one central has made.

pub mod details;
pub mod documents;
pub mod draft;
pub mod endorser;
pub mod entry;
pub mod evidence;
pub mod exam;
pub mod find;
mod keys;
pub mod photo;
pub mod rename;
pub mod send;
pub mod tasks;
pub mod zone;

#[cfg(test)]
pub(crate) mod tests;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::effect::{EffectId, SearchTerms, TimerName};
use super::key::Key;
use super::trouble::Trouble;
use super::{Ctx, Desk, Language, Next, Place, VisitEvent};
use crate::domain::{Millis, PersonId, VisitId};
use crate::policy::decision::{Contradiction, Decision};
use crate::policy::facts::{Countersigned, DocumentFacts, Explanation, Facts};
use crate::wire::fact::ExamRecord;
use crate::wire::message::RefusalReason;
use entry::Entry;
pub use keys::commands;
pub use tasks::TaskId;

/// Its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// What is on the screen.
    pub stage: Stage,
    /// The marked row of a list.
    pub pick: usize,
    /// Whom to look for, as typed.
    pub find: Entry,
    /// For a change of name: whose.
    #[serde(default)]
    pub renaming: Option<Box<rename::Renaming>>,
    /// What was found.
    pub found: Option<find::Found>,
    /// The details, as typed.
    pub details: Entry,
    /// The documents, original seen or not.
    pub documents: Vec<DocumentFacts>,
    /// The document being entered.
    pub draft: Option<draft::Draft>,
    /// What was asked of each document, and how long it took.
    #[serde(default)]
    pub exams: Vec<ExamRecord>,
    /// Examinations that found something a manager must look at. A document taken off the list takes none of them along.
    #[serde(default)]
    pub incidents: u32,
    /// What contradicted and was explained.
    #[serde(default)]
    pub explanations: Vec<Explanation>,
    /// The contradiction being looked at.
    #[serde(default)]
    pub explaining: Option<Contradiction>,
    /// A reason, as typed: a manager's for what contradicts, or why nobody found is the person.
    #[serde(default)]
    pub reason: Entry,
    /// The endorser of a photo, as typed.
    #[serde(default)]
    pub endorser: Entry,
    /// What is known of an endorsed photo.
    #[serde(default)]
    pub endorsed: Option<Countersigned>,
    /// What the policy says of all this; kept while nothing of it changes.
    #[serde(skip)]
    pub decision: Option<Decision>,
    #[serde(skip)]
    judged: Option<Facts>,
    /// What of the desk it was judged in.
    #[serde(skip)]
    judged_in: Option<evidence::Outside>,
    /// The photo.
    pub photo: photo::PhotoTask,
    /// When the holder accepted the terms, and in which language they were shown.
    pub terms: Option<Terms>,
    /// The id proposed for the person; the same however often it is sent.
    pub person: Option<PersonId>,
    /// What was sent.
    pub sent: Option<send::Sent>,
    /// The agent came from the check page and goes straight back.
    pub back_to_check: bool,
    /// Word id of a remark on the page.
    #[serde(skip)]
    pub notice: Option<&'static str>,
    /// A type that is never accepted was chosen: why is said.
    #[serde(skip)]
    pub rejected: Option<String>,
    /// Why the last step did not work.
    #[serde(skip)]
    pub trouble: Option<Trouble>,
    /// What is on its way.
    #[serde(skip)]
    pub asked: Option<EffectId>,
    /// The terms of the search that is on its way.
    #[serde(skip)]
    pub looking_for: SearchTerms,
    /// The day of the last event: what documents are judged by.
    #[serde(skip)]
    pub day: Date,
}

/// The terms of use were accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// When.
    pub at: Millis,
    /// In which language they were shown.
    pub language: Language,
}

/// What is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The task list.
    Tasks,
    /// Is it the person on record?
    Who,
    /// Which two documents match the record.
    WhoDocuments,
    /// Why a manager is asked who it is.
    WhoManager,
    /// The manager's word is waited for.
    WhoConfirm,
    /// Whom to look for.
    Find,
    /// What was found.
    Found,
    /// Why none of those found is the person, though some are very likely.
    NotSame,
    /// One of those found.
    Person(usize),
    /// The details.
    Details,
    /// The documents.
    Documents,
    /// Which type of document; the page of the list.
    Kind(usize),
    /// The machine-readable zone.
    Zone,
    /// One document's fields.
    Document,
    /// Its examination, question by question.
    Exam,
    /// The name on it is another: as it stands there.
    Shown,
    /// Something contradicts: who explains it?
    Explain,
    /// Who endorsed a photo.
    Endorser,
    /// A question about endorser and photo.
    Endorsed(usize),
    /// Take this document off the list?
    Remove(usize),
    /// Camera and frame.
    Photo,
    /// Why a photo with a warning is taken.
    Reason,
    /// Photo and person are the same?
    Likeness,
    /// The terms, shown to the holder.
    Terms,
    /// All answers.
    Check,
    /// Sign and send?
    Confirm,
    /// The agent's card signs.
    Signing,
    /// Sent; central's word is waited for.
    Sent,
    /// Central refused.
    Refused(RefusalReason),
    /// Central has it; support looks at it.
    Flagged,
    /// Registered, and somebody else writes the card.
    Made,
    /// Saved on this desk; the holder takes a reference away.
    Receipt,
    /// End the visit without a registration?
    Abandon,
}

impl Default for Register {
    fn default() -> Self {
        Self {
            stage: Stage::Tasks,
            pick: 0,
            find: Entry::new(&find::FIELDS),
            renaming: None,
            found: None,
            details: Entry::new(&details::FIELDS),
            documents: Vec::new(),
            draft: None,
            exams: Vec::new(),
            incidents: 0,
            explanations: Vec::new(),
            explaining: None,
            reason: Entry::default(),
            endorser: Entry::default(),
            endorsed: None,
            decision: None,
            judged: None,
            judged_in: None,
            photo: photo::PhotoTask::default(),
            terms: None,
            person: None,
            sent: None,
            back_to_check: false,
            notice: None,
            rejected: None,
            trouble: None,
            asked: None,
            looking_for: SearchTerms::default(),
            day: Date::default(),
        }
    }
}

impl Register {
    /// At the first question: who is it?
    pub fn new(_desk: &Desk) -> Self {
        Self { stage: Stage::Find, ..Self::default() }
    }

    /// Whether nothing was typed, found or taken.
    pub fn is_empty(&self) -> bool {
        let forms = [&self.find, &self.details].into_iter().all(Entry::is_empty);
        let nothing = self.found.is_none() && self.documents.is_empty() && self.draft.is_none() && self.sent.is_none();
        forms && nothing && self.photo.kept.is_none() && self.terms.is_none() && rename::is_empty(self)
    }

    /// Shows another page: remarks on the old one are over, and what it asked is not waited for.
    pub fn go(&mut self, stage: Stage) {
        self.stage = stage;
        self.pick = 0;
        self.notice = None;
        self.rejected = None;
        self.trouble = None;
        self.asked = None;
        if stage == Stage::Tasks {
            self.back_to_check = false;
            self.pick = tasks::first_open(self);
        }
    }
}

/// One event.
pub fn on(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    state.day = ctx.now.london_day();
    // What is open depends on it: judged before where the world has changed, and after, since the event may have changed it.
    evidence::judge_if_moved(state, ctx.desk);
    let next = on_event(state, ctx, id, event);
    evidence::judge(state, ctx.desk);
    next
}

fn on_event(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    if rename::portrait(state, ctx, id, event) {
        return Next::Stay;
    }
    match event {
        VisitEvent::Shown => shown(state, ctx, id),
        VisitEvent::Command(word) => {
            state.notice = None;
            state.rejected = None;
            command(state, ctx, id, word)
        }
        VisitEvent::Key(key) => {
            state.notice = None;
            state.rejected = None;
            page_key(state, ctx, id, *key)
        }
        VisitEvent::Paste(text) => {
            if zone::scanned(state, ctx, text) {
                return Next::Stay;
            }
            match entry(state) {
                Some(entry) => entry.paste(text),
                None => state.notice = Some("register-no-field"),
            }
            Next::Stay
        }
        VisitEvent::Scan(text) => {
            if !zone::scanned(state, ctx, text) {
                state.notice = Some("zone-no-zone");
            }
            Next::Stay
        }
        VisitEvent::Central(asked, result) if answered(state, ctx, id, *asked) => match state.stage {
            Stage::Find => {
                find::central(state, ctx, id, result);
                Next::Stay
            }
            Stage::Sent => send::central(state, ctx, id, result),
            _ => Next::Stay,
        },
        VisitEvent::Store(asked, answer) if answered(state, ctx, id, *asked) => match state.stage {
            Stage::Find => {
                find::store(state, ctx, answer);
                Next::Stay
            }
            Stage::Sent => send::store(state, ctx, answer),
            Stage::Photo | Stage::Likeness => {
                photo::store(state, ctx, id, answer);
                Next::Stay
            }
            _ => Next::Stay,
        },
        VisitEvent::Camera(asked, result) if answered(state, ctx, id, *asked) => {
            photo::camera(state, ctx, id, result);
            Next::Stay
        }
        VisitEvent::Hand(asked, result) if answered(state, ctx, id, *asked) => send::signed(state, ctx, id, result),
        VisitEvent::Timer(TimerName::CameraPoll) => {
            photo::poll(state, ctx, id);
            Next::Stay
        }
        VisitEvent::Timer(TimerName::Progress) | VisitEvent::WorldChanged => {
            send::look_again(state, ctx, id, matches!(event, VisitEvent::WorldChanged));
            Next::Stay
        }
        _ => Next::Stay,
    }
}

/// Whether this is the answer waited for, and the visit is still on the screen. One that comes later finds nobody: what it was
/// about is done again when the visit is shown.
fn answered(state: &mut Register, ctx: &Ctx<'_>, id: VisitId, asked: EffectId) -> bool {
    let ours = state.asked == Some(asked);
    if ours {
        state.asked = None;
    }
    ours && ctx.desk.place == Place::Visit(id)
}

/// Shown for the first time, or again: what was asked before does not answer any more.
fn shown(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) -> Next {
    state.asked = None;
    state.trouble = None;
    photo::shown_again(state, ctx);
    match state.stage {
        Stage::Signing => {
            state.go(Stage::Check);
            state.notice = Some("register-not-sent");
        }
        Stage::Photo | Stage::Likeness => photo::open(state, ctx, id),
        Stage::Who | Stage::WhoConfirm => rename::shown_again(state, ctx, id),
        Stage::Sent | Stage::Receipt => send::follow(state, ctx, id),
        _ => {}
    }
    Next::Stay
}

/// The form on the screen.
pub fn entry(state: &mut Register) -> Option<&mut Entry> {
    match state.stage {
        Stage::Find => Some(&mut state.find),
        Stage::WhoManager => state.renaming.as_mut().map(|renaming| &mut renaming.why),
        Stage::Details => Some(&mut state.details),
        Stage::Document => state.draft.as_mut().map(|draft| &mut draft.entry),
        Stage::Shown => state.draft.as_mut().map(|draft| &mut draft.shown),
        Stage::NotSame => Some(&mut state.reason),
        Stage::Explain if state.explaining.is_some() => Some(&mut state.reason),
        Stage::Endorser => Some(&mut state.endorser),
        Stage::Exam => state.draft.as_mut().and_then(|draft| draft.exam.as_mut()).and_then(control),
        Stage::Reason => Some(&mut state.photo.reason),
        _ => None,
    }
}

/// Whether letters go into a text: a field of [`entry()`], or the zone.
pub fn text_focus(state: &Register) -> bool {
    match state.stage {
        Stage::Find
        | Stage::WhoManager
        | Stage::Details
        | Stage::Document
        | Stage::Shown
        | Stage::Endorser
        | Stage::NotSame
        | Stage::Reason
        | Stage::Zone => true,
        Stage::Explain => state.explaining.is_some(),
        _ => false,
    }
}

/// The field of a detail that is read back, while that is asked.
fn control(exam: &mut exam::Exam) -> Option<&mut Entry> {
    matches!(exam.now(), Some(exam::Ask::Control(_))).then_some(&mut exam.control)
}

/// One of the commands of [`commands`].
fn command(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, word: &str) -> Next {
    match word {
        "leave" => {
            photo::put_away(state, ctx);
            park(state)
        }
        "back" => back(state, ctx, id),
        "continue" if state.stage == Stage::Zone => {
            zone::enter(state, ctx);
            Next::Stay
        }
        "continue" | "next-field" | "undo" => {
            let key = match word {
                "continue" => Key::Enter,
                "undo" => Key::Ctrl('z'),
                _ => Key::Tab,
            };
            form_key(state, ctx, id, key)
        }
        "choose" => {
            let pick = state.pick;
            choose(state, ctx, id, pick)
        }
        "check" => {
            tasks::open(state, ctx, id, TaskId::Check);
            Next::Stay
        }
        "abandon" => {
            state.go(Stage::Abandon);
            Next::Stay
        }
        "abandon-yes" => send::abandon(state, ctx, id),
        "use-person" => match state.stage {
            Stage::Person(at) => find::use_person(state, ctx, at),
            _ => Next::Stay,
        },
        "change-name" => find::change_name(state, ctx.desk),
        "retry" | "documents-match" | "confirm-identity" | "somebody-else" => {
            rename::command(state, ctx, id, word);
            Next::Stay
        }
        "as-expected" | "not-as-expected" | "cannot-tell" if matches!(state.stage, Stage::Endorsed(_)) => {
            endorser::answer(state, ctx, word);
            Next::Stay
        }
        "remove" | "remove-yes" | "other-type" | "by-hand" | "zone" | "accept-slip" | "as-expected"
        | "not-as-expected" | "cannot-tell" | "same-person" => {
            documents::command(state, ctx, id, word);
            Next::Stay
        }
        "take" | "retake" | "accept-photo" | "bigger" | "smaller" | "photo-alike-yes" | "photo-alike-no" => {
            photo::command(state, ctx, id, word);
            Next::Stay
        }
        "terms-yes" => {
            state.terms = Some(Terms { at: ctx.now, language: ctx.desk.language });
            tasks::done(state, TaskId::Terms);
            Next::Stay
        }
        "terms-no" => {
            state.terms = None;
            state.go(Stage::Tasks);
            state.notice = Some("register-terms-refused");
            Next::Stay
        }
        _ => send::command(state, ctx, id, word),
    }
}

/// Kept for later; one in which nothing was answered is nothing to come back to.
fn park(state: &Register) -> Next {
    if state.is_empty() { Next::Close(None) } else { Next::Park(None) }
}

/// One page back. What was typed stays.
fn back(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) -> Next {
    match state.stage {
        Stage::Tasks => return park(state),
        Stage::Found => state.go(Stage::Find),
        Stage::Person(_) | Stage::NotSame => state.go(Stage::Found),
        Stage::Kind(_) if !state.documents.is_empty() || state.draft.is_some() => documents::show_list(state),
        Stage::Zone | Stage::Document | Stage::Remove(_) | Stage::Explain | Stage::Endorser => {
            documents::show_list(state);
        }
        Stage::Exam => documents::exam_back(state, ctx),
        Stage::Shown => state.go(Stage::Exam),
        Stage::Endorsed(_) => endorser::back(state),
        Stage::Reason => photo::open(state, ctx, id),
        Stage::Confirm | Stage::Signing => state.go(Stage::Check),
        Stage::Abandon if state.sent.is_some() => send::follow(state, ctx, id),
        Stage::Abandon if rename::is_somebody_else(state) => rename::ask_who(state, ctx, id),
        Stage::WhoDocuments | Stage::WhoManager => rename::ask_who(state, ctx, id),
        _ => {
            photo::leave_page(state, ctx);
            let complete = tasks::missing(state).is_empty();
            state.go(if state.back_to_check && complete { Stage::Check } else { Stage::Tasks });
        }
    }
    Next::Stay
}

/// A key that is no command.
fn page_key(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, key: Key) -> Next {
    if entry(state).is_some() {
        return form_key(state, ctx, id, key);
    }
    if state.stage == Stage::Zone {
        zone::key(state, key);
        return Next::Stay;
    }
    if state.stage == Stage::Photo {
        photo::key(state, ctx, id, key);
        return Next::Stay;
    }
    if matches!(state.stage, Stage::Who | Stage::WhoDocuments) {
        rename::key(state, ctx, key);
        return Next::Stay;
    }
    let rows = rows(state, ctx.desk);
    match key {
        Key::Down => state.pick = (state.pick + 1).min(rows.saturating_sub(1)),
        Key::Up => state.pick = state.pick.saturating_sub(1),
        key => {
            if let Some(row) = key.digit().map(usize::from).filter(|d| (1..=rows).contains(d)) {
                return choose(state, ctx, id, row - 1);
            }
        }
    }
    Next::Stay
}

fn form_key(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, key: Key) -> Next {
    match state.stage {
        Stage::Find => find::key(state, ctx, id, key),
        Stage::NotSame => find::reason_key(state, key),
        Stage::Details => return details::key(state, key),
        Stage::WhoManager => return rename::why_key(state, ctx, key),
        Stage::Document => draft::key(state, ctx, key),
        Stage::Shown => draft::shown_key(state, ctx, id, key),
        Stage::Exam => documents::exam_key(state, ctx, id, key),
        Stage::Explain => documents::reason_key(state, ctx.desk, key),
        Stage::Endorser => endorser::key(state, ctx, key),
        Stage::Reason => photo::reason_key(state, ctx, id, key),
        _ => {}
    }
    Next::Stay
}

/// Rows of the list on the screen.
fn rows(state: &Register, desk: &Desk) -> usize {
    match state.stage {
        Stage::Tasks => TaskId::all(state).len(),
        Stage::Found => state.found.as_ref().map_or(0, |found| found.hits.len() + 1),
        Stage::Documents => documents::rows(state).len(),
        Stage::Kind(page) => documents::kinds_on(state, desk, page).len() + usize::from(state.renaming.is_none()),
        Stage::Check => send::check_rows(state).len(),
        _ => 0,
    }
}

/// A row of the list on the screen was chosen.
fn choose(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, row: usize) -> Next {
    match state.stage {
        Stage::Tasks => {
            if let Some(task) = TaskId::all(state).get(row) {
                tasks::open(state, ctx, id, *task);
            }
        }
        Stage::Found => find::choose(state, row),
        Stage::Documents | Stage::Kind(_) => documents::choose(state, ctx, row),
        Stage::Check => send::change(state, ctx, id, row),
        _ => {}
    }
    Next::Stay
}

/// The danger step it is in, if it is in one.
pub fn danger(state: &Register) -> Option<&'static str> {
    match state.stage {
        Stage::Who => Some("rename-who"),
        Stage::WhoDocuments => Some("rename-documents"),
        Stage::WhoConfirm => Some("rename-confirm"),
        Stage::Confirm => Some("register-send"),
        Stage::Abandon => Some("register-abandon"),
        _ => None,
    }
}
