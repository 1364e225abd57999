//! The audit export, and its check without anything but the file.
//!
//! Form: a first line `ra-desk-audit 1`, a line `key <base64 SubjectPublicKeyInfo>`, then one line of base64 per event: the
//! stored bytes, which chain and signature cover (`wire::event`).

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use base64ct::{Base64, Encoding};

use super::{Failure, store_of};
use crate::store::StoreFault;
use crate::wire::chain::ChainCheck;
use crate::wire::event::parse;

const FIRST_LINE: &str = "ra-desk-audit 1";
/// Events read at a time: bounded memory for a chain of any length.
const PAGE: u32 = 500;
/// Longest line read: one event with its base64 overhead, and room.
const LINE_MAX: usize = 8 * 1024 * 1024;

/// Writes the export.
pub fn export(config: &Path, out: Option<&Path>) -> Result<ExitCode, Failure> {
    let store = store_of(config)?;
    let written = |error: std::io::Error| {
        Failure::harmless(
            format!("The export could not be written: {error}."),
            "Choose another file or free some space.",
        )
    };
    let sink: Box<dyn Write> = match out {
        Some(path) => Box::new(File::create_new(path).map_err(written)?),
        None => Box::new(std::io::stdout()),
    };
    let mut sink = BufWriter::new(sink);
    let identity = store.identity()?;
    let epoch = identity.record.as_ref().ok_or(StoreFault::NotEnrolled)?.epoch;
    writeln!(sink, "{FIRST_LINE}\nkey {}", Base64::encode_string(&identity.spki()?)).map_err(written)?;
    let (head, _) = store.head(epoch)?;
    let mut from = 1;
    while from <= head {
        let page = store.events(epoch, from, PAGE)?;
        for event in &page {
            writeln!(sink, "{}", Base64::encode_string(event)).map_err(written)?;
        }
        // From the last one on, not by count: the first events may have been forgotten after their 35 days.
        let Some(last) = page.last() else { break };
        from = parse(last).map_err(StoreFault::Event)?.header.seq + 1;
    }
    sink.flush().map_err(written)?;
    Ok(ExitCode::SUCCESS)
}

/// Checks an export. 0: whole; 1: broken, and where.
pub fn verify(path: &Path) -> Result<ExitCode, Failure> {
    let form = || {
        Failure::harmless(
            format!("{} is not an audit export of RA Desk.", path.display()),
            "Make one with `ra-desk audit export --out FILE`.",
        )
    };
    let file = File::open(path).map_err(|error| {
        Failure::harmless(format!("{} can't be read: {error}.", path.display()), "Check the name and the permissions.")
    })?;
    let mut lines = BufReader::new(file).lines().map_while(Result::ok).filter(|line| line.len() <= LINE_MAX);
    if lines.next().as_deref() != Some(FIRST_LINE) {
        return Err(form());
    }
    let key = lines.next().ok_or_else(form)?;
    let key = key.strip_prefix("key ").and_then(|text| Base64::decode_vec(text).ok()).ok_or_else(form)?;
    let mut check = ChainCheck::new(&key).map_err(|_| form())?;
    for (at, line) in lines.enumerate() {
        let broken = match Base64::decode_vec(&line) {
            Ok(event) => check.next(&event).err().map(|fault| fault.to_string()),
            Err(_) => Some("it is not base64".to_owned()),
        };
        if let Some(why) = broken {
            println!("BROKEN at event line {}: {why}", at + 1);
            return Ok(ExitCode::FAILURE);
        }
    }
    match check.head() {
        Some(head) => {
            println!(
                "whole: {} events of desk {}, epoch {}, {} to {}",
                head.count, head.desk, head.epoch, head.first_seq, head.seq
            );
            Ok(ExitCode::SUCCESS)
        }
        None => {
            println!("empty: no event in this export");
            Ok(ExitCode::SUCCESS)
        }
    }
}
