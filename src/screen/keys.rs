//! Keys that do the same on every screen, and what they are called (`notes` screens 3.2, rule 8).

use super::page::KeyHint;
use crate::journey::key::Key;
use crate::words::Words;

/// A key with a fixed meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Usual {
    /// Enter: go on.
    Continue,
    /// Esc, also F12: one step back.
    Back,
    /// Tab: to the next field.
    NextField,
    /// F1: help for what has the focus.
    Help,
    /// F3: leave the visit; it is saved.
    Leave,
    /// F4: choose from a list.
    List,
    /// F5: ask the device again.
    Retry,
    /// F6: the other language.
    Language,
    /// F7: the next theme.
    Contrast,
    /// F8: turn the screen round to the holder.
    Privacy,
    /// F9: lock.
    Lock,
    /// F10: to the check of all answers.
    Check,
    /// Ctrl-Z: undo.
    Undo,
    /// `/`: find a person.
    Find,
}

impl Usual {
    /// All of them, in the order of the key bar.
    pub const ALL: [Usual; 14] = [
        Self::Continue,
        Self::NextField,
        Self::Find,
        Self::Back,
        Self::Help,
        Self::Leave,
        Self::List,
        Self::Retry,
        Self::Language,
        Self::Contrast,
        Self::Privacy,
        Self::Lock,
        Self::Check,
        Self::Undo,
    ];

    /// The key.
    pub fn key(self) -> Key {
        match self {
            Self::Continue => Key::Enter,
            Self::Back => Key::Esc,
            Self::NextField => Key::Tab,
            Self::Help => Key::F(1),
            Self::Leave => Key::F(3),
            Self::List => Key::F(4),
            Self::Retry => Key::F(5),
            Self::Language => Key::F(6),
            Self::Contrast => Key::F(7),
            Self::Privacy => Key::F(8),
            Self::Lock => Key::F(9),
            Self::Check => Key::F(10),
            Self::Undo => Key::Ctrl('z'),
            Self::Find => Key::Char('/'),
        }
    }

    /// The id of its label in the word files.
    fn word(self) -> &'static str {
        match self {
            Self::Continue => "key-continue",
            Self::Back => "key-back",
            Self::NextField => "key-next-field",
            Self::Help => "key-help",
            Self::Leave => "key-leave",
            Self::List => "key-list",
            Self::Retry => "key-retry",
            Self::Language => "key-language",
            Self::Contrast => "key-contrast",
            Self::Privacy => "key-privacy",
            Self::Lock => "key-lock",
            Self::Check => "key-check",
            Self::Undo => "key-undo",
            Self::Find => "key-find",
        }
    }

    /// The key with its label.
    pub fn hint(self, words: &Words) -> KeyHint {
        KeyHint::new(self.key(), words.get(self.word()))
    }
}

/// These keys with their labels, for [`super::page::Page::hints`].
pub fn usual(words: &Words, keys: &[Usual]) -> Vec<KeyHint> {
    keys.iter().map(|key| key.hint(words)).collect()
}

/// `1-3 Choose` for this many numbered rows; nothing for none.
pub fn choose(words: &Words, rows: usize) -> Option<KeyHint> {
    let last = u32::try_from(rows.min(9)).ok().and_then(|n| char::from_digit(n, 10))?;
    match last {
        '0' => None,
        '1' => Some(KeyHint::new(Key::Char('1'), words.get("key-choose"))),
        _ => Some(KeyHint { key: Key::Char('1'), to: Some(Key::Char(last)), label: words.get("key-choose") }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn every_usual_key_has_a_label_in_both_languages_and_no_key_means_two_things() {
        for lang in Lang::ALL {
            let words = Words::new(lang);
            for hint in usual(&words, &Usual::ALL) {
                assert!(!hint.label.is_empty() && !hint.label.contains('\u{27e6}'), "{lang:?} {hint:?}");
            }
        }
        let mut keys: Vec<Key> = Usual::ALL.iter().map(|usual| usual.key()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), Usual::ALL.len());
    }

    #[test]
    fn the_choose_hint_names_the_rows_there_are() {
        let words = Words::new(Lang::En);
        assert_eq!(choose(&words, 0), None);
        assert_eq!(choose(&words, 1).unwrap().cap(), "1");
        assert_eq!(choose(&words, 3).unwrap().cap(), "1-3");
        assert_eq!(choose(&words, 30).unwrap().cap(), "1-9");
    }
}
