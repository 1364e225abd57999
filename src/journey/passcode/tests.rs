//! The operation against an answering table.

use super::*;
use crate::card::task::CardAnswer;
use crate::domain::Millis;
use crate::journey::input::{NetworkView, ReaderChange};
use crate::journey::{About, Effect, Env, Place};
use crate::wire::message::Nonce;
use uuid::Uuid;

const VISIT: VisitId = VisitId(Uuid::from_u128(7));
const CARD: CardGuid = CardGuid([4; 16]);

fn subject() -> Subject {
    Subject { grant: GrantId(Uuid::from_u128(1)), card: CARD, chip_serial: Some("77".to_owned()), certificate: None }
}

/// A desk with the first manager's card in work, and the operation beside it: `own` signs, so no agent is needed.
struct Bench {
    desk: crate::journey::Desk,
    operation: NewPasscode,
    facts: Vec<Fact>,
    journal: Vec<(String, JournalPhase)>,
    open: Vec<Effect>,
    progress: Progress,
    round: u64,
}

impl Bench {
    fn new() -> Self {
        let about = About { no_manager_yet: true, ..crate::journey::bench::about() };
        let mut desk = crate::journey::Desk::new(about, Vec::new(), Millis(0));
        desk.place = Place::Visit(VISIT);
        desk.sync.network = NetworkView::Online;
        desk.readers.customer = ReaderChange::Card { atr: Vec::new(), count: 1 };
        let signer = Signer::ThisCard { certificate: vec![1] };
        let operation = NewPasscode::new(subject(), ActKind::HandOver, signer);
        let progress = Progress::Going;
        let mut bench =
            Self { desk, operation, facts: Vec::new(), journal: Vec::new(), open: Vec::new(), progress, round: 0 };
        bench.send(&VisitEvent::Shown);
        bench
    }

    fn send(&mut self, event: &VisitEvent<'_>) {
        self.round += 1;
        let env = Env { now: Millis(0), fresh: [3; 32] };
        let mut ctx = Ctx::new(&mut self.desk, &env);
        self.progress = self.operation.on(&mut ctx, VISIT, event);
        for write in ctx.writes {
            match write {
                crate::journey::Write::Event { fact, .. } => self.facts.push(*fact),
                crate::journey::Write::Journal { step, phase, .. } => self.journal.push((step, phase)),
                _ => {}
            }
        }
        self.open.extend(ctx.effects);
    }

    /// The one question on its way.
    fn asked(&mut self) -> Effect {
        let asks: Vec<Effect> =
            self.open.drain(..).filter(|e| matches!(e, Effect::Card { .. } | Effect::Central(..))).collect();
        assert_eq!(asks.len(), 1, "{asks:?} at {:?}", self.operation.stage);
        asks.into_iter().next().unwrap()
    }

    fn central(&mut self, answer: Result<CentralAnswer, CentralFault>) -> CentralCall {
        let Effect::Central(id, call) = self.asked() else { panic!("no question to central") };
        self.desk.owners.remove(&id);
        self.send(&VisitEvent::Central(id, &answer));
        call
    }

    fn card(&mut self, answer: Result<CardAnswer, CardFault>) -> CardTask {
        let Effect::Card { id, task, expect, reader } = self.asked() else { panic!("no task for a card") };
        assert_eq!((reader, expect), (ReaderRole::Customer, Some(subject().identity())));
        self.desk.owners.remove(&id);
        self.send(&VisitEvent::Card(id, &answer));
        task
    }

    fn nonce() -> Result<CentralAnswer, CentralFault> {
        Ok(CentralAnswer::Nonce(Nonce { nonce: Bytes(vec![5; 32]), expires: Millis(1) }))
    }

    fn release(&mut self, next_is_possible: bool) -> CentralCall {
        self.central(Ok(CentralAnswer::Released { puk_n: 1, next_is_possible, fetches_left: 3 }))
    }

    /// Up to the holder's turn.
    fn proven(next_is_possible: bool) -> Self {
        let mut bench = Self::new();
        assert!(matches!(bench.central(Self::nonce()), CentralCall::Nonce));
        let task = bench.card(Ok(CardAnswer::Signature(vec![8])));
        assert_eq!(task, CardTask::ProveCard { message: proof_bytes(CARD, &[5; 32]) });
        bench.card(Ok(CardAnswer::Verified));
        bench.card(Ok(CardAnswer::Signature(vec![9])));
        bench.release(next_is_possible);
        bench
    }

    fn type_good(&mut self) {
        let good = SecretState { typed: 6, verdict: PasscodeVerdict::Good, same_as_first: false };
        self.send(&VisitEvent::Secret(VaultSlot::HolderPin, good));
        self.send(&VisitEvent::Command("take-passcode"));
        let same = SecretState { same_as_first: true, ..good };
        self.send(&VisitEvent::Secret(VaultSlot::HolderPinAgain, same));
        self.send(&VisitEvent::Command("take-passcode"));
    }

