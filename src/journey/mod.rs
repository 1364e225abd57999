//! One state machine per visit, and the desk they live in. Pure: `(state, input, env) -> next, writes, effects`.
//!
//! [`update`] is the only door. It routes an input to whoever owns it: the sign-in, the home screen, the queue, the set-up or a
//! visit. A visit that changed is written as a snapshot in the same transaction as everything else of that step.

#[cfg(test)]
pub(crate) mod bench;
pub mod cancel;
pub mod card_watch;
pub mod command;
pub mod ctx;
pub mod desk;
pub mod effect;
pub mod form;
pub mod hand;
pub mod home;
pub mod input;
pub mod issue;
pub mod key;
pub mod passcode;
pub mod preview;
pub mod queue;
pub mod register;
pub mod reset;
pub mod session;
pub mod set_up;
pub mod sign_in;
pub mod take_over;
pub mod trouble;
pub mod visit;
pub mod wait;

pub use ctx::{Ctx, Env};
pub use desk::{About, Contrast, Desk, Language, Overlay, Owner, Place, Session};
pub use effect::{Effect, EffectId, Write};
pub use input::Input;
pub use visit::{Job, Visit, VisitEvent};

use std::sync::Arc;

use crate::card::task::{CardAnswer, CardFault};
use crate::domain::{Millis, VisitId};
use crate::policy::{Policy, PolicySet};
use crate::wire::message::ProblemCode;
use crate::wire::policy::PolicyBook;
use input::{
    CLOCK_STOP_MS, CameraAnswer, CameraFault, CentralAnswer, CentralFault, ClockView, PrintAnswer, PrintFault,
    ReaderChange, ReaderRole, StoreAnswer,
};

#[cfg(test)]
mod session_tests;

/// What one input leads to.
#[derive(Debug, Clone)]
pub struct Step {
    /// The desk after it.
    pub next: Desk,
    /// Durable before anything else; in one transaction.
    pub writes: Vec<Write>,
    /// Done after that.
    pub effects: Vec<Effect>,
}

