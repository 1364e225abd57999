//! The card's face and the way to the printer. Blocking; an owner thread calls it.
//!
//! [`face_pdf`] draws a [`CardFace`] once for the printer, [`face_preview`] draws the same drawing for the screen.
//! [`IppPrinter`] sends it in two steps so that a crash between them can be told apart. What is done about an attempt whose
//! end nobody saw is the visit's to say (`journey/issue/print.rs`); no card is ever printed again without being asked (`notes`
//! photo-print 7).

mod answer;
mod face;
mod fill;
mod folder;
mod fonts;
mod ipp;
mod layout;
mod pdf;
mod preview;
mod reply;
mod shape;

pub use face::{CardFace, FaceFault, FacePdf, FaceSettings, face_pdf, face_preview};
pub use folder::{FolderPrintFault, FolderPrinter};
pub use ipp::{IppPrinter, PrintFault, Timeouts};
pub use reply::{Hold, JobRef, JobState, PrinterState, PrinterStatus, Stem};
