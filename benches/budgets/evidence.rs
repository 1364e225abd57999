//! What a decision costs: a full visit, and a line of GPG45 scores.

use std::hint::black_box;

use ra_desk::policy::facts::{EXAMPLE, Facts};
use ra_desk::policy::gpg45::{Scores, answer};
use ra_desk::policy::{Policy, evaluate};

use crate::process::cpu_ns;
use crate::table::{Budget, Row};

/// Decisions measured: enough that the clock's ticks of 10 ms are nothing.
const VISITS: u32 = 5_000;
/// Lines measured.
const LINES: u32 = 200_000;

/// Milliseconds of processor time each time.
fn each_ms(times: u32, mut once: impl FnMut()) -> f64 {
    let before = cpu_ns(std::process::id());
    (0..times).for_each(|_| once());
    (cpu_ns(std::process::id()) - before) as f64 / 1e6 / f64::from(times)
}

/// The rows of the table.
pub fn rows(rows: &mut Vec<Row>) {
    let policy = Policy::load().expect("the shipped policy");
    let facts: Facts = serde_json::from_str(EXAMPLE).expect("the example");
    let visit = each_ms(VISITS, || {
        black_box(evaluate(&policy, black_box(&facts), facts.day_seen));
    });
    rows.push(Row::new("a full visit decided, CPU", visit, "ms", Budget::AtMost(1.0)));
    // As `ra-desk gpg45` does it: read, judge, write.
    let line = r#"{"evidence":[{"strength":4,"validity":3},{"strength":3,"validity":2},{"strength":2,"validity":1}],"activity":1,"fraud":1,"verification":3}"#;
    let targets = ["M1A".to_owned(), "V3A".to_owned()];
    let one = each_ms(LINES, || {
        let scores: Scores = serde_json::from_str(black_box(line)).expect("a line");
        let answer = answer(policy.profiles(), &scores, &targets).expect("known targets");
        black_box(serde_json::to_string(&answer).expect("an answer"));
    });
    rows.push(Row::new("a line of GPG45 scores, CPU", one * 1e3, "us", Budget::AtMost(100.0)));
}
