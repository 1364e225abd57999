//! Check answers, sign, send, and what central says: the person is made, or what must be mended.

use serde::{Deserialize, Serialize};

use super::{Register, Stage, TaskId, details, documents, evidence, find, photo, rename, tasks};
use crate::domain::{Person, PersonId, PersonStatus, ReceiptRef, Role, UserNumber, VisitId};
use crate::journey::command::Command;
use crate::journey::effect::{CentralCall, Effect, StoreQuery, TimerName, Write};
use crate::journey::hand::{self, HandFault};
use crate::journey::input::{CentralAnswer, CentralFault, ClockView, StoreAnswer};
use crate::journey::issue::Issue;
use crate::journey::key::Key;
use crate::journey::trouble::Trouble;
use crate::journey::{Ctx, Desk, Job, Next, Owner, may_act};
use crate::policy::roles::{Task, may};
use crate::wire::act::{Act, ActKind, Signed, content};
use crate::wire::fact::{EndorserSeen, Evidence, Fact, Registration};
use crate::wire::message::{Outcome, ProblemCode, RefusalReason};

/// How often central's word is asked for again, in milliseconds.
pub const POLL_MS: i64 = 2_000;
/// How often it is asked for before the agent is told that it takes longer: a minute is the most anybody stands and waits.
pub const POLLS_MAX: u32 = 30;

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// How often; 1 for the first time.
    pub times: u32,
    /// What is known of it.
    pub standing: Standing,
    /// The number central gave.
    pub number: Option<UserNumber>,
    /// How often central's word was asked for since the page is shown.
    #[serde(skip)]
    pub polls: u32,
}

/// What is known of a registration that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// On its way.
    Waiting,
    /// It takes longer than anybody waits.
    Slow,
    /// Central has it and waits for the photo.
    AwaitingPhoto,
    /// Central can't be reached now.
    Unreached(CentralFault),
    /// The desk is offline.
    Offline,
}

/// The rows of the check page: task, and the field the cursor goes to.
pub fn check_rows(state: &Register) -> &'static [(TaskId, &'static str)] {
    if state.renaming.is_some() { &RENAME_ROWS } else { &CHECK_ROWS }
}

const RENAME_ROWS: [(TaskId, &str); 4] = [
    (TaskId::Details, "given"),
    (TaskId::Details, "card-name"),
    (TaskId::Documents, "documents"),
    (TaskId::Who, "who"),
];

const CHECK_ROWS: [(TaskId, &str); 8] = [
    (TaskId::Details, "given"),
    (TaskId::Details, "birth"),
    (TaskId::Details, "position"),
    (TaskId::Details, "card-name"),
    (TaskId::Details, "email"),
    (TaskId::Documents, "documents"),
    (TaskId::Photo, "photo"),
    (TaskId::Terms, "terms"),
];

/// A row of the check page was chosen: there, and straight back after it.
pub fn change(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, row: usize) {
    let Some((task, field)) = check_rows(state).get(row) else { return };
    tasks::open(state, ctx, id, *task);
    state.back_to_check = true;
    if *task == TaskId::Details {
        state.details.focus(field);
    }
}

/// The reference the holder takes away while central has not answered. It stands in every registration: the network may go
/// between signing and central's word.
pub fn receipt(ctx_place: &str, visit: VisitId) -> ReceiptRef {
    ReceiptRef::for_visit(ctx_place, visit)
}

/// Keys from the check page on.
pub fn commands(state: &Register) -> Vec<Command> {
    let (back, leave) = (Command::new(Key::Esc, "back"), Command::new(Key::F(3), "leave"));
    let finish = Command::new(Key::Enter, "finish-visit");
    let again = Command::new(Key::F(5), "ask-again");
    match state.stage {
        Stage::Check => vec![Command::new(Key::Enter, "send"), back, leave],
        Stage::Confirm => vec![Command::new(Key::Char('y'), "sign-and-send"), back],
        Stage::Signing => vec![back],
        Stage::Sent => match state.sent.as_ref().map(|sent| sent.standing) {
            Some(Standing::Waiting) | None => vec![leave],
            Some(_) => vec![Command::new(Key::Enter, "receipt"), again, leave],
        },
        // The record itself is another by now: nothing in this visit mends that.
        Stage::Refused(RefusalReason::RecordChanged) => vec![Command::new(Key::Char('x'), "abandon"), leave],
        Stage::Refused(_) => {
            vec![Command::new(Key::Enter, "correct"), leave, Command::new(Key::Char('x'), "abandon")]
        }
        Stage::Receipt => vec![finish, again, leave],
        _ => vec![finish, leave],
    }
}

