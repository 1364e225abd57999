//! The same journeys line by line, for screen readers, serial lines and recovery. It reads the pages of `screen`.

pub mod render;
