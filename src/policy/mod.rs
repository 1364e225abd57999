//! What the rules say. Pure; see the code map in `lib.rs`.

pub mod gate;
pub mod rights;
