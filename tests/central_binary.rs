//! The built `ra-central`: made, served, killed, served again. What it acknowledged is there afterwards.

#![cfg(feature = "demo")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

#[path = "central_http/world.rs"]
#[allow(dead_code)]
mod world;

use ra_desk::wire::fact::Fact;
use ra_desk::wire::message::Outcome;
use world::Desk;

fn ra_central(data: &Path, args: &[&str]) -> Output {
    let mut all = args.to_vec();
    all.extend(["--data", data.to_str().unwrap()]);
    // Options of the upper level come before the lower command.
    if args.len() > 1 && !args[1].starts_with('-') {
        all = [&args[..1], &["--data", data.to_str().unwrap()], &args[1..]].concat();
    }
    Command::new(env!("CARGO_BIN_EXE_ra-central")).args(&all).output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

struct Serving {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
    address: String,
}

impl Serving {
    fn start(data: &Path, listen: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ra-central"))
            .args(["serve", "--data", data.to_str().unwrap(), "--listen", listen])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line.trim().rsplit(' ').next().unwrap().to_owned();
        assert!(line.contains("listens on"), "{line}");
        Self { child, output, address }
    }

    fn signal(mut self, signal: &str) -> (std::process::ExitStatus, String) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success(), "kill (package procps) could not send {signal}");
        let status = self.child.wait().unwrap();
        let mut rest = String::new();
        while self.output.read_line(&mut rest).unwrap() > 0 {}
        (status, rest)
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill_and_a_stop_is_clean() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("central");
    said(&ra_central(&data, &["init", "--environment", "trial", "--name", "Test"]));
    said(&ra_central(&data, &["organisation", "add", "--code", "REF", "--name", "Royal Cornwall"]));
    let invite = ["desk", "invite", "--name", "desk 1", "--place", "Truro", "--organisation", "REF"];
    let told = said(&ra_central(&data, &invite));
    let field = |name: &str| {
        let line = told.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    let mut serving = Serving::start(&data, "127.0.0.1:0");
    let address = serving.address.clone();
    let mut desk = Desk::enrolled(&folder.path().join("desk"), &address, &field("Code:"), &field("Fingerprint:"));
    let ended = || Fact::SessionEnded { reason: "idle".into() };
    let mut sent = Vec::new();
    for round in 0..5 {
        let stored = desk.event_by(None, &ended());
        assert_eq!(desk.push_bytes(vec![stored.clone()]).unwrap(), [Outcome::Applied]);
        sent.push(stored);
        let (status, _) = serving.signal("-KILL");
        assert!(!status.success());
        serving = Serving::start(&data, &address);
        assert_eq!(desk.push_bytes(sent.clone()).unwrap().len(), round + 1, "all of them, each with its outcome");
    }
    let (status, rest) = serving.signal("-TERM");
    assert!(status.success() && rest.contains("Stopped"), "{rest}");
    let list = said(&ra_central(&data, &["event", "list", "--desk", &field("Desk:")]));
    assert_eq!(list.lines().count(), 5, "{list}");
}

#[test]
fn a_mistake_in_the_configuration_stops_the_start_in_three_lines() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("central");
    said(&ra_central(&data, &["init", "--environment", "trial", "--name", "Test"]));
    let config = folder.path().join("c.toml");
    std::fs::write(&config, "[cards]\ndays = 99999\n").unwrap();
    let output = ra_central(&data, &["serve", "--config", config.to_str().unwrap()]);
    assert!(!output.status.success());
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(error.trim_end().lines().count(), 3, "{error}");
    assert!(error.contains("c.toml") && error.contains("'cards.days'") && error.contains("1 to 3650"), "{error}");
}
