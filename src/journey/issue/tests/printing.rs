//! Printing exactly once: what the printer says after a stop, against what the desk then does.

use super::print::{Print, PrintStep};
use super::*;

fn printed(world: &World) -> &Print {
    match &world.state().stage {
        Stage::Print(print) => print,
        other => panic!("{other:?}"),
    }
}

fn at_preview() -> World {
    let world = World::new(Issue::continue_card(record(CardStatus::WrittenNotPrinted), None));
    assert_eq!(printed(&world).step, PrintStep::Preview);
    world
}

fn calls(world: &World, word: &str) -> usize {
    world.calls.iter().filter(|call| *call == word).count()
}

/// Answers until this call was made, and loses its answer: the power fails.
fn stopped_at(call: &str) -> World {
    let mut world = at_preview();
    world.send(&Input::Key(Key::Enter));
    while world.pending.front().and_then(word).is_none_or(|(_, w)| w != call) {
        if world.answer_one().is_none() {
            world.send(&Input::Timer(TimerName::PrintPoll));
        }
    }
    world.lose_one();
    world.calls.clear();
    world
}

const LOOK: PrintStep = PrintStep::Look { doubt: false, job: None };
const DOUBT: PrintStep = PrintStep::Look { doubt: true, job: None };

#[test]
fn after_a_stop_the_printer_or_the_agent_says_what_became_of_the_print() {
    use JobState::{Aborted, Completed, Unknown, WantsDocument, Working};
    let job = PrintJob { id: 4, uuid: None };
    // Stopped at; what the job says then, in turn; whether it is found by name; where it ends; jobs created anew; documents sent.
    let table = vec![
        ("print-create", vec![Completed], false, LOOK, 1, 1),
        ("print-create", vec![WantsDocument, Completed], true, LOOK, 1, 1),
        ("print-send", vec![WantsDocument, Completed], true, LOOK, 1, 1),
        ("print-send", vec![Working, Working, Completed], true, LOOK, 0, 0),
        ("print-send", vec![Completed], true, LOOK, 0, 0),
        ("print-send", vec![Unknown], false, DOUBT, 0, 0),
        ("print-send", vec![Unknown, Completed], true, LOOK, 0, 0),
        ("print-send", vec![Unknown, Unknown, Unknown, Unknown, Unknown], true, DOUBT, 0, 0),
        ("print-poll", vec![Completed], true, LOOK, 0, 0),
        ("print-poll", vec![Unknown], false, DOUBT, 0, 0),
        ("print-poll", vec![Aborted], true, DOUBT, 0, 0),
    ];
    for (at, states, found, step, created, sent) in table {
        let mut world = stopped_at(at);
        world.polls = states.clone().into();
        world.found = found.then(|| job.clone());
        world.restart();
        let said = format!("{at} {states:?} found {found}: {:?}", world.calls);
        assert_eq!(printed(&world).step, step, "{said}");
        assert_eq!((calls(&world, "print-create"), calls(&world, "print-send")), (created, sent), "{said}");
        assert_eq!(world.count("print_intended"), 1, "{said}");
    }
}

#[test]
fn a_document_whose_sending_was_not_answered_is_never_sent_again_by_itself() {
    let mut world = at_preview();
    world.instead.push(("print-send", print_fault(PrintFault::Timeout)));
    world.polls = vec![JobState::Unknown].into();
    world.key(Key::Enter);
    assert_eq!(world.state().trouble, Some(Trouble::Print(PrintFault::Timeout)));
    world.key(Key::F(5));
    assert_eq!(printed(&world).step, DOUBT);
    assert_eq!(calls(&world, "print-send"), 1);
}

#[test]
fn a_bad_print_spoils_the_card_tells_central_first_and_asks_for_a_new_blank() {
    let mut world = World::new(Issue::for_person(person()));
    world.print_ready();
    world.key(Key::Enter);
    world.key(Key::Char('2'));
    assert!(matches!(&world.state().stage, Stage::Spoilt { reason, .. } if reason == "bad_print"));
    assert_eq!((world.count("card_spoilt"), world.state().card()), (1, None));
    world.restart();
    world.card.clear();
    world.calls.clear();
    world.key(Key::Enter);
    world.print_ready();
    let order: Vec<&String> = world.calls.iter().filter(|c| *c == "sync" || *c == "grant").collect();
    assert_eq!(order, ["sync", "grant"], "{:?}", world.calls);
    world.hand_over();
    assert_eq!((world.count("write_intended"), world.count("handed_over")), (2, 1));
}

#[test]
fn nothing_came_out_is_a_new_attempt_with_an_intent_of_its_own() {
    let mut world = at_preview();
    world.key(Key::Enter);
    world.key(Key::Char('3'));
    assert_eq!((printed(&world).attempt, &printed(&world).step), (2, &PrintStep::Preview));
    world.key(Key::Enter);
    world.key(Key::Char('1'));
    let attempts: Vec<u32> = world
        .facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::PrintIntended { attempt, .. } | Fact::PrintedGood { attempt, .. } => Some(*attempt),
            _ => None,
        })
        .collect();
    assert_eq!(attempts, [1, 2, 2]);
}

