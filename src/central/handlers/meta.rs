//! What anybody may ask: whether central is there, and how it is spoken to.

use super::{Answer, Ask, Reply};
use crate::central::service::{Central, of_store};
use crate::wire::message::{Hello, PROTOCOL};

/// The description of every route, written by hand; a test holds it against the table.
pub const OPENAPI: &str = include_str!("../../../assets/openapi.json");

pub fn hello(central: &Central, _: &Ask) -> Answer {
    Reply::json(&Hello {
        environment: central.authority.environment(),
        protocol: PROTOCOL,
        protocol_min: PROTOCOL,
        now: central.now(),
    })
}

pub fn live(_: &Central, _: &Ask) -> Answer {
    Ok(Reply::bytes("text/plain", b"live\n".to_vec()))
}

pub fn ready(central: &Central, _: &Ask) -> Answer {
    central.store.ready(central.now()).map_err(of_store)?;
    Ok(Reply::bytes("text/plain", b"ready\n".to_vec()))
}

pub fn openapi(_: &Central, _: &Ask) -> Answer {
    Ok(Reply::bytes("application/json", OPENAPI.as_bytes().to_vec()))
}
