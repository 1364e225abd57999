//! The room `sync`; see the code map in `lib.rs`.
