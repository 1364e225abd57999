//! The screens of the first set-up.

use super::page::Page;
use crate::journey::Desk;
use crate::journey::set_up::SetUp;
use crate::words::Words;

/// The page for its state.
pub fn page(_state: &SetUp, _desk: &Desk, _words: &Words) -> Page {
    Page::default()
}
