//! A small canvas: rectangles, pictures and filled outlines with soft edges.

use rustybuzz::ttf_parser::OutlineBuilder;

use super::layout::Area;
use crate::device::photo::Picture;

/// Rows each pixel row is cut into for soft edges.
const STEPS: u16 = 4;
/// Straight pieces a curve becomes: enough for letters of a few dozen pixels.
const PIECES: u16 = 6;

/// Pixels of a card, white at first. Coordinates are points from the bottom left, as in the PDF.
pub(super) struct Canvas {
    width: u32,
    height: u32,
    scale: f32,
    /// The card's bottom edge in pixels from the top; the last row may be covered in part only.
    bottom: f32,
    rgb: Vec<u8>,
}

impl Canvas {
    /// A white canvas `width` pixels wide for a card of these points.
    pub(super) fn new(width: u32, card: (f32, f32)) -> Self {
        let scale = width as f32 / card.0;
        let height = (card.1 * scale).round().max(1.0) as u32;
        let rgb = vec![255; width as usize * height as usize * 3];
        Self { width, height, scale, bottom: card.1 * scale, rgb }
    }

    pub(super) fn picture(self) -> Option<Picture> {
        Picture::from_rgb(self.width, self.height, self.rgb)
    }

    /// An outline that takes glyph units: its origin on the card, and points per unit.
    pub(super) fn outline(&self, x: f32, y: f32, points_per_unit: f32) -> Outline {
        let origin = (x * self.scale, self.bottom - y * self.scale);
        Outline { origin, scale: points_per_unit * self.scale, pen: (0.0, 0.0), start: (0.0, 0.0), edges: Vec::new() }
    }

    pub(super) fn fill_area(&mut self, area: Area, ink: [u8; 3]) {
        let mut outline = self.outline(area.x, area.y, 1.0);
        outline.move_to(0.0, 0.0);
        outline.line_to(area.w, 0.0);
        outline.line_to(area.w, area.h);
        outline.line_to(0.0, area.h);
        outline.close();
        self.fill(&outline, ink);
    }

    /// The picture stretched over the area.
    pub(super) fn place(&mut self, area: Area, picture: &Picture) {
        let pixel = |place: f32| place.round().max(0.0) as u32;
        let across = |points: f32| pixel(points * self.scale).min(self.width);
        let down = |points: f32| pixel(self.bottom - points * self.scale).min(self.height);
        let (left, right) = (across(area.x), across(area.x + area.w));
        let (top, bottom) = (down(area.y + area.h), down(area.y));
        for y in top..bottom {
            for x in left..right {
                let from = |at: u32, low: u32, high: u32, size: u32| (at - low) * size / (high - low).max(1);
                let colour =
                    picture.pixel(from(x, left, right, picture.width()), from(y, top, bottom, picture.height()));
                self.mix(x, y, colour, 1.0);
            }
        }
    }

    /// Fills an outline by the non-zero rule.
    pub(super) fn fill(&mut self, outline: &Outline, ink: [u8; 3]) {
        let ys = outline.edges.iter().flat_map(|edge| [edge.from.1, edge.to.1]);
        let (low, high) = ys.fold((f32::MAX, f32::MIN), |(low, high), y| (low.min(y), high.max(y)));
        if low >= high {
            return;
        }
        let first = low.floor().max(0.0) as u32;
        let last = (high.ceil().max(0.0) as u32).min(self.height);
        let mut cover = vec![0.0f32; self.width as usize];
        for y in first..last {
            cover.fill(0.0);
            for step in 0..STEPS {
                let at = y as f32 + (f32::from(step) + 0.5) / f32::from(STEPS);
                spans(&outline.edges, at, |from, to| add_span(&mut cover, from, to, 1.0 / f32::from(STEPS)));
            }
            for (x, part) in cover.iter().enumerate().filter(|(_, part)| **part > 0.0) {
                self.mix(u32::try_from(x).unwrap_or(u32::MAX), y, ink, part.min(1.0));
            }
        }
    }

    fn mix(&mut self, x: u32, y: u32, ink: [u8; 3], part: f32) {
        let at = (y as usize * self.width as usize + x as usize) * 3;
        let Some(under) = self.rgb.get_mut(at..at + 3).filter(|_| x < self.width) else { return };
        for (under, over) in under.iter_mut().zip(ink) {
            *under = (f32::from(*under) + (f32::from(over) - f32::from(*under)) * part).round() as u8;
        }
    }
}

