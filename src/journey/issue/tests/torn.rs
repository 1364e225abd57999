//! Cards pulled, desks stopped, agents gone: at every place.

use super::*;

/// How many tasks the card gets from the blank to the last rotation.
fn tasks() -> usize {
    let mut world = World::new(Issue::for_person(person()));
    world.print_ready();
    world.hand_over();
    world.steps
}

/// No step runs a second time without being told that it may have run.
fn never_blindly(world: &World) {
    let mut seen = BTreeSet::new();
    for (step, again) in &world.ran {
        assert!(*again || seen.insert(*step), "{step:?} ran twice without a word: {:?}", world.ran);
        seen.insert(*step);
    }
}

/// Drives to the end, putting the card back and looking where the visit wants it.
fn finish(world: &mut World) {
    for _ in 0..40 {
        if world.state().trouble.is_some_and(Trouble::is_about_the_place_of_the_card)
            || world.state().new_passcode().is_some_and(|o| o.trouble.is_some())
        {
            world.pull();
            world.insert();
        }
        match &world.state().stage {
            Stage::Check(_) => world.key(Key::Enter),
            Stage::Print(print) => match print.step {
                print::PrintStep::Look { .. } => world.key(Key::Char('1')),
                _ => world.key(Key::Enter),
            },
            Stage::Likeness => world.key(Key::Char('y')),
            Stage::Passcode(operation) if operation.is_holders_turn() => world.choose_passcode(),
            Stage::Live => return,
            _ => world.run(),
        }
    }
    panic!("never done: {:?} {:?}", world.state().stage, world.state().trouble);
}

fn one_of_each(world: &World) {
    for kind in ["write_intended", "card_written", "printed_good", "reset_intended", "handed_over"] {
        assert_eq!(world.count(kind), 1, "{kind} at {:?}", world.facts.iter().map(Fact::kind).collect::<Vec<_>>());
    }
    assert_eq!(world.count("card_spoilt"), 0);
}

#[test]
fn a_card_pulled_at_any_task_before_or_after_it_took_effect_is_finished_when_it_is_back() {
    for at in 0..tasks() {
        for tear in [Tear::Before, Tear::After] {
            let mut world = World::new(Issue::for_person(person()));
            world.steps = 0;
            world.tear = Some((at, tear));
            if at == 0 {
                // The reading of the blank itself: nothing was begun yet.
                world.insert();
            }
            finish(&mut world);
            never_blindly(&world);
            one_of_each(&world);
        }
    }
}

#[test]
fn a_desk_that_stops_after_any_answer_or_just_before_it_hears_it_goes_on_from_there() {
    let mut stopped = 0;
    for at in 0..200 {
        for heard in [true, false] {
            let mut world = World::new(Issue::for_person(person()));
            world.send(&Input::Key(Key::Enter));
            for _ in 0..at {
                world.answer_one();
            }
            if !heard {
                world.lose_one();
            }
            world.restart();
            finish(&mut world);
            never_blindly(&world);
            one_of_each(&world);
            stopped = at;
        }
        if stopped > 35 {
            break;
        }
    }
    assert!(stopped > 35, "the whole writing and the render were covered: {stopped}");
}

#[test]
fn a_desk_that_stops_in_any_stage_of_printing_and_hand_over_goes_on_from_there() {
    let mut world = World::new(Issue::for_person(person()));
    world.print_ready();
    world.restart();
    assert!(matches!(world.state().stage, Stage::Print(_)));
    world.key(Key::Enter);
    world.restart();
    world.key(Key::Char('1'));
    world.restart();
    assert_eq!(world.state().stage, Stage::Likeness);
    world.key(Key::Char('y'));
    world.restart();
    assert_eq!(world.state().stage, Stage::Likeness, "whoever sits there now is looked at");
    world.key(Key::Char('y'));
    world.choose_passcode();
    world.restart();
    assert_eq!(world.state().stage, Stage::Live);
    one_of_each(&world);
    assert_eq!(world.count("print_intended"), 1);
}

