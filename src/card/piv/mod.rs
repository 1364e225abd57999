//! The PIV card application as commands (SP 800-73-5 part 2), one method each. No method retries, none decides about
//! tries, none remembers rights: the card does.

pub mod application;
pub mod keys;
pub mod management;
pub mod proof;
pub mod reference;

use super::apdu::{Answer, Command, send};
use super::channel::Channel;
use super::task::CardFault;

pub use application::ObjectId;
pub use management::ManagementAlgorithm;

/// A card spoken to as PIV.
pub struct Piv<'a> {
    card: &'a mut dyn Channel,
}

impl<'a> Piv<'a> {
    /// Over this channel; nothing is sent.
    pub fn new(card: &'a mut dyn Channel) -> Self {
        Self { card }
    }

    fn send(&mut self, command: &Command) -> Result<Answer, CardFault> {
        send(self.card, command)
    }
}
