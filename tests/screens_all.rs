//! The key screens as they are reached in one walk through the demo, with their styles: both languages, with and without colour,
//! at both sizes. One snapshot file per screen holds all eight.

mod kiosk;
mod support;
#[path = "kiosk/tour.rs"]
mod tour;

/// Screens the walk stops at: a snapshot that nobody takes any more would otherwise pass unseen.
const STOPS: usize = 36;

#[test]
fn every_key_screen_looks_as_it_was_agreed() {
    let stops = tour::walk(include_str!("kiosk/tour.journey"));
    assert_eq!(stops.len(), STOPS);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for stop in &stops {
            let pictures = tour::pictures(stop);
            let all: Vec<String> = pictures.iter().map(|(name, text)| format!("== {name}\n{text}")).collect();
            insta::assert_snapshot!(format!("kiosk-{}", stop.name), all.join("\n"));
        }
    });
}
