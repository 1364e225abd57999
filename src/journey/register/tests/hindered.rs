//! Central refuses, the camera fails, the clock is wrong, the agent's card is gone.

use super::*;

fn refused(reason: RefusalReason) -> Option<Outcome> {
    Some(Outcome::Refused { reason })
}

fn made() -> Option<Outcome> {
    Some(Outcome::PersonMade { person: PersonId(Uuid::from_u128(8)), number: number() })
}

#[test]
fn a_refused_duplicate_is_corrected_and_sent_again_with_nothing_typed_twice() {
    let mut world = World::new();
    world.outcomes = VecDeque::from([refused(RefusalReason::PossibleDuplicate), made()]);
    world.all_answers();
    world.submit();
    assert_eq!(world.state().stage, Stage::Refused(RefusalReason::PossibleDuplicate));
    world.key(Key::Enter);
    assert_eq!(world.state().stage, Stage::Find);
    assert_eq!(world.state().find.text("family"), "Wyn");
    world.typed("|1");
    assert_eq!(world.state().stage, Stage::Tasks);
    assert!(tasks::missing(world.state()).is_empty());
    world.submit();
    let sent = world.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].person, sent[1].person);
    assert!(matches!(world.desk.visit(world.visit).unwrap().job, Job::Issue(_)));
}

#[test]
fn a_refused_duplicate_found_after_all_is_used() {
    let mut world = World::new();
    world.outcomes = VecDeque::from([refused(RefusalReason::DocumentInUse)]);
    world.all_answers();
    world.submit();
    world.hits = vec![hit(None)];
    world.typed("||1|");
    assert!(matches!(world.desk.visit(world.visit).unwrap().job, Job::Issue(_)));
    assert_eq!(world.sent().len(), 1);
}

#[test]
fn every_refusal_leads_to_where_it_is_mended_and_can_be_left_or_ended() {
    for (reason, stage) in [
        (RefusalReason::PossibleDuplicate, Stage::Find),
        (RefusalReason::MaybeHere, Stage::Find),
        (RefusalReason::DocumentInUse, Stage::Find),
        (RefusalReason::EvidenceNotMet, Stage::Documents),
        (RefusalReason::NotAllowed, Stage::Tasks),
        (RefusalReason::BadSignature, Stage::Tasks),
        (RefusalReason::ContentDiffers, Stage::Tasks),
        (RefusalReason::NotFound, Stage::Tasks),
        (RefusalReason::OwnedByEsr, Stage::Tasks),
    ] {
        let mut world = World::new();
        world.outcomes.push_back(refused(reason));
        world.all_answers();
        world.submit();
        world.restart();
        assert_eq!(world.state().stage, Stage::Refused(reason));
        world.key(Key::Enter);
        assert_eq!(world.state().stage, stage, "{reason:?}");
    }
    let mut world = World::new();
    world.outcomes.push_back(refused(RefusalReason::OwnedByEsr));
    world.all_answers();
    world.submit();
    world.typed("xy");
    assert!(matches!(world.facts.last(), Some(Fact::VisitAbandoned { reason, .. }) if reason == "refused"));
}

#[test]
fn a_word_of_central_that_is_neither_yes_nor_no_goes_to_support() {
    for outcome in [Outcome::Applied, Outcome::WithoutAuthority, Outcome::NotUnderstood, Outcome::VoidAfterRevocation] {
        let mut world = World::new();
        world.outcomes.push_back(Some(outcome));
        world.all_answers();
        world.submit();
        assert_eq!(world.state().stage, Stage::Flagged);
    }
}

#[test]
fn with_the_clock_in_doubt_all_is_captured_and_nothing_is_sent() {
    let mut world = World::new();
    world.send(&Input::Clock(ClockView::Doubtful));
    world.all_answers();
    world.typed("|");
    assert_eq!((world.state().stage, world.state().notice), (Stage::Tasks, Some("register-clock")));
    assert_eq!(tasks::status(world.state(), &world.desk, TaskId::Check), tasks::TaskStatus::Clock);
    world.send(&Input::Clock(ClockView::Good));
    world.typed("||");
    world.send(&Input::Clock(ClockView::Doubtful));
    world.typed("y");
    assert!(world.sent().is_empty());
    assert!(world.asked.iter().all(|call| call != "Nonce"));
}

