//! An agent's and a holder's hands at a desk that is killed: what is read off a screen and which keys are pressed there.

use std::thread;
use std::time::{Duration, Instant};

use jiff::ToSpan as _;
use ra_desk::domain::Millis;

use super::screens::{FIELDS, READ_BACK, STEPS};
use super::{Lane, PATIENCE, PAUSE, PEOPLE};

/// A hand's pace: five signs less than 20 ms apart are taken for a scanner and dropped.
const HAND: Duration = Duration::from_millis(60);
/// How long a key is given to change the page; one that may be pressed again at will, and any other.
const WILLING: Duration = Duration::from_secs(2);
const STUBBORN: Duration = Duration::from_secs(30);
/// Lines at the top that change without a key: network, queue, clock.
const STATUS_LINES: usize = 5;
/// An Enter too many on the first screen begins a search: it is left, empty, and nothing of it is kept.
const WRONG_TURN: &str = "<F3>";
/// What holders choose here, in turn.
const PINS: [&str; 2] = ["739146", "73519462"];

impl Lane {
    /// Presses keys and waits until the page is another one and rests. Keys that change nothing are given up after a while, and
    /// the next look decides.
    fn press(&mut self, keys: &str) -> bool {
        let before = self.page();
        self.pty().keys(keys);
        if self.hurry {
            return true;
        }
        let patience = if keys == "<F5>" { WILLING } else { STUBBORN };
        let pressed = Instant::now();
        while self.page() == before && pressed.elapsed() < patience {
            thread::sleep(PAUSE);
        }
        let mut written = 0;
        while self.pty().bytes() != written && pressed.elapsed() < STUBBORN {
            written = self.pty().bytes();
            thread::sleep(PAUSE * 3);
        }
        true
    }

    /// What is on the screen below the lines that change by themselves.
    fn page(&mut self) -> String {
        self.screen().lines().skip(STATUS_LINES).collect()
    }

    /// Types a secret sign by sign; each is taken before the next, however busy the computer is.
    pub(super) fn slowly(&mut self, secret: &str) -> bool {
        for sign in secret.chars() {
            let (before, sent) = (self.pty().bytes(), Instant::now());
            self.pty().keys(&sign.to_string());
            while self.pty().bytes() == before && sent.elapsed() < WILLING {
                thread::sleep(PAUSE);
            }
            thread::sleep(HAND);
        }
        self.press("<ret>")
    }

    /// Empties the field with the cursor, types, and goes on.
    fn fill_in(&mut self, value: &str) -> bool {
        let line = self.line();
        if !line.contains(&format!("[{value}_")) && !line.contains(&format!("[{value}]")) {
            self.press(&format!("{}{value}", "<backspace>".repeat(40)));
        }
        self.press("<ret>")
    }

    pub(super) fn see_one(&mut self, texts: &[&str]) -> usize {
        let started = Instant::now();
        loop {
            let screen = self.screen();
            if let Some(found) = texts.iter().position(|text| screen.contains(text)) {
                return found;
            }
            assert!(started.elapsed() < PATIENCE, "none of {texts:?} on\n{screen}");
            thread::sleep(PAUSE);
        }
    }

    /// Puts a card of the deck into a reader, by the demo's panel.
    pub(super) fn put(&mut self, customer: bool, card: usize) {
        self.pty().keys("<F11>");
        self.see_one(&["Put a card in the AGENT reader"]);
        self.pty().keys(if customer { "2" } else { "1" });
        self.see_one(&["Every card that is not blank"]);
        // The panel marks the first card for the agent and the seventh for the holder.
        let from = if customer { 6 } else { 0 };
        let way = if card >= from { "<down>" } else { "<up>" };
        if card != from {
            self.press(&way.repeat(card.abs_diff(from)));
        }
        self.press("<ret>");
        self.in_reader |= customer;
    }

    /// The screen's name in the counts and what is to be done there.
    pub(super) fn place(&mut self) -> Option<(&'static str, &'static str)> {
        let screen = self.screen();
        if let Some(label) = self.label() {
            let form = FIELDS.iter().find(|(name, _)| label.contains(name));
            let form = form.map_or("reading back", |(_, form)| form);
            return Some((form, if form == "a search" && self.has_card { WRONG_TURN } else { "field" }));
        }
        let found = STEPS.iter().find(|(text, _)| screen.contains(text)).copied();
        // The holder's pages of a reset are places of their own.
        match found {
            Some((place @ "New person:", _)) if self.has_card => Some((place, WRONG_TURN)),
            Some(("Please choose your new passcode", act)) if self.is_live => Some(("a reset: choose", act)),
            Some(("type your new passcode again", act)) if self.is_live => Some(("a reset: again", act)),
            found => found,
        }
    }

    /// One step. False: nothing to do yet.
    pub(super) fn act(&mut self, act: &str) -> bool {
        let screen = self.screen();
        match act {
            "wait" => false,
            "trouble" => self.try_again(&screen),
            "passcode" => self.choose_passcode(&screen),
            "tray" => self.look_into_the_tray(),
            "blank" => !self.in_reader && self.put_blank(),
            "field" => self.value().is_some_and(|value| self.fill_in(&value)),
            "home" => self.home(&screen),
            "task" => self.task(&screen),
            keys => match keys.strip_prefix("row:") {
                Some(row) => self.choose(&screen, row),
                None => self.keys(&screen, keys),
            },
        }
    }

