//! BER-TLV as PIV uses it (ISO/IEC 7816-4 clause 5.2): tags of 1 to 3 bytes, lengths up to 65,535.
//!
//! Reading copies nothing and never recurses: a hostile card can cost no more than the bytes it sent.

/// The longest value read or written, in bytes. No PIV container comes near it (facial image: 12,704, SP 800-73-5 part 1
/// table 8).
pub const VALUE_MAX: usize = 0xFFFF;

/// Why bytes are no TLV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlvError {
    /// The bytes end inside a tag, a length or a value.
    #[error("the data object ends too early")]
    Truncated,
    /// A tag of more than 3 bytes, or a length form that is not used in PIV.
    #[error("the data object has an unknown form")]
    Form,
    /// A value longer than [`VALUE_MAX`].
    #[error("the data object is too long")]
    TooLong,
}

/// One data object: tag (its bytes as one number, such as 0x7F49) and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// The tag's bytes, first byte highest.
    pub tag: u32,
    /// The value.
    pub value: &'a [u8],
}

/// The first data object of `input`, and the bytes after it.
///
/// Errors: [`TlvError`].
pub fn read(input: &[u8]) -> Result<(Tlv<'_>, &[u8]), TlvError> {
    let (tag, rest) = read_tag(input)?;
    let (length, rest) = read_length(rest)?;
    let (value, rest) = rest.split_at_checked(length).ok_or(TlvError::Truncated)?;
    Ok((Tlv { tag, value }, rest))
}

fn read_tag(input: &[u8]) -> Result<(u32, &[u8]), TlvError> {
    let (&first, mut rest) = input.split_first().ok_or(TlvError::Truncated)?;
    let mut tag = u32::from(first);
    if first & 0x1F != 0x1F {
        return Ok((tag, rest));
    }
    for _ in 0..2 {
        let (&next, after) = rest.split_first().ok_or(TlvError::Truncated)?;
        tag = tag << 8 | u32::from(next);
        rest = after;
        if next & 0x80 == 0 {
            return Ok((tag, rest));
        }
    }
    Err(TlvError::Form)
}

fn read_length(input: &[u8]) -> Result<(usize, &[u8]), TlvError> {
    let (&first, rest) = input.split_first().ok_or(TlvError::Truncated)?;
    let count = match first {
        0..=0x7F => return Ok((usize::from(first), rest)),
        0x81..=0x84 => usize::from(first & 0x0F),
        _ => return Err(TlvError::Form),
    };
    let (digits, rest) = rest.split_at_checked(count).ok_or(TlvError::Truncated)?;
    let length = digits.iter().fold(0usize, |sum, digit| sum << 8 | usize::from(*digit));
    if length > VALUE_MAX { Err(TlvError::TooLong) } else { Ok((length, rest)) }
}

/// The data objects of `input`, one after the other. Ends after the first error.
pub fn items(input: &[u8]) -> impl Iterator<Item = Result<Tlv<'_>, TlvError>> {
    let mut rest = Some(input);
    std::iter::from_fn(move || {
        let input = rest.filter(|bytes| !bytes.is_empty())?;
        match read(input) {
            Ok((tlv, after)) => {
                rest = Some(after);
                Some(Ok(tlv))
            }
            Err(error) => {
                rest = None;
                Some(Err(error))
            }
        }
    })
}

/// The value of the first data object with this tag on the top level of `input`.
pub fn find(input: &[u8], tag: u32) -> Option<&[u8]> {
    items(input).map_while(Result::ok).find(|tlv| tlv.tag == tag).map(|tlv| tlv.value)
}

/// Appends one data object to `out`, with the shortest length form.
///
/// A value over [`VALUE_MAX`] is cut there: no caller of ours builds one, and no card would take it.
pub fn push(out: &mut Vec<u8>, tag: u32, value: &[u8]) {
    let value = &value[..value.len().min(VALUE_MAX)];
    let bytes = tag.to_be_bytes();
    let skip = bytes.iter().take(3).take_while(|byte| **byte == 0).count();
    out.extend_from_slice(&bytes[skip..]);
    let length = (value.len() as u16).to_be_bytes();
    match value.len() {
        0..=0x7F => out.push(length[1]),
        0x80..=0xFF => out.extend_from_slice(&[0x81, length[1]]),
        _ => out.extend_from_slice(&[0x82, length[0], length[1]]),
    }
    out.extend_from_slice(value);
}

/// One data object by itself.
pub fn wrap(tag: u32, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 6);
    push(&mut out, tag, value);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_objects_are_written_as_the_standard_shows() {
        assert_eq!(wrap(0x5C, &[0x5F, 0xC1, 0x02]), [0x5C, 3, 0x5F, 0xC1, 0x02]);
        assert_eq!(wrap(0x7F49, &[]), [0x7F, 0x49, 0]);
        assert_eq!(wrap(0x53, &[7; 128])[..3], [0x53, 0x81, 0x80]);
        assert_eq!(wrap(0x53, &[7; 256])[..4], [0x53, 0x82, 1, 0]);
    }

    #[test]
    fn a_length_beyond_the_bytes_or_the_limit_is_refused() {
        assert_eq!(read(&[0x53, 5, 1]), Err(TlvError::Truncated));
        assert_eq!(read(&[0x53, 0x83, 1, 0, 0]), Err(TlvError::TooLong));
        assert_eq!(read(&[0x53, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]), Err(TlvError::TooLong));
        assert_eq!(read(&[0x53, 0x80, 0, 0]), Err(TlvError::Form));
        assert_eq!(read(&[0x1F, 0x81, 0x81, 1, 0]), Err(TlvError::Form));
        assert_eq!(read(&[]), Err(TlvError::Truncated));
    }

    #[test]
    fn a_longer_length_form_than_needed_is_understood() {
        assert_eq!(find(&[0x53, 0x82, 0, 1, 9], 0x53), Some(&[9][..]));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            values in proptest::collection::vec((0usize..3, proptest::collection::vec(any::<u8>(), 0..400)), 0..6),
        ) {
            let tags = [0x53u32, 0x7F49, 0xFE];
            let mut bytes = Vec::new();
            for (tag, value) in &values {
                push(&mut bytes, tags[*tag], value);
            }
            let back: Vec<_> = items(&bytes).collect::<Result<_, _>>().unwrap();
            prop_assert_eq!(back.len(), values.len());
            for (tlv, (tag, value)) in back.iter().zip(&values) {
                prop_assert_eq!(tlv.tag, tags[*tag]);
                prop_assert_eq!(tlv.value, &value[..]);
            }
        }

        #[test]
        fn random_bytes_never_panic_and_never_give_more_than_they_hold(
            bytes in proptest::collection::vec(any::<u8>(), 0..300),
        ) {
            let held: usize = items(&bytes).map_while(Result::ok).map(|tlv| tlv.value.len() + 2).sum();
            prop_assert!(held <= bytes.len());
        }
    }
}
