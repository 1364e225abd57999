//! Hostile input: zones, policies and facts, mangled with a seed and with knowledge of their structure. A fixed number of
//! cases runs with all other tests; `RA_FUZZ_SECONDS=600 cargo test --release --test fuzz` goes on for as long. A failure
//! names its seed, and `RA_FUZZ_SEED` runs that case alone.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use jiff::civil::{Date, date};
use ra_desk::document::mrz::grid::{Grid, Outcome, Pasted};
use ra_desk::document::mrz::{Check, Format, Terms, read};
use ra_desk::policy::gpg45::Scores;
use ra_desk::policy::{Facts, Policy, evaluate, facts};

/// Cases of each target in an ordinary run.
const CASES: u64 = 500;

const TODAY: Date = date(2026, 11, 23);

/// SplitMix64 (Steele, Lea, Flood 2014): a case is its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Runs a target over its seeds; a panic fails the test and names the seed.
fn fuzz(target: &str, case: impl Fn(&mut Dice)) {
    let run = |seed: u64| {
        let done = catch_unwind(AssertUnwindSafe(|| case(&mut Dice(seed.wrapping_mul(0xD134_2543_DE82_EF95)))));
        assert!(done.is_ok(), "{target} failed: RA_FUZZ_SEED={seed}");
    };
    if let Some(seed) = number("RA_FUZZ_SEED") {
        return run(seed);
    }
    let Some(seconds) = number("RA_FUZZ_SECONDS") else { return (0..CASES).for_each(run) };
    let start = Instant::now();
    let mut seed = CASES;
    while start.elapsed() < Duration::from_secs(seconds) {
        run(seed);
        seed += 1;
    }
    println!("{target}: {} cases in {seconds} s, none failed", seed - CASES);
}

/// Texts that break readers: control signs, other scripts, directions, great lengths, numbers at the edge.
const HOSTILE: [&str; 22] = [
    "",
    "\0",
    "\u{1b}[2J",
    "\u{202e}",
    "\u{feff}",
    "é",
    "١٢٣",
    "王",
    "🪪",
    "\r\n",
    "\t",
    "<",
    "<<",
    "-1",
    "256",
    "1e309",
    "18446744073709551616",
    "9999-99-99",
    "2026-02-30",
    "null",
    "\"\"\"",
    "\\u0000",
];

fn hostile(dice: &mut Dice) -> String {
    let text = *dice.one_of(&HOSTILE);
    if dice.below(20) == 0 { text.repeat(5_000) } else { text.to_owned() }
}

/// Places where a text has a joint: between words, quotes, brackets, lines.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut was = false;
    for sign in text.chars() {
        let word = sign.is_alphanumeric() || sign == '_' || sign == '-';
        if !(word && was) {
            pieces.push(String::new());
        }
        was = word;
        pieces.last_mut().unwrap().push(sign);
    }
    pieces
}

/// One to six changes that keep most of the structure: pieces left out, doubled, changed over or replaced, lines moved.
fn mangled(text: &str, dice: &mut Dice) -> String {
    let mut text = text.to_owned();
    for _ in 0..=dice.below(6) {
        let by_lines = dice.below(3) == 0;
        let mut parts = if by_lines { text.split_inclusive('\n').map(str::to_owned).collect() } else { pieces(&text) };
        if parts.is_empty() {
            parts.push(String::new());
        }
        let (at, other) = (dice.below(parts.len()), dice.below(parts.len()));
        match dice.below(7) {
            0 => drop(parts.remove(at)),
            1 => parts.insert(at, parts[other].clone()),
            2 => parts.swap(at, other),
            3 => parts[at] = parts[other].clone(),
            4 => parts[at] = hostile(dice),
            5 => {
                let (from, to) = (at.min(other), at.max(other).min(at.min(other) + 40));
                let block: String = parts[from..to].concat();
                parts.insert(from, block.repeat(1 + dice.below(30)));
            }
            _ => {
                let open = *dice.one_of(&["[", "{", "(", "[[", "all = [", "\"", "'''", "@", "#"]);
                parts.insert(at, open.repeat(1 + dice.below(400)));
            }
        }
        text = parts.concat();
        // Larger ones are refused by their size alone.
        if text.len() > 200_000 {
            break;
        }
    }
    text
}

