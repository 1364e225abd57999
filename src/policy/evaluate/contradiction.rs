//! What contradicts, and whether it is explained. Sex is none of them: it is not among the facts at all.

use jiff::civil::{Date, date};

use super::document::Judged;
use super::part::{Part, step, tidy};
use crate::document::names::{Asks, Grade, Written, compare};
use crate::policy::decision::{Act, Contradiction, Status, Step};
use crate::policy::documents::CountsAs;
use crate::policy::facts::{DocumentFacts, ExplainedBy, Explanation, Facts, FraudCheck, NameShown, Topic};
use crate::policy::pack::Policy;

/// The birth date of records whose birth date nobody knew (notes domain 4.2, S48).
pub(super) const UNKNOWN_BIRTH: Date = date(1900, 1, 1);

/// A contradiction and its part in the tree.
pub(super) struct Found {
    pub contradiction: Contradiction,
    pub part: Part,
}

/// Whether a manager answers for the holder's likeness to the photo on a document.
pub(super) fn vouched(policy: &Policy, facts: &Facts, id: &str) -> bool {
    let allowed = allowed(policy, Topic::Likeness);
    facts.explanations.iter().any(|explanation| {
        explanation.about == Topic::Likeness
            && explanation.document.as_deref() == Some(id)
            && explanation.by == ExplainedBy::Manager
            && allowed.contains(&ExplainedBy::Manager)
            && has_reason(explanation)
    })
}

fn has_reason(explanation: &Explanation) -> bool {
    explanation.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty())
}

fn allowed(policy: &Policy, topic: Topic) -> &[ExplainedBy] {
    policy.about(topic).map(|about| about.explained_by.as_slice()).unwrap_or_default()
}

/// Everything that contradicts. `shown`: every document as it was entered, the same one again included.
pub(super) fn find(policy: &Policy, facts: &Facts, shown: &[DocumentFacts], judged: &[Judged]) -> Vec<Found> {
    let mut raw: Vec<(Topic, Option<&str>, String)> = Vec::new();
    let known = facts.holder.birth_date.filter(|birth| *birth != UNKNOWN_BIRTH);
    let mut shown_births: Vec<Date> = Vec::new();
    for document in shown {
        let id = Some(document.id.as_str());
        let here = |judged: &&Judged| judged.document.id == document.id || judged.again.contains(&document.id);
        let Some(owner) = judged.iter().find(here) else { continue };
        let Some(kind) = owner.kind.filter(|kind| kind.counts_as != CountsAs::Rejected) else { continue };
        if let Some(check) = owner.incident.as_ref().filter(|_| owner.document.id == document.id) {
            raw.push((Topic::Incident, id, check.clone()));
        }
        if document.number_of_another {
            raw.push((Topic::Number, id, String::new()));
        }
        if known.zip(document.birth_date).is_some_and(|(one, other)| one != other) {
            raw.push((Topic::BirthDate, id, String::new()));
        }
        shown_births.extend(document.birth_date);
        let nobody = owner.base.children.iter().any(|part| part.rule == "document.addressee");
        if let (Some(holder), false) = (&facts.holder.name, nobody) {
            let linked = if kind.name_change { document.former_name.as_ref() } else { None };
            if let Some((topic, detail)) = name(holder, document, linked) {
                raw.push((topic, id, detail));
            }
        }
    }
    // Nobody says yet which of two birth dates is the holder's.
    if known.is_none() && shown_births.windows(2).any(|pair| pair[0] != pair[1]) {
        raw.push((Topic::BirthDate, None, String::new()));
    }
    if facts.fraud == FraudCheck::Match {
        raw.push((Topic::FraudMatch, None, String::new()));
    }
    raw.into_iter().map(|(about, id, detail)| found(policy, facts, judged, shown, (about, id, detail))).collect()
}

/// The best grade of a document's name against the holder's: each half of a joint name, and the former name of a document that
/// links two, by itself.
fn name(holder: &NameShown, document: &DocumentFacts, linked: Option<&NameShown>) -> Option<(Topic, String)> {
    let shown = document.name.iter().chain(linked);
    let (grade, joint) = shown.map(|shown| graded(holder, shown)).min_by_key(|(grade, _)| *grade)?;
    let detail = if joint { "joint".to_owned() } else { grade.as_str().to_owned() };
    match grade.asks() {
        Asks::Nothing if !joint => None,
        Asks::Nothing | Asks::Tick => Some((Topic::NameForm, detail)),
        Asks::Explanation => Some((Topic::Name, detail)),
    }
}

/// The grade of a name as shown; whether it is one of two on the line.
fn graded(holder: &NameShown, shown: &NameShown) -> (Grade, bool) {
    let written = |name: &NameShown| {
        compare(Written::whole(&holder.family, &holder.given), Written::whole(&name.family, &name.given))
    };
    if !shown.given.is_empty() {
        return (written(shown), false);
    }
    let halves: Vec<String> = halves(&shown.family);
    let one_line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().filter(|word| !is_title(word)).collect();
        // Nobody says on one line which words are the surname: the last, or all of them.
        let whole = NameShown { given: String::new(), family: words.join(" ") };
        let split =
            words.split_last().map(|(last, rest)| NameShown { given: rest.join(" "), family: (*last).to_owned() });
        split.iter().chain([&whole]).map(written).min().unwrap_or(Grade::Differs)
    };
    let best = halves.iter().map(|half| one_line(half)).min().unwrap_or(Grade::Differs);
    (best, halves.len() > 1)
}

