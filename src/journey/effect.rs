//! What the core wants done. Effects are data: the driver hands each to its adapter after the writes of the same step are
//! durable. An effect that answers has an id, and its answer repeats it; unknown and stale ids are ignored and logged.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::input::{PrintJob, ReaderRole};
use crate::card::task::{CardIdentity, CardTask, Slot};
use crate::domain::{CardGuid, Crop, GrantId, LegalName, Millis, PersonId, UserNumber, VaultSlot, VisitId};
use crate::wire::act::{SessionStart, Signed};
use crate::wire::fact::Fact;
use crate::wire::message::{GrantRequest, ReleaseRequest};
use jiff::civil::Date;

/// Bears an answer back to who asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EffectId(pub u64);

/// One thing to be done outside the core.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Run a task on the card in a reader.
    Card {
        /// Answer with this.
        id: EffectId,
        /// Which reader.
        reader: ReaderRole,
        /// What.
        task: CardTask,
        /// Which card it must be.
        expect: Option<CardIdentity>,
    },
    /// Let go of the card in a reader; its rights end.
    LetGo(ReaderRole),
    /// Ask central.
    Central(EffectId, CentralCall),
    /// Ask the printer.
    Printer(EffectId, PrintCall),
    /// Ask the camera.
    Camera(EffectId, CameraCall),
    /// Ask the store.
    Store(EffectId, StoreQuery),
    /// Do something with the vault.
    Vault(VaultCommand),
    /// Wake the core after so many milliseconds. A new timer of the same name replaces the old.
    Timer(TimerName, i64),
    /// Forget a timer.
    StopTimer(TimerName),
    /// Send what waits now, without regard to back-off.
    SyncNow,
    /// Drop keys typed before the next frame is drawn: a danger step begins.
    FlushKeys,
    /// End the program.
    Quit,
}

/// The timers of the core, each with a named length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimerName {
    /// No key for long: warn.
    IdleWarning,
    /// No key after the warning: lock.
    IdleLock,
    /// Look again how a print job stands.
    PrintPoll,
    /// Look into the photo folder again.
    CameraPoll,
    /// Show the seconds of a running step.
    Progress,
    /// A message on the screen has been there long enough.
    Notice,
}

/// What central can be asked.
#[derive(Debug, Clone)]
pub enum CentralCall {
    /// A nonce for the agent's hand or a card proof.
    Nonce,
    /// Open a session.
    OpenSession(Box<Signed<SessionStart>>),
    /// Close the session.
    CloseSession,
    /// Look for people.
    Search(SearchTerms),
    /// Whose card is it?
    Card(CardGuid),
    /// Which card has the holder of this number?
    CardByNumber(UserNumber),
    /// What is this blank?
    Stock(String),
    /// The likeness photo.
    Photo(PersonId),
    /// A grant to write a card; secrets go to the vault.
    Grant(Box<GrantRequest>),
    /// The same grant again, after a restart.
    GrantAgain(GrantId),
    /// The grant of the first RA Manager's card; the code is in the vault.
    Bootstrap {
        /// In which visit.
        visit: VisitId,
        /// Chip serial of the blank.
        chip_serial: Option<String>,
    },
    /// The PUK of one card; it goes to the vault.
    Release(GrantId, Box<ReleaseRequest>),
    /// A certificate for a key on a card, by EST.
    EnrolCard {
        /// Under which grant.
        grant: GrantId,
        /// Which key.
        slot: Slot,
        /// PKCS#10, DER.
        request: Vec<u8>,
    },
    /// Enrol this desk by an invite; the code is in the vault.
    EnrolDesk {
        /// Host and port.
        host: String,
        /// SHA-256 of the CA, as printed on the invite.
        fingerprint: String,
    },
    /// Send all that waits and say when it is there.
    Sync,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SearchTerms {
    /// Name, as far as typed.
    pub name: Option<LegalName>,
    /// Date of birth.
    pub birth_date: Option<Date>,
    /// UUID.
    pub number: Option<UserNumber>,
    /// A document number.
    pub document: Option<String>,
}

/// What the printer can be asked (notes photo-print 7, "Exactly once").
#[derive(Debug, Clone)]
pub enum PrintCall {
    /// How is it?
    Status,
    /// Make the PDF and a picture of it.
    Render(FaceData, PreviewSize),
    /// Create-Job.
    Create {
        /// `ra-<visit>-<card>-a<n>`.
        job_name: String,
    },
    /// Send-Document with the PDF that was rendered last from this face.
    Send {
        /// The job.
        job: PrintJob,
        /// The face.
        face: FaceData,
    },
    /// Get-Job-Attributes.
    Poll(PrintJob),
    /// Look for a job by name.
    Find {
        /// `ra-<visit>-<card>-a<n>`.
        job_name: String,
    },
    /// Cancel-Job.
    Cancel(PrintJob),
}

/// What stands on the plastic.
#[derive(Clone, PartialEq, Eq)]
pub struct FaceData {
    /// The name.
    pub name: String,
    /// The twelve digits.
    pub number: UserNumber,
    /// The photo, JPEG.
    pub photo: Arc<[u8]>,
    /// DEMO or TRIAL is printed across it.
    pub specimen: Option<String>,
}

impl std::fmt::Debug for FaceData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FaceData")
    }
}

