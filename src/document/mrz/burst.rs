//! Scanners that type: a swipe reader in keyboard mode sends a zone as keys, wherever the focus is. This tells such a burst
//! from a hand by its pace and its fillers, holds it back from the screen and gives it on whole.
//!
//! Fed with signs and their time in milliseconds; the caller wakes it at [`Wedge::due`]. The first sign may go out before
//! anything can be known, so that a text field shows what a hand types at once; [`Heard::Scan`] says so.

use super::grid::{Grid, Pasted};

/// Fewer signs than this are no zone, however fast they come.
pub const SIGNS_MIN: usize = 20;

/// Keys of one burst are less than this apart, in milliseconds. No hand keeps it up for [`SIGNS_MIN`] signs.
pub const APART_MS: i64 = 30;

/// A burst is over after so much quiet, in milliseconds: between lines a scanner pauses for less.
pub const QUIET_MS: i64 = 100;

/// Signs kept of a burst; a zone has 90 and its line ends.
const KEPT: usize = 256;

/// What a reader's keyboard layout makes of the zone's signs, learned once from a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// What the filler arrives as.
    pub filler: char,
}

impl Default for Layout {
    fn default() -> Self {
        Self { filler: '<' }
    }
}

impl Layout {
    /// Learns the layout from the scan of any zone: the one sign that, read as a filler, makes it one.
    ///
    /// None if no sign does.
    pub fn learn(scan: &str) -> Option<Self> {
        let mut strange: Vec<char> = scan.chars().filter(|c| !c.is_ascii_alphanumeric() && !c.is_control()).collect();
        strange.sort_unstable();
        strange.dedup();
        let [filler] = strange[..] else { return None };
        let layout = Self { filler };
        matches!(Grid::new().paste(&layout.plain(scan)), Pasted::Whole(_)).then_some(layout)
    }

    /// A scan with its signs as they stand on the document.
    pub fn plain(&self, scan: &str) -> String {
        scan.chars().map(|c| if c == self.filler { '<' } else { c.to_ascii_uppercase() }).collect()
    }

    fn holds(&self, sign: char) -> bool {
        sign.is_ascii_alphanumeric() || sign == '<' || sign == self.filler
    }
}

/// What comes out for the desk.
#[derive(Clone, PartialEq, Eq)]
pub enum Heard<T> {
    /// A key of a hand: use it as ever. Line ends are Enter. With what the caller noted of it.
    Key(char, T),
    /// A whole scan.
    Scan {
        /// What was scanned, fillers as `<`, lines parted as the scanner did.
        text: String,
        /// The first sign went out as a [`Heard::Key`] before the burst could be known: it is to be taken back.
        first_is_out: bool,
    },
}

impl<T> std::fmt::Debug for Heard<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Heard::Key(..) => "Key",
            Heard::Scan { .. } => "Scan",
        })
    }
}

/// Tells bursts from hands. `T` is what the caller notes of each key, such as its exact time.
#[derive(Clone)]
pub struct Wedge<T> {
    layout: Layout,
    /// The run so far, the first sign included.
    run: Vec<(char, T)>,
    /// How many of the run went out as keys.
    out: usize,
    /// Signs of the run, line ends left out.
    signs: usize,
    /// A filler is among them: no name, number or sentence that a hand types has one.
    fillers: bool,
    last: i64,
}

impl<T> Default for Wedge<T> {
    fn default() -> Self {
        Self::new(Layout::default())
    }
}

impl<T> Wedge<T> {
    /// For readers of this layout.
    pub fn new(layout: Layout) -> Self {
        Self { layout, run: Vec::new(), out: 0, signs: 0, fillers: false, last: 0 }
    }

    /// A sign, or `\r`, `\n`, `\t` for the keys Enter and Tab, and when it came. A run begins with a letter, as every zone
    /// does. `show`: a text field waits for it, so that the first sign of a run goes out at once.
    pub fn key(&mut self, sign: char, at: i64, note: T, show: bool) -> Vec<Heard<T>>
    where
        T: Clone,
    {
        let mut heard = self.wake(at);
        let ends = matches!(sign, '\r' | '\n' | '\t');
        let goes_on = !self.run.is_empty() && (ends || self.layout.holds(sign));
        if !goes_on && !sign.is_ascii_alphabetic() {
            heard.extend(self.end());
            heard.push(Heard::Key(sign, note));
            return heard;
        }
        if self.run.is_empty() && show {
            // It may be a hand: it goes out at once.
            self.out = 1;
            heard.push(Heard::Key(sign, note.clone()));
        }
        self.fillers |= sign == '<' || sign == self.layout.filler;
        self.signs += usize::from(!ends);
        self.last = at;
        if self.run.len() < KEPT {
            self.run.push((sign, note));
        } else if !self.fillers {
            // Longer than any zone and without a filler: typed ahead, and none of it is lost.
            heard.extend(self.end());
            heard.push(Heard::Key(sign, note));
        }
        heard
    }

