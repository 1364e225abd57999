//! What the desk touches: reader, camera, printer, scanner, and (in the demo) simulations of them.

pub mod disk;
pub mod photo;
pub mod print;
pub mod reader;
pub mod scanner;
#[cfg(feature = "demo")]
pub mod sim;
