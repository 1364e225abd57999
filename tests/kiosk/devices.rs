//! What a hand does to the devices, and what central knows.

use ra_desk::card::task::{CardAnswer, CardTask};
use ra_desk::card::{Secrets, run};
use ra_desk::device::sim::SimCard;
use ra_desk::domain::{CardGuid, Role, Secret, VaultSlot};
use ra_desk::driver::demo::deck::{DemoCard, Trait};
use ra_desk::journey::input::PrinterView;

use super::Kiosk;

/// Place of the agent's reader.
pub const AGENT: usize = 0;
/// Place of the customer's reader.
pub const CUSTOMER: usize = 1;
/// Events looked through: a journey makes some dozens.
const EVENTS: u32 = 1000;

/// A reader by its word.
pub fn reader(word: &str) -> usize {
    match word {
        "agent" => AGENT,
        "customer" => CUSTOMER,
        other => panic!("no reader is called {other:?}"),
    }
}

fn trait_word(what: Trait) -> String {
    match what {
        Trait::Agent(role) => role.as_str().to_owned(),
        other => {
            let mut word = String::new();
            for c in format!("{other:?}").chars() {
                if c.is_uppercase() && !word.is_empty() {
                    word.push('-');
                }
                word.extend(c.to_lowercase());
            }
            word
        }
    }
}

impl Kiosk {
    /// The card of this description: its trait (`locked`, `half-written`, `ra_agent`), with a number if there are several.
    pub fn card(&self, description: &str) -> &DemoCard {
        let (word, number) = match description.rsplit_once(' ') {
            Some((word, number)) if number.parse::<usize>().is_ok() => (word, number.parse().unwrap_or(1)),
            _ => (description, 1),
        };
        let mut found = self.world.panel.cards().iter().filter(|card| trait_word(card.what) == word);
        found.nth(number - 1).unwrap_or_else(|| panic!("no card is called {description:?}"))
    }

    /// Puts a card into a reader; it is pulled from the other one.
    pub fn insert(&mut self, reader: usize, description: &str) {
        let chip = self.card(description).chip.clone();
        let rig = self.world.panel.rig().clone();
        for other in [AGENT, CUSTOMER] {
            if rig.card(other).is_some_and(|there| there.is(&chip)) {
                rig.remove(other);
            }
        }
        rig.insert(reader, &chip);
    }

    /// Pulls a card.
    pub fn pull(&mut self, reader: usize) {
        assert!(self.world.panel.rig().remove(reader).is_some(), "no card to pull\n{}", self.screen());
    }

    /// Cuts or mends the wire to central.
    pub fn network(&mut self, whole: bool) {
        if self.world.panel.wire().is_cut() == whole {
            self.world.panel.wire().toggle();
        }
    }

    /// Makes the printer so.
    pub fn printer(&mut self, word: &str) {
        let wanted = match word {
            "ready" => PrinterView::Ready,
            "no-cards" => PrinterView::NoCards,
            "cover" => PrinterView::CoverOpen,
            "jam" => PrinterView::Jam,
            "off" => PrinterView::Off,
            other => panic!("no printer is {other:?}"),
        };
        // Five states in a ring.
        for _ in 0..5 {
            if self.world.panel.printer().state() == wanted {
                return;
            }
            self.world.panel.printer().next_trouble();
        }
        panic!("the printer never got {word:?}");
    }

    /// What the card in the customer reader calls itself, read from a copy so that nobody is disturbed.
    pub fn customer_guid(&self) -> CardGuid {
        let there = self.world.panel.rig().card(CUSTOMER).expect("a card in the customer reader");
        guid_of(&there).expect("the card has a GUID")
    }

    /// Whether central has an event of this kind, how often.
    pub fn events(&self, kind: &str) -> usize {
        let store = &self.world.central.central().store;
        let desk = self.desk().about.desk;
        let last = store.desk(desk).expect("central's store").map_or(0, |_| 8);
        (0..=last)
            .flat_map(|epoch| store.events(desk, epoch, 0, EVENTS).expect("central's store"))
            .filter(|event| event.kind.replace('_', "-") == kind)
            .count()
    }

    /// Gives another agent's role to the holder of an agent's card, at that agent's organisation.
    pub fn give_role(&mut self, description: &str, role: &str) {
        let role = Role::ALL.into_iter().find(|r| r.as_str() == role).expect("a role");
        let holder = self.card(description).holder.clone();
        let central = self.world.central.central();
        let people = central.store.persons(None, 1000).expect("central's store");
        let person = people.into_iter().find(|p| p.name.full() == holder).expect("the holder is at central");
        let number = person.number.expect("the holder has a number");
        central.store.add_role(&number, role, &person.organisation, central.now()).expect("central's store");
    }

    /// The number of the holder of a card.
    pub fn number_of(&self, description: &str) -> String {
        let guid = guid_of(&self.card(description).chip).expect("the card has a GUID");
        let store = &self.world.central.central().store;
        let card = store.card(guid).expect("central's store").expect("central has the card");
        let person = store.person(card.person).expect("central's store").expect("central has the person");
        person.number.expect("the holder has a number").digits().to_owned()
    }
}

fn guid_of(chip: &SimCard) -> Option<CardGuid> {
    let mut copy = SimCard::new(chip.memory());
    copy.power_on();
    match run(&CardTask::Read, None, &mut copy, &NoSecrets) {
        Ok(CardAnswer::Report(report)) => report.identity.guid,
        _ => None,
    }
}

struct NoSecrets;

impl Secrets for NoSecrets {
    fn get(&self, _slot: VaultSlot) -> Option<Secret> {
        None
    }

    fn random(&self, buf: &mut [u8]) {
        buf.fill(7);
    }
}
