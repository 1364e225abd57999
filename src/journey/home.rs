//! The home screen, card first: whose card is in the customer reader, what is wrong with it, which one key mends it.
//!
//! Without a card the same screen asks what is to be done, with the parked visits below.

use super::cancel::Cancel;
use super::command::Command;
use super::effect::{CentralCall, StoreQuery, Write};
use super::input::{CentralAnswer, CentralFault, OwnWord, ReaderChange, ReaderRole, ReceiptNews, StoreAnswer};
use super::issue::Issue;
use super::key::Key;
use super::register::{Register, rename};
use super::reset::Reset;
use super::{
    Answer, Ctx, Desk, EffectId, Job, Owner, Place, Session, Visit, card_work_allowed, open_visit, queue, start_visit,
};
use crate::card::diagnose::Diagnosis;
use crate::card::task::{CardAnswer, CardFault, CardReport, CardTask};
use crate::domain::{CardStatus, VisitId};
use crate::policy::roles::{Task, may};
use crate::wire::message::{CardRecord, ProblemCode, StockRecord};

#[cfg(test)]
pub(crate) mod bench;
mod finding;
mod proof;
#[cfg(test)]
mod tests;

pub use finding::{Finding, cancel_waits, finding, is_revoked, number};
pub use proof::Challenge;

/// The home screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Home {
    /// The card in the customer reader.
    pub card: CardLook,
    /// The marked choice.
    pub pick: usize,
    /// Word id of what came of the last visit.
    pub notice: Option<&'static str>,
    /// A parked visit of another agent, whose taking over is asked.
    pub take_over: Option<VisitId>,
    /// What became of registrations whose holders left with a receipt. Said until somebody has seen it.
    pub receipts: Vec<ReceiptNews>,
}

/// What is known of the card in the customer reader.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum CardLook {
    /// No card.
    #[default]
    None,
    /// Being read.
    Reading(EffectId),
    /// It could not be read.
    Unreadable(CardFault),
    /// Something that does not answer: upside down, or no chip card.
    Mute,
    /// Read; what this desk has of it is still asked.
    AskingOwn(EffectId, Box<CardReport>),
    /// Read; what central says is still asked.
    Asking(EffectId, Box<CardReport>, OwnWord),
    /// Read, and a blank, or central has no such card; whether it is stock is still asked.
    AskingStock(EffectId, Box<CardReport>),
    /// Read and asked about; it is still to prove that it is no copy.
    Proving(EffectId, Box<Challenge>, Box<CardReport>, Box<Known>),
    /// Read, and this is known of it.
    Known(Box<CardReport>, Box<Known>),
}

impl CardLook {
    /// A card is in the reader, and what it is is not known yet.
    pub fn is_looked_at(&self) -> bool {
        match self {
            Self::Reading(_) | Self::AskingOwn(..) | Self::Asking(..) | Self::AskingStock(..) | Self::Proving(..) => {
                true
            }
            Self::None | Self::Unreadable(_) | Self::Mute | Self::Known(..) => false,
        }
    }
}

/// What is known of a card beside what is on it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    /// Central's record, or the desk's own copy.
    pub record: Option<CardRecord>,
    /// It is the desk's own copy, not asked just now.
    pub from_cache: bool,
    /// Central itself answered just now: no record means that it has none.
    pub answered: bool,
    /// For a blank: its stock record.
    pub stock: Option<StockRecord>,
    /// Central could not be asked.
    pub fault: Option<CentralFault>,
    /// It does not have the key of the card it shows: a copy.
    pub proof_failed: bool,
}

/// What can be chosen here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Reset the passcode of the card in the reader.
    Unlock,
    /// Leave a task: the holder of the card in the reader is called back.
    CallBack,
    /// Replace the card in the reader: cancel it, then issue another.
    Replace,
    /// Go on with a card that is written but not in the holder's hand.
    ContinueCard,
    /// Change the name of the holder of the card in the reader.
    Rename,
    /// Cancel the card in the reader.
    CancelThis,
    /// Find or register a person, and issue a card.
    Register,
    /// Cancel a card that is not here.
    Cancel,
    /// Look at the queue.
    Queue,
    /// Go on with a visit.
    Resume(VisitId),
}

