//! The simulated card takes the conformance examination.
#![cfg(feature = "demo")]

mod card_suite;

use card_suite::{Cut, TestCard};
use ra_desk::card::channel::{Channel, ChannelFault};
use ra_desk::device::sim::{CardMemory, SimCard, Tear};

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
