//! The cancel visit: whose card, why, typed confirmation, the agent's hand; for ever.
//!
//! Offline, or until central has it, a cancel is a report only: NOT YET EFFECTIVE, and that stays said.

mod sent;
#[cfg(test)]
mod tests;

pub use sent::{Received, Sent};

use serde::{Deserialize, Serialize};

use super::command::Command;
use super::desk::Language;
use super::effect::{CentralCall, Effect};
use super::form::{Form, FormMove};
use super::hand;
use super::input::{CentralAnswer, CentralFault};
use super::key::Key;
use super::reset::Portrait;
use super::trouble::Trouble;
use super::wait::Wait;
use super::{Ctx, Desk, Next, Owner, VisitEvent, may_act};
use crate::domain::{CancelReason, CardStatus, Millis, Person, PersonStatus, UserNumber, VisitId};
use crate::policy::roles::{Task, may};
use crate::wire::act::{Act, ActKind, Signed, content};
use crate::wire::fact::Fact;
use crate::wire::message::{CardRecord, ProblemCode};

/// Its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancel {
    /// Whose card, as central (or the desk's own copy) says; none if only the number is known.
    pub record: Option<Box<CardRecord>>,
    /// The number typed, or the record's.
    pub number: Option<UserNumber>,
    /// Why.
    pub reason: Option<CancelReason>,
    /// Reference of the police or of the incident system, for a theft.
    pub incident: String,
    /// What was said.
    pub note: String,
    /// Where it stands.
    pub stage: Stage,
    /// What is typed now.
    pub form: Form,
    /// Why it does not go on now.
    #[serde(skip)]
    pub trouble: Option<Trouble>,
    /// Central's photo, so that the wrong card is seen to be wrong.
    #[serde(skip)]
    pub portrait: Portrait,
    /// When the agent confirmed it: signed, so it stays what it was when the signature comes. Signing begins anew in a
    /// visit that is opened again, so it is not kept.
    #[serde(skip)]
    reported: Option<Millis>,
    #[serde(skip)]
    wait: Wait,
}

/// Where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Which number?
    Number,
    /// Central is asked whose card that is.
    Looking,
    /// Why?
    Reason,
    /// Incident reference and note.
    Note,
    /// The right card? The last four figures and a word are typed.
    Guard,
    /// The agent's card signs.
    Signing,
    /// It is recorded; central may have it or not.
    Sent(Sent),
}

impl Cancel {
    /// For a card that is known.
    pub fn of_record(record: CardRecord) -> Self {
        let number = record.person.number.clone();
        Self { number, record: Some(Box::new(record)), stage: Stage::Reason, ..Self::by_number() }
    }

    /// For a card that is not here: asked by number.
    pub fn by_number() -> Self {
        Self {
            record: None,
            number: None,
            reason: None,
            incident: String::new(),
            note: String::new(),
            stage: Stage::Number,
            form: number_form(),
            trouble: None,
            portrait: Portrait::default(),
            reported: None,
            wait: Wait::default(),
        }
    }

    /// Recorded, and central is not known to have it: NOT YET EFFECTIVE.
    pub fn waits_for_central(&self) -> bool {
        matches!(&self.stage, Stage::Sent(sent) if sent.received == Received::NotYet)
    }

    /// Whether something is on its way.
    pub fn is_busy(&self) -> bool {
        self.wait.is_open()
    }

    /// The four signs that must be typed: the end of the number, or of the card's id if the holder has no number yet.
    pub fn tail(&self) -> String {
        let whole = match (&self.number, &self.record) {
            (Some(number), _) => number.digits().to_owned(),
            (None, Some(record)) => record.card.guid.to_string(),
            (None, None) => String::new(),
        };
        whole.chars().skip(whole.chars().count().saturating_sub(TAIL)).collect()
    }
}

/// Signs typed to show that the right card is meant (notes domain 12c, 25).
const TAIL: usize = 4;

/// The word to type, as the word files have it under `cancel-word`: a test of the screens holds the two together.
pub fn confirm_word(language: Language) -> &'static str {
    match language {
        Language::English => "CANCEL",
        Language::Welsh => "CANSLO",
    }
}

fn number_form() -> Form {
    Form::new(&[("number", 14)])
}

/// One event.
pub fn on(state: &mut Cancel, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    if state.portrait.on(ctx, id, event) {
        return Next::Stay;
    }
    if let VisitEvent::Shown = event {
        shown(state, ctx, id);
    }
    match &state.stage {
        Stage::Sent(_) => return sent::on(state, ctx, id, event),
        Stage::Number => return number_event(state, ctx, id, event),
        Stage::Looking => {
            if let VisitEvent::Central(asked, result) = event
                && state.wait.answered(*asked)
            {
                return looked_up(state, ctx, id, result);
            }
        }
        Stage::Reason => return reason_event(state, ctx, event),
        Stage::Note => note_event(state, ctx, event),
        Stage::Guard => guard_event(state, ctx, id, event),
        Stage::Signing => {
            if let VisitEvent::Hand(asked, result) = event
                && state.wait.answered(*asked)
            {
                match result {
                    Ok(act) => submit(state, ctx, id, act),
                    Err(fault) => {
                        state.trouble = Some((*fault).into());
                        ask_guard(state, ctx);
                    }
                }
            }
        }
    }
    Next::Stay
}

