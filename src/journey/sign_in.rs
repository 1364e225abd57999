//! Signing in: card, certificate, passcode, role, one signature that is challenge and session start in one.
//!
//! Works without network until the roster expires; then the session is reduced (design, "Statements").

use super::command::Command;
use super::effect::{CentralCall, Effect, IDLE_WARNING_MS, StoreQuery, TimerName};
use super::input::{CentralAnswer, CentralFault, ChainPlace, ReaderChange, ReaderRole, SecretState, StoreAnswer};
use super::key::Key;
use super::{Answer, Ctx, Desk, EffectId, Owner, Place, Session, home};
use crate::card::piv::proof::verify_by_certificate;
use crate::card::task::{CardAnswer, CardFault, CardIdentity, CardReport, CardTask, Slot};
use crate::card::trust::{self, TrustFault};
use crate::domain::{CardGuid, OdsCode, Role, UserNumber, VaultSlot};
use crate::policy::passcode::PasscodeVerdict;
use crate::wire::act::{SessionStart, Signed, session_bytes};
use crate::wire::fact::Fact;
use crate::wire::message::ProblemCode;

/// The sign-in on the screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SignIn {
    /// Where it stands.
    pub stage: Stage,
    /// Figures typed.
    pub secret: SecretState,
    /// What went wrong last, said above the field.
    pub problem: Option<Problem>,
}

/// Where a sign-in stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Stage {
    /// No card in the agent reader.
    #[default]
    Waiting,
    /// Locked by hand or by time: the card must be taken out and put in again.
    TakeOut,
    /// The card is being read.
    Reading(EffectId),
    /// The card is no card to sign in with; see the problem.
    BadCard,
    /// The passcode is asked for.
    Passcode(Who),
    /// One try is left: asked first.
    LastTry(Who),
    /// The card judges the passcode.
    Verifying(EffectId, Who),
    /// More than one role: one is chosen.
    ChooseRole(Who, Vec<(Role, OdsCode)>, usize),
    /// Chain place, nonce, signature, central.
    Opening(EffectId, Box<Opening>),
}

/// Whose card it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Who {
    /// The number in the certificate.
    pub number: UserNumber,
    /// The name: the roster's, else the certificate's.
    pub name: String,
    /// The card.
    pub card: CardGuid,
    /// 9A certificate, DER.
    pub certificate: Vec<u8>,
    /// Tries left, if the card says.
    pub tries: Option<u8>,
}

/// A session being opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    who: Who,
    role: Role,
    organisation: OdsCode,
    place: Option<ChainPlace>,
    start: Option<SessionStart>,
    signed: Option<Signed<SessionStart>>,
    /// Central found the nonce stale once.
    again: bool,
}

/// Why it did not go on. Each has its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// Not a PIV card, or without a certificate for signing in.
    NotAStaffCard,
    /// The certificate is not of our Card CA.
    NotOurs,
    /// The certificate has expired.
    Expired,
    /// The clock or the certificate is wrong: not valid yet.
    NotYet,
    /// The card or its certificate was revoked.
    Revoked,
    /// No roster has reached this desk yet.
    NoRoster,
    /// The holder has no role here.
    NotOnRoster,
    /// No card could have such a passcode: it was not asked for it, and no try is spent.
    Passcode(PasscodeVerdict),
    /// Wrong passcode; that many tries left.
    WrongPasscode(u8),
    /// The card is locked.
    Locked,
    /// The card did not do it.
    Card(CardFault),
    /// The session is live at another desk.
    ElsewhereSignedIn,
    /// Central has ended the session of this desk.
    EndedByCentral,
    /// Central refused.
    Central(CentralFault),
    /// The signature of the card does not fit its certificate.
    BadProof,
    /// The store did not answer.
    Store,
}

/// The secret field that has the focus.
pub fn secret_focus(state: &SignIn) -> Option<VaultSlot> {
    matches!(state.stage, Stage::Passcode(_)).then_some(VaultSlot::AgentPin)
}

/// Keys that work now.
pub fn commands(state: &SignIn, desk: &Desk) -> Vec<Command> {
    let mut list = match &state.stage {
        Stage::Passcode(_) => vec![Command::new(Key::Enter, "sign-in")],
        Stage::LastTry(_) => vec![Command::new(Key::Char('y'), "last-try"), Command::new(Key::Esc, "back")],
        Stage::ChooseRole(..) => vec![Command::new(Key::Enter, "choose")],
        Stage::BadCard => vec![Command::new(Key::F(5), "retry")],
        _ => Vec::new(),
    };
    if super::set_up::is_open(desk) && matches!(state.stage, Stage::Waiting) {
        list.push(Command::new(Key::F(10), "set-up"));
    }
    list
}

