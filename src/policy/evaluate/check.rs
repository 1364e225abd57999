//! A rule over the checks of one document: three-valued, with what would settle it.

use super::part::{Part, step};
use crate::policy::decision::{Act, Status, Step};
use crate::policy::facts::{Answer, DocumentFacts};
use crate::policy::pack::{Failing, Policy};
use crate::policy::rule::Rule;

/// The check that compares the photo on a document with the holder's face.
pub(in crate::policy) const LIKENESS: &str = "compare_photo";

/// What the checks of one document are judged by.
#[derive(Clone, Copy)]
pub(super) struct Checked<'a> {
    pub policy: &'a Policy,
    pub document: &'a DocumentFacts,
    /// The agent's training was in date on the day the document was seen.
    pub training: bool,
    pub online: bool,
    /// A manager answers for the holder's likeness.
    pub vouched: bool,
}

impl Checked<'_> {
    /// What was found at a check: something wrong counts always, else something right, else that it could not be told.
    fn found(&self, id: &str, trained: bool) -> (Answer, bool) {
        let counts = |done: &&crate::policy::facts::CheckDone| done.check == id && done.answer != Answer::NotDone;
        let done: Vec<_> = self.document.checks.iter().filter(counts).collect();
        let any = |answer| done.iter().any(|done| done.answer == answer);
        let by_trained = |answer| self.training && done.iter().any(|done| done.answer == answer && done.trained);
        if any(Answer::NotAsExpected) {
            (Answer::NotAsExpected, true)
        } else if any(Answer::AsExpected) {
            (Answer::AsExpected, !trained || by_trained(Answer::AsExpected))
        } else if any(Answer::CannotTell) {
            (Answer::CannotTell, by_trained(Answer::CannotTell))
        } else {
            (Answer::NotDone, false)
        }
    }

    /// How a rule stands. `for_use`: whether a manager's word for the likeness counts here; it never earns a score.
    pub fn weigh(&self, rule: &Rule, for_use: bool) -> Part {
        match rule {
            Rule::Always => Part::met("always", Vec::new()),
            Rule::Check { id, trained } => self.check(id, *trained, for_use),
            Rule::All(parts) => Part::all("all", "", parts.iter().map(|part| self.weigh(part, for_use)).collect()),
            Rule::Any(parts) => Part::any("any", "", parts.iter().map(|part| self.weigh(part, for_use)).collect()),
        }
    }

    fn check(&self, id: &str, trained: bool, for_use: bool) -> Part {
        let name = format!("check.{id}");
        let (answer, counts) = self.found(id, trained);
        let word = match answer {
            Answer::AsExpected => "as_expected",
            Answer::NotAsExpected => "not_as_expected",
            Answer::CannotTell => "cannot_tell",
            Answer::NotDone => "not_done",
        };
        let facts = vec![format!("{}.{id}={word}", self.document.id)];
        let one = |act| vec![step(self.policy, act, Some(&self.document.id), Some(id))];
        match (answer, counts) {
            (Answer::AsExpected, true) => Part::met(name, facts),
            (Answer::AsExpected, false) => Part::unknown(name, facts, Some(one(Act::TrainedAgent))),
            (Answer::NotAsExpected, _) => match self.policy.check(id).map(|check| check.failing) {
                Some(Failing::NotCounted | Failing::Noted) => Part::unmet(name, facts, None),
                Some(Failing::Incident) | None => Part::refused(name, facts),
            },
            (Answer::CannotTell, _) if for_use && id == LIKENESS && self.vouched => Part::met(name, facts),
            (Answer::CannotTell, false) => Part::unknown(name, facts, Some(one(Act::TrainedAgent))),
            (Answer::CannotTell, true) if for_use && id == LIKENESS => {
                let vouch = step(self.policy, Act::Explain, Some(&self.document.id), Some("likeness"));
                Part::unknown(name, facts, Some(vec![vouch]))
            }
            (Answer::CannotTell, true) => Part::unknown(name, facts, None),
            (Answer::NotDone, _) => Part::unknown(name, facts, Some(self.steps_for(id, trained))),
        }
    }

    fn steps_for(&self, id: &str, trained: bool) -> Vec<Step> {
        let mut steps = Vec::new();
        let check = self.policy.check(id);
        if check.is_some_and(|check| check.online) && !self.online {
            steps.push(step(self.policy, Act::GoOnline, None, None));
        }
        // Whoever is trained does it at once.
        let act = if trained && !self.training { Act::TrainedAgent } else { Act::Check };
        steps.push(step(self.policy, act, Some(&self.document.id), Some(id)));
        steps
    }

    /// A check found something that only forgery or another person explains.
    pub fn incident(&self) -> Option<&str> {
        let wrong = |id: &str| {
            self.policy.check(id).is_some_and(|check| check.failing == Failing::Incident)
                && self.found(id, false).0 == Answer::NotAsExpected
        };
        let mut ids: Vec<&str> =
            self.document.checks.iter().map(|done| done.check.as_str()).filter(|id| wrong(id)).collect();
        ids.sort_unstable();
        ids.first().copied()
    }
}

/// The highest score whose rule is met; the levels stand highest first.
pub(super) fn reached<'a, S: Copy + Default + 'a>(levels: &'a [(S, Rule)], checked: &Checked) -> S {
    let met = |(_, rule): &&(S, Rule)| checked.weigh(rule, false).status == Status::Met;
    levels.iter().find(met).map(|(score, _)| *score).unwrap_or_default()
}
