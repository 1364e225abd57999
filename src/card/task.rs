//! What the core can ask of a card, and what comes back. One task runs in one PC/SC transaction on its reader's thread.
//!
//! A task names secrets by [`VaultSlot`]; the bytes join it only in the adapter.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::{CardGuid, Environment, Millis, UserNumber, VaultSlot};

/// A key slot of the PIV profile (SP 800-73-5 part 1, table 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Slot {
    /// 9A, authentication: PIN once.
    Authentication,
    /// 9C, digital signature: PIN every time.
    Signature,
    /// 9D, key management: PIN once. RA people only.
    KeyManagement,
    /// 9E, card authentication: no PIN.
    CardAuthentication,
}

impl Slot {
    /// The key reference byte on the wire.
    pub fn reference(self) -> u8 {
        match self {
            Slot::Authentication => 0x9A,
            Slot::Signature => 0x9C,
            Slot::KeyManagement => 0x9D,
            Slot::CardAuthentication => 0x9E,
        }
    }

    /// `9a`, as in file names, labels and EST paths.
    pub fn label(self) -> &'static str {
        match self {
            Slot::Authentication => "9a",
            Slot::Signature => "9c",
            Slot::KeyManagement => "9d",
            Slot::CardAuthentication => "9e",
        }
    }

    /// The slot with this label.
    pub fn from_label(label: &str) -> Option<Slot> {
        [Slot::Authentication, Slot::Signature, Slot::KeyManagement, Slot::CardAuthentication]
            .into_iter()
            .find(|slot| slot.label() == label)
    }
}

/// Algorithm of a card key (SP 800-78-5 table 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyAlgorithm {
    /// P-256, the default.
    P256,
    /// RSA 2048, by profile.
    Rsa2048,
}

/// Which card a task is meant for. Compared with the card in the reader before anything else happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct CardIdentity {
    /// CHUID GUID, if the card has one.
    pub guid: Option<CardGuid>,
    /// Chip serial, where the card offers one (PIV has no standard serial).
    pub chip_serial: Option<String>,
}

/// Everything that is to be on one card. Holds no secret: it is journalled and compared in the read-back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardPlan {
    /// The card's identity, from central's grant.
    pub guid: CardGuid,
    /// The holder's number.
    pub number: UserNumber,
    /// Name for the printed-information object.
    pub name: String,
    /// Organisation for the printed-information object.
    pub organisation: String,
    /// Expiry for CHUID and printed information.
    pub expires: Date,
    /// What this card was made for.
    pub environment: Environment,
    /// Keys to make, in order.
    pub keys: Vec<(Slot, KeyAlgorithm)>,
    /// The face for 5FC108, a JPEG that fits the card; none if the card has no room for one.
    pub face_jpeg: Option<Vec<u8>>,
    /// SubjectPublicKeyInfo by slot, filled from [`StepEvidence::PublicKey`] as the card makes its keys: plain PIV can't
    /// read a public key again, and `Request` needs it.
    #[serde(default)]
    pub public_keys: BTreeMap<Slot, Vec<u8>>,
    /// Certificates by slot, filled as central gives them.
    pub certificates: BTreeMap<Slot, Vec<u8>>,
    /// The card's profile can't change 9B and its profile allows that; recorded.
    pub static_9b: bool,
}

/// One step of the encoder. Each is journalled before it runs and confirmed after (notes cards 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EncodeStep {
    /// CHUID with the grant's GUID, first: from here on a torn card says whose it is.
    WriteChuid,
    /// 9B: transport key to the card's own.
    SetManagementKey,
    /// PUK: transport PUK to `PUK_n`.
    SetPuk,
    /// PIN: to the random passcode of this encoding, by PUK (so that it can always be done again).
    SetEncodePin,
    /// Make a key on the card. Never trusted after a tear: made again.
    GenerateKey(Slot),
    /// Read nothing, write nothing to the card but a signature: PKCS#10 signed by the card's key.
    Request(Slot),
    /// Put the certificate central gave.
    WriteCertificate(Slot),
    /// CCC.
    WriteCcc,
    /// Printed information.
    WritePrinted,
    /// Facial image.
    WriteFace,
    /// A fresh signature by the key, checked against the certificate on the card.
    Prove(Slot),
    /// Read everything back and compare it with the plan.
    ReadBack,
}

/// What can be asked of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardTask {
    /// Read all that needs no passcode. Spends no try, changes nothing.
    Read,
    /// VERIFY the passcode in `pin`. Spends a try if it is wrong.
    Verify {
        /// Where the passcode lies.
        pin: VaultSlot,
    },
    /// Sign `message` (hashed with SHA-256 here) with 9A, under the rights of an earlier [`CardTask::Verify`].
    Sign {
        /// The bytes to be signed.
        message: Vec<u8>,
    },
    /// Sign `message` with 9E, which needs no passcode: proves that this is the card, not a look-alike.
    ProveCard {
        /// The bytes to be signed.
        message: Vec<u8>,
    },
    /// Look whether a step is done. Spends no try and changes nothing.
    Probe {
        /// The step asked about.
        step: EncodeStep,
        /// The plan it belongs to.
        plan: Arc<CardPlan>,
    },
    /// Run one encoder step.
    Encode {
        /// The step.
        step: EncodeStep,
        /// The plan it belongs to.
        plan: Arc<CardPlan>,
        /// The step was sent before and its outcome is not known (a tear, a crash, another desk's work). Then a changed
        /// key or PUK is tried in its new form first and in the old one after, one try each; else only the old one is.
        again: bool,
    },
    /// RESET RETRY COUNTER with the PUK, then VERIFY the new passcode.
    Unlock {
        /// Where the PUK lies.
        puk: VaultSlot,
        /// Where the holder's new passcode lies.
        pin: VaultSlot,
    },
    /// CHANGE REFERENCE DATA of the PUK.
    RotatePuk {
        /// The PUK the card has.
        from: VaultSlot,
        /// The PUK it gets.
        to: VaultSlot,
    },
}

