//! Where things stand on the card, and text made to fit. The measures are data: `assets/faces/standard.toml`.

use serde::Deserialize;

use super::face::{CardFace, FaceFault};
use super::fonts::Font;
use super::shape::{Line, Shaper};

/// Points in a millimetre.
const PT: f32 = 72.0 / 25.4;

/// A rectangle in mm from the top left.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Zone {
    left: f32,
    top: f32,
    width: f32,
    height: f32,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Type {
    baseline: f32,
    size: f32,
    floor: f32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Band {
    height: f32,
    colour: [u8; 3],
    text: Type,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    one: Type,
    two: Type,
    line_height: f32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct DemoLine {
    text: String,
    baseline: f32,
    size: f32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Demo {
    left: f32,
    width: f32,
    lines: Vec<DemoLine>,
}

/// The measures of a card face.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Layout {
    width: f32,
    height: f32,
    margin: f32,
    band: Band,
    photo: Zone,
    number: Type,
    name: Name,
    demo: Demo,
    chip: Zone,
}

/// A rectangle in points from the bottom left of the card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) w: f32,
    pub(super) h: f32,
}

/// The inks of a card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ink {
    /// DeviceGray 0: what a card printer takes as its black resin panel.
    Black,
    White,
    Rgb([u8; 3]),
}

/// One thing on the card, back to front.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Fill { area: Area, ink: Ink },
    Photo { area: Area },
    Text { line: Line, x: f32, y: f32, size: f32, ink: Ink },
}

/// A laid-out face: what both the PDF and the preview are made of. Points, from the card's bottom left.
#[derive(Debug, Clone)]
pub(super) struct Drawing {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) bleed: f32,
    pub(super) items: Vec<Item>,
    /// Where nothing may be printed.
    pub(super) chip: Area,
}

impl Layout {
    pub(super) fn standard() -> Result<Self, FaceFault> {
        toml::from_str(include_str!("../../../assets/faces/standard.toml")).map_err(|_| FaceFault::Layout)
    }

    /// The face as a drawing. `bleed_mm` is how far colour runs over the card's edge.
    pub(super) fn draw(&self, face: &CardFace, bleed_mm: f32) -> Result<Drawing, FaceFault> {
        let mut page = Page { layout: self, shaper: Shaper::default(), items: Vec::new() };
        page.band(&face.band_text, bleed_mm * PT)?;
        page.items.push(Item::Photo { area: self.area(self.photo) });
        page.number(&face.number_spaced)?;
        page.name(&face.name)?;
        if face.demo {
            page.demo()?;
        }
        Ok(Drawing {
            width: self.width * PT,
            height: self.height * PT,
            bleed: bleed_mm * PT,
            items: page.items,
            chip: self.area(self.chip),
        })
    }

    fn area(&self, zone: Zone) -> Area {
        let y = (self.height - zone.top - zone.height) * PT;
        Area { x: zone.left * PT, y, w: zone.width * PT, h: zone.height * PT }
    }

    /// The room for text, in points.
    fn room(&self) -> f32 {
        (self.width - 2.0 * self.margin) * PT
    }
}

struct Page<'a> {
    layout: &'a Layout,
    shaper: Shaper,
    items: Vec<Item>,
}

impl Page<'_> {
    fn band(&mut self, text: &str, bleed: f32) -> Result<(), FaceFault> {
        let layout = self.layout;
        let (width, height) = (layout.width * PT, layout.band.height * PT);
        let area = Area { x: -bleed, y: layout.height * PT - height, w: width + 2.0 * bleed, h: height + bleed };
        self.items.push(Item::Fill { area, ink: Ink::Rgb(layout.band.colour) });
        let line = self.shaper.line(text, Font::Bold)?;
        let size = fitted(&line, layout.room(), layout.band.text).ok_or(FaceFault::BandTextTooLong)?;
        self.text(line, layout.margin * PT, layout.band.text.baseline, size, Ink::White);
        Ok(())
    }

    fn number(&mut self, text: &str) -> Result<(), FaceFault> {
        let line = self.shaper.line(text, Font::Regular)?;
        let room = (self.layout.photo.width + 10.0) * PT;
        let size = fitted(&line, room, self.layout.number).ok_or(FaceFault::NumberTooLong)?;
        self.right_aligned(line, self.layout.number.baseline, size);
        Ok(())
    }

    /// One line if it stays above the floor; else two, broken where both get shortest; else a fault.
    fn name(&mut self, name: &str) -> Result<(), FaceFault> {
        let Name { one, two, line_height } = self.layout.name.clone();
        let room = self.layout.room();
        let whole = self.shaper.line(name, Font::Bold)?;
        if let Some(size) = fitted(&whole, room, one) {
            self.right_aligned(whole, one.baseline, size);
            return Ok(());
        }
        let mut best: Option<(f32, Line, Line)> = None;
        for (first, second) in breaks(name) {
            let (first, second) = (self.shaper.line(first, Font::Bold)?, self.shaper.line(second, Font::Bold)?);
            let widest = first.width.max(second.width);
            if best.as_ref().is_none_or(|(width, ..)| widest < *width) {
                best = Some((widest, first, second));
            }
        }
        let (_, first, second) = best.ok_or(FaceFault::NameTooLong)?;
        let wider = if first.width > second.width { &first } else { &second };
        let size = fitted(wider, room, two).ok_or(FaceFault::NameTooLong)?;
        self.right_aligned(first, two.baseline, size);
        self.right_aligned(second, two.baseline + line_height, size);
        Ok(())
    }

    fn demo(&mut self) -> Result<(), FaceFault> {
        let demo = self.layout.demo.clone();
        for DemoLine { text, baseline, size } in &demo.lines {
            let line = self.shaper.line(text, Font::Bold)?;
            let size = size.min(demo.width * PT / line.width.max(0.01));
            let x = (demo.left + demo.width / 2.0) * PT - line.width * size / 2.0;
            self.text(line, x, *baseline, size, Ink::Black);
        }
        Ok(())
    }

    fn right_aligned(&mut self, line: Line, baseline_mm: f32, size: f32) {
        let x = (self.layout.width - self.layout.margin) * PT - line.width * size;
        self.text(line, x, baseline_mm, size, Ink::Black);
    }

    fn text(&mut self, line: Line, x: f32, baseline_mm: f32, size: f32, ink: Ink) {
        let y = (self.layout.height - baseline_mm) * PT;
        self.items.push(Item::Text { line, x, y, size, ink });
    }
}