#[test]
fn a_key_typed_ahead_does_not_send() {
    let mut world = World::new();
    world.all_answers();
    world.typed("|");
    world.hold = true;
    world.key(Key::Enter);
    assert!(world.pending.iter().any(|effect| matches!(effect, Effect::FlushKeys)));
    assert_eq!(danger(world.state()), Some("register-send"));
    world.hold = false;
    world.typed("|||");
    assert_eq!(world.state().stage, Stage::Confirm);
    assert!(world.sent().is_empty());
}

#[test]
fn without_the_agents_signature_nothing_is_sent_and_the_answers_stay() {
    let mut world = World::new();
    world.all_answers();
    world.agent_card = false;
    world.submit();
    assert_eq!(world.state().stage, Stage::Check);
    assert!(matches!(world.state().trouble, Some(Trouble::AgentCard(_))));
    assert!(world.sent().is_empty());
    world.agent_card = true;
    world.outcomes.push_back(made());
    world.typed("|y");
    assert_eq!(world.sent().len(), 1);
}

#[test]
fn a_card_pulled_while_it_signs_sends_nothing_and_the_visit_waits_at_the_check_page() {
    let mut world = World::new();
    world.all_answers();
    world.typed("||");
    world.hold = true;
    world.typed("y");
    assert_eq!(world.state().stage, Stage::Signing);
    world.send(&Input::Reader(ReaderRole::Agent, ReaderChange::Empty));
    world.hold = false;
    world.run();
    assert!(world.sent().is_empty());
    world.restart();
    assert_eq!((world.state().stage, world.state().notice), (Stage::Check, Some("register-not-sent")));
}

#[test]
fn a_stop_right_after_sending_asks_for_the_word_and_sends_nothing_twice() {
    let mut world = World::new();
    world.all_answers();
    world.sync = Err(CentralFault::Timeout);
    world.submit();
    world.sync = Ok(());
    world.outcomes.push_back(made());
    world.restart();
    assert!(matches!(world.desk.visit(world.visit).unwrap().job, Job::Issue(_)));
    assert_eq!(world.sent().len(), 1);
}

#[test]
fn each_fault_of_the_camera_is_said_and_stays_until_there_is_a_picture() {
    for fault in [
        CameraFault::FolderGone,
        CameraFault::Empty,
        CameraFault::NotAPicture,
        CameraFault::TooManyBytes,
        CameraFault::TooManyPixels { megapixels: 100 },
        CameraFault::TooSmall,
        CameraFault::Unreadable,
    ] {
        let mut world = World::new();
        world.find_nobody();
        world.details();
        world.documents();
        world.pictures = VecDeque::from([Err(fault.clone()), Err(CameraFault::NothingYet), Ok(())]);
        world.typed("||");
        assert_eq!(world.state().photo.fault.as_ref(), Some(&fault));
        world.timer(TimerName::CameraPoll);
        assert_eq!(world.state().photo.fault.as_ref(), Some(&fault));
        world.timer(TimerName::CameraPoll);
        assert_eq!(world.state().photo.fault, None);
        assert!(world.state().photo.frame.is_some());
        assert!(!world.timers.contains(&TimerName::CameraPoll));
    }
}

#[test]
fn an_empty_folder_is_looked_into_again_only_while_its_page_is_shown() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.documents();
    world.pictures.clear();
    world.typed("||");
    assert!(world.timers.contains(&TimerName::CameraPoll));
    world.key(Key::Esc);
    assert!(!world.timers.contains(&TimerName::CameraPoll));
    world.pictures.push_back(Ok(()));
    world.send(&Input::Timer(TimerName::CameraPoll));
    world.run();
    assert_eq!(world.pictures.len(), 1);
    // A desk without a camera is not asked again and again.
    world.pictures = VecDeque::from([Err(CameraFault::NotSetUp)]);
    world.typed("4|");
    assert_eq!(world.state().photo.fault, Some(CameraFault::NotSetUp));
    assert!(!world.timers.contains(&TimerName::CameraPoll));
}

