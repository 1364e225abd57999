//! What is known at the time of a decision: the documents and what was done with them, the holder as far as the rules look,
//! the agent's training, what was asked of others. No sex, no address, no picture: neither is needed to decide.
//!
//! The JSON form is the one of `ra-desk evidence FILE`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::evidence::UsedAs;
use super::gpg45::Score;

/// Facts to start from: an invented person.
pub const EXAMPLE: &str = include_str!("../../assets/policy/example-facts.json");

/// Documents judged at once, at most: a visit has three to six.
pub const DOCUMENTS_MAX: usize = 24;
/// Checks recorded for one document, at most.
pub const CHECKS_MAX: usize = 64;
/// Explanations in one visit, at most.
pub const EXPLANATIONS_MAX: usize = 64;
/// The longest text of any field, in bytes.
pub const TEXT_MAX: usize = 400;

/// What the agent (or a machine) found at one check. There is no default for what was seen: not done is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// As it is on a genuine one.
    AsExpected,
    /// Something is wrong.
    NotAsExpected,
    /// Done, and it could not be told. It never passes, and accuses nobody.
    CannotTell,
    /// Not done.
    #[default]
    NotDone,
}

/// One check of one document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckDone {
    /// Id of the check in the policy, such as `tilt_hologram`.
    pub check: String,
    /// What was found.
    pub answer: Answer,
    /// Done by an agent trained to examine documents and faces. Counts only while that training is in date
    /// ([`AgentFacts::trained_until`]).
    #[serde(default)]
    pub trained: bool,
}

/// A name as it stands on a document, or as the holder gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameShown {
    /// Forenames; empty where there is a single name, or where the document gives one line.
    #[serde(default)]
    pub given: String,
    /// Surname, single name, or the whole line, such as `Mr & Mrs J Example`.
    pub family: String,
}

/// One document and what was done with it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentFacts {
    /// Its id within the visit, such as `d1`: the decision refers to it.
    pub id: String,
    /// Type id of the policy, such as `uk_passport`.
    pub kind: String,
    /// Who issued it: a country or a provider, as typed.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Its number, or a digest of it: then its form is not judged again.
    #[serde(default)]
    pub number: Option<String>,
    /// The number is a digest.
    #[serde(default)]
    pub number_is_digest: bool,
    /// Its date.
    #[serde(default)]
    pub issued: Option<Date>,
    /// The last day it is good.
    #[serde(default)]
    pub expires: Option<Date>,
    /// It says itself that it has no last day, as some identity cards do.
    #[serde(default)]
    pub no_expiry: bool,
    /// The day the holder came to live in the United Kingdom: asked for licences of other countries.
    #[serde(default)]
    pub entered_uk: Option<Date>,
    /// The name on it.
    #[serde(default)]
    pub name: Option<NameShown>,
    /// The former name on it: a name-change document links two.
    #[serde(default)]
    pub former_name: Option<NameShown>,
    /// The birth date on it.
    #[serde(default)]
    pub birth_date: Option<Date>,
    /// What was checked.
    #[serde(default)]
    pub checks: Vec<CheckDone>,
    /// The agent held the original; for what only exists on line, saw it at its source.
    #[serde(default)]
    pub original_seen: bool,
    /// The day it was seen, if another than the visit's.
    #[serde(default)]
    pub seen: Option<Date>,
    /// The agent wants it used for this alone; without it the best use is found.
    #[serde(default)]
    pub used_as: Option<UsedAs>,
    /// The search found its number with another person.
    #[serde(default)]
    pub number_of_another: bool,
}

impl DocumentFacts {
    /// A document of a type, nothing more known.
    pub fn of(id: &str, kind: &str) -> Self {
        Self {
            id: id.to_owned(),
            kind: kind.to_owned(),
            issuer: None,
            number: None,
            number_is_digest: false,
            issued: None,
            expires: None,
            no_expiry: false,
            entered_uk: None,
            name: None,
            former_name: None,
            birth_date: None,
            checks: Vec::new(),
            original_seen: false,
            seen: None,
            used_as: None,
            number_of_another: false,
        }
    }
}

/// The holder, as far as the rules look.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolderFacts {
    /// The legal name the holder claims; names on documents are compared with it.
    #[serde(default)]
    pub name: Option<NameShown>,
    /// Only for the card, such as a name in daily use: needs no evidence and is compared with nothing.
    #[serde(default)]
    pub name_on_card: Option<String>,
    /// Date of birth as claimed or on record. 1 January 1900 in records of older systems means that nobody knew it.
    #[serde(default)]
    pub birth_date: Option<Date>,
}

/// The agent, as far as the rules look.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentFacts {
    /// The last day of the training in examining documents and faces; `None`: not trained.
    #[serde(default)]
    pub trained_until: Option<Date>,
}

/// The check for identity fraud, which others do on line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "result", deny_unknown_fields)]
pub enum FraudCheck {
    /// Not done.
    #[default]
    NotDone,
    /// Done, nothing against the holder.
    Clear {
        /// What it is worth.
        score: Score,
    },
    /// Done; the identity is on a list.
    Match,
}

/// A photo endorsed on its back by a person of standing: for holders without photo identity. `None` is: not asked yet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Countersigned {
    /// The endorser works in, or retired from, a recognised profession.
    #[serde(default)]
    pub profession: Option<bool>,
    /// Full years the endorser has known the holder.
    #[serde(default)]
    pub years_known: Option<u8>,
    /// Related by birth or marriage, or in a relationship with the holder.
    #[serde(default)]
    pub related: Option<bool>,
    /// Lives at the same address.
    #[serde(default)]
    pub same_address: Option<bool>,
    /// Manages the holder at work.
    #[serde(default)]
    pub line_manager: Option<bool>,
    /// Name, profession and a contact of the endorser are recorded.
    #[serde(default)]
    pub contact_recorded: Option<bool>,
    /// The endorser was reached and says so.
    #[serde(default)]
    pub confirmed: Option<bool>,
    /// The words and the signature are on the back.
    #[serde(default)]
    pub endorsement: Option<bool>,
    /// The photo shows the holder.
    #[serde(default)]
    pub likeness: Answer,
    /// The day it was signed.
    #[serde(default)]
    pub signed: Option<Date>,
}

