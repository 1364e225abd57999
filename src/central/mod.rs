//! RA Central: the service its desks sync to.
//!
//! [`ca`] is the key room, [`est`] gives out certificates (RFC 7030), [`tls`] serves a router over TLS, [`store`] remembers,
//! [`effect`] decides what an event means, [`handlers`] are the routes, [`service`] is what they share.

pub mod admin;
pub mod ca;
pub mod cli;
pub mod config;
pub mod decisions;
#[cfg(feature = "demo")]
pub mod demo_seed;
pub mod effect;
pub mod embedded;
pub mod est;
pub mod grants;
pub mod hand;
pub mod handlers;
pub mod likeness;
pub mod number;
pub mod service;
pub mod store;
pub mod tls;

use std::sync::Arc;

use crate::domain::Millis;

/// Where central takes the time from; a test may give its own.
pub type Clock = Arc<dyn Fn() -> Millis + Send + Sync>;

/// The system's clock.
pub fn system_clock() -> Clock {
    Arc::new(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    })
}
