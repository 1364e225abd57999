//! The evaluator: `(policy, facts, today) -> decision`. Pure; the same facts always give the same decision, in whatever order
//! they stand.
//!
//! Rules are three-valued: what was not done is not known, never false. Documents are assigned to their uses exactly, by the
//! cheapest way (`assign`), so that "what is still missing" is a list of which all of it, done, meets the gate.

mod assign;
mod check;
mod contradiction;
mod document;
mod endorser;
mod name_change;
mod part;
mod score;

use jiff::civil::Date;

pub(super) use check::LIKENESS;
pub(super) use document::own_faults;
pub use name_change::name_change;

use self::assign::{Plan, fill};
use self::contradiction::{Found, UNKNOWN_BIRTH};
use self::document::{Bench, Judged};
use self::part::{Part, step, tidy};
use self::score::Scoring;
use super::decision::{Act, Decision, DocumentVerdict, Gpg45, List, Provisional, Status};
use super::documents::plain_number;
use super::facts::{DocumentFacts, Facts, FraudCheck};
use super::pack::{Combination, Policy, digest};

/// Judges the facts by a policy: the one that was in force on the day the documents were seen (`PolicySet::in_force`). `today`
/// is the day at the desk, or at central; nothing was seen after it.
///
/// Total: whatever the facts say, there is a decision. Facts that are no facts ([`Facts::fault`]) are the reader's to refuse.
pub fn evaluate(policy: &Policy, facts: &Facts, today: Date) -> Decision {
    let facts = &sorted(facts);
    let bench = Bench { policy, facts };
    let judged = judge_each(bench);
    let found = contradiction::find(policy, facts, &facts.documents, &judged);
    let endorser = endorser::endorser(policy, facts);
    let doubted = judged.iter().map(|judged| doubted(judged, &found)).collect();
    let scoring = Scoring::new(bench, &judged, doubted, endorser.is_met());
    let gpg45 = scoring.gpg45();
    let (combination, plan, target) = target(policy, &judged, &endorser);
    let mut gate = vec![in_force(policy, facts, today), birth_date(policy, facts)];
    gate.extend(found.iter().map(|found| found.part.clone()));
    gate.push(target);
    gate.extend(minimum(policy, &scoring, &gpg45));
    let gate = Part::all("gate", &policy.gate().source, gate);
    let contradictions = found.into_iter().map(|found| found.contradiction).collect();
    Decision { combination, contradictions, gpg45, ..concluded(bench, &judged, plan.as_ref(), gate) }
}

/// The decision that a gate comes to, with each document below it. Combination, contradictions and level are the caller's.
fn concluded(bench: Bench<'_>, judged: &[Judged], plan: Option<&Plan>, mut gate: Part) -> Decision {
    let Bench { policy, facts } = bench;
    // Every condition of the gate can be mended: if nothing else, by bringing another document.
    let next = gate.steps.clone().unwrap_or_default();
    gate.children.push(shown(judged));
    Decision {
        policy: policy.stamp(),
        facts_hash: digest(&serde_json::to_vec(facts).unwrap_or_default()),
        day_seen: facts.day_seen,
        met: gate.is_met(),
        status: gate.status,
        provisional: provisional(facts),
        combination: None,
        documents: verdicts(judged, plan),
        contradictions: Vec::new(),
        gpg45: Gpg45::default(),
        next,
        tree: gate.node(""),
    }
}

/// Each document, judged by itself.
fn judge_each<'a>(bench: Bench<'a>) -> Vec<Judged<'a>> {
    let each = once_each(bench.policy, &bench.facts.documents).into_iter();
    each.map(|(document, again)| {
        let vouched = contradiction::vouched(bench.policy, bench.facts, &document.id);
        bench.judge(document, again, vouched)
    })
    .collect()
}

