//! The card pulled at every single APDU of a whole personalisation, before and after it is executed.

use std::sync::Arc;

use ra_desk::card::task::{CardAnswer, CardFault, CardTask, EncodeStep, Probe, StepEvidence};
use ra_desk::domain::VaultSlot;

use super::desk::Desk;
use super::people::{report, verify, written};
use super::{Cut, Factory, TestCard};

pub fn a_tear_before_or_after_any_apdu_ends_in_the_same_card(new_card: Factory<'_>) {
    let (whole, stride, reference) = {
        let mut card = new_card();
        let mut desk = Desk::new(20, 600);
        desk.identify(&mut *card);
        let before = card.executed();
        desk.write(&mut *card).unwrap();
        (card.executed() - before, card.tear_stride(), desk)
    };
    for index in (0..whole).step_by(stride) {
        for cut in [Cut::Before(index), Cut::After(index)] {
            let mut card = new_card();
            let mut desk = Desk::new(20, 600);
            desk.identify(&mut *card);
            card.cut(cut);
            assert_eq!(desk.write(&mut *card), Err(CardFault::Removed), "{cut:?}");
            card.power_cycle();
            if let Err(fault) = desk.write(&mut *card) {
                panic!("{cut:?}: resumed at step {} and got {fault}", desk.confirmed);
            }
            finished(&reference, &desk, &mut *card, cut);
        }
    }
    // The gate itself: a card left torn is not a finished one.
    let (_, other) = written(new_card, 21);
    assert_ne!(other.read_back, reference.read_back);
}

/// The end state does not depend on where the tear was.
fn finished(reference: &Desk, desk: &Desk, card: &mut dyn TestCard, cut: Cut) {
    assert!(desk.read_back.is_some(), "{cut:?}");
    assert_eq!(desk.plan.steps(), reference.plan.steps(), "{cut:?}");
    assert_eq!(desk.skipped, reference.skipped, "{cut:?}");
    card.power_cycle();
    let report = report(desk, card);
    assert_eq!(report.identity.guid, Some(reference.plan.guid), "{cut:?}");
    assert_eq!(report.certificates.len(), 4, "{cut:?}");
    let own_key = CardTask::Probe { step: EncodeStep::SetManagementKey, plan: Arc::new(desk.plan.clone()) };
    assert_eq!(desk.run(card, own_key), Ok(CardAnswer::Probed(Probe::Done)), "{cut:?}");
    assert_eq!(verify(desk, card, VaultSlot::EncodePin), Ok(CardAnswer::Verified), "{cut:?}");
    let rotate = CardTask::RotatePuk { from: VaultSlot::Puk, to: VaultSlot::NextPuk };
    assert_eq!(desk.run(card, rotate), Ok(CardAnswer::Done), "{cut:?}");
}

pub fn steps_repeated_after_they_were_done_do_no_harm(new_card: Factory<'_>) {
    let (mut card, desk) = written(new_card, 22);
    let card = &mut *card;
    let plan = Arc::new(desk.plan.clone());
    for step in desk.plan.steps() {
        if matches!(step, EncodeStep::GenerateKey(_)) {
            continue; // made again it is another key, on purpose
        }
        card.power_cycle();
        let again = CardTask::Encode { step, plan: Arc::clone(&plan), again: true };
        match desk.run(card, again) {
            Ok(CardAnswer::Encoded(StepEvidence::ReadBack(hash))) => assert_eq!(Some(hash), desk.read_back),
            Ok(CardAnswer::Encoded(StepEvidence::Done | StepEvidence::Request(_))) => {}
            other => panic!("{step:?}: {other:?}"),
        }
    }
}

/// Passcode set and PUK rotated, torn anywhere; recovery asks with the newer PUK first (design, "PUK").
pub fn a_tear_in_the_hand_over_is_recovered_with_tries_to_spare(new_card: Factory<'_>) {
    let unlock = |puk| CardTask::Unlock { puk, pin: VaultSlot::HolderPin };
    let rotate = CardTask::RotatePuk { from: VaultSlot::Puk, to: VaultSlot::NextPuk };
    let hand_over = |desk: &Desk, card: &mut dyn TestCard| {
        desk.run(card, unlock(VaultSlot::Puk))?;
        desk.run(card, rotate.clone())
    };
    let (mut card, desk) = written(new_card, 23);
    let before = card.executed();
    hand_over(&desk, &mut *card).unwrap();
    let whole = card.executed() - before;
    for index in 0..whole {
        for cut in [Cut::Before(index), Cut::After(index)] {
            let (mut card, desk) = written(new_card, 23);
            card.cut(cut);
            assert_eq!(hand_over(&desk, &mut *card), Err(CardFault::Removed), "{cut:?}");
            card.power_cycle();
            match desk.run(&mut *card, unlock(VaultSlot::NextPuk)) {
                Ok(_) => {}
                Err(CardFault::WrongPuk { left }) if left > 1 => {
                    hand_over(&desk, &mut *card).unwrap_or_else(|fault| panic!("{cut:?}: {fault}"));
                }
                other => panic!("{cut:?}: {other:?}"),
            }
            assert_eq!(verify(&desk, &mut *card, VaultSlot::HolderPin), Ok(CardAnswer::Verified), "{cut:?}");
            assert_eq!(desk.run(&mut *card, unlock(VaultSlot::NextPuk)), Ok(CardAnswer::Done), "{cut:?}");
        }
    }
}
