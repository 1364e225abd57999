//! The desk's half of the protocol. [`core`] decides and is pure; [`client`] speaks HTTP under mutual TLS; [`worker`] is
//! the thread that keeps outbox and feed moving; [`online`] is the thread for what a visit asks central directly.

pub mod core;
