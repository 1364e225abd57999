//! The pages of the photo.

use super::{fields, summary};
use crate::journey::input::{CameraFault, MeasureVerdict, PhotoMeasure, Preview};
use crate::journey::register::photo::Framing;
use crate::journey::register::{Register, Stage};
use crate::screen::page::{Block, Page, Tone};
use crate::screen::{preview, trouble};
use crate::words::Words;

/// The page for its stage.
pub fn page(state: &Register, words: &Words) -> Page {
    match (state.stage, &state.photo.frame) {
        (Stage::Likeness, _) => likeness(state, words),
        (Stage::Reason, _) => Page::new(words.get("photo-reason-title"))
            .maybe(summary(&state.photo.reason, 0, words))
            .paragraph(words.get("photo-reason-text"))
            .maybe(state.photo.frame.as_ref().map(|frame| Block::Paragraph(warnings(frame, words))))
            .fields(fields(&state.photo.reason, &[], 0, words)),
        (_, Some(frame)) => framing(frame, words),
        (_, None) => camera(state, words),
    }
}

fn camera(state: &Register, words: &Words) -> Page {
    let page = Page::new(words.get("photo-title")).paragraph(words.get("photo-text")).gap();
    match &state.photo.fault {
        Some(CameraFault::NothingYet) => page.paragraph(words.get("photo-waiting")),
        Some(fault) => {
            let page = page.block(trouble::of(fault_word(fault), words));
            page.maybe(state.photo.polling.then(|| Block::paragraph(words.get("photo-waiting"))))
        }
        None if state.asked.is_some() => page.paragraph(words.get("photo-taking")),
        None => page,
    }
}

/// The word of a camera fault.
fn fault_word(fault: &CameraFault) -> &'static str {
    match fault {
        CameraFault::NotSetUp => "photo-fault-not-set-up",
        CameraFault::FolderGone => "photo-fault-folder-gone",
        CameraFault::NothingYet => "photo-fault-nothing-yet",
        CameraFault::Empty => "photo-fault-empty",
        CameraFault::NotAPicture => "photo-fault-not-a-picture",
        CameraFault::TooManyBytes => "photo-fault-too-many-bytes",
        CameraFault::TooManyPixels { .. } => "photo-fault-too-many-pixels",
        CameraFault::TooSmall => "photo-fault-too-small",
        CameraFault::Unreadable => "photo-fault-unreadable",
    }
}

fn measure_word(measure: PhotoMeasure) -> &'static str {
    match measure {
        PhotoMeasure::Size => "size",
        PhotoMeasure::Sharpness => "sharpness",
        PhotoMeasure::Exposure => "exposure",
        PhotoMeasure::EvenLight => "even-light",
        PhotoMeasure::Background => "background",
    }
}

fn verdict(verdict: MeasureVerdict) -> (&'static str, Tone) {
    match verdict {
        MeasureVerdict::Good => ("photo-verdict-good", Tone::Good),
        MeasureVerdict::Warn => ("photo-verdict-warn", Tone::Warn),
        MeasureVerdict::Refuse => ("photo-verdict-refuse", Tone::Danger),
    }
}

/// One line for each measure; with what mends it where it is not good.
fn quality(frame: &Framing, words: &Words) -> Vec<Block> {
    let line = |(measure, found): &(PhotoMeasure, MeasureVerdict)| {
        let name = words.get(&format!("photo-measure-{}", measure_word(*measure)));
        let (word, tone) = verdict(*found);
        let said = format!("{name}: {}.", words.get(word));
        Block::notice(
            tone,
            match found {
                MeasureVerdict::Good => said,
                _ => format!("{said} {}", words.get(&format!("photo-mend-{}", measure_word(*measure)))),
            },
        )
    };
    frame.quality.iter().map(line).collect()
}

fn warnings(frame: &Framing, words: &Words) -> String {
    let wrong = frame.quality.iter().filter(|(_, found)| *found != MeasureVerdict::Good);
    let names: Vec<String> =
        wrong.map(|(measure, _)| words.get(&format!("photo-measure-{}", measure_word(*measure)))).collect();
    names.join(", ")
}

fn view(shown: Option<&Preview>, beside: Vec<Block>, words: &Words) -> Block {
    preview::block(shown.unwrap_or(&Preview::default()), "photo-words", beside, words)
}

fn framing(frame: &Framing, words: &Words) -> Page {
    let mut beside = quality(frame, words);
    if frame.quality.is_empty() || frame.moved {
        beside.push(Block::paragraph(words.get("photo-measuring")));
    }
    beside.push(Block::Gap);
    beside.push(Block::paragraph(words.get("photo-frame-text")));
    let page = Page::new(words.get("photo-frame-title")).block(view(frame.preview.as_ref(), beside, words));
    if frame.keeping { page.paragraph(words.get("photo-saving")) } else { page }
}

fn likeness(state: &Register, words: &Words) -> Page {
    let mut beside =
        vec![Block::heading(words.get("photo-likeness-ask")), Block::paragraph(words.get("photo-likeness-text"))];
    if let Some(fault) = &state.photo.fault {
        beside.push(trouble::of(fault_word(fault), words));
    }
    Page::new(words.get("photo-likeness-title")).block(view(state.photo.shown.as_ref(), beside, words))
}
