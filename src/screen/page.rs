//! A screen as data. Each screen is a pure function from state to [`Page`]; `screen::draw` and `plain::render` read it.
//!
//! ```
//! use ra_desk::journey::key::Key;
//! use ra_desk::screen::page::{Block, Choice, Page};
//!
//! let page = Page::new("This card is LOCKED")
//!     .right("UUID 5551 0203 4417")
//!     .choices(vec![Choice::new(1, "Unlock: the holder chooses a new passcode").focused(true)])
//!     .block(Block::paragraph("Nothing on this card has been changed."))
//!     .key(Key::Enter, "Unlock");
//! assert_eq!(page.blocks.len(), 2);
//! ```

mod parts;

pub use parts::*;

use crate::journey::key::Key;

/// A text already in the holder's or agent's language: screens call `words`, the renderers never translate it.
pub type Text = String;

/// One screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// The question or state of this screen, at the top.
    pub title: Text,
    /// What stands at the right end of the title's line, such as a UUID.
    pub title_right: Option<Text>,
    /// The main column, from top to bottom.
    pub blocks: Vec<Block>,
    /// The right-hand panel (evidence, photo): its own column where there is room, else below the main column.
    pub side: Vec<Block>,
    /// The keys that work now, in the order of the key bar.
    pub keys: Vec<KeyHint>,
    /// The screen is turned round to the holder: large, and without status line and agent data.
    pub holder_view: bool,
    /// The next key can't be undone. The driver drops keys typed before this frame; the title is marked.
    pub danger: bool,
}

impl Page {
    /// A page with this question at the top.
    pub fn new(title: impl Into<Text>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Puts a text at the right end of the title's line.
    #[must_use]
    pub fn right(mut self, text: impl Into<Text>) -> Self {
        self.title_right = Some(text.into());
        self
    }

    /// Adds a block to the main column.
    #[must_use]
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// Adds a block to the main column if there is one.
    #[must_use]
    pub fn maybe(mut self, block: Option<Block>) -> Self {
        self.blocks.extend(block);
        self
    }

    /// Adds a paragraph.
    #[must_use]
    pub fn paragraph(self, text: impl Into<Text>) -> Self {
        self.block(Block::Paragraph(text.into()))
    }

    /// Adds an empty line.
    #[must_use]
    pub fn gap(self) -> Self {
        self.block(Block::Gap)
    }

    /// Adds numbered choices.
    #[must_use]
    pub fn choices(self, rows: Vec<Choice>) -> Self {
        self.block(Block::Choices(rows))
    }

    /// Adds fields.
    #[must_use]
    pub fn fields(self, fields: Vec<Field>) -> Self {
        self.block(Block::Fields(fields))
    }

    /// Adds a block to the right-hand panel.
    #[must_use]
    pub fn beside(mut self, block: Block) -> Self {
        self.side.push(block);
        self
    }

    /// Adds a key that works now.
    #[must_use]
    pub fn key(mut self, key: Key, label: impl Into<Text>) -> Self {
        self.keys.push(KeyHint { key, to: None, label: label.into() });
        self
    }

    /// Adds a row of keys that work now, such as 1 to 3.
    #[must_use]
    pub fn key_range(mut self, from: Key, to: Key, label: impl Into<Text>) -> Self {
        self.keys.push(KeyHint { key: from, to: Some(to), label: label.into() });
        self
    }

    /// Adds keys that are called the same on every screen (`screen::keys::usual`).
    #[must_use]
    pub fn hints(mut self, hints: impl IntoIterator<Item = KeyHint>) -> Self {
        self.keys.extend(hints);
        self
    }

    /// Turns the screen round to the holder.
    #[must_use]
    pub fn for_holder(mut self) -> Self {
        self.holder_view = true;
        self
    }

    /// Says that the next key can't be undone.
    #[must_use]
    pub fn dangerous(mut self) -> Self {
        self.danger = true;
        self
    }
}

/// One key of the key bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHint {
    /// The key, or the first of a row of keys.
    pub key: Key,
    /// The last of a row of keys: `1-3`.
    pub to: Option<Key>,
    /// What it does, in a word or two.
    pub label: Text,
}

impl KeyHint {
    /// A key and what it does.
    pub fn new(key: Key, label: impl Into<Text>) -> Self {
        Self { key, to: None, label: label.into() }
    }

    /// `F1` or `1-3`.
    pub fn cap(&self) -> String {
        match self.to {
            Some(to) => format!("{}-{}", self.key.label(), to.label()),
            None => self.key.label().into_owned(),
        }
    }
}

/// How a text is meant. It chooses a style and, where no word says it, a mark; never a colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tone {
    /// Nothing special.
    #[default]
    Plain,
    /// Less important.
    Muted,
    /// Done, good, safe.
    Good,
    /// Wants attention.
    Warn,
    /// Something is wrong or can't be undone.
    Danger,
}

/// A piece of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Running text, wrapped.
    Paragraph(Text),
    /// A heading inside the page.
    Heading(Text),
    /// Large text: spaced capitals.
    Big(Text),
    /// An empty line.
    Gap,
    /// A line across.
    Rule,
    /// A sentence with a tone and a mark.
    Notice(Tone, Text),
    /// Numbered choices.
    Choices(Vec<Choice>),
    /// The rows of a task list.
    Tasks(Vec<TaskRow>),
    /// Fields to fill in.
    Fields(Vec<Field>),
    /// The field of a passcode or one-time code.
    Secret(SecretField),
    /// `label: value` pairs.
    Facts(Vec<Fact>),
    /// Two texts side by side on each row, one below the other where there is no room.
    Pairs(Vec<(Text, Text)>),
    /// The steps of something that takes time.
    Steps(Vec<Step>),
    /// Something went wrong: always three lines.
    Problem(Problem),
    /// What is wrong with the answers on this page. The number jumps to the field.
    ErrorSummary(Vec<SummaryError>),
    /// Rows and columns.
    Table(Table),
    /// A picture, with blocks beside it.
    Photo(PhotoView),
    /// Signs that must keep their places, such as the lines of an MRZ.
    Verbatim(Verbatim),
}

impl Block {
    /// Running text.
    pub fn paragraph(text: impl Into<Text>) -> Self {
        Self::Paragraph(text.into())
    }

    /// A heading inside the page.
    pub fn heading(text: impl Into<Text>) -> Self {
        Self::Heading(text.into())
    }

    /// A sentence with a tone.
    pub fn notice(tone: Tone, text: impl Into<Text>) -> Self {
        Self::Notice(tone, text.into())
    }

    /// `label: value` pairs.
    pub fn facts<L: Into<Text>, V: Into<Text>>(pairs: impl IntoIterator<Item = (L, V)>) -> Self {
        Self::Facts(pairs.into_iter().map(|(label, value)| Fact::new(label, value)).collect())
    }
}

/// What stands on lines 1 and 2 of every page, in words. Made by `screen::status`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// `RA DESK   Truro clinic desk 2`.
    pub place: Text,
    /// Who is signed in; empty when nobody is.
    pub agent: Text,
    /// In which role and for which organisation; empty when nobody is signed in.
    pub role: Text,
    /// `HH:MM`; empty where the clock is switched off.
    pub clock: Text,
    /// The network: `OFFLINE since 09:14`.
    pub network: Text,
    /// The queue: `3 waiting, safe to continue`.
    pub queue: Text,
    /// The readers: `agent reader: empty · customer reader: a card`.
    pub readers: Text,
    /// The printer.
    pub printer: Text,
    /// The demo's line; empty unless this is a demo.
    pub demo: Text,
}
