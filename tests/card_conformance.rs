//! The simulated card takes the conformance examination.
#![cfg(feature = "demo")]

mod card_suite;

use std::sync::Arc;

use card_suite::desk::Desk;
use card_suite::{Cut, TestCard};
use ra_desk::card::channel::{Channel, ChannelFault};
use ra_desk::card::objects::Chuid;
use ra_desk::card::piv::ManagementAlgorithm;
use ra_desk::card::task::{CardAnswer, CardFault, CardTask, EncodeStep, Probe};
use ra_desk::device::sim::{CardMemory, SimCard, Tear};
use ra_desk::domain::VaultSlot;

struct Simulated(SimCard);

impl Channel for Simulated {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelFault> {
        self.0.transmit(command)
    }
}

impl TestCard for Simulated {
    fn power_cycle(&mut self) {
        self.0.power_off();
        self.0.power_on();
    }

    fn cut(&mut self, cut: Cut) {
        self.0.tear(match cut {
            Cut::Before(index) => Tear::Before(index),
            Cut::After(index) => Tear::After(index),
        });
    }

    fn executed(&self) -> usize {
        self.0.executed()
    }

    fn says_puk_tries(&self) -> bool {
        self.0.memory().says_puk_tries
    }

    fn comes_blank(&self) -> bool {
        true
    }

    fn tear_stride(&self) -> usize {
        1
    }

    fn face_too_large(&self) -> usize {
        self.0.memory().room + 1_000
    }
}

fn examine(change: impl Fn(&mut CardMemory)) {
    let mut number = 0;
    card_suite::suite(&mut || {
        number += 1;
        let mut memory = CardMemory::blank(number);
        change(&mut memory);
        let card = SimCard::new(memory);
        card.power_on();
        Box::new(Simulated(card))
    });
}

#[test]
fn the_simulated_card_passes_the_suite() {
    examine(|_| {});
}

#[test]
fn a_card_without_vendor_commands_passes_the_suite() {
    examine(|memory| {
        memory.serial = None;
        memory.says_puk_tries = false;
        memory.counts_in_change = false;
    });
}

fn card(memory: CardMemory) -> Simulated {
    let card = SimCard::new(memory);
    card.power_on();
    Simulated(card)
}

#[test]
fn a_card_that_cannot_change_9b_is_refused_unless_its_profile_allows_that() {
    for allowed in [false, true] {
        let mut memory = CardMemory::blank(1);
        memory.can_set_management_key = false;
        let mut card = card(memory);
        let mut desk = Desk::new(1, 500);
        desk.plan.static_9b = allowed;
        desk.identify(&mut card);
        let result = desk.write(&mut card);
        if allowed {
            assert_eq!(result, Ok(()));
            assert_eq!(desk.skipped, [EncodeStep::SetManagementKey]);
        } else {
            assert_eq!(result, Err(CardFault::Unsupported));
        }
    }
}

#[test]
fn a_card_that_is_no_piv_card_is_told_so_by_every_task() {
    let mut card = card(CardMemory::not_piv());
    let mut desk = Desk::new(1, 500);
    desk.identify(&mut card);
    assert_eq!(desk.write(&mut card), Err(CardFault::NotPiv));
}

#[test]
fn a_card_kept_over_night_is_the_same_card_in_the_morning() {
    let mut evening = card(CardMemory::blank(7));
    let mut desk = Desk::new(7, 500);
    desk.identify(&mut evening);
    evening.cut(Cut::After(40));
    assert_eq!(desk.write(&mut evening), Err(CardFault::Removed));
    let stored = serde_json::to_string(&evening.0.memory()).unwrap();
    let mut morning = card(serde_json::from_str(&stored).unwrap());
    assert!(morning.0.memory() == evening.0.memory());
    desk.write(&mut morning).expect("it goes on where it was left");
}

#[test]
fn a_card_prepared_as_issued_opens_with_the_secrets_it_was_given() {
    let mut memory = CardMemory::blank(9);
    let desk = Desk::new(9, 500);
    memory.set_management_key(ManagementAlgorithm::Aes256, &desk.vault.secrets[&VaultSlot::ManagementKey]);
    memory.set_puk(&desk.vault.secrets[&VaultSlot::Puk]);
    memory.set_pin(&desk.vault.secrets[&VaultSlot::HolderPin]);
    memory.put_object(0x5F_C102, Chuid::encode(desk.plan.guid, desk.plan.expires));
    let mut card = card(memory);
    assert_eq!(desk.run(&mut card, CardTask::Verify { pin: VaultSlot::HolderPin }), Ok(CardAnswer::Verified));
    let own = CardTask::Probe { step: EncodeStep::SetManagementKey, plan: Arc::new(desk.plan.clone()) };
    assert_eq!(desk.run(&mut card, own), Ok(CardAnswer::Probed(Probe::Done)));
    card.0.with_memory(CardMemory::block_pin);
    let unlock = CardTask::Unlock { puk: VaultSlot::Puk, pin: VaultSlot::HolderPin };
    assert_eq!(desk.run(&mut card, unlock.clone()), Ok(CardAnswer::Done));
    card.0.with_memory(CardMemory::block_puk);
    assert_eq!(desk.run(&mut card, unlock), Err(CardFault::PukBlocked));
}

#[test]
fn two_simulated_cards_never_have_the_same_keys() {
    let mut keys = std::collections::BTreeSet::new();
    for number in 1..20 {
        let mut memory = CardMemory::blank(number);
        assert!(keys.insert(memory.make_key(0x9A)), "card {number}");
        assert!(keys.insert(memory.make_key(0x9C)), "card {number}, second key");
    }
}
