//! Pictures in cells: half-blocks in four greys of the sixteen colours, or shades where there is no colour.

use ratatui::style::{Color, Style};
use ratatui::text::Span;

use super::laid::{Laid, PlacedPicture};
use super::{Pen, lay_all};
use crate::journey::preview::{Pixels, Preview};
use crate::screen::page::{Crop, PhotoView, Picture};
use crate::screen::theme::{Theme, ThemeName};

/// Blocks beside a picture get at least this many cells.
const BESIDE_CELLS_MIN: usize = 32;

/// Space between a picture and what stands beside it.
const SPACE: usize = 3;

/// A picture is never drawn with fewer rows of cells than this: it scrolls instead.
const ROWS_MIN: usize = 6;

/// A picture, and the blocks beside it where there is room.
pub fn photo(pen: Pen<'_>, view: &PhotoView) -> Laid {
    let beside = !view.beside.is_empty() && pen.width >= 2 * BESIDE_CELLS_MIN;
    let columns = if beside { pen.width - BESIDE_CELLS_MIN - SPACE } else { pen.width };
    let mut laid = picture(pen, view, columns, pen.rows.max(ROWS_MIN));
    let used = laid.lines.iter().map(super::laid::line_cells).max().unwrap_or(0);
    if beside {
        let x = used + SPACE;
        laid.put_beside(lay_all(pen.with_width(pen.width - x), &view.beside), x);
    } else {
        laid.append(lay_all(pen, &view.beside));
    }
    laid
}

fn picture(pen: Pen<'_>, view: &PhotoView, columns: usize, rows: usize) -> Laid {
    let mut laid = Laid::default();
    match &view.picture {
        Picture::HalfBlocks { width, pixels } => {
            match Grey::new(*width, pixels) {
                Some(grey) => half_blocks(pen.theme, &grey.fitted(columns, rows * 2), view.crop, &mut laid),
                None => laid.text(&view.words, pen.theme.muted, 0, columns),
            };
        }
        Picture::Cells(preview) => match Grey::of(preview) {
            None => laid.text(&view.words, pen.theme.muted, 0, columns),
            Some(grey) => {
                if pen.theme.name == ThemeName::Normal {
                    colours(preview, columns, rows, &mut laid);
                } else {
                    half_blocks(pen.theme, &grey.fitted(columns, rows * 2), view.crop, &mut laid);
                }
                if let (Some(pixels), true) = (&preview.pixels, pen.theme.name != ThemeName::Mono) {
                    place(pixels, &mut laid);
                }
            }
        },
    }
    laid
}

/// Tells where the pixels of a picture belong: over its cells, which stay below for a terminal that shows no pixels.
fn place(pixels: &Pixels, laid: &mut Laid) {
    let columns = laid.lines.iter().map(super::laid::line_cells).max().unwrap_or(0);
    if let (Ok(columns), Ok(rows)) = (u16::try_from(columns), u16::try_from(laid.lines.len())) {
        laid.pictures.push(PlacedPicture { picture: pixels.clone(), x: 0, line: 0, columns, rows });
    }
}

/// A picture in the colours of its cells; made smaller by leaving cells out.
fn colours(preview: &Preview, columns: usize, rows: usize, laid: &mut Laid) {
    let (wide, high) = (usize::from(preview.cols), usize::from(preview.rows));
    let (to_wide, to_high) = fit(wide, high, columns, rows);
    let cell = |x: usize, y: usize| preview.cells.get(y * high / to_high * wide + x * wide / to_wide).copied();
    let colour = |[r, g, b]: [u8; 3]| Color::Rgb(r, g, b);
    let span = |(upper, lower)| Span::styled("\u{2580}", Style::new().fg(colour(upper)).bg(colour(lower)));
    for y in 0..to_high {
        laid.push((0..to_wide).filter_map(|x| cell(x, y)).map(span).collect());
    }
}