/// A choice and whether it works now; if not, the word id of why.
pub type Offer = (Choice, Option<&'static str>);

/// What is offered, best first: the first that can be chosen is marked, so that one key mends the card. Nothing while a card
/// is looked at: what comes of that stands first, and a figure typed for the row above would choose the one below.
pub fn offers(state: &Home, desk: &Desk) -> Vec<Offer> {
    let Some(session) = desk.session.as_ref().filter(|_| !state.card.is_looked_at()) else { return Vec::new() };
    let allowed = |task| why_not(task, session, desk);
    let mut list: Vec<Offer> = match &state.card {
        CardLook::Known(report, known) => card_offers(report, known, desk, &allowed),
        _ => Vec::new(),
    };
    list.push((Choice::Register, allowed(Task::Register)));
    list.push((Choice::Cancel, allowed(Task::Cancel)));
    list.push((Choice::Queue, None));
    let parked = desk.visits.iter().map(|v| (Choice::Resume(v.id), why_not_resume(v, desk)));
    let listed: Vec<Choice> = list.iter().map(|(choice, _)| *choice).collect();
    list.extend(parked.filter(|(choice, _)| !listed.contains(choice)));
    // What is wanted least often comes last: it takes no visit's place on a small screen.
    let (rename, mut list): (Vec<Offer>, _) = list.into_iter().partition(|(choice, _)| *choice == Choice::Rename);
    list.extend(rename);
    list
}

/// What mends the card in the reader, and what else can be done with it.
fn card_offers(
    report: &CardReport,
    known: &Known,
    desk: &Desk,
    allowed: &dyn Fn(Task) -> Option<&'static str>,
) -> Vec<Offer> {
    let unlock = (Choice::Unlock, allowed(Task::Unlock));
    let replace = (Choice::Replace, allowed(Task::Cancel));
    let cancel = (Choice::CancelThis, allowed(Task::Cancel));
    let person = known.record.as_ref().map(|record| &record.person);
    let rename = (Choice::Rename, allowed(Task::ChangeDetails).or(person.and_then(|p| rename::why_not(p, desk))));
    let diagnosis = match finding(report, known, desk) {
        Finding::OwnCard => return vec![(Choice::Unlock, Some("why-own-card"))],
        Finding::CancelWaits => return vec![(Choice::Unlock, Some("why-cancel-waits"))],
        Finding::Unknown => return vec![(Choice::Unlock, Some("why-unknown-card"))],
        Finding::OldName => {
            // A change of name that was left before its card was replaced is gone on with.
            let begun = finding::rename_of(report, desk).map(|v| (Choice::Resume(v.id), why_not_resume(v, desk)));
            return begun.into_iter().chain([replace, unlock, rename]).collect();
        }
        Finding::Is(diagnosis) => diagnosis,
    };
    match diagnosis {
        Diagnosis::HalfWritten { .. } => finding::visit_of(report, known, desk)
            .and_then(|(id, _)| desk.visit(id))
            .map(|visit| (Choice::Resume(visit.id), why_not_resume(visit, desk)))
            .into_iter()
            .collect(),
        Diagnosis::NotPiv
        | Diagnosis::NotOurs
        | Diagnosis::OtherEnvironment { .. }
        | Diagnosis::LookAlike
        | Diagnosis::Cancelled
        | Diagnosis::Spoilt
        | Diagnosis::BlankInStock
        | Diagnosis::BlankNotInStock
        | Diagnosis::BlankStockUnknown => Vec::new(),
        // Central must be asked whose it is before anything is done with it; without network the holder is called back.
        _ if known.record.is_none() => vec![(Choice::CallBack, allowed(Task::Unlock))],
        Diagnosis::HalfWrittenElsewhere | Diagnosis::WrittenNotPrinted | Diagnosis::PrintedNotHandedOver => {
            // One that is in work here already is gone on with under the rules of its visit.
            let here = finding::visit_of(report, known, desk).and_then(|(id, _)| desk.visit(id));
            let why = here.map_or_else(|| allowed(Task::Issue), |visit| why_not_resume(visit, desk));
            vec![(Choice::ContinueCard, why), cancel]
        }
        Diagnosis::OldSeries { .. } | Diagnosis::Unreadable => vec![replace, rename],
        Diagnosis::Expired | Diagnosis::LockedAndExpired => vec![replace, unlock, rename],
        Diagnosis::ExpiresIn { .. } => vec![unlock, replace, rename],
        Diagnosis::Locked | Diagnosis::Good => vec![unlock, cancel, rename],
    }
}

/// Why this session can't do this task now: the word of why.
fn why_not(task: Task, session: &Session, desk: &Desk) -> Option<&'static str> {
    if session.reduced && task != Task::Cancel {
        Some("why-roster-expired")
    } else if matches!(task, Task::Unlock | Task::Issue) && !card_work_allowed(desk, desk.minute) {
        Some("why-revocations-old")
    } else if may(session.role, task) {
        None
    } else {
        Some("why-role")
    }
}

