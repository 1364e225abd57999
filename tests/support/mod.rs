//! What tests share. Each test file takes what it needs: `mod support;`.
// Every test file compiles all of this and none uses all of it.
#![allow(dead_code)]

pub mod pcsc;
pub mod printer;
pub mod tools;
