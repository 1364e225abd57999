//! The room `central`; see the code map in `lib.rs`.
