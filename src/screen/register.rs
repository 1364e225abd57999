//! The screens of the register visit.

use super::page::Page;
use crate::journey::register::Register;
use crate::journey::{Desk, Visit};
use crate::words::Words;

/// The page for its state.
pub fn page(_state: &Register, _visit: &Visit, _desk: &Desk, _words: &Words) -> Page {
    Page::default()
}
