//! Which cards are still good, and when they are to be renewed (notes domain 1.2, 1.3).
//!
//! Dated values: an RA Manager confirms them against the live pages before a real deployment.

/// The oldest series that still works. Series 4 was blocked on 1 April 2026, 5 and 6 on 7 May 2026 (S6, S7): such a card is
/// replaced, never renewed or unlocked.
pub const OLDEST_SERIES: u8 = 7;

/// A card is to be renewed from this many days before its last day (S3).
pub const RENEWAL_DAYS: u16 = 90;
