//! The 4:5 cut of a picture, in its pixels. The picture itself is with the camera; the frame is only numbers.

use serde::{Deserialize, Serialize};

/// The narrowest crop: 25 mm at 300 dpi (`notes` photo-print 4, crop size).
pub const WIDTH_MIN: u32 = 295;
/// The lowest picture that holds a crop of [`WIDTH_MIN`].
pub const HEIGHT_MIN: u32 = (WIDTH_MIN * 5).div_ceil(4);

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
