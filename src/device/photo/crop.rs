//! The picture inside a frame, and the JPEGs made of it.

use super::picture::Picture;
use crate::domain::crop::Crop;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{ExtendedColorType, ImageEncoder};

/// The crop as a picture of `out_w` x `out_h` pixels (Lanczos filter). Sizes of 0 are taken as 1.
pub fn render(picture: &Picture, crop: Crop, out_w: u32, out_h: u32) -> Picture {
    let crop = crop.kept((picture.width(), picture.height()));
    let Some(view) = picture.view() else { return picture.clone() };
    let cut = imageops::crop_imm(&view, crop.x(), crop.y(), crop.width(), crop.height());
    let scaled = imageops::resize(&*cut, out_w.max(1), out_h.max(1), FilterType::Lanczos3);
    // A picture that was scaled has pixels: the empty case can't come.
    Picture::from_image(scaled).unwrap_or_else(|| picture.clone())
}

/// The whole picture in `width` x `height` pixels (Lanczos filter), whatever its shape. Sizes of 0 are taken as 1.
pub fn resized(picture: &Picture, width: u32, height: u32) -> Picture {
    let scaled = picture.view().map(|view| imageops::resize(&view, width.max(1), height.max(1), FilterType::Lanczos3));
    // A picture that was scaled has pixels: the empty case can't come.
    scaled.and_then(Picture::from_image).unwrap_or_else(|| picture.clone())
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
    for width in WIDTHS {
        let width = width.min(w);
        let height = u32::try_from(u64::from(h) * u64::from(width) / u64::from(w)).unwrap_or(h).max(1);
        let scaled = resized(picture, width, height);
        for quality in QUALITIES {
            let bytes = jpeg(&scaled, quality)?;
            if bytes.len() <= bytes_max {
                return Ok(bytes);
            }
        }
    }
    Err(JpegFault::DoesNotFit { bytes_max })
}
