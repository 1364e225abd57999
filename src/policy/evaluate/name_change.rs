//! A change of name: one original that shows it, examined, with the former name and the new one (notes domain 4.8, S22).

use jiff::civil::Date;

use super::document::{Bench, Judged};
use super::part::{Part, step};
use super::{concluded, in_force, judge_each, sorted};
use crate::policy::decision::{Act, Decision};
use crate::policy::facts::{DocumentFacts, Facts, NameShown};
use crate::policy::pack::Policy;

/// Where the rule comes from.
const SOURCE: &str = "smartcard name change (S22); data-matching guide, RA05 notes (S23)";

/// Judges whether the documents show that the holder, on record as `former`, is now called as the facts say.
///
/// Total, like [`super::evaluate`]. GPG45 is not asked: the identity was proven when the person was registered.
pub fn name_change(policy: &Policy, facts: &Facts, former: &NameShown, today: Date) -> Decision {
    let facts = &sorted(facts);
    let bench = Bench { policy, facts };
    let judged = judge_each(bench);
    let bring = Part::unmet("name_change.document", Vec::new(), Some(vec![bring(policy)]));
    let shows = |judged: &Judged| shows(judged, facts.holder.name.as_ref(), former);
    let ways = judged.iter().filter_map(shows).chain([bring]).collect();
    let gate = vec![in_force(policy, facts, today), Part::any("name_change", SOURCE, ways)];
    concluded(bench, &judged, None, Part::all("gate", SOURCE, gate))
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
