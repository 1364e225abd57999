//! What the agent's card decides: the session lives while the card that opened it is in the agent reader.

use super::effect::{CentralCall, Effect, IDLE_LOCK_MS, IDLE_WARNING_MS, TimerName, VaultCommand};
use super::input::{ReaderChange, ReaderRole};
use super::sign_in::{self, SignIn};
use super::{Answer, Ctx, Overlay, Owner, Place, VisitEvent, to_visit};
use crate::card::task::CertificateFacts;
use crate::wire::fact::Fact;

/// A key was pressed: the idle time starts again.
pub fn touched(ctx: &mut Ctx<'_>) {
    if ctx.desk.overlay == Some(Overlay::IdleWarning) {
        ctx.desk.overlay = None;
        ctx.effects.push(Effect::StopTimer(TimerName::IdleLock));
    }
    if ctx.desk.session.is_some() {
        ctx.timer(TimerName::IdleWarning, IDLE_WARNING_MS);
    }
}

/// A timer ran out.
pub fn timer(ctx: &mut Ctx<'_>, name: TimerName) {
    match name {
        TimerName::IdleWarning if ctx.desk.session.is_some() => {
            ctx.desk.overlay = Some(Overlay::IdleWarning);
            ctx.timer(TimerName::IdleLock, IDLE_LOCK_MS);
        }
        TimerName::IdleLock if ctx.desk.overlay == Some(Overlay::IdleWarning) => lock(ctx, "idle"),
        TimerName::IdleWarning | TimerName::IdleLock => {}
        other => {
            if let Place::Visit(id) = ctx.desk.place {
                to_visit(ctx, id, &VisitEvent::Timer(other));
            }
        }
    }
}

/// The agent reader changed.
pub fn agent_reader(ctx: &mut Ctx<'_>, change: &ReaderChange) {
    if ctx.desk.overlay == Some(Overlay::CheckDesk) {
        // Whoever puts a card in wants to sign in.
        ctx.desk.overlay = None;
    }
    if ctx.desk.session.is_some() {
        // Whatever it is now, the card that opened the session is not held any more.
        lock(ctx, "card_removed");
    } else if matches!(ctx.desk.place, Place::SignIn(_)) {
        sign_in::reader_changed(ctx, change);
    } else if let Place::SetUp(_) = ctx.desk.place
        && ctx.desk.about.enrolled
        && !ctx.desk.about.no_manager_yet
    {
        ctx.desk.place = Place::SignIn(SignIn::default());
        sign_in::reader_changed(ctx, change);
    }
}

/// A new list of what is revoked: if the agent's own card is on it, nothing more is done with it.
pub fn revocations_came(ctx: &mut Ctx<'_>) {
    let Some(session) = &ctx.desk.session else { return };
    let serial = CertificateFacts::from_der(&session.certificate).map(|facts| facts.serial);
    if ctx.desk.is_revoked(Some(session.card), serial.iter().map(String::as_str)) {
        lock(ctx, "revoked");
    }
}

/// Central says that nobody is signed in here. A session it was told of has ended there: the desk locks. One that began
/// without the network may not have reached it yet: it is told now, and whoever asked may ask again. True: locked.
pub fn unknown_to_central(ctx: &mut Ctx<'_>) -> bool {
    if ctx.desk.session.is_none() {
        return false;
    }
    if !ctx.desk.session_told {
        if !ctx.desk.owners.values().any(|owner| *owner == Owner::Session) {
            ctx.central(Owner::Session, CentralCall::Sync);
        }
        return false;
    }
    lock(ctx, "ended_by_central");
    if let Place::SignIn(state) = &mut ctx.desk.place {
        state.problem = Some(sign_in::Problem::EndedByCentral);
    }
    true
}

/// Everything recorded here is with central, the session's start too; or it is not.
pub fn told(ctx: &mut Ctx<'_>, answer: Answer<'_>) {
    ctx.desk.session_told = ctx.desk.session.is_some() && matches!(answer, Answer::Central(Ok(_)));
}

/// Ends the session at once. Visits stay as they are, parked; secrets are forgotten; no personal data stays on the screen.
pub fn lock(ctx: &mut Ctx<'_>, reason: &str) {
    ctx.event(Fact::SessionEnded { reason: reason.to_owned() });
    ctx.desk.session = None;
    ctx.desk.session_told = false;
    ctx.desk.owners.retain(|_, owner| *owner != Owner::Session);
    ctx.desk.overlay = None;
    ctx.desk.hands.clear();
    ctx.desk.taking_over = None;
    ctx.effects.push(Effect::Vault(VaultCommand::ClearAll));
    ctx.effects.push(Effect::LetGo(ReaderRole::Agent));
    ctx.effects.push(Effect::StopTimer(TimerName::IdleWarning));
    ctx.effects.push(Effect::StopTimer(TimerName::IdleLock));
    ctx.central(Owner::Nobody, CentralCall::CloseSession);
    ctx.desk.place = Place::SignIn(SignIn::default());
    let change = ctx.desk.readers.agent.clone();
    match reason {
        "card_removed" => sign_in::reader_changed(ctx, &change),
        "revoked" => sign_in::revoked(ctx),
        _ => sign_in::locked(ctx),
    }
}
