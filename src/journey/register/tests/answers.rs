//! Answers that are wrong, changed, taken back; and that they survive everything.

use super::*;
use crate::journey::command::commands;

fn errors(entry: &Entry) -> Vec<(&str, &str)> {
    entry.form.fields.iter().filter_map(|f| f.error.as_deref().map(|error| (f.id.as_str(), error))).collect()
}

fn draft_errors(world: &World) -> Vec<(String, String)> {
    let draft = world.state().draft.as_ref().unwrap();
    errors(&draft.entry).into_iter().map(|(id, error)| (id.to_owned(), error.to_owned())).collect()
}

/// Documents that count.
fn good(world: &World) -> usize {
    world.state().decision.as_ref().map_or(0, evidence::counted)
}

/// The question on the screen.
fn now(world: &World) -> exam::Ask {
    let exam = world.state().draft.as_ref().and_then(|draft| draft.exam.clone()).expect("no examination");
    exam.now().cloned().expect("all is answered")
}

#[test]
fn tasks_say_what_comes_first_and_open_by_their_digit() {
    let mut world = World::new();
    world.key(Key::Esc);
    assert_eq!(world.state().stage, Stage::Tasks);
    world.typed("4");
    assert_eq!((world.state().stage, world.state().notice), (Stage::Tasks, Some("register-not-yet")));
    assert_eq!(tasks::status(world.state(), &world.desk, TaskId::Photo), tasks::TaskStatus::After(vec![TaskId::Find]));
    world.typed("1");
    assert_eq!(world.state().stage, Stage::Find);
    world.find_nobody();
    assert_eq!((world.state().stage, world.state().pick), (Stage::Tasks, 1));
    world.typed("6");
    assert_eq!(world.state().stage, Stage::Tasks);
    assert_eq!(
        tasks::status(world.state(), &world.desk, TaskId::Check),
        tasks::TaskStatus::After(vec![TaskId::Details, TaskId::Documents, TaskId::Photo, TaskId::Terms])
    );
}

#[test]
fn an_empty_search_and_a_wrong_date_are_said_and_nothing_is_asked() {
    let mut world = World::new();
    world.typed(">>>|");
    assert_eq!(world.state().stage, Stage::Find);
    world.typed(">|");
    world.typed("||");
    assert!(world.asked.is_empty());
    assert!(errors(&world.state().find).iter().any(|(id, _)| *id == "family"));
    let mut world = World::new();
    world.typed("A|Wyn|31041986|");
    assert_eq!(errors(&world.state().find), [("birth", "error-date-no-day")]);
    world.typed("x");
    assert_eq!(errors(&world.state().find), []);
}

#[test]
fn a_second_search_key_while_one_is_on_its_way_starts_no_second_search() {
    let mut world = World::new();
    world.hold = true;
    world.typed("A|Wyn|12081986|||");
    assert_eq!(world.pending.len(), 1);
    world.key(Key::Esc);
    world.hold = false;
    world.run();
    assert_eq!(world.state().stage, Stage::Tasks);
    assert_eq!(world.state().found, None);
}

#[test]
fn the_details_say_all_that_is_wrong_and_a_digit_jumps_there() {
    let mut world = World::new();
    world.find_nobody();
    world.typed("|");
    assert_eq!(world.state().details.text("family"), "Wyn");
    world.key(Key::Ctrl('z'));
    let details = &mut world.state_mut().details;
    details.form.field_mut("birth").unwrap().set("24 11 2026");
    details.form.field_mut("position").unwrap().set("12");
    details.form.field_mut("email").unwrap().set("nobody");
    world.typed("|");
    assert_eq!(
        errors(&world.state().details),
        [("birth", "error-birth-future"), ("position", "error-position-no-letter"), ("email", "error-email")]
    );
    assert!(world.state().details.summary);
    world.typed("3");
    assert_eq!(world.state().details.form.focus, 5);
    assert_eq!(world.state().details.text("email"), "nobody");
}

