//! One decision for each kind of fact. Cancel always wins; a fact is never denied, only its effect.

use super::authority::{Authority, by_hand, by_header};
use super::register::register;
use super::{Change, Context, Decision, Source};
use crate::central::store::{CardRow, Hand, SessionAsk};
use crate::domain::{CardStatus, Millis, PersonStatus};
use crate::policy::roles::Task;
use crate::wire::act::{SessionStart, Signed};
use crate::wire::fact::Fact;
use crate::wire::message::{Outcome, RefusalReason};

/// A session that nobody ends is over after this long: a shift and a half.
pub const SESSION_MAX_MS: i64 = 12 * Millis::HOUR;

/// What one opened fact means.
pub fn decide(fact: &Fact, hand: Option<&Hand>, source: Source, context: &Context) -> Decision {
    match fact {
        Fact::SessionStarted { start } => session_started(start, hand, source, context),
        Fact::SessionEnded { .. } => applied(vec![Change::EndSessions { at: context.at }]),
        Fact::Register(registration) => register(registration, hand, context),
        Fact::WriteIntended { .. } | Fact::PrintIntended { .. } => {
            on_card(context, Authority::Given, |card| vec![seen(card)], |_| Vec::new())
        }
        Fact::CardWritten { chip_serial, puk_n, .. } => card_written(chip_serial.as_deref(), *puk_n, context),
        Fact::PrintedGood { .. } => on_card(
            context,
            by_header(context, Task::Issue),
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
            |card| vec![seen(card), Change::PukPossible { card: card.brief.guid, n: puk_n.saturating_add(1) }],
            |_| Vec::new(),
        ),
        Fact::PasscodeReset { puk_n, .. } => on_card(
            context,
            by_hand(hand, context, Some(Task::Unlock)),
            |card| puk_outcome(card, *puk_n),
            |_| Vec::new(),
        ),
        Fact::HandedOver { puk_n, .. } => handed_over(*puk_n, hand, context),
        Fact::Cancel { reason, .. } => cancel(reason.as_str(), hand, context),
        Fact::CallBack { visit, .. } => applied(vec![Change::Note { what: "call_back", subject: visit.to_string() }]),
        Fact::TakenOver { .. } => match by_hand(hand, context, None) {
            Authority::Given => applied(Vec::new()),
            _ => Decision::only(Outcome::WithoutAuthority),
        },
        Fact::VisitAbandoned { visit, .. } => applied(vec![Change::VoidGrants { visit: *visit }]),
        Fact::Unknown => Decision::only(Outcome::NotUnderstood),
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

fn card_written(chip_serial: Option<&str>, puk_n: u32, context: &Context) -> Decision {
    on_card(
        context,
        by_header(context, Task::Issue),
        |card| {
            let mut changes = vec![seen(card), Change::PukConfirmed { card: card.brief.guid, n: puk_n }];
            if let Some(serial) = chip_serial {
                changes.push(Change::SetChip { card: card.brief.guid, serial: serial.to_owned() });
            }
            changes
        },
        |card| match card.brief.status {
            CardStatus::Granted => vec![set(card, CardStatus::WrittenNotPrinted, "written")],
            // Read back again after a repair: it stands further on already.
            _ => Vec::new(),
        },
    )
}

/// Fail-safe: a spoilt card is spoilt whoever says so; only the flag differs.
fn card_spoilt(reason: &str, context: &Context) -> Decision {
    let Some(card) = &context.card else {
        return Decision::only(Outcome::Refused { reason: RefusalReason::NotFound });
    };
    if is_dead(card.brief.status) {
        return applied(vec![seen(card)]);
    }
    let changes = vec![seen(card), set(card, CardStatus::Spoilt, reason)];
    match by_header(context, Task::Issue) {
        Authority::Given => applied(changes),
        _ => Decision { outcome: Outcome::WithoutAuthority, changes },
    }
}

/// What a reset tells of the PUK. A smaller number than the confirmed one is an old story.
fn puk_outcome(card: &CardRow, puk_n: Option<u32>) -> Vec<Change> {
    let guid = card.brief.guid;
    match puk_n {
        Some(n) if n >= card.puk_confirmed => vec![seen(card), Change::PukConfirmed { card: guid, n }],
        _ => vec![seen(card), Change::SettleReleases { card: guid }],
    }
}

fn handed_over(puk_n: u32, hand: Option<&Hand>, context: &Context) -> Decision {
    let closed = context.holder.as_ref().is_some_and(|person| person.status == PersonStatus::Closed);
    if let (true, Some(card)) =
        (closed && context.card.as_ref().is_some_and(|c| !is_dead(c.brief.status)), &context.card)
    {
        let mut changes = puk_outcome(card, Some(puk_n));
        changes.push(set(card, CardStatus::Cancelled, "holder_closed"));
        changes.push(Change::Note { what: "recover_card", subject: card.brief.guid.to_string() });
        return Decision { outcome: Outcome::VoidAfterRevocation, changes };
    }
    on_card(
        context,
        by_hand(hand, context, Some(Task::Issue)),
        |card| puk_outcome(card, Some(puk_n)),
        |card| match card.brief.status {
            CardStatus::Issued => Vec::new(),
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
