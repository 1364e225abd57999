//! `ra-desk doctor`: each part with a verdict and a remedy.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use super::Failure;
use crate::device::print::{IppPrinter, Timeouts};
use crate::device::reader::{PcscBackend, ReaderEvent, ReaderReport, ReaderState, Readers};
use crate::device::scanner::Preset;
use crate::domain::text::sanitise;
use crate::driver::assemble::StartFault;
use crate::driver::config::Config;
use crate::store::{KeySource, Store, StoreOptions};
use crate::sync::Client;

/// How long readers may take to show themselves.
const READER_WAIT: Duration = Duration::from_millis(800);
/// A desk with less room than this soon can't record: 1 GB.
const DISK_WARN: u64 = 1_000_000_000;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Good,
    Warn,
    Bad,
}

struct Finding {
    part: &'static str,
    verdict: Verdict,
    what: String,
    remedy: String,
}

impl Finding {
    fn new(part: &'static str, verdict: Verdict, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { part, verdict, what: what.into(), remedy: remedy.into() }
    }

    fn good(part: &'static str, what: impl Into<String>) -> Self {
        Self::new(part, Verdict::Good, what, "")
    }
}

/// Checks everything. 0: nothing is bad; 1: something is.
pub fn run(config: &Path, json: bool) -> Result<ExitCode, Failure> {
    let config = Config::read(config).map_err(StartFault::from)?;
    let mut findings = readers();
    findings.push(printer(&config));
    findings.push(camera(&config));
    findings.push(scanner(&config));
    findings.push(disk(&config));
    match Store::open(StoreOptions::new(&config.data)) {
        Ok(store) => {
            findings.push(database(&store));
            findings.push(clock(&store));
            findings.push(central(&store));
        }
        Err(fault) => {
            let (what, next) = (format!("{fault}"), super::store_next(&fault));
            findings.push(Finding::new("database", Verdict::Bad, what, next));
        }
    }
    print(&findings, json);
    let worst = findings.iter().map(|f| f.verdict).max();
    Ok(if worst == Some(Verdict::Bad) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(findings: &[Finding], json: bool) {
    let word = |verdict| match verdict {
        Verdict::Good => "good",
        Verdict::Warn => "warn",
        Verdict::Bad => "bad",
    };
    if json {
        let rows: Vec<_> = findings
            .iter()
            .map(|f| serde_json::json!({ "part": f.part, "verdict": word(f.verdict), "what": f.what, "remedy": f.remedy }))
            .collect();
        println!("{}", serde_json::Value::Array(rows));
        return;
    }
    for f in findings {
        println!("{:<5} {:<10} {}", word(f.verdict), f.part, f.what);
        if !f.remedy.is_empty() {
            println!("                 {}", f.remedy);
        }
    }
}

fn readers() -> Vec<Finding> {
    let (sender, reports) = channel();
    let readers = Readers::start(Arc::new(PcscBackend), Arc::new(move |report| drop(sender.send(report))));
    let until = Instant::now() + READER_WAIT;
    let mut seen = Vec::new();
    let mut lost = false;
    while let Ok(report) = reports.recv_timeout(until.saturating_duration_since(Instant::now())) {
        match report {
            ReaderReport::Event(ReaderEvent::State(reader)) => seen.push(reader),
            ReaderReport::Event(ReaderEvent::ServiceLost) => lost = true,
            _ => {}
        }
    }
    readers.stop(Duration::from_secs(1));
    if lost && seen.is_empty() {
        return vec![Finding::new(
            "readers",
            Verdict::Bad,
            "the smartcard service does not answer",
            "Start pcscd; on a locked desk its polkit rule must name this user.",
        )];
    }
    let mut findings: Vec<_> = seen
        .iter()
        .map(|reader| {
            let state = match reader.state {
                ReaderState::Absent => "empty",
                ReaderState::Present { .. } => "a card",
                ReaderState::Mute => "a card that does not answer",
            };
            Finding::good("reader", format!("{}: {state}", sanitise(&reader.name)))
        })
        .collect();
    match findings.len() {
        0 => findings.push(Finding::new("readers", Verdict::Bad, "no reader is connected", "Connect two readers.")),
        1 => findings.push(Finding::new(
            "readers",
            Verdict::Warn,
            "one reader only: sign-in, capture and queue work, cards can't be served",
            "Connect a second reader.",
        )),
        _ => {}
    }
    findings
}

fn printer(config: &Config) -> Finding {
    let Some(uri) = &config.printer.uri else {
        return Finding::new(
            "printer",
            Verdict::Warn,
            "none is set up: cards wait as written, not printed",
            "Set printer.uri.",
        );
    };
    let status = IppPrinter::new(uri, Timeouts::default()).and_then(|printer| printer.status());
    match status {
        Ok(status) if status.is_ready() => Finding::good("printer", "ready"),
        Ok(status) => {
            let reasons: Vec<_> = status.stems.iter().map(|stem| format!("{stem:?}")).collect();
            Finding::new("printer", Verdict::Warn, format!("not ready: {}", reasons.join(", ")), "See to the printer.")
        }
        Err(fault) => Finding::new("printer", Verdict::Bad, fault.to_string(), "Switch it on and check printer.uri."),
    }
}

fn camera(config: &Config) -> Finding {
    let Some(folder) = &config.camera.folder else {
        return Finding::new("camera", Verdict::Warn, "none is set up: no photos at this desk", "Set camera.folder.");
    };
    match std::fs::read_dir(folder) {
        Ok(_) => Finding::good("camera", format!("folder {}", folder.display())),
        Err(error) => Finding::new(
            "camera",
            Verdict::Bad,
            format!("{}: {error}", folder.display()),
            "Make the folder, readable and writable for this user.",
        ),
    }
}

fn scanner(config: &Config) -> Finding {
    let (Some(port), Ok(preset)) = (&config.scanner.port, Preset::named(&config.scanner.preset)) else {
        return Finding::good(
            "scanner",
            format!("none on a port; one that types sends {} for <", config.scanner.filler),
        );
    };
    match crate::device::scanner::open(port, &preset) {
        Ok(_) => Finding::good("scanner", format!("{}, {}", port.display(), preset.id)),
        Err(error) => Finding::new(
            "scanner",
            Verdict::Bad,
            format!("{}: {error}", port.display()),
            "Plug the scanner in, name its port in scanner.port, and give this user the right to open it.",
        ),
    }
}

fn disk(config: &Config) -> Finding {
    let dir = config.data.ancestors().find(|dir| dir.exists()).unwrap_or(Path::new("/"));
    match crate::device::disk::free_bytes(dir) {
        Ok(free) if free >= DISK_WARN => Finding::good("disk", format!("{} MB free", free / 1_000_000)),
        Ok(free) => Finding::new(
            "disk",
            Verdict::Warn,
            format!("{} MB free", free / 1_000_000),
            "Free some space: a full disk stops the desk.",
        ),
        Err(error) => Finding::new("disk", Verdict::Bad, error.to_string(), "Check the folder named in data."),
    }
}

fn database(store: &Store) -> Finding {
    if let Err(fault) = store.check() {
        return Finding::new(
            "database",
            Verdict::Bad,
            fault.to_string(),
            "Phone the service desk; keep the folder as it is.",
        );
    }
    match store.key_source() {
        KeySource::Credential => Finding::good("database", "whole; its key is a system credential"),
        KeySource::File { open_to_others: false } => Finding::new(
            "database",
            Verdict::Warn,
            "whole; its key is a file beside it",
            "Give the key as a systemd credential: a stolen disk then tells nothing.",
        ),
        KeySource::File { open_to_others: true } => Finding::new(
            "database",
            Verdict::Bad,
            "whole; its key is a file others can read",
            "Take the others' permissions away (chmod 600).",
        ),
    }
}

fn clock(store: &Store) -> Finding {
    match store.trusted_time() {
        Ok(time) if time.in_doubt => Finding::new(
            "clock",
            Verdict::Bad,
            "it is behind what the centre or this desk has seen already",
            "Set the clock; registering and issuing stop until then.",
        ),
        Ok(_) => Finding::good("clock", "it agrees with what was seen before"),
        Err(fault) => Finding::new("clock", Verdict::Bad, fault.to_string(), "Phone the service desk."),
    }
}

fn central(store: &Store) -> Finding {
    let identity = match store.identity() {
        Ok(identity) if identity.record.is_some() => identity,
        Ok(_) => {
            return Finding::new(
                "central",
                Verdict::Warn,
                "this desk is not enrolled",
                "Start the kiosk and enrol it with an invite.",
            );
        }
        Err(fault) => return Finding::new("central", Verdict::Bad, fault.to_string(), "Phone the service desk."),
    };
    match Client::for_desk(&identity).and_then(|client| client.hello()) {
        Ok(hello) => Finding::good("central", format!("answers; environment {}", hello.environment)),
        Err(fault) => Finding::new(
            "central",
            Verdict::Warn,
            fault.to_string(),
            "Check the network. The desk works on without it and sends later.",
        ),
    }
}
