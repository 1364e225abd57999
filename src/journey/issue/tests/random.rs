//! Random events: nothing panics, no two tasks are ever open on the holder's card, nothing runs twice without a word.

use proptest::prelude::*;

use super::*;

/// One thing that can happen.
#[derive(Debug, Clone)]
enum Happening {
    Key(Key),
    Answer,
    Fault(u8),
    Lost,
    Pull,
    Insert,
    AgentGone,
    AgentBack,
    Restart,
    Secret(bool),
    Timer,
    Printer(PrinterView),
    Network(bool),
}

fn happening() -> impl Strategy<Value = Happening> {
    let keys = prop_oneof![
        6 => Just(Key::Enter),
        1 => Just(Key::Esc),
        1 => Just(Key::F(3)),
        2 => Just(Key::F(5)),
        1 => Just(Key::Char('1')),
        1 => Just(Key::Char('2')),
        1 => Just(Key::Char('3')),
        2 => Just(Key::Char('y')),
        1 => Just(Key::Char('s')),
        1 => Just(Key::Char('w')),
        1 => Just(Key::Char('l')),
    ];
    prop_oneof![
        6 => keys.prop_map(Happening::Key),
        30 => Just(Happening::Answer),
        2 => (0..10u8).prop_map(Happening::Fault),
        1 => Just(Happening::Lost),
        1 => Just(Happening::Pull),
        2 => Just(Happening::Insert),
        1 => Just(Happening::AgentGone),
        2 => Just(Happening::AgentBack),
        1 => Just(Happening::Restart),
        3 => any::<bool>().prop_map(Happening::Secret),
        2 => Just(Happening::Timer),
        1 => prop_oneof![Just(PrinterView::Ready), Just(PrinterView::Jam)].prop_map(Happening::Printer),
        1 => any::<bool>().prop_map(Happening::Network),
    ]
}

fn fault(number: u8) -> CardFault {
    [
        CardFault::Removed,
        CardFault::WrongCard,
        CardFault::SecretMissing,
        CardFault::NoRights,
        CardFault::ProofFailed,
        CardFault::ReadBackDiffers,
        CardFault::WrongPuk { left: 2 },
        CardFault::PukBlocked,
        CardFault::InUse,
        CardFault::Unexpected { sw: 0x6F00 },
    ][usize::from(number)]
}

impl World {
    /// False once the visit is over.
    fn happens(&mut self, what: &Happening) -> bool {
        match what {
            Happening::Key(key) => self.send(&Input::Key(*key)),
            Happening::Answer => {
                self.answer_one();
            }
            Happening::Fault(number) => {
                if let Some(Effect::Card { id, .. }) = self.pending.front() {
                    let id = *id;
                    self.pending.pop_front();
                    self.send(&Input::Card(id, Err(fault(*number))));
                }
            }
            // Only a restart may follow an answer that never comes.
            Happening::Lost => {
                self.lose_one();
                self.restart_quietly();
            }
            Happening::Pull => self.send(&Input::Reader(ReaderRole::Customer, ReaderChange::Empty)),
            Happening::Insert => {
                self.insertions += 1;
                let change = ReaderChange::Card { atr: vec![0x3B], count: self.insertions };
                self.send(&Input::Reader(ReaderRole::Customer, change));
            }
            Happening::AgentGone => self.send(&Input::Reader(ReaderRole::Agent, ReaderChange::Empty)),
            Happening::AgentBack => {
                if self.desk.session.is_none() {
                    self.desk.session = Some(session());
                    self.open_quietly();
                }
            }
            Happening::Restart => self.restart_quietly(),
            Happening::Secret(good) => {
                if let Some(slot) = crate::journey::secret_focus(&self.desk) {
                    let verdict = if *good { PasscodeVerdict::Good } else { PasscodeVerdict::TooEasy };
                    self.send(&Input::Secret(slot, SecretState { typed: 6, verdict, same_as_first: *good }));
                }
            }
            Happening::Timer => self.send(&Input::Timer(TimerName::PrintPoll)),
            Happening::Printer(view) => self.send(&Input::PrinterState(*view)),
            Happening::Network(online) => {
                let network = if *online { NetworkView::Online } else { NetworkView::Offline(Millis(0)) };
                let view = crate::journey::input::SyncView { network, ..self.desk.sync };
                self.send(&Input::Sync(view));
            }
        }
        self.desk.visit(self.visit).is_some()
    }

    /// No step of one card ran twice without being told that it may have run; no fact of one card is recorded twice.
    fn assert_sound(&self) {
        let mut written = BTreeSet::new();
        for fact in &self.facts {
            if let Fact::CardWritten { .. } | Fact::HandedOver { .. } = fact {
                assert!(written.insert(fact.kind()) || self.count("card_spoilt") > 0, "{:?}", self.facts);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_nothing_panics_and_one_task_at_most_is_on_the_card(
        list in prop::collection::vec(happening(), 1..300),
        first in any::<bool>(),
    ) {
        let mut world = if first {
            World::with(Issue::bootstrap(), None)
        } else {
            World::new(Issue::for_person(person()))
        };
        for what in &list {
            if !world.happens(what) {
                break;
            }
            // Drawing must do with every state; the keys come from the same list.
            let _ = crate::journey::command::commands(&world.desk);
        }
        world.assert_sound();
    }

    #[test]
    fn whatever_happened_a_patient_agent_brings_the_card_to_its_end(
        list in prop::collection::vec(happening(), 1..120),
    ) {
        let mut world = World::new(Issue::for_person(person()));
        let over = list.iter().any(|what| !world.happens(what));
        prop_assume!(!over);
        world.desk.session.get_or_insert_with(session);
        world.send(&Input::Reader(ReaderRole::Customer, ReaderChange::Card { atr: vec![0x3B], count: 1_000_000 }));
        world.send(&Input::Sync(crate::journey::input::SyncView { network: NetworkView::Online, ..world.desk.sync }));
        world.send(&Input::PrinterState(PrinterView::Ready));
        world.patiently();
    }
}

impl World {
    fn patiently(&mut self) {
        self.restart();
        for _ in 0..60 {
            if self.state().trouble.is_some() {
                self.key(Key::F(5));
            }
            if self.state().trouble.is_some() {
                self.key(Key::Char('s'));
                self.key(Key::Char('y'));
            }
            match &self.state().stage {
                Stage::Check(_) | Stage::Code => self.key(Key::Enter),
                Stage::Spoilt { .. } => {
                    self.card.clear();
                    self.key(Key::Enter);
                }
                Stage::Print(print) => match print.step {
                    print::PrintStep::Look { .. } => self.key(Key::Char('1')),
                    _ => self.key(Key::Enter),
                },
                Stage::Likeness => self.key(Key::Char('y')),
                Stage::Passcode(operation) if operation.is_holders_turn() => self.choose_passcode(),
                Stage::Passcode(operation) if operation.trouble.is_some() => self.key(Key::F(5)),
                Stage::Live => return,
                _ => self.run(),
            }
        }
        panic!("never done: {:?} {:?}", self.state().stage, self.state().trouble);
    }
}
