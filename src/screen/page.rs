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

use crate::journey::input::Preview;
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

/// One numbered choice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// The digit that chooses it, 1 to 9.
    pub number: u8,
    /// What it does.
    pub label: Text,
    /// A remark at the end of the row.
    pub hint: Option<Text>,
    /// Why it can't be chosen now; the row stays, so that the reason is seen.
    pub refused: Option<Text>,
    /// Whether Enter takes it.
    pub focused: bool,
}

impl Choice {
    /// A choice that can be taken.
    pub fn new(number: u8, label: impl Into<Text>) -> Self {
        Self { number, label: label.into(), ..Self::default() }
    }

    /// Adds a remark.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Text>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says why it can't be chosen now.
    #[must_use]
    pub fn refused(mut self, reason: impl Into<Text>) -> Self {
        self.refused = Some(reason.into());
        self
    }

    /// Says whether Enter takes it.
    #[must_use]
    pub fn focused(mut self, focused: bool) -> Self {
        self.focused = focused;
        self
    }
}

/// One row of a task list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskRow {
    /// The digit that opens it.
    pub number: u8,
    /// The task.
    pub label: Text,
    /// Where it stands, in words: `Done`, `2 of 3`, `Cannot start yet: photo`.
    pub status: Text,
    /// How the status is meant.
    pub tone: Tone,
    /// A remark at the end of the row.
    pub note: Option<Text>,
    /// Whether Enter opens it.
    pub focused: bool,
}

impl TaskRow {
    /// A task and where it stands.
    pub fn new(number: u8, label: impl Into<Text>, status: impl Into<Text>) -> Self {
        Self { number, label: label.into(), status: status.into(), ..Self::default() }
    }

    /// How the status is meant.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// Adds a remark.
    #[must_use]
    pub fn note(mut self, note: impl Into<Text>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Says whether Enter opens it.
    #[must_use]
    pub fn focused(mut self, focused: bool) -> Self {
        self.focused = focused;
        self
    }
}

/// A field to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What is asked for.
    pub label: Text,
    /// What was typed so far.
    pub value: Text,
    /// Where the cursor stands: letters (grapheme clusters) from the start of the value.
    pub cursor: usize,
    /// How wide the field is drawn at least, in cells.
    pub width: u16,
    /// How to fill it in.
    pub hint: Option<Text>,
    /// What is wrong with it and how to mend it.
    pub error: Option<Text>,
    /// Whether it has the cursor.
    pub focused: bool,
}

impl Field {
    /// A field with a value, cursor at its end, 30 cells wide.
    pub fn new(label: impl Into<Text>, value: impl Into<Text>) -> Self {
        let value = value.into();
        let cursor = unicode_segmentation::UnicodeSegmentation::graphemes(value.as_str(), true).count();
        Self { label: label.into(), value, cursor, width: 30, hint: None, error: None, focused: false }
    }

    /// Puts the cursor after this many letters.
    #[must_use]
    pub fn cursor(mut self, letters: usize) -> Self {
        self.cursor = letters;
        self
    }

    /// How wide the field is drawn at least, in cells.
    #[must_use]
    pub fn width(mut self, cells: u16) -> Self {
        self.width = cells;
        self
    }

    /// Adds how to fill it in.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Text>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says what is wrong, if anything.
    #[must_use]
    pub fn error(mut self, error: Option<Text>) -> Self {
        self.error = error;
        self
    }

    /// Says whether it has the cursor.
    #[must_use]
    pub fn focused(mut self, focused: bool) -> Self {
        self.focused = focused;
        self
    }
}

/// The field of a secret. It never holds the secret: only how many marks are lit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretField {
    /// What is asked for.
    pub label: Text,
    /// How many places there are; the same whatever is typed. Eight for a passcode.
    pub marks: u8,
    /// How many of them are lit.
    pub lit: u8,
    /// A remark behind it, such as the tries left.
    pub hint: Option<Text>,
    /// Why the last one was refused.
    pub error: Option<Text>,
    /// Whether it has the cursor.
    pub focused: bool,
}

impl SecretField {
    /// A focused row of eight marks.
    pub fn passcode(label: impl Into<Text>, lit: u8) -> Self {
        Self { label: label.into(), marks: 8, lit, hint: None, error: None, focused: true }
    }

