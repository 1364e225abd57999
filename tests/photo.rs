//! The photo's way in: what is taken, what is refused, and why.

#![cfg(feature = "desk")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use proptest::prelude::*;
use ra_desk::device::photo::{
    BYTES_MAX, Crop, FolderFault, HotFolder, PhotoFault, Picture, Taken, intake, jpeg, jpeg_within, render,
    test_portrait,
};

const RED: [u8; 3] = [220, 20, 20];
const GREEN: [u8; 3] = [20, 200, 20];
const BLUE: [u8; 3] = [20, 20, 220];
const WHITE: [u8; 3] = [240, 240, 240];

/// A picture whose four quarters have four colours: red, green above blue, white.
fn quarters(width: u32, height: u32) -> Picture {
    let colour = |x: u32, y: u32| match (x < width / 2, y < height / 2) {
        (true, true) => RED,
        (false, true) => GREEN,
        (true, false) => BLUE,
        (false, false) => WHITE,
    };
    let rgb: Vec<u8> = (0..height).flat_map(|y| (0..width).flat_map(move |x| colour(x, y))).collect();
    Picture::from_rgb(width, height, rgb).unwrap()
}

/// The colours of the quarters: upper left, upper right, lower left, lower right.
fn seen(picture: &Picture) -> [[u8; 3]; 4] {
    let (w, h) = (picture.width(), picture.height());
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| {
        let pixel = picture.pixel(w * x / 4, h * y / 4);
        let near = |colour: &[u8; 3]| colour.iter().zip(pixel).all(|(a, b)| a.abs_diff(b) < 30);
        [RED, GREEN, BLUE, WHITE].into_iter().find(near).unwrap_or(pixel)
    })
}

fn png(picture: &Picture, exif: Option<Vec<u8>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    if let Some(exif) = exif {
        encoder.set_exif_metadata(exif).unwrap();
    }
    encoder.write_image(picture.rgb(), picture.width(), picture.height(), ExtendedColorType::Rgb8).unwrap();
    bytes
}

/// A TIFF block with an orientation and a place name, as a camera writes it.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    tiff.extend([0x01, 0x0E, 0, 2, 0, 0, 0, 12, 0, 0, 0, 38]); // ImageDescription, ASCII, at 38
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]); // Orientation, SHORT
    tiff.extend([0, 0, 0, 0]);
    tiff.extend(b"SECRETPLACE\0");
    tiff
}

/// The JPEG with the block put in right after its start.
fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let block = [b"Exif\0\0".to_vec(), exif(orientation)].concat();
    let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &block, &jpeg[2..]].concat()
}

/// A PNG that claims a size it does not have; checksums are right.
fn png_header_bomb(side: u32) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        !bytes.iter().fold(!0u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
        })
    };
    let chunk = |kind: &[u8], data: &[u8]| {
        let body = [kind, data].concat();
        [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], &body, &crc(&body).to_be_bytes()].concat()
    };
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let empty_zlib = [0x78, 0x01, 0x01, 0, 0, 0xFF, 0xFF, 0, 0, 0, 1];
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &header), chunk(b"IDAT", &empty_zlib), chunk(b"IEND", b"")].concat()
}

/// The JPEG with another size in its frame header.
fn jpeg_header_bomb(jpeg: &[u8], side: u16) -> Vec<u8> {
    let mut bytes = jpeg.to_vec();
    let frame = bytes.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
    bytes[frame + 5..frame + 9].copy_from_slice(&[side.to_be_bytes(), side.to_be_bytes()].concat());
    bytes
}

#[test]
fn nothing_and_what_is_no_picture_are_told_apart() {
    assert_eq!(intake(b""), Err(PhotoFault::Empty));
    for bytes in [&b"a letter to the editor"[..], b"%PDF-1.3", b"GIF89a\x01\0\x01\0", &[0xFF, 0xD8], b"\x89PNG"] {
        assert_eq!(intake(bytes), Err(PhotoFault::NotAPicture));
    }
    assert_eq!(intake(b"\xff\xd8\xff and then nothing of a JPEG"), Err(PhotoFault::Unreadable));
    assert_eq!(intake(&vec![0xFF; BYTES_MAX + 1]), Err(PhotoFault::TooManyBytes));
}

