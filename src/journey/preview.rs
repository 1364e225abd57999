//! A picture as a terminal can show it.

use std::fmt;
use std::sync::Arc;

/// A picture in terminal cells: upper and lower half of each cell, red, green, blue.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// Width in cells.
    pub cols: u16,
    /// Height in cells.
    pub rows: u16,
    /// Row by row.
    pub cells: Arc<[([u8; 3], [u8; 3])]>,
    /// The same picture in pixels, for a terminal that can show them. None: cells alone.
    pub pixels: Option<Pixels>,
}

impl fmt::Debug for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "preview {}x{}", self.cols, self.rows)
    }
}

/// A picture in pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Red, green, blue, row by row: `width * height * 3` bytes.
    pub rgb: Arc<[u8]>,
}

impl fmt::Debug for Pixels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pixels {}x{}", self.width, self.height)
    }
}
