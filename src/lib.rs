//! RA Desk: the kiosk of a Registration Authority desk, and RA Central, the service its desks sync to.
//!
//! The code map. Lower rooms know nothing of higher ones (`tests/tidy.rs` holds this):
//!
//! | room | what it holds | may know |
//! | --- | --- | --- |
//! | [`domain`] | what things are: ids, person, card, document, role, dates, secrets | nothing of ours |
//! | [`document`] | what a document says: its zone, its numbers, its names, the same person twice | domain |
//! | [`policy`] | what the rules say; data in `assets/policy` | domain, document |
//! | [`card`] | what a card is: APDU, TLV, PIV, plan, probe, steps, read-back | domain |
//! | [`wire`] | what desk and central say to each other | domain, document, policy, card |
//! | [`journey`] | one state machine per visit | domain, document, policy, card, wire |
//! | [`logs`] | what is written to a log | nothing of ours |
//! | `words` | the word files, English and Welsh | nothing of ours |
//! | `screen` | state to frame | the core, words |
//! | `plain` | the same journeys line by line | the core, words, screen |
//! | `device` | what the desk touches: reader, camera, printer, and their simulations | the core |
//! | `store` | what the desk remembers; the only room with SQL on the desk | the core |
//! | `sync` | the desk's half of the protocol | the core, store |
//! | `driver` | the loop: drain, update, journal, run effects, draw; `driver/demo` runs a central beside it | all of the desk |
//! | `central` | router, handlers, store, CA | domain, document, policy, card, wire |

#![forbid(unsafe_code)]

pub mod card;
pub mod document;
pub mod domain;
pub mod journey;
pub mod logs;
pub mod policy;
pub mod wire;

#[cfg(feature = "central")]
pub mod central;
#[cfg(feature = "desk")]
pub mod device;
#[cfg(feature = "desk")]
pub mod driver;
#[cfg(feature = "desk")]
pub mod plain;
#[cfg(feature = "desk")]
pub mod screen;
#[cfg(feature = "desk")]
pub mod store;
#[cfg(feature = "desk")]
pub mod sync;
#[cfg(feature = "desk")]
pub mod words;
