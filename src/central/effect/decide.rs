//! One decision for each kind of fact. Cancel always wins; a fact is never denied, only its effect.

use super::authority::{Authority, by_hand, by_header};
use super::name_change::change_name;
use super::register::register;
use super::{Change, Context, Decision, Source};
use crate::central::store::{CardRow, Hand, SessionAsk};
use crate::domain::{CardStatus, Millis, PersonStatus};
use crate::policy::roles::Task;
use crate::wire::act::{SessionStart, Signed};
use crate::wire::fact::{Fact, IdentityCheck};
use crate::wire::message::{Outcome, RefusalReason};

/// A session that nobody ends is over after this long: a shift and a half.
pub const SESSION_MAX_MS: i64 = 12 * Millis::HOUR;

/// What one opened fact means.
pub fn decide(fact: &Fact, hand: Option<&Hand>, source: Source, context: &Context) -> Decision {
    match fact {
        Fact::SessionStarted { start } => session_started(start, hand, source, context),
        Fact::SessionEnded { .. } => applied(vec![Change::EndSessions { at: context.at }]),
        Fact::Register(registration) => register(registration, hand, context),
        Fact::ChangeName(change) => change_name(change, hand, context),
        Fact::WriteIntended { .. } => on_card(context, Authority::Given, |card| vec![seen(card)], |_| Vec::new()),
        Fact::PrintIntended { attempt, .. } => on_card(
            context,
            Authority::Given,
            |card| vec![seen(card), Change::PrintIntended { card: card.brief.guid, attempt: *attempt }],
            |_| Vec::new(),
        ),
        // The PUK number is central's own, from the grant: the desk's word adds nothing to it.
        Fact::CardWritten { chip_serial, .. } => card_written(chip_serial.as_deref(), context),
        Fact::PrintedGood { .. } => on_card(
            context,
            at_this_desk(context, context.continues_card),
            |card| vec![seen(card)],
            |card| match card.brief.status {
                CardStatus::WrittenNotPrinted => vec![set(card, CardStatus::PrintedNotHandedOver, "printed")],
                _ => Vec::new(),
            },
        ),
        Fact::CardSpoilt { reason, .. } => card_spoilt(reason, context),
        Fact::ResetIntended { puk_n, .. } => on_card(
            context,
            Authority::Given,
            |card| {
                // Said without a hand: one step from the number on record is possible, no other.
                let next = Change::PukPossible { card: card.brief.guid, n: puk_n.saturating_add(1) };
                std::iter::once(seen(card)).chain((*puk_n == card.puk_confirmed).then_some(next)).collect()
            },
            |_| Vec::new(),
        ),
        Fact::PasscodeReset { puk_n, check, .. } => on_card(
            context,
            checked(check, Task::Unlock, hand, context),
            |card| puk_outcome(card, *puk_n, hand, context),
            |_| Vec::new(),
        ),
        Fact::HandedOver { puk_n, .. } => handed_over(*puk_n, hand, context),
        Fact::Cancel { reason, .. } => cancel(reason.as_str(), hand, context),
        Fact::CallBack { visit, .. } => applied(vec![Change::Note { what: "call_back", subject: visit.to_string() }]),
        Fact::DocumentIncident { visit, .. } => {
            applied(vec![Change::Note { what: "document_incident", subject: visit.to_string() }])
        }
        Fact::TakenOver { .. } => match by_hand(hand, context, None) {
            Authority::Given => applied(Vec::new()),
            _ => Decision::only(Outcome::WithoutAuthority),
        },
        Fact::VisitAbandoned { visit, .. } => applied(vec![Change::VoidGrants { visit: *visit }]),
        // What it bears is decided instead of it, by the store.
        Fact::Carried { .. } | Fact::Unknown => Decision::only(Outcome::NotUnderstood),
    }
}

fn applied(changes: Vec<Change>) -> Decision {
    Decision { outcome: Outcome::Applied, changes }
}

fn seen(card: &CardRow) -> Change {
    Change::Seen { card: card.brief.guid }
}