/// How large a preview may be, in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewSize {
    /// Width.
    pub cols: u16,
    /// Height.
    pub rows: u16,
}

/// What the camera can be asked.
#[derive(Debug, Clone)]
pub enum CameraCall {
    /// A holder's turn begins: a picture that is in the folder already belongs to somebody else. Nothing answers.
    Begin,
    /// Take a picture, or the newest from the folder.
    Take,
    /// Show the picture in this frame, and measure it.
    Look {
        /// The frame.
        crop: Crop,
        /// Its size on screen.
        size: PreviewSize,
    },
    /// Make the photo from this frame.
    Keep {
        /// The frame.
        crop: Crop,
    },
    /// Show a JPEG that is at hand.
    Show {
        /// The JPEG.
        jpeg: Arc<[u8]>,
        /// Its size on screen.
        size: PreviewSize,
    },
    /// Forget the picture.
    Forget,
}

/// What the store can be asked.
#[derive(Debug, Clone)]
pub enum StoreQuery {
    /// Seal a photo to central and keep it until it is there.
    SealBlob(Arc<[u8]>),
    /// Look for people in the cache.
    Search(SearchTerms),
    /// A card in the cache.
    Card(CardGuid),
    /// The queue.
    Queue,
    /// Where the chain stands.
    Head,
    /// The journal of a visit.
    Journal(VisitId),
    /// The working copy of a visit's photo.
    Photo(VisitId),
    /// What central said of the last event of this kind sent in a visit.
    Outcome(VisitId, &'static str),
    /// What became of registrations whose holders left with a receipt.
    Receipts,
}

/// What is done with the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VaultCommand {
    /// Forget one secret.
    Clear(VaultSlot),
    /// Forget all.
    ClearAll,
    /// Put a fresh random passcode that fits the PIV rule.
    Random(VaultSlot),
}

/// What is to be durable before the effects of the same step are released. All of one step in one transaction.
#[derive(Debug, Clone)]
pub enum Write {
    /// The versioned snapshot a visit resumes from.
    SaveVisit(VisitSnapshot),
    /// The visit has ended; its working copy goes after the retention time.
    CloseVisit(VisitId),
    /// A row of the journal of physical steps.
    Journal {
        /// Which visit.
        visit: VisitId,
        /// Operation.
        op: String,
        /// Step.
        step: String,
        /// How far it is.
        phase: JournalPhase,
    },
    /// An event: sealed, numbered, chained and signed by the store inside the transaction.
    Event {
        /// What it says.
        fact: Box<Fact>,
        /// The agent in whose session it happened.
        agent: Option<UserNumber>,
    },
    /// A setting of this desk.
    Setting {
        /// Its name.
        key: String,
        /// Its value.
        value: String,
    },
    /// The working copy of a visit's photo, kept apart from the snapshot so that it is written once.
    KeepPhoto {
        /// Which visit.
        visit: VisitId,
        /// For central and the plastic, JPEG.
        photo: Arc<[u8]>,
        /// For the chip, JPEG.
        face: Arc<[u8]>,
    },
    /// Somebody looked at the refused item.
    SeenRefused(u64),
    /// The holder of this visit left with a receipt; or what became of it was seen.
    Receipt {
        /// Which visit.
        visit: VisitId,
        /// Somebody has seen the outcome.
        seen: bool,
    },
    /// A card and its holder, for the next time without network.
    CacheCard(Box<crate::wire::message::CardRecord>),
}

/// A visit as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitSnapshot {
    /// Which.
    pub visit: VisitId,
    /// Version of the form of `state`.
    pub version: u32,
    /// JSON of [`super::visit::Visit`].
    pub state: Vec<u8>,
    /// The stable word of its work, for lists.
    pub kind: &'static str,
    /// The holder's name, for lists; empty until it is known.
    pub title: String,
}

/// How far a physical step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JournalPhase {
    /// It is about to be started.
    Sent,
    /// It is confirmed.
    Confirmed,
    /// It failed, cleanly.
    Failed,
}

/// Longest wait for a key before the warning.
pub const IDLE_WARNING_MS: i64 = 4 * Millis::MINUTE;
/// From the warning to the lock (notes screens 3.2, 13: warn at 60 s left).
pub const IDLE_LOCK_MS: i64 = Millis::MINUTE;
