//! A new passcode of the holder's own: 9E proof, PUK release, the holder chooses, unlock, PUK rotated (design, "PUK").
//!
//! Hand-over and reset are this same operation; a visit embeds a [`NewPasscode`], gives it every event and looks at the
//! [`Progress`]. What the rule must know of the holder, the driver asks of the visit (`journey::passcode_holder`). Nothing here spends the last PUK try: the card room refuses that, and a wrong PUK is tried once each.
//!
//! After a park, a lock or a restart the vault is empty. Then the same release is fetched again (central allows 3) and it
//! goes on where it stood: the holder types again. That also settles a rotation whose outcome is not known. Who sits there
//! then may be somebody else: before anything is typed the visit looks at the holder again ([`Progress::WhoIsIt`]).

mod card;

use serde::{Deserialize, Serialize};

use super::card_watch::CardWatch;
use super::command::Command;
use super::effect::{CentralCall, Effect, JournalPhase};
use super::hand;
use super::input::{CentralAnswer, CentralFault, ReaderRole, SecretState};
use super::key::Key;
use super::trouble::Trouble;
use super::wait::Wait;
use super::{Ctx, Desk, Owner, VisitEvent, card_work_allowed, may_act};
use crate::card::task::{CardFault, CardIdentity, CardTask};
use crate::domain::{CardGuid, GrantId, VaultSlot, VisitId};
use crate::policy::passcode::PasscodeVerdict;
use crate::wire::act::{Act, ActKind, Signed, act_bytes, proof_bytes};
use crate::wire::fact::Fact;
use crate::wire::message::{Bytes, ProblemCode, ReleaseRequest};

/// The journal's word for these steps.
const OP: &str = "passcode";

/// Which card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The grant it was made under.
    pub grant: GrantId,
    /// The card.
    pub card: CardGuid,
    /// Chip serial, if known.
    pub chip_serial: Option<String>,
    /// 9E certificate on record, DER, if known here; central checks the proof in any case.
    pub certificate: Option<Vec<u8>>,
}

impl Subject {
    /// The identity every task of this operation is held to.
    pub fn identity(&self) -> CardIdentity {
        CardIdentity { guid: Some(self.card), chip_serial: self.chip_serial.clone() }
    }
}

/// Who signs for the release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signer {
    /// The agent's card.
    Agent,
    /// The very first RA Manager's card signs for itself, under the random passcode it was written with: there is nobody
    /// else yet.
    ThisCard {
        /// Its 9A certificate, DER.
        certificate: Vec<u8>,
    },
}

/// Where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Central's nonce is asked for.
    Nonce,
    /// The card signs the nonce with 9E.
    Prove {
        /// The nonce.
        nonce: [u8; 32],
    },
    /// The release is signed for.
    Sign {
        /// The nonce.
        nonce: [u8; 32],
        /// The card's signature.
        proof: Vec<u8>,
        /// [`Signer::ThisCard`]: its passcode was verified.
        verified: bool,
    },
    /// Central is asked for the PUK; then it goes on there.
    Release(After),
    /// The holder chooses.
    First,
    /// The holder types it again.
    Again,
    /// RESET RETRY COUNTER.
    Unlock {
        /// Under which PUK.
        with: Which,
    },
    /// The PUK is changed.
    Rotate {
        /// From which.
        from: Which,
    },
    /// Done.
    Done,
    /// The PUK of this card is not what central believes, or blocked: the card must be replaced.
    Lost(CardFault),
}

/// Where it goes on after a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// The holder chooses.
    Choose,
    /// The passcode is set and the rotation was not begun: it is.
    Rotate,
}

/// One of the two PUKs of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// `PUK_n`.
    Current,
    /// `PUK_n+1`.
    Next,
}

impl Which {
    fn other(self) -> Self {
        match self {
            Which::Current => Which::Next,
            Which::Next => Which::Current,
        }
    }

    fn slot(self) -> VaultSlot {
        match self {
            Which::Current => VaultSlot::Puk,
            Which::Next => VaultSlot::NextPuk,
        }
    }
}

/// What central released, without the secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// n.
    pub puk_n: u32,
    /// n+1 may be on the card already.
    pub next_is_possible: bool,
}

/// Why what the holder typed was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    /// The rule.
    Rule(PasscodeVerdict),
    /// The second one was another.
    NotTheSame,
}

