//! One task on one card, from the identity to the answer. The caller holds a transaction around it.

use super::channel::Channel;
use super::identity::{Guid, meet, meet_keeping_rights};
use super::objects::certificate;
use super::piv::{ObjectId, Piv, proof};
use super::task::{CardAnswer, CardFault, CardIdentity, CardPlan, CardTask, EncodeStep, KeyAlgorithm, Slot};
use super::work::Work;
use super::{report, step};
use crate::domain::{Secret, VaultSlot};

/// Where a task finds its secrets and its random bytes.
pub trait Secrets {
    /// A copy of the secret in this place, if it is there.
    fn get(&self, slot: VaultSlot) -> Option<Secret>;
    /// Fills `buf` with bytes nobody can foresee.
    fn random(&self, buf: &mut [u8]);
}

/// Runs `task` on the card behind `card`.
///
/// The card is compared with `expect` first: the GUID if one is expected, the chip serial if both have one. The steps
/// of an encoding also want the plan's GUID. Rights are won anew as the card asks for them, except for `Sign`, which
/// lives on an earlier `Verify` in the same connection and never wins any.
///
/// Errors: [`CardFault`]. After `Removed` and `ReaderGone` the last command may or may not have been executed.
pub fn run(
    task: &CardTask,
    expect: Option<&CardIdentity>,
    card: &mut dyn Channel,
    secrets: &dyn Secrets,
) -> Result<CardAnswer, CardFault> {
    let mut work = Work::new(Piv::new(card), secrets);
    match task {
        CardTask::Read => report::read(&mut work.piv, expect).map(|report| CardAnswer::Report(Box::new(report))),
        CardTask::Verify { pin } => {
            meet(&mut work.piv, Guid::expected(expect), expect)?;
            let pin = work.secret(*pin)?;
            work.piv.verify(&pin)?;
            Ok(CardAnswer::Verified)
        }
        CardTask::Sign { message } => {
            meet_keeping_rights(&mut work.piv, expect)?;
            sign(&mut work.piv, Slot::Authentication, message).map(CardAnswer::Signature)
        }
        CardTask::ProveCard { message } => {
            meet(&mut work.piv, Guid::expected(expect), expect)?;
            sign(&mut work.piv, Slot::CardAuthentication, message).map(CardAnswer::Signature)
        }
        CardTask::Probe { step, plan } => {
            meet(&mut work.piv, guid_for_step(*step, plan, expect)?, expect)?;
            step::probe(&mut work, *step, plan).map(CardAnswer::Probed)
        }
        CardTask::Encode { step, plan, again } => {
            meet(&mut work.piv, guid_for_step(*step, plan, expect)?, expect)?;
            step::apply(&mut work, *step, plan, *again).map(CardAnswer::Encoded)
        }
        CardTask::Unlock { puk, pin } => {
            meet(&mut work.piv, Guid::expected(expect), expect)?;
            unlock(&mut work, *puk, *pin)
        }
        CardTask::RotatePuk { from, to } => {
            meet(&mut work.piv, Guid::expected(expect), expect)?;
            rotate_puk(&mut work, *from, *to)
        }
    }
}

/// The GUID a step needs. A caller who expects another GUID than the plan's is mixing up two cards.
fn guid_for_step(step: EncodeStep, plan: &CardPlan, expect: Option<&CardIdentity>) -> Result<Guid, CardFault> {
    let expected = expect.and_then(|identity| identity.guid);
    if step == EncodeStep::WriteChuid {
        return Ok(Guid::BeforeFirstWrite { planned: plan.guid, replaced: expected });
    }
    match expected {
        Some(guid) if guid != plan.guid => Err(CardFault::WrongCard),
        _ => Ok(Guid::Exactly(plan.guid)),
    }
}

/// A signature by the key of a slot. P-256 is tried first, since nearly every card has it; only if the card refuses the
/// algorithm, the certificate is read to see which one it is.
fn sign(piv: &mut Piv<'_>, slot: Slot, message: &[u8]) -> Result<Vec<u8>, CardFault> {
    let refusal = match piv.sign(slot, KeyAlgorithm::P256, message) {
        Err(refusal @ (CardFault::Unsupported | CardFault::Unexpected { .. })) => refusal,
        result => return result,
    };
    let contents = piv.object(ObjectId::certificate(slot))?.unwrap_or_default();
    let key = certificate::decode(&contents).and_then(proof::certificate_key);
    match key.as_deref().and_then(proof::algorithm) {
        Some(KeyAlgorithm::Rsa2048) => piv.sign(slot, KeyAlgorithm::Rsa2048, message),
        _ => Err(refusal),
    }
}

fn unlock(work: &mut Work<'_>, puk: VaultSlot, pin: VaultSlot) -> Result<CardAnswer, CardFault> {
    let (puk, pin) = (work.secret(puk)?, work.secret(pin)?);
    work.spare_last_puk_try()?;
    work.piv.reset_retry(&puk, &pin)?;
    work.piv.verify(&pin)?;
    Ok(CardAnswer::Done)
}

/// One try with `from`, no second guess. In recovery the caller finds out which PUK the card has by `Unlock` with the
/// newer one first (design, "PUK"): RESET RETRY COUNTER says how many tries are left on every card.
fn rotate_puk(work: &mut Work<'_>, from: VaultSlot, to: VaultSlot) -> Result<CardAnswer, CardFault> {
    let (from, to) = (work.secret(from)?, work.secret(to)?);
    work.spare_last_puk_try()?;
    work.piv.change_puk(&from, &to)?;
    Ok(CardAnswer::Done)
}