/// The facts in their canonical order: nothing hangs on the order in which they were typed.
fn sorted(facts: &Facts) -> Facts {
    let mut facts = facts.clone();
    for document in &mut facts.documents {
        document.checks.sort();
        document.checks.dedup();
    }
    facts.documents.sort();
    facts.explanations.sort();
    facts.explanations.dedup();
    facts
}

/// Each document once, with the checks of every time it was shown; beside it the ids under which it came again.
fn once_each(policy: &Policy, shown: &[DocumentFacts]) -> Vec<(DocumentFacts, Vec<String>)> {
    let mut once: Vec<(DocumentFacts, Vec<String>)> = Vec::new();
    for document in shown {
        match once.iter_mut().find(|(other, _)| same(policy, other, document)) {
            None => once.push((document.clone(), Vec::new())),
            Some((other, again)) => {
                other.checks.extend(document.checks.iter().cloned());
                other.original_seen |= document.original_seen;
                // Where they disagree, the worse one counts.
                other.expires = other.expires.into_iter().chain(document.expires).min();
                other.issued = other.issued.into_iter().chain(document.issued).min();
                again.push(document.id.clone());
            }
        }
    }
    once
}

/// Whether two entries are one document: the number, or without one its provider and date.
fn same(policy: &Policy, one: &DocumentFacts, other: &DocumentFacts) -> bool {
    let number = |document: &DocumentFacts| document.number.as_deref().map(plain_number).filter(|n| !n.is_empty());
    let provider = |document: &DocumentFacts| policy.provider_key(document.issuer.as_deref().unwrap_or_default());
    let kind =
        |document: &DocumentFacts| policy.kind(&document.kind).map_or(document.kind.clone(), |kind| kind.id.clone());
    if kind(one) != kind(other) {
        return false;
    }
    match (number(one), number(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.issued.is_some() && one.issued == other.issued && provider(one) == provider(other),
        _ => false,
    }
}

fn doubted(judged: &Judged, found: &[Found]) -> bool {
    found.iter().any(|found| {
        let contradiction = &found.contradiction;
        let here = |id: &String| *id == judged.document.id || judged.again.contains(id);
        contradiction.stops && !contradiction.explained && contradiction.document.as_ref().is_some_and(here)
    })
}

/// The combination that is met, or comes nearest, with its plan; and all of the target as one part.
fn target(policy: &Policy, judged: &[Judged], endorser: &Part) -> (Option<String>, Option<Plan>, Part) {
    let named = |combination: &&Combination| policy.gate().target.contains(&combination.id);
    let mut ways: Vec<(&Combination, Plan, Part)> = Vec::new();
    for combination in policy.combinations().iter().filter(named) {
        let plan = fill(policy, judged, combination);
        let mut children: Vec<Part> = plan.filled.iter().map(|(list, at)| place(policy, judged, *list, *at)).collect();
        if combination.endorsed_photo {
            children.push(endorser.clone());
        }
        let mut part = Part::all(format!("combination.{}", combination.id), &combination.source, children);
        let extra = if combination.endorsed_photo { endorser.steps.clone().unwrap_or_default() } else { Vec::new() };
        if combination.number && part.is_met() && !plan.steps.is_empty() {
            part.children.push(Part::unmet("number", Vec::new(), Some(plan.steps.clone())));
            part.status = Status::Unmet;
        }
        part.steps = Some(tidy(plan.steps.iter().cloned().chain(extra)));
        ways.push((combination, plan, part));
    }
    let parts: Vec<Part> = ways.iter().map(|(_, _, part)| part.clone()).collect();
    let whole = Part::any("target", &policy.gate().source, parts);
    let best = ways.into_iter().min_by_key(|(_, _, part)| part.cost());
    match best {
        Some((combination, plan, _)) => (Some(combination.id.clone()), Some(plan), whole),
        None => (None, None, whole),
    }
}

fn place(policy: &Policy, judged: &[Judged], list: List, at: Option<usize>) -> Part {
    let rule = format!("place.{}", list.as_str());
    match at {
        None => Part::unmet(rule, Vec::new(), Some(vec![step(policy, Act::Bring, None, Some(list.as_str()))])),
        Some(at) => {
            let part = judged[at].use_as(list);
            let status = part.as_ref().map_or(Status::Unmet, |part| part.status);
            let steps = part.and_then(|part| part.steps);
            Part { status, steps, ..Part::met(rule, vec![judged[at].document.id.clone()]) }
        }
    }
}

/// The policy held on the day, and the day is not to come.
fn in_force(policy: &Policy, facts: &Facts, today: Date) -> Part {
    let day = vec![format!("day_seen={}", facts.day_seen)];
    let seen = facts.documents.iter().filter_map(|document| document.seen).max().unwrap_or(facts.day_seen);
    if facts.day_seen.max(seen) > today {
        let step = step(policy, Act::Type, None, Some("day_seen"));
        return Part::unmet("day_seen", day, Some(vec![step]));
    }
    if policy.holds_on(facts.day_seen) {
        return Part::met("policy_in_force", day);
    }
    Part::unmet("policy_in_force", day, Some(vec![step(policy, Act::FetchPolicy, None, None)]))
}

/// 1 January 1900 is no birth date: it stands in old records for one that nobody knew.
fn birth_date(policy: &Policy, facts: &Facts) -> Part {
    if facts.holder.birth_date == Some(UNKNOWN_BIRTH) {
        let step = step(policy, Act::Type, None, Some("birth_date"));
        return Part::unknown("birth_date", Vec::new(), Some(vec![step]))
            .with_source("Updating migrated user profiles (S48)");
    }
    Part::met("birth_date", Vec::new())
}

/// GPG45 blocks only where the policy sets a minimum.
fn minimum(policy: &Policy, scoring: &Scoring, gpg45: &Gpg45) -> Option<Part> {
    let least = policy.gate().minimum_level?;
    let facts = vec![format!("level={}", gpg45.level.as_str())];
    if gpg45.level >= least {
        return Some(Part::met("minimum_level", facts));
    }
    let steps = scoring.lift(&gpg45.scores, gpg45.level, Some(least)).map(|lift| lift.steps);
    Some(Part::unmet("minimum_level", facts, steps))
}

/// Every document as one part: for the reader, not for the gate. One that does not count does no harm.
fn shown(judged: &[Judged]) -> Part {
    let children = judged.iter().map(Judged::part).collect();
    Part { children, ..Part::met("documents", Vec::new()) }
}

fn verdicts(judged: &[Judged], plan: Option<&Plan>) -> Vec<DocumentVerdict> {
    let mut verdicts = Vec::new();
    for (at, judged) in judged.iter().enumerate() {
        let filled = plan.and_then(|plan| plan.filled.iter().find(|(_, document)| *document == Some(at)));
        let verdict = |id: &String, reasons: Vec<String>, used_as: Option<List>| DocumentVerdict {
            id: id.clone(),
            kind: judged.document.kind.clone(),
            status: judged.status(),
            reasons,
            used_as,
            strength: judged.piece.strength.get(),
            validity: judged.piece.validity.get(),
        };
        verdicts.push(verdict(&judged.document.id, judged.reasons(), filled.map(|(list, _)| *list)));
        verdicts.extend(judged.again.iter().map(|id| verdict(id, vec!["again".to_owned()], None)));
    }
    verdicts.sort_by(|a, b| a.id.cmp(&b.id));
    verdicts
}

fn provisional(facts: &Facts) -> Vec<Provisional> {
    [
        (!facts.online, Provisional::Offline),
        (!facts.uniqueness_checked, Provisional::UniquenessNotChecked),
        (!facts.online || facts.fraud == FraudCheck::NotDone, Provisional::FraudNotChecked),
    ]
    .into_iter()
    .filter_map(|(so, why)| so.then_some(why))
    .collect()
}

#[cfg(test)]
mod tests;
