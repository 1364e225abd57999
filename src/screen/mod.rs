//! The screens: pure functions from state to [`page::Page`], and [`draw`] that puts a page on a terminal.
//!
//! No screen knows ratatui; only `draw`, `theme` and `widget` do. Nothing here changes state or does IO.

pub mod draw;
pub mod keys;
pub mod page;
pub mod say;
pub mod status;

mod cancel;
mod check;
mod home;
mod issue;
mod passcode;
mod preview;
mod queue;
mod register;
mod reset;
mod set_up;
mod sign_in;
pub mod theme;
pub mod trouble;
pub mod view;
pub mod widget;
