//! The set-up, key by key.

use super::*;
use crate::domain::{DeskId, Environment, Millis};
use crate::journey::{About, Effect, Env, Input, Step, bench, update};
use crate::policy::passcode::PasscodeVerdict;
use crate::wire::message::Bytes;
use uuid::Uuid;

const PRINT: &str = "AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB";

fn desk() -> Desk {
    let about = About { organisation: None, simulated: false, enrolled: false, ..bench::about() };
    Desk::new(about, Vec::new(), Millis(0))
}

fn send(desk: &mut Desk, input: &Input) -> Step {
    let step = update(desk, input, &Env { now: Millis(5), fresh: [1; 32] });
    *desk = step.next.clone();
    step
}

fn state(desk: &Desk) -> &SetUp {
    match &desk.place {
        Place::SetUp(state) => state,
        other => panic!("{other:?}"),
    }
}

fn typed(count: u8) -> SecretState {
    SecretState { typed: count, verdict: PasscodeVerdict::NotFigures, same_as_first: false }
}

/// Host and fingerprint typed, the code typed, Enter: the question to central.
fn asked(desk: &mut Desk) -> EffectId {
    send(desk, &Input::Paste("https://central.example.org:8443/".to_owned()));
    send(desk, &Input::Key(Key::Enter));
    send(desk, &Input::Paste(PRINT.to_owned()));
    send(desk, &Input::Key(Key::Enter));
    assert_eq!(crate::journey::secret_focus(desk), Some(VaultSlot::InviteCode));
    send(desk, &Input::Secret(VaultSlot::InviteCode, typed(8)));
    let step = send(desk, &Input::Key(Key::Enter));
    let [Effect::Central(id, CentralCall::EnrolDesk { host, fingerprint })] = step.effects.as_slice() else {
        panic!("{:?}", step.effects)
    };
    assert_eq!((host.as_str(), fingerprint.len()), ("central.example.org:8443", 64));
    *id
}

fn record() -> DeskRecord {
    DeskRecord {
        desk: DeskId(Uuid::from_u128(3)),
        name: "desk 2".to_owned(),
        place: "Truro clinic".to_owned(),
        organisation: "REF".parse().unwrap(),
        epoch: 1,
        seal_key: Bytes::default(),
        statement_key: Bytes::default(),
        card_ca: Bytes(vec![1, 2, 3]),
        environment: Environment::Live,
    }
}

fn enrolled_desk() -> Desk {
    let mut desk = desk();
    let id = asked(&mut desk);
    send(&mut desk, &Input::Central(id, Ok(CentralAnswer::DeskEnrolled(Box::new(record())))));
    desk
}

#[test]
fn an_invite_makes_this_desk_a_desk() {
    let desk = enrolled_desk();
    assert_eq!(state(&desk).stage, Stage::Enrolled);
    assert!(desk.about.enrolled);
    assert_eq!((desk.about.card_ca.as_slice(), desk.about.environment), ([1, 2, 3].as_slice(), Environment::Live));
}

#[test]
fn a_wrong_code_is_typed_again_and_the_rest_stays() {
    let mut desk = desk();
    let id = asked(&mut desk);
    send(&mut desk, &Input::Central(id, Err(CentralFault::Problem(ProblemCode::BadCode))));
    assert_eq!((state(&desk).stage, state(&desk).secret.typed), (Stage::Code, 0));
    assert!(state(&desk).form.text("host").contains("central.example.org"));
}

#[test]
fn a_central_with_another_fingerprint_leads_back_to_the_fingerprint() {
    let mut desk = desk();
    let id = asked(&mut desk);
    send(&mut desk, &Input::Central(id, Err(CentralFault::NotTrusted)));
    assert_eq!((state(&desk).stage, state(&desk).form.focus), (Stage::Invite, 1));
    assert_eq!(state(&desk).form.text("fingerprint"), PRINT);
}

