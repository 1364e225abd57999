//! Hand-over: the likeness, then a passcode of the holder's own. Only then is the card issued and its certificates live.

use super::{Issue, Stage, write};
use crate::card::task::Slot;
use crate::domain::{VaultSlot, VisitId};
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
    ctx.effects.push(Effect::FlushKeys);
    state.trouble = None;
    state.stage = Stage::Passcode(Box::new(NewPasscode::new(subject, ActKind::HandOver, signer)));
    on(state, ctx, id, &VisitEvent::Shown);
}

/// Gives an event to the operation, if it has come to that.
pub(super) fn on(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    let first = state.is_first();
    let card = state.card();
    let Stage::Passcode(operation) = &mut state.stage else { return Next::Stay };
    let over = |act: Signed<Act>, puk_n| {
        card.map(|card| Fact::HandedOver { visit: id, card, puk_n, likeness_confirmed: !first, act: Box::new(act) })
    };
    if matches!(event, VisitEvent::Shown) {
        let draft = over(Signed::to_come(ActKind::HandOver, id, ctx.desk.about.desk), 0);
        operation.binds(draft.as_ref().and_then(content));
    }
    match operation.on(ctx, id, event) {
        Progress::Going => {}
        Progress::NoEncodePin => write::renew_passcode(state),
        Progress::Lost(_) => state.spoil(ctx, id, "puk_unknown"),
        Progress::Done(finished) => {
            // `Done` always knows the PUK number: it is what the rotation ended with.
            let Some(puk_n) = finished.puk_n else { return Next::Stay };
            let Some(fact) = over(finished.act, puk_n) else { return Next::Stay };
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
