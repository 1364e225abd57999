//! The configuration file of `serve`: TOML, every key known, every mistake told with file, key and what is allowed.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::service::Rules;

/// What `serve` needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Names for the TLS certificate; the first one is printed in invites.
    pub names: Vec<String>,
    /// The database file, if not the one in the data folder.
    pub database: Option<PathBuf>,
    /// Limits.
    pub rules: Rules,
}

/// Port desks use unless told otherwise.
pub const PORT: u16 = 8443;

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], PORT)),
            names: vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
            database: None,
            rules: Rules::default(),
        }
    }
}

/// What is wrong with a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigFault {
    /// The file can't be read.
    #[error("{file} can't be read: {cause}")]
    Unreadable {
        /// The file.
        file: String,
        /// Why.
        cause: String,
    },
    /// The file is no TOML.
    #[error("{file}, line {line}: this is no TOML")]
    NotToml {
        /// The file.
        file: String,
        /// The line.
        line: usize,
    },
    /// A key nobody knows.
    #[error("{file}: the key '{key}' is not known; allowed here: {allowed}")]
    UnknownKey {
        /// The file.
        file: String,
        /// The key.
        key: String,
        /// The keys there are.
        allowed: String,
    },
    /// A value that is not allowed.
    #[error("{file}: '{key}' must be {allowed}")]
    BadValue {
        /// The file.
        file: String,
        /// The key.
        key: String,
        /// What is allowed.
        allowed: String,
    },
}

impl Config {
    /// Reads a file.
    pub fn read(path: &Path) -> Result<Self, ConfigFault> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| ConfigFault::Unreadable { file: file.clone(), cause: error.to_string() })?;
        Self::parse(&text, &file)
    }

    /// Reads a text; `file` is its name in errors.
    pub fn parse(text: &str, file: &str) -> Result<Self, ConfigFault> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text.get(..at).unwrap_or(text).lines().count().max(1);
            ConfigFault::NotToml { file: file.to_owned(), line }
        })?;
        let mut config = Self::default();
        let known = ["listen", "names", "database", "limits", "cards"];
        for (key, value) in &table {
            let at = Place { file, key, known: &known };
            match key.as_str() {
                "listen" => config.listen = at.text(value, "an address and a port, such as \"0.0.0.0:8443\"")?,
                "names" => config.names = at.names(value)?,
                "database" => config.database = Some(database(at.string(value, DATABASE_FORM)?, &at)?),
                "limits" => limits(&mut config.rules, value, &at)?,
                "cards" => cards(&mut config.rules, value, &at)?,
                _ => return Err(at.unknown()),
            }
        }
        Ok(config)
    }
}

const DATABASE_FORM: &str = "\"sqlite:\" and a path (PostgreSQL is not built in)";

/// The file of a database address.
fn database(address: &str, at: &Place<'_>) -> Result<PathBuf, ConfigFault> {
    sqlite_path(address).ok_or_else(|| at.bad(DATABASE_FORM))
}

/// `sqlite:PATH`.
pub fn sqlite_path(address: &str) -> Option<PathBuf> {
    address.strip_prefix("sqlite:").filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn limits(rules: &mut Rules, value: &Value, at: &Place<'_>) -> Result<(), ConfigFault> {
    let known = ["releases_per_hour", "requests_at_once"];
    for (key, value) in at.table(value)? {
        let name = format!("limits.{key}");
        let at = Place { file: at.file, key: &name, known: &known };
        match key.as_str() {
            "releases_per_hour" => rules.releases_per_hour = at.number(value, 1_000)?,
            "requests_at_once" => rules.requests_at_once = at.number(value, 1_000)? as usize,
            _ => return Err(at.unknown()),
        }
    }
    Ok(())
}

fn cards(rules: &mut Rules, value: &Value, at: &Place<'_>) -> Result<(), ConfigFault> {
    for (key, value) in at.table(value)? {
        let name = format!("cards.{key}");
        let at = Place { file: at.file, key: &name, known: &["days"] };
        match key.as_str() {
            "days" => rules.card_days = at.number(value, 3_650)?,
            _ => return Err(at.unknown()),
        }
    }
    Ok(())
}

/// Where a value stands, for errors.
struct Place<'a> {
    file: &'a str,
    key: &'a str,
    known: &'a [&'a str],
}

impl Place<'_> {
    fn unknown(&self) -> ConfigFault {
        ConfigFault::UnknownKey { file: self.file.to_owned(), key: self.key.to_owned(), allowed: self.known.join(", ") }
    }

    fn bad(&self, allowed: &str) -> ConfigFault {
        ConfigFault::BadValue { file: self.file.to_owned(), key: self.key.to_owned(), allowed: allowed.to_owned() }
    }

    fn string<'v>(&self, value: &'v Value, allowed: &str) -> Result<&'v str, ConfigFault> {
        value.as_str().ok_or_else(|| self.bad(allowed))
    }

    fn text<T: std::str::FromStr>(&self, value: &Value, allowed: &str) -> Result<T, ConfigFault> {
        self.string(value, allowed)?.parse().map_err(|_| self.bad(allowed))
    }

    fn names(&self, value: &Value) -> Result<Vec<String>, ConfigFault> {
        let allowed = "a list of names or addresses, such as [\"ra.example.org\"]";
        let names = value.as_array().ok_or_else(|| self.bad(allowed))?;
        let names: Option<Vec<String>> = names.iter().map(|name| name.as_str().map(str::to_owned)).collect();
        names.filter(|names| !names.is_empty() && names.iter().all(|n| !n.is_empty())).ok_or_else(|| self.bad(allowed))
    }

    fn number(&self, value: &Value, max: u32) -> Result<u32, ConfigFault> {
        let number = value.as_integer().and_then(|number| u32::try_from(number).ok());
        number.filter(|n| (1..=max).contains(n)).ok_or_else(|| self.bad(&format!("a whole number from 1 to {max}")))
    }

    fn table<'v>(&self, value: &'v Value) -> Result<&'v Table, ConfigFault> {
        value.as_table().ok_or_else(|| self.bad("a section, such as [limits]"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_the_default_with_and_without_its_hashes() {
        let example = include_str!("../../assets/ra-central.example.toml");
        assert_eq!(Config::parse(example, "example").unwrap(), Config::default());
        let switched_on: String = example
            .lines()
            .map(|line| match line.strip_prefix('#') {
                Some(key) if !key.starts_with(' ') => format!("{key}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let mut config = Config::parse(&switched_on, "example").unwrap();
        assert_eq!(config.database.take(), Some(PathBuf::from("ra-central.sqlite")));
        assert_eq!(config, Config::default());
    }

    #[test]
    fn a_mistake_is_told_with_file_key_and_what_is_allowed() {
        let told = |text: &str| Config::parse(text, "c.toml").unwrap_err().to_string();
        assert_eq!(
            told("lisen = 1"),
            "c.toml: the key 'lisen' is not known; allowed here: listen, names, database, limits, cards"
        );
        assert_eq!(told("[cards]\ndays = 0"), "c.toml: 'cards.days' must be a whole number from 1 to 3650");
        assert!(told("[limits]\nx = 1").contains("'limits.x'"));
        assert!(told("listen = \"8443\"").contains("an address and a port"));
        assert!(told("database = \"postgres://x\"").contains("sqlite:"));
        assert_eq!(told("listen = \"1.2.3.4:1\"\nnames = ["), "c.toml, line 2: this is no TOML");
    }
}
