//! What the desk says of a card, and what it offers first.

use super::bench::{Bench, NOW, blank, certificate, nothing_revoked, record, report};
use super::*;
use crate::card::task::Slot;
use crate::domain::{CardStatus, Environment, LegalName, Millis};
use crate::journey::input::{ClockView, Input, NetworkView, ReaderRole, SyncView};
use crate::journey::sign_in;
use crate::wire::fact::Fact;
use crate::wire::message::StockRecord;

fn found(bench: &Bench) -> Finding {
    match &bench.home().card {
        CardLook::Known(report, known) => finding(report, known, &bench.desk),
        other => panic!("not read: {other:?}"),
    }
}

fn first(bench: &Bench) -> Offer {
    offers(bench.home(), &bench.desk)[bench.home().pick]
}

fn issued() -> Option<CardRecord> {
    Some(record(CardStatus::Issued))
}

#[test]
fn each_state_has_the_one_choice_that_mends_it_marked_first() {
    use Diagnosis::*;
    let status = |status| Some(record(status));
    let old = CardRecord {
        card: crate::wire::message::CardBrief { series: 5, ..record(CardStatus::Issued).card },
        ..record(CardStatus::Issued)
    };
    let unreadable = CardReport { unreadable: vec![Slot::Signature], ..report(3, 400) };
    let table = [
        (report(0, 400), issued(), Locked, Choice::Unlock),
        (report(3, 400), issued(), Good, Choice::Unlock),
        (report(3, 41), issued(), ExpiresIn { days: 41 }, Choice::Unlock),
        (report(3, -1), issued(), Expired, Choice::Replace),
        (report(0, -1), issued(), LockedAndExpired, Choice::Replace),
        (report(0, -1), Some(old), OldSeries { series: 5 }, Choice::Replace),
        (unreadable, issued(), Unreadable, Choice::Replace),
        (report(3, 400), status(CardStatus::Granted), HalfWrittenElsewhere, Choice::ContinueCard),
        (report(0, 400), status(CardStatus::WrittenNotPrinted), WrittenNotPrinted, Choice::ContinueCard),
        (report(0, 400), status(CardStatus::PrintedNotHandedOver), PrintedNotHandedOver, Choice::ContinueCard),
        (report(0, 400), status(CardStatus::Cancelled), Cancelled, Choice::Register),
        (report(0, 400), status(CardStatus::Spoilt), Spoilt, Choice::Register),
    ];
    for (card, record, diagnosis, choice) in table {
        let bench = Bench::with_card(card, record);
        assert_eq!(found(&bench), Finding::Is(diagnosis));
        assert_eq!(first(&bench), (choice, None), "{diagnosis:?}");
    }
}

#[test]
fn with_a_list_of_cancelled_cards_that_is_too_old_no_card_is_served_but_a_lost_one_is_cancelled() {
    let mut bench = Bench::with_card(report(0, 400), issued());
    assert_eq!(first(&bench), (Choice::Unlock, None));
    for list in [Some(-Millis::MINUTE), None] {
        match list {
            Some(good_for) => bench.list(nothing_revoked(), good_for),
            None => bench.desk.revocations = None,
        }
        let offers = offers(bench.home(), &bench.desk);
        assert!(offers.contains(&(Choice::Unlock, Some("why-revocations-old"))), "{list:?} {offers:?}");
        assert!(offers.contains(&(Choice::Cancel, None)), "{list:?} {offers:?}");
    }
}

