//! What can be told of a photo without a face detector. Names follow ISO/IEC 29794-5; no conformance is claimed.
//!
//! All limits are starting points (`notes` photo-print 4). Brightness alone never refuses: limits set on one skin would
//! refuse another.

use image::imageops::{self, FilterType};

use super::crop::render;
use super::picture::{Picture, luma};
use crate::domain::crop::{Crop, WIDTH_MIN};

/// What a measure says of the photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Within the limits.
    Good,
    /// The agent may go on, with a reason.
    Warn,
    /// Not usable on a card.
    Refuse,
}

/// What is measured. The unit of the value stands with each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Width of the crop in pixels.
    Size,
    /// Variance of the Laplacian of the middle, scaled to 128 pixels wide, over its luma variance.
    Sharpness,
    /// Mean luma of the middle, 0 to 255.
    Exposure,
    /// Part of the crop that is pure black or white, in percent.
    Clipped,
    /// Luma between the 5th and the 95th percentile of the middle.
    DynamicRange,
    /// Difference of the mean luma of the left and right half of the middle, in percent of their mean.
    SideLight,
    /// Standard deviation of luma outside head and shoulders.
    BackgroundUniformity,
}

/// The limits of one measure. A value inside `good` is good, inside `warn` a warning, else refused if `refuses`.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// What is measured.
    pub measure: Measure,
    /// Lowest and highest good value.
    pub good: (f32, f32),
    /// Lowest and highest value that only warns.
    pub warn: (f32, f32),
    /// Whether a value outside `warn` refuses the photo.
    pub refuses: bool,
    /// Where the numbers are from.
    pub source: &'static str,
}

const NONE: f32 = f32::INFINITY;
const NOTES: &str = "notes photo-print 4";

/// The limits, in the order they are shown.
pub const LIMITS: [Limit; 7] = [
    Limit {
        measure: Measure::Size,
        good: (600.0, NONE),
        warn: (WIDTH_MIN as f32, NONE),
        refuses: true,
        source: "600 x 750: public UK digital photo guidance; 295: 25 mm at 300 dpi",
    },
    Limit {
        measure: Measure::Sharpness,
        good: (0.012, NONE),
        warn: (0.0, NONE),
        refuses: false,
        source: "notes photo-print 4: between blur sigma 1 and 2 of the one face measured; to be calibrated",
    },
    Limit { measure: Measure::Exposure, good: (70.0, 200.0), warn: (50.0, 220.0), refuses: false, source: NOTES },
    Limit { measure: Measure::Clipped, good: (0.0, 1.0), warn: (0.0, 20.0), refuses: true, source: NOTES },
    Limit { measure: Measure::DynamicRange, good: (60.0, 255.0), warn: (35.0, 255.0), refuses: false, source: NOTES },
    Limit { measure: Measure::SideLight, good: (0.0, 20.0), warn: (0.0, 35.0), refuses: false, source: NOTES },
    Limit {
        measure: Measure::BackgroundUniformity,
        good: (0.0, 12.0),
        warn: (0.0, 25.0),
        refuses: false,
        source: NOTES,
    },
];

impl Limit {
    /// What a value means under this limit.
    pub fn verdict(&self, value: f32) -> Verdict {
        let within = |(low, high): (f32, f32)| value >= low && value <= high;
        match () {
            () if within(self.good) => Verdict::Good,
            () if within(self.warn) || !self.refuses => Verdict::Warn,
            () => Verdict::Refuse,
        }
    }
}

/// One measured value and what it means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// What was measured.
    pub measure: Measure,
    /// The raw value, for the record; its unit stands with [`Measure`].
    pub value: f32,
    /// What it means.
    pub verdict: Verdict,
}

/// All findings of one crop.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// One finding for each of [`LIMITS`], in that order.
    pub findings: Vec<Finding>,
}

impl Quality {
    /// The worst verdict.
    pub fn verdict(&self) -> Verdict {
        self.findings.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Good)
    }

    /// The finding of one measure.
    pub fn of(&self, measure: Measure) -> Option<Finding> {
        self.findings.iter().copied().find(|finding| finding.measure == measure)
    }
}

/// The crop is brought to this size before it is judged, so that an enlarged picture is not taken for a sharp one.
const LOOK: (usize, usize) = (256, 320);
/// The part of the crop taken for the face: left, top, width, height in [`LOOK`] pixels.
const MIDDLE: (usize, usize, usize, usize) = (64, 64, 128, 160);
/// Luma at or below, and at or above, which a pixel counts as clipped.
const CLIPPED: (f32, f32) = (2.0, 253.0);