#[test]
fn each_document_says_what_is_wrong_with_it() {
    for (typed, wrong) in [
        ("||1~|", ("number", "document-fault-number-missing")),
        ("||1~123|14102031|", ("number", "document-fault-number-form")),
        ("||1~925665416|14102020|", ("expires", "document-fault-expired")),
        ("||1~925665416|31042031|", ("expires", "error-date-no-day")),
        ("||3Water|24112026|", ("issued", "document-fault-future")),
        ("||3Water|22052026|", ("issued", "document-fault-old")),
        ("||5Council|22112025|", ("issued", "document-fault-old")),
    ] {
        let mut world = World::new();
        world.find_nobody();
        world.details();
        world.typed(&typed[1..]);
        let wrong = (wrong.0.to_owned(), wrong.1.to_owned());
        assert!(draft_errors(&world).contains(&wrong), "{typed}: {:?}", draft_errors(&world));
        assert_eq!(world.state().stage, Stage::Document, "{typed}");
    }
}

#[test]
fn one_provider_twice_one_document_twice_and_a_licence_twice_are_refused_where_they_are_typed() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.typed("|3British Gas|01102026|");
    world.examine();
    world.typed("3BRITISH GAS Ltd|01112026|");
    assert_eq!(draft_errors(&world), [("issuer".to_owned(), "document-fault-provider".to_owned())]);
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.typed("|1~925665416|14102031|");
    world.examine();
    world.typed("1~925665416|14102031|");
    assert_eq!(draft_errors(&world), [("number".to_owned(), "document-fault-twice".to_owned())]);
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.typed("|2WYN99608126SL9AB|01052030|");
    world.examine();
    world.typed("2WYN99608126SL9AC|01052030|");
    assert_eq!(draft_errors(&world), [("number".to_owned(), "document-fault-once".to_owned())]);
}

#[test]
fn a_rejected_type_is_explained_and_nothing_is_begun() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    let kinds = |world: &World, page: usize| -> Vec<String> {
        documents::kinds_on(&world.desk, page).iter().map(|kind| kind.id.clone()).collect()
    };
    let page = (0..9).find(|page| kinds(&world, *page).contains(&"work_badge".to_owned())).unwrap();
    world.typed(&format!("|{}", "9".repeat(page)));
    assert_eq!(world.state().stage, Stage::Kind(page));
    let badge = kinds(&world, page).iter().position(|kind| kind == "work_badge").unwrap();
    world.typed(&(badge + 1).to_string());
    assert_eq!(world.state().rejected.as_deref(), Some("work_badge"));
    assert_eq!((world.state().stage, world.state().draft.is_none()), (Stage::Kind(page), true));
}

#[test]
fn a_document_whose_original_was_not_seen_stays_on_the_list_and_does_not_count() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.typed("|1~925665416|14102031|n");
    assert_eq!(world.state().notice, Some("document-not-seen"));
    assert_eq!(good(&world), 0);
    // Opened again: the number is masked and kept, and everything is asked again.
    world.typed("1|");
    assert_eq!(world.state().stage, Stage::Exam);
    world.examine();
    assert_eq!(good(&world), 1);
    assert_eq!(world.state().documents[0].number.as_deref(), Some("925665416"));
}

#[test]
fn no_question_has_a_default_answer_and_what_cannot_be_told_does_not_pass() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.typed("|1~925665416|14102031|");
    world.typed("|||?");
    world.key(Key::Char(' '));
    assert_eq!((world.state().stage, world.state().documents.len()), (Stage::Exam, 0));
    world.typed("yy");
    while !matches!(now(&world), exam::Ask::Check(_)) {
        world.examine_one();
    }
    world.typed("?");
    world.examine();
    assert_eq!(good(&world), 0, "the passport does not count: {:?}", world.state().decision);
    assert_eq!(world.state().incidents, 0, "and nobody is accused");
}

#[test]
fn what_is_not_as_expected_is_recorded_without_a_word_and_a_manager_must_look() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.typed("|1~925665416|14102031|yy");
    while now(&world) != exam::Ask::Check("compare_photo".to_owned()) {
        world.examine_one();
    }
    world.typed("n");
    assert_eq!((world.state().stage, world.state().notice), (Stage::Exam, None), "it goes on as if nothing had been");
    world.examine();
    assert!(matches!(&world.facts[..], [Fact::DocumentIncident { kind, checks, .. }]
        if kind == "uk_passport" && checks == &["compare_photo"]));
    // Taking it off the list takes nothing back, and the visit is not sent by this agent.
    world.key(Key::Home);
    world.typed("1");
    world.key(Key::Esc);
    world.state_mut().documents.clear();
    world.key(Key::Esc);
    assert_eq!(world.state().incidents, 1);
}

