//! `ra-desk gpg45`: scores from standard input, one JSON object a line, judged by the table of profiles.

use std::io::{self, BufRead, BufWriter, Write};
use std::process::ExitCode;

use serde::Deserialize;

use super::Failure;
use super::evidence::{Bad, Object};
use super::lines::{Lines, error};
use crate::policy::gpg45::{Answer, EVIDENCE_MAX, Piece, Profile, Score, Scores, answer};

/// Targets of one line, at most: each profile twice would serve nobody.
const TARGETS_MAX: usize = 64;

/// One line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    evidence: Vec<Object<Piece>>,
    activity: Score,
    fraud: Score,
    verification: Score,
    #[serde(default)]
    targets: Vec<String>,
}

/// Judges standard input. 0: every line was of the form; 2: some was not.
pub fn run(json: bool) -> Result<ExitCode, Failure> {
    let policy = super::evidence::policy()?;
    let out = BufWriter::new(io::stdout().lock());
    super::ended(judge(policy.profiles(), json, io::stdin().lock(), out))
}

/// Judges every line; whether all were of the form. Empty lines are passed over.
fn judge(table: &[Profile], json: bool, from: impl BufRead, mut out: impl Write) -> io::Result<bool> {
    let mut good = true;
    for line in Lines::new(from) {
        let line = line?;
        if line.text.trim().is_empty() && !line.too_long {
            continue;
        }
        let judged = if line.too_long { Err(Bad::field("line", "too long")) } else { one(table, &line.text) };
        match judged {
            Ok(answer) if json => {
                serde_json::to_writer(&mut out, &answer)?;
                writeln!(out)?;
            }
            Ok(answer) => writeln!(out, "{} {}", answer.level.as_str(), answer.met.join(" "))?,
            Err(Bad { field, what, .. }) => {
                good = false;
                writeln!(out, "{}", error(line.number, &field, &what))?;
            }
        }
    }
    out.flush()?;
    Ok(good)
}

/// One line judged, or the field that is wrong and why.
fn one(table: &[Profile], text: &str) -> Result<Answer, Bad> {
    let asked: Asked = super::evidence::from_json(text)?;
    let too_many = |field: &str, most: usize| Err(Bad::field(field, format!("more than {most}")));
    if asked.evidence.len() > EVIDENCE_MAX {
        return too_many("evidence", EVIDENCE_MAX);
    }
    if asked.targets.len() > TARGETS_MAX {
        return too_many("targets", TARGETS_MAX);
    }
    let evidence = asked.evidence.into_iter().map(|Object(piece)| piece).collect();
    let Asked { activity, fraud, verification, targets, .. } = asked;
    let scores = Scores { evidence, activity, fraud, verification };
    answer(table, &scores, &targets).map_err(|at| {
        let target = targets.get(at).map_or("", String::as_str);
        Bad::field(&format!("targets[{at}]"), format!("there is no profile {target:?}"))
    })
}
