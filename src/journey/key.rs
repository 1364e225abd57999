//! Keys as the desk knows them. The driver makes them from terminal events; nothing here knows a terminal.

use std::borrow::Cow;

/// One key press.
///
/// Esc and F12 are the same key to the desk (back): the driver turns F12 into [`Key::Esc`]. Keys typed into a secret
/// field go to the driver's vault and are never a `Key` in the core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A sign that can stand in a text.
    Char(char),
    /// Continue.
    Enter,
    /// Back; also F12.
    Esc,
    /// Next field.
    Tab,
    /// Previous field (Shift-Tab).
    BackTab,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Start of the line.
    Home,
    /// End of the line.
    End,
    /// One screen up.
    PageUp,
    /// One screen down.
    PageDown,
    /// Takes away the sign before the cursor.
    Backspace,
    /// Takes away the sign under the cursor.
    Delete,
    /// Insert.
    Insert,
    /// F1 to F24.
    F(u8),
    /// Ctrl with a lower-case letter, such as `Ctrl('z')`.
    Ctrl(char),
}

impl Key {
    /// What is engraved on the key: `Enter`, `F8`, `Ctrl-Z`. The same in every language, as on the keyboard.
    pub fn label(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Key::Char(' ') => "Space",
            Key::Char(c) => return Cow::Owned(c.to_string()),
            Key::F(n) => return Cow::Owned(format!("F{n}")),
            Key::Ctrl(c) => return Cow::Owned(format!("Ctrl-{}", c.to_uppercase())),
            Key::Enter => "Enter",
            Key::Esc => "Esc",
            Key::Tab => "Tab",
            Key::BackTab => "Shift-Tab",
            Key::Up => "Up",
            Key::Down => "Down",
            Key::Left => "Left",
            Key::Right => "Right",
            Key::Home => "Home",
            Key::End => "End",
            Key::PageUp => "PgUp",
            Key::PageDown => "PgDn",
            Key::Backspace => "Backspace",
            Key::Delete => "Del",
            Key::Insert => "Ins",
        })
    }

    /// The digit 0 to 9 of a digit key.
    pub fn digit(self) -> Option<u8> {
        match self {
            Key::Char(c) => c.to_digit(10).and_then(|d| u8::try_from(d).ok()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_called_what_is_engraved_on_it() {
        assert_eq!(Key::F(8).label(), "F8");
        assert_eq!(Key::Char('/').label(), "/");
        assert_eq!(Key::Char(' ').label(), "Space");
        assert_eq!(Key::Ctrl('z').label(), "Ctrl-Z");
        assert_eq!(Key::BackTab.label(), "Shift-Tab");
    }

    #[test]
    fn only_digit_keys_have_a_digit() {
        assert_eq!(Key::Char('7').digit(), Some(7));
        assert_eq!(Key::Char('x').digit(), None);
        assert_eq!(Key::F(7).digit(), None);
    }
}
