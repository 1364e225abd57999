//! The reset visit: who is it, by central's photo and not the card's; then a new passcode of the holder's own.
//!
//! How identity was checked has no default answer, and it is asked again whenever the visit was left while the holder had still to
//! type: somebody else may sit there by then. Without network the visit ends in a task: the holder is called back.

mod check;
mod portrait;
#[cfg(test)]
mod tests;

pub use check::{DOCUMENTS, DOCUMENTS_WANTED, kinds, may_confirm, toggle};
pub use portrait::{Look, Portrait};

use serde::{Deserialize, Serialize};

use super::command::Command;
use super::effect::Effect;
use super::form::{Form, FormMove};
use super::key::Key;
use super::passcode::{Finished, NewPasscode, Progress, Signer, Subject};
use super::{Ctx, Desk, Next, VisitEvent};
use crate::card::task::{CardFault, CardReport};
use crate::domain::{CardStatus, Person, UserNumber, VaultSlot, VisitId};
use crate::policy::cards::oldest_series;
use crate::policy::roles::{Task, may};
use crate::wire::act::{Act, ActKind, Signed, content};
use crate::wire::fact::{Fact, IdentityCheck};
use crate::wire::message::CardRecord;

/// Its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    /// Central's record; none if the desk could not learn whose card it is.
    pub record: Option<Box<CardRecord>>,
    /// What the card said.
    pub report: Box<CardReport>,
    /// Where it stands.
    pub stage: Stage,
    /// What is typed now.
    pub form: Form,
    /// A new passcode that was begun; it goes on once the holder is known again.
    #[serde(default)]
    pub waiting: Option<Box<NewPasscode>>,
    /// How the holder was known.
    pub check: Option<IdentityCheck>,
    /// The agent asked to leave in the middle: leave it parked, or end it?
    #[serde(skip)]
    pub leaving: bool,
    /// Central's photo.
    #[serde(skip)]
    pub portrait: Portrait,
}

/// Where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Not looked at yet.
    Begin,
    /// It can't be done, and why.
    Refused(Refusal),
    /// No network: how is the holder reached?
    Contact,
    /// The task is recorded.
    CalledBack,
    /// Is this the person?
    Likeness,
    /// Two documents that match the record: which?
    Documents {
        /// Chosen so far, in the order chosen: places in [`DOCUMENTS`].
        chosen: Vec<usize>,
    },
    /// A manager is to confirm who it is: why?
    Manager,
    /// It waits for a manager, who confirms it in a session of their own.
    ForManager {
        /// Who asked: somebody else must confirm.
        asked_by: UserNumber,
        /// Why the photo is no help.
        reason: String,
    },
    /// "This is not the person": asked once more.
    NotThisPerson,
    /// Nothing was released; what is to be done now.
    Stopped,
    /// Proof, release, the holder chooses, unlock, rotate.
    Passcode(Box<NewPasscode>),
    /// The holder has a new passcode.
    Done,
    /// The card does not open with what central has for it.
    Lost {
        /// The new passcode was set all the same.
        passcode_set: bool,
        /// What the card said.
        fault: CardFault,
    },
}

/// Why there is no reset for this card. Each has its three lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Nobody serves their own card.
    OwnCard,
    /// Cancelled, or on the revocation list.
    Cancelled,
    /// Spoilt.
    Spoilt,
    /// Too old a series: replace only.
    OldSeries,
    /// Not yet in the holder's hand: that is hand-over, not reset.
    NotIssued,
    /// The role may not unlock.
    Role,
}

impl Reset {
    /// For the card in the customer reader.
    pub fn new(record: CardRecord, report: CardReport) -> Self {
        Self::begin(Some(Box::new(record)), report)
    }

    /// For a card whose holder can't be learned now: the holder is called back.
    pub fn call_back(report: CardReport) -> Self {
        Self::begin(None, report)
    }

    fn begin(record: Option<Box<CardRecord>>, report: CardReport) -> Self {
        Self {
            record,
            report: Box::new(report),
            stage: Stage::Begin,
            form: Form::default(),
            waiting: None,
            check: None,
            leaving: false,
            portrait: Portrait::default(),
        }
    }

