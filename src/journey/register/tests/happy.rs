//! The visit as it should go, with and without network.

use super::*;

fn made() -> Option<Outcome> {
    Some(Outcome::PersonMade { person: PersonId(Uuid::from_u128(8)), number: number() })
}

#[test]
fn a_person_is_registered_and_the_visit_goes_over_into_the_card() {
    let mut world = World::new();
    world.outcomes.push_back(made());
    world.all_answers();
    world.submit();
    let visit = world.desk.visit(world.visit).unwrap();
    assert!(matches!(visit.job, Job::Issue(_)), "{:?}", visit.job);
    assert_eq!(visit.holder.as_deref(), Some("Siân Llyr Wyn"));
    let sent = world.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].name.full(), "Siân Llyr Wyn");
    assert_eq!(sent[0].birth_date, date(1986, 8, 12));
    assert_eq!(sent[0].organisation.as_str(), "REF");
    assert!(sent[0].uniqueness_checked && sent[0].likeness_confirmed);
    assert_eq!(sent[0].terms_accepted, NOON);
    let used: Vec<(&str, &str, bool)> =
        sent[0].documents.iter().map(|d| (d.kind.as_str(), d.used_as.as_str(), d.original_seen)).collect();
    assert_eq!(used, [("uk_passport", "photo", true), ("uk_licence", "photo", true), ("utility", "address", true)]);
    assert_eq!(world.kept_photos, 1);
}

/// Passport, licence and bill: what is typed is the answers themselves; the rest is asking and going on.
#[test]
fn a_usual_visit_takes_few_keys_beside_the_answers_themselves() {
    let mut world = World::new();
    world.outcomes.push_back(made());
    world.all_answers();
    world.submit();
    let exams = &world.sent()[0].evidence.as_ref().unwrap().exams;
    let questions: usize = exams.iter().map(|exam| exam.prompts.len()).sum();
    // One key a question; a detail read back takes its signs and Enter.
    let read_back = world.examined - questions;
    assert!(read_back <= 3 * 4, "{read_back} keys to read details back");
    let answers = "Siân LlyrWyn12081986Nurse92566541614102031WYN99608126SL9AB01052030South West Water01102026";
    let beside = world.keys.len() - world.examined - answers.chars().count();
    assert!(beside <= 28, "{} keys, of which {beside} are neither answer nor examination", world.keys.len());
    let all = (world.keys.len(), questions, beside);
    assert_eq!(all, (148, 24, 26), "keys in all, questions, keys beside: say so when it changes");
}

#[test]
fn without_network_the_person_gets_a_reference_and_the_visit_ends() {
    let mut world = World::offline();
    world.all_answers();
    world.submit();
    assert_eq!(world.state().stage, Stage::Receipt);
    let sent = world.sent()[0].clone();
    assert!(!sent.uniqueness_checked);
    let reference = sent.receipt.unwrap();
    assert!(reference.0.starts_with("TR-"));
    assert!(!world.asked.iter().any(|call| call == "Search" || call == "Sync"));
    world.key(Key::Enter);
    assert!(world.closed);
    assert!(matches!(&world.desk.place, Place::Home(home) if home.notice == Some("notice-receipt-given")));
}

#[test]
fn when_the_network_goes_between_signing_and_the_word_the_reference_is_given() {
    let mut world = World::new();
    world.all_answers();
    world.sync = Err(CentralFault::Unreachable);
    world.submit();
    assert_eq!(world.state().stage, Stage::Sent);
    assert_eq!(world.state().sent.as_ref().unwrap().standing, send::Standing::Unreached(CentralFault::Unreachable));
    world.key(Key::Enter);
    assert_eq!(world.state().stage, Stage::Receipt);
    // The network comes back while the reference is written down: the card can be made after all.
    world.sync = Ok(());
    world.outcomes.push_back(made());
    world.desk.sync.network = NetworkView::Offline(NOON);
    let view = crate::journey::input::SyncView { network: NetworkView::Online, ..Default::default() };
    world.send(&Input::Sync(view));
    world.run();
    assert!(matches!(world.desk.visit(world.visit).unwrap().job, Job::Issue(_)));
}

#[test]
fn central_that_waits_for_the_photo_is_asked_again_until_it_has_it() {
    let mut world = World::new();
    world.outcomes.push_back(Some(Outcome::AwaitingBlob));
    world.all_answers();
    world.submit();
    assert_eq!(world.state().sent.as_ref().unwrap().standing, send::Standing::AwaitingPhoto);
    world.outcomes = VecDeque::from([made()]);
    world.timer(TimerName::Progress);
    assert!(matches!(world.desk.visit(world.visit).unwrap().job, Job::Issue(_)));
}

