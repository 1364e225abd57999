//! How the holder is known without a good likeness: two documents that match the record, or a manager who vouches.

use super::{Reset, Stage, begin_passcode};
use crate::domain::{UserNumber, VisitId};
use crate::journey::effect::Effect;
use crate::journey::form::FormMove;
use crate::journey::key::Key;
use crate::journey::{Ctx, Desk, VisitEvent};
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

/// One event in either.
pub(super) fn on(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) {
    if let VisitEvent::Command("back") = event {
        return super::ask_likeness(state, ctx, id);
    }
    match &mut state.stage {
        Stage::Documents { chosen } => {
            let key = if let VisitEvent::Key(key) = event { key.digit() } else { None };
            if let Some(at) = key.map(usize::from).filter(|d| (1..=DOCUMENTS.len()).contains(d)) {
                toggle(chosen, at - 1);
            } else if let VisitEvent::Command("documents-match") = event
                && chosen.len() == DOCUMENTS_WANTED
            {
                let kinds = chosen.iter().filter_map(|at| DOCUMENTS.get(*at)).map(|kind| (*kind).to_owned()).collect();
                begin_passcode(state, ctx, id, IdentityCheck::TwoDocuments { kinds });
            }
        }
        Stage::Manager => manager(state, ctx, id, event),
        _ => {}
    }
}

/// Chosen again is taken back; a third pushes the first out.
fn toggle(chosen: &mut Vec<usize>, at: usize) {
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

fn manager(state: &mut Reset, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) {
    let moved = match event {
        VisitEvent::Paste(text) => {
            state.form.paste(text);
            FormMove::Edited
        }
        VisitEvent::Command("continue") => state.form.key(Key::Enter),
        VisitEvent::Key(key) => state.form.key(*key),
        _ => FormMove::Ignored,
    };
    if moved != FormMove::Submit {
        return;
    }
    state.form.clear_errors();
    let holder = state.record.as_ref().and_then(|r| r.person.number.as_ref());
    let manager = who_vouches(state.form.text("manager"), holder, ctx.desk);
    let reason = state.form.text("why").to_owned();
    if let Err(error) = &manager {
        state.form.fail("manager", error);
    }
    if reason.is_empty() {
        state.form.fail("why", "reset-error-why");
    }
    if state.form.focus_first_error() {
        return;
    }
    if let Ok(manager) = manager {
        ctx.effects.push(Effect::FlushKeys);
        begin_passcode(state, ctx, id, IdentityCheck::Manager { manager, reason });
    }
}

/// Somebody else than agent and holder, whom the signed roster has as an RA Manager. Errors: the word of why not.
fn who_vouches(typed: &str, holder: Option<&UserNumber>, desk: &Desk) -> Result<UserNumber, &'static str> {
    let number: UserNumber = typed.parse().map_err(|_| "reset-error-number")?;
    if desk.session.as_ref().is_some_and(|s| s.agent == number) {
        return Err("reset-error-yourself");
    }
    if holder == Some(&number) {
        return Err("reset-error-holder");
    }
    let roster = desk.roster.as_ref().map(|(roster, _)| roster);
    let entry = roster.and_then(|r| r.agents.iter().find(|a| a.number == number));
    let manages = entry.is_some_and(|e| e.roles.iter().any(|(role, _)| may(*role, Task::Vouch)));
    if manages { Ok(number) } else { Err("reset-error-no-manager") }
}
