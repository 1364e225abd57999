//! Grants, the bootstrap, PUK releases. Secrets are derived or opened here, for one answer, and kept nowhere.

use jiff::ToSpan;
use zeroize::Zeroizing;

use super::{Answer, Ask, Reply};
use crate::central::effect::is_dead;
use crate::central::hand::{Wanted, signature_digest};
use crate::central::service::{Central, code_hash, fresh, of_store, problem};
use crate::central::store::{DeskRow, GrantAsk, GrantBy, ReleaseAsk};
use crate::domain::{CardGuid, GrantId, PersonId, VisitId};
use crate::policy::roles::Task;
use crate::wire::act::{ActKind, content};
use crate::wire::message::{BootstrapRequest, Bytes, GrantRequest, Problem, ProblemCode, Release, ReleaseRequest};

/// Longest chip serial looked at.
const CHIP_SERIAL_MAX: usize = 64;

pub fn make(central: &Central, ask: &Ask, desk: &DeskRow) -> Answer {
    let request: GrantRequest = ask.json()?;
    let wanted = Wanted {
        kinds: &[ActKind::CertificateRequest],
        visit: request.visit,
        card: None,
        desk: desk.desk,
        content: content(&request),
        task: Task::Issue,
        first_card: false,
    };
    let agent = central.check_act(&request.act, &wanted)?;
    let by = GrantBy::Agent {
        agent: agent.number.clone(),
        act_digest: signature_digest(&request.act.signature),
        nonce: request.act.statement.nonce,
    };
    let wish = wish(central, request.person, request.visit, desk, request.chip_serial, by)?;
    let row = central.store.make_grant(&wish).map_err(of_store)?;
    central.audit(Some(desk.desk), Some(&agent.number), "granted", row.grant.to_string());
    Reply::json(&*central.grant_answer(&row)?)
}

pub fn bootstrap(central: &Central, ask: &Ask, desk: &DeskRow) -> Answer {
    let request: BootstrapRequest = ask.json()?;
    central.may_guess()?;
    let hash = code_hash(&request.code);
    let code = Zeroizing::new(request.code);
    let person = central.store.bootstrap_person(&hash, desk.desk, request.visit, central.now()).map_err(|error| {
        central.guessed_wrong();
        of_store(error)
    })?;
    drop(code);
    let by = GrantBy::Bootstrap { code_hash: hash };
    let wish = wish(central, person, request.visit, desk, request.chip_serial, by)?;
    let row = central.store.make_grant(&wish).map_err(of_store)?;
    central.audit(Some(desk.desk), None, "bootstrapped", row.grant.to_string());
    Reply::json(&*central.grant_answer(&row)?)
}

fn wish(
    central: &Central,
    person: PersonId,
    visit: VisitId,
    desk: &DeskRow,
    chip_serial: Option<String>,
    by: GrantBy,
) -> Result<GrantAsk, Problem> {
    if chip_serial.as_ref().is_some_and(|serial| serial.len() > CHIP_SERIAL_MAX) {
        return Err(problem(ProblemCode::BadRequest, "the chip serial is too long"));
    }
    let now = central.now();
    let life = i64::from(central.rules.card_days) - 1;
    let expires = now.london_day().checked_add(life.days());
    let expires = expires.map_err(|_| problem(ProblemCode::Internal, "the card would outlive the calendar"))?;
    Ok(GrantAsk {
        grant: GrantId(uuid::Uuid::now_v7()),
        card: random_guid()?,
        person,
        visit,
        desk: desk.desk,
        chip_serial,
        expires,
        key_version: central.authority.card_keys().version(),
        by,
        now,
    })
}

/// A version 4 UUID (RFC 9562), as SP 800-73-5 part 1 section 3.4.1 wants the GUID of the CHUID.
pub fn random_guid() -> Result<CardGuid, Problem> {
    Ok(CardGuid(uuid::Builder::from_random_bytes(fresh::<16>()?).into_uuid().into_bytes()))
}

pub fn again(central: &Central, ask: &Ask, desk: &DeskRow) -> Answer {
    let grant: GrantId = ask.id("grant")?;
    let row = central.store.fetch_grant(grant, desk.desk, central.now()).map_err(of_store)?;
    central.audit(Some(desk.desk), None, "grant_fetched", grant.to_string());
    Reply::json(&*central.grant_answer(&row)?)
}

pub fn release(central: &Central, ask: &Ask, desk: &DeskRow) -> Answer {
    let request: ReleaseRequest = ask.json()?;
    let grant: GrantId = ask.id("grant")?;
    let nonce = <[u8; 32]>::try_from(request.nonce.0.as_slice());
    let nonce = nonce.map_err(|_| problem(ProblemCode::BadRequest, "a nonce has 32 bytes"))?;
    let row = central.store.grant(grant).map_err(of_store)?;
    let row = row.ok_or_else(|| problem(ProblemCode::NotFound, "there is no such grant"))?;
    let card = row.card.brief.guid;
    let task = match request.act.statement.kind {
        ActKind::HandOver => Task::Issue,
        _ => Task::Unlock,
    };
    let wanted = Wanted {
        kinds: &[ActKind::PukRelease, ActKind::HandOver],
        visit: request.visit,
        card: Some(card),
        desk: desk.desk,
        content: None,
        task,
        first_card: row.bootstrap,
    };
    let agent = central.check_act(&request.act, &wanted)?;
    // Before the proof, whose certificate is revoked by then: the desk is to hear the reason. The store checks again.
    if is_dead(row.card.brief.status) {
        return Err(problem(ProblemCode::CardCancelled, "the card is cancelled or spoilt").into());
    }
    central.check_proof(card, &nonce, &request.proof.0)?;
    let given = central
        .store
        .release(&ReleaseAsk {
            grant,
            kind: request.act.statement.kind,
            visit: request.visit,
            desk: desk.desk,
            agent: agent.number.clone(),
            nonce,
            act_nonce: request.act.statement.nonce,
            per_hour: central.rules.releases_per_hour,
            now: central.now(),
        })
        .map_err(of_store)?;
    central.audit(Some(desk.desk), Some(&agent.number), "puk_released", card.to_string());
    let keys = central.authority.card_keys_of(given.key_version);
    let keys = keys.ok_or_else(|| problem(ProblemCode::Internal, "the card's master key is not here"))?;
    let puk = |n: u32| Bytes(keys.puk(given.card, given.issue, n).expose().to_vec());
    Reply::json(&Release {
        puk_n: given.puk_n,
        puk: puk(given.puk_n),
        next_puk: puk(given.puk_n.saturating_add(1)),
        next_is_possible: given.next_is_possible,
        fetches_left: given.fetches_left,
    })
}
