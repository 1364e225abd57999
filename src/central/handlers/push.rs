//! A push of events: everything that needs no store is done here, then the store takes the whole of it at once.

use super::{Answer, Ask, Refusal, Reply};
use crate::central::service::{Central, fresh, of_store, problem};
use crate::central::store::{Appended, Batch, Carried, DeskRow, Incoming};
use crate::domain::Millis;
use crate::wire::event::{DeskKey, Parsed, event_hash, open_body_bytes, parse, read_body};
use crate::wire::fact::Fact;
use crate::wire::message::{Bytes, Problem, ProblemCode, Push, Pushed};

/// Most events in one push.
const EVENTS_MAX: usize = 200;
/// Most bytes of events in one push.
const BYTES_MAX: usize = 256 * 1024;

pub fn push(central: &Central, ask: &Ask, desk: &DeskRow) -> Answer {
    ask.own_desk(desk)?;
    let push: Push = ask.json()?;
    let bytes: usize = push.events.iter().map(|event| event.0.len()).sum();
    if push.events.len() > EVENTS_MAX || bytes > BYTES_MAX {
        return Err(problem(ProblemCode::BadRequest, "a push has 200 events or 256 KiB at most").into());
    }
    let keys = central.store.desk_keys(desk.desk).map_err(of_store)?;
    let keys: Vec<DeskKey> = keys.iter().filter_map(|key| DeskKey::from_spki(&key.spki).ok()).collect();
    let events = push.events.into_iter().map(|event| incoming(central, desk, push.epoch, &keys, event.0));
    let events = events.collect::<Result<Vec<_>, Problem>>()?;
    let (now, registers) = (central.now(), events.iter().any(registers));
    let batch = Batch {
        desk: desk.desk,
        epoch: push.epoch,
        lease: push.lease.map(|lease| lease.0),
        fresh_lease: fresh::<16>()?,
        events,
        index: if registers { central.likeness.index(&central.store, now) } else { None },
        now,
    };
    match central.store.append(&batch).map_err(of_store)? {
        Appended::Stored { head_seq, head_hash, lease, results } => Reply::json(&Pushed {
            head_seq,
            head_hash: Bytes(head_hash.to_vec()),
            lease: Bytes(lease),
            results,
            now: batch.now,
        }),
        Appended::Gap { epoch, head_seq, head_hash } => Err(Refusal {
            problem: problem(ProblemCode::ChainBroken, "the events do not continue what central has"),
            extra: Some(serde_json::json!({
                "epoch": epoch, "head_seq": head_seq, "head_hash": Bytes(head_hash.to_vec()),
            })),
        }),
        Appended::Quarantined { reason } => {
            tracing::warn!(desk = %desk.desk, reason, "desk quarantined");
            central.audit(Some(desk.desk), None, "desk_quarantined", desk.desk.to_string());
            Err(problem(ProblemCode::DeskQuarantined, &reason).into())
        }
    }
}

/// Whether an event, or the one it bears, registers somebody.
fn registers(event: &Incoming) -> bool {
    let own = |event: &Incoming| matches!(event.fact, Some(Fact::Register(_)));
    own(event) || event.carried.as_ref().is_some_and(|carried| own(&carried.event))
}

/// Takes one event apart. Whatever is wrong with it, it is stored; so this only fails if the store does.
fn incoming(
    central: &Central,
    desk: &DeskRow,
    epoch: u32,
    keys: &[DeskKey],
    raw: Vec<u8>,
) -> Result<Incoming, Problem> {
    let event = parse(&raw).ok().filter(|event| event.header.desk == desk.desk && event.header.epoch == epoch);
    let mut taken = taken(central, keys, raw, event)?;
    if let Some(Fact::Carried { stored }) = &taken.fact {
        let event = parse(stored).ok().filter(|event| event.header.desk == desk.desk && event.header.epoch < epoch);
        if let Some(event) = event {
            let epoch = event.header.epoch;
            taken.carried =
                Some(Box::new(Carried { epoch, event: self::taken(central, keys, stored.clone(), Some(event))? }));
        }
    }
    Ok(taken)
}

fn taken(central: &Central, keys: &[DeskKey], raw: Vec<u8>, event: Option<Parsed>) -> Result<Incoming, Problem> {
    let hash = event_hash(&raw);
    let Some(event) = event else {
        return Ok(Incoming {
            raw,
            hash,
            place: None,
            kind: "opaque".to_owned(),
            at: Millis(0),
            agent: None,
            signed: false,
            fact: None,
            hand: None,
            carried: None,
        });
    };
    let signed = keys.iter().any(|key| key.verify(&event).is_ok());
    let body = if signed { open_body_bytes(&event, central.authority.seal_private().expose()).ok() } else { None };
    let opened = body.and_then(|body| read_body(&event, &body).ok().map(|fact| (fact, body)));
    let hand = match &opened {
        Some((fact, body)) => central.hand_of(fact, &event.header, body).map_err(of_store)?,
        None => None,
    };
    Ok(Incoming {
        raw,
        hash,
        place: Some((event.header.seq, event.header.prev)),
        kind: event.header.kind,
        at: event.header.at,
        agent: event.header.agent,
        signed,
        fact: opened.map(|(fact, _)| fact),
        hand,
        carried: None,
    })
}