/// One of these commands.
pub fn command(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, word: &str) -> Next {
    match word {
        "send" => confirm(state, ctx),
        "sign-and-send" => sign(state, ctx, id),
        "receipt" => state.go(Stage::Receipt),
        "ask-again" => follow(state, ctx, id),
        "correct" => correct(state),
        "old-card" | "new-card" => return rename::go_on(state, ctx.desk),
        "finish-visit" => {
            if state.stage == Stage::Receipt {
                ctx.writes.push(Write::Receipt { visit: id, seen: false });
            }
            let notice = match state.stage {
                Stage::Receipt => "notice-receipt-given",
                Stage::Made if state.renaming.is_some() => "notice-renamed",
                Stage::Made => "notice-registered",
                _ => "notice-support",
            };
            return Next::Close(Some(notice));
        }
        _ => {}
    }
    Next::Stay
}

/// Whether it may be sent now; if not, that is said.
fn may_send(state: &mut Register, ctx: &Ctx<'_>) -> bool {
    if ctx.desk.clock == ClockView::Doubtful {
        state.notice = Some("register-clock");
        return false;
    }
    let person = state.renaming.as_ref().map(|renaming| &renaming.person);
    if let Some(why) = person.and_then(|person| rename::why_not(person, ctx.desk)) {
        state.go(Stage::Tasks);
        state.notice = Some(why);
        return false;
    }
    if rename::is_anothers_word(state, ctx.desk) {
        state.go(Stage::Tasks);
        state.notice = Some("rename-manager-sends");
        return false;
    }
    if !tasks::missing(state).is_empty() {
        state.go(Stage::Tasks);
        state.notice = Some("register-not-yet");
        return false;
    }
    if state.incidents > 0 && ctx.desk.session.as_ref().is_none_or(|session| session.role != Role::RaManager) {
        // One agent may not quietly go on after a document that was not as expected (notes domain 5.3).
        state.go(Stage::Tasks);
        state.notice = Some("register-manager-first");
        return false;
    }
    true
}

fn confirm(state: &mut Register, ctx: &mut Ctx<'_>) {
    if may_send(state, ctx) {
        state.go(Stage::Confirm);
        ctx.effects.push(Effect::FlushKeys);
    }
}

fn sign(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) {
    if may_send(state, ctx) && may_act(ctx.desk, id) {
        let draft = Signed::to_come(ActKind::Submit, id, ctx.desk.about.desk);
        let content = fact(state, ctx, id, draft).as_ref().and_then(content);
        state.go(Stage::Signing);
        state.asked = Some(hand::begin(ctx, ActKind::Submit, id, None, content));
    }
}

/// The agent's card signed, or did not.
pub fn signed(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, result: &Result<Signed<Act>, HandFault>) -> Next {
    if state.stage != Stage::Signing {
        return Next::Stay;
    }
    let act = match result {
        Ok(act) => act.clone(),
        Err(fault) => {
            state.go(Stage::Check);
            state.trouble = Some(Trouble::from(*fault));
            return Next::Stay;
        }
    };
    if !may_act(ctx.desk, id) || !may_send(state, ctx) {
        return Next::Stay;
    }
    let signed = act.statement.content;
    let Some(fact) = fact(state, ctx, id, act) else {
        state.go(Stage::Tasks);
        state.notice = Some("register-not-yet");
        return Next::Stay;
    };
    if content(&fact) != signed {
        // Only what was on the page when the card signed may go out under that signature.
        state.go(Stage::Check);
        state.trouble = Some(Trouble::Central(CentralFault::Problem(ProblemCode::ContentDiffers)));
        return Next::Stay;
    }
    ctx.event(fact);
    let times = state.sent.as_ref().map_or(0, |sent| sent.times) + 1;
    state.sent = Some(Sent { times, standing: Standing::Waiting, number: None, polls: 0 });
    follow(state, ctx, id);
    // From here on the holder is called by the new name: the former one is on no list and no receipt (notes domain 12c, 6).
    rename::renamed(state).map_or(Next::Stay, |person| Next::Name(person.name.full()))
}

