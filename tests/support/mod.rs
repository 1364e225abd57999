//! What several test files share. One line a module; each test file uses some of them.
#![allow(dead_code)] // every test file is a crate of its own and uses a part only

pub mod pty;
pub mod snapshot;
pub mod source;