#[test]
fn a_card_that_is_not_ours_to_serve_is_never_unlocked_or_cancelled() {
    let forged = CardReport {
        certificates: [(Slot::Authentication, certificate(false, NOW.plus(Millis::DAY)))].into(),
        ..report(0, 1)
    };
    let mut stranger = report(0, 400);
    stranger.certificates.values_mut().for_each(|c| c.issuer = "CN=Somebody".to_owned());
    let mut other = report(0, 400);
    other.certificates.values_mut().for_each(|c| c.issuer = c.issuer.replace("OU=trial", "OU=live"));
    let bank =
        CardReport { is_piv: false, identity: Default::default(), certificates: Default::default(), ..report(3, 1) };
    let environment = Environment::Live;
    let table = [
        (forged, issued(), Diagnosis::LookAlike),
        (stranger, None, Diagnosis::NotOurs),
        (other, None, Diagnosis::OtherEnvironment { environment }),
        (bank, None, Diagnosis::NotPiv),
    ];
    for (card, record, diagnosis) in table {
        let bench = Bench::with_card(card, record);
        assert_eq!(found(&bench), Finding::Is(diagnosis));
        let offered = offers(bench.home(), &bench.desk);
        assert!(
            !offered
                .iter()
                .any(|(c, _)| matches!(c, Choice::Unlock | Choice::CancelThis | Choice::Replace | Choice::CallBack))
        );
    }
}

#[test]
fn a_card_that_bears_a_former_name_is_replaced_and_its_holder_is_still_served() {
    let renamed = |given: &str, family: &str| {
        let mut record = record(CardStatus::Issued);
        record.person.name = LegalName { given: given.to_owned(), family: family.to_owned() };
        record
    };
    for (tries, days) in [(3, 400), (3, 41), (0, 400)] {
        let bench = Bench::with_card(report(tries, days), Some(renamed("Sian Llyr", "Bevan")));
        assert_eq!(found(&bench), Finding::OldName);
        assert_eq!(first(&bench), (Choice::Replace, None));
        assert!(offers(bench.home(), &bench.desk).contains(&(Choice::Unlock, None)));
    }
    let capitals = Bench::with_card(report(3, 400), Some(renamed("sian  llyr", "WYN")));
    assert_eq!(found(&capitals), Finding::Is(Diagnosis::Good));
    // A name that does not fit into a certificate stands there cut.
    let long = format!("Sian Llyr Wyn{}", "a".repeat(60));
    let mut cut = report(3, 400);
    cut.certificates.values_mut().for_each(|facts| facts.common_name = long.to_uppercase()[..64].to_owned());
    let bench = Bench::with_card(cut, Some(renamed("", &long)));
    assert_eq!(found(&bench), Finding::Is(Diagnosis::Good));
    let expired = Bench::with_card(report(3, -1), Some(renamed("Sian Llyr", "Bevan")));
    assert_eq!(found(&expired), Finding::Is(Diagnosis::Expired), "what stops the card comes first");
}

#[test]
fn the_name_of_a_cards_holder_is_changed_from_the_card_by_whoever_may() {
    let mut bench = Bench::with_card(report(3, 400), issued());
    assert!(offers(bench.home(), &bench.desk).contains(&(Choice::Rename, None)));
    let session = bench.desk.session.clone();
    bench.desk.session = session.map(|session| Session { role: crate::domain::Role::Lsa, ..session });
    assert!(offers(bench.home(), &bench.desk).contains(&(Choice::Rename, Some("why-role"))));
}

/// Central has the 9E certificate of this key; the card has a key of its own.
fn with_keys(recorded: u8, on_card: Option<u8>) -> Bench {
    use p256::ecdsa::SigningKey;
    let key = |seed| SigningKey::from_slice(&[seed; 32]).unwrap();
    let certificate = crate::journey::issue::tests::certificate(&key(recorded));
    let mut bench = Bench::new();
    bench.world.record = Some(CardRecord {
        card_certificate: Some(crate::wire::message::Bytes(certificate)),
        ..record(CardStatus::Issued)
    });
    bench.world.report = report(3, 400);
    bench.world.key = on_card.map(key);
    bench.insert();
    bench
}

