//! The register visit in a fake world: central, store and camera that answer by a table, and can be slow, absent or contrary.

mod answers;
mod doubles;
mod happy;
mod hindered;
mod random;
mod renaming;

use std::collections::VecDeque;

use jiff::civil::date;
use uuid::Uuid;

use super::*;
use crate::card::task::{CardAnswer, CardTask};
use crate::document::same_person::Band;
use crate::domain::{CardGuid, CardStatus, Crop, GrantId, LegalName, Person, PersonStatus, Role, UserNumber};
use crate::journey::bench::about;
use crate::journey::effect::{CameraCall, CentralCall, Effect, StoreQuery, Write};
use crate::journey::input::{
    CameraAnswer, CameraFault, CentralAnswer, CentralFault, ChainPlace, ClockView, MeasureVerdict, NetworkView,
    PhotoMeasure, Preview, ReaderChange, ReaderRole, StoreAnswer,
};
use crate::journey::{Env, Input, Job, Place, Session, Step, Visit, open_visit, update};
use crate::wire::fact::{Fact, Registration};
use crate::wire::message::{Bytes, CardBrief, Nonce, Outcome, PersonHit, PersonHits};

/// Noon on 23 November 2026.
pub const NOON: Millis = Millis(1_795_435_200_000);

pub fn number() -> UserNumber {
    "555102034417".parse().unwrap()
}

pub fn hit(card: Option<CardStatus>) -> PersonHit {
    PersonHit {
        person: Person {
            id: PersonId(Uuid::from_u128(5)),
            number: Some(number()),
            name: LegalName { given: "Siân Llyr".to_owned(), family: "Wyn".to_owned() },
            name_on_card: None,
            birth_date: date(1986, 8, 12),
            birth_date_verified: true,
            organisation: "REF".parse().unwrap(),
            position: "Staff nurse".to_owned(),
            email: None,
            has_photo: true,
            status: PersonStatus::Active,
            version: 1,
        },
        card: card.map(|status| CardBrief {
            guid: CardGuid([0x42; 16]),
            status,
            grant: GrantId(Uuid::from_u128(11)),
            series: 9,
        }),
        strong: false,
        band: Band::Lower,
    }
}

/// Somebody on record who is as likely the one looked for.
pub fn likely(band: Band) -> PersonHit {
    PersonHit { band, ..hit(None) }
}

/// Everything outside the core.
pub struct World {
    pub desk: Desk,
    pub visit: VisitId,
    pub facts: Vec<Fact>,
    pub kept_photos: usize,
    pub closed: bool,
    pub keys: Vec<Key>,
    /// Keys that answered questions of an examination.
    pub examined: usize,
    pub hits: Vec<PersonHit>,
    /// What central says of each registration in turn; the last is said again.
    pub outcomes: VecDeque<Option<Outcome>>,
    pub sync: Result<(), CentralFault>,
    /// What the camera finds, in turn; nothing more, nothing yet.
    pub pictures: VecDeque<Result<(), CameraFault>>,
    pub quality: MeasureVerdict,
    pub agent_card: bool,
    pub asked: Vec<String>,
    pub timers: Vec<TimerName>,
    pub hold: bool,
    pub pending: VecDeque<Effect>,
    photo: bool,
    snapshot: Option<(u32, Vec<u8>)>,
}

/// What the agent reads from the document in the hand.
pub fn read_back(detail: exam::Detail, document: &DocumentFacts) -> String {
    match detail {
        exam::Detail::NumberEnd => {
            let number = document.number.clone().unwrap();
            number[number.len() - 3..].to_owned()
        }
        exam::Detail::ExpiryYear => document.expires.unwrap().year().to_string(),
        exam::Detail::DateDay => document.issued.unwrap().strftime("%d").to_string(),
    }
}

pub fn session(role: Role) -> Session {
    Session {
        agent: "555100000001".parse().unwrap(),
        name: "Priya Shah".to_owned(),
        card: CardGuid([0xAA; 16]),
        role,
        organisation: "REF".parse().unwrap(),
        organisation_name: "Royal Cornwall".to_owned(),
        started: Millis(0),
        certificate: vec![1],
        reduced: false,
    }
}

impl World {
    /// At the first page, online, nobody known at central, a good camera.
    pub fn new() -> Self {
        let visit = VisitId(Uuid::from_u128(0x0190_a5c4_0000_7000_8000_0102_0304_0506));
        let mut world = Self {
            desk: Desk::new(about(), Vec::new(), NOON),
            visit,
            facts: Vec::new(),
            kept_photos: 0,
            closed: false,
            keys: Vec::new(),
            examined: 0,
            hits: Vec::new(),
            outcomes: VecDeque::new(),
            sync: Ok(()),
            pictures: VecDeque::from([Ok(())]),
            quality: MeasureVerdict::Good,
            agent_card: true,
            asked: Vec::new(),
            timers: Vec::new(),
            hold: false,
            pending: VecDeque::new(),
            photo: false,
            snapshot: None,
        };
        world.ready();
        let job = Job::Register(Box::new(Register::new(&world.desk)));
        world.begin(job);
        world
    }

