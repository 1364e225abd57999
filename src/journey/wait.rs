//! What a journey has asked and waits for. Never stored: what was asked before a stop does not answer after it.

use super::Desk;
use super::effect::EffectId;

/// One question on its way, or none. A journey asks one thing at a time: so no two physical effects are ever open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wait(Option<(EffectId, Kind)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Effect,
    Hand,
}

impl Wait {
    /// Waits for the answer to an effect.
    pub fn effect(id: EffectId) -> Self {
        Self(Some((id, Kind::Effect)))
    }

    /// Waits for a signature (`hand::begin`).
    pub fn hand(id: EffectId) -> Self {
        Self(Some((id, Kind::Hand)))
    }

    /// Whether something is on its way.
    pub fn is_open(self) -> bool {
        self.0.is_some()
    }

    /// Whether this is the answer that is waited for; if so nothing is waited for any more.
    pub fn answered(&mut self, id: EffectId) -> bool {
        let ours = self.0.is_some_and(|(asked, _)| asked == id);
        if ours {
            self.0 = None;
        }
        ours
    }

    /// The journey is shown again. What the desk still has on its way will answer and is waited for: a step that runs on a
    /// card goes on while the agent's card is out, and nothing may be started beside it. The rest is forgotten.
    pub fn shown(&mut self, desk: &Desk) {
        self.0 = self.0.filter(|(id, kind)| {
            desk.owners.contains_key(id) && (*kind == Kind::Effect || desk.hands.contains_key(id))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_answer_that_is_waited_for_counts() {
        let mut wait = Wait::effect(EffectId(4));
        assert!(!wait.answered(EffectId(3)));
        assert!(wait.is_open());
        assert!(wait.answered(EffectId(4)));
        assert!(!wait.is_open());
    }
}
