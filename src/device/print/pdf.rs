//! A drawing as a PDF. printpdf writes the file; shaping, placing and subsetting are done before, since printpdf does
//! none of them right for names with marks (`notes` photo-print 6).

use std::collections::BTreeMap;
use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::{ColorType, ImageDecoder};
use printpdf::{
    Codepoint, Color, DictItem, ExternalStream, ExternalXObject, FontId, Greyscale, Op, PaintMode, ParsedFont,
    PdfDocument, PdfFont, PdfFontHandle, PdfFontMetricsStub, PdfPage, PdfSaveOptions, Pt, Rect, Rgb, TextItem,
    TextMatrix, XObject, XObjectId, XObjectTransform,
};
use sha2::{Digest, Sha256};
use subsetter::GlyphRemapper;

use super::face::FaceFault;
use super::fonts::Font;
use super::layout::{Area, Drawing, Ink, Item};
use super::shape::{Cluster, Line};

/// The PDF of a drawing, with the JPEG passed through as it is.
pub(super) fn write(drawing: &Drawing, photo_jpeg: &[u8]) -> Result<Vec<u8>, FaceFault> {
    let mut fonts = Fonts::of(drawing);
    let mut ops = Vec::new();
    for item in &drawing.items {
        match item {
            Item::Fill { area, ink } => {
                ops.push(Op::SetFillColor { col: colour(*ink) });
                let rectangle = Rect { mode: Some(PaintMode::Fill), ..rect(*area, drawing.bleed) };
                ops.push(Op::DrawRectangle { rectangle });
            }
            Item::Photo { area } => ops.push(Op::UseXobject { id: photo_id(), transform: over(*area, drawing.bleed) }),
            Item::Text { line, x, y, size, ink } => {
                ops.push(Op::SetFillColor { col: colour(*ink) });
                fonts.show(&mut ops, line, (x + drawing.bleed, y + drawing.bleed), *size)?;
            }
        }
    }
    let mut document = PdfDocument::new("Card");
    document.resources.xobjects.map.insert(photo_id(), photo(photo_jpeg)?);
    for (font, used) in &fonts.used {
        document.resources.fonts.map.insert(font_id(*font), PdfFont::new(used.embedded(*font)?));
    }
    let card = Area { x: 0.0, y: 0.0, w: drawing.width, h: drawing.height };
    let sheet =
        Area { x: -drawing.bleed, y: -drawing.bleed, w: card.w + 2.0 * drawing.bleed, h: card.h + 2.0 * drawing.bleed };
    let (trim_box, sheet) = (page_box(card, drawing.bleed), page_box(sheet, drawing.bleed));
    document.pages.push(PdfPage { media_box: sheet.clone(), crop_box: sheet, trim_box, ops });
    let mut warnings = Vec::new();
    let mut bytes = document.save(&PdfSaveOptions::default(), &mut warnings);
    settle_id(&mut bytes)?;
    Ok(bytes)
}

fn colour(ink: Ink) -> Color {
    match ink {
        Ink::Black => Color::Greyscale(Greyscale::new(0.0, None)),
        Ink::White => Color::Greyscale(Greyscale::new(1.0, None)),
        Ink::Rgb([r, g, b]) => {
            let part = |c: u8| f32::from(c) / 255.0;
            Color::Rgb(Rgb::new(part(r), part(g), part(b), None))
        }
    }
}

fn rect(area: Area, bleed: f32) -> Rect {
    Rect {
        x: Pt(area.x + bleed),
        y: Pt(area.y + bleed),
        width: Pt(area.w),
        height: Pt(area.h),
        mode: None,
        winding_order: None,
    }
}

/// A page box. printpdf 0.12 writes width and height where a PDF has the right and upper edge, so these go in there.
fn page_box(area: Area, bleed: f32) -> Rect {
    let rect = rect(area, bleed);
    Rect { width: rect.x + rect.width, height: rect.y + rect.height, ..rect }
}

fn photo_id() -> XObjectId {
    XObjectId("Photo".to_owned())
}

