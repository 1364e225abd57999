//! `make bench`: what judging documents costs, and how well the same person is found twice. Ends non-zero when a budget is
//! exceeded.

#[path = "documents/people.rs"]
mod people;
#[path = "budgets/table.rs"]
mod table;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use jiff::civil::date;
use people::{Dice, ORIGINS, Person, SLIPS, Slip, person, person_of};
use ra_desk::document::mrz::Terms;
use ra_desk::document::mrz::grid::Grid;
use ra_desk::document::same_person::{Band, Builder, Claim, Index};
use ra_desk::domain::PersonId;
use table::{Budget, Row, table};
use uuid::Uuid;

/// People on record: a national service's.
const PEOPLE: usize = 1_500_000;
/// Questions of each slip and origin.
const QUESTIONS: usize = 40;
/// Questions for the time: a thousand and more above the 99th of a hundred.
const TIMED: usize = 20_000;
/// Candidates an answer has.
const SHOWN: usize = 20;
/// Milliseconds of one search.
const SEARCH_MS: f64 = 10.0;
/// Microseconds of one key in the entry grid.
const KEY_US: f64 = 50.0;

const ZONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";

fn main() -> ExitCode {
    table::proves_itself();
    let mut rows = vec![key_row()];
    let (index, kept, took) = index();
    rows.push(Row::new("index of 1.5 million people, built in", took.as_secs_f64(), "s", Budget::Shown));
    rows.push(Row::new("its memory", index.bytes() as f64 / f64::from(1 << 20), "MiB", Budget::Shown));
    rows.extend(time_rows(&index, &kept));
    quality(&index, &kept);
    println!("{}", table(&rows));
    if rows.iter().all(Row::passes) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Every key of a passport typed, each field and the whole judged after each.
fn key_row() -> Row {
    let terms = Terms { today: date(2026, 11, 23), demo: true };
    let mut slowest: Vec<Duration> = Vec::new();
    for _ in 0..200 {
        let mut grid = Grid::new();
        for sign in ZONE.chars() {
            let start = Instant::now();
            grid.type_sign(sign);
            std::hint::black_box((grid.fields(), grid.outcome(&terms)));
            slowest.push(start.elapsed());
        }
    }
    Row::new("one key in the entry grid, 99 of 100 below", nth(slowest, 0.99) * 1e6, "us", Budget::AtMost(KEY_US))
}

/// The value that this part of them stays below, in seconds.
fn nth(mut all: Vec<Duration>, part: f64) -> f64 {
    all.sort_unstable();
    all[((all.len() - 1) as f64 * part) as usize].as_secs_f64()
}

/// Everybody, and of each origin some to ask for.
fn index() -> (Index, Vec<Vec<(PersonId, Person)>>, Duration) {
    let mut dice = Dice(0x5EED);
    let mut builder = Builder::new();
    let mut kept: Vec<Vec<(PersonId, Person)>> = ORIGINS.iter().map(|_| Vec::new()).collect();
    let mut spent = Duration::ZERO;
    for n in 0..PEOPLE {
        let (origin, person) = person(&mut dice);
        let id = PersonId(Uuid::from_u128(n as u128));
        let start = Instant::now();
        builder.add(id, &person.surname, &person.given, person.birth);
        spent += start.elapsed();
        if kept[origin].len() < 2_000 && n % 7 == 0 {
            kept[origin].push((id, person));
        }
    }
    let start = Instant::now();
    let index = builder.build();
    (index, kept, spent + start.elapsed())
}

fn claim(person: &Person) -> Claim<'_> {
    Claim { surname: &person.surname, given: &person.given, birth: Some(person.birth) }
}

/// Questions as they come: people of all origins, new ones and known ones, with and without a slip.
fn time_rows(index: &Index, kept: &[Vec<(PersonId, Person)>]) -> Vec<Row> {
    let mut dice = Dice(0x71ED);
    let mut took = Vec::with_capacity(TIMED);
    while took.len() < TIMED {
        let (origin, new) = person(&mut dice);
        let slip = *dice.one_of(&SLIPS);
        let known = dice.one_of(&kept[origin]).1.with(slip, &mut dice);
        for person in [Some(new), known].into_iter().flatten() {
            let start = Instant::now();
            std::hint::black_box(index.search(&claim(&person), SHOWN));
            took.push(start.elapsed());
        }
    }
    let ms = |part| nth(took.clone(), part) * 1e3;
    vec![
        Row::new("same-person search, half below", ms(0.5), "ms", Budget::Shown),
        Row::new("same-person search, 99 of 100 below", ms(0.99), "ms", Budget::AtMost(SEARCH_MS)),
        Row::new("same-person search, the slowest", ms(1.0), "ms", Budget::Shown),
    ]
}

/// What was found of what should be.
#[derive(Default, Clone, Copy)]
struct Tally {
    asked: usize,
    found: usize,
    upper_right: usize,
    upper_all: usize,
}

impl Tally {
    fn ask(&mut self, index: &Index, person: &Person, id: Option<PersonId>) {
        self.asked += 1;
        let candidates = index.search(&claim(person), SHOWN);
        self.found += usize::from(candidates.iter().any(|one| Some(one.person) == id));
        let upper = candidates.iter().filter(|one| one.band() == Band::Upper);
        for one in upper {
            self.upper_all += 1;
            self.upper_right += usize::from(Some(one.person) == id);
        }
    }

    fn add(&mut self, other: Tally) {
        self.asked += other.asked;
        self.found += other.found;
        self.upper_right += other.upper_right;
        self.upper_all += other.upper_all;
    }

    fn line(&self) -> String {
        let part = |of: usize, all: usize| {
            if all == 0 { "-".to_owned() } else { format!("{:.1} %", 100.0 * of as f64 / all as f64) }
        };
        format!(
            "{:>6} asked  found {:>7}  in the upper band {:>7}  of the upper band right {:>7}",
            self.asked,
            part(self.found, self.asked),
            part(self.upper_right, self.asked),
            part(self.upper_right, self.upper_all)
        )
    }
}

/// Recall and precision, by what went wrong and by where the name comes from.
fn quality(index: &Index, kept: &[Vec<(PersonId, Person)>]) {
    let mut dice = Dice(0x90A1);
    let mut by_origin = [Tally::default(); ORIGINS.len()];
    println!("The same person, by what differs between the two records:");
    for slip in SLIPS {
        let mut of_slip = Tally::default();
        for (origin, people) in kept.iter().enumerate() {
            let mut tally = Tally::default();
            for (id, known) in people.iter().cycle().take(people.len().min(QUESTIONS * 4)) {
                if let Some(other) = known.with(slip, &mut dice).filter(|_| tally.asked < QUESTIONS) {
                    tally.ask(index, &other, Some(*id));
                }
            }
            of_slip.add(tally);
            // A changed surname says nothing of an origin's names.
            if slip != Slip::NewSurname {
                by_origin[origin].add(tally);
            }
        }
        println!("  {:<20} {}", format!("{slip:?}"), of_slip.line());
    }
    println!("By the origin of the name:");
    for (origin, tally) in ORIGINS.iter().zip(by_origin) {
        println!("  {:<25} {}", origin.name, tally.line());
    }
    println!("Somebody new, who is on no record; what the upper band holds is wrong:");
    for origin in &ORIGINS {
        let mut tally = Tally::default();
        for _ in 0..QUESTIONS * 10 {
            tally.ask(index, &person_of(origin, &mut dice), None);
        }
        println!("  {:<25} {:>6} asked  wrongly in the upper band {:>5}", origin.name, tally.asked, tally.upper_all);
    }
}