#[test]
fn a_detail_read_back_wrong_twice_leads_back_to_the_fields() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.typed("|3South West Water|01102026|");
    while !matches!(now(&world), exam::Ask::Control(_)) {
        world.examine_one();
    }
    world.typed("99|");
    assert_eq!(world.state().stage, Stage::Exam);
    world.key(Key::Backspace);
    world.key(Key::Backspace);
    world.typed("98|");
    assert_eq!((world.state().stage, world.state().notice), (Stage::Document, Some("exam-control-typed")));
    assert_eq!(world.state().draft.as_ref().unwrap().entry.text("issuer"), "South West Water", "nothing is lost");
}

#[test]
fn another_type_keeps_what_was_typed_and_a_document_can_be_taken_off_the_list() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.typed("|1~925665416|14102031");
    world.key(Key::F(4));
    world.typed("6");
    let draft = world.state().draft.clone().unwrap();
    assert_eq!((draft.facts.kind.as_str(), draft.entry.text("number")), ("nonuk_passport", "925665416"));
    world.typed("|Éire|");
    world.examine();
    world.key(Key::Esc);
    assert_eq!((world.state().stage, world.state().documents.len()), (Stage::Documents, 1));
    world.key(Key::Up);
    world.key(Key::Delete);
    world.typed("y");
    assert_eq!(world.state().documents.len(), 0);
}

#[test]
fn an_answer_changed_from_the_check_page_comes_straight_back() {
    let mut world = World::new();
    world.all_answers();
    world.typed("|3");
    assert_eq!((world.state().stage, world.state().details.form.focus), (Stage::Details, 3));
    world.typed("s|");
    assert_eq!(world.state().stage, Stage::Check);
    assert_eq!(world.state().details.text("position"), "Nurses");
    for (row, keys) in [("6", "|"), ("7", "y"), ("8", "y"), ("1", "|"), ("5", "|")] {
        world.typed(row);
        assert_ne!(world.state().stage, Stage::Check, "{row}");
        world.key(if row == "6" { Key::Enter } else { Key::Left });
        if row != "6" {
            world.typed(keys);
        }
        assert_eq!(world.state().stage, Stage::Check, "{row}");
    }
}

#[test]
fn an_answer_broken_from_the_check_page_is_not_sent() {
    let mut world = World::new();
    world.all_answers();
    world.typed("|2");
    for _ in 0..8 {
        world.key(Key::Backspace);
    }
    world.key(Key::Esc);
    assert_eq!(world.state().stage, Stage::Tasks);
    world.typed("6");
    assert_eq!(world.state().stage, Stage::Tasks);
    world.key(Key::F(10));
    assert_eq!(world.state().stage, Stage::Tasks);
    assert!(world.sent().is_empty());
}

#[test]
fn everything_typed_survives_esc_leaving_locking_and_a_restart_at_every_key() {
    let mut whole = World::new();
    whole.all_answers();
    whole.key(Key::Enter);
    let mut steady = World::new();
    let mut shaken = World::new();
    let mut last = Stage::Find;
    for (at, key) in whole.keys.into_iter().enumerate() {
        steady.key(key);
        shaken.key(key);
        let stage = shaken.state().stage;
        // The picture at the camera is not the desk's to keep: another holder may have sat there since.
        if stage != Stage::Photo && at % 2 == 0 {
            shaken.restart();
        }
        assert_eq!(shaken.state().stage, steady.state().stage, "after key {at}");
        last = stage;
    }
    assert_eq!(last, Stage::Check);
    let mut a = steady.state().clone();
    let mut b = shaken.state().clone();
    for state in [&mut a, &mut b] {
        state.photo.shown = None;
        state.asked = None;
        state.looking_for = SearchTerms::default();
        // What Ctrl-Z could take back is not kept over a restart.
        for entry in [&mut state.find, &mut state.details] {
            *entry = serde_json::from_slice(&serde_json::to_vec(entry).unwrap()).unwrap();
        }
    }
    assert_eq!(a, b);
    shaken.key(Key::F(3));
    assert!(matches!(shaken.desk.place, Place::Home(_)));
    shaken.open();
    assert_eq!(shaken.state().stage, Stage::Check);
    shaken.key(Key::F(9));
    assert!(shaken.desk.session.is_none());
    shaken.restart();
    shaken.outcomes.push_back(Some(Outcome::Refused { reason: RefusalReason::NotFound }));
    shaken.typed("|y");
    assert_eq!(shaken.sent().len(), 1);
}