#[test]
fn after_a_restart_the_secrets_are_fetched_again_and_the_random_passcode_is_set_anew() {
    let mut world = World::new(Issue::for_person(person()));
    world.tear = Some((world.steps + 8, Tear::After));
    world.key(Key::Enter);
    let grants = |world: &World| world.calls.iter().filter(|c| *c == "grantagain").count();
    assert_eq!(grants(&world), 0);
    world.restart();
    assert_eq!(grants(&world), 1);
    let passcodes: Vec<bool> =
        world.ran.iter().filter(|(s, _)| *s == EncodeStep::SetEncodePin).map(|(_, again)| *again).collect();
    assert_eq!(passcodes, [false, true]);
    finish(&mut world);
    one_of_each(&world);
}

#[test]
fn another_card_put_in_is_said_so_and_the_right_one_goes_on() {
    let mut world = World::new(Issue::for_person(person()));
    world.tear = Some((world.steps + 5, Tear::Before));
    world.key(Key::Enter);
    assert_eq!(world.state().trouble, Some(Trouble::Card(CardFault::Removed)));
    let ran = world.ran.len();
    world.pull();
    let step = write::step_word(world.state().card.as_ref().unwrap().work.as_ref().unwrap().next_step().unwrap());
    world.instead.push(("probe", card_fault(CardFault::WrongCard)));
    world.insert();
    assert_eq!(world.state().trouble, Some(Trouble::Card(CardFault::WrongCard)), "{step}");
    assert_eq!(world.ran.len(), ran, "nothing was written on it");
    world.pull();
    finish(&mut world);
    never_blindly(&world);
    one_of_each(&world);
}

#[test]
fn every_task_on_the_card_bears_the_serial_first_and_the_guid_once_it_is_written() {
    let mut world = World::new(Issue::for_person(person()));
    world.send(&Input::Key(Key::Enter));
    let mut expected = Vec::new();
    while !matches!(world.state().stage, Stage::Print(_)) {
        for effect in &world.pending {
            if let Effect::Card { task: CardTask::Encode { step, .. }, expect, .. } = effect {
                expected.push((*step, expect.clone().unwrap()));
            }
        }
        world.answer_one().expect("stuck");
    }
    for (step, expect) in expected {
        let guid = (step != EncodeStep::WriteChuid).then_some(GUID);
        assert_eq!(expect, CardIdentity { guid, chip_serial: Some("77".to_owned()) }, "{step:?}");
    }
}

#[test]
fn an_agents_card_pulled_in_the_middle_ends_the_running_step_and_starts_nothing() {
    let mut world = World::new(Issue::for_person(person()));
    world.send(&Input::Key(Key::Enter));
    while world.ran.len() < 3 {
        world.answer_one().expect("stuck");
    }
    assert_eq!(world.on_the_card(), 1, "a step is running");
    world.send(&Input::Reader(ReaderRole::Agent, ReaderChange::Empty));
    let running = world.ran.len() + 1;
    world.run();
    assert_eq!(world.ran.len(), running, "the running step ended and no other began");
    let last = world.journal.last().unwrap();
    assert_eq!((last.0.as_str(), last.2), ("encode", JournalPhase::Confirmed));
    // The agent is back.
    world.desk.session = Some(session());
    world.open();
    finish(&mut world);
    never_blindly(&world);
    one_of_each(&world);
}

#[test]
fn who_takes_the_visit_over_looks_and_signs_in_their_own_name() {
    let colleague = Session { certificate: vec![2], agent: "555100000002".parse().unwrap(), ..session() };
    let mut world = World::new(Issue::continue_card(record(CardStatus::PrintedNotHandedOver), None));
    world.key(Key::Char('y'));
    assert!(world.state().is_holders_turn());
    world.send(&Input::Reader(ReaderRole::Agent, ReaderChange::Empty));
    world.run();
    world.desk.session = Some(colleague.clone());
    world.open();
    assert_eq!(world.state().stage, Stage::Likeness);
    world.key(Key::Char('y'));
    world.choose_passcode();
    let Some(Fact::HandedOver { act, .. }) = world.facts.last() else { panic!("{:?}", world.facts) };
    assert_eq!(act.certificate, colleague.certificate);
    let mut world = World::new(Issue::for_person(person()));
    world.instead.push(("grant", central_fault(CentralFault::Timeout)));
    world.key(Key::Enter);
    world.desk.session = Some(colleague);
    world.open();
    assert_eq!(world.calls.iter().filter(|call| *call == "sign").count(), 2, "{:?}", world.calls);
}
