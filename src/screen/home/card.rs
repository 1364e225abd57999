//! The card in the customer reader: its state in one word, whose it is, what that means.

use crate::card::diagnose::Diagnosis;
use crate::card::task::CardReport;
use crate::journey::Desk;
use crate::journey::home::{CardLook, Finding, Home, Known, finding, number};
use crate::screen::page::{Block, Page, Tone};
use crate::screen::{say, trouble};
use crate::words::Words;

/// Title, whose card, and what its state means.
pub fn page(report: &CardReport, known: &Known, desk: &Desk, words: &Words) -> Page {
    let found = finding(report, known, desk);
    let mut page = Page::new(title(found, words));
    page.title_right =
        number(report, known).map(|number| words.with("card-uuid", &[("number", number.spaced().into())]));
    if let Some(whose) = whose(report, known, desk, words) {
        page = page.gap().block(whose);
    }
    page = page.gap().block(match found {
        Finding::Is(Diagnosis::LookAlike) => trouble::of("fault-look-alike", words),
        _ => Block::notice(tone(found), means(found, words)),
    });
    if known.from_cache && known.record.is_some() {
        page = page.block(Block::notice(Tone::Warn, words.get("card-from-cache")));
    } else if known.record.is_none() && !known.answered && says_whose(found) {
        page = page.block(Block::notice(Tone::Warn, words.get("card-not-asked")));
    }
    page
}

/// Whether no passcode try is left on the card that is shown.
pub fn is_locked(state: &Home) -> bool {
    matches!(&state.card, CardLook::Known(report, _) if report.tries_left == Some(0))
}

/// The word of a finding: `finding-<word>` is the title, `finding-<word>-means` says what mends it.
fn word(found: Finding) -> &'static str {
    let diagnosis = match found {
        Finding::OwnCard => return "own",
        Finding::Unknown => return "unknown",
        Finding::CancelWaits => return "cancel-waits",
        Finding::OldName => return "old-name",
        Finding::Is(diagnosis) => diagnosis,
    };
    match diagnosis {
        Diagnosis::Good => "good",
        Diagnosis::ExpiresIn { days: 0 } => "expires-today",
        Diagnosis::ExpiresIn { .. } => "expires",
        Diagnosis::Expired => "expired",
        Diagnosis::OldSeries { .. } => "old-series",
        Diagnosis::Locked => "locked",
        Diagnosis::LockedAndExpired => "locked-expired",
        Diagnosis::Cancelled => "cancelled",
        Diagnosis::Spoilt => "spoilt",
        Diagnosis::HalfWritten { .. } => "half-written",
        Diagnosis::HalfWrittenElsewhere => "half-written-elsewhere",
        Diagnosis::WrittenNotPrinted => "not-printed",
        Diagnosis::PrintedNotHandedOver => "not-handed-over",
        Diagnosis::BlankInStock => "blank",
        Diagnosis::BlankNotInStock => "blank-not-stock",
        Diagnosis::BlankStockUnknown => "blank-unknown",
        Diagnosis::NotPiv => "not-piv",
        Diagnosis::NotOurs => "not-ours",
        Diagnosis::OtherEnvironment { .. } => "other-environment",
        Diagnosis::LookAlike => "look-alike",
        Diagnosis::Unreadable => "unreadable",
    }
}

pub(super) fn title(found: Finding, words: &Words) -> String {
    let id = format!("finding-{}", word(found));
    let Finding::Is(diagnosis) = found else { return words.get(&id) };
    match diagnosis {
        Diagnosis::ExpiresIn { days } => words.with(&id, &[("days", days.into())]),
        Diagnosis::OldSeries { series } => words.with(&id, &[("series", series.into())]),
        Diagnosis::HalfWritten { step, of } => words.with(&id, &[("step", step.into()), ("of", of.into())]),
        Diagnosis::OtherEnvironment { environment } => {
            words.with(&id, &[("environment", environment.as_str().to_uppercase().into())])
        }
        _ => words.get(&id),
    }
}

pub(super) fn means(found: Finding, words: &Words) -> String {
    if found == Finding::Is(Diagnosis::LookAlike) {
        return words.get("fault-look-alike-next");
    }
    words.get(&format!("finding-{}-means", word(found)))
}

fn tone(found: Finding) -> Tone {
    let diagnosis = match found {
        Finding::CancelWaits => return Tone::Danger,
        Finding::OwnCard | Finding::Unknown | Finding::OldName => return Tone::Warn,
        Finding::Is(diagnosis) => diagnosis,
    };
    match diagnosis {
        Diagnosis::Good | Diagnosis::BlankInStock => Tone::Good,
        Diagnosis::Cancelled | Diagnosis::Spoilt | Diagnosis::LookAlike => Tone::Danger,
        _ => Tone::Warn,
    }
}

/// Whether a card like this has a holder who could be named.
fn says_whose(found: Finding) -> bool {
    !matches!(
        found,
        Finding::Is(
            Diagnosis::NotPiv
                | Diagnosis::NotOurs
                | Diagnosis::OtherEnvironment { .. }
                | Diagnosis::BlankInStock
                | Diagnosis::BlankNotInStock
                | Diagnosis::BlankStockUnknown
        )
    )
}

/// Whose card it is: by central's record, else by the card's own word, which is said to be that.
fn whose(report: &CardReport, known: &Known, desk: &Desk, words: &Words) -> Option<Block> {
    let until = report.certificates.values().map(|c| c.not_after).min();
    let until = until.map(|t| words.with("card-until", &[("date", say::date(words, t.london_day()).into())]));
    let tries = report.tries_left.map(|left| words.with("card-tries", &[("count", left.into())]));
    let Some(record) = &known.record else {
        let name = report.certificates.values().map(|c| c.common_name.clone()).find(|name| !name.is_empty())?;
        let name = words.with("card-says-name", &[("name", name.into())]);
        let chip = report.identity.guid.map(|guid| words.with("card-chip", &[("guid", guid.short().into())]));
        let rows = vec![(name, chip.unwrap_or_default()), (tries.unwrap_or_default(), until.unwrap_or_default())];
        return Some(Block::Pairs(rows));
    };
    let card = [("series", record.card.series.into()), ("guid", record.card.guid.short().into())];
    let seen = record.last_seen.map(|t| words.with("card-seen", &[("date", say::date(words, t.london_day()).into())]));
    let work = format!("{}, {}", record.person.position, desk.organisation_name(&record.person.organisation));
    Some(Block::Pairs(vec![
        (record.person.name.full(), words.with("card-brief", &card)),
        (work, until.unwrap_or_default()),
        (tries.unwrap_or_default(), seen.unwrap_or_default()),
    ]))
}
