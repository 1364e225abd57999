//! What tests share, one line a module. Each test file takes what it needs: `mod support;`.
// Every test file compiles all of this and none uses all of it.
#![allow(dead_code)]

#[cfg(feature = "central")]
pub mod central;
#[cfg(feature = "desk")]
pub mod desk;
#[cfg(feature = "desk")]
pub mod gate;
pub mod pcsc;
pub mod printer;
pub mod pty;
pub mod snapshot;
pub mod source;
pub mod tools;
#[cfg(feature = "demo")]
pub mod visits;
