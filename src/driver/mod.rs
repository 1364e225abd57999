//! The loop: drain, update, journal, run effects, draw (design, "The way of data").

pub mod engine;
pub mod keys;
pub mod ports;
pub mod timers;
pub mod vault;
