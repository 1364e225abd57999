//! The 4:5 cut of a picture, and the JPEGs made of it.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{ExtendedColorType, ImageEncoder};
use serde::{Deserialize, Serialize};

use super::picture::Picture;

/// The narrowest crop: 25 mm at 300 dpi (`notes` photo-print 4, crop size).
pub const WIDTH_MIN: u32 = 295;
/// The lowest picture that holds a crop of [`WIDTH_MIN`].
pub(super) const HEIGHT_MIN: u32 = (WIDTH_MIN * 5).div_ceil(4);

/// A 4:5 rectangle inside a picture, in the picture's pixels. It can't leave the picture or get too small to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Crop {
    x: u32,
    y: u32,
    width: u32,
    /// The picture's size: what the rectangle is kept inside.
    frame: (u32, u32),
}

impl Crop {
    /// The widest crop of a `w` x `h` picture, in the middle and towards the top, where a head is.
    pub fn initial(w: u32, h: u32) -> Self {
        let frame = (w.max(1), h.max(1));
        let width = width_max(frame);
        let crop = Self { x: 0, y: 0, width, frame };
        Self { x: (frame.0 - width) / 2, y: frame.1.saturating_sub(crop.height()) / 3, ..crop }
    }

    /// Left edge in pixels.
    pub fn x(self) -> u32 {
        self.x
    }

    /// Top edge in pixels.
    pub fn y(self) -> u32 {
        self.y
    }

    /// Width in pixels.
    pub fn width(self) -> u32 {
        self.width
    }

    /// Height in pixels: five quarters of the width, rounded down.
    pub fn height(self) -> u32 {
        (self.width * 5 / 4).max(1)
    }

    /// The crop moved by pixels, as far as the picture goes.
    #[must_use]
    pub fn moved(self, dx: i32, dy: i32) -> Self {
        Self { x: self.x.saturating_add_signed(dx), y: self.y.saturating_add_signed(dy), ..self }.kept(self.frame)
    }

    /// The crop made wider (or narrower, below 0) by `step` pixels about its middle, as far as the picture goes.
    #[must_use]
    pub fn grown(self, step: i32) -> Self {
        let width = self.width.saturating_add_signed(step).clamp(width_min(self.frame), width_max(self.frame));
        let grown = Self { width, ..self };
        let half = |old: u32, new: u32| (i64::from(old) - i64::from(new)) / 2;
        let at = |place: u32, by: i64| u32::try_from((i64::from(place) + by).max(0)).unwrap_or(0);
        let x = at(self.x, half(self.width, width));
        let y = at(self.y, half(self.height(), grown.height()));
        Self { x, y, ..grown }.kept(self.frame)
    }

    /// The crop inside a picture of this size: itself where it fits, else the nearest that does.
    #[must_use]
    pub fn kept(self, frame: (u32, u32)) -> Self {
        let frame = (frame.0.max(1), frame.1.max(1));
        let width = self.width.clamp(width_min(frame), width_max(frame));
        let crop = Self { width, frame, ..self };
        let x = self.x.min(frame.0.saturating_sub(width));
        let y = self.y.min(frame.1.saturating_sub(crop.height()));
        Self { x, y, ..crop }
    }
}

fn width_max((w, h): (u32, u32)) -> u32 {
    w.min(u32::try_from(u64::from(h) * 4 / 5).unwrap_or(u32::MAX)).max(1)
}

/// The smallest width for a picture; a picture below the minimum has one crop only.
fn width_min(frame: (u32, u32)) -> u32 {
    WIDTH_MIN.min(width_max(frame))
}

/// The crop as a picture of `out_w` x `out_h` pixels (Lanczos filter). Sizes of 0 are taken as 1.
pub fn render(picture: &Picture, crop: Crop, out_w: u32, out_h: u32) -> Picture {
    let crop = crop.kept((picture.width(), picture.height()));
    let Some(view) = picture.view() else { return picture.clone() };
    let cut = imageops::crop_imm(&view, crop.x, crop.y, crop.width, crop.height());
    let scaled = imageops::resize(&*cut, out_w.max(1), out_h.max(1), FilterType::Lanczos3);
    // A picture that was scaled has pixels: the empty case can't come.
    Picture::from_image(scaled).unwrap_or_else(|| picture.clone())
}

