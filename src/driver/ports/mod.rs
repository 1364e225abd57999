//! The adapters: each turns effects into work of a device, the store or central, and answers into inputs.
//!
//! A port never blocks the loop: it hands work to a thread of its own over a bounded queue.

pub mod camera;
pub mod cards;
pub mod central;
pub mod printer;
pub mod store;

use std::sync::mpsc::SyncSender;

use super::engine::Arrival;
use crate::journey::input::Input;

/// What may wait between the devices and the loop. A loop that is this far behind has stopped.
pub const ARRIVALS_MAX: usize = 1_024;
/// What may wait for one device: the core asks for a handful of things at a time.
pub const WORK_MAX: usize = 16;

/// The way back to the loop.
#[derive(Clone)]
pub struct Arrivals(SyncSender<Arrival>);

impl Arrivals {
    /// Into this channel.
    pub fn new(sender: SyncSender<Arrival>) -> Self {
        Self(sender)
    }

    /// Gives one input to the loop. A loop that has ended does not want it any more.
    pub fn send(&self, input: Input) {
        let _ = self.0.send(Arrival::Input(input));
    }
}
