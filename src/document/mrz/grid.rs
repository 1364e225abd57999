//! A zone typed by hand: a grid of 30, 36 or 44 cells a line, in which each field is judged as its last cell is typed.
//!
//! Every key judges everything again; that costs a few microseconds.

use serde::{Deserialize, Serialize};

use super::layout::{Field, Format, Place};
use super::{Fault, Reading, Suggestion, Terms, digits, read};

/// An empty cell.
const EMPTY: u8 = b' ';

/// What became of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typed {
    /// It stands in its cell.
    Taken,
    /// No zone holds this sign.
    NotASign,
    /// No document begins with this sign: passports with P, cards with I, A or C, visas with V.
    NotAType,
    /// All cells are behind the cursor.
    Full,
}

/// What became of a paste.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pasted {
    /// It was a whole zone and replaced what was there.
    Whole(Format),
    /// It was a part; so many signs were typed at the cursor.
    Part(usize),
    /// It holds a sign that no zone holds, or has no room: nothing changed.
    Refused,
}

/// Where the cursor goes. It never leaves the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// One cell back, over the line's start.
    Left,
    /// One cell on, over the line's end.
    Right,
    /// The same column a line higher.
    Up,
    /// The same column a line lower.
    Down,
    /// The line's first cell.
    Home,
    /// Behind the last typed cell of the line.
    End,
    /// The first cell of the next field.
    NextField,
    /// The first cell of this field, or of the one before.
    PreviousField,
}

/// How far a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No cell typed.
    Empty,
    /// Some cells are missing.
    Typing,
    /// Its check digit agrees.
    Pass,
    /// Its check digit does not.
    Fail,
    /// A letter stands in a date or for a digit, or a digit in a name.
    WrongSign,
    /// Complete, and no digit covers it, or only the composite: compare by eye.
    ByEye,
}

/// A field of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldState {
    /// Where it stands.
    pub place: Place,
    /// How far it is.
    pub verdict: Verdict,
    /// The one slip that would explain a failing digit.
    pub suggestion: Option<Suggestion>,
}

/// What all cells together say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Cells are missing.
    Incomplete,
    /// All cells are typed. Whether the zone is good: [`Reading::valid`].
    Read(Box<Reading>),
    /// All cells are typed and it is no zone.
    Fault(Fault),
}

/// The grid. It holds a person's data: `Debug` shows its form only.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Grid {
    /// The cells, a blank for an empty one; as many lines as the format has, none before the first sign.
    rows: Vec<String>,
    format: Option<FormatName>,
    line: usize,
    column: usize,
}

/// A format as it stands in a snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum FormatName {
    Td1,
    Td2,
    Td3,
    MrvA,
    MrvB,
}

impl From<Format> for FormatName {
    fn from(format: Format) -> Self {
        match format {
            Format::Td1 => FormatName::Td1,
            Format::Td2 => FormatName::Td2,
            Format::Td3 => FormatName::Td3,
            Format::MrvA => FormatName::MrvA,
            Format::MrvB => FormatName::MrvB,
        }
    }
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::Td1 => Format::Td1,
            FormatName::Td2 => Format::Td2,
            FormatName::Td3 => Format::Td3,
            FormatName::MrvA => Format::MrvA,
            FormatName::MrvB => Format::MrvB,
        }
    }
}

impl std::fmt::Debug for Grid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Grid").field("format", &self.format()).field("cursor", &self.cursor()).finish_non_exhaustive()
    }
}

impl Grid {
    /// An empty grid; its form is guessed from the first sign.
    pub fn new() -> Self {
        Self::default()
    }

    /// Its form; none before the first sign.
    pub fn format(&self) -> Option<Format> {
        self.format.map(Format::from)
    }

    /// Line and column of the cursor, from 0. Behind the last cell the column is the width.
    pub fn cursor(&self) -> (usize, usize) {
        (self.line, self.column)
    }

    /// The lines as they stand, a blank for an empty cell.
    pub fn rows(&self) -> &[String] {
        &self.rows
    }

    /// The field under the cursor.
    pub fn field(&self) -> Option<Field> {
        self.format()?.at(self.line, self.column)
    }

    /// Types one sign: small letters become capitals, and a dot, a comma or a blank becomes `<`.
    pub fn type_sign(&mut self, typed: char) -> Typed {
        let Some(sign) = sign_of(typed) else { return Typed::NotASign };
        let first = (self.line, self.column) == (0, 0);
        if first || self.format.is_none() {
            let Some(format) = guess(sign, self.format()) else { return Typed::NotAType };
            self.set_format(format);
        }
        let Some(format) = self.format() else { return Typed::NotAType };
        if self.column >= format.width() {
            return Typed::Full;
        }
        self.put(self.line, self.column, sign);
        self.column += 1;
        if self.column == format.width() && self.line + 1 < format.lines() {
            (self.line, self.column) = (self.line + 1, 0);
        }
        Typed::Taken
    }

