//! The PIV data objects (SP 800-73-5 part 1, section 3 and appendix A): what goes inside tag 53, both ways.

pub mod ccc;
pub mod certificate;
pub mod chuid;
pub mod face;
pub mod printed;

pub use ccc::Ccc;
pub use chuid::Chuid;
pub use face::Face;
pub use printed::Printed;

/// The error detection code that ends most objects: always empty (SP 800-73-5 part 1, appendix A).
pub(super) const ERROR_DETECTION: u32 = 0xFE;

/// `text` cut to at most `bytes` bytes at a letter's boundary: the fields of the standard count bytes.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
