//! How the holder is known without a good likeness: two documents that match the record, or a manager who
//! confirms it in a session of their own.

use super::{Reset, Stage, begin_passcode};
use crate::domain::text::is_reason;
use crate::domain::{UserNumber, VisitId};
use crate::journey::effect::Effect;
use crate::journey::form::{Form, FormMove};
use crate::journey::key::Key;
use crate::journey::{Ctx, Desk, Next, VisitEvent};
use crate::policy::roles::{Task, may};
use crate::wire::fact::IdentityCheck;

/// How many documents must match.
pub const DOCUMENTS_WANTED: usize = 2;

/// What may be shown, originals only. An organisation's own badge is not among them (notes domain 5.1).
pub const DOCUMENTS: [&str; 9] = [
    "passport",
    "driving_licence",
    "residence_permit",
    "forces_id",
    "birth_certificate",
    "marriage_certificate",
    "bank_statement",
    "council_tax_bill",
    "utility_bill",
];

/// One event while documents are chosen.
pub(super) fn on(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) {
    if let VisitEvent::Command("back") = event {
        return super::ask_likeness(state, ctx, id);
    }
    if let Stage::Documents { chosen } = &mut state.stage {
        let key = if let VisitEvent::Key(key) = event { key.digit() } else { None };
        if let Some(at) = key.map(usize::from).filter(|d| (1..=DOCUMENTS.len()).contains(d)) {
            toggle(chosen, at - 1);
        } else if let VisitEvent::Command("documents-match") = event
            && chosen.len() == DOCUMENTS_WANTED
        {
            let kinds = kinds(chosen);
            begin_passcode(state, ctx, id, IdentityCheck::TwoDocuments { kinds });
        }
    }
}

/// The types at these places.
pub fn kinds(chosen: &[usize]) -> Vec<String> {
    chosen.iter().filter_map(|at| DOCUMENTS.get(*at)).map(|kind| (*kind).to_owned()).collect()
}

/// Chosen again is taken back; a third pushes the first out.
pub fn toggle(chosen: &mut Vec<usize>, at: usize) {
    match chosen.iter().position(|c| *c == at) {
        Some(place) => drop(chosen.remove(place)),
        None => {
            chosen.push(at);
            if chosen.len() > DOCUMENTS_WANTED {
                chosen.remove(0);
            }
        }
    }
}

/// The agent says why the photo is no help; then the visit waits, parked, for a manager's own session.
pub(super) fn ask_manager(state: &mut Reset, ctx: &mut Ctx<'_>, event: &VisitEvent<'_>) -> Next {
    let moved = match event {
        VisitEvent::Command("back") => FormMove::Ignored,
        VisitEvent::Paste(text) => {
            state.form.paste(text);
            FormMove::Edited
        }
        VisitEvent::Command("continue") => state.form.key(Key::Enter),
        VisitEvent::Key(key) => state.form.key(*key),
        _ => FormMove::Ignored,
    };
    let (FormMove::Submit, Some(session)) = (moved, &ctx.desk.session) else { return Next::Stay };
    let reason = state.form.text("why").to_owned();
    if !is_reason(&reason) {
        state.form.fail("why", "reset-error-why");
        return Next::Stay;
    }
    state.stage = Stage::ForManager { asked_by: session.agent.clone(), reason };
    state.form = Form::default();
    Next::Park(Some("notice-waits-for-manager"))
}

/// Whether whoever is signed in may confirm who the holder is: an RA Manager, and somebody else than the agent who asked. Shown
/// to anybody else the question begins anew. (The holder is refused before that: nobody serves their own card.)
pub fn may_confirm(desk: &Desk, asked_by: &UserNumber) -> bool {
    desk.session.as_ref().is_some_and(|session| may(session.role, Task::Vouch) && session.agent != *asked_by)
}

/// The manager answers. A number typed by somebody else proves nothing: the confirmation is the manager's own session, whose
/// card signs for the release.
pub(super) fn confirmed(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    let Stage::ForManager { asked_by, reason } = state.stage.clone() else { return Next::Stay };
    match event {
        VisitEvent::Command("confirm-identity") if may_confirm(ctx.desk, &asked_by) => {
            let Some(manager) = ctx.desk.session.as_ref().map(|session| session.agent.clone()) else {
                return Next::Stay;
            };
            ctx.effects.push(Effect::FlushKeys);
            begin_passcode(state, ctx, id, IdentityCheck::Manager { manager, reason });
        }
        VisitEvent::Command("somebody-else") => {
            state.stage = Stage::NotThisPerson;
            ctx.effects.push(Effect::FlushKeys);
        }
        VisitEvent::Command("leave") => return Next::Park(Some("notice-waits-for-manager")),
        _ => {}
    }
    Next::Stay
}
