//! A preview of the core as a picture of a page.

use super::page::{Block, PhotoView, Picture};
use crate::journey::input::Preview;
use crate::words::Words;

/// The picture with its description, and blocks beside it.
pub fn block(preview: &Preview, word: &str, beside: Vec<Block>, words: &Words) -> Block {
    let picture = Picture::Cells(preview.clone());
    Block::Photo(PhotoView { words: words.get(word), picture, crop: None, beside })
}
