//! The fonts a card may be set in: Noto Sans (OFL 1.1, `assets/fonts/OFL.txt`), inside the program.

use rustybuzz::Face;

use super::face::FaceFault;

/// One of the embedded fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Font {
    Regular,
    Bold,
    ArabicBold,
    HebrewBold,
}

impl Font {
    /// Where a character is looked for after the wanted font. Neither has Latin letters.
    pub(super) const FALLBACKS: [Font; 2] = [Font::ArabicBold, Font::HebrewBold];

    /// The font file.
    pub(super) fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../../../assets/fonts/NotoSans-Regular.ttf"),
            Self::Bold => include_bytes!("../../../assets/fonts/NotoSans-Bold.ttf"),
            Self::ArabicBold => include_bytes!("../../../assets/fonts/NotoSansArabic-Bold.ttf"),
            Self::HebrewBold => include_bytes!("../../../assets/fonts/NotoSansHebrew-Bold.ttf"),
        }
    }

    /// Its PostScript name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Regular => "NotoSans-Regular",
            Self::Bold => "NotoSans-Bold",
            Self::ArabicBold => "NotoSansArabic-Bold",
            Self::HebrewBold => "NotoSansHebrew-Bold",
        }
    }

    /// The font, ready to shape and to give outlines.
    pub(super) fn face(self) -> Result<Face<'static>, FaceFault> {
        Face::from_slice(self.bytes(), 0).ok_or(FaceFault::Font)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_opens_and_has_figures_of_one_width() {
        for font in [Font::Regular, Font::Bold] {
            let face = font.face().unwrap();
            let widths: Vec<_> =
                ('0'..='9').map(|c| face.glyph_hor_advance(face.glyph_index(c).unwrap()).unwrap()).collect();
            assert!(widths.windows(2).all(|two| two[0] == two[1]), "{widths:?}");
        }
        assert!(Font::FALLBACKS.iter().all(|font| font.face().is_ok()));
    }
}
