//! `ra-desk queue`: what waits for central, and what it refused.

use std::path::Path;
use std::process::ExitCode;

use super::{Failure, store_of};
use crate::domain::Millis;

/// Prints the queue. 0 in any case: an empty queue is an answer.
pub fn run(config: &Path, json: bool) -> Result<ExitCode, Failure> {
    let store = store_of(config)?;
    let (items, counts) = (store.queue()?, store.counts()?);
    if json {
        let rows: Vec<_> = items
            .iter()
            .map(|item| {
                serde_json::json!({
                    "epoch": item.epoch, "seq": item.seq, "kind": item.kind,
                    "since": item.since.rfc3339(), "state": state(item.state),
                })
            })
            .collect();
        println!(
            "{}",
            serde_json::json!({ "waiting": counts.waiting, "blobs": counts.blobs, "refused": counts.refused, "items": rows })
        );
        return Ok(ExitCode::SUCCESS);
    }
    println!("waiting: {} events, {} photos; refused: {}", counts.waiting, counts.blobs, counts.refused);
    let now = Millis(jiff::Timestamp::now().as_millisecond());
    for item in items {
        let minutes = now.since(item.since).max(0) / Millis::MINUTE;
        println!("  #{} {}  {}  {minutes} min", item.seq, item.kind, state(item.state));
    }
    Ok(ExitCode::SUCCESS)
}

fn state(state: crate::store::QueueState) -> &'static str {
    match state {
        crate::store::QueueState::Waiting => "waiting",
        crate::store::QueueState::Sent => "sent",
        crate::store::QueueState::AwaitingBlob => "awaiting photo",
        crate::store::QueueState::Refused => "refused",
        crate::store::QueueState::Stranded => "stranded",
    }
}