/// The agent reader changed while nobody was signed in.
pub fn reader_changed(ctx: &mut Ctx<'_>, change: &ReaderChange) {
    ctx.forget(VaultSlot::AgentPin);
    let stage = match change {
        ReaderChange::Card { .. } => Stage::Reading(ctx.card(Owner::SignIn, ReaderRole::Agent, CardTask::Read, None)),
        _ => Stage::Waiting,
    };
    set(ctx, stage, None);
}

/// A roster arrived: a card that was put in before it is looked at again.
pub fn roster_came(ctx: &mut Ctx<'_>) {
    let waits = matches!(&ctx.desk.place, Place::SignIn(state)
        if matches!(state.problem, Some(Problem::NoRoster | Problem::NotOnRoster)));
    if waits {
        let change = ctx.desk.readers.agent.clone();
        reader_changed(ctx, &change);
    }
}

/// The session was ended by hand or by time; the card is still in.
pub fn locked(ctx: &mut Ctx<'_>) {
    let stage = if ctx.desk.readers.has_card(ReaderRole::Agent) { Stage::TakeOut } else { Stage::Waiting };
    set(ctx, stage, None);
}

/// The session was ended because the agent's card was revoked.
pub fn revoked(ctx: &mut Ctx<'_>) {
    set(ctx, Stage::BadCard, Some(Problem::Revoked));
}

fn set(ctx: &mut Ctx<'_>, stage: Stage, problem: Option<Problem>) {
    ctx.desk.place = Place::SignIn(SignIn { stage, problem, secret: SecretState::default() });
}

fn current(ctx: &Ctx<'_>) -> Option<SignIn> {
    match &ctx.desk.place {
        Place::SignIn(state) => Some(state.clone()),
        _ => None,
    }
}

/// The passcode field was edited.
pub fn secret(ctx: &mut Ctx<'_>, edited: SecretState) {
    if let Place::SignIn(state) = &mut ctx.desk.place {
        state.secret = edited;
        if edited.verdict == PasscodeVerdict::AllAtOnce {
            state.problem = Some(Problem::Passcode(edited.verdict));
        } else if matches!(state.problem, Some(Problem::Passcode(_))) {
            state.problem = None;
        }
    }
}

/// One key.
pub fn key(ctx: &mut Ctx<'_>, key: Key, command: Option<&'static str>) {
    let Some(state) = current(ctx) else { return };
    match (state.stage, command, key) {
        (Stage::Passcode(who), Some("sign-in"), _) => {
            if !state.secret.verdict.is_of_form() {
                keep_secret(ctx, Stage::Passcode(who), state.secret, Some(Problem::Passcode(state.secret.verdict)));
            } else if who.tries == Some(1) {
                keep_secret(ctx, Stage::LastTry(who), state.secret, None);
            } else {
                verify(ctx, who);
            }
        }
        (Stage::LastTry(who), Some("last-try"), _) => verify(ctx, who),
        (Stage::LastTry(who), Some("back"), _) => {
            ctx.forget(VaultSlot::AgentPin);
            set(ctx, Stage::Passcode(who), None);
        }
        (Stage::BadCard, Some("retry"), _) => {
            let change = ctx.desk.readers.agent.clone();
            reader_changed(ctx, &change);
        }
        (Stage::Waiting, Some("set-up"), _) => ctx.desk.place = Place::SetUp(super::set_up::SetUp::first_manager()),
        (Stage::ChooseRole(who, roles, pick), Some("choose"), _) => open(ctx, who, &roles, pick),
        (Stage::ChooseRole(who, roles, pick), None, key) => {
            let last = roles.len().saturating_sub(1);
            match key {
                Key::Down => set(ctx, Stage::ChooseRole(who, roles, (pick + 1).min(last)), None),
                Key::Up => set(ctx, Stage::ChooseRole(who, roles, pick.saturating_sub(1)), None),
                other => {
                    if let Some(digit) = other.digit().map(usize::from).filter(|d| (1..=roles.len()).contains(d)) {
                        open(ctx, who, &roles, digit - 1);
                    }
                }
            }
        }
        _ => {}
    }
}