/// The operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPasscode {
    /// Which card.
    pub subject: Subject,
    /// Where it stands.
    pub stage: Stage,
    /// Why it does not go on now.
    pub trouble: Option<Trouble>,
    /// Why the last passcode was not taken.
    #[serde(skip)]
    pub refused: Option<Refused>,
    /// The field that has the focus.
    #[serde(skip)]
    pub secret: SecretState,
    kind: ActKind,
    /// What the hand answers for beside the card, [`crate::wire::act::content`] of the outcome event.
    #[serde(default)]
    content: Option<[u8; 32]>,
    signer: Signer,
    request: Option<Box<ReleaseRequest>>,
    released: Option<Released>,
    intended: bool,
    next_was_wrong: bool,
    passcode_set: bool,
    /// The holder was looked at since the visit is shown.
    #[serde(skip)]
    holder_known: bool,
    /// The card has refused this PUK for certain: the other one is tried, and no third, whatever stops in between.
    #[serde(default)]
    refused_puk: Option<Which>,
    #[serde(skip)]
    fetched: u8,
    #[serde(skip)]
    watch: CardWatch,
    #[serde(skip)]
    wait: Wait,
}

/// What became of it after an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// It goes on.
    Going,
    /// The holder has a passcode, verified on the chip, and the PUK is rotated. The secrets are forgotten.
    Done(Box<Finished>),
    /// It can't be done with this card: the outcome event says so, the card is to be replaced.
    Lost(Box<Finished>),
    /// The holder is to type and was not looked at since the visit is shown: the visit asks, then calls
    /// [`NewPasscode::begin`]. Nothing was asked of card or central for it.
    WhoIsIt,
    /// [`Signer::ThisCard`]: the random passcode is not at hand any more; the visit sets a new one and begins again.
    NoEncodePin,
}

/// What the outcome event needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The holder's passcode is set and was verified on the chip.
    pub passcode_set: bool,
    /// PUK number known to be on the card; none if it is not known.
    pub puk_n: Option<u32>,
    /// The hand, as given for the release.
    pub act: Signed<Act>,
}

/// Most releases fetched without any progress between them: more would only burn what central allows.
const FETCHES_MAX: u8 = 2;

impl NewPasscode {
    /// For a card whose holder is known and in front of the agent. `kind`: `HandOver` or `PukRelease`.
    pub fn new(subject: Subject, kind: ActKind, signer: Signer) -> Self {
        Self {
            subject,
            stage: Stage::Nonce,
            trouble: None,
            refused: None,
            secret: SecretState::default(),
            kind,
            content: None,
            signer,
            request: None,
            released: None,
            intended: false,
            next_was_wrong: false,
            passcode_set: false,
            holder_known: false,
            refused_puk: None,
            fetched: 0,
            watch: CardWatch::default(),
            wait: Wait::default(),
        }
    }

    /// Says what the hand answers for. A hand that was given for something else is asked for anew.
    pub fn binds(&mut self, content: Option<[u8; 32]>) {
        self.content = content;
        if !self.passcode_set {
            self.request = self.request.take().filter(|request| request.act.statement.content == content);
        }
    }

    /// The secret field that has the focus.
    pub fn secret_focus(&self) -> Option<VaultSlot> {
        match self.stage {
            Stage::First => Some(VaultSlot::HolderPin),
            Stage::Again => Some(VaultSlot::HolderPinAgain),
            _ => None,
        }
    }

    /// Whether the screen is the holder's: no data of the agent on it.
    pub fn is_holders_turn(&self) -> bool {
        matches!(self.stage, Stage::First | Stage::Again)
    }

    /// While the holder types: another card than the one in work lies in the reader.
    pub fn has_another_card(&self) -> bool {
        self.is_holders_turn() && self.watch.is_other()
    }

    /// Whether a task runs on the card now.
    pub fn is_busy(&self) -> bool {
        self.wait.is_open()
    }

    /// Whether the chip may have been changed by it: from here on the visit can't just go back.
    pub fn has_touched_the_card(&self) -> bool {
        matches!(self.stage, Stage::Unlock { .. } | Stage::Rotate { .. } | Stage::Done | Stage::Lost(_))
            || self.stage == Stage::Release(After::Rotate)
            || self.passcode_set
    }

    /// Whether another agent signed for it than the one who goes on now. Who takes a visit over signs in their own name.
    fn is_of_another_agent(&self, desk: &Desk) -> bool {
        let signed = self.request.as_ref().map(|request| &request.act.certificate);
        let now = desk.session.as_ref().map(|session| &session.certificate);
        self.signer == Signer::Agent && signed.is_some() && signed != now
    }

