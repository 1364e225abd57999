//! The rows of the policy files, as they are written.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::Role;
use crate::policy::decision::{Act, List};
use crate::policy::facts::{ExplainedBy, Topic};
use crate::policy::gpg45::{Level, Profile, Score};
use crate::policy::rule::{Rule, Written};

/// A named switch: where organisations differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Switch {
    /// On or off.
    Flag(bool),
    /// So many.
    Number(u8),
}

/// The gate: what must be met before anybody is registered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Any of these combinations.
    pub target: Vec<String>,
    /// And at least this GPG45 level.
    pub minimum_level: Option<Level>,
    /// Where the rule comes from.
    pub source: String,
}

/// `policy.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::policy) struct Head {
    pub schema: u32,
    pub id: String,
    pub version: u32,
    pub effective_from: Date,
    pub effective_to: Option<Date>,
    /// The first day on which it holds no more, because it was wrong.
    pub withdrawn_from: Option<Date>,
    pub gate: Gate,
    #[serde(default)]
    pub switches: BTreeMap<String, Switch>,
}

/// How a check is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// Look.
    See,
    /// Tilt it.
    Tilt,
    /// Feel it.
    Touch,
    /// Under ultraviolet light.
    Uv,
    /// With a magnifier.
    Magnify,
    /// Against the light.
    Transmitted,
    /// A machine or a service says.
    Machine,
    /// Compare it with the holder, or two things on it.
    Compare,
}

/// What "not as expected" means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failing {
    /// The document is refused for every use and a manager looks at it.
    Incident,
    /// It does not count for the uses that ask for this check.
    NotCounted,
    /// Only the score it would have earned is lost.
    Noted,
}

/// A row of `checks.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Stable id.
    pub id: String,
    /// How it is done.
    pub kind: CheckKind,
    /// Equipment the desk must have for it.
    pub needs: Option<String>,
    /// Only with a connection.
    #[serde(default)]
    pub online: bool,
    /// What it takes.
    pub seconds: u32,
    /// What "not as expected" means.
    pub failing: Failing,
}

/// `checks.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Checks {
    pub source: String,
    pub check: Vec<Check>,
    #[serde(default)]
    pub rules: BTreeMap<String, Written>,
}

/// How many documents of each list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// With a photo.
    #[serde(default)]
    pub photo: u8,
    /// Proof of address.
    #[serde(default)]
    pub address: u8,
    /// Personal, without a photo.
    #[serde(default)]
    pub nonphoto: u8,
}

impl Need {
    /// The places to be filled.
    pub fn places(&self) -> Vec<List> {
        [(List::Photo, self.photo), (List::Nonphoto, self.nonphoto), (List::Address, self.address)]
            .into_iter()
            .flat_map(|(list, n)| std::iter::repeat_n(list, usize::from(n)))
            .collect()
    }
}

/// A row of `combinations.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Combination {
    /// Stable id.
    pub id: String,
    /// What it asks for.
    pub need: Need,
    /// An endorsed photo too.
    #[serde(default)]
    pub endorsed_photo: bool,
    /// One of the documents bears a number of the holder's own.
    #[serde(default)]
    pub number: bool,
    /// Where the rule comes from.
    pub source: String,
}

/// Who may endorse a photo.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endorser {
    /// Full years of acquaintance, at least.
    pub years_known: u8,
    /// Calendar months since it was signed, at most.
    pub months: u8,
    /// The switch that allows a line manager.
    pub line_manager: String,
    /// Where the rule comes from.
    pub source: String,
}

/// One provider under several names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Its names.
    pub names: Vec<String>,
    /// Where that is from.
    pub source: String,
}

/// What explains a contradiction.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Which.
    pub about: Topic,
    /// The visit waits for it.
    pub stops: bool,
    /// Who or what may explain it.
    pub explained_by: Vec<ExplainedBy>,
    /// Where the rule comes from.
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::policy) struct Names {
    pub nobody: Vec<String>,
    pub source: String,
}

