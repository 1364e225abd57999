//! The list of identity documents: which types there are, what each may prove, what is asked for (notes domain 12b).
//!
//! The list is data, `documents.toml` of a policy ([`Policy`]).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

pub use crate::document::identifier::{NumberForm, masked, plain_number};

use super::decision::List;
use super::gpg45::Score;
use super::pack::{Policy, PolicyError, Switch, number_of};
use super::rule::{Rule, Written};

/// What a type of document may prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountsAs {
    /// Who it is: it bears a photo.
    Photo,
    /// Where the holder lives.
    Address,
    /// One of the two, never both.
    PhotoOrAddress,
    /// Recorded, such as a change of name; it does not count towards the three.
    Other,
    /// Never accepted; the screen says why.
    Rejected,
}

/// One thing that is asked of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Its number.
    Number,
    /// Who issued it.
    Issuer,
    /// Its date.
    Issued,
    /// The last day it is good.
    Expires,
    /// The day the holder came to live in the United Kingdom.
    Entered,
}

impl Part {
    /// The stable word, also the id of its field.
    pub fn as_str(self) -> &'static str {
        match self {
            Part::Number => "number",
            Part::Issuer => "issuer",
            Part::Issued => "issued",
            Part::Expires => "expires",
            Part::Entered => "entered",
        }
    }
}

/// A number of months or days: written out, or by the name of the switch that says it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(super) enum Limit {
    /// Written out.
    Number(u8),
    /// As the switch says.
    Switch(String),
}

/// A row of `documents.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    id: String,
    counts_as: CountsAs,
    #[serde(default)]
    nonphoto: bool,
    #[serde(default)]
    name_change: bool,
    #[serde(default)]
    fields: Vec<Part>,
    #[serde(default)]
    optional: Vec<Part>,
    #[serde(default)]
    number: NumberForm,
    #[serde(default)]
    personal: bool,
    issuer: Option<String>,
    months: Option<Limit>,
    days: Option<u16>,
    grace_months: Option<Limit>,
    entry_months: Option<u8>,
    #[serde(default)]
    no_expiry: bool,
    prefixes: Option<String>,
    once: Option<String>,
    #[serde(default)]
    online: bool,
    switch: Option<String>,
    instead: Option<String>,
    recorded_as: Option<String>,
    photo_if: Option<Written>,
    address_if: Option<Written>,
    nonphoto_if: Option<Written>,
    name_change_if: Option<Written>,
    #[serde(default)]
    strength: BTreeMap<String, Written>,
    #[serde(default)]
    validity: BTreeMap<String, Written>,
    effective_from: Option<Date>,
    effective_to: Option<Date>,
    source: String,
}

/// `documents.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rows {
    pub(super) document: Vec<Row>,
}

/// One type of document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Stable word.
    pub id: String,
    /// What it may prove.
    pub counts_as: CountsAs,
    /// It is personal evidence without a photo too.
    pub nonphoto: bool,
    /// It shows a change of name.
    pub name_change: bool,
    /// What is asked for, in this order.
    pub fields: Vec<Part>,
    /// Which of them may stay empty.
    pub optional: Vec<Part>,
    /// How its number is written.
    pub number: NumberForm,
    /// The number belongs to one person alone.
    pub personal: bool,
    /// Who issues all of this type; then it is not asked for.
    pub issuer: Option<String>,
    /// Calendar months it is good for from its date.
    pub months: Option<u8>,
    /// Days it is good for from its date.
    pub days: Option<u16>,
    /// Calendar months after its last day in which it is still taken.
    pub grace_months: u8,
    /// Calendar months it is good for since the holder came to the United Kingdom.
    pub entry_months: Option<u8>,
    /// Some of this type bear no last day.
    pub no_expiry: bool,
    /// The first letters of a number that are taken; `None`: any.
    pub prefixes: Option<String>,
    /// At most one of this group counts.
    pub once: Option<String>,
    /// Seen at its source: only with a connection.
    pub online: bool,
    /// The switches it hangs on: whether it is taken, and for how long.
    pub switches: Vec<String>,
    /// What to ask for in its place.
    pub instead: Option<String>,
    /// The word under which it stands in events, where its own would say too much.
    pub recorded_as: Option<String>,
    /// What must be checked before it counts for a use.
    pub uses: Vec<(List, Rule)>,
    /// What must be checked before it shows a change of name.
    pub name_change_if: Option<Rule>,
    /// GPG45 strengths and what earns them, the highest first.
    pub strength: Vec<(Score, Rule)>,
    /// GPG45 validities and what earns them, the highest first.
    pub validity: Vec<(Score, Rule)>,
    /// The first day on which it is taken, if other than the policy's.
    pub effective_from: Option<Date>,
    /// The last day on which it is taken.
    pub effective_to: Option<Date>,
    /// Where the rule comes from.
    pub source: String,
}

