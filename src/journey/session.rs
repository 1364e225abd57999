//! What the agent's card decides: the session lives while the card that opened it is in the agent reader.

use super::effect::{Effect, IDLE_LOCK_MS, IDLE_WARNING_MS, TimerName, VaultCommand};
use super::input::{ReaderChange, ReaderRole};
use super::sign_in::{self, SignIn};
use super::{Ctx, Overlay, Place, VisitEvent, to_visit};
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

/// Ends the session at once. Visits stay as they are, parked; secrets are forgotten; no personal data stays on the screen.
pub fn lock(ctx: &mut Ctx<'_>, reason: &str) {
    ctx.event(Fact::SessionEnded { reason: reason.to_owned() });
    ctx.desk.session = None;
    ctx.desk.overlay = None;
    ctx.desk.hands.clear();
    ctx.desk.taking_over = None;
    ctx.effects.push(Effect::Vault(VaultCommand::ClearAll));
    ctx.effects.push(Effect::LetGo(ReaderRole::Agent));
    ctx.effects.push(Effect::StopTimer(TimerName::IdleWarning));
    ctx.effects.push(Effect::StopTimer(TimerName::IdleLock));
    let central = super::effect::CentralCall::CloseSession;
    ctx.central(super::Owner::Nobody, central);
    ctx.desk.place = Place::SignIn(SignIn::default());
    let change = ctx.desk.readers.agent.clone();
    match reason {
        "card_removed" => sign_in::reader_changed(ctx, &change),
        "revoked" => sign_in::revoked(ctx),
        _ => sign_in::locked(ctx),
    }
}
