//! Writing the chip, step by step (`notes` cards 8).
//!
//! Each step is journalled before it runs. A step whose outcome is not known (the card was pulled, the desk stopped) is first
//! looked at on the card, and only then run again, told so. A pulled card loses nothing; another card is told apart by the
//! identity every task bears.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::print::Print;
use super::{Card, Issue, Stage};
use crate::card::task::{
    CardAnswer, CardFault, CardIdentity, CardPlan, CardTask, EncodeStep, Probe, Slot, StepEvidence,
};
use crate::domain::{CardGuid, Millis, VaultSlot, VisitId};
use crate::journey::effect::{CentralCall, Effect, JournalPhase, TimerName, VaultCommand};
use crate::journey::input::{CentralAnswer, CentralFault, ReaderRole};
use crate::journey::trouble::Trouble;
use crate::journey::wait::Wait;
use crate::journey::{Ctx, Owner, VisitEvent};
use crate::wire::fact::Fact;

/// The journal's word for these steps.
const OP: &str = "encode";
/// How often a card is mended (a key made again, an object written again) before only the agent can decide.
const MENDS_MAX: u8 = 2;
/// How often secrets are fetched without a step in between.
const FETCHES_MAX: u8 = 2;
/// How often the seconds on the progress page move: it shows them from three on.
const PROGRESS_MS: i64 = 3 * Millis::SECOND;

/// What is written and how far. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Everything that is to be on the card.
    pub plan: CardPlan,
    /// Confirmed steps.
    done: BTreeSet<EncodeStep>,
    /// Steps that were sent and whose outcome is not known.
    doubt: BTreeSet<EncodeStep>,
    /// PKCS#10 by slot.
    requests: BTreeMap<Slot, Vec<u8>>,
    /// PUK number the card gets.
    puk_n: u32,
    /// Another visit began this card: every step is looked at first.
    half_written: bool,
    /// The GUID its maker wrote, which the first step replaces.
    #[serde(default)]
    replaced: Option<CardGuid>,
    /// The card kept its maker's 9B key.
    kept_9b: bool,
    /// Read back and recorded.
    written: bool,
    mends: u8,
    #[serde(skip)]
    fetches: u8,
    /// The step that was looked at and is to be run.
    #[serde(skip)]
    probed: Option<EncodeStep>,
    /// What runs is a look.
    #[serde(skip)]
    probing: bool,
}

/// Parts of the work as the progress page shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Identity and the card's own keys to itself.
    Prepare,
    /// Keys made and certificates asked for: so many of so many.
    Keys(usize, usize),
    /// Certificates from central: so many of so many.
    Certificates(usize, usize),
    /// Objects.
    Details,
    /// Proofs and read-back.
    ReadBack,
}

impl Work {
    pub(super) fn new(plan: CardPlan, puk_n: u32, half_written: bool, replaced: Option<CardGuid>) -> Self {
        Self {
            plan,
            done: BTreeSet::new(),
            doubt: BTreeSet::new(),
            requests: BTreeMap::new(),
            puk_n,
            half_written,
            replaced,
            kept_9b: false,
            written: false,
            mends: 0,
            fetches: 0,
            probed: None,
            probing: false,
        }
    }

    /// The first step that is not confirmed.
    pub fn next_step(&self) -> Option<EncodeStep> {
        self.plan.steps().into_iter().find(|step| !self.done.contains(step))
    }

    /// The step it stands at and the number of steps, from 1, while not all are confirmed.
    pub fn progress(&self) -> Option<(u8, u8)> {
        let steps = self.plan.steps();
        let at = steps.iter().position(|step| !self.done.contains(step))?;
        Some((u8::try_from(at + 1).ok()?, u8::try_from(steps.len()).ok()?))
    }

    /// A slot with a request and no certificate yet.
    fn wants_certificate(&self) -> Option<(Slot, &Vec<u8>)> {
        self.requests.iter().find(|(slot, _)| !self.plan.certificates.contains_key(slot)).map(|(s, r)| (*s, r))
    }

    fn is_doubtful(&self, step: EncodeStep) -> bool {
        self.half_written || self.doubt.contains(&step)
    }

