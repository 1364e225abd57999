//! A card for one person: written, printed, handed over (design, "The card").
//!
//! One file per part: [`blank`] the blank and its check, [`permission`] central's grant, [`mod@write`] the chip, [`mod@print`] the
//! plastic, [`hand_over`] likeness and the holder's passcode. Each part has a `go` that starts the one next thing its state
//! asks for. So a visit that is shown again, after a park, a lock or a restart, goes on by `go` alone.

pub mod blank;
pub mod hand_over;
pub mod permission;
pub mod photo;
pub mod print;
pub mod write;

use serde::{Deserialize, Serialize};

use super::card_watch::CardWatch;
use super::command::Command;
use super::effect::{Effect, TimerName};
use super::input::SecretState;
use super::key::Key;
use super::passcode::NewPasscode;
use super::trouble::Trouble;
use super::wait::Wait;
use super::{Ctx, Desk, Next, VisitEvent};
use crate::card::task::CardIdentity;
use crate::domain::{CardGuid, CardStatus, GrantId, Person, UserNumber, VaultSlot, VisitId};
use crate::wire::fact::Fact;
use crate::wire::message::CardRecord;
use blank::{Blank, Look};
use permission::Ask;
use photo::Photo;
use print::Print;
use write::Work;

/// Its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Whom the card is for.
    pub who: Who,
    /// Where it stands.
    pub stage: Stage,
    /// Why it does not go on now.
    pub trouble: Option<Trouble>,
    /// The card in work, once central has granted one.
    pub card: Option<Card>,
    /// A hand-over that was begun; it goes on once the holder is known again.
    #[serde(default)]
    waiting: Option<Box<NewPasscode>>,
    /// A card was declared spoilt in this visit; central must know before it grants another.
    tell_first: bool,
    /// The agent was asked whether the card is to be declared spoilt.
    #[serde(skip)]
    pub asks_spoilt: bool,
    /// The likeness photo from central.
    #[serde(skip)]
    pub photo: Photo,
    /// Seconds the part on the progress page has been at work.
    #[serde(skip)]
    pub seconds: u32,
    /// The bootstrap code's field.
    #[serde(skip)]
    pub secret: SecretState,
    #[serde(skip)]
    since: i64,
    /// The vault holds this card's grant secrets.
    #[serde(skip)]
    secrets: bool,
    /// The vault holds the bootstrap code.
    #[serde(skip)]
    code: bool,
    #[serde(skip)]
    watch: CardWatch,
    #[serde(skip)]
    wait: Wait,
}

/// Whom a card is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Somebody central knows.
    Known(Box<Person>),
    /// The first RA Manager; central says who that is with its grant.
    FirstManager(Option<Box<Person>>),
}

/// Where the visit stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The bootstrap code is asked for (again).
    Code,
    /// A blank is wanted in the customer reader.
    Blank(Look),
    /// The agent looks whether all is right, before the first byte.
    Check(Box<Blank>),
    /// Central is asked.
    Permission(Box<Blank>, Ask),
    /// The chip is written.
    Write,
    /// The plastic is printed.
    Print(Box<Print>),
    /// Is it the person on the photo?
    Likeness,
    /// Proof, release, the holder chooses.
    Passcode(Box<NewPasscode>),
    /// The card is live and in the holder's hand.
    Live,
    /// This card was declared spoilt; a new blank is next.
    Spoilt {
        /// Which.
        card: CardGuid,
        /// The stable word of the event.
        reason: String,
    },
    /// The card needs nothing of this visit.
    NothingToDo(CardStatus),
}

/// The card in work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Under which grant.
    pub grant: GrantId,
    /// Its GUID.
    pub guid: CardGuid,
    /// The number printed on it.
    pub number: UserNumber,
    /// Chip serial, if known.
    pub chip_serial: Option<String>,
    /// 9E certificate, DER, once there is one.
    pub certificate: Option<Vec<u8>>,
    /// The plastic was printed and found good.
    pub printed: bool,
    /// What is written and how far; none for a card that another visit wrote.
    pub work: Option<Box<Work>>,
}

