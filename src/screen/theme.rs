//! Style tokens. Sixteen named colours only: others go wrong on a bare console. Every state also has a word or a mark,
//! so the mono theme loses nothing (design, "What must never be").

use ratatui::style::{Color, Modifier, Style};

use super::page::Tone;

/// Which set of styles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ThemeName {
    /// Colours on the terminal's own ground.
    #[default]
    Normal,
    /// White on black, focus black on white.
    Contrast,
    /// No colour at all: bold, reverse, underline and marks.
    Mono,
}

impl ThemeName {
    /// All themes, in the order F7 goes through them.
    pub const ALL: [ThemeName; 3] = [Self::Normal, Self::Contrast, Self::Mono];

    /// The next theme F7 gives.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Normal => Self::Contrast,
            Self::Contrast => Self::Mono,
            Self::Mono => Self::Normal,
        }
    }

    /// The theme to start with. `no_color` is the value of `NO_COLOR`: any text but the empty one asks for mono
    /// (no-color.org).
    pub fn at_start(chosen: Option<ThemeName>, no_color: Option<&str>) -> Self {
        match no_color {
            Some(value) if !value.is_empty() => Self::Mono,
            _ => chosen.unwrap_or_default(),
        }
    }

    /// The stable word in settings: `normal`, `contrast`, `mono`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Contrast => "contrast",
            Self::Mono => "mono",
        }
    }
}

/// Styles by meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// Which one this is.
    pub name: ThemeName,
    /// Ordinary text and the ground.
    pub text: Style,
    /// Titles and headings.
    pub title: Style,
    /// The row or field with the focus.
    pub focus: Style,
    /// Less important text.
    pub muted: Style,
    /// Good, done, safe.
    pub ok: Style,
    /// Wants attention.
    pub warn: Style,
    /// Wrong, or can't be undone.
    pub danger: Style,
    /// A field without the focus.
    pub field: Style,
    /// A key cap in the key bar.
    pub key: Style,
    /// The demo's line.
    pub demo: Style,
    /// The sign a line across is made of.
    pub rule: char,
}

impl Theme {
    /// The styles of a theme.
    pub fn new(name: ThemeName) -> Self {
        match name {
            ThemeName::Normal => Self::normal(),
            ThemeName::Contrast => Self::contrast(),
            ThemeName::Mono => Self::mono(),
        }
    }

    /// The style of a tone.
    pub fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Plain => self.text,
            Tone::Muted => self.muted,
            Tone::Good => self.ok,
            Tone::Warn => self.warn,
            Tone::Danger => self.danger,
        }
    }

    /// Blue and orange-ish yellow, never a red and green pair. Nothing darker than grey on the dark ground.
    fn normal() -> Self {
        let plain = Style::new();
        Self {
            name: ThemeName::Normal,
            text: plain,
            title: plain.fg(Color::White).add_modifier(Modifier::BOLD),
            focus: plain.add_modifier(Modifier::BOLD | Modifier::REVERSED),
            muted: plain.fg(Color::Gray),
            ok: plain.fg(Color::LightCyan),
            warn: plain.fg(Color::LightYellow).add_modifier(Modifier::BOLD),
            danger: plain.fg(Color::White).bg(Color::Red).add_modifier(Modifier::BOLD),
            field: plain.fg(Color::LightCyan),
            key: plain.fg(Color::LightCyan).add_modifier(Modifier::BOLD),
            demo: plain.fg(Color::Black).bg(Color::Yellow),
            rule: '\u{2500}',
        }
    }

    /// Pure black and white, and yellow for warnings: at least 7:1 (WCAG 2.2, 1.4.6).
    fn contrast() -> Self {
        let plain = Style::new().fg(Color::White).bg(Color::Black);
        let strong = plain.add_modifier(Modifier::BOLD);
        Self {
            name: ThemeName::Contrast,
            text: plain,
            title: strong,
            focus: Style::new().fg(Color::Black).bg(Color::White).add_modifier(Modifier::BOLD),
            muted: plain,
            ok: plain,
            warn: strong.fg(Color::LightYellow),
            danger: Style::new().fg(Color::Black).bg(Color::LightYellow).add_modifier(Modifier::BOLD),
            field: strong,
            key: strong.add_modifier(Modifier::UNDERLINED),
            demo: Style::new().fg(Color::Black).bg(Color::LightYellow),
            rule: '\u{2500}',
        }
    }

    fn mono() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        Self {
            name: ThemeName::Mono,
            text: plain,
            title: bold,
            focus: plain.add_modifier(Modifier::REVERSED),
            muted: plain,
            ok: plain,
            warn: bold,
            danger: plain.add_modifier(Modifier::BOLD | Modifier::REVERSED),
            field: plain.add_modifier(Modifier::UNDERLINED),
            key: bold,
            demo: bold,
            rule: '-',
        }
    }
}

/// Tells crossterm to send styles as we say them. With `NO_COLOR` set it would send an empty colour change instead,
/// which is a full reset and wipes bold and reverse too (`notes` screens 2.3). Our own mono theme honours `NO_COLOR`.
/// To be called once, before the first frame.
pub fn keep_our_styles() {
    crossterm::style::force_color_output(true);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styles(theme: &Theme) -> [Style; 10] {
        [
            theme.text,
            theme.title,
            theme.focus,
            theme.muted,
            theme.ok,
            theme.warn,
            theme.danger,
            theme.field,
            theme.key,
            theme.demo,
        ]
    }

    #[test]
    fn the_mono_theme_has_no_colour_and_still_shows_focus_and_danger() {
        let mono = Theme::new(ThemeName::Mono);
        assert!(styles(&mono).iter().all(|style| style.fg.is_none() && style.bg.is_none()));
        assert_ne!(mono.focus, mono.text);
        assert_ne!(mono.danger, mono.text);
        assert_ne!(mono.field, mono.text);
    }

    #[test]
    fn only_the_sixteen_named_colours_are_used() {
        for name in ThemeName::ALL {
            for style in styles(&Theme::new(name)) {
                for colour in [style.fg, style.bg].into_iter().flatten() {
                    assert!(!matches!(colour, Color::Rgb(..) | Color::Indexed(_)), "{name:?} {colour:?}");
                }
            }
        }
    }

    #[test]
    fn no_color_in_the_environment_means_mono_unless_it_is_empty() {
        assert_eq!(ThemeName::at_start(Some(ThemeName::Contrast), Some("1")), ThemeName::Mono);
        assert_eq!(ThemeName::at_start(Some(ThemeName::Contrast), Some("")), ThemeName::Contrast);
        assert_eq!(ThemeName::at_start(None, None), ThemeName::Normal);
    }

    #[test]
    fn the_contrast_key_goes_round_all_themes() {
        let mut name = ThemeName::Normal;
        for expected in [ThemeName::Contrast, ThemeName::Mono, ThemeName::Normal] {
            name = name.next();
            assert_eq!(name, expected);
        }
    }
}
