//! The room `store`; see the code map in `lib.rs`.
