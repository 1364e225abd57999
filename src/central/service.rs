//! The service itself: store, authority, clock and rules, held by every handler.

use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::Clock;
use super::ca::Authority;
use super::likeness::Likeness;
use super::store::{AuditLine, CentralStore, StoreError};
use crate::domain::{DeskId, Millis, UserNumber};
use crate::policy::Policy;
use crate::wire::message::{Problem, ProblemCode};
use crate::wire::policy::PolicyPack;

/// Numbers an installation may set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// PUK releases allowed for one agent in one hour. A busy clinic unlocks about 20.
    pub releases_per_hour: u32,
    /// Life of a card in days; three years less a day by default.
    pub card_days: u32,
    /// Requests worked on at once; more wait a little, then are told to try again.
    pub requests_at_once: usize,
}

impl Default for Rules {
    fn default() -> Self {
        Self { releases_per_hour: 30, card_days: 3 * 365, requests_at_once: 64 }
    }
}

/// RA Central.
pub struct Central {
    /// What it remembers.
    pub store: Arc<dyn CentralStore>,
    /// The keys.
    pub authority: Arc<Authority>,
    /// The time.
    pub clock: Clock,
    /// The rules.
    pub rules: Rules,
    /// Who may be on record twice.
    pub likeness: Arc<Likeness>,
    guesses: Mutex<Vec<Millis>>,
}

/// Wrong one-time codes allowed in [`GUESS_WINDOW`]; a code has 80 random bits, so this only spares the log.
const GUESSES_MAX: usize = 20;
/// The window of [`GUESSES_MAX`].
const GUESS_WINDOW: i64 = 10 * Millis::MINUTE;

impl Central {
    /// A service on a store and an authority. Blobs a crash left unjudged are judged now.
    ///
    /// Errors: the store's.
    pub fn new(
        store: Arc<dyn CentralStore>,
        authority: Arc<Authority>,
        clock: Clock,
        rules: Rules,
    ) -> Result<Self, StoreError> {
        let central =
            Self { store, authority, clock, rules, likeness: Arc::default(), guesses: Mutex::new(Vec::new()) };
        if let Some(pack) = shipped_policy() {
            central.store.ship_policy(&pack, PROGRAM, central.now())?;
        }
        for digest in central.store.unsettled_blobs()? {
            central.judge_blob(&digest)?;
        }
        Ok(central)
    }

    /// Central's time.
    pub fn now(&self) -> Millis {
        (self.clock)()
    }

    /// Opens a complete blob and says whether it is a photo; what waited for it takes effect.
    pub fn judge_blob(&self, digest: &str) -> Result<(), StoreError> {
        if let Some(sealed) = self.store.blob_bytes(digest)? {
            let usable = self.open_blob(&sealed).is_some_and(|plain| is_jpeg(&plain));
            self.store.settle_blob(digest, usable, self.now())?;
        }
        Ok(())
    }

    /// The plain bytes of a sealed blob.
    pub fn open_blob(&self, sealed: &[u8]) -> Option<zeroize::Zeroizing<Vec<u8>>> {
        use crate::wire::seal;
        seal::open(self.authority.seal_private().expose(), seal::BLOB_INFO, b"", sealed).ok()
    }

    /// Writes an audit line; a full disk must not undo what is done, so it is only logged if that fails.
    pub fn audit(&self, desk: Option<DeskId>, agent: Option<&UserNumber>, what: &str, subject: String) {
        let line = AuditLine { at: self.now(), desk, agent: agent.cloned(), what: what.to_owned(), subject };
        if let Err(error) = self.store.audit(&line) {
            tracing::error!(%error, what, "audit line not written");
        }
    }

    /// Whether one more one-time code may be tried.
    pub fn may_guess(&self) -> Result<(), Problem> {
        let now = self.now();
        let mut guesses = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        guesses.retain(|at| now.since(*at) < GUESS_WINDOW);
        if guesses.len() >= GUESSES_MAX { Err(problem(ProblemCode::TooMany, "too many wrong codes")) } else { Ok(()) }
    }

    /// Counts a wrong one-time code.
    pub fn guessed_wrong(&self) {
        let mut guesses = self.guesses.lock().unwrap_or_else(PoisonError::into_inner);
        // `may_guess` keeps the list short; the check is for callers that forget it.
        if guesses.len() < GUESSES_MAX {
            guesses.push((self.clock)());
        }
    }
}

/// Who proposed and approved the policy that comes with the program.
const PROGRAM: &str = concat!("ra-central ", env!("CARGO_PKG_VERSION"));

/// The policy this program was built with, as it travels. None: a broken build, and the desks keep their own.
fn shipped_policy() -> Option<PolicyPack> {
    let policy = Policy::shipped()?;
    PolicyPack::new(policy.id(), policy.version(), policy.effective_from(), None, policy.to_bundle())
}

/// Whether these are the bytes of a JPEG: its start of image and end of image markers (ISO/IEC 10918-1 annex B).
fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xD8, 0xFF]) && bytes.len() > 4 && bytes.ends_with(&[0xFF, 0xD9])
}

/// A problem in words for logs.
pub fn problem(code: ProblemCode, detail: &str) -> Problem {
    Problem { code, detail: detail.to_owned() }
}

/// What a desk is told when the store says no. Faults of the database are logged, not told.
pub fn of_store(error: StoreError) -> Problem {
    match error {
        StoreError::Refused(code) => Problem { code, detail: format!("{code:?}") },
        StoreError::Busy => problem(ProblemCode::Busy, "the database is busy"),
        other => {
            tracing::error!(error = %other, "the store failed");
            problem(ProblemCode::Internal, "the store failed")
        }
    }
}

/// Fresh bytes from the operating system.
pub fn fresh<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|_| problem(ProblemCode::Internal, "no random bytes"))?;
    Ok(bytes)
}

/// A one-time code for people: four groups of four signs that are hard to mishear, 77 random bits.
pub fn one_time_code() -> Result<String, Problem> {
    const SIGNS: &[u8; 28] = b"234679ABCDEFGHJKLMNPQRTUVWXY";
    let mut code = String::with_capacity(19);
    let mut made = 0;
    while made < 16 {
        // 252 is the largest multiple of 28 in a byte: what is above would favour some signs.
        for byte in fresh::<32>()?.into_iter().filter(|byte| *byte < 252) {
            if made == 16 {
                break;
            }
            if made > 0 && made % 4 == 0 {
                code.push('-');
            }
            code.push(char::from(SIGNS[usize::from(byte % 28)]));
            made += 1;
        }
    }
    Ok(code)
}

/// What is stored of a one-time code: hyphens, spaces and case do not matter.
pub fn code_hash(code: &str) -> [u8; 32] {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let mut hash = Sha256::new();
    hash.update(b"ra-central code v1\0");
    hash.update(plain.as_bytes());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_was_typed() {
        let code = one_time_code().unwrap();
        assert_eq!(code.len(), 19);
        assert_eq!(code_hash(&code), code_hash(&code.replace('-', " ").to_lowercase()));
        assert_ne!(code_hash(&code), code_hash(&one_time_code().unwrap()));
    }

    #[test]
    fn only_a_whole_jpeg_is_a_photo() {
        assert!(is_jpeg(&[0xFF, 0xD8, 0xFF, 0xE0, 0, 0xFF, 0xD9]));
        assert!(!is_jpeg(&[0xFF, 0xD8, 0xFF, 0xE0, 0, 0xFF]));
        assert!(!is_jpeg(b"%PDF-1.7"));
    }
}