/// Measures the crop of a picture. About 10 ms for a picture of 1600 pixels.
pub fn measure(picture: &Picture, crop: Crop) -> Quality {
    let crop = crop.kept((picture.width(), picture.height()));
    let whole = Grey::of(picture, crop);
    let middle = whole.part(MIDDLE);
    let findings = LIMITS
        .iter()
        .map(|limit| {
            let value = match limit.measure {
                Measure::Size => crop.width() as f32,
                Measure::Sharpness => sharpness(&middle),
                Measure::Exposure => mean(&middle.luma),
                Measure::Clipped => clipped(&whole),
                Measure::DynamicRange => range(&middle),
                Measure::SideLight => side_light(&middle),
                Measure::BackgroundUniformity => variance(&background(&whole)).sqrt(),
            };
            Finding { measure: limit.measure, value, verdict: limit.verdict(value) }
        })
        .collect();
    Quality { findings }
}

/// A grey picture; `luma.len()` is always `width * height`.
struct Grey {
    width: usize,
    luma: Vec<f32>,
}

impl Grey {
    fn of(picture: &Picture, crop: Crop) -> Self {
        let (width, height) = LOOK;
        // A triangle filter has no overshoot, which would be seen as sharpness and as clipping.
        let scaled = picture.view().map(|view| {
            let cut = imageops::crop_imm(&view, crop.x(), crop.y(), crop.width(), crop.height());
            imageops::resize(&*cut, width as u32, height as u32, FilterType::Triangle)
        });
        let scaled = scaled.and_then(Picture::from_image).unwrap_or_else(|| render(picture, crop, 256, 320));
        Self { width, luma: scaled.rgb().chunks_exact(3).map(|p| luma([p[0], p[1], p[2]])).collect() }
    }

    fn part(&self, (x, y, w, h): (usize, usize, usize, usize)) -> Self {
        let rows = self.luma.chunks_exact(self.width).skip(y).take(h);
        Self { width: w, luma: rows.flat_map(|row| row.iter().skip(x).take(w).copied()).collect() }
    }

    fn rows(&self) -> Vec<&[f32]> {
        self.luma.chunks_exact(self.width).collect()
    }
}

fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len().max(1) as f32
}

fn variance(values: &[f32]) -> f32 {
    let mean = mean(values);
    values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / values.len().max(1) as f32
}

/// Below this luma variance there is nothing to be sharp or blurred: an empty wall.
const VARIANCE_MIN: f32 = 4.0;

fn sharpness(part: &Grey) -> f32 {
    let rows = part.rows();
    let mut laplacian = Vec::with_capacity(part.luma.len());
    for three in rows.windows(3) {
        if let [above, row, below] = three {
            for (x, near) in row.windows(3).enumerate() {
                laplacian.push(near[0] + near[2] + above[x + 1] + below[x + 1] - 4.0 * near[1]);
            }
        }
    }
    let spread = variance(&part.luma);
    if spread < VARIANCE_MIN { 0.0 } else { variance(&laplacian) / spread }
}

fn clipped(part: &Grey) -> f32 {
    let count = part.luma.iter().filter(|v| **v <= CLIPPED.0 || **v >= CLIPPED.1).count();
    100.0 * count as f32 / part.luma.len().max(1) as f32
}

fn range(part: &Grey) -> f32 {
    let mut sorted = part.luma.clone();
    sorted.sort_by(f32::total_cmp);
    let at = |percent: usize| sorted.get(sorted.len() * percent / 100).copied().unwrap_or(0.0);
    at(95) - at(5)
}

fn side_light(part: &Grey) -> f32 {
    let half = part.width / 2;
    let side = |from: usize| {
        mean(&part.rows().iter().flat_map(|row| row.iter().skip(from).take(half).copied()).collect::<Vec<_>>())
    };
    let (left, right) = (side(0), side(half));
    100.0 * (left - right).abs() / ((left + right) / 2.0).max(1.0)
}