/// What an explanation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// The birth date on a document is another.
    BirthDate,
    /// The name on a document is another.
    Name,
    /// The name on a document is written otherwise: a tick is enough.
    NameForm,
    /// The number of a document belongs to another person.
    Number,
    /// The photo on a document is not like the holder, and nobody doubts that it is the holder.
    Likeness,
    /// The fraud check found the identity on a list.
    FraudMatch,
    /// A check of a document found what only forgery or another person explains. The document stays refused.
    Incident,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Topic; 7] = [
        Topic::BirthDate,
        Topic::Name,
        Topic::NameForm,
        Topic::Number,
        Topic::Likeness,
        Topic::FraudMatch,
        Topic::Incident,
    ];

    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Topic::BirthDate => "birth_date",
            Topic::Name => "name",
            Topic::NameForm => "name_form",
            Topic::Number => "number",
            Topic::Likeness => "likeness",
            Topic::FraudMatch => "fraud_match",
            Topic::Incident => "incident",
        }
    }
}

/// Who or what explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExplainedBy {
    /// The agent's tick.
    Agent,
    /// A document that shows the change of name.
    NameChange,
    /// A manager, with a reason.
    Manager,
}

/// An explanation of one contradiction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// What is explained.
    pub about: Topic,
    /// On which document; `None` for the visit as a whole.
    #[serde(default)]
    pub document: Option<String>,
    /// Who or what explains it.
    pub by: ExplainedBy,
    /// The document that shows the change of name.
    #[serde(default)]
    pub evidence: Option<String>,
    /// The manager's reason. Only whether there is one matters here.
    #[serde(default)]
    pub reason: Option<String>,
}

/// All that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The policy to judge by; without it the one in force on the day.
    #[serde(default)]
    pub policy: Option<String>,
    /// The civil day at the desk on which the documents were seen: picks the policy, ages are counted from it.
    pub day_seen: Date,
    /// The holder.
    #[serde(default)]
    pub holder: HolderFacts,
    /// The agent.
    #[serde(default)]
    pub agent: AgentFacts,
    /// The documents, in any order.
    #[serde(default)]
    pub documents: Vec<DocumentFacts>,
    /// The endorsed photo, if there is one.
    #[serde(default)]
    pub countersigned: Option<Countersigned>,
    /// The check for identity fraud.
    #[serde(default)]
    pub fraud: FraudCheck,
    /// Score of the activity history; 0 when nobody looked.
    #[serde(default)]
    pub activity: Score,
    /// The desk could ask central and others.
    #[serde(default)]
    pub online: bool,
    /// Central searched for the same person.
    #[serde(default)]
    pub uniqueness_checked: bool,
    /// What was explained.
    #[serde(default)]
    pub explanations: Vec<Explanation>,
}

impl Facts {
    /// Nothing but the day.
    pub fn of_day(day_seen: Date) -> Self {
        Facts {
            policy: None,
            day_seen,
            holder: HolderFacts::default(),
            agent: AgentFacts::default(),
            documents: Vec::new(),
            countersigned: None,
            fraud: FraudCheck::NotDone,
            activity: Score::NONE,
            online: false,
            uniqueness_checked: false,
            explanations: Vec::new(),
        }
    }

    /// What is wrong with the form of the facts: the field and why. Types and dates are the reader's matter; this is what it
    /// can't see: two documents of one id, an explanation of nothing, more than is ever judged.
    pub fn fault(&self) -> Option<(String, &'static str)> {
        let long = |text: &str| text.len() > TEXT_MAX;
        if self.documents.len() > DOCUMENTS_MAX {
            return Some(("documents".into(), "more than 24 documents"));
        }
        if self.explanations.len() > EXPLANATIONS_MAX {
            return Some(("explanations".into(), "more than 64 explanations"));
        }
        for (at, document) in self.documents.iter().enumerate() {
            let texts = [&document.issuer, &document.number];
            let names = [&document.name, &document.former_name];
            let what = if document.id.trim().is_empty() || long(&document.id) {
                Some(("id", "an id is needed, of 400 bytes at most"))
            } else if self.documents.iter().take(at).any(|other| other.id == document.id) {
                Some(("id", "another document has this id"))
            } else if document.checks.len() > CHECKS_MAX {
                Some(("checks", "more than 64 checks"))
            } else if texts.iter().any(|text| text.as_deref().is_some_and(long))
                || names.into_iter().flatten().any(|name| long(&name.given) || long(&name.family))
                || long(&document.kind)
            {
                Some(("", "a text of more than 400 bytes"))
            } else {
                None
            };
            if let Some((field, why)) = what {
                let place =
                    if field.is_empty() { format!("documents[{at}]") } else { format!("documents[{at}].{field}") };
                return Some((place, why));
            }
        }
        self.explanations.iter().enumerate().find_map(|(at, explanation)| {
            let named = [("document", &explanation.document), ("evidence", &explanation.evidence)];
            named.into_iter().find_map(|(field, id)| {
                let id = id.as_ref()?;
                let known = self.documents.iter().any(|document| document.id == *id);
                (!known).then(|| (format!("explanations[{at}].{field}"), "no document has this id"))
            })
        })
    }
}