    /// The new passcode, once it has come to that.
    pub fn new_passcode(&self) -> Option<&NewPasscode> {
        match &self.stage {
            Stage::Passcode(operation) => Some(operation),
            _ => None,
        }
    }

    /// The same, also while it waits for the holder to be known again.
    pub fn begun(&self) -> Option<&NewPasscode> {
        self.new_passcode().or(self.waiting.as_deref())
    }

    /// Who asked for a manager, while one is waited for.
    pub fn waits_for_manager(&self) -> Option<&UserNumber> {
        match &self.stage {
            Stage::ForManager { asked_by, .. } => Some(asked_by),
            _ => None,
        }
    }

    /// Whether it can't just be ended any more.
    pub fn has_touched_the_card(&self) -> bool {
        self.begun().is_some_and(NewPasscode::has_touched_the_card)
    }

    fn refusal(&self, desk: &Desk) -> Option<Refusal> {
        let session = desk.session.as_ref()?;
        if !may(session.role, Task::Unlock) {
            return Some(Refusal::Role);
        }
        let shown = self.report.certificates.values().find_map(|c| c.number.as_ref());
        let recorded = self.record.as_ref().and_then(|r| r.person.number.as_ref());
        if recorded.or(shown) == Some(&session.agent) {
            return Some(Refusal::OwnCard);
        }
        let waits = super::home::cancel_waits(self.report.identity.guid, recorded.or(shown), desk);
        if waits || super::home::is_revoked(&self.report, desk) {
            return Some(Refusal::Cancelled);
        }
        let card = &self.record.as_ref()?.card;
        match card.status {
            CardStatus::Cancelled => Some(Refusal::Cancelled),
            CardStatus::Spoilt => Some(Refusal::Spoilt),
            _ if card.series < oldest_series(desk.minute.london_day()) => Some(Refusal::OldSeries),
            CardStatus::Issued => None,
            CardStatus::Granted | CardStatus::WrittenNotPrinted | CardStatus::PrintedNotHandedOver => {
                Some(Refusal::NotIssued)
            }
        }
    }
}

/// One event.
pub fn on(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    if matches!(event, VisitEvent::Shown) {
        state.leaving = false;
        let signed = signed_content(state, ctx, id);
        if let Stage::Passcode(operation) = &mut state.stage {
            operation.binds(signed);
        }
        if let Some(next) = shown(state, ctx, id) {
            return next;
        }
    }
    if state.portrait.on(ctx, id, event) {
        return Next::Stay;
    }
    if state.leaving {
        return leaving(state, ctx, id, event);
    }
    if let (VisitEvent::Command("leave"), true) = (event, state.waits_for_manager().is_none()) {
        state.leaving = true;
        return Next::Stay;
    }
    if let VisitEvent::Command("call-back") = event {
        end_passcode(state, ctx, id);
        contact(state);
        return Next::Stay;
    }
    match &mut state.stage {
        Stage::Passcode(operation) => {
            let progress = operation.on(ctx, id, event);
            return progressed(state, ctx, id, progress);
        }
        Stage::Contact => return contact_event(state, ctx, id, event),
        Stage::Likeness => return likeness_event(state, ctx, id, event),
        Stage::Manager if matches!(event, VisitEvent::Command("back")) => ask_likeness(state, ctx, id),
        Stage::Manager => return check::ask_manager(state, ctx, event),
        Stage::ForManager { .. } => return check::confirmed(state, ctx, id, event),
        Stage::Documents { .. } => check::on(state, ctx, id, event),
        Stage::NotThisPerson => match event {
            VisitEvent::Command("not-this-person") => {
                settle(state, ctx, id);
                ctx.event(Fact::VisitAbandoned { visit: id, reason: "likeness".to_owned() });
                state.stage = Stage::Stopped;
            }
            VisitEvent::Command("back") => ask_likeness(state, ctx, id),
            _ => {}
        },
        Stage::Begin | Stage::Refused(_) | Stage::CalledBack | Stage::Stopped | Stage::Done | Stage::Lost { .. } => {
            if let VisitEvent::Command("continue" | "back") = event {
                if let Stage::Refused(_) = state.stage {
                    settle(state, ctx, id);
                }
                return Next::Close(None);
            }
        }
    }
    Next::Stay
}