fn font_id(font: Font) -> FontId {
    FontId(font.name().replace('-', ""))
}

/// Where the unit square of an image goes.
fn over(area: Area, bleed: f32) -> XObjectTransform {
    XObjectTransform {
        translate_x: Some(Pt(area.x + bleed)),
        translate_y: Some(Pt(area.y + bleed)),
        scale_x: Some(area.w),
        scale_y: Some(area.h),
        no_auto_scale: true,
        ..XObjectTransform::default()
    }
}

/// Width and height of a JPEG.
pub(super) fn photo_size(jpeg: &[u8]) -> Result<(u32, u32), FaceFault> {
    JpegDecoder::new(Cursor::new(jpeg)).map(|decoder| decoder.dimensions()).map_err(|_| FaceFault::Photo)
}

/// The JPEG as an image object, byte for byte: encoding it again would cost quality.
fn photo(jpeg: &[u8]) -> Result<XObject, FaceFault> {
    let decoder = JpegDecoder::new(Cursor::new(jpeg)).map_err(|_| FaceFault::Photo)?;
    let (width, height) = decoder.dimensions();
    let space = match decoder.color_type() {
        ColorType::L8 => "DeviceGray",
        ColorType::Rgb8 => "DeviceRGB",
        _ => return Err(FaceFault::Photo),
    };
    let name = |text: &str| DictItem::Name(text.as_bytes().to_vec());
    let dict = BTreeMap::from([
        ("Type".to_owned(), name("XObject")),
        ("Subtype".to_owned(), name("Image")),
        ("Width".to_owned(), DictItem::Int(width.into())),
        ("Height".to_owned(), DictItem::Int(height.into())),
        ("ColorSpace".to_owned(), name(space)),
        ("BitsPerComponent".to_owned(), DictItem::Int(8)),
        ("Filter".to_owned(), name("DCTDecode")),
    ]);
    let stream = ExternalStream { dict, content: jpeg.to_vec(), compress: false };
    Ok(XObject::External(ExternalXObject { stream, width: None, height: None, dpi: None }))
}

/// The glyphs of one font that a card uses, and what each stands for.
#[derive(Default)]
struct Used {
    remapper: GlyphRemapper,
    /// By the glyph's number in the subset.
    texts: BTreeMap<u16, String>,
}

struct Fonts {
    used: BTreeMap<Font, Used>,
}

impl Fonts {
    fn of(drawing: &Drawing) -> Self {
        let mut used: BTreeMap<Font, Used> = BTreeMap::new();
        for item in &drawing.items {
            let Item::Text { line, .. } = item else { continue };
            for cluster in &line.clusters {
                let font = used.entry(cluster.font).or_default();
                for glyph in &cluster.glyphs {
                    font.remapper.remap(glyph.id);
                }
            }
        }
        Self { used }
    }

    /// One line of text. A cluster whose glyphs do not each stand for its own text says it as a whole (ActualText, ISO
    /// 32000-1 14.9.4), so that a reader, a search and `pdftotext` get the name as it was typed.
    fn show(&mut self, ops: &mut Vec<Op>, line: &Line, (x, y): (f32, f32), size: f32) -> Result<(), FaceFault> {
        ops.push(Op::StartTextSection);
        let mut current = None;
        for cluster in &line.clusters {
            if current != Some(cluster.font) {
                let font = PdfFontHandle::External(font_id(cluster.font));
                ops.push(Op::SetFont { font, size: Pt(size) });
                current = Some(cluster.font);
            }
            let used = self.used.get_mut(&cluster.font).ok_or(FaceFault::Font)?;
            let spelled = used.spells(cluster)?;
            if !spelled {
                ops.push(Op::BeginMarkedContentWithProperties {
                    tag: "Span".to_owned(),
                    properties: actual(&cluster.text),
                });
            }
            for glyph in &cluster.glyphs {
                let id = used.remapper.get(glyph.id).ok_or(FaceFault::Font)?;
                let text = used.texts.get(&id).cloned().unwrap_or_default();
                let matrix = TextMatrix::Raw([1.0, 0.0, 0.0, 1.0, x + glyph.x * size, y + glyph.y * size]);
                ops.push(Op::SetTextMatrix { matrix });
                ops.push(Op::ShowText { items: vec![TextItem::GlyphIds(vec![Codepoint::with_cid(id, 0.0, text)])] });
            }
            if !spelled {
                ops.push(Op::EndMarkedContent);
            }
        }
        ops.push(Op::EndTextSection);
        Ok(())
    }
}