/// Nothing but what is recorded survives a stop: a signature under way is asked for again, after the guard.
fn shown(state: &mut Cancel, ctx: &mut Ctx<'_>, id: VisitId) {
    state.wait.shown(ctx.desk);
    if state.wait.is_open() {
        return;
    }
    match state.stage {
        Stage::Looking => state.stage = Stage::Number,
        Stage::Signing => ask_guard(state, ctx),
        Stage::Reason | Stage::Note | Stage::Guard => show_photo(state, ctx, id),
        Stage::Number | Stage::Sent(_) => {}
    }
}

fn show_photo(state: &mut Cancel, ctx: &mut Ctx<'_>, id: VisitId) {
    if let Some(record) = state.record.as_ref().filter(|_| ctx.desk.is_online()) {
        state.portrait.ask(ctx, id, &record.person);
    }
}

/// A key or a paste for the form; true if it was sent off.
fn typed(form: &mut Form, event: &VisitEvent<'_>) -> bool {
    let moved = match event {
        VisitEvent::Paste(text) => {
            form.paste(text);
            FormMove::Edited
        }
        VisitEvent::Command("continue" | "cancel-for-ever") => form.key(Key::Enter),
        VisitEvent::Key(key) => form.key(*key),
        _ => FormMove::Ignored,
    };
    moved == FormMove::Submit
}

fn number_event(state: &mut Cancel, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    if let VisitEvent::Command("back") = event {
        return Next::Close(None);
    }
    if !typed(&mut state.form, event) || !may_act(ctx.desk, id) {
        return Next::Stay;
    }
    let Ok(number) = state.form.text("number").parse::<UserNumber>() else {
        state.form.fail("number", "cancel-error-number");
        return Next::Stay;
    };
    if ctx.desk.session.as_ref().is_some_and(|s| s.agent == number) {
        state.form.fail("number", "cancel-error-own");
        return Next::Stay;
    }
    state.number = Some(number.clone());
    state.record = None;
    if ctx.desk.is_online() {
        state.stage = Stage::Looking;
        state.wait = Wait::effect(ctx.central(Owner::Visit(id), CentralCall::CardByNumber(number)));
    } else {
        state.stage = Stage::Reason;
    }
    Next::Stay
}

fn looked_up(state: &mut Cancel, ctx: &mut Ctx<'_>, id: VisitId, result: &Result<CentralAnswer, CentralFault>) -> Next {
    let error = match result {
        Ok(CentralAnswer::Card(record)) => match record.card.status {
            CardStatus::Cancelled | CardStatus::Spoilt => "cancel-error-already",
            _ => {
                let holder = record.person.name.full();
                state.record = Some(record.clone());
                state.stage = Stage::Reason;
                show_photo(state, ctx, id);
                return Next::Name(holder);
            }
        },
        Err(CentralFault::Problem(ProblemCode::NotFound)) => "cancel-error-not-found",
        // A lost card is reported all the same, by its number alone.
        Err(fault) if fault.is_passing() => {
            state.trouble = Some(Trouble::Central(*fault));
            state.stage = Stage::Reason;
            return Next::Stay;
        }
        Err(fault) => {
            state.trouble = Some(Trouble::Central(*fault));
            state.stage = Stage::Number;
            return Next::Stay;
        }
        Ok(_) => {
            state.trouble = Some(Trouble::Central(CentralFault::NotUnderstood));
            state.stage = Stage::Number;
            return Next::Stay;
        }
    };
    state.stage = Stage::Number;
    state.form = number_form();
    if let (Some(field), Some(number)) = (state.form.field_mut("number"), &state.number) {
        field.set(number.digits());
    }
    state.form.fail("number", error);
    Next::Stay
}

fn reason_event(state: &mut Cancel, ctx: &mut Ctx<'_>, event: &VisitEvent<'_>) -> Next {
    match event {
        VisitEvent::Command("back") => return Next::Close(None),
        VisitEvent::Key(key) => {
            let at = key.digit().map(usize::from).and_then(|d| d.checked_sub(1));
            if let Some(reason) = at.and_then(|at| CancelReason::ALL.get(at)) {
                state.reason = Some(*reason);
                state.trouble = None;
                ask_note(state, ctx);
            }
        }
        _ => {}
    }
    Next::Stay
}

fn ask_note(state: &mut Cancel, ctx: &mut Ctx<'_>) {
    let stolen = state.reason == Some(CancelReason::Stolen);
    state.form = if stolen { Form::new(&[("incident", 40), ("note", 200)]) } else { Form::new(&[("note", 200)]) };
    for (field, text) in [("incident", &state.incident), ("note", &state.note)] {
        if let Some(field) = state.form.field_mut(field) {
            field.set(text);
        }
    }
    ctx.effects.push(Effect::FlushKeys);
    state.stage = Stage::Note;
}

