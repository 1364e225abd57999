//! The same person twice: who on record may be the one at the desk (notes documents 6).
//!
//! Two steps. *Blocking* finds the few candidates out of a million by keys that survive slips: the birth date, the sound of
//! the surname with the year of birth, the sound of both names. *Scoring* weighs what agrees and what does not in bits of
//! evidence (Fellegi and Sunter, 1969): a shared rare surname weighs more than a shared common one. Neither decides: a
//! person does.
//!
//! Strong keys (document, National Insurance and NHS numbers) are looked up exactly elsewhere and need none of this.

mod names;
mod score;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::{LegalName, Person, PersonId};
use names::{NameId, Names};

/// Version of the block keys. An index is built in memory by the program that uses it; whoever stores keys stores this with
/// them and builds them again when it has changed.
pub const KEYS_VERSION: u32 = 1;

/// Candidates of one block that are looked at. A larger block says little by itself, such as the commonest names or the birth
/// date 1 January 1900 that migrated records have (notes domain 12c 5); its members are found by their other keys.
const BLOCK_MAX: usize = 1_000;

/// Bits against a chance meeting, out of the people a national service knows: log2 of 1.5 million.
const POPULATION_BITS: f32 = 20.5;

/// From here on it is probably the same person: nothing is issued until somebody has decided.
pub const UPPER_BITS: f32 = 1.0;

/// From here on it may be: the agent looks.
pub const MIDDLE_BITS: f32 = -9.0;

/// How likely it is that two records are of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", from = "String")]
pub enum Band {
    /// Probably not, or never weighed.
    #[default]
    Lower,
    /// Maybe: to be looked at.
    Middle,
    /// Probably: to be decided, with a reason.
    Upper,
}

impl From<String> for Band {
    /// By the stable word; one this program does not know counts for nothing.
    fn from(word: String) -> Self {
        match word.as_str() {
            "upper" => Band::Upper,
            "middle" => Band::Middle,
            _ => Band::Lower,
        }
    }
}

impl Band {
    /// The band of a weight in bits.
    pub fn of(bits: f32) -> Self {
        if bits >= UPPER_BITS {
            Band::Upper
        } else if bits >= MIDDLE_BITS {
            Band::Middle
        } else {
            Band::Lower
        }
    }
}

/// Whether the search could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Uniqueness {
    /// Everybody central knows was looked at.
    Checked,
    /// Only what this desk holds was: the question waits for central.
    NotChecked,
}

/// Who is asked for.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    /// Surname or single name.
    pub surname: &'a str,
    /// Forenames; may be empty.
    pub given: &'a str,
    /// Birth date, if it is known.
    pub birth: Option<Date>,
}

/// Somebody on record who may be the one asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// Bits of evidence for the same person, chance and population taken off: 0 is even odds.
    pub bits: f32,
}

impl Candidate {
    /// The band.
    pub fn band(&self) -> Band {
        Band::of(self.bits)
    }
}

/// A record beside the index: one for each name somebody has or had.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Whose.
    pub person: PersonId,
    /// Surname or single name.
    pub surname: &'a str,
    /// Forenames; may be empty.
    pub given: &'a str,
    /// Birth date.
    pub birth: Date,
}

impl<'a> Known<'a> {
    /// Under the name a person has now.
    pub fn now(person: &'a Person) -> Self {
        let LegalName { given, family } = &person.name;
        Self { person: person.id, surname: family, given, birth: person.birth_date }
    }
}

/// A record as the index holds it.
struct Entry {
    person: PersonId,
    surname: NameId,
    given: NameId,
    birth: Date,
}

/// Everybody on record, by block keys. Built once, then only read. The default one holds nobody.
#[derive(Default)]
pub struct Index {
    entries: Vec<Entry>,
    names: Names,
    /// Key in the upper half, entry in the lower; sorted.
    blocks: Vec<u64>,
}

/// Collects records for an [`Index`].
#[derive(Default)]
pub struct Builder {
    entries: Vec<Entry>,
    names: Names,
}

