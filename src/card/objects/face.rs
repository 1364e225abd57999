//! Facial image, 5FC108 (SP 800-73-5 part 1, table 14): a CBEFF header (SP 800-76-2 table 14) around an INCITS 385 record
//! with one image, unsigned. Enough that any tool gives back the same bytes and finds the JPEG.

use jiff::civil::Date;

use super::ERROR_DETECTION;
use super::chuid::fasc_n;
use crate::card::tlv;

/// Bytes of the CBEFF patron header.
const CBEFF: usize = 88;
/// Bytes of the facial header, the facial information block and the image information block of INCITS 385.
const RECORD: usize = 14 + 20 + 12;

/// A face as it lies on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// The picture.
    pub jpeg: Vec<u8>,
}

impl Face {
    /// The contents of 5FC108. Fields that would need a clock (time of the picture) are zero, which means unknown, so
    /// that writing it again gives the same bytes.
    pub fn encode(&self, expires: Date) -> Vec<u8> {
        let record = self.record();
        let mut block = Vec::with_capacity(CBEFF + record.len());
        block.push(0x03); // patron header version
        block.push(0x00); // neither signed nor encrypted
        block.extend_from_slice(&(record.len() as u32).to_be_bytes());
        block.extend_from_slice(&[0, 0]); // no signature block
        block.extend_from_slice(&[0x00, 0x1B, 0x05, 0x01]); // INCITS 385
        block.extend_from_slice(&[0; 8]); // made: unknown
        block.extend_from_slice(&[0; 8]); // valid from: unknown
        block.extend_from_slice(&cbeff_date(expires));
        block.extend_from_slice(&[0x00, 0x00, 0x02]); // facial features
        block.push(0x20); // data type: intermediate, as the standard wants it
        block.push(0xFE); // quality: not computed (-2)
        block.extend_from_slice(&padded(b"RA Desk"));
        block.extend_from_slice(&fasc_n());
        block.extend_from_slice(&[0; 4]);
        block.extend_from_slice(&record);
        let mut out = Vec::with_capacity(block.len() + 6);
        tlv::push(&mut out, 0xBC, &block);
        tlv::push(&mut out, ERROR_DETECTION, &[]);
        out
    }

    fn record(&self) -> Vec<u8> {
        let (width, height) = jpeg_size(&self.jpeg).unwrap_or_default();
        let length = (RECORD + self.jpeg.len()) as u32;
        let mut record = Vec::with_capacity(RECORD + self.jpeg.len());
        record.extend_from_slice(b"FAC\x00010\x00");
        record.extend_from_slice(&length.to_be_bytes());
        record.extend_from_slice(&[0, 1]); // one face
        record.extend_from_slice(&(length - 14).to_be_bytes());
        record.extend_from_slice(&[0; 16]); // no feature points; eyes, hair, expression, pose not stated
        record.extend_from_slice(&[0x01, 0x00]); // full frontal, JPEG
        record.extend_from_slice(&width.to_be_bytes());
        record.extend_from_slice(&height.to_be_bytes());
        record.extend_from_slice(&[0x01, 0x02, 0, 0, 0, 0]); // sRGB, digital still camera, device and quality unknown
        record.extend_from_slice(&self.jpeg);
        record
    }

    /// The face in an object of this form; none if it is not one.
    pub fn decode(contents: &[u8]) -> Option<Self> {
        let block = tlv::find(contents, 0xBC)?;
        let record = block.get(CBEFF..)?;
        if !record.starts_with(b"FAC\0") {
            return None;
        }
        Some(Self { jpeg: record.get(RECORD..)?.to_vec() })
    }
}

/// `YYYYMMDDhhmmssZ` as binary-coded decimal with the letter Z at the end (SP 800-76-2, 9.2).
fn cbeff_date(date: Date) -> [u8; 8] {
    let bcd = |value: i32| -> u8 { (((value / 10 % 10) << 4) | (value % 10)) as u8 };
    let year = i32::from(date.year());
    [bcd(year / 100), bcd(year % 100), bcd(i32::from(date.month())), bcd(i32::from(date.day())), 0x23, 0x59, 0x59, b'Z']
}

fn padded(text: &[u8]) -> [u8; 18] {
    let mut field = [0; 18];
    field.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
    field
}

/// Width and height from the first frame header of a JPEG (ISO/IEC 10918-1, B.2.2).
fn jpeg_size(jpeg: &[u8]) -> Option<(u16, u16)> {
    let mut rest = jpeg.strip_prefix(&[0xFF, 0xD8])?;
    loop {
        let (&[0xFF, marker, high, low], _) = rest.split_first_chunk::<4>()? else { return None };
        let is_frame = matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC);
        if is_frame {
            let size = rest.get(5..9)?;
            return Some((u16::from_be_bytes([size[2], size[3]]), u16::from_be_bytes([size[0], size[1]])));
        }
        // At least the two length bytes, so that the loop always moves on.
        rest = rest.get(2 + usize::from(u16::from_be_bytes([high, low])).max(2)..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Start, one comment, a frame of 3 x 4 pixels, end.
    const JPEG: &[u8] =
        &[0xFF, 0xD8, 0xFF, 0xFE, 0, 4, b'h', b'i', 0xFF, 0xC0, 0, 11, 8, 0, 4, 0, 3, 1, 1, 0x11, 0, 0xFF, 0xD9];

    #[test]
    fn the_picture_comes_out_as_it_went_in() {
        let face = Face { jpeg: JPEG.to_vec() };
        let object = face.encode(date(2030, 1, 31));
        assert_eq!(Face::decode(&object), Some(face));
        assert_eq!(Face::decode(&object[..40]), None);
    }

    #[test]
    fn the_headers_have_the_standards_lengths_and_the_pictures_size() {
        let object = Face { jpeg: JPEG.to_vec() }.encode(date(2030, 1, 31));
        let block = tlv::find(&object, 0xBC).unwrap();
        assert_eq!(block.len(), 88 + 46 + JPEG.len());
        assert_eq!(&block[28..36], &[0x20, 0x30, 0x01, 0x31, 0x23, 0x59, 0x59, b'Z']);
        let record = &block[88..];
        assert_eq!(&record[36..40], &[0, 3, 0, 4]);
        assert_eq!(u32::from_be_bytes(record[8..12].try_into().unwrap()) as usize, record.len());
    }

    #[test]
    fn a_broken_picture_has_no_size_and_no_panic() {
        for end in 0..JPEG.len() {
            let _ = jpeg_size(&JPEG[..end]);
        }
        assert_eq!(jpeg_size(&[0xFF, 0xD8, 0xFF, 0xFE, 0, 0, 0xFF, 0xFE, 0, 0]), None);
    }
}
