//! The screens of the cancel visit.

use super::page::Page;
use crate::journey::cancel::Cancel;
use crate::journey::{Desk, Visit};
use crate::words::Words;

/// The page for its state.
pub fn page(_state: &Cancel, _visit: &Visit, _desk: &Desk, _words: &Words) -> Page {
    Page::default()
}
