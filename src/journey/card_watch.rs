//! A card put back while nothing runs on it: is it the one in work? Looked at at once, not first when the next step begins.

use super::effect::EffectId;
use super::input::ReaderRole;
use super::wait::Wait;
use super::{Ctx, Owner};
use crate::card::task::{CardAnswer, CardFault, CardIdentity, CardTask};
use crate::domain::VisitId;

/// What is known of the card that was put back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CardWatch {
    wait: Wait,
    other: bool,
}

impl CardWatch {
    /// A card was put in: it is read, and nothing on it is changed.
    pub fn card_in(&mut self, ctx: &mut Ctx<'_>, visit: VisitId, expect: CardIdentity) {
        let id = ctx.card(Owner::Visit(visit), ReaderRole::Customer, CardTask::Read, Some(expect));
        *self = Self { wait: Wait::effect(id), other: false };
    }

    /// No card is in any more.
    pub fn card_out(&mut self) {
        *self = Self::default();
    }

    /// Whether this was the answer it waited for.
    pub fn answered(&mut self, id: EffectId, result: &Result<CardAnswer, CardFault>) -> bool {
        let ours = self.wait.answered(id);
        if ours {
            self.other = matches!(result, Err(CardFault::WrongCard | CardFault::NotPiv));
        }
        ours
    }

    /// Another card than the one in work lies in the customer reader.
    pub fn is_other(&self) -> bool {
        self.other
    }
}
