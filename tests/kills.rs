//! The desk killed (SIGKILL) at random moments of whole visits, again and again: the built program as the demo runs it, whose
//! simulated cards lie in files and go on after a kill as cards of plastic do.
//!
//! After each kill: the database opens, the chain verifies and has everything it had, central has nothing the desk has not, no
//! more cards came out of the printer than there were intents, a visit that was open still is, and the desk names the card that
//! lies in its reader. In the end every person is registered once, every card is its holder's, and as many cards lie in the tray
//! as were said to be good. Every card opens with the passcode its holder chose. Chance comes from a seed that is printed;
//! `RA_DESK_KILL_SEED` gives another, or one again, as far as a computer that is busy otherwise is as quick again.
#![cfg(feature = "demo")]

#[path = "kills/hand.rs"]
mod hand;
#[path = "kills/screens.rs"]
mod screens;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use ra_desk::card::channel::Channel as _;
use ra_desk::central::store::CentralStore as _;
use ra_desk::central::store::sqlite::SqliteStore;
use ra_desk::device::sim::SimCard;
use ra_desk::domain::{Environment, Role};
use ra_desk::driver::demo::deck::{PASSCODE, Trait};
use ra_desk::journey::Visit;
use ra_desk::store::{Store, StoreOptions};
use ra_desk::wire::chain::verify_chain;
use ra_desk::wire::event::parse;
use screens::{FAMILIES, HOME, NAMES, number, stage};
use support::pty::Pty;

/// Desks that are killed side by side, and how often each. `visit_faults` adds its 38 kills on real parts.
const LANES: usize = 4;
const KILLS: usize = 50;
/// Of the chance, if `RA_DESK_KILL_SEED` gives no other.
const SEED: u64 = 20_261_123;
/// The longest wait for a screen on a busy computer.
const PATIENCE: Duration = Duration::from_secs(180);
const PAUSE: Duration = Duration::from_millis(10);
const SIZE: (u16, u16) = (80, 40);
/// Who comes to each desk, one after the other: forenames, surname, day of birth, passport. Nobody real, nobody of the demo.
const PEOPLE: [[&str; 4]; 3] = [
    ["Tamsin", "Quick", "13 07 1971", "533380006"],
    ["Jory", "Penhale", "03 05 1979", "514286602"],
    ["Wenna", "Zennor", "12 08 1986", "925665416"],
];
/// A card's keys are given ten times and a release four times, then never again: kills of one writing, of one hand-over or reset.
const KILLS_WRITING: usize = 7;
const KILLS_RELEASED: usize = 3;

/// A row of numbers that looks random (Numerical Recipes' generator).
struct Row(u64);

impl Row {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223) % (1 << 32);
        (self.0 >> 8) % limit
    }
}

/// One desk that is killed again and again.
struct Lane {
    at: usize,
    folder: PathBuf,
    row: Row,
    pty: Option<Pty>,
    deck: Vec<Trait>,
    /// Which of [`PEOPLE`] is served, and whether their card was given a blank, is theirs, was reset.
    person: usize,
    has_card: bool,
    is_live: bool,
    was_reset: bool,
    /// Resets begun, and what each person typed last as a new passcode.
    resets: usize,
    typed: BTreeMap<usize, &'static str>,
    in_reader: bool,
    /// Keys are pressed and nothing is waited for.
    hurry: bool,
    /// Everything the chain has shown so far.
    chain: Vec<Vec<u8>>,
    /// Cards in the tray that were said to be good.
    good: usize,
    /// Kills by the screen they were decided on, and since the last hand-over or reset began, by what central counts.
    decided: BTreeMap<&'static str, u64>,
    writing: usize,
    released: usize,
    /// Hand-overs and resets that are on record.
    ended: usize,
    /// Where the desk's records say that it was, after each kill; and how the desk named the card then.
    hit: BTreeMap<String, usize>,
    moments: Vec<String>,
    /// What went wrong without a kill, and how often the agent tried again.
    troubles: BTreeMap<String, usize>,
    named: BTreeMap<&'static str, usize>,
}