#[test]
fn a_copy_of_a_card_of_ours_is_found_out_when_it_is_read() {
    let genuine = with_keys(7, Some(7));
    assert_eq!(found(&genuine), Finding::Is(Diagnosis::Good));
    for on_card in [Some(8), None] {
        let copy = with_keys(7, on_card);
        assert_eq!(found(&copy), Finding::Is(Diagnosis::LookAlike), "{on_card:?}");
        let served = |c: &Choice| matches!(c, Choice::Unlock | Choice::CancelThis | Choice::Replace);
        assert!(!offers(copy.home(), &copy.desk).iter().any(|(c, _)| served(c)));
    }
    let proofs: Vec<_> = [with_keys(7, Some(7)), with_keys(7, Some(7))]
        .iter_mut()
        .map(|bench| {
            bench.insert();
            bench.tasks.iter().filter(|t| matches!(t, CardTask::ProveCard { .. })).cloned().collect::<Vec<_>>()
        })
        .collect();
    assert!(proofs.iter().all(|asked| asked.len() == 2 && asked[0] != asked[1]), "a fresh challenge each time");
}

#[test]
fn a_card_that_leaves_while_it_proves_itself_is_not_called_a_copy() {
    let mut bench = with_keys(7, Some(7));
    bench.world.card_says = vec![CardFault::Removed];
    bench.insert();
    assert_eq!(bench.home().card, CardLook::Unreadable(CardFault::Removed));
    bench.world.card_says = vec![CardFault::ProofFailed];
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::LookAlike));
    // Half written: its keys may be newer than what central has.
    bench.world.record.as_mut().unwrap().card.status = CardStatus::Granted;
    bench.tasks.clear();
    bench.insert();
    assert!(bench.tasks.iter().all(|task| *task == CardTask::Read));
}

#[test]
fn a_blank_is_told_by_the_stock_list_and_only_central_can_say() {
    let stock = StockRecord { batch: "B7".to_owned(), series: 9, profile: "piv-p256".to_owned(), used_for: None };
    let mut bench = Bench::new();
    bench.world.report = blank();
    bench.world.stock = Some(stock.clone());
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::BlankInStock));
    assert_eq!(first(&bench).0, Choice::Register);
    bench.world.stock = Some(StockRecord { used_for: Some(super::bench::CARD), ..stock });
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::BlankNotInStock), "it was taken for another card");
    bench.world.stock = None;
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::BlankNotInStock));
    bench.offline();
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::BlankStockUnknown));
}

#[test]
fn a_blank_whose_maker_wrote_a_chuid_is_looked_up_in_the_stock_too() {
    let mut bench = Bench::new();
    bench.world.report = CardReport { certificates: Default::default(), ..report(3, 1) };
    bench.world.record = None;
    bench.world.stock =
        Some(StockRecord { batch: "B7".to_owned(), series: 9, profile: "piv-p256".to_owned(), used_for: None });
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::BlankInStock));
}

#[test]
fn the_agents_own_card_is_said_to_be_that_and_refused_with_the_reason() {
    let mut own = record(CardStatus::Issued);
    own.person.number = Some("900000000001".parse().unwrap());
    let mut bench = Bench::with_card(report(0, 400), Some(own));
    assert_eq!(found(&bench), Finding::OwnCard);
    assert_eq!(offers(bench.home(), &bench.desk)[0], (Choice::Unlock, Some("why-own-card")));
    bench.key(Key::Char('1'));
    assert!(bench.is_home() && bench.desk.visits.is_empty());
    assert_eq!(bench.home().notice, Some("why-own-card"));
}

#[test]
fn the_list_the_desk_holds_counts_even_when_the_record_is_old() {
    let mut bench = Bench::new();
    bench.revoke();
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::Cancelled));
    let mut by_serial = Bench::with_card(report(3, 400), issued());
    assert_eq!(found(&by_serial), Finding::Is(Diagnosis::Good));
    by_serial.list(crate::wire::message::Revocations { serials: vec!["2a".to_owned()], ..nothing_revoked() }, 0);
    assert_eq!(found(&by_serial), Finding::Is(Diagnosis::Cancelled));
}

#[test]
fn a_card_of_ours_that_central_does_not_have_is_not_served() {
    let bench = Bench::with_card(report(0, 400), None);
    assert_eq!(found(&bench), Finding::Unknown);
    assert_eq!(offers(bench.home(), &bench.desk)[0], (Choice::Unlock, Some("why-unknown-card")));
}

