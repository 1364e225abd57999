//! The demo's panel (F11): puts cards in and pulls them, makes the printer run out, cuts the network.

use super::deck::{DemoCard, Trait};
use super::network::Wire;
use super::printer::SimPrinter;
use crate::device::sim::SimRig;
use crate::driver::kiosk::Panel;
use crate::journey::Desk;
use crate::journey::input::PrinterView;
use crate::journey::key::Key;
use crate::screen::page::{Block, Choice, Page, Tone};
use crate::screen::say;
use crate::words::Words;

/// The key that opens and closes it.
pub const KEY: Key = Key::F(11);
/// Place of the agent's reader in the rig.
const AGENT: usize = 0;
/// Place of the customer's reader in the rig.
const CUSTOMER: usize = 1;

/// What the panel shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Closed,
    Menu(usize),
    Deck { reader: usize, pick: usize },
}

/// What the menu offers, in order.
const MENU: [&str; 7] = [
    "demo-put-agent",
    "demo-put-customer",
    "demo-pull-agent",
    "demo-pull-customer",
    "demo-printer",
    "demo-network",
    "demo-plug",
];

/// The panel and what it moves.
pub struct DemoPanel {
    view: View,
    deck: Vec<DemoCard>,
    rig: SimRig,
    printer: SimPrinter,
    wire: Wire,
    plugged: bool,
}

impl DemoPanel {
    /// A closed panel over these devices.
    pub fn new(deck: Vec<DemoCard>, rig: SimRig, printer: SimPrinter, wire: Wire) -> Self {
        Self { view: View::Closed, deck, rig, printer, wire, plugged: true }
    }

    /// The cards at hand.
    pub fn cards(&self) -> &[DemoCard] {
        &self.deck
    }

    /// The readers.
    pub fn rig(&self) -> &SimRig {
        &self.rig
    }

    /// The printer.
    pub fn printer(&self) -> &SimPrinter {
        &self.printer
    }

    /// The wire to central.
    pub fn wire(&self) -> &Wire {
        &self.wire
    }

    fn choose(&mut self, at: usize) -> View {
        match at {
            0 => return View::Deck { reader: AGENT, pick: 0 },
            1 => return View::Deck { reader: CUSTOMER, pick: 6 },
            2 => drop(self.rig.remove(AGENT)),
            3 => drop(self.rig.remove(CUSTOMER)),
            4 => {
                self.printer.next_trouble();
                return View::Menu(4);
            }
            5 => {
                self.wire.toggle();
                return View::Menu(5);
            }
            6 => {
                self.plugged = !self.plugged;
                self.rig.set_plugged(CUSTOMER, self.plugged);
                return View::Menu(6);
            }
            _ => return self.view,
        }
        View::Closed
    }

    fn put(&self, reader: usize, pick: usize) -> View {
        let Some(card) = self.deck.get(pick) else { return self.view };
        // A card is in one place at a time.
        for other in [AGENT, CUSTOMER] {
            if self.rig.card(other).is_some_and(|there| there.is(&card.chip)) {
                self.rig.remove(other);
            }
        }
        self.rig.insert(reader, &card.chip);
        View::Closed
    }

    fn menu(&self, pick: usize, words: &Words) -> Page {
        let state = |at: usize| match at {
            0 | 2 => Some(self.in_reader(AGENT, words)),
            1 | 3 => Some(self.in_reader(CUSTOMER, words)),
            4 => Some(words.get(printer_word(self.printer.state()))),
            5 => Some(words.get(if self.wire.is_cut() { "demo-network-cut" } else { "demo-network-whole" })),
            6 => Some(words.get(if self.plugged { "demo-plugged" } else { "demo-unplugged" })),
            _ => None,
        };
        let rows = MENU.iter().enumerate().map(|(at, id)| {
            let choice = Choice::new(u8::try_from(at + 1).unwrap_or(0), words.get(id)).focused(at == pick);
            state(at).map_or(choice.clone(), |text| choice.hint(text))
        });
        Page::new(words.get("demo-title")).paragraph(words.get("demo-text")).gap().choices(rows.collect())
    }

