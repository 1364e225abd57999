//! Where one scan ends and the next begins in what a serial port gives. Pure.

use serde::Deserialize;

const PRESETS: &str = include_str!("../../../assets/scanners.toml");

/// Bytes kept of one scan; a zone has 90 and its line ends. Of a longer one nothing is kept: it is no zone.
const KEPT: usize = 512;

/// How a scanner frames what it reads.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Stable id, as configurations name it.
    pub id: String,
    /// What comes before a scan; without it everything is part of one.
    #[serde(default)]
    start: Option<char>,
    /// What comes after a scan; without it quiet ends it.
    #[serde(default)]
    end: Option<char>,
    /// Put before every scan by the scanner, and taken off.
    #[serde(default)]
    prefix: String,
    /// Put behind every scan by the scanner, and taken off.
    #[serde(default)]
    suffix: String,
    /// Speed in bits a second.
    pub baud: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    preset: Vec<Preset>,
}

impl Preset {
    /// All presets.
    ///
    /// Errors: the file they stand in is not of the form; a test holds that it is.
    pub fn all() -> Result<Vec<Self>, toml::de::Error> {
        toml::from_str::<File>(PRESETS).map(|file| file.preset)
    }

    /// The preset of this id.
    ///
    /// Errors: there is none; the text names those there are.
    pub fn named(id: &str) -> Result<Self, String> {
        let all = Self::all().map_err(|error| error.to_string())?;
        let ids: Vec<&str> = all.iter().map(|preset| preset.id.as_str()).collect();
        let ids = ids.join(", ");
        all.into_iter().find(|preset| preset.id == id).ok_or(ids)
    }
}

/// Gathers bytes to scans.
pub struct Framer {
    preset: Preset,
    held: Vec<u8>,
    /// Between start and end.
    inside: bool,
    /// More came than is kept.
    too_long: bool,
}

impl Framer {
    /// For a scanner of this kind.
    pub fn new(preset: Preset) -> Self {
        let inside = preset.start.is_none();
        Self { preset, held: Vec::new(), inside, too_long: false }
    }

    /// What the port gave; the scans that ended in it.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut scans = Vec::new();
        for byte in bytes {
            let sign = Some(char::from(*byte));
            if self.preset.start == sign {
                self.drop_all();
                self.inside = true;
            } else if self.preset.end == sign {
                scans.extend(self.finish());
            } else if self.inside && self.held.len() < KEPT {
                self.held.push(*byte);
            } else {
                self.too_long |= self.inside;
            }
        }
        scans
    }

    /// Whether quiet would end something.
    pub fn is_waiting(&self) -> bool {
        !self.held.is_empty()
    }

    /// It was quiet: what has no end of its own is over, and what waits for one never gets it.
    pub fn quiet(&mut self) -> Option<String> {
        if self.preset.end.is_some() {
            self.drop_all();
            return None;
        }
        self.finish()
    }

    /// The port has gone: half a scan is none.
    pub fn drop_all(&mut self) {
        self.held.clear();
        self.too_long = false;
        self.inside = self.preset.start.is_none();
    }

    fn finish(&mut self) -> Option<String> {
        let whole = self.inside && !self.too_long;
        let text = String::from_utf8_lossy(&self.held).into_owned();
        self.drop_all();
        let text = text.trim();
        let text = text.strip_prefix(self.preset.prefix.as_str()).unwrap_or(text);
        let text = text.strip_suffix(self.preset.suffix.as_str()).unwrap_or(text);
        (whole && !text.is_empty()).then(|| text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ZONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\r\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";

    fn framer(id: &str) -> Framer {
        Framer::new(Preset::named(id).unwrap())
    }

    #[test]
    fn every_preset_is_of_the_form_and_an_unknown_one_names_those_there_are() {
        assert!(Preset::all().unwrap().len() >= 2);
        assert!(Preset::named("laser").unwrap_err().contains("stx-etx"));
    }

    #[test]
    fn lines_are_one_scan_until_it_is_quiet() {
        let mut lines = framer("lines");
        assert!(lines.push(format!("{ZONE}\r\n").as_bytes()).is_empty());
        assert_eq!(lines.quiet().as_deref(), Some(ZONE));
        assert_eq!(lines.quiet(), None);
    }

    #[test]
    fn what_stands_outside_a_frame_is_nothing_and_half_a_frame_is_no_scan() {
        let mut framed = framer("stx-etx");
        let text = format!("noise\u{2}half\u{2}{ZONE}\u{3}more\u{3}\u{2}cut");
        assert_eq!(framed.push(text.as_bytes()), [ZONE]);
        assert_eq!(framed.quiet(), None);
        assert!(framed.push(b"off\x03").is_empty());
    }

    #[test]
    fn what_a_scanner_puts_around_a_scan_is_taken_off() {
        let preset = "id = \"x\"\nprefix = \"[mrz]\"\nsuffix = \"#\"\nbaud = 9600\n";
        let mut imager = Framer::new(toml::from_str(preset).unwrap());
        imager.push(format!("[mrz]{ZONE}#\r").as_bytes());
        assert_eq!(imager.quiet().as_deref(), Some(ZONE));
    }

    #[test]
    fn a_scan_without_end_is_bounded_and_dropped() {
        let mut framed = framer("stx-etx");
        assert!(framed.push(b"\x02").is_empty());
        for _ in 0..10_000 {
            assert!(framed.push(&[b'<'; 100]).is_empty());
        }
        assert!(framed.held.len() <= KEPT);
        assert!(framed.push(b"\x03").is_empty());
        assert_eq!(framed.push(format!("\u{2}{ZONE}\u{3}").as_bytes()), [ZONE]);
    }

    proptest! {
        #[test]
        fn a_scan_is_the_same_however_it_is_cut(cuts in prop::collection::vec(1..20usize, 0..20)) {
            let text = format!("\u{2}{ZONE}\u{3}");
            let (mut framed, mut rest, mut scans) = (framer("stx-etx"), text.as_bytes(), Vec::new());
            for cut in cuts {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                scans.extend(framed.push(now));
                rest = later;
            }
            scans.extend(framed.push(rest));
            prop_assert_eq!(scans, vec![ZONE.to_owned()]);
        }
    }
}