/// An answer from outside, whoever it is for.
#[derive(Debug, Clone, Copy)]
pub enum Answer<'a> {
    /// Of a card.
    Card(&'a Result<CardAnswer, CardFault>),
    /// Of central.
    Central(&'a Result<CentralAnswer, CentralFault>),
    /// Of the printer.
    Printer(&'a Result<PrintAnswer, PrintFault>),
    /// Of the camera.
    Camera(&'a Result<CameraAnswer, CameraFault>),
    /// Of the store.
    Store(&'a StoreAnswer),
}

/// One input, one step.
pub fn update(desk: &Desk, input: &Input, env: &Env) -> Step {
    let mut next = desk.clone();
    let mut ctx = Ctx::new(&mut next, env);
    route(&mut ctx, input);
    let (mut writes, effects) = (ctx.writes, ctx.effects);
    for visit in &next.visits {
        if desk.visit(visit.id) != Some(visit) {
            writes.push(Write::SaveVisit(visit.snapshot()));
        }
    }
    Step { next, writes, effects }
}

fn route(ctx: &mut Ctx<'_>, input: &Input) {
    match input {
        Input::Key(key) => command::key(ctx, *key),
        Input::Paste(text) => {
            session::touched(ctx);
            match ctx.desk.place.clone() {
                Place::Visit(id) => to_visit(ctx, id, &VisitEvent::Paste(text)),
                Place::SetUp(_) => set_up::paste(ctx, text),
                Place::Home(_) => home::paste(ctx, text),
                Place::SignIn(_) | Place::Queue(_) => {}
            }
        }
        Input::Scan(text) => scanned(ctx, text),
        Input::Secret(slot, state) => {
            session::touched(ctx);
            match ctx.desk.place.clone() {
                Place::Visit(id) => to_visit(ctx, id, &VisitEvent::Secret(*slot, *state)),
                Place::SignIn(_) => sign_in::secret(ctx, *state),
                Place::SetUp(_) => set_up::secret(ctx, *slot, *state),
                Place::Home(_) | Place::Queue(_) => {}
            }
        }
        Input::Reader(role, change) => reader(ctx, *role, change),
        Input::Card(id, result) => answered(ctx, *id, Answer::Card(result)),
        Input::Central(id, result) => answered(ctx, *id, Answer::Central(result)),
        Input::Printer(id, result) => answered(ctx, *id, Answer::Printer(result)),
        Input::Camera(id, result) => answered(ctx, *id, Answer::Camera(result)),
        Input::Store(id, answer) => answered(ctx, *id, Answer::Store(answer)),
        Input::StoreFailed(trouble) => ctx.desk.trouble = Some(*trouble),
        Input::Sync(view) => {
            ctx.desk.sync = *view;
            world_changed(ctx);
            // Told also when the counts are as before: an event may have come and gone since.
            match ctx.desk.place {
                Place::Queue(_) => queue::look(ctx),
                Place::Home(_) => home::ask_receipts(ctx),
                _ => {}
            }
        }
        Input::PrinterState(view) => {
            ctx.desk.printer = *view;
            world_changed(ctx);
        }
        Input::Roster(roster, facts) => {
            ctx.desk.roster = Some((roster.clone(), *facts));
            sign_in::roster_came(ctx);
        }
        Input::Revocations(list, facts) => {
            ctx.desk.revocations = Some((list.clone(), *facts));
            session::revocations_came(ctx);
            world_changed(ctx);
        }
        Input::Policies(book) => {
            ctx.desk.rules = Some(Arc::new(read_policies(book)));
            ctx.desk.policies = Some(book.clone());
        }
        Input::Timer(name) => session::timer(ctx, *name),
        Input::Minute => {
            ctx.desk.minute = ctx.now;
            if ctx.desk.passed.since(ctx.now) > CLOCK_STOP_MS {
                ctx.desk.clock = ClockView::Doubtful;
            }
        }
        Input::Clock(view) => ctx.desk.clock = *view,
        Input::Passed(at) => ctx.desk.passed = ctx.desk.passed.max(*at),
        Input::Resize(cols, rows) => ctx.desk.size = (*cols, *rows),
    }
}

/// A scan goes to the visit on the screen, unless something lies over it or a danger step asks for a key.
fn scanned(ctx: &mut Ctx<'_>, text: &str) {
    let covered = ctx.desk.overlay.is_some() || danger(ctx.desk).is_some();
    session::touched(ctx);
    if let (false, Place::Visit(id)) = (covered, ctx.desk.place.clone()) {
        to_visit(ctx, id, &VisitEvent::Scan(text));
    }
}

/// The policies of a book, read. One this program can't read is left out: what it judges by it then says.
fn read_policies(book: &PolicyBook) -> PolicySet {
    let mut rules = PolicySet::default();
    for policy in book.policies.iter().filter_map(|pack| Policy::from_bundle(&pack.bundle.0).ok()) {
        // Two of one name and version are never in one book.
        let _ = rules.add(policy);
    }
    rules
}

fn world_changed(ctx: &mut Ctx<'_>) {
    let open = ctx.desk.open_visit().map(|v| v.id);
    // A parked cancel that central does not have yet is looked at too: the first screen says so until central has it.
    let waits = |v: &&Visit| matches!(&v.job, Job::Cancel(state) if state.waits_for_central());
    let parked: Vec<_> = ctx.desk.visits.iter().filter(waits).map(|v| v.id).filter(|id| Some(*id) != open).collect();
    for id in open.into_iter().chain(parked) {
        to_visit(ctx, id, &VisitEvent::WorldChanged);
    }
}

/// A reader changed: the agent's card decides the session, the customer's card goes to whoever is on the screen.
fn reader(ctx: &mut Ctx<'_>, role: ReaderRole, change: &ReaderChange) {
    let had = ctx.desk.readers.get(role).clone();
    match role {
        ReaderRole::Agent => ctx.desk.readers.agent = change.clone(),
        ReaderRole::Customer => ctx.desk.readers.customer = change.clone(),
    }
    if had == *change {
        return;
    }
    match role {
        ReaderRole::Agent => session::agent_reader(ctx, change),
        ReaderRole::Customer => {
            let event = if ctx.desk.readers.has_card(role) { VisitEvent::CardIn } else { VisitEvent::CardOut };
            match ctx.desk.place.clone() {
                Place::Visit(id) => to_visit(ctx, id, &event),
                Place::Home(_) => home::customer_reader(ctx),
                Place::SetUp(_) => set_up::customer_reader(ctx),
                Place::SignIn(_) | Place::Queue(_) => {}
            }
        }
    }
}

/// An answer goes to its owner; one nobody owns any more is dropped.
fn answered(ctx: &mut Ctx<'_>, id: EffectId, answer: Answer<'_>) {
    let Some(owner) = ctx.desk.owners.remove(&id) else { return };
    if let Answer::Central(Err(CentralFault::Problem(ProblemCode::NoSession))) = answer
        && session::unknown_to_central(ctx)
    {
        return;
    }
    match owner {
        Owner::SignIn => sign_in::answer(ctx, id, answer),
        Owner::Home => home::answer(ctx, id, answer),
        Owner::SetUp => set_up::answer(ctx, id, answer),
        Owner::Queue => queue::answer(ctx, id, answer),
        Owner::Visit(visit) => {
            let event = match answer {
                Answer::Card(result) => VisitEvent::Card(id, result),
                Answer::Central(result) => VisitEvent::Central(id, result),
                Answer::Printer(result) => VisitEvent::Printer(id, result),
                Answer::Camera(result) => VisitEvent::Camera(id, result),
                Answer::Store(answer) => VisitEvent::Store(id, answer),
            };
            to_visit(ctx, visit, &event);
        }
        Owner::Hand(hand) => {
            if let Some(result) = hand::answer(ctx, hand, &answer)
                && let Some(Owner::Visit(visit)) = ctx.desk.owners.remove(&hand)
                && !take_over::signed(ctx, hand, &result)
            {
                to_visit(ctx, visit, &VisitEvent::Hand(hand, &result));
            }
        }
        Owner::Session => session::told(ctx, answer),
        Owner::Nobody => {}
    }
}

/// Gives an event to a visit, whether it is on the screen or parked.
///
/// The visit is taken out while it works, so that it can change the desk; it comes back unless it closed itself.
pub fn to_visit(ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) {
    let Some(at) = ctx.desk.visits.iter().position(|v| v.id == id) else { return };
    let mut visit = ctx.desk.visits.remove(at);
    let stays = match &mut visit.job {
        Job::Register(state) | Job::Rename(state) => register::on(state, ctx, id, event),
        Job::Issue(state) => issue::on(state, ctx, id, event),
        Job::Reset(state) => reset::on(state, ctx, id, event),
        Job::Cancel(state) => cancel::on(state, ctx, id, event),
    };
    match stays {
        Next::Stay => ctx.desk.visits.insert(at, visit),
        Next::Name(holder) => {
            visit.holder = Some(holder);
            ctx.desk.visits.insert(at, visit);
        }
        Next::Become(job, holder) => {
            visit.job = *job;
            visit.holder = holder.or(visit.holder);
            ctx.desk.visits.insert(at, visit);
            to_visit(ctx, id, &VisitEvent::Shown);
        }
        Next::Park(notice) => {
            ctx.desk.visits.insert(at, visit);
            home::show(ctx, notice);
        }
        Next::Close(notice) => {
            ctx.writes.push(Write::CloseVisit(id));
            ctx.desk.owners.retain(|_, owner| *owner != Owner::Visit(id));
            if ctx.desk.place == Place::Visit(id) {
                home::show(ctx, notice);
            } else {
                home::visit_ended(ctx);
            }
        }
    }
}

/// What becomes of a visit after an event.
#[derive(Debug, Clone)]
pub enum Next {
    /// It goes on.
    Stay,
    /// It goes on, and now says whose it is.
    Name(String),
    /// It goes over into other work (a registration into writing the card), for this holder.
    Become(Box<Job>, Option<String>),
    /// It is kept for later; the home screen is shown with a word id of why.
    Park(Option<&'static str>),
    /// It is over; the home screen is shown with a word id of what came of it.
    Close(Option<&'static str>),
}

/// Starts a visit and shows it. The oldest limit holds: with [`visit::VISITS_MAX`] open, none is started and it is said.
pub fn start_visit(ctx: &mut Ctx<'_>, job: Job, holder: Option<String>) {
    if ctx.desk.visits.len() >= visit::VISITS_MAX {
        home::show(ctx, Some("notice-too-many-visits"));
        return;
    }
    let id = VisitId(ctx.new_uuid());
    let agent = ctx.desk.session.as_ref().map(Session::keeper);
    ctx.desk.visits.push(Visit { id, started: ctx.now, agent, holder, job });
    open_visit(ctx, id);
}

/// Shows a visit. What it had asked before will not answer any more.
pub fn open_visit(ctx: &mut Ctx<'_>, id: VisitId) {
    ctx.desk.place = Place::Visit(id);
    to_visit(ctx, id, &VisitEvent::Shown);
}

/// Whether a visit may start something new: it is on the screen, and somebody is signed in (or the first RA Manager's card is
/// being made). An agent's card pulled mid-write ends the running step and starts nothing (design, "Cards").
pub fn may_act(desk: &Desk, visit: VisitId) -> bool {
    desk.place == Place::Visit(visit) && (desk.session.is_some() || desk.about.no_manager_yet)
}

/// Whether work on cards may go on: writing, printing, a new passcode. Every step that touches a card asks here first. Without
/// a list of cancelled cards, or with one that has run out, a card or an agent could be cancelled without this desk knowing
/// (design, "Statements": a stale revocation list stops card work). A cancel is never stopped, and the first RA Manager's card
/// is made before there is anything to revoke.
pub fn card_work_allowed(desk: &Desk, now: Millis) -> bool {
    let first = desk.session.is_none() && desk.about.no_manager_yet;
    first || desk.revocations.as_ref().is_some_and(|(_, facts)| desk.trusted(now) <= facts.expires)
}

/// The secret field that has the focus, if one has: its keys go to the vault.
pub fn secret_focus(desk: &Desk) -> Option<crate::domain::VaultSlot> {
    if desk.overlay.is_some() {
        return None;
    }
    match &desk.place {
        Place::SignIn(state) => sign_in::secret_focus(state),
        Place::SetUp(state) => set_up::secret_focus(state),
        Place::Visit(_) => match &desk.open_visit()?.job {
            Job::Reset(state) => reset::secret_focus(state),
            Job::Issue(state) => issue::secret_focus(state),
            Job::Register(_) | Job::Rename(_) | Job::Cancel(_) => None,
        },
        Place::Home(_) | Place::Queue(_) => None,
    }
}

/// Whether letters typed now go into a text: there they show at once. Elsewhere a letter may be a command, and can wait the
/// moment that tells a hand from a scanner.
pub fn text_focus(desk: &Desk) -> bool {
    desk.overlay.is_none()
        && match (&desk.place, desk.open_visit().map(|visit| &visit.job)) {
            (Place::SetUp(state), _) => set_up::text_focus(state),
            (_, Some(Job::Register(state) | Job::Rename(state))) => register::text_focus(state),
            (_, Some(Job::Reset(state))) => reset::text_focus(state),
            (_, Some(Job::Cancel(state))) => cancel::text_focus(state),
            _ => false,
        }
}

/// A number that changes whenever a danger step begins; none outside one. Keys read before its frame was drawn are dropped.
pub fn danger(desk: &Desk) -> Option<&'static str> {
    match &desk.place {
        Place::SignIn(state) if matches!(state.stage, sign_in::Stage::LastTry(_)) => return Some("last-try"),
        Place::Home(state) if state.take_over.is_some() => return Some("take-over"),
        _ => {}
    }
    match desk.open_visit().map(|v| &v.job) {
        Some(Job::Issue(state)) => issue::danger(state),
        Some(Job::Reset(state)) => reset::danger(state),
        Some(Job::Cancel(state)) => cancel::danger(state),
        Some(Job::Register(state) | Job::Rename(state)) => register::danger(state),
        None => None,
    }
}

/// What a new passcode must not repeat: the holder's birthday and number, in the visit on the screen.
pub fn passcode_holder(desk: &Desk) -> crate::policy::passcode::Holder {
    let person = match desk.open_visit().map(|v| &v.job) {
        Some(Job::Reset(state)) => reset::person(state),
        Some(Job::Issue(state)) => issue::person(state),
        Some(Job::Register(_) | Job::Rename(_) | Job::Cancel(_)) | None => None,
    };
    person.map_or_else(Default::default, |p| crate::policy::passcode::Holder {
        birth_date: Some(p.birth_date),
        number: p.number.clone(),
    })
}
