//! What the desk touches: reader, camera, printer, and (in the demo) simulations of them.

pub mod disk;
pub mod photo;
pub mod print;
pub mod reader;
#[cfg(feature = "demo")]
pub mod sim;
