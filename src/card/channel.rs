//! The one way to a card: bytes of a command in, bytes of the answer out.

/// What carries an APDU to a card and its answer back. A reader implements it, and so does a simulated card.
pub trait Channel {
    /// Sends one command APDU as it stands on the wire, gives back data and status word (2 bytes at least).
    ///
    /// Errors: [`ChannelFault`]; the card may or may not have executed the command then.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelFault>;
}

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChannelFault {
    /// The card was taken out, or lost power.
    #[error("the card is gone")]
    CardGone,
    /// Another program reset the card: every right is gone, the card is still there.
    #[error("the card was reset")]
    CardReset,
    /// The reader was unplugged.
    #[error("the reader is gone")]
    ReaderGone,
    /// The smartcard service (pcscd) does not answer; a new context is needed.
    #[error("the smartcard service does not answer")]
    ServiceGone,
    /// Another program holds the card.
    #[error("another program holds the card")]
    InUse,
}