impl Lane {
    fn new(at: usize, folder: PathBuf, seed: u64) -> Self {
        let list = fs::read(folder.join("cards/deck.json")).expect("the demo was made");
        let list: Vec<(Trait, String)> = serde_json::from_slice(&list).expect("a list of cards");
        Self {
            at,
            folder,
            row: Row(seed),
            pty: None,
            deck: list.into_iter().map(|(what, _)| what).collect(),
            person: 0,
            has_card: false,
            is_live: false,
            was_reset: false,
            resets: 0,
            typed: BTreeMap::new(),
            in_reader: false,
            hurry: false,
            chain: Vec::new(),
            good: 0,
            decided: BTreeMap::new(),
            writing: 0,
            released: 0,
            ended: 0,
            hit: BTreeMap::new(),
            moments: Vec::new(),
            troubles: BTreeMap::new(),
            named: BTreeMap::new(),
        }
    }

    fn pty(&mut self) -> &mut Pty {
        self.pty.as_mut().expect("the desk runs")
    }

    fn screen(&mut self) -> String {
        let (end, screen) = (self.pty().end(), self.pty().text());
        assert!(end.is_none(), "nobody killed the desk here, and it ended: {end:?}\n{screen}\n{}", self.story());
        screen
    }

    /// Starts the program, signs in; the desk must name the card in work.
    fn start(&mut self) {
        let folder = self.folder.to_str().expect("a folder of plain letters").to_owned();
        self.pty = Some(Pty::spawn(&program(), &["demo", "--dir", &folder], &[], SIZE));
        self.in_reader = false;
        self.see_one(&["Put your own smartcard"]);
        let manager = self.deck.iter().position(|what| *what == Trait::Agent(Role::RaManager));
        self.put(false, manager.expect("the deck has it"));
        self.see_one(&["Passcode for"]);
        self.slowly(PASSCODE);
        self.see_one(&["/ Find a person"]);
        if self.has_card {
            self.put(true, self.card());
            let (name, far) = NAMES[self.see_one(&NAMES.map(|(name, _)| name))];
            let recorded = ["card_written", "printed_good", "handed_over"];
            let recorded = recorded.iter().filter(|kind| self.count(kind) > self.person).count();
            assert_eq!(far, recorded, "{name}: the desk's own records say otherwise\n{}", self.story());
            self.is_live = recorded == 3;
            *self.named.entry(name).or_default() += 1;
        }
    }

    /// Place in the deck of the card of the person who is served.
    fn card(&self) -> usize {
        self.card_of(self.person)
    }

    fn card_of(&self, person: usize) -> usize {
        self.deck.iter().position(|what| *what == Trait::Blank).expect("the deck has it") + person
    }

    fn tray(&self) -> usize {
        fs::read_dir(self.folder.join("printed-cards")).map_or(0, Iterator::count)
    }

    /// Goes on until a screen on which chance says so; then the kill, there or while the next key is at work.
    fn kill_somewhere(&mut self) {
        self.start();
        let (mut last, mut since) = ("", Instant::now());
        loop {
            assert!(since.elapsed() < PATIENCE, "no kill came:\n{}\n{}", self.screen(), self.story());
            match self.place() {
                Some((place, act)) if place != last => {
                    (last, since) = (place, Instant::now());
                    if self.is_time(place) {
                        break self.kill_here(place, act);
                    }
                }
                Some((_, act)) if self.act(act) => {}
                _ => thread::sleep(PAUSE),
            }
        }
    }

    /// Half of the screens are certain to get their first kill on one desk, the other half on the next. Later ones come most
    /// where a card is at work.
    fn is_time(&mut self, place: &'static str) -> bool {
        let kills = self.decided.get(place).copied().unwrap_or_default();
        let first = kills == 0 && (number(place) + self.at).is_multiple_of(2);
        let limit = match (first, self.has_card && place != HOME) {
            (true, _) => 1,
            (false, true) => 3,
            (false, false) => (4 + 4 * kills).min(16),
        };
        let chance = self.row.below(limit) == 0;
        chance && self.writing < KILLS_WRITING && self.released < KILLS_RELEASED
    }