    /// The one visit of this desk, from its first page on.
    pub fn begin(&mut self, job: Job) {
        self.desk.visits = vec![Visit { id: self.visit, started: NOON, agent: None, holder: None, job }];
        self.open();
    }

    pub fn offline() -> Self {
        let mut world = Self::new();
        world.desk.sync.network = NetworkView::Offline(NOON);
        world
    }

    fn ready(&mut self) {
        self.desk.session = Some(session(Role::RaAgent));
        self.desk.sync.network = NetworkView::Online;
        self.desk.readers.agent = ReaderChange::Card { atr: vec![0x3B], count: 1 };
        self.desk.readers.customer = ReaderChange::Empty;
    }

    /// Shows the visit and lets the world answer.
    pub fn open(&mut self) {
        let env = Env { now: NOON, fresh: [5; 32] };
        let mut desk = self.desk.clone();
        let mut ctx = Ctx::new(&mut desk, &env);
        open_visit(&mut ctx, self.visit);
        let (writes, effects) = (ctx.writes, ctx.effects);
        self.took(Step { next: desk, writes, effects });
        self.save();
        self.run();
    }

    fn save(&mut self) {
        if let Some(visit) = self.desk.visit(self.visit) {
            let snapshot = visit.snapshot();
            self.snapshot = Some((snapshot.version, snapshot.state));
        }
    }

    fn took(&mut self, step: Step) {
        self.desk = step.next;
        for write in step.writes {
            match write {
                Write::Event { fact, .. } => self.facts.push(*fact),
                Write::SaveVisit(snapshot) => self.snapshot = Some((snapshot.version, snapshot.state)),
                Write::CloseVisit(_) => self.closed = true,
                Write::KeepPhoto { .. } => {
                    self.kept_photos += 1;
                    self.photo = true;
                }
                _ => {}
            }
        }
        for effect in step.effects {
            match effect {
                Effect::Timer(name, _) => self.timers.push(name),
                Effect::StopTimer(name) => self.timers.retain(|t| *t != name),
                other => self.pending.push_back(other),
            }
        }
    }

    pub fn send(&mut self, input: &Input) {
        let step = update(&self.desk, input, &Env { now: NOON, fresh: [6; 32] });
        self.took(step);
    }

    /// Lets the world answer until nothing is on its way. Timers run out only when told.
    pub fn run(&mut self) {
        for _ in 0..1_000 {
            if self.hold {
                return;
            }
            let Some(effect) = self.pending.pop_front() else { return };
            if let Some(input) = self.answer(effect) {
                self.send(&input);
            }
        }
        panic!("the visit never comes to rest");
    }