/// What a card answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CardAnswer {
    /// To [`CardTask::Read`].
    Report(Box<CardReport>),
    /// To [`CardTask::Verify`]: right.
    Verified,
    /// To `Sign` and `ProveCard`: an ASN.1 ECDSA (or PKCS#1) signature.
    Signature(Vec<u8>),
    /// To `Probe`.
    Probed(Probe),
    /// To `Encode`.
    Encoded(StepEvidence),
    /// To `Unlock` and `RotatePuk`.
    Done,
}

/// Whether a step is done, as the card itself shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Probe {
    /// It is; go on with the next.
    Done,
    /// It is not; run it.
    NotDone,
    /// The card can't tell; run it again, which is harmless for this step.
    Unknown,
}

/// What a step leaves behind for the journal. No secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepEvidence {
    /// Nothing but that it was done.
    Done,
    /// `GenerateKey`: SubjectPublicKeyInfo, DER.
    PublicKey(Vec<u8>),
    /// `Request`: PKCS#10, DER.
    Request(Vec<u8>),
    /// `ReadBack`: SHA-256 over everything that was read back and found equal to the plan.
    ReadBack([u8; 32]),
    /// The card can't do it and the plan can live without it (a face too large for the card, a static 9B).
    Skipped,
}

/// What the desk reads from a card without a passcode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardReport {
    /// Answer to reset.
    pub atr: Vec<u8>,
    /// Whether the PIV application answered SELECT.
    pub is_piv: bool,
    /// GUID and chip serial.
    pub identity: CardIdentity,
    /// Passcode tries left; 0 = locked; none if the card does not say.
    pub tries_left: Option<u8>,
    /// Certificates found, by slot.
    pub certificates: BTreeMap<Slot, CertificateFacts>,
    /// CHUID expiry, if there is a CHUID that can be read.
    pub chuid_expires: Option<Date>,
    /// Slots whose certificate object is there but can't be understood.
    pub unreadable: Vec<Slot>,
}

impl CardReport {
    /// No CHUID and no certificate: nothing was ever written here.
    pub fn is_blank(&self) -> bool {
        self.is_piv && self.identity.guid.is_none() && self.certificates.is_empty() && self.unreadable.is_empty()
    }
}

/// What a certificate on a card says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFacts {
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// Subject common name, sanitised.
    pub common_name: String,
    /// The 12 digits from the subject (serialNumber attribute), if they are there.
    pub number: Option<UserNumber>,
    /// Issuer, RFC 4514, sanitised.
    pub issuer: String,
    /// Serial number in hexadecimal.
    pub serial: String,
    /// First instant it is good.
    pub not_before: Millis,
    /// Last instant it is good.
    pub not_after: Millis,
}

/// Why a card task failed. Each maps to one outcome for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardFault {
    /// The card was taken out while the task ran, or before it started.
    #[error("the card was taken out")]
    Removed,
    /// Another card than the one the task was meant for.
    #[error("this is another card")]
    WrongCard,
    /// No PIV application.
    #[error("this is no PIV card")]
    NotPiv,
    /// The passcode was wrong; that many tries are left.
    #[error("wrong passcode, {left} tries left")]
    WrongPin {
        /// Tries left after this one.
        left: u8,
    },
    /// No passcode try is left.
    #[error("the passcode is blocked")]
    PinBlocked,
    /// The PUK was wrong; that many tries are left. With 1 left it may not have been tried at all: the last PUK try is
    /// never spent.
    #[error("wrong PUK, {left} tries left")]
    WrongPuk {
        /// Tries left after this one.
        left: u8,
    },
    /// No PUK try is left: the card is lost for passcode purposes.
    #[error("the PUK is blocked")]
    PukBlocked,
    /// Neither the transport nor the card's own 9B key opened it.
    #[error("the management key does not open this card")]
    WrongManagementKey,
    /// The object does not fit on the card.
    #[error("the card has no room")]
    NoSpace,
    /// The card does not know the command or the algorithm.
    #[error("the card can't do this")]
    Unsupported,
    /// The rights needed were not there (a reset by another program).
    #[error("the card wants the passcode first")]
    NoRights,
    /// A signature did not check against the certificate or key on record.
    #[error("the card's key does not belong to its certificate")]
    ProofFailed,
    /// What was read back differs from the plan.
    #[error("what was read back is not what was written")]
    ReadBackDiffers,
    /// The reader or the smartcard service is gone.
    #[error("the reader does not answer")]
    ReaderGone,
    /// Another program holds the card.
    #[error("another program holds the card")]
    InUse,
    /// The vault had no such secret: it must be fetched again.
    #[error("a secret for this step is not at hand")]
    SecretMissing,
    /// The plan lacks what the step needs: the public key of a slot, or its certificate.
    #[error("the plan lacks a key or a certificate for this step")]
    PlanIncomplete,
    /// An answer no rule covers: the status word.
    #[error("unexpected answer {sw:04X}")]
    Unexpected {
        /// SW1 SW2.
        sw: u16,
    },
}
