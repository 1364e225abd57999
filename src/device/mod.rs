//! What the desk touches: reader, camera, printer, and their simulations.

pub mod reader;
#[cfg(feature = "demo")]
pub mod sim;
