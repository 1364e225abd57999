//! The encoder's steps: `probe` looks whether one is done, `apply` does it. Both can be run again at any time; neither
//! retries by itself (`notes` cards 8).

use super::csr::Unsigned;
use super::objects::certificate;
use super::piv::{ManagementAlgorithm, ObjectId, proof};
use super::readback::read_back;
use super::task::{CardFault, CardPlan, EncodeStep, Probe, Slot, StepEvidence};
use super::work::{Opener, Work};
use crate::domain::VaultSlot;

/// Which management keys a step may use.
fn opener(step: EncodeStep, plan: &CardPlan) -> Opener {
    match step {
        EncodeStep::WriteChuid => Opener::TransportThenOwn,
        _ if plan.static_9b => Opener::OwnThenTransport,
        _ => Opener::Own,
    }
}

/// Looks whether a step is done. Spends no passcode and no PUK try and changes nothing.
///
/// `SetManagementKey` is told by one authentication with the new key, which costs no try on any card seen; the new key
/// is the one to try first after a tear.
pub(super) fn probe(work: &mut Work<'_>, step: EncodeStep, plan: &CardPlan) -> Result<Probe, CardFault> {
    match step {
        EncodeStep::WriteChuid => holds(work, ObjectId::CHUID, Some(plan.chuid())),
        EncodeStep::WriteCcc => holds(work, ObjectId::CCC, Some(plan.ccc())),
        EncodeStep::WritePrinted => holds(work, ObjectId::PRINTED, Some(plan.printed())),
        EncodeStep::WriteFace => holds(work, ObjectId::FACE, plan.face()),
        EncodeStep::WriteCertificate(slot) => holds(work, ObjectId::certificate(slot), plan.certificate_object(slot)),
        EncodeStep::SetManagementKey => match work.open(Opener::Own) {
            Ok(_) => Ok(Probe::Done),
            Err(CardFault::WrongManagementKey) => Ok(Probe::NotDone),
            Err(fault) => Err(fault),
        },
        EncodeStep::GenerateKey(slot) => match (plan.public_keys.get(&slot), work.piv.known_public_key(slot)?) {
            (Some(recorded), Some(found)) if *recorded == found => Ok(Probe::Done),
            (Some(_), None) => Ok(Probe::Unknown),
            _ => Ok(Probe::NotDone),
        },
        EncodeStep::SetPuk
        | EncodeStep::SetEncodePin
        | EncodeStep::Request(_)
        | EncodeStep::Prove(_)
        | EncodeStep::ReadBack => Ok(Probe::Unknown),
    }
}

fn holds(work: &mut Work<'_>, id: ObjectId, planned: Option<Vec<u8>>) -> Result<Probe, CardFault> {
    match work.piv.object(id) {
        Ok(found) if found.is_some() && found == planned => Ok(Probe::Done),
        Ok(_) => Ok(Probe::NotDone),
        Err(CardFault::NoRights) => Ok(Probe::Unknown), // behind the passcode
        Err(fault) => Err(fault),
    }
}

/// Does a step. `again`: it was sent before and its outcome is not known.
pub(super) fn apply(
    work: &mut Work<'_>,
    step: EncodeStep,
    plan: &CardPlan,
    again: bool,
) -> Result<StepEvidence, CardFault> {
    let opener = opener(step, plan);
    let mut put = |id: ObjectId, contents: Vec<u8>| {
        work.opened(opener, |piv| piv.put_object(id, &contents)).map(|()| StepEvidence::Done)
    };
    match step {
        EncodeStep::WriteChuid => put(ObjectId::CHUID, plan.chuid()),
        EncodeStep::WriteCcc => put(ObjectId::CCC, plan.ccc()),
        EncodeStep::WritePrinted => put(ObjectId::PRINTED, plan.printed()),
        EncodeStep::WriteCertificate(slot) => {
            let contents = plan.certificate_object(slot).ok_or(CardFault::PlanIncomplete)?;
            put(ObjectId::certificate(slot), contents)
        }
        EncodeStep::WriteFace => match plan.face().map(|face| put(ObjectId::FACE, face)) {
            None | Some(Err(CardFault::NoSpace)) => Ok(StepEvidence::Skipped),
            Some(result) => result,
        },
        EncodeStep::SetManagementKey => set_management_key(work, plan, again),
        EncodeStep::SetPuk => set_puk(work, again),
        EncodeStep::SetEncodePin => set_encode_pin(work, again),
        EncodeStep::GenerateKey(slot) => {
            let algorithm = plan.algorithm(slot).ok_or(CardFault::PlanIncomplete)?;
            work.opened(opener, |piv| piv.generate(slot, algorithm)).map(StepEvidence::PublicKey)
        }
        EncodeStep::Request(slot) => request(work, plan, slot).map(StepEvidence::Request),
        EncodeStep::Prove(slot) => prove(work, plan, slot).map(|()| StepEvidence::Done),
        EncodeStep::ReadBack => read_back(work, plan).map(StepEvidence::ReadBack),
    }
}

