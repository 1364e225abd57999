//! Is it the card, or a copy of what can be read from it? Only the card has its 9E key: it signs a fresh challenge before the
//! desk says anything good of it (NIST SP 800-73-4, card authentication key; no passcode is needed for it).

use super::{CardLook, Known, finding};
use crate::card::piv::proof::verify_by_certificate;
use crate::card::task::{CardAnswer, CardFault, CardReport, CardTask, Slot};
use crate::domain::{CardGuid, CardStatus};
use crate::journey::input::ReaderRole;
use crate::journey::{Ctx, Desk, Owner};
use crate::wire::act::proof_bytes;

/// What the card was asked to sign, and whose key must have signed it.
#[derive(Debug, Clone, PartialEq)]
pub struct Challenge {
    message: Vec<u8>,
    certificate: Vec<u8>,
}

/// A card that is known and claims to be ours is asked to prove it; any other is left as it is.
pub(super) fn ask(ctx: &mut Ctx<'_>, look: CardLook) -> CardLook {
    let CardLook::Known(report, known) = look else { return look };
    let Some((card, certificate)) = claim(&report, &known, ctx.desk) else { return CardLook::Known(report, known) };
    let message = proof_bytes(card, &ctx.fresh_bytes());
    let task = CardTask::ProveCard { message: message.clone() };
    let id = ctx.card(Owner::Home, ReaderRole::Customer, task, Some(report.identity.clone()));
    CardLook::Proving(id, Box::new(Challenge { message, certificate }), report, known)
}

/// Which card it says it is, and the certificate it is held to: central's, else the card's own 9E certificate, of which the
/// diagnosis says whether our Card CA made it. A card that is being written has keys central may not know yet; a dead one is
/// served in no case.
fn claim(report: &CardReport, known: &Known, desk: &Desk) -> Option<(CardGuid, Vec<u8>)> {
    let status = known.record.as_ref().map(|record| record.card.status);
    let unproven = [CardStatus::Granted, CardStatus::Cancelled, CardStatus::Spoilt];
    let in_work = finding::visit_of(report, known, desk).is_some_and(|(_, steps)| steps.is_some());
    if in_work || status.is_some_and(|status| unproven.contains(&status)) {
        return None;
    }
    let recorded = known.record.as_ref().and_then(|record| record.card_certificate.as_ref()).map(|der| der.0.clone());
    let shown = || report.certificates.get(&Slot::CardAuthentication).map(|facts| facts.der.clone());
    Some((report.identity.guid?, recorded.or_else(shown)?))
}

/// The card answered, or did not. What only says that it is gone is no proof of anything; whatever else is not the right
/// signature is: a card of ours can always give one.
pub(super) fn answered(
    challenge: &Challenge,
    report: Box<CardReport>,
    mut known: Box<Known>,
    result: &Result<CardAnswer, CardFault>,
) -> CardLook {
    use CardFault::{InUse, NotPiv, ReaderGone, Removed, WrongCard};
    known.proof_failed = match result {
        Err(fault @ (InUse | NotPiv | ReaderGone | Removed | WrongCard)) => return CardLook::Unreadable(*fault),
        Ok(CardAnswer::Signature(signature)) => {
            !verify_by_certificate(&challenge.certificate, &challenge.message, signature)
        }
        Ok(_) | Err(_) => true,
    };
    CardLook::Known(report, known)
}
