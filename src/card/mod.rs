//! The room `card`; see the code map in `lib.rs`.