fn set(card: &CardRow, status: CardStatus, reason: &str) -> Change {
    Change::SetCard { card: card.brief.guid, status, reason: reason.to_owned() }
}

/// Cancelled and spoilt are for ever.
pub fn is_dead(status: CardStatus) -> bool {
    matches!(status, CardStatus::Spoilt | CardStatus::Cancelled)
}

/// The common shape: `always` is what is physically true whatever the rules say, `effect` what the rules allow.
fn on_card(
    context: &Context,
    authority: Authority,
    always: impl Fn(&CardRow) -> Vec<Change>,
    effect: impl Fn(&CardRow) -> Vec<Change>,
) -> Decision {
    let Some(card) = &context.card else {
        return Decision::only(Outcome::Refused { reason: RefusalReason::NotFound });
    };
    let mut changes = always(card);
    if is_dead(card.brief.status) {
        changes.push(Change::Note { what: "void_after_revocation", subject: card.brief.guid.to_string() });
        return Decision { outcome: Outcome::VoidAfterRevocation, changes };
    }
    if authority != Authority::Given {
        changes.push(Change::Note { what: "without_authority", subject: card.brief.guid.to_string() });
        return Decision { outcome: Outcome::WithoutAuthority, changes };
    }
    changes.extend(effect(card));
    applied(changes)
}

/// For a fact without a hand: the desk's word, if the card is this desk's to speak of. The desk that has the grant
/// always is; another only where `also` says that it goes on with the card.
fn at_this_desk(context: &Context, also: bool) -> Authority {
    if context.own_grant || also { by_header(context, Task::Issue) } else { Authority::NotProven }
}

fn card_written(chip_serial: Option<&str>, context: &Context) -> Decision {
    on_card(
        context,
        at_this_desk(context, false),
        |card| {
            let chip = chip_serial.filter(|_| context.own_grant);
            let chip = chip.map(|serial| Change::SetChip { card: card.brief.guid, serial: serial.to_owned() });
            std::iter::once(seen(card)).chain(chip).collect()
        },
        |card| match card.brief.status {
            CardStatus::Granted => vec![set(card, CardStatus::WrittenNotPrinted, "written")],
            // Read back again after a repair: it stands further on already.
            _ => Vec::new(),
        },
    )
}

/// Fail-safe: a card that is being made is spoilt by the word of the desk that makes it, whoever is signed in; only the
/// flag differs. A desk that goes on with the card needs an agent who may. A card in its holder's hand is cancelled by
/// an agent's hand, never by a desk's word.
fn card_spoilt(reason: &str, context: &Context) -> Decision {
    let Some(card) = &context.card else {
        return Decision::only(Outcome::Refused { reason: RefusalReason::NotFound });
    };
    if is_dead(card.brief.status) {
        return applied(vec![seen(card)]);
    }
    let authority = at_this_desk(context, context.continues_card);
    let being_made = card.brief.status != CardStatus::Issued;
    if !being_made || !(context.own_grant || authority == Authority::Given) {
        let noted = Change::Note { what: "spoilt_elsewhere", subject: card.brief.guid.to_string() };
        return Decision { outcome: Outcome::WithoutAuthority, changes: vec![noted] };
    }
    let changes = vec![seen(card), set(card, CardStatus::Spoilt, reason)];
    match authority {
        Authority::Given => applied(changes),
        _ => Decision { outcome: Outcome::WithoutAuthority, changes },
    }
}

/// What a reset tells of the PUK, if a card's signature is under it. A smaller number than the confirmed one is an old
/// story; the next one, though nothing was released, is a release central lost in a restore: possible, not confirmed.
/// Any other number can't be.
fn puk_outcome(card: &CardRow, puk_n: Option<u32>, hand: Option<&Hand>, context: &Context) -> Vec<Change> {
    let guid = card.brief.guid;
    if matches!(by_hand(hand, context, None), Authority::NotProven | Authority::Altered) {
        return vec![seen(card)];
    }
    let next = card.puk_confirmed.saturating_add(1);
    match puk_n {
        Some(n) if n == card.puk_confirmed || Some(n) == card.puk_possible => {
            vec![seen(card), Change::PukConfirmed { card: guid, n }]
        }
        Some(n) if n == next => {
            vec![seen(card), Change::SettleReleases { card: guid }, Change::PukPossible { card: guid, n }]
        }
        Some(n) if n > next => vec![seen(card), Change::Note { what: "puk_number_wrong", subject: guid.to_string() }],
        _ => vec![seen(card), Change::SettleReleases { card: guid }],
    }
}