    /// Takes back the cell before the cursor.
    pub fn backspace(&mut self) {
        if (self.line, self.column) != (0, 0) {
            self.go(Move::Left);
            self.put(self.line, self.column, EMPTY);
        }
        if self.rows.iter().all(|row| row.bytes().all(|cell| cell == EMPTY)) {
            *self = Self::default();
        }
    }

    /// Takes the cell at the cursor out and draws the rest of the line up: for a sign typed twice.
    pub fn delete(&mut self) {
        let column = self.column;
        if let Some(row) = self.rows.get_mut(self.line).filter(|row| column < row.len()) {
            row.remove(column);
            row.push(char::from(EMPTY));
        }
    }

    /// Opens a cell at the cursor and moves the rest of the line on: for a sign left out. The line's last cell falls off if
    /// it is empty or a filler; if it is not, nothing happens.
    pub fn insert(&mut self) {
        let column = self.column;
        let Some(row) = self.rows.get_mut(self.line).filter(|row| column < row.len()) else { return };
        if row.ends_with(['<', char::from(EMPTY)]) {
            row.pop();
            row.insert(column, char::from(EMPTY));
        }
    }

    /// Puts a suggestion into its cell: only ever on the agent's word. A suggestion that no longer fits does nothing.
    pub fn accept(&mut self, suggestion: &Suggestion) {
        let there = self.rows.get(suggestion.line).and_then(|row| row.as_bytes().get(suggestion.column));
        if there.is_some_and(|cell| char::from(*cell) == suggestion.read) && suggestion.instead.is_ascii() {
            self.put(suggestion.line, suggestion.column, suggestion.instead as u8);
        }
    }

    /// Moves the cursor.
    pub fn go(&mut self, to: Move) {
        let Some(format) = self.format() else { return };
        let (last, width) = (format.lines() - 1, format.width());
        (self.line, self.column) = match to {
            Move::Left if self.column > 0 => (self.line, self.column - 1),
            Move::Left if self.line > 0 => (self.line - 1, width - 1),
            Move::Right if self.column + 1 < width => (self.line, self.column + 1),
            Move::Right if self.line < last => (self.line + 1, 0),
            Move::Right => (self.line, width),
            Move::Up => (self.line.saturating_sub(1), self.column),
            Move::Down => ((self.line + 1).min(last), self.column),
            Move::Home => (self.line, 0),
            Move::End => (self.line, self.rows.get(self.line).map_or(0, |row| row.trim_end().len())),
            Move::NextField => self.starts(format).find(|at| *at > self.cursor()).unwrap_or(self.cursor()),
            Move::PreviousField => self.starts(format).rfind(|at| *at < self.cursor()).unwrap_or((0, 0)),
            Move::Left => self.cursor(),
        };
    }

    /// The first cells of all fields in the order of the cells.
    fn starts(&self, format: Format) -> impl DoubleEndedIterator<Item = (usize, usize)> + use<> {
        let mut starts: Vec<_> = format.places().iter().map(|place| (place.line, place.from)).collect();
        starts.sort_unstable();
        starts.into_iter()
    }

    /// The other form that begins with the same letter: a card of three lines or two, a visa of 44 cells or 36.
    pub fn other_format(&mut self) {
        let other = match self.format() {
            Some(Format::Td1) => Format::Td2,
            Some(Format::Td2) => Format::Td1,
            Some(Format::MrvA) => Format::MrvB,
            Some(Format::MrvB) => Format::MrvA,
            Some(Format::Td3) | None => return,
        };
        self.set_format(other);
    }

