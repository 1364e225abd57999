//! `ra-desk identifier`: numbers of documents and people, judged.

use std::io::{self, BufRead, BufWriter, Write};
use std::process::ExitCode;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::lines::{Lines, error};
use super::{Failure, today};
use crate::document::dates::{age, last_day};
use crate::document::identifier::{Holder, Kind, Terms, VALUE_MAX, Verdict, judge};

/// What is asked of the command.
#[derive(clap::Args)]
pub struct Asked {
    /// The type; without it, all types are listed.
    kind: Option<String>,
    /// The value; without it, one value a line is read from standard input, plain or as JSON with the names of the options.
    value: Option<String>,
    /// For programs.
    #[arg(long)]
    json: bool,
    /// The day it is seen; without it, today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
    /// Accept examples and specimens.
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    holder: HolderAsked,
}

/// Who the number should belong to.
#[derive(clap::Args, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct HolderAsked {
    /// Surname of the holder, for the cross-checks.
    #[arg(long)]
    surname: Option<String>,
    /// Forenames of the holder.
    #[arg(long)]
    given: Option<String>,
    /// Birth date of the holder.
    #[arg(long, value_name = "YYYY-MM-DD")]
    birth_date: Option<Date>,
    /// M or F from a machine-readable zone: finds typing errors.
    #[arg(long, value_name = "M|F")]
    sex: Option<char>,
    /// The day a share code was made.
    #[arg(long, value_name = "YYYY-MM-DD")]
    made: Option<Date>,
    /// The letter a share code should begin with.
    #[arg(long, value_name = "W|R|S")]
    purpose: Option<char>,
    /// Only in JSON: the value itself.
    #[arg(skip)]
    value: String,
}

/// A judged value.
#[derive(Serialize)]
struct Judged {
    #[serde(flatten)]
    verdict: Verdict,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    day: Option<Day>,
}

/// What follows from a date, counted in calendar months.
#[derive(Serialize)]
struct Day {
    age: i16,
    last_day_of_3_months: Date,
    last_day_of_6_months: Date,
    last_day_of_12_months: Date,
}

/// Judges the value or standard input. 0: all of it was of the form; 2: some was not.
pub fn run(asked: &Asked) -> Result<ExitCode, Failure> {
    let out = BufWriter::new(io::stdout().lock());
    super::ended(answer(asked, io::stdin().lock(), out))
}

fn answer(asked: &Asked, from: impl BufRead, mut out: impl Write) -> io::Result<bool> {
    let Some(word) = &asked.kind else {
        list(asked.json, &mut out)?;
        return Ok(true);
    };
    let today = asked.today.unwrap_or_else(today);
    let Some(kind) = Kind::from_word(word) else {
        let types = Kind::ALL.map(Kind::as_str).join(", ");
        writeln!(out, "{}", error(1, "type", &format!("one of {types}")))?;
        out.flush()?;
        return Ok(false);
    };
    if let Some(value) = &asked.value {
        let item = HolderAsked { value: value.clone(), ..asked.holder.clone() };
        write_one(asked, kind, &item, today, &mut out)?;
        out.flush()?;
        return Ok(true);
    }
    let mut good = true;
    for line in Lines::new(from) {
        let line = line?;
        match item(&line.text, line.too_long, &asked.holder) {
            Ok(item) => write_one(asked, kind, &item, today, &mut out)?,
            Err((field, what)) => {
                good = false;
                writeln!(out, "{}", error(line.number, field, &what))?;
            }
        }
    }
    out.flush()?;
    Ok(good)
}

/// A line as an item: a plain value, or JSON with the holder beside it.
fn item(text: &str, too_long: bool, holder: &HolderAsked) -> Result<HolderAsked, (&'static str, String)> {
    if too_long || (!text.starts_with('{') && text.chars().count() > VALUE_MAX) {
        return Err(("value", format!("longer than {VALUE_MAX} signs")));
    }
    if text.trim().is_empty() {
        return Err(("value", "nothing there".to_owned()));
    }
    if text.starts_with('{') {
        let item: HolderAsked = serde_json::from_str(text).map_err(|error| ("json", error.to_string()))?;
        return if item.value.is_empty() { Err(("value", "nothing there".to_owned())) } else { Ok(item) };
    }
    Ok(HolderAsked { value: text.to_owned(), ..holder.clone() })
}

