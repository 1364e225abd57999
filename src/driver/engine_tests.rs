//! What becomes of steps while the store does not commit.

use std::time::Duration;

use uuid::Uuid;

use super::*;
use crate::card::task::CardAnswer;
use crate::domain::{CardGuid, Role, Secret, VisitId};
use crate::driver::backlog::RETRY;
use crate::journey::ctx::Ctx;
use crate::journey::effect::EffectId;
use crate::journey::input::{ChainPlace, ReaderChange, ReaderRole, StoreAnswer};
use crate::journey::register::Register;
use crate::journey::sign_in::{SignIn, Stage, Who};
use crate::journey::visit::Keeper;
use crate::journey::{Job, Place, Session, Visit, bench, home, take_over};
use crate::wire::fact::Fact;

const NOON: Millis = Millis(1_795_435_200_000);

/// Remembers what was written, and can be out of order.
#[derive(Default)]
struct FakeStore {
    broken: bool,
    /// The next commit hangs.
    hangs: bool,
    hanging: Vec<Write>,
    /// How the commit that hangs ends; none: not yet.
    ends_well: Option<bool>,
    written: Vec<Write>,
}

impl Commit for FakeStore {
    fn commit(&mut self, writes: Vec<Write>) -> Result<(), StoreTrouble> {
        assert!(self.hanging.is_empty(), "a commit beside one that is not known");
        if self.broken {
            return Err(StoreTrouble::DiskFull);
        }
        if writes.iter().any(|write| matches!(write, Write::SeenRefused(POISON))) {
            return Err(StoreTrouble::NotKept);
        }
        if std::mem::take(&mut self.hangs) {
            self.hanging = writes;
            return Err(StoreTrouble::Unknown);
        }
        self.written.extend(writes);
        Ok(())
    }

    fn known(&mut self) -> Option<Result<(), StoreTrouble>> {
        let writes = std::mem::take(&mut self.hanging);
        match self.ends_well.take() {
            None => {
                self.hanging = writes;
                None
            }
            Some(true) => {
                self.written.extend(writes);
                Some(Ok(()))
            }
            Some(false) => Some(Err(StoreTrouble::DiskFull)),
        }
    }
}

/// A write that [`FakeStore`] never takes.
const POISON: u64 = 13;

impl FakeStore {
    fn facts(&self) -> Vec<&Fact> {
        self.written
            .iter()
            .filter_map(|w| if let Write::Event { fact, .. } = w { Some(fact.as_ref()) } else { None })
            .collect()
    }
}

/// Remembers what was handed over.
#[derive(Default)]
struct FakeDevices {
    done: Vec<Effect>,
    refusals: Vec<Input>,
}

impl Perform for FakeDevices {
    fn perform(&mut self, effect: Effect, _vault: &Vault) {
        self.done.push(effect);
    }

    fn refused(&mut self) -> Vec<Input> {
        std::mem::take(&mut self.refusals)
    }
}

struct FakeWorld;

impl World for FakeWorld {
    fn now(&self) -> Millis {
        NOON
    }

    fn fresh(&mut self) -> [u8; 32] {
        [7; 32]
    }
}

type TestEngine = Engine<FakeStore, FakeDevices, FakeWorld>;

fn visit_id() -> VisitId {
    VisitId(Uuid::from_u128(0x0190_a5c4_0000_7000_8000_0102_0304_0506))
}

fn session() -> Session {
    Session {
        agent: "555100000001".parse().unwrap(),
        name: "Priya Shah".to_owned(),
        card: CardGuid([0xAA; 16]),
        role: Role::RaAgent,
        organisation: "REF".parse().unwrap(),
        organisation_name: "Royal Cornwall".to_owned(),
        started: NOON,
        certificate: vec![1],
        reduced: false,
    }
}

/// Somebody is signed in, at the home screen; another agent's registration is open.
fn engine() -> TestEngine {
    let about = bench::about();
    let mut desk = Desk::new(about, Vec::new(), NOON);
    desk.session = Some(session());
    desk.place = Place::Home(home::Home::default());
    desk.readers.agent = ReaderChange::Card { atr: vec![0x3B], count: 1 };
    desk.readers.customer = ReaderChange::Empty;
    let job = Job::Register(Box::new(Register::new(&desk)));
    let other = Keeper { number: "555100000019".parse().unwrap(), ..session().keeper() };
    desk.visits.push(Visit { id: visit_id(), started: NOON, agent: Some(other), holder: None, job });
    Engine::new(desk, Vault::default(), FakeStore::default(), FakeDevices::default(), FakeWorld)
}