#[test]
fn without_network_the_same_code_is_sent_again_with_enter() {
    let mut desk = desk();
    let id = asked(&mut desk);
    send(&mut desk, &Input::Central(id, Err(CentralFault::Unreachable)));
    let step = send(&mut desk, &Input::Key(Key::Enter));
    assert!(matches!(step.effects.as_slice(), [Effect::Central(_, CentralCall::EnrolDesk { .. })]));
}

#[test]
fn a_bad_host_and_a_short_fingerprint_are_said_at_their_fields() {
    let mut desk = desk();
    send(&mut desk, &Input::Paste("not a host".to_owned()));
    send(&mut desk, &Input::Key(Key::Enter));
    send(&mut desk, &Input::Paste("ABCD".to_owned()));
    send(&mut desk, &Input::Key(Key::Enter));
    let errors: Vec<bool> = state(&desk).form.fields.iter().map(|f| f.error.is_some()).collect();
    assert_eq!((errors, state(&desk).form.focus, state(&desk).stage), (vec![true, true], 0, Stage::Invite));
}

#[test]
fn a_bootstrap_code_starts_the_first_managers_card_and_going_on_finds_it_again() {
    let mut desk = enrolled_desk();
    send(&mut desk, &Input::Key(Key::F(10)));
    assert_eq!(crate::journey::secret_focus(&desk), Some(VaultSlot::BootstrapCode));
    send(&mut desk, &Input::Secret(VaultSlot::BootstrapCode, typed(8)));
    send(&mut desk, &Input::Key(Key::Enter));
    assert!(matches!(desk.open_visit().map(|v| &v.job), Some(Job::Issue(issue)) if issue.is_first()));
    send(&mut desk, &Input::Key(Key::F(3)));
    assert!(matches!(desk.place, Place::SignIn(_)), "left: {:?}", desk.place);
    send(&mut desk, &Input::Key(Key::F(10)));
    send(&mut desk, &Input::Secret(VaultSlot::BootstrapCode, typed(8)));
    send(&mut desk, &Input::Key(Key::Enter));
    assert_eq!(desk.visits.len(), 1, "the same visit");
    assert!(desk.open_visit().is_some());
}

#[test]
fn what_is_known_of_managers_is_remembered_and_a_begun_card_can_always_be_gone_on_with() {
    let mut desk = enrolled_desk();
    let step = send(&mut desk, &Input::Key(Key::F(10)));
    assert!(step.writes.iter().any(|write| {
        matches!(write, Write::Setting { key, value } if key == NO_MANAGER_SETTING && value == "yes")
    }));
    send(&mut desk, &Input::Secret(VaultSlot::BootstrapCode, typed(8)));
    send(&mut desk, &Input::Key(Key::Enter));
    send(&mut desk, &Input::Key(Key::F(3)));
    desk.about.no_manager_yet = false;
    send(&mut desk, &Input::Key(Key::F(10)));
    assert_eq!(state(&desk).stage, Stage::FirstManager);
}

#[test]
fn esc_goes_back_and_keeps_what_can_be_seen() {
    let mut desk = desk();
    asked(&mut desk);
    let mut desk2 = enrolled_desk();
    send(&mut desk2, &Input::Key(Key::F(10)));
    send(&mut desk2, &Input::Key(Key::Esc));
    assert!(matches!(desk2.place, Place::SignIn(_)));
    let mut typed_in = self::desk();
    send(&mut typed_in, &Input::Paste("central.example.org".to_owned()));
    send(&mut typed_in, &Input::Key(Key::Enter));
    send(&mut typed_in, &Input::Paste(PRINT.to_owned()));
    send(&mut typed_in, &Input::Key(Key::Enter));
    send(&mut typed_in, &Input::Key(Key::Esc));
    assert_eq!((state(&typed_in).stage, state(&typed_in).form.text("host")), (Stage::Invite, "central.example.org"));
}
