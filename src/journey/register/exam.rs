//! The guided examination of one document: one question at a time, none with a default answer.
//!
//! What is asked comes from the policy: first what the document needs to count, then what lifts its score. Equipment the desk
//! lacks is not asked for: the check stays undone and caps the score (notes documents 3). One question reads a detail back, so
//! that ticking through is seen.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::entry::{Did, Entry};
use crate::domain::Millis;
use crate::journey::key::Key;
use crate::policy::decision::List;
use crate::policy::documents::Kind;
use crate::policy::facts::{Answer, CheckDone, DocumentFacts};
use crate::policy::pack::{CheckKind, Failing, Policy};

/// Signs read back from a number.
const NUMBER_END: usize = 3;

/// Wrong tries at reading a detail back after which the document is typed again.
pub const CONTROL_TRIES: u8 = 2;

/// What is read back from the document in the agent's hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// The last three signs of its number.
    NumberEnd,
    /// The year of its last day.
    ExpiryYear,
    /// The day of the month of its date.
    DateDay,
}

impl Detail {
    /// The stable word, behind `exam-control-`.
    pub fn as_str(self) -> &'static str {
        match self {
            Detail::NumberEnd => "number-end",
            Detail::ExpiryYear => "expiry-year",
            Detail::DateDay => "date-day",
        }
    }

    /// What stands on the document, if it has this detail.
    fn of(self, document: &DocumentFacts) -> Option<String> {
        let day = |day: Option<Date>, form: &str| day.map(|day| day.strftime(form).to_string());
        match self {
            Detail::NumberEnd => {
                let number = document.number.as_deref().filter(|_| !document.number_is_digest)?;
                let signs = number.chars().count();
                (signs >= NUMBER_END).then(|| number.chars().skip(signs - NUMBER_END).collect())
            }
            Detail::ExpiryYear => day(document.expires, "%Y"),
            Detail::DateDay => day(document.issued, "%d"),
        }
    }
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Is it the original, in the agent's hand?
    Original,
    /// Does it bear the holder's name and birth date as in the details?
    Name,
    /// A check of the policy.
    Check(String),
    /// A detail read back.
    Control(Detail),
}

impl Ask {
    /// The stable word, as in the record.
    pub fn word(&self) -> String {
        match self {
            Ask::Original => "original".to_owned(),
            Ask::Name => "name".to_owned(),
            Ask::Check(id) => id.clone(),
            Ask::Control(detail) => format!("control-{}", detail.as_str()),
        }
    }
}

/// One answer, and how long it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// What was found.
    pub answer: Answer,
    /// Seconds between question and answer.
    pub seconds: u32,
}

/// The examination of one document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Exam {
    /// The questions, in order.
    pub asks: Vec<Ask>,
    /// The answers so far.
    pub given: Vec<Given>,
    /// The detail being read back.
    pub control: Entry,
    /// Wrong tries at it.
    pub wrong: u8,
    since: Millis,
}

/// What the desk brings to an examination.
#[derive(Debug, Clone, Copy)]
pub struct Means<'a> {
    /// The policy that is in force.
    pub policy: &'a Policy,
    /// Equipment the desk says it has, such as `uv_lamp`.
    pub equipment: &'a [String],
    /// Central can be asked.
    pub online: bool,
    /// Fresh bytes: which detail is read back, and when.
    pub fresh: [u8; 32],
    /// Now.
    pub now: Millis,
}

impl Exam {
    /// The questions for a document. `name_read` says that a machine has read the name: then nobody is asked for it.
    pub fn plan(kind: &Kind, document: &DocumentFacts, name_read: bool, means: Means<'_>) -> Self {
        let mut asks = vec![Ask::Original];
        if !name_read {
            asks.push(Ask::Name);
        }
        asks.extend(checks_of(kind, document, means).into_iter().map(Ask::Check));
        if let Some(detail) = detail_for(document, means.fresh) {
            // Not always at the same place, and never before the document was looked at.
            let places = asks.len() - 1;
            let at = 2 + usize::from(means.fresh[1]) % places.max(1);
            asks.insert(at.min(asks.len()), Ask::Control(detail));
        }
        Self { asks, since: means.now, control: Entry::new(&[("control", 4)]), ..Self::default() }
    }

    /// The question on the screen; none when all are answered.
    pub fn now(&self) -> Option<&Ask> {
        self.asks.get(self.given.len())
    }

