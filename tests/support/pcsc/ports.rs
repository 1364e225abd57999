//! Two free ports in a row, for the two slots of a virtual reader.

use std::env;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Below the ports that Linux gives to outgoing connections, above those of well-known services.
const FIRST: u16 = 20_000;
/// How many pairs there are from [`FIRST`] on.
const PAIRS: u16 = 6_000;

/// Two ports that belong to this test until they are dropped. A lock file keeps other test processes
/// away, also in the moment between choosing the ports and the daemon's listening on them.
pub struct PortPair {
    base: u16,
    _lock: File,
}

impl PortPair {
    /// Takes a free pair.
    pub fn take() -> Self {
        let dir = env::temp_dir().join("ra-desk-test-ports");
        fs::create_dir_all(&dir).expect("a folder for port locks");
        // For every user of the computer; only the first one may say so.
        let _ = fs::set_permissions(&dir, fs::Permissions::from_mode(0o1777));
        for _ in 0..PAIRS {
            let base = FIRST + 2 * next_pair();
            let Ok(lock) = File::create(dir.join(base.to_string())) else { continue };
            let free = |port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok();
            if lock.try_lock().is_ok() && free(base) && free(base + 1) {
                return Self { base, _lock: lock };
            }
        }
        panic!("no two free ports in a row from {FIRST} on");
    }

    /// The port of a slot.
    pub fn port(&self, slot: usize) -> u16 {
        self.base + u16::try_from(slot).expect("slot 0 or 1")
    }

    /// Whether someone listens on both, which can only be the daemon they were taken for. Asked of the
    /// kernel's table: a connection would count as a card.
    pub fn both_listening(&self) -> bool {
        let table = fs::read_to_string("/proc/net/tcp").expect("the kernel's table of sockets");
        let listens = |port: u16| {
            let local = format!(":{port:04X}");
            table.lines().any(|line| {
                let mut fields = line.split_whitespace();
                // 0A is TCP_LISTEN.
                fields.nth(1).is_some_and(|addr| addr.ends_with(&local)) && fields.nth(1) == Some("0A")
            })
        };
        listens(self.base) && listens(self.base + 1)
    }
}

/// Walks through the pairs, from a place that differs between processes.
fn next_pair() -> u16 {
    static STEP: AtomicU16 = AtomicU16::new(0);
    static START: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    let start = START.get_or_init(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| u64::from(d.subsec_nanos()));
        now / 1000 + u64::from(process::id()) * 7919
    });
    let step = u64::from(STEP.fetch_add(1, Ordering::Relaxed));
    u16::try_from((start + step) % u64::from(PAIRS)).expect("less than PAIRS")
}
