//! The room `central`; see the code map in `lib.rs`.

pub mod ca;
