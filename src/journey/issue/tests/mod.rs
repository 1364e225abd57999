//! The issue visit in a fake world: cards, central, printer and camera that answer by a table, and can be torn anywhere.

mod happy;
mod hindered;
mod printing;
mod random;
mod torn;

use std::collections::{BTreeSet, VecDeque};

use jiff::civil::date;
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use uuid::Uuid;

use super::*;
use crate::card::piv::proof::p256_public_key;
use crate::card::task::{
    CardAnswer, CardFault, CardIdentity, CardReport, CardTask, EncodeStep, KeyAlgorithm, Probe, Slot, StepEvidence,
};
use crate::card::tlv::wrap;
use crate::domain::{Environment, LegalName, Millis, PersonId, PersonStatus, Role};
use crate::journey::bench::about;
use crate::journey::effect::{CameraCall, CentralCall, JournalPhase, PrintCall, StoreQuery};
use crate::journey::input::{
    CameraAnswer, CentralAnswer, CentralFault, ChainPlace, JobState, NetworkView, Preview, PrintAnswer, PrintFault,
    PrintJob, PrinterView, ReaderChange, ReaderRole, StatementFacts, StoreAnswer,
};
use crate::journey::{EffectId, Env, Input, Job, Place, Session, Step, Visit, Write, open_visit, update};
use crate::policy::passcode::PasscodeVerdict;
use crate::wire::message::{Bytes, CardBrief, GrantTerms, Nonce, Revocations, StockRecord};

pub const GUID: CardGuid = CardGuid([0x42; 16]);
pub const GRANT: GrantId = GrantId(Uuid::from_u128(11));

pub fn person() -> Person {
    Person {
        id: PersonId(Uuid::from_u128(5)),
        number: Some("555102034417".parse().unwrap()),
        name: LegalName { given: "Jo".to_owned(), family: "Specimen".to_owned() },
        name_on_card: None,
        birth_date: date(1986, 8, 12),
        birth_date_verified: true,
        organisation: "REF".parse().unwrap(),
        position: "Nurse".to_owned(),
        email: None,
        has_photo: true,
        status: PersonStatus::Active,
        version: 1,
    }
}

pub fn terms() -> GrantTerms {
    GrantTerms {
        grant: GRANT,
        card: GUID,
        person: person(),
        number: "555102034417".parse().unwrap(),
        issue: 1,
        organisation: "Royal Cornwall".to_owned(),
        expires: date(2029, 11, 22),
        keys: vec![
            (Slot::Authentication, KeyAlgorithm::P256),
            (Slot::Signature, KeyAlgorithm::P256),
            (Slot::CardAuthentication, KeyAlgorithm::P256),
        ],
        environment: Environment::Trial,
        static_9b: false,
        puk_n: 1,
    }
}

pub fn record(status: CardStatus) -> CardRecord {
    CardRecord {
        card: CardBrief { guid: GUID, status, grant: GRANT, series: 9 },
        person: person(),
        issue: 1,
        card_certificate: None,
        last_seen: None,
        prints: 0,
    }
}

/// A certificate of nothing but a key.
pub fn certificate(key: &SigningKey) -> Vec<u8> {
    let algorithm = wrap(0x30, &wrap(0x06, &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]));
    let spki = p256_public_key(&key.verifying_key().to_sec1_bytes()).unwrap();
    let dates = wrap(0x30, &[wrap(0x17, b"260101000000Z"), wrap(0x17, b"300101000000Z")].concat());
    let empty = wrap(0x30, &[]);
    let version = wrap(0xA0, &wrap(0x02, &[2]));
    let tbs = wrap(0x30, &[version, wrap(0x02, &[1]), algorithm.clone(), empty.clone(), dates, empty, spki].concat());
    wrap(0x30, &[tbs, algorithm, wrap(0x03, &[0, 0x30, 0x06, 2, 1, 1, 2, 1, 1])].concat())
}

/// How a card task is torn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tear {
    /// Pulled before the card did it.
    Before,
    /// Pulled after the card did it, before it could say so.
    After,
}

