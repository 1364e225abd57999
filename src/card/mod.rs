//! What a card is: APDU and TLV codec, PIV profile, plan, probe, steps, read-back. Pure: bytes go through a
//! [`channel::Channel`] that somebody above provides.

pub mod channel;
pub mod task;
pub mod trust;
