//! The core against a model desk and a model central, with messages cut at every boundary.

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;

#[derive(Clone, PartialEq, Debug)]
struct Event {
    seq: u64,
    hash: [u8; 32],
    poison: bool,
}

#[derive(Default)]
struct Desk {
    events: Vec<Event>,
    acked: u64,
    urgent_from: Option<u64>,
}

impl Desk {
    fn add(&mut self, poison: bool) {
        let seq = self.events.len() as u64 + 1;
        let previous = self.events.last().map_or([0; 32], |event| event.hash);
        let hash = Sha256::digest([&previous[..], &seq.to_be_bytes()].concat()).into();
        self.events.push(Event { seq, hash, poison });
    }

    fn own(&self, central: u64) -> OwnChain {
        let at = usize::try_from(central).unwrap().checked_sub(1);
        OwnChain {
            head: self.events.len() as u64,
            acked: self.acked,
            hash_at: at.and_then(|at| self.events.get(at)).map(|event| event.hash),
        }
    }

    fn view(&self, now: u64) -> View {
        let waiting = self.acked < self.events.len() as u64;
        View { now, waiting, urgent: self.urgent_from.is_some_and(|seq| self.acked < seq), blob: false, renew: false }
    }
}

#[derive(Default)]
struct Central {
    events: Vec<Event>,
    refused: Vec<u64>,
    /// Refuses whole requests that hold a poison event, as no central of ours does.
    strict: bool,
    stop: Option<ProblemCode>,
}

impl Central {
    /// What the route does: next in order and known again are fine, everything is stored, commands may be refused.
    fn push(&mut self, events: &[Event]) -> Result<(u64, [u8; 32]), Trouble> {
        let problem = |code| Trouble::Problem { code, retry_after: None };
        if let Some(code) = self.stop {
            return Err(problem(code));
        }
        if self.strict && events.iter().any(|event| event.poison) {
            return Err(problem(ProblemCode::BadRequest));
        }
        for event in events {
            let head = self.events.len() as u64;
            if event.seq <= head {
                if self.events[usize::try_from(event.seq).unwrap() - 1] != *event {
                    return Err(problem(ProblemCode::DeskQuarantined));
                }
                continue;
            }
            if event.seq != head + 1 {
                return Err(problem(ProblemCode::ChainBroken));
            }
            self.events.push(event.clone());
            if event.poison {
                self.refused.push(event.seq);
            }
        }
        Ok(self.head())
    }

    fn head(&self) -> (u64, [u8; 32]) {
        self.events.last().map_or((0, [0; 32]), |event| (event.seq, event.hash))
    }
}

/// Where a message is cut.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cut {
    None,
    Request,
    Answer,
}

struct World {
    core: Core,
    desk: Desk,
    central: Central,
    now: u64,
    random: u64,
    asked: Vec<Action>,
    /// Central was restored and the desk has not heard of it yet.
    restored: bool,
}

impl World {
    fn new() -> Self {
        let (core, desk, central) = (Core::new(), Desk::default(), Central::default());
        Self { core, desk, central, now: 0, random: 7, asked: Vec::new(), restored: false }
    }

    /// One action; a wait moves the clock to its end.
    fn step(&mut self, cut: Cut) -> Action {
        let action = self.core.next(&self.desk.view(self.now));
        self.asked.push(action);
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let network =
            |done: fn(Result<(), Trouble>) -> Done| done(if cut == Cut::None { Ok(()) } else { Err(Trouble::Network) });
        let done = match action {
            Action::Wait { until } => {
                assert!(until > self.now, "a wait that is no wait");
                assert!(until - self.now <= RETRY_MAX, "a wait without its named end");
                self.now = until;
                return action;
            }
            Action::AskHead => Done::Pushed(self.exchange(0, cut)),
            Action::Push { count, .. } => Done::Pushed(self.exchange(usize::try_from(count).unwrap(), cut)),
            Action::Feed => Done::Feed(if cut == Cut::None { Ok(FeedStep::default()) } else { Err(Trouble::Network) }),
            Action::Revocations => network(Done::Revocations),
            Action::Roster => network(Done::Roster),
            Action::ResetFeed | Action::Renew | Action::Record | Action::Blob { .. } => {
                panic!("{action:?} was not due")
            }
        };
        self.now += 20;
        self.core.done(self.now, self.random, done);
        action
    }

    fn exchange(&mut self, count: usize, cut: Cut) -> Result<Heads, Trouble> {
        let from = usize::try_from(self.desk.acked).unwrap();
        let batch: Vec<Event> = self.desk.events.iter().skip(from).take(count).cloned().collect();
        if cut == Cut::Request {
            return Err(Trouble::Network);
        }
        let answer = self.central.push(&batch);
        if cut == Cut::Answer {
            return Err(Trouble::Network);
        }
        let (seq, hash) = answer?;
        self.restored = false;
        let heads = compare(self.desk.own(seq), seq, &hash);
        match heads {
            Heads::InStep | Heads::CentralBehind => self.desk.acked = seq,
            Heads::RolledBack | Heads::Forked => {}
        }
        Ok(heads)
    }