impl Used {
    /// Whether the font's own table gives the cluster's text. A glyph stands for one text in the whole file, so the
    /// first use decides.
    fn spells(&mut self, cluster: &Cluster) -> Result<bool, FaceFault> {
        if let [glyph] = cluster.glyphs.as_slice() {
            let id = self.remapper.get(glyph.id).ok_or(FaceFault::Font)?;
            return Ok(*self.texts.entry(id).or_insert_with(|| cluster.text.clone()) == cluster.text);
        }
        Ok(false)
    }

    /// The subset as printpdf takes a font: glyphs and widths, no character table.
    fn embedded(&self, font: Font) -> Result<ParsedFont, FaceFault> {
        let face = font.face()?;
        let bytes = subsetter::subset(font.bytes(), 0, &self.remapper).map_err(|_| FaceFault::Font)?;
        let width = |old: u16| face.glyph_hor_advance(rustybuzz::ttf_parser::GlyphId(old)).unwrap_or(0);
        let widths = self
            .remapper
            .remapped_gids()
            .enumerate()
            .filter_map(|(new, old)| Some((u16::try_from(new).ok()?, width(old))));
        let units = u16::try_from(face.units_per_em()).map_err(|_| FaceFault::Font)?;
        let metrics = printpdf::FontMetrics { ascent: face.ascender(), descent: face.descender() };
        let name = format!("{}+{}", subset_tag(&bytes), font.name());
        let mut parsed =
            ParsedFont::with_glyph_data(bytes, 0, Some(name), BTreeMap::new(), widths.collect(), units, metrics);
        let bounds = face.global_bounding_box();
        parsed.pdf_font_metrics = PdfFontMetricsStub {
            units_per_em: units,
            x_min: bounds.x_min,
            y_min: bounds.y_min,
            x_max: bounds.x_max,
            y_max: bounds.y_max,
            us_weight_class: face.weight().to_number(),
            ..PdfFontMetricsStub::default()
        };
        Ok(parsed)
    }
}

/// The six letters before the name of a subset (ISO 32000-1, 9.6.4), from its content.
fn subset_tag(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}

/// A text as the property list of a marked span: UTF-16 with its mark (ISO 32000-1, 7.9.2.2).
fn actual(text: &str) -> DictItem {
    let data = [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    DictItem::Dict { map: BTreeMap::from([("ActualText".to_owned(), DictItem::String { data, literal: false })]) }
}

/// printpdf numbers each file at random; the number becomes the content's hash, so that the same face is the same file
/// and the journal's hash means something. The trailer keeps its length, so no offset moves.
fn settle_id(bytes: &mut [u8]) -> Result<(), FaceFault> {
    const MARK: &[u8] = b"/ID[(";
    const LENGTH: usize = 32;
    let start = bytes.windows(MARK.len()).rposition(|window| window == MARK).ok_or(FaceFault::Pdf)? + MARK.len();
    let (first, second) = (start..start + LENGTH, start + LENGTH + 2..start + 2 * LENGTH + 2);
    if bytes.get(first.end..second.start) != Some(b")(") || bytes.get(second.end..second.end + 1) != Some(b")") {
        return Err(FaceFault::Pdf);
    }
    // Both ranges are inside: what follows them was just read.
    bytes[first.clone()].fill(b'0');
    bytes[second.clone()].fill(b'0');
    let hash: String = Sha256::digest(&*bytes).iter().take(LENGTH / 2).map(|byte| format!("{byte:02x}")).collect();
    bytes[first].copy_from_slice(hash.as_bytes());
    bytes[second].copy_from_slice(hash.as_bytes());
    Ok(())
}
