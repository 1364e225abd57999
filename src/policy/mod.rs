//! What the rules say. Pure; every rule names its source.

pub mod cards;
pub use crate::document::dates;
pub mod documents;
pub mod evidence;
pub mod passcode;
pub mod roles;
