//! The core's timers. None runs, nothing wakes.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::journey::effect::TimerName;

/// Timers that run, by name.
#[derive(Debug, Default)]
pub struct Timers(BTreeMap<TimerName, Instant>);

impl Timers {
    /// Sets a timer; one of the same name is replaced. A negative time is due at once.
    pub fn set(&mut self, name: TimerName, ms: i64, now: Instant) {
        self.0.insert(name, now + Duration::from_millis(u64::try_from(ms).unwrap_or(0)));
    }

    /// Forgets a timer.
    pub fn stop(&mut self, name: TimerName) {
        self.0.remove(&name);
    }

    /// When the next one is due.
    pub fn next(&self) -> Option<Instant> {
        self.0.values().min().copied()
    }

    /// Takes those that are due.
    pub fn due(&mut self, now: Instant) -> Vec<TimerName> {
        let due: Vec<_> = self.0.iter().filter(|(_, at)| **at <= now).map(|(name, _)| *name).collect();
        due.iter().for_each(|name| self.stop(*name));
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_set_again_runs_from_the_second_time() {
        let start = Instant::now();
        let mut timers = Timers::default();
        timers.set(TimerName::IdleWarning, 100, start);
        timers.set(TimerName::IdleWarning, 500, start);
        assert!(timers.due(start + Duration::from_millis(200)).is_empty());
        assert_eq!(timers.due(start + Duration::from_millis(500)), [TimerName::IdleWarning]);
        assert_eq!(timers.next(), None);
    }
}
