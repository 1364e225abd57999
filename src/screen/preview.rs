//! A preview of the core as a picture of a page: its colours become brightness, since a page has no colours.

use super::page::{Block, Picture};
use crate::journey::input::Preview;
use crate::words::Words;

use super::page::PhotoView;

/// The picture with its description, and blocks beside it.
pub fn block(preview: &Preview, word: &str, beside: Vec<Block>, words: &Words) -> Block {
    Block::Photo(PhotoView { words: words.get(word), picture: picture(preview), crop: None, beside })
}

fn picture(preview: &Preview) -> Picture {
    let width = usize::from(preview.cols.max(1));
    let mut pixels = Vec::with_capacity(preview.cells.len() * 2);
    for row in preview.cells.chunks(width) {
        pixels.extend(row.iter().map(|(upper, _)| brightness(*upper)));
        pixels.extend(row.iter().map(|(_, lower)| brightness(*lower)));
    }
    Picture::HalfBlocks { width: preview.cols.max(1), pixels }
}

/// Luma of ITU-R BT.601, in integers.
fn brightness([red, green, blue]: [u8; 3]) -> u8 {
    let sum = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    u8::try_from(sum / 1000).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_halves_make_one_line_and_lower_halves_the_next() {
        let (black, white) = ([0; 3], [255; 3]);
        let preview = Preview { cols: 2, rows: 1, cells: vec![(white, black), (black, white)].into() };
        assert_eq!(picture(&preview), Picture::HalfBlocks { width: 2, pixels: vec![255, 0, 0, 255] });
    }
}
