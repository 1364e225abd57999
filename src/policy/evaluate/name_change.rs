//! A change of name: one original that shows it, examined, with the former name and the new one (notes domain 4.8, S22).

use jiff::civil::Date;

use super::document::{Bench, Judged};
use super::part::{Part, step};
use super::{facts_hash, in_force, judge_each, shown, sorted, verdicts};
use crate::policy::decision::{Act, Decision, Gpg45};
use crate::policy::facts::{DocumentFacts, Facts, NameShown};
use crate::policy::pack::Policy;

/// Where the rule comes from.
const SOURCE: &str = "smartcard name change (S22); data-matching guide, RA05 notes (S23)";

/// Judges whether the documents show that the holder, on record as `former`, is now called as the facts say.
///
/// Total, like [`super::evaluate`]. GPG45 is not asked: the identity was proven when the person was registered.
pub fn name_change(policy: &Policy, facts: &Facts, former: &NameShown, today: Date) -> Decision {
    let facts = &sorted(facts);
    let judged = judge_each(Bench { policy, facts });
    let bring = Part::unmet("name_change.document", Vec::new(), Some(vec![bring(policy)]));
    let shows = |judged: &Judged| shows(judged, facts.holder.name.as_ref(), former);
    let ways = judged.iter().filter_map(shows).chain([bring]).collect();
    let mut gate =
        Part::all("gate", SOURCE, vec![in_force(policy, facts, today), Part::any("name_change", SOURCE, ways)]);
    let next = gate.steps.clone().unwrap_or_default();
    gate.children.push(shown(&judged));
    Decision {
        policy: policy.stamp(),
        facts_hash: facts_hash(facts),
        day_seen: facts.day_seen,
        met: gate.is_met(),
        status: gate.status,
        provisional: super::provisional(facts),
        combination: None,
        documents: verdicts(&judged, None),
        contradictions: Vec::new(),
        gpg45: Gpg45::default(),
        next,
        tree: gate.node(""),
    }
}

fn bring(policy: &Policy) -> crate::policy::decision::Step {
    step(policy, Act::Bring, None, Some("name_change"))
}

/// Whether one document shows it; none: its type shows no change of name.
fn shows(judged: &Judged, holder: Option<&NameShown>, former: &NameShown) -> Option<Part> {
    let proof = judged.name_change.clone()?;
    let DocumentFacts { id, name, former_name, .. } = &judged.document;
    let links = name.is_some() && name.as_ref() == holder && former_name.as_ref() == Some(former);
    let facts = vec![id.clone()];
    let links =
        if links { Part::met("name_change.links", facts) } else { Part::unmet("name_change.links", facts, None) };
    let genuine = match &judged.incident {
        Some(check) => Part::refused("name_change.incident", vec![format!("{id}.{check}")]),
        None => Part::met("name_change.incident", Vec::new()),
    };
    Some(Part::all("name_change.document", "", vec![proof, links, genuine]))
}
