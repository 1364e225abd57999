//! Card first: what is this card, and what is wrong with it? One answer, so that the screen can offer the one key that
//! mends it.
//!
//! The answer is the first that holds, in this order:
//!
//! 1. It is no PIV card.
//! 2. It was cancelled, revoked or spoilt. **A revocation always wins**, over anything the card or this desk says, and
//!    over a look-alike too: nothing is to be done with it either way.
//! 3. It is a look-alike: it shows a known identity and is not that card. Before anything that would trust it.
//! 4. This desk's journal, or central, says that it is half written. Before "blank", since a card may tear before
//!    anything can be read from it.
//! 5. It is blank.
//! 6. It was made for another environment, or by an issuer that is not ours.
//! 7. It is written and not printed, or printed and not handed over: its passcode is nobody's yet, so "locked" or
//!    "expiring" would send people the wrong way.
//! 8. A certificate on it can't be understood.
//! 9. Its series is too old. Before locked and expired, since the replacement mends those too.
//! 10. Locked and expired, expired, locked.
//! 11. It expires within the renewal window.
//! 12. It is good.

use jiff::civil::Date;

use super::task::{CardReport, CertificateFacts};
use crate::domain::{CardStatus, Environment, Millis};

/// An issuer whose cards this desk knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownIssuer {
    /// RFC 4514 name, sanitised, as [`CertificateFacts::issuer`] gives it.
    pub name: String,
    /// What it was made for.
    pub environment: Environment,
}

/// What desk and central know of the card in the reader. Everything may be unknown: then the card speaks alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Central's word on this GUID. None: not asked, no answer, or no such card.
    pub status: Option<CardStatus>,
    /// A certificate of the card is on the revocation list at hand.
    pub revoked: bool,
    /// The card's series, from its record.
    pub series: Option<u8>,
    /// The oldest series that is still good.
    pub oldest_series: u8,
    /// Whether its chip serial is in this desk's stock. None: can't be said (no serial, or no stock list).
    pub in_stock: Option<bool>,
    /// This desk's journal has an encoding of it that did not end: step and number of steps, from 1.
    pub half_written: Option<(u8, u8)>,
    /// Chip serial on record for this GUID.
    pub chip_serial: Option<String>,
    /// A proof by its 9E key was asked for and did not check.
    pub proof_failed: bool,
    /// This desk's environment.
    pub environment: Environment,
    /// Issuers of this and of other environments.
    pub issuers: Vec<KnownIssuer>,
}

impl Known {
    /// Nothing is known but where this desk belongs.
    pub fn nothing(environment: Environment, issuers: Vec<KnownIssuer>) -> Self {
        Self {
            status: None,
            revoked: false,
            series: None,
            oldest_series: 0,
            in_stock: None,
            half_written: None,
            chip_serial: None,
            proof_failed: false,
            environment,
            issuers,
        }
    }
}

/// What a card is and what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Diagnosis {
    /// Nothing is wrong.
    Good,
    /// Good, to be renewed.
    ExpiresIn {
        /// Whole days from today to the last day, in London; 0 = today is the last.
        days: u16,
    },
    /// The last day is over.
    Expired,
    /// To be replaced.
    OldSeries {
        /// Its series.
        series: u8,
    },
    /// No passcode try is left.
    Locked,
    /// Both.
    LockedAndExpired,
    /// Cancelled or revoked, for ever.
    Cancelled,
    /// Failed while it was made; to be destroyed.
    Spoilt,
    /// This desk began to write it and did not end.
    HalfWritten {
        /// The step it stands at, from 1.
        step: u8,
        /// Steps in all.
        of: u8,
    },
    /// Central granted it, and no desk has said that it was written.
    HalfWrittenElsewhere,
    /// Written, not printed.
    WrittenNotPrinted,
    /// Printed, not handed over.
    PrintedNotHandedOver,
    /// Blank and ours to write.
    BlankInStock,
    /// Blank and not on the stock list.
    BlankNotInStock,
    /// Blank; whether it is stock can't be said.
    BlankStockUnknown,
    /// No PIV card.
    NotPiv,
    /// Another issuer's card.
    NotOurs,
    /// Made for another environment.
    OtherEnvironment {
        /// Which one.
        environment: Environment,
    },
    /// It shows the identity of a card that it is not.
    LookAlike,
    /// A certificate on it can't be understood.
    Unreadable,
}

