//! Blanks that are not taken, a central that says no, cards that can't be written.

use super::blank::Refusal;
use super::permission::{WhyNot, why_not};
use super::*;
use crate::journey::input::ClockView;
use crate::wire::message::ProblemCode;

fn with_report(report: CardReport) -> World {
    let mut world = World::new(Issue::for_person(person()));
    world.instead.push(("read", Input::Card(EffectId(0), Ok(CardAnswer::Report(Box::new(report))))));
    world.insert();
    world
}

fn refusal(world: &World) -> Option<Refusal> {
    match &world.state().stage {
        Stage::Blank(Look::Refused(refusal)) => Some(*refusal),
        _ => None,
    }
}

#[test]
fn cards_that_are_no_blanks_of_the_stock_are_refused_with_the_reason() {
    // Without a serial the stock list can't tell a maker's CHUID from somebody's.
    let with_guid = |guid| CardReport {
        identity: CardIdentity { guid: Some(CardGuid(guid)), chip_serial: None },
        ..blank_report()
    };
    let no_piv = CardReport { is_piv: false, ..blank_report() };
    let unreadable = CardReport { unreadable: vec![Slot::Authentication], ..blank_report() };
    for (report, wanted) in [
        (with_guid([1; 16]), Refusal::SomebodysCard),
        (with_guid([0xAA; 16]), Refusal::OwnCard),
        (no_piv, Refusal::NotPiv),
        (unreadable, Refusal::SomebodysCard),
    ] {
        let world = with_report(report);
        assert_eq!(refusal(&world), Some(wanted));
        assert!(world.ran.is_empty());
    }
}

#[test]
fn a_blank_on_which_its_maker_wrote_a_chuid_is_taken_if_the_stock_list_has_its_serial() {
    let identity = CardIdentity { guid: Some(CardGuid([1; 16])), chip_serial: Some("77".to_owned()) };
    let world = with_report(CardReport { identity, ..blank_report() });
    assert_eq!(refusal(&world), None);
}

#[test]
fn what_central_says_of_the_stock_decides() {
    let stock = |series, used_for| {
        let batch = "B1".to_owned();
        Ok(CentralAnswer::Stock(StockRecord { batch, series, profile: "piv-p256".to_owned(), used_for }))
    };
    for (answer, wanted) in [
        (stock(6, None), Some(Refusal::OldSeries(6))),
        (stock(7, None), None),
        (stock(9, Some(GUID)), Some(Refusal::SomebodysCard)),
        (Err(CentralFault::Problem(ProblemCode::NotFound)), Some(Refusal::NotInStock)),
    ] {
        let mut world = World::new(Issue::for_person(person()));
        world.instead.push(("stock", Input::Central(EffectId(0), answer)));
        world.insert();
        assert_eq!(refusal(&world), wanted);
    }
}

#[test]
fn writing_does_not_start_without_clock_network_photo_or_for_oneself() {
    let mut world = World::new(Issue::for_person(person()));
    assert_eq!(why_not(world.state(), &world.desk), None);
    world.send(&Input::Clock(ClockView::Doubtful));
    assert_eq!(why_not(world.state(), &world.desk), Some(WhyNot::Clock));
    world.send(&Input::Clock(ClockView::Good));
    world.desk.sync.network = NetworkView::Offline(Millis(0));
    assert_eq!(why_not(world.state(), &world.desk), Some(WhyNot::Offline));
    world.key(Key::Enter);
    assert!(matches!(world.state().stage, Stage::Check(_)), "Enter does nothing then");
    let own = Person { number: Some(session().agent), ..person() };
    let world = World::new(Issue::for_person(own));
    assert_eq!(why_not(world.state(), &world.desk), Some(WhyNot::OwnCard));
}

#[test]
fn an_old_list_of_cancelled_cards_stops_writing_printing_and_hand_over_until_a_new_one_comes() {
    for until in [Some(Millis(-1)), None] {
        let mut world = World::new(Issue::for_person(person()));
        world.list(until);
        assert_eq!(why_not(world.state(), &world.desk), Some(WhyNot::OldList));
        world.key(Key::Enter);
        assert!(matches!(world.state().stage, Stage::Check(_)) && world.ran.is_empty());
        world.new_list();
        world.send(&Input::Key(Key::Enter));
        while world.ran.len() < 3 {
            world.answer_one().expect("stuck");
        }
        world.list(until);
        world.run();
        let ran = world.ran.len();
        assert_eq!(world.state().trouble, Some(Trouble::OldList), "in the middle of the writing");
        world.key(Key::F(5));
        assert_eq!((world.ran.len(), world.state().trouble), (ran, Some(Trouble::OldList)));
        world.new_list();
        assert!(matches!(world.state().stage, Stage::Print(_)), "{:?}", world.state().trouble);
        world.list(until);
        world.key(Key::Enter);
        assert_eq!((world.count("print_intended"), world.state().trouble), (0, Some(Trouble::OldList)));
        world.new_list();
        world.key(Key::Enter);
        world.key(Key::Char('1'));
        world.list(until);
        world.key(Key::Char('y'));
        assert_eq!(world.state().new_passcode().unwrap().trouble, Some(Trouble::OldList));
        world.new_list();
        world.choose_passcode();
        assert_eq!(world.state().stage, Stage::Live);
    }
}

