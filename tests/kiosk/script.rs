//! Journeys as text, one command a line; `#` begins a remark.
//!
//! | command | what it does |
//! | --- | --- |
//! | `agent WORDS`, `customer WORDS` | puts a card of the deck into a reader: `locked`, `half-written`, `ra_agent`, `blank 2` |
//! | `pull agent`, `pull customer` | pulls it |
//! | `unplug customer`, `plug customer` | the reader itself |
//! | `mute customer`, `speak customer` | the card upside down, and right again |
//! | `sign-in WORDS` | an agent's card, the passcode, Enter, the home screen |
//! | `type TEXT` | keys one by one, each in a drain of its own |
//! | `keys <ret> 1 <esc> <F9>` | the same, by name |
//! | `burst N` | N keys in one drain; `burst keys <ret> y`: these keys in one drain |
//! | `ahead <ret> y` | both typed now; the second arrives only after what the first brought was drawn |
//! | `scan TEXT` | typed by a scanner, in a burst of its own; `|` is its line end |
//! | `paste TEXT` | pasted text |
//! | `examine` | answers the examination of a document: all as expected, the detail read back from what was typed |
//! | `number-of WORDS` | types the number of that card's holder; `tail-of WORDS` its last four figures |
//! | `day N` | types the day N days from today; before today with a minus |
//! | `network cut`, `network mend` | the wire to central |
//! | `printer ready`, `no-cards`, `cover`, `jam`, `off` | the printer |
//! | `size 20 5` | the terminal |
//! | `timer idle-warning`, `timer idle-lock` | time passes |
//! | `role WORDS -> ROLE` | central gives the holder of a card a role |
//! | `see TEXT` | waits for it; fails with the screen |
//! | `picture` | waits until a picture is shown |
//! | `not TEXT` | it is not on the screen once all is quiet |
//! | `never TEXT` | it is not on the screen now nor ever after |
//! | `queue N` | waits until N events wait |
//! | `event KIND`, `event KIND N`, `no-event KIND` | waits until central stored it; it did not |
//! | `card STATUS` | waits until central has this status for the card in the customer reader |
//! | `roster NAME N` | waits until the desk's roster has N roles for this agent |
//! | `visits N` | visits that are open or parked |
//! | `dump` | prints the screen, for whoever writes a journey |
//! | `count-keys`, `keys-at-most N` | counts what an agent presses |

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ra_desk::driver::engine::Arrival;
use ra_desk::journey::Job;
use ra_desk::journey::effect::TimerName;
use ra_desk::journey::input::Input;
use ra_desk::journey::key::Key;
use ra_desk::journey::register::Stage;
use ra_desk::journey::register::exam::{Ask, Detail, Exam};

use super::Kiosk;
use super::devices::{CUSTOMER, reader};

/// The folder of the journeys.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journeys")
}

/// Runs a journey in a world.
///
/// Panics with file, line and screen where it fails.
pub fn run(kiosk: &mut Kiosk, path: &Path) {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| step(kiosk, line)));
        if let Err(why) = done {
            let why = why.downcast_ref::<String>().cloned();
            let why = why.unwrap_or_else(|| format!("it failed\n{}", kiosk.screen()));
            panic!("{name}:{}: {line}\n{why}", at + 1);
        }
    }
}