/// Everything outside the core.
pub struct World {
    pub desk: Desk,
    pub visit: VisitId,
    pub facts: Vec<Fact>,
    pub journal: Vec<(String, String, JournalPhase)>,
    pub ran: Vec<(EncodeStep, bool)>,
    pub calls: Vec<String>,
    pub closed: bool,
    pending: VecDeque<Effect>,
    key: SigningKey,
    /// What was done on the card in the reader.
    pub card: BTreeSet<EncodeStep>,
    insertions: u32,
    /// Card steps so far, and the one that is torn.
    pub steps: usize,
    pub tear: Option<(usize, Tear)>,
    pub polls: VecDeque<JobState>,
    pub found: Option<PrintJob>,
    /// Answers given instead of the usual, once, to the first effect whose word fits.
    pub instead: Vec<(&'static str, Input)>,
    timers: Vec<TimerName>,
    snapshot: Option<(u32, Vec<u8>)>,
}

pub fn session() -> Session {
    Session {
        agent: "555100000001".parse().unwrap(),
        name: "Priya Shah".to_owned(),
        card: CardGuid([0xAA; 16]),
        role: Role::RaAgent,
        organisation: "REF".parse().unwrap(),
        organisation_name: "Royal Cornwall".to_owned(),
        started: Millis(0),
        certificate: vec![1],
        reduced: false,
    }
}

impl World {
    /// With a blank in the customer reader and everything ready.
    pub fn new(issue: Issue) -> Self {
        Self::with(issue, Some(session()))
    }

    pub fn with(issue: Issue, session: Option<Session>) -> Self {
        Self::with_card(issue, session, BTreeSet::new())
    }

    /// With a card on which this much was done.
    pub fn with_card(issue: Issue, session: Option<Session>, card: BTreeSet<EncodeStep>) -> Self {
        let visit = VisitId(Uuid::from_u128(77));
        let mut world = Self {
            desk: Desk::new(about(), Vec::new(), Millis(0)),
            visit,
            facts: Vec::new(),
            journal: Vec::new(),
            ran: Vec::new(),
            calls: Vec::new(),
            closed: false,
            pending: VecDeque::new(),
            key: SigningKey::from_slice(&[7; 32]).unwrap(),
            card,
            insertions: 1,
            steps: 0,
            tear: None,
            polls: VecDeque::new(),
            found: None,
            instead: Vec::new(),
            timers: Vec::new(),
            snapshot: None,
        };
        world.desk.about.no_manager_yet = session.is_none();
        let job = Job::Issue(Box::new(issue));
        world.desk.visits.push(Visit { id: visit, started: Millis(0), agent: None, holder: None, job });
        world.ready(session);
        world.open();
        world
    }

    fn ready(&mut self, session: Option<Session>) {
        self.desk.session = session;
        self.desk.sync.network = NetworkView::Online;
        self.desk.printer = PrinterView::Ready;
        self.list(Some(Millis(i64::MAX)));
        self.desk.readers.customer = ReaderChange::Card { atr: vec![0x3B], count: self.insertions };
        self.desk.readers.agent = ReaderChange::Card { atr: vec![0x3B], count: 1 };
    }

    /// The list of cancelled cards that is at hand, good until then.
    fn list(&mut self, until: Option<Millis>) {
        let list = Revocations { cards: Vec::new(), serials: Vec::new() };
        self.desk.revocations =
            until.map(|expires| (std::sync::Arc::new(list), StatementFacts { version: 1, expires }));
    }

    /// A good one arrives.
    pub fn new_list(&mut self) {
        let list = Revocations { cards: Vec::new(), serials: Vec::new() };
        let facts = StatementFacts { version: 2, expires: Millis(i64::MAX) };
        self.send(&Input::Revocations(std::sync::Arc::new(list), facts));
        self.run();
    }

    /// Shows the visit and lets the world answer.
    pub fn open(&mut self) {
        self.open_quietly();
        self.run();
    }

    /// Shows the visit; nothing answers yet.
    pub fn open_quietly(&mut self) {
        let env = Env { now: Millis(1_000), fresh: [5; 32] };
        let mut desk = self.desk.clone();
        let mut ctx = Ctx::new(&mut desk, &env);
        open_visit(&mut ctx, self.visit);
        let (writes, effects) = (ctx.writes, ctx.effects);
        self.took(Step { next: desk, writes, effects });
        self.save();
    }

    fn save(&mut self) {
        self.snapshot = self.desk.visit(self.visit).map(|v| {
            let snapshot = v.snapshot();
            (snapshot.version, snapshot.state)
        });
    }

