//! Scanners that type: what of the keys is a hand's and goes on, and what is a scan, which no field and no command ever sees.

use std::time::{Duration, Instant};

use super::{Arrival, Commit, Draft, Engine, InFlight, Perform, World};
use crate::document::mrz::burst::{Heard, Layout, Wedge};
use crate::journey::effect::Write;
use crate::journey::key::Key;
use crate::journey::visit::Visit;
use crate::journey::{self, Desk, Place};

/// The keys that are held until it is known whose they are.
pub(super) struct Scans {
    wedge: Wedge<Instant>,
    /// What the wedge counts its milliseconds from.
    epoch: Instant,
    /// What the first sign of the run did to the text, for as long as it may have been a scanner's.
    first: Option<FirstSign>,
}

/// Texts before and after one sign.
struct FirstSign {
    before: Texts,
    after: Texts,
}

/// Everything on the screen that can hold text.
#[derive(PartialEq)]
struct Texts {
    place: Place,
    visit: Option<Visit>,
}

impl Texts {
    fn of(desk: &Desk) -> Self {
        Self { place: desk.place.clone(), visit: desk.open_visit().cloned() }
    }
}

impl Default for Scans {
    fn default() -> Self {
        Self { wedge: Wedge::default(), epoch: Instant::now(), first: None }
    }
}

impl Scans {
    fn ms(&self, at: Instant) -> i64 {
        i64::try_from(at.saturating_duration_since(self.epoch).as_millis()).unwrap_or(i64::MAX)
    }

    /// When a held key is let go if no other comes.
    pub fn due(&self) -> Option<Instant> {
        let due = self.wedge.due().and_then(|ms| u64::try_from(ms).ok())?;
        self.epoch.checked_add(Duration::from_millis(due))
    }
}

impl<S: Commit, D: Perform, W: World> Engine<S, D, W> {
    /// What the zone's filler arrives as from this desk's scanner.
    pub fn set_scanner(&mut self, layout: Layout) {
        self.scans.wedge = Wedge::new(layout);
    }

    /// Lets go what is held, if it has been quiet for long enough by now. True if there may be something new to draw.
    pub fn quiet(&mut self, now: Instant) -> bool {
        let heard = self.scans.wedge.wake(self.scans.ms(now));
        let batch: Vec<Arrival> = heard.into_iter().map(arrival).collect();
        !batch.is_empty() && self.take_heard(batch)
    }

    /// Keys of a run that may be a scanner's are held. First, apart from the rest: a sign that a text field shows at once.
    ///
    /// In a secret field nothing is held: there the pace alone tells a hand from a scanner, much sooner.
    pub(super) fn listen(&mut self, batch: Vec<Arrival>) -> (Option<Arrival>, Vec<Arrival>) {
        let secret = journey::secret_focus(&self.desk).is_some();
        let mut show = journey::text_focus(&self.desk);
        let (mut first, mut rest) = (None, Vec::with_capacity(batch.len()));
        for one in batch {
            let Arrival::Typed(key, at) = one else {
                rest.push(one);
                continue;
            };
            if self.is_too_early(&one) {
                continue;
            }
            let ms = self.scans.ms(at);
            match sign(key) {
                _ if secret && !self.scans.wedge.holds_any() => rest.push(one),
                Some(sign) => {
                    let wedge = &mut self.scans.wedge;
                    let begins = wedge.due().is_none_or(|due| ms >= due);
                    // Only what stands alone is shown at once: then it is known what it did.
                    let show = std::mem::take(&mut show) && rest.is_empty() && !wedge.holds_any();
                    let mut heard = wedge.key(sign, ms, at, show).into_iter().map(arrival);
                    if begins {
                        self.scans.first = None;
                    }
                    if show && self.scans.wedge.holds_any() {
                        first = heard.next_back();
                    } else {
                        rest.extend(heard);
                    }
                }
                None => {
                    rest.extend(self.scans.wedge.other(ms).into_iter().map(arrival));
                    rest.push(one);
                    show = false;
                }
            }
        }
        (first, rest)
    }

    /// Runs the first sign of what may become a scan, and notes what it did to the text.
    pub(super) fn run_first(&mut self, key: Arrival) -> bool {
        let before = Texts::of(&self.desk);
        let changed = self.run(vec![key]);
        self.scans.first = Some(FirstSign { before, after: Texts::of(&self.desk) });
        changed
    }

    /// It was a scan: the text is again what it was before the scan's first sign, unless it has changed since.
    pub(super) fn take_back(&mut self) {
        let Some(FirstSign { before, after }) = self.scans.first.take() else { return };
        if matches!(self.in_flight, Some(InFlight::Step(_))) || Texts::of(&self.desk) != after {
            return;
        }
        let mut desk = self.desk.clone();
        desk.place = before.place;
        let mut writes = Vec::new();
        if let Some(visit) = before.visit
            && let Some(open) = desk.visits.iter_mut().find(|open| open.id == visit.id && **open != visit)
        {
            writes.push(Write::SaveVisit(visit.snapshot()));
            *open = visit;
        }
        self.settle(&mut Draft { desk: Some(desk), writes, ..Draft::default() });
    }
}

/// The sign a key stands for; none for a key that is no sign.
fn sign(key: Key) -> Option<char> {
    match key {
        Key::Char(sign) => Some(sign),
        Key::Enter => Some('\r'),
        Key::Tab => Some('\t'),
        _ => None,
    }
}

/// What the loop gets.
fn arrival(heard: Heard<Instant>) -> Arrival {
    match heard {
        Heard::Key('\r', at) => Arrival::Typed(Key::Enter, at),
        Heard::Key('\t', at) => Arrival::Typed(Key::Tab, at),
        Heard::Key(sign, at) => Arrival::Typed(Key::Char(sign), at),
        Heard::Scan { text, .. } => Arrival::Scan(text),
    }
}