/// `combinations.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::policy) struct Combinations {
    pub combination: Vec<Combination>,
    pub endorser: Endorser,
    pub names: Names,
    #[serde(default)]
    pub provider: Vec<Provider>,
    pub contradiction: Vec<About>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileRow {
    pub id: String,
    pub level: Level,
    pub evidence: Vec<[Score; 2]>,
    pub activity: Score,
    pub fraud: Score,
    pub verification: Score,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VerificationRow {
    pub score: Score,
    pub rule: Written,
    pub validity: Score,
    pub source: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndorsedRow {
    pub score: Score,
    pub source: String,
}

/// `gpg45.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Gpg45File {
    pub source: String,
    pub profile: Vec<ProfileRow>,
    pub verification: Vec<VerificationRow>,
    pub endorsed_photo: EndorsedRow,
}

/// How verification is earned: a rule over one document with a photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// What it earns.
    pub score: Score,
    /// By what.
    pub rule: Rule,
    /// On a document of at least this validity.
    pub validity: Score,
    /// Where the rule comes from.
    pub source: String,
}

/// GPG45 as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::policy) struct Gpg45 {
    pub source: String,
    pub profiles: Vec<Profile>,
    pub verification: Vec<Verification>,
    pub endorsed_photo: Score,
}

/// A row of `costs.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Which act.
    pub act: Act,
    /// Of what; without it, of anything.
    pub what: Option<String>,
    /// Everybody's time.
    pub seconds: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Costs {
    pub source: String,
    pub cost: Vec<Cost>,
}

/// How far a role may do a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Not at all.
    #[default]
    No,
    /// By raising a request.
    Request,
    /// Only inside the renewal window.
    Window,
    /// Only positions made assignable; else by request.
    Assignable,
    /// Yes.
    Yes,
}

/// A row of `roles.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskRow {
    /// Stable id.
    pub id: String,
    ra_manager: Permission,
    ra_agent_advanced: Permission,
    ra_agent: Permission,
    sponsor: Permission,
    id_checker: Permission,
    lsa: Permission,
    /// Where the rule comes from.
    pub source: String,
}

impl TaskRow {
    /// How far a role may do it.
    pub fn permission(&self, role: Role) -> Permission {
        match role {
            Role::RaManager => self.ra_manager,
            Role::RaAgentAdvanced => self.ra_agent_advanced,
            Role::RaAgent => self.ra_agent,
            Role::Sponsor => self.sponsor,
            Role::IdChecker => self.id_checker,
            Role::Lsa => self.lsa,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Roles {
    pub task: Vec<TaskRow>,
}

/// What a passcode rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasscodeUse {
    /// A new one.
    Set,
    /// One that was set before, perhaps under an older rule.
    Verify,
}

/// What a passcode is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signs {
    /// 0 to 9.
    Figures,
    /// And A to Z, a to z.
    LettersAndFigures,
}

/// A passcode rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasscodeRow {
    /// What for.
    #[serde(rename = "use")]
    pub used: PasscodeUse,
    /// Fewest signs.
    pub least: usize,
    /// Most signs.
    pub most: usize,
    /// Of which kind.
    pub signs: Signs,
    /// From when.
    pub effective_from: Option<Date>,
    /// Where the rule comes from.
    pub source: String,
}

/// Series that no longer work.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// This series and all before it.
    pub up_to: u8,
    /// From this day.
    pub blocked_from: Date,
    /// Where the rule comes from.
    pub source: String,
}

/// Certificates on cards.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificates {
    /// Years of a new one. Of one that is there, only its own last day counts.
    pub years: u8,
    /// They are renewed from so many days before their last day.
    pub renewal_days: u16,
    /// Where the rule comes from.
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::policy) struct Ages {
    pub register_from: i16,
    pub source: String,
}

/// `cards.toml`: passcodes, series, certificates, ages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cards {
    /// Passcode rules.
    pub passcode: Vec<PasscodeRow>,
    /// Series that no longer work.
    pub series: Vec<Series>,
    /// Certificates.
    pub certificates: Certificates,
    pub(in crate::policy) ages: Ages,
}

impl Cards {
    /// The oldest series that works on a day.
    pub fn oldest_series(&self, day: Date) -> u8 {
        let blocked = self.series.iter().filter(|series| series.blocked_from <= day);
        blocked.map(|series| series.up_to.saturating_add(1)).max().unwrap_or(1)
    }

    /// The youngest a person may be to be registered, in full years.
    pub fn register_from(&self) -> i16 {
        self.ages.register_from
    }
}