/// Why no JPEG could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JpegFault {
    /// The encoder failed.
    #[error("the picture could not be encoded")]
    Encoder,
    /// Even small and coarse it is larger than allowed.
    #[error("the picture does not fit into {bytes_max} bytes")]
    DoesNotFit {
        /// The limit asked for.
        bytes_max: usize,
    },
}

/// A plain baseline JPEG without metadata. `quality` is 1 to 100.
pub fn jpeg(picture: &Picture, quality: u8) -> Result<Vec<u8>, JpegFault> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality.clamp(1, 100))
        .write_image(picture.rgb(), picture.width(), picture.height(), ExtendedColorType::Rgb8)
        .map_err(|_| JpegFault::Encoder)?;
    Ok(bytes)
}

/// Widths tried by [`jpeg_within`], largest first. Below 96 pixels no face is told from another.
const WIDTHS: [u32; 9] = [480, 400, 320, 280, 240, 200, 160, 120, 96];
/// Qualities tried at each width: coarser than 50 looks worse than smaller.
const QUALITIES: [u8; 4] = [85, 75, 65, 50];

/// The best JPEG of at most `bytes_max` bytes, for the facial object on a card (about 7 kB).
///
/// Size is given up before quality; at most 36 encodings are tried.
pub fn jpeg_within(picture: &Picture, bytes_max: usize) -> Result<Vec<u8>, JpegFault> {
    let (w, h) = (picture.width(), picture.height());
    let Some(view) = picture.view() else { return Err(JpegFault::Encoder) };
    for width in WIDTHS {
        let width = width.min(w);
        let height = u32::try_from(u64::from(h) * u64::from(width) / u64::from(w)).unwrap_or(h).max(1);
        let scaled = Picture::from_image(imageops::resize(&view, width, height, FilterType::Lanczos3));
        let scaled = scaled.ok_or(JpegFault::Encoder)?;
        for quality in QUALITIES {
            let bytes = jpeg(&scaled, quality)?;
            if bytes.len() <= bytes_max {
                return Ok(bytes);
            }
        }
    }
    Err(JpegFault::DoesNotFit { bytes_max })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inside(crop: Crop, w: u32, h: u32) -> bool {
        crop.x() + crop.width() <= w && crop.y() + crop.height() <= h
    }

    proptest! {
        #[test]
        fn no_sequence_of_keys_takes_the_crop_out_of_the_picture(
            w in WIDTH_MIN..1601, h in HEIGHT_MIN..1601,
            keys in prop::collection::vec((any::<bool>(), -2000i32..2000, -2000i32..2000), 0..40),
        ) {
            let mut crop = Crop::initial(w, h);
            prop_assert!(inside(crop, w, h));
            for (grow, a, b) in keys {
                crop = if grow { crop.grown(a) } else { crop.moved(a, b) };
                prop_assert!(inside(crop, w, h), "{crop:?}");
                prop_assert!(crop.width() >= WIDTH_MIN);
                prop_assert_eq!(crop.height(), crop.width() * 5 / 4);
            }
        }
    }

    #[test]
    fn growing_and_shrinking_keeps_the_middle() {
        let crop = Crop::initial(1600, 1200).grown(-400);
        let middle = |c: Crop| (c.x() + c.width() / 2, c.y() + c.height() / 2);
        let (x, y) = middle(crop);
        let (x2, y2) = middle(crop.grown(100));
        assert!(x.abs_diff(x2) <= 1 && y.abs_diff(y2) <= 1, "{x},{y} became {x2},{y2}");
    }

    #[test]
    fn a_crop_stored_for_another_picture_is_brought_inside() {
        let crop = Crop::initial(1600, 1600).moved(900, 900).kept((300, 400));
        assert!(inside(crop, 300, 400));
    }
}
