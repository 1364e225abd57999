//! The reset visit.

use serde::{Deserialize, Serialize};

use super::command::Command;
use super::{Ctx, Desk, Next, VisitEvent};
use crate::domain::VisitId;

/// Its state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reset {}

impl Reset {
    /// For the card in the customer reader.
    pub fn new(_record: crate::wire::message::CardRecord, _report: crate::card::task::CardReport) -> Self {
        Self {}
    }

    /// The new passcode, once it has come to that.
    pub fn new_passcode(&self) -> Option<&super::passcode::NewPasscode> {
        None
    }
}

/// One event.
pub fn on(_state: &mut Reset, _ctx: &mut Ctx<'_>, _id: VisitId, _event: &VisitEvent<'_>) -> Next {
    Next::Park
}

/// Keys that work now.
pub fn commands(_state: &Reset, _desk: &Desk) -> Vec<Command> {
    Vec::new()
}

/// The danger step it is in, if it is in one.
pub fn danger(_state: &Reset) -> Option<&'static str> {
    None
}

/// The secret field that has the focus.
pub fn secret_focus(_state: &Reset) -> Option<crate::domain::VaultSlot> {
    None
}

/// The holder, once known.
pub fn person(_state: &Reset) -> Option<&crate::domain::Person> {
    None
}
