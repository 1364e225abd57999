//! The room `wire`; see the code map in `lib.rs`.
