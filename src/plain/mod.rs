//! The room `plain`; see the code map in `lib.rs`.
