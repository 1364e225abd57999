//! The desk's configuration: one TOML file. An unknown key or a bad value is an error that names file, key and what is allowed.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::device::scanner::Preset;
use crate::document::mrz::burst::Layout;

/// The commented example, shown by `ra-desk --example-config`.
pub const EXAMPLE: &str = include_str!("../../assets/ra-desk.example.toml");

/// Largest file read: a configuration has a few lines.
const BYTES_MAX: u64 = 64 * 1024;

/// What can be set.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Name of the place, for line 1.
    #[serde(default)]
    pub place: String,
    /// Name of the desk, for line 1.
    #[serde(default)]
    pub desk: String,
    /// The number to phone when a cancel can't be sent.
    pub phone: String,
    /// Folder of the database.
    #[serde(default = "default_data")]
    pub data: PathBuf,
    /// Language at start: `en` or `cy`.
    #[serde(default)]
    pub language: Language,
    /// Contrast at start: `normal`, `high` or `mono`.
    #[serde(default)]
    pub contrast: Contrast,
    /// How photos are shown: `half-blocks` or `sixel`.
    #[serde(default)]
    pub preview: Preview,
    /// What there is to examine documents with.
    #[serde(default)]
    pub equipment: Vec<Equipment>,
    /// The readers.
    #[serde(default)]
    pub readers: Readers,
    /// The card printer.
    #[serde(default)]
    pub printer: Printer,
    /// The camera.
    #[serde(default)]
    pub camera: Camera,
    /// The document scanner.
    #[serde(default)]
    pub scanner: Scanner,
}

fn default_data() -> PathBuf {
    PathBuf::from("/var/lib/ra-desk")
}

/// What documents can be examined with. Checks that need what is not there are not asked for, and cap the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Equipment {
    /// A lamp for ultraviolet light.
    UvLamp,
    /// A magnifier.
    Magnifier,
}

impl Equipment {
    /// The stable word, as the policy names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Equipment::UvLamp => "uv_lamp",
            Equipment::Magnifier => "magnifier",
        }
    }
}

/// Language at start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Welsh.
    #[serde(rename = "cy")]
    Welsh,
}

/// Contrast at start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Contrast {
    /// The usual colours.
    #[default]
    Normal,
    /// High contrast.
    High,
    /// No colour.
    Mono,
}

/// How photos are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preview {
    /// Two pixels a cell: every terminal has them.
    #[default]
    HalfBlocks,
    /// As pixels, where the terminal shows sixels.
    Sixel,
}

/// Which reader is whose.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Readers {
    /// Name of the agent's, as `ra-desk doctor` shows it.
    pub agent: Option<String>,
    /// Name of the customer's.
    pub customer: Option<String>,
}

/// The card printer.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printer {
    /// `ipp://host:port/path`; none: no printer.
    pub uri: Option<String>,
    /// Instead of a printer: a folder that each card's PDF is put into, for a printer elsewhere.
    pub folder: Option<PathBuf>,
    /// Words in the band at the top of the card.
    #[serde(default)]
    pub band: String,
    /// Millimetres the picture runs over each edge, 0 to 3.
    #[serde(default)]
    pub bleed_mm: f32,
}

/// The camera.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Camera {
    /// Folder that pictures arrive in; none: no camera.
    pub folder: Option<PathBuf>,
}

/// The document scanner.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scanner {
    /// What `<` arrives as from a scanner that types: its keyboard layout may be another one.
    pub filler: char,
    /// Serial port of a scanner that does not type; none: there is none.
    pub port: Option<PathBuf>,
    /// How it frames what it reads: an id of `assets/scanners.toml`.
    pub preset: String,
}

impl Default for Scanner {
    fn default() -> Self {
        Self { filler: Layout::default().filler, port: None, preset: "lines".to_owned() }
    }
}

/// Why a configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigFault {
    /// The file can't be read.
    #[error("{path} can't be read: {error}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file is larger than any configuration.
    #[error("{path} is larger than 64 KiB: it is no configuration of a desk")]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// A key or value is wrong. The text names the line, the key and what is allowed.
    #[error("{path}: {error}")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong and what is allowed.
        error: String,
    },
}