    fn answer(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Central(id, call) => Some(Input::Central(id, self.central(&call)?)),
            Effect::Store(id, query) => Some(Input::Store(id, self.store(&query))),
            Effect::Camera(id, call) => Some(Input::Camera(id, self.camera(&call)?)),
            Effect::Card { id, task: CardTask::Sign { .. }, .. } => Some(Input::Card(
                id,
                if self.agent_card {
                    Ok(CardAnswer::Signature(vec![0x30]))
                } else {
                    Err(crate::card::task::CardFault::Removed)
                },
            )),
            _ => None,
        }
    }

    fn central(&mut self, call: &CentralCall) -> Option<Result<CentralAnswer, CentralFault>> {
        self.asked.push(format!("{call:?}").chars().take_while(|c| c.is_alphanumeric()).collect());
        Some(match call {
            CentralCall::Search(_) => self.sync.map(|()| CentralAnswer::Hits(PersonHits { hits: self.hits.clone() })),
            CentralCall::Nonce => {
                Ok(CentralAnswer::Nonce(Nonce { nonce: Bytes(vec![3; 32]), expires: NOON.plus(60_000) }))
            }
            CentralCall::Photo(_) => self.sync.map(|()| CentralAnswer::Photo(vec![7_u8].into())),
            CentralCall::Sync => self.sync.map(|()| CentralAnswer::Synced { head_seq: 4 }),
            _ => return None,
        })
    }

    fn store(&mut self, query: &StoreQuery) -> StoreAnswer {
        match query {
            StoreQuery::SealBlob(_) => StoreAnswer::BlobSealed("ab".repeat(32)),
            StoreQuery::Search(_) => StoreAnswer::Hits(PersonHits { hits: self.hits.clone() }),
            StoreQuery::Head => StoreAnswer::Head(ChainPlace::default()),
            StoreQuery::Photo(_) => StoreAnswer::Photo(self.photo.then(|| (vec![1_u8].into(), vec![2_u8].into()))),
            StoreQuery::Outcome(_, kind) => {
                let sent = self.facts.iter().filter(|fact| fact.kind() == *kind).count();
                let last = self.outcomes.back().cloned().flatten();
                StoreAnswer::Outcome(sent.checked_sub(1).and_then(|at| self.outcomes.get(at).cloned().unwrap_or(last)))
            }
            _ => StoreAnswer::Queue(Vec::new()),
        }
    }

    fn camera(&mut self, call: &CameraCall) -> Option<Result<CameraAnswer, CameraFault>> {
        let preview = Preview { cols: 1, rows: 1, cells: vec![([9; 3], [9; 3])].into(), pixels: None };
        Some(match call {
            CameraCall::Take => self
                .pictures
                .pop_front()
                .unwrap_or(Err(CameraFault::NothingYet))
                .map(|()| CameraAnswer::Taken { width: 1600, height: 1200, crop: Crop::initial(1600, 1200) }),
            CameraCall::Look { .. } => Ok(CameraAnswer::Look {
                preview,
                quality: vec![(PhotoMeasure::Sharpness, MeasureVerdict::Good), (PhotoMeasure::EvenLight, self.quality)],
            }),
            CameraCall::Keep { .. } => Ok(CameraAnswer::Kept { photo: vec![1_u8].into(), face: vec![2_u8].into() }),
            CameraCall::Show { .. } => Ok(CameraAnswer::Shown(preview)),
            CameraCall::Begin | CameraCall::Forget => return None,
        })
    }

    pub fn key(&mut self, key: Key) {
        self.keys.push(key);
        self.send(&Input::Key(key));
        self.run();
    }

    /// Keys as they are typed: `|` is Enter, `>` is Tab, `~` is F4.
    pub fn typed(&mut self, text: &str) {
        for c in text.chars() {
            self.key(match c {
                '|' => Key::Enter,
                '>' => Key::Tab,
                '~' => Key::F(4),
                c => Key::Char(c),
            });
        }
    }

    pub fn timer(&mut self, name: TimerName) {
        self.timers.retain(|t| *t != name);
        self.send(&Input::Timer(name));
        self.run();
    }

    pub fn state(&self) -> &Register {
        match self.desk.visit(self.visit).map(|v| &v.job) {
            Some(Job::Register(register) | Job::Rename(register)) => register,
            other => panic!("no registration: {other:?}"),
        }
    }

    pub fn state_mut(&mut self) -> &mut Register {
        match self.desk.visits.iter_mut().map(|v| &mut v.job).next() {
            Some(Job::Register(register) | Job::Rename(register)) => register,
            other => panic!("no registration: {other:?}"),
        }
    }

    /// Power fails; the desk starts again from what was durable, the agent signs in and opens the visit.
    pub fn restart(&mut self) {
        let (version, state) = self.snapshot.clone().expect("nothing was stored");
        let visit = Visit::restore(version, &state).expect("the snapshot can't be read");
        self.pending.clear();
        self.timers.clear();
        let network = self.desk.sync.network;
        self.desk = Desk::new(about(), vec![visit], NOON);
        self.ready();
        self.desk.sync.network = network;
        self.open();
    }

    pub fn sent(&self) -> Vec<&Registration> {
        let registration = |fact: &'_ Fact| matches!(fact, Fact::Register(_));
        self.facts
            .iter()
            .filter(|fact| registration(fact))
            .map(|fact| match fact {
                Fact::Register(registration) => registration.as_ref(),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    // The steps of a usual visit, key by key.

    pub fn find_nobody(&mut self) {
        self.typed("Siân Llyr|Wyn|12081986|");
        assert_eq!(self.state().stage, Stage::Found);
        let nobody = self.state().found.as_ref().unwrap().hits.len();
        self.typed(&(nobody + 1).to_string());
    }

    pub fn details(&mut self) {
        self.typed("|Nurse|");
    }

    /// Answers the examination on the screen: all as expected, the detail read back from what was typed.
    pub fn examine(&mut self) {
        for _ in 0..40 {
            if self.state().stage != Stage::Exam {
                return;
            }
            self.examine_one();
        }
        panic!("the examination never ends");
    }

    /// Answers one question of it.
    pub fn examine_one(&mut self) {
        let before = self.keys.len();
        let draft = self.state().draft.clone().expect("nothing is examined");
        match draft.exam.as_ref().and_then(exam::Exam::now) {
            Some(exam::Ask::Control(detail)) => self.typed(&format!("{}|", read_back(*detail, &draft.facts))),
            _ => self.typed("y"),
        }
        self.examined += self.keys.len() - before;
    }

    /// Passport, licence and bill.
    pub fn documents(&mut self) {
        self.typed("|1~925665416|14102031|");
        self.examine();
        self.typed("2WYN99608126SL9AB|01052030|");
        self.examine();
        self.typed("3South West Water|01102026|");
        self.examine();
    }

    pub fn photo(&mut self) {
        self.typed("|||y");
    }

    pub fn terms(&mut self) {
        self.typed("|y");
    }

    /// Everything up to the check page.
    pub fn all_answers(&mut self) {
        self.find_nobody();
        self.details();
        self.documents();
        self.photo();
        self.terms();
    }

    /// Check, send, sign.
    pub fn submit(&mut self) {
        self.typed("||y");
    }
}
