//! What a process has used, from `/proc`: processor time and memory.

use std::fs;
use std::time::{Duration, Instant};

use crate::support::pty::Pty;

/// A terminal of a desk.
pub const SIZE: (u16, u16) = (120, 40);
/// Silence after which a program is taken to have drawn all it wants to.
const SILENCE: Duration = Duration::from_millis(250);
/// How often the harness looks. The program under test pays nothing for it.
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// How often it looks for the first frame: what a program goes on to do behind it is no part of that frame's time.
const LOOK_FOR_FRAME: Duration = Duration::from_micros(50);
/// The longest a step may take on a busy computer.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Processor time of every thread that lives, in nanoseconds: the first number of `schedstat` (Linux,
/// `Documentation/scheduler/sched-stats.rst`). Threads that have ended are missing: no program measured here has short ones.
pub fn cpu_ns(pid: u32) -> u64 {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).expect("the program runs");
    let of_task = |task: fs::DirEntry| {
        let text = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        text.split_whitespace().next().and_then(|ns| ns.parse::<u64>().ok()).unwrap_or(0)
    };
    tasks.flatten().map(of_task).sum()
}

/// Resident memory of a process, KiB.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// All of it, the shared libraries of others included.
    pub resident: u64,
    /// What it alone wrote.
    pub private_dirty: u64,
}

/// Resident memory from `smaps_rollup`.
pub fn memory(pid: u32) -> Memory {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).expect("the program runs");
    let line = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name} in\n{text}"));
        line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number of KiB")
    };
    Memory { resident: line("Rss:"), private_dirty: line("Private_Dirty:") }
}

/// Waits until the program has been silent for [`SILENCE`]; the processor time it had used when its last byte came.
pub fn settled(pty: &Pty) -> u64 {
    let pid = pty.process_id();
    let (mut bytes, mut cpu, mut since) = (pty.bytes(), cpu_ns(pid), Instant::now());
    let started = Instant::now();
    while since.elapsed() < SILENCE {
        std::thread::sleep(LOOK_EVERY);
        let now = pty.bytes();
        if now != bytes {
            (bytes, cpu, since) = (now, cpu_ns(pid), Instant::now());
        }
        assert!(started.elapsed() < PATIENCE, "the program never stops drawing:\n{}", pty.text());
    }
    cpu
}

/// Processor time from the start to the first frame, which is the first that shows `text`: of all threads, whatever else
/// they did till then.
pub fn start_cpu_ns(pty: &Pty, text: &str) -> u64 {
    let pid = pty.process_id();
    let started = Instant::now();
    let mut bytes = 0;
    loop {
        let now = pty.arrived();
        if now != bytes {
            bytes = now;
            let cpu = cpu_ns(pid);
            while pty.bytes() < now {
                std::thread::sleep(LOOK_FOR_FRAME);
            }
            if pty.text().contains(text) {
                return cpu;
            }
        }
        assert!(started.elapsed() < PATIENCE, "no {text:?} on\n{}", pty.text());
        std::thread::sleep(LOOK_FOR_FRAME);
    }
}

/// Processor time of one key: the mean of these, each typed once the one before was drawn.
pub fn key_cpu_ns(pty: &mut Pty, keys: &str) -> u64 {
    settled(pty);
    let before = cpu_ns(pty.process_id());
    for key in keys.bytes() {
        let (bytes, typed) = (pty.bytes(), Instant::now());
        pty.send(&[key]);
        while pty.bytes() == bytes {
            assert!(typed.elapsed() < PATIENCE, "a key was not drawn on\n{}", pty.text());
            std::thread::sleep(LOOK_EVERY);
        }
        // Far more than a frame takes: what a key sets off is paid before the next one.
        std::thread::sleep(Duration::from_millis(20));
    }
    (cpu_ns(pty.process_id()) - before) / keys.len() as u64
}

/// Processor time of all these keys in one write.
pub fn burst_cpu_ns(pty: &mut Pty, keys: &str) -> u64 {
    settled(pty);
    let before = cpu_ns(pty.process_id());
    pty.send(keys.as_bytes());
    settled(pty);
    cpu_ns(pty.process_id()) - before
}

/// The middle one.
pub fn median(mut values: Vec<u64>) -> u64 {
    values.sort_unstable();
    values[values.len() / 2]
}
