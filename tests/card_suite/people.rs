//! What people do with a card.

use ra_desk::card::piv::proof;
use ra_desk::card::run::run;
use ra_desk::card::task::{CardAnswer, CardFault, CardReport, CardTask, Slot};
use ra_desk::domain::VaultSlot;

use super::desk::Desk;
use super::{Factory, TestCard};

pub fn written(new_card: Factory<'_>, number: u8) -> (Box<dyn TestCard>, Desk) {
    let mut card = new_card();
    let mut desk = Desk::new(number, 3_000);
    desk.identify(&mut *card);
    desk.write(&mut *card).expect("a whole personalisation");
    (card, desk)
}

pub fn report(desk: &Desk, card: &mut dyn TestCard) -> CardReport {
    match run(&CardTask::Read, Some(&desk.expect), &mut *card, &desk.vault) {
        Ok(CardAnswer::Report(report)) => *report,
        other => panic!("no report: {other:?}"),
    }
}

pub fn verify(desk: &Desk, card: &mut dyn TestCard, pin: VaultSlot) -> Result<CardAnswer, CardFault> {
    desk.run(card, CardTask::Verify { pin })
}

pub fn a_blank_card_is_written_read_and_named(new_card: Factory<'_>) {
    let mut blank = new_card();
    let mut desk = Desk::new(1, 3_000);
    let first = report(&desk, &mut *blank);
    assert!(first.is_piv && first.certificates.is_empty());
    assert_eq!(first.is_blank(), blank.comes_blank());
    assert!(first.tries_left.is_some_and(|left| left >= 3), "{:?}", first.tries_left);
    desk.identify(&mut *blank);
    let before = blank.executed();
    desk.write(&mut *blank).unwrap();
    println!("personalisation: {} APDUs", blank.executed() - before);
    assert!(desk.read_back.is_some());
    assert!(desk.skipped.is_empty(), "{:?}", desk.skipped);

    blank.power_cycle();
    let report = report(&desk, &mut *blank);
    assert_eq!(report.identity.guid, Some(desk.plan.guid));
    assert_eq!(report.chuid_expires, Some(desk.plan.expires));
    assert_eq!(report.certificates.len(), 4);
    assert!(report.unreadable.is_empty() && !report.is_blank());
    for (slot, facts) in &report.certificates {
        assert_eq!(facts.der, desk.plan.certificates[slot]);
        assert_eq!(facts.common_name, "Siân Wyn Llŷr");
        assert_eq!(facts.number.as_ref(), Some(&desk.plan.number));
        assert!(facts.issuer.contains("Card CA trial"), "{}", facts.issuer);
        assert_eq!(facts.not_after.0, 1_890_000_000_000);
    }
    let proof = desk.run(&mut *blank, CardTask::ProveCard { message: b"nonce".to_vec() }).unwrap();
    let CardAnswer::Signature(signature) = proof else { panic!("{proof:?}") };
    let certificate = &desk.plan.certificates[&Slot::CardAuthentication];
    assert!(proof::verify_by_certificate(certificate, b"nonce", &signature));
    assert!(!proof::verify_by_certificate(certificate, b"other", &signature));
}

pub fn a_holder_blocks_the_passcode_and_is_unlocked(new_card: Factory<'_>) {
    let (mut card, desk) = written(new_card, 2);
    let card = &mut *card;
    card.power_cycle();
    let mut left = report(&desk, card).tries_left.unwrap();
    while left > 1 {
        left -= 1;
        assert_eq!(verify(&desk, card, VaultSlot::AgentPin), Err(CardFault::WrongPin { left }));
    }
    assert_eq!(verify(&desk, card, VaultSlot::AgentPin), Err(CardFault::PinBlocked));
    assert_eq!(report(&desk, card).tries_left, Some(0));
    assert_eq!(verify(&desk, card, VaultSlot::EncodePin), Err(CardFault::PinBlocked), "even the right one");

    let unlock = CardTask::Unlock { puk: VaultSlot::Puk, pin: VaultSlot::HolderPin };
    assert_eq!(desk.run(card, unlock), Ok(CardAnswer::Done));
    card.power_cycle();
    assert_eq!(verify(&desk, card, VaultSlot::HolderPin), Ok(CardAnswer::Verified));
    assert!(matches!(verify(&desk, card, VaultSlot::EncodePin), Err(CardFault::WrongPin { .. })));
}

pub fn rights_end_with_the_power(new_card: Factory<'_>) {
    let (mut card, desk) = written(new_card, 3);
    let card = &mut *card;
    let sign = || CardTask::Sign { message: b"session".to_vec() };
    card.power_cycle();
    assert_eq!(desk.run(card, sign()), Err(CardFault::NoRights), "no passcode was given");
    assert_eq!(verify(&desk, card, VaultSlot::EncodePin), Ok(CardAnswer::Verified));
    let signed = desk.run(card, sign()).expect("rights of the earlier verify");
    let CardAnswer::Signature(signature) = signed else { panic!("{signed:?}") };
    let certificate = &desk.plan.certificates[&Slot::Authentication];
    assert!(proof::verify_by_certificate(certificate, b"session", &signature));
    card.power_cycle();
    assert_eq!(desk.run(card, sign()), Err(CardFault::NoRights), "the power was off");
}

pub fn the_puk_is_rotated_and_the_old_one_is_dead(new_card: Factory<'_>) {
    let (mut card, desk) = written(new_card, 4);
    let card = &mut *card;
    let rotate = |from, to| CardTask::RotatePuk { from, to };
    assert_eq!(desk.run(card, rotate(VaultSlot::Puk, VaultSlot::NextPuk)), Ok(CardAnswer::Done));
    // Recovery of a rotation whose answer was lost: the new one first, into itself.
    assert_eq!(desk.run(card, rotate(VaultSlot::NextPuk, VaultSlot::NextPuk)), Ok(CardAnswer::Done));
    let unlock = |puk| CardTask::Unlock { puk, pin: VaultSlot::HolderPin };
    assert!(matches!(desk.run(card, unlock(VaultSlot::Puk)), Err(CardFault::WrongPuk { .. })));
    assert_eq!(desk.run(card, unlock(VaultSlot::NextPuk)), Ok(CardAnswer::Done));
}