    /// The parts in order, with the one that is at work now; none when all is done.
    pub fn parts(&self) -> (Vec<Part>, Option<usize>) {
        let slots = self.plan.keys.len();
        let keys = self.plan.keys.iter().filter(|(slot, _)| self.done.contains(&EncodeStep::Request(*slot))).count();
        let parts = vec![
            Part::Prepare,
            Part::Keys(keys, slots),
            Part::Certificates(self.plan.certificates.len(), slots),
            Part::Details,
            Part::ReadBack,
        ];
        let now = match (self.wants_certificate(), self.next_step()) {
            (Some(_), _) => Some(2),
            (None, None) => None,
            (None, Some(step)) => Some(match step {
                EncodeStep::WriteChuid
                | EncodeStep::SetManagementKey
                | EncodeStep::SetPuk
                | EncodeStep::SetEncodePin => 0,
                EncodeStep::GenerateKey(_) | EncodeStep::Request(_) => 1,
                EncodeStep::WriteCertificate(_) => 2,
                EncodeStep::WriteCcc | EncodeStep::WritePrinted | EncodeStep::WriteFace => 3,
                EncodeStep::Prove(_) | EncodeStep::ReadBack => 4,
            }),
        };
        (parts, now)
    }

    /// The card's key is not the one on record, or its certificate is not of this key: both are made again. Central revokes
    /// the certificate of the old key when it gives the new one.
    fn make_key_again(&mut self, slot: Slot) {
        use EncodeStep::{GenerateKey, Prove, ReadBack, Request, WriteCertificate};
        for step in [GenerateKey(slot), Request(slot), WriteCertificate(slot), Prove(slot), ReadBack] {
            self.done.remove(&step);
        }
        self.plan.public_keys.remove(&slot);
        self.plan.certificates.remove(&slot);
        self.requests.remove(&slot);
    }

    /// Something on the card is not as planned: every object is looked at again.
    fn look_at_objects_again(&mut self) {
        use EncodeStep::{GenerateKey, Request, SetEncodePin, SetManagementKey, SetPuk};
        let kept =
            |step: &EncodeStep| matches!(step, SetManagementKey | SetPuk | SetEncodePin | GenerateKey(_) | Request(_));
        self.doubt.extend(self.done.iter().copied().filter(|step| !kept(step)));
        self.done.retain(kept);
    }

    /// The random passcode of this encoding is another now: it has to be set again.
    fn set_passcode_again(&mut self) {
        if self.done.remove(&EncodeStep::SetEncodePin) {
            self.doubt.insert(EncodeStep::SetEncodePin);
        }
    }
}

/// How a step is called in the journal: its own word, with the slot's label.
pub fn step_word(step: EncodeStep) -> String {
    let (word, slot) = match step {
        EncodeStep::WriteChuid => ("write_chuid", None),
        EncodeStep::SetManagementKey => ("set_management_key", None),
        EncodeStep::SetPuk => ("set_puk", None),
        EncodeStep::SetEncodePin => ("set_encode_pin", None),
        EncodeStep::GenerateKey(slot) => ("generate_key", Some(slot)),
        EncodeStep::Request(slot) => ("request", Some(slot)),
        EncodeStep::WriteCertificate(slot) => ("write_certificate", Some(slot)),
        EncodeStep::WriteCcc => ("write_ccc", None),
        EncodeStep::WritePrinted => ("write_printed", None),
        EncodeStep::WriteFace => ("write_face", None),
        EncodeStep::Prove(slot) => ("prove", Some(slot)),
        EncodeStep::ReadBack => ("read_back", None),
    };
    slot.map_or_else(|| word.to_owned(), |slot| format!("{word}_{}", slot.label()))
}

/// Whether F5 makes sense: not where another try would spend one of the card's.
pub fn may_be_tried_again(trouble: Trouble) -> bool {
    use CardFault::{NoSpace, PinBlocked, PukBlocked, Unsupported, WrongManagementKey, WrongPuk};
    !matches!(
        trouble,
        Trouble::Card(NoSpace | PinBlocked | PukBlocked | Unsupported | WrongManagementKey | WrongPuk { .. })
    )
}

/// The clock of the progress page.
pub(super) fn tick(state: &mut Issue, ctx: &mut Ctx<'_>) {
    // It stands still while nothing is at work.
    if state.stage == Stage::Write && state.wait.is_open() {
        state.seconds = u32::try_from(ctx.now.since(Millis(state.since)) / Millis::SECOND).unwrap_or(0);
        ctx.timer(TimerName::Progress, PROGRESS_MS);
    }
}

fn start_clock(state: &mut Issue, ctx: &mut Ctx<'_>) {
    state.since = ctx.now.0;
    state.seconds = 0;
    ctx.timer(TimerName::Progress, PROGRESS_MS);
}

/// Shown again: the rights on the card are gone, and what was looked at is to be looked at again.
pub(super) fn shown(state: &mut Issue, ctx: &mut Ctx<'_>) {
    start_clock(state, ctx);
    if let Some(work) = work(state) {
        work.probed = None;
        work.probing = false;
        work.fetches = 0;
    }
}

