//! The evaluator: `(policy, facts, today) -> decision`. Pure; the same facts always give the same decision.

use jiff::civil::Date;

use super::decision::{Decision, Gpg45, Node, Status};
use super::facts::Facts;
use super::pack::{Policy, digest};

/// Judges the facts by a policy.
pub fn evaluate(policy: &Policy, facts: &Facts, today: Date) -> Decision {
    let _ = today;
    let tree = Node {
        rule: "gate".into(),
        source: policy.gate().source.clone(),
        status: Status::Unknown,
        facts: Vec::new(),
        next: Vec::new(),
        children: Vec::new(),
    };
    Decision {
        policy: policy.stamp(),
        facts_hash: digest(&serde_json::to_vec(facts).unwrap_or_default()),
        day_seen: facts.day_seen,
        met: false,
        status: Status::Unknown,
        provisional: Vec::new(),
        combination: None,
        documents: Vec::new(),
        contradictions: Vec::new(),
        gpg45: Gpg45::default(),
        next: Vec::new(),
        tree,
    }
}
