//! What the card in the customer reader is: the pure diagnosis, with what desk, central and session know beside the card.

use super::Known;
use crate::card::diagnose::{self, Diagnosis, KnownIssuer, diagnose};
use crate::card::task::CardReport;
use crate::card::trust::{self, TrustFault};
use crate::domain::{CardGuid, Environment, UserNumber, VisitId};
use crate::journey::issue::Stage;
use crate::journey::{Desk, Job, Visit};
use crate::policy::cards::{oldest_series, renewal_days};

/// One answer to "what is this card?".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// What the card is and what is wrong with it.
    Is(Diagnosis),
    /// The card of the agent who is signed in: nobody serves their own.
    OwnCard,
    /// Its cancel was recorded at this desk and is not in effect yet: it still works, and is not served any more.
    CancelWaits,
    /// A card of ours that central was asked about and has never heard of.
    Unknown,
    /// It bears a name its holder does not have any more: it is replaced.
    OldName,
}

/// The answer for this card on this desk.
pub fn finding(report: &CardReport, known: &Known, desk: &Desk) -> Finding {
    let issuers = issuers(desk);
    let facts = diagnose::Known {
        status: known.record.as_ref().map(|r| r.card.status),
        revoked: is_revoked(report, desk),
        series: known.record.as_ref().map(|r| r.card.series).or(known.stock.as_ref().map(|s| s.series)),
        oldest_series: oldest_series(desk.minute.london_day()),
        in_stock: in_stock(report, known, desk),
        half_written: visit_of(report, known, desk).and_then(|(_, steps)| steps),
        chip_serial: None,
        proof_failed: known.proof_failed || is_forged(report, &issuers, desk),
        environment: desk.about.environment,
        issuers,
    };
    let diagnosis = diagnose(report, &facts, desk.minute, renewal_days());
    match diagnosis {
        Diagnosis::NotPiv
        | Diagnosis::Cancelled
        | Diagnosis::Spoilt
        | Diagnosis::LookAlike
        | Diagnosis::NotOurs
        | Diagnosis::OtherEnvironment { .. }
        | Diagnosis::BlankInStock
        | Diagnosis::BlankNotInStock
        | Diagnosis::BlankStockUnknown => Finding::Is(diagnosis),
        _ if cancel_waits(report.identity.guid, number(report, known), desk) => Finding::CancelWaits,
        _ if is_own(report, known, desk) => Finding::OwnCard,
        _ if known.answered && known.record.is_none() && facts.half_written.is_none() => Finding::Unknown,
        Diagnosis::Good | Diagnosis::ExpiresIn { .. } | Diagnosis::Locked if bears_old_name(report, known) => {
            Finding::OldName
        }
        _ => Finding::Is(diagnosis),
    }
}

/// Letters of a name that fit into a certificate (RFC 5280, ub-common-name): a longer one stands there cut.
const COMMON_NAME_MAX: usize = 64;

/// Whether its certificates name the holder otherwise than the record does. Capitals and blanks make no other name.
fn bears_old_name(report: &CardReport, known: &Known) -> bool {
    let Some(record) = &known.record else { return false };
    let plain = |name: &str| name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    // What was cut has lost a part of a letter at most.
    let start = |name: &str| name.chars().take(COMMON_NAME_MAX / 2).collect::<String>();
    let now = plain(&record.person.name.full());
    let long = now.chars().count() > COMMON_NAME_MAX;
    let differs = |on_card: &str| if long { start(on_card) != start(&now) } else { on_card != now };
    let names = report.certificates.values().map(|facts| plain(&facts.common_name));
    names.filter(|name| !name.is_empty()).any(|name| differs(&name))
}

/// The number the card shows, from central's record or else from its certificates.
pub fn number<'a>(report: &'a CardReport, known: &'a Known) -> Option<&'a UserNumber> {
    let recorded = known.record.as_ref().and_then(|r| r.person.number.as_ref());
    recorded.or_else(|| report.certificates.values().find_map(|c| c.number.as_ref()))
}

