//! What desk and central say to each other. Pure, used by both sides.
//!
//! [`fact`] is what happened, [`event`] seals and chains it, [`statement`] is what central signs, [`act`] what the agent's
//! card signs, [`message`] the bodies of the HTTP routes.

pub mod act;
pub mod fact;
pub mod message;
pub mod statement;