    fn took(&mut self, step: Step) {
        self.desk = step.next;
        for write in step.writes {
            match write {
                Write::Event { fact, .. } => self.facts.push(*fact),
                Write::Journal { op, step, phase, .. } => self.journal.push((op, step, phase)),
                Write::SaveVisit(stored) if stored.visit == self.visit => {
                    self.snapshot = Some((stored.version, stored.state));
                }
                Write::CloseVisit(id) if id == self.visit => self.closed = true,
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
        assert!(self.on_the_card() <= 1, "two tasks on one card: {:?}", self.pending);
    }

    /// This visit's tasks on the customer's card that have not answered. (The home screen reads cards too; that changes
    /// nothing on them.)
    fn on_the_card(&self) -> usize {
        let is_task = |effect: &&Effect| match effect {
            Effect::Card { id, reader: ReaderRole::Customer, task, .. } if *task != CardTask::Read => {
                self.desk.owners.get(id) == Some(&crate::journey::Owner::Visit(self.visit))
            }
            _ => false,
        };
        self.pending.iter().filter(is_task).count()
    }

    pub fn send(&mut self, input: &Input) {
        let env = Env { now: Millis(2_000), fresh: [6; 32] };
        let step = update(&self.desk, input, &env);
        self.took(step);
    }

    /// Lets the world answer until nothing is on its way and no printer timer runs.
    pub fn run(&mut self) {
        for _ in 0..2_000 {
            if let Some(effect) = self.pending.pop_front() {
                if let Some(input) = self.answer(&effect) {
                    self.send(&input);
                }
            } else if let Some(at) = self.timers.iter().position(|t| *t == TimerName::PrintPoll) {
                self.timers.remove(at);
                self.send(&Input::Timer(TimerName::PrintPoll));
            } else {
                return;
            }
        }
        panic!("the visit never comes to rest at {:?}", self.state().stage);
    }

    /// Answers one effect; the rest stays open. None if nothing is on its way.
    pub fn answer_one(&mut self) -> Option<()> {
        let effect = self.pending.pop_front()?;
        if let Some(input) = self.answer(&effect) {
            self.send(&input);
        }
        Some(())
    }

    /// The outside does the next thing, and its answer is lost.
    pub fn lose_one(&mut self) {
        if let Some(effect) = self.pending.pop_front() {
            self.answer(&effect);
        }
    }

    pub fn key(&mut self, key: Key) {
        self.send(&Input::Key(key));
        self.run();
    }

    pub fn state(&self) -> &Issue {
        match self.desk.visit(self.visit).map(|v| &v.job) {
            Some(Job::Issue(issue)) => issue,
            other => panic!("no visit: {other:?}"),
        }
    }

    pub fn pull(&mut self) {
        self.send(&Input::Reader(ReaderRole::Customer, ReaderChange::Empty));
        self.run();
    }

    pub fn insert(&mut self) {
        self.insertions += 1;
        let change = ReaderChange::Card { atr: vec![0x3B], count: self.insertions };
        self.send(&Input::Reader(ReaderRole::Customer, change));
        self.run();
    }

    /// Power fails; the desk starts again from what was durable, the agent signs in and opens the visit.
    pub fn restart(&mut self) {
        self.restart_quietly();
        self.run();
    }

    /// The same; nothing answers yet.
    pub fn restart_quietly(&mut self) {
        let (version, state) = self.snapshot.clone().expect("nothing was stored");
        let visit = Visit::restore(version, &state).expect("the snapshot can't be read");
        let session = self.desk.session.clone();
        let no_manager_yet = self.desk.about.no_manager_yet;
        self.pending.clear();
        self.timers.clear();
        self.desk = Desk::new(about(), vec![visit], Millis(0));
        self.desk.about.no_manager_yet = no_manager_yet;
        self.ready(session);
        self.open_quietly();
    }

    /// The holder chooses a passcode.
    pub fn choose_passcode(&mut self) {
        let good = SecretState { typed: 6, verdict: PasscodeVerdict::Good, same_as_first: true };
        for slot in [VaultSlot::HolderPin, VaultSlot::HolderPinAgain] {
            assert_eq!(crate::journey::secret_focus(&self.desk), Some(slot), "{:?}", self.state().stage);
            self.send(&Input::Secret(slot, good));
            self.key(Key::Enter);
        }
    }

    pub fn count(&self, kind: &str) -> usize {
        self.facts.iter().filter(|fact| fact.kind() == kind).count()
    }

    fn answer(&mut self, effect: &Effect) -> Option<Input> {
        let (id, word) = word(effect)?;
        self.calls.push(word.clone());
        if let Some(at) = self.instead.iter().position(|(wanted, _)| *wanted == word) {
            return Some(with_id(self.instead.remove(at).1, id));
        }
        Some(match effect {
            Effect::Card { reader: ReaderRole::Agent, .. } => Input::Card(id, Ok(CardAnswer::Signature(vec![3]))),
            Effect::Card { task, .. } => Input::Card(id, self.on_card(task)),
            Effect::Central(_, call) => Input::Central(id, self.central(call)?),
            Effect::Printer(_, call) => Input::Printer(id, self.printer(call)),
            Effect::Camera(_, CameraCall::Show { .. }) => {
                let preview = Preview { cols: 1, rows: 1, cells: vec![([1; 3], [2; 3])].into(), pixels: None };
                Input::Camera(id, Ok(CameraAnswer::Shown(preview)))
            }
            Effect::Store(_, StoreQuery::Photo(_)) => {
                Input::Store(id, StoreAnswer::Photo(Some((vec![1].into(), vec![2].into()))))
            }
            Effect::Store(_, StoreQuery::Head) => Input::Store(id, StoreAnswer::Head(ChainPlace::default())),
            _ => return None,
        })
    }

    fn on_card(&mut self, task: &CardTask) -> Result<CardAnswer, CardFault> {
        if !self.desk.readers.has_card(ReaderRole::Customer) {
            return Err(CardFault::Removed);
        }
        let now = self.steps;
        self.steps += 1;
        let tear = self.tear.filter(|(at, _)| *at == now).map(|(_, tear)| tear);
        if tear == Some(Tear::Before) {
            return Err(CardFault::Removed);
        }
        let answer = self.done_by_card(task);
        if tear == Some(Tear::After) { Err(CardFault::Removed) } else { answer }
    }

    fn done_by_card(&mut self, task: &CardTask) -> Result<CardAnswer, CardFault> {
        Ok(match task {
            CardTask::Read => CardAnswer::Report(Box::new(blank_report())),
            CardTask::Probe { step, .. } => CardAnswer::Probed(self.probe(*step)),
            CardTask::Encode { step, plan, again } => {
                self.ran.push((*step, *again));
                self.card.insert(*step);
                CardAnswer::Encoded(match step {
                    EncodeStep::GenerateKey(_) => StepEvidence::PublicKey(vec![1]),
                    EncodeStep::Request(slot) => {
                        assert!(plan.public_keys.contains_key(slot), "a request without its key");
                        StepEvidence::Request(vec![2])
                    }
                    EncodeStep::WriteCertificate(slot) => {
                        assert!(plan.certificates.contains_key(slot), "no certificate to write");
                        StepEvidence::Done
                    }
                    EncodeStep::ReadBack => StepEvidence::ReadBack([9; 32]),
                    _ => StepEvidence::Done,
                })
            }
            CardTask::ProveCard { message } | CardTask::Sign { message } => {
                let signature: Signature = self.key.sign(message);
                CardAnswer::Signature(signature.to_der().as_bytes().to_vec())
            }
            CardTask::Verify { .. } => CardAnswer::Verified,
            CardTask::Unlock { .. } | CardTask::RotatePuk { .. } => CardAnswer::Done,
        })
    }

    /// As a real card shows it: objects can be read, keys and passcodes can't.
    fn probe(&self, step: EncodeStep) -> Probe {
        match step {
            EncodeStep::SetPuk
            | EncodeStep::SetEncodePin
            | EncodeStep::Request(_)
            | EncodeStep::Prove(_)
            | EncodeStep::ReadBack => Probe::Unknown,
            EncodeStep::GenerateKey(_) => Probe::NotDone,
            step if self.card.contains(&step) => Probe::Done,
            _ => Probe::NotDone,
        }
    }

    fn central(&mut self, call: &CentralCall) -> Option<Result<CentralAnswer, CentralFault>> {
        Some(Ok(match call {
            CentralCall::Nonce => CentralAnswer::Nonce(Nonce { nonce: Bytes(vec![5; 32]), expires: Millis(9_000) }),
            CentralCall::Stock(_) => CentralAnswer::Stock(StockRecord {
                batch: "B1".to_owned(),
                series: 9,
                profile: "piv-p256".to_owned(),
                used_for: None,
            }),
            CentralCall::Photo(_) => CentralAnswer::Photo(vec![7].into()),
            CentralCall::Grant(_) | CentralCall::GrantAgain(_) | CentralCall::Bootstrap { .. } => {
                CentralAnswer::Granted(Box::new(terms()))
            }
            CentralCall::EnrolCard { .. } => CentralAnswer::Certificate(certificate(&self.key)),
            CentralCall::Release(..) => CentralAnswer::Released { puk_n: 1, next_is_possible: false, fetches_left: 3 },
            CentralCall::Sync => CentralAnswer::Synced { head_seq: 1 },
            _ => return None,
        }))
    }

    fn printer(&mut self, call: &PrintCall) -> Result<PrintAnswer, PrintFault> {
        let job = PrintJob { id: 4, uuid: None };
        Ok(match call {
            PrintCall::Status => PrintAnswer::Status(PrinterView::Ready),
            PrintCall::Render(..) => PrintAnswer::Rendered { sha256: "ab".to_owned(), preview: Preview::default() },
            PrintCall::Create { .. } => PrintAnswer::Created(job),
            PrintCall::Send { .. } => PrintAnswer::Sent,
            PrintCall::Poll(_) => PrintAnswer::State(self.polls.pop_front().unwrap_or(JobState::Completed)),
            PrintCall::Find { .. } => PrintAnswer::Found(self.found.clone()),
            PrintCall::Cancel(_) => PrintAnswer::Cancelled,
        })
    }

    /// From the blank to the printed card, if nothing hinders it.
    pub fn print_ready(&mut self) {
        assert!(matches!(self.state().stage, Stage::Check(_)), "{:?} {:?}", self.state().stage, self.state().trouble);
        self.key(Key::Enter);
        assert!(matches!(self.state().stage, Stage::Print(_)), "{:?} {:?}", self.state().stage, self.state().trouble);
    }

    /// From the preview to the end.
    pub fn hand_over(&mut self) {
        self.key(Key::Enter);
        self.key(Key::Char('1'));
        assert_eq!(self.state().stage, Stage::Likeness);
        self.key(Key::Char('y'));
        self.choose_passcode();
        assert_eq!(self.state().stage, Stage::Live);
    }
}

pub fn blank_report() -> CardReport {
    CardReport {
        atr: Vec::new(),
        is_piv: true,
        identity: CardIdentity { guid: None, chip_serial: Some("77".to_owned()) },
        tries_left: Some(3),
        certificates: Default::default(),
        chuid_expires: None,
        unreadable: Vec::new(),
    }
}

/// The id of an effect that answers, and a word for it.
fn word(effect: &Effect) -> Option<(EffectId, String)> {
    let first = |debug: String| debug.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    Some(match effect {
        Effect::Card { id, task: CardTask::Encode { step, .. }, .. } => (*id, write::step_word(*step)),
        Effect::Card { id, task, .. } => (*id, first(format!("{task:?}"))),
        Effect::Central(id, call) => (*id, first(format!("{call:?}"))),
        Effect::Printer(id, call) => (*id, format!("print-{}", first(format!("{call:?}")))),
        Effect::Camera(id, call) => (*id, first(format!("{call:?}"))),
        Effect::Store(id, query) => (*id, format!("store-{}", first(format!("{query:?}")))),
        _ => return None,
    })
}

fn with_id(input: Input, id: EffectId) -> Input {
    match input {
        Input::Card(_, result) => Input::Card(id, result),
        Input::Central(_, result) => Input::Central(id, result),
        Input::Printer(_, result) => Input::Printer(id, result),
        Input::Store(_, answer) => Input::Store(id, answer),
        other => other,
    }
}

pub fn card_fault(fault: CardFault) -> Input {
    Input::Card(EffectId(0), Err(fault))
}

pub fn central_fault(fault: CentralFault) -> Input {
    Input::Central(EffectId(0), Err(fault))
}

pub fn print_fault(fault: PrintFault) -> Input {
    Input::Printer(EffectId(0), Err(fault))
}