    /// Keys that work now.
    pub fn commands(&self) -> Vec<Command> {
        match self.stage {
            Stage::First => vec![Command::new(Key::Enter, "take-passcode")],
            Stage::Again => vec![Command::new(Key::Enter, "take-passcode"), Command::new(Key::Esc, "type-anew")],
            Stage::Done | Stage::Lost(_) => Vec::new(),
            _ if self.trouble.is_some() && !self.wait.is_open() => vec![Command::new(Key::F(5), "retry")],
            _ => Vec::new(),
        }
    }

    /// The holder was looked at just now: it begins, or goes on where it stood.
    pub fn begin(&mut self, ctx: &mut Ctx<'_>, visit: VisitId) -> Progress {
        self.shown(ctx);
        self.holder_known = true;
        self.go_on(ctx, visit, Progress::Going)
    }

    /// One event. Goes on whenever nothing hinders it.
    pub fn on(&mut self, ctx: &mut Ctx<'_>, visit: VisitId, event: &VisitEvent<'_>) -> Progress {
        let progress = self.take(ctx, visit, event);
        self.go_on(ctx, visit, progress)
    }

    fn go_on(&mut self, ctx: &mut Ctx<'_>, visit: VisitId, progress: Progress) -> Progress {
        if progress != Progress::Going {
            return progress;
        }
        if !self.holder_known && self.leads_to_typing() {
            return Progress::WhoIsIt;
        }
        if self.trouble.is_none() {
            self.go(ctx, visit);
        }
        Progress::Going
    }

    /// Whether the holder types before the card is changed again. What runs on the chip now, or only has to be finished, needs
    /// nobody; nor does the very first card, whose holder is the one who sits at the desk.
    fn leads_to_typing(&self) -> bool {
        self.signer == Signer::Agent
            && matches!(
                self.stage,
                Stage::Nonce
                    | Stage::Prove { .. }
                    | Stage::Sign { .. }
                    | Stage::Release(After::Choose)
                    | Stage::First
                    | Stage::Again
            )
    }

    /// The visit is left: what lies in the vault for it is forgotten.
    pub fn leave(&mut self, ctx: &mut Ctx<'_>) {
        forget(ctx);
        self.secret = SecretState::default();
    }

    /// The operation is given up: what the outcome event needs, if a PUK was released for it.
    pub fn give_up(&mut self, ctx: &mut Ctx<'_>) -> Option<Box<Finished>> {
        self.leave(ctx);
        let released = self.released?;
        // Once the passcode is set a rotation may have been begun: then n is not known to be on the card.
        let certain = !released.next_is_possible && !self.passcode_set;
        self.finished(certain.then_some(released.puk_n))
    }

    fn take(&mut self, ctx: &mut Ctx<'_>, visit: VisitId, event: &VisitEvent<'_>) -> Progress {
        match event {
            VisitEvent::Shown => self.shown(ctx),
            VisitEvent::Command("retry") => self.trouble = None,
            VisitEvent::Command("take-passcode") => self.take_passcode(ctx),
            VisitEvent::Command("type-anew") => self.type_anew(ctx, None),
            VisitEvent::Secret(slot, state) if self.secret_focus() == Some(*slot) => {
                self.secret = *state;
                if state.typed > 0 {
                    self.refused = None;
                }
            }
            VisitEvent::CardIn if self.trouble.is_some_and(Trouble::is_about_the_place_of_the_card) => {
                self.trouble = None;
            }
            VisitEvent::CardIn if self.is_holders_turn() => {
                self.watch.card_in(ctx, visit, self.subject.identity());
            }
            VisitEvent::CardOut => self.watch.card_out(),
            VisitEvent::Card(id, result) if self.watch.answered(*id, result) => {}
            VisitEvent::WorldChanged if self.trouble.is_some_and(|t| t.may_be_over(ctx.desk, ctx.now)) => {
                self.trouble = None;
            }
            VisitEvent::Card(id, result) if self.wait.answered(*id) => return self.card(ctx, visit, result),
            VisitEvent::Central(id, result) if self.wait.answered(*id) => self.central(ctx, visit, result),
            VisitEvent::Hand(id, result) if self.wait.answered(*id) => match result {
                Ok(act) => self.signed((*act).clone(), visit),
                Err(fault) => self.trouble = Some((*fault).into()),
            },
            _ => {}
        }
        Progress::Going
    }