#[test]
fn a_photo_with_a_warning_needs_a_reason_and_one_that_is_refused_is_not_taken() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.documents();
    world.quality = MeasureVerdict::Refuse;
    world.typed("|||");
    assert_eq!((world.state().stage, world.state().notice), (Stage::Photo, Some("photo-refused")));
    world.quality = MeasureVerdict::Warn;
    world.pictures.push_back(Ok(()));
    world.key(Key::F(5));
    world.typed("|");
    assert_eq!(world.state().stage, Stage::Reason);
    world.typed("|");
    assert_eq!(world.kept_photos, 0);
    world.typed("One window only|");
    assert_eq!(world.state().stage, Stage::Likeness);
    world.typed("y");
    world.outcomes.push_back(made());
    world.terms();
    world.submit();
    assert_eq!(world.sent()[0].photo_reason.as_deref(), Some("One window only"));
}

#[test]
fn the_frame_moves_with_the_arrows_and_is_measured_again() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.documents();
    world.typed("||");
    let first = world.state().photo.frame.clone().unwrap().crop;
    world.key(Key::Char('-'));
    world.key(Key::Left);
    world.key(Key::Down);
    let moved = world.state().photo.frame.clone().unwrap();
    assert!(moved.crop.width() < first.width() && !moved.moved && moved.preview.is_some());
    // Keys faster than the camera: one look at a time, and the last frame is looked at.
    world.hold = true;
    for _ in 0..5 {
        world.key(Key::Up);
    }
    assert_eq!(world.pending.len(), 1);
    world.typed("|");
    assert_eq!(world.state().notice, Some("photo-measuring"));
    world.hold = false;
    world.run();
    assert!(!world.state().photo.frame.clone().unwrap().moved);
}

#[test]
fn a_photo_that_is_not_the_person_is_taken_again() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.documents();
    world.typed("|||n");
    assert_eq!((world.state().stage, world.state().photo.kept.is_none()), (Stage::Photo, true));
}

#[test]
fn a_picture_left_at_the_camera_is_not_taken_up_again_for_another_holder() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.documents();
    world.typed("||");
    assert!(world.state().photo.frame.is_some());
    world.key(Key::F(3));
    world.open();
    assert_eq!((world.state().stage, world.state().photo.frame.is_none()), (Stage::Photo, true));
}

#[test]
fn a_stop_between_keeping_and_sealing_the_photo_seals_it_afterwards() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.documents();
    world.typed("||");
    world.hold = true;
    world.typed("|");
    let keep = world.pending.pop_front().unwrap();
    let answered = world.answer(keep).unwrap();
    world.send(&answered);
    assert_eq!(world.state().photo.kept.as_ref().unwrap().digest, None);
    world.hold = false;
    world.restart();
    assert!(world.state().photo.kept.as_ref().unwrap().digest.is_some());
    assert!(world.state().photo.shown.is_some());
    world.typed("y");
    assert!(photo::is_done(world.state()));
}

#[test]
fn central_out_of_reach_during_the_search_leaves_the_desks_own_list() {
    let mut world = World::new();
    world.sync = Err(CentralFault::Timeout);
    world.typed("A|Wyn|12081986|");
    assert!(!world.state().found.as_ref().unwrap().by_central);
    let mut world = World::new();
    world.sync = Err(CentralFault::NotTrusted);
    world.typed("A|Wyn|12081986|");
    assert_eq!(world.state().trouble, Some(Trouble::Central(CentralFault::NotTrusted)));
    assert_eq!(world.state().stage, Stage::Find);
}