impl Builder {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a record. A person with former names is added once for each of them, in any order, and found once, by the
    /// name that fits best.
    pub fn add(&mut self, person: PersonId, surname: &str, given: &str, birth: Date) {
        // More than an index can number are never on record; the rest would not be found, and nothing else would be wrong.
        if u32::try_from(self.entries.len()).is_ok() {
            let (surname, given) = (self.names.intern(surname), self.names.intern(given));
            self.entries.push(Entry { person, surname, given, birth });
        }
    }

    /// Sorts the keys. Takes about a second for a million records.
    pub fn build(mut self) -> Index {
        self.names.settle();
        self.entries.shrink_to_fit();
        let mut blocks = Vec::with_capacity(self.entries.len() * 4);
        for (at, entry) in (0u32..).zip(&self.entries) {
            let (surname, given) = (self.names.get(entry.surname), self.names.get(entry.given));
            let mut put = |key: u32| blocks.push(u64::from(key) << 32 | u64::from(at));
            put(names::key_of_birth(entry.birth));
            for sound in surname.sounds() {
                put(names::key_of_year(sound, entry.birth.year()));
                for first in given.sounds() {
                    put(names::key_of_names(sound, first));
                }
            }
        }
        blocks.sort_unstable();
        blocks.dedup();
        blocks.shrink_to_fit();
        Index { entries: self.entries, names: self.names, blocks }
    }
}

impl Index {
    /// How many names of people it holds: as many as people, where nobody has a former one.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes it takes, what the allocator adds left out.
    pub fn bytes(&self) -> usize {
        size_of::<Entry>() * self.entries.capacity() + size_of::<u64>() * self.blocks.capacity() + self.names.bytes()
    }

    /// Who may be the one asked for, the likeliest first, `limit` at most; nobody of the lower band.
    pub fn search(&self, claim: &Claim<'_>, limit: usize) -> Vec<Candidate> {
        self.search_with(claim, [], limit)
    }

    /// As [`Index::search`], among these too: whoever is on record since the index was built is weighed like the others.
    pub fn search_with<'k>(
        &self,
        claim: &Claim<'_>,
        beside: impl IntoIterator<Item = Known<'k>>,
        limit: usize,
    ) -> Vec<Candidate> {
        let mut score = score::Score::new(&self.names, claim);
        let namesakes = score.names_keys().map(|key| self.range(key).len()).max();
        score.shared_by(namesakes, self.entries.len());
        let mut found: Vec<Candidate> = Vec::new();
        for at in self.block(&score) {
            let Some(entry) = self.entries.get(at as usize) else { continue };
            let bits = score.bits(entry.surname, entry.given, entry.birth) - POPULATION_BITS;
            found.push(Candidate { person: entry.person, bits });
        }
        for known in beside {
            found.push(Candidate { person: known.person, bits: score.bits_of(&known) - POPULATION_BITS });
        }
        found.retain(|candidate| candidate.band() > Band::Lower);
        found.sort_by(|a, b| b.bits.total_cmp(&a.bits).then_with(|| a.person.cmp(&b.person)));
        let mut seen = Vec::new();
        found.retain(|candidate| {
            let new = seen.len() < limit && !seen.contains(&candidate.person);
            if new {
                seen.push(candidate.person);
            }
            new
        });
        found
    }

    /// All of one block, whatever its size.
    fn range(&self, key: u32) -> &[u64] {
        let (low, high) = (u64::from(key) << 32, u64::from(key) << 32 | u64::from(u32::MAX));
        let from = self.blocks.partition_point(|packed| *packed < low);
        let to = self.blocks.partition_point(|packed| *packed <= high);
        self.blocks.get(from..to).unwrap_or_default()
    }

    /// The entries that share a key with the claim, each once.
    fn block(&self, score: &score::Score<'_>) -> Vec<u32> {
        let mut found = Vec::new();
        for key in score.keys() {
            let block = self.range(key);
            if block.len() <= BLOCK_MAX {
                found.extend(block.iter().map(|packed| (packed & u64::from(u32::MAX)) as u32));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl std::fmt::Debug for Index {
    /// Nobody's name.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
