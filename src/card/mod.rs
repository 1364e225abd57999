//! What a card is: APDU and TLV codec, PIV profile, plan, probe, steps, read-back. Pure: bytes go through a
//! [`channel::Channel`] that somebody above provides.

pub mod apdu;
pub mod certificate;
pub mod channel;
pub mod csr;
pub mod diagnose;
mod identity;
pub mod objects;
pub mod piv;
pub mod plan;
mod readback;
mod report;
pub mod run;
mod step;
pub mod task;
pub mod tlv;
pub mod trust;
mod work;

#[cfg(test)]
mod script;

pub use diagnose::{Diagnosis, Known, KnownIssuer, diagnose};
pub use run::{Secrets, run};