    /// A key that is no sign, such as Esc or an arrow: what was held comes before it.
    pub fn other(&mut self, at: i64) -> Vec<Heard<T>> {
        let mut heard = self.wake(at);
        heard.extend(self.end());
        heard
    }

    /// Whether something is held.
    pub fn holds_any(&self) -> bool {
        !self.run.is_empty()
    }

    /// When to call [`Self::wake`] if no key comes before; none if nothing is held.
    pub fn due(&self) -> Option<i64> {
        let gap = if self.is_burst() { QUIET_MS } else { APART_MS };
        self.holds_any().then(|| self.last.saturating_add(gap))
    }

    /// What the quiet until now gives out.
    pub fn wake(&mut self, now: i64) -> Vec<Heard<T>> {
        if self.due().is_some_and(|due| now >= due) { self.end() } else { Vec::new() }
    }

    fn is_burst(&self) -> bool {
        self.signs >= SIGNS_MIN && self.fillers
    }

    fn end(&mut self) -> Vec<Heard<T>> {
        let burst = self.is_burst();
        let run = std::mem::take(&mut self.run);
        let out = std::mem::take(&mut self.out);
        (self.signs, self.fillers) = (0, false);
        if burst {
            let text: String = run.into_iter().map(|(sign, _)| sign).collect();
            return vec![Heard::Scan { text: self.layout.plain(&text), first_is_out: out > 0 }];
        }
        run.into_iter().skip(out).map(|(sign, note)| Heard::Key(sign, note)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ZONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\rL898902C36UTO7408122F1204159ZE184226B<<<<<10\r";

    type Wedge = super::Wedge<()>;
    type Heard = super::Heard<()>;

    fn fed(wedge: &mut Wedge, text: &str, from: i64, apart: i64) -> (Vec<Heard>, i64) {
        let mut heard = Vec::new();
        let mut at = from;
        for sign in text.chars() {
            heard.extend(wedge.key(sign, at, (), true));
            at += apart;
        }
        (heard, at)
    }

    fn keys(heard: &[Heard]) -> String {
        heard.iter().filter_map(|one| if let Heard::Key(sign, ()) = one { Some(*sign) } else { None }).collect()
    }

    fn scan(heard: &[Heard]) -> Option<&str> {
        heard.iter().find_map(|one| if let Heard::Scan { text, .. } = one { Some(text.as_str()) } else { None })
    }

    #[test]
    fn a_scan_is_held_back_and_given_on_whole_with_its_line_ends() {
        let mut wedge = Wedge::default();
        let (heard, end) = fed(&mut wedge, ZONE, 1_000, 4);
        assert_eq!(keys(&heard), "P", "only the first is out");
        assert!(wedge.wake(end - 4 + QUIET_MS - 1).is_empty());
        let heard = wedge.wake(end - 4 + QUIET_MS);
        assert_eq!(heard, [Heard::Scan { text: ZONE.to_owned(), first_is_out: true }]);
        assert!(matches!(Grid::new().paste(scan(&heard).unwrap()), Pasted::Whole(_)));
        assert_eq!(wedge.due(), None);
    }

    #[test]
    fn a_hand_is_never_held_longer_than_the_gap() {
        let mut wedge = Wedge::default();
        let (heard, _) = fed(&mut wedge, "HARTLEY\rMARGARET JOAN É7", 0, 30);
        assert_eq!(keys(&heard), "HARTLEY\rMARGARET JOAN É7");
        // Two keys rolled over come out in their order, the second a moment later.
        let mut wedge = Wedge::default();
        assert_eq!(keys(&wedge.key('a', 0, (), true)), "a");
        assert_eq!(keys(&wedge.key('b', 5, (), true)), "");
        assert_eq!(wedge.due(), Some(35));
        assert_eq!(keys(&wedge.wake(35)), "b");
        assert_eq!(keys(&wedge.key('c', 500, (), true)), "c");
    }

    #[test]
    fn a_pause_between_lines_does_not_part_a_scan() {
        let mut wedge = Wedge::default();
        let (first, second) = ZONE.split_at(45);
        let (_, end) = fed(&mut wedge, first, 0, 2);
        let (heard, end) = fed(&mut wedge, second, end + 80, 2);
        assert!(heard.is_empty());
        assert_eq!(scan(&wedge.wake(end + QUIET_MS)), Some(ZONE));
    }

    #[test]
    fn a_short_burst_is_keys_and_enter_keeps_its_place() {
        let mut wedge = Wedge::default();
        let (heard, end) = fed(&mut wedge, "5551\r", 0, 2);
        let all = [heard, wedge.wake(end + APART_MS)].concat();
        assert_eq!(keys(&all), "5551\r");
        let (heard, _) = fed(&mut wedge, "55", 1_000, 2);
        let all = [heard, wedge.other(1_005)].concat();
        assert_eq!(keys(&all), "55");
    }

    #[test]
    fn a_foreign_sign_ends_a_scan_and_comes_after_it() {
        let mut wedge = Wedge::default();
        let (_, end) = fed(&mut wedge, &ZONE[..60], 0, 2);
        let heard = wedge.key('é', end, (), true);
        assert_eq!(scan(&heard), Some(&ZONE[..60]));
        assert_eq!(heard.last(), Some(&Heard::Key('é', ())));
    }

    #[test]
    fn what_the_filler_arrives_as_is_learned_once() {
        for filler in ['<', '>', '\\', ';', '\u{e4}', ','] {
            let arrives: String = ZONE.chars().map(|c| if c == '<' { filler } else { c }).collect();
            let layout = Layout::learn(&arrives).unwrap();
            assert_eq!(layout.filler, filler);
            let mut wedge = Wedge::new(layout);
            let (_, end) = fed(&mut wedge, &arrives, 0, 2);
            assert_eq!(scan(&wedge.wake(end + QUIET_MS)), Some(ZONE));
        }
        // Caps Lock turns the letters round; they are capitals on the document.
        assert_eq!(Layout::learn(&ZONE.to_lowercase()), Some(Layout { filler: '<' }));
        for not_a_zone in ["", "HARTLEY", &ZONE.replace('<', ""), &ZONE.replacen('<', "\\", 1)] {
            assert_eq!(Layout::learn(not_a_zone), None, "{not_a_zone}");
        }
    }

    #[test]
    fn an_endless_scan_is_bounded() {
        let mut wedge = Wedge::default();
        let (_, end) = fed(&mut wedge, &"A<".repeat(50_000), 0, 1);
        assert!(scan(&wedge.wake(end + QUIET_MS)).unwrap().len() <= KEPT);
    }

    #[test]
    fn keys_typed_ahead_without_a_filler_are_all_given_on_however_fast_and_many() {
        let mut wedge = Wedge::default();
        let typed: String = ('a'..='z').cycle().take(2_000).chain(['\r']).collect();
        let (heard, end) = fed(&mut wedge, &typed, 0, 0);
        assert_eq!(keys(&[heard, wedge.wake(end + QUIET_MS)].concat()), typed);
    }

    #[test]
    fn where_no_text_is_typed_not_even_the_first_sign_goes_out_and_a_figure_is_never_late() {
        let mut wedge = Wedge::default();
        for (at, sign) in (0..).zip(ZONE.chars()) {
            assert!(wedge.key(sign, at, (), false).is_empty());
        }
        let end = i64::try_from(ZONE.len()).unwrap();
        assert_eq!(wedge.wake(end + QUIET_MS), [Heard::Scan { text: ZONE.to_owned(), first_is_out: false }]);
        assert_eq!(keys(&wedge.key('3', 1_000, (), false)), "3");
        assert_eq!(keys(&wedge.key('y', 2_000, (), false)), "");
        assert_eq!(keys(&wedge.wake(2_000 + APART_MS)), "y");
    }

    proptest! {
        #[test]
        fn no_key_of_a_slow_hand_is_lost_or_changed(keys_typed in prop::collection::vec(("\\PC|\r|\t", 0..29i64), 0..19), show: bool) {
            let mut wedge = Wedge::default();
            let (mut at, mut heard, mut typed) = (0, Vec::new(), String::new());
            for (sign, apart) in keys_typed {
                at += apart;
                typed.push_str(&sign);
                heard.extend(wedge.key(sign.chars().next().unwrap(), at, (), show));
            }
            heard.extend(wedge.wake(at + QUIET_MS));
            prop_assert_eq!(keys(&heard), typed);
        }
    }
}
