//! The card image: a folder that is the card while no power is on it.
//!
//! | file | what |
//! | --- | --- |
//! | `card` | seed and serial number, written once |
//! | `starts` | how often the card got power; part of the random seed |
//! | `internal.bin`, `external.bin` | the applet's file systems, 64 KiB each |
//! | `formatted` | its presence says that the first start came to its end |
//! | `lock` | held while a process is this card |

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng as _;

/// A card image in use by this process alone.
pub struct Image {
    dir: PathBuf,
    seed: u64,
    serial: [u8; 4],
    _lock: File,
}

impl Image {
    /// Opens the image, or makes a new one. Of an existing card seed and serial must not differ.
    pub fn open(dir: &Path, seed: Option<u64>, serial: Option<[u8; 4]>) -> Result<Self, String> {
        let failed = |what: &str, err: std::io::Error| format!("cannot {what} {}: {err}", dir.display());
        fs::create_dir_all(dir).map_err(|err| failed("make", err))?;
        let lock = File::create(dir.join("lock")).map_err(|err| failed("lock", err))?;
        lock.try_lock().map_err(|_| format!("{} is in use: a card is in one reader at a time", dir.display()))?;
        let (seed, serial) = match fs::read_to_string(dir.join("card")) {
            Ok(text) => {
                let known = parse_card(&text).ok_or_else(|| format!("{}: not a card image", dir.display()))?;
                if seed.is_some_and(|seed| seed != known.0) || serial.is_some_and(|serial| serial != known.1) {
                    return Err(format!("{} is a card with another seed or serial number", dir.display()));
                }
                known
            }
            Err(err) if err.kind() == ErrorKind::NotFound => {
                let seed = seed.map_or_else(chance, Ok).map_err(|err| failed("seed", err))?;
                let serial = serial.unwrap_or_else(|| serial_from(seed));
                let text = format!("{seed} {:08X}\n", u32::from_be_bytes(serial));
                replace(&dir.join("card"), text.as_bytes()).map_err(|err| failed("write", err))?;
                (seed, serial)
            }
            Err(err) => return Err(failed("read", err)),
        };
        Ok(Self { dir: dir.to_owned(), seed, serial, _lock: lock })
    }

    /// Whether the applet has set itself up. If not, what an interrupted first start left is removed
    /// by the next call of [`Image::start`].
    pub fn is_formatted(&self) -> bool {
        self.dir.join("formatted").exists()
    }

    /// Says that the applet has set itself up.
    pub fn mark_formatted(&self) -> Result<(), String> {
        replace(&self.dir.join("formatted"), b"").map_err(|err| format!("cannot mark the image: {err}"))
    }

    /// The card's serial number, as the Yubico command GET SERIAL tells it.
    pub fn serial(&self) -> [u8; 4] {
        self.serial
    }

    /// Counts one more start and gives the random numbers for it: a stream of its own for every card
    /// and every start, so that no key ever repeats, yet the same for the same seed and history.
    pub fn start(&mut self) -> Result<ChaCha8Rng, String> {
        if !self.is_formatted() {
            for path in self.storage() {
                match fs::remove_file(&path) {
                    Err(err) if err.kind() != ErrorKind::NotFound => {
                        return Err(format!("cannot clear {}: {err}", path.display()));
                    }
                    _ => {}
                }
            }
        }
        let path = self.dir.join("starts");
        let starts = match fs::read_to_string(&path) {
            Ok(text) => text.trim().parse::<u64>().map_err(|_| "the image's count of starts is broken")?,
            Err(err) if err.kind() == ErrorKind::NotFound => 0,
            Err(err) => return Err(format!("cannot read {}: {err}", path.display())),
        };
        replace(&path, format!("{}\n", starts + 1).as_bytes())
            .map_err(|err| format!("cannot write {}: {err}", path.display()))?;
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        random.set_stream(starts);
        Ok(random)
    }

    /// The files of the internal and the external file system.
    pub fn storage(&self) -> [PathBuf; 2] {
        [self.dir.join("internal.bin"), self.dir.join("external.bin")]
    }
}

/// Seed and serial number from the text of the file `card`.
fn parse_card(text: &str) -> Option<(u64, [u8; 4])> {
    let (seed, serial) = text.trim().split_once(' ')?;
    Some((seed.parse().ok()?, crate::args::serial(serial).ok()?))
}

/// A positive serial number: the low half of the seed without its top bit.
fn serial_from(seed: u64) -> [u8; 4] {
    let [.., a, b, c, d] = seed.to_be_bytes();
    [a & 0x7F, b, c, d]
}

fn chance() -> std::io::Result<u64> {
    let mut seed = [0; 8];
    File::open("/dev/urandom")?.read_exact(&mut seed)?;
    Ok(u64::from_be_bytes(seed))
}

/// Writes the file whole or not at all: the process may be killed at any time.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let fresh = path.with_extension("new");
    File::create(&fresh)?.write_all(bytes)?;
    fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::RngCore as _;

    fn folder(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("virtual-card-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        dir
    }

    #[test]
    fn every_card_and_every_start_has_its_own_random_numbers() {
        let dirs = [folder("one"), folder("two")];
        let mut seen = Vec::new();
        for (dir, seed) in dirs.iter().zip([1, 2]) {
            for _ in 0..3 {
                let mut image = Image::open(dir, Some(seed), None).unwrap();
                seen.push(image.start().unwrap().next_u64());
            }
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
        dirs.iter().for_each(|dir| fs::remove_dir_all(dir).unwrap());
    }

    #[test]
    fn the_same_seed_and_history_give_the_same_card() {
        let dirs = [folder("same-a"), folder("same-b")];
        let [a, b] = dirs.each_ref().map(|dir| Image::open(dir, Some(5), None).unwrap().start().unwrap().next_u64());
        assert_eq!(a, b);
        dirs.iter().for_each(|dir| fs::remove_dir_all(dir).unwrap());
    }

    #[test]
    fn a_card_keeps_its_serial_and_cannot_be_in_two_readers() {
        let dir = folder("serial");
        let first = Image::open(&dir, Some(9), Some([1, 2, 3, 4])).unwrap();
        assert!(Image::open(&dir, None, None).is_err(), "opened twice");
        drop(first);
        assert_eq!(Image::open(&dir, None, None).unwrap().serial(), [1, 2, 3, 4]);
        assert!(Image::open(&dir, Some(10), None).is_err(), "another seed was accepted");
        fs::remove_dir_all(&dir).unwrap();
    }
}