/// `Mr J & Mrs A Example` is two names; a half without a surname takes the other's.
fn halves(line: &str) -> Vec<String> {
    let spread = line.replace('&', " & ");
    let words: Vec<&str> = spread.split_whitespace().collect();
    // "a" and "ac" are "and" in Welsh; an initial is a capital.
    let joins = |word: &&str| ["&", "a", "ac"].contains(word) || word.eq_ignore_ascii_case("and");
    let parts: Vec<&[&str]> = words.split(joins).collect();
    if parts.len() != 2 || parts.iter().any(|part| part.is_empty()) {
        return vec![line.to_owned()];
    }
    let surname = parts[1].last().copied().unwrap_or_default();
    let first = parts[0];
    let bare = first.iter().all(|word| is_title(word)) || first.iter().filter(|word| !is_title(word)).count() == 1;
    let first = if bare { format!("{} {surname}", first.join(" ")) } else { first.join(" ") };
    vec![first, parts[1].join(" ")]
}

fn is_title(word: &str) -> bool {
    let plain = word.trim_end_matches('.').to_lowercase();
    ["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "rev"].contains(&plain.as_str())
}

fn found(
    policy: &Policy,
    facts: &Facts,
    judged: &[Judged],
    shown: &[DocumentFacts],
    (about, id, detail): (Topic, Option<&str>, String),
) -> Found {
    let stops = policy.about(about).is_none_or(|row| row.stops);
    let source = policy.about(about).map(|row| row.source.as_str()).unwrap_or_default();
    // What is explained for the visit as a whole is explained on each document.
    let fits = |given: &&Explanation| given.document.is_none() || given.document.as_deref() == id;
    let given = facts.explanations.iter().filter(|given| given.about == about).filter(fits);
    let contradictory = shown.iter().find(|document| Some(document.id.as_str()) == id);
    let mut status = Status::Unmet;
    let mut ways: Vec<Vec<Step>> = Vec::new();
    let mut used = Vec::new();
    for explanation in given.filter(|given| allowed(policy, about).contains(&given.by)) {
        let way = explained(explanation, facts, judged, contradictory);
        used.push(format!("explained_by={}", explanation_word(explanation)));
        if let Some((how, steps)) = way {
            status = status.min(how);
            ways.push(steps);
        }
    }
    let act = if stops { Act::Explain } else { Act::Tick };
    ways.push(vec![step(policy, act, id, Some(about.as_str()))]);
    let steps = ways.into_iter().min_by_key(|steps| super::part::seconds(steps)).map(tidy);
    let name = format!("contradiction.{}", about.as_str());
    let mut part = match status {
        Status::Met => Part::met(name, used),
        Status::Unknown => Part::unknown(name, used, steps),
        // A tick that is not made yet is not known; a contradiction that stops is not met.
        _ if !stops => Part::unknown(name, used, steps),
        _ => Part::unmet(name, used, steps),
    };
    part.facts.extend(id.map(str::to_owned));
    part.facts.extend((!detail.is_empty()).then(|| detail.clone()));
    let explained = part.is_met();
    let contradiction = Contradiction { about, document: id.map(str::to_owned), detail, stops, explained };
    Found { contradiction, part: part.with_source(source) }
}

fn explanation_word(explanation: &Explanation) -> String {
    match (explanation.by, &explanation.evidence) {
        (ExplainedBy::Agent, _) => "agent".to_owned(),
        (ExplainedBy::Manager, _) => "manager".to_owned(),
        (ExplainedBy::NameChange, evidence) => evidence.clone().unwrap_or_else(|| "name_change".to_owned()),
    }
}

/// How an explanation stands, and what would complete it; `None` if it explains nothing.
fn explained(
    explanation: &Explanation,
    facts: &Facts,
    judged: &[Judged],
    contradictory: Option<&DocumentFacts>,
) -> Option<(Status, Vec<Step>)> {
    match explanation.by {
        ExplainedBy::Agent => Some((Status::Met, Vec::new())),
        ExplainedBy::Manager => has_reason(explanation).then(|| (Status::Met, Vec::new())),
        ExplainedBy::NameChange => {
            let evidence = explanation.evidence.as_deref()?;
            let proof = judged.iter().find(|judged| judged.document.id == evidence)?;
            let part = proof.name_change.as_ref()?;
            let steps = part.steps.clone().filter(|_| links(&proof.document, facts, contradictory))?;
            Some((part.status, steps))
        }
    }
}

/// Whether the names on a name-change document, as far as they were typed, are the holder's and the other document's.
fn links(proof: &DocumentFacts, facts: &Facts, contradictory: Option<&DocumentFacts>) -> bool {
    let names: Vec<&NameShown> = proof.name.iter().chain(&proof.former_name).collect();
    let is_there = |wanted: &NameShown| names.iter().any(|name| graded(wanted, name).0.asks() != Asks::Explanation);
    match (&proof.name, &proof.former_name) {
        (Some(_), Some(_)) => {
            let holder = facts.holder.name.as_ref();
            let other = contradictory.and_then(|document| document.name.as_ref());
            holder.is_none_or(is_there) && other.is_none_or(is_there)
        }
        _ => true,
    }
}
