//! The read-back: every object of the finished card against the plan. A card is never "written" before this passes.

use sha2::{Digest, Sha256};

use super::piv::ObjectId;
use super::task::{CardFault, CardPlan};
use super::work::Work;

/// Reads every planned object and compares it byte for byte; SHA-256 over all of them, each as tag (4 bytes), length
/// (8 bytes), contents.
///
/// Errors: `ReadBackDiffers` at the first object that is missing or not as planned; `PlanIncomplete` while a
/// certificate is not in the plan.
pub(super) fn read_back(work: &mut Work<'_>, plan: &CardPlan) -> Result<[u8; 32], CardFault> {
    let mut hash = Sha256::new();
    for (id, planned) in plan.objects().ok_or(CardFault::PlanIncomplete)? {
        let found = if id == ObjectId::PRINTED || id == ObjectId::FACE {
            work.verified(|piv| piv.object(id))?
        } else {
            work.piv.object(id)?
        };
        if found.as_deref() != Some(&planned[..]) {
            return Err(CardFault::ReadBackDiffers);
        }
        hash.update(id.0.to_be_bytes());
        hash.update((planned.len() as u64).to_be_bytes());
        hash.update(&planned);
    }
    Ok(hash.finalize().into())
}
