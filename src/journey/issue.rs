//! The issue visit.

use serde::{Deserialize, Serialize};

use super::command::Command;
use super::{Ctx, Desk, Next, VisitEvent};
use crate::domain::VisitId;

/// Its state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Issue {}

impl Issue {
    /// A first card for a person central knows.
    pub fn for_person(_person: crate::domain::Person) -> Self {
        Self {}
    }

    /// Goes on with a card that is written but not in the holder's hand, known from central's record.
    pub fn continue_card(_record: crate::wire::message::CardRecord) -> Self {
        Self {}
    }

    /// The card it is about, once there is one.
    pub fn card(&self) -> Option<crate::domain::CardGuid> {
        None
    }
}

/// One event.
pub fn on(_state: &mut Issue, _ctx: &mut Ctx<'_>, _id: VisitId, _event: &VisitEvent<'_>) -> Next {
    Next::Park
}

/// Keys that work now.
pub fn commands(_state: &Issue, _desk: &Desk) -> Vec<Command> {
    Vec::new()
}

/// The danger step it is in, if it is in one.
pub fn danger(_state: &Issue) -> Option<&'static str> {
    None
}

/// The secret field that has the focus.
pub fn secret_focus(_state: &Issue) -> Option<crate::domain::VaultSlot> {
    None
}

/// The holder, once known.
pub fn person(_state: &Issue) -> Option<&crate::domain::Person> {
    None
}
