//! A policy: the files of `assets/policy`, read, checked and named by what they say.
//!
//! A policy is versioned and dated. The desk and central hold several side by side ([`PolicySet`]); a decision names the one
//! that made it by id, version and hash. It travels as one text, [`Policy::to_bundle`], inside a signed statement.

mod check;
mod read;
mod rows;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

pub use read::PolicyError;
pub(super) use read::number_of;
pub use rows::{
    About, Cards, Certificates, Check, CheckKind, Combination, Cost, Endorser, Failing, Gate, Need, PasscodeRow,
    PasscodeUse, Permission, Provider, Series, Signs, Switch, TaskRow, Verification,
};

use super::decision::{Act, PolicyStamp};
use super::documents::{CountsAs, DocumentList, Kind};
use super::evidence::provider;
use super::facts::Topic;
use super::gpg45::{Profile, Score};

/// A file of a policy, at most: bytes.
pub const FILE_MAX: usize = 256 * 1024;
/// A whole policy, at most: bytes.
pub const BUNDLE_MAX: usize = 1024 * 1024;
/// Rows of one table, at most.
pub const ROWS_MAX: usize = 200;
/// Policies held side by side, at most.
pub const POLICIES_MAX: usize = 50;
/// The files of a policy; no other is taken, none may be missing.
pub const FILES: [&str; 8] = [
    "cards.toml",
    "checks.toml",
    "combinations.toml",
    "costs.toml",
    "documents.toml",
    "gpg45.toml",
    "policy.toml",
    "roles.toml",
];

/// The policy as it is shipped.
const SHIPPED: [(&str, &str); 8] = [
    ("cards.toml", include_str!("../../../assets/policy/cards.toml")),
    ("checks.toml", include_str!("../../../assets/policy/checks.toml")),
    ("combinations.toml", include_str!("../../../assets/policy/combinations.toml")),
    ("costs.toml", include_str!("../../../assets/policy/costs.toml")),
    ("documents.toml", include_str!("../../../assets/policy/documents.toml")),
    ("gpg45.toml", include_str!("../../../assets/policy/gpg45.toml")),
    ("policy.toml", include_str!("../../../assets/policy/policy.toml")),
    ("roles.toml", include_str!("../../../assets/policy/roles.toml")),
];

/// A policy that was read and fits its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub(super) head: rows::Head,
    pub(super) list: DocumentList,
    pub(super) checks: Vec<Check>,
    pub(super) combinations: rows::Combinations,
    pub(super) gpg45: rows::Gpg45,
    pub(super) costs: Vec<Cost>,
    pub(super) tasks: Vec<TaskRow>,
    pub(super) cards: Cards,
    files: BTreeMap<String, String>,
    hash: String,
}

impl Policy {
    /// A policy from its files, name to text.
    ///
    /// Errors: the first thing that does not fit, with file, row and key and what is allowed there.
    pub fn from_files(files: BTreeMap<String, String>) -> Result<Self, PolicyError> {
        read::read(files)
    }

    /// A policy from its files, or everything that was found wrong with them.
    ///
    /// Errors: as [`Policy::from_files`], but all of it, as far as the files can be read.
    pub fn lint(files: BTreeMap<String, String>) -> Result<Self, Vec<PolicyError>> {
        let policy = read::unchecked(files).map_err(|fault| vec![fault])?;
        let faults = check::check(&policy);
        if faults.is_empty() { Ok(policy) } else { Err(faults) }
    }

    /// The ids of the words that people are told about this policy in, both languages.
    pub fn word_ids(&self) -> Vec<String> {
        let kinds = self.list.kinds.iter().flat_map(|kind| {
            let why = kind.counts_as == CountsAs::Rejected;
            [Some(format!("document-kind-{}", kind.id)), why.then(|| format!("document-why-{}", kind.id))]
        });
        let checks = self.checks.iter().map(|check| Some(format!("check-{}", check.id)));
        let acts = Act::ALL.map(|act| Some(format!("next-{}", act.as_str().replace('_', "-"))));
        let topics = Topic::ALL.map(|topic| Some(format!("contradiction-{}", topic.as_str())));
        let named = self.combinations().iter().map(|one| Some(format!("combination-{}", one.id)));
        kinds.chain(checks).chain(acts).chain(topics).chain(named).flatten().collect()
    }

    /// A policy as it travels. Only the canonical form is taken: one content has one hash.
    ///
    /// Errors: as [`Policy::from_files`]; and what is no bundle.
    pub fn from_bundle(bytes: &[u8]) -> Result<Self, PolicyError> {
        if bytes.len() > BUNDLE_MAX {
            return Err(PolicyError::whole("it is larger than 1 MiB"));
        }
        let files = serde_json::from_slice(bytes)
            .map_err(|error| PolicyError::whole(format!("it is not a map of file names to texts: {error}")))?;
        let policy = Self::from_files(files)?;
        if policy.to_bundle() != bytes {
            return Err(PolicyError::whole("it is not in its canonical form"));
        }
        Ok(policy)
    }

    /// The canonical bytes: a JSON object, file name to text, in the order of the names.
    pub fn to_bundle(&self) -> Vec<u8> {
        canonical(&self.files)
    }

    /// The policy this program was built with. An error means a broken build.
    pub fn load() -> Result<Self, PolicyError> {
        Self::from_files(shipped_files())
    }