    fn restart(&mut self) {
        let stored = serde_json::to_vec(&self.operation).unwrap();
        self.operation = serde_json::from_slice(&stored).unwrap();
        self.desk.owners.clear();
        self.open.clear();
        self.send(&VisitEvent::Shown);
    }
}

fn unlock(with: Which) -> CardTask {
    CardTask::Unlock { puk: with.slot(), pin: VaultSlot::HolderPin }
}

fn rotate(from: Which) -> CardTask {
    CardTask::RotatePuk { from: from.slot(), to: VaultSlot::NextPuk }
}

#[test]
fn proof_release_two_typings_unlock_and_rotation_end_in_a_new_puk_number() {
    let mut bench = Bench::proven(false);
    assert_eq!(bench.facts, [Fact::ResetIntended { visit: VISIT, card: CARD, puk_n: 1 }]);
    assert!(bench.operation.is_holders_turn());
    bench.type_good();
    assert_eq!(bench.card(Ok(CardAnswer::Done)), unlock(Which::Current));
    assert_eq!(bench.card(Ok(CardAnswer::Done)), rotate(Which::Current));
    let Progress::Done(finished) = &bench.progress else { panic!("{:?}", bench.progress) };
    assert_eq!((finished.passcode_set, finished.puk_n), (true, Some(2)));
    assert_eq!(finished.act.statement.kind, ActKind::HandOver);
    use JournalPhase::{Confirmed, Sent};
    let steps = [("unlock", Sent), ("unlock", Confirmed), ("rotate", Sent), ("rotate", Confirmed)];
    assert_eq!(bench.journal, steps.map(|(step, phase)| (step.to_owned(), phase)));
}

#[test]
fn a_puk_that_may_have_been_rotated_is_tried_first_and_needs_no_rotation_then() {
    let mut bench = Bench::proven(true);
    bench.type_good();
    assert_eq!(bench.card(Ok(CardAnswer::Done)), unlock(Which::Next));
    assert!(matches!(&bench.progress, Progress::Done(finished) if finished.puk_n == Some(2)));
}

#[test]
fn the_other_puk_is_tried_only_while_more_than_one_try_is_left() {
    let mut bench = Bench::proven(true);
    bench.type_good();
    bench.card(Err(CardFault::WrongPuk { left: 2 }));
    assert_eq!(bench.card(Ok(CardAnswer::Done)), unlock(Which::Current));
    assert_eq!(bench.card(Ok(CardAnswer::Done)), rotate(Which::Current));
    let mut last = Bench::proven(true);
    last.type_good();
    last.card(Err(CardFault::WrongPuk { left: 1 }));
    assert!(matches!(&last.progress, Progress::Lost(finished) if !finished.passcode_set && finished.puk_n.is_none()));
}

#[test]
fn a_release_refused_until_a_record_is_there_goes_on_by_itself_once_it_is_sent() {
    let behind = || Err(CentralFault::Problem(ProblemCode::AwaitingRecord));
    let mut bench = Bench::new();
    bench.central(Bench::nonce());
    bench.card(Ok(CardAnswer::Signature(vec![8])));
    bench.card(Ok(CardAnswer::Verified));
    bench.card(Ok(CardAnswer::Signature(vec![9])));
    for waiting in [3, 2, 1] {
        bench.desk.sync.waiting = waiting;
        assert!(matches!(bench.central(behind()), CentralCall::Release(..)));
        assert_eq!(bench.operation.trouble, Some(Trouble::Central(CentralFault::Problem(ProblemCode::AwaitingRecord))));
        assert!(bench.open.is_empty(), "nothing is asked until something is sent");
        bench.send(&VisitEvent::WorldChanged);
    }
    // Sent while central said no: asked once more, and then not again until something changes.
    bench.desk.sync.waiting = 0;
    bench.central(behind());
    bench.central(behind());
    assert!(bench.open.is_empty() && bench.operation.trouble.is_some());
    bench.send(&VisitEvent::WorldChanged);
    bench.release(false);
    assert!(bench.operation.is_holders_turn());
}

#[test]
fn a_refused_passcode_is_forgotten_and_says_why() {
    let mut bench = Bench::proven(false);
    let easy = SecretState { typed: 6, verdict: PasscodeVerdict::TooEasy, same_as_first: false };
    bench.send(&VisitEvent::Secret(VaultSlot::HolderPin, easy));
    bench.send(&VisitEvent::Command("take-passcode"));
    assert_eq!(bench.operation.stage, Stage::First);
    assert_eq!(bench.operation.refused, Some(Refused::Rule(PasscodeVerdict::TooEasy)));
    let good = SecretState { typed: 6, verdict: PasscodeVerdict::Good, same_as_first: false };
    bench.send(&VisitEvent::Secret(VaultSlot::HolderPin, good));
    assert_eq!(bench.operation.refused, None);
    bench.send(&VisitEvent::Command("take-passcode"));
    bench.send(&VisitEvent::Secret(VaultSlot::HolderPinAgain, good));
    bench.send(&VisitEvent::Command("take-passcode"));
    assert_eq!((&bench.operation.stage, bench.operation.refused), (&Stage::First, Some(Refused::NotTheSame)));
}

