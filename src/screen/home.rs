//! Home, card first: whose card, what is wrong with it, which key mends it; else what is to be done.

use super::page::{Block, Choice, Page, Tone};
use super::{say, trouble};
use crate::card::task::CardReport;
use crate::journey::home::{CardLook, Choice as What, Home, Known, offers};
use crate::journey::{Desk, Job};
use crate::words::Words;

/// The home screen.
pub fn page(state: &Home, desk: &Desk, words: &Words) -> Page {
    if let Some(visit) = state.take_over.and_then(|id| desk.visit(id)) {
        return take_over(visit, words);
    }
    let mut page = match &state.card {
        CardLook::Known(report, known) => card_page(report, known, desk, words),
        CardLook::Reading(_) | CardLook::Asking(..) => Page::new(words.get("home-reading")),
        CardLook::Unreadable(fault) => Page::new(words.get("home-title")).block(trouble::card(*fault, words)),
        CardLook::Mute => Page::new(words.get("home-title")).block(trouble::of("fault-card-mute", words)),
        CardLook::None => Page::new(words.get("home-title")),
    };
    let rows = offers(state, desk).into_iter().enumerate().map(|(at, (what, why_not))| {
        let mut choice =
            Choice::new(u8::try_from(at + 1).unwrap_or(0), label(what, desk, words)).focused(at == state.pick);
        choice.refused = why_not.map(|why| words.get(why));
        choice
    });
    page = page.gap().choices(rows.collect());
    page.maybe(state.notice.map(|word| Block::notice(Tone::Plain, words.get(word))))
}

fn take_over(visit: &crate::journey::Visit, words: &Words) -> Page {
    let from = visit.agent.as_ref().map(|k| k.name.clone()).unwrap_or_default();
    let holder = visit.holder.clone().unwrap_or_else(|| words.get("holder-unknown"));
    Page::new(words.with("take-over-title", &[("holder", holder.into())]))
        .paragraph(
            words.with("take-over-text", &[("agent", from.into()), ("time", visit.started.london_clock().into())]),
        )
        .paragraph(words.get("take-over-ask"))
}

fn label(what: What, desk: &Desk, words: &Words) -> String {
    let word = match what {
        What::Unlock => "choice-unlock",
        What::ContinueCard => "choice-continue-card",
        What::CancelThis => "choice-cancel-this",
        What::Register => "choice-register",
        What::Cancel => "choice-cancel",
        What::Queue => "choice-queue",
        What::Resume(id) => {
            let Some(visit) = desk.visit(id) else { return String::new() };
            let holder = visit.holder.clone().unwrap_or_else(|| words.get("holder-unknown"));
            let job = words.get(&format!("job-{}", visit.job.word()));
            let step = match &visit.job {
                Job::Register(_) | Job::Issue(_) | Job::Reset(_) | Job::Cancel(_) => job,
            };
            return words.with(
                "choice-resume",
                &[("holder", holder.into()), ("job", step.into()), ("time", visit.started.london_clock().into())],
            );
        }
    };
    words.get(word)
}

/// Whose card, its state, the certificates, the tries left.
fn card_page(report: &CardReport, known: &Known, desk: &Desk, words: &Words) -> Page {
    let Some(record) = &known.record else {
        let title = if report.is_blank() {
            "card-blank"
        } else if report.is_piv {
            "card-unknown"
        } else {
            "card-not-piv"
        };
        return Page::new(words.get(title)).paragraph(words.get("card-unchanged"));
    };
    let title = match report.tries_left {
        Some(0) => "card-locked",
        _ => "card-good",
    };
    let number = record.person.number.as_ref().map(|n| words.with("card-uuid", &[("number", n.spaced().into())]));
    let until = report.certificates.values().map(|c| c.not_after).min();
    let mut lines = vec![
        (
            record.person.name.full(),
            words.with(
                "card-brief",
                &[("series", record.card.series.into()), ("guid", record.card.guid.short().into())],
            ),
        ),
        (
            format!("{}, {}", record.person.position, desk.organisation_name(&record.person.organisation)),
            until
                .map(|t| words.with("card-until", &[("date", say::date(words, t.london_day()).into())]))
                .unwrap_or_default(),
        ),
    ];
    let tries = report.tries_left.map(|t| say::tries_left(words, t)).unwrap_or_default();
    let seen = record.last_seen.map(|t| words.with("card-seen", &[("date", say::date(words, t.london_day()).into())]));
    lines.push((seen.unwrap_or_default(), tries));
    let mut page = Page::new(words.get(title)).gap().block(Block::Pairs(lines));
    page.title_right = number;
    if known.from_cache {
        page = page.block(Block::notice(Tone::Warn, words.get("card-from-cache")));
    }
    page.paragraph(words.get("card-unchanged"))
}
