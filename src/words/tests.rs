//! The two languages held together, and the words held to the source.
use super::*;
