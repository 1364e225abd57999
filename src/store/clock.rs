//! The desk's clocks. The wall clock is a claim; the time since boot is not, but forgets at every boot.

use uuid::Uuid;

use crate::domain::Millis;

/// What events are stamped with. A trait, so that tests bring their own.
pub trait Clock: Send + Sync {
    /// The wall clock.
    fn now(&self) -> Millis;
    /// Milliseconds since this boot.
    fn mono_ms(&self) -> u64;
    /// Which boot.
    fn boot(&self) -> Uuid;
}

/// The computer's clocks.
pub struct SystemClock {
    boot: Uuid,
}

impl SystemClock {
    /// Reads which boot this is. Where the kernel does not say, the process counts as its own boot.
    pub fn new() -> Self {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id")
            .ok()
            .and_then(|text| Uuid::parse_str(text.trim()).ok())
            .unwrap_or_else(Uuid::new_v4);
        Self { boot }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Millis {
        Millis(jiff::Timestamp::now().as_millisecond())
    }

    fn mono_ms(&self) -> u64 {
        // `/proc/uptime` counts since boot, sleep included, in hundredths of a second (proc(5)).
        let text = std::fs::read_to_string("/proc/uptime").unwrap_or_default();
        let (seconds, rest) = text.split_once('.').unwrap_or(("0", "0"));
        let hundredths = rest.get(..2).unwrap_or("0");
        seconds.parse::<u64>().unwrap_or(0).saturating_mul(1_000) + hundredths.parse::<u64>().unwrap_or(0) * 10
    }

    fn boot(&self) -> Uuid {
        self.boot
    }
}

/// The latest of clock, last time central told, and last own event (design, "Statements").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustedTime {
    /// What to judge expiries by.
    pub at: Millis,
    /// What the clock says.
    pub clock: Millis,
    /// The clock is behind what is known to have passed: registering and issuing stop, the rest goes on and says so.
    pub in_doubt: bool,
}

/// How far the clock may be behind before it is in doubt: time services step a clock back by seconds, not minutes.
pub const DOUBT_MS: i64 = 2 * Millis::MINUTE;

impl TrustedTime {
    pub(super) fn from(clock: Millis, last_central: Option<Millis>, last_event: Option<Millis>) -> Self {
        let at = [Some(clock), last_central, last_event].into_iter().flatten().max().unwrap_or(clock);
        Self { at, clock, in_doubt: at.since(clock) > DOUBT_MS }
    }
}