fn work(state: &mut Issue) -> Option<&mut Work> {
    state.card.as_mut()?.work.as_deref_mut()
}

/// The random passcode is gone before the card could sign with it: it is set again, then it goes on where it was.
pub(super) fn renew_passcode(state: &mut Issue) {
    state.secrets = false;
    state.stage = Stage::Write;
    if let Some(work) = work(state) {
        work.done.remove(&EncodeStep::SetEncodePin);
        work.doubt.insert(EncodeStep::SetEncodePin);
    }
}

/// Certificate, secrets, look, step: whatever is next.
pub(super) fn go(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId) {
    let Some(Card { grant, guid, chip_serial, work: Some(work), .. }) = state.card.as_mut() else { return };
    if let Some((slot, request)) = work.wants_certificate() {
        let call = CentralCall::EnrolCard { grant: *grant, slot, request: request.clone() };
        state.wait = Wait::effect(ctx.central(Owner::Visit(id), call));
        return start_clock(state, ctx);
    }
    let Some(step) = work.next_step() else { return written(state, ctx) };
    if !ctx.desk.readers.has_card(ReaderRole::Customer) {
        state.trouble = Some(Trouble::CardOut);
        return;
    }
    if !state.secrets {
        if work.fetches >= FETCHES_MAX {
            work.fetches = 0;
            state.trouble = Some(Trouble::Card(CardFault::SecretMissing));
            return;
        }
        work.fetches += 1;
        state.wait = Wait::effect(ctx.central(Owner::Visit(id), CentralCall::GrantAgain(*grant)));
        return;
    }
    // The serial comes first: until the CHUID is written the card has no other name.
    let known = if work.done.contains(&EncodeStep::WriteChuid) { Some(*guid) } else { work.replaced };
    let expect = CardIdentity { guid: known, chip_serial: chip_serial.clone() };
    let doubtful = work.is_doubtful(step);
    let plan = Arc::new(work.plan.clone());
    let task = if doubtful && work.probed != Some(step) {
        work.probing = true;
        CardTask::Probe { step, plan }
    } else {
        work.probing = false;
        ctx.journal(id, OP, &step_word(step), JournalPhase::Sent);
        CardTask::Encode { step, plan, again: doubtful }
    };
    if !work.probing && !doubtful {
        work.doubt.insert(step);
    }
    let fresh_part = work.probed.is_none() && !doubtful;
    state.wait = Wait::effect(ctx.card(Owner::Visit(id), ReaderRole::Customer, task, Some(expect)));
    if fresh_part {
        start_clock(state, ctx);
    }
}

/// Card or central answered.
pub(super) fn answered(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) {
    match event {
        VisitEvent::Card(_, result) => card_answered(state, ctx, id, result),
        VisitEvent::Central(_, result) => central_answered(state, ctx, result),
        _ => {}
    }
}

fn central_answered(state: &mut Issue, ctx: &mut Ctx<'_>, result: &Result<CentralAnswer, CentralFault>) {
    let guid = state.card();
    match (result, state.card.as_mut()) {
        (Ok(CentralAnswer::Certificate(der)), Some(Card { certificate, work: Some(work), .. })) => {
            let Some(slot) = work.wants_certificate().map(|(slot, _)| slot) else { return };
            work.plan.certificates.insert(slot, der.clone());
            if slot == Slot::CardAuthentication {
                *certificate = Some(der.clone());
            }
        }
        (Ok(CentralAnswer::Granted(terms)), Some(Card { work: Some(work), .. })) if guid == Some(terms.card) => {
            work.set_passcode_again();
            state.secrets = true;
            ctx.effects.push(Effect::Vault(VaultCommand::Random(VaultSlot::EncodePin)));
        }
        (Ok(_), _) => state.trouble = Some(Trouble::Central(CentralFault::NotUnderstood)),
        (Err(fault), _) => state.trouble = Some(Trouble::Central(*fault)),
    }
}

fn card_answered(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, result: &Result<CardAnswer, CardFault>) {
    let Some(work) = work(state) else { return };
    let Some(step) = work.next_step() else { return };
    match result {
        Ok(CardAnswer::Probed(probe)) => {
            // "Done" is not enough where the step left something behind that is not on record.
            if *probe == Probe::Done && !(step.leaves_evidence() && evidence_missing(work, step)) {
                ctx.journal(id, OP, &step_word(step), JournalPhase::Confirmed);
                confirmed(work, step);
            } else {
                work.probed = Some(step);
            }
        }
        Ok(CardAnswer::Encoded(evidence)) => {
            ctx.journal(id, OP, &step_word(step), JournalPhase::Confirmed);
            keep(work, step, evidence);
            confirmed(work, step);
            if let StepEvidence::ReadBack(digest) = evidence {
                record(state, ctx, id, digest);
            }
        }
        Ok(_) => state.trouble = Some(Trouble::Card(CardFault::Unsupported)),
        Err(fault) => failed(state, ctx, id, step, *fault),
    }
}

