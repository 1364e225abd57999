//! GPG45: which identity profiles some scores meet, which level that is, and what a wanted profile still lacks.
//!
//! The scores of different pieces are never added up: a profile is met when a piece of evidence of its own covers each pair of
//! strength and validity it asks for, and the three scores of the identity reach theirs (notes domain 6, S78, S80).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Pieces of evidence judged at once, at most. No visit has as many; a longer list is refused where it is read.
pub const EVIDENCE_MAX: usize = 100;

/// A score, 0 to 4; 0 means that nothing was reached, or that nothing is asked for. (The guide itself gives 3 at most for the
/// fraud check; a 4 there meets what a 3 meets.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "u64")]
pub struct Score(u8);

impl Score {
    /// Nothing reached, or nothing asked for.
    pub const NONE: Score = Score(0);
    /// The highest there is.
    pub const MOST: Score = Score(4);

    /// A score of this height; none above 4.
    pub fn new(height: u8) -> Option<Score> {
        (height <= Self::MOST.0).then_some(Score(height))
    }

    /// 0 to 4.
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u64> for Score {
    type Error = &'static str;

    fn try_from(height: u64) -> Result<Self, Self::Error> {
        u8::try_from(height).ok().and_then(Score::new).ok_or("a score is a whole number from 0 to 4")
    }
}

/// A piece of evidence as GPG45 sees it, or the least that a profile asks of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Piece {
    /// How hard it is to get by fraud, and how well it names one person.
    pub strength: Score,
    /// How well it was checked that it is genuine and good.
    pub validity: Score,
}

impl Piece {
    /// Whether this piece is at least as strong and as well checked as what is asked for.
    pub fn covers(self, wanted: Piece) -> bool {
        self.strength >= wanted.strength && self.validity >= wanted.validity
    }

    /// What it costs to come by: only used to tell which of two pieces is the cheaper one left over.
    fn weight(self) -> u8 {
        self.strength.0 + self.validity.0
    }
}

/// How sure one can be of an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// No profile is met.
    #[default]
    None,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High: meant to stop impostors who know the person (S78).
    High,
    /// Very high: meant to stop a disguise as well.
    VeryHigh,
}

impl Level {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::None => "none",
            Level::Low => "low",
            Level::Medium => "medium",
            Level::High => "high",
            Level::VeryHigh => "very_high",
        }
    }
}

/// The scores of one identity.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scores {
    /// Each document once, at its best scores.
    pub evidence: Vec<Piece>,
    /// Activity history.
    pub activity: Score,
    /// Check for identity fraud.
    pub fraud: Score,
    /// That the holder is the person the evidence is about.
    pub verification: Score,
}

/// One row of the table of profiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Such as `M1A`.
    pub id: String,
    /// The level it gives.
    pub level: Level,
    /// The least it asks for. `evidence`: a distinct piece for each, in the order of the table.
    pub least: Scores,
}

/// What GPG45 says of some scores.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answer {
    /// Every profile met, in the order of the table.
    pub met: Vec<String>,
    /// The highest level met.
    pub level: Level,
    /// For each wanted profile what it lacks; `None` when it is met.
    pub missing: BTreeMap<String, Option<Scores>>,
}

/// Every profile that the scores meet, in the order of the table.
pub fn profiles_met<'a>(table: &'a [Profile], scores: &Scores) -> Vec<&'a Profile> {
    table.iter().filter(|profile| meets(profile, scores)).collect()
}

/// The highest level that the scores meet.
pub fn level(table: &[Profile], scores: &Scores) -> Level {
    profiles_met(table, scores).iter().map(|profile| profile.level).max().unwrap_or_default()
}

/// What a profile lacks: `None` when it is met. In it a score is the one to be reached, 0 if it is reached; the pieces are those
/// for which nothing is there when as many pieces as possible are covered, and of those ways the one that leaves the cheapest.
pub fn missing(profile: &Profile, scores: &Scores) -> Option<Scores> {
    let lacks = |wanted: Score, reached: Score| if reached >= wanted { Score::NONE } else { wanted };
    let least = &profile.least;
    let lacking = Scores {
        evidence: uncovered(&least.evidence, &scores.evidence),
        activity: lacks(least.activity, scores.activity),
        fraud: lacks(least.fraud, scores.fraud),
        verification: lacks(least.verification, scores.verification),
    };
    (lacking != Scores::default()).then_some(lacking)
}

/// The whole answer for some scores and wanted profiles.
///
/// Errors: the place of the first target that is not in the table.
pub fn answer(table: &[Profile], scores: &Scores, targets: &[String]) -> Result<Answer, usize> {
    let met = profiles_met(table, scores);
    let level = met.iter().map(|profile| profile.level).max().unwrap_or_default();
    let mut lacking = BTreeMap::new();
    for (at, target) in targets.iter().enumerate() {
        let profile = table.iter().find(|profile| profile.id == *target).ok_or(at)?;
        lacking.insert(target.clone(), missing(profile, scores));
    }
    Ok(Answer { met: met.iter().map(|profile| profile.id.clone()).collect(), level, missing: lacking })
}

fn meets(profile: &Profile, scores: &Scores) -> bool {
    let least = &profile.least;
    scores.activity >= least.activity
        && scores.fraud >= least.fraud
        && scores.verification >= least.verification
        && uncovered(&least.evidence, &scores.evidence).is_empty()
}

/// The wanted pieces that stay without one of their own, in the order of the table.
///
/// An exact assignment by augmenting paths. Pieces are taken dearest first, and one that was covered stays covered, so that as
/// many as possible are covered and the cheapest are left over (sets that can be matched form a matroid: greedy is exact).
fn uncovered(wanted: &[Piece], pieces: &[Piece]) -> Vec<Piece> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(wanted[*at].weight()));
    // For each piece the wanted one it covers.
    let mut covers: Vec<Option<usize>> = vec![None; pieces.len()];
    let mut left = Vec::new();
    for at in order {
        if !augment(at, wanted, pieces, &mut covers, &mut vec![false; pieces.len()]) {
            left.push(at);
        }
    }
    left.sort_unstable();
    left.into_iter().map(|at| wanted[at]).collect()
}

/// Finds a piece for a wanted one, moving others if need be. Each piece is tried once, so it ends; no deeper than `wanted`.
fn augment(at: usize, wanted: &[Piece], pieces: &[Piece], covers: &mut [Option<usize>], tried: &mut [bool]) -> bool {
    for piece in 0..pieces.len() {
        if tried[piece] || !pieces[piece].covers(wanted[at]) {
            continue;
        }
        tried[piece] = true;
        let free = match covers[piece] {
            None => true,
            Some(other) => augment(other, wanted, pieces, covers, tried),
        };
        if free {
            covers[piece] = Some(at);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests;
