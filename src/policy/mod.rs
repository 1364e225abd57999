//! What the rules say. Pure; every rule names its source. The rules are data, `assets/policy`.

pub mod cards;
pub use crate::document::dates;
pub mod decision;
pub mod documents;
pub mod evaluate;
pub mod evidence;
pub mod facts;
pub mod gpg45;
pub mod pack;
pub mod passcode;
pub mod roles;
mod rule;

pub use decision::Decision;
pub use evaluate::evaluate;
pub use facts::Facts;
pub use pack::{Policy, PolicySet};
pub use rule::Rule;
