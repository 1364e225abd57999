//! What can be told of a picture's bytes without decoding them: its format, the size it claims, whether it is whole.

use image::ImageFormat;

/// JPEG or PNG by the first bytes.
pub(super) fn format_of(bytes: &[u8]) -> Option<ImageFormat> {
    if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        Some(ImageFormat::Jpeg)
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(ImageFormat::Png)
    } else {
        None
    }
}

/// Width and height as the header claims them. Some decoders allocate while they are opened, so this comes first.
pub(super) fn claimed_size(bytes: &[u8]) -> Option<(u32, u32)> {
    match format_of(bytes)? {
        ImageFormat::Png => Some((word(bytes, 16)?, word(bytes, 20)?)),
        _ => jpeg_segments(bytes).find_map(|(marker, at)| {
            // Start of frame, ITU-T T.81 table B.1; C4, C8 and CC in that range are no frames.
            let frame = (0xC0..=0xCF).contains(&marker) && !matches!(marker, 0xC4 | 0xC8 | 0xCC);
            if frame { Some((half(bytes, at + 7)?, half(bytes, at + 5)?)) } else { None }
        }),
    }
}

/// Whether the picture has its end. A decoder fills what is missing of a JPEG with grey and says nothing. Bytes after
/// the end are allowed: some cameras and telephones put more there.
pub(super) fn whole(bytes: &[u8]) -> bool {
    match format_of(bytes) {
        Some(ImageFormat::Png) => bytes.windows(8).rev().any(|window| window == b"IEND\xae\x42\x60\x82"),
        Some(_) => jpeg_segments(bytes).any(|(marker, _)| marker == END),
        None => false,
    }
}

/// End of image.
const END: u8 = 0xD9;
/// Start of scan: after its header come coded bytes up to the next marker.
const SCAN: u8 = 0xDA;

/// The markers of a JPEG and where they stand, up to the end of the image or of the bytes (ITU-T T.81, B.1.1).
fn jpeg_segments(bytes: &[u8]) -> impl Iterator<Item = (u8, usize)> {
    // Every turn moves on by at least two bytes, so the walk ends with the bytes.
    let mut at = 2;
    let mut over = false;
    std::iter::from_fn(move || {
        while bytes.get(at) == Some(&0xFF) && bytes.get(at + 1) == Some(&0xFF) {
            at += 1; // fill byte
        }
        let &[0xFF, marker] = bytes.get(at..at + 2)? else { return None };
        if over {
            return None;
        }
        let here = at;
        over = marker == END;
        at += match marker {
            0x01 | 0xD0..=0xD9 => 2,
            _ => 2 + half(bytes, at + 2)?.max(2) as usize,
        };
        if marker == SCAN {
            // In coded bytes FF 00 is a byte FF, and FF D0 to D7 are restarts.
            let coded = bytes.get(at..)?;
            let next = coded.windows(2).position(|two| two[0] == 0xFF && !matches!(two[1], 0x00 | 0xD0..=0xD7 | 0xFF));
            at += next.unwrap_or(coded.len());
        }
        Some((marker, here))
    })
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn half(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::super::{jpeg, test_portrait};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_jpeg_is_whole_with_its_end_even_if_more_follows_and_never_before() {
        let bytes = jpeg(&test_portrait(1), 70).unwrap();
        assert_eq!(claimed_size(&bytes), Some((640, 800)));
        assert!(whole(&bytes));
        assert!(whole(&[&bytes[..], b"a film made at the same time"].concat()));
        for cut in [2, 100, bytes.len() / 2, bytes.len() - 2, bytes.len() - 1] {
            assert!(!whole(&bytes[..cut]), "cut at {cut}");
        }
    }

    #[test]
    fn the_end_of_a_small_picture_inside_the_camera_s_notes_does_not_count() {
        let bytes = jpeg(&test_portrait(1), 70).unwrap();
        let notes = [&[0xFF, 0xE1, 0, 8][..], b"\xff\xd8\xff\xd9..", &bytes[2..bytes.len() - 2]].concat();
        assert!(!whole(&[&bytes[..2], &notes].concat()));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_walk_fail(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let jpeg = [&[0xFF, 0xD8, 0xFF][..], &bytes].concat();
            let _ = (whole(&jpeg), claimed_size(&jpeg));
            prop_assert!(jpeg_segments(&jpeg).count() <= jpeg.len());
        }
    }
}
