//! `ra-desk mrz`: machine-readable zones from standard input, judged.

use std::io::{self, BufRead, BufWriter, Write};
use std::process::ExitCode;

use jiff::civil::Date;
use serde::Serialize;

use super::lines::{Lines, error};
use super::{Failure, today};
use crate::document::mrz::{Checks, Fault, FaultKind, Field, Fields, Reading, Suggestion, Swap, Terms, Warning, read};

/// Lines of a document that are kept; more than three are no zone.
const LINES_KEPT: usize = 4;

/// What is asked of the command.
#[derive(clap::Args)]
pub struct Asked {
    /// For programs: one line of JSON a document.
    #[arg(long)]
    json: bool,
    /// The day the documents are seen; without it, today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
    /// Accept specimen countries and numbers.
    #[arg(long)]
    demo: bool,
    /// Also say what no check digit covers, which swaps none can see, and which slip would explain one that fails.
    #[arg(long)]
    explain: bool,
}

/// One judged document.
#[derive(Serialize)]
struct Judged<'a> {
    format: &'static str,
    fields: &'a Fields,
    checks: &'a Checks,
    warnings: &'a [Warning],
    valid: bool,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    explained: Option<Explained>,
}

/// What `--explain` adds.
#[derive(Serialize)]
struct Explained {
    by_eye: Vec<Field>,
    blind: Vec<Swap>,
    suggestions: Vec<Suggestion>,
}

/// Judges standard input. 0: all of it was of the form; 2: some was not.
pub fn run(asked: &Asked) -> Result<ExitCode, Failure> {
    let out = BufWriter::new(io::stdout().lock());
    super::ended(judge(asked, io::stdin().lock(), out))
}

/// Judges every document; whether all were of the form.
fn judge(asked: &Asked, from: impl BufRead, mut out: impl Write) -> io::Result<bool> {
    let terms = Terms { today: asked.today.unwrap_or_else(today), demo: asked.demo };
    let mut good = true;
    let mut open = Block::default();
    for line in Lines::new(from) {
        let line = line?;
        let text = line.text.trim_end();
        if text.is_empty() && !line.too_long {
            good &= open.end(asked, &terms, &mut out)?;
        } else {
            open.add(line.number, text);
        }
    }
    good &= open.end(asked, &terms, &mut out)?;
    out.flush()?;
    Ok(good)
}

/// The lines of a document so far.
#[derive(Default)]
struct Block {
    first: usize,
    count: usize,
    lines: Vec<String>,
}

impl Block {
    fn add(&mut self, number: usize, text: &str) {
        if self.count == 0 {
            self.first = number;
        }
        self.count += 1;
        if self.lines.len() < LINES_KEPT {
            self.lines.push(text.to_owned());
        }
    }

    /// Judges the document, if there is one, and makes room for the next.
    fn end(&mut self, asked: &Asked, terms: &Terms, out: &mut impl Write) -> io::Result<bool> {
        if self.count == 0 {
            return Ok(true);
        }
        let block = std::mem::take(self);
        let judged = if block.count > block.lines.len() {
            Err(Fault { line: LINES_KEPT - 1, field: None, what: FaultKind::Lines(block.count) })
        } else {
            read(&block.lines, terms)
        };
        match &judged {
            Ok(reading) => answer(reading, asked, out)?,
            Err(fault) => {
                let field = fault.field.map_or("line", Field::as_str);
                writeln!(out, "{}", error(block.first + fault.line, field, &fault.what.to_string()))?;
            }
        }
        Ok(judged.is_ok())
    }
}