fn keep_secret(ctx: &mut Ctx<'_>, stage: Stage, secret: SecretState, problem: Option<Problem>) {
    ctx.desk.place = Place::SignIn(SignIn { stage, problem, secret });
}

fn verify(ctx: &mut Ctx<'_>, who: Who) {
    let expect = CardIdentity { guid: Some(who.card), chip_serial: None };
    let task = CardTask::Verify { pin: VaultSlot::AgentPin };
    let id = ctx.card(Owner::SignIn, ReaderRole::Agent, task, Some(expect));
    set(ctx, Stage::Verifying(id, who), None);
}

/// An answer.
pub fn answer(ctx: &mut Ctx<'_>, id: EffectId, answer: Answer<'_>) {
    let Some(state) = current(ctx) else { return };
    match (state.stage, answer) {
        (Stage::Reading(asked), Answer::Card(result)) if asked == id => match result {
            Ok(CardAnswer::Report(report)) => {
                let found = who_is_it(ctx, report);
                match found {
                    Ok(who) => ask_passcode(ctx, who, None),
                    Err(problem) => set(ctx, Stage::BadCard, Some(problem)),
                }
            }
            Ok(_) => set(ctx, Stage::BadCard, Some(Problem::NotAStaffCard)),
            Err(CardFault::NotPiv) => set(ctx, Stage::BadCard, Some(Problem::NotAStaffCard)),
            Err(fault) => set(ctx, Stage::BadCard, Some(Problem::Card(*fault))),
        },
        (Stage::Verifying(asked, who), Answer::Card(result)) if asked == id => {
            ctx.forget(VaultSlot::AgentPin);
            match result {
                Ok(_) => choose_role(ctx, who),
                Err(CardFault::WrongPin { left }) => {
                    let who = Who { tries: Some(*left), ..who };
                    ask_passcode(ctx, who, Some(Problem::WrongPasscode(*left)));
                }
                Err(CardFault::PinBlocked) => set(ctx, Stage::BadCard, Some(Problem::Locked)),
                Err(fault) => set(ctx, Stage::BadCard, Some(Problem::Card(*fault))),
            }
        }
        (Stage::Opening(asked, opening), answer) if asked == id => opening_answer(ctx, *opening, answer),
        _ => {}
    }
}

fn ask_passcode(ctx: &mut Ctx<'_>, who: Who, problem: Option<Problem>) {
    if who.tries == Some(0) {
        set(ctx, Stage::BadCard, Some(Problem::Locked));
    } else {
        set(ctx, Stage::Passcode(who), problem);
    }
}

/// The certificate against the Card CA, the revocation list and the roster.
fn who_is_it(ctx: &Ctx<'_>, report: &CardReport) -> Result<Who, Problem> {
    let facts = report.certificates.get(&Slot::Authentication).ok_or(Problem::NotAStaffCard)?;
    let (Some(card), Some(number)) = (report.identity.guid, facts.number.clone()) else {
        return Err(Problem::NotAStaffCard);
    };
    trust::issued_by(&facts.der, &ctx.desk.about.card_ca, ctx.desk.trusted(ctx.now)).map_err(|fault| match fault {
        TrustFault::NotUnderstood => Problem::NotAStaffCard,
        TrustFault::NotOurs => Problem::NotOurs,
        TrustFault::NotYet => Problem::NotYet,
        TrustFault::Expired => Problem::Expired,
    })?;
    if ctx.desk.is_revoked(Some(card), [facts.serial.as_str()]) {
        return Err(Problem::Revoked);
    }
    let (roster, _) = ctx.desk.roster.as_ref().ok_or(Problem::NoRoster)?;
    let entry = roster.agents.iter().find(|a| a.number == number).ok_or(Problem::NotOnRoster)?;
    let who = Who { number, name: entry.name.clone(), card, certificate: facts.der.clone(), tries: report.tries_left };
    Ok(who)
}

fn choose_role(ctx: &mut Ctx<'_>, who: Who) {
    let entry = ctx.desk.roster.as_ref().and_then(|(r, _)| r.agents.iter().find(|a| a.number == who.number));
    let roles = entry.map(|e| e.roles.clone()).unwrap_or_default();
    match roles.len() {
        0 => set(ctx, Stage::BadCard, Some(Problem::NotOnRoster)),
        1 => open(ctx, who, &roles, 0),
        _ => set(ctx, Stage::ChooseRole(who, roles, 0), None),
    }
}

