//! The room `journey`; see the code map in `lib.rs`.
