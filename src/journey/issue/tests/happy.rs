//! The way without a hindrance.

use super::*;

#[test]
fn a_card_is_written_printed_and_handed_over_in_this_order_on_the_wire() {
    let mut world = World::new(Issue::for_person(person()));
    world.print_ready();
    world.hand_over();
    let kinds: Vec<&str> = world.facts.iter().map(Fact::kind).collect();
    let wanted = ["write_intended", "card_written", "print_intended", "printed_good", "reset_intended", "handed_over"];
    assert_eq!(kinds, wanted);
    assert!(matches!(world.facts.last(), Some(Fact::HandedOver { puk_n: 2, likeness_confirmed: true, .. })));
    world.key(Key::Enter);
    assert!(world.closed && world.desk.visits.is_empty());
}

#[test]
fn every_step_runs_once_in_the_order_of_the_plan_and_is_journalled_before_and_after() {
    let mut world = World::new(Issue::for_person(person()));
    world.print_ready();
    let steps: Vec<EncodeStep> = world.ran.iter().map(|(step, _)| *step).collect();
    assert_eq!(steps, world.state().card.as_ref().unwrap().work.as_ref().unwrap().plan.steps());
    assert!(world.ran.iter().all(|(_, again)| !again));
    let words: Vec<(String, JournalPhase)> =
        world.journal.iter().filter(|(op, ..)| op == "encode").map(|(_, s, p)| (s.clone(), *p)).collect();
    let wanted: Vec<(String, JournalPhase)> = steps
        .iter()
        .flat_map(|s| [JournalPhase::Sent, JournalPhase::Confirmed].map(|p| (write::step_word(*s), p)))
        .collect();
    assert_eq!(words, wanted);
}

#[test]
fn the_intent_is_on_record_before_the_first_byte_reaches_the_card() {
    let mut world = World::new(Issue::for_person(person()));
    world.send(&Input::Key(Key::Enter));
    while world.ran.is_empty() {
        world.answer_one().expect("the card was never reached");
    }
    assert_eq!(world.count("write_intended"), 1);
}

#[test]
fn a_written_card_and_a_printed_card_are_gone_on_with_from_the_record() {
    let mut world = World::new(Issue::continue_card(record(CardStatus::WrittenNotPrinted), None));
    world.hand_over();
    assert_eq!((world.count("card_written"), world.count("handed_over")), (0, 1));
    let mut world = World::new(Issue::continue_card(record(CardStatus::PrintedNotHandedOver), None));
    assert_eq!(world.state().stage, Stage::Likeness);
    world.key(Key::Char('y'));
    world.choose_passcode();
    assert_eq!(world.count("handed_over"), 1);
}

#[test]
fn a_half_written_card_is_looked_at_step_by_step_and_what_is_done_is_not_done_again() {
    let mut world = World::new(Issue::for_person(person()));
    world.print_ready();
    let issue = Issue::continue_card(record(CardStatus::Granted), None);
    let other = World::with_card(issue, Some(session()), world.card.clone());
    assert!(matches!(other.state().stage, Stage::Print(_)), "{:?}", other.state().stage);
    assert!(other.ran.iter().all(|(_, again)| *again), "{:?}", other.ran);
    assert!(!other.ran.iter().any(|(step, _)| *step == EncodeStep::WriteChuid));
}

#[test]
fn cards_that_need_nothing_are_said_so() {
    for status in [CardStatus::Issued, CardStatus::Spoilt, CardStatus::Cancelled] {
        let world = World::new(Issue::continue_card(record(status), None));
        assert_eq!(world.state().stage, Stage::NothingToDo(status));
        assert!(world.facts.is_empty() && world.ran.is_empty());
    }
}

#[test]
fn the_first_managers_card_needs_no_session_and_signs_for_itself() {
    let mut world = World::with(Issue::bootstrap(), None);
    assert!(matches!(world.state().stage, Stage::Check(_)), "{:?}", world.state().stage);
    world.key(Key::Enter);
    assert!(world.calls.contains(&"bootstrap".to_owned()) && !world.calls.contains(&"grant".to_owned()));
    world.key(Key::Enter);
    world.key(Key::Char('1'));
    world.key(Key::Enter);
    world.choose_passcode();
    let Some(Fact::HandedOver { act, .. }) = world.facts.last() else { panic!("{:?}", world.facts) };
    assert_eq!(act.certificate, certificate(&world.key));
    assert_eq!(
        act.statement.content,
        crate::wire::act::content(world.facts.last().unwrap()),
        "signed is what was said"
    );
    assert!(!world.desk.about.no_manager_yet);
}

#[test]
fn the_first_managers_card_sets_a_new_random_passcode_when_the_desk_stopped_before_it_could_sign() {
    let mut world = World::with(Issue::bootstrap(), None);
    world.key(Key::Enter);
    world.key(Key::Enter);
    world.key(Key::Char('1'));
    world.restart();
    world.instead.push(("verify", card_fault(CardFault::SecretMissing)));
    world.key(Key::Enter);
    assert!(world.ran.ends_with(&[(EncodeStep::SetEncodePin, true)]), "{:?}", world.ran.last());
    assert_eq!(world.count("card_written"), 1);
    world.key(Key::Enter);
    world.choose_passcode();
    assert_eq!(world.count("handed_over"), 1);
}