#[test]
fn a_grant_that_is_refused_leads_back_to_the_check_and_nothing_is_written() {
    for code in [ProblemCode::AlreadyHasCard, ProblemCode::NotAllowed, ProblemCode::AwaitingPhoto] {
        let mut world = World::new(Issue::for_person(person()));
        world.instead.push(("grant", central_fault(CentralFault::Problem(code))));
        world.key(Key::Enter);
        assert!(matches!(world.state().stage, Stage::Check(_)), "{code:?}");
        assert_eq!(world.state().trouble, Some(Trouble::Central(CentralFault::Problem(code))));
        assert!(world.ran.is_empty() && world.facts.is_empty());
    }
}

#[test]
fn an_old_nonce_makes_the_agents_card_sign_anew() {
    let mut world = World::new(Issue::for_person(person()));
    world.instead.push(("grant", central_fault(CentralFault::Problem(ProblemCode::StaleNonce))));
    world.key(Key::Enter);
    world.key(Key::F(5));
    assert!(matches!(world.state().stage, Stage::Print(_)));
    assert_eq!(world.calls.iter().filter(|call| *call == "sign").count(), 2);
}

#[test]
fn a_certificate_that_is_refused_stops_the_writing_until_the_agent_decides() {
    let mut world = World::new(Issue::for_person(person()));
    world.instead.push(("enrolcard", central_fault(CentralFault::Problem(ProblemCode::NotAllowed))));
    world.key(Key::Enter);
    assert_eq!(world.state().trouble, Some(Trouble::Central(CentralFault::Problem(ProblemCode::NotAllowed))));
    world.key(Key::Char('s'));
    assert_eq!(world.count("card_spoilt"), 0, "asked first");
    world.key(Key::Esc);
    world.key(Key::Char('s'));
    world.key(Key::Char('y'));
    assert_eq!(world.count("card_spoilt"), 1);
    assert!(matches!(world.state().stage, Stage::Spoilt { .. }));
}

#[test]
fn a_central_that_is_gone_in_the_middle_is_waited_for_or_the_card_is_parked_half_written() {
    let mut world = World::new(Issue::for_person(person()));
    world.instead.push(("enrolcard", central_fault(CentralFault::Unreachable)));
    world.key(Key::Enter);
    assert_eq!(world.state().trouble, Some(Trouble::Central(CentralFault::Unreachable)));
    let ran = world.ran.len();
    world.key(Key::F(3));
    assert!(matches!(world.desk.place, Place::Home(_)), "parked");
    world.open();
    assert!(matches!(world.state().stage, Stage::Print(_)), "{:?}", world.state().trouble);
    assert!(world.ran.len() > ran);
}

#[test]
fn a_key_that_is_not_the_one_on_record_is_made_again_but_not_for_ever() {
    let mut world = World::new(Issue::for_person(person()));
    world.instead.push(("request_9c", card_fault(CardFault::ProofFailed)));
    world.key(Key::Enter);
    assert!(matches!(world.state().stage, Stage::Print(_)), "{:?}", world.state().trouble);
    let made = world.ran.iter().filter(|(s, _)| *s == EncodeStep::GenerateKey(Slot::Signature)).count();
    assert_eq!(made, 2);
    let mut world = World::new(Issue::for_person(person()));
    for _ in 0..3 {
        world.instead.push(("prove_9a", card_fault(CardFault::ProofFailed)));
    }
    world.key(Key::Enter);
    assert_eq!(world.state().trouble, Some(Trouble::Card(CardFault::ProofFailed)));
}

#[test]
fn a_read_back_that_differs_looks_at_every_object_again() {
    let mut world = World::new(Issue::for_person(person()));
    world.instead.push(("read_back", card_fault(CardFault::ReadBackDiffers)));
    world.key(Key::Enter);
    assert!(matches!(world.state().stage, Stage::Print(_)), "{:?}", world.state().trouble);
    assert!(world.calls.iter().filter(|call| *call == "probe").count() > 4);
    assert_eq!(world.count("card_written"), 1);
}