/// The answer for a card, at the instant `now`. `renewal_days`: how long before the last day it is to be renewed.
pub fn diagnose(report: &CardReport, known: &Known, now: Millis, renewal_days: u16) -> Diagnosis {
    if !report.is_piv {
        return Diagnosis::NotPiv;
    }
    revoked(known)
        .or_else(|| look_alike(report, known))
        .or_else(|| unfinished(known))
        .or_else(|| blank(report, known))
        .or_else(|| foreign(report, known))
        .or_else(|| waiting(known))
        .or_else(|| (!report.unreadable.is_empty()).then_some(Diagnosis::Unreadable))
        .or_else(|| old_series(known))
        .unwrap_or_else(|| condition(report, now, renewal_days))
}

fn revoked(known: &Known) -> Option<Diagnosis> {
    match known.status {
        Some(CardStatus::Cancelled) => Some(Diagnosis::Cancelled),
        Some(CardStatus::Spoilt) => Some(Diagnosis::Spoilt),
        _ => known.revoked.then_some(Diagnosis::Cancelled),
    }
}

fn look_alike(report: &CardReport, known: &Known) -> Option<Diagnosis> {
    let serials = (&known.chip_serial, &report.identity.chip_serial);
    let other_chip = matches!(serials, (Some(recorded), Some(found)) if recorded != found);
    (known.proof_failed || other_chip).then_some(Diagnosis::LookAlike)
}

fn unfinished(known: &Known) -> Option<Diagnosis> {
    let by_us = known.half_written.map(|(step, of)| Diagnosis::HalfWritten { step, of });
    by_us.or((known.status == Some(CardStatus::Granted)).then_some(Diagnosis::HalfWrittenElsewhere))
}

/// Nothing was ever issued on it: no certificate, and central has no such card. A CHUID alone does not count: some
/// makers write one.
fn blank(report: &CardReport, known: &Known) -> Option<Diagnosis> {
    if known.status.is_some() || !report.certificates.is_empty() || !report.unreadable.is_empty() {
        return None;
    }
    Some(match known.in_stock {
        Some(true) => Diagnosis::BlankInStock,
        Some(false) => Diagnosis::BlankNotInStock,
        None => Diagnosis::BlankStockUnknown,
    })
}

/// One certificate of an issuer that is not ours is enough: a card of ours has none.
fn foreign(report: &CardReport, known: &Known) -> Option<Diagnosis> {
    report.certificates.values().find_map(|facts| {
        let mut by_name = known.issuers.iter().filter(|issuer| issuer.name == facts.issuer).peekable();
        let other = by_name.peek().map(|issuer| issuer.environment);
        if by_name.any(|issuer| issuer.environment == known.environment) {
            return None;
        }
        Some(other.map_or(Diagnosis::NotOurs, |environment| Diagnosis::OtherEnvironment { environment }))
    })
}

fn waiting(known: &Known) -> Option<Diagnosis> {
    match known.status {
        Some(CardStatus::WrittenNotPrinted) => Some(Diagnosis::WrittenNotPrinted),
        Some(CardStatus::PrintedNotHandedOver) => Some(Diagnosis::PrintedNotHandedOver),
        _ => None,
    }
}

fn old_series(known: &Known) -> Option<Diagnosis> {
    known.series.filter(|series| *series < known.oldest_series).map(|series| Diagnosis::OldSeries { series })
}

fn condition(report: &CardReport, now: Millis, renewal_days: u16) -> Diagnosis {
    let locked = report.tries_left == Some(0);
    let days = days_left(report, now);
    match (locked, days.is_some_and(|days| days < 0)) {
        (true, true) => Diagnosis::LockedAndExpired,
        (false, true) => Diagnosis::Expired,
        (true, false) => Diagnosis::Locked,
        (false, false) => match days.and_then(|days| u16::try_from(days).ok()) {
            Some(days) if days <= renewal_days => Diagnosis::ExpiresIn { days },
            _ => Diagnosis::Good,
        },
    }
}