/// First the chain's place, then a nonce, then the card's signature, then central.
fn open(ctx: &mut Ctx<'_>, who: Who, roles: &[(Role, OdsCode)], pick: usize) {
    let Some((role, organisation)) = roles.get(pick).cloned() else { return };
    let opening = Opening { who, role, organisation, place: None, start: None, signed: None, again: false };
    let id = ctx.store(Owner::SignIn, StoreQuery::Head);
    set(ctx, Stage::Opening(id, Box::new(opening)), None);
}

fn opening_answer(ctx: &mut Ctx<'_>, mut opening: Opening, answer: Answer<'_>) {
    match answer {
        Answer::Store(StoreAnswer::Head(place)) => {
            opening.place = Some(*place);
            if ctx.desk.is_online() {
                let id = ctx.central(Owner::SignIn, CentralCall::Nonce);
                set(ctx, Stage::Opening(id, Box::new(opening)), None);
            } else {
                sign(ctx, opening, place.head);
            }
        }
        Answer::Store(_) => set(ctx, Stage::BadCard, Some(Problem::Store)),
        Answer::Central(Ok(CentralAnswer::Nonce(nonce))) => match <[u8; 32]>::try_from(nonce.nonce.0.as_slice()) {
            Ok(nonce) => sign(ctx, opening, nonce),
            Err(_) => set(ctx, Stage::BadCard, Some(Problem::Central(CentralFault::NotUnderstood))),
        },
        Answer::Card(Ok(CardAnswer::Signature(signature))) => signed(ctx, opening, signature),
        Answer::Card(Err(fault)) => set(ctx, Stage::BadCard, Some(Problem::Card(*fault))),
        Answer::Central(Ok(_)) => {
            opened(ctx, &opening);
            ctx.desk.session_told = ctx.desk.session.is_some();
        }
        Answer::Central(Err(CentralFault::Problem(ProblemCode::SessionElsewhere))) => {
            set(ctx, Stage::BadCard, Some(Problem::ElsewhereSignedIn));
        }
        // Signed while the network was not there yet, over no nonce of central: once more, over a fresh one.
        Answer::Central(Err(CentralFault::Problem(ProblemCode::StaleNonce))) if !opening.again => {
            (opening.again, opening.signed) = (true, None);
            let id = ctx.central(Owner::SignIn, CentralCall::Nonce);
            set(ctx, Stage::Opening(id, Box::new(opening)), None);
        }
        // Central can't be reached now: the roster this desk holds decides, as it does offline.
        Answer::Central(Err(fault)) if fault.is_passing() => match (opening.place, opening.signed.is_some()) {
            (Some(place), false) => sign(ctx, opening, place.head),
            _ => opened(ctx, &opening),
        },
        Answer::Central(Err(fault)) => set(ctx, Stage::BadCard, Some(Problem::Central(*fault))),
        Answer::Card(_) | Answer::Printer(_) | Answer::Camera(_) => {
            set(ctx, Stage::BadCard, Some(Problem::NotAStaffCard));
        }
    }
}

fn sign(ctx: &mut Ctx<'_>, mut opening: Opening, nonce: [u8; 32]) {
    let place = opening.place.unwrap_or_default();
    let roster_version = ctx.desk.roster.as_ref().map_or(0, |(_, facts)| facts.version);
    let start = SessionStart {
        desk: ctx.desk.about.desk,
        epoch: place.epoch,
        next_seq: place.next_seq,
        agent: opening.who.number.clone(),
        card: opening.who.card,
        role: opening.role,
        organisation: opening.organisation.clone(),
        roster_version,
        at: ctx.now,
        nonce,
    };
    let message = session_bytes(&start);
    opening.start = Some(start);
    let expect = CardIdentity { guid: Some(opening.who.card), chip_serial: None };
    let id = ctx.card(Owner::SignIn, ReaderRole::Agent, CardTask::Sign { message }, Some(expect));
    set(ctx, Stage::Opening(id, Box::new(opening)), None);
}

fn signed(ctx: &mut Ctx<'_>, mut opening: Opening, signature: &[u8]) {
    let Some(start) = opening.start.clone() else { return };
    if !verify_by_certificate(&opening.who.certificate, &session_bytes(&start), signature) {
        set(ctx, Stage::BadCard, Some(Problem::BadProof));
        return;
    }
    let certificate = opening.who.certificate.clone();
    let signed = Signed { statement: start, signature: signature.to_vec(), certificate };
    opening.signed = Some(signed.clone());
    if ctx.desk.is_online() {
        let id = ctx.central(Owner::SignIn, CentralCall::OpenSession(Box::new(signed)));
        set(ctx, Stage::Opening(id, Box::new(opening)), None);
    } else {
        opened(ctx, &opening);
    }
}