/// 9B from the transport key to the card's own, then one authentication with the new one.
fn set_management_key(work: &mut Work<'_>, plan: &CardPlan, again: bool) -> Result<StepEvidence, CardFault> {
    let own = work.secret(VaultSlot::ManagementKey)?;
    if again && work.open(Opener::Own).is_ok() {
        return Ok(StepEvidence::Done);
    }
    let transport = work.open(Opener::Transport)?;
    // A key of 24 bytes stays with the algorithm the card has; other lengths name theirs.
    let algorithm = ManagementAlgorithm::for_length(own.expose().len())
        .max_by_key(|algorithm| *algorithm == transport)
        .ok_or(CardFault::Unsupported)?;
    match work.piv.set_management_key(algorithm, &own) {
        Err(CardFault::Unsupported) if plan.static_9b => Ok(StepEvidence::Skipped),
        Err(fault) => Err(fault),
        Ok(()) => work.open(Opener::Own).map(|_| StepEvidence::Done),
    }
}

/// PUK from the transport PUK to `PUK_n`. After a tear the new one is tried first, by setting the encode passcode with
/// it: the next step does that anyway, and RESET RETRY COUNTER says how many tries are left where some cards keep
/// silent about it in CHANGE REFERENCE DATA. The old one is tried after that only if more than one try is left.
fn set_puk(work: &mut Work<'_>, again: bool) -> Result<StepEvidence, CardFault> {
    let (old, new) = (work.secret(VaultSlot::TransportPuk)?, work.secret(VaultSlot::Puk)?);
    work.spare_last_puk_try()?;
    if again {
        let pin = work.secret(VaultSlot::EncodePin)?;
        match work.piv.reset_retry(&new, &pin) {
            Err(CardFault::WrongPuk { left }) if left > 1 => {}
            result => return result.map(|()| StepEvidence::Done),
        }
    }
    work.piv.change_puk(&old, &new).map(|()| StepEvidence::Done)
}

/// The passcode by PUK, so that it can always be done again.
fn set_encode_pin(work: &mut Work<'_>, again: bool) -> Result<StepEvidence, CardFault> {
    let (puk, pin) = (work.secret(VaultSlot::Puk)?, work.secret(VaultSlot::EncodePin)?);
    if again {
        work.spare_last_puk_try()?;
    }
    work.piv.reset_retry(&puk, &pin).map(|()| StepEvidence::Done)
}

/// PKCS#10 signed by the card. A signature that does not check means that the key on the card is not the one on record
/// (it was made again and the answer was lost): `ProofFailed`, make the key again.
fn request(work: &mut Work<'_>, plan: &CardPlan, slot: Slot) -> Result<Vec<u8>, CardFault> {
    let algorithm = plan.algorithm(slot).ok_or(CardFault::PlanIncomplete)?;
    let key = plan.public_keys.get(&slot).ok_or(CardFault::PlanIncomplete)?;
    let unsigned = Unsigned::new(plan.guid, key, algorithm).map_err(|_| CardFault::PlanIncomplete)?;
    let message = unsigned.to_be_signed().map_err(|_| CardFault::PlanIncomplete)?;
    work.unlock_key(slot)?;
    let signature = work.piv.sign(slot, algorithm, &message)?;
    if !proof::verify(key, &message, &signature) {
        return Err(CardFault::ProofFailed);
    }
    unsigned.signed(&signature).map_err(|_| CardFault::ProofFailed)
}

/// A fresh signature checked against the certificate that lies on the card: never trust "the slot has a certificate".
fn prove(work: &mut Work<'_>, plan: &CardPlan, slot: Slot) -> Result<(), CardFault> {
    let algorithm = plan.algorithm(slot).ok_or(CardFault::PlanIncomplete)?;
    let contents = work.piv.object(ObjectId::certificate(slot))?.unwrap_or_default();
    let certificate = certificate::decode(&contents).ok_or(CardFault::ProofFailed)?;
    let message: [u8; 32] = work.fresh();
    work.unlock_key(slot)?;
    let signature = work.piv.sign(slot, algorithm, &message)?;
    if proof::verify_by_certificate(certificate, &message, &signature) { Ok(()) } else { Err(CardFault::ProofFailed) }
}
