//! Text to placed glyphs. Combining marks, joined letters and right-to-left names come out as their readers write them.

use std::collections::BTreeMap;

use rustybuzz::{Direction, Face, UnicodeBuffer};
use unicode_normalization::char::is_combining_mark;

use super::face::FaceFault;
use super::fonts::Font;

/// A glyph, its place relative to the start of the line, in ems of the line's size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    pub(super) id: u16,
    pub(super) x: f32,
    pub(super) y: f32,
}

/// The glyphs that together show one piece of text: a letter with its marks, or a ligature.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cluster {
    pub(super) font: Font,
    pub(super) text: String,
    pub(super) glyphs: Vec<Glyph>,
}

/// A shaped line: clusters from left to right as they are seen.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Width in ems.
    pub(super) width: f32,
    pub(super) clusters: Vec<Cluster>,
}

/// The fonts in use, each opened once.
#[derive(Default)]
pub(super) struct Shaper {
    faces: BTreeMap<Font, Face<'static>>,
}

/// A stretch of text in one font and one direction.
#[derive(Debug, Clone, PartialEq)]
struct Run {
    text: String,
    font: Font,
    rtl: bool,
}

impl Shaper {
    /// The text as a line. Errors: [`FaceFault::NoGlyph`] with the first character no font can show.
    pub(super) fn line(&mut self, text: &str, font: Font) -> Result<Line, FaceFault> {
        let mut line = Line { width: 0.0, clusters: Vec::new() };
        for run in seen_order(self.runs(text, font)?, text) {
            self.shape(&run, &mut line)?;
        }
        Ok(line)
    }

    fn face(&mut self, font: Font) -> Result<&Face<'static>, FaceFault> {
        match self.faces.entry(font) {
            std::collections::btree_map::Entry::Occupied(entry) => Ok(entry.into_mut()),
            std::collections::btree_map::Entry::Vacant(entry) => Ok(entry.insert(font.face()?)),
        }
    }

    fn has(&mut self, font: Font, c: char) -> Result<bool, FaceFault> {
        Ok(self.face(font)?.glyph_index(c).is_some_and(|glyph| glyph.0 != 0))
    }

    /// The text cut where the font or the direction changes, in reading order.
    fn runs(&mut self, text: &str, wanted: Font) -> Result<Vec<Run>, FaceFault> {
        let mut runs: Vec<Run> = Vec::new();
        for (c, rtl) in text.chars().zip(directions(text)) {
            // A mark stays with its letter; a space or hyphen prefers the font around it.
            let near = runs.last().filter(|run| run.rtl == rtl && (is_combining_mark(c) || !c.is_alphanumeric()));
            let near = near.map(|run| run.font);
            let mut chosen = None;
            for font in near.into_iter().chain([wanted]).chain(Font::FALLBACKS) {
                if self.has(font, c)? {
                    chosen = Some(font);
                    break;
                }
            }
            let font = chosen.ok_or(FaceFault::NoGlyph(c))?;
            match runs.last_mut() {
                Some(run) if run.font == font && run.rtl == rtl => run.text.push(c),
                _ => runs.push(Run { text: c.to_string(), font, rtl }),
            }
        }
        Ok(runs)
    }

    fn shape(&mut self, run: &Run, line: &mut Line) -> Result<(), FaceFault> {
        let face = self.face(run.font)?;
        let em = face.units_per_em() as f32;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&run.text);
        buffer.guess_segment_properties();
        buffer.set_direction(if run.rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        let shaped = rustybuzz::shape(face, &[], buffer);
        let starts = cluster_starts(&run.text, shaped.glyph_infos().iter().map(|info| info.cluster as usize));
        let mut last = None;
        for (info, place) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let start = info.cluster as usize;
            let text = starts.get(&start).cloned().unwrap_or_default();
            let id = u16::try_from(info.glyph_id).map_err(|_| FaceFault::Font)?;
            if id == 0 {
                return Err(FaceFault::NoGlyph(text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)));
            }
            let glyph = Glyph { id, x: line.width + place.x_offset as f32 / em, y: place.y_offset as f32 / em };
            match line.clusters.last_mut() {
                Some(cluster) if last == Some(start) => cluster.glyphs.push(glyph),
                _ => line.clusters.push(Cluster { font: run.font, text, glyphs: vec![glyph] }),
            }
            last = Some(start);
            line.width += place.x_advance as f32 / em;
        }
        Ok(())
    }
}

