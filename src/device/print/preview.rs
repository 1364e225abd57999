//! A drawing as a picture for the screen: the same places and outlines as in the PDF.

use image::ImageFormat;

use super::face::FaceFault;
use super::fill::Canvas;
use super::layout::{Area, Drawing, Ink, Item};
use super::shape::Line;
use crate::device::photo::Picture;

/// The colour of the line around the chip's place. It is not printed.
const CHIP: [u8; 3] = [190, 160, 90];

pub(super) fn paint(drawing: &Drawing, photo_jpeg: &[u8], width: u32) -> Result<Picture, FaceFault> {
    let mut canvas = Canvas::new(width, (drawing.width, drawing.height));
    outline_chip(&mut canvas, drawing.chip);
    for item in &drawing.items {
        match item {
            Item::Fill { area, ink } => canvas.fill_area(*area, rgb(*ink)),
            Item::Photo { area } => {
                let photo =
                    image::load_from_memory_with_format(photo_jpeg, ImageFormat::Jpeg).map_err(|_| FaceFault::Photo)?;
                // Scaled first, so that a large photo is not shown by picking single pixels.
                let wide = (area.w / drawing.width * width as f32).round().max(1.0);
                let high = (wide * area.h / area.w).round().max(1.0);
                let small = image::imageops::thumbnail(&photo.into_rgb8(), wide as u32, high as u32);
                let (w, h) = small.dimensions();
                let small = Picture::from_rgb(w, h, small.into_raw()).ok_or(FaceFault::Photo)?;
                canvas.place(*area, &small);
            }
            Item::Text { line, x, y, size, ink } => text(&mut canvas, line, (*x, *y), *size, rgb(*ink))?,
        }
    }
    canvas.picture().ok_or(FaceFault::Layout)
}

fn rgb(ink: Ink) -> [u8; 3] {
    match ink {
        Ink::Black => [0; 3],
        Ink::White => [255; 3],
        Ink::Rgb(rgb) => rgb,
    }
}

fn text(canvas: &mut Canvas, line: &Line, (x, y): (f32, f32), size: f32, ink: [u8; 3]) -> Result<(), FaceFault> {
    let mut face = None;
    for cluster in &line.clusters {
        let open = match face.take() {
            Some((font, open)) if font == cluster.font => open,
            _ => cluster.font.face()?,
        };
        let unit = size / open.units_per_em() as f32;
        for glyph in &cluster.glyphs {
            let mut outline = canvas.outline(x + glyph.x * size, y + glyph.y * size, unit);
            // A space has no outline, and nothing is filled for it.
            open.outline_glyph(rustybuzz::ttf_parser::GlyphId(glyph.id), &mut outline);
            canvas.fill(&outline, ink);
        }
        face = Some((cluster.font, open));
    }
    Ok(())
}

fn outline_chip(canvas: &mut Canvas, chip: Area) {
    let line = 0.8;
    for (x, y, w, h) in [
        (chip.x, chip.y, chip.w, line),
        (chip.x, chip.y + chip.h - line, chip.w, line),
        (chip.x, chip.y, line, chip.h),
        (chip.x + chip.w - line, chip.y, line, chip.h),
    ] {
        canvas.fill_area(Area { x, y, w, h }, CHIP);
    }
}