    /// Nothing was acknowledged that central does not have, and central has each event once, in order.
    fn check(&self) {
        let there = self.central.events.len() as u64;
        assert!(self.restored || self.desk.acked <= there, "acknowledged but not there");
        let same = self.central.events.iter().zip(&self.desk.events).all(|(there, here)| there == here);
        assert!(same && self.central.events.len() <= self.desk.events.len());
    }

    fn settle(&mut self) {
        // Long enough for the hourly look at central's head.
        let end = self.now + 2 * HEAD_EVERY;
        while self.now < end || self.core.stopped().is_some() {
            self.step(Cut::None);
        }
        assert_eq!(self.central.events, self.desk.events, "an event was lost or doubled");
        assert_eq!(self.desk.acked, self.desk.events.len() as u64);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_is_cut_nothing_is_lost_and_nothing_doubled(
        steps in proptest::collection::vec((0u8..8, any::<bool>(), 0u8..12), 1..120),
    ) {
        let mut world = World::new();
        for (what, poison, extra) in steps {
            match extra {
                0..=4 => world.desk.add(poison && extra == 0),
                5 => {
                    // Central is restored to an earlier state, which it may do within the desk's 35 days.
                    let keep = world.central.events.len() / 2;
                    world.central.events.truncate(keep);
                    world.central.refused.retain(|seq| *seq <= keep as u64);
                    world.restored = true;
                }
                6 => world.core.urgent(),
                _ => {}
            }
            let cut = match what { 0 | 1 => Cut::Request, 2 | 3 => Cut::Answer, _ => Cut::None };
            world.step(cut);
            world.check();
        }
        world.settle();
    }
}

#[test]
fn a_cut_at_each_boundary_of_each_exchange_is_harmless() {
    for cut_at in 0..12 {
        for cut in [Cut::Request, Cut::Answer] {
            let mut world = World::new();
            (0..450).for_each(|n| world.desk.add(n % 97 == 5));
            for step in 0..12 {
                world.step(if step == cut_at { cut } else { Cut::None });
                world.check();
            }
            world.settle();
            assert_eq!(world.central.refused.len(), 5, "poison was stored and refused, once each");
        }
    }
}

#[test]
fn a_cancel_does_not_wait_for_the_back_off_and_takes_all_before_it_along() {
    let mut world = World::new();
    (0..3).for_each(|_| world.desk.add(false));
    for _ in 0..40 {
        world.step(Cut::Request);
    }
    if !matches!(world.core.next(&world.desk.view(world.now)), Action::Wait { .. }) {
        world.step(Cut::Request);
    }
    let pause = world.core.next(&world.desk.view(world.now));
    assert!(matches!(pause, Action::Wait { .. }), "it does not back off");
    world.desk.add(false);
    world.desk.urgent_from = Some(4);
    world.core.urgent();
    let asked = world.core.next(&world.desk.view(world.now));
    assert_eq!(asked, Action::AskHead, "it waits");
    world.step(Cut::None);
    assert_eq!(world.step(Cut::None), Action::Push { count: PUSH_EVENTS, urgent: true });
    assert_eq!(world.central.events.len(), 4);
}

#[test]
fn while_a_cancel_waits_the_pauses_are_short() {
    let mut world = World::new();
    world.desk.add(false);
    world.desk.urgent_from = Some(1);
    for _ in 0..60 {
        let before = world.now;
        if let Action::Wait { .. } = world.step(Cut::Request) {
            assert!(world.now - before <= URGENT_RETRY_MAX);
        }
    }
}

#[test]
fn pauses_grow_to_a_quarter_of_an_hour_and_no_further() {
    let mut backoff = Backoff::default();
    let mut longest = 0;
    for n in 0..200u64 {
        backoff.fail(0, n.wrapping_mul(0x9E37_79B9_7F4A_7C15), None, RETRY_MAX);
        assert!((RETRY_MIN..=RETRY_MAX).contains(&backoff.not_before));
        longest = longest.max(backoff.not_before);
    }
    assert!(longest > RETRY_MAX / 2, "it never grew");
    backoff.fail(0, 0, Some(60_000), RETRY_MAX);
    assert!(backoff.not_before >= 60_000, "central's own word was not heard");
    backoff.fail(0, 0, Some(u64::MAX), RETRY_MAX);
    assert!(backoff.not_before <= RETRY_MAX, "central made the desk wait for ever");
}

#[test]
fn an_idle_desk_asks_the_feed_once_a_minute_and_does_nothing_else() {
    let mut world = World::new();
    for _ in 0..10 {
        world.step(Cut::None);
    }
    world.asked.clear();
    let start = world.now;
    while world.now < start + 20 * 60_000 {
        world.step(Cut::None);
    }
    let other = world.asked.iter().filter(|a| !matches!(a, Action::Wait { .. } | Action::Feed)).count();
    assert!(world.asked.len() <= 45, "{} steps in 20 minutes", world.asked.len());
    assert!(other <= 1, "an idle desk did {other} other things");
}

#[test]
fn a_desk_that_is_an_old_copy_or_a_clone_stops_and_keeps_its_data() {
    let mut world = World::new();
    (0..4).for_each(|_| world.desk.add(false));
    world.settle();
    let mut old = World::new();
    (0..2).for_each(|_| old.desk.add(false));
    old.desk.acked = 2;
    old.central.events = world.central.events.clone();
    old.step(Cut::None);
    assert_eq!(old.core.stopped(), Some(Stop::RolledBack));
    let mut clone = World::new();
    (0..4).for_each(|_| clone.desk.add(false));
    clone.desk.acked = 3;
    clone.desk.events[3].hash = [9; 32];
    clone.central.events = world.central.events.clone();
    clone.step(Cut::None);
    assert_eq!(clone.core.stopped(), Some(Stop::Forked));
    for _ in 0..20 {
        let action = clone.step(Cut::None);
        assert!(!matches!(action, Action::Push { .. }), "a stopped desk pushes");
    }
}

#[test]
fn a_quarantined_desk_asks_now_and_then_and_goes_on_when_it_is_released() {
    let mut world = World::new();
    (0..4).for_each(|_| world.desk.add(false));
    world.central.stop = Some(ProblemCode::DeskQuarantined);
    for _ in 0..20 {
        world.step(Cut::None);
    }
    assert_eq!(world.core.stopped(), Some(Stop::Quarantined));
    assert!(world.now >= 5 * STOPPED_RETRY, "it asks too often");
    world.central.stop = None;
    world.settle();
    assert_eq!(world.core.stopped(), None);
    assert!(world.asked.iter().filter(|action| **action == Action::AskHead).count() > 3);
}

#[test]
fn a_desk_released_with_a_new_epoch_asks_for_its_record_and_begins_anew() {
    let mut core = Core::new();
    let view = |now| View { now, waiting: true, urgent: false, blob: false, renew: false };
    let said = |code| Done::Pushed(Err(Trouble::Problem { code, retry_after: None }));
    core.done(0, 0, said(ProblemCode::DeskQuarantined));
    let Action::Wait { until } = core.next(&view(0)) else { panic!("a quarantined desk goes on") };
    assert_eq!(core.next(&view(until)), Action::AskHead);
    core.done(until, 0, said(ProblemCode::ChainBroken));
    assert_eq!(core.stopped(), None);
    let later = until + RETRY_MIN;
    assert_eq!(core.next(&view(later)), Action::Record);
    core.done(later, 0, Done::Record(Ok(())));
    assert_eq!(core.next(&view(later)), Action::AskHead);
}

#[test]
fn an_event_central_refuses_as_a_request_stops_pushing_alone() {
    let mut world = World::new();
    (0..60).for_each(|n| world.desk.add(n == 40));
    world.central.strict = true;
    for _ in 0..120 {
        world.step(Cut::None);
    }
    assert_eq!(world.central.events.len(), 40, "what is before it was not sent");
    assert!(world.core.stuck());
    let feeds = world.asked.iter().filter(|action| **action == Action::Feed).count();
    assert!(feeds > 3, "the feed was held up by the poison event");
    world.central.strict = false;
    world.settle();
}

#[test]
fn a_feed_cursor_central_does_not_know_is_reset_once() {
    let mut core = Core::new();
    let unknown = Err(Trouble::Problem { code: ProblemCode::NotFound, retry_after: None });
    let view = View { now: 0, waiting: false, urgent: false, blob: false, renew: false };
    core.done(0, 0, Done::Pushed(Ok(Heads::InStep)));
    core.done(0, 0, Done::Revocations(Ok(())));
    core.done(0, 0, Done::Roster(Ok(())));
    assert_eq!(core.next(&view), Action::Feed);
    core.done(0, 0, Done::Feed(unknown));
    assert_eq!(core.next(&view), Action::ResetFeed);
    core.done(0, 0, Done::FeedReset(Ok(())));
    assert_eq!(core.next(&view), Action::AskHead, "a central that forgot may have forgotten events as well");
    core.done(0, 0, Done::Pushed(Ok(Heads::InStep)));
    assert_eq!(core.next(&view), Action::Feed);
    core.done(0, 0, Done::Feed(unknown));
    assert!(matches!(core.next(&view), Action::Wait { .. }), "it turns in a circle");
}

#[test]
fn a_blob_that_fails_lets_the_next_one_pass() {
    let mut core = Core::new();
    let view = |now| View { now, waiting: false, urgent: false, blob: true, renew: false };
    core.done(0, 0, Done::Pushed(Ok(Heads::InStep)));
    core.done(0, 0, Done::Revocations(Ok(())));
    core.done(0, 0, Done::Roster(Ok(())));
    core.done(0, 0, Done::Feed(Ok(FeedStep::default())));
    let mut now = 0;
    for _ in 0..BLOB_TRIES {
        assert_eq!(core.next(&view(now)), Action::Blob { skip: 0 });
        core.done(now, 0, Done::Blob(Err(Trouble::NotUnderstood)));
        let Action::Wait { until } = core.next(&view(now)) else { panic!("no pause") };
        now = until;
    }
    assert_eq!(core.next(&view(now)), Action::Blob { skip: 1 });
}