/// The text of each cluster by the byte it starts at.
fn cluster_starts(text: &str, starts: impl Iterator<Item = usize>) -> BTreeMap<usize, String> {
    let mut at: Vec<usize> = starts.collect();
    at.sort_unstable();
    at.dedup();
    let ends = at.iter().skip(1).copied().chain([text.len()]);
    at.iter().zip(ends).map(|(start, end)| (*start, text.get(*start..end).unwrap_or_default().to_owned())).collect()
}

/// Whether a letter is read from right to left; None for spaces, marks and punctuation.
fn strong(c: char) -> Option<bool> {
    match c {
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' if c.is_alphabetic() => Some(true),
        c if c.is_alphanumeric() && !is_combining_mark(c) => Some(false),
        _ => None,
    }
}

/// The whole line's direction: that of its first letter (UAX 9, rule P2).
fn base(text: &str) -> bool {
    text.chars().find_map(strong).unwrap_or(false)
}

/// Each character's direction. A sign between two letters of one direction takes it, else the line's (UAX 9, N1 and N2).
/// Names hold no figures, so the rules for figures in right-to-left text are not needed; a number has no such letters.
fn directions(text: &str) -> Vec<bool> {
    let base = base(text);
    let chars: Vec<char> = text.chars().collect();
    let mut before = base;
    let mut out = Vec::with_capacity(chars.len());
    for (i, c) in chars.iter().enumerate() {
        let direction = match strong(*c) {
            Some(rtl) => rtl,
            None if is_combining_mark(*c) => before,
            None => {
                let after = chars.iter().skip(i).copied().find_map(strong).unwrap_or(base);
                if before == after { before } else { base }
            }
        };
        if strong(*c).is_some() {
            before = direction;
        }
        out.push(direction);
    }
    out
}

/// Runs from left to right as they are seen (UAX 9, L2, with two levels).
fn seen_order(mut runs: Vec<Run>, text: &str) -> Vec<Run> {
    let base = base(text);
    for stretch in runs.chunk_by_mut(|a, b| a.rtl == b.rtl) {
        if stretch.first().is_some_and(|run| run.rtl != base) {
            stretch.reverse();
        }
    }
    if base {
        runs.reverse();
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        Shaper::default().line(text, Font::Bold).unwrap().clusters.into_iter().map(|c| c.text).collect()
    }

    #[test]
    fn a_letter_with_two_marks_is_one_cluster_and_its_mark_is_not_on_the_letters_left_edge() {
        let line = Shaper::default().line("\u{1eb8}\u{300}", Font::Bold).unwrap();
        assert_eq!(line.clusters.len(), 1);
        let glyphs = &line.clusters[0].glyphs;
        assert_eq!(glyphs.len(), 2);
        assert!(glyphs[1].y > 0.1, "the grave must be lifted above the capital: {glyphs:?}");
    }

    #[test]
    fn an_arabic_name_runs_from_right_to_left_and_its_letters_join() {
        let name = "محمد";
        let seen: String = texts(name).concat();
        assert_eq!(seen.chars().rev().collect::<String>(), name);
        let line = Shaper::default().line(name, Font::Bold).unwrap();
        let face = Font::ArabicBold.face().unwrap();
        let alone = face.glyph_index('م').unwrap().0;
        assert!(line.clusters.iter().all(|cluster| cluster.glyphs[0].id != alone), "letters stand unjoined");
    }

    #[test]
    fn mixed_names_keep_each_part_in_its_own_direction() {
        assert_eq!(texts("Ann שרה Lee").concat(), "Ann הרש Lee");
        assert_eq!(texts("שרה Ann Lee").concat(), "Ann Lee הרש");
    }

    #[test]
    fn a_character_no_font_has_is_named() {
        assert_eq!(Shaper::default().line("An \u{12000}", Font::Bold).unwrap_err(), FaceFault::NoGlyph('\u{12000}'));
    }
}