impl Config {
    /// Reads a file.
    ///
    /// Errors: [`ConfigFault`].
    pub fn read(path: &Path) -> Result<Self, ConfigFault> {
        let unreadable = |error| ConfigFault::Unreadable { path: path.to_owned(), error };
        if std::fs::metadata(path).map_err(unreadable)?.len() > BYTES_MAX {
            return Err(ConfigFault::TooLarge { path: path.to_owned() });
        }
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        Self::parse(&text).map_err(|error| ConfigFault::Wrong { path: path.to_owned(), error })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let config: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        if config.phone.trim().is_empty() {
            return Err(
                "phone must be the number an agent phones when a cancel can't be sent, such as \"0300 303 5035\""
                    .into(),
            );
        }
        if !(0.0..=3.0).contains(&config.printer.bleed_mm) {
            return Err("printer.bleed_mm must be 0 to 3".into());
        }
        if config.scanner.filler.is_alphanumeric() || config.scanner.filler.is_whitespace() {
            return Err("scanner.filler must be the one sign that < arrives as, no letter, figure or space".into());
        }
        Preset::named(&config.scanner.preset).map_err(|ids| format!("scanner.preset must be one of {ids}"))?;
        if config.printer.uri.is_some() && config.printer.folder.is_some() {
            return Err("printer.uri and printer.folder can't both be set: cards come out in one place".into());
        }
        if let Some(uri) = &config.printer.uri
            && !uri.starts_with("ipp://")
            && !uri.starts_with("http://")
        {
            return Err("printer.uri must begin with ipp:// or http://, such as ipp://localhost/printers/card".into());
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_a_configuration() {
        let config = Config::parse(EXAMPLE).unwrap();
        assert_eq!(config.place, "Truro clinic");
    }

    #[test]
    fn photos_are_half_blocks_unless_sixels_are_asked_for() {
        assert_eq!(Config::parse("phone = \"1\"").unwrap().preview, Preview::HalfBlocks);
        assert_eq!(Config::parse("phone = \"1\"\npreview = \"sixel\"").unwrap().preview, Preview::Sixel);
    }

    #[test]
    fn an_unknown_key_names_itself_and_what_is_allowed() {
        let error = Config::parse("phone = \"1\"\n[printer]\nurl = \"x\"\n").unwrap_err();
        assert!(error.contains("url") && error.contains("uri") && error.contains("line 3"), "{error}");
    }

    #[test]
    fn a_bad_value_says_what_is_allowed() {
        let error = Config::parse("phone = \"1\"\nlanguage = \"fr\"\n").unwrap_err();
        assert!(error.contains("en") && error.contains("cy"), "{error}");
        let error = Config::parse("phone = \"1\"\npreview = \"kitty\"\n").unwrap_err();
        assert!(error.contains("half-blocks") && error.contains("sixel"), "{error}");
        let error = Config::parse("phone = \"1\"\n[printer]\nuri = \"lpd://x\"\n").unwrap_err();
        assert!(error.contains("printer.uri") && error.contains("ipp://"), "{error}");
        let error = Config::parse("phone = \"1\"\n[scanner]\nfiller = \"K\"\n").unwrap_err();
        assert!(error.contains("scanner.filler"), "{error}");
        let error = Config::parse("phone = \"1\"\n[scanner]\npreset = \"laser\"\n").unwrap_err();
        assert!(error.contains("scanner.preset") && error.contains("stx-etx"), "{error}");
        let both = "phone = \"1\"\n[printer]\nuri = \"ipp://x/y\"\nfolder = \"/cards\"\n";
        let error = Config::parse(both).unwrap_err();
        assert!(error.contains("printer.uri") && error.contains("printer.folder"), "{error}");
        let error = Config::parse("phone = \" \"\n").unwrap_err();
        assert!(error.contains("phone"), "{error}");
    }
}
