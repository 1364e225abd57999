//! What desk and central say to each other. Pure, used by both sides.
//!
//! [`fact`] is what happened, [`seal`] hides it from all but central, [`event`] numbers and signs it, [`chain`] checks the
//! order, [`statement`] is what central signs, [`policy`] the rules it signs, [`act`] what the agent's card signs, [`message`] the bodies of the HTTP
//! routes.

pub mod act;
pub mod chain;
pub mod event;
pub mod fact;
pub mod message;
pub mod policy;
pub mod seal;
pub mod statement;