/// Whole days from today to the card's last day, the earliest of CHUID and certificates; negative once it is over. A
/// certificate that ends during today is over from that instant on.
fn days_left(report: &CardReport, now: Millis) -> Option<i32> {
    let today = now.london_day();
    let until = |day: Date| day.since(today).map_or(i32::MAX, |span| span.get_days());
    let certificate = |facts: &CertificateFacts| {
        if facts.not_after < now { -1 } else { until(facts.not_after.london_day()) }
    };
    report.certificates.values().map(certificate).chain(report.chuid_expires.map(until)).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::task::{CardIdentity, Slot};
    use crate::domain::CardGuid;
    use jiff::civil::date;

    const NOW: Millis = Millis(1_782_900_000_000); // 2026-07-01 10:00 UTC
    const OURS: &str = "CN=Card CA trial";

    fn issuers() -> Vec<KnownIssuer> {
        vec![
            KnownIssuer { name: OURS.into(), environment: Environment::Trial },
            KnownIssuer { name: "CN=Card CA demo".into(), environment: Environment::Demo },
        ]
    }

    fn known() -> Known {
        Known { status: Some(CardStatus::Issued), ..Known::nothing(Environment::Trial, issuers()) }
    }

    fn card(not_after: Millis) -> CardReport {
        let facts = CertificateFacts {
            der: vec![],
            common_name: String::new(),
            number: None,
            issuer: OURS.into(),
            serial: "01".into(),
            not_before: Millis(0),
            not_after,
        };
        CardReport {
            atr: vec![],
            is_piv: true,
            identity: CardIdentity { guid: Some(CardGuid([1; 16])), chip_serial: Some("7".into()) },
            tries_left: Some(3),
            certificates: [(Slot::Authentication, facts)].into(),
            chuid_expires: Some(date(2030, 1, 1)),
            unreadable: vec![],
        }
    }

    fn good() -> CardReport {
        card(NOW.plus(400 * Millis::DAY))
    }

    fn blank_card() -> CardReport {
        CardReport {
            certificates: Default::default(),
            chuid_expires: None,
            identity: CardIdentity::default(),
            ..good()
        }
    }

    fn says(report: &CardReport, known: &Known) -> Diagnosis {
        diagnose(report, known, NOW, 90)
    }

    #[test]
    fn a_good_card_is_good_until_the_renewal_window_opens() {
        assert_eq!(says(&good(), &known()), Diagnosis::Good);
        assert_eq!(says(&card(NOW.plus(91 * Millis::DAY)), &known()), Diagnosis::Good);
        assert_eq!(says(&card(NOW.plus(90 * Millis::DAY)), &known()), Diagnosis::ExpiresIn { days: 90 });
        assert_eq!(says(&card(NOW.plus(60_000)), &known()), Diagnosis::ExpiresIn { days: 0 });
        assert_eq!(says(&card(NOW.plus(-1)), &known()), Diagnosis::Expired);
        let chuid = CardReport { chuid_expires: Some(date(2026, 6, 30)), ..good() };
        assert_eq!(says(&chuid, &known()), Diagnosis::Expired, "the CHUID ends first");
        let last_day = CardReport { chuid_expires: Some(date(2026, 7, 1)), ..good() };
        assert_eq!(says(&last_day, &known()), Diagnosis::ExpiresIn { days: 0 });
    }

    #[test]
    fn a_locked_card_is_locked_and_may_be_expired_too() {
        let locked = |report| CardReport { tries_left: Some(0), ..report };
        assert_eq!(says(&locked(good()), &known()), Diagnosis::Locked);
        assert_eq!(says(&locked(card(Millis(0))), &known()), Diagnosis::LockedAndExpired);
        assert_eq!(
            says(&CardReport { tries_left: None, ..good() }, &known()),
            Diagnosis::Good,
            "not said is not locked"
        );
    }

    #[test]
    fn a_revocation_wins_over_everything_that_can_be_said() {
        let worst =
            Known { proof_failed: true, half_written: Some((3, 20)), series: Some(1), oldest_series: 5, ..known() };
        let locked = CardReport { tries_left: Some(0), unreadable: vec![Slot::Signature], ..card(Millis(0)) };
        for report in [&locked, &good(), &blank_card()] {
            let cancelled = Known { status: Some(CardStatus::Cancelled), ..worst.clone() };
            assert_eq!(says(report, &cancelled), Diagnosis::Cancelled);
            let spoilt = Known { status: Some(CardStatus::Spoilt), ..worst.clone() };
            assert_eq!(says(report, &spoilt), Diagnosis::Spoilt);
            assert_eq!(says(report, &Known { revoked: true, ..worst.clone() }), Diagnosis::Cancelled);
        }
        assert_eq!(says(&locked, &worst), Diagnosis::LookAlike);
    }

    #[test]
    fn a_card_that_is_not_what_it_shows_is_a_look_alike() {
        let other_chip = Known { chip_serial: Some("8".into()), ..known() };
        assert_eq!(says(&good(), &other_chip), Diagnosis::LookAlike);
        assert_eq!(says(&good(), &Known { chip_serial: Some("7".into()), ..known() }), Diagnosis::Good);
        assert_eq!(says(&good(), &Known { proof_failed: true, ..known() }), Diagnosis::LookAlike);
    }

    #[test]
    fn a_blank_card_is_told_by_the_stock_list_unless_a_journal_knows_better() {
        let none = Known { status: None, ..known() };
        for (in_stock, answer) in [
            (Some(true), Diagnosis::BlankInStock),
            (Some(false), Diagnosis::BlankNotInStock),
            (None, Diagnosis::BlankStockUnknown),
        ] {
            assert_eq!(says(&blank_card(), &Known { in_stock, ..none.clone() }), answer);
        }
        let begun = Known { half_written: Some((2, 24)), in_stock: Some(true), ..none };
        assert_eq!(says(&blank_card(), &begun), Diagnosis::HalfWritten { step: 2, of: 24 });
    }

    #[test]
    fn unfinished_cards_are_named_by_the_stage_they_wait_at() {
        let at =
            |status| says(&CardReport { tries_left: Some(0), ..good() }, &Known { status: Some(status), ..known() });
        assert_eq!(at(CardStatus::Granted), Diagnosis::HalfWrittenElsewhere);
        assert_eq!(at(CardStatus::WrittenNotPrinted), Diagnosis::WrittenNotPrinted);
        assert_eq!(at(CardStatus::PrintedNotHandedOver), Diagnosis::PrintedNotHandedOver);
        assert_eq!(at(CardStatus::Issued), Diagnosis::Locked);
    }

    #[test]
    fn strangers_are_told_apart_from_our_other_environments() {
        let mut theirs = good();
        theirs.certificates.values_mut().for_each(|facts| facts.issuer = "CN=Somebody".into());
        assert_eq!(says(&theirs, &known()), Diagnosis::NotOurs);
        theirs.certificates.values_mut().for_each(|facts| facts.issuer = "CN=Card CA demo".into());
        assert_eq!(says(&theirs, &known()), Diagnosis::OtherEnvironment { environment: Environment::Demo });
        assert_eq!(says(&CardReport { is_piv: false, ..good() }, &known()), Diagnosis::NotPiv);
    }

    #[test]
    fn a_makers_chuid_without_a_certificate_is_still_a_blank_card() {
        let bare = CardReport { certificates: Default::default(), ..good() };
        let stock = Known { status: None, in_stock: Some(true), ..known() };
        assert_eq!(says(&bare, &stock), Diagnosis::BlankInStock);
        assert_eq!(says(&good(), &stock), Diagnosis::Good, "one with certificates is not");
    }

    #[test]
    fn an_old_series_comes_before_a_lock_since_replacing_mends_both() {
        let old = Known { series: Some(4), oldest_series: 6, ..known() };
        assert_eq!(says(&CardReport { tries_left: Some(0), ..good() }, &old), Diagnosis::OldSeries { series: 4 });
        assert_eq!(says(&good(), &Known { series: Some(6), ..old }), Diagnosis::Good);
        let broken = CardReport { unreadable: vec![Slot::Signature], ..good() };
        assert_eq!(says(&broken, &known()), Diagnosis::Unreadable);
    }
}