/// The stretches inside the outline at one height, left to right.
fn spans(edges: &[Edge], at: f32, mut each: impl FnMut(f32, f32)) {
    let mut crossings: Vec<(f32, i32)> = edges.iter().filter_map(|edge| edge.crossing(at)).collect();
    crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut winding = 0;
    for two in crossings.windows(2) {
        if let [(from, turn), (to, _)] = two {
            winding += turn;
            if winding != 0 {
                each(*from, *to);
            }
        }
    }
}

/// Adds a stretch to a row, with the right part for the pixels at its ends.
fn add_span(cover: &mut [f32], from: f32, to: f32, weight: f32) {
    let first = from.floor().max(0.0) as usize;
    for (x, part) in cover.iter_mut().enumerate().skip(first) {
        let left = x as f32;
        if left >= to {
            break;
        }
        *part += (to.min(left + 1.0) - from.max(left)).max(0.0) * weight;
    }
}

#[derive(Clone, Copy)]
struct Edge {
    from: (f32, f32),
    to: (f32, f32),
}

impl Edge {
    fn crossing(&self, at: f32) -> Option<(f32, i32)> {
        let (up, down) = (self.from.1 <= at && at < self.to.1, self.to.1 <= at && at < self.from.1);
        (up || down).then(|| {
            let part = (at - self.from.1) / (self.to.1 - self.from.1);
            (self.from.0 + part * (self.to.0 - self.from.0), if up { 1 } else { -1 })
        })
    }
}

/// A closed outline in pixels, built in font units.
pub(super) struct Outline {
    origin: (f32, f32),
    scale: f32,
    pen: (f32, f32),
    start: (f32, f32),
    edges: Vec<Edge>,
}

impl Outline {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.origin.0 + x * self.scale, self.origin.1 - y * self.scale)
    }

    fn edge_to(&mut self, to: (f32, f32)) {
        self.edges.push(Edge { from: self.pen, to });
        self.pen = to;
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.pen = self.at(x, y);
        self.start = self.pen;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.edge_to(self.at(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (a, b, c) = (self.pen, self.at(x1, y1), self.at(x, y));
        for piece in 1..=PIECES {
            let t = f32::from(piece) / f32::from(PIECES);
            let mix = |a: f32, b: f32, c: f32| (1.0 - t).powi(2) * a + 2.0 * t * (1.0 - t) * b + t * t * c;
            self.edge_to((mix(a.0, b.0, c.0), mix(a.1, b.1, c.1)));
        }
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (a, b, c, d) = (self.pen, self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        for piece in 1..=PIECES {
            let t = f32::from(piece) / f32::from(PIECES);
            let u = 1.0 - t;
            let mix = |a: f32, b: f32, c: f32, d: f32| {
                u * u * u * a + 3.0 * u * u * t * b + 3.0 * u * t * t * c + t * t * t * d
            };
            self.edge_to((mix(a.0, b.0, c.0, d.0), mix(a.1, b.1, c.1, d.1)));
        }
    }

    fn close(&mut self) {
        self.edge_to(self.start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_square_has_its_hole_and_a_half_covered_edge() {
        let mut canvas = Canvas::new(10, (10.0, 10.0));
        let mut outline = canvas.outline(0.0, 0.0, 1.0);
        for (x0, y0, x1, y1) in [(1.0, 1.0, 8.5, 8.0), (6.0, 3.0, 3.0, 6.0)] {
            outline.move_to(x0, y0);
            outline.line_to(x1, y0);
            outline.line_to(x1, y1);
            outline.line_to(x0, y1);
            outline.close();
        }
        canvas.fill(&outline, [0, 0, 0]);
        let picture = canvas.picture().unwrap();
        assert_eq!(picture.pixel(2, 5), [0; 3], "inside");
        assert_eq!(picture.pixel(4, 5), [255; 3], "the hole turns the other way");
        assert_eq!(picture.pixel(8, 5), [128; 3], "the edge runs through the middle of this pixel");
        assert_eq!(picture.pixel(0, 0), [255; 3], "outside");
    }
}