/// One line.
pub fn step(kiosk: &mut Kiosk, line: &str) {
    let (command, rest) = line.split_once(' ').map_or((line, ""), |(command, rest)| (command, rest.trim()));
    match command {
        "agent" | "customer" => kiosk.insert(reader(command), rest),
        "pull" => kiosk.pull(reader(rest)),
        "plug" | "unplug" => kiosk.world.panel.rig().set_plugged(reader(rest), command == "plug"),
        "mute" | "speak" => kiosk.world.panel.rig().set_mute(reader(rest), command == "mute"),
        "sign-in" => sign_in(kiosk, rest),
        "type" => rest.chars().for_each(|c| kiosk.key(Key::Char(c))),
        "keys" => rest.split_whitespace().for_each(|word| kiosk.key(key(word))),
        "burst" => burst(kiosk, rest),
        "scan" => scan(kiosk, rest),
        "examine" => examine(kiosk),
        "ahead" => ahead(kiosk, rest),
        "paste" => kiosk.take(vec![Arrival::Paste(rest.to_owned())]),
        "number-of" => kiosk.number_of(rest).chars().for_each(|c| kiosk.key(Key::Char(c))),
        "tail-of" => kiosk.number_of(rest).chars().skip(8).for_each(|c| kiosk.key(Key::Char(c))),
        "day" => day(number(rest)).chars().for_each(|c| kiosk.key(Key::Char(c))),
        "network" => kiosk.network(rest == "mend"),
        "printer" => kiosk.printer(rest),
        "size" => {
            let (columns, rows) = rest.split_once(' ').expect("size COLUMNS ROWS");
            kiosk.resize(number(columns), number(rows));
        }
        "timer" => kiosk.take(vec![Arrival::Input(Input::Timer(timer(rest)))]),
        "role" => {
            let (card, role) = rest.split_once(" -> ").expect("role WORDS -> ROLE");
            kiosk.give_role(card, role);
        }
        "count-keys" => kiosk.keys = 0,
        "dump" => {
            kiosk.settle();
            println!("{}", kiosk.screen());
        }
        "keys-at-most" => {
            println!("keys pressed: {}", kiosk.keys);
            assert!(kiosk.keys <= number::<usize>(rest), "{} keys were pressed", kiosk.keys);
        }
        _ => look(kiosk, command, rest),
    }
}

/// The commands that only look.
fn look(kiosk: &mut Kiosk, command: &str, rest: &str) {
    match command {
        "see" => kiosk.see(rest),
        "picture" => kiosk.until("a picture", |kiosk| kiosk.rows().iter().any(|row| row.contains("▀▀▀▀▀▀▀▀"))),
        "not" => {
            kiosk.settle();
            assert!(!kiosk.text().contains(&super::flat(rest)), "this is on the screen: {rest:?}\n{}", kiosk.screen());
        }
        "never" => {
            kiosk.never.push(rest.to_owned());
            kiosk.settle();
        }
        "queue" => {
            let wanted: u32 = number(rest);
            kiosk.until(&format!("{wanted} events wait"), |kiosk| kiosk.desk().sync.waiting == wanted);
        }
        "event" => {
            let (kind, times) = rest.split_once(' ').map_or((rest, 1), |(kind, times)| (kind, number(times)));
            kiosk.until(&format!("central has {times} {kind}"), |kiosk| kiosk.events(kind) >= times);
        }
        "no-event" => {
            kiosk.settle();
            assert_eq!(kiosk.events(rest), 0, "central has an event {rest}\n{}", kiosk.screen());
        }
        "card" => {
            assert!(kiosk.world.panel.rig().card(CUSTOMER).is_some(), "no card in the customer reader");
            let guid = kiosk.customer_guid();
            kiosk.until(&format!("central says {rest}"), |kiosk| {
                let card = kiosk.world.central.central().store.card(guid).expect("central's store");
                card.is_some_and(|card| status_word(&format!("{:?}", card.brief.status)) == rest)
            });
        }
        "roster" => {
            let (name, roles) = rest.rsplit_once(' ').expect("roster NAME ROLES");
            let roles: usize = number(roles);
            kiosk.until(&format!("the roster has {rest}"), |kiosk| {
                let roster = kiosk.desk().roster.as_ref();
                roster.is_some_and(|(r, _)| r.agents.iter().any(|a| a.name.contains(name) && a.roles.len() == roles))
            });
        }
        "visits" => {
            let wanted: usize = number(rest);
            kiosk.until(&format!("{wanted} visits"), |kiosk| kiosk.desk().visits.len() == wanted);
        }
        other => panic!("no such command: {other:?}"),
    }
}

fn sign_in(kiosk: &mut Kiosk, description: &str) {
    kiosk.insert(super::devices::AGENT, description);
    kiosk.see("Passcode for");
    step(kiosk, "type 482913");
    kiosk.key(Key::Enter);
    let end = Instant::now() + Duration::from_secs(60);
    while kiosk.desk().session.is_none() && Instant::now() < end {
        if kiosk.text().contains("in which role do you work now?") {
            kiosk.key(Key::Char('1'));
        }
        kiosk.drain(Duration::from_millis(20));
    }
    kiosk.until("somebody is signed in", |kiosk| kiosk.desk().session.is_some());
}