    fn kill_here(&mut self, place: &'static str, act: &str) {
        let rests = !self.decided.contains_key(place) || self.row.below(3) == 0;
        // What the desk does by itself is over soon: most waits are short, some are long.
        let longest = if rests { 100 } else { 400 >> self.row.below(4) };
        let wait = Duration::from_millis(if rests && act == "wait" { 0 } else { self.row.below(longest) });
        if !rests {
            self.hurry = true;
            self.act(act);
            self.hurry = false;
        }
        thread::sleep(wait);
        *self.decided.entry(place).or_default() += 1;
        self.pty.take().expect("the desk runs").kill();
        let hit = self.judge();
        self.writing += usize::from(hit.starts_with("issue Write") || hit.starts_with("issue Permission"));
        self.released += usize::from(hit.contains("Passcode"));
        self.moments.push(format!("{place} {rests} -> {hit}"));
        *self.hit.entry(hit).or_default() += 1;
    }

    /// What must hold of a desk that was killed; gives the stage it was in.
    fn judge(&mut self) -> String {
        let store = Store::open(StoreOptions { credentials: None, ..StoreOptions::new(self.folder.join("desk")) });
        let store = store.expect("the database opens after a kill");
        store.check().expect("the database is whole");
        let identity = store.identity().expect("an identity");
        let record = identity.record.as_ref().expect("an enrolled desk");
        let chain = store.events(record.epoch, 1, 10_000).expect("the events");
        verify_chain(&chain, &identity.spki().expect("the desk's key")).expect("the chain verifies");
        assert!(chain.starts_with(&self.chain), "the chain lost or changed what it had");
        let there = self.central().events(record.desk, record.epoch, 0, 10_000).expect("central's events");
        let there: Vec<_> = there.into_iter().map(|row| row.raw).collect();
        assert!(chain.starts_with(&there), "central has what the desk has not");
        self.chain = chain;
        self.good = self.count("printed_good");
        let ended = self.count("handed_over") + self.count("passcode_reset");
        if self.ended != ended {
            (self.ended, self.released) = (ended, 0);
        }
        self.was_reset = {
            let mut ends =
                self.kinds().into_iter().rev().filter(|kind| kind == "handed_over" || kind == "passcode_reset");
            self.count("handed_over") > self.person && ends.next().is_some_and(|kind| kind == "passcode_reset")
        };
        assert!(self.tray() <= self.count("print_intended"), "a card came out that nobody meant to print");
        assert!(self.good <= self.tray(), "a print was confirmed that never came out");
        let open = store.open_visits().expect("the open visits");
        assert!(open.len() <= 1, "one visit at a time was worked on");
        let Some(saved) = open.first() else {
            let (begun, ended) = (self.count("register"), self.count("handed_over"));
            assert_eq!(begun, ended, "a visit is gone whose card is not its holder's");
            return "nothing open".to_owned();
        };
        let visit = Visit::restore(saved.version, &saved.snapshot).expect("the visit can be read");
        stage(&visit.job)
    }

    /// What happened so far, for whoever looks for what went wrong.
    fn story(&self) -> String {
        let kinds = self.kinds();
        let log = fs::read_to_string(self.folder.join("ra-desk.log")).unwrap_or_default();
        let tail: Vec<_> = log.lines().rev().take(20).collect();
        format!(
            "troubles {:?}\nkilled at {:?}\nwrote {kinds:?}\nlogged, last first: {tail:#?}",
            self.troubles, self.moments
        )
    }

    fn central(&self) -> SqliteStore {
        let central = SqliteStore::open(&self.folder.join("central/ra-central.sqlite"), Environment::Demo);
        central.expect("central's database")
    }

    fn kinds(&self) -> Vec<String> {
        self.chain.iter().map(|stored| parse(stored).expect("an event").header.kind).collect()
    }

    fn count(&self, kind: &str) -> usize {
        self.kinds().iter().filter(|known| *known == kind).count()
    }