/// The pixels beside and above where a head and shoulders are: outside an ellipse, and above the shoulders.
fn background(whole: &Grey) -> Vec<f32> {
    let (width, height) = (LOOK.0 as f32, LOOK.1 as f32);
    let outside = |x: f32, y: f32| y < 0.55 && ((x - 0.5) / 0.36).powi(2) + ((y - 0.45) / 0.42).powi(2) > 1.0;
    let place = |i: usize| ((i % whole.width) as f32 / width, (i / whole.width) as f32 / height);
    whole.luma.iter().enumerate().filter(|(i, _)| outside(place(*i).0, place(*i).1)).map(|(_, v)| *v).collect()
}

#[cfg(test)]
mod tests {
    use super::super::test_portrait;
    use super::*;

    fn changed(picture: &Picture, change: impl Fn(u32, u32, [u8; 3]) -> [f32; 3]) -> Picture {
        let rgb: Vec<u8> = (0..picture.height())
            .flat_map(|y| (0..picture.width()).map(move |x| (x, y)))
            .flat_map(|(x, y)| change(x, y, picture.pixel(x, y)).map(|c| c.clamp(0.0, 255.0) as u8))
            .collect();
        Picture::from_rgb(picture.width(), picture.height(), rgb).unwrap()
    }

    fn measured(picture: &Picture) -> Quality {
        measure(picture, Crop::initial(picture.width(), picture.height()))
    }

    fn blurred(picture: &Picture, sigma: f32) -> Picture {
        Picture::from_image(imageops::blur(&picture.view().unwrap(), sigma)).unwrap()
    }

    #[test]
    fn the_test_portraits_are_good_by_every_measure() {
        for seed in 0..5 {
            let quality = measured(&test_portrait(seed));
            assert_eq!(quality.verdict(), Verdict::Good, "seed {seed}: {:?}", quality.findings);
        }
    }

    #[test]
    fn sharpness_falls_with_blur_and_does_not_care_for_light_or_size() {
        let sharp = test_portrait(1);
        let value = |p: &Picture| measured(p).of(Measure::Sharpness).unwrap().value;
        let dark = changed(&sharp, |_, _, p| p.map(|c| f32::from(c) * 0.4));
        let large = Picture::from_image(imageops::resize(&sharp.view().unwrap(), 1280, 1600, FilterType::CatmullRom));
        assert!((value(&dark) / value(&sharp) - 1.0).abs() < 0.1);
        assert!((value(&large.unwrap()) / value(&sharp) - 1.0).abs() < 0.1);
        assert!(value(&blurred(&sharp, 6.0)) < value(&sharp) / 2.0);
        assert_eq!(measured(&blurred(&sharp, 16.0)).of(Measure::Sharpness).unwrap().verdict, Verdict::Warn);
    }

    #[test]
    fn a_very_dark_face_warns_and_never_refuses() {
        let dark = changed(&test_portrait(2), |_, _, p| p.map(|c| 8.0 + f32::from(c) * 0.1));
        let quality = measured(&dark);
        assert_eq!(quality.of(Measure::Exposure).unwrap().verdict, Verdict::Warn);
        assert_eq!(quality.verdict(), Verdict::Warn, "{:?}", quality.findings);
    }

    #[test]
    fn a_picture_that_is_mostly_burnt_out_is_refused() {
        let bright = changed(&test_portrait(3), |_, _, p| p.map(|c| f32::from(c) * 2.5));
        assert_eq!(measured(&bright).of(Measure::Clipped).unwrap().verdict, Verdict::Refuse);
    }

    #[test]
    fn light_from_one_side_is_told() {
        let lit = changed(&test_portrait(4), |x, _, p| p.map(|c| f32::from(c) * (0.4 + 0.6 * x as f32 / 640.0)));
        assert_ne!(measured(&lit).of(Measure::SideLight).unwrap().verdict, Verdict::Good);
    }

    #[test]
    fn a_restless_background_is_told() {
        let wall =
            changed(&test_portrait(5), |x, y, p| if (x / 40 + y / 40) % 2 == 0 { [60.0; 3] } else { p.map(f32::from) });
        assert_eq!(measured(&wall).of(Measure::BackgroundUniformity).unwrap().verdict, Verdict::Warn);
    }

    #[test]
    fn a_crop_below_the_printers_resolution_is_refused() {
        let limit = LIMITS.iter().find(|limit| limit.measure == Measure::Size).unwrap();
        assert_eq!([294.0, 295.0, 600.0].map(|w| limit.verdict(w)), [Verdict::Refuse, Verdict::Warn, Verdict::Good]);
    }
}
