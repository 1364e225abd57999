//! Hand-over: the likeness, then a passcode of the holder's own. Only then is the card issued and its certificates live.

use super::{Issue, Stage, write};
use crate::card::task::Slot;
use crate::domain::{CardStatus, VaultSlot, VisitId};
use crate::journey::command::Command;
use crate::journey::effect::Effect;
use crate::journey::key::Key;
use crate::journey::passcode::{NewPasscode, Progress, Signer, Subject};
use crate::journey::{Ctx, Next, VisitEvent, set_up};
use crate::wire::act::{Act, ActKind, Signed, content};
use crate::wire::fact::Fact;

/// Keys of the likeness page: none is the default.
pub(super) fn commands(state: &Issue) -> Vec<Command> {
    if state.is_first() {
        // There is no photo and no colleague: the holder is the one who sits here.
        return vec![Command::new(Key::Enter, "hand-over")];
    }
    let mut list = Vec::new();
    if state.photo.preview.is_some() {
        list.push(Command::new(Key::Char('y'), "likeness-yes"));
    }
    list.push(Command::new(Key::Char('n'), "likeness-no"));
    list
}

/// A key of this part, or of the operation.
pub(super) fn chosen(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, command: &str) -> Next {
    match (command, &state.stage) {
        ("likeness-yes", Stage::Likeness) if state.photo.preview.is_some() => begin(state, ctx, id),
        ("hand-over", Stage::Likeness) if state.is_first() => begin(state, ctx, id),
        ("likeness-no", Stage::Likeness) => {
            state.forget_grant(ctx);
            return Next::Close(Some("notice-not-handed-over"));
        }
        _ => {
            // The operation knows its own keys by the same ids.
            if let Some(command) = state.new_passcode().and_then(|operation| {
                operation.commands().into_iter().find(|known| known.id == command).map(|known| known.id)
            }) {
                return on(state, ctx, id, &VisitEvent::Command(command));
            }
        }
    }
    Next::Stay
}

fn begin(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId) {
    if let Some(operation) = state.waiting.take() {
        return go_on(state, ctx, id, operation);
    }
    let Some(card) = &state.card else { return };
    let subject = Subject {
        grant: card.grant,
        card: card.guid,
        chip_serial: card.chip_serial.clone(),
        certificate: card.certificate.clone(),
    };
    let own = card.work.as_ref().and_then(|work| work.plan.certificates.get(&Slot::Authentication));
    let signer = match own {
        Some(certificate) if state.is_first() => Signer::ThisCard { certificate: certificate.clone() },
        _ => Signer::Agent,
    };
    go_on(state, ctx, id, Box::new(NewPasscode::new(subject, ActKind::HandOver, signer)));
}

/// The holder was looked at.
fn go_on(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, mut operation: Box<NewPasscode>) {
    ctx.effects.push(Effect::FlushKeys);
    state.trouble = None;
    operation.binds(to_sign(state, ctx, id));
    let progress = operation.begin(ctx, id);
    state.stage = Stage::Passcode(operation);
    progressed(state, ctx, id, progress);
}

/// Gives an event to the operation, if it has come to that.
pub(super) fn on(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    let bound = to_sign(state, ctx, id);
    let Stage::Passcode(operation) = &mut state.stage else { return Next::Stay };
    operation.binds(bound);
    let progress = operation.on(ctx, id, event);
    if operation.is_over_at_central() {
        // Recorded before, by this desk or another: home had offered it by an older word of the centre.
        state.forget_grant(ctx);
        state.stage = Stage::NothingToDo(CardStatus::Issued);
        return Next::Stay;
    }
    progressed(state, ctx, id, progress)
}

/// What the hand-over says once it is done.
fn handed_over(state: &Issue, id: VisitId, act: Signed<Act>, puk_n: u32) -> Option<Fact> {
    let likeness_confirmed = !state.is_first();
    Some(Fact::HandedOver { visit: id, card: state.card()?, puk_n, likeness_confirmed, act: Box::new(act) })
}

/// What the agent's hand answers for: this card, to this holder. The PUK's number comes later and is not signed.
fn to_sign(state: &Issue, ctx: &Ctx<'_>, id: VisitId) -> Option<[u8; 32]> {
    let act = Signed::to_come(ActKind::HandOver, id, ctx.desk.about.desk);
    content(&handed_over(state, id, act, 0)?)
}

fn progressed(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, progress: Progress) -> Next {
    let first = state.is_first();
    match progress {
        Progress::Going => {}
        // Left in the middle and taken up again: somebody else may sit there now.
        Progress::WhoIsIt => {
            if let Stage::Passcode(operation) = std::mem::replace(&mut state.stage, Stage::Likeness) {
                state.waiting = Some(operation);
            }
        }
        Progress::NoEncodePin => write::renew_passcode(state),
        Progress::Lost(_) => state.spoil(ctx, id, "puk_unknown"),
        Progress::Done(finished) => {
            // `Done` always knows the PUK number: it is what the rotation ended with.
            let Some(puk_n) = finished.puk_n else { return Next::Stay };
            let Some(fact) = handed_over(state, id, finished.act, puk_n) else { return Next::Stay };
            ctx.event(fact);
            state.forget_grant(ctx);
            ctx.forget(VaultSlot::BootstrapCode);
            ctx.effects.push(Effect::SyncNow);
            if first {
                set_up::set_no_manager_yet(ctx, false);
            }
            state.stage = Stage::Live;
        }
    }
    Next::Stay
}
