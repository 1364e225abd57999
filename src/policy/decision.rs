//! What the evaluator says, in a form that can be shown, stored and replayed: the verdict, the tree that explains it, what is
//! still to be done.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::facts::Topic;
use super::gpg45::{Level, Scores};

/// How a rule stands. The order is the one of severity: a rule of several parts, all needed, stands as its worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Met.
    Met,
    /// Not known: something was not done yet, or could not be told.
    Unknown,
    /// Not met.
    Unmet,
    /// Never to be met by this: a refused type, a check that found something wrong.
    Refused,
}

impl Status {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Met => "met",
            Status::Unknown => "unknown",
            Status::Unmet => "unmet",
            Status::Refused => "refused",
        }
    }
}

/// What a next step is. The stable words are the ids of the policy's cost table (`costs.toml`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Do a check; `what` is its id.
    Check,
    /// See the original.
    SeeOriginal,
    /// Type what is missing or mistyped; `what` is the field.
    Type,
    /// Tick that a name written otherwise is the holder's.
    Tick,
    /// Have a contradiction explained; `what` is its topic.
    Explain,
    /// Ask the endorser or look at the endorsed photo; `what` is the question.
    Endorser,
    /// Do it when the desk is on line; `what` is what.
    GoOnline,
    /// Have the check for identity fraud done.
    FraudCheck,
    /// Have it done by an agent whose training is in date; `what` is the check.
    TrainedAgent,
    /// Bring another document; `what` is the list: `photo`, `address`, `nonphoto`, `photo_or_address`, `numbered`.
    Bring,
    /// Bring a photo endorsed by a person of standing.
    BringEndorsedPhoto,
    /// Get the policy that was in force on the day.
    FetchPolicy,
}

impl Act {
    /// Every act.
    pub const ALL: [Act; 12] = [
        Act::Check,
        Act::SeeOriginal,
        Act::Type,
        Act::Tick,
        Act::Explain,
        Act::Endorser,
        Act::GoOnline,
        Act::FraudCheck,
        Act::TrainedAgent,
        Act::Bring,
        Act::BringEndorsedPhoto,
        Act::FetchPolicy,
    ];

    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Act::Check => "check",
            Act::SeeOriginal => "see_original",
            Act::Type => "type",
            Act::Tick => "tick",
            Act::Explain => "explain",
            Act::Endorser => "endorser",
            Act::GoOnline => "go_online",
            Act::FraudCheck => "fraud_check",
            Act::TrainedAgent => "trained_agent",
            Act::Bring => "bring",
            Act::BringEndorsedPhoto => "bring_endorsed_photo",
            Act::FetchPolicy => "fetch_policy",
        }
    }
}

/// One thing to do next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Step {
    /// What it takes, by the cost table, in seconds of everybody's time.
    pub seconds: u32,
    /// What to do.
    pub act: Act,
    /// With which document.
    pub document: Option<String>,
    /// What exactly; see [`Act`].
    pub what: Option<String>,
}

/// A node of the decision: one rule, how it stands and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Stable id of the rule, such as `combination.A`, `document.in_date`, `check.tilt_hologram`. Words: `rule-…`.
    pub rule: String,
    /// Where the rule comes from.
    pub source: String,
    /// How it stands.
    pub status: Status,
    /// The facts it was judged by: `d1`, `d1.expires=2031-10-14`. Never a name or a number.
    pub facts: Vec<String>,
    /// The cheapest way to meet it; empty when it is met, or when nothing helps.
    pub next: Vec<Step>,
    /// Its parts.
    pub children: Vec<Node>,
}

/// What a document was used for in the combination that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum List {
    /// With a photo.
    Photo,
    /// Proof of address.
    Address,
    /// Personal, without a photo.
    Nonphoto,
}

impl List {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            List::Photo => "photo",
            List::Address => "address",
            List::Nonphoto => "nonphoto",
        }
    }
}

/// One document in the decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentVerdict {
    /// Its id.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// Whether it counts for anything.
    pub status: Status,
    /// Stable words of what is wrong or not known, the worst first: `expired`, `too_old`, `check.compare_photo`.
    pub reasons: Vec<String>,
    /// What it is used for in the combination that stands or comes nearest.
    pub used_as: Option<List>,
    /// GPG45 strength reached, 0 to 4.
    pub strength: u8,
    /// GPG45 validity reached, 0 to 4.
    pub validity: u8,
}

/// A contradiction, and whether it is explained.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Contradiction {
    /// What about.
    pub about: Topic,
    /// On which document; `None` for the visit as a whole.
    pub document: Option<String>,
    /// A finer word: for names the grade of the comparison.
    pub detail: String,
    /// It stops the visit until explained; else a tick is enough.
    pub stops: bool,
    /// It was explained as the policy asks.
    pub explained: bool,
}

/// What would lift the level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lift {
    /// The level it would give.
    pub level: Level,
    /// By which profile.
    pub profile: String,
    /// The scores it lacks.
    pub missing: Scores,
    /// What to do for it; all of it is needed.
    pub steps: Vec<Step>,
}

/// GPG45 in a decision.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Gpg45 {
    /// The scores reached: never more than was really checked.
    pub scores: Scores,
    /// Every profile met, in the order of the table.
    pub met: Vec<String>,
    /// The highest level met.
    pub level: Level,
    /// The cheapest way to a higher level, if one is known.
    pub lift: Option<Lift>,
}

/// Why a registration is provisional.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provisional {
    /// The desk was off line.
    Offline,
    /// Nobody searched for the same person.
    UniquenessNotChecked,
    /// The check for identity fraud was not done.
    FraudNotChecked,
}

impl Provisional {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Provisional::Offline => "offline",
            Provisional::UniquenessNotChecked => "uniqueness_not_checked",
            Provisional::FraudNotChecked => "fraud_not_checked",
        }
    }
}

/// Which policy decided.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PolicyStamp {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// SHA-256 over its canonical bytes, lower-case hexadecimal.
    pub hash: String,
}

/// The decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Which policy decided.
    pub policy: PolicyStamp,
    /// SHA-256 over the facts in their canonical form, lower-case hexadecimal.
    pub facts_hash: String,
    /// The day the documents were seen.
    pub day_seen: Date,
    /// The gate: the policy's named target is met and nothing stops the visit.
    pub met: bool,
    /// How the gate stands.
    pub status: Status,
    /// Why the registration is provisional; empty if it is not.
    pub provisional: Vec<Provisional>,
    /// The combination that is met, or the one that comes nearest.
    pub combination: Option<String>,
    /// Each document, in the order of their ids.
    pub documents: Vec<DocumentVerdict>,
    /// What contradicts.
    pub contradictions: Vec<Contradiction>,
    /// GPG45: shown and recorded; blocks only where the policy sets a minimum.
    pub gpg45: Gpg45,
    /// Doing all of this meets the gate; the cheapest way by the cost table. Empty when it is met.
    pub next: Vec<Step>,
    /// Why.
    pub tree: Node,
}
