//! A picture for a terminal without graphics: two pixels a cell.

use image::imageops;

use super::picture::Picture;

/// The most columns or rows drawn: no terminal is larger, and the work stays bounded.
const CELLS_MAX: u16 = 500;

/// The picture as cells of (upper colour, lower colour), to be drawn with the upper half block.
///
/// It keeps its aspect (a cell counts as twice as high as wide) and fills `cols` x `rows` in one direction; so fewer
/// rows or columns may come back. Rows all have the same length.
pub fn half_blocks(picture: &Picture, cols: u16, rows: u16) -> Vec<Vec<([u8; 3], [u8; 3])>> {
    let (cols, rows) = (u32::from(cols.min(CELLS_MAX)), u32::from(rows.min(CELLS_MAX)));
    let (w, h) = (picture.width(), picture.height());
    if cols == 0 || rows == 0 {
        return Vec::new();
    }
    let scaled =
        |a: u32, by: u32, over: u32| u32::try_from(u64::from(a) * u64::from(by) / u64::from(over)).unwrap_or(a);
    let wide_enough = u64::from(cols) * u64::from(h) <= u64::from(rows) * 2 * u64::from(w);
    let (out_w, out_h) =
        if wide_enough { (cols, scaled(cols, h, w).max(1)) } else { (scaled(rows * 2, w, h).max(1), rows * 2) };
    let small = picture.view().and_then(|view| Picture::from_image(imageops::thumbnail(&view, out_w, out_h)));
    let Some(small) = small else { return Vec::new() };
    (0..out_h.div_ceil(2))
        // A last odd row repeats its upper pixel below: `pixel` takes places outside to the nearest edge.
        .map(|row| (0..out_w).map(|x| (small.pixel(x, row * 2), small.pixel(x, row * 2 + 1))).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_and_lower_half_of_a_cell_are_two_pixels() {
        let picture = Picture::from_rgb(1, 2, vec![255, 0, 0, 0, 0, 255]).unwrap();
        assert_eq!(half_blocks(&picture, 1, 1), [[([255, 0, 0], [0, 0, 255])]]);
    }

    #[test]
    fn a_portrait_keeps_its_aspect_in_a_wide_space() {
        let picture = Picture::from_rgb(40, 50, vec![9; 40 * 50 * 3]).unwrap();
        let cells = half_blocks(&picture, 80, 10);
        assert_eq!((cells.len(), cells[0].len()), (10, 16));
        assert!(half_blocks(&picture, 0, 10).is_empty());
    }
}
