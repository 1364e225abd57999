//! The desk's half of the protocol. [`core`] decides and is pure; [`client`] speaks HTTP under mutual TLS; [`worker`] is
//! the thread that keeps outbox and feed moving; [`online`] is the thread for what a visit asks central directly.

pub mod certificate;
pub mod client;
pub mod core;
mod enrol;
mod exchange;
mod fault;
mod lists;
pub mod online;
mod routes;
pub mod worker;

pub use client::Client;
pub use enrol::{EnrolFault, Invite, enrol};
pub use exchange::{POLICIES, REVOCATIONS, ROSTER};
pub use fault::CentralFault;
pub use lists::{HeldList, held_policies, held_revocations, held_roster};
pub use online::{Ask, Online, Told};
pub use routes::{LONGEST_ASK, PersonQuery};
pub use worker::{Command, Link, SyncReport, SyncWorker};
