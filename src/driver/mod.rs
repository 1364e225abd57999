//! The loop: drain, update, journal, run effects, draw (design, "The way of data").

pub mod assemble;
pub mod backlog;
pub mod cli;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
pub mod devices;
pub mod engine;
pub mod keys;
pub mod kiosk;
pub mod pace;
pub mod ports;
#[cfg(test)]
mod reset_twice_tests;
mod sixel;
pub mod terminal;
pub mod timers;
pub mod vault;
