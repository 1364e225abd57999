//! The demo's cards: each written by the real encoder on a simulated chip, with certificates of the demo's own central.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::card::task::{CardAnswer, CardFault, CardPlan, CardTask, EncodeStep, Slot, StepEvidence};
use crate::card::{Secrets, run};
use crate::central::admin::NewStock;
use crate::central::demo_seed::{CardWish, demo_certificate, demo_grant, demo_mark, factory_keys};
use crate::central::service::Central;
use crate::device::sim::{CardMemory, SimCard};
use crate::domain::{CardStatus, DeskId, GrantId, Person, Role, Secret, VaultSlot};
use crate::wire::message::{Grant, GrantTerms, Problem};

/// The passcode of every card of the demo that is not blank. Said on every screen of the demo.
pub const PASSCODE: &str = "482913";
/// First chip serial of the demo's stock.
const FIRST_SERIAL: u32 = 70_400_001;

/// What is special about a card, for the panel's list; a word id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trait {
    /// An agent's card.
    Agent(Role),
    /// Good.
    Good,
    /// Locked.
    Locked,
    /// Runs out in 41 days.
    Expiring,
    /// Ran out.
    Expired,
    /// Of an old series.
    OldSeries,
    /// Cancelled.
    Cancelled,
    /// Torn half-way.
    HalfWritten,
    /// Written, not printed.
    NotPrinted,
    /// Printed, not handed over.
    NotHandedOver,
    /// Blank, in stock.
    Blank,
    /// A copy with other keys.
    LookAlike,
    /// No PIV card at all.
    BankCard,
}

/// One card of the deck.
#[derive(Clone)]
pub struct DemoCard {
    /// What is special about it.
    pub what: Trait,
    /// The holder's name; empty for a blank.
    pub holder: String,
    /// The chip.
    pub chip: SimCard,
}

/// The list of a kept deck; its cards lie beside it. Written last: a folder without it was not made to the end.
const LIST: &str = "deck.json";

/// Keeps a deck in a folder, so that a demo that was ended or killed goes on with the same cards.
///
/// Errors: the folder can't be written.
pub fn keep(dir: &Path, deck: &[DemoCard]) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    for (at, card) in deck.iter().enumerate() {
        card.chip.keep_in(&dir.join(format!("card-{at}")))?;
    }
    let list: Vec<(Trait, &str)> = deck.iter().map(|card| (card.what, card.holder.as_str())).collect();
    std::fs::write(dir.join(LIST), serde_json::to_vec(&list)?)
}

/// A kept deck; none if there is none.
///
/// Errors: it is damaged.
pub fn kept(dir: &Path) -> io::Result<Option<Vec<DemoCard>>> {
    let list = match std::fs::read(dir.join(LIST)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read?,
    };
    let list: Vec<(Trait, String)> = serde_json::from_slice(&list)?;
    let card =
        |(at, (what, holder))| Ok(DemoCard { what, holder, chip: SimCard::kept(&dir.join(format!("card-{at}")))? });
    list.into_iter().enumerate().map(card).collect::<io::Result<_>>().map(Some)
}

/// Why the deck could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DeckFault {
    /// Central said no.
    #[error("central refused: {0:?}")]
    Central(Problem),
    /// The encoder failed on a simulated card.
    #[error("a card could not be written: {0}")]
    Card(#[from] CardFault),
    /// The seed has fewer people than the deck needs.
    #[error("the seed has too few people")]
    Seed,
}

impl From<Problem> for DeckFault {
    fn from(problem: Problem) -> Self {
        Self::Central(problem)
    }
}

