//! A reset on a simulated chip, interrupted twice: torn at any command, the card put back or the desk started again each
//! time. Nothing may be lost, the PUK number told to central is the one on the chip, the last PUK try is never spent.
#![cfg(feature = "demo")]

use std::cell::Cell;
use std::rc::Rc;

use crate::card::objects::chuid::Chuid;
use crate::card::piv::ObjectId;
use crate::card::task::{CardAnswer, CardFault, CardTask};
use crate::card::{Secrets, run};
use crate::device::sim::{CardMemory, SimCard, Tear};
use crate::domain::{CardStatus, Secret, VaultSlot};
use crate::journey::home::bench::{Bench, CARD, record, report};
use crate::journey::key::Key;
use crate::journey::reset::{Reset, Stage};
use crate::journey::{Job, secret_focus};
use crate::wire::fact::Fact;

/// What central calls n at the beginning of the reset, as the bench's table answers.
const N: u32 = 4;
const CHOSEN: &[u8] = b"739154";

fn puk(n: u32) -> Vec<u8> {
    format!("1000000{n}").into_bytes()
}

/// What central releases and the holder types.
struct Vault;

impl Secrets for Vault {
    fn get(&self, slot: VaultSlot) -> Option<Secret> {
        let bytes = match slot {
            VaultSlot::Puk => puk(N),
            VaultSlot::NextPuk => puk(N + 1),
            VaultSlot::HolderPin => CHOSEN.to_vec(),
            _ => return None,
        };
        Some(Secret::new(bytes))
    }

    fn random(&self, buf: &mut [u8]) {
        buf.fill(1);
    }
}

/// A locked card of ours. Some cards do not say how many tries a wrong PUK left when it is changed.
fn chip(on_card: u32, counts_in_change: bool) -> SimCard {
    let mut memory = CardMemory::blank(77);
    memory.counts_in_change = counts_in_change;
    memory.put_object(ObjectId::CHUID.0, Chuid::encode(CARD, jiff::civil::date(2030, 1, 1)));
    memory.make_key(0x9E);
    memory.set_puk(&puk(on_card));
    memory.block_pin();
    SimCard::new(memory)
}

/// An interruption: at which command from the last one, before or after it took effect, and whether the desk stops too.
#[derive(Debug, Clone, Copy)]
struct Cut {
    at: usize,
    after: bool,
    stops: bool,
}

impl Cut {
    fn tear(self) -> Tear {
        if self.after { Tear::After(self.at) } else { Tear::Before(self.at) }
    }
}

/// A desk with this chip, at the question who the holder is; the flag says that a command was torn.
fn bench(chip: &SimCard, next_is_possible: bool) -> (Bench, Rc<Cell<bool>>) {
    let mut bench = Bench::with_card(report(0, 400), Some(record(CardStatus::Issued)));
    bench.world.next_is_possible = next_is_possible;
    let torn = Rc::new(Cell::new(false));
    let (chip, flag) = (chip.clone(), torn.clone());
    bench.world.chip = Some(Box::new(move |task: &CardTask| {
        chip.power_on();
        let answer = run(task, None, &mut chip.clone(), &Vault);
        if answer == Err(CardFault::Removed) {
            flag.set(true);
        }
        assert!(chip.memory().tries_left().1 > 0, "the last PUK try was spent by {task:?}");
        answer
    }));
    bench.key(Key::Enter);
    (bench, torn)
}

fn state(bench: &Bench) -> &Reset {
    match bench.job() {
        Job::Reset(state) => state,
        other => panic!("no reset: {other:?}"),
    }
}

