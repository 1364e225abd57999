//! The room `driver`; see the code map in `lib.rs`.

pub mod keys;