    /// What an agent does first about any trouble, where the desk offers it.
    fn try_again(&mut self, screen: &str) -> bool {
        let said = screen.lines().skip_while(|line| !line.contains("There is a problem")).nth(1).unwrap_or_default();
        *self.troubles.entry(said.trim().to_owned()).or_default() += 1;
        self.press("<F5>");
        thread::sleep(Duration::from_millis(500));
        true
    }

    /// What the holder types twice, another time another. The second time it may be on the card from then on.
    fn choose_passcode(&mut self, screen: &str) -> bool {
        let passcode = PINS[self.resets % PINS.len()];
        if screen.contains("type your new passcode again") {
            self.typed.insert(self.person, passcode);
        }
        self.slowly(passcode)
    }

    fn put_blank(&mut self) -> bool {
        self.put(true, self.card());
        self.has_card = true;
        self.writing = 0;
        true
    }

    fn keys(&mut self, screen: &str, keys: &str) -> bool {
        self.press(keys);
        let after = self.page();
        let left = |text: &str| screen.contains(text) && !after.contains(text);
        let is_reset = left("The passcode is reset");
        if left("is live") || is_reset {
            (self.is_live, self.was_reset, self.released) = (true, is_reset, 0);
        }
        true
    }

    pub(super) fn choose(&mut self, screen: &str, row: &str) -> bool {
        let figure = screen.lines().find_map(|line| {
            let before = line[..line.find(row)?].trim_end();
            before.chars().next_back().filter(char::is_ascii_digit)
        });
        figure.is_some_and(|figure| self.press(&figure.to_string()))
    }

    /// At the start: what is parked, then the card in the reader, then somebody new.
    fn home(&mut self, screen: &str) -> bool {
        if self.choose(screen, "Go on") {
            return true;
        }
        if !self.has_card {
            return self.choose(screen, "Find or register a person");
        }
        // One reset for each, then the next person; many for the last.
        if self.is_live && self.was_reset && self.person + 1 < PEOPLE.len() {
            self.pty().keys("<F11>");
            self.see_one(&["Put a card in the AGENT reader"]);
            self.press("4");
            self.person += 1;
            (self.has_card, self.is_live, self.was_reset, self.in_reader) = (false, false, false, false);
            return true;
        }
        let begins = screen.contains("This card is GOOD") && self.choose(screen, "Reset the passcode");
        self.resets += usize::from(begins);
        begins
    }

    /// The task list: the first that is not done.
    fn task(&mut self, screen: &str) -> bool {
        let open = screen.lines().find_map(|line| {
            let open = ["Not started", "Not finished", " of 3"].iter().any(|text| line.contains(text));
            let figure = line.trim_start_matches([' ', '>', '│']).chars().next()?;
            (open && figure.is_ascii_digit()).then_some(figure)
        });
        open.is_some_and(|figure| self.press(&figure.to_string()))
    }

    fn line(&mut self) -> String {
        let (row, _) = self.pty().cursor();
        self.screen().lines().nth(usize::from(row)).unwrap_or_default().to_owned()
    }

    /// The label of the field with the cursor. None: no field of a form has it.
    fn label(&mut self) -> Option<String> {
        let label = self.line().split_once('[').map(|(label, _)| label.to_owned())?;
        let known = FIELDS.iter().any(|(name, _)| label.contains(name)) || label.contains(READ_BACK);
        known.then_some(label)
    }

    /// What belongs into the field with the cursor.
    fn value(&mut self) -> Option<String> {
        let label = self.label()?;
        let screen = self.screen();
        let [given, family, birth, passport] = PEOPLE[self.person];
        let today = Millis(jiff::Timestamp::now().as_millisecond()).london_day();
        let issued = today.checked_sub(30.days()).expect("a day");
        let expires = today.checked_add(900.days()).expect("a day");
        let typed = |day: jiff::civil::Date| day.strftime("%d %m %Y").to_string();
        if label.contains(READ_BACK) {
            return Some(if screen.contains("the last 3 signs") {
                passport[6..].to_owned()
            } else if screen.contains("the year in which") {
                expires.year().to_string()
            } else {
                issued.strftime("%d").to_string()
            });
        }
        let values = [
            ("Forenames", given.to_owned()),
            ("Surname", family.to_owned()),
            ("Date of birth", birth.to_owned()),
            ("Position", "Nurse".to_owned()),
            ("Issued by", if screen.contains("Gas, water") { "South West Water" } else { "Penwith Bank" }.to_owned()),
            ("Dated", typed(issued)),
            ("Good until", typed(expires)),
            ("UUID or document number", String::new()),
            ("Number", passport.to_owned()),
        ];
        let value = values.into_iter().find(|(name, _)| label.contains(name)).map(|(_, value)| value);
        Some(value.unwrap_or_default())
    }

    /// Says what is true: whether there is a card nobody has spoken of yet.
    fn look_into_the_tray(&mut self) -> bool {
        let (before, printed) = (self.tray(), self.good + 1);
        let good = before >= printed;
        self.press(if good { "1" } else { "3" });
        // A key that came too early for its page is pressed again, with the same meaning.
        if good && !self.screen().contains("1 Good") {
            self.good = before;
        }
        true
    }
}
