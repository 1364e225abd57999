//! A form that is filled in: what Enter does, what Ctrl-Z takes back, and the error summary that a digit jumps from.

use serde::{Deserialize, Serialize};

use crate::domain::text::is_reason;
use crate::journey::form::{Form, FormMove};
use crate::journey::key::Key;

/// Steps Ctrl-Z can take back: more than anybody types in one form by mistake.
const UNDO_MAX: usize = 100;

/// A form being filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Entry {
    /// The fields.
    pub form: Form,
    /// The error summary has the focus: a digit jumps to the field, Enter goes to the first.
    pub summary: bool,
    #[serde(skip)]
    undo: Vec<Form>,
}

/// What a key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Did {
    /// The text changed.
    Edited,
    /// Nothing but the cursor changed.
    Moved,
    /// The form is to be taken as it is.
    Submitted,
}

impl Entry {
    /// Empty fields: id and most letters of each.
    pub fn new(fields: &[(&str, usize)]) -> Self {
        Self { form: Form::new(fields), ..Self::default() }
    }

    /// The trimmed text of a field.
    pub fn text(&self, id: &str) -> &str {
        self.form.text(id)
    }

    /// Puts a text into a field that is still empty.
    pub fn prefill(&mut self, id: &str, text: &str) {
        if let Some(field) = self.form.field_mut(id).filter(|field| field.text.trim().is_empty()) {
            field.set(text);
        }
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.form.fields.iter().all(|field| field.text.trim().is_empty())
    }

    /// One key. Enter takes the form when every field of `required` has a text, else it goes to the next that has none; on one
    /// that has none it takes the form too, so that what is wrong gets said. Fields that may stay empty are reached with Tab.
    pub fn key(&mut self, key: Key, required: &[&str]) -> Did {
        if std::mem::take(&mut self.summary)
            && let Some(did) = self.summary_key(key)
        {
            return did;
        }
        match key {
            Key::Enter => self.enter(required),
            Key::Ctrl('z') => {
                if let Some(before) = self.undo.pop() {
                    self.form = before;
                }
                Did::Edited
            }
            key => {
                let before = self.form.clone();
                match self.form.key(key) {
                    FormMove::Edited => {
                        self.remember(before);
                        Did::Edited
                    }
                    FormMove::Moved | FormMove::Submit | FormMove::Ignored => Did::Moved,
                }
            }
        }
    }

    /// One key of a form that has a reason as its only field, `reason`. The reason, once Enter takes it as one.
    pub fn reason(&mut self, key: Key) -> Option<String> {
        if self.key(key, &["reason"]) != Did::Submitted {
            return None;
        }
        let reason = self.text("reason").to_owned();
        if is_reason(&reason) {
            return Some(reason);
        }
        self.fail(&[("reason", "error-reason".to_owned())]);
        None
    }

    /// Pasted text.
    pub fn paste(&mut self, text: &str) {
        self.summary = false;
        let before = self.form.clone();
        self.form.paste(text);
        self.remember(before);
    }

    /// Says what is wrong. With one error the cursor goes to its field; with more the summary has the focus first.
    pub fn fail(&mut self, errors: &[(&str, String)]) {
        self.form.clear_errors();
        for (id, error) in errors {
            self.form.fail(id, error);
        }
        self.form.focus_first_error();
        self.summary = errors.len() > 1;
    }

    /// Sets the cursor to a field, if there is one of this name.
    pub fn focus(&mut self, id: &str) {
        if let Some(at) = self.form.fields.iter().position(|field| field.id == id) {
            self.form.focus = at;
        }
    }

    /// Sets the cursor to the first of these fields that is empty, if one is.
    pub fn focus_first_empty(&mut self, required: &[&str]) {
        if let Some(at) = self.next_empty(required, None) {
            self.form.focus = at;
        }
    }

    fn remember(&mut self, before: Form) {
        if before != self.form {
            if self.undo.len() == UNDO_MAX {
                self.undo.remove(0);
            }
            self.undo.push(before);
        }
    }

