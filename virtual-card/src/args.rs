//! The command line.

use std::path::PathBuf;

/// What `--help` prints.
pub const USAGE: &str = "\
Usage: virtual-card --connect HOST:PORT --image DIR [options]

  --connect HOST:PORT  the port of a vpcd slot
  --image DIR          the card itself: the same folder is the same card; made when missing
  --seed N             where the card's random numbers start; at first use only (else drawn by chance)
  --serial HEX         4-byte serial number as 8 hex digits; at first use only (else made from the seed)
  --die-before N       leave the reader before command N is carried out (1 is the first since the start;
                       parts of a chain and GET RESPONSE count)
  --die-after N        leave the reader after command N was carried out, before it is answered
  --apdu-log FILE      append a line per command: number, CLA INS P1 P2 Lc, status; never its data
  --once               try to connect once; without it, for 10 seconds
";

/// A parsed command line.
#[derive(Debug, PartialEq, Eq)]
pub enum Parsed {
    /// Run a card.
    Run(Args),
    /// Print [`USAGE`].
    Help,
}

/// The wishes of the caller.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Args {
    /// Host and port of the reader's slot.
    pub connect: String,
    /// Folder of the card image.
    pub image: PathBuf,
    /// Seed of a new card.
    pub seed: Option<u64>,
    /// Serial number of a new card.
    pub serial: Option<[u8; 4]>,
    /// Number of the command before which the card goes.
    pub die_before: Option<u64>,
    /// Number of the command after which the card goes.
    pub die_after: Option<u64>,
    /// File of the command log.
    pub apdu_log: Option<PathBuf>,
    /// Do not wait for the reader.
    pub once: bool,
}

/// Reads a command line without the program's name.
pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Parsed, String> {
    let mut args = Args::default();
    while let Some(flag) = words.next() {
        match flag.as_str() {
            "--help" | "-h" => return Ok(Parsed::Help),
            "--once" => {
                args.once = true;
                continue;
            }
            _ => {}
        }
        let value = words.next().ok_or_else(|| format!("{flag} needs a value, or is not known"))?;
        match flag.as_str() {
            "--connect" => args.connect = value,
            "--image" => args.image = value.into(),
            "--seed" => args.seed = Some(number(&flag, &value)?),
            "--serial" => args.serial = Some(serial(&value)?),
            "--die-before" => args.die_before = Some(command_number(&flag, &value)?),
            "--die-after" => args.die_after = Some(command_number(&flag, &value)?),
            "--apdu-log" => args.apdu_log = Some(value.into()),
            _ => return Err(format!("{flag} is not known")),
        }
    }
    if args.connect.is_empty() {
        return Err("--connect is missing".into());
    }
    if args.image.as_os_str().is_empty() {
        return Err("--image is missing".into());
    }
    Ok(Parsed::Run(args))
}

fn number(flag: &str, value: &str) -> Result<u64, String> {
    value.parse().map_err(|_| format!("{flag}: {value} is not a number"))
}

fn command_number(flag: &str, value: &str) -> Result<u64, String> {
    match number(flag, value)? {
        0 => Err(format!("{flag}: commands are counted from 1")),
        n => Ok(n),
    }
}

/// Reads a serial number of 8 hex digits.
pub fn serial(value: &str) -> Result<[u8; 4], String> {
    let wrong = || format!("{value} is not a serial number of 8 hex digits");
    if value.len() != 8 || !value.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    u32::from_str_radix(value, 16).map(u32::to_be_bytes).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Parsed, String> {
        parse(line.split_whitespace().map(String::from))
    }

    #[test]
    fn a_full_command_line_is_understood() {
        let args = Args {
            connect: "127.0.0.1:9".into(),
            image: "card".into(),
            seed: Some(7),
            serial: Some([0, 0x52, 0xf7, 0x43]),
            die_before: Some(3),
            die_after: Some(4),
            apdu_log: Some("log".into()),
            once: true,
        };
        let line = "--connect 127.0.0.1:9 --image card --seed 7 --serial 0052F743 --die-before 3 --die-after 4 \
                    --apdu-log log --once";
        assert_eq!(parsed(line), Ok(Parsed::Run(args)));
    }

    #[test]
    fn a_wrong_command_line_is_refused() {
        for line in [
            "",
            "--connect a:1",
            "--image d",
            "--connect a:1 --image d --serial 12",
            "--connect a:1 --image d --serial +0052F74",
            "--connect a:1 --image d --die-after 0",
            "--connect a:1 --image d --seed x",
            "--connect a:1 --image d --wrong",
            "--connect a:1 --image d --wrong 1",
            "--connect",
        ] {
            assert!(parsed(line).is_err(), "{line:?} was accepted");
        }
    }
}
