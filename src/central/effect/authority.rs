//! Whether the agent behind a fact had the right to it, at the time it happened.

use super::Context;
use crate::card::task::Slot;
use crate::central::store::{Hand, RoleRow};
use crate::domain::Role;
use crate::policy::roles::{Task, may};
use crate::wire::message::{Outcome, RefusalReason};

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// Signed, and allowed at that time.
    Given,
    /// The signature is missing, wrong, or of a card central does not know.
    NotProven,
    /// Signed, but over another content than the event has.
    Altered,
    /// The right was withdrawn, the certificate revoked, or there never was such a right.
    Withdrawn,
}

impl Authority {
    /// The outcome for a command that lacks it.
    pub fn refusal(self) -> Option<Outcome> {
        let reason = match self {
            Authority::Given => return None,
            Authority::NotProven => RefusalReason::BadSignature,
            Authority::Altered => RefusalReason::ContentDiffers,
            Authority::Withdrawn => RefusalReason::NotAllowed,
        };
        Some(Outcome::Refused { reason })
    }
}

/// For a fact that carries the agent's hand.
pub fn by_hand(hand: Option<&Hand>, context: &Context, task: Option<Task>) -> Authority {
    let (Some(hand), Some(agent)) = (hand, &context.agent) else { return Authority::NotProven };
    if !hand.valid || agent.slot != Slot::Authentication {
        return Authority::NotProven;
    }
    if hand.altered {
        return Authority::Altered;
    }
    // Nobody serves his or her own card; the very first card is the one exception, there is nobody else.
    let own = context.card.as_ref().is_some_and(|card| card.person == agent.person);
    if context.bootstrap && own {
        return Authority::Given;
    }
    let revoked = agent.revoked.is_some_and(|gone| gone <= context.at);
    if revoked || own || !holds(&agent.roles, context, task) {
        return Authority::Withdrawn;
    }
    Authority::Given
}

/// For a fact without a hand: the desk's word for who was signed in.
pub fn by_header(context: &Context, task: Task) -> Authority {
    if context.bootstrap || holds(&context.header_roles, context, Some(task)) {
        Authority::Given
    } else {
        Authority::Withdrawn
    }
}

/// Whether the agent held this very role then.
pub fn held_role(roles: &[RoleRow], context: &Context, role: Role) -> bool {
    roles.iter().any(|row| row.role == role && row.held_at(context.at))
}

/// No task: any role will do, each act in the visit is judged by itself.
fn holds(roles: &[RoleRow], context: &Context, task: Option<Task>) -> bool {
    roles.iter().any(|row| task.is_none_or(|task| may(row.role, task)) && row.held_at(context.at))
}