fn answer(reading: &Reading, asked: &Asked, out: &mut impl Write) -> io::Result<()> {
    if !asked.json {
        let valid = if reading.valid() { "valid" } else { "not valid" };
        write!(out, "{} {valid}", reading.format.as_str())?;
        for warning in &reading.warnings {
            write!(out, "; {warning}")?;
        }
        return writeln!(out);
    }
    let explained = asked.explain.then(|| Explained {
        by_eye: reading.format.by_eye().collect(),
        blind: reading.blind_swaps(),
        suggestions: reading.suggestions(),
    });
    let judged = Judged {
        format: reading.format.as_str(),
        fields: &reading.fields,
        checks: &reading.checks,
        warnings: &reading.warnings,
        valid: reading.valid(),
        explained,
    };
    serde_json::to_writer(&mut *out, &judged)?;
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &[u8], json: bool, explain: bool) -> (Vec<String>, bool) {
        let asked = Asked { json, today: Some(jiff::civil::date(2026, 11, 23)), demo: true, explain };
        let mut out = Vec::new();
        let good = judge(&asked, text, &mut out).unwrap();
        (String::from_utf8(out).unwrap().lines().map(str::to_owned).collect(), good)
    }

    const TD3: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n";

    #[test]
    fn documents_are_parted_by_empty_lines_and_answered_in_order() {
        let td2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\r\nD231458907UTO7408122F1204159<<<<<<<6";
        let (lines, good) = run(format!("\n\n{TD3}\n \n\n{td2}").as_bytes(), true, false);
        assert!(good);
        let json: Vec<serde_json::Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(json.len(), 2);
        assert_eq!((&json[0]["format"], &json[1]["format"]), (&"TD3".into(), &"TD2".into()));
        let mut keys: Vec<&String> = json[0].as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["checks", "fields", "format", "valid", "warnings"]);
        assert_eq!(json[0]["fields"]["surname"], "ERIKSSON");
        assert_eq!(json[0]["fields"]["date_of_birth"], "1974-08-12");
        assert_eq!(json[0]["checks"]["composite"], "pass");
        assert_eq!(json[1]["checks"]["personal_number"], "absent");
        assert_eq!(json[0]["valid"], true);
    }

    #[test]
    fn what_is_no_zone_is_answered_in_its_place_with_its_line_and_field() {
        let text = format!("{TD3}\nP<UTO\n\n{TD3}\nA\nB\nC\nD\nE\n\n{}", TD3.replace("L8989", "l8989"));
        let (lines, good) = run(text.as_bytes(), true, false);
        assert!(!good);
        assert_eq!(lines.len(), 5);
        assert!(lines[0].contains("\"valid\":true") && lines[2].contains("\"valid\":true"));
        assert!(lines[1].starts_with("{\"error\":\"line 4, field line: 1 lines"), "{}", lines[1]);
        assert!(lines[3].contains("5 lines"), "{}", lines[3]);
        assert!(lines[4].starts_with("{\"error\":\"line 16, field document_number: column 1"), "{}", lines[4]);
    }

    #[test]
    fn hostile_bytes_are_answered_and_no_line_is_held_whole() {
        let mut text = vec![0xFF, 0xFE, 0, b'\n', b'\n'];
        text.extend(std::iter::repeat_n(b'P', super::super::lines::LINE_MAX * 3));
        text.extend(b"\n\n");
        text.extend(TD3.as_bytes());
        let (lines, good) = run(&text, true, false);
        assert!(!good);
        assert_eq!(lines.len(), 3);
        assert!(lines[2].contains("\"valid\":true"));
        assert_eq!(run(b"", true, false), (vec![], true));
    }

    #[test]
    fn explain_says_what_only_the_eye_can_check() {
        let (lines, _) = run(TD3.as_bytes(), true, true);
        let json: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        let by_eye: Vec<&str> =
            json["by_eye"].as_array().unwrap().iter().map(|field| field.as_str().unwrap()).collect();
        assert_eq!(by_eye, ["document_type", "issuing_country", "name", "nationality", "sex"]);
        assert!(json["blind"].is_array() && json["suggestions"].as_array().unwrap().is_empty());
        let (lines, _) = run(TD3.as_bytes(), false, false);
        assert!(lines[0].starts_with("TD3 valid; "));
    }
}
