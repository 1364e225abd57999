//! The command that makes a person: the duplicate check and the evidence gate, then a number.

use jiff::civil::Date;

use super::authority::{by_hand, held_role};
use super::{Change, Context, Decision};
use crate::central::store::Hand;
use crate::domain::text::is_reason;
use crate::domain::{LegalName, PersonId, PersonStatus, Role, VisitId};
use crate::policy::evaluate::evaluate;
use crate::policy::evidence::{self, UsedAs};
use crate::policy::facts::{DocumentFacts, Facts};
use crate::policy::roles::Task;
use crate::wire::fact::{DocumentSeen, Registration};
use crate::wire::message::{Outcome, RefusalReason};

/// A document as an older desk recorded it.
fn shown(document: &DocumentSeen) -> DocumentFacts {
    DocumentFacts {
        used_as: Some(UsedAs::from_word(&document.used_as)),
        number: document.number.clone(),
        issuer: Some(document.issuer.clone()),
        issued: document.issued,
        expires: document.expires,
        // A type whose last day may stay empty: the agent left it empty because there is none.
        no_expiry: document.expires.is_none(),
        entered_uk: document.entered,
        original_seen: document.original_seen,
        ..DocumentFacts::of("document", &document.kind)
    }
}

/// A name as it is stored: composed, sanitised. One that can't be a name stays as it is; it makes nobody.
pub fn clean_name(name: &LegalName) -> LegalName {
    LegalName::parse(&name.given, &name.family).unwrap_or_else(|_| name.clone())
}

/// The policy's verdict on what was sent. What an older desk sent has no checks: it is judged by its documents alone.
fn evidence_met(registration: &Registration, context: &Context) -> bool {
    let day = context.at.london_day();
    let Some(policy) = &context.rule.policy else { return false };
    let Some(sent) = &registration.evidence else {
        let documents: Vec<DocumentFacts> = registration.documents.iter().map(shown).collect();
        return evidence::judge_by(policy, &documents, day).met;
    };
    let facts = &sent.facts;
    // The facts must be of this person and these documents, and of a day that has been.
    let name = facts.holder.name.as_ref();
    let same_name = name.is_some_and(|n| n.given == registration.name.given && n.family == registration.name.family);
    let same_birth = facts.holder.birth_date == Some(registration.birth_date);
    same_name
        && same_birth
        && same_papers(facts, &registration.documents, day)
        && evaluate(policy, facts, facts.day_seen).met
}

/// Whether the facts are of these documents, and of a day that has been.
pub fn same_papers(facts: &Facts, documents: &[DocumentSeen], day: Date) -> bool {
    let whole = facts.fault().is_none() && facts.day_seen <= day;
    whole && facts.documents.iter().map(|d| &d.number).eq(documents.iter().map(|d| &d.number))
}

/// The verdict as it is recorded: the policy that held on the day the documents were seen judges again (design, "policy").
pub fn judged(met: bool, visit: VisitId, context: &Context) -> Change {
    let what = if met { "evidence_met" } else { "evidence_not_met" };
    Change::Note { what, subject: format!("{visit} {}", context.rule.stamp) }
}

/// Decides a registration.
pub fn register(registration: &Registration, hand: Option<&Hand>, context: &Context) -> Decision {
    if let Some(refusal) = by_hand(hand, context, Some(Task::Register)).refusal() {
        return Decision::only(refusal);
    }
    if let Some(existing) = &context.existing {
        return again(registration, existing, context);
    }
    let refused = |reason| Decision::only(Outcome::Refused { reason });
    if context.same_document.is_some() {
        return refused(RefusalReason::DocumentInUse);
    }
    if context.same_name.is_some() && !namesake_accepted(registration, context) {
        return refused(RefusalReason::PossibleDuplicate);
    }
    if context.very_likely.iter().any(|other| !said_not_same(registration, *other)) {
        let subject = registration.visit.to_string();
        let changes = vec![Change::Note { what: "maybe_here", subject }];
        return Decision { outcome: Outcome::Refused { reason: RefusalReason::MaybeHere }, changes };
    }
    // The desk's verdict is a claim.
    let evidence_met = evidence_met(registration, context);
    let judged = judged(evidence_met, registration.visit, context);
    let name_is_good = LegalName::parse(&registration.name.given, &registration.name.family).is_ok();
    let photo_is_bad = registration.photo.is_some() && context.photo.usable == Some(false);
    if !evidence_met || !registration.likeness_confirmed || !name_is_good || photo_is_bad {
        return Decision { outcome: Outcome::Refused { reason: RefusalReason::EvidenceNotMet }, changes: vec![judged] };
    }
    let Some(number) = context.next_number.clone().filter(|_| context.organisation_known) else {
        return refused(RefusalReason::NotFound);
    };
    let person = registration.person;
    let has_photo = registration.photo.is_some() && context.photo.usable == Some(true);
    let made = Change::MakePerson { registration: Box::new(registration.clone()), number: number.clone(), has_photo };
    let mut changes = vec![made, judged];
    changes.extend(context.very_likely.iter().map(|other| {
        // The reason stays in the sealed event: the audit has ids alone.
        let subject = format!("{person} {other}");
        Change::Note { what: "said_not_same", subject }
    }));
    let outcome = match &registration.photo {
        Some(digest) if !has_photo => {
            changes.push(Change::AwaitBlob { digest: digest.clone(), person });
            Outcome::AwaitingBlob
        }
        _ => Outcome::PersonMade { person, number },
    };
    Decision { outcome, changes }
}

/// Whether the agent said, with a reason, that this person on record is somebody else.
fn said_not_same(registration: &Registration, other: PersonId) -> bool {
    registration.not_same.iter().any(|said| said.person == other && is_reason(said.reason.trim()))
}

/// Two people can have one name and one birthday. An RA manager who searched first may say so; nobody else.
fn namesake_accepted(registration: &Registration, context: &Context) -> bool {
    registration.uniqueness_checked
        && context.agent.as_ref().is_some_and(|agent| held_role(&agent.roles, context, Role::RaManager))
}

/// The same person id again: the registration was superseded at the desk, or it is a second try with a new photo.
///
/// Only the visit that saw the evidence may do that, and not once a card was made by the likeness: another photo would
/// let another face use the identity.
fn again(registration: &Registration, existing: &crate::domain::Person, context: &Context) -> Decision {
    let same = existing.name == clean_name(&registration.name) && existing.birth_date == registration.birth_date;
    let (true, PersonStatus::Active, Some(number)) = (same, existing.status, existing.number.clone()) else {
        return Decision::only(Outcome::Refused { reason: RefusalReason::PossibleDuplicate });
    };
    let same_photo = registration.photo.is_none() || context.same_photo;
    if !context.made_in_visit || (context.likeness_stands && !same_photo) {
        return Decision::only(Outcome::Refused { reason: RefusalReason::NotAllowed });
    }
    let person = existing.id;
    let made = Outcome::PersonMade { person, number };
    match &registration.photo {
        Some(digest) if context.photo.usable == Some(true) => {
            Decision { outcome: made, changes: vec![Change::SetPhoto { person, digest: digest.clone() }] }
        }
        Some(_) if context.photo.usable == Some(false) => {
            Decision::only(Outcome::Refused { reason: RefusalReason::EvidenceNotMet })
        }
        Some(digest) => Decision {
            outcome: Outcome::AwaitingBlob,
            changes: vec![Change::AwaitBlob { digest: digest.clone(), person }],
        },
        None => Decision::only(made),
    }
}