    /// Whatever lay in the vault is gone: nonces are old, the holder's typing too.
    fn shown(&mut self, ctx: &mut Ctx<'_>) {
        self.holder_known = false;
        self.wait.shown(ctx.desk);
        if self.wait.is_open() {
            return;
        }
        forget(ctx);
        let heard = self.trouble.take().is_some();
        self.secret = SecretState::default();
        self.fetched = 0;
        // A try whose answer is not known may have cost one: the other PUK is next, so that two stops in a row at the same
        // place do not spend two tries on the same wrong one.
        match self.stage {
            // What went wrong was heard: this one was not sent yet.
            Stage::Unlock { with } if heard => self.next_was_wrong = with == Which::Current,
            Stage::Unlock { with } => self.doubt_unlock(with),
            Stage::Rotate { .. } => self.doubt_rotation(),
            _ => {}
        }
        if self.is_of_another_agent(ctx.desk) && !self.passcode_set {
            self.request = None;
        }
        self.stage = match self.stage {
            Stage::Prove { .. } | Stage::Sign { .. } => Stage::Nonce,
            Stage::First | Stage::Again | Stage::Unlock { .. } => Stage::Release(After::Choose),
            ref other => other.clone(),
        };
    }

    /// Starts what comes next, if nothing runs and something may be started.
    fn go(&mut self, ctx: &mut Ctx<'_>, visit: VisitId) {
        if self.wait.is_open() || !may_act(ctx.desk, visit) {
            return;
        }
        if matches!(self.stage, Stage::First | Stage::Again | Stage::Done | Stage::Lost(_)) {
            return;
        }
        let physical = matches!(self.stage, Stage::Prove { .. } | Stage::Unlock { .. } | Stage::Rotate { .. })
            || (matches!(self.stage, Stage::Sign { .. }) && self.signer != Signer::Agent);
        if physical && !ctx.desk.readers.has_card(ReaderRole::Customer) {
            self.trouble = Some(Trouble::CardOut);
            return;
        }
        // A passcode that is set is finished all the same: an unrotated PUK is no safer.
        let finishing = matches!(self.stage, Stage::Rotate { .. } | Stage::Release(After::Rotate));
        if !finishing && !card_work_allowed(ctx.desk, ctx.now) {
            self.trouble = Some(Trouble::OldList);
            return;
        }
        match self.stage.clone() {
            Stage::Nonce => self.wait = Wait::effect(ctx.central(Owner::Visit(visit), CentralCall::Nonce)),
            Stage::Prove { nonce } => {
                let message = proof_bytes(self.subject.card, &nonce);
                self.run(ctx, visit, CardTask::ProveCard { message });
            }
            Stage::Sign { nonce, verified, .. } => self.sign(ctx, visit, nonce, verified),
            Stage::Release(_) => self.release(ctx, visit),
            Stage::Unlock { with } => {
                ctx.journal(visit, OP, "unlock", JournalPhase::Sent);
                self.run(ctx, visit, CardTask::Unlock { puk: with.slot(), pin: VaultSlot::HolderPin });
            }
            Stage::Rotate { from } => {
                ctx.journal(visit, OP, "rotate", JournalPhase::Sent);
                self.run(ctx, visit, CardTask::RotatePuk { from: from.slot(), to: VaultSlot::NextPuk });
            }
            Stage::First | Stage::Again | Stage::Done | Stage::Lost(_) => {}
        }
    }

    fn run(&mut self, ctx: &mut Ctx<'_>, visit: VisitId, task: CardTask) {
        let expect = Some(self.subject.identity());
        self.wait = Wait::effect(ctx.card(Owner::Visit(visit), ReaderRole::Customer, task, expect));
    }

    fn sign(&mut self, ctx: &mut Ctx<'_>, visit: VisitId, nonce: [u8; 32], verified: bool) {
        match (&self.signer, verified) {
            (Signer::Agent, _) => {
                self.wait = Wait::hand(hand::begin(ctx, self.kind, visit, Some(self.subject.card), self.content));
            }
            (Signer::ThisCard { .. }, false) => {
                self.run(ctx, visit, CardTask::Verify { pin: VaultSlot::EncodePin });
            }
            (Signer::ThisCard { .. }, true) => {
                let message = act_bytes(&self.own_act(ctx, visit, nonce));
                self.run(ctx, visit, CardTask::Sign { message });
            }
        }
    }

    /// The very first card signs over the same nonce as its proof.
    fn own_act(&self, ctx: &Ctx<'_>, visit: VisitId, nonce: [u8; 32]) -> Act {
        let (kind, card, content) = (self.kind, Some(self.subject.card), self.content);
        Act { kind, visit, card, desk: ctx.desk.about.desk, nonce, content }
    }

