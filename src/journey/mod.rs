//! The room `journey`; see the code map in `lib.rs`.

pub mod key;
