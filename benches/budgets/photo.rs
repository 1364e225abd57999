//! What one photo adds to a desk's memory: a picture of a 12-megapixel camera, taken in as the camera's thread does, and
//! kept. In a process of its own, since a desk takes a photo only in the middle of a visit.

use std::path::Path;
use std::process::Command;

use ra_desk::device::photo::{Picture, intake, jpeg};

use super::process::{Memory, memory};
use crate::support::tools;

/// The argument that makes the harness take a photo instead.
pub const CHILD: &str = "take-a-photo";
/// The camera's picture.
const SIZE: (u32, u32) = (3_200, 4_000);

/// Growth of a process that holds one photo, once the file it came from is let go.
pub fn growth() -> Memory {
    let folder = tempfile::tempdir().expect("a folder for a picture");
    let file = folder.path().join("picture.jpg");
    let rgb: Vec<u8> =
        (0..SIZE.0 * SIZE.1).flat_map(|at| [at / SIZE.0, at % SIZE.0, at / 97].map(|c| c as u8)).collect();
    let picture = Picture::from_rgb(SIZE.0, SIZE.1, rgb).expect("a picture");
    let bytes = jpeg(&picture, 90).expect("a JPEG");
    std::fs::write(&file, bytes).expect("a file");
    let program = std::env::current_exe().expect("this program");
    let out = tools::run(Command::new(program).arg(CHILD).arg(&file)).well().out;
    let mut numbers = out.split_whitespace().map(|word| word.parse().expect("KiB"));
    let mut number = || numbers.next().expect("two numbers");
    Memory { resident: number(), private_dirty: number() }
}

/// The child: takes the picture of this file in, and prints by how much it grew.
pub fn child(file: &Path) {
    let before = memory(std::process::id());
    let picture = intake(&std::fs::read(file).expect("a file")).expect("a picture");
    let after = memory(std::process::id());
    let grown = |after: u64, before: u64| after.saturating_sub(before);
    println!("{} {}", grown(after.resident, before.resident), grown(after.private_dirty, before.private_dirty));
    drop(picture);
}
