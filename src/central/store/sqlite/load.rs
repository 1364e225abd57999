//! Loads what a decision looks at: one [`Context`] for one event.

use rusqlite::Connection;

use super::{agents, blobs, cards, desks, grants, people, policies, sessions};
use crate::central::effect::{Context, Rule, clean_name};
use crate::central::likeness::candidates;
use crate::central::store::{Batch, Incoming, Stored};
use crate::document::same_person::{Band, Claim};
use crate::domain::{CardGuid, DeskId, PersonId};
use crate::policy::documents::names_one_person;
use crate::wire::fact::{Fact, NOT_SAME_MAX, NameChange, Registration};

pub fn context(tx: &Connection, batch: &Batch, event: &Incoming, fact: &Fact) -> Stored<Context> {
    let (desk, now) = (batch.desk, batch.now);
    let mut context = Context { now, at: event.at.min(now), ..Context::default() };
    if let Some(hand) = &event.hand {
        context.agent = agents::by_certificate(tx, &hand.serial)?;
    }
    if let Some(agent) = &event.agent {
        context.header_roles = agents::roles(tx, agent)?;
    }
    if let Some(guid) = card_of(fact) {
        context.card = cards::get(tx, guid)?;
        context.bootstrap = cards::is_bootstrap(tx, guid)?;
        context.own_grant = grants::is_of_desk(tx, guid, desk)?;
        let signed_in = match &event.agent {
            Some(agent) => sessions::was_open(tx, agent, desk, context.at)?,
            None => false,
        };
        context.continues_card = signed_in || grants::was_released_to(tx, guid, desk)?;
    }
    if let Some(card) = &context.card {
        context.holder = people::get(tx, card.person)?;
    }
    match fact {
        Fact::Cancel { card: None, number: Some(number), .. } => {
            context.cards_by_number = cards::live_by_number(tx, number)?;
        }
        Fact::Register(registration) => registration_context(tx, batch, registration, &mut context)?,
        Fact::ChangeName(change) => name_context(tx, desk, change, &mut context)?,
        _ => {}
    }
    Ok(context)
}

fn name_context(tx: &Connection, desk: DeskId, change: &NameChange, context: &mut Context) -> Stored<()> {
    context.existing = people::get(tx, change.person)?;
    context.named_in_visit = people::was_named_in(tx, change.person, desk, change.visit)?;
    if let Some(person) = &context.existing {
        let same = people::with_name(tx, &clean_name(&change.name), person.birth_date)?;
        context.same_name = same.filter(|id| *id != person.id);
    }
    rule(tx, context)
}

fn rule(tx: &Connection, context: &mut Context) -> Stored<()> {
    if let Some(rule) = policies::in_force(tx, context.at.london_day())?.as_ref().and_then(Rule::of) {
        context.rule = rule;
    }
    Ok(())
}

fn registration_context(
    tx: &Connection,
    batch: &Batch,
    registration: &Registration,
    context: &mut Context,
) -> Stored<()> {
    let other = |found: Option<PersonId>| found.filter(|id| *id != registration.person);
    context.existing = people::get(tx, registration.person)?;
    if context.existing.is_some() {
        context.made_in_visit = people::was_made_in(tx, registration.person, batch.desk, registration.visit)?;
        context.likeness_stands = people::likeness_stands(tx, registration.person)?;
        let held = people::photo_of(tx, registration.person)?;
        context.same_photo = held.is_some() && held == registration.photo;
    }
    for document in
        registration.documents.iter().filter(|document| names_one_person(&document.kind, document.number.as_deref()))
    {
        let number = document.number.as_deref().unwrap_or_default();
        if let Some(key) = people::document(tx, number)? {
            context.same_document = context.same_document.or(other(people::with_document(tx, &key)?));
        }
    }
    context.same_name = other(people::with_name(tx, &registration.name, registration.birth_date)?);
    context.very_likely = very_likely(tx, batch, registration)?;
    rule(tx, context)?;
    context.organisation_known = desks::knows_organisation(tx, registration.organisation.as_str())?;
    if let Some(photo) = &registration.photo {
        context.photo = blobs::state(tx, photo)?;
    }
    context.next_number = Some(people::next_number(tx)?);
    Ok(())
}

/// Who the search would show as very likely the same person: the same answer, so that a desk can always mend a refusal.
fn very_likely(tx: &Connection, batch: &Batch, registration: &Registration) -> Stored<Vec<PersonId>> {
    let (name, birth) = (clean_name(&registration.name), registration.birth_date);
    let claim = Claim { surname: &name.family, given: &name.given, birth: Some(birth) };
    let found = candidates(batch.index.as_deref(), &claim, &people::born(tx, birth)?);
    let upper = found.iter().filter(|one| one.band() == Band::Upper && one.person != registration.person);
    Ok(upper.map(|one| one.person).take(NOT_SAME_MAX).collect())
}

/// The card a fact is about.
pub fn card_of(fact: &Fact) -> Option<CardGuid> {
    match fact {
        Fact::WriteIntended { card, .. }
        | Fact::CardWritten { card, .. }
        | Fact::PrintIntended { card, .. }
        | Fact::PrintedGood { card, .. }
        | Fact::CardSpoilt { card, .. }
        | Fact::ResetIntended { card, .. }
        | Fact::PasscodeReset { card, .. }
        | Fact::HandedOver { card, .. } => Some(*card),
        Fact::Cancel { card, .. } => *card,
        _ => None,
    }
}