fn input(engine: &mut TestEngine, input: Input) {
    engine.take(vec![Arrival::Input(input)]);
}

fn after_the_retry_time(engine: &mut TestEngine) {
    engine.tick(Instant::now() + RETRY + Duration::from_secs(1));
}

/// A taking over that waits for the agent's signature; the id of the card's answer.
fn taking_over(engine: &mut TestEngine) -> EffectId {
    let env = Env { now: NOON, fresh: [7; 32] };
    let mut ctx = Ctx::new(&mut engine.desk, &env);
    take_over::begin(&mut ctx, visit_id());
    let Some(Effect::Store(head, _)) = ctx.effects.first().cloned() else { panic!("the chain was not asked for") };
    input(engine, Input::Store(head, StoreAnswer::Head(ChainPlace::default())));
    match engine.devices.done.last() {
        Some(Effect::Card { id, .. }) => *id,
        other => panic!("the card was not asked to sign: {other:?}"),
    }
}

fn signature(id: EffectId) -> Input {
    Input::Card(id, Ok(CardAnswer::Signature(vec![1, 2, 3])))
}

fn is_taken_over(engine: &TestEngine) -> bool {
    engine.desk.visit(visit_id()).and_then(|v| v.agent.as_ref()).is_some_and(|a| a.number == session().agent)
}

#[test]
fn a_session_ends_with_its_card_though_the_store_does_not_commit() {
    let mut engine = engine();
    engine.vault.put(VaultSlot::Puk, Secret::new(b"12345678".to_vec()));
    engine.store.broken = true;
    input(&mut engine, Input::Reader(ReaderRole::Agent, ReaderChange::Empty));
    assert!(engine.desk.session.is_none());
    assert_eq!(engine.desk.readers.agent, ReaderChange::Empty);
    assert!(engine.vault.get(VaultSlot::Puk).is_none());
    assert!(engine.devices.done.iter().any(|e| matches!(e, Effect::LetGo(ReaderRole::Agent))));
    assert_eq!(engine.desk.trouble, Some(StoreTrouble::DiskFull));

    engine.store.broken = false;
    assert!(engine.next_wake().is_some(), "nothing would try again");
    after_the_retry_time(&mut engine);
    assert!(matches!(engine.store.facts()[..], [Fact::SessionEnded { .. }]));
    assert_eq!(engine.desk.trouble, None);
}

#[test]
fn the_lock_key_locks_though_the_store_does_not_commit() {
    let mut engine = engine();
    engine.store.broken = true;
    engine.take(vec![Arrival::Key(Key::F(9))]);
    assert!(engine.desk.session.is_none() && matches!(engine.desk.place, Place::SignIn(_)));
}

#[test]
fn what_is_owed_is_written_before_the_next_step() {
    let mut engine = engine();
    let id = taking_over(&mut engine);
    engine.store.broken = true;
    engine.backlog.owe(vec![Write::SeenRefused(1)]);
    engine.store.broken = false;
    input(&mut engine, signature(id));
    assert!(matches!(engine.store.written.first(), Some(Write::SeenRefused(1))));
    assert!(matches!(engine.store.facts()[..], [Fact::TakenOver { .. }]));
    assert!(engine.backlog.is_empty());
}

#[test]
fn an_answer_is_given_again_once_the_store_commits_again() {
    let mut engine = engine();
    let id = taking_over(&mut engine);
    engine.store.broken = true;
    input(&mut engine, signature(id));
    assert!(!is_taken_over(&engine), "a step was adopted that is not durable");
    assert_eq!(engine.desk.trouble, Some(StoreTrouble::DiskFull));
    after_the_retry_time(&mut engine);
    assert!(!is_taken_over(&engine));

    engine.store.broken = false;
    after_the_retry_time(&mut engine);
    assert!(is_taken_over(&engine), "the answer was lost");
    assert_eq!(engine.store.facts().len(), 1);
    assert_eq!(engine.desk.trouble, None);
    after_the_retry_time(&mut engine);
    assert_eq!(engine.store.facts().len(), 1, "the answer was given twice");
}

