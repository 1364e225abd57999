//! The index of likely doubles: built from the store beside the running service, swapped in when it is ready, and built again
//! when it has aged. Until the first is ready, and for whoever was registered since the last one was built, people of the same
//! birth date are weighed one by one, and the search finds what agrees letter by letter, as it always does.

use std::sync::{Arc, Mutex, PoisonError};

use super::service::Central;
use super::store::{CentralStore, HITS_MAX, PersonQuery, Stored};
use crate::document::same_person::{Band, Builder, Candidate, Claim, Index, Known};
use crate::domain::{Millis, Person, PersonId, UserNumber};
use crate::wire::message::PersonHit;

/// The oldest index that is used without a new one being begun.
const AGE_MAX: i64 = 10 * Millis::MINUTE;

/// People read from the store at a time: the database is free for others in between.
const PAGE: u32 = 1_000;

/// So many are indexed while the question waits: a few milliseconds. A larger service is indexed beside it.
const AT_ONCE: usize = 2_000;

/// The index and how old it is.
pub struct Likeness {
    state: Mutex<State>,
    at_once: usize,
}

impl Default for Likeness {
    fn default() -> Self {
        Self { state: Mutex::default(), at_once: AT_ONCE }
    }
}

#[derive(Default)]
struct State {
    index: Option<Arc<Index>>,
    begun: Option<Millis>,
    building: bool,
}

/// An index half built.
struct Reading {
    builder: Builder,
    count: usize,
    after: Option<UserNumber>,
}

impl Reading {
    /// Reads up to so many people more; whether there are no others.
    fn go_on(&mut self, store: &dyn CentralStore, most: usize) -> Stored<bool> {
        while self.count < most {
            let some = u32::try_from(most - self.count).map_or(PAGE, |left| left.min(PAGE));
            let page = store.persons(self.after.as_ref(), some)?;
            let Some(last) = page.last() else { return self.add_former(store) };
            self.after = last.number.clone();
            self.count += page.len();
            for person in &page {
                self.builder.add(person.id, &person.name.family, &person.name.given, person.birth_date);
            }
        }
        Ok(false)
    }

    /// Whoever comes back under a former name is still the same person.
    fn add_former(&mut self, store: &dyn CentralStore) -> Stored<bool> {
        for old in store.former_names(None)? {
            self.builder.add(old.person, &old.name.family, &old.name.given, old.birth_date);
        }
        Ok(true)
    }
}

impl Likeness {
    /// The newest index there is, if any. If it has aged, the next one is begun.
    pub fn index(self: &Arc<Self>, store: &Arc<dyn CentralStore>, now: Millis) -> Option<Arc<Index>> {
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = state.begun.is_some_and(|begun| now.since(begun) < AGE_MAX);
            if fresh || state.building {
                return state.index.clone();
            }
            (state.begun, state.building) = (Some(now), true);
        }
        let mut reading = Reading { builder: Builder::new(), count: 0, after: None };
        match reading.go_on(store.as_ref(), self.at_once) {
            Ok(false) => {
                let (likeness, store) = (Arc::clone(self), Arc::clone(store));
                let built = move || {
                    let all = reading.go_on(store.as_ref(), usize::MAX);
                    likeness.put(all.map(|_| reading.builder.build()));
                };
                let thread = std::thread::Builder::new().name("likeness".into()).spawn(built);
                if let Err(error) = thread {
                    tracing::error!(%error, "no thread to index people with");
                    self.state.lock().unwrap_or_else(PoisonError::into_inner).building = false;
                }
            }
            all => self.put(all.map(|_| reading.builder.build())),
        }
        self.state.lock().unwrap_or_else(PoisonError::into_inner).index.clone()
    }

    /// The new index takes the old one's place; who still searches in the old one ends in peace.
    fn put(&self, built: Stored<Index>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.building = false;
        match built {
            Ok(index) => {
                tracing::info!(people = index.len(), mib = index.bytes() >> 20, "people are indexed");
                state.index = Some(Arc::new(index));
            }
            Err(error) => tracing::error!(%error, "people could not be indexed"),
        }
    }
}

/// Who on record may be the one asked for, `index` or no index: one answer for whoever searches and for the registration that
/// follows the search. `born` are the people of that birth date, as the store has them now.
pub fn candidates(index: Option<&Index>, claim: &Claim<'_>, born: &[Person]) -> Vec<Candidate> {
    let beside = born.iter().map(Known::now);
    match index {
        Some(index) => index.search_with(claim, beside, HITS_MAX),
        None => Index::default().search_with(claim, beside, HITS_MAX),
    }
}

impl Central {
    /// Who might be meant: found by a number first, then by likeness, then by letters.
    ///
    /// Errors: the store's.
    pub fn find_persons(&self, query: &PersonQuery) -> Stored<Vec<PersonHit>> {
        let found = self.store.find_persons(query)?;
        let likely = self.likely(query)?;
        let (strong, by_letters): (Vec<_>, Vec<_>) = found
            .iter()
            .map(|hit| hit.person.id)
            .partition(|id| found.iter().any(|hit| hit.strong && hit.person.id == *id));
        let mut hits: Vec<PersonHit> = Vec::new();
        for id in strong.into_iter().chain(likely.iter().map(|one| one.person)).chain(by_letters) {
            if hits.len() == HITS_MAX || hits.iter().any(|hit| hit.person.id == id) {
                continue;
            }
            let known = match found.iter().find(|hit| hit.person.id == id) {
                Some(hit) => Some(hit.clone()),
                None => self.hit(id)?,
            };
            let band = likely.iter().find(|one| one.person == id).map_or(Band::Lower, Candidate::band);
            hits.extend(known.map(|hit| PersonHit { band, ..hit }));
        }
        Ok(hits)
    }

    fn hit(&self, id: PersonId) -> Stored<Option<PersonHit>> {
        let Some(person) = self.store.person(id)? else { return Ok(None) };
        let card = self.store.latest_card(id)?.map(|card| card.brief);
        Ok(Some(PersonHit { person, card, strong: false, band: Band::Lower }))
    }

    /// Candidates of the upper and middle band. A name alone is too little to go by.
    fn likely(&self, query: &PersonQuery) -> Stored<Vec<Candidate>> {
        let (surname, given) = (query.family.as_deref().unwrap_or(""), query.given.as_deref().unwrap_or(""));
        let Some(birth) = query.birth_date.filter(|_| !(surname.is_empty() && given.is_empty())) else {
            return Ok(Vec::new());
        };
        let index = self.likeness.index(&self.store, self.now());
        let born = self.store.persons_born(birth)?;
        Ok(candidates(index.as_deref(), &Claim { surname, given, birth: Some(birth) }, &born))
    }
}

#[cfg(test)]
mod tests;