/// What is sent. None if an answer is missing after all.
fn fact(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, act: Signed<Act>) -> Option<Fact> {
    if state.renaming.is_some() {
        return rename::fact(state, ctx.desk, id, act).map(|change| Fact::ChangeName(Box::new(change)));
    }
    registration(state, ctx, id, act).map(|registration| Fact::Register(Box::new(registration)))
}

/// A registration's body.
fn registration(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, act: Signed<Act>) -> Option<Registration> {
    let details = details::read(&state.details, state.day).ok()?;
    let organisation = ctx.desk.session.as_ref()?.organisation.clone();
    let kept = state.photo.kept.clone()?;
    let terms = state.terms?;
    let uniqueness_checked =
        state.found.as_ref().is_some_and(|f| f.by_central && f.is_for(&details.name, details.birth_date));
    let person = *state.person.get_or_insert_with(|| PersonId(ctx.new_uuid()));
    Some(Registration {
        visit: id,
        person,
        name: details.name,
        name_on_card: details.name_on_card,
        birth_date: details.birth_date,
        organisation,
        position: details.position,
        email: details.email,
        documents: documents::on_the_wire(state, ctx.desk),
        evidence: evidence_of(state, ctx.desk),
        photo: Some(kept.digest?),
        photo_reason: kept.reason,
        likeness_confirmed: kept.likeness,
        terms_accepted: terms.at,
        receipt: Some(receipt(&ctx.desk.about.place, id)),
        uniqueness_checked,
        not_same: state.found.as_ref().map(find::Found::not_same).unwrap_or_default(),
        act,
    })
}

/// What the decision rests on. None only while there is no policy at all: then nothing is ever sent.
pub fn evidence_of(state: &Register, desk: &Desk) -> Option<Box<Evidence>> {
    let decision = state.decision.as_ref()?;
    let text = |field: &str| state.endorser.text(field).to_owned();
    let endorser = state.endorsed.as_ref().map(|_| EndorserSeen {
        name: text("endorser-name"),
        profession: text("endorser-profession"),
        contact: text("endorser-contact"),
    });
    Some(Box::new(Evidence {
        facts: evidence::facts(state, desk),
        policy: decision.policy.clone(),
        facts_hash: decision.facts_hash.clone(),
        met: decision.met,
        level: decision.gpg45.level.as_str().to_owned(),
        exams: state.exams.clone(),
        endorser,
    }))
}

/// Asks what became of it; offline the holder gets the reference.
pub fn follow(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) {
    let Some(sent) = &mut state.sent else { return };
    if ctx.desk.is_online() && may_act(ctx.desk, id) {
        let polls = if state.stage == Stage::Sent { sent.polls } else { 0 };
        sent.polls = polls;
        if !matches!(sent.standing, Standing::AwaitingPhoto) && polls < POLLS_MAX {
            sent.standing = Standing::Waiting;
        }
        state.go(Stage::Sent);
        state.asked = Some(ctx.central(Owner::Visit(id), CentralCall::Sync));
    } else {
        sent.standing = Standing::Offline;
        state.go(Stage::Receipt);
    }
}

/// A timer ran out, or the network changed.
pub fn look_again(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, world_changed: bool) {
    let stage = state.stage;
    let waits = stage == Stage::Sent || (stage == Stage::Receipt && world_changed);
    if !waits || state.asked.is_some() || !ctx.desk.is_online() {
        return;
    }
    if world_changed && let Some(sent) = &mut state.sent {
        // Central can be asked again: the count of vain tries begins anew only if it could not be.
        if matches!(sent.standing, Standing::Unreached(_) | Standing::Offline) {
            sent.polls = 0;
        } else {
            return;
        }
    }
    follow(state, ctx, id);
}

/// Central answered the sync.
pub fn central(
    state: &mut Register,
    ctx: &mut Ctx<'_>,
    id: VisitId,
    result: &Result<CentralAnswer, CentralFault>,
) -> Next {
    if let (Err(fault), Some(sent)) = (result, &mut state.sent) {
        sent.standing = Standing::Unreached(*fault);
    }
    // Whatever became of this try, the store knows if central's word has come another way.
    let kind = if state.renaming.is_some() { "change_name" } else { "register" };
    state.asked = Some(ctx.store(Owner::Visit(id), StoreQuery::Outcome(id, kind)));
    Next::Stay
}

