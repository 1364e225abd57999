//! First set-up: enrolling this desk by an invite, and the first RA Manager's card by a bootstrap code.
//!
//! An invite is host, fingerprint of central's CA and a one-time code. The codes are secrets: only the vault sees them.
//! Whatever goes wrong, what was typed stays.

use super::command::Command;
use super::effect::CentralCall;
use super::form::{Form, FormMove};
use super::input::{CentralAnswer, CentralFault, ReaderRole, SecretState};
use super::issue::Issue;
use super::key::Key;
use super::sign_in::{self, SignIn};
use super::{Answer, Ctx, Desk, EffectId, Job, Owner, Place, Write, open_visit, start_visit};
use crate::domain::VaultSlot;
use crate::wire::message::{DeskRecord, ProblemCode};

/// Letters a host may have (RFC 1035, 2.3.4: 255 octets), with a port; longer than any field here takes.
const HOST_MAX: usize = 200;
/// SHA-256 in hexadecimal with a separator after every byte.
const FINGERPRINT_MAX: usize = 95;

/// The set-up on the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct SetUp {
    /// Where it stands.
    pub stage: Stage,
    /// Host and fingerprint.
    pub form: Form,
    /// The code that is typed.
    pub secret: SecretState,
    /// Why it did not go on.
    pub problem: Option<CentralFault>,
}

/// Where the set-up stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Host and fingerprint of the invite.
    Invite,
    /// The invite's code.
    Code,
    /// Central is asked.
    Enrolling(EffectId),
    /// This desk is enrolled.
    Enrolled,
    /// The bootstrap code of the first RA Manager.
    FirstManager,
}

impl Default for SetUp {
    fn default() -> Self {
        Self {
            stage: Stage::Invite,
            form: Form::new(&[("host", HOST_MAX), ("fingerprint", FINGERPRINT_MAX)]),
            secret: SecretState::default(),
            problem: None,
        }
    }
}

impl SetUp {
    /// On an enrolled desk: only the first RA Manager's card is left.
    pub fn first_manager() -> Self {
        Self { stage: Stage::FirstManager, ..Self::default() }
    }
}

/// The setting that remembers, from one start to the next, that central has no RA Manager with a card yet: `yes` or `no`.
pub const NO_MANAGER_SETTING: &str = "no_manager_yet";

/// Whether an enrolled desk has something of the first RA Manager's card to do.
pub fn is_open(desk: &Desk) -> bool {
    let begun = |job: &Job| matches!(job, Job::Issue(issue) if issue.is_first());
    desk.about.no_manager_yet || desk.visits.iter().any(|visit| begun(&visit.job))
}

/// What this desk knows of it now, and remembers.
pub fn set_no_manager_yet(ctx: &mut Ctx<'_>, none: bool) {
    ctx.desk.about.no_manager_yet = none;
    let value = if none { "yes" } else { "no" };
    ctx.writes.push(Write::Setting { key: NO_MANAGER_SETTING.to_owned(), value: value.to_owned() });
}

/// The secret field that has the focus.
pub fn secret_focus(state: &SetUp) -> Option<VaultSlot> {
    match state.stage {
        Stage::Code => Some(VaultSlot::InviteCode),
        Stage::FirstManager => Some(VaultSlot::BootstrapCode),
        Stage::Invite | Stage::Enrolling(_) | Stage::Enrolled => None,
    }
}

/// Keys that work now.
pub fn commands(state: &SetUp, _desk: &Desk) -> Vec<Command> {
    match state.stage {
        // Enter belongs to the form: it goes on from field to field.
        Stage::Invite | Stage::Enrolling(_) => Vec::new(),
        Stage::Code => vec![Command::new(Key::Enter, "enrol-desk"), Command::new(Key::Esc, "back")],
        Stage::Enrolled => vec![Command::new(Key::Enter, "to-sign-in"), Command::new(Key::F(10), "first-manager")],
        Stage::FirstManager => vec![Command::new(Key::Enter, "start-first-card"), Command::new(Key::Esc, "back")],
    }
}

/// One key.
pub fn key(ctx: &mut Ctx<'_>, key: Key, command: Option<&'static str>) {
    let Place::SetUp(state) = &mut ctx.desk.place else { return };
    match (state.stage, command) {
        (Stage::Invite, None) if state.form.key(key) == FormMove::Submit => check_form(state),
        (Stage::Code, Some("enrol-desk")) if state.secret.typed > 0 => enrol(ctx),
        (Stage::Code, Some("back")) => {
            state.stage = Stage::Invite;
            empty_code(ctx, VaultSlot::InviteCode);
        }
        (Stage::Enrolled, Some("first-manager")) => {
            state.stage = Stage::FirstManager;
            set_no_manager_yet(ctx, true);
        }
        (Stage::FirstManager, Some("start-first-card")) if state.secret.typed > 0 => first_card(ctx),
        (Stage::FirstManager, Some("back")) => {
            empty_code(ctx, VaultSlot::BootstrapCode);
            to_sign_in(ctx);
        }
        (Stage::Enrolled, Some("to-sign-in")) => to_sign_in(ctx),
        _ => {}
    }
}

fn empty_code(ctx: &mut Ctx<'_>, slot: VaultSlot) {
    ctx.forget(slot);
    if let Place::SetUp(state) = &mut ctx.desk.place {
        state.secret = SecretState::default();
        state.problem = None;
    }
}

