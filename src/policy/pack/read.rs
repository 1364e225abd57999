//! From text to policy: size, form, then what one row says of another.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::check::check;
use super::rows::{
    Cards, Checks, Combinations, Costs, Gpg45, Gpg45File, Head, ProfileRow, Roles, Switch, Verification,
    VerificationRow,
};
use super::{FILE_MAX, FILES, Policy, ROWS_MAX, canonical, digest};
use crate::policy::documents;
use crate::policy::gpg45::{Piece, Profile, Scores};
use crate::policy::rule::{Rule, Written};

/// What is wrong with a policy, for the person who edits it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{what}", place(.file, .row, .key))]
pub struct PolicyError {
    /// Which file; empty: the policy as a whole.
    pub file: String,
    /// Which row, by its id.
    pub row: Option<String>,
    /// Which key.
    pub key: Option<String>,
    /// What is wrong, and what is allowed.
    pub what: String,
}

fn place(file: &str, row: &Option<String>, key: &Option<String>) -> String {
    let parts = [(!file.is_empty()).then(|| file.to_owned()), row.clone(), key.clone()];
    parts.into_iter().flatten().map(|part| format!("{part}: ")).collect()
}

impl PolicyError {
    /// About the policy as a whole.
    pub(super) fn whole(what: impl Into<String>) -> Self {
        Self::at("", None, None, what)
    }

    pub(in crate::policy) fn at(file: &str, row: Option<&str>, key: Option<&str>, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), row: row.map(str::to_owned), key: key.map(str::to_owned), what: what.into() }
    }
}

/// Reads and checks a policy.
pub(super) fn read(files: BTreeMap<String, String>) -> Result<Policy, PolicyError> {
    let policy = unchecked(files)?;
    match check(&policy).into_iter().next() {
        Some(fault) => Err(fault),
        None => Ok(policy),
    }
}

/// Reads a policy, each row by itself.
pub(super) fn unchecked(files: BTreeMap<String, String>) -> Result<Policy, PolicyError> {
    if let Some(name) = files.keys().find(|name| !FILES.contains(&name.as_str())) {
        return Err(PolicyError::at(
            name,
            None,
            None,
            format!("a policy has no such file; it has {}", FILES.join(", ")),
        ));
    }
    let head: Head = file(&files, "policy.toml")?;
    let checks: Checks = file(&files, "checks.toml")?;
    let combinations: Combinations = file(&files, "combinations.toml")?;
    let gpg45: Gpg45File = file(&files, "gpg45.toml")?;
    let costs: Costs = file(&files, "costs.toml")?;
    let roles: Roles = file(&files, "roles.toml")?;
    let cards: Cards = file(&files, "cards.toml")?;
    let rows: documents::Rows = file(&files, "documents.toml")?;
    for (name, count) in [
        ("documents.toml", rows.document.len()),
        ("checks.toml", checks.check.len().max(checks.rules.len())),
        ("combinations.toml", combinations.combination.len().max(combinations.provider.len())),
        ("gpg45.toml", gpg45.profile.len()),
        ("costs.toml", costs.cost.len()),
        ("roles.toml", roles.task.len()),
        ("cards.toml", cards.passcode.len().max(cards.series.len())),
        ("policy.toml", head.switches.len()),
    ] {
        if count > ROWS_MAX {
            return Err(PolicyError::at(name, None, None, format!("{count} rows; {ROWS_MAX} are allowed")));
        }
    }
    let list = documents::resolve(rows, &head.switches, &checks.rules, head.version, head.effective_from)?;
    let gpg45 = scores(gpg45, &checks.rules)?;
    let hash = digest(&canonical(&files));
    for (name, rule) in &checks.rules {
        Rule::resolve(rule, &|other| checks.rules.get(other))
            .map_err(|what| PolicyError::at("checks.toml", Some(name), Some("rules"), what))?;
    }
    for (name, source) in [("checks.toml", &checks.source), ("costs.toml", &costs.source)] {
        if source.trim().is_empty() {
            return Err(PolicyError::at(name, None, Some("source"), "it has no source"));
        }
    }
    let (checks, costs, tasks) = (checks.check, costs.cost, roles.task);
    Ok(Policy { head, list, checks, combinations, gpg45, costs, tasks, cards, files, hash })
}

fn file<T: DeserializeOwned>(files: &BTreeMap<String, String>, name: &str) -> Result<T, PolicyError> {
    let wrong = |what: String| PolicyError::at(name, None, None, what);
    let text = files.get(name).ok_or_else(|| wrong("it is missing".to_owned()))?;
    if text.len() > FILE_MAX {
        return Err(wrong(format!("it has {} bytes; {FILE_MAX} are allowed", text.len())));
    }
    let form = toml::Deserializer::parse(text).map_err(|error| wrong(error.to_string().trim_end().to_owned()))?;
    serde_path_to_error::deserialize(form).map_err(|error| {
        let path = error.path().to_string();
        let key = (path != ".").then_some(path);
        let row = key.as_deref().and_then(|path| row_id(text, path));
        PolicyError { file: name.to_owned(), row, key, what: error.into_inner().message().to_owned() }
    })
}

/// The id of the row a path such as `document[3].months` leads to.
fn row_id(text: &str, path: &str) -> Option<String> {
    let (table, rest) = path.split_once('[')?;
    let at: usize = rest.split_once(']')?.0.parse().ok()?;
    let whole: toml::Table = toml::from_str(text).ok()?;
    Some(whole.get(table)?.get(at)?.get("id")?.as_str()?.to_owned())
}

fn scores(file: Gpg45File, shared: &BTreeMap<String, Written>) -> Result<Gpg45, PolicyError> {
    let wrong = |row: &str, key: &str, what: String| PolicyError::at("gpg45.toml", Some(row), Some(key), what);
    let verification = |row: VerificationRow| {
        let rule = Rule::resolve(&row.rule, &|name| shared.get(name))
            .map_err(|what| wrong(&format!("verification {}", row.score.get()), "rule", what))?;
        Ok(Verification { score: row.score, rule, validity: row.validity, source: row.source })
    };
    let profile = |row: ProfileRow| {
        let evidence = row.evidence.into_iter().map(|[strength, validity]| Piece { strength, validity }).collect();
        let (activity, fraud, verification) = (row.activity, row.fraud, row.verification);
        Profile { id: row.id, level: row.level, least: Scores { evidence, activity, fraud, verification } }
    };
    if file.endorsed_photo.source.trim().is_empty() {
        return Err(wrong("endorsed_photo", "source", "it has no source".to_owned()));
    }
    Ok(Gpg45 {
        source: file.source,
        profiles: file.profile.into_iter().map(profile).collect(),
        verification: file.verification.into_iter().map(verification).collect::<Result<_, _>>()?,
        endorsed_photo: file.endorsed_photo.score,
    })
}

/// The number a limit comes to: written out, or that of a switch.
pub(in crate::policy) fn number_of(
    limit: &documents::Limit,
    switches: &BTreeMap<String, Switch>,
) -> Result<u8, String> {
    match limit {
        documents::Limit::Number(number) => Ok(*number),
        documents::Limit::Switch(name) => match switches.get(name) {
            Some(Switch::Number(number)) => Ok(*number),
            Some(Switch::Flag(_)) => Err(format!("the switch {name} is on or off, not a number")),
            None => Err(format!("there is no switch {name}")),
        },
    }
}