#[test]
fn offline_the_desks_own_copy_speaks_and_without_one_a_task_is_left() {
    let mut bench = Bench::new();
    bench.offline();
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::Locked));
    assert_eq!(first(&bench), (Choice::Unlock, None));
    bench.world.record = None;
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::Locked), "the card speaks for itself");
    assert_eq!(first(&bench), (Choice::CallBack, None));
}

#[test]
fn central_that_fails_while_asked_leaves_the_desks_own_copy() {
    let mut bench = Bench::new();
    bench.world.central_says = vec![CentralFault::Timeout];
    bench.insert();
    assert!(matches!(&bench.home().card, CardLook::Known(_, known) if known.from_cache && known.record.is_some()));
}

#[test]
fn what_the_desk_said_of_a_card_and_central_has_not_decided_is_the_later_word() {
    let handed_over = |bench: &mut Bench| {
        bench.world.report = report(3, 400);
        bench.world.record = Some(record(CardStatus::PrintedNotHandedOver));
        bench.world.said = Some(CardStatus::Issued);
        bench.insert();
    };
    let mut bench = Bench::new();
    handed_over(&mut bench);
    assert_eq!((found(&bench), first(&bench).0), (Finding::Is(Diagnosis::Good), Choice::Unlock));
    bench.world.central_says = vec![CentralFault::Timeout];
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::Good), "central asked in vain");
    bench.offline();
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::Good), "central not asked");

    let mut bench = Bench::new();
    handed_over(&mut bench);
    bench.world.record = Some(record(CardStatus::Cancelled));
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::Cancelled), "whatever the desk said before");
}

#[test]
fn without_a_card_the_visits_are_numbered_and_rows_past_nine_are_reached_by_the_arrows() {
    let mut bench = Bench::new();
    for _ in 0..12 {
        bench.desk.place = Place::Home(Home::default());
        bench.key(Key::Char('2'));
    }
    bench.desk.place = Place::Home(Home::default());
    let rows = offers(bench.home(), &bench.desk);
    assert_eq!(rows.len(), 15);
    for _ in 0..40 {
        bench.key(Key::Down);
    }
    assert_eq!(bench.home().pick, 14);
    bench.key(Key::Enter);
    assert_eq!(Place::Visit(bench.desk.visits[11].id), bench.desk.place);
}

#[test]
fn an_unlocker_sees_why_a_card_cannot_be_cancelled() {
    let mut bench = Bench::new();
    if let Some(session) = &mut bench.desk.session {
        session.role = crate::domain::Role::Lsa;
    }
    bench.insert();
    let offered = offers(bench.home(), &bench.desk);
    assert!(offered.contains(&(Choice::Unlock, None)) && offered.contains(&(Choice::CancelThis, Some("why-role"))));
}

/// A reset and an issue of Priya's own, parked; the home screen.
fn parked() -> Bench {
    let mut bench = Bench::with_card(report(0, 400), issued());
    bench.key(Key::Enter);
    bench.key(Key::Esc);
    for job in [
        Job::Reset(Box::new(Reset::new(record(CardStatus::Issued), report(0, 400)))),
        Job::Issue(Box::new(Issue::for_person(super::bench::person()))),
        Job::Register(Box::new(Register::new(&bench.desk))),
        Job::Cancel(Box::new(Cancel::by_number())),
    ] {
        bench.park(job);
    }
    bench
}

/// Why each of them can't be gone on with: reset, issue, register, cancel.
fn why_not(bench: &Bench) -> Vec<Option<&'static str>> {
    let offers = offers(bench.home(), &bench.desk);
    offers.into_iter().filter(|(choice, _)| matches!(choice, Choice::Resume(_))).map(|(_, why)| why).collect()
}

