//! A photo as sixels, over the half-blocks of the same photo. Ratatui knows nothing of it and writes only cells that changed:
//! so the rows below are written again when the picture goes, and the picture when they were.

use std::io::{self, Write};

use ratatui::backend::Backend;
use ratatui::buffer::{Buffer, Cell, CellDiffOption};
use ratatui::layout::Rect;

use crate::device::photo::{Picture, resized};
use crate::journey::preview::Pixels;

/// Width and height of a cell in pixels where the terminal does not say: that of the console's font.
const CELL: (u16, u16) = (8, 16);
/// No cell is larger than this, whatever the terminal says: the work stays bounded.
const CELL_MAX: (u16, u16) = (32, 64);
/// Sixels come in bands of this many rows of pixels. A band that begins is wholly taken from the screen by some terminals,
/// so none is begun that does not fit.
const BAND: u32 = 6;

/// What the terminal shows, and over what.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    picture: Pixels,
    place: Rect,
    /// The cells below. When one of them changes ratatui writes it, through the picture.
    below: Vec<Cell>,
    /// A terminal that changes its size is cleared.
    screen: Rect,
    cell: (u16, u16),
}

/// The one picture of a screen.
#[derive(Debug, Default)]
pub struct Sixel {
    shown: Option<Shown>,
}

impl Sixel {
    /// After a frame was written: takes the old picture away and writes the new one, if anything of it changed. True if
    /// something was written; the cursor is elsewhere then. `frame` is what was written, `picture` what is to be seen and
    /// where, `cell` the size of a cell in pixels.
    ///
    /// Errors: the terminal has gone.
    pub fn after<B>(
        &mut self,
        backend: &mut B,
        frame: &Buffer,
        picture: Option<(Pixels, Rect)>,
        cell: (u16, u16),
    ) -> io::Result<bool>
    where
        B: Backend<Error = io::Error> + Write,
    {
        let wanted = picture.map(|(picture, place)| {
            let below = place.positions().filter_map(|at| frame.cell(at).cloned()).collect();
            Shown { picture, place, below, screen: frame.area, cell }
        });
        if wanted == self.shown {
            return Ok(false);
        }
        if let Some(old) = self.shown.take() {
            let rows = rows_again(frame, old.place);
            backend.draw(Buffer::empty(rows.area).diff(&rows).into_iter())?;
        }
        if let Some(new) = &wanted
            && let Some(sixels) = encode(&new.picture, new.place, new.cell)
        {
            backend.set_cursor_position(new.place.as_position())?;
            backend.write_all(sixels.as_bytes())?;
        }
        self.shown = wanted;
        Ok(true)
    }
}

/// The rows a picture lay on, whole (a wide sign may begin before it), each cell to be written.
fn rows_again(frame: &Buffer, place: Rect) -> Buffer {
    let area = Rect { x: frame.area.x, width: frame.area.width, ..place }.intersection(frame.area);
    let mut rows = Buffer::empty(area);
    for at in area.positions() {
        if let (Some(to), Some(from)) = (rows.cell_mut(at), frame.cell(at)) {
            to.clone_from(from);
            to.diff_option = CellDiffOption::AlwaysUpdate;
        }
    }
    rows
}

/// Width and height of a cell in pixels.
pub fn cell_pixels() -> (u16, u16) {
    crossterm::terminal::window_size()
        .ok()
        .and_then(|size| Some((size.width.checked_div(size.columns)?, size.height.checked_div(size.rows)?)))
        .filter(|(width, height)| *width > 0 && *height > 0)
        .map_or(CELL, |(width, height)| (width.min(CELL_MAX.0), height.min(CELL_MAX.1)))
}

/// The picture in the pixels of its place. None: it can't be shown so, and the cells below are the picture.
fn encode(picture: &Pixels, place: Rect, cell: (u16, u16)) -> Option<String> {
    let width = u32::from(place.width) * u32::from(cell.0);
    let height = u32::from(place.height) * u32::from(cell.1) / BAND * BAND;
    let picture = Picture::from_rgb(picture.width, picture.height, &*picture.rgb)?;
    if width == 0 || height == 0 {
        return None;
    }
    let fitted = resized(&picture, width, height);
    let width = usize::try_from(width).ok()?;
    let indices: Vec<u8> = fitted
        .rgb()
        .chunks_exact(3)
        .enumerate()
        .map(|(at, pixel)| colour([pixel[0], pixel[1], pixel[2]], at % width, at / width))
        .collect();
    Some(sixels(&indices, width))
}

/// Levels of red, green and blue: a cube of 216 colours, which every terminal with sixels has room for.
const LEVELS: u8 = 6;
/// Ordered dither (Bayer, 4 x 4): without it a cheek is three flat patches.
const DITHER: [[i32; 4]; 4] = [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]];

/// The place of a pixel's colour in the cube.
fn colour(pixel: [u8; 3], x: usize, y: usize) -> u8 {
    let step = 255 / i32::from(LEVELS - 1);
    let nudge = (DITHER[y % 4][x % 4] * 2 - 15) * step / 32;
    let level = |value: u8| {
        let near = (i32::from(value) + nudge + step / 2) / step;
        u8::try_from(near.clamp(0, i32::from(LEVELS - 1))).unwrap_or(0)
    };
    (level(pixel[0]) * LEVELS + level(pixel[1])) * LEVELS + level(pixel[2])
}

/// The control string: size, the colours used, then band by band each colour's six rows (DEC STD 070, sixel graphics).
fn sixels(indices: &[u8], width: usize) -> String {
    let height = indices.len() / width.max(1);
    let mut out = format!("\x1bP0;1;0q\"1;1;{width};{height}");
    let mut used = [false; 216];
    indices.iter().for_each(|index| used[usize::from(*index)] = true);
    for (index, _) in (0u8..).zip(used).filter(|(_, used)| *used) {
        let percent = |level: u8| u32::from(level) * 100 / u32::from(LEVELS - 1);
        let (red, green, blue) = (index / LEVELS / LEVELS, index / LEVELS % LEVELS, index % LEVELS);
        out.push_str(&format!("#{index};2;{};{};{}", percent(red), percent(green), percent(blue)));
    }
    for band in indices.chunks(width * 6) {
        // For each colour of the band the bits of its six rows, column by column.
        let mut rows: std::collections::BTreeMap<u8, Vec<u8>> = std::collections::BTreeMap::new();
        for (at, index) in band.iter().enumerate() {
            let bits = rows.entry(*index).or_insert_with(|| vec![0; width]);
            if let Some(bits) = bits.get_mut(at % width) {
                *bits |= 1 << (at / width);
            }
        }
        for (index, bits) in rows {
            out.push_str(&format!("#{index}"));
            for run in bits.chunk_by(|a, b| a == b) {
                let sign = char::from(b'?' + run.first().copied().unwrap_or(0));
                if run.len() > 3 {
                    out.push_str(&format!("!{}{sign}", run.len()));
                } else {
                    out.extend(std::iter::repeat_n(sign, run.len()));
                }
            }
            out.push('$');
        }
        out.push('-');
    }
    out.push_str("\x1b\\");
    out
}
