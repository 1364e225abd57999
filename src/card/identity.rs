//! Is this the card the task was meant for? Asked first in every task, because a reader only says that *a* card is there.
//!
//! The question is asked without SELECT where it can be: SELECT of the PIV application keeps the rights on some cards
//! (SP 800-73-5 part 2, 3.1.1 wants that) and drops them on others. So the CHUID is read straight away; only if it
//! can't be read, or is another, PIV is selected and the CHUID read again. A fresh connection costs one refused
//! command more, every later task of the same connection one command less, and `Sign` keeps the rights of `Verify`.

use super::objects::Chuid;
use super::piv::{ObjectId, Piv};
use super::task::{CardFault, CardIdentity};
use crate::domain::CardGuid;

/// Which GUID is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guid {
    /// Whatever the card has.
    Any,
    /// This one.
    Exactly(CardGuid),
    /// Before the CHUID is written: none yet, the planned one, or the one the caller explicitly means to replace. A card
    /// with any other GUID is somebody's and is never written over.
    BeforeFirstWrite {
        /// The plan's.
        planned: CardGuid,
        /// The caller's.
        replaced: Option<CardGuid>,
    },
}

impl Guid {
    /// What `expect` asks for.
    pub(super) fn expected(expect: Option<&CardIdentity>) -> Self {
        expect.and_then(|identity| identity.guid).map_or(Guid::Any, Guid::Exactly)
    }

    fn allows(self, found: Option<CardGuid>) -> bool {
        match self {
            Guid::Any => true,
            Guid::Exactly(guid) => found == Some(guid),
            Guid::BeforeFirstWrite { planned, replaced } => {
                found.is_none() || found == Some(planned) || found == replaced
            }
        }
    }
}

/// Makes sure that PIV is selected and the card is the right one.
///
/// Errors: `NotPiv`, `WrongCard`.
pub(super) fn meet(piv: &mut Piv<'_>, guid: Guid, expect: Option<&CardIdentity>) -> Result<(), CardFault> {
    if !recognised_without_select(piv, guid)? {
        select_and_compare(piv, guid)?;
    }
    compare_serial(piv, expect)
}

fn select_and_compare(piv: &mut Piv<'_>, guid: Guid) -> Result<(), CardFault> {
    piv.select()?;
    if guid != Guid::Any && !guid.allows(read_guid(piv)?) {
        return Err(CardFault::WrongCard);
    }
    Ok(())
}

/// As [`meet`], for a task that lives on rights won earlier: SELECT is only used to tell a wrong card from lost rights.
///
/// Errors: `WrongCard`; `NoRights` if it is the right card but another program has been at it.
pub(super) fn meet_keeping_rights(piv: &mut Piv<'_>, expect: Option<&CardIdentity>) -> Result<(), CardFault> {
    let guid = Guid::expected(expect);
    if guid == Guid::Any || recognised_without_select(piv, guid)? {
        return compare_serial(piv, expect);
    }
    select_and_compare(piv, guid)?;
    compare_serial(piv, expect)?;
    Err(CardFault::NoRights)
}

fn recognised_without_select(piv: &mut Piv<'_>, guid: Guid) -> Result<bool, CardFault> {
    let Guid::Exactly(wanted) = guid else { return Ok(false) };
    match read_guid(piv) {
        Ok(found) => Ok(found == Some(wanted)),
        // PIV is not selected: how a card says that differs.
        Err(CardFault::Unexpected { .. } | CardFault::Unsupported | CardFault::NoRights | CardFault::NoSpace) => {
            Ok(false)
        }
        Err(fault) => Err(fault),
    }
}

fn read_guid(piv: &mut Piv<'_>) -> Result<Option<CardGuid>, CardFault> {
    Ok(piv.object(ObjectId::CHUID)?.and_then(|contents| Chuid::decode(&contents).guid))
}

/// Compares the chip serial if the caller knows one and the card says one.
fn compare_serial(piv: &mut Piv<'_>, expect: Option<&CardIdentity>) -> Result<(), CardFault> {
    let Some(expected) = expect.and_then(|identity| identity.chip_serial.as_ref()) else { return Ok(()) };
    match piv.serial()? {
        Some(found) if found != *expected => Err(CardFault::WrongCard),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::script::{Script, hex};
    use jiff::civil::date;

    const SELECT: &str = "00A404000BA00000030800001000010000";
    const GET: &str = "00CB3FFF055C035FC10200";

    fn chuid(byte: u8) -> String {
        let contents = Chuid::encode(CardGuid([byte; 16]), date(2030, 1, 1));
        format!("{}9000", hex(&crate::card::tlv::wrap(0x53, &contents)))
    }

    fn expect(byte: u8, serial: Option<&str>) -> CardIdentity {
        CardIdentity { guid: Some(CardGuid([byte; 16])), chip_serial: serial.map(str::to_owned) }
    }

    #[test]
    fn the_right_card_is_known_without_select_so_that_rights_stay() {
        let mut card = Script::new([(GET, chuid(1).as_str())]);
        assert_eq!(meet_keeping_rights(&mut Piv::new(&mut card), Some(&expect(1, None))), Ok(()));
        card.finished();
    }

    #[test]
    fn lost_rights_and_a_wrong_card_are_told_apart() {
        let own = chuid(1);
        let mut card = Script::new([(GET, "6D00"), (SELECT, "9000"), (GET, own.as_str())]);
        let result = meet_keeping_rights(&mut Piv::new(&mut card), Some(&expect(1, None)));
        assert_eq!(result, Err(CardFault::NoRights));
        let other = chuid(2);
        let mut card = Script::new([(GET, other.as_str()), (SELECT, "9000"), (GET, other.as_str())]);
        let result = meet_keeping_rights(&mut Piv::new(&mut card), Some(&expect(1, None)));
        assert_eq!(result, Err(CardFault::WrongCard));
    }

    #[test]
    fn serials_count_only_if_both_sides_have_one() {
        let own = chuid(1);
        for (answer, verdict) in
            [("000000079000", Ok(())), ("000000089000", Err(CardFault::WrongCard)), ("6D00", Ok(()))]
        {
            let mut card = Script::new([(GET, own.as_str()), ("00F8000000", answer)]);
            let expect = expect(1, Some("7"));
            assert_eq!(meet(&mut Piv::new(&mut card), Guid::expected(Some(&expect)), Some(&expect)), verdict);
            card.finished();
        }
    }

    #[test]
    fn a_card_of_somebody_is_never_written_over_unless_that_is_meant() {
        let planned = CardGuid([1; 16]);
        let theirs = chuid(2);
        for (replaced, verdict) in [(None, Err(CardFault::WrongCard)), (Some(CardGuid([2; 16])), Ok(()))] {
            let mut card = Script::new([(SELECT, "9000"), (GET, theirs.as_str())]);
            let guid = Guid::BeforeFirstWrite { planned, replaced };
            assert_eq!(meet(&mut Piv::new(&mut card), guid, None), verdict);
        }
        let mut card = Script::new([(SELECT, "9000"), (GET, "6A82")]);
        let guid = Guid::BeforeFirstWrite { planned, replaced: None };
        assert_eq!(meet(&mut Piv::new(&mut card), guid, None), Ok(()));
    }
}