fn opened(ctx: &mut Ctx<'_>, opening: &Opening) {
    let Some(signed) = opening.signed.clone() else { return };
    let reduced = ctx.desk.roster.as_ref().is_none_or(|(_, facts)| facts.expires < ctx.desk.trusted(ctx.now));
    ctx.desk.session = Some(Session {
        agent: opening.who.number.clone(),
        name: opening.who.name.clone(),
        card: opening.who.card,
        role: opening.role,
        organisation: opening.organisation.clone(),
        organisation_name: ctx.desk.organisation_name(&opening.organisation),
        started: ctx.now,
        certificate: opening.who.certificate.clone(),
        reduced,
    });
    ctx.event(Fact::SessionStarted { start: Box::new(signed) });
    ctx.effects.push(Effect::Timer(TimerName::IdleWarning, IDLE_WARNING_MS));
    home::show(ctx, None);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Millis;
    use crate::journey::home::bench::{Bench, NOW};
    use crate::journey::{Env, Input, Step, bench, update};

    fn opening(id: EffectId) -> Desk {
        let about = bench::about();
        let mut desk = Desk::new(about, Vec::new(), Millis(0));
        let number: UserNumber = "555100000001".parse().unwrap();
        let who = Who { number, name: String::new(), card: CardGuid([1; 16]), certificate: vec![], tries: None };
        let (role, organisation) = (Role::RaAgent, "REF".parse().unwrap());
        let opening = Opening { who, role, organisation, place: None, start: None, signed: None, again: false };
        desk.place = Place::SignIn(SignIn { stage: Stage::Opening(id, Box::new(opening)), ..Default::default() });
        desk.owners.insert(id, Owner::SignIn);
        desk
    }

    fn stale(desk: &Desk, id: EffectId) -> Step {
        let stale = Input::Central(id, Err(CentralFault::Problem(ProblemCode::StaleNonce)));
        update(desk, &stale, &Env { now: Millis(1), fresh: [7; 32] })
    }

    #[test]
    fn a_stale_nonce_is_replaced_once_and_then_said() {
        let first = stale(&opening(EffectId(900)), EffectId(900));
        let [Effect::Central(id, CentralCall::Nonce)] = first.effects[..] else { panic!("{:?}", first.effects) };
        let second = stale(&first.next, id);
        assert!(second.effects.is_empty(), "asked for ever");
        let Place::SignIn(state) = &second.next.place else { panic!("{:?}", second.next.place) };
        assert_eq!(state.problem, Some(Problem::Central(CentralFault::Problem(ProblemCode::StaleNonce))));
    }

    /// Whether a session that opens now is a reduced one. The bench's roster is good for a day.
    fn reduced(passed: Millis, clock: Millis) -> bool {
        let mut desk = Bench::new().desk;
        let session = desk.session.take().unwrap();
        desk.passed = passed;
        let mut ctx = Ctx::new(&mut desk, &Env { now: clock, fresh: [1; 32] });
        let who = Who {
            number: session.agent,
            name: session.name,
            card: session.card,
            certificate: session.certificate,
            tries: None,
        };
        let statement = SessionStart {
            desk: ctx.desk.about.desk,
            epoch: 1,
            next_seq: 1,
            agent: who.number.clone(),
            card: who.card,
            role: session.role,
            organisation: session.organisation.clone(),
            roster_version: 1,
            at: clock,
            nonce: [0; 32],
        };
        let signed = Signed { statement, signature: Vec::new(), certificate: Vec::new() };
        let (role, organisation) = (session.role, session.organisation);
        opened(
            &mut ctx,
            &Opening { who, role, organisation, place: None, start: None, signed: Some(signed), again: false },
        );
        desk.session.unwrap().reduced
    }

    #[test]
    fn a_clock_ten_years_back_does_not_revive_an_expired_roster() {
        let years_ago = NOW.plus(-3653 * Millis::DAY);
        assert!(!reduced(Millis(i64::MIN), NOW));
        assert!(reduced(Millis(i64::MIN), NOW.plus(2 * Millis::DAY)));
        assert!(!reduced(NOW, years_ago), "a roster that is good stays good");
        assert!(reduced(NOW.plus(2 * Millis::DAY), years_ago));
    }
}