    /// Adds a remark.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<Text>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says why the last one was refused, if it was.
    #[must_use]
    pub fn error(mut self, error: Option<Text>) -> Self {
        self.error = error;
        self
    }
}

/// A label and its value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fact {
    /// The label.
    pub label: Text,
    /// The value.
    pub value: Text,
    /// How the value is meant.
    pub tone: Tone,
}

impl Fact {
    /// A plain fact.
    pub fn new(label: impl Into<Text>, value: impl Into<Text>) -> Self {
        Self { label: label.into(), value: value.into(), tone: Tone::Plain }
    }

    /// How the value is meant.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepState {
    /// Finished.
    Done,
    /// Running.
    Now,
    /// Waits its turn.
    Next,
    /// Comes after the machine is done: a person's turn.
    Then,
    /// Stopped; the page's problem says more.
    Failed,
}

/// One step of something that takes time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where it stands.
    pub state: StepState,
    /// What it is.
    pub label: Text,
    /// Seconds it has been running. Shown from 3 seconds on.
    pub elapsed_s: Option<u32>,
    /// Seconds it usually takes at most.
    pub usual_s: Option<u32>,
}

impl Step {
    /// A step without times.
    pub fn new(state: StepState, label: impl Into<Text>) -> Self {
        Self { state, label: label.into(), elapsed_s: None, usual_s: None }
    }

    /// Adds how long it has run and how long it usually takes at most, in seconds.
    #[must_use]
    pub fn seconds(mut self, elapsed_s: u32, usual_s: Option<u32>) -> Self {
        self.elapsed_s = Some(elapsed_s);
        self.usual_s = usual_s;
        self
    }
}

/// Something went wrong: always these three lines (design, "What must never be"), then what can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problem {
    /// What happened.
    pub happened: Text,
    /// Whether the card and the person are safe.
    pub safe: Text,
    /// What to do next.
    pub next: Text,
    /// The answers, if there is something to choose.
    pub choices: Vec<Choice>,
}

/// One line of an error summary: the same words as beside the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryError {
    /// The digit that jumps to the field.
    pub number: u8,
    /// What is wrong and how to mend it.
    pub text: Text,
}

/// A table. Below 80 columns each row becomes `heading: cell` lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The headings, from left to right.
    pub columns: Vec<Text>,
    /// The rows; a row with fewer cells than columns is filled up.
    pub rows: Vec<TableRow>,
    /// What to say when there is no row.
    pub empty: Text,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableRow {
    /// The cells, from left to right.
    pub cells: Vec<Text>,
    /// Whether Enter opens it.
    pub focused: bool,
}

/// A picture.
#[derive(Debug, Clone, PartialEq)]
pub struct PhotoView {
    /// What it shows, in words, for the plain front end and where it can't be drawn.
    pub words: Text,
    /// The picture itself.
    pub picture: Picture,
    /// The part that will stand on the card.
    pub crop: Option<Crop>,
    /// Blocks at its right side where there is room, else below it.
    pub beside: Vec<Block>,
}

/// How a picture reaches the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Picture {
    /// Grey pixels, row by row, two rows to a cell row (half-blocks). `pixels.len()` is a multiple of `width`.
    HalfBlocks {
        /// Pixels in a row = cells in a row.
        width: u16,
        /// Brightness, 0 black to 255 white.
        pixels: Vec<u8>,
    },
    /// A picture in the colours of its cells.
    Cells(Preview),
    /// A picture that the driver draws into the place left free (`screen::draw::Drawn::pictures`).
    Handle {
        /// The driver's name for it.
        id: u64,
        /// Cells in a row.
        columns: u16,
        /// Rows of cells.
        rows: u16,
    },
}

/// A part of a picture, in pixels of [`Picture::HalfBlocks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crop {
    /// Left edge.
    pub x: u16,
    /// Top edge.
    pub y: u16,
    /// Width.
    pub width: u16,
    /// Height.
    pub height: u16,
}

/// Lines whose signs keep their places.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verbatim {
    /// The lines.
    pub lines: Vec<Text>,
    /// A sign pointed at, with what is to be said of it.
    pub caret: Option<Caret>,
}

/// Points at one sign of [`Verbatim`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caret {
    /// Line, from 0.
    pub line: usize,
    /// Letters (grapheme clusters) before the sign.
    pub column: usize,
    /// What is to be said of it.
    pub text: Text,
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
