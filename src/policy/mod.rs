//! The room `policy`; see the code map in `lib.rs`.