#[test]
fn the_same_agent_in_another_role_goes_on_only_with_what_that_role_may_do() {
    use crate::domain::Role;
    let no = Some("why-role");
    let mut bench = parked();
    assert_eq!(why_not(&bench), [None; 4]);
    for (role, expected) in
        [(Role::Lsa, [None, no, no, no]), (Role::IdChecker, [no, no, None, no]), (Role::RaAgentAdvanced, [None; 4])]
    {
        bench.desk.session.as_mut().unwrap().role = role;
        assert_eq!(why_not(&bench), expected, "{role:?}");
    }
    bench.desk.session.as_mut().unwrap().role = Role::IdChecker;
    bench.resume();
    assert!(bench.is_home() && bench.home().notice == no, "choosing it all the same opens nothing");
}

#[test]
fn a_reduced_session_goes_on_with_lost_cards_only_and_an_old_list_stops_work_on_cards() {
    let mut bench = parked();
    bench.desk.session.as_mut().unwrap().reduced = true;
    let expired = Some("why-roster-expired");
    assert_eq!(why_not(&bench), [expired, expired, expired, None]);
    let mut bench = parked();
    bench.list(nothing_revoked(), -1);
    let old = Some("why-revocations-old");
    assert_eq!(why_not(&bench), [old, old, None, None]);
}

#[test]
fn a_card_in_work_at_this_desk_is_gone_on_with_under_the_rules_of_its_visit() {
    use crate::domain::Role;
    let mut bench = Bench::with_card(report(0, 400), Some(record(CardStatus::WrittenNotPrinted)));
    bench.park(Job::Issue(Box::new(Issue::continue_card(record(CardStatus::WrittenNotPrinted), None))));
    bench.desk.visits[0].agent.as_mut().unwrap().number = "900000000002".parse().unwrap();
    bench.desk.visits[0].agent.as_mut().unwrap().role = Role::RaManager;
    bench.insert();
    assert_eq!(offers(bench.home(), &bench.desk)[0], (Choice::ContinueCard, Some("why-other-role")));
    bench.key(Key::Char('1'));
    assert!(bench.is_home() && bench.home().take_over.is_none());
}

#[test]
fn a_card_that_another_desk_began_is_gone_on_with_by_its_chip_and_its_next_print() {
    let started = CardRecord { prints: 2, ..record(CardStatus::WrittenNotPrinted) };
    let mut bench = Bench::with_card(report(0, 400), Some(started));
    bench.key(Key::Enter);
    let Job::Issue(issue) = bench.job() else { panic!("{:?}", bench.job()) };
    assert_eq!(issue.card.as_ref().unwrap().chip_serial.as_deref(), Some("77"));
    let crate::journey::issue::Stage::Print(print) = &issue.stage else { panic!("{:?}", issue.stage) };
    assert_eq!(print.attempt, 3);
    let granted = CardRecord { prints: 2, ..record(CardStatus::Granted) };
    let issue = Issue::continue_card(granted, Some("77".to_owned()));
    let crate::journey::issue::Stage::Permission(blank, _) = &issue.stage else { panic!("{:?}", issue.stage) };
    assert_eq!(blank.identity.chip_serial.as_deref(), Some("77"));
}

#[test]
fn a_blank_whose_grant_was_asked_for_when_the_desk_stopped_is_still_a_blank_of_ours() {
    let taken = Some(super::bench::CARD);
    let mut bench = Bench::new();
    bench.world.report = blank();
    bench.world.report.identity.chip_serial = Some("77".to_owned());
    bench.world.stock =
        Some(StockRecord { batch: "B7".to_owned(), series: 9, profile: "piv-p256".to_owned(), used_for: taken });
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::BlankNotInStock));
    let asked = |chip: &str| Issue::continue_card(record(CardStatus::Granted), Some(chip.to_owned()));
    bench.park(Job::Issue(Box::new(asked("78"))));
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::BlankNotInStock), "another blank is asked for");
    bench.park(Job::Issue(Box::new(asked("77"))));
    bench.insert();
    assert_eq!(found(&bench), Finding::Is(Diagnosis::BlankInStock));
}