#[test]
fn a_header_that_claims_too_much_is_refused_before_anything_is_decoded() {
    let began = Instant::now();
    assert_eq!(intake(&png_header_bomb(10_000)), Err(PhotoFault::TooManyPixels { megapixels: 100 }));
    assert_eq!(intake(&png_header_bomb(60_000)), Err(PhotoFault::TooManyPixels { megapixels: 3_600 }));
    let small = jpeg(&quarters(400, 400), 80).unwrap();
    assert_eq!(intake(&jpeg_header_bomb(&small, 10_000)), Err(PhotoFault::TooManyPixels { megapixels: 100 }));
    assert_eq!(intake(&jpeg_header_bomb(&small, 65_500)), Err(PhotoFault::TooManyPixels { megapixels: 4_291 }));
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[test]
fn a_picture_too_small_for_a_card_is_refused_with_its_size() {
    let fault = |w, h| intake(&png(&quarters(w, h), None));
    assert_eq!(fault(294, 600), Err(PhotoFault::TooSmall { w: 294, h: 600 }));
    assert_eq!(fault(600, 300), Err(PhotoFault::TooSmall { w: 600, h: 300 }));
    assert!(fault(295, 369).is_ok());
}

#[test]
fn every_way_to_hold_the_camera_gives_an_upright_picture() {
    let (r, g, b, w) = (RED, GREEN, BLUE, WHITE);
    // TIFF 6.0, tag 274: what the stored quarters look like when they are shown.
    let table = [
        (1, [r, g, b, w]),
        (2, [g, r, w, b]),
        (3, [w, b, g, r]),
        (4, [b, w, r, g]),
        (5, [r, b, g, w]),
        (6, [b, r, w, g]),
        (7, [w, g, b, r]),
        (8, [g, w, r, b]),
    ];
    let stored = quarters(480, 400);
    let plain = jpeg(&stored, 90).unwrap();
    for (orientation, wanted) in table {
        for bytes in [with_exif(&plain, orientation), png(&stored, Some(exif(orientation)))] {
            let picture = intake(&bytes).unwrap();
            let size = if orientation < 5 { (480, 400) } else { (400, 480) };
            assert_eq!((picture.width(), picture.height()), size, "orientation {orientation}");
            assert_eq!(seen(&picture), wanted, "orientation {orientation}");
        }
    }
    assert_eq!(seen(&intake(&plain).unwrap()), [r, g, b, w]);
}

#[test]
fn what_the_camera_wrote_beside_the_picture_does_not_go_on() {
    let bytes = with_exif(&jpeg(&quarters(400, 400), 90).unwrap(), 6);
    assert!(bytes.windows(11).any(|part| part == b"SECRETPLACE"));
    let kept = jpeg(&intake(&bytes).unwrap(), 90).unwrap();
    assert!(!kept.windows(6).any(|part| part == b"SECRET") && !kept.windows(4).any(|part| part == b"Exif"));
}

#[test]
fn a_large_picture_is_kept_at_1600_pixels_with_its_aspect() {
    let picture = intake(&jpeg(&quarters(2_400, 1_800), 80).unwrap()).unwrap();
    assert_eq!((picture.width(), picture.height()), (1_600, 1_200));
    assert_eq!(seen(&picture), [RED, GREEN, BLUE, WHITE]);
}

#[test]
fn a_picture_that_was_cut_off_is_not_taken_for_a_whole_one() {
    let portrait = test_portrait(1);
    for whole in [jpeg(&portrait, 80).unwrap(), png(&portrait, None)] {
        for part in [whole.len() / 3, whole.len() / 2, whole.len() - 40] {
            assert_eq!(intake(&whole[..part]), Err(PhotoFault::Unreadable), "{part} of {}", whole.len());
        }
    }
}

#[test]
fn what_is_see_through_becomes_white() {
    let mut bytes = Vec::new();
    let rgba: Vec<u8> =
        (0..400 * 400).flat_map(|i| if i % 400 < 200 { [9, 9, 9, 0] } else { [9, 9, 9, 255] }).collect();
    PngEncoder::new(&mut bytes).write_image(&rgba, 400, 400, ExtendedColorType::Rgba8).unwrap();
    let picture = intake(&bytes).unwrap();
    assert_eq!((picture.pixel(10, 10), picture.pixel(390, 10)), ([255; 3], [9; 3]));
}

#[test]
fn a_crop_is_what_it_frames_and_fits_on_a_chip() {
    let picture = quarters(800, 800);
    let crop = Crop::initial(800, 800).grown(-345);
    let right = render(&picture, crop.moved(800, 800), 120, 150);
    assert_eq!(seen(&right), [WHITE; 4]);
    assert_eq!((right.width(), right.height()), (120, 150));
    let face = render(&test_portrait(2), Crop::initial(640, 800), 480, 600);
    let small = jpeg_within(&face, 7_000).unwrap();
    assert!((3_000..=7_000).contains(&small.len()), "{} bytes waste the room on the chip", small.len());
    assert!(image::load_from_memory(&small).unwrap().width() >= 200);
    assert!(jpeg_within(&face, 100).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// The program ends on a panic, so a decoder that panics would end the desk.
    #[test]
    fn no_damaged_picture_takes_the_desk_down(
        is_png in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        static WHOLE: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
        let make = || [with_exif(&photo(1), 6), png(&quarters(300, 380), Some(exif(6)))];
        let mut bytes = WHOLE.get_or_init(make)[usize::from(is_png)].clone();
        for (at, byte) in changes {
            // Half of the changes hit the headers, where the damage is worst.
            let at = if byte % 2 == 0 { at.index(bytes.len()) } else { at.index(700) };
            bytes[at] = byte;
        }
        let _ = intake(&bytes);
    }
}

// ---- the hot folder ----

fn drop_in(dir: &Path, name: &str, bytes: &[u8]) {
    fs::write(dir.join(name), bytes).unwrap();
}

fn polled(folder: &mut HotFolder, looks: usize) -> Vec<Result<Taken, FolderFault>> {
    (0..looks).filter_map(|_| folder.poll()).collect()
}

fn photo(seed: u64) -> Vec<u8> {
    jpeg(&render(&test_portrait(seed), Crop::initial(640, 800), 320, 400), 80).unwrap()
}

#[test]
fn a_new_picture_is_taken_into_memory_and_leaves_the_folder() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = HotFolder::new(dir.path());
    assert!(polled(&mut folder, 2).is_empty());
    drop_in(dir.path(), "IMG\u{1b}[2J_1.JPG", &photo(1));
    assert!(folder.poll().is_none(), "one look is no proof that it is finished");
    let taken = folder.poll().unwrap().unwrap();
    assert_eq!(taken.name, "IMG[2J_1.JPG");
    assert!(intake(&taken.bytes).is_ok());
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    assert!(!format!("{taken:?}").contains("255"));
}

#[test]
fn a_half_written_picture_is_not_taken_until_it_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = HotFolder::new(dir.path());
    folder.poll();
    let bytes = photo(1);
    let mut file = fs::File::create(dir.path().join("IMG_1.JPG")).unwrap();
    assert!(polled(&mut folder, 2).is_empty(), "an empty file is a file that is about to be written");
    for part in bytes.chunks(bytes.len() / 3 + 1) {
        assert!(polled(&mut folder, 3).is_empty(), "unchanged for some looks, and still half");
        file.write_all(part).unwrap();
    }
    assert!(folder.poll().is_none());
    assert_eq!(folder.poll().unwrap().unwrap().bytes, bytes);
}