impl Issue {
    /// A card for a person central knows and has verified.
    pub fn for_person(person: Person) -> Self {
        Self::at(Who::Known(Box::new(person)), Stage::Blank(Look::Empty), None)
    }

    /// Goes on with a card that is granted, written or printed, but not in the holder's hand, known from central's record.
    /// `chip_serial`: of the card that lies in the reader, if it does and offers one.
    pub fn continue_card(record: CardRecord, chip_serial: Option<String>) -> Self {
        let guid = record.card.guid;
        let stage = match (record.card.status, &record.person.number) {
            (status @ (CardStatus::Issued | CardStatus::Spoilt | CardStatus::Cancelled), _) => {
                Stage::NothingToDo(status)
            }
            // Nothing was ever written for somebody without a number.
            (status, None) => Stage::NothingToDo(status),
            (CardStatus::Granted, _) => {
                let blank = Blank::half_written(guid, chip_serial.clone());
                Stage::Permission(Box::new(blank), Ask::Again(record.card.grant))
            }
            (CardStatus::WrittenNotPrinted, _) => {
                Stage::Print(Box::new(Print::attempt(record.prints.saturating_add(1))))
            }
            (CardStatus::PrintedNotHandedOver, _) => Stage::Likeness,
        };
        let card = record.person.number.clone().map(|number| Card {
            grant: record.card.grant,
            guid,
            number,
            chip_serial,
            certificate: record.card_certificate.map(|c| c.0),
            printed: record.card.status == CardStatus::PrintedNotHandedOver,
            work: None,
        });
        Self::at(Who::Known(Box::new(record.person)), stage, card)
    }

    /// The first RA Manager's card: nobody is signed in, the one-time code is in [`VaultSlot::BootstrapCode`].
    pub fn bootstrap() -> Self {
        let mut state = Self::at(Who::FirstManager(None), Stage::Blank(Look::Empty), None);
        state.code = true;
        state
    }

    fn at(who: Who, stage: Stage, card: Option<Card>) -> Self {
        Self {
            who,
            stage,
            trouble: None,
            card,
            waiting: None,
            tell_first: false,
            asks_spoilt: false,
            photo: Photo::default(),
            seconds: 0,
            secret: SecretState::default(),
            since: 0,
            secrets: false,
            code: false,
            watch: CardWatch::default(),
            wait: Wait::default(),
        }
    }

    /// The first RA Manager's card: the code was typed again, it is in the vault.
    pub fn code_typed(&mut self) {
        self.code = true;
    }

    /// The card it is about, once there is one.
    pub fn card(&self) -> Option<CardGuid> {
        self.card.as_ref().map(|card| card.guid)
    }

    /// The step of the writing it stands at and the number of steps, from 1, while the chip is not whole.
    pub fn half_written(&self) -> Option<(u8, u8)> {
        self.card.as_ref()?.work.as_ref()?.progress()
    }

    /// The person, once known.
    pub fn person(&self) -> Option<&Person> {
        match &self.who {
            Who::Known(person) | Who::FirstManager(Some(person)) => Some(person),
            Who::FirstManager(None) => None,
        }
    }

    /// The new passcode, once it has come to that.
    pub fn new_passcode(&self) -> Option<&NewPasscode> {
        match &self.stage {
            Stage::Passcode(operation) => Some(operation),
            _ => None,
        }
    }

    /// Whether something was asked that has not answered yet.
    pub fn is_busy(&self) -> bool {
        self.wait.is_open() || self.new_passcode().is_some_and(NewPasscode::is_busy)
    }

    /// While it is printed or looked at: another card than the one in work lies in the reader.
    pub fn has_another_card(&self) -> bool {
        matches!(self.stage, Stage::Print(_) | Stage::Likeness) && self.watch.is_other()
    }

