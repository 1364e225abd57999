//! Find the person first: who is there already is used, not made again (notes domain 4.1, step 4).

use serde::{Deserialize, Serialize};

use super::entry::{Did, Entry};
use super::{Register, Stage, rename, tasks};
use crate::document::same_person::Band;
use crate::domain::text::REASON_MAX;
use crate::domain::{CardStatus, LegalName, Millis, Person, PersonStatus, VisitId};
use crate::journey::effect::{CentralCall, SearchTerms, StoreQuery};
use crate::journey::input::{CentralAnswer, CentralFault, StoreAnswer};
use crate::journey::issue::Issue;
use crate::journey::key::Key;
use crate::journey::trouble::Trouble;
use crate::journey::{Ctx, Desk, Job, Next, Owner, cancel::Cancel};
use crate::policy::dates::{DateError, parse_day};
use crate::policy::documents::plain_number;
use crate::policy::roles::{Task, may};
use crate::wire::fact::{NOT_SAME_MAX, NotSame};
use crate::wire::message::{CardBrief, CardRecord, PersonHit};

/// Hits shown: a digit chooses one. More are not looked through; the agent is told to say more of the person.
pub const HITS_SHOWN: usize = 8;

// Whoever central asks a reason about is on the page, after those found by a number: a UUID and a document.
const _: () = assert!(NOT_SAME_MAX + 2 <= HITS_SHOWN);

/// The fields of the search: id and most letters.
pub const FIELDS: [(&str, usize); 4] = [("given", 60), ("family", 60), ("birth", 10), ("document", 30)];

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What was looked for.
    pub terms: SearchTerms,
    /// Who might be meant, at most [`HITS_SHOWN`].
    pub hits: Vec<PersonHit>,
    /// There were more.
    pub more: bool,
    /// Central was asked; else only what this desk knows.
    pub by_central: bool,
    /// When.
    pub at: Millis,
    /// The agent said that it is none of these.
    pub nobody: bool,
    /// Why, where some of them are very likely the same person.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Found {
    /// Those who are very likely the person looked for: nobody else is registered without a reason.
    pub fn very_likely(&self) -> impl Iterator<Item = &PersonHit> {
        self.hits.iter().filter(|hit| hit.band == Band::Upper)
    }

    /// What the agent said of them.
    pub fn not_same(&self) -> Vec<NotSame> {
        let Some(reason) = self.reason.as_ref().filter(|_| self.nobody) else { return Vec::new() };
        self.very_likely().map(|hit| NotSame { person: hit.person.id, reason: reason.clone() }).collect()
    }

    /// Whether one of them has the very name and birth date looked for: then only an RA Manager's word is enough for central.
    pub fn namesake(&self) -> bool {
        self.very_likely().any(|hit| self.is_for(&hit.person.name, hit.person.birth_date))
    }

    /// Whether this search was for a person of this name and birth date.
    pub fn is_for(&self, name: &LegalName, birth: jiff::civil::Date) -> bool {
        self.terms.name.as_ref() == Some(name) && self.terms.birth_date == Some(birth)
    }
}

/// What can be done with a person who is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Write a card.
    Issue,
    /// Go on with a card that is begun.
    Continue,
    /// There is a card in use: it is cancelled first.
    CancelFirst,
    /// Nothing, and the word of why.
    No(&'static str),
}

/// Why nothing is done for this person in this session, whatever it is; none if something may be.
pub fn not_served(person: &Person, desk: &Desk) -> Option<&'static str> {
    let own = desk.session.as_ref().is_some_and(|session| person.number.as_ref() == Some(&session.agent));
    match person.status {
        _ if own => Some("why-own-card"),
        PersonStatus::Closed => Some("why-person-closed"),
        PersonStatus::Provisional => Some("why-person-provisional"),
        PersonStatus::Active => None,
    }
}

/// What can be done with this person in this session.
pub fn use_of(hit: &PersonHit, desk: &Desk) -> Use {
    let Some(session) = &desk.session else { return Use::No("why-role") };
    if let Some(why) = not_served(&hit.person, desk) {
        return Use::No(why);
    }
    if !may(session.role, Task::Issue) {
        return Use::No("why-role");
    }
    match hit.card.as_ref().map(|card| card.status) {
        Some(CardStatus::Issued) => Use::CancelFirst,
        Some(CardStatus::Granted | CardStatus::WrittenNotPrinted | CardStatus::PrintedNotHandedOver) => Use::Continue,
        Some(CardStatus::Spoilt | CardStatus::Cancelled) | None => Use::Issue,
    }
}

/// What must be typed before Enter searches: a number alone will do.
pub fn required(entry: &Entry) -> &'static [&'static str] {
    if entry.text("document").is_empty() { &["family", "birth"] } else { &[] }
}

/// One key on the form.
pub fn key(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, key: Key) {
    if state.asked.is_some() {
        return;
    }
    let required = required(&state.find);
    if state.find.key(key, required) == Did::Submitted {
        match terms(&state.find) {
            Ok(terms) => search(state, ctx, id, terms),
            Err(errors) => state.find.fail(&errors),
        }
    }
}