/// Judged anew every time it is shown: the list of cancelled cards may have changed, and the network.
fn shown(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId) -> Option<Next> {
    let before_release = !matches!(
        state.stage,
        Stage::Passcode(_) | Stage::Done | Stage::Lost { .. } | Stage::CalledBack | Stage::Stopped
    );
    if !before_release {
        return None;
    }
    if let Some(refusal) = state.refusal(ctx.desk) {
        state.stage = Stage::Refused(refusal);
    } else if state.waits_for_manager().is_some_and(|asked_by| check::may_confirm(ctx.desk, asked_by)) {
        ask_photo(state, ctx, id);
    } else if state.record.is_none() || (state.waiting.is_none() && !ctx.desk.is_online()) {
        if state.stage != Stage::Contact {
            contact(state);
        }
    } else {
        ask_likeness(state, ctx, id);
    }
    Some(Next::Stay)
}

fn ask_likeness(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId) {
    state.stage = Stage::Likeness;
    state.form = Form::default();
    ask_photo(state, ctx, id);
}

fn ask_photo(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId) {
    ctx.effects.push(Effect::FlushKeys);
    if let Some(record) = &state.record {
        state.portrait.ask(ctx, id, &record.person);
    }
}

fn likeness_event(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    match event {
        VisitEvent::Key(Key::Char('1')) if matches!(state.portrait.look, Look::Here(_)) => {
            begin_passcode(state, ctx, id, IdentityCheck::Likeness);
        }
        VisitEvent::Key(Key::Char('2')) => {
            state.stage = Stage::Documents { chosen: Vec::new() };
            ctx.effects.push(Effect::FlushKeys);
        }
        VisitEvent::Key(Key::Char('3')) => {
            state.stage = Stage::Manager;
            state.form = Form::new(&[("why", 200)]);
        }
        VisitEvent::Key(Key::Char('4')) => {
            state.stage = Stage::NotThisPerson;
            ctx.effects.push(Effect::FlushKeys);
        }
        VisitEvent::Command("retry") => ask_likeness(state, ctx, id),
        VisitEvent::Command("back") => {
            ctx.event(Fact::VisitAbandoned { visit: id, reason: "agent".to_owned() });
            return Next::Close(None);
        }
        _ => {}
    }
    Next::Stay
}

/// The holder is known: the release may be asked for.
fn begin_passcode(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId, check: IdentityCheck) {
    let Some(record) = &state.record else { return };
    if let Some(refusal) = state.refusal(ctx.desk) {
        state.stage = Stage::Refused(refusal);
        return;
    }
    let subject = Subject {
        grant: record.card.grant,
        card: record.card.guid,
        chip_serial: state.report.identity.chip_serial.clone(),
        certificate: record.card_certificate.as_ref().map(|der| der.0.clone()),
    };
    let fresh = || Box::new(NewPasscode::new(subject, ActKind::PukRelease, Signer::Agent));
    let mut operation = state.waiting.take().unwrap_or_else(fresh);
    state.check = Some(check);
    operation.binds(signed_content(state, ctx, id));
    let progress = operation.begin(ctx, id);
    state.form = Form::default();
    state.portrait = Portrait::default();
    state.stage = Stage::Passcode(operation);
    let _ = progressed(state, ctx, id, progress);
}

fn progressed(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId, progress: Progress) -> Next {
    match progress {
        Progress::Going | Progress::NoEncodePin => {}
        Progress::WhoIsIt => {
            if let Stage::Passcode(operation) = std::mem::replace(&mut state.stage, Stage::Likeness) {
                state.waiting = Some(operation);
            }
            ask_likeness(state, ctx, id);
        }
        Progress::Done(finished) => {
            outcome(state, ctx, id, *finished);
            state.stage = Stage::Done;
        }
        Progress::Lost(finished) => {
            let passcode_set = finished.passcode_set;
            let fault = match state.new_passcode().map(|operation| &operation.stage) {
                Some(super::passcode::Stage::Lost(fault)) => *fault,
                _ => CardFault::PukBlocked,
            };
            outcome(state, ctx, id, *finished);
            state.stage = Stage::Lost { passcode_set, fault };
        }
    }
    Next::Stay
}