#[test]
fn central_that_says_nothing_is_not_asked_for_ever() {
    let mut world = World::new();
    world.all_answers();
    world.submit();
    for _ in 0..100 {
        if world.timers.contains(&TimerName::Progress) {
            world.timer(TimerName::Progress);
        }
    }
    assert_eq!(world.state().sent.as_ref().unwrap().standing, send::Standing::Slow);
    assert_eq!(world.asked.iter().filter(|call| *call == "Sync").count(), 30);
    world.outcomes.push_back(made());
    world.key(Key::F(5));
    assert!(matches!(world.desk.visit(world.visit).unwrap().job, Job::Issue(_)));
}

#[test]
fn an_id_checker_registers_and_somebody_else_writes_the_card() {
    let mut world = World::new();
    world.desk.session = Some(session(Role::IdChecker));
    world.outcomes.push_back(made());
    world.all_answers();
    world.submit();
    assert_eq!(world.state().stage, Stage::Made);
    assert_eq!(world.state().sent.as_ref().unwrap().number, Some(number()));
    world.key(Key::Enter);
    assert!(world.closed);
}

#[test]
fn who_is_there_already_is_used_and_not_made_again() {
    let mut world = World::new();
    world.hits = vec![hit(None)];
    world.typed("Siân Llyr|Wyn|12081986|1|");
    let visit = world.desk.visit(world.visit).unwrap();
    assert!(matches!(visit.job, Job::Issue(_)));
    assert_eq!(visit.holder.as_deref(), Some("Siân Llyr Wyn"));
    assert!(world.sent().is_empty());
}

#[test]
fn who_has_a_card_in_use_is_offered_its_cancelling_first() {
    let mut world = World::new();
    world.hits = vec![hit(Some(CardStatus::Issued))];
    world.typed("Siân Llyr|Wyn|12081986|1");
    assert_eq!(find::use_of(&hit(Some(CardStatus::Issued)), &world.desk), find::Use::CancelFirst);
    world.key(Key::Enter);
    assert!(matches!(world.desk.visit(world.visit).unwrap().job, Job::Cancel(_)));
}

#[test]
fn a_card_that_is_begun_is_gone_on_with() {
    for status in [CardStatus::Granted, CardStatus::WrittenNotPrinted, CardStatus::PrintedNotHandedOver] {
        let mut world = World::new();
        world.hits = vec![hit(Some(status))];
        world.typed("Siân Llyr|Wyn|12081986|1|");
        assert!(matches!(world.desk.visit(world.visit).unwrap().job, Job::Issue(_)), "{status:?}");
    }
}

#[test]
fn nobody_serves_themselves_and_a_closed_profile_is_not_used() {
    let world = World::new();
    let mut own = hit(None);
    own.person.number = Some("555100000001".parse().unwrap());
    assert_eq!(find::use_of(&own, &world.desk), find::Use::No("why-own-card"));
    let mut closed = hit(None);
    closed.person.status = PersonStatus::Closed;
    assert_eq!(find::use_of(&closed, &world.desk), find::Use::No("why-person-closed"));
    let mut world = World::new();
    world.hits = vec![closed];
    world.typed("Siân Llyr|Wyn|12081986|1|");
    assert_eq!(world.state().stage, Stage::Person(0));
}

#[test]
fn a_number_alone_is_enough_to_search() {
    for (typed, by_number) in [("5551 0203 4417", true), ("925665416", false)] {
        let mut world = World::new();
        world.typed(&format!(">>>{typed}|"));
        let terms = &world.state().found.as_ref().unwrap().terms;
        assert_eq!(terms.number.is_some(), by_number, "{typed}");
        assert_eq!(terms.document.is_some(), !by_number, "{typed}");
        assert_eq!(terms.name, None);
    }
}

#[test]
fn hard_names_go_through_the_whole_visit_as_they_are() {
    for (given, family) in [
        ("", "Sukarno"),
        ("Ọlá\u{300}túndé", "Adé-Ọlá"),
        ("Mary Ann", "O\u{2019}Brien-Ffoulkes"),
        ("J. P.", "d'Souza"),
        ("محمد", "الفارسي"),
        ("Nguyễn Thị", "Ánh"),
        ("Wolfeschlegelsteinhausenbergerdorff-Maximiliana Christophora", "Llanfairpwllgwyngyll"),
    ] {
        let mut world = World::new();
        world.outcomes.push_back(made());
        if given.is_empty() {
            world.typed(&format!(">{family}|12081986|1"));
        } else {
            world.typed(&format!("{given}|{family}|12081986|1"));
        }
        world.details();
        world.documents();
        world.photo();
        world.terms();
        world.submit();
        let expected = LegalName::parse(given, family).unwrap();
        assert_eq!(world.sent().first().map(|r| r.name.clone()), Some(expected), "{given} {family}");
    }
}
