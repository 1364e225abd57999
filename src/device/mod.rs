//! The room `device`; see the code map in `lib.rs`.

pub mod photo;
pub mod print;