fn outcome(state: &Reset, ctx: &mut Ctx<'_>, visit: VisitId, finished: Finished) {
    let Finished { passcode_set, puk_n, act } = finished;
    if let Some(fact) = fact(state, visit, act, passcode_set, puk_n) {
        ctx.event(fact);
    }
}

/// What the agent's hand answers for: this card, and how the holder was known.
fn signed_content(state: &Reset, ctx: &Ctx<'_>, visit: VisitId) -> Option<[u8; 32]> {
    let act = Signed::to_come(ActKind::PukRelease, visit, ctx.desk.about.desk);
    content(&fact(state, visit, act, false, None)?)
}

fn fact(state: &Reset, visit: VisitId, act: Signed<Act>, done: bool, puk_n: Option<u32>) -> Option<Fact> {
    let (card, check) = (state.record.as_ref()?.card.guid, state.check.clone()?);
    Some(Fact::PasscodeReset { visit, card, check, done, puk_n, act: Box::new(act) })
}

/// The passcode operation is given up. A release that was made for it gets its outcome; false if there was none.
fn settle(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId) -> bool {
    let operation = match &mut state.stage {
        Stage::Passcode(operation) => Some(operation),
        _ => state.waiting.as_mut(),
    };
    let finished = operation.and_then(|operation| operation.give_up(ctx));
    let settled = finished.is_some();
    if let Some(finished) = finished {
        outcome(state, ctx, id, *finished);
    }
    settled
}

fn end_passcode(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId) {
    if state.begun().is_some() && !settle(state, ctx, id) {
        ctx.event(Fact::VisitAbandoned { visit: id, reason: "agent".to_owned() });
    }
    state.waiting = None;
}

/// Leave it parked, end it, or go on?
fn leaving(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    if state.begun().is_none() {
        state.leaving = false;
        return Next::Stay;
    }
    let busy = state.begun().is_some_and(NewPasscode::is_busy);
    let may_end = !busy && !state.has_touched_the_card();
    match event {
        VisitEvent::Key(Key::Char('1')) => {
            if let Stage::Passcode(operation) = &mut state.stage {
                operation.leave(ctx);
            }
            state.leaving = false;
            return Next::Park(None);
        }
        VisitEvent::Key(Key::Char('2')) if may_end => {
            end_passcode(state, ctx, id);
            return Next::Close(Some("notice-reset-ended"));
        }
        VisitEvent::Command("back") => state.leaving = false,
        _ => {}
    }
    let Stage::Passcode(operation) = &mut state.stage else { return Next::Stay };
    let progress = match event {
        VisitEvent::Command("back") if operation.is_holders_turn() => {
            operation.on(ctx, id, &VisitEvent::Command("type-anew"))
        }
        VisitEvent::Card(..) | VisitEvent::Central(..) | VisitEvent::Hand(..) => operation.on(ctx, id, event),
        _ => return Next::Stay,
    };
    progressed(state, ctx, id, progress)
}

fn contact(state: &mut Reset) {
    state.stage = Stage::Contact;
    state.form = Form::new(&[("contact", 100)]);
}

