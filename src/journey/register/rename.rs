//! A change of name (notes domain 4.8): who it is, the new name, the document that shows it; then the card in the old name goes
//! and a new one is written.
//!
//! It is the register visit with other tasks: fields, documents, examination, signing and sending are the same.

use serde::{Deserialize, Serialize};

use super::details::Details;
use super::entry::{Did, Entry};
use super::{Register, Stage, details, documents, find, send, tasks};
use crate::domain::text::is_reason;
use crate::domain::{CardStatus, LegalName, Person, UserNumber, VisitId};
use crate::journey::cancel::Cancel;
use crate::journey::command::Command;
use crate::journey::effect::Effect;
use crate::journey::issue::Issue;
use crate::journey::key::Key;
use crate::journey::reset::{self, Look, Portrait};
use crate::journey::{Ctx, Desk, Job, Next, VisitEvent};
use crate::policy::facts::{Answer, DocumentFacts, NameShown};
use crate::policy::roles::{Task, may};
use crate::wire::act::{Act, Signed};
use crate::wire::fact::{IdentityCheck, NameChange};
use crate::wire::message::CardBrief;

/// The fields of the new name: id and most letters.
const FIELDS: [(&str, usize); 3] = [("given", 60), ("family", 60), ("card-name", 60)];

/// What a change of name knows beside the answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renaming {
    /// The person as on record when the visit began.
    pub person: Person,
    /// The person's latest card.
    pub card: Option<CardBrief>,
    /// How the holder was known.
    pub check: Option<IdentityCheck>,
    /// Documents that match the record, as chosen: places in [`reset::DOCUMENTS`].
    pub chosen: Vec<usize>,
    /// The agent said that it is somebody else.
    pub somebody_else: bool,
    /// Why the photo is no help, as typed for a manager.
    pub why: Entry,
    /// A manager is waited for, who confirms it in a session of their own.
    pub asked: Option<Asked>,
    /// Central's photo.
    #[serde(skip)]
    pub portrait: Portrait,
}

/// A manager was asked who it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Who asked: somebody else must confirm.
    pub by: UserNumber,
    /// Why the photo is no help.
    pub reason: String,
}

/// The work that follows once central has the new name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// The card in the old name is cancelled, then a new one written.
    CancelOld,
    /// There is no card in the old name: a card is written.
    NewCard,
    /// This session may do neither.
    Nothing,
}

impl Register {
    /// A change of this person's name.
    pub fn rename(person: Person, card: Option<CardBrief>) -> Self {
        let (check, chosen, asked, portrait) = (None, Vec::new(), None, Portrait::default());
        let why = Entry::new(&[("who-why", 200)]);
        let renaming = Renaming { person, card, check, chosen, somebody_else: false, why, asked, portrait };
        let details = Entry::new(&FIELDS);
        Self { stage: Stage::Who, renaming: Some(Box::new(renaming)), details, ..Self::default() }
    }
}

/// Why this person's name can't be changed in this session; none if it can.
pub fn why_not(person: &Person, desk: &Desk) -> Option<&'static str> {
    let role = desk.session.as_ref().map(|session| session.role);
    let allowed = role.is_some_and(|role| may(role, Task::ChangeDetails));
    find::not_served(person, desk).or((!allowed).then_some("why-role"))
}

/// The new name and what else the rules look at, or every field that is wrong.
pub fn read(renaming: &Renaming, entry: &Entry) -> Result<Details, Vec<(&'static str, String)>> {
    let mut errors = Vec::new();
    let names = details::names(entry, &mut errors);
    let person = &renaming.person;
    let alike = |name: &LegalName| name.full().to_lowercase() == person.name.full().to_lowercase();
    if names.as_ref().is_some_and(|(name, _)| alike(name)) {
        errors.push(("family", "error-name-same".to_owned()));
    }
    let Some((name, name_on_card)) = names.filter(|_| errors.is_empty()) else { return Err(errors) };
    let (birth_date, position, email) = (person.birth_date, person.position.clone(), person.email.clone());
    Ok(Details { name, name_on_card, birth_date, position, email })
}

/// The person as central has it once the change is in effect. None before there is a new name.
pub fn renamed(state: &Register) -> Option<Person> {
    let renaming = state.renaming.as_ref()?;
    let Details { name, name_on_card, .. } = details::of(state).ok()?;
    Some(Person { name, name_on_card, version: renaming.person.version + 1, ..renaming.person.clone() })
}