    /// Whether it is the first RA Manager's card.
    pub fn is_first(&self) -> bool {
        matches!(self.who, Who::FirstManager(_))
    }

    /// Whether the screen is the holder's.
    pub fn is_holders_turn(&self) -> bool {
        self.new_passcode().is_some_and(NewPasscode::is_holders_turn)
    }

    fn forget_grant(&mut self, ctx: &mut Ctx<'_>) {
        use VaultSlot::{EncodePin, ManagementKey, NextPuk, Puk, TransportManagementKey, TransportPin, TransportPuk};
        self.secrets = false;
        for slot in [TransportPin, TransportPuk, TransportManagementKey, ManagementKey, Puk, NextPuk, EncodePin] {
            ctx.forget(slot);
        }
    }

    /// The card can't be used any more: central revokes its certificates, a new blank is asked for.
    fn spoil(&mut self, ctx: &mut Ctx<'_>, id: VisitId, reason: &str) {
        let Some(card) = self.card.take() else { return };
        ctx.event(Fact::CardSpoilt { visit: id, card: card.guid, reason: reason.to_owned() });
        self.forget_grant(ctx);
        self.tell_first = true;
        self.asks_spoilt = false;
        self.trouble = None;
        self.stage = Stage::Spoilt { card: card.guid, reason: reason.to_owned() };
    }
}

/// One event.
pub fn on(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    let next = take(state, ctx, id, event);
    if matches!(next, Next::Stay | Next::Name(_)) {
        go_on(state, ctx, id);
    }
    next
}

/// Starts what comes next. A stage that is finished leads on to the one after it at once.
fn go_on(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId) {
    // As many as there are stages: none leads back to an earlier one by itself.
    for _ in 0..8 {
        photo::go(state, ctx, id);
        if state.trouble.is_some() || state.wait.is_open() || !super::may_act(ctx.desk, id) {
            return;
        }
        if matches!(state.stage, Stage::Permission(..) | Stage::Write) && !super::card_work_allowed(ctx.desk, ctx.now) {
            state.trouble = Some(Trouble::OldList);
            return;
        }
        let before = std::mem::discriminant(&state.stage);
        go(state, ctx, id);
        if std::mem::discriminant(&state.stage) == before {
            return;
        }
    }
}

/// Starts the one next thing, if the stage has one. Nothing is on its way, and something may be started.
fn go(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId) {
    match state.stage {
        Stage::Blank(_) => blank::go(state, ctx, id),
        Stage::Permission(..) => permission::go(state, ctx, id),
        Stage::Write => write::go(state, ctx, id),
        Stage::Print(_) => print::go(state, ctx, id),
        // The passcode goes on by itself; the rest waits for a person.
        Stage::Passcode(_)
        | Stage::Code
        | Stage::Check(_)
        | Stage::Likeness
        | Stage::Live
        | Stage::Spoilt { .. }
        | Stage::NothingToDo(_) => {}
    }
}

fn take(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    if photo::took(state, event) {
        return Next::Stay;
    }
    if let VisitEvent::Card(asked, result) = event
        && state.watch.answered(*asked, result)
    {
        return Next::Stay;
    }
    match event {
        VisitEvent::Shown => shown(state, ctx, id),
        VisitEvent::Command(command) => return chosen(state, ctx, id, command),
        VisitEvent::Secret(VaultSlot::BootstrapCode, secret) if state.stage == Stage::Code => state.secret = *secret,
        VisitEvent::CardIn | VisitEvent::CardOut => card_moved(state, ctx, id, event),
        VisitEvent::WorldChanged => {
            if state.trouble.is_some_and(|trouble| trouble.may_be_over(ctx.desk, ctx.now)) {
                state.trouble = None;
            }
            return hand_over::on(state, ctx, id, event);
        }
        VisitEvent::Timer(TimerName::PrintPoll) => print::rested(state),
        VisitEvent::Timer(TimerName::Progress) => write::tick(state, ctx),
        VisitEvent::Card(asked, _)
        | VisitEvent::Central(asked, _)
        | VisitEvent::Printer(asked, _)
        | VisitEvent::Store(asked, _)
        | VisitEvent::Hand(asked, _)
            if state.wait.answered(*asked) =>
        {
            return answered(state, ctx, id, event);
        }
        other => return hand_over::on(state, ctx, id, other),
    }
    Next::Stay
}

