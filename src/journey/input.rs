//! What reaches the core. Loop traffic: never stored (an *event* is the wire record, `wire::event`).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::effect::{EffectId, TimerName};
use super::key::Key;
pub use super::preview::{Pixels, Preview};
use crate::card::task::{CardAnswer, CardFault};
use crate::domain::{CardStatus, Crop, Millis, VaultSlot, VisitId};
use crate::policy::passcode::PasscodeVerdict;
use crate::wire::message::{
    CardRecord, DeskRecord, GrantTerms, Nonce, Outcome, PersonHits, ProblemCode, Revocations, Roster, SessionOpened,
    StockRecord,
};
use crate::wire::policy::PolicyBook;

/// One thing that happened outside the core.
#[derive(Debug, Clone)]
pub enum Input {
    /// A key, when no secret field has the focus (or one that is no text).
    Key(Key),
    /// Pasted text, when no secret field has the focus.
    Paste(String),
    /// What a document scanner read, when no secret field has the focus. No field ever takes it, and it confirms nothing.
    Scan(String),
    /// A secret field was edited; the driver's vault has the characters.
    Secret(VaultSlot, SecretState),
    /// A reader or its card changed.
    Reader(ReaderRole, ReaderChange),
    /// A card answered.
    Card(EffectId, Result<CardAnswer, CardFault>),
    /// Central answered, or did not.
    Central(EffectId, Result<CentralAnswer, CentralFault>),
    /// The printer answered.
    Printer(EffectId, Result<PrintAnswer, PrintFault>),
    /// The camera answered.
    Camera(EffectId, Result<CameraAnswer, CameraFault>),
    /// The store answered a question.
    Store(EffectId, StoreAnswer),
    /// The writes of the last step could not be committed; the state is the one before them.
    StoreFailed(StoreTrouble),
    /// What the sync worker has to say changed.
    Sync(SyncView),
    /// The printer's state changed without being asked.
    PrinterState(PrinterView),
    /// A statement came from central: who may do what here.
    Roster(Arc<Roster>, StatementFacts),
    /// A statement came from central: what is revoked.
    Revocations(Arc<Revocations>, StatementFacts),
    /// A statement came from central: the policies that hold, each with its days.
    Policies(Arc<PolicyBook>),
    /// A timer asked for with [`super::effect::Effect::Timer`] ran out.
    Timer(TimerName),
    /// The minute on the clock changed.
    Minute,
    /// The clock was compared with trusted time.
    Clock(ClockView),
    /// This instant has passed, whatever the clock says: central signed it, or an own event bears it.
    Passed(Millis),
    /// The terminal has another size, in cells.
    Resize(u16, u16),
}

/// What the core may know of a secret field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SecretState {
    /// Keys typed, 8 at most: how many marks are lit.
    pub typed: u8,
    /// What the rule says of it.
    pub verdict: PasscodeVerdict,
    /// For the second field: the same as the first.
    pub same_as_first: bool,
}

/// Which of the two readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderRole {
    /// The agent's own card.
    Agent,
    /// The card that is served.
    Customer,
}

/// What is in a reader.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ReaderChange {
    /// No reader is bound to this role.
    #[default]
    NoReader,
    /// The reader is there and empty.
    Empty,
    /// A card is in it. `count` grows with every insertion, so that a swap between two looks is seen.
    Card {
        /// Answer to reset.
        atr: Vec<u8>,
        /// Insertions so far.
        count: u32,
    },
    /// Something is in it that does not answer: upside down, or no chip card.
    Mute,
    /// The smartcard service does not answer.
    ServiceGone,
}