/// The same person in another role is bound by that role; another person must have the keeper's.
fn why_not_resume(visit: &Visit, desk: &Desk) -> Option<&'static str> {
    let session = desk.session.as_ref()?;
    if let Some(asked_by) = visit.job.waits_for_manager() {
        // Who asked may think again; to anybody else it is open as a manager alone.
        let open = session.agent == *asked_by || may(session.role, Task::Vouch);
        return why_not(visit.job.task(), session, desk).or((!open).then_some("why-waits-for-manager"));
    }
    let other = visit.agent.as_ref().is_some_and(|k| k.number != session.agent && k.role != session.role);
    why_not(visit.job.task(), session, desk).or(other.then_some("why-other-role"))
}

/// Shows the home screen, with a word on what came of the last visit.
pub fn show(ctx: &mut Ctx<'_>, notice: Option<&'static str>) {
    if ctx.desk.session.is_none() {
        ctx.desk.place = Place::SignIn(super::sign_in::SignIn::default());
        let change = ctx.desk.readers.agent.clone();
        super::sign_in::reader_changed(ctx, &change);
        return;
    }
    ctx.desk.place = Place::Home(Home { notice, ..Home::default() });
    ask_receipts(ctx);
    customer_reader(ctx);
}

/// Central has received something: perhaps what a receipt waits for.
pub fn ask_receipts(ctx: &mut Ctx<'_>) {
    ctx.store(Owner::Home, StoreQuery::Receipts);
}

/// The card in the customer reader changed, or is to be read again.
pub fn customer_reader(ctx: &mut Ctx<'_>) {
    let card = match &ctx.desk.readers.customer {
        ReaderChange::Card { .. } => {
            CardLook::Reading(ctx.card(Owner::Home, ReaderRole::Customer, CardTask::Read, None))
        }
        ReaderChange::Mute => CardLook::Mute,
        ReaderChange::NoReader | ReaderChange::Empty | ReaderChange::ServiceGone => CardLook::None,
    };
    if let Place::Home(home) = &mut ctx.desk.place {
        home.card = card;
        home.pick = 0;
    }
}

/// A visit ended while this screen was shown, and what it did may have been done to the card that lies here: it is asked
/// about once more, and not read again.
pub fn visit_ended(ctx: &mut Ctx<'_>) {
    let Place::Home(Home { card: CardLook::Known(report, _), .. }) = &ctx.desk.place else { return };
    let report = report.clone();
    let asked = ask_about(ctx, report);
    if let Place::Home(home) = &mut ctx.desk.place {
        home.card = asked;
    }
}

/// Keys that work now.
pub fn commands(state: &Home, _desk: &Desk) -> Vec<Command> {
    if state.take_over.is_some() {
        return vec![Command::new(Key::Char('y'), "take-over"), Command::new(Key::Esc, "back")];
    }
    let mut list = vec![Command::new(Key::Char('/'), "find")];
    if !state.card.is_looked_at() {
        list.insert(0, Command::new(Key::Enter, "choose"));
    }
    if state.card != CardLook::None {
        list.push(Command::new(Key::F(5), "read-again"));
    }
    if !state.receipts.is_empty() {
        list.push(Command::new(Key::F(4), "seen"));
    }
    list
}

/// One key.
pub fn key(ctx: &mut Ctx<'_>, key: Key, command: Option<&'static str>) {
    let Place::Home(state) = ctx.desk.place.clone() else { return };
    let offers = offers(&state, ctx.desk);
    let mut pick = state.pick.min(offers.len().saturating_sub(1));
    match (command, key) {
        (Some("take-over"), _) => {
            if let Some(id) = state.take_over {
                take_over(ctx, id);
            }
            return;
        }
        (Some("back"), _) => {
            if let Place::Home(home) = &mut ctx.desk.place {
                home.take_over = None;
            }
            return;
        }
        (Some("choose"), _) => return choose(ctx, &state, offers.get(pick)),
        (Some("find"), _) => {
            let why = ctx.desk.session.as_ref().and_then(|session| why_not(Task::Register, session, ctx.desk));
            return choose(ctx, &state, Some(&(Choice::Register, why)));
        }
        (Some("read-again"), _) => return customer_reader(ctx),
        (Some("seen"), _) => {
            let seen = |news: &ReceiptNews| Write::Receipt { visit: news.visit, seen: true };
            ctx.writes.extend(state.receipts.iter().map(seen));
            if let Place::Home(home) = &mut ctx.desk.place {
                home.receipts.clear();
            }
            return;
        }
        (_, Key::Down) => pick = (pick + 1).min(offers.len().saturating_sub(1)),
        (_, Key::Up) => pick = pick.saturating_sub(1),
        (_, other) => {
            if let Some(at) = other.digit().map(usize::from).filter(|d| (1..=offers.len()).contains(d)) {
                return choose(ctx, &state, offers.get(at - 1));
            }
        }
    }
    if let Place::Home(home) = &mut ctx.desk.place {
        home.pick = pick;
    }
}