/// A name as the rules look at it.
pub fn shown(name: &LegalName) -> NameShown {
    NameShown { given: name.given.clone(), family: name.family.clone() }
}

/// What was said of the names on a document: it links the two, or it does not.
pub fn link(facts: &mut DocumentFacts, renaming: &Renaming, details: Option<&Details>, answer: Answer) {
    let links = answer == Answer::AsExpected;
    facts.name = details.filter(|_| links).map(|details| shown(&details.name));
    facts.former_name = links.then(|| shown(&renaming.person.name));
}

/// Asks who it is: central's photo is fetched where there is a way to central.
pub fn ask_who(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) {
    state.go(Stage::Who);
    ctx.effects.push(Effect::FlushKeys);
    if let Some(renaming) = &mut state.renaming {
        renaming.somebody_else = false;
        if ctx.desk.is_online() {
            renaming.portrait.ask(ctx, id, &renaming.person);
        }
    }
}

/// An answer for the photo. True if it was one.
pub fn portrait(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> bool {
    state.renaming.as_mut().is_some_and(|renaming| renaming.portrait.on(ctx, id, event))
}

/// A key on the pages that ask who it is. None of the answers is a default.
pub fn key(state: &mut Register, ctx: &mut Ctx<'_>, key: Key) {
    let Some(renaming) = &mut state.renaming else { return };
    match (state.stage, key) {
        (Stage::Who, Key::Char('1')) if matches!(renaming.portrait.look, Look::Here(_)) => {
            known(state, IdentityCheck::Likeness);
        }
        (Stage::Who, Key::Char('2')) => {
            renaming.chosen.clear();
            state.go(Stage::WhoDocuments);
            ctx.effects.push(Effect::FlushKeys);
        }
        (Stage::Who, Key::Char('3')) => state.go(Stage::WhoManager),
        (Stage::Who, Key::Char('4')) => somebody_else(state, ctx),
        (Stage::WhoDocuments, key) => {
            let at = key.digit().and_then(|digit| usize::from(digit).checked_sub(1));
            if let Some(at) = at.filter(|at| *at < reset::DOCUMENTS.len()) {
                reset::toggle(&mut renaming.chosen, at);
            }
        }
        _ => {}
    }
}

/// The agent or the manager says that it is not the person on record.
fn somebody_else(state: &mut Register, ctx: &mut Ctx<'_>) {
    if let Some(renaming) = &mut state.renaming {
        (renaming.somebody_else, renaming.asked) = (true, None);
    }
    state.go(Stage::Abandon);
    ctx.effects.push(Effect::FlushKeys);
}

/// A key in why a manager is asked. Once that is said the visit waits, parked, for the manager.
pub fn why_key(state: &mut Register, ctx: &mut Ctx<'_>, key: Key) -> Next {
    let (Some(renaming), Some(session)) = (&mut state.renaming, &ctx.desk.session) else { return Next::Stay };
    if renaming.why.key(key, &["who-why"]) != Did::Submitted {
        return Next::Stay;
    }
    let reason = renaming.why.text("who-why").to_owned();
    if !is_reason(&reason) {
        renaming.why.fail(&[("who-why", "reset-error-why".to_owned())]);
        return Next::Stay;
    }
    renaming.asked = Some(Asked { by: session.agent.clone(), reason });
    state.go(Stage::WhoConfirm);
    Next::Park(Some("notice-waits-for-manager"))
}

/// Shown again: to the manager who is waited for, or to anybody else, for whom the question begins anew, as at a reset.
pub fn shown_again(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) {
    let Some(renaming) = &mut state.renaming else { return };
    let may = renaming.asked.as_ref().is_some_and(|asked| reset::may_confirm(ctx.desk, &asked.by));
    if may && why_not(&renaming.person, ctx.desk).is_none() {
        ctx.effects.push(Effect::FlushKeys);
        renaming.portrait.ask(ctx, id, &renaming.person);
    } else {
        renaming.asked = None;
        ask_who(state, ctx, id);
    }
}

/// A command of the pages that ask who it is.
pub fn command(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, word: &str) {
    match (word, state.stage) {
        ("retry", _) => ask_who(state, ctx, id),
        ("documents-match", Stage::WhoDocuments) => documents_match(state),
        ("somebody-else", Stage::WhoConfirm) => somebody_else(state, ctx),
        ("confirm-identity", Stage::WhoConfirm) => {
            let asked = state.renaming.as_mut().and_then(|renaming| renaming.asked.take());
            let manager = ctx.desk.session.as_ref().map(|session| session.agent.clone());
            match asked.zip(manager).filter(|(asked, _)| reset::may_confirm(ctx.desk, &asked.by)) {
                Some((Asked { reason, .. }, manager)) => known(state, IdentityCheck::Manager { manager, reason }),
                None => ask_who(state, ctx, id),
            }
        }
        _ => {}
    }
}

/// Whether nothing was answered that only a change of name asks.
pub fn is_empty(state: &Register) -> bool {
    state.renaming.as_ref().is_none_or(|renaming| renaming.check.is_none() && renaming.asked.is_none())
}

/// Whether it was said that it is not the person on record.
pub fn is_somebody_else(state: &Register) -> bool {
    state.renaming.as_ref().is_some_and(|renaming| renaming.somebody_else)
}

/// Who was known on a manager's word is that manager's to send: central takes it from nobody else.
pub fn is_anothers_word(state: &Register, desk: &Desk) -> bool {
    let check = state.renaming.as_ref().and_then(|renaming| renaming.check.as_ref());
    let here = desk.session.as_ref().map(|session| &session.agent);
    matches!(check, Some(IdentityCheck::Manager { manager, .. }) if Some(manager) != here)
}

/// Both documents were seen and match the record.
fn documents_match(state: &mut Register) {
    let Some(renaming) = &state.renaming else { return };
    if renaming.chosen.len() == reset::DOCUMENTS_WANTED {
        let kinds = reset::kinds(&renaming.chosen);
        known(state, IdentityCheck::TwoDocuments { kinds });
    }
}

fn known(state: &mut Register, check: IdentityCheck) {
    if let Some(renaming) = &mut state.renaming {
        renaming.check = Some(check);
        renaming.portrait = Portrait::default();
    }
    tasks::done(state, tasks::TaskId::Who);
}

/// What is sent. None if an answer is missing after all.
pub fn fact(state: &Register, desk: &Desk, visit: VisitId, act: Signed<Act>) -> Option<NameChange> {
    let renaming = state.renaming.as_ref()?;
    let Details { name, name_on_card, .. } = details::of(state).ok()?;
    Some(NameChange {
        visit,
        person: renaming.person.id,
        former: renaming.person.name.clone(),
        name,
        name_on_card,
        check: renaming.check.clone()?,
        documents: documents::on_the_wire(state, desk),
        evidence: send::evidence_of(state, desk)?,
        receipt: Some(send::receipt(&desk.about.place, visit)),
        act,
    })
}

/// What comes after it for this session.
pub fn after(state: &Register, desk: &Desk) -> After {
    let (Some(renaming), Some(session)) = (&state.renaming, &desk.session) else { return After::Nothing };
    let dead = |card: &CardBrief| matches!(card.status, CardStatus::Cancelled | CardStatus::Spoilt);
    match &renaming.card {
        Some(card) if !dead(card) && may(session.role, Task::Cancel) => After::CancelOld,
        Some(card) if !dead(card) => After::Nothing,
        _ if may(session.role, Task::Issue) => After::NewCard,
        _ => After::Nothing,
    }
}

/// Keys once central has the new name.
pub fn commands(state: &Register, desk: &Desk) -> Vec<Command> {
    let word = match after(state, desk) {
        After::CancelOld => "old-card",
        After::NewCard => "new-card",
        After::Nothing => "finish-visit",
    };
    vec![Command::new(Key::Enter, word), Command::new(Key::F(3), "leave")]
}

/// On to the card, in the same visit: for a card in the old name its cancelling, which goes on into the new card.
pub fn go_on(state: &Register, desk: &Desk) -> Next {
    let Some(person) = renamed(state) else { return Next::Stay };
    let card = state.renaming.as_ref().and_then(|renaming| renaming.card.clone());
    let holder = Some(person.name.full());
    let job = match (after(state, desk), card) {
        (After::CancelOld, Some(card)) => Job::Cancel(Box::new(Cancel::of_record(find::record(person, card)))),
        (After::NewCard, _) => Job::Issue(Box::new(Issue::for_person(person))),
        _ => return Next::Stay,
    };
    Next::Become(Box::new(job), holder)
}