#[test]
fn a_commit_that_hangs_and_goes_through_after_all_is_not_made_again() {
    let mut engine = engine();
    let id = taking_over(&mut engine);
    engine.store.hangs = true;
    input(&mut engine, signature(id));
    assert!(!is_taken_over(&engine), "a step was adopted that is not known to be durable");
    assert_eq!(engine.desk.trouble, Some(StoreTrouble::Unknown));
    after_the_retry_time(&mut engine);
    assert_eq!(engine.desk.trouble, Some(StoreTrouble::Unknown), "nothing is known yet");
    input(&mut engine, Input::Resize(132, 43));
    engine.take(vec![Arrival::Key(Key::F(6))]);

    engine.store.ends_well = Some(true);
    after_the_retry_time(&mut engine);
    assert!(is_taken_over(&engine), "what is durable was not taken");
    assert_eq!(engine.store.facts().len(), 1);
    assert_eq!((engine.desk.trouble, engine.desk.size), (None, (132, 43)));
    after_the_retry_time(&mut engine);
    assert_eq!(engine.store.facts().len(), 1, "it was made twice");
}

#[test]
fn a_commit_that_hangs_and_fails_is_made_again_once() {
    let mut engine = engine();
    let id = taking_over(&mut engine);
    engine.store.hangs = true;
    input(&mut engine, signature(id));
    engine.store.ends_well = Some(false);
    after_the_retry_time(&mut engine);
    after_the_retry_time(&mut engine);
    assert!(is_taken_over(&engine), "the answer was lost");
    assert_eq!(engine.store.facts().len(), 1);
    assert_eq!(engine.desk.trouble, None);
}

