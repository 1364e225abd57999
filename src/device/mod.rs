//! The room `device`; see the code map in `lib.rs`.
