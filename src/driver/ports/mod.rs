//! The adapters: each turns effects into work of a device, the store or central, and answers into inputs.
//!
//! A port never blocks the loop: it hands work to a thread of its own over a bounded queue.

pub mod camera;
pub mod cards;
pub mod central;
pub mod printer;
pub mod store;

use std::collections::VecDeque;
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, PoisonError};

use super::engine::Arrival;
use crate::journey::input::Input;

/// What may wait between the devices and the loop. A loop that is this far behind has stopped.
pub const ARRIVALS_MAX: usize = 1_024;
/// What may wait for one device: the core asks for a handful of things at a time.
pub const WORK_MAX: usize = 16;
/// Refusals that may wait: one step asks for a handful of things, and the loop takes them right after it.
pub const REFUSED_MAX: usize = 1_024;

/// The way back to the loop.
#[derive(Clone)]
pub struct Arrivals {
    channel: SyncSender<Arrival>,
    refused: Arc<Mutex<VecDeque<Input>>>,
}

impl Arrivals {
    /// Into this channel.
    pub fn new(channel: SyncSender<Arrival>) -> Self {
        Self { channel, refused: Arc::default() }
    }

    /// Gives one input to the loop, from another thread: it waits while the channel is full. A loop that has ended does not want
    /// it any more.
    pub fn send(&self, input: Input) {
        let _ = self.channel.send(Arrival::Input(input));
    }

    /// Answers on the loop's own thread, which must never wait for its own channel.
    pub fn refuse(&self, input: Input) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() < REFUSED_MAX {
            refused.push_back(input);
        } else {
            tracing::error!("more refusals wait than can be kept; one is lost");
        }
    }

    /// Takes what was refused on the loop's own thread, oldest first.
    pub fn refused(&self) -> Vec<Input> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    #[test]
    fn a_refusal_on_the_loops_thread_does_not_wait_for_the_full_channel() {
        let (sender, _receiver) = sync_channel(1);
        let arrivals = Arrivals::new(sender);
        arrivals.send(Input::Minute);
        // The channel is full now: `send` would wait for ever here.
        arrivals.clone().refuse(Input::Minute);
        arrivals.refuse(Input::Resize(80, 25));
        let refused = arrivals.refused();
        assert!(matches!(refused[..], [Input::Minute, Input::Resize(80, 25)]), "{refused:?}");
        assert!(arrivals.refused().is_empty());
    }

    #[test]
    fn refusals_have_a_limit() {
        let (sender, _receiver) = sync_channel(1);
        let arrivals = Arrivals::new(sender);
        (0..=REFUSED_MAX).for_each(|_| arrivals.refuse(Input::Minute));
        assert_eq!(arrivals.refused().len(), REFUSED_MAX);
    }
}