#[test]
fn a_card_pulled_while_it_is_unlocked_is_unlocked_again_when_it_is_back() {
    let mut bench = Bench::proven(false);
    bench.type_good();
    bench.card(Err(CardFault::Removed));
    assert_eq!(bench.operation.trouble, Some(Trouble::Card(CardFault::Removed)));
    bench.send(&VisitEvent::CardIn);
    assert_eq!(bench.card(Ok(CardAnswer::Done)), unlock(Which::Current));
}

#[test]
fn a_rotation_whose_outcome_is_unknown_is_settled_by_setting_the_passcode_again() {
    let mut bench = Bench::proven(false);
    bench.type_good();
    bench.card(Ok(CardAnswer::Done));
    bench.card(Err(CardFault::Removed));
    bench.send(&VisitEvent::CardIn);
    bench.release(true);
    bench.type_good();
    assert_eq!(bench.card(Err(CardFault::WrongPuk { left: 2 })), unlock(Which::Next));
    assert_eq!(bench.card(Ok(CardAnswer::Done)), unlock(Which::Current));
    assert_eq!(bench.card(Ok(CardAnswer::Done)), rotate(Which::Current));
    assert!(matches!(&bench.progress, Progress::Done(finished) if finished.puk_n == Some(2)));
}

#[test]
fn after_a_restart_the_same_release_is_fetched_and_the_holder_types_again() {
    let mut bench = Bench::proven(false);
    let before = bench.operation.request.clone();
    bench.type_good();
    bench.restart();
    let CentralCall::Release(_, request) = bench.release(true) else { panic!("no release") };
    assert_eq!(Some(request), before);
    assert!(bench.operation.is_holders_turn());
    assert_eq!(bench.facts.len(), 1, "one intent");
}

#[test]
fn after_a_restart_in_the_rotation_the_holder_types_again_and_the_new_puk_is_tried_first() {
    let mut bench = Bench::proven(false);
    bench.type_good();
    bench.card(Ok(CardAnswer::Done));
    bench.restart();
    bench.release(true);
    bench.type_good();
    assert_eq!(bench.card(Ok(CardAnswer::Done)), unlock(Which::Next));
    assert!(matches!(bench.progress, Progress::Done(_)));
}

#[test]
fn two_stops_at_the_same_doubtful_puk_do_not_spend_two_tries_on_it() {
    let mut bench = Bench::proven(true);
    bench.type_good();
    assert!(matches!(bench.asked(), Effect::Card { task, .. } if task == unlock(Which::Next)));
    bench.restart();
    bench.release(true);
    bench.type_good();
    assert_eq!(bench.card(Err(CardFault::WrongPuk { left: 1 })), unlock(Which::Current));
    assert!(matches!(bench.progress, Progress::Lost(_)), "the last try is never spent");
}

#[test]
fn what_was_not_rotated_here_is_not_doubted_because_the_release_is_fetched_again() {
    let mut bench = Bench::proven(false);
    bench.type_good();
    bench.restart();
    bench.release(true);
    bench.type_good();
    assert_eq!(bench.card(Ok(CardAnswer::Done)), unlock(Which::Current));
}

#[test]
fn a_running_step_is_waited_for_when_the_visit_is_shown_again() {
    let mut bench = Bench::proven(false);
    bench.type_good();
    bench.send(&VisitEvent::Shown);
    assert_eq!(bench.card(Ok(CardAnswer::Done)), unlock(Which::Current));
}

#[test]
fn a_look_alike_is_stopped_before_anything_is_released() {
    let mut bench = Bench::new();
    bench.operation.subject.certificate = Some(vec![0x30, 0x00]);
    bench.central(Bench::nonce());
    let Effect::Card { id, .. } = bench.asked() else { panic!() };
    bench.desk.owners.remove(&id);
    bench.send(&VisitEvent::Card(id, &Ok(CardAnswer::Signature(vec![8]))));
    assert_eq!(bench.operation.trouble, Some(Trouble::Card(CardFault::ProofFailed)));
    assert!(bench.open.is_empty() && bench.facts.is_empty());
}

#[test]
fn the_first_managers_card_without_its_random_passcode_asks_the_visit_for_a_new_one() {
    let mut bench = Bench::new();
    bench.central(Bench::nonce());
    bench.card(Ok(CardAnswer::Signature(vec![8])));
    bench.card(Err(CardFault::SecretMissing));
    assert_eq!(bench.progress, Progress::NoEncodePin);
}