/// How bright a colour looks (ITU-R BT.601 weights).
fn brightness([r, g, b]: [u8; 3]) -> u8 {
    u8::try_from((u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000).unwrap_or(u8::MAX)
}

/// The largest size of the same shape inside `columns` and `rows`, never larger than it is.
fn fit(wide: usize, high: usize, columns: usize, rows: usize) -> (usize, usize) {
    let (wide, high, columns, rows) = (wide.max(1), high.max(1), columns.max(1), rows.max(1));
    if wide <= columns && high <= rows {
        (wide, high)
    } else if wide * rows > high * columns {
        (columns, (high * columns / wide).max(1))
    } else {
        ((wide * rows / high).max(1), rows)
    }
}

/// Grey pixels with their scale to the original.
struct Grey {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
    original_width: usize,
}

impl Grey {
    fn new(width: u16, pixels: &[u8]) -> Option<Self> {
        let width = usize::from(width);
        let height = pixels.len().checked_div(width)?;
        (height > 0).then(|| Self { width, height, pixels: pixels.to_vec(), original_width: width })
    }

    /// The cells without their colours; none if their number does not fit the size.
    fn of(preview: &Preview) -> Option<Self> {
        let (wide, high) = (usize::from(preview.cols), usize::from(preview.rows));
        if wide == 0 || high == 0 || preview.cells.len() != wide * high {
            return None;
        }
        let row = |cells: &[([u8; 3], [u8; 3])]| {
            let upper: Vec<u8> = cells.iter().map(|(upper, _)| brightness(*upper)).collect();
            [upper, cells.iter().map(|(_, lower)| brightness(*lower)).collect()].concat()
        };
        Self::new(preview.cols, &preview.cells.chunks(wide).flat_map(row).collect::<Vec<u8>>())
    }

    /// Brightness at a pixel; black outside.
    fn at(&self, x: usize, y: usize) -> u8 {
        if x >= self.width { 0 } else { self.pixels.get(y * self.width + x).copied().unwrap_or(0) }
    }

    /// Made smaller to fit, each new pixel the mean of those it covers.
    fn fitted(&self, columns: usize, rows: usize) -> Grey {
        let (width, height) = fit(self.width, self.height, columns, rows);
        let mean = |x: usize, y: usize| {
            let (left, right) =
                (x * self.width / width, ((x + 1) * self.width / width).max(x * self.width / width + 1));
            let (top, bottom) =
                (y * self.height / height, ((y + 1) * self.height / height).max(y * self.height / height + 1));
            let covered = (top..bottom).flat_map(|py| (left..right).map(move |px| (px, py)));
            let sum: usize = covered.map(|(px, py)| usize::from(self.at(px, py))).sum();
            u8::try_from(sum / ((right - left) * (bottom - top))).unwrap_or(u8::MAX)
        };
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| mean(x, y)).collect();
        Grey { width, height, pixels, original_width: self.original_width }
    }
}

fn half_blocks(theme: &Theme, grey: &Grey, crop: Option<Crop>, laid: &mut Laid) {
    let corners = crop.map(|crop| corners(crop, grey)).unwrap_or_default();
    for row in 0..grey.height.div_ceil(2) {
        let mut spans = Vec::with_capacity(grey.width);
        for x in 0..grey.width {
            let corner = corners.iter().find(|(cx, cy, _)| (*cx, *cy) == (x, row));
            if let Some((_, _, sign)) = corner {
                spans.push(Span::styled(*sign, theme.focus));
                continue;
            }
            let (upper, lower) = (grey.at(x, row * 2), grey.at(x, row * 2 + 1));
            spans.push(if theme.name == ThemeName::Mono {
                Span::styled(shade(upper, lower), theme.text)
            } else {
                let (sign, front, ground) = half_block(level(upper, x, row * 2), level(lower, x, row * 2 + 1));
                Span::styled(sign, Style::new().fg(front).bg(ground))
            });
        }
        laid.push(spans);
    }
}

/// The four corners of the part that will be on the card, as cells.
fn corners(crop: Crop, grey: &Grey) -> Vec<(usize, usize, &'static str)> {
    let scale = |pixel: usize| pixel * grey.width / grey.original_width.max(1);
    let left = scale(usize::from(crop.x));
    let right =
        scale(usize::from(crop.x) + usize::from(crop.width)).saturating_sub(1).min(grey.width.saturating_sub(1));
    let top = scale(usize::from(crop.y)) / 2;
    let bottom = (scale(usize::from(crop.y) + usize::from(crop.height)).saturating_sub(1) / 2)
        .min(grey.height.saturating_sub(1) / 2);
    vec![(left, top, "\u{250c}"), (right, top, "\u{2510}"), (left, bottom, "\u{2514}"), (right, bottom, "\u{2518}")]
}