/// A visit of this desk that is writing this card, and how far it is.
pub fn visit_of(report: &CardReport, known: &Known, desk: &Desk) -> Option<(VisitId, Option<(u8, u8)>)> {
    // A blank that tore before its first object has no GUID yet: the stock list says what it was taken for.
    let card = report.identity.guid.or(known.stock.as_ref().and_then(|s| s.used_for))?;
    desk.visits.iter().find_map(|visit| match &visit.job {
        Job::Issue(issue) if issue.card() == Some(card) => Some((visit.id, issue.half_written())),
        _ => None,
    })
}

/// A visit of this desk that changes the name of this card's holder.
pub fn rename_of<'a>(report: &CardReport, desk: &'a Desk) -> Option<&'a Visit> {
    let card = report.identity.guid?;
    desk.visits.iter().find(|visit| match &visit.job {
        Job::Rename(state) => state.renaming.as_ref().and_then(|r| r.card.as_ref()).is_some_and(|c| c.guid == card),
        _ => false,
    })
}

fn is_own(report: &CardReport, known: &Known, desk: &Desk) -> bool {
    let agent = desk.session.as_ref().map(|s| &s.agent);
    agent.is_some() && number(report, known) == agent
}

/// Whether a cancel of this card, by its GUID or its holder's number, was recorded here and waits for central.
pub fn cancel_waits(card: Option<CardGuid>, number: Option<&UserNumber>, desk: &Desk) -> bool {
    desk.visits.iter().any(|visit| match &visit.job {
        Job::Cancel(cancel) if cancel.waits_for_central() => match &cancel.record {
            Some(record) => Some(record.card.guid) == card,
            None => cancel.number.is_some() && cancel.number.as_ref() == number,
        },
        _ => false,
    })
}

/// The list the desk holds: a card by its GUID, or one of its certificates.
pub fn is_revoked(report: &CardReport, desk: &Desk) -> bool {
    desk.is_revoked(report.identity.guid, report.certificates.values().map(|facts| facts.serial.as_str()))
}

fn in_stock(report: &CardReport, known: &Known, desk: &Desk) -> Option<bool> {
    match &known.stock {
        Some(stock) => Some(stock.used_for.is_none() || is_asked_for(report, desk)),
        None => known.answered.then_some(false),
    }
}

/// Whether a visit of this desk has asked central for this blank and does not know the answer yet: the desk may have stopped
/// between the two. Nothing is written on it, whatever central took it for.
fn is_asked_for(report: &CardReport, desk: &Desk) -> bool {
    let chip = report.identity.chip_serial.as_ref();
    chip.is_some()
        && desk.visits.iter().any(|visit| match &visit.job {
            Job::Issue(issue) => {
                matches!(&issue.stage, Stage::Permission(blank, _) if blank.identity.chip_serial.as_ref() == chip)
            }
            _ => false,
        })
}

/// Our Card CA by name, and by the same name what the other environments' are called: the environment stands in every
/// certificate's name as `OU`.
fn issuers(desk: &Desk) -> Vec<KnownIssuer> {
    let Some(ours) = trust::subject(&desk.about.card_ca) else { return Vec::new() };
    let unit = format!("OU={}", desk.about.environment);
    [Environment::Demo, Environment::Trial, Environment::Live]
        .into_iter()
        .map(|environment| {
            let name = if environment == desk.about.environment {
                ours.clone()
            } else {
                ours.replace(&unit, &format!("OU={environment}"))
            };
            KnownIssuer { name, environment }
        })
        .filter(|issuer| issuer.environment == desk.about.environment || issuer.name != ours)
        .collect()
}

/// A certificate that names our Card CA and was not signed by it: somebody made this card to look like one of ours.
fn is_forged(report: &CardReport, issuers: &[KnownIssuer], desk: &Desk) -> bool {
    let ours = issuers.iter().find(|issuer| issuer.environment == desk.about.environment);
    report
        .certificates
        .values()
        .filter(|facts| ours.is_some_and(|issuer| issuer.name == facts.issuer))
        .any(|facts| trust::issued_by(&facts.der, &desk.about.card_ca, desk.minute) == Err(TrustFault::NotOurs))
}