#[test]
fn no_further_try_is_offered_where_it_would_spend_one_of_the_cards() {
    for fault in [CardFault::WrongManagementKey, CardFault::WrongPuk { left: 2 }, CardFault::PukBlocked] {
        let mut world = World::new(Issue::for_person(person()));
        world.instead.push(("set_puk", card_fault(fault)));
        world.key(Key::Enter);
        let keys: Vec<&str> = commands(world.state(), &world.desk).iter().map(|c| c.id).collect();
        assert!(!keys.contains(&"retry") && keys.contains(&"declare-spoilt"), "{fault:?} {keys:?}");
    }
}

#[test]
fn a_face_without_room_and_a_kept_9b_are_part_of_the_record_and_no_failure() {
    let skipped = || Input::Card(EffectId(0), Ok(CardAnswer::Encoded(StepEvidence::Skipped)));
    let mut world = World::new(Issue::for_person(person()));
    world.instead.extend([("write_face", skipped()), ("set_management_key", skipped())]);
    world.key(Key::Enter);
    assert!(matches!(world.facts.last(), Some(Fact::CardWritten { static_9b: true, .. })), "{:?}", world.facts);
    let work = world.state().card.as_ref().unwrap().work.as_ref().unwrap();
    assert_eq!(work.plan.face_jpeg, None);
}

#[test]
fn a_card_is_not_handed_over_to_somebody_else_or_unseen() {
    let mut world = World::new(Issue::continue_card(record(CardStatus::PrintedNotHandedOver), None));
    world.key(Key::Enter);
    assert_eq!(world.state().stage, Stage::Likeness, "no answer is the default");
    world.key(Key::Char('n'));
    assert!(world.closed);
    assert_eq!(world.count("handed_over"), 0);
    let mut world = World::new(Issue::for_person(person()));
    world.desk.visits.first_mut().unwrap().job =
        Job::Issue(Box::new(Issue::continue_card(record(CardStatus::PrintedNotHandedOver), None)));
    world.instead.push(("photo", central_fault(CentralFault::Unreachable)));
    world.open();
    world.key(Key::Char('y'));
    assert_eq!(world.state().stage, Stage::Likeness, "nobody is recognised without a photo");
    world.key(Key::F(5));
    world.key(Key::Char('y'));
    assert!(matches!(world.state().stage, Stage::Passcode(_)));
}

#[test]
fn a_card_that_central_has_as_handed_over_is_nothing_to_go_on_with() {
    let mut world = World::new(Issue::continue_card(record(CardStatus::PrintedNotHandedOver), None));
    world.instead.push(("release", central_fault(CentralFault::Problem(ProblemCode::HandedOver))));
    world.key(Key::Char('y'));
    assert_eq!(world.state().stage, Stage::NothingToDo(CardStatus::Issued));
    world.key(Key::Enter);
    assert!(world.closed, "and it does not stay parked for ever");
}

#[test]
fn another_card_put_in_while_nothing_runs_is_noticed_at_once() {
    type Way = fn(&mut World);
    let ways: [Way; 4] = [
        |_| {},
        |w| {
            w.polls = vec![JobState::Aborted].into();
            w.key(Key::Enter);
        },
        |w| {
            w.key(Key::Enter);
            w.key(Key::Char('1'));
        },
        |w| {
            w.key(Key::Enter);
            w.key(Key::Char('1'));
            w.key(Key::Char('y'));
        },
    ];
    for (at, way) in ways.into_iter().enumerate() {
        let mut world = World::new(Issue::for_person(person()));
        world.print_ready();
        way(&mut world);
        let stage = std::mem::discriminant(&world.state().stage);
        let other = |w: &World| {
            w.state().has_another_card() || w.state().new_passcode().is_some_and(NewPasscode::has_another_card)
        };
        world.pull();
        world.instead.push(("read", card_fault(CardFault::WrongCard)));
        world.insert();
        assert!(other(&world), "way {at}: {:?}", world.state().stage);
        assert_eq!(std::mem::discriminant(&world.state().stage), stage, "way {at}: nothing else is lost");
        world.pull();
        assert!(!other(&world), "way {at}");
        world.insert();
        assert!(!other(&world), "way {at}: the right one");
    }
}

#[test]
fn a_card_whose_puk_nobody_knows_is_spoilt_at_hand_over() {
    let mut world = World::new(Issue::continue_card(record(CardStatus::PrintedNotHandedOver), None));
    world.key(Key::Char('y'));
    world.instead.push(("unlock", card_fault(CardFault::PukBlocked)));
    world.choose_passcode();
    assert!(matches!(&world.state().stage, Stage::Spoilt { reason, .. } if reason == "puk_unknown"));
    assert_eq!((world.count("card_spoilt"), world.count("handed_over")), (1, 0));
}
