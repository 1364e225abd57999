//! The cancel visit.

use serde::{Deserialize, Serialize};

use super::command::Command;
use super::{Ctx, Desk, Next, VisitEvent};
use crate::domain::VisitId;

/// Its state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cancel {}

impl Cancel {
    /// For a card that is known.
    pub fn of_record(_record: crate::wire::message::CardRecord) -> Self {
        Self {}
    }

    /// For a card that is not here: asked by number.
    pub fn by_number() -> Self {
        Self {}
    }
}

/// One event.
pub fn on(_state: &mut Cancel, _ctx: &mut Ctx<'_>, _id: VisitId, _event: &VisitEvent<'_>) -> Next {
    Next::Park
}

/// Keys that work now.
pub fn commands(_state: &Cancel, _desk: &Desk) -> Vec<Command> {
    Vec::new()
}

/// The danger step it is in, if it is in one.
pub fn danger(_state: &Cancel) -> Option<&'static str> {
    None
}
