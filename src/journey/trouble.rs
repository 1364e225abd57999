//! Why a journey does not go on now. Each has its three lines on the screen.

use serde::{Deserialize, Serialize};

use super::hand::HandFault;
use super::input::{CentralFault, PrintFault};
use super::{Desk, card_work_allowed};
use crate::card::task::CardFault;
use crate::domain::Millis;
use crate::wire::message::ProblemCode;

/// Why it does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The card is not in the customer reader.
    CardOut,
    /// The customer's card did not do it.
    Card(CardFault),
    /// The agent's card did not sign.
    AgentCard(CardFault),
    /// Central did not do it.
    Central(CentralFault),
    /// The printer did not do it.
    Print(PrintFault),
    /// The desk's own store did not answer.
    Store,
    /// Nobody is signed in.
    NoSession,
    /// The list of cancelled cards has run out, or there is none.
    OldList,
}

impl From<HandFault> for Trouble {
    fn from(fault: HandFault) -> Self {
        match fault {
            HandFault::NoSession => Self::NoSession,
            HandFault::Central(fault) => Self::Central(fault),
            HandFault::Store => Self::Store,
            HandFault::Card(fault) => Self::AgentCard(fault),
        }
    }
}

impl Trouble {
    /// Whether it is over once the right card is put in (again).
    pub fn is_about_the_place_of_the_card(self) -> bool {
        use CardFault::{NotPiv, ReaderGone, Removed, WrongCard};
        matches!(self, Self::CardOut | Self::Card(Removed | ReaderGone | WrongCard | NotPiv))
    }

    /// Whether it is over once central answers again.
    pub fn is_about_the_network(self) -> bool {
        matches!(self, Self::Central(fault) if fault.is_passing())
    }

    /// Whether it may be over, now that something about the network or the queue has changed: central answers again, a new list
    /// has come, a record may have been sent.
    pub fn may_be_over(self, desk: &Desk, now: Millis) -> bool {
        match self {
            Self::OldList => card_work_allowed(desk, now),
            Self::Central(CentralFault::Problem(ProblemCode::AwaitingRecord)) => desk.is_online(),
            _ => desk.is_online() && self.is_about_the_network(),
        }
    }
}