impl Kind {
    /// What must be checked before it counts for a use; `None` if it never counts for it.
    pub fn rule_for(&self, list: List) -> Option<&Rule> {
        self.uses.iter().find(|(use_, _)| *use_ == list).map(|(_, rule)| rule)
    }

    /// Whether this is its word, or the one it is recorded under.
    fn is(&self, id: &str) -> bool {
        self.id == id || self.recorded_as.as_deref() == Some(id)
    }

    /// The word under which it stands in events.
    pub fn recorded(&self) -> &str {
        self.recorded_as.as_deref().unwrap_or(&self.id)
    }

    /// Whether a part is asked for.
    pub fn asks(&self, part: Part) -> bool {
        self.fields.contains(&part)
    }

    /// Whether a part must be given.
    pub fn needs(&self, part: Part) -> bool {
        self.asks(part) && !self.optional.contains(&part)
    }
}

/// All types, the ones shown most often first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DocumentList {
    /// Version of the list: stands in the record of a decision.
    pub version: u32,
    /// From when it holds.
    pub effective_from: Date,
    /// The types.
    pub kinds: Vec<Kind>,
}

impl DocumentList {
    /// A type by its word, or by the one it is recorded under.
    pub fn kind(&self, id: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.is(id))
    }

    /// The row of a type that holds on a day; a type that is not taken on that day is none.
    pub fn kind_on(&self, id: &str, day: Date) -> Option<&Kind> {
        let holds = |kind: &&Kind| {
            kind.effective_from.is_none_or(|from| from <= day) && kind.effective_to.is_none_or(|to| day <= to)
        };
        self.kinds.iter().filter(|kind| kind.is(id)).find(holds)
    }
}

/// Puts switches and references into the rows and checks each.
pub(super) fn resolve(
    rows: Rows,
    switches: &BTreeMap<String, Switch>,
    shared: &BTreeMap<String, Written>,
    version: u32,
    effective_from: Date,
) -> Result<DocumentList, PolicyError> {
    let mut kinds: Vec<Kind> = Vec::new();
    if rows.document.is_empty() {
        return Err(PolicyError::at(FILE, None, Some("document"), "it has no row"));
    }
    for row in rows.document {
        let id = row.id.clone();
        let wrong = |key: &str, what: String| PolicyError::at(FILE, Some(&id), Some(key), what);
        let rejected_here = match row.switch.as_deref().map(|name| (name, switches.get(name))) {
            None | Some((_, Some(Switch::Flag(true)))) => false,
            Some((_, Some(Switch::Flag(false)))) => true,
            Some((name, Some(Switch::Number(_)))) => {
                return Err(wrong("switch", format!("the switch {name} is a number, not on or off")));
            }
            Some((name, None)) => return Err(wrong("switch", format!("there is no switch {name}"))),
        };
        let twice = kinds.iter().any(|kind| kind.id == id && overlap(kind, &row));
        let mut kind = kind_of(row, switches, shared).map_err(|(key, what)| wrong(key, what))?;
        if let Some(what) = wrong_row(&kind, twice) {
            return Err(PolicyError::at(FILE, Some(&id), None, what));
        }
        if rejected_here {
            kind.counts_as = CountsAs::Rejected;
            kind.uses.clear();
        }
        kinds.push(kind);
    }
    Ok(DocumentList { version, effective_from, kinds })
}

const FILE: &str = "documents.toml";

/// Whether two rows of one id hold on one day.
fn overlap(kind: &Kind, row: &Row) -> bool {
    let ends_before = |to: Option<Date>, from: Option<Date>| to.zip(from).is_some_and(|(to, from)| to < from);
    !ends_before(kind.effective_to, row.effective_from) && !ends_before(row.effective_to, kind.effective_from)
}

type Keyed<T> = Result<T, (&'static str, String)>;

fn kind_of(row: Row, switches: &BTreeMap<String, Switch>, shared: &BTreeMap<String, Written>) -> Keyed<Kind> {
    let limit = |key: &'static str, limit: Option<Limit>| {
        limit.map(|limit| number_of(&limit, switches).map_err(|what| (key, what))).transpose()
    };
    let rule = |key: &'static str, written: &Option<Written>| {
        let resolved = written.as_ref().map(|written| Rule::resolve(written, &|name| shared.get(name)));
        resolved.transpose().map_err(|what| (key, what))
    };
    let mut uses = Vec::new();
    for (list, key, written) in [
        (List::Photo, "photo_if", &row.photo_if),
        (List::Nonphoto, "nonphoto_if", &row.nonphoto_if),
        (List::Address, "address_if", &row.address_if),
    ] {
        uses.extend(rule(key, written)?.map(|rule| (list, rule)));
    }
    let named = |limit: &Option<Limit>| match limit {
        Some(Limit::Switch(name)) => Some(name.clone()),
        _ => None,
    };
    let switches_named = row.switch.iter().cloned().chain(named(&row.months)).chain(named(&row.grace_months)).collect();
    Ok(Kind {
        switches: switches_named,
        name_change_if: rule("name_change_if", &row.name_change_if)?,
        strength: levels("strength", &row.strength, shared)?,
        validity: levels("validity", &row.validity, shared)?,
        months: limit("months", row.months)?,
        grace_months: limit("grace_months", row.grace_months)?.unwrap_or(0),
        uses,
        id: row.id,
        counts_as: row.counts_as,
        nonphoto: row.nonphoto,
        name_change: row.name_change,
        fields: row.fields,
        optional: row.optional,
        number: row.number,
        personal: row.personal,
        issuer: row.issuer,
        days: row.days,
        entry_months: row.entry_months,
        no_expiry: row.no_expiry,
        prefixes: row.prefixes,
        once: row.once,
        online: row.online,
        instead: row.instead,
        recorded_as: row.recorded_as,
        effective_from: row.effective_from,
        effective_to: row.effective_to,
        source: row.source,
    })
}