fn note_event(state: &mut Cancel, ctx: &mut Ctx<'_>, event: &VisitEvent<'_>) {
    if let VisitEvent::Command("back") = event {
        state.stage = Stage::Reason;
        return;
    }
    if !typed(&mut state.form, event) {
        return;
    }
    state.incident = state.form.text("incident").to_owned();
    state.note = state.form.text("note").to_owned();
    if state.reason == Some(CancelReason::Stolen) && state.incident.is_empty() {
        state.form.fail("incident", "cancel-error-incident");
        state.form.focus_first_error();
        return;
    }
    state.trouble = None;
    ask_guard(state, ctx);
}

/// What was typed to confirm is never kept: it is typed anew each time.
fn ask_guard(state: &mut Cancel, ctx: &mut Ctx<'_>) {
    state.form = Form::new(&[("tail", TAIL), ("word", 10)]);
    state.stage = Stage::Guard;
    ctx.effects.push(Effect::FlushKeys);
}

fn guard_event(state: &mut Cancel, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) {
    if let VisitEvent::Command("back") = event {
        state.trouble = None;
        return ask_note(state, ctx);
    }
    if !typed(&mut state.form, event) || !may_act(ctx.desk, id) {
        return;
    }
    state.form.clear_errors();
    if state.tail().is_empty() || !state.form.text("tail").eq_ignore_ascii_case(&state.tail()) {
        state.form.fail("tail", "cancel-error-tail");
    }
    if state.form.text("word") != confirm_word(ctx.desk.language) {
        state.form.fail("word", "cancel-error-word");
    }
    if state.form.focus_first_error() {
        return;
    }
    state.trouble = None;
    state.stage = Stage::Signing;
    let card = state.record.as_ref().map(|r| r.card.guid);
    state.reported = Some(ctx.now);
    let draft = fact(state, ctx, id, Signed::to_come(ActKind::Cancel, id, ctx.desk.about.desk));
    let content = draft.as_ref().and_then(content);
    state.wait = Wait::hand(hand::begin(ctx, ActKind::Cancel, id, card, content));
}

/// What is recorded once the agent's card has signed it.
fn fact(state: &Cancel, ctx: &Ctx<'_>, visit: VisitId, act: Signed<Act>) -> Option<Fact> {
    let reason = state.reason?;
    let note = match (state.incident.is_empty(), state.note.is_empty()) {
        (true, _) => state.note.clone(),
        (false, true) => format!("incident {}", state.incident),
        (false, false) => format!("incident {}. {}", state.incident, state.note),
    };
    Some(Fact::Cancel {
        visit,
        card: state.record.as_ref().map(|r| r.card.guid),
        number: state.number.clone(),
        reason,
        note,
        reported: state.reported.unwrap_or(ctx.now),
        act: Box::new(act),
    })
}

/// Signed: recorded as an urgent event. From here there is no way back.
fn submit(state: &mut Cancel, ctx: &mut Ctx<'_>, visit: VisitId, act: &Signed<Act>) {
    let Some(fact) = fact(state, ctx, visit, act.clone()) else { return };
    ctx.event(fact);
    state.form = Form::default();
    state.portrait = Portrait::default();
    sent::begin(state, ctx, visit);
}

/// Keys that work now.
pub fn commands(state: &Cancel, desk: &Desk) -> Vec<Command> {
    let back = Command::new(Key::Esc, "back");
    let go_on = Command::new(Key::Enter, "continue");
    match &state.stage {
        Stage::Number | Stage::Note => vec![go_on, back],
        Stage::Looking | Stage::Signing => Vec::new(),
        Stage::Reason => vec![back],
        Stage::Guard => vec![Command::new(Key::Enter, "cancel-for-ever"), back],
        Stage::Sent(sent) => match sent.received {
            Received::NotYet => vec![Command::new(Key::Enter, "leave"), Command::new(Key::F(5), "retry")],
            Received::Since(_) if new_card(state, desk).is_some() => {
                vec![go_on, Command::new(Key::Char('n'), "new-card")]
            }
            Received::Since(_) | Received::Refused(_) => vec![go_on],
        },
    }
}

/// The person for whom a new card may be written now that this one is cancelled.
pub fn new_card<'a>(state: &'a Cancel, desk: &Desk) -> Option<&'a Person> {
    let session = desk.session.as_ref()?;
    let person = &state.record.as_ref()?.person;
    let whole = person.status == PersonStatus::Active && person.number.as_ref() != Some(&session.agent);
    (whole && person.number.is_some() && may(session.role, Task::Issue)).then_some(person)
}

/// The danger step it is in, if it is in one.
pub fn danger(state: &Cancel) -> Option<&'static str> {
    match state.stage {
        Stage::Guard => Some("cancel-guard"),
        Stage::Signing => Some("cancel-signing"),
        _ => None,
    }
}

/// Whether letters go into the form.
pub fn text_focus(state: &Cancel) -> bool {
    matches!(state.stage, Stage::Number | Stage::Note | Stage::Guard)
}

/// The holder, if known.
pub fn person(state: &Cancel) -> Option<&Person> {
    state.record.as_ref().map(|r| &r.person)
}