    /// Takes a paste or a scan: a whole zone replaces what is there, whatever the line ends are; a part is typed at the cursor.
    pub fn paste(&mut self, text: &str) -> Pasted {
        let lines = text.split(['\r', '\n', '\t']).map(str::trim).filter(|line| !line.is_empty());
        let Some(lines) = lines.map(|line| line.chars().map(sign_of).collect()).collect::<Option<Vec<Vec<u8>>>>()
        else {
            return Pasted::Refused;
        };
        let all: Vec<u8> = lines.concat();
        let Some(first) = all.first() else { return Pasted::Refused };
        let fits = |format: &Format| {
            all.len() == format.lines() * format.width()
                && begins(*format, *first)
                && (lines.len() == 1 || lines.iter().all(|line| line.len() == format.width()))
        };
        if let Some(format) = Format::ALL.into_iter().find(fits) {
            *self = Self { format: Some(format.into()), ..Self::default() };
            self.rows =
                all.chunks(format.width()).map(|row| row.iter().map(|cell| char::from(*cell)).collect()).collect();
            (self.line, self.column) = (format.lines() - 1, format.width());
            return Pasted::Whole(format);
        }
        let mut after = self.clone();
        if all.iter().all(|sign| after.type_sign(char::from(*sign)) == Typed::Taken) {
            *self = after;
            return Pasted::Part(all.len());
        }
        Pasted::Refused
    }

    /// Every field and how far it is, in the order of the layout.
    pub fn fields(&self) -> Vec<FieldState> {
        let Some(format) = self.format() else { return Vec::new() };
        let lines: Vec<&str> = self.rows.iter().map(String::as_str).collect();
        let state = |place: &Place| {
            let verdict = self.verdict(format, place, &lines);
            let fails = matches!(verdict, Verdict::Fail | Verdict::WrongSign);
            let suggestion = if fails { digits::suggestion(place, &lines) } else { None };
            FieldState { place: *place, verdict, suggestion }
        };
        format.places().iter().map(state).collect()
    }

    fn verdict(&self, format: Format, place: &Place, lines: &[&str]) -> Verdict {
        let cells =
            lines.get(place.line).and_then(|row| row.as_bytes().get(place.from..place.end())).unwrap_or_default();
        if cells.iter().all(|cell| *cell == EMPTY) {
            return Verdict::Empty;
        }
        if cells.contains(&EMPTY) {
            return Verdict::Typing;
        }
        let date = |cells: &[u8]| cells.iter().all(|cell| cell.is_ascii_digit() || *cell == b'<');
        let wrong = match place.field {
            Field::DateOfBirth | Field::DateOfExpiry => !date(cells),
            Field::Name => cells.iter().any(u8::is_ascii_digit) || cells.starts_with(b"<"),
            _ => place.check.is_some() && cells.last().is_some_and(u8::is_ascii_uppercase),
        };
        if wrong {
            return Verdict::WrongSign;
        }
        match digits::verdict(format, place, lines) {
            None if lines.iter().any(|row| row.contains(char::from(EMPTY))) && place.check.is_some() => Verdict::Typing,
            None => Verdict::ByEye,
            Some(true) => Verdict::Pass,
            Some(false) => Verdict::Fail,
        }
    }

    /// What all cells together say.
    pub fn outcome(&self, terms: &Terms) -> Outcome {
        if self.rows.is_empty() || self.rows.iter().any(|row| row.contains(char::from(EMPTY))) {
            return Outcome::Incomplete;
        }
        match read(&self.rows, terms) {
            Ok(reading) => Outcome::Read(Box::new(reading)),
            Err(fault) => Outcome::Fault(fault),
        }
    }

    fn set_format(&mut self, format: Format) {
        self.format = Some(format.into());
        let width = format.width();
        self.rows.resize(format.lines(), String::new());
        for row in &mut self.rows {
            row.truncate(width);
            *row = format!("{row:width$}");
        }
        self.line = self.line.min(format.lines() - 1);
        self.column = self.column.min(width);
    }

    fn put(&mut self, line: usize, column: usize, sign: u8) {
        if let Some(row) = self.rows.get_mut(line).filter(|row| column < row.len()) {
            row.replace_range(column..=column, char::from(sign).encode_utf8(&mut [0; 4]));
        }
    }
}

/// A key as a sign of the zone.
fn sign_of(typed: char) -> Option<u8> {
    match typed {
        '.' | ',' | ' ' | '<' => Some(b'<'),
        'a'..='z' | 'A'..='Z' | '0'..='9' => Some(typed.to_ascii_uppercase() as u8),
        _ => None,
    }
}

fn begins(format: Format, first: u8) -> bool {
    match format {
        Format::Td1 | Format::Td2 => matches!(first, b'I' | b'A' | b'C'),
        Format::Td3 => first == b'P',
        Format::MrvA | Format::MrvB => first == b'V',
    }
}

/// The form that begins with a sign: the one there already, or the likelier of two.
fn guess(first: u8, now: Option<Format>) -> Option<Format> {
    let likely = [Format::Td3, Format::Td1, Format::MrvA];
    now.into_iter().chain(likely).find(|format| begins(*format, first))
}

#[cfg(test)]
mod tests;
