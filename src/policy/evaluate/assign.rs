//! Which document fills which place: the cheapest way to fill them all, by exact search. What counts already costs nothing, so
//! a way that costs nothing is a combination that is met.

use super::document::Judged;
use super::part::{Part, seconds, step, tidy};
use crate::policy::decision::{Act, List, Step};
use crate::policy::pack::{Combination, Policy};

/// How a combination is filled.
pub(super) struct Plan {
    /// For each place the document in it, by its place among the judged; `None`: another is to be brought.
    pub filled: Vec<(List, Option<usize>)>,
    /// All that is to be done.
    pub steps: Vec<Step>,
}

struct Search<'a> {
    policy: &'a Policy,
    judged: &'a [Judged<'a>],
    places: Vec<List>,
    /// For each place who could fill it, the cheapest first: cost and document.
    ways: Vec<Vec<(u64, usize)>>,
    taken: Vec<Option<usize>>,
    best: Option<(u64, Vec<Option<usize>>)>,
}

/// The cheapest way to fill the places of a combination.
pub(super) fn fill(policy: &Policy, judged: &[Judged], combination: &Combination) -> Plan {
    let places = combination.need.places();
    let ways = places.iter().map(|list| ways(judged, *list)).collect();
    let mut search = Search { policy, judged, places, ways, taken: Vec::new(), best: None };
    search.place(0);
    let taken = search.best.map(|(_, taken)| taken).unwrap_or_default();
    let filled: Vec<(List, Option<usize>)> = search.places.into_iter().zip(taken).collect();
    let mut steps: Vec<Step> = Vec::new();
    for (list, document) in &filled {
        match document {
            Some(at) => steps.extend(judged[*at].use_as(*list).and_then(|part| part.steps).unwrap_or_default()),
            None => steps.push(step(policy, Act::Bring, None, Some(list.as_str()))),
        }
    }
    if combination.number {
        number(policy, judged, &filled, &mut steps);
    }
    Plan { filled, steps: tidy(steps) }
}

fn ways(judged: &[Judged], list: List) -> Vec<(u64, usize)> {
    let way = |(at, judged): (usize, &Judged)| Some((judged.use_as(list)?.cost()?, at));
    let mut ways: Vec<(u64, usize)> = judged.iter().enumerate().filter_map(way).collect();
    ways.sort_unstable();
    ways
}

impl Search<'_> {
    fn spent(&self) -> u64 {
        let one = |(place, taken): (usize, &Option<usize>)| match taken {
            None => u64::from(self.policy.seconds(Act::Bring, Some(self.places[place].as_str()))),
            Some(at) => self.ways[place].iter().find(|(_, way)| way == at).map_or(0, |(cost, _)| *cost),
        };
        self.taken.iter().enumerate().map(one).sum()
    }

    /// Tries every document in this place and all behind it; gives up as soon as it costs more than the best way known.
    fn place(&mut self, at: usize) {
        let spent = self.spent();
        if self.best.as_ref().is_some_and(|(best, _)| spent >= *best) {
            return;
        }
        if at == self.places.len() {
            self.best = Some((spent, self.taken.clone()));
            return;
        }
        // Places of one list are alike: what fills the second stands behind what fills the first.
        let before = at.checked_sub(1).filter(|before| self.places[*before] == self.places[at]);
        let after = before.map(|before| self.taken[before]);
        let from = match after {
            None => 0,
            Some(None) => self.ways[at].len(),
            Some(Some(last)) => self.ways[at].iter().position(|(_, way)| *way == last).map_or(0, |place| place + 1),
        };
        for way in from..self.ways[at].len() {
            let (_, document) = self.ways[at][way];
            if self.free(document, self.places[at]) {
                self.taken.push(Some(document));
                self.place(at + 1);
                self.taken.pop();
            }
        }
        self.taken.push(None);
        self.place(at + 1);
        self.taken.pop();
    }

    /// A document fills one place; of one group one; of one provider one as proof of address.
    fn free(&self, document: usize, list: List) -> bool {
        let this = &self.judged[document];
        let group = |judged: &Judged| judged.kind.and_then(|kind| kind.once.clone());
        self.taken.iter().enumerate().all(|(place, taken)| {
            let Some(other) = taken else { return true };
            let that = &self.judged[*other];
            let one_group = group(this).is_some() && group(this) == group(that);
            let both_address = list == List::Address && self.places[place] == List::Address;
            *other != document && !one_group && !(both_address && this.provider == that.provider)
        })
    }
}

/// One document must bear a number of the holder's own: one that counts does; else the cheapest that could, or another.
fn number(policy: &Policy, judged: &[Judged], filled: &[(List, Option<usize>)], steps: &mut Vec<Step>) {
    let used = filled.iter().filter_map(|(_, document)| *document).any(|at| judged[at].has_number());
    let ways = |judged: &Judged| {
        let lists = [List::Photo, List::Nonphoto, List::Address];
        let parts: Vec<Part> = lists.into_iter().filter_map(|list| judged.use_as(list)).collect();
        parts.into_iter().filter_map(|part| part.steps).min_by_key(|steps| seconds(steps))
    };
    let there = judged.iter().filter(|judged| judged.has_number()).filter_map(ways).min_by_key(|steps| seconds(steps));
    if used || there.as_ref().is_some_and(Vec::is_empty) {
        return;
    }
    let bring = |what| step(policy, Act::Bring, None, Some(what));
    // The photo document that is to be brought anyway can be one with a number.
    if let Some(photo) = steps.iter_mut().find(|step| step.act == Act::Bring && step.what.as_deref() == Some("photo")) {
        *photo = bring("numbered");
        return;
    }
    let another = bring("numbered");
    match there.filter(|there| seconds(there) <= u64::from(another.seconds)) {
        Some(there) => steps.extend(there),
        None => steps.push(another),
    }
}
