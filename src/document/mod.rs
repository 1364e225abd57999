//! What a document says: its machine-readable zone, its numbers, its names, and whether two records are of one person.
//!
//! Pure: no IO and no clock. "Today" is always passed in.

pub mod dates;
pub mod identifier;
pub mod mrz;
pub mod names;
