//! The register visit.

use serde::{Deserialize, Serialize};

use super::command::Command;
use super::{Ctx, Desk, Next, VisitEvent};
use crate::domain::VisitId;

/// Its state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Register {}

impl Register {
    /// At the first question: who is it?
    pub fn new(_desk: &Desk) -> Self {
        Self {}
    }
}

/// One event.
pub fn on(_state: &mut Register, _ctx: &mut Ctx<'_>, _id: VisitId, _event: &VisitEvent<'_>) -> Next {
    Next::Park
}

/// Keys that work now.
pub fn commands(_state: &Register, _desk: &Desk) -> Vec<Command> {
    Vec::new()
}

/// The danger step it is in, if it is in one.
pub fn danger(_state: &Register) -> Option<&'static str> {
    None
}