#[test]
fn ending_the_visit_is_asked_first_and_recorded() {
    let mut world = World::new();
    world.find_nobody();
    world.typed("x");
    assert_eq!(danger(world.state()), Some("register-abandon"));
    world.key(Key::Enter);
    assert!(!world.closed);
    world.key(Key::Esc);
    assert_eq!(world.state().stage, Stage::Tasks);
    world.typed("xy");
    assert!(world.closed);
    assert!(matches!(&world.facts[..], [Fact::VisitAbandoned { reason, .. }] if reason == "agent"));
}

#[test]
fn pasted_text_goes_into_the_field_and_nowhere_else() {
    let mut world = World::new();
    world.send(&Input::Paste("Siân\u{1b}[2J Llyr\n".to_owned()));
    assert_eq!(world.state().find.text("given"), "Siân[2J Llyr");
    world.key(Key::Esc);
    world.send(&Input::Paste("123".to_owned()));
    assert_eq!(world.state().notice, Some("register-no-field"));
}

#[test]
fn every_key_of_every_page_stands_once_in_its_key_bar() {
    let mut world = World::new();
    let mut seen = 0;
    let keys =
        "Siân Llyr|Wyn|12081986|1|Nurse||1925665416|14102031|y21WYN99608126SL9AB|01052030|y3Water|01102026|y|||y|y||y";
    for c in keys.chars() {
        world.key(if c == '|' { Key::Enter } else { Key::Char(c) });
        let list = commands(&world.desk);
        for (at, command) in list.iter().enumerate() {
            assert!(!list[..at].iter().any(|other| other.key == command.key), "{:?}", command);
            seen += 1;
        }
    }
    assert!(seen > 500);
}

#[test]
fn what_is_recorded_and_said_of_a_document_is_by_the_policy_in_force() {
    let shipped = crate::policy::Policy::shipped().unwrap();
    let mut files: std::collections::BTreeMap<String, String> = serde_json::from_slice(&shipped.to_bundle()).unwrap();
    let rows = files.get_mut("documents.toml").unwrap();
    *rows = rows.replacen("id = \"uk_passport\"\n", "id = \"uk_passport\"\nrecorded_as = \"travel_paper\"\n", 1);
    *rows = rows.replacen("issuer = \"United Kingdom\"", "issuer = \"Elsewhere\"", 1);
    let mut rules = crate::policy::PolicySet::default();
    rules.add(crate::policy::Policy::from_files(files).unwrap()).unwrap();
    let mut world = World::new();
    world.desk.rules = Some(std::sync::Arc::new(rules));
    world.all_answers();
    world.submit();
    let passport = &world.sent()[0].documents[0];
    assert_eq!((passport.kind.as_str(), passport.issuer.as_str()), ("travel_paper", "Elsewhere"));
}

#[test]
fn what_changed_around_the_visit_is_judged_before_the_next_key_counts() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.documents();
    let before = world.state().decision.clone().unwrap();
    assert!(before.met);
    world.desk.sync.network = NetworkView::Offline(NOON);
    let day = world.state().day;
    let mut state = world.state().clone();
    evidence::judge_if_moved(&mut state, &world.desk);
    let offline = state.decision.clone().unwrap();
    assert!(offline.provisional.len() > before.provisional.len(), "{:?}", offline.provisional);
    state.day = day.saturating_add(jiff::Span::new().years(9));
    evidence::judge_if_moved(&mut state, &world.desk);
    assert_eq!(state.decision.as_ref().unwrap().day_seen, state.day);
    // Read back after a restart, there is no decision yet.
    let mut restored: Register = serde_json::from_slice(&serde_json::to_vec(world.state()).unwrap()).unwrap();
    restored.day = day;
    evidence::judge_if_moved(&mut restored, &world.desk);
    assert_eq!(restored.decision.as_ref(), Some(&offline));
}
