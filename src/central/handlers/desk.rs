//! What a desk is told of itself, of agents and of revoked things; nonces and sessions.

use super::{Answer, Ask, Reply};
use crate::central::effect::SESSION_MAX_MS;
use crate::central::hand::signature_digest;
use crate::central::service::{Central, fresh, of_store, problem};
use crate::central::store::{DeskRow, SessionAsk};
use crate::domain::Millis;
use crate::wire::message::{Bytes, DeskRecord, Nonce, ProblemCode, SessionOpened, SessionRequest};
use crate::wire::statement::{SCOPE_ALL, StatementHead, StatementKind, body_bytes, sign};

/// How long a nonce is good: an agent typing a passcode, and a slow line (design, "Agent's hand").
const NONCE_MS: i64 = 5 * Millis::MINUTE;
/// How long a roster is good without the network: a clinic of three days.
const ROSTER_MS: i64 = 72 * Millis::HOUR;
/// How long a revocation list is good; older ones stop card work.
const REVOCATIONS_MS: i64 = 24 * Millis::HOUR;
/// A policy book is fetched often; what it says holds on the days it names.
const POLICIES_MS: i64 = 30 * Millis::DAY;
/// A page is for now.
const FEED_MS: i64 = Millis::HOUR;

pub fn record(central: &Central, ask: &Ask, desk: &DeskRow) -> Answer {
    ask.own_desk(desk)?;
    let authority = &central.authority;
    Reply::json(&DeskRecord {
        desk: desk.desk,
        name: desk.name.clone(),
        place: desk.place.clone(),
        organisation: desk.organisation.clone(),
        epoch: desk.epoch,
        seal_key: Bytes(authority.seal_public().to_vec()),
        statement_key: Bytes(authority.statement_key().to_vec()),
        card_ca: Bytes(authority.card_ca().to_vec()),
        environment: authority.environment(),
    })
}

fn statement<T: serde::Serialize>(
    central: &Central,
    kind: StatementKind,
    scope: &str,
    version: u64,
    life: i64,
    body: &T,
) -> Answer {
    let issued = central.now();
    let head = StatementHead {
        environment: central.authority.environment(),
        kind,
        scope: scope.to_owned(),
        version,
        issued,
        expires: issued.plus(life),
    };
    let body = body_bytes(body).map_err(|_| problem(ProblemCode::Internal, "the statement has no form"))?;
    let signed = sign(&head, &body, |message| central.authority.sign_statement(message));
    Ok(Reply::bytes("application/cbor", signed))
}

pub fn feed(central: &Central, ask: &Ask, desk: &DeskRow) -> Answer {
    ask.own_desk(desk)?;
    let cursor = ask.asked("cursor").map_or(Ok(0), str::parse);
    let cursor = cursor.map_err(|_| problem(ProblemCode::BadRequest, "the cursor is a number"))?;
    let page = central.store.feed(desk.desk, cursor).map_err(of_store)?;
    // Time as version: it does not fall after a restore, and two pages of one cursor may differ.
    let version = u64::try_from(central.now().0).unwrap_or(0);
    statement(central, StatementKind::Feed, &desk.desk.to_string(), version, FEED_MS, &page)
}

pub fn roster(central: &Central, ask: &Ask, desk: &DeskRow) -> Answer {
    ask.own_desk(desk)?;
    let (version, roster) = central.store.roster(desk.desk).map_err(of_store)?;
    statement(central, StatementKind::Roster, &desk.desk.to_string(), version, ROSTER_MS, &roster)
}

pub fn revocations(central: &Central, _: &Ask, _: &DeskRow) -> Answer {
    let (version, revocations) = central.store.revocations().map_err(of_store)?;
    statement(central, StatementKind::Revocations, SCOPE_ALL, version, REVOCATIONS_MS, &revocations)
}

pub fn policies(central: &Central, _: &Ask, _: &DeskRow) -> Answer {
    let (version, book) = central.store.policy_book().map_err(of_store)?;
    statement(central, StatementKind::Policy, SCOPE_ALL, version, POLICIES_MS, &book)
}

pub fn nonce(central: &Central, _: &Ask, desk: &DeskRow) -> Answer {
    let nonce = fresh::<32>()?;
    let now = central.now();
    let expires = now.plus(NONCE_MS);
    central.store.add_nonce(desk.desk, &nonce, expires, now).map_err(of_store)?;
    Reply::json(&Nonce { nonce: Bytes(nonce.to_vec()), expires })
}

pub fn open_session(central: &Central, ask: &Ask, desk: &DeskRow) -> Answer {
    let start: SessionRequest = ask.json()?;
    let said = &start.statement;
    if said.desk != desk.desk || said.epoch != desk.epoch {
        return Err(problem(ProblemCode::BadSignature, "the session names another desk or epoch").into());
    }
    let agent = central.check_session(&start)?;
    let now = central.now();
    let session = SessionAsk {
        digest: signature_digest(&start.signature),
        agent: agent.number.clone(),
        desk: desk.desk,
        role: said.role,
        organisation: said.organisation.clone(),
        nonce: Some(said.nonce),
        now,
        ends: now.plus(SESSION_MAX_MS),
    };
    central.store.open_session(&session).map_err(of_store)?;
    central.audit(Some(desk.desk), Some(&agent.number), "session_opened", said.role.as_str().to_owned());
    Reply::json(&SessionOpened { agent: agent.number, now })
}

pub fn end_sessions(central: &Central, _: &Ask, desk: &DeskRow) -> Answer {
    central.store.end_sessions(desk.desk, central.now()).map_err(of_store)?;
    Ok(Reply::empty())
}
