//! `ra-desk card show`: what the desk reads from a card without a passcode.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::Failure;
use crate::card::Secrets;
use crate::card::task::{CardAnswer, CardReport, CardTask};
use crate::device::reader::{PcscBackend, ReaderCommand, ReaderEvent, ReaderReport, ReaderState, Readers};
use crate::domain::text::sanitise;
use crate::domain::{Secret, VaultSlot};

/// Longest wait for a reader with a card to show itself.
const LOOK_WAIT: Duration = Duration::from_secs(3);
/// Longest wait for the card to be read.
const READ_WAIT: Duration = Duration::from_secs(20);

/// No secrets: reading needs none.
struct NoSecrets;

impl Secrets for NoSecrets {
    fn get(&self, _slot: VaultSlot) -> Option<Secret> {
        None
    }

    fn random(&self, buf: &mut [u8]) {
        buf.fill(0);
    }
}

/// Shows a card. 0: shown; 1: no card, or it can't be read.
pub fn show(reader: Option<&str>, json: bool) -> Result<ExitCode, Failure> {
    let (sender, reports) = channel();
    let mut readers = Readers::start(Arc::new(PcscBackend), Arc::new(move |report| drop(sender.send(report))));
    let found = find(&reports, reader);
    let shown = found.and_then(|name| {
        let command = ReaderCommand::Run { id: 1, task: CardTask::Read, expect: None, secrets: Box::new(NoSecrets) };
        readers
            .send(&name, command)
            .map_err(|refused| Failure::harmless(format!("The reader did not work: {refused}."), "Try again."))?;
        Ok((read(&reports)?, name))
    });
    readers.stop(Duration::from_secs(2));
    let (report, name) = shown?;
    if json {
        println!("{}", as_json(&report, &name));
    } else {
        print!("{}", as_text(&report, &name));
    }
    Ok(ExitCode::SUCCESS)
}

/// The reader that is meant: by the start of its name, else the first with a card.
fn find(reports: &Receiver<ReaderReport>, wanted: Option<&str>) -> Result<String, Failure> {
    let until = Instant::now() + LOOK_WAIT;
    let mut seen = Vec::new();
    loop {
        match reports.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(ReaderReport::Event(ReaderEvent::State(reader))) => {
                let meant = wanted.is_none_or(|start| reader.name.starts_with(start));
                if meant && matches!(reader.state, ReaderState::Present { .. }) {
                    return Ok(reader.name);
                }
                seen.push(sanitise(&reader.name));
            }
            Ok(ReaderReport::Event(ReaderEvent::ServiceLost)) => {
                return Err(Failure::harmless(
                    "The smartcard service (pcscd) does not answer.",
                    "Start pcscd and try again.",
                ));
            }
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    let names =
        if seen.is_empty() { "no reader is connected".to_owned() } else { format!("readers: {}", seen.join(", ")) };
    Err(Failure::harmless(
        format!("No card was found ({names})."),
        "Put a card in and try again; --reader chooses the reader.",
    ))
}

fn read(reports: &Receiver<ReaderReport>) -> Result<Box<CardReport>, Failure> {
    let until = Instant::now() + READ_WAIT;
    loop {
        match reports.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(ReaderReport::Finished { result: Ok(CardAnswer::Report(report)), .. }) => return Ok(report),
            Ok(ReaderReport::Finished { result: Ok(_), .. }) => {}
            Ok(ReaderReport::Finished { result: Err(fault), .. }) => {
                return Err(Failure::harmless(
                    format!("The card could not be read: {fault}."),
                    "Put it in again and try once more.",
                ));
            }
            Ok(ReaderReport::Event(_)) => {}
            Err(_) => {
                return Err(Failure::harmless(
                    "The card did not answer in time.",
                    "Put it in again and try once more.",
                ));
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn as_json(report: &CardReport, reader: &str) -> serde_json::Value {
    let certificates: Vec<_> = report
        .certificates
        .iter()
        .map(|(slot, facts)| {
            serde_json::json!({
                "slot": slot.label(), "name": facts.common_name, "uuid": facts.number.as_ref().map(|n| n.digits()),
                "issuer": facts.issuer, "serial": facts.serial, "der": hex(&facts.der),
                "not_before": facts.not_before.rfc3339(), "not_after": facts.not_after.rfc3339(),
            })
        })
        .collect();
    serde_json::json!({
        "reader": sanitise(reader), "atr": hex(&report.atr), "piv": report.is_piv,
        "guid": report.identity.guid.map(|g| g.to_string()), "chip_serial": report.identity.chip_serial,
        "tries_left": report.tries_left, "blank": report.is_blank(),
        "expires": report.chuid_expires.map(|d| d.to_string()), "certificates": certificates,
        "unreadable": report.unreadable.iter().map(|slot| slot.label()).collect::<Vec<_>>(),
    })
}

fn as_text(report: &CardReport, reader: &str) -> String {
    let mut text = format!("reader       {}\nATR          {}\n", sanitise(reader), hex(&report.atr));
    if !report.is_piv {
        text.push_str("             not a PIV card\n");
        return text;
    }
    let guid = report.identity.guid.map_or_else(|| "none".to_owned(), |g| g.to_string());
    text.push_str(&format!("GUID         {guid}\n"));
    if let Some(serial) = &report.identity.chip_serial {
        text.push_str(&format!("chip serial  {serial}\n"));
    }
    let tries = report
        .tries_left
        .map_or_else(|| "not said".to_owned(), |n| if n == 0 { "0, LOCKED".to_owned() } else { n.to_string() });
    text.push_str(&format!("tries left   {tries}\n"));
    if report.is_blank() {
        text.push_str("             blank: nothing is written on it\n");
    }
    for (slot, facts) in &report.certificates {
        let number = facts.number.as_ref().map_or_else(String::new, |n| format!(", UUID {n}"));
        text.push_str(&format!("{}           {}{number}\n", slot.label(), facts.common_name));
        text.push_str(&format!("             issued by {}\n", facts.issuer));
        text.push_str(&format!(
            "             good {} to {}\n",
            facts.not_before.london_day(),
            facts.not_after.london_day()
        ));
    }
    for slot in &report.unreadable {
        text.push_str(&format!("{}           a certificate that can't be understood\n", slot.label()));
    }
    text
}
