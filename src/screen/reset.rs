//! The screens of the reset visit.

use super::page::Page;
use crate::journey::reset::Reset;
use crate::journey::{Desk, Visit};
use crate::words::Words;

/// The page for its state.
pub fn page(_state: &Reset, _visit: &Visit, _desk: &Desk, _words: &Words) -> Page {
    Page::default()
}
