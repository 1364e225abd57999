//! What the documents prove: the facts of the visit, judged by the policy in force on the day they were seen.

use super::{Register, details, documents, rename};
use crate::journey::Desk;
use crate::policy::decision::{Contradiction, Decision, Status};
use crate::policy::evaluate::{evaluate, name_change};
use crate::policy::facts::{AgentFacts, ExplainedBy, Explanation, Facts, HolderFacts, Topic};
use crate::policy::pack::Policy;

/// The policy documents seen today are judged by.
pub fn policy(desk: &Desk) -> Option<&Policy> {
    desk.policy(desk.minute.london_day())
}

/// All that is known for the decision.
pub fn facts(state: &Register, desk: &Desk) -> Facts {
    let details = details::of(state).ok();
    let unique = details.as_ref().is_some_and(|details| {
        state.found.as_ref().is_some_and(|f| f.by_central && f.is_for(&details.name, details.birth_date))
    });
    let name = details.as_ref().map(|d| rename::shown(&d.name));
    let holder = HolderFacts {
        name,
        name_on_card: details.as_ref().and_then(|d| d.name_on_card.clone()),
        birth_date: details.as_ref().map(|d| d.birth_date),
    };
    Facts {
        holder,
        agent: AgentFacts { trained_until: trained_until(desk) },
        documents: state.documents.iter().map(|facts| documents::recorded(facts, policy(desk))).collect(),
        countersigned: state.endorsed.clone(),
        online: desk.is_online(),
        uniqueness_checked: unique,
        explanations: state.explanations.clone(),
        ..Facts::of_day(state.day)
    }
}

/// Until when the agent at the desk is trained to examine documents and compare faces, by the roster.
pub fn trained_until(desk: &Desk) -> Option<jiff::civil::Date> {
    let agent = &desk.session.as_ref()?.agent;
    let (roster, _) = desk.roster.as_ref()?;
    roster.agents.iter().find(|entry| entry.number == *agent)?.trained_until
}

/// Whether that training is in date.
pub fn is_trained(state: &Register, desk: &Desk) -> bool {
    trained_until(desk).is_some_and(|until| state.day <= until)
}

/// What the facts hang on that is no part of the visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outside {
    day: jiff::civil::Date,
    online: bool,
    trained_until: Option<jiff::civil::Date>,
}

fn outside(state: &Register, desk: &Desk) -> Outside {
    Outside { day: state.day, online: desk.is_online(), trained_until: trained_until(desk) }
}

/// Judges again before an event: the visit is as the last one left it, so only the desk around it can have changed.
pub fn judge_if_moved(state: &mut Register, desk: &Desk) {
    if state.decision.is_none() || state.judged_in != Some(outside(state, desk)) {
        judge(state, desk);
    }
}

/// Judges again if something that counts has changed.
pub fn judge(state: &mut Register, desk: &Desk) {
    state.judged_in = Some(outside(state, desk));
    let facts = facts(state, desk);
    if state.decision.is_none() || state.judged.as_ref() != Some(&facts) {
        state.decision = policy(desk).map(|policy| match &state.renaming {
            Some(renaming) => name_change(policy, &facts, &rename::shown(&renaming.person.name), state.day),
            None => evaluate(policy, &facts, state.day),
        });
        state.judged = Some(facts);
    }
}

/// Whether the gate is met.
pub fn is_met(state: &Register) -> bool {
    state.decision.as_ref().is_some_and(|decision| decision.met)
}

/// Documents that count for the combination.
pub fn counted(decision: &Decision) -> usize {
    decision.documents.iter().filter(|d| d.used_as.is_some() && d.status == Status::Met).count()
}

/// What contradicts and waits for a word: ticks of the agent first.
pub fn open_contradictions(state: &Register) -> Vec<Contradiction> {
    let all = state.decision.iter().flat_map(|decision| &decision.contradictions);
    let mut open: Vec<Contradiction> = all.filter(|c| !c.explained).cloned().collect();
    open.sort_by_key(|c| c.stops);
    open
}

/// The agent's tick, or a manager's reason.
pub fn explain(state: &mut Register, what: &Contradiction, by: ExplainedBy, reason: Option<String>) {
    let explanation = Explanation { about: what.about, document: what.document.clone(), by, evidence: None, reason };
    state.explanations.retain(|e| (e.about, &e.document) != (what.about, &what.document));
    state.explanations.push(explanation);
}

/// Links a contradiction of names with the document that shows the change.
pub fn explain_by_document(state: &mut Register, what: &Contradiction, evidence: &str) {
    explain(state, what, ExplainedBy::NameChange, None);
    if let Some(last) = state.explanations.last_mut() {
        last.evidence = Some(evidence.to_owned());
    }
}

/// What was explained about a document falls with it.
pub fn forget(state: &mut Register, document: &str) {
    let of = |id: &Option<String>| id.as_deref() == Some(document);
    state.explanations.retain(|e| !of(&e.document) && !of(&e.evidence));
}

/// Documents on the list that show a change of name.
pub fn name_changes(state: &Register, desk: &Desk) -> Vec<String> {
    let shows = |kind: &str| policy(desk).and_then(|policy| policy.kind(kind)).is_some_and(|kind| kind.name_change);
    state.documents.iter().filter(|d| shows(&d.kind)).map(|d| d.id.clone()).collect()
}

/// Whether a name is what is contradicted.
pub fn is_name(what: &Contradiction) -> bool {
    matches!(what.about, Topic::Name | Topic::NameForm)
}
