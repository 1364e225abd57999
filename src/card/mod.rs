//! What a card is: APDU and TLV codec, PIV profile, plan, probe, steps, read-back. Pure: bytes go through a
//! [`channel::Channel`] that somebody above provides.

pub mod apdu;
pub mod certificate;
pub mod channel;
pub mod csr;
pub mod objects;
pub mod piv;
pub mod task;
pub mod tlv;

#[cfg(test)]
mod script;
