//! Hand or scanner: told apart by the time between keys. A scanner that works as a keyboard must never fill a passcode field.

use std::time::{Duration, Instant};

/// Characters nearer to each other than this were not typed by a hand.
const HAND_GAP: Duration = Duration::from_millis(20);
/// So many of them in a row are a burst. Fewer may be a slip of the fingers.
pub const BURST_MIN: u32 = 5;
/// A burst is over after so much quiet.
const QUIET: Duration = Duration::from_millis(50);

/// What a key in a passcode field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// Typed.
    Typed,
    /// Now it is plain that this and the [`BURST_MIN`] less one before were a burst: they are taken out of the field.
    BurstBegins,
    /// Still the burst: dropped, Enter too.
    Burst,
}

/// The times of the last keys.
#[derive(Debug, Default)]
pub struct Pace {
    last: Option<Instant>,
    run: u32,
    deaf: bool,
}

impl Pace {
    /// One key, read at this time. `is_char`: a character; `passcode`: a passcode field has the focus.
    pub fn key(&mut self, at: Instant, is_char: bool, passcode: bool) -> Hand {
        let gap = self.last.replace(at).map_or(Duration::MAX, |last| at.saturating_duration_since(last));
        if self.deaf && gap < QUIET {
            return Hand::Burst;
        }
        self.deaf = false;
        self.run = match (is_char, gap < HAND_GAP) {
            (true, true) => self.run.saturating_add(1),
            (true, false) => 1,
            (false, _) => 0,
        };
        self.deaf = passcode && self.run >= BURST_MIN;
        if self.deaf { Hand::BurstBegins } else { Hand::Typed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(pace: &mut Pace, start: Instant, gap: u64, count: u64) -> Vec<Hand> {
        (0..count).map(|n| pace.key(start + Duration::from_millis(gap * n), true, true)).collect()
    }

    #[test]
    fn a_hand_is_never_taken_for_a_burst() {
        let mut pace = Pace::default();
        assert!(keys(&mut pace, Instant::now(), 25, 12).iter().all(|hand| *hand == Hand::Typed));
    }

    #[test]
    fn a_burst_is_dropped_with_its_enter_until_it_is_quiet() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        let burst = keys(&mut pace, start, 2, 8);
        assert_eq!(burst[..5], [Hand::Typed, Hand::Typed, Hand::Typed, Hand::Typed, Hand::BurstBegins]);
        assert!(burst[5..].iter().all(|hand| *hand == Hand::Burst));
        assert_eq!(pace.key(start + Duration::from_millis(50), false, true), Hand::Burst);
        assert_eq!(pace.key(start + Duration::from_millis(120), true, true), Hand::Typed);
    }

    #[test]
    fn outside_a_passcode_a_scanner_may_type() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        assert!((0..20).all(|n| pace.key(start + Duration::from_millis(n), true, false) == Hand::Typed));
    }
}