/// An answer to what the visit itself had asked.
fn answered(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    match state.stage {
        Stage::Blank(_) => blank::answered(state, ctx, event),
        Stage::Permission(..) => return permission::answered(state, ctx, id, event),
        Stage::Write => write::answered(state, ctx, id, event),
        Stage::Print(_) => print::answered(state, ctx, id, event),
        _ => {}
    }
    Next::Stay
}

/// Shown again: the vault may hold another visit's secrets, or none.
fn shown(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId) {
    state.wait.shown(ctx.desk);
    state.photo.shown(ctx.desk);
    state.secrets = false;
    state.asks_spoilt = false;
    state.trouble = None;
    if state.wait.is_open() {
        return;
    }
    match &mut state.stage {
        Stage::Blank(_) | Stage::Check(_) => state.stage = Stage::Blank(Look::Empty),
        Stage::Permission(_, ask) => ask.shown(ctx.desk),
        Stage::Print(print) => print.shown(),
        Stage::Write => write::shown(state, ctx),
        _ => {}
    }
    if state.is_first() && state.code && state.stage == Stage::Code {
        state.stage = Stage::Blank(Look::Empty);
    }
    if state.is_first() && !state.code && state.card.is_none() && !matches!(state.stage, Stage::Spoilt { .. }) {
        state.stage = Stage::Code;
        state.secret = SecretState::default();
    }
    hand_over::on(state, ctx, id, &VisitEvent::Shown);
}

fn card_moved(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) {
    let put_in = matches!(event, VisitEvent::CardIn);
    state.watch.card_out();
    match state.stage {
        Stage::Print(_) | Stage::Likeness if put_in => {
            if let Some(card) = &state.card {
                let expect = CardIdentity { guid: Some(card.guid), chip_serial: card.chip_serial.clone() };
                state.watch.card_in(ctx, id, expect);
            }
        }
        // A task that runs will say that its card is gone; then the new one is read.
        Stage::Blank(_) | Stage::Check(_) => {
            state.trouble = None;
            state.stage = Stage::Blank(if put_in { Look::Here } else { Look::Empty });
        }
        Stage::Write if !put_in && !state.wait.is_open() => state.trouble = Some(Trouble::CardOut),
        Stage::Write if put_in && state.trouble.is_some_and(Trouble::is_about_the_place_of_the_card) => {
            state.trouble = None;
        }
        _ => {
            hand_over::on(state, ctx, id, event);
        }
    }
}

