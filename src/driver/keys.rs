//! Terminal events made into what the desk knows. Every variant is handled, none falls through.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::journey::key::Key;

/// What the terminal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A key was pressed.
    Key(Key),
    /// A text was pasted, or came from a scanner that pastes. Not yet sanitised.
    Paste(String),
    /// The terminal has a new size: columns, rows. Draw again.
    Resize(u16, u16),
}

/// What an event means. None for releases, mouse, focus and keys the desk has no use for.
///
/// Alt with a sign is two keys, Esc and the sign: a terminal sends the same bytes for a quick Esc and sign, and typing ahead
/// must not be lost.
pub fn heard(event: Event) -> Vec<Heard> {
    match event {
        Event::Key(key) => match key.kind {
            KeyEventKind::Press | KeyEventKind::Repeat => keys(key).into_iter().map(Heard::Key).collect(),
            KeyEventKind::Release => Vec::new(),
        },
        Event::Paste(text) => vec![Heard::Paste(text)],
        Event::Resize(columns, rows) => vec![Heard::Resize(columns, rows)],
        Event::FocusGained | Event::FocusLost | Event::Mouse(_) => Vec::new(),
    }
}

fn keys(event: KeyEvent) -> Vec<Key> {
    let Some(key) = plain_key(event.code) else {
        return Vec::new();
    };
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    match key {
        // AltGr is Ctrl and Alt together on some terminals: then the sign itself is meant.
        Key::Char(c) if control && !alt => vec![Key::Ctrl(c.to_ascii_lowercase())],
        Key::Char(_) if alt && !control => vec![Key::Esc, key],
        Key::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => vec![Key::BackTab],
        key => vec![key],
    }
}

fn plain_key(code: KeyCode) -> Option<Key> {
    Some(match code {
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc | KeyCode::F(12) => Key::Esc,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Insert => Key::Insert,
        KeyCode::F(n) => Key::F(n),
        // Not keys of a kiosk's keyboard, or keys that say nothing by themselves.
        KeyCode::Null
        | KeyCode::CapsLock
        | KeyCode::ScrollLock
        | KeyCode::NumLock
        | KeyCode::PrintScreen
        | KeyCode::Pause
        | KeyCode::Menu
        | KeyCode::KeypadBegin
        | KeyCode::Media(_)
        | KeyCode::Modifier(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: KeyCode, modifiers: KeyModifiers) -> Vec<Heard> {
        heard(Event::Key(KeyEvent::new(code, modifiers)))
    }

    fn key(key: Key) -> Vec<Heard> {
        vec![Heard::Key(key)]
    }

    #[test]
    fn f12_is_back_like_esc() {
        assert_eq!(press(KeyCode::F(12), KeyModifiers::NONE), key(Key::Esc));
        assert_eq!(press(KeyCode::Esc, KeyModifiers::NONE), key(Key::Esc));
        assert_eq!(press(KeyCode::F(8), KeyModifiers::NONE), key(Key::F(8)));
    }

    #[test]
    fn a_release_is_no_press() {
        let mut event = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        event.kind = KeyEventKind::Release;
        assert_eq!(heard(Event::Key(event)), vec![]);
    }

    #[test]
    fn modifiers_are_understood_and_signs_typed_right_after_esc_are_not_lost() {
        assert_eq!(press(KeyCode::Char('Z'), KeyModifiers::CONTROL), key(Key::Ctrl('z')));
        assert_eq!(press(KeyCode::Char('ŵ'), KeyModifiers::CONTROL | KeyModifiers::ALT), key(Key::Char('ŵ')));
        assert_eq!(press(KeyCode::Tab, KeyModifiers::SHIFT), key(Key::BackTab));
        let both = press(KeyCode::Char('3'), KeyModifiers::ALT);
        assert_eq!(both, vec![Heard::Key(Key::Esc), Heard::Key(Key::Char('3'))]);
    }

    #[test]
    fn pastes_and_resizes_are_passed_on() {
        assert_eq!(heard(Event::Paste("P<GBR".into())), vec![Heard::Paste("P<GBR".into())]);
        assert_eq!(heard(Event::Resize(120, 40)), vec![Heard::Resize(120, 40)]);
        assert_eq!(heard(Event::FocusLost), vec![]);
    }
}
