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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Policy;

    fn run(text: &str) -> (Vec<String>, bool) {
        let mut out = Vec::new();
        let policy = Policy::load().unwrap();
        let good = judge(policy.profiles(), true, text.as_bytes(), &mut out).unwrap();
        (String::from_utf8(out).unwrap().lines().map(str::to_owned).collect(), good)
    }

    #[test]
    fn the_line_of_the_contract_is_answered() {
        let asked = r#"{"evidence":[{"strength":4,"validity":3}],"activity":1,"fraud":1,"verification":2,"targets":["M1A","V2B"]}"#;
        let said = r#"{"met":["L1A","L1B","M1A"],"level":"medium","missing":{"M1A":null,"V2B":{"evidence":[{"strength":3,"validity":3}],"activity":0,"fraud":2,"verification":3}}}"#;
        assert_eq!(run(asked), (vec![said.to_owned()], true));
        let none = r#"{"evidence":[],"activity":0,"fraud":0,"verification":0}"#;
        assert_eq!(run(none).0, [r#"{"met":[],"level":"none","missing":{}}"#]);
    }

    #[test]
    fn a_bad_line_is_answered_in_its_place_and_the_rest_is_judged() {
        let good = r#"{"evidence":[],"activity":0,"fraud":0,"verification":0}"#;
        let many = vec![r#"{"strength":1,"validity":1}"#; 101].join(",");
        for (bad, field) in [
            ("nonsense", "line"),
            ("[[],0,0,0]", "line"),
            (r#"{"evidence":[[4,3]],"activity":0,"fraud":0,"verification":0}"#, "evidence[0]"),
            (
                r#"{"evidence":[{"strength":5,"validity":1}],"activity":0,"fraud":0,"verification":0}"#,
                "evidence[0].strength",
            ),
            (r#"{"evidence":[{"strength":1}],"activity":0,"fraud":0,"verification":0}"#, "evidence[0].validity"),
            (r#"{"evidence":[],"activity":0,"fraud":0}"#, "verification"),
            (r#"{"evidence":[],"activity":-1,"fraud":0,"verification":0}"#, "activity"),
            (r#"{"evidence":[],"activity":1.5,"fraud":0,"verification":0}"#, "activity"),
            (r#"{"evidence":[],"activity":"1","fraud":0,"verification":0}"#, "activity"),
            (r#"{"evidence":[],"activity":0,"fraud":0,"verification":0,"sex":1}"#, "sex"),
            (r#"{"evidence":[],"activity":0,"activity":0,"fraud":0,"verification":0}"#, "activity"),
            (r#"{"evidence":[],"activity":0,"fraud":0,"verification":0,"targets":["A1"]}"#, "targets[0]"),
            (&format!(r#"{{"evidence":[{many}],"activity":0,"fraud":0,"verification":0}}"#), "evidence"),
            (r#"{"evidence":[],"activity":0,"fraud":0,"verification":0} {}"#, "line"),
        ] {
            let (lines, all) = run(&format!("{good}\n{bad}\n\n{good}\n"));
            assert_eq!((lines.len(), all), (3, false), "{bad}");
            let start = format!("{{\"error\":\"line 2, field {field}: ");
            assert!(lines[1].starts_with(&start), "{bad}: {}", lines[1]);
            assert_eq!(lines[0], lines[2]);
        }
    }
}