fn contact_event(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    let moved = match event {
        VisitEvent::Command("back") => return Next::Close(None),
        VisitEvent::Command("retry") => {
            state.stage = Stage::Begin;
            return shown(state, ctx, id).unwrap_or(Next::Stay);
        }
        VisitEvent::Paste(text) => {
            state.form.paste(text);
            FormMove::Edited
        }
        VisitEvent::Command("continue") => state.form.key(Key::Enter),
        VisitEvent::Key(key) => state.form.key(*key),
        _ => FormMove::Ignored,
    };
    if moved != FormMove::Submit {
        return Next::Stay;
    }
    let contact = state.form.text("contact").to_owned();
    if contact.is_empty() {
        state.form.fail("contact", "reset-error-contact");
        return Next::Stay;
    }
    let shown = state.report.certificates.values().find_map(|c| c.number.clone());
    let number = state.record.as_ref().and_then(|r| r.person.number.clone()).or(shown);
    let card = state.report.identity.guid;
    ctx.event(Fact::CallBack { visit: id, card, number, contact, wanted: "passcode_reset".to_owned() });
    state.stage = Stage::CalledBack;
    Next::Stay
}

/// Keys that work now.
pub fn commands(state: &Reset, desk: &Desk) -> Vec<Command> {
    let back = Command::new(Key::Esc, "back");
    if state.leaving {
        return vec![back];
    }
    match &state.stage {
        Stage::Begin | Stage::Refused(_) => vec![back],
        Stage::CalledBack | Stage::Stopped | Stage::Done | Stage::Lost { .. } => {
            vec![Command::new(Key::Enter, "continue")]
        }
        Stage::Contact if state.record.is_some() && desk.is_online() => {
            vec![Command::new(Key::Enter, "continue"), Command::new(Key::F(5), "retry"), back]
        }
        Stage::Contact | Stage::Manager => vec![Command::new(Key::Enter, "continue"), back],
        Stage::Likeness => likeness_commands(state),
        Stage::ForManager { .. } => {
            let answers = [('y', "confirm-identity"), ('n', "somebody-else")];
            let mut list = answers.map(|(key, id)| Command::new(Key::Char(key), id)).to_vec();
            list.push(Command::new(Key::F(3), "leave"));
            list
        }
        Stage::NotThisPerson => vec![Command::new(Key::Char('y'), "not-this-person"), back],
        Stage::Documents { chosen } if chosen.len() == check::DOCUMENTS_WANTED => {
            vec![Command::new(Key::Enter, "documents-match"), back]
        }
        Stage::Documents { .. } => vec![back],
        Stage::Passcode(operation) => {
            let mut list = operation.commands();
            if !operation.is_busy() {
                let network = operation.trouble.is_some_and(super::trouble::Trouble::is_about_the_network);
                if network && !operation.has_touched_the_card() {
                    list.push(Command::new(Key::F(2), "call-back"));
                }
                list.push(Command::new(Key::F(3), "leave"));
            }
            list
        }
    }
}

fn likeness_commands(state: &Reset) -> Vec<Command> {
    let mut list = Vec::new();
    if matches!(state.portrait.look, Look::Fault(_) | Look::NotAPicture) {
        list.push(Command::new(Key::F(5), "retry"));
        if !state.has_touched_the_card() {
            list.push(Command::new(Key::F(2), "call-back"));
        }
    }
    // What was begun is parked or ended, not dropped.
    list.push(match state.waiting {
        Some(_) => Command::new(Key::F(3), "leave"),
        None => Command::new(Key::Esc, "back"),
    });
    list
}

/// The danger step it is in, if it is in one: a key typed ahead must not say who somebody is.
pub fn danger(state: &Reset) -> Option<&'static str> {
    match state.stage {
        _ if state.leaving => Some("reset-leaving"),
        Stage::Likeness => Some("reset-likeness"),
        Stage::Documents { .. } => Some("reset-documents"),
        Stage::NotThisPerson => Some("reset-not-this-person"),
        Stage::ForManager { .. } => Some("reset-for-manager"),
        _ => None,
    }
}

/// Whether letters go into the form.
pub fn text_focus(state: &Reset) -> bool {
    !state.leaving && matches!(state.stage, Stage::Contact | Stage::Manager)
}

/// The secret field that has the focus.
pub fn secret_focus(state: &Reset) -> Option<VaultSlot> {
    if state.leaving { None } else { state.new_passcode()?.secret_focus() }
}

/// The holder, once known.
pub fn person(state: &Reset) -> Option<&Person> {
    state.record.as_ref().map(|r| &r.person)
}