/// Pasted text means nothing here.
pub fn paste(_ctx: &mut Ctx<'_>, _text: &str) {}

fn choose(ctx: &mut Ctx<'_>, state: &Home, offer: Option<&Offer>) {
    let Some((choice, why_not)) = offer else { return };
    if let (Some(why), Place::Home(home)) = (why_not, &mut ctx.desk.place) {
        home.notice = Some(why);
        return;
    }
    let known = match &state.card {
        CardLook::Known(report, known) => Some((report.as_ref(), known.as_ref())),
        _ => None,
    };
    let record = known.and_then(|(_, k)| k.record.clone());
    let holder = record.as_ref().map(|r| r.person.name.full());
    match choice {
        Choice::Unlock => {
            if let (Some(record), Some((report, _))) = (record, known) {
                start_visit(ctx, Job::Reset(Box::new(Reset::new(record, report.clone()))), holder);
            }
        }
        Choice::CallBack => {
            if let Some((report, _)) = known {
                start_visit(ctx, Job::Reset(Box::new(Reset::call_back(report.clone()))), holder);
            }
        }
        Choice::ContinueCard => {
            if let Some(record) = record {
                let serial = known.and_then(|(report, _)| report.identity.chip_serial.clone());
                let mine = ctx
                    .desk
                    .visits
                    .iter()
                    .find(|v| matches!(&v.job, Job::Issue(i) if i.card() == Some(record.card.guid)));
                match mine.map(|v| v.id) {
                    Some(id) => resume(ctx, id),
                    None => start_visit(ctx, Job::Issue(Box::new(Issue::continue_card(record, serial))), holder),
                }
            }
        }
        Choice::CancelThis | Choice::Replace => {
            if let Some(record) = record {
                start_visit(ctx, Job::Cancel(Box::new(Cancel::of_record(record))), holder);
            }
        }
        Choice::Rename => {
            if let Some(CardRecord { person, card, .. }) = record {
                start_visit(ctx, Job::Rename(Box::new(Register::rename(person, Some(card)))), holder);
            }
        }
        Choice::Register => start_visit(ctx, Job::Register(Box::new(Register::new(ctx.desk))), None),
        Choice::Cancel => start_visit(ctx, Job::Cancel(Box::new(Cancel::by_number())), None),
        Choice::Queue => queue::show(ctx),
        Choice::Resume(id) => resume(ctx, *id),
    }
}

/// Goes on with a visit: at once if it is one's own, else after the taking over was asked.
fn resume(ctx: &mut Ctx<'_>, id: VisitId) {
    let keeper = ctx.desk.visit(id).and_then(|v| v.agent.clone());
    let agent = ctx.desk.session.as_ref().map(|s| s.agent.clone());
    match (keeper, &mut ctx.desk.place) {
        (Some(keeper), Place::Home(home)) if Some(&keeper.number) != agent.as_ref() => home.take_over = Some(id),
        _ => open_visit(ctx, id),
    }
}

/// Another agent's visit: this agent accepts its checks in their own name (design, "People at work").
fn take_over(ctx: &mut Ctx<'_>, id: VisitId) {
    // What was true when it was asked may not be any more.
    let why = ctx.desk.visit(id).and_then(|visit| why_not_resume(visit, ctx.desk));
    match (why, &mut ctx.desk.place) {
        (Some(why), Place::Home(home)) => {
            home.take_over = None;
            home.notice = Some(why);
        }
        _ => super::take_over::begin(ctx, id),
    }
}

/// An answer.
pub fn answer(ctx: &mut Ctx<'_>, id: EffectId, answer: Answer<'_>) {
    let Place::Home(mut home) = ctx.desk.place.clone() else { return };
    if let Answer::Store(StoreAnswer::Receipts(news)) = answer {
        home.receipts.clone_from(news);
        ctx.desk.place = Place::Home(home);
        return;
    }
    let card = match (home.card.clone(), answer) {
        (CardLook::Reading(asked), Answer::Card(result)) if asked == id => match result {
            Ok(CardAnswer::Report(report)) => ask_about(ctx, report.clone()),
            Ok(_) => CardLook::Unreadable(CardFault::Unsupported),
            Err(fault) => CardLook::Unreadable(*fault),
        },
        (CardLook::AskingOwn(asked, report), Answer::Store(answer)) if asked == id => {
            let own = if let StoreAnswer::Card(own) = answer { own.clone() } else { OwnWord::default() };
            match report.identity.guid {
                Some(guid) if ctx.desk.is_online() => {
                    CardLook::Asking(ctx.central(Owner::Home, CentralCall::Card(guid)), report, own)
                }
                _ => proof::ask(ctx, CardLook::Known(report, Box::new(from_own(own)))),
            }
        }
        (CardLook::Asking(asked, report, own), Answer::Central(answer)) if asked == id => {
            let look = asked_about(ctx, report, own, answer);
            proof::ask(ctx, look)
        }
        (CardLook::Proving(asked, challenge, report, known), Answer::Card(result)) if asked == id => {
            proof::answered(&challenge, report, known, result)
        }
        (CardLook::AskingStock(asked, report), Answer::Central(answer)) if asked == id => {
            CardLook::Known(report, Box::new(stock(answer)))
        }
        _ => return,
    };
    let mut looked = Home { card, ..home };
    looked.pick = offers(&looked, ctx.desk).iter().position(|(_, why_not)| why_not.is_none()).unwrap_or(0);
    ctx.desk.place = Place::Home(looked);
}

/// This desk is asked first, then central: what the desk has said and central has not decided is the later word.
fn ask_about(ctx: &mut Ctx<'_>, report: Box<CardReport>) -> CardLook {
    match (report.identity.guid, &report.identity.chip_serial) {
        (Some(guid), _) => CardLook::AskingOwn(ctx.store(Owner::Home, StoreQuery::Card(guid)), report),
        (None, Some(serial)) if ctx.desk.is_online() && report.is_blank() => {
            CardLook::AskingStock(ctx.central(Owner::Home, CentralCall::Stock(serial.clone())), report)
        }
        _ => CardLook::Known(report, Box::default()),
    }
}

fn asked_about(
    ctx: &mut Ctx<'_>,
    report: Box<CardReport>,
    own: OwnWord,
    answer: &Result<CentralAnswer, CentralFault>,
) -> CardLook {
    let known = match answer {
        Ok(CentralAnswer::Card(record)) => {
            ctx.writes.push(Write::CacheCard(record.clone()));
            Known { record: Some(later((**record).clone(), own.said)), answered: true, ..Known::default() }
        }
        Ok(_) => Known { fault: Some(CentralFault::NotUnderstood), ..Known::default() },
        // Some makers write a CHUID on their blanks: then the stock list is asked too.
        Err(CentralFault::Problem(ProblemCode::NotFound | ProblemCode::NotInStock)) => {
            match &report.identity.chip_serial {
                Some(serial) if report.certificates.is_empty() && !report.is_blank() => {
                    let id = ctx.central(Owner::Home, CentralCall::Stock(serial.clone()));
                    return CardLook::AskingStock(id, report);
                }
                _ => Known { answered: true, ..Known::default() },
            }
        }
        Err(fault) if fault.is_passing() => from_own(own),
        Err(fault) => Known { fault: Some(*fault), ..Known::default() },
    };
    CardLook::Known(report, Box::new(known))
}

fn stock(answer: &Result<CentralAnswer, CentralFault>) -> Known {
    match answer {
        Ok(CentralAnswer::Stock(stock)) => Known { stock: Some(stock.clone()), answered: true, ..Known::default() },
        Ok(_) => Known { fault: Some(CentralFault::NotUnderstood), ..Known::default() },
        Err(CentralFault::Problem(ProblemCode::NotFound | ProblemCode::NotInStock)) => {
            Known { answered: true, ..Known::default() }
        }
        Err(fault) => Known { fault: Some(*fault), ..Known::default() },
    }
}

/// The desk speaks alone.
fn from_own(own: OwnWord) -> Known {
    let record = own.copy.map(|copy| later(*copy, own.said));
    Known { record, from_cache: true, ..Known::default() }
}

/// The record with what this desk has said of the card since.
fn later(mut record: CardRecord, said: Option<CardStatus>) -> CardRecord {
    record.card.status = said.map_or(record.card.status, |said| record.card.status.max(said));
    record
}