fn evidence_missing(work: &Work, step: EncodeStep) -> bool {
    match step {
        EncodeStep::GenerateKey(slot) => !work.plan.public_keys.contains_key(&slot),
        EncodeStep::Request(slot) => !work.requests.contains_key(&slot),
        // A read-back has to be made, not remembered.
        _ => true,
    }
}

fn confirmed(work: &mut Work, step: EncodeStep) {
    work.done.insert(step);
    work.doubt.remove(&step);
    work.probed = None;
    work.fetches = 0;
}

fn keep(work: &mut Work, step: EncodeStep, evidence: &StepEvidence) {
    match (step, evidence) {
        (EncodeStep::GenerateKey(slot), StepEvidence::PublicKey(key)) => {
            work.plan.public_keys.insert(slot, key.clone());
        }
        (EncodeStep::Request(slot), StepEvidence::Request(request)) => {
            work.requests.insert(slot, request.clone());
        }
        // The read-back compares with the plan: what the card has no room for is not in it.
        (EncodeStep::WriteFace, StepEvidence::Skipped) => work.plan.face_jpeg = None,
        (EncodeStep::SetManagementKey, StepEvidence::Skipped) => work.kept_9b = true,
        _ => {}
    }
}

/// The chip is as planned: on record in the same transaction.
fn record(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, digest: &[u8; 32]) {
    let Some(Card { grant, guid, chip_serial, work: Some(work), .. }) = state.card.as_mut() else { return };
    if work.written {
        return;
    }
    work.written = true;
    ctx.event(Fact::CardWritten {
        visit: id,
        grant: *grant,
        card: *guid,
        chip_serial: chip_serial.clone(),
        read_back: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        puk_n: work.puk_n,
        static_9b: work.kept_9b,
    });
}

/// All steps are confirmed: on to the plastic, or back to where a new random passcode was wanted.
fn written(state: &mut Issue, ctx: &mut Ctx<'_>) {
    ctx.effects.push(Effect::StopTimer(TimerName::Progress));
    // The first manager's card signs once more under the random passcode, so its secrets stay until the hand-over.
    if !state.is_first() {
        state.forget_grant(ctx);
    }
    let no_photo = state.is_first() && state.person().is_none_or(|person| !person.has_photo);
    let printed = state.card.as_ref().is_some_and(|card| card.printed);
    state.stage = if printed || no_photo { Stage::Likeness } else { Stage::Print(Box::new(Print::attempt(1))) };
}

fn failed(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, step: EncodeStep, fault: CardFault) {
    let Some(work) = work(state) else { return };
    let probing = std::mem::take(&mut work.probing);
    let was_doubtful = work.half_written || work.probed == Some(step);
    // Nothing is known to have reached the card only where it was told apart, or refused, before the step's own command.
    let clean = matches!(
        fault,
        CardFault::WrongCard
            | CardFault::NotPiv
            | CardFault::InUse
            | CardFault::SecretMissing
            | CardFault::PlanIncomplete
            | CardFault::ProofFailed
            | CardFault::ReadBackDiffers
    );
    if !probing && clean {
        ctx.journal(id, OP, &step_word(step), JournalPhase::Failed);
        if !was_doubtful {
            work.doubt.remove(&step);
        }
    }
    if !clean {
        work.probed = None;
    }
    if fault == CardFault::SecretMissing {
        state.secrets = false;
    } else if !mended(work, step, fault) {
        state.trouble = Some(Trouble::Card(fault));
    }
}

/// What can be put right without the agent: a key made again, an object written again.
fn mended(work: &mut Work, step: EncodeStep, fault: CardFault) -> bool {
    if work.mends >= MENDS_MAX {
        return false;
    }
    match (fault, step) {
        (
            CardFault::ProofFailed | CardFault::PlanIncomplete,
            EncodeStep::Request(slot) | EncodeStep::Prove(slot) | EncodeStep::WriteCertificate(slot),
        ) => work.make_key_again(slot),
        (CardFault::ReadBackDiffers, EncodeStep::ReadBack) => work.look_at_objects_again(),
        // Another program was at the card: the rights are won anew with the next try.
        (CardFault::NoRights, _) => {}
        _ => return false,
    }
    work.mends += 1;
    true
}