fn to_sign_in(ctx: &mut Ctx<'_>) {
    ctx.desk.place = Place::SignIn(SignIn::default());
    let change = ctx.desk.readers.get(ReaderRole::Agent).clone();
    sign_in::reader_changed(ctx, &change);
}

/// `SHA-256` as it is compared: 64 hexadecimal digits, lower case. None if it is not that.
pub fn fingerprint(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(|c| !matches!(c, ':' | ' ' | '-')).collect();
    (digits.len() == 64 && digits.chars().all(|c| c.is_ascii_hexdigit())).then(|| digits.to_ascii_lowercase())
}

/// Host and port without what people copy along from a browser. None if it can't be a host.
pub fn host(typed: &str) -> Option<String> {
    let bare = typed.trim().trim_start_matches("https://").trim_end_matches('/');
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    (!bare.is_empty() && bare.chars().all(good)).then(|| bare.to_ascii_lowercase())
}

fn check_form(state: &mut SetUp) {
    state.form.clear_errors();
    state.problem = None;
    if host(state.form.text("host")).is_none() {
        state.form.fail("host", "set-up-bad-host");
    }
    if fingerprint(state.form.text("fingerprint")).is_none() {
        state.form.fail("fingerprint", "set-up-bad-fingerprint");
    }
    if !state.form.focus_first_error() {
        state.stage = Stage::Code;
    }
}

fn enrol(ctx: &mut Ctx<'_>) {
    let Place::SetUp(state) = &ctx.desk.place else { return };
    let (host, fingerprint) = (host(state.form.text("host")), fingerprint(state.form.text("fingerprint")));
    let (Some(host), Some(fingerprint)) = (host, fingerprint) else { return };
    let id = ctx.central(Owner::SetUp, CentralCall::EnrolDesk { host, fingerprint });
    if let Place::SetUp(state) = &mut ctx.desk.place {
        state.stage = Stage::Enrolling(id);
        state.problem = None;
    }
}

/// Starts the first RA Manager's card, or goes on with the one that was begun.
fn first_card(ctx: &mut Ctx<'_>) {
    // Central decides: the code is dead once any manager has a card. The roster can't tell, it names managers without one.
    set_no_manager_yet(ctx, true);
    let begun = ctx.desk.visits.iter_mut().find_map(|visit| match &mut visit.job {
        Job::Issue(issue) if issue.is_first() => {
            issue.code_typed();
            Some(visit.id)
        }
        _ => None,
    });
    match begun {
        Some(id) => open_visit(ctx, id),
        None => start_visit(ctx, Job::Issue(Box::new(Issue::bootstrap())), None),
    }
}

/// Whether the form has the focus.
pub fn text_focus(state: &SetUp) -> bool {
    state.stage == Stage::Invite
}

/// Pasted text goes into the form; a code is never pasted into the core.
pub fn paste(ctx: &mut Ctx<'_>, text: &str) {
    if let Place::SetUp(state) = &mut ctx.desk.place
        && text_focus(state)
    {
        state.form.paste(text);
    }
}

/// A secret field was edited.
pub fn secret(ctx: &mut Ctx<'_>, slot: VaultSlot, edited: SecretState) {
    if let Place::SetUp(state) = &mut ctx.desk.place
        && secret_focus(state) == Some(slot)
    {
        state.secret = edited;
    }
}

/// The card in the customer reader matters only once the first card is made.
pub fn customer_reader(_ctx: &mut Ctx<'_>) {}

/// Central answered.
pub fn answer(ctx: &mut Ctx<'_>, id: EffectId, answer: Answer<'_>) {
    let Place::SetUp(state) = &mut ctx.desk.place else { return };
    if state.stage != Stage::Enrolling(id) {
        return;
    }
    match answer {
        Answer::Central(Ok(CentralAnswer::DeskEnrolled(record))) => enrolled(ctx, record),
        Answer::Central(Err(fault)) => {
            state.problem = Some(*fault);
            // The host or the fingerprint is wrong, or else the code; what can be seen stays as it was typed.
            state.stage = if *fault == CentralFault::NotTrusted { Stage::Invite } else { Stage::Code };
            if *fault == CentralFault::NotTrusted {
                state.form.fail("fingerprint", "set-up-not-trusted");
                state.form.focus_first_error();
            }
            if *fault == CentralFault::Problem(ProblemCode::BadCode) {
                state.secret = SecretState::default();
                ctx.forget(VaultSlot::InviteCode);
            }
        }
        _ => {
            state.problem = Some(CentralFault::NotUnderstood);
            state.stage = Stage::Code;
        }
    }
}

fn enrolled(ctx: &mut Ctx<'_>, record: &DeskRecord) {
    ctx.forget(VaultSlot::InviteCode);
    let about = &mut ctx.desk.about;
    about.desk = record.desk;
    about.name.clone_from(&record.name);
    about.place.clone_from(&record.place);
    about.organisation = Some(record.organisation.clone());
    about.environment = record.environment;
    about.card_ca.clone_from(&record.card_ca.0);
    about.enrolled = true;
    ctx.desk.place = Place::SetUp(SetUp { stage: Stage::Enrolled, ..SetUp::default() });
}

#[cfg(test)]
mod tests;
