//! What a printer says of itself and its jobs, in our words. Nothing a printer sends is trusted to be short or clean.

use serde::{Deserialize, Serialize};

use super::answer::{Group, Value};
use crate::domain::text::sanitise;

/// The most reasons kept of one answer: a printer has a handful.
const REASONS_MAX: usize = 16;
/// The longest text kept of one.
const TEXT_CHARS_MAX: usize = 127;

/// A job at the printer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct JobRef {
    /// The printer's number for it. A restarted printer may give the same number again.
    pub id: i32,
    /// The job's UUID, where the printer gives one.
    pub uuid: Option<String>,
}

/// Why a printer needs somebody, without the severity that printers add as they like.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stem {
    /// No blank card.
    MediaEmpty,
    /// Cover or door open.
    CoverOpen,
    /// A card is stuck.
    MediaJam,
    /// Ribbon nearly used up.
    SupplyLow,
    /// Ribbon used up.
    SupplyEmpty,
    /// Anything else, as the printer calls it, sanitised.
    Other(String),
}

impl Stem {
    /// Whether no card can be printed before somebody acts.
    pub fn stops(&self) -> bool {
        matches!(self, Self::MediaEmpty | Self::CoverOpen | Self::MediaJam | Self::SupplyEmpty)
    }

    /// From a `printer-state-reasons` keyword (RFC 8011, 5.4.12). None for `none`.
    pub(super) fn parse(keyword: &str) -> Option<Self> {
        let stem = ["-error", "-warning", "-report"].iter().find_map(|end| keyword.strip_suffix(end));
        Some(match stem.unwrap_or(keyword) {
            "none" => return None,
            "media-empty" | "media-needed" => Self::MediaEmpty,
            "cover-open" | "door-open" | "interlock-open" => Self::CoverOpen,
            "media-jam" => Self::MediaJam,
            "marker-supply-low" | "toner-low" => Self::SupplyLow,
            "marker-supply-empty" | "marker-supply-missing" | "toner-empty" => Self::SupplyEmpty,
            other => Self::Other(clean(other)),
        })
    }
}

/// The printer's state (RFC 8011, 5.4.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrinterState {
    /// Nothing to do.
    Idle,
    /// Working on a job.
    Processing,
    /// Nothing goes on before somebody acts.
    Stopped,
}

/// What a printer says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrinterStatus {
    /// Its state.
    pub state: PrinterState,
    /// Whether it takes jobs.
    pub accepting: bool,
    /// What is the matter, if anything.
    pub stems: Vec<Stem>,
    /// Its UUID, for the journal: tells two printers apart.
    pub uuid: Option<String>,
    /// Seconds since it started, for the journal: a smaller number than before means that it forgot its jobs.
    pub up_time: Option<i32>,
}

impl PrinterStatus {
    /// Whether a card sent now would be printed without anybody's help.
    pub fn is_ready(&self) -> bool {
        self.accepting && self.state != PrinterState::Stopped && !self.stems.iter().any(Stem::stops)
    }

    pub(super) fn parse(group: &Group) -> Option<Self> {
        let state = match number(group, "printer-state")? {
            3 => PrinterState::Idle,
            4 => PrinterState::Processing,
            5 => PrinterState::Stopped,
            _ => return None,
        };
        Some(Self {
            state,
            accepting: flag(group, "printer-is-accepting-jobs").unwrap_or(true),
            stems: texts(group, "printer-state-reasons").iter().filter_map(|text| Stem::parse(text)).collect(),
            uuid: text(group, "printer-uuid"),
            up_time: number(group, "printer-up-time"),
        })
    }
}

/// Why a job waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// It was made and no document has come.
    DataInsufficient,
    /// Held for another reason.
    Other,
}

/// How far a job is (RFC 8011, 5.3.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobState {
    /// It waits for its turn.
    Pending,
    /// It waits for something else.
    Held(Hold),
    /// It is being printed, or was stopped in the middle; with the printer's reasons, sanitised.
    Processing(Vec<String>),
    /// The printer says that it is done. Whether the card is good, a person says.
    Completed,
    /// The printer gave up.
    Aborted,
    /// Somebody cancelled it.
    Canceled,
    /// The printer does not know such a job.
    Unknown,
}

impl JobState {
    /// Whether nothing more will come of the job.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Aborted | Self::Canceled | Self::Unknown)
    }

    pub(super) fn parse(group: &Group) -> Option<Self> {
        let reasons = texts(group, "job-state-reasons");
        let no_document = reasons.iter().any(|reason| reason == "job-data-insufficient");
        Some(match number(group, "job-state")? {
            3 | 4 if no_document => Self::Held(Hold::DataInsufficient),
            3 => Self::Pending,
            4 => Self::Held(Hold::Other),
            5 | 6 => Self::Processing(reasons.into_iter().filter(|reason| reason != "none").collect()),
            7 => Self::Canceled,
            8 => Self::Aborted,
            9 => Self::Completed,
            _ => return None,
        })
    }
}

/// A job's number and UUID.
pub(super) fn job_ref(group: &Group) -> Option<JobRef> {
    Some(JobRef { id: number(group, "job-id")?, uuid: text(group, "job-uuid") })
}

pub(super) fn text(group: &Group, name: &str) -> Option<String> {
    texts(group, name).into_iter().next()
}

fn number(group: &Group, name: &str) -> Option<i32> {
    match group.values(name).first()? {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn flag(group: &Group, name: &str) -> Option<bool> {
    match group.values(name).first()? {
        Value::Flag(flag) => Some(*flag),
        _ => None,
    }
}

fn texts(group: &Group, name: &str) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::Text(text) => Some(clean(text)),
        _ => None,
    };
    group.values(name).iter().take(REASONS_MAX).filter_map(text).collect()
}

fn clean(text: &str) -> String {
    sanitise(text).chars().take(TEXT_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stem_counts_whatever_severity_the_printer_adds() {
        for keyword in ["media-empty", "media-empty-error", "media-empty-warning", "media-empty-report"] {
            assert_eq!(Stem::parse(keyword), Some(Stem::MediaEmpty));
        }
        assert_eq!(Stem::parse("none"), None);
        assert_eq!(Stem::parse("cover-open-report"), Some(Stem::CoverOpen));
        assert_eq!(Stem::parse("marker-supply-low-warning"), Some(Stem::SupplyLow));
        assert_eq!(Stem::parse("mystery\u{1b}[2J-error"), Some(Stem::Other("mystery[2J".to_owned())));
    }

    #[test]
    fn a_printer_with_an_empty_tray_is_not_ready_and_one_with_a_low_ribbon_is() {
        let status =
            |stems| PrinterStatus { state: PrinterState::Idle, accepting: true, stems, uuid: None, up_time: None };
        assert!(status(vec![Stem::SupplyLow]).is_ready());
        assert!(!status(vec![Stem::MediaEmpty]).is_ready());
        assert!(!PrinterStatus { state: PrinterState::Stopped, ..status(vec![]) }.is_ready());
        assert!(!PrinterStatus { accepting: false, ..status(vec![]) }.is_ready());
    }
}