    /// A key on the summary; none if it is a key for the field.
    fn summary_key(&mut self, key: Key) -> Option<Did> {
        let wrong: Vec<usize> = (0..self.form.fields.len()).filter(|at| self.has_error(*at)).collect();
        match key {
            Key::Enter | Key::Tab | Key::Down => Some(Did::Moved),
            key => {
                let digit = key.digit().map(usize::from).filter(|d| *d > 0)?;
                if let Some(at) = wrong.get(digit - 1) {
                    self.form.focus = *at;
                } else {
                    self.summary = true;
                }
                Some(Did::Moved)
            }
        }
    }

    fn has_error(&self, at: usize) -> bool {
        self.form.fields.get(at).is_some_and(|field| field.error.is_some())
    }

    fn enter(&mut self, required: &[&str]) -> Did {
        let passed_by = self.form.fields.get(self.form.focus);
        if passed_by.is_some_and(|field| required.contains(&field.id.as_str()) && field.text.trim().is_empty()) {
            // Enter on an empty field that must be filled: going round for ever would say nothing.
            return Did::Submitted;
        }
        match self.next_empty(required, Some(self.form.focus)) {
            Some(at) => {
                self.form.focus = at;
                Did::Moved
            }
            None => Did::Submitted,
        }
    }

    /// The next empty required field behind `from`, then from the top.
    fn next_empty(&self, required: &[&str], from: Option<usize>) -> Option<usize> {
        let fields = &self.form.fields;
        let start = from.map_or(0, |at| at + 1);
        (start..fields.len()).chain(0..start.min(fields.len())).find(|at| {
            fields.get(*at).is_some_and(|field| required.contains(&field.id.as_str()) && field.text.trim().is_empty())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [(&str, usize); 3] = [("a", 9), ("b", 9), ("c", 9)];

    fn typed(entry: &mut Entry, text: &str) {
        text.chars().for_each(|c| {
            entry.key(Key::Char(c), &["a", "c"]);
        });
    }

    #[test]
    fn enter_goes_to_the_next_field_that_must_be_filled_and_then_takes_the_form() {
        let mut entry = Entry::new(&FIELDS);
        typed(&mut entry, "x");
        assert_eq!(entry.key(Key::Enter, &["a", "c"]), Did::Moved);
        assert_eq!(entry.form.focus, 2);
        typed(&mut entry, "y");
        assert_eq!(entry.key(Key::Enter, &["a", "c"]), Did::Submitted);
    }

    #[test]
    fn undo_takes_back_letter_by_letter_and_a_paste_at_once() {
        let mut entry = Entry::new(&FIELDS);
        typed(&mut entry, "xy");
        entry.paste("paste");
        entry.key(Key::Ctrl('z'), &[]);
        assert_eq!(entry.text("a"), "xy");
        entry.key(Key::Ctrl('z'), &[]);
        assert_eq!(entry.text("a"), "x");
        for _ in 0..200 {
            entry.key(Key::Ctrl('z'), &[]);
        }
        assert!(entry.is_empty());
    }

    #[test]
    fn with_one_error_the_cursor_is_in_its_field_and_figures_are_text() {
        let mut entry = Entry::new(&FIELDS);
        entry.fail(&[("b", "error".into())]);
        typed(&mut entry, "1");
        assert_eq!(entry.text("b"), "1");
    }

    #[test]
    fn with_two_errors_a_digit_jumps_and_a_letter_goes_into_the_first() {
        let mut entry = Entry::new(&FIELDS);
        entry.fail(&[("a", "error".into()), ("c", "error".into())]);
        typed(&mut entry, "2");
        assert_eq!((entry.form.focus, entry.text("c")), (2, ""));
        typed(&mut entry, "2");
        assert_eq!(entry.text("c"), "2");
        entry.fail(&[("a", "error".into()), ("c", "error".into())]);
        typed(&mut entry, "x");
        assert_eq!(entry.text("a"), "x");
    }
}