/// A key of the key bar.
fn chosen(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, command: &str) -> Next {
    match command {
        "leave" => {
            if let Stage::Passcode(operation) = &mut state.stage {
                operation.leave(ctx);
            }
            state.forget_grant(ctx);
            ctx.forget(VaultSlot::BootstrapCode);
            state.code = false;
            ctx.effects.push(Effect::StopTimer(TimerName::PrintPoll));
            ctx.effects.push(Effect::StopTimer(TimerName::Progress));
            return Next::Park(None);
        }
        "retry" => {
            state.trouble = None;
            state.photo.try_again();
            print::retried(state);
            return hand_over::on(state, ctx, id, &VisitEvent::Command("retry"));
        }
        "stop-visit" => {
            ctx.event(Fact::VisitAbandoned { visit: id, reason: "agent".to_owned() });
            ctx.forget(VaultSlot::BootstrapCode);
            return Next::Close(Some("notice-issue-stopped"));
        }
        "take-code" if state.secret.typed > 0 => {
            state.code = true;
            state.stage = Stage::Blank(Look::Empty);
        }
        "start-writing" => permission::start(state, ctx),
        "declare-spoilt" => {
            state.asks_spoilt = true;
            ctx.effects.push(Effect::FlushKeys);
        }
        "not-spoilt" => state.asks_spoilt = false,
        "yes-spoilt" if state.asks_spoilt => state.spoil(ctx, id, "torn"),
        "new-blank" => {
            state.stage = Stage::Blank(Look::Empty);
            if state.is_first() && !state.code {
                state.stage = Stage::Code;
            }
        }
        "end-visit" => return Next::Close(None),
        "finish" => return Next::Close(Some("notice-card-live")),
        print @ ("print" | "look" | "look-good" | "look-spoilt" | "look-nothing" | "go-on-uncleared") => {
            print::chosen(state, ctx, id, print);
        }
        "leave-unprinted" => {
            state.forget_grant(ctx);
            return Next::Close(Some("notice-written-not-printed"));
        }
        other => return hand_over::chosen(state, ctx, id, other),
    }
    Next::Stay
}

/// Keys that work now.
pub fn commands(state: &Issue, desk: &Desk) -> Vec<Command> {
    if state.asks_spoilt {
        return vec![Command::new(Key::Char('y'), "yes-spoilt"), Command::new(Key::Esc, "not-spoilt")];
    }
    let leave = Command::new(Key::F(3), "leave");
    let retry = Command::new(Key::F(5), "retry");
    let mut list = Vec::new();
    match &state.stage {
        Stage::Code => list.extend([Command::new(Key::Enter, "take-code"), Command::new(Key::Esc, "stop-visit")]),
        Stage::Blank(_) | Stage::Check(_) => {
            if permission::why_not(state, desk).is_none() {
                list.push(Command::new(Key::Enter, "start-writing"));
            }
            list.push(Command::new(Key::Esc, "stop-visit"));
        }
        Stage::Print(print) => list.extend(print::commands(print, state, desk)),
        Stage::Likeness => list.extend(hand_over::commands(state)),
        Stage::Passcode(operation) => list.extend(operation.commands()),
        Stage::Live => return vec![Command::new(Key::Enter, "finish")],
        Stage::Spoilt { .. } => list.push(Command::new(Key::Enter, "new-blank")),
        Stage::NothingToDo(_) => return vec![Command::new(Key::Enter, "end-visit")],
        Stage::Permission(..) | Stage::Write => {}
    }
    let stuck = state.trouble.is_some() || state.photo.fault.is_some() || state.photo.cant_be_shown;
    if stuck && !state.wait.is_open() {
        if state.trouble.is_none_or(write::may_be_tried_again) {
            list.push(retry);
        }
        if matches!(state.stage, Stage::Write | Stage::Permission(_, Ask::Again(_))) {
            list.push(Command::new(Key::Char('s'), "declare-spoilt"));
        }
    }
    if !state.is_busy() {
        list.push(leave);
    }
    list
}

/// The holder, once known.
pub fn person(state: &Issue) -> Option<&Person> {
    state.person()
}

/// The danger step it is in, if it is in one.
pub fn danger(state: &Issue) -> Option<&'static str> {
    match &state.stage {
        _ if state.asks_spoilt => Some("issue-spoilt"),
        Stage::Check(_) => Some("issue-write"),
        Stage::Print(print) => print.danger(),
        Stage::Likeness => Some("issue-likeness"),
        _ => None,
    }
}

/// The secret field that has the focus.
pub fn secret_focus(state: &Issue) -> Option<VaultSlot> {
    match &state.stage {
        Stage::Code => Some(VaultSlot::BootstrapCode),
        Stage::Passcode(operation) => operation.secret_focus(),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests;
