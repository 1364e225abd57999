//! GPG45 in a visit: what the checks that were really done are worth, and the cheapest way to more.

use std::collections::BTreeMap;

use super::document::{Bench, Judged};
use super::part::{seconds, step, tidy};
use crate::policy::decision::{Act, Gpg45, Lift, List, Step};
use crate::policy::documents::Kind;
use crate::policy::facts::FraudCheck;
use crate::policy::gpg45::{Level, Piece, Profile, Score, Scores, missing, profiles_met};
use crate::policy::rule::Rule;

/// Everything a score is made of.
pub(super) struct Scoring<'a> {
    bench: Bench<'a>,
    judged: &'a [Judged<'a>],
    /// For each document whether it stands in an open contradiction: then it earns nothing.
    doubted: Vec<bool>,
    /// The endorsed photo meets its rules.
    endorsed: bool,
    /// What it takes to have a document cover a piece some profile asks for; nothing there: no way is known.
    ways: BTreeMap<(usize, Piece), Vec<Step>>,
}

impl<'a> Scoring<'a> {
    /// `doubted`: for each document whether it stands in an open contradiction.
    pub fn new(bench: Bench<'a>, judged: &'a [Judged<'a>], doubted: Vec<bool>, endorsed: bool) -> Self {
        let mut wanted: Vec<Piece> = bench.policy.profiles().iter().flat_map(|p| p.least.evidence.clone()).collect();
        let looked = bench.policy.gpg45.verification.iter();
        wanted.extend(looked.map(|row| Piece { strength: Score::NONE, validity: row.validity }));
        wanted.sort_unstable();
        wanted.dedup();
        let mut ways = BTreeMap::new();
        for (at, judged) in judged.iter().enumerate().filter(|(at, _)| !doubted[*at]) {
            let reach = Reach::of(&bench, judged);
            for piece in &wanted {
                let way = if judged.piece.covers(*piece) { Some(Vec::new()) } else { reach.to(*piece) };
                ways.extend(way.map(|steps| ((at, *piece), steps)));
            }
        }
        Self { bench, judged, doubted, endorsed, ways }
    }

    /// What was reached, and what would lift it.
    pub fn gpg45(&self) -> Gpg45 {
        let table = self.bench.policy.profiles();
        let scores = self.scores();
        let met = profiles_met(table, &scores);
        let level = met.iter().map(|profile| profile.level).max().unwrap_or_default();
        let met = met.into_iter().map(|profile| profile.id.clone()).collect();
        let lift = self.lift(&scores, level, None);
        Gpg45 { scores, met, level, lift }
    }

    /// The cheapest known way to a level above one; `least`: at least to this one.
    pub fn lift(&self, scores: &Scores, above: Level, least: Option<Level>) -> Option<Lift> {
        let wanted = |profile: &&Profile| profile.level > above && least.is_none_or(|least| profile.level >= least);
        let way = |profile: &Profile| {
            let steps = self.way_to(profile, scores)?;
            let (level, profile_id) = (profile.level, profile.id.clone());
            let missing = missing(profile, scores)?;
            Some(Lift { level, profile: profile_id, missing, steps })
        };
        let profiles = self.bench.policy.profiles().iter();
        profiles.filter(wanted).filter_map(way).min_by_key(|lift| seconds(&lift.steps))
    }

    fn scores(&self) -> Scores {
        let pieces = self.judged.iter().zip(&self.doubted).filter(|(_, doubted)| !**doubted);
        let evidence = pieces.map(|(judged, _)| judged.piece).filter(|piece| *piece > Piece::default());
        let facts = self.bench.facts;
        // Nothing is claimed that could not have been asked: off line there is no fraud check.
        let fraud = match facts.fraud {
            FraudCheck::Clear { score } if facts.online => score,
            _ => Score::NONE,
        };
        let mut evidence: Vec<Piece> =
            evidence.filter(|piece| piece.strength > Score::NONE && piece.validity > Score::NONE).collect();
        evidence.sort_unstable_by(|a, b| b.cmp(a));
        Scores { evidence, activity: facts.activity, fraud, verification: self.verification() }
    }

    fn verification(&self) -> Score {
        let policy = self.bench.policy;
        let met = |row: &&crate::policy::pack::Verification| {
            self.with_photo().any(|judged| {
                let checked = self.bench.checked(&judged.document, false);
                judged.base.is_met()
                    && judged.piece.validity >= row.validity
                    && checked.weigh(&row.rule, false).is_met()
            })
        };
        let by_photo = policy.gpg45.verification.iter().filter(met).map(|row| row.score).max().unwrap_or_default();
        if self.endorsed { by_photo.max(policy.endorsed_photo_score()) } else { by_photo }
    }

    fn with_photo(&self) -> impl Iterator<Item = &Judged<'_>> {
        let open = self.judged.iter().zip(&self.doubted).filter(|(_, doubted)| !**doubted);
        open.map(|(judged, _)| judged).filter(|judged| judged.kind.is_some_and(has_photo))
    }

