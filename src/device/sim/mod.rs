//! Simulated devices for the demo and for tests. Cards answer APDUs beneath the real PIV code: nothing above the reader
//! knows that they are simulated. The image has none of this (feature `demo`).

pub mod card;
mod chip;
pub mod memory;
pub mod reader;

pub use card::{SimCard, Tear};
pub use memory::CardMemory;
pub use reader::SimRig;
