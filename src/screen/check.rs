//! Each part of this desk: how it is, and what mends it. From what the desk knows already: nothing is asked and nothing waits.

use super::page::{Block, Page, Table, TableRow};
use super::say;
use crate::journey::Desk;
use crate::journey::input::{ClockView, NetworkView, PrinterView, ReaderChange, StatementFacts};
use crate::words::Words;

/// The check of the desk.
pub fn page(desk: &Desk, words: &Words) -> Page {
    let rows = [
        ("desk-check-agent-reader", reader(&desk.readers.agent, words)),
        ("desk-check-customer-reader", reader(&desk.readers.customer, words)),
        ("desk-check-printer", printer(desk.printer, words)),
        ("desk-check-centre", centre(desk, words)),
        ("desk-check-clock", clock(desk.clock, words)),
        ("desk-check-roster", statement(desk, desk.roster.as_ref().map(|(_, facts)| facts), words)),
        ("desk-check-cancelled", statement(desk, desk.revocations.as_ref().map(|(_, facts)| facts), words)),
        ("desk-check-queue", queue(desk, words)),
    ];
    let rows = rows.into_iter().map(|(part, said)| TableRow { cells: vec![words.get(part), said], focused: false });
    let columns = vec![words.get("desk-check-part"), words.get("desk-check-state")];
    let table = Table { columns, rows: rows.collect(), empty: String::new() };
    Page::new(words.get("desk-check-title")).paragraph(words.get("desk-check-text")).gap().block(Block::Table(table))
}

fn reader(change: &ReaderChange, words: &Words) -> String {
    words.get(match change {
        ReaderChange::NoReader => "desk-check-reader-none",
        ReaderChange::ServiceGone => "desk-check-reader-service",
        ReaderChange::Empty => "desk-check-reader-empty",
        ReaderChange::Card { .. } => "desk-check-reader-card",
        ReaderChange::Mute => "desk-check-reader-mute",
    })
}

fn printer(view: PrinterView, words: &Words) -> String {
    words.get(match view {
        PrinterView::NotSetUp => "desk-check-printer-none",
        PrinterView::Ready => "desk-check-printer-ready",
        PrinterView::Working => "desk-check-printer-working",
        PrinterView::Off => "desk-check-printer-off",
        PrinterView::NoCards => "desk-check-printer-no-cards",
        PrinterView::CoverOpen => "desk-check-printer-cover",
        PrinterView::Jam => "desk-check-printer-jam",
        PrinterView::NoRibbon => "desk-check-printer-ribbon",
        PrinterView::Stopped => "desk-check-printer-stopped",
    })
}

fn centre(desk: &Desk, words: &Words) -> String {
    match desk.sync.network {
        NetworkView::NotEnrolled => words.get("desk-check-centre-not-enrolled"),
        NetworkView::Starting => words.get("desk-check-centre-starting"),
        NetworkView::Online => words.get("desk-check-centre-online"),
        NetworkView::Offline(since) => {
            let next = desk.sync.next_try.unwrap_or(desk.minute);
            let times = [("since", since.london_clock().into()), ("next", next.london_clock().into())];
            words.with("desk-check-centre-offline", &times)
        }
        NetworkView::Refused(_) => words.with("desk-check-centre-refused", &[("phone", (&desk.about.phone).into())]),
    }
}

fn clock(view: ClockView, words: &Words) -> String {
    match view {
        ClockView::Good => words.get("desk-check-clock-good"),
        ClockView::Off(minutes) => words.with("desk-check-clock-off", &[("minutes", minutes.abs().into())]),
        ClockView::Doubtful => words.get("desk-check-clock-doubt"),
    }
}

/// A signed statement of central: until when it is good.
fn statement(desk: &Desk, facts: Option<&StatementFacts>, words: &Words) -> String {
    let Some(facts) = facts else { return words.get("desk-check-statement-none") };
    let day = say::date(words, facts.expires.london_day());
    let over = facts.expires < desk.trusted(desk.minute);
    let word = if over { "desk-check-statement-old" } else { "desk-check-statement-good" };
    words.with(word, &[("day", day.into()), ("time", facts.expires.london_clock().into())])
}

fn queue(desk: &Desk, words: &Words) -> String {
    let (waiting, refused) = (desk.sync.waiting, desk.sync.refused);
    if waiting == 0 && refused == 0 {
        return words.get("desk-check-queue-empty");
    }
    words.with("desk-check-queue-waits", &[("waiting", waiting.into()), ("refused", refused.into())])
}