/// What central answered.
#[derive(Debug, Clone)]
pub enum CentralAnswer {
    /// To `Nonce`.
    Nonce(Nonce),
    /// To `OpenSession`.
    SessionOpened(SessionOpened),
    /// To `Search`.
    Hits(PersonHits),
    /// To `Card` and `CardByNumber`.
    Card(Box<CardRecord>),
    /// To `Stock`.
    Stock(StockRecord),
    /// To `Photo`: a JPEG.
    Photo(Arc<[u8]>),
    /// To `Grant`, `GrantAgain`, `Bootstrap`: the secrets are in the vault already.
    Granted(Box<GrantTerms>),
    /// To `Release`: the secrets are in the vault already (`Puk`, `NextPuk`).
    Released {
        /// n.
        puk_n: u32,
        /// n+1 may be on the card already.
        next_is_possible: bool,
        /// Times it may be fetched again.
        fetches_left: u32,
    },
    /// To `EnrolCard`: the certificate, DER.
    Certificate(Vec<u8>),
    /// To `EnrolDesk`.
    DeskEnrolled(Box<DeskRecord>),
    /// To `Sync`: everything up to `seq` is with central.
    Synced {
        /// Central's head.
        head_seq: u64,
    },
    /// To `CloseSession`.
    Closed,
}

/// Why central did not answer as hoped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CentralFault {
    /// No connection.
    Unreachable,
    /// Connected, but no answer in time.
    Timeout,
    /// An answer that is not of the form.
    NotUnderstood,
    /// The other side is not the central this desk trusts.
    NotTrusted,
    /// Central said no, and why.
    Problem(ProblemCode),
}

impl CentralFault {
    /// Whether waiting and trying again is the remedy.
    pub fn is_passing(self) -> bool {
        matches!(
            self,
            Self::Unreachable | Self::Timeout | Self::Problem(ProblemCode::Busy) | Self::Problem(ProblemCode::Internal)
        )
    }
}

/// A job at the printer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintJob {
    /// job-id.
    pub id: i32,
    /// job-uuid, if the printer gives one.
    pub uuid: Option<String>,
}

/// What the printer answered.
#[derive(Debug, Clone)]
pub enum PrintAnswer {
    /// To `Render`.
    Rendered {
        /// SHA-256 of the PDF, hexadecimal.
        sha256: String,
        /// How it will look.
        preview: Preview,
    },
    /// To `Create`.
    Created(PrintJob),
    /// To `Send`.
    Sent,
    /// To `Poll`.
    State(JobState),
    /// To `Find`.
    Found(Option<PrintJob>),
    /// To `Cancel`.
    Cancelled,
    /// To `Status`.
    Status(PrinterView),
}

/// Where a print job stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waiting for its document: nothing was printed.
    WantsDocument,
    /// Waiting or printing.
    Working,
    /// Stopped; the printer's reason is in its view.
    Stopped,
    /// Done.
    Completed,
    /// Given up by the printer.
    Aborted,
    /// Cancelled.
    Cancelled,
    /// The printer has never heard of it, or has forgotten.
    Unknown,
}

/// Why the printer did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintFault {
    /// No printer is set up.
    NotSetUp,
    /// No connection.
    Unreachable,
    /// No answer in time: what it did is not known.
    Timeout,
    /// Another job has it.
    Busy,
    /// It refused; the IPP status.
    Refused(u16),
    /// An answer that is not of the form.
    NotUnderstood,
    /// The name does not fit on the card.
    NameTooLong,
    /// The font has no such letter.
    NoGlyph(char),
    /// The photo can't be placed.
    BadPhoto,
}

/// The printer, in one word each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrinterView {
    /// None is set up.
    #[default]
    NotSetUp,
    /// Ready.
    Ready,
    /// At work.
    Working,
    /// Does not answer.
    Off,
    /// Out of blank cards.
    NoCards,
    /// Cover open.
    CoverOpen,
    /// Jammed.
    Jam,
    /// Out of ribbon.
    NoRibbon,
    /// Stopped for another reason.
    Stopped,
}

/// What the camera answered.
#[derive(Debug, Clone)]
pub enum CameraAnswer {
    /// To `Take`: a picture is at hand.
    Taken {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// A good first frame.
        crop: Crop,
    },
    /// To `Look`: how it looks, and what the measures say of it.
    Look {
        /// The picture, framed.
        preview: Preview,
        /// The measures.
        quality: Vec<(PhotoMeasure, MeasureVerdict)>,
    },
    /// To `Keep`: the photo for central and the one for the chip, JPEG.
    Kept {
        /// For central, the plastic and the record.
        photo: Arc<[u8]>,
        /// Small enough for the card.
        face: Arc<[u8]>,
    },
    /// To `Show`: a JPEG as cells.
    Shown(Preview),
}