/// All as expected. The number of questions depends on the document and on what the desk has; which detail is read back on chance.
fn examine(kiosk: &mut Kiosk) {
    kiosk.see("Look at the document");
    for _ in 0..40 {
        kiosk.settle();
        let draft = match kiosk.desk().open_visit().map(|visit| &visit.job) {
            Some(Job::Register(state) | Job::Rename(state)) if state.stage == Stage::Exam => {
                state.draft.clone().expect("nothing is examined")
            }
            _ => return,
        };
        let facts = &draft.facts;
        let text = match draft.exam.as_ref().and_then(Exam::now) {
            Some(Ask::Control(Detail::NumberEnd)) => {
                let number = facts.number.clone().expect("no number");
                format!("{}\n", &number[number.len() - 3..])
            }
            Some(Ask::Control(Detail::ExpiryYear)) => format!("{}\n", facts.expires.expect("no last day").year()),
            Some(Ask::Control(Detail::DateDay)) => format!("{}\n", facts.issued.expect("no date").strftime("%d")),
            _ => "y".to_owned(),
        };
        text.chars().for_each(|c| kiosk.key(if c == '\n' { Key::Enter } else { Key::Char(c) }));
    }
    panic!("the examination never ends\n{}", kiosk.screen());
}

/// The day so many days from today, as it is typed.
fn day(days: i32) -> String {
    let today = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date();
    let day = today.checked_add(jiff::Span::new().days(days)).expect("a day of the calendar");
    day.strftime("%d %m %Y").to_string()
}

fn burst(kiosk: &mut Kiosk, rest: &str) {
    let keys: Vec<Key> = match rest.strip_prefix("keys ") {
        Some(words) => words.split_whitespace().map(key).collect(),
        None => (0..number::<usize>(rest)).map(|n| Key::Char(letter(n))).collect(),
    };
    kiosk.settle();
    let now = Instant::now();
    kiosk.typed(keys.into_iter().map(|key| (key, now)).collect());
    // The quiet after which the desk listens to a hand again.
    std::thread::sleep(Duration::from_millis(100));
}

/// What a scanner in keyboard mode types: 3 ms from key to key, a key a drain as a terminal may give it.
fn scan(kiosk: &mut Kiosk, text: &str) {
    kiosk.settle();
    let start = Instant::now();
    let keys: Vec<(Key, Instant)> = (0..)
        .zip(text.chars())
        .map(|(n, sign)| (if sign == '|' { Key::Enter } else { Key::Char(sign) }, start + Duration::from_millis(3 * n)))
        .collect();
    let (last, before) = keys.split_last().expect("something to scan");
    for (key, at) in before {
        kiosk.take(vec![Arrival::Typed(*key, *at)]);
    }
    kiosk.typed(vec![*last]);
}

fn ahead(kiosk: &mut Kiosk, rest: &str) {
    kiosk.settle();
    let now = Instant::now();
    for word in rest.split_whitespace() {
        kiosk.take(vec![Arrival::Typed(key(word), now)]);
    }
}

fn letter(n: usize) -> char {
    char::from(b'a' + u8::try_from(n % 26).unwrap_or(0))
}

fn number<T: std::str::FromStr>(word: &str) -> T {
    word.trim().parse().unwrap_or_else(|_| panic!("{word:?} is no number"))
}

/// `PrintedNotHandedOver` as `printed-not-handed-over`.
fn status_word(name: &str) -> String {
    let mut word = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.extend(c.to_lowercase());
    }
    word
}

fn timer(word: &str) -> TimerName {
    match word {
        "idle-warning" => TimerName::IdleWarning,
        "idle-lock" => TimerName::IdleLock,
        other => panic!("no timer is called {other:?}"),
    }
}

/// A key by its name.
pub fn key(word: &str) -> Key {
    let Some(name) = word.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else {
        let mut chars = word.chars();
        return match (chars.next(), chars.next()) {
            (Some(c), None) => Key::Char(c),
            _ => panic!("no key is called {word:?}"),
        };
    };
    match name {
        "ret" => Key::Enter,
        "esc" => Key::Esc,
        "tab" => Key::Tab,
        "backtab" => Key::BackTab,
        "up" => Key::Up,
        "down" => Key::Down,
        "left" => Key::Left,
        "right" => Key::Right,
        "home" => Key::Home,
        "end" => Key::End,
        "pgup" => Key::PageUp,
        "pgdn" => Key::PageDown,
        "backspace" => Key::Backspace,
        "delete" => Key::Delete,
        "space" => Key::Char(' '),
        name => match name.strip_prefix('F').and_then(|n| n.parse().ok()) {
            Some(n) => Key::F(n),
            None => panic!("no key is called {word:?}"),
        },
    }
}