    fn release(&mut self, ctx: &mut Ctx<'_>, visit: VisitId) {
        let Some(request) = self.request.clone() else {
            self.stage = Stage::Nonce;
            return self.go(ctx, visit);
        };
        if self.fetched >= FETCHES_MAX {
            self.trouble = Some(Trouble::Card(CardFault::SecretMissing));
            self.fetched = 0;
            return;
        }
        self.fetched += 1;
        let call = CentralCall::Release(self.subject.grant, request);
        self.wait = Wait::effect(ctx.central(Owner::Visit(visit), call));
    }

    fn signed(&mut self, act: Signed<Act>, visit: VisitId) {
        let Stage::Sign { nonce, proof, .. } = &self.stage else { return };
        let request = ReleaseRequest { visit, nonce: Bytes(nonce.to_vec()), proof: Bytes(proof.clone()), act };
        self.request = Some(Box::new(request));
        self.stage = Stage::Release(After::Choose);
    }

    fn central(&mut self, ctx: &mut Ctx<'_>, visit: VisitId, result: &Result<CentralAnswer, CentralFault>) {
        match (result, self.stage.clone()) {
            (Ok(CentralAnswer::Nonce(nonce)), Stage::Nonce) => match <[u8; 32]>::try_from(nonce.nonce.0.as_slice()) {
                Ok(nonce) => self.stage = Stage::Prove { nonce },
                Err(_) => self.trouble = Some(Trouble::Central(CentralFault::NotUnderstood)),
            },
            (Ok(CentralAnswer::Released { puk_n, next_is_possible, .. }), Stage::Release(after)) => {
                // Central can't know how far the desk came with the first answer; the desk does. Before the passcode was set
                // no rotation was begun, so only what was possible then is possible now.
                let before = self.released.filter(|before| before.puk_n == *puk_n && !self.passcode_set);
                let next_is_possible = before.map_or(*next_is_possible, |before| before.next_is_possible);
                if self.released.is_some_and(|before| before.puk_n != *puk_n) {
                    self.refused_puk = None;
                }
                self.released = Some(Released { puk_n: *puk_n, next_is_possible });
                if !self.intended {
                    self.intended = true;
                    ctx.event(Fact::ResetIntended { visit, card: self.subject.card, puk_n: *puk_n });
                }
                match after {
                    After::Choose => self.type_anew(ctx, None),
                    After::Rotate => self.stage = Stage::Rotate { from: Which::Current },
                }
            }
            (Ok(_), _) => self.trouble = Some(Trouble::Central(CentralFault::NotUnderstood)),
            (Err(CentralFault::Problem(ProblemCode::StaleNonce)), Stage::Release(_)) => {
                // The operation was settled, or the nonce is too old: proof and hand are asked for anew, by the agent's key.
                self.request = None;
                self.stage = Stage::Nonce;
                self.trouble = Some(Trouble::Central(CentralFault::Problem(ProblemCode::StaleNonce)));
            }
            // Nothing was given. A record that went out while central said so is the reason to ask at once, and once.
            (Err(CentralFault::Problem(ProblemCode::AwaitingRecord)), _)
                if ctx.desk.sync.waiting == 0 && self.fetched < FETCHES_MAX => {}
            (Err(fault), _) => {
                self.fetched *= u8::from(*fault != CentralFault::Problem(ProblemCode::AwaitingRecord));
                self.trouble = Some(Trouble::Central(*fault));
            }
        }
    }

    /// Enter, on the holder's screen.
    fn take_passcode(&mut self, ctx: &mut Ctx<'_>) {
        match self.stage {
            Stage::First if self.secret.verdict == PasscodeVerdict::Good => {
                self.secret = SecretState::default();
                self.refused = None;
                self.stage = Stage::Again;
            }
            Stage::First => self.type_anew(ctx, Some(Refused::Rule(self.secret.verdict))),
            Stage::Again if self.secret.typed > 0 && self.secret.same_as_first => {
                let with = if self.next_is_possible() { self.first_to_try() } else { Which::Current };
                self.stage = Stage::Unlock { with };
            }
            Stage::Again => self.type_anew(ctx, Some(Refused::NotTheSame)),
            _ => {}
        }
    }

    fn type_anew(&mut self, ctx: &mut Ctx<'_>, refused: Option<Refused>) {
        ctx.forget(VaultSlot::HolderPin);
        ctx.forget(VaultSlot::HolderPinAgain);
        ctx.effects.push(Effect::FlushKeys);
        self.secret = SecretState::default();
        self.refused = refused;
        self.stage = Stage::First;
    }
}

fn forget(ctx: &mut Ctx<'_>) {
    for slot in [VaultSlot::HolderPin, VaultSlot::HolderPinAgain, VaultSlot::Puk, VaultSlot::NextPuk] {
        ctx.forget(slot);
    }
}

#[cfg(test)]
mod tests;