/// What is measured on a photo (names near ISO/IEC 29794-5; notes photo-print 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoMeasure {
    /// Pixels in the frame.
    Size,
    /// Sharpness.
    Sharpness,
    /// Neither too dark nor too bright.
    Exposure,
    /// Left and right lit alike.
    EvenLight,
    /// Plain background.
    Background,
}

/// What a measure says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureVerdict {
    /// Good.
    Good,
    /// The agent may go on with a reason.
    Warn,
    /// Not usable.
    Refuse,
}

/// Why there is no picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CameraFault {
    /// No camera and no folder is set up.
    NotSetUp,
    /// The folder is not there or may not be read.
    FolderGone,
    /// Nothing new in the folder.
    NothingYet,
    /// Nothing in the file.
    Empty,
    /// Not a JPEG or PNG.
    NotAPicture,
    /// More bytes than are taken.
    TooManyBytes,
    /// More pixels than are taken.
    TooManyPixels {
        /// Its size.
        megapixels: u32,
    },
    /// Too small for a card.
    TooSmall,
    /// Damaged.
    Unreadable,
}

/// A visit's photo: for central and the plastic, and for the chip. Both JPEG.
pub type WorkingPhoto = (Arc<[u8]>, Arc<[u8]>);

/// What the store answered.
#[derive(Debug, Clone)]
pub enum StoreAnswer {
    /// To `SealBlob`: digest of the sealed bytes, hexadecimal.
    BlobSealed(String),
    /// To `Search`.
    Hits(PersonHits),
    /// To `Card`.
    Card(OwnWord),
    /// To `Queue`.
    Queue(Vec<QueueItem>),
    /// To `Head`: where this desk's chain stands.
    Head(ChainPlace),
    /// To `Journal`: the rows of a visit, oldest first.
    Journal(Vec<JournalRow>),
    /// To `Photo`: the photo and the one for the chip.
    Photo(Option<WorkingPhoto>),
    /// To `Outcome`: central's word on the visit's last registration, once there is one.
    Outcome(Option<Outcome>),
    /// To `Receipts`: those nobody has seen, oldest first.
    Receipts(Vec<ReceiptNews>),
    /// The question could not be answered.
    Failed(StoreTrouble),
}

/// What this desk itself has to say of a card.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OwnWord {
    /// Its copy of central's record.
    pub copy: Option<Box<CardRecord>>,
    /// What its own events make of the card that central has not decided yet: later than any word of central's.
    pub said: Option<CardStatus>,
}

/// What became of a registration whose holder left with a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptNews {
    /// Its visit, which gives the receipt's reference.
    pub visit: VisitId,
    /// The holder's name; empty if the desk has forgotten it.
    pub holder: String,
    /// Central's final word.
    pub outcome: Outcome,
}

/// Where a desk's chain stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChainPlace {
    /// The desk's epoch.
    pub epoch: u32,
    /// The number the next event gets.
    pub next_seq: u64,
    /// Hash of the last event.
    pub head: [u8; 32],
}

/// One row of the journal of physical steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalRow {
    /// Operation, such as `encode` or `print`.
    pub op: String,
    /// Step, as the operation names it.
    pub step: String,
    /// How far it came.
    pub phase: super::effect::JournalPhase,
}

/// Why something could not be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreTrouble {
    /// The disk is full.
    DiskFull,
    /// The disk does not do what it should.
    Io,
    /// The disk hangs: it is not known yet whether the last step is saved. No step is taken until it is.
    Unknown,
    /// A record can't be stored as it is; it was left out.
    NotKept,
    /// The desk is not enrolled yet.
    NotEnrolled,
}