/// The size at which the line fits into `room` points; None below the floor.
fn fitted(line: &Line, room: f32, kind: Type) -> Option<f32> {
    let size = kind.size.min(room / line.width.max(0.01));
    (size >= kind.floor).then_some(size)
}

/// Every place a name may be broken: at a space, which goes, and after a hyphen, which stays.
fn breaks(name: &str) -> impl Iterator<Item = (&str, &str)> {
    name.char_indices().filter_map(move |(at, c)| {
        let after = at + c.len_utf8();
        let (first, second) = match c {
            ' ' => (name.get(..at)?, name.get(after..)?),
            '-' => (name.get(..after)?, name.get(after..)?),
            _ => return None,
        };
        (!first.trim().is_empty() && !second.trim().is_empty()).then_some((first, second))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(a: Area, b: Area) -> bool {
        a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
    }

    /// A text's area, generous by ascent and descent.
    fn area(line: &Line, x: f32, y: f32, size: f32) -> Area {
        Area { x, y: y - 0.25 * size, w: line.width * size, h: size }
    }

    fn face(name: &str) -> CardFace {
        CardFace {
            name: name.to_owned(),
            number_spaced: "5551 0203 4417".to_owned(),
            photo_jpeg: Vec::new(),
            band_text: "Registration Authority".to_owned(),
            demo: true,
        }
    }

    #[test]
    fn the_standard_layout_is_a_cr80_card_with_a_4_to_5_photo() {
        let layout = Layout::standard().unwrap();
        assert_eq!((layout.width, layout.height), (85.60, 53.98));
        assert!((layout.photo.width / layout.photo.height - 0.8).abs() < 0.001);
    }

    #[test]
    fn nothing_stands_on_the_chip_or_the_photo_or_beyond_the_card() {
        let layout = Layout::standard().unwrap();
        for name in ["Al", "Anastasia Featherstonehaugh", "Wilhelmina-Josephine Aurelia Featherstonehaugh-Cholmondeley"]
        {
            let drawing = layout.draw(&face(name), 0.0).unwrap();
            let photo = layout.area(layout.photo);
            let card = Area { x: 0.0, y: 0.0, w: drawing.width, h: drawing.height };
            for item in &drawing.items {
                let Item::Text { line, x, y, size, .. } = item else { continue };
                let area = area(line, *x, *y, *size);
                assert!(!overlap(area, drawing.chip) && !overlap(area, photo), "{name}: {area:?}");
                assert!(area.x >= 0.0 && area.y >= 0.0 && area.x + area.w <= card.w && area.y + area.h <= card.h);
            }
        }
    }

    #[test]
    fn a_name_shrinks_then_breaks_then_is_refused() {
        let layout = Layout::standard().unwrap();
        let sizes = |name: &str| -> Vec<f32> {
            let items = layout.draw(&face(name), 0.0).unwrap().items;
            let size = |item: &Item| match item {
                Item::Text { size, y, .. } if *y < 22.0 => Some(*size),
                _ => None,
            };
            items.iter().filter_map(size).collect()
        };
        assert_eq!(sizes("Siân Wyn"), [11.0]);
        let long = sizes("Wilhelmina Anastasia Featherstonehaugh");
        assert!(long.len() == 1 && long[0] < 11.0, "{long:?}");
        assert_eq!(sizes(&format!("{} {}", "a".repeat(60), "b".repeat(60))).len(), 2);
        assert_eq!(layout.draw(&face(&"W".repeat(60)), 0.0).unwrap_err(), FaceFault::NameTooLong);
    }

    proptest::proptest! {
        #[test]
        fn no_name_takes_the_desk_down_and_none_runs_off_the_card(
            name in "[a-zA-Z\u{300}-\u{36f}\u{1e00}-\u{1eff}\u{590}-\u{5ff}\u{600}-\u{6ff} '-]{1,70}|\\PC{1,70}",
        ) {
            let layout = Layout::standard().unwrap();
            let Ok(drawing) = layout.draw(&face(&name), 1.0) else { return Ok(()) };
            for item in &drawing.items {
                let Item::Text { line, x, size, .. } = item else { continue };
                proptest::prop_assert!(*x >= 0.0 && x + line.width * size <= drawing.width, "{name:?}");
            }
        }
    }
}
