//! Typed fields: editing, focus, and what was wrong with them. Keeps what was typed whatever happens.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

use super::key::Key;
use crate::domain::text::sanitise;

/// The longest text any field takes, in letters: longer is no answer to any question here.
pub const FIELD_LETTERS_MAX: usize = 200;

/// Word id of what is said when a field is full.
pub const TOO_LONG: &str = "error-too-long";

/// One field. Its label and hint stand in the word files under its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Id of the word, such as `family`.
    pub id: String,
    /// What was typed.
    pub text: String,
    /// Where the cursor stands, in letters (grapheme clusters).
    pub cursor: usize,
    /// Letters it takes at most.
    pub max: usize,
    /// Word id of what is wrong, if something is.
    pub error: Option<String>,
}

impl Field {
    /// An empty field.
    pub fn new(id: &str, max: usize) -> Self {
        Self { id: id.to_owned(), text: String::new(), cursor: 0, max: max.min(FIELD_LETTERS_MAX), error: None }
    }

    /// Letters typed.
    pub fn letters(&self) -> usize {
        letters(&self.text)
    }

    /// Replaces the text; the cursor goes to its end.
    pub fn set(&mut self, text: &str) {
        self.text = sanitise(text).graphemes(true).take(self.max).collect();
        self.cursor = self.letters();
    }

    /// Puts text in at the cursor, as far as there is room.
    fn insert(&mut self, text: &str) {
        let (before, after) = self.text.split_at(self.byte_at(self.cursor));
        let joined = format!("{before}{}", sanitise(text));
        let cursor = letters(&joined);
        let all = format!("{joined}{after}");
        if letters(&all) <= self.max {
            self.text = all;
            self.cursor = cursor;
            self.error = None;
        } else {
            // A name cut in silence would be a wrong name on a card.
            self.error = Some(TOO_LONG.to_owned());
        }
    }

    /// Takes the letter at this place out.
    fn remove(&mut self, place: usize) {
        if place < self.letters() {
            let (from, to) = (self.byte_at(place), self.byte_at(place + 1));
            self.text.replace_range(from..to, "");
            self.error = None;
        }
    }

    fn byte_at(&self, letter: usize) -> usize {
        if is_plain(&self.text) {
            return letter.min(self.text.len());
        }
        self.text.grapheme_indices(true).nth(letter).map_or(self.text.len(), |(at, _)| at)
    }
}

/// Grapheme clusters of a text. Splitting into clusters costs microseconds a key, which a scanner's burst multiplies.
fn letters(text: &str) -> usize {
    if is_plain(text) { text.len() } else { text.graphemes(true).count() }
}

/// Printable ASCII alone: every byte is a letter of its own.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// What a key did to a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormMove {
    /// Text changed.
    Edited,
    /// The focus or cursor moved.
    Moved,
    /// Enter on the last field, or in any field when all are filled.
    Submit,
    /// The key means nothing here.
    Ignored,
}

/// Some fields, one of which has the focus.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Form {
    /// The fields, top to bottom.
    pub fields: Vec<Field>,
    /// Which has the focus.
    pub focus: usize,
}

impl Form {
    /// A form of empty fields: id and most letters of each.
    pub fn new(fields: &[(&str, usize)]) -> Self {
        Self { fields: fields.iter().map(|(id, max)| Field::new(id, *max)).collect(), focus: 0 }
    }

    /// The text of a field, trimmed; empty if there is no such field.
    pub fn text(&self, id: &str) -> &str {
        self.fields.iter().find(|f| f.id == id).map_or("", |f| f.text.trim())
    }

    /// A field to change.
    pub fn field_mut(&mut self, id: &str) -> Option<&mut Field> {
        self.fields.iter_mut().find(|f| f.id == id)
    }

    /// Says what is wrong with a field.
    pub fn fail(&mut self, id: &str, error: &str) {
        if let Some(field) = self.field_mut(id) {
            field.error = Some(error.to_owned());
        }
    }

    /// Forgets all errors.
    pub fn clear_errors(&mut self) {
        self.fields.iter_mut().for_each(|f| f.error = None);
    }

    /// Whether something is wrong; if so the focus goes to the first such field.
    pub fn focus_first_error(&mut self) -> bool {
        match self.fields.iter().position(|f| f.error.is_some()) {
            Some(at) => {
                self.focus = at;
                true
            }
            None => false,
        }
    }