    /// What to do for a profile; `None` if no way is known.
    fn way_to(&self, profile: &Profile, scores: &Scores) -> Option<Vec<Step>> {
        let (least, policy) = (&profile.least, self.bench.policy);
        // Nobody at a desk can make a history of activity.
        if scores.activity < least.activity {
            return None;
        }
        let mut steps = self.pieces(&least.evidence)?;
        if scores.fraud < least.fraud {
            if self.bench.facts.fraud == FraudCheck::Match {
                return None;
            }
            if !self.bench.facts.online {
                steps.push(step(policy, Act::GoOnline, None, None));
            }
            steps.push(step(policy, Act::FraudCheck, None, Some(&least.fraud.get().to_string())));
        }
        if scores.verification < least.verification {
            steps.extend(self.to_verify(least.verification)?);
        }
        Some(tidy(steps))
    }

    /// The cheapest way to have each wanted piece covered by a document of its own. At most three pieces: every way is tried.
    fn pieces(&self, wanted: &[Piece]) -> Option<Vec<Step>> {
        let costs: Vec<Vec<(u64, usize)>> = wanted
            .iter()
            .map(|piece| {
                let way = |at: usize| Some((seconds(self.ways.get(&(at, *piece))?), at));
                let mut ways: Vec<(u64, usize)> = (0..self.judged.len()).filter_map(way).collect();
                ways.sort_unstable();
                ways
            })
            .collect();
        let mut best = None;
        cheapest(&costs, &mut Vec::new(), 0, &mut best);
        let (_, taken) = best?;
        let steps = taken.iter().zip(wanted).filter_map(|(at, piece)| self.ways.get(&(*at, *piece)));
        Some(tidy(steps.flatten().cloned()))
    }

    fn to_verify(&self, wanted: Score) -> Option<Vec<Step>> {
        let rows = self.bench.policy.gpg45.verification.iter().filter(|row| row.score >= wanted);
        let mut ways = Vec::new();
        for row in rows {
            let piece = Piece { strength: Score::NONE, validity: row.validity };
            for (at, judged) in self.judged.iter().enumerate() {
                let Some(cover) = self.ways.get(&(at, piece)).filter(|_| judged.kind.is_some_and(has_photo)) else {
                    continue;
                };
                if let Some(more) = self.bench.checked(&judged.document, false).weigh(&row.rule, false).steps {
                    ways.push(tidy(cover.iter().cloned().chain(more)));
                }
            }
        }
        ways.into_iter().min_by_key(|steps| seconds(steps))
    }
}

fn has_photo(kind: &Kind) -> bool {
    kind.rule_for(List::Photo).is_some()
}

/// What it takes to bring a document to each strength and each validity.
struct Reach {
    base: Option<Vec<Step>>,
    strength: Vec<(Score, Vec<Step>)>,
    validity: Vec<(Score, Vec<Step>)>,
}

impl Reach {
    fn of(bench: &Bench, judged: &Judged) -> Self {
        let checked = bench.checked(&judged.document, false);
        let reach = |levels: &[(Score, Rule)]| {
            let way = |(score, rule): &(Score, Rule)| Some((*score, checked.weigh(rule, false).steps?));
            levels.iter().filter_map(way).collect()
        };
        let kind = judged.kind;
        Self {
            base: judged.base.steps.clone(),
            strength: kind.map(|kind| reach(&kind.strength)).unwrap_or_default(),
            validity: kind.map(|kind| reach(&kind.validity)).unwrap_or_default(),
        }
    }

    fn to(&self, wanted: Piece) -> Option<Vec<Step>> {
        let cheapest = |levels: &[(Score, Vec<Step>)], height: Score| {
            let high = levels.iter().filter(|(score, _)| *score >= height).map(|(_, steps)| steps);
            high.min_by_key(|steps| seconds(steps)).cloned()
        };
        let mut steps = self.base.clone()?;
        steps.extend(cheapest(&self.strength, wanted.strength)?);
        steps.extend(cheapest(&self.validity, wanted.validity)?);
        Some(tidy(steps))
    }
}

fn cheapest(costs: &[Vec<(u64, usize)>], taken: &mut Vec<usize>, spent: u64, best: &mut Option<(u64, Vec<usize>)>) {
    if best.as_ref().is_some_and(|(least, _)| spent >= *least) {
        return;
    }
    let Some(ways) = costs.get(taken.len()) else {
        *best = Some((spent, taken.clone()));
        return;
    };
    for (cost, at) in ways {
        if !taken.contains(at) {
            taken.push(*at);
            cheapest(costs, taken, spent + cost, best);
            taken.pop();
        }
    }
}