#[test]
fn a_picture_that_never_gets_finished_is_named_once_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = HotFolder::new(dir.path());
    folder.poll();
    let bytes = photo(1);
    drop_in(dir.path(), "IMG_1.JPG", &bytes[..bytes.len() / 2]);
    assert_eq!(polled(&mut folder, 30), [Err(FolderFault::Unfinished { name: "IMG_1.JPG".to_owned() })]);
    assert!(dir.path().join("IMG_1.JPG").exists());
    drop_in(dir.path(), "IMG_1.JPG", &bytes);
    assert!(polled(&mut folder, 2)[0].is_ok(), "once it is written again, it counts again");
}

#[test]
fn the_picture_of_an_earlier_person_is_never_taken() {
    let dir = tempfile::tempdir().unwrap();
    drop_in(dir.path(), "old.jpg", &photo(1));
    let mut folder = HotFolder::new(dir.path());
    assert!(polled(&mut folder, 3).is_empty());
    assert_eq!(folder.left_out(), 1);
    drop_in(dir.path(), "new.jpg", &photo(2));
    assert_eq!(polled(&mut folder, 3), [Ok(Taken { name: "new.jpg".to_owned(), bytes: photo(2) })]);
    assert!(polled(&mut folder, 3).is_empty() && dir.path().join("old.jpg").exists());
    let mut asked = HotFolder::with_present(dir.path());
    assert_eq!(polled(&mut asked, 3), [Ok(Taken { name: "old.jpg".to_owned(), bytes: photo(1) })]);
}

