//! The command that gives a person another name: whose name it is still, and the evidence gate.

use super::authority::by_hand;
use super::decide::checked;
use super::register::{clean_name, judged, same_papers};
use super::{Change, Context, Decision};
use crate::central::store::Hand;
use crate::domain::{LegalName, PersonStatus};
use crate::policy::evaluate::name_change;
use crate::policy::facts::NameShown;
use crate::policy::roles::Task;
use crate::wire::fact::NameChange;
use crate::wire::message::{Outcome, RefusalReason};

/// Decides a change of name.
pub fn change_name(change: &NameChange, hand: Option<&Hand>, context: &Context) -> Decision {
    let refused = |reason| Decision::only(Outcome::Refused { reason });
    let known = checked(&change.check, Task::ChangeDetails, hand, context).refusal();
    if let Some(refusal) = by_hand(hand, context, Some(Task::ChangeDetails)).refusal().or(known) {
        return Decision::only(refusal);
    }
    let Some(person) = &context.existing else { return refused(RefusalReason::NotFound) };
    // Nobody serves themselves.
    let own = context.agent.as_ref().is_some_and(|agent| agent.person == person.id);
    if own || person.status != PersonStatus::Active {
        return refused(RefusalReason::NotAllowed);
    }
    let name = clean_name(&change.name);
    if context.named_in_visit && person.name == name {
        return Decision::only(Outcome::Applied);
    }
    if person.name != change.former {
        // Two desks at once, or two clinics without network: the first one counts, the second is looked at by people.
        return refused(RefusalReason::RecordChanged);
    }
    let met = evidence_met(change, context);
    let noted = judged(met, change.visit, context);
    let sayable = LegalName::parse(&name.given, &name.family).is_ok();
    if !met || !sayable || name.full().to_lowercase() == person.name.full().to_lowercase() {
        return Decision { outcome: Outcome::Refused { reason: RefusalReason::EvidenceNotMet }, changes: vec![noted] };
    }
    let mut changes = vec![Change::SetName { change: Box::new(change.clone()) }, noted];
    if let Some(other) = context.same_name {
        // Not for a desk to settle: two people may have one name, or one person two records.
        changes.push(Change::Note { what: "name_of_another", subject: format!("{} {other}", person.id) });
    }
    Decision { outcome: Outcome::Applied, changes }
}

/// The policy's verdict on what was sent: the facts must be of this change and these documents, and of a day that has been.
fn evidence_met(change: &NameChange, context: &Context) -> bool {
    let Some(policy) = &context.rule.policy else { return false };
    let facts = &change.evidence.facts;
    let shown = |name: &LegalName| NameShown { given: name.given.clone(), family: name.family.clone() };
    let same_name = facts.holder.name == Some(shown(&change.name));
    same_name
        && same_papers(facts, &change.documents, context.at.london_day())
        && name_change(policy, facts, &shown(&change.former), facts.day_seen).met
}
