//! `make bench`: what the desk costs, beside a floor or a peer measured in the same run, in one table. Ends non-zero when a
//! budget is exceeded (`notes` screens 4.3).
//!
//! Processor time and memory are the program's own, so that a busy computer changes them little; milliseconds on the clock
//! are shown for cards alone, and nothing is demanded of them.

#[path = "budgets/desk.rs"]
mod desk;
#[path = "budgets/evidence.rs"]
mod evidence;
#[path = "budgets/personalise.rs"]
mod personalise;
#[path = "budgets/photo.rs"]
mod photo;
#[path = "budgets/process.rs"]
mod process;
#[path = "budgets/table.rs"]
mod table;

#[path = "../tests/card_suite/mod.rs"]
#[allow(dead_code)]
mod card_suite;
#[path = "../tests/support/mod.rs"]
mod support;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use desk::{Central, Desk, SET_UP, floor, just_after_a_minute};
use process::{SIZE, burst_cpu_ns, cpu_ns, key_cpu_ns, median, memory, start_cpu_ns};
use support::pty::Pty;
use table::{Budget, Row, table};

/// Starts of each program; the middle one counts.
const STARTS: usize = 5;
/// Keys of a hand, one by one. No field here is shorter.
const KEYS: &str = "abcdefghijklmnopqrstuvwxyzabcdefghijklmn";
/// Keys of a burst.
const BURST: usize = 1_000;
/// How long nothing is done.
const IDLE: Duration = Duration::from_secs(10);
/// MiB of memory and of the binary.
const MEMORY_MIB: f64 = 30.0;
const BINARY_MIB: f64 = 15.0;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some(personalise::CHILD) => personalise::child(),
        Some(photo::CHILD) => photo::child(Path::new(&arguments.next().unwrap_or_default())),
        _ => return bench(),
    }
    ExitCode::SUCCESS
}

fn bench() -> ExitCode {
    table::proves_itself();
    let mut rows = Vec::new();
    evidence::rows(&mut rows);
    let fresh = Desk::new();
    start_rows(&fresh, &mut rows);
    key_rows(&fresh, &mut rows);
    enrolled_rows(&mut rows);
    rows.push(binary_row());
    card_rows(&mut rows);
    println!("{}", table(&rows));
    if rows.iter().all(Row::passes) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn bare(program: &Path) -> Pty {
    Pty::spawn(program, &[], &[], SIZE)
}

fn us(ns: u64) -> f64 {
    ns as f64 / 1e3
}

fn ms(ns: u64) -> f64 {
    ns as f64 / 1e6
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

fn start_rows(desk: &Desk, rows: &mut Vec<Row>) {
    // The first start makes the database: that happens once in a desk's life.
    start_cpu_ns(&desk.start(), SET_UP);
    let floor = floor("bare");
    // In turns, so that a busy moment of the computer meets both.
    let (floors, ours): (Vec<u64>, Vec<u64>) =
        (0..STARTS).map(|_| (start_cpu_ns(&bare(&floor), "bare"), start_cpu_ns(&desk.start(), SET_UP))).unzip();
    let row = Row::new("start to first frame, CPU", ms(median(ours)), "ms", Budget::Times(3.0));
    rows.push(row.beside("bare ratatui", ms(median(floors))));
}

fn key_rows(desk: &Desk, rows: &mut Vec<Row>) {
    let form = floor("form");
    let mut pty = bare(&form);
    start_cpu_ns(&pty, "Forenames");
    let floor_key = key_cpu_ns(&mut pty, KEYS);
    let floor_burst = burst_cpu_ns(&mut pty, &burst());
    let mut pty = desk.start();
    start_cpu_ns(&pty, SET_UP);
    let key = key_cpu_ns(&mut pty, KEYS);
    let burst = burst_cpu_ns(&mut pty, &burst());
    rows.push(Row::new("one key, CPU", us(key), "us", Budget::Times(2.0)).beside("bare form", us(floor_key)));
    let row = Row::new("1,000 keys at once, CPU", ms(burst), "ms", Budget::AtMost(5.0));
    rows.push(row.beside("bare form", ms(floor_burst)));
}

fn burst() -> String {
    KEYS.chars().cycle().take(BURST).collect()
}

/// Idle and memory, on a desk that is set up and online.
fn enrolled_rows(rows: &mut Vec<Row>) {
    let central = Central::start();
    let desk = Desk::new();
    drop(desk.set_up(&central));
    just_after_a_minute();
    let pty = desk.start();
    pty.wait_for("ONLINE", process::PATIENCE);
    process::settled(&pty);
    let pid = pty.process_id();
    // What the start set off (the first exchange with central) comes to rest.
    std::thread::sleep(Duration::from_secs(2));
    let cpu = cpu_ns(pid);
    let bytes = pty.bytes_while_idle(IDLE);
    let cpu = cpu_ns(pid) - cpu;
    rows.push(Row::new("10 s idle, bytes to the terminal", bytes as f64, "B", Budget::AtMost(0.0)));
    rows.push(Row::new("10 s idle, CPU", us(cpu), "us", Budget::AtMost(0.0)));
    let desk = memory(pid);
    let photo = photo::growth();
    for (what, desk, photo) in [
        ("resident memory: database, TLS, photo", desk.resident, photo.resident),
        ("private dirty memory of the same", desk.private_dirty, photo.private_dirty),
    ] {
        let row = Row::new(what, mib(desk + photo), "MiB", Budget::AtMost(MEMORY_MIB));
        rows.push(row.beside("without the photo", mib(desk)));
    }
}

fn binary_row() -> Row {
    let bytes = std::fs::metadata(desk::program()).expect("the built desk").len();
    let row = Row::new("binary of the desk alone", bytes as f64 / 1048576.0, "MiB", Budget::AtMost(BINARY_MIB));
    let floor = std::fs::metadata(floor("bare")).expect("the built floor").len();
    row.beside("bare ratatui", floor as f64 / 1048576.0)
}

fn card_rows(rows: &mut Vec<Row>) {
    let (ours, theirs) = (personalise::ours(), personalise::yubikit());
    let row = Row::new("a card written, read back: APDUs", ours.apdus as f64, "APDUs", Budget::Shown);
    rows.push(row.beside("yubikit", theirs.apdus as f64));
    let row = Row::new("the same, time without key making", ours.ms, "ms", Budget::Shown);
    rows.push(row.beside("yubikit", theirs.ms));
}