/// What is done on a manager's word is signed by that manager; anything else by whoever may do this task.
pub fn checked(check: &IdentityCheck, task: Task, hand: Option<&Hand>, context: &Context) -> Authority {
    let IdentityCheck::Manager { manager, .. } = check else { return by_hand(hand, context, Some(task)) };
    match by_hand(hand, context, Some(Task::Vouch)) {
        Authority::Given if context.agent.as_ref().is_none_or(|agent| agent.number != *manager) => Authority::Withdrawn,
        other => other,
    }
}

fn handed_over(puk_n: u32, hand: Option<&Hand>, context: &Context) -> Decision {
    let closed = context.holder.as_ref().is_some_and(|person| person.status == PersonStatus::Closed);
    if let (true, Some(card)) =
        (closed && context.card.as_ref().is_some_and(|c| !is_dead(c.brief.status)), &context.card)
    {
        let mut changes = puk_outcome(card, Some(puk_n), hand, context);
        changes.push(set(card, CardStatus::Cancelled, "holder_closed"));
        changes.push(Change::Note { what: "recover_card", subject: card.brief.guid.to_string() });
        return Decision { outcome: Outcome::VoidAfterRevocation, changes };
    }
    on_card(
        context,
        by_hand(hand, context, Some(Task::Issue)),
        |card| puk_outcome(card, Some(puk_n), hand, context),
        |card| match card.brief.status {
            CardStatus::Issued => Vec::new(),
            // Another desk can't have a card that its own desk has not written yet.
            CardStatus::Granted if !context.own_grant => {
                vec![Change::Note { what: "handed_over_elsewhere", subject: card.brief.guid.to_string() }]
            }
            _ => vec![set(card, CardStatus::Issued, "handed_over")],
        },
    )
}

fn cancel(reason: &str, hand: Option<&Hand>, context: &Context) -> Decision {
    if let Some(refusal) = by_hand(hand, context, Some(Task::Cancel)).refusal() {
        return Decision::only(refusal);
    }
    let cards: Vec<&CardRow> = context.card.iter().chain(&context.cards_by_number).collect();
    if cards.is_empty() {
        return Decision::only(Outcome::Refused { reason: RefusalReason::NotFound });
    }
    // A spoilt card stays spoilt, a cancelled one cancelled: saying it twice is no error.
    let live = cards.into_iter().filter(|card| !is_dead(card.brief.status));
    applied(live.map(|card| set(card, CardStatus::Cancelled, reason)).collect())
}

fn session_started(start: &Signed<SessionStart>, hand: Option<&Hand>, source: Source, context: &Context) -> Decision {
    let said = &start.statement;
    let right = hand.is_some_and(|hand| hand.valid)
        && context.agent.as_ref().is_some_and(|agent| {
            agent.number == said.agent
                && agent.card == said.card
                && agent.revoked.is_none_or(|gone| context.at < gone)
                && agent.roles.iter().any(|row| {
                    row.role == said.role && row.organisation == said.organisation && row.held_at(context.at)
                })
        });
    if !right {
        return Decision::only(Outcome::WithoutAuthority);
    }
    // As of then: a backlog must not end a session that was opened since.
    let now = context.at;
    applied(vec![Change::OpenSession(SessionAsk {
        digest: crate::wire::event::event_hash(&start.signature),
        agent: said.agent.clone(),
        desk: source.desk,
        role: said.role,
        organisation: said.organisation.clone(),
        nonce: None,
        now,
        ends: context.at.plus(SESSION_MAX_MS),
    })])
}