    /// The same, read once; with a broken build none.
    pub fn shipped() -> Option<&'static Policy> {
        PolicySet::shipped().all().first()
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.head.id
    }

    /// Its version: a later one is higher.
    pub fn version(&self) -> u32 {
        self.head.version
    }

    /// SHA-256 over its canonical bytes, lower-case hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// What a decision says of it.
    pub fn stamp(&self) -> PolicyStamp {
        PolicyStamp { id: self.head.id.clone(), version: self.head.version, hash: self.hash.clone() }
    }

    /// The first day on which it holds.
    pub fn effective_from(&self) -> Date {
        self.head.effective_from
    }

    /// Whether it holds on a day: not before its first, not after its last, not once it was withdrawn.
    pub fn holds_on(&self, day: Date) -> bool {
        self.head.effective_from <= day
            && self.head.effective_to.is_none_or(|last| day <= last)
            && self.head.withdrawn_from.is_none_or(|gone| day < gone)
    }

    /// The types of documents, the ones shown most often first. A type whose switch is off stands as rejected.
    pub fn documents(&self) -> &DocumentList {
        &self.list
    }

    /// A type by its id.
    pub fn kind(&self, id: &str) -> Option<&Kind> {
        self.list.kind(id)
    }

    /// All checks.
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// A check by its id.
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id)
    }

    /// The combinations that are known, the gate's or not.
    pub fn combinations(&self) -> &[Combination] {
        &self.combinations.combination
    }

    /// The gate.
    pub fn gate(&self) -> &Gate {
        &self.head.gate
    }

    /// The GPG45 profiles, in the order of the table.
    pub fn profiles(&self) -> &[Profile] {
        &self.gpg45.profiles
    }

    /// The rules for cards, certificates, passcodes and ages.
    pub fn cards(&self) -> &Cards {
        &self.cards
    }

    /// The role matrix.
    pub fn tasks(&self) -> &[TaskRow] {
        &self.tasks
    }

    /// Where organisations differ.
    pub fn switch(&self, name: &str) -> Option<Switch> {
        self.head.switches.get(name).copied()
    }

    /// What a step costs, in seconds: by the row for exactly this, else by the one for the act; a check has its own.
    pub fn seconds(&self, act: Act, what: Option<&str>) -> u32 {
        let check = what.filter(|_| act == Act::Check).and_then(|id| self.check(id));
        let rows = || self.costs.iter().filter(|cost| cost.act == act);
        let exact = rows().find(|cost| cost.what.is_some() && cost.what.as_deref() == what);
        let cost = exact.or_else(|| rows().find(|cost| cost.what.is_none())).map(|cost| cost.seconds);
        check.map(|check| check.seconds).or(cost).unwrap_or(0)
    }

    /// What explains a contradiction.
    pub fn about(&self, topic: Topic) -> Option<&About> {
        self.combinations.contradiction.iter().find(|about| about.about == topic)
    }

    /// A provider as it is compared: one key for all the names of one.
    pub fn provider_key(&self, name: &str) -> String {
        let key = provider(name);
        let same = |row: &&Provider| row.names.iter().any(|other| provider(other) == key);
        let first = self.combinations.provider.iter().find(same).and_then(|row| row.names.first());
        first.map_or(key, |first| provider(first))
    }

    pub(super) fn endorsed_photo_score(&self) -> Score {
        self.gpg45.endorsed_photo
    }
}

fn shipped_files() -> BTreeMap<String, String> {
    SHIPPED.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

fn canonical(files: &BTreeMap<String, String>) -> Vec<u8> {
    serde_json::to_vec(files).unwrap_or_default()
}

/// SHA-256 in lower-case hexadecimal.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Policies side by side: each day is judged by the one that held on it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicySet {
    policies: Vec<Policy>,
}

impl PolicySet {
    /// The set with the policy this program was built with alone, read when first asked for.
    pub fn shipped() -> &'static Self {
        static SHIPPED: LazyLock<PolicySet> =
            LazyLock::new(|| PolicySet { policies: Policy::load().into_iter().collect() });
        &SHIPPED
    }

    /// Adds a policy. The same one again changes nothing.
    ///
    /// Errors: another content under an id and version that is here; too many policies.
    pub fn add(&mut self, policy: Policy) -> Result<(), PolicyError> {
        match self.named(policy.id(), policy.version()) {
            Some(known) if known.hash() == policy.hash() => return Ok(()),
            Some(_) => return Err(PolicyError::whole("another policy of this id and version is here")),
            None => {}
        }
        if self.policies.len() >= POLICIES_MAX {
            return Err(PolicyError::whole("50 policies are here already"));
        }
        self.policies.push(policy);
        Ok(())
    }

    /// The policy that held on a day: the one in force that began last, and of those the highest version.
    pub fn in_force(&self, day: Date) -> Option<&Policy> {
        let held = self.policies.iter().filter(|policy| policy.holds_on(day));
        held.max_by_key(|policy| (policy.head.effective_from, policy.head.version))
    }

    /// A policy by what a decision says of it.
    pub fn named(&self, id: &str, version: u32) -> Option<&Policy> {
        self.policies.iter().find(|policy| policy.id() == id && policy.version() == version)
    }

    /// All of them.
    pub fn all(&self) -> &[Policy] {
        &self.policies
    }
}

#[cfg(test)]
mod tests;
