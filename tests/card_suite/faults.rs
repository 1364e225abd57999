//! What goes wrong at a desk, and must be told by its right name.

use std::sync::Arc;

use ra_desk::card::task::{CardAnswer, CardFault, CardTask, EncodeStep, Probe, Slot, StepEvidence};
use ra_desk::domain::VaultSlot;

use super::Factory;
use super::desk::{Desk, issue};
use super::people::{report, written};

pub fn a_wrong_transport_key_writes_nothing(new_card: Factory<'_>) {
    let mut card = new_card();
    let mut desk = Desk::new(10, 1_000);
    desk.vault.secrets.insert(VaultSlot::TransportManagementKey, vec![0x77; 24]);
    desk.identify(&mut *card);
    assert_eq!(desk.write(&mut *card), Err(CardFault::WrongManagementKey));
    assert_eq!(desk.confirmed, 0);
    assert_eq!(report(&desk, &mut *card).identity, desk.expect, "not even the CHUID");
}

pub fn the_last_puk_try_is_never_spent(new_card: Factory<'_>) {
    let mut card = new_card();
    let card = &mut *card;
    let mut desk = Desk::new(11, 1_000);
    desk.identify(card);
    desk.vault.secrets.insert(VaultSlot::TransportPuk, b"87654321".to_vec());
    let plan = Arc::new(desk.plan.clone());
    let step = |step, again| CardTask::Encode { step, plan: Arc::clone(&plan), again };
    assert_eq!(desk.run(card, step(EncodeStep::WriteChuid, false)), Ok(CardAnswer::Encoded(StepEvidence::Done)));
    desk.expect.guid = Some(desk.plan.guid);
    // A first run tries the transport PUK alone.
    let first = desk.run(card, step(EncodeStep::SetPuk, false));
    let Err(CardFault::WrongPuk { left }) = first else { panic!("a wrong PUK gave {first:?}") };
    // After that new and old are tried until one try is left, and no further however often it is run.
    let mut last = left;
    for _ in 0..8 {
        match desk.run(card, step(EncodeStep::SetPuk, true)) {
            Err(CardFault::WrongPuk { left }) => last = left,
            other => panic!("{other:?}"),
        }
        if last == 1 && !card.says_puk_tries() {
            break; // the card can't be asked; that it stops at 1 within one run is all that can be seen
        }
    }
    assert_eq!(last, 1);
    if card.says_puk_tries() {
        desk.vault.secrets.insert(VaultSlot::Puk, b"12345678".to_vec());
        let unlock = CardTask::Unlock { puk: VaultSlot::Puk, pin: VaultSlot::HolderPin };
        assert_eq!(desk.run(card, unlock), Err(CardFault::WrongPuk { left: 1 }), "not even with the right one");
    }
}

pub fn another_card_put_back_is_refused(new_card: Factory<'_>) {
    let mut first = new_card();
    let mut desk = Desk::new(12, 1_000);
    desk.identify(&mut *first);
    first.cut(super::Cut::Before(60));
    assert_eq!(desk.write(&mut *first), Err(CardFault::Removed));
    assert!(desk.confirmed > 4, "the tear came after the CHUID");

    let mut blank = new_card();
    let mut nobody = Desk::new(0, 4);
    nobody.identify(&mut *blank);
    assert_eq!(desk.write(&mut *blank), Err(CardFault::WrongCard), "a blank one");
    assert_eq!(report(&nobody, &mut *blank).identity, nobody.expect, "nothing was written to it");
    let (mut other, _) = written(new_card, 13);
    assert_eq!(desk.write(&mut *other), Err(CardFault::WrongCard), "somebody else's");
    let read = CardTask::Read;
    assert_eq!(desk.run(&mut *other, read), Err(CardFault::WrongCard));
    let unlock = CardTask::Unlock { puk: VaultSlot::Puk, pin: VaultSlot::HolderPin };
    assert_eq!(desk.run(&mut *other, unlock), Err(CardFault::WrongCard), "no secret goes to the wrong card");

    // Before the CHUID is written the card has no name; a card that already is somebody's is still refused.
    let mut fresh = Desk::new(14, 1_000);
    fresh.expect.chip_serial = None;
    assert_eq!(fresh.write(&mut *other), Err(CardFault::WrongCard), "never written over");

    first.power_cycle();
    desk.write(&mut *first).expect("the right card goes on");
}

pub fn a_look_alike_fails_the_proof(new_card: Factory<'_>) {
    let (_, real) = written(new_card, 15);
    // The same GUID and the real card's certificates, over keys of its own.
    let (mut fake, mut desk) = written(new_card, 15);
    for slot in [Slot::Authentication, Slot::CardAuthentication] {
        desk.plan.certificates.insert(slot, real.plan.certificates[&slot].clone());
        let plan = Arc::new(desk.plan.clone());
        let write =
            CardTask::Encode { step: EncodeStep::WriteCertificate(slot), plan: Arc::clone(&plan), again: false };
        assert_eq!(desk.run(&mut *fake, write), Ok(CardAnswer::Encoded(StepEvidence::Done)));
        let prove = CardTask::Encode { step: EncodeStep::Prove(slot), plan, again: false };
        assert_eq!(desk.run(&mut *fake, prove), Err(CardFault::ProofFailed));
    }
    let honest =
        CardTask::Encode { step: EncodeStep::Prove(Slot::Signature), plan: Arc::new(desk.plan.clone()), again: false };
    assert_eq!(desk.run(&mut *fake, honest), Ok(CardAnswer::Encoded(StepEvidence::Done)));
}

pub fn a_face_too_large_is_left_out(new_card: Factory<'_>) {
    let mut card = new_card();
    let mut desk = Desk::new(16, card.face_too_large());
    desk.identify(&mut *card);
    desk.write(&mut *card).expect("the plan can live without a face");
    assert_eq!(desk.skipped, [EncodeStep::WriteFace]);
    assert!(desk.read_back.is_some());
}

pub fn a_key_made_again_unseen_is_noticed(new_card: Factory<'_>) {
    let (mut card, desk) = written(new_card, 17);
    let card = &mut *card;
    let step = |step, plan: &Arc<_>| CardTask::Encode { step, plan: Arc::clone(plan), again: false };
    let plan = Arc::new(desk.plan.clone());
    let slot = Slot::Signature;
    assert!(matches!(
        desk.run(card, step(EncodeStep::GenerateKey(slot), &plan)),
        Ok(CardAnswer::Encoded(StepEvidence::PublicKey(_)))
    ));
    assert_eq!(desk.run(card, step(EncodeStep::Prove(slot), &plan)), Err(CardFault::ProofFailed));
    assert_eq!(desk.run(card, step(EncodeStep::Request(slot), &plan)), Err(CardFault::ProofFailed));
    // A certificate of another key on the card is not what was planned either.
    let mut other = desk.plan.clone();
    let key = other.public_keys[&Slot::Authentication].clone();
    other.certificates.insert(slot, issue(&other, &key));
    let other = Arc::new(other);
    assert_eq!(desk.run(card, step(EncodeStep::ReadBack, &other)), Err(CardFault::ReadBackDiffers));
    let probe = CardTask::Probe { step: EncodeStep::WriteCertificate(slot), plan: other };
    assert_eq!(desk.run(card, probe), Ok(CardAnswer::Probed(Probe::NotDone)));
}