#[test]
fn the_desk_locks_while_a_commit_hangs_and_the_lock_is_recorded_after_it() {
    for ends_well in [true, false] {
        for lock in [Arrival::Input(Input::Reader(ReaderRole::Agent, ReaderChange::Empty)), Arrival::Key(Key::F(9))] {
            let mut engine = engine();
            let id = taking_over(&mut engine);
            engine.vault.put(VaultSlot::Puk, Secret::new(b"12345678".to_vec()));
            engine.store.hangs = true;
            input(&mut engine, signature(id));
            engine.take(vec![lock]);
            assert!(engine.desk.session.is_none() && matches!(engine.desk.place, Place::SignIn(_)));
            assert!(engine.vault.get(VaultSlot::Puk).is_none());
            assert_eq!(engine.desk.trouble, Some(StoreTrouble::Unknown));

            engine.store.ends_well = Some(ends_well);
            after_the_retry_time(&mut engine);
            after_the_retry_time(&mut engine);
            assert!(engine.desk.session.is_none(), "unlocked by itself");
            assert_eq!(is_taken_over(&engine), ends_well);
            match (ends_well, &engine.store.facts()[..]) {
                (true, [Fact::TakenOver { .. }, Fact::SessionEnded { .. }]) | (false, [Fact::SessionEnded { .. }]) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn a_lock_whose_own_commit_hangs_is_recorded_once() {
    for ends_well in [true, false] {
        let mut engine = engine();
        engine.store.hangs = true;
        input(&mut engine, Input::Reader(ReaderRole::Agent, ReaderChange::Empty));
        assert!(engine.desk.session.is_none());
        after_the_retry_time(&mut engine);
        engine.store.ends_well = Some(ends_well);
        after_the_retry_time(&mut engine);
        after_the_retry_time(&mut engine);
        assert!(matches!(engine.store.facts()[..], [Fact::SessionEnded { .. }]), "{:?}", engine.store.facts());
        assert_eq!(engine.desk.trouble, None);
    }
}

#[test]
fn a_write_the_store_never_takes_is_left_out_and_said_and_holds_up_nothing() {
    let mut engine = engine();
    let id = taking_over(&mut engine);
    for seq in [1, POISON, 2] {
        engine.backlog.owe(vec![Write::SeenRefused(seq)]);
    }
    input(&mut engine, signature(id));
    let written = &engine.store.written;
    let seen: Vec<_> =
        written.iter().filter_map(|w| if let Write::SeenRefused(n) = w { Some(*n) } else { None }).collect();
    assert_eq!(seen, [1, 2]);
    assert!(is_taken_over(&engine), "a later step was held up");
    assert_eq!(engine.desk.trouble, Some(StoreTrouble::NotKept));
    engine.take(vec![Arrival::Key(Key::F(9))]);
    assert!(engine.desk.session.is_none());
    assert_eq!(engine.desk.trouble, None, "it was said to whoever was signed in");
}

#[test]
fn an_answer_after_the_session_has_ended_takes_nothing_over() {
    let mut engine = engine();
    let id = taking_over(&mut engine);
    engine.store.broken = true;
    input(&mut engine, signature(id));
    input(&mut engine, Input::Reader(ReaderRole::Agent, ReaderChange::Empty));
    engine.store.broken = false;
    after_the_retry_time(&mut engine);
    assert!(!is_taken_over(&engine));
    assert!(matches!(engine.store.facts()[..], [Fact::SessionEnded { .. }]));
}

#[test]
fn a_newer_word_of_a_reader_replaces_the_one_that_waits() {
    let mut backlog = Backlog::default();
    backlog.keep(Input::Reader(ReaderRole::Customer, ReaderChange::Mute));
    backlog.keep(signature(EffectId(1)));
    backlog.keep(Input::Key(Key::Enter));
    backlog.supersede(&Input::Reader(ReaderRole::Customer, ReaderChange::Empty));
    assert!(matches!(backlog.take_inputs()[..], [Input::Card(EffectId(1), _)]));
}

/// Whether another agent's visit is asked for by the key `y`, at this time.
fn asks_for_it(engine: &mut TestEngine, at: Instant) -> bool {
    engine.take(vec![Arrival::Typed(Key::Char('y'), at)]);
    // The pause after it: a letter that may be a command waits until it is known that no scanner typed it.
    engine.quiet(at + Duration::from_millis(100));
    engine.desk.taking_over.is_some()
}

#[test]
fn a_key_typed_before_a_danger_step_was_drawn_never_confirms_it_not_even_in_a_later_batch() {
    let mut engine = engine();
    let start = Instant::now();
    let later = |ms| start + Duration::from_millis(ms);
    engine.desk.place = Place::Home(home::Home { take_over: Some(visit_id()), ..Default::default() });
    input(&mut engine, Input::Minute);
    assert!(!asks_for_it(&mut engine, later(1)), "nothing was drawn yet");
    engine.drawn(later(100));
    assert!(!asks_for_it(&mut engine, later(50)), "typed before the frame");
    engine.drawn(later(200));
    assert!(asks_for_it(&mut engine, later(150)), "typed after it was on the screen");
}

#[test]
fn a_scanner_leaves_nothing_in_a_passcode_field_and_a_hand_does() {
    let mut engine = engine();
    let who =
        Who { number: session().agent, name: session().name, card: session().card, certificate: vec![1], tries: None };
    engine.desk.session = None;
    engine.desk.place = Place::SignIn(SignIn { stage: Stage::Passcode(who), ..Default::default() });
    let start = Instant::now();
    let mut type_at = |ms, key| engine.take(vec![Arrival::Typed(key, start + Duration::from_millis(ms))]);
    for n in 0..8 {
        type_at(n * 3, Key::Char('7'));
    }
    type_at(25, Key::Enter);
    assert!(engine.vault.get(VaultSlot::AgentPin).is_none_or(|secret| secret.expose().is_empty()));
    assert!(matches!(&engine.desk.place, Place::SignIn(SignIn { secret, .. }) if secret.typed == 0));
    let mut type_at = |ms, key| engine.take(vec![Arrival::Typed(key, start + Duration::from_millis(ms))]);
    for n in 0..6 {
        type_at(1_000 + n * 100, Key::Char('7'));
    }
    assert!(matches!(&engine.desk.place, Place::SignIn(SignIn { secret, .. }) if secret.typed == 6));
}

#[test]
fn a_refusal_on_the_loops_thread_is_taken_in_the_same_turn() {
    let mut engine = engine();
    engine.devices.refusals.push(Input::Resize(132, 43));
    engine.take(Vec::new());
    assert_eq!(engine.desk.size, (132, 43));
}