/// The store says what central said.
pub fn store(state: &mut Register, ctx: &mut Ctx<'_>, answer: &StoreAnswer) -> Next {
    let Some(sent) = &mut state.sent else { return Next::Stay };
    let StoreAnswer::Outcome(outcome) = answer else {
        state.trouble = Some(Trouble::Store);
        sent.standing = Standing::Slow;
        return Next::Stay;
    };
    match outcome {
        Some(Outcome::PersonMade { person, number }) => return made(state, ctx, *person, number),
        Some(Outcome::Applied) if state.renaming.is_some() => {
            state.go(Stage::Made);
            return Next::Stay;
        }
        Some(Outcome::Refused { reason }) => {
            state.go(Stage::Refused(*reason));
            return Next::Stay;
        }
        Some(Outcome::AwaitingBlob) => sent.standing = Standing::AwaitingPhoto,
        Some(_) => {
            state.go(Stage::Flagged);
            return Next::Stay;
        }
        None => {}
    }
    if matches!(sent.standing, Standing::Unreached(_)) {
        return Next::Stay;
    }
    sent.polls += 1;
    if sent.polls < POLLS_MAX {
        ctx.timer(TimerName::Progress, POLL_MS);
    } else if sent.standing == Standing::Waiting {
        sent.standing = Standing::Slow;
    }
    Next::Stay
}

/// The person is made: the card comes next, in the same visit, if this session may write one.
fn made(state: &mut Register, ctx: &mut Ctx<'_>, person: PersonId, number: &UserNumber) -> Next {
    let details = details::read(&state.details, state.day);
    let session = ctx.desk.session.clone();
    let (Ok(details), Some(session)) = (details, session) else {
        state.go(Stage::Made);
        return Next::Stay;
    };
    if let Some(sent) = &mut state.sent {
        sent.number = Some(number.clone());
    }
    if !may(session.role, Task::Issue) {
        state.go(Stage::Made);
        return Next::Stay;
    }
    let holder = details.name.full();
    let person = Person {
        id: person,
        number: Some(number.clone()),
        name: details.name,
        name_on_card: details.name_on_card,
        birth_date: details.birth_date,
        birth_date_verified: true,
        organisation: session.organisation,
        position: details.position,
        email: details.email,
        has_photo: photo::is_done(state),
        status: PersonStatus::Active,
        version: 1,
    };
    Next::Become(Box::new(Job::Issue(Box::new(Issue::for_person(person)))), Some(holder))
}

/// The visit ends without what it was for.
pub fn abandon(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) -> Next {
    photo::put_away(state, ctx);
    let reason = match (&state.sent, rename::is_somebody_else(state)) {
        (Some(_), _) => "refused",
        (None, true) => "likeness",
        (None, false) => "agent",
    };
    ctx.event(Fact::VisitAbandoned { visit: id, reason: reason.to_owned() });
    Next::Close(Some(if state.renaming.is_some() { "notice-name-kept" } else { "notice-abandoned" }))
}

/// Refused: to the task that mends it. Everything typed is still there; what is sent next supersedes this one.
fn correct(state: &mut Register) {
    let Stage::Refused(reason) = state.stage else { return };
    match reason {
        RefusalReason::PossibleDuplicate | RefusalReason::MaybeHere | RefusalReason::DocumentInUse => {
            state.found = None;
            refill_search(state);
            state.go(Stage::Find);
        }
        RefusalReason::EvidenceNotMet => documents::show_list(state),
        RefusalReason::NotAllowed
        | RefusalReason::BadSignature
        | RefusalReason::ContentDiffers
        | RefusalReason::NotFound
        | RefusalReason::OwnedByEsr
        | RefusalReason::RecordChanged
        | RefusalReason::Other => state.go(Stage::Tasks),
    }
}

/// The search asks for what the details say now.
fn refill_search(state: &mut Register) {
    let mut form = super::Entry::new(&find::FIELDS);
    for id in ["given", "family", "birth"] {
        form.prefill(id, state.details.text(id));
    }
    form.prefill("document", state.find.text("document"));
    state.find = form;
}
