//! [`CardTask::Read`](super::task::CardTask::Read): all a card shows without a passcode.

use std::collections::BTreeMap;

use super::objects::{Chuid, certificate};
use super::piv::{ObjectId, Piv};
use super::task::{CardFault, CardIdentity, CardReport, CertificateFacts, Slot};

/// The slots a report looks at.
const SLOTS: [Slot; 4] = [Slot::Authentication, Slot::Signature, Slot::KeyManagement, Slot::CardAuthentication];

/// Reads the card. A card that is no PIV card gives a report that says so. The answer to reset is the reader's to know:
/// it is empty here and filled by the reader's adapter.
///
/// Errors: `WrongCard` if another one was expected, and the channel's faults.
pub(super) fn read(piv: &mut Piv<'_>, expect: Option<&CardIdentity>) -> Result<CardReport, CardFault> {
    let mut report = CardReport {
        atr: Vec::new(),
        is_piv: true,
        identity: CardIdentity::default(),
        tries_left: None,
        certificates: BTreeMap::new(),
        chuid_expires: None,
        unreadable: Vec::new(),
    };
    match piv.select() {
        Err(CardFault::NotPiv) => {
            report.is_piv = false;
            return Ok(report);
        }
        result => result?,
    }
    if let Some(contents) = readable(piv, ObjectId::CHUID)? {
        let chuid = Chuid::decode(&contents);
        report.identity.guid = chuid.guid;
        report.chuid_expires = chuid.expires;
    }
    report.identity.chip_serial = piv.serial()?;
    if expect.is_some_and(|expect| differs(expect, &report.identity)) {
        return Err(CardFault::WrongCard);
    }
    report.tries_left = piv.pin_tries_left()?;
    for slot in SLOTS {
        let Some(contents) = readable(piv, ObjectId::certificate(slot))? else { continue };
        match certificate::decode(&contents).and_then(CertificateFacts::from_der) {
            Some(facts) => drop(report.certificates.insert(slot, facts)),
            None => report.unreadable.push(slot),
        }
    }
    Ok(report)
}

/// An object's contents; an object that the card refuses to give counts as present and senseless, since a report must
/// not fail on one strange object. Only faults of the way to the card end it.
fn readable(piv: &mut Piv<'_>, id: ObjectId) -> Result<Option<Vec<u8>>, CardFault> {
    match piv.object(id) {
        Err(CardFault::Unsupported) => Ok(None), // a card that does not know the object's name at all
        Err(CardFault::NoRights | CardFault::NoSpace | CardFault::Unexpected { .. }) => Ok(Some(Vec::new())),
        result => result,
    }
}

fn differs(expect: &CardIdentity, found: &CardIdentity) -> bool {
    let serials_differ = matches!((&expect.chip_serial, &found.chip_serial), (Some(a), Some(b)) if a != b);
    serials_differ || (expect.guid.is_some() && expect.guid != found.guid)
}