fn write_one(asked: &Asked, kind: Kind, item: &HolderAsked, today: Date, out: &mut impl Write) -> io::Result<()> {
    let holder = Holder {
        surname: item.surname.as_deref().unwrap_or_default(),
        given: item.given.as_deref().unwrap_or_default(),
        birth: item.birth_date,
        sex: item.sex,
    };
    let terms = Terms { today, demo: asked.demo, holder: Some(holder), made: item.made, purpose: item.purpose };
    let verdict = judge(kind, &item.value, &terms);
    if !asked.json {
        let reasons: Vec<&str> = verdict.reasons.iter().map(|reason| reason.as_str()).collect();
        let valid = if verdict.valid { "valid" } else { "not valid" };
        return writeln!(out, "{}{}{}", valid, if reasons.is_empty() { "" } else { "; " }, reasons.join("; "));
    }
    let date = (kind == Kind::Date && verdict.valid).then(|| verdict.normal.parse::<Date>().ok()).flatten();
    let day = date.map(|day| Day {
        age: age(day, today),
        last_day_of_3_months: last_day(day, 3),
        last_day_of_6_months: last_day(day, 6),
        last_day_of_12_months: last_day(day, 12),
    });
    serde_json::to_writer(&mut *out, &Judged { verdict, day })?;
    writeln!(out)
}

fn list(json: bool, out: &mut impl Write) -> io::Result<()> {
    for kind in Kind::ALL {
        if json {
            writeln!(out, "{}", serde_json::json!({ "type": kind.as_str(), "about": kind.about() }))?;
        } else {
            writeln!(out, "{:<12} {}", kind.as_str(), kind.about())?;
        }
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        asked: Asked,
    }

    fn run(arguments: &[&str], input: &str) -> (Vec<serde_json::Value>, bool) {
        let line = Line::parse_from([&["x", "--today", "2026-11-23", "--json"], arguments].concat());
        let mut out = Vec::new();
        let good = answer(&line.asked, input.as_bytes(), &mut out).unwrap();
        (String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect(), good)
    }

    #[test]
    fn one_value_is_judged_and_no_argument_lists_the_types() {
        let (out, good) = run(&["nino", "AB 12 34 56 C"], "");
        assert!(good);
        assert_eq!(
            out[0],
            serde_json::json!({"type": "nino", "valid": true, "normal": "AB123456C", "key": "AB123456", "reasons": []})
        );
        let (out, good) = run(&["nino", "AB1"], "");
        assert!(good, "a wrong number was judged");
        assert_eq!(out[0]["valid"], false);
        assert_eq!(run(&[], "").0.len(), Kind::ALL.len());
        let (out, good) = run(&["shoe-size", "42"], "");
        assert!(!good);
        assert!(out[0]["error"].as_str().unwrap().starts_with("line 1, field type: one of gb-driver"));
    }

    #[test]
    fn many_values_are_judged_in_order_with_errors_in_their_place() {
        let json =
            r#"{"value":"MORGA657054SM9IJ","surname":"Jones","given":"Sarah Meredyth","birth_date":"1964-07-05"}"#;
        let input = format!("MORGA657054SM9IJ\n\n{{\"valu\":1}}\n{json}\n{}\n", "9".repeat(65));
        let (out, good) = run(&["gb-driver"], &input);
        assert!(!good);
        assert_eq!(out.len(), 5);
        assert_eq!(out[0]["valid"], true);
        assert_eq!(out[1]["error"], "line 2, field value: nothing there");
        assert!(out[2]["error"].as_str().unwrap().starts_with("line 3, field json:"));
        assert_eq!(out[3]["reasons"], serde_json::json!(["surname_differs"]));
        assert_eq!(out[4]["error"], "line 5, field value: longer than 64 signs");
    }

    #[test]
    fn a_date_says_until_when_a_document_of_that_day_is_recent() {
        let (out, _) = run(&["date", "2026-08-31"], "");
        assert_eq!(out[0]["last_day_of_6_months"], "2027-02-28");
        assert_eq!(run(&["date", "2027-01-01"], "").0[0]["reasons"], serde_json::json!(["future"]));
    }
}