/// Makes the deck: one card per agent, one for every state a card can be in, three blanks.
///
/// Errors: [`DeckFault`].
pub fn make(
    central: &Central,
    desk: DeskId,
    agents: &[(Person, Role)],
    people: &[Person],
    today: Date,
) -> Result<Vec<DemoCard>, DeckFault> {
    let mut maker = Maker { central, desk, today, serial: FIRST_SERIAL };
    let mut deck = Vec::new();
    for (person, role) in agents {
        deck.push(maker.card(person, Trait::Agent(*role))?);
    }
    let states = [
        Trait::Locked,
        Trait::Good,
        Trait::Expiring,
        Trait::Expired,
        Trait::OldSeries,
        Trait::Cancelled,
        Trait::HalfWritten,
        Trait::NotPrinted,
        Trait::NotHandedOver,
        Trait::LookAlike,
    ];
    for (what, person) in states.into_iter().zip(people.iter().filter(|p| p.has_photo)) {
        deck.push(maker.card(person, what)?);
    }
    for _ in 0..3 {
        deck.push(DemoCard { what: Trait::Blank, holder: String::new(), chip: SimCard::new(maker.blank()) });
    }
    deck.push(DemoCard { what: Trait::BankCard, holder: String::new(), chip: SimCard::new(CardMemory::not_piv()) });
    Ok(deck)
}

struct Maker<'a> {
    central: &'a Central,
    desk: DeskId,
    today: Date,
    serial: u32,
}

impl Maker<'_> {
    fn blank(&mut self) -> CardMemory {
        self.serial += 1;
        CardMemory::blank(self.serial)
    }

    fn card(&mut self, person: &Person, what: Trait) -> Result<DemoCard, DeckFault> {
        let chip = SimCard::new(self.blank());
        let serial = chip_serial(self.serial);
        if what == Trait::OldSeries {
            self.old_stock(&serial)?;
        }
        let days = match what {
            Trait::Expiring => Some(41),
            Trait::Expired => Some(-1),
            _ => None,
        };
        let expires = days.and_then(|days| self.today.checked_add(jiff::Span::new().days(days)).ok());
        let wish = CardWish { chip_serial: Some(serial), expires };
        let grant = demo_grant(self.central, person.id, self.desk, &wish)?;
        let stop = (what == Trait::HalfWritten).then_some(EncodeStep::WriteCcc);
        write(self.central, &chip, &grant, stop)?;
        let status = match what {
            Trait::HalfWritten => CardStatus::Granted,
            Trait::NotPrinted => CardStatus::WrittenNotPrinted,
            Trait::NotHandedOver => CardStatus::PrintedNotHandedOver,
            _ => CardStatus::Issued,
        };
        demo_mark(self.central, grant.terms.card, status)?;
        if what == Trait::Cancelled {
            demo_mark(self.central, grant.terms.card, CardStatus::Cancelled)?;
        }
        chip.with_memory(|memory| {
            if status == CardStatus::Issued {
                memory.set_pin(PASSCODE.as_bytes());
            }
            if what == Trait::Locked {
                memory.block_pin();
            }
        });
        let chip = match what {
            Trait::LookAlike => SimCard::new(chip.memory().look_alike(self.serial + 9_000)),
            _ => chip,
        };
        Ok(DemoCard { what, holder: person.name.full(), chip })
    }

    /// A batch of its own for the one card of an old series.
    fn old_stock(&self, serial: &str) -> Result<(), DeckFault> {
        let stock = NewStock {
            batch: "DEMO-2016-5".to_owned(),
            profile: "piv-p256".to_owned(),
            series: 5,
            static_9b: false,
            serial_prefix: None,
            any_card: false,
            serials: vec![serial.to_owned()],
            keys: factory_keys(),
        };
        Ok(self.central.add_stock(&stock)?)
    }
}

/// How the desk's card room writes a chip serial.
fn chip_serial(serial: u32) -> String {
    serial.to_string()
}