/// One line of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueItem {
    /// Its number.
    pub seq: u64,
    /// Fact type word.
    pub kind: String,
    /// Since when it waits.
    pub since: Millis,
    /// What became of it so far.
    pub state: QueueState,
    /// Bytes.
    pub size: u64,
    /// Whom it is about, as the agent would say: a masked number or a receipt.
    pub about: String,
}

/// Where a queued item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueState {
    /// Not yet with central.
    Waiting,
    /// With central, in effect.
    Received,
    /// With central, waits for its photo.
    AwaitingPhoto,
    /// With central, refused: an agent is needed.
    Refused(crate::wire::message::RefusalReason),
    /// With central, void: the card had been cancelled before.
    Void,
    /// Of a closed epoch and too large to be sent in the present one: it is only here.
    Stranded,
    /// With central, not understood or flagged: support is needed.
    Flagged,
    /// With central, whose word on it this program does not know.
    NotUnderstood,
}

/// What the sync worker knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SyncView {
    /// How it stands with the network.
    pub network: NetworkView,
    /// Events not yet with central.
    pub waiting: u32,
    /// Photos not yet with central.
    pub blobs: u32,
    /// Refused items nobody has looked at.
    pub refused: u32,
    /// When it is tried again.
    pub next_try: Option<Millis>,
}

/// The network, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NetworkView {
    /// This desk is not enrolled yet.
    NotEnrolled,
    /// Not tried yet.
    #[default]
    Starting,
    /// Central answers.
    Online,
    /// Central does not answer since then.
    Offline(Millis),
    /// Central answers, and refuses this desk, for good.
    Refused(ProblemCode),
}

/// Whether the clock can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClockView {
    /// It can.
    #[default]
    Good,
    /// It differs from central's by so many minutes: warned of.
    Off(i64),
    /// It can't: registering and issuing stop.
    Doubtful,
}

/// A clock this far from central's is warned of, milliseconds (`notes` sync 1.1, "Clock").
const CLOCK_WARN_MS: i64 = 2 * Millis::MINUTE;
/// A clock this far from central's, or behind an instant that is known to have passed, can't be believed.
pub const CLOCK_STOP_MS: i64 = 15 * Millis::MINUTE;

impl ClockView {
    /// The verdict. `skew_ms`: central's clock minus the desk's at the last answer, if there was one since the start.
    /// `behind_ms`: how far the clock is behind the latest instant that is known to have passed, negative if it is not.
    /// Central's word is newer than any that is kept: only without it, a clock that is a little behind is no good.
    pub fn judge(skew_ms: Option<i64>, behind_ms: i64) -> Self {
        let most_behind = if skew_ms.is_some() { CLOCK_STOP_MS } else { CLOCK_WARN_MS };
        match skew_ms.unwrap_or(0) {
            skew if skew.saturating_abs() > CLOCK_STOP_MS || behind_ms > most_behind => Self::Doubtful,
            skew if skew.saturating_abs() > CLOCK_WARN_MS => Self::Off(skew / Millis::MINUTE),
            _ => Self::Good,
        }
    }
}

/// What a signed statement says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementFacts {
    /// Its version; never falls.
    pub version: u64,
    /// Until when it is good.
    pub expires: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_judged_by_central_and_by_what_is_known_to_have_passed() {
        let (minute, year) = (Millis::MINUTE, 366 * Millis::DAY);
        let cases = [
            (Some(0), -5, ClockView::Good),
            (Some(-3 * minute), 0, ClockView::Off(-3)),
            (Some(3 * minute), 3 * minute, ClockView::Off(3)),
            (Some(16 * minute), 0, ClockView::Doubtful),
            (Some(-16 * minute), 0, ClockView::Doubtful),
            (Some(0), 10 * year, ClockView::Doubtful),
            (None, 0, ClockView::Good),
            (None, 2 * minute, ClockView::Good),
            (None, 3 * minute, ClockView::Doubtful),
            (None, 10 * year, ClockView::Doubtful),
            (Some(i64::MIN), 0, ClockView::Doubtful),
        ];
        for (skew, behind, verdict) in cases {
            assert_eq!(ClockView::judge(skew, behind), verdict, "{skew:?} {behind}");
        }
    }
}
