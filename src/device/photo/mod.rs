//! The holder's photo: from the camera's bytes to a checked crop. Blocking; an owner thread calls it.
//!
//! The way of a picture: a source ([`HotFolder`], [`test_portrait`]) gives bytes, [`intake()`] makes a bounded, upright
//! [`Picture`] without metadata, [`Crop`] cuts it to 4:5, [`quality::measure`] judges the crop, and [`jpeg`] or
//! [`jpeg_within`] makes what is stored or printed.

mod crop;
mod format;
mod hot_folder;
mod intake;
mod picture;
mod preview;
pub mod quality;
mod test_pattern;

pub use crate::domain::crop::{Crop, WIDTH_MIN};
pub use crop::{JpegFault, jpeg, jpeg_within, render, resized};
pub use hot_folder::{FolderFault, HotFolder, Taken};
pub use intake::{BYTES_MAX, PIXELS_MAX, PhotoFault, SIDE_MAX, intake};
pub use picture::Picture;
pub use preview::half_blocks;
pub use quality::{Finding, Measure, Quality, Verdict, measure};
pub use test_pattern::test_portrait;
