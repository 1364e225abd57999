//! What the rules say. Pure; every rule names its source.

pub mod gate;
pub mod cards;
pub mod passcode;
pub mod roles;