const ZONES: [&str; 6] = [
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<",
    "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C<3UTO6908061F9406236ZE184226B<<<<<<<",
    "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL898902C<3UTO6908061F9406236ZE184226",
];

/// A zone with cells changed, so that most keep their form; now and then its form too.
fn zone(dice: &mut Dice) -> String {
    let mut signs: Vec<char> = dice.one_of(&ZONES).chars().collect();
    for _ in 0..dice.below(12) {
        let at = dice.below(signs.len());
        if signs[at] != '\n' {
            signs[at] = *dice.one_of(&"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<<<<<".chars().collect::<Vec<_>>());
        }
    }
    let text: String = signs.into_iter().collect();
    if dice.below(4) == 0 { mangled(&text, dice) } else { text }
}

#[test]
fn no_zone_breaks_the_reader_or_the_grid_and_both_agree() {
    fuzz("mrz", |dice| {
        let text = zone(dice);
        let lines: Vec<&str> = text.lines().collect();
        let terms = Terms { today: TODAY, demo: dice.below(2) == 0 };
        let judged = read(&lines, &terms);
        let mut grid = Grid::new();
        let pasted = grid.paste(&text);
        if let Ok(reading) = &judged {
            let failed = reading.checks.all().iter().any(|(_, check)| *check == Check::Fail);
            assert!(!(failed && reading.valid()));
            assert_eq!(pasted, Pasted::Whole(reading.format));
            assert_eq!(grid.outcome(&terms), Outcome::Read(Box::new(reading.clone())));
            for suggestion in reading.suggestions() {
                grid.accept(&suggestion);
            }
            assert!(serde_json::to_string(&reading.fields).is_ok());
        } else if let Pasted::Whole(format) = pasted {
            assert!(Format::ALL.contains(&format));
        }
        for sign in text.chars() {
            grid.type_sign(sign);
            grid.fields();
        }
    });
}

#[test]
fn no_policy_breaks_its_reader_or_the_evaluator() {
    let shipped = Policy::load().unwrap();
    let files: BTreeMap<String, String> = serde_json::from_slice(&shipped.to_bundle()).unwrap();
    let example: Facts = serde_json::from_str(facts::EXAMPLE).unwrap();
    let names: Vec<&String> = files.keys().collect();
    fuzz("policy", |dice| {
        let mut hurt = files.clone();
        for _ in 0..=dice.below(2) {
            let name = *dice.one_of(&names);
            let text = mangled(&hurt[name], dice);
            hurt.insert(name.clone(), text);
        }
        if dice.below(30) == 0 {
            hurt.remove(*dice.one_of(&names));
        }
        if let Ok(policy) = Policy::from_files(hurt) {
            assert_eq!(Policy::from_bundle(&policy.to_bundle()).as_ref(), Ok(&policy));
            evaluate(&policy, &example, TODAY);
        }
        let bundle = mangled(&String::from_utf8(shipped.to_bundle()).unwrap()[..2_000], dice);
        let _ = Policy::from_bundle(bundle.as_bytes());
    });
}

const SCORES: &str = r#"{"evidence":[{"strength":4,"validity":3},{"strength":2,"validity":2}],"activity":1,"fraud":1,"verification":2,"targets":["M1A","H1A"]}"#;

#[test]
fn no_json_breaks_the_reader_of_facts_or_the_evaluator() {
    let policy = Policy::load().unwrap();
    fuzz("json", |dice| {
        let text = mangled(facts::EXAMPLE, dice);
        if let Ok(facts) = serde_json::from_str::<Facts>(&text) {
            let day = *dice.one_of(&[TODAY, Date::MIN, Date::MAX, date(2028, 2, 29)]);
            // Total, whatever the facts say.
            let decision = evaluate(&policy, &facts, day);
            assert_eq!(decision, evaluate(&policy, &facts, day));
        }
        let _ = serde_json::from_str::<Scores>(&mangled(SCORES, dice));
    });
}
