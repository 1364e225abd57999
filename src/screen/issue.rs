//! The screens of the issue visit.

use super::page::Page;
use crate::journey::issue::Issue;
use crate::journey::{Desk, Visit};
use crate::words::Words;

/// The page for its state.
pub fn page(_state: &Issue, _visit: &Visit, _desk: &Desk, _words: &Words) -> Page {
    Page::default()
}
