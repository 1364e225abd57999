//! From a camera's or a file's bytes to a picture that is safe to work with.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, imageops::FilterType};

use super::format::{claimed_size, format_of, whole};
use super::picture::Picture;
use crate::domain::crop::{HEIGHT_MIN, WIDTH_MIN};

/// The most bytes taken in: a 40-megapixel camera's JPEG is smaller.
pub const BYTES_MAX: usize = 20 * 1024 * 1024;
/// The most pixels decoded. More is a header bomb or the wrong file.
pub const PIXELS_MAX: u64 = 40_000_000;
/// The longer side of what is kept: the crop for a card needs 480 x 600 (`notes` photo-print 4).
pub const SIDE_MAX: u32 = 1_600;

/// The longest side a header may claim, so that width times height stays sensible.
const HEADER_SIDE_MAX: u32 = 20_000;
/// The most memory a decoder may ask for: 40 megapixels of RGBA and some room.
const DECODE_BYTES_MAX: u64 = 200 * 1024 * 1024;

/// Why bytes did not become a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhotoFault {
    /// No bytes at all.
    #[error("the file is empty")]
    Empty,
    /// Neither JPEG nor PNG by content.
    #[error("the file is neither a JPEG nor a PNG picture")]
    NotAPicture,
    /// More than [`BYTES_MAX`].
    #[error("the file is larger than 20 MB")]
    TooManyBytes,
    /// More than [`PIXELS_MAX`]; nothing was decoded.
    #[error("the picture claims {megapixels} megapixels; 40 are allowed")]
    TooManyPixels {
        /// What the header claims, rounded up.
        megapixels: u32,
    },
    /// Too small for the smallest card crop.
    #[error("the picture is only {w} x {h} pixels")]
    TooSmall {
        /// Width after the camera's orientation was applied.
        w: u32,
        /// Height after the camera's orientation was applied.
        h: u32,
    },
    /// It starts like a picture and can't be decoded.
    #[error("the picture is damaged or unfinished")]
    Unreadable,
}

/// The picture in `bytes`: upright (EXIF orientation applied), without any metadata, longer side at most [`SIDE_MAX`].
///
/// The format is told by content, never by a name. Size and pixel count are checked before anything is decoded.
pub fn intake(bytes: &[u8]) -> Result<Picture, PhotoFault> {
    if bytes.is_empty() {
        return Err(PhotoFault::Empty);
    }
    if bytes.len() > BYTES_MAX {
        return Err(PhotoFault::TooManyBytes);
    }
    let format = format_of(bytes).ok_or(PhotoFault::NotAPicture)?;
    let mut image = decode(bytes, format)?;
    if image.width().max(image.height()) > SIDE_MAX {
        image = image.resize(SIDE_MAX, SIDE_MAX, FilterType::CatmullRom);
    }
    let (w, h) = (image.width(), image.height());
    if w < WIDTH_MIN || h < HEIGHT_MIN {
        return Err(PhotoFault::TooSmall { w, h });
    }
    Picture::from_image(flat(image)).ok_or(PhotoFault::Unreadable)
}

fn decode(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, PhotoFault> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(HEADER_SIDE_MAX);
    limits.max_image_height = Some(HEADER_SIDE_MAX);
    limits.max_alloc = Some(DECODE_BYTES_MAX);
    let claimed = claimed_size(bytes);
    if let Some(size) = claimed {
        check_pixels(size)?;
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let fault = |error: ImageError| match error {
        ImageError::Limits(_) => too_many(claimed.unwrap_or((HEADER_SIDE_MAX, HEADER_SIDE_MAX))),
        _ => PhotoFault::Unreadable,
    };
    let mut decoder = reader.into_decoder().map_err(fault)?;
    check_pixels(decoder.dimensions())?;
    if !whole(bytes) {
        return Err(PhotoFault::Unreadable);
    }
    decoder.set_limits(limits).map_err(fault)?;
    let orientation = decoder.orientation().map_err(fault)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(fault)?;
    image.apply_orientation(orientation);
    Ok(image)
}

fn check_pixels((w, h): (u32, u32)) -> Result<(), PhotoFault> {
    if u64::from(w) * u64::from(h) > PIXELS_MAX { Err(too_many((w, h))) } else { Ok(()) }
}

fn too_many((w, h): (u32, u32)) -> PhotoFault {
    let megapixels = (u64::from(w) * u64::from(h)).div_ceil(1_000_000);
    PhotoFault::TooManyPixels { megapixels: u32::try_from(megapixels).unwrap_or(u32::MAX) }
}

/// Without transparency: what is see-through becomes white, as on the card.
fn flat(image: DynamicImage) -> image::RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let rgba = image.into_rgba8();
    let (width, height) = rgba.dimensions();
    image::RgbImage::from_fn(width, height, |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        let over = |c: u8| {
            let mixed = (u16::from(c) * u16::from(a) + 255 * (255 - u16::from(a))) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        image::Rgb([over(r), over(g), over(b)])
    })
}