/// The terms as typed, or what is wrong with them.
fn terms(entry: &Entry) -> Result<SearchTerms, Vec<(&'static str, String)>> {
    let mut errors = Vec::new();
    let typed = plain_number(entry.text("document"));
    let number = typed.parse().ok();
    let document = (number.is_none() && !typed.is_empty()).then_some(typed);
    let mut name = None;
    if !(entry.text("family").is_empty() && entry.text("given").is_empty()) {
        match LegalName::parse(entry.text("given"), entry.text("family")) {
            Ok(parsed) => name = Some(parsed),
            Err((part, error)) => errors.push(super::details::name_error(part, error)),
        }
    }
    let birth_date = match parse_day(entry.text("birth")) {
        Ok(date) => Some(date),
        Err(DateError::Empty) => None,
        Err(error) => {
            errors.push(("birth", super::details::date_error(error).to_owned()));
            None
        }
    };
    if errors.is_empty() && name.is_none() && number.is_none() && document.is_none() {
        errors.push(("family", "error-find-nothing".to_owned()));
    }
    if errors.is_empty() { Ok(SearchTerms { name, birth_date, number, document }) } else { Err(errors) }
}

fn search(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, terms: SearchTerms) {
    state.find.form.clear_errors();
    state.looking_for = terms.clone();
    state.asked = Some(if ctx.desk.is_online() {
        ctx.central(Owner::Visit(id), CentralCall::Search(terms))
    } else {
        ctx.store(Owner::Visit(id), StoreQuery::Search(terms))
    });
}

/// Central answered the search, or did not: then what this desk knows must do, and that is said.
pub fn central(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, result: &Result<CentralAnswer, CentralFault>) {
    match result {
        Ok(CentralAnswer::Hits(hits)) => found(state, ctx, &hits.hits, true),
        Ok(_) => state.trouble = Some(Trouble::Central(CentralFault::NotUnderstood)),
        Err(fault) if fault.is_passing() => {
            let query = StoreQuery::Search(state.looking_for.clone());
            state.asked = Some(ctx.store(Owner::Visit(id), query));
        }
        Err(fault) => state.trouble = Some(Trouble::Central(*fault)),
    }
}

/// The desk's own store answered the search.
pub fn store(state: &mut Register, ctx: &mut Ctx<'_>, answer: &StoreAnswer) {
    match answer {
        StoreAnswer::Hits(hits) => found(state, ctx, &hits.hits, false),
        _ => state.trouble = Some(Trouble::Store),
    }
}

fn found(state: &mut Register, ctx: &Ctx<'_>, hits: &[PersonHit], by_central: bool) {
    state.found = Some(Found {
        terms: state.looking_for.clone(),
        hits: hits.iter().take(HITS_SHOWN).cloned().collect(),
        more: hits.len() > HITS_SHOWN,
        by_central,
        at: ctx.now,
        nobody: false,
        reason: None,
    });
    state.go(Stage::Found);
}

/// The row under the hits: nobody like this, register.
pub fn nobody_row(found: &Found) -> usize {
    found.hits.len()
}

/// A row of the hits was chosen.
pub fn choose(state: &mut Register, row: usize) {
    let Some(found) = &mut state.found else { return };
    if row < found.hits.len() {
        state.go(Stage::Person(row));
    } else if row == found.hits.len() && found.very_likely().next().is_some() {
        let before = found.reason.clone().unwrap_or_default();
        state.reason = Entry::new(&[("reason", REASON_MAX)]);
        state.reason.prefill("reason", &before);
        state.go(Stage::NotSame);
    } else if row == found.hits.len() {
        nobody(state, None);
    }
}

/// None of these, and why: a new person.
fn nobody(state: &mut Register, reason: Option<String>) {
    let Some(found) = &mut state.found else { return };
    (found.nobody, found.reason) = (true, reason);
    for id in ["given", "family", "birth"] {
        let text = state.find.text(id).to_owned();
        state.details.prefill(id, &text);
    }
    tasks::done(state, super::TaskId::Find);
}

/// One key of the reason why none of these is the person.
pub fn reason_key(state: &mut Register, key: Key) {
    if let Some(reason) = state.reason.reason(key) {
        nobody(state, Some(reason));
    }
}

/// A card as far as a search tells of it.
pub fn record(person: Person, card: CardBrief) -> CardRecord {
    CardRecord { card, person, issue: 1, card_certificate: None, last_seen: None, prints: 0 }
}

/// The name of the person on the screen changes.
pub fn change_name(state: &mut Register, desk: &Desk) -> Next {
    let Stage::Person(at) = state.stage else { return Next::Stay };
    let Some(hit) = state.found.as_ref().and_then(|found| found.hits.get(at)) else { return Next::Stay };
    if let Some(why) = rename::why_not(&hit.person, desk) {
        state.notice = Some(why);
        return Next::Stay;
    }
    let job = Job::Rename(Box::new(Register::rename(hit.person.clone(), hit.card.clone())));
    Next::Become(Box::new(job), Some(hit.person.name.full()))
}

/// The person on the screen is used.
pub fn use_person(state: &mut Register, ctx: &mut Ctx<'_>, at: usize) -> Next {
    let Some(hit) = state.found.as_ref().and_then(|found| found.hits.get(at)).cloned() else { return Next::Stay };
    let name = Some(hit.person.name.full());
    match (use_of(&hit, ctx.desk), hit.card) {
        (Use::Issue, _) => Next::Become(Box::new(Job::Issue(Box::new(Issue::for_person(hit.person)))), name),
        (Use::Continue, Some(card)) => {
            let issue = Issue::continue_card(record(hit.person, card), None);
            Next::Become(Box::new(Job::Issue(Box::new(issue))), name)
        }
        (Use::CancelFirst, Some(card)) => {
            let cancel = Cancel::of_record(record(hit.person, card));
            Next::Become(Box::new(Job::Cancel(Box::new(cancel))), name)
        }
        (Use::Continue | Use::CancelFirst, None) => Next::Stay,
        (Use::No(why), _) => {
            state.notice = Some(why);
            Next::Stay
        }
    }
}