/// Does whatever the screen asks for, with these interruptions in turn. How many of them happened.
fn walk(bench: &mut Bench, chip: &SimCard, torn: &Cell<bool>, cuts: &[Cut]) -> usize {
    let mut happened = 0;
    if let Some(first) = cuts.first() {
        chip.tear(first.tear());
    }
    for _ in 0..40 {
        if torn.replace(false) {
            let stops = cuts.get(happened).is_some_and(|cut| cut.stops);
            happened += 1;
            match cuts.get(happened) {
                Some(next) => chip.tear(next.tear()),
                None => chip.keep_whole(),
            }
            // From now on a release is fetched again: central can't know how far the desk came.
            bench.world.next_is_possible = true;
            if stops {
                bench.restart();
            }
            bench.pull();
            bench.insert();
            continue;
        }
        match &state(bench).stage {
            Stage::Done | Stage::Lost { .. } => return happened,
            Stage::Likeness => bench.key(Key::Char('1')),
            _ if secret_focus(&bench.desk).is_some() => bench.choose_passcode(),
            _ => bench.key(Key::F(5)),
        }
    }
    panic!("it never ends: {:?}", state(bench).stage);
}

/// The whole reset with these interruptions. How many of them happened.
fn reset(on_card: u32, next_is_possible: bool, counts_in_change: bool, cuts: &[Cut]) -> usize {
    let chip = chip(on_card, counts_in_change);
    let (mut bench, torn) = bench(&chip, next_is_possible);
    let happened = walk(&mut bench, &chip, &torn, cuts);
    let told = format!("PUK {on_card}, {cuts:?}, tries {:?}", chip.memory().tries_left());
    let lost = matches!(state(&bench).stage, Stage::Lost { passcode_set: false, .. });
    // Two torn tries while either PUK is possible can't be told from two wrong ones: the card is given up before its last try.
    if next_is_possible && lost && happened == 2 {
        assert!(!bench.facts.iter().any(|fact| matches!(fact, Fact::PasscodeReset { puk_n: Some(_), .. })), "{told}");
        return happened;
    }
    assert_eq!(state(&bench).stage, Stage::Done, "{told}");
    let outcomes: Vec<_> = bench
        .facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::PasscodeReset { done, puk_n, .. } => Some((*done, *puk_n)),
            _ => None,
        })
        .collect();
    assert_eq!(outcomes, [(true, Some(N + 1))], "{told}");
    chip.keep_whole();
    chip.power_on();
    let task = CardTask::Unlock { puk: VaultSlot::NextPuk, pin: VaultSlot::HolderPin };
    assert_eq!(run(&task, None, &mut chip.clone(), &Vault), Ok(CardAnswer::Done), "{told}: n+1 is on the chip");
    happened
}

/// Commands of a reset that nothing hinders.
fn commands() -> usize {
    let chip = chip(N, true);
    let (mut bench, torn) = bench(&chip, false);
    let before = chip.executed();
    walk(&mut bench, &chip, &torn, &[]);
    chip.executed() - before
}

#[test]
fn two_interruptions_at_any_two_commands_lose_nothing() {
    let commands = commands();
    assert!(commands > 8, "{commands}");
    let kinds = [(false, false), (true, false), (false, true), (true, true)];
    let mut twice = 0;
    for first in 0..commands {
        for second in 0..commands {
            for (at, (after, stops)) in kinds.into_iter().enumerate() {
                let cuts = kinds.map(|(then_after, then_stops)| {
                    [Cut { at: first, after, stops }, Cut { at: second, after: then_after, stops: then_stops }]
                });
                // Every kind after every kind, in turn over the pairs of commands: all of them at each would take minutes.
                let pair = &cuts[(at + first + second) % kinds.len()];
                let happened = reset(N, false, (first + second) & 1 == 0, pair);
                twice += usize::from(happened == 2);
            }
        }
    }
    assert!(twice > commands * commands, "the second interruption was reached: {twice}");
}

#[test]
fn a_card_that_may_have_either_puk_loses_nothing_by_two_interruptions() {
    for on_card in [N, N + 1] {
        for first in 0..commands() {
            for second in 0..commands() {
                let bits = first + 2 * second;
                let cut = |at, bits: usize| Cut { at, after: bits & 1 == 0, stops: bits & 2 == 0 };
                reset(on_card, true, true, &[cut(first, bits), cut(second, bits / 4)]);
            }
        }
    }
}