    /// One key. Tab and the arrows move (never wrapping), Enter goes on.
    pub fn key(&mut self, key: Key) -> FormMove {
        let last = self.fields.len().saturating_sub(1);
        let Some(field) = self.fields.get_mut(self.focus) else { return FormMove::Ignored };
        match key {
            Key::Char(c) => {
                field.insert(c.encode_utf8(&mut [0; 4]));
                FormMove::Edited
            }
            Key::Backspace if field.cursor > 0 => {
                field.cursor -= 1;
                field.remove(field.cursor);
                FormMove::Edited
            }
            Key::Delete => {
                field.remove(field.cursor);
                FormMove::Edited
            }
            Key::Left => {
                field.cursor = field.cursor.saturating_sub(1);
                FormMove::Moved
            }
            Key::Right => {
                field.cursor = (field.cursor + 1).min(field.letters());
                FormMove::Moved
            }
            Key::Home => {
                field.cursor = 0;
                FormMove::Moved
            }
            Key::End => {
                field.cursor = field.letters();
                FormMove::Moved
            }
            Key::Tab | Key::Down => self.go(self.focus.saturating_add(1).min(last)),
            Key::BackTab | Key::Up => self.go(self.focus.saturating_sub(1)),
            Key::Enter if self.focus == last => FormMove::Submit,
            Key::Enter => self.go(self.focus + 1),
            _ => FormMove::Ignored,
        }
    }

    /// Pasted text goes into the focused field; line breaks and tabs become spaces.
    pub fn paste(&mut self, text: &str) {
        if let Some(field) = self.fields.get_mut(self.focus) {
            field.insert(text.trim_end_matches(['\r', '\n', '\t']));
        }
    }

    fn go(&mut self, to: usize) -> FormMove {
        self.focus = to;
        FormMove::Moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(form: &mut Form, text: &str) {
        text.chars().for_each(|c| {
            form.key(Key::Char(c));
        });
    }

    #[test]
    fn backspace_takes_a_letter_with_its_marks() {
        let mut form = Form::new(&[("family", 60)]);
        typed(&mut form, "aE\u{323}\u{300}");
        assert_eq!(form.fields[0].letters(), 2);
        form.key(Key::Backspace);
        assert_eq!(form.text("family"), "a");
    }

    #[test]
    fn plain_letters_and_letters_with_marks_are_counted_alike() {
        for text in ["", "Wyn", "Wy\u{323}\u{302}n", "Llŷr", "O'Neill-Smith ~"] {
            let mut form = Form::new(&[("family", 60)]);
            typed(&mut form, text);
            assert_eq!(form.fields[0].letters(), text.graphemes(true).count(), "{text}");
            for _ in 0..60 {
                form.key(Key::Backspace);
            }
            assert_eq!(form.text("family"), "");
        }
    }

    #[test]
    fn a_letter_typed_in_the_middle_goes_there() {
        let mut form = Form::new(&[("family", 60)]);
        typed(&mut form, "WN");
        form.key(Key::Left);
        typed(&mut form, "Y");
        assert_eq!(form.text("family"), "WYN");
    }

    #[test]
    fn a_full_field_keeps_what_it_has() {
        let mut form = Form::new(&[("code", 3)]);
        typed(&mut form, "abcd");
        form.paste("efg");
        assert_eq!(form.text("code"), "abc");
        assert_eq!(form.fields[0].error.as_deref(), Some(TOO_LONG), "and says that it is full");
        form.key(Key::Backspace);
        assert_eq!(form.fields[0].error, None);
    }

    #[test]
    fn enter_goes_down_and_submits_on_the_last() {
        let mut form = Form::new(&[("a", 5), ("b", 5)]);
        assert_eq!(form.key(Key::Enter), FormMove::Moved);
        assert_eq!(form.key(Key::Enter), FormMove::Submit);
        assert_eq!(form.key(Key::Up), FormMove::Moved);
        assert_eq!(form.focus, 0);
    }

    #[test]
    fn the_focus_goes_to_the_first_error_and_the_text_stays() {
        let mut form = Form::new(&[("a", 5), ("b", 5)]);
        typed(&mut form, "x");
        form.fail("b", "error-date");
        assert!(form.focus_first_error());
        assert_eq!((form.focus, form.text("a")), (1, "x"));
    }
}