/// The rules of one score, the highest first. `@2` is the rule for 2 of the same score.
fn levels(
    key: &'static str,
    written: &BTreeMap<String, Written>,
    shared: &BTreeMap<String, Written>,
) -> Keyed<Vec<(Score, Rule)>> {
    let mut levels = Vec::new();
    for (height, rule) in written {
        let score = height.parse().ok().and_then(Score::new).filter(|score| *score > Score::NONE);
        let score = score.ok_or_else(|| (key, format!("{height} is no score from 1 to 4")))?;
        let find = |name: &str| written.get(name).or_else(|| shared.get(name));
        levels.push((score, Rule::resolve(rule, &find).map_err(|what| (key, what))?));
    }
    levels.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    Ok(levels)
}

fn wrong_row(kind: &Kind, twice: bool) -> Option<&'static str> {
    let word = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    let counted = !matches!(kind.counts_as, CountsAs::Rejected);
    let (photo, address) = match kind.counts_as {
        CountsAs::Photo => (true, false),
        CountsAs::Address => (false, true),
        CountsAs::PhotoOrAddress => (true, true),
        CountsAs::Other | CountsAs::Rejected => (false, false),
    };
    [
        (twice, "it stands twice for the same days"),
        (!word(&kind.id), "an id is small letters, figures and low lines"),
        (kind.source.trim().is_empty(), "it has no source"),
        (counted && kind.fields.is_empty(), "nothing is asked for"),
        (!counted && !kind.fields.is_empty(), "a rejected type asks for nothing"),
        (kind.optional.iter().any(|part| !kind.fields.contains(part)), "an optional part is not asked for"),
        (kind.personal && !kind.needs(Part::Number), "a personal number must be asked for"),
        ((kind.months.is_some() || kind.days.is_some()) && !kind.needs(Part::Issued), "an age rule needs the date"),
        (kind.entry_months.is_some() != kind.asks(Part::Entered), "the day of entry and its rule belong together"),
        (kind.prefixes.is_some() && !kind.needs(Part::Number), "a rule for the number needs the number"),
        (kind.months == Some(0) || kind.days == Some(0), "no document is good for no time"),
        (counted && kind.issuer.is_none() && !kind.needs(Part::Issuer), "nobody says who issued it"),
        (kind.issuer.is_some() && kind.asks(Part::Issuer), "its issuer is known and asked for"),
        (kind.rule_for(List::Photo).is_some() != photo, "photo_if and counts_as belong together"),
        (kind.rule_for(List::Address).is_some() != address, "address_if and counts_as belong together"),
        (kind.rule_for(List::Nonphoto).is_some() != kind.nonphoto, "nonphoto and nonphoto_if belong together"),
        (kind.name_change_if.is_some() != kind.name_change, "name_change and name_change_if belong together"),
        (
            kind.effective_to.zip(kind.effective_from).is_some_and(|(to, from)| to < from),
            "its last day is before its first",
        ),
    ]
    .into_iter()
    .find_map(|(wrong, what)| wrong.then_some(what))
}

/// The list this program was built with; with a broken build an empty one, which accepts no document.
pub fn list() -> &'static DocumentList {
    static NONE: LazyLock<DocumentList> = LazyLock::new(DocumentList::default);
    Policy::shipped().map_or_else(|| &*NONE, Policy::documents)
}

/// Whether a document's number belongs to one person alone, so that the search for doubles may use it. A household shares
/// its bills.
pub fn names_one_person(kind: &str, number: Option<&str>) -> bool {
    number.is_some() && list().kind(kind).is_some_and(|kind| kind.personal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_shipped_list_names_its_source() {
        let kinds = &list().kinds;
        assert!(kinds.len() > 30);
        assert!(kinds.iter().all(|kind| kind.source.contains("(S") || kind.source.contains("general knowledge")));
        assert_eq!(list().kind("uk_licence").unwrap().counts_as, CountsAs::PhotoOrAddress);
    }
}
