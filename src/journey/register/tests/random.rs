//! Whatever comes, in whatever order: no panic, no second question, nothing sent without a signature.

use proptest::prelude::*;

use super::*;
use crate::journey::EffectId;

#[derive(Debug, Clone)]
enum Thing {
    Key(Key),
    Paste(String),
    Timer(TimerName),
    Network(bool),
    Clock(ClockView),
    Hold(bool),
    Restart,
    Leave,
    AgentCard(bool),
    Stale(u64),
    Outcome(Option<Outcome>),
}

fn key() -> impl Strategy<Value = Key> {
    prop_oneof![
        6 => prop::sample::select(vec![
            Key::Enter, Key::Esc, Key::Tab, Key::BackTab, Key::Up, Key::Down, Key::Left, Key::Right, Key::Home, Key::End,
            Key::Backspace, Key::Delete, Key::F(3), Key::F(4), Key::F(5), Key::F(10), Key::Ctrl('z'), Key::PageUp,
        ]),
        6 => prop::sample::select("0123456789ynx+-".chars().collect::<Vec<_>>()).prop_map(Key::Char),
        2 => any::<char>().prop_map(Key::Char),
    ]
}

fn outcome() -> impl Strategy<Value = Option<Outcome>> {
    prop::sample::select(vec![
        None,
        Some(Outcome::AwaitingBlob),
        Some(Outcome::Applied),
        Some(Outcome::Refused { reason: RefusalReason::PossibleDuplicate }),
        Some(Outcome::Refused { reason: RefusalReason::MaybeHere }),
        Some(Outcome::Refused { reason: RefusalReason::EvidenceNotMet }),
        Some(Outcome::Refused { reason: RefusalReason::RecordChanged }),
    ])
}

fn thing() -> impl Strategy<Value = Thing> {
    prop_oneof![
        20 => key().prop_map(Thing::Key),
        1 => "\\PC{0,30}".prop_map(Thing::Paste),
        1 => prop::sample::select(vec![TimerName::CameraPoll, TimerName::Progress, TimerName::Notice]).prop_map(Thing::Timer),
        1 => any::<bool>().prop_map(Thing::Network),
        1 => prop::sample::select(vec![ClockView::Good, ClockView::Off(3), ClockView::Doubtful]).prop_map(Thing::Clock),
        1 => any::<bool>().prop_map(Thing::Hold),
        1 => Just(Thing::Restart),
        1 => Just(Thing::Leave),
        1 => any::<bool>().prop_map(Thing::AgentCard),
        1 => (0u64..50).prop_map(Thing::Stale),
        1 => outcome().prop_map(Thing::Outcome),
    ]
}

fn happen(world: &mut World, thing: Thing) {
    match thing {
        Thing::Key(key) => world.key(key),
        Thing::Paste(text) => world.send(&Input::Paste(text)),
        Thing::Timer(name) => world.timer(name),
        Thing::Network(online) => {
            let network = if online { NetworkView::Online } else { NetworkView::Offline(NOON) };
            world.send(&Input::Sync(crate::journey::input::SyncView { network, ..Default::default() }));
        }
        Thing::Clock(view) => world.send(&Input::Clock(view)),
        Thing::Hold(hold) => {
            world.hold = hold;
            world.run();
        }
        Thing::Restart => world.restart(),
        Thing::Leave => {
            world.key(Key::F(3));
            world.open();
        }
        Thing::AgentCard(there) => world.agent_card = there,
        Thing::Stale(id) => {
            world.send(&Input::Camera(EffectId(id), Err(CameraFault::Empty)));
            world.send(&Input::Store(EffectId(id), StoreAnswer::Outcome(None)));
        }
        Thing::Outcome(outcome) => world.outcomes = VecDeque::from([outcome]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_events_makes_the_visit_panic_or_send_what_is_not_whole(
        (whole, rename) in (any::<bool>(), any::<bool>()),
        things in prop::collection::vec(thing(), 0..120),
    ) {
        let mut world = World::new();
        world.pictures = VecDeque::from(vec![Ok(()); 40]);
        match (rename, whole) {
            (true, false) => world.begin(super::renaming::job(Some(CardStatus::Issued))),
            (true, true) => {
                world.begin(super::renaming::job(Some(CardStatus::Issued)));
                super::renaming::answers(&mut world);
            }
            (false, true) => world.all_answers(),
            (false, false) => {}
        }
        for thing in things {
            let goes_on = |job: &Job| matches!(job, Job::Register(_) | Job::Rename(_));
            if world.closed || !world.desk.visit(world.visit).is_some_and(|visit| goes_on(&visit.job)) {
                break;
            }
            happen(&mut world, thing);
            if let Some(visit) = world.desk.visit(world.visit) {
                let stored = visit.snapshot();
                prop_assert!(Visit::restore(stored.version, &stored.state).is_some());
            }
        }
        for sent in world.sent() {
            prop_assert!(sent.photo.is_some() && sent.likeness_confirmed && sent.documents.len() >= 3);
            prop_assert_eq!(sent.act.statement.kind, crate::wire::act::ActKind::Submit);
            let whole = crate::wire::fact::Fact::Register(Box::new(sent.clone()));
            prop_assert_eq!(sent.act.statement.content, crate::wire::act::content(&whole), "signed is what was sent");
        }
        for change in super::renaming::changes(&world) {
            prop_assert!(change.evidence.met && change.documents.len() == change.evidence.facts.documents.len());
            prop_assert_ne!(change.name.full().to_lowercase(), change.former.full().to_lowercase());
            let whole = crate::wire::fact::Fact::ChangeName(Box::new(change.clone()));
            prop_assert_eq!(change.act.statement.content, crate::wire::act::content(&whole), "signed is what was sent");
        }
    }
}

#[test]
fn two_thousand_keys_on_one_form_are_kept_or_refused_and_nothing_breaks() {
    let mut world = World::new();
    for at in 0..2_000 {
        let keys = [Key::Char('W'), Key::Char('\u{301}'), Key::Tab, Key::Left, Key::Char('o'), Key::Backspace];
        world.key(keys[at % keys.len()]);
    }
    assert_eq!(world.state().stage, Stage::Find);
    assert!(world.state().find.form.fields.iter().all(|field| field.letters() <= field.max));
    world.restart();
    assert!(!world.state().find.is_empty());
}
