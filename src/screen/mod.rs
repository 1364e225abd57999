//! The room `screen`; see the code map in `lib.rs`.
