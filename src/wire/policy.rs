//! The policies that are in force, side by side: the body of a `policy` statement, `GET /v1/policies`.
//!
//! A policy travels as one text whose form belongs to the policy room; here it is bytes with a name, a hash and its days. What
//! was seen on a day is judged by the policy that held on that day, whatever came or went since (`notes` domain 12c, 31).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::event::digest_hex;
use super::message::Bytes;

/// Largest bundle, bytes.
pub const BUNDLE_MAX: usize = 1024 * 1024;
/// Policies in one book at most: with the largest bundles they still fit into one statement.
pub const POLICIES_MAX: usize = 10;
/// Longest id of a policy.
pub const ID_MAX: usize = 32;

/// Every version two persons agreed on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PolicyBook {
    /// In the order in which they were approved.
    pub policies: Vec<PolicyPack>,
}

/// One version of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyPack {
    /// Which policy: lower-case letters, figures and hyphens.
    pub id: String,
    /// Its version: a later one is higher.
    pub version: u32,
    /// SHA-256 of the bundle, lower-case hexadecimal.
    pub hash: String,
    /// First day on which it holds.
    pub from: Date,
    /// Last day on which it holds, if one is set.
    pub until: Option<Date>,
    /// The policy itself.
    pub bundle: Bytes,
}

impl PolicyPack {
    /// A pack of these bytes. None: the id is no word, the bundle empty or too large, the last day before the first.
    pub fn new(id: &str, version: u32, from: Date, until: Option<Date>, bundle: Vec<u8>) -> Option<Self> {
        let word = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let sized = !bundle.is_empty() && bundle.len() <= BUNDLE_MAX;
        let good = word && !id.is_empty() && id.len() <= ID_MAX && version > 0 && sized;
        let hash = digest_hex(&bundle);
        let pack = Self { id: id.to_owned(), version, hash, from, until, bundle: Bytes(bundle) };
        (good && until.is_none_or(|until| until >= from)).then_some(pack)
    }

    /// Whether the bundle is the one the hash names, and all else is of the form.
    pub fn is_whole(&self) -> bool {
        Self::new(&self.id, self.version, self.from, self.until, self.bundle.0.clone()).as_ref() == Some(self)
    }

    /// Whether it holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|last| day <= last)
    }
}

impl PolicyBook {
    /// The policy that held on a day: of those that did, the one that began last, and of these the highest version. One from
    /// the future waits.
    pub fn in_force(&self, day: Date) -> Option<&PolicyPack> {
        self.policies.iter().filter(|pack| pack.holds_on(day)).max_by_key(|pack| (pack.from, pack.version))
    }

    /// Whether every pack is whole, and there are not too many.
    pub fn is_whole(&self) -> bool {
        self.policies.len() <= POLICIES_MAX && self.policies.iter().all(PolicyPack::is_whole)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn pack(version: u32, from: Date, until: Option<Date>) -> PolicyPack {
        PolicyPack::new("evidence", version, from, until, vec![1]).unwrap()
    }

    #[test]
    fn what_was_seen_on_a_day_is_judged_by_what_held_then() {
        let book = PolicyBook {
            policies: vec![
                pack(1, date(2026, 1, 1), None),
                pack(2, date(2026, 11, 24), Some(date(2026, 11, 30))),
                pack(3, date(2026, 11, 24), Some(date(2026, 11, 26))),
            ],
        };
        let on = |year, month, day| book.in_force(date(year, month, day)).map(|pack| pack.version);
        assert_eq!(on(2025, 12, 31), None);
        assert_eq!(on(2026, 11, 23), Some(1), "one from the future waits");
        assert_eq!(on(2026, 11, 26), Some(3));
        assert_eq!(on(2026, 11, 27), Some(2), "the one that ended in the night does not judge the new day");
        assert_eq!(on(2026, 12, 1), Some(1), "the older one holds again");
        assert_eq!(PolicyBook::default().in_force(date(2026, 1, 1)), None);
    }

    #[test]
    fn a_pack_that_is_not_of_the_form_is_none() {
        let day = date(2026, 1, 1);
        assert!(pack(1, day, Some(day)).is_whole());
        for id in ["", "Evidence", "a b", &"a".repeat(ID_MAX + 1)] {
            assert_eq!(PolicyPack::new(id, 1, day, None, vec![1]), None, "{id}");
        }
        assert_eq!(PolicyPack::new("a", 0, day, None, vec![1]), None);
        assert_eq!(PolicyPack::new("a", 1, day, None, vec![]), None);
        assert_eq!(PolicyPack::new("a", 1, day, None, vec![0; BUNDLE_MAX + 1]), None);
        assert_eq!(PolicyPack::new("a", 1, day, Some(date(2025, 12, 31)), vec![1]), None);
        let changed = PolicyPack { bundle: Bytes(vec![2]), ..pack(1, day, None) };
        assert!(!PolicyBook { policies: vec![changed] }.is_whole());
    }
}
