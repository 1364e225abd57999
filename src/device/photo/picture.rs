//! A picture in memory.

use std::fmt;
use std::sync::Arc;

/// An upright RGB picture, 8 bits a channel. Cheap to clone; its pixels never reach a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    // Not `Arc<[u8]>`: that would copy the pixels, and hold both copies for a moment.
    rgb: Arc<Vec<u8>>,
}

impl Picture {
    /// A picture from rows of red, green, blue. None if the bytes are not exactly `width * height * 3`, or none.
    pub fn from_rgb(width: u32, height: u32, rgb: impl Into<Vec<u8>>) -> Option<Self> {
        let rgb = Arc::new(rgb.into());
        let wanted = u64::from(width) * u64::from(height) * 3;
        (wanted > 0 && u64::try_from(rgb.len()).ok() == Some(wanted)).then_some(Self { width, height, rgb })
    }

    /// Width in pixels, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// All pixels, row by row from the top, three bytes each.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The pixel at a place; places outside are taken to the nearest edge.
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        let (x, y) = (x.min(self.width - 1), y.min(self.height - 1));
        let at = (y as usize * self.width as usize + x as usize) * 3;
        match self.rgb.get(at..at + 3) {
            Some(&[r, g, b]) => [r, g, b],
            _ => [0; 3],
        }
    }

    pub(super) fn from_image(image: image::RgbImage) -> Option<Self> {
        let (width, height) = image.dimensions();
        Self::from_rgb(width, height, image.into_raw())
    }

    /// The same pixels as a view the `image` crate can work on, without a copy.
    pub(super) fn view(&self) -> Option<image::ImageBuffer<image::Rgb<u8>, &[u8]>> {
        image::ImageBuffer::from_raw(self.width, self.height, self.rgb.as_slice())
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} x {})", self.width, self.height)
    }
}

/// Brightness of a pixel, 0 to 255 (ITU-R BT.601 weights).
pub(super) fn luma([r, g, b]: [u8; 3]) -> f32 {
    0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_shows_its_size_and_no_pixel() {
        let picture = Picture::from_rgb(2, 1, vec![1, 2, 3, 4, 5, 6]).unwrap();
        assert_eq!(format!("{picture:?}"), "Picture(2 x 1)");
        assert_eq!(picture.pixel(9, 9), [4, 5, 6]);
    }

    #[test]
    fn bytes_that_do_not_fill_the_picture_are_no_picture() {
        assert!(Picture::from_rgb(2, 2, vec![0; 11]).is_none());
        assert!(Picture::from_rgb(0, 0, vec![]).is_none());
    }
}
