//! The room `words`; see the code map in `lib.rs`.