#[test]
fn the_newest_picture_wins_and_the_older_ones_are_left_out() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = HotFolder::new(dir.path());
    folder.poll();
    let now = std::time::SystemTime::now();
    for (name, age) in [("b.jpg", 0), ("c.jpg", 60), ("a.jpg", 120)] {
        drop_in(dir.path(), name, &photo(age));
        let file = fs::File::options().write(true).open(dir.path().join(name)).unwrap();
        file.set_modified(now - Duration::from_secs(age)).unwrap();
    }
    assert_eq!(polled(&mut folder, 5), [Ok(Taken { name: "b.jpg".to_owned(), bytes: photo(0) })]);
    assert_eq!(folder.left_out(), 2);
}

#[test]
fn a_picture_that_comes_while_another_is_taken_is_not_lost() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = HotFolder::new(dir.path());
    folder.poll();
    drop_in(dir.path(), "1.jpg", &photo(1));
    folder.poll();
    std::thread::sleep(Duration::from_millis(20));
    drop_in(dir.path(), "2.jpg", &photo(2));
    let names: Vec<String> = polled(&mut folder, 4).into_iter().map(|taken| taken.unwrap().name).collect();
    assert_eq!(names, ["1.jpg", "2.jpg"]);
}

#[test]
fn what_is_no_picture_is_named_once_and_does_not_block_the_next_one() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = HotFolder::new(dir.path());
    folder.poll();
    drop_in(dir.path(), "Thumbs.db", b"not a picture at all");
    drop_in(dir.path(), ".IMG_2.JPG.part", &photo(1));
    std::os::unix::fs::symlink("/etc/passwd", dir.path().join("link.jpg")).unwrap();
    assert_eq!(polled(&mut folder, 5), [Err(FolderFault::NotAPicture { name: "Thumbs.db".to_owned() })]);
    assert!(dir.path().join("Thumbs.db").exists());
    drop_in(dir.path(), "IMG_2.JPG", &photo(1));
    assert!(polled(&mut folder, 2)[0].is_ok());
    let huge = fs::File::create(dir.path().join("film.jpg")).unwrap();
    huge.set_len(BYTES_MAX as u64 + 1).unwrap();
    assert_eq!(polled(&mut folder, 3), [Err(FolderFault::TooManyBytes { name: "film.jpg".to_owned() })]);
}

#[test]
fn a_missing_folder_and_a_crowded_one_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let mut gone = HotFolder::new(dir.path().join("none"));
    assert_eq!(gone.poll(), Some(Err(FolderFault::Missing)));
    for i in 0..501 {
        drop_in(dir.path(), &format!("{i}.txt"), b"");
    }
    assert_eq!(HotFolder::new(dir.path()).poll(), Some(Err(FolderFault::Crowded)));
}