    /// No more kills: the visit that is open is finished, everything reaches central.
    fn finish(&mut self) {
        self.start();
        let started = Instant::now();
        loop {
            let screen = self.screen();
            let rests = screen.contains("/ Find a person") && !screen.contains("Go on:");
            if rests && screen.contains("This card is GOOD") && screen.contains("nothing waiting") {
                break;
            }
            let place = self.place().filter(|_| !(rests && screen.contains("This card is GOOD")));
            if !place.is_some_and(|(_, act)| self.act(act)) {
                thread::sleep(PAUSE);
            }
            assert!(started.elapsed() < 2 * PATIENCE, "it does not come to an end:\n{screen}");
        }
        for (person, [given, family, ..]) in (0..=self.person).zip(PEOPLE) {
            self.put(true, self.card_of(person));
            self.see_one(&[&format!("{given} {family}")]);
            self.see_one(&["This card is GOOD"]);
        }
        self.pty.take().expect("the desk runs").kill();
        self.judge();
        for (person, passcode) in &self.typed {
            let chip = self.folder.join(format!("cards/card-{}", self.card_of(*person)));
            let chip = SimCard::kept(&chip).expect("a card");
            assert!(opens(&chip, passcode), "the passcode {} chose does not open the card", PEOPLE[*person][0]);
            assert!(!opens(&chip, "111111"), "any passcode opens the card");
        }
        let people = self.person + 1;
        assert_eq!(self.tray(), self.good, "cards in the tray, and prints that were confirmed");
        assert_eq!((self.count("register"), self.count("handed_over"), self.good), (people, people, people));
        let persons = self.central().persons(None, 1_000).expect("the persons");
        for [_, family, ..] in &PEOPLE[..people] {
            let there = persons.iter().filter(|person| person.name.family == *family).count();
            assert_eq!(there, 1, "{family} is there, once");
        }
    }
}

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_ra-desk"))
}

fn seed() -> u64 {
    let given = std::env::var("RA_DESK_KILL_SEED").ok();
    given.map_or(SEED, |text| text.parse().expect("RA_DESK_KILL_SEED is a number"))
}

/// Whether a passcode opens a card: SELECT PIV, then VERIFY.
fn opens(chip: &SimCard, passcode: &str) -> bool {
    chip.power_on();
    let select = [0x00, 0xA4, 0x04, 0x00, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08];
    chip.clone().transmit(&select).expect("a card in power");
    let padded = passcode.bytes().chain([0xFF; 8]).take(8);
    let verify: Vec<u8> = [0x00, 0x20, 0x00, 0x80, 0x08].into_iter().chain(padded).collect();
    chip.clone().transmit(&verify).expect("a card in power") == [0x90, 0x00]
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    // Central refuses a folder of keys that others may read.
    fs::set_permissions(to, fs::metadata(from).expect("a folder").permissions()).expect("its rights");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

#[test]
fn a_desk_killed_at_random_moments_loses_nothing_and_names_every_card() {
    let seed = seed();
    println!("RA_DESK_KILL_SEED={seed}");
    let home = tempfile::tempdir().expect("a folder");
    let first = home.path().join("0");
    let mut making = Pty::spawn(&program(), &["demo", "--dir", first.to_str().expect("a path")], &[], SIZE);
    making.wait_for("Put your own smartcard", PATIENCE);
    making.kill();
    (1..LANES).for_each(|lane| copy(&first, &home.path().join(lane.to_string())));
    let lanes: Vec<Lane> = thread::scope(|scope| {
        let run = |at: usize| {
            let mut desk = Lane::new(at, home.path().join(at.to_string()), seed.wrapping_add(at as u64 * 7_919));
            scope.spawn(move || {
                (0..KILLS).for_each(|_| desk.kill_somewhere());
                desk.finish();
                desk
            })
        };
        let lanes: Vec<_> = (0..LANES).map(run).collect();
        lanes.into_iter().map(|lane| lane.join().expect("a lane failed; the seed is above")).collect()
    });
    let mut hit: BTreeMap<String, usize> = BTreeMap::new();
    for lane in &lanes {
        println!(
            "{} people, {} resets, {} events, named {:?}, troubles {:?}",
            lane.person + 1,
            lane.count("passcode_reset"),
            lane.chain.len(),
            lane.named,
            lane.troubles
        );
        lane.hit.iter().for_each(|(stage, kills)| *hit.entry(stage.clone()).or_default() += kills);
    }
    println!("{} kills at {hit:#?}", hit.values().sum::<usize>());
    let missed: Vec<_> = FAMILIES.iter().filter(|family| !hit.keys().any(|stage| stage.starts_with(*family))).collect();
    assert!(missed.is_empty(), "no kill came in {missed:?}");
}