#[test]
fn a_stopped_printer_can_be_looked_into_and_the_old_job_is_cancelled_before_the_next_attempt() {
    let mut world = at_preview();
    world.polls = vec![JobState::Stopped; 400].into();
    world.send(&Input::Key(Key::Enter));
    for _ in 0..12 {
        world.answer_one();
    }
    world.key(Key::Char('l'));
    assert!(
        matches!(&printed(&world).step, PrintStep::Look { doubt: true, job: Some(_) }),
        "{:?}",
        printed(&world).step
    );
    world.key(Key::Char('3'));
    assert_eq!((calls(&world, "print-cancel"), printed(&world).attempt), (1, 2));
}

/// Looked into while the printer still has the job.
fn looked_into() -> World {
    let mut world = at_preview();
    world.polls = vec![JobState::Stopped; 400].into();
    world.send(&Input::Key(Key::Enter));
    for _ in 0..12 {
        world.answer_one();
    }
    world.key(Key::Char('l'));
    world
}

#[test]
fn whatever_came_out_a_job_that_is_still_alive_is_cancelled_before_the_answer_counts() {
    for (answer, kind) in [('1', "printed_good"), ('2', "card_spoilt")] {
        let mut world = looked_into();
        world.send(&Input::Key(Key::Char(answer)));
        assert_eq!(world.count(kind), 0, "{answer}: the job is there yet");
        assert!(matches!(printed(&world).step, PrintStep::Clear { .. }));
        assert!(!commands(world.state(), &world.desk).iter().any(|c| c.id == "leave-unprinted"), "it may print yet");
        world.restart_quietly();
        world.run();
        assert_eq!((calls(&world, "print-cancel"), world.count(kind)), (1, 1), "{answer}");
    }
}

#[test]
fn a_printer_that_is_gone_for_good_strands_nobody_with_a_card_in_the_hand() {
    let mut world = looked_into();
    world.instead.push(("print-cancel", print_fault(PrintFault::Unreachable)));
    world.key(Key::Char('1'));
    assert_eq!(world.count("printed_good"), 0);
    assert!(world.state().trouble.is_some());
    world.key(Key::Char('g'));
    assert_eq!(world.count("printed_good"), 1);
    let mut nothing = looked_into();
    nothing.instead.push(("print-cancel", print_fault(PrintFault::Unreachable)));
    nothing.key(Key::Char('3'));
    nothing.key(Key::Char('g'));
    assert_eq!(printed(&nothing).attempt, 1, "no second attempt beside a living job");
}

#[test]
fn a_job_name_is_of_one_visit_one_card_and_one_attempt() {
    let name = |visit, card, attempt| print::job_name(VisitId(Uuid::from_u128(visit)), card, attempt);
    let names = [name(1, GUID, 1), name(2, GUID, 1), name(1, GUID, 2), name(1, CardGuid([7; 16]), 1)];
    let different: BTreeSet<&String> = names.iter().collect();
    assert_eq!(different.len(), 4, "{names:?}");
    for name in &names {
        assert!(name.len() <= 64 && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{name}");
    }
}

#[test]
fn a_job_that_never_ends_is_asked_for_so_often_and_then_the_agent_is_asked() {
    let mut world = at_preview();
    world.polls = vec![JobState::Working; 1_000].into();
    world.key(Key::Enter);
    assert!(matches!(&printed(&world).step, PrintStep::Look { doubt: true, job: Some(_) }));
    assert_eq!(printed(&world).polls, print::POLLS_MAX);
}

#[test]
fn a_printer_that_cant_print_is_not_sent_anything_and_strands_nobody() {
    let views = [
        PrinterView::NoCards,
        PrinterView::CoverOpen,
        PrinterView::Jam,
        PrinterView::NoRibbon,
        PrinterView::Off,
        PrinterView::NotSetUp,
        PrinterView::Stopped,
    ];
    for view in views {
        let mut world = at_preview();
        world.send(&Input::PrinterState(view));
        world.key(Key::Enter);
        assert_eq!((calls(&world, "print-create"), world.count("print_intended")), (0, 0), "{view:?}");
        world.key(Key::Char('w'));
        assert!(world.closed, "{view:?}");
    }
}

#[test]
fn a_face_that_cant_be_made_leaves_the_card_written() {
    let issue = Issue::continue_card(record(CardStatus::WrittenNotPrinted), None);
    let mut world = World::new(issue.clone());
    world.instead.push(("print-render", print_fault(PrintFault::NameTooLong)));
    let visit = world.desk.visits.first_mut().unwrap();
    visit.job = Job::Issue(Box::new(issue));
    world.open();
    assert_eq!(world.state().trouble, Some(Trouble::Print(PrintFault::NameTooLong)));
    world.key(Key::Char('w'));
    assert!(world.closed);
    assert_eq!(world.count("card_spoilt"), 0);
}