#[test]
fn while_a_card_is_looked_at_no_figure_chooses_a_row_that_is_about_to_move() {
    let mut bench = Bench::new();
    let card = ReaderChange::Card { atr: Vec::new(), count: 9 };
    bench.send(Input::Reader(ReaderRole::Customer, card));
    for answers in 0.. {
        if !bench.home().card.is_looked_at() {
            assert!(answers >= 3, "read, asked here and at central, and proven: {answers}");
            break;
        }
        assert!(super::offers(bench.home(), &bench.desk).is_empty());
        for key in [Key::Char('1'), Key::Char('2'), Key::Enter] {
            bench.send(Input::Key(key));
            assert!(bench.is_home());
        }
        let next = *bench.open.keys().next().expect("somebody is asked");
        bench.answer(next);
    }
    assert_eq!(first(&bench).0, Choice::Unlock);
    bench.send(Input::Reader(ReaderRole::Customer, ReaderChange::Card { atr: Vec::new(), count: 10 }));
    bench.key(Key::Char('/'));
    assert!(!bench.is_home(), "somebody can be looked for at any time");
}

#[test]
fn a_card_pulled_while_it_is_asked_about_leaves_an_empty_screen() {
    let mut bench = Bench::new();
    bench.send(crate::journey::Input::Reader(ReaderRole::Customer, ReaderChange::Card { atr: Vec::new(), count: 1 }));
    bench.pull();
    bench.answer_all();
    assert_eq!(bench.home().card, CardLook::None);
    bench.send(crate::journey::Input::Sync(SyncView { network: NetworkView::Online, ..SyncView::default() }));
    assert!(bench.is_home());
}

#[test]
fn a_session_that_central_ended_locks_the_desk_and_says_so() {
    let mut bench = Bench::new();
    bench.desk.session_told = true;
    bench.world.central_says = vec![CentralFault::Problem(ProblemCode::NoSession)];
    bench.insert();
    let Place::SignIn(state) = &bench.desk.place else { panic!("{:?}", bench.desk.place) };
    assert!(bench.desk.session.is_none() && bench.desk.owners.is_empty());
    assert_eq!(state.problem, Some(sign_in::Problem::EndedByCentral));
    assert!(matches!(&bench.facts[..], [Fact::SessionEnded { reason }] if reason == "ended_by_central"));
}

#[test]
fn a_session_that_began_without_the_network_is_told_to_central_before_it_counts_as_ended() {
    let mut bench = Bench::new();
    bench.world.central_says = vec![CentralFault::Problem(ProblemCode::NoSession)];
    bench.insert();
    assert!(bench.is_home() && bench.desk.session.is_some(), "central has not heard of it yet");
    assert!(bench.desk.session_told, "it has now");
    bench.pull();
    bench.insert();
    assert!(bench.is_home(), "asked again, and answered");
    bench.pull();
    bench.world.central_says = vec![CentralFault::Problem(ProblemCode::NoSession)];
    bench.insert();
    assert!(matches!(bench.desk.place, Place::SignIn(_)), "told, and ended since");
}

#[test]
fn a_clock_put_back_does_not_revive_a_list_of_cancelled_cards() {
    let mut bench = Bench::with_card(report(0, 400), issued());
    let list = std::sync::Arc::new(crate::wire::message::Revocations { cards: vec![], serials: vec![] });
    let facts = crate::journey::input::StatementFacts { version: 1, expires: NOW.plus(Millis::HOUR) };
    bench.desk.revocations = Some((list, facts));
    let old =
        |bench: &Bench| offers(bench.home(), &bench.desk).contains(&(Choice::Unlock, Some("why-revocations-old")));
    bench.send(Input::Minute);
    assert!(!old(&bench), "good by the clock");
    // The clock was put back: central has signed something ten years later.
    bench.send(Input::Passed(NOW.plus(3653 * Millis::DAY)));
    bench.send(Input::Passed(NOW));
    assert!(old(&bench));
    bench.send(Input::Minute);
    assert_eq!(bench.desk.clock, ClockView::Doubtful);
}