    /// An answer. That no original was seen ends the examination: there is nothing to look at.
    pub fn answer(&mut self, answer: Answer, now: Millis) {
        let seconds = u32::try_from(now.since(self.since).max(0) / 1_000).unwrap_or(u32::MAX);
        let ends = self.now() == Some(&Ask::Original) && answer != Answer::AsExpected;
        self.given.push(Given { answer, seconds });
        if ends {
            self.asks.truncate(self.given.len());
        }
        self.since = now;
        self.control = Entry::new(&[("control", 4)]);
    }

    /// Takes the last answer back. False if there was none.
    pub fn back(&mut self, now: Millis) -> bool {
        self.since = now;
        self.given.pop().is_some()
    }

    /// A key in the field of the detail. True once it was read back right.
    pub fn control_key(&mut self, key: Key, document: &DocumentFacts, now: Millis) -> bool {
        let Some(Ask::Control(detail)) = self.now().cloned() else { return false };
        if self.control.key(key, &["control"]) != Did::Submitted {
            return false;
        }
        let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
        let right = detail.of(document).is_some_and(|right| plain(&right) == plain(self.control.text("control")));
        if right {
            self.answer(Answer::AsExpected, now);
        } else {
            self.wrong += 1;
            self.control.fail(&[("control", "exam-control-wrong".to_owned())]);
        }
        right
    }

    /// Answers to a question.
    fn of(&self, ask: &Ask) -> Option<Answer> {
        let at = self.asks.iter().position(|other| other == ask)?;
        self.given.get(at).map(|given| given.answer)
    }

    /// The original was seen.
    pub fn original_seen(&self) -> bool {
        self.of(&Ask::Original) == Some(Answer::AsExpected)
    }

    /// The checks with their answers, for the evaluator. A check that was passed over is not done.
    pub fn checks(&self, trained: bool) -> Vec<CheckDone> {
        let done = self.asks.iter().zip(&self.given).filter_map(|(ask, given)| match ask {
            Ask::Check(id) => Some(CheckDone { check: id.clone(), answer: given.answer, trained }),
            _ => None,
        });
        done.collect()
    }

    /// The checks that found something a manager must look at.
    pub fn incidents(&self, policy: &Policy) -> Vec<String> {
        let wrong = self.checks(false).into_iter().filter(|done| done.answer == Answer::NotAsExpected);
        let grave = |id: &str| policy.check(id).is_some_and(|check| check.failing == Failing::Incident);
        wrong.map(|done| done.check).filter(|id| grave(id)).collect()
    }
}

/// The checks a person can do here, those the document needs first.
fn checks_of(kind: &Kind, document: &DocumentFacts, means: Means<'_>) -> Vec<String> {
    let needed = [List::Photo, List::Address, List::Nonphoto].into_iter().filter_map(|list| kind.rule_for(list));
    let lifting = kind.validity.iter().rev().map(|(_, rule)| rule);
    let rules = needed.chain(&kind.name_change_if).chain(lifting);
    let mut ids: Vec<String> = Vec::new();
    for id in rules.flat_map(|rule| rule.checks()) {
        let known = document.checks.iter().any(|done| done.check == id && done.answer == Answer::AsExpected);
        let machine = known && means.policy.check(id).is_some_and(|check| check.kind == CheckKind::Machine);
        if !machine && can_be_done(id, kind, means) && !ids.iter().any(|there| there == id) {
            ids.push(id.to_owned());
        }
    }
    ids
}

/// Whether a person can do this check at this desk, now. What only a machine says is not asked, but for what is looked up by
/// the agent on another screen.
fn can_be_done(id: &str, kind: &Kind, means: Means<'_>) -> bool {
    let Some(check) = means.policy.check(id) else { return false };
    let equipped = check.needs.as_ref().is_none_or(|needs| means.equipment.contains(needs));
    let by_hand = check.kind != CheckKind::Machine || (kind.online && id == "share_code");
    equipped && by_hand && (!check.online || means.online)
}

/// The detail read back: one of those the document has.
fn detail_for(document: &DocumentFacts, fresh: [u8; 32]) -> Option<Detail> {
    let all = [Detail::NumberEnd, Detail::ExpiryYear, Detail::DateDay];
    let has: Vec<Detail> = all.into_iter().filter(|detail| detail.of(document).is_some()).collect();
    has.get(usize::from(fresh[0]) % has.len().max(1)).copied()
}
