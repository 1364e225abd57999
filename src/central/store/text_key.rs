//! Keys that make likeness comparable: of names, and of document numbers.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A name without case, accents, spaces, hyphens and apostrophes: `O'Brien-Ffoulkes` and `OBRIEN FFOULKES` are alike.
pub fn name_key(name: &str) -> String {
    name.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .flat_map(unaccented)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Letters that have no decomposition but are typed without their stroke.
fn unaccented(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'ø' => ('o', None),
        'đ' | 'ð' => ('d', None),
        'ł' => ('l', None),
        'þ' => ('t', Some('h')),
        'ı' => ('i', None),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

/// The key of a document's number: a keyed hash, so that the number itself is not kept. None if it is too short to tell
/// one person from another.
pub fn document_key(salt: &[u8], number: &str) -> Option<[u8; 32]> {
    /// The shortest official number in the working list has 6 signs; fewer are typing or "n/a".
    const SIGNS_MIN: usize = 6;
    let plain: String = number.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    if plain.len() < SIGNS_MIN {
        return None;
    }
    let mut hash = Sha256::new();
    hash.update(b"ra-central document v1\0");
    hash.update(salt);
    hash.update(plain.as_bytes());
    Some(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_typed_differently_are_alike() {
        for (one, other) in [
            ("O'Brien-Ffoulkes", "OBRIEN FFOULKES"),
            ("D\u{2019}Souza", "D'souza"),
            ("Siân", "SIAN"),
            ("Ọlátúndé", "Olatunde"),
            ("Łukasz Weiß", "lukasz weiss"),
        ] {
            assert_eq!(name_key(one), name_key(other));
        }
        assert_ne!(name_key("Sian"), name_key("Sean"));
        assert!(!name_key("محمد").is_empty());
    }

    #[test]
    fn a_document_number_is_alike_with_other_spacing_and_never_kept() {
        assert_eq!(document_key(b"s", "gb 123-456 7"), document_key(b"s", "GB1234567"));
        assert_ne!(document_key(b"s", "GB1234567"), document_key(b"t", "GB1234567"));
        assert_eq!(document_key(b"s", "n/a"), None);
    }
}
