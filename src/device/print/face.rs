//! The face of a card.

use std::fmt;

use sha2::{Digest, Sha256};

use super::layout::{Drawing, Layout};
use super::{pdf, preview};
use crate::device::photo::Picture;
use crate::domain::text::sanitise;

/// What stands on a card. The caller gives every word but DEMO and TEST, which are no words of a language.
#[derive(Clone, PartialEq, Eq)]
pub struct CardFace {
    /// The holder's name as on the plastic.
    pub name: String,
    /// The 12-digit number in fours, `5551 0203 4417`.
    pub number_spaced: String,
    /// The holder's photo as a JPEG, 4:5; it goes into the PDF as it is.
    pub photo_jpeg: Vec<u8>,
    /// The words in the band at the top.
    pub band_text: String,
    /// Whether the card says DEMO and TEST in large letters.
    pub demo: bool,
}

impl fmt::Debug for CardFace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardFace(demo: {}, photo: {} bytes)", self.demo, self.photo_jpeg.len())
    }
}

/// What differs from printer to printer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct FaceSettings {
    /// How far the page runs over each edge of the card, in mm: 0 to 3. Edge-to-edge drivers want 1 to 1.5.
    pub bleed_mm: f32,
}

/// Why a face can't be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FaceFault {
    /// There is no name.
    #[error("the card has no name")]
    NoName,
    /// Even in two small lines the name does not fit; a shorter name for the card is to be agreed.
    #[error("the name is too long for the card")]
    NameTooLong,
    /// The band's words do not fit.
    #[error("the text of the band is too long for the card")]
    BandTextTooLong,
    /// The number does not fit: it is not a card number.
    #[error("the number is too long for the card")]
    NumberTooLong,
    /// No font on board shows this character.
    #[error("the card can't show the character U+{:04X}", u32::from(*.0))]
    NoGlyph(char),
    /// The photo is no JPEG in colour or grey, or is larger than 4 MB.
    #[error("the photo for the card is not a JPEG")]
    Photo,
    /// The photo is not 4:5 and would be stretched.
    #[error("the photo for the card is not 4:5")]
    PhotoShape,
    /// The bleed is not 0 to 3 mm.
    #[error("the bleed must be 0 to 3 mm")]
    Bleed,
    /// A font on board is damaged.
    #[error("a font of the program is damaged")]
    Font,
    /// The layout on board is damaged.
    #[error("the card layout of the program is damaged")]
    Layout,
    /// The PDF could not be written.
    #[error("the PDF of the card could not be made")]
    Pdf,
}

/// A face as the printer gets it.
#[derive(Clone, PartialEq, Eq)]
pub struct FacePdf {
    /// The PDF: one page. The same face gives the same bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes, for the print journal.
    pub sha256: [u8; 32],
}

impl fmt::Debug for FacePdf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FacePdf({} bytes)", self.bytes.len())
    }
}

/// The bleed a setting may ask for.
const BLEED_MAX_MM: f32 = 3.0;
/// The largest photo taken: printers hold a job in memory.
const PHOTO_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The face as a one-page PDF of CR80 size plus the bleed.
pub fn face_pdf(face: &CardFace, settings: &FaceSettings) -> Result<FacePdf, FaceFault> {
    let bytes = pdf::write(&drawing(face, settings)?, &face.photo_jpeg)?;
    let sha256 = Sha256::digest(&bytes).into();
    Ok(FacePdf { bytes, sha256 })
}

/// The same face as a picture `width` pixels wide (100 to 2000), for the screen. The chip's place is outlined.
pub fn face_preview(face: &CardFace, settings: &FaceSettings, width: u32) -> Result<Picture, FaceFault> {
    preview::paint(&drawing(face, settings)?, &face.photo_jpeg, width.clamp(100, 2_000))
}

fn drawing(face: &CardFace, settings: &FaceSettings) -> Result<Drawing, FaceFault> {
    if !(0.0..=BLEED_MAX_MM).contains(&settings.bleed_mm) {
        return Err(FaceFault::Bleed);
    }
    check_photo(&face.photo_jpeg)?;
    let tidy = |text: &str| sanitise(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let clean = CardFace {
        name: tidy(&face.name),
        number_spaced: tidy(&face.number_spaced),
        photo_jpeg: Vec::new(),
        band_text: tidy(&face.band_text),
        demo: face.demo,
    };
    if clean.name.is_empty() {
        return Err(FaceFault::NoName);
    }
    Layout::standard()?.draw(&clean, settings.bleed_mm)
}

/// A crop's height is rounded, so its shape may be off by a part of a hundred.
fn check_photo(jpeg: &[u8]) -> Result<(), FaceFault> {
    if jpeg.len() > PHOTO_BYTES_MAX {
        return Err(FaceFault::Photo);
    }
    let (width, height) = pdf::photo_size(jpeg)?;
    let shape = f64::from(width) / f64::from(height.max(1));
    if (shape / 0.8 - 1.0).abs() > 0.01 { Err(FaceFault::PhotoShape) } else { Ok(()) }
}
