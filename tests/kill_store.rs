//! SIGKILL at random times: nothing acknowledged is lost, there is no gap, the chain is good, state and events agree.
#![cfg(feature = "desk")]

mod store_help;

use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use ra_desk::store::Store;
use ra_desk::wire::chain::verify_chain;
use store_help::*;

/// Set for the child: the folder to work in.
const CHILD: &str = "RA_DESK_KILL_TEST_DIR";

/// Commits a visit's state and an event together, `most` times at most, and says each number once it is durable.
fn work(dir: &Path, most: u64) {
    let store = enrolled(options(dir));
    let mut out = std::io::stdout();
    for _ in 0..most {
        let next = store.head(1).unwrap().0 + 1;
        let done = store.commit_wait(vec![save(1, &next.to_be_bytes()), fact(1)]).unwrap();
        assert_eq!(done.events[0].seq, next);
        writeln!(out, "durable {next}").unwrap();
        out.flush().unwrap();
    }
}

/// What must hold whenever the process ended. Gives the number of events.
fn judge(dir: &Path, acknowledged: u64) -> u64 {
    let store = Store::open(options(dir)).unwrap();
    store.check().unwrap();
    let (head, _) = store.head(1).unwrap();
    assert!(head >= acknowledged, "event {acknowledged} was acknowledged, the desk has {head}");
    if head == 0 {
        return 0;
    }
    let chain = verify_chain(store.events(1, 1, 100_000).unwrap(), &store.identity().unwrap().spki().unwrap()).unwrap();
    assert_eq!((chain.seq, chain.count, chain.first_seq), (head, head, 1), "a gap");
    assert_eq!(store.open_visits().unwrap()[0].snapshot, head.to_be_bytes(), "state and events differ");
    head
}

fn spawn(dir: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_work_that_is_killed_is_good_when_it_is_not", "--nocapture"])
        .env(CHILD, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills the child after `after`, counted from its first commit if `warm`, and gives the last number it said.
fn kill(mut child: Child, after: Duration, warm: bool) -> u64 {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut last = 0;
    let number = |line: &str| line.rsplit_once("durable ").and_then(|(_, number)| number.trim().parse::<u64>().ok());
    if warm {
        for line in lines.by_ref() {
            if let Some(seq) = number(&line.unwrap()) {
                last = seq;
                break;
            }
        }
        assert!(last > 0, "the child never committed");
    }
    std::thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
    // A last line may be cut; what was said whole counts.
    for line in lines.map_while(Result::ok) {
        last = number(&line).unwrap_or(last);
    }
    last
}

fn random(below: u64) -> u64 {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).unwrap();
    u64::from_be_bytes(bytes) % below
}

#[test]
fn the_work_that_is_killed_is_good_when_it_is_not() {
    if let Some(dir) = std::env::var_os(CHILD) {
        work(Path::new(&dir), u64::MAX);
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    work(dir.path(), 20);
    assert_eq!(judge(dir.path(), 20), 20);
}

#[test]
fn nothing_acknowledged_is_lost_when_the_desk_is_killed_at_work() {
    let dir = tempfile::tempdir().unwrap();
    let mut total = 0;
    for _ in 0..40 {
        let said = kill(spawn(dir.path()), Duration::from_micros(random(40_000)), true);
        let now = judge(dir.path(), said);
        assert!(now > total, "the child did nothing");
        total = now;
    }
    assert!(total >= 40);
}

#[test]
fn a_desk_killed_while_it_opens_for_the_first_time_opens_the_next_time() {
    for _ in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        let said = kill(spawn(dir.path()), Duration::from_micros(random(60_000)), false);
        drop(enrolled(options(dir.path())));
        judge(dir.path(), said);
    }
}
