//! One condition of a decision on its way to a node: how it stands and what would mend it.

use crate::policy::decision::{Act, Node, Status, Step};
use crate::policy::pack::Policy;

/// One condition.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub rule: String,
    pub source: String,
    pub status: Status,
    pub facts: Vec<String>,
    /// All of it is needed; empty when it is met; `None` when nothing helps.
    pub steps: Option<Vec<Step>>,
    pub children: Vec<Part>,
}

impl Part {
    /// A condition that is met.
    pub fn met(rule: impl Into<String>, facts: Vec<String>) -> Self {
        let (rule, steps) = (rule.into(), Some(Vec::new()));
        Part { rule, source: String::new(), status: Status::Met, facts, steps, children: Vec::new() }
    }

    /// One that is not known, and the step that would tell.
    pub fn unknown(rule: impl Into<String>, facts: Vec<String>, steps: Option<Vec<Step>>) -> Self {
        Part { status: Status::Unknown, steps, ..Part::met(rule, facts) }
    }

    /// One that is not met, and what would mend it.
    pub fn unmet(rule: impl Into<String>, facts: Vec<String>, steps: Option<Vec<Step>>) -> Self {
        Part { status: Status::Unmet, steps, ..Part::met(rule, facts) }
    }

    /// One that can't be met by this.
    pub fn refused(rule: impl Into<String>, facts: Vec<String>) -> Self {
        Part { status: Status::Refused, steps: None, ..Part::met(rule, facts) }
    }

    pub fn with_source(mut self, source: &str) -> Self {
        source.clone_into(&mut self.source);
        self
    }

    /// All of some conditions: as bad as the worst, mended when each is.
    pub fn all(rule: impl Into<String>, source: &str, children: Vec<Part>) -> Self {
        let status = children.iter().map(|part| part.status).max().unwrap_or(Status::Met);
        let steps: Option<Vec<Vec<Step>>> = children.iter().map(|part| part.steps.clone()).collect();
        let steps = steps.map(|lists| tidy(lists.into_iter().flatten()));
        Part { rule: rule.into(), source: source.to_owned(), status, facts: Vec::new(), steps, children }
    }

    /// One of some conditions: as good as the best, mended when the cheapest is.
    pub fn any(rule: impl Into<String>, source: &str, children: Vec<Part>) -> Self {
        let status = children.iter().map(|part| part.status).min().unwrap_or(Status::Unmet);
        let cheapest = children.iter().filter_map(|part| part.steps.as_ref()).min_by_key(|steps| seconds(steps));
        let steps = cheapest.cloned();
        Part { rule: rule.into(), source: source.to_owned(), status, facts: Vec::new(), steps, children }
    }

    /// What it costs to mend it; `None` when nothing helps.
    pub fn cost(&self) -> Option<u64> {
        self.steps.as_deref().map(seconds)
    }

    pub fn is_met(&self) -> bool {
        self.status == Status::Met
    }

    /// As a node of the tree; a part that names no source has that of the whole.
    pub fn node(&self, above: &str) -> Node {
        let source = if self.source.is_empty() { above } else { &self.source };
        Node {
            rule: self.rule.clone(),
            source: source.to_owned(),
            status: self.status,
            facts: self.facts.clone(),
            next: self.steps.clone().unwrap_or_default(),
            children: self.children.iter().map(|part| part.node(source)).collect(),
        }
    }
}

/// Each step once, the cheapest first. Only bringing a document twice is two steps: it is two documents.
pub(super) fn tidy(steps: impl IntoIterator<Item = Step>) -> Vec<Step> {
    let mut steps: Vec<Step> = steps.into_iter().collect();
    steps.sort();
    steps.dedup_by(|one, other| one == other && one.act != Act::Bring);
    steps
}

/// What some steps cost together.
pub(super) fn seconds(steps: &[Step]) -> u64 {
    steps.iter().map(|step| u64::from(step.seconds)).sum()
}

/// A step, with its cost by the policy's table.
pub(super) fn step(policy: &Policy, act: Act, document: Option<&str>, what: Option<&str>) -> Step {
    Step {
        seconds: policy.seconds(act, what),
        act,
        document: document.map(str::to_owned),
        what: what.map(str::to_owned),
    }
}