/// The four greys of the sixteen colours, dark to light.
const GREYS: [Color; 4] = [Color::Black, Color::DarkGray, Color::Gray, Color::White];

/// Which grey, 0 to 3, with an ordered 2x2 pattern between them.
fn level(brightness: u8, x: usize, y: usize) -> usize {
    let threshold = match (x % 2, y % 2) {
        (0, 0) => 10,
        (1, 1) => 31,
        (1, 0) => 52,
        _ => 73,
    };
    ((usize::from(brightness) + threshold) / 85).min(3)
}

/// The sign and colours of two greys. A bare console has no bright grounds, so the bright one goes to the front.
fn half_block(upper: usize, lower: usize) -> (&'static str, Color, Color) {
    let grey = |level: usize| GREYS.get(level).copied().unwrap_or(Color::White);
    let bright = |level: usize| level % 2 == 1; // dark grey and white are the "bright" forms of black and grey
    if upper == lower {
        ("\u{2588}", grey(upper), if bright(upper) { grey(upper - 1) } else { grey(upper) })
    } else if bright(lower) && !bright(upper) {
        ("\u{2584}", grey(lower), grey(upper))
    } else {
        ("\u{2580}", grey(upper), grey(lower))
    }
}

/// The shade for two pixels where there is no colour.
fn shade(upper: u8, lower: u8) -> &'static str {
    match (u16::from(upper) + u16::from(lower)) / 2 {
        0..=50 => " ",
        51..=101 => "\u{2591}",
        102..=152 => "\u{2592}",
        153..=203 => "\u{2593}",
        _ => "\u{2588}",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_shape_when_it_must_shrink() {
        assert_eq!(fit(60, 96, 40, 34), (21, 34));
        assert_eq!(fit(60, 30, 40, 34), (40, 20));
        assert_eq!(fit(10, 10, 40, 34), (10, 10));
        assert_eq!(fit(0, 0, 0, 0), (1, 1));
    }

    #[test]
    fn black_and_white_stay_black_and_white_and_bright_greys_are_in_front() {
        for (x, y) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            assert_eq!(level(0, x, y), 0);
            assert_eq!(level(255, x, y), 3);
        }
        assert_eq!(half_block(0, 3), ("\u{2584}", Color::White, Color::Black));
        assert_eq!(half_block(3, 0), ("\u{2580}", Color::White, Color::Black));
        assert_eq!(half_block(2, 0), ("\u{2580}", Color::Gray, Color::Black));
    }

    #[test]
    fn a_picture_in_colours_keeps_them_or_becomes_grey() {
        let half = ([200, 10, 10], [10, 10, 200]);
        let preview = Preview { cols: 2, rows: 2, cells: vec![half; 4].into(), pixels: None };
        let mut laid = Laid::default();
        colours(&preview, 40, 20, &mut laid);
        assert_eq!((laid.lines.len(), laid.lines[0].spans.len()), (2, 2));
        assert_eq!(laid.lines[1].spans[1].style.fg, Some(Color::Rgb(200, 10, 10)));
        assert_eq!(laid.lines[1].spans[1].style.bg, Some(Color::Rgb(10, 10, 200)));
        let grey = Grey::of(&preview).unwrap();
        assert_eq!((grey.width, grey.height, grey.at(0, 0), grey.at(1, 3)), (2, 4, 66, 31));
        assert!(Grey::of(&Preview { cols: 3, rows: 3, cells: vec![half; 4].into(), pixels: None }).is_none());
    }

    #[test]
    fn a_picture_without_pixels_is_no_picture() {
        assert!(Grey::new(0, &[1, 2]).is_none());
        assert!(Grey::new(5, &[1, 2]).is_none());
        assert_eq!(Grey::new(2, &[0, 100, 100, 200]).unwrap().fitted(1, 1).pixels, [100]);
    }
}
