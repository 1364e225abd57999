//! Each part of this desk: how it is, and what mends it. From what the desk knows already: nothing is asked and nothing waits.

use super::page::{Block, Page, Table, TableRow};
use super::say;
use crate::journey::Desk;
use crate::journey::input::{ClockView, NetworkView, PrinterView, ReaderChange, StatementFacts};
use crate::words::Words;

/// The check of the desk.
pub fn page(desk: &Desk, words: &Words) -> Page {
    let rows = [
        ("check-agent-reader", reader(&desk.readers.agent, words)),
        ("check-customer-reader", reader(&desk.readers.customer, words)),
        ("check-printer", printer(desk.printer, words)),
        ("check-centre", centre(desk, words)),
        ("check-clock", clock(desk.clock, words)),
        ("check-roster", statement(desk, desk.roster.as_ref().map(|(_, facts)| facts), words)),
        ("check-cancelled", statement(desk, desk.revocations.as_ref().map(|(_, facts)| facts), words)),
        ("check-queue", queue(desk, words)),
    ];
    let rows = rows.into_iter().map(|(part, said)| TableRow { cells: vec![words.get(part), said], focused: false });
    let columns = vec![words.get("check-part"), words.get("check-state")];
    let table = Table { columns, rows: rows.collect(), empty: String::new() };
    Page::new(words.get("check-title")).paragraph(words.get("check-text")).gap().block(Block::Table(table))
}

fn reader(change: &ReaderChange, words: &Words) -> String {
    words.get(match change {
        ReaderChange::NoReader => "check-reader-none",
        ReaderChange::ServiceGone => "check-reader-service",
        ReaderChange::Empty => "check-reader-empty",
        ReaderChange::Card { .. } => "check-reader-card",
        ReaderChange::Mute => "check-reader-mute",
    })
}

fn printer(view: PrinterView, words: &Words) -> String {
    words.get(match view {
        PrinterView::NotSetUp => "check-printer-none",
        PrinterView::Ready => "check-printer-ready",
        PrinterView::Working => "check-printer-working",
        PrinterView::Off => "check-printer-off",
        PrinterView::NoCards => "check-printer-no-cards",
        PrinterView::CoverOpen => "check-printer-cover",
        PrinterView::Jam => "check-printer-jam",
        PrinterView::NoRibbon => "check-printer-ribbon",
        PrinterView::Stopped => "check-printer-stopped",
    })
}

fn centre(desk: &Desk, words: &Words) -> String {
    match desk.sync.network {
        NetworkView::NotEnrolled => words.get("check-centre-not-enrolled"),
        NetworkView::Starting => words.get("check-centre-starting"),
        NetworkView::Online => words.get("check-centre-online"),
        NetworkView::Offline(since) => {
            let next = desk.sync.next_try.unwrap_or(desk.minute);
            let times = [("since", since.london_clock().into()), ("next", next.london_clock().into())];
            words.with("check-centre-offline", &times)
        }
        NetworkView::Refused(_) => words.with("check-centre-refused", &[("phone", (&desk.about.phone).into())]),
    }
}

fn clock(view: ClockView, words: &Words) -> String {
    match view {
        ClockView::Good => words.get("check-clock-good"),
        ClockView::Off(minutes) => words.with("check-clock-off", &[("minutes", minutes.abs().into())]),
        ClockView::Doubtful => words.get("check-clock-doubt"),
    }
}

/// A signed statement of central: until when it is good.
fn statement(desk: &Desk, facts: Option<&StatementFacts>, words: &Words) -> String {
    let Some(facts) = facts else { return words.get("check-statement-none") };
    let day = say::date(words, facts.expires.london_day());
    let word = if facts.expires < desk.minute { "check-statement-old" } else { "check-statement-good" };
    words.with(word, &[("day", day.into()), ("time", facts.expires.london_clock().into())])
}

fn queue(desk: &Desk, words: &Words) -> String {
    let (waiting, refused) = (desk.sync.waiting, desk.sync.refused);
    if waiting == 0 && refused == 0 {
        return words.get("check-queue-empty");
    }
    words.with("check-queue-waits", &[("waiting", waiting.into()), ("refused", refused.into())])
}
