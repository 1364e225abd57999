//! One walk past the key screens, and what makes them the same on every day: clock, times and random numbers are put to fixed
//! values of the same width before they are compared.

use ra_desk::domain::Millis;
use ra_desk::journey::{Desk, Language};
use ra_desk::screen::theme::ThemeName;
use ra_desk::screen::view;
use ra_desk::words::{Lang, Words};

use crate::kiosk::{Kiosk, script};
use crate::support::snapshot::{SIZES, shoot};

/// A noon in winter.
const NOON: Millis = Millis(1_795_348_800_000);

/// A state worth a picture.
pub struct Stop {
    /// Its name.
    pub name: String,
    /// The state.
    pub desk: Desk,
}

/// Walks; `shot NAME` keeps the state, every other line is a command of a journey.
pub fn walk(text: &str) -> Vec<Stop> {
    let mut kiosk = Kiosk::new();
    let mut stops = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("shot ") {
            Some(name) => {
                kiosk.settle();
                stops.push(Stop { name: name.to_owned(), desk: kiosk.desk().clone() });
            }
            None => script::step(&mut kiosk, line),
        }
    }
    stops
}

/// Every picture of a state: both languages, with and without colour, both sizes. Name and text.
pub fn pictures(stop: &Stop) -> Vec<(String, String)> {
    let mut pictures = Vec::new();
    for (language, lang) in [(Language::English, Lang::En), (Language::Welsh, Lang::Cy)] {
        let words = Words::new(lang);
        let desk = fixed(&stop.desk, language);
        let (page, status) = (view::page(&desk, &words), view::status(&desk).words(&words));
        for theme in [ThemeName::Normal, ThemeName::Mono] {
            for size in SIZES {
                let shot = shoot(&page, &status, &words, size, theme);
                let name = format!("kiosk-{}-{}-{}-{}x{}", stop.name, lang.as_str(), theme.as_str(), size.0, size.1);
                pictures.push((name, masked(&shot.serialise())));
            }
        }
    }
    pictures
}

fn fixed(desk: &Desk, language: Language) -> Desk {
    let mut desk = desk.clone();
    desk.language = language;
    desk.minute = NOON;
    let statements = [desk.roster.as_mut().map(|(_, facts)| facts), desk.revocations.as_mut().map(|(_, facts)| facts)];
    statements.into_iter().flatten().for_each(|facts| facts.expires = NOON.plus(3 * 24 * 60 * 60 * 1_000));
    desk.visits.iter_mut().for_each(|visit| visit.started = NOON);
    desk
}

/// Random numbers of cards, and days that come from today: figures and names become signs of the same width.
fn masked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = chars.clone();
    let hex = |c: char| c.is_ascii_digit() || ('A'..='F').contains(&c);
    for at in 0..chars.len() {
        // 04A1..77F2
        let guid = chars.get(at..at + 10).is_some_and(|ten| {
            ten.iter().enumerate().all(|(n, c)| if (4..6).contains(&n) { *c == '.' } else { hex(*c) })
        });
        if guid {
            for place in (at..at + 4).chain(at + 6..at + 10) {
                out[place] = 'X';
            }
        }
    }
    out.into_iter().collect()
}
