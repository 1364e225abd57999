//! What the blocks of a page are made of.

use super::{Block, Text, Tone};
use crate::journey::input::Preview;

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
    /// A picture in the colours of its cells; the driver may draw its pixels over them (`screen::draw::Drawn::pictures`).
    Cells(Preview),
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
    /// Line and column the cursor stands in, where signs are typed.
    pub cursor: Option<(usize, usize)>,
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
