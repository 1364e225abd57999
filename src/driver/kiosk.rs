//! The kiosk: engine, screen and channel in one loop. Drain everything that waits, draw once, sleep until something happens.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::engine::{Arrival, Commit, Engine, Perform, World};
use super::ports::ARRIVALS_MAX;
use super::terminal::Screen;
use crate::domain::Millis;
use crate::journey::Desk;
use crate::journey::input::Input;
use crate::journey::key::Key;
use crate::screen::page::Page;
use crate::screen::view;
use crate::words::Words;

/// Arrivals in one drain from which on it is a burst.
const BURST_MIN: usize = 5;
/// A burst is over when nothing more has come within this time. Shorter than a frame anybody could miss.
const BURST_GAP: Duration = Duration::from_millis(2);

/// Something that lies over the kiosk and takes keys before it: the demo's panel. The kiosk itself has none.
pub trait Panel {
    /// Takes a key. True if the kiosk is not to have it.
    fn key(&mut self, key: Key) -> bool;
    /// The page to show instead, if the panel is open.
    fn page(&self, desk: &Desk, words: &Words) -> Option<Page>;
}

/// No panel.
pub struct NoPanel;

impl Panel for NoPanel {
    fn key(&mut self, _key: Key) -> bool {
        false
    }

    fn page(&self, _desk: &Desk, _words: &Words) -> Option<Page> {
        None
    }
}

/// Runs until the program is to end.
///
/// Errors: the terminal has gone. Everything adopted is durable by then.
pub fn run<S: Commit, D: Perform, W: World, P: Panel>(
    engine: &mut Engine<S, D, W>,
    screen: &mut Screen,
    panel: &mut P,
    arrivals: &Receiver<Arrival>,
) -> io::Result<()> {
    let (cols, rows) = screen.size();
    engine.take(vec![Arrival::Input(Input::Resize(cols, rows)), Arrival::Input(Input::Minute)]);
    let mut changed = true;
    while !engine.quit {
        if changed {
            draw(engine, screen, panel)?;
            engine.drawn(Instant::now());
        }
        let first = arrivals.recv_timeout(wait(engine));
        // Before the rest is drained: what was typed until now is in the batch, so a pause between keys is never the loop's own.
        let now = Instant::now();
        let batch = match first {
            Ok(first) => drain(first, arrivals),
            Err(RecvTimeoutError::Timeout) => arrivals.try_iter().take(ARRIVALS_MAX).collect(),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        };
        let batch = before_the_core(batch, screen, panel, &mut changed);
        if !batch.is_empty() {
            changed |= engine.take(batch);
        }
        changed |= engine.tick(now);
        if minute(engine.world.now()) != minute(engine.desk.minute) {
            changed |= engine.take(vec![Arrival::Input(Input::Minute)]);
        }
    }
    Ok(())
}

/// The first frame, before anything is attached.
///
/// Errors: the terminal has gone.
pub fn first_frame(desk: &mut Desk, screen: &mut Screen) -> io::Result<()> {
    desk.size = screen.size();
    let words = screen.words(desk);
    let (page, status) = (view::page(desk, words), view::status(desk).words(words));
    screen.draw(desk, &page, &status)
}

fn draw<S: Commit, D: Perform, W: World, P: Panel>(
    engine: &Engine<S, D, W>,
    screen: &mut Screen,
    panel: &P,
) -> io::Result<()> {
    let words = screen.words(&engine.desk);
    let page = panel.page(&engine.desk, words).unwrap_or_else(|| view::page(&engine.desk, words));
    let status = view::status(&engine.desk).words(words);
    screen.draw(&engine.desk, &page, &status)
}

/// Everything that waits, up to what the channel can hold: then it is drawn once.
///
/// So many at once are no hand: the rest of the burst is on its way, and is waited for in a sleep that it does not end, rather
/// than drawn in a hundred pieces.
fn drain(first: Arrival, arrivals: &Receiver<Arrival>) -> Vec<Arrival> {
    let mut batch: Vec<_> = std::iter::once(first).chain(arrivals.try_iter().take(ARRIVALS_MAX)).collect();
    let mut before = 0;
    while batch.len() >= BURST_MIN && batch.len() > before && batch.len() < ARRIVALS_MAX {
        before = batch.len();
        std::thread::sleep(BURST_GAP);
        batch.extend(arrivals.try_iter().take(ARRIVALS_MAX - before));
    }
    batch
}

/// Keys that move the page or belong to the panel never reach the core.
fn before_the_core<P: Panel>(
    batch: Vec<Arrival>,
    screen: &mut Screen,
    panel: &mut P,
    changed: &mut bool,
) -> Vec<Arrival> {
    *changed = false;
    batch
        .into_iter()
        .filter(|arrival| {
            let (Arrival::Key(key) | Arrival::Typed(key, _)) = arrival else { return true };
            match key {
                Key::PageDown | Key::PageUp => {
                    screen.turn(*key == Key::PageDown);
                    *changed = true;
                    false
                }
                key => {
                    screen.follow_focus();
                    let taken = panel.key(*key);
                    *changed |= taken;
                    !taken
                }
            }
        })
        .collect()
}

/// Until the next timer or the next minute, whichever is first.
fn wait<S: Commit, D: Perform, W: World>(engine: &Engine<S, D, W>) -> Duration {
    let into_minute = engine.world.now().0.rem_euclid(Millis::MINUTE);
    let to_minute = Duration::from_millis(u64::try_from(Millis::MINUTE - into_minute).unwrap_or(60_000));
    let to_timer = engine.next_wake().map(|at| at.saturating_duration_since(Instant::now()));
    to_timer.map_or(to_minute, |timer| timer.min(to_minute))
}

fn minute(at: Millis) -> i64 {
    at.0.div_euclid(Millis::MINUTE)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    #[test]
    fn everything_that_waits_is_one_drain_and_the_channel_is_its_limit() {
        let (sender, arrivals) = sync_channel(3 * ARRIVALS_MAX);
        let key = || Arrival::Key(Key::Char('x'));
        assert_eq!(drain(key(), &arrivals).len(), 1);
        (0..ARRIVALS_MAX / 2).for_each(|_| sender.send(key()).unwrap());
        assert_eq!(drain(key(), &arrivals).len(), ARRIVALS_MAX / 2 + 1);
        (0..3 * ARRIVALS_MAX).for_each(|_| sender.send(key()).unwrap());
        assert_eq!(drain(key(), &arrivals).len(), ARRIVALS_MAX + 1);
    }
}