/// Writes a card, up to `stop` if that is given, asking central for each certificate.
fn write(central: &Central, chip: &SimCard, grant: &Grant, stop: Option<EncodeStep>) -> Result<(), DeckFault> {
    let secrets = GrantVault::new(grant);
    let mut plan = plan(&grant.terms);
    chip.power_on();
    for step in plan.steps() {
        if Some(step) == stop {
            break;
        }
        let task = CardTask::Encode { step, plan: std::sync::Arc::new(plan.clone()), again: false };
        let CardAnswer::Encoded(evidence) = run(&task, None, &mut chip.clone(), &secrets)? else { continue };
        match (step, evidence) {
            (EncodeStep::GenerateKey(slot), StepEvidence::PublicKey(spki)) => {
                plan.public_keys.insert(slot, spki);
            }
            (EncodeStep::Request(slot), StepEvidence::Request(request)) => {
                plan.certificates.insert(slot, certificate(central, grant.terms.grant, slot, &request)?);
            }
            _ => {}
        }
    }
    chip.power_off();
    Ok(())
}

fn certificate(central: &Central, grant: GrantId, slot: Slot, request: &[u8]) -> Result<Vec<u8>, DeckFault> {
    Ok(demo_certificate(central, grant, slot, request)?)
}

fn plan(terms: &GrantTerms) -> CardPlan {
    CardPlan {
        guid: terms.card,
        number: terms.number.clone(),
        name: terms.person.card_name(),
        organisation: terms.organisation.clone(),
        expires: terms.expires,
        environment: terms.environment,
        keys: terms.keys.clone(),
        face_jpeg: None,
        public_keys: BTreeMap::new(),
        certificates: BTreeMap::new(),
        static_9b: terms.static_9b,
    }
}

/// A grant's secrets and one random passcode, for the time of one writing.
struct GrantVault(BTreeMap<VaultSlot, Secret>);

impl GrantVault {
    fn new(grant: &Grant) -> Self {
        let s = &grant.secrets;
        let places = [
            (VaultSlot::TransportPin, &s.transport_pin),
            (VaultSlot::TransportPuk, &s.transport_puk),
            (VaultSlot::TransportManagementKey, &s.transport_management_key),
            (VaultSlot::ManagementKey, &s.management_key),
            (VaultSlot::Puk, &s.puk),
        ];
        let mut map: BTreeMap<_, _> = places.into_iter().map(|(slot, b)| (slot, Secret::new(b.0.clone()))).collect();
        map.insert(VaultSlot::EncodePin, Secret::new(PASSCODE.as_bytes().to_vec()));
        Self(map)
    }
}

impl Secrets for GrantVault {
    fn get(&self, slot: VaultSlot) -> Option<Secret> {
        self.0.get(&slot).map(Secret::duplicate)
    }

    fn random(&self, buf: &mut [u8]) {
        if getrandom::fill(buf).is_err() {
            buf.fill(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::channel::Channel;

    #[test]
    fn a_kept_deck_comes_back_with_what_happened_to_its_cards() {
        let dir = tempfile::tempdir().unwrap();
        assert!(kept(dir.path()).unwrap().is_none(), "a folder without a list holds no deck");
        let chip = SimCard::new(CardMemory::blank(7));
        keep(dir.path(), &[DemoCard { what: Trait::Blank, holder: "A".into(), chip: chip.clone() }]).unwrap();
        chip.power_on();
        let select = [&[0x00, 0xA4, 0x04, 0x00, 0x05][..], &[0xA0, 0x00, 0x00, 0x03, 0x08]].concat();
        chip.clone().transmit(&select).unwrap();
        let wrong = [&[0x00, 0x20, 0x00, 0x80, 0x08][..], b"000000\xFF\xFF"].concat();
        chip.clone().transmit(&wrong).unwrap();
        let deck = kept(dir.path()).unwrap().unwrap();
        assert_eq!((deck.len(), deck[0].what, deck[0].holder.as_str()), (1, Trait::Blank, "A"));
        assert_eq!(deck[0].chip.memory().tries_left(), chip.memory().tries_left());
        assert_ne!(chip.memory().tries_left(), CardMemory::blank(7).tries_left(), "the wrong passcode cost a try");
    }
}
