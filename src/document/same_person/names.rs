//! Names as the index holds them: each once, folded two ways, with its sounds and how many bear it.

use std::collections::HashMap;

use jiff::civil::Date;
use rphonetic::{DoubleMetaphone, Encoder};

use crate::document::names::{Fold, words};

/// A name's place in the table.
pub(super) type NameId = u32;

/// Letters of a sound. The customary four would join too many long names.
const SOUND_LETTERS: usize = 6;

/// Ways one name may sound: two for each way of taking its accents off.
const SOUNDS_MAX: usize = 4;

/// A name part, folded.
pub(super) struct Name {
    /// Accents off, words parted by a blank.
    pub bare: Box<str>,
    /// By the table for machine-readable zones, where that differs: MUELLER for MULLER.
    pub expanded: Option<Box<str>>,
    /// Records that bear it.
    pub count: u32,
    sounds: [u32; SOUNDS_MAX],
    sounds_len: u8,
}

impl Name {
    /// A name that is on no record yet.
    pub fn new(text: &str) -> Self {
        let (bare, expanded) = (folded(text, Fold::LATIN[0]), folded(text, Fold::LATIN[1]));
        let expanded = (expanded != bare).then_some(expanded);
        let mut name = Self { bare, expanded, count: 0, sounds: [0; SOUNDS_MAX], sounds_len: 0 };
        let first = |text: &str| text.split(' ').next().unwrap_or_default().to_owned();
        // A surname of several words may be typed as one, and a forename is known by its first.
        let texts = [Some(first(&name.bare)), name.expanded.as_deref().map(first)];
        for text in texts.into_iter().flatten().filter(|text| !text.is_empty()) {
            for sound in sounds_of(&text) {
                name.add_sound(sound);
            }
        }
        name
    }

    fn add_sound(&mut self, sound: u32) {
        let len = usize::from(self.sounds_len);
        let known = self.sounds.iter().take(len).any(|known| *known == sound);
        if let Some(place) = self.sounds.get_mut(len).filter(|_| !known) {
            *place = sound;
            self.sounds_len += 1;
        }
    }

    /// How its first word may sound.
    pub fn sounds(&self) -> impl Iterator<Item = u32> + '_ {
        self.sounds.iter().take(usize::from(self.sounds_len)).copied()
    }

    /// The first word.
    pub fn first(&self) -> &str {
        self.bare.split(' ').next().unwrap_or_default()
    }

    /// Its ways of writing.
    pub fn forms(&self) -> impl Iterator<Item = &str> + Clone {
        std::iter::once(&*self.bare).chain(self.expanded.as_deref())
    }
}

fn folded(text: &str, fold: Fold) -> Box<str> {
    words(text, fold).join(" ").into_boxed_str()
}

/// The two sounds of Double Metaphone; a name it makes nothing of, such as one in another script, sounds like itself.
fn sounds_of(word: &str) -> Vec<u32> {
    let metaphone = DoubleMetaphone::new(Some(SOUND_LETTERS));
    let latin = word.bytes().all(|b| b.is_ascii_uppercase());
    let mut sounds = if latin { vec![metaphone.encode(word), metaphone.encode_alternate(word)] } else { Vec::new() };
    sounds.retain(|sound| !sound.is_empty());
    if sounds.is_empty() {
        sounds.push(word.to_owned());
    }
    sounds.dedup();
    sounds.iter().map(|sound| hash(&[sound.as_bytes()])).collect()
}

/// FNV-1a, 32 bits: the same in every build, so that stored keys stay good. A collision only costs a candidate more.
fn hash(parts: &[&[u8]]) -> u32 {
    let bytes = parts.iter().flat_map(|part| part.iter().copied().chain([0xFF]));
    bytes.fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The block of a birth date.
pub(super) fn key_of_birth(birth: Date) -> u32 {
    let day = [birth.month().cast_unsigned(), birth.day().cast_unsigned()];
    hash(&[b"b", &birth.year().to_be_bytes(), &day])
}

/// The block of a surname's sound and a year of birth.
pub(super) fn key_of_year(surname: u32, year: i16) -> u32 {
    hash(&[b"y", &surname.to_be_bytes(), &year.to_be_bytes()])
}

/// The block of the sounds of surname and first forename.
pub(super) fn key_of_names(surname: u32, given: u32) -> u32 {
    hash(&[b"n", &surname.to_be_bytes(), &given.to_be_bytes()])
}

/// The table.
#[derive(Default)]
pub(super) struct Names {
    names: Vec<Name>,
    /// While it is built: where each text stands.
    places: HashMap<Box<str>, NameId>,
    /// How often each first word stands first.
    firsts: HashMap<Box<str>, u32>,
    records: u32,
}

impl Names {
    /// The place of a name, one more bears it.
    pub fn intern(&mut self, text: &str) -> NameId {
        let id = match self.places.get(text) {
            Some(id) => *id,
            None => {
                let id = NameId::try_from(self.names.len()).unwrap_or(NameId::MAX);
                self.names.push(Name::new(text));
                self.places.insert(text.into(), id);
                id
            }
        };
        if let Some(name) = self.names.get_mut(id as usize) {
            name.count += 1;
        }
        id
    }

    /// No more names will come.
    pub fn settle(&mut self) {
        self.places = HashMap::new();
        self.names.shrink_to_fit();
        for name in &self.names {
            *self.firsts.entry(name.first().into()).or_default() += name.count;
            self.records = self.records.saturating_add(name.count);
        }
        // Each record has two names.
        self.records /= 2;
    }

    /// A name by its place. Places come from this table.
    pub fn get(&self, id: NameId) -> &Name {
        static NOBODY: std::sync::LazyLock<Name> = std::sync::LazyLock::new(|| Name::new(""));
        self.names.get(id as usize).unwrap_or(&NOBODY)
    }

    /// Bits that a shared first word weighs: the rarer, the more. A name seldom or never seen is taken for one in 16,000, and
    /// a small index for a sample of a large one.
    pub fn bits_of_sharing(&self, first: &str) -> f32 {
        /// Records an index is mixed with, so that a desk's few do not make every name common.
        const SAMPLE: f32 = 2_000.0;
        const RARE: f32 = 1.0 / 16_000.0;
        let count = self.firsts.get(first).copied().unwrap_or(0);
        let share = (count as f32 + SAMPLE * RARE * 4.0) / (self.records as f32 + SAMPLE);
        -share.max(RARE).log2()
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        let texts: usize = self.names.iter().map(|name| name.forms().map(str::len).sum::<usize>()).sum();
        let firsts: usize = self.firsts.keys().map(|first| first.len() + size_of::<(Box<str>, u32)>() + 1).sum();
        size_of::<Name>() * self.names.capacity() + texts + firsts
    }
}