    fn in_reader(&self, reader: usize, words: &Words) -> String {
        let Some(there) = self.rig.card(reader) else { return words.get("reader-empty") };
        let card = self.deck.iter().find(|card| card.chip.is(&there));
        card.map_or_else(|| words.get("reader-card"), |card| label(card, words))
    }

    fn deck(&self, reader: usize, pick: usize, words: &Words) -> Page {
        let title = if reader == AGENT { "demo-put-agent" } else { "demo-put-customer" };
        let rows =
            self.deck.iter().enumerate().map(|(at, card)| {
                Choice::new(u8::try_from(at + 1).unwrap_or(0), label(card, words)).focused(at == pick)
            });
        Page::new(words.get(title))
            .block(Block::notice(Tone::Plain, words.get("demo-deck-text")))
            .choices(rows.collect())
    }
}

fn label(card: &DemoCard, words: &Words) -> String {
    let what = match card.what {
        Trait::Agent(role) => say::role(words, role),
        Trait::Good => words.get("demo-card-good"),
        Trait::Locked => words.get("demo-card-locked"),
        Trait::Expiring => words.get("demo-card-expiring"),
        Trait::Expired => words.get("demo-card-expired"),
        Trait::OldSeries => words.get("demo-card-old-series"),
        Trait::Cancelled => words.get("demo-card-cancelled"),
        Trait::HalfWritten => words.get("demo-card-half-written"),
        Trait::NotPrinted => words.get("demo-card-not-printed"),
        Trait::NotHandedOver => words.get("demo-card-not-handed-over"),
        Trait::Blank => return words.get("demo-card-blank"),
        Trait::LookAlike => words.get("demo-card-look-alike"),
        Trait::BankCard => return words.get("demo-card-bank"),
    };
    format!("{}: {what}", card.holder)
}

fn printer_word(state: PrinterView) -> &'static str {
    match state {
        PrinterView::NoCards => "demo-printer-no-cards",
        PrinterView::CoverOpen => "demo-printer-cover",
        PrinterView::Jam => "demo-printer-jam",
        PrinterView::Off => "demo-printer-off",
        _ => "printer-ready",
    }
}

impl Panel for DemoPanel {
    fn key(&mut self, key: Key) -> bool {
        let was = self.view;
        self.view = match (was, key) {
            (View::Closed, KEY) => View::Menu(0),
            (View::Closed, _) => return false,
            (_, KEY) | (View::Menu(_), Key::Esc) => View::Closed,
            (View::Deck { reader, .. }, Key::Esc) => View::Menu(reader),
            (View::Menu(pick), Key::Down) => View::Menu((pick + 1).min(MENU.len() - 1)),
            (View::Menu(pick), Key::Up) => View::Menu(pick.saturating_sub(1)),
            (View::Menu(pick), Key::Enter) => self.choose(pick),
            (View::Deck { reader, pick }, Key::Down) => {
                View::Deck { reader, pick: (pick + 1).min(self.deck.len().saturating_sub(1)) }
            }
            (View::Deck { reader, pick }, Key::Up) => View::Deck { reader, pick: pick.saturating_sub(1) },
            (View::Deck { reader, pick }, Key::Enter) => self.put(reader, pick),
            (View::Menu(_), key) => match key.digit() {
                Some(digit @ 1..) => self.choose(usize::from(digit) - 1),
                _ => was,
            },
            (View::Deck { reader, .. }, key) => match key.digit() {
                Some(digit @ 1..) => self.put(reader, usize::from(digit) - 1),
                _ => was,
            },
        };
        true
    }

    fn page(&self, _desk: &Desk, words: &Words) -> Option<Page> {
        let page = match self.view {
            View::Closed => return None,
            View::Menu(pick) => self.menu(pick, words),
            View::Deck { reader, pick } => self.deck(reader, pick, words),
        };
        Some(page.key(Key::Enter, words.get("key-choose")).key(Key::Esc, words.get("key-back")))
    }
}
