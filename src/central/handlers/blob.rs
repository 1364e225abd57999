//! Blobs, resumable: `HEAD` says how far, `PATCH` at `Upload-Offset` goes on (as tus 1.0 and the IETF draft on resumable
//! uploads). A blob is named by the SHA-256 of its sealed bytes, and is whole when that is right.

use super::{Answer, Ask, Reply};
use crate::central::service::{Central, of_store, problem};
use crate::central::store::{BlobState, DeskRow};
use crate::wire::event::is_digest;
use crate::wire::message::ProblemCode;

fn digest(ask: &Ask) -> Result<&str, crate::wire::message::Problem> {
    let digest = ask.param("digest");
    let wrong = || problem(ProblemCode::BadRequest, "a blob's name is 64 lower-case hexadecimal digits");
    if is_digest(digest) { Ok(digest) } else { Err(wrong()) }
}

fn reply(state: BlobState) -> Reply {
    Reply::empty().with("upload-offset", state.offset).with("upload-complete", if state.complete { "?1" } else { "?0" })
}

/// Nothing held is offset 0, not an error: the desk starts there.
pub fn state(central: &Central, ask: &Ask, _: &DeskRow) -> Answer {
    let digest = digest(ask)?;
    let state = central.store.blob(digest).map_err(of_store)?;
    if state.complete && state.usable.is_none() {
        central.judge_blob(digest).map_err(of_store)?;
    }
    Ok(reply(state))
}

pub fn append(central: &Central, ask: &Ask, desk: &DeskRow) -> Answer {
    let digest = digest(ask)?;
    let offset = ask.header("upload-offset").and_then(|offset| offset.parse::<u64>().ok());
    let offset = offset.ok_or_else(|| problem(ProblemCode::BadRequest, "Upload-Offset is missing or no number"))?;
    let held = central.store.blob(digest).map_err(of_store)?;
    if !held.complete && held.offset != offset {
        // The desk asks with HEAD and goes on from there.
        let mut refusal = super::Refusal::from(problem(ProblemCode::BadRequest, "the offset is another one"));
        refusal.extra = Some(serde_json::json!({ "upload_offset": held.offset }));
        return Err(refusal);
    }
    let state =
        central.store.append_blob(Some(desk.desk), digest, offset, &ask.body, central.now()).map_err(of_store)?;
    if state.complete {
        if state.usable.is_none() {
            central.judge_blob(digest).map_err(of_store)?;
        }
        return Ok(reply(state));
    }
    let length = ask.header("upload-length").and_then(|length| length.parse::<u64>().ok());
    let meant_whole = ask.header("upload-complete") == Some("?1") || length.is_some_and(|end| end <= state.offset);
    if meant_whole {
        central.store.discard_blob(digest).map_err(of_store)?;
        return Err(problem(ProblemCode::BadRequest, "the bytes are not those of the digest; start again").into());
    }
    Ok(reply(state))
}
