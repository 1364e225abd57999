//! A desk in a test: an agent signed in, inputs in, effects answered from a table of what the world is.

use std::collections::BTreeMap;
use std::sync::Arc;

use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use uuid::Uuid;

use crate::card::task::{CardAnswer, CardFault, CardIdentity, CardReport, CardTask, CertificateFacts, Slot};
use crate::domain::{
    CardGuid, CardStatus, GrantId, LegalName, Millis, Person, PersonId, PersonStatus, Role, VaultSlot,
};
use crate::journey::effect::{CameraCall, CentralCall, StoreQuery};
use crate::journey::home::Home;
use crate::journey::input::{
    CameraAnswer, CentralAnswer, CentralFault, ChainPlace, NetworkView, OwnWord, Preview, QueueItem, QueueState,
    ReaderChange, ReaderRole, SecretState, StatementFacts, StoreAnswer, SyncView,
};
use crate::journey::key::Key;
use crate::journey::{
    About, Desk, Effect, EffectId, Env, Input, Job, Place, Session, Visit, Write, command, secret_focus, update,
};
use crate::policy::passcode::PasscodeVerdict;
use crate::wire::fact::Fact;
use crate::wire::message::{
    Bytes, CardBrief, CardRecord, Nonce, Organisation, ProblemCode, Revocations, Roster, RosterEntry, StockRecord,
};

pub const NOW: Millis = Millis(1_795_500_000_000); // 24 November 2026
pub const CARD: CardGuid = CardGuid([4; 16]);
const CARD_CA: &[u8] = include_bytes!("specimen/card-ca.der");
const CARD_DER: &[u8] = include_bytes!("specimen/card.der");
const FORGED_DER: &[u8] = include_bytes!("specimen/forged.der");

/// What a chip makes of a task.
pub type ChipAnswers = Box<dyn FnMut(&CardTask) -> Result<CardAnswer, CardFault>>;

/// What answers the desk.
pub struct World {
    /// The card in the customer reader.
    pub report: CardReport,
    /// Central's record of it.
    pub record: Option<CardRecord>,
    /// What the desk's own events make of it, undecided yet.
    pub said: Option<CardStatus>,
    /// The stock record of a blank.
    pub stock: Option<StockRecord>,
    /// The next answers of the card to Unlock and RotatePuk, before it says yes.
    pub card_says: Vec<CardFault>,
    /// The next answer of the card to RotatePuk.
    pub rotation_says: Option<CardFault>,
    /// The second release that is asked for gets this answer.
    pub release_says: Option<CentralFault>,
    /// A chip that answers all but reading, instead of the table.
    pub chip: Option<ChipAnswers>,
    /// The 9E key of the card; without one it signs nonsense.
    pub key: Option<SigningKey>,
    /// The next faults of central, whatever is asked.
    pub central_says: Vec<CentralFault>,
    /// `next_is_possible` of a release.
    pub next_is_possible: bool,
    /// The queue the store shows.
    pub queue: Vec<QueueItem>,
}

/// A desk and its world.
pub struct Bench {
    pub desk: Desk,
    pub world: World,
    pub facts: Vec<Fact>,
    pub tasks: Vec<CardTask>,
    pub open: BTreeMap<EffectId, Effect>,
    pub keys: u32,
    pub round: u8,
    /// Releases asked for.
    pub released: u32,
}

pub fn person() -> Person {
    Person {
        id: PersonId(Uuid::from_u128(11)),
        number: Some("555102034417".parse().unwrap()),
        name: LegalName { given: "Sian Llyr".to_owned(), family: "Wyn".to_owned() },
        name_on_card: None,
        birth_date: jiff::civil::date(1986, 8, 12),
        birth_date_verified: true,
        organisation: "REF".parse().unwrap(),
        position: "Staff nurse".to_owned(),
        email: None,
        has_photo: true,
        status: PersonStatus::Active,
        version: 1,
    }
}

pub fn record(status: CardStatus) -> CardRecord {
    let card = CardBrief { guid: CARD, status, grant: GrantId(Uuid::from_u128(1)), series: 9 };
    CardRecord {
        card,
        person: person(),
        issue: 1,
        card_certificate: None,
        last_seen: Some(NOW.plus(-Millis::DAY)),
        prints: 0,
    }
}

/// The certificate of our Card CA, or one that only names it.
pub fn certificate(genuine: bool, not_after: Millis) -> CertificateFacts {
    let facts = CertificateFacts::from_der(if genuine { CARD_DER } else { FORGED_DER }).unwrap();
    CertificateFacts { not_after, ..facts }
}

/// A card of ours with so many tries left and days to go.
pub fn report(tries: u8, days: i64) -> CardReport {
    CardReport {
        atr: Vec::new(),
        is_piv: true,
        identity: CardIdentity { guid: Some(CARD), chip_serial: Some("77".to_owned()) },
        tries_left: Some(tries),
        certificates: [(Slot::Authentication, certificate(true, NOW.plus(days * Millis::DAY)))].into(),
        chuid_expires: None,
        unreadable: Vec::new(),
    }
}

pub fn blank() -> CardReport {
    CardReport {
        certificates: BTreeMap::new(),
        identity: CardIdentity { guid: None, chip_serial: Some("78".to_owned()) },
        ..report(3, 1)
    }
}

fn about() -> About {
    let (place, phone) = ("Truro clinic".to_owned(), "01872 000 000".to_owned());
    About { place, phone, card_ca: CARD_CA.to_vec(), ..crate::journey::bench::about() }
}

fn roster() -> Roster {
    let entry = |number: &str, name: &str, role| RosterEntry {
        number: number.parse().unwrap(),
        name: name.to_owned(),
        roles: vec![(role, "REF".parse().unwrap())],
        trained_until: Some(jiff::civil::date(2027, 3, 31)),
    };
    Roster {
        organisations: vec![Organisation { code: "REF".parse().unwrap(), name: "Royal Cornwall".to_owned() }],
        agents: vec![
            entry("900000000001", "Priya Shah", Role::RaAgent),
            entry("900000000002", "Tom Penrose", Role::RaManager),
            entry("900000000003", "Ann Lowen", Role::RaAgent),
        ],
    }
}

/// A list on which nothing stands.
pub fn nothing_revoked() -> Revocations {
    Revocations { cards: Vec::new(), serials: Vec::new() }
}

impl Bench {
    /// Priya Shah is signed in, online, no card in the customer reader. In it later: Sian's card, locked.
    pub fn new() -> Self {
        let mut desk = Desk::new(about(), Vec::new(), NOW);
        desk.session = Some(Session {
            agent: "900000000001".parse().unwrap(),
            name: "Priya Shah".to_owned(),
            card: CardGuid([9; 16]),
            role: Role::RaAgent,
            organisation: "REF".parse().unwrap(),
            organisation_name: "Royal Cornwall".to_owned(),
            started: NOW,
            certificate: vec![1],
            reduced: false,
        });
        desk.roster = Some((Arc::new(roster()), StatementFacts { version: 1, expires: NOW.plus(Millis::DAY) }));
        desk.revocations =
            Some((Arc::new(nothing_revoked()), StatementFacts { version: 1, expires: NOW.plus(Millis::DAY) }));
        desk.place = Place::Home(Home::default());
        desk.sync = SyncView { network: NetworkView::Online, ..SyncView::default() };
        desk.readers.agent = ReaderChange::Card { atr: Vec::new(), count: 1 };
        desk.readers.customer = ReaderChange::Empty;
        let world = World {
            report: report(0, 400),
            record: Some(record(CardStatus::Issued)),
            said: None,
            stock: None,
            card_says: Vec::new(),
            rotation_says: None,
            chip: None,
            key: None,
            release_says: None,
            central_says: Vec::new(),
            next_is_possible: false,
            queue: Vec::new(),
        };
        let (facts, tasks, open) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { desk, world, facts, tasks, open, keys: 0, round: 0, released: 0 }
    }

    /// A card is in the customer reader and was read.
    pub fn with_card(report: CardReport, record: Option<CardRecord>) -> Self {
        let mut bench = Self::new();
        bench.world.report = report;
        bench.world.record = record;
        bench.insert();
        bench
    }

    pub fn offline(&mut self) {
        self.sync(NetworkView::Offline(NOW), 0);
    }

    pub fn sync(&mut self, network: NetworkView, waiting: u32) {
        self.send(Input::Sync(SyncView { network, waiting, ..SyncView::default() }));
        self.answer_all();
    }

    pub fn insert(&mut self) {
        self.round = self.round.wrapping_add(1);
        let card = ReaderChange::Card { atr: Vec::new(), count: u32::from(self.round) };
        self.send(Input::Reader(ReaderRole::Customer, card));
        self.answer_all();
    }

    pub fn pull(&mut self) {
        self.send(Input::Reader(ReaderRole::Customer, ReaderChange::Empty));
    }

    /// One input, without answers to what it asks. Checks that no two tasks that change a card are ever open at once.
    pub fn send(&mut self, input: Input) {
        self.round = self.round.wrapping_add(1);
        let env = Env { now: NOW, fresh: [self.round; 32] };
        let step = update(&self.desk, &input, &env);
        self.desk = step.next;
        for write in step.writes {
            if let Write::Event { fact, .. } = write {
                self.facts.push(*fact);
            }
        }
        for effect in step.effects {
            match &effect {
                Effect::Card { id, task, .. } => {
                    self.tasks.push(task.clone());
                    self.open.insert(*id, effect);
                }
                Effect::Central(id, _) | Effect::Store(id, _) | Effect::Camera(id, _) => {
                    self.open.insert(*id, effect);
                }
                _ => {}
            }
        }
        let physical = |e: &&Effect| matches!(e, Effect::Card { task, .. } if *task != CardTask::Read);
        assert!(self.open.values().filter(physical).count() <= 1, "two at once: {:?}", self.open);
    }

    /// Answers until nothing is asked any more.
    pub fn answer_all(&mut self) {
        for _ in 0..200 {
            let Some(id) = self.open.keys().next().copied() else { return };
            self.answer(id);
        }
        panic!("it never stops asking: {:?}", self.open);
    }

    pub fn answer(&mut self, id: EffectId) {
        let Some(effect) = self.open.remove(&id) else { return };
        let input = match effect {
            Effect::Card { task, reader, .. } => Input::Card(id, self.card(reader, &task)),
            Effect::Central(_, call) => Input::Central(id, self.central(&call)),
            Effect::Store(_, query) => Input::Store(id, self.store(&query)),
            Effect::Camera(_, CameraCall::Show { size, .. }) => {
                let cells = vec![([10; 3], [200; 3]); usize::from(size.cols) * usize::from(size.rows)];
                let preview = Preview { cols: size.cols, rows: size.rows, cells: cells.into(), pixels: None };
                Input::Camera(id, Ok(CameraAnswer::Shown(preview)))
            }
            other => panic!("nobody answers {other:?}"),
        };
        self.send(input);
    }

    fn card(&mut self, reader: ReaderRole, task: &CardTask) -> Result<CardAnswer, CardFault> {
        if reader == ReaderRole::Customer && !self.desk.readers.has_card(reader) {
            return Err(CardFault::Removed);
        }
        if let (Some(chip), ReaderRole::Customer, false) = (&mut self.world.chip, reader, *task == CardTask::Read) {
            return chip(task);
        }
        let plain = self.world.card_says.is_empty() || matches!(task, CardTask::Read | CardTask::Sign { .. });
        let next = if plain { None } else { Some(self.world.card_says.remove(0)) };
        match task {
            CardTask::Read => Ok(CardAnswer::Report(Box::new(self.world.report.clone()))),
            CardTask::Sign { .. } => Ok(CardAnswer::Signature(vec![8])),
            CardTask::ProveCard { message } => match next {
                Some(fault @ (CardFault::WrongCard | CardFault::ProofFailed | CardFault::Removed)) => Err(fault),
                other => {
                    self.world.card_says.splice(0..0, other);
                    let signed = |key: &SigningKey| -> Signature { key.sign(message) };
                    let signature = self.world.key.as_ref().map(|key| signed(key).to_der().as_bytes().to_vec());
                    Ok(CardAnswer::Signature(signature.unwrap_or_else(|| vec![7])))
                }
            },
            CardTask::RotatePuk { .. } if self.world.rotation_says.is_some() => {
                self.world.card_says.splice(0..0, next);
                self.world.rotation_says.take().map_or(Ok(CardAnswer::Done), Err)
            }
            _ => next.map_or(Ok(CardAnswer::Done), Err),
        }
    }

    fn central(&mut self, call: &CentralCall) -> Result<CentralAnswer, CentralFault> {
        if !self.desk.is_online() {
            return Err(CentralFault::Unreachable);
        }
        if !self.world.central_says.is_empty() {
            return Err(self.world.central_says.remove(0));
        }
        let not_found = Err(CentralFault::Problem(ProblemCode::NotFound));
        match call {
            CentralCall::Nonce => {
                Ok(CentralAnswer::Nonce(Nonce { nonce: Bytes(vec![5; 32]), expires: NOW.plus(Millis::MINUTE) }))
            }
            CentralCall::Card(_) | CentralCall::CardByNumber(_) => match &self.world.record {
                Some(record) => Ok(CentralAnswer::Card(Box::new(record.clone()))),
                None => not_found,
            },
            CentralCall::Stock(_) => self.world.stock.clone().map(CentralAnswer::Stock).map_or(not_found, Ok),
            CentralCall::Photo(_) => Ok(CentralAnswer::Photo(Arc::from([1, 2, 3]))),
            CentralCall::Release(..) => {
                self.released += 1;
                if let Some(fault) = self.world.release_says.take_if(|_| self.released > 1) {
                    return Err(fault);
                }
                let next_is_possible = self.world.next_is_possible;
                Ok(CentralAnswer::Released { puk_n: 4, next_is_possible, fetches_left: 3 })
            }
            CentralCall::Sync => Ok(CentralAnswer::Synced { head_seq: 100 }),
            CentralCall::CloseSession => Ok(CentralAnswer::Closed),
            _ => Err(CentralFault::NotUnderstood),
        }
    }

    fn store(&self, query: &StoreQuery) -> StoreAnswer {
        match query {
            StoreQuery::Card(_) => {
                StoreAnswer::Card(OwnWord { copy: self.world.record.clone().map(Box::new), said: self.world.said })
            }
            StoreQuery::Head => StoreAnswer::Head(ChainPlace { epoch: 1, next_seq: 42, head: [6; 32] }),
            StoreQuery::Queue => StoreAnswer::Queue(self.world.queue.clone()),
            _ => StoreAnswer::Journal(Vec::new()),
        }
    }

    /// The cancel waits in the queue, or stands there otherwise.
    pub fn queued(&mut self, state: QueueState) {
        let kind = "cancel".to_owned();
        self.world.queue = vec![QueueItem { seq: 41, kind, since: NOW, state, size: 0, about: String::new() }];
    }

    /// One key, counted; then all answers.
    pub fn key(&mut self, key: Key) {
        self.keys += 1;
        self.send(Input::Key(key));
        self.answer_all();
    }

    pub fn typed(&mut self, text: &str) {
        text.chars().for_each(|c| self.key(Key::Char(c)));
    }

    /// The holder types a passcode of six figures and presses Enter.
    pub fn passcode(&mut self, verdict: PasscodeVerdict, same_as_first: bool) {
        let slot = secret_focus(&self.desk).expect("a passcode is asked for");
        for typed in 1..=6 {
            self.keys += 1;
            let verdict = if typed < 6 { PasscodeVerdict::TooShort } else { verdict };
            self.send(Input::Secret(slot, SecretState { typed, verdict, same_as_first: same_as_first && typed == 6 }));
        }
        self.key(Key::Enter);
    }

    /// Twice the same good one.
    pub fn choose_passcode(&mut self) {
        assert_eq!(secret_focus(&self.desk), Some(VaultSlot::HolderPin));
        self.passcode(PasscodeVerdict::Good, false);
        assert_eq!(secret_focus(&self.desk), Some(VaultSlot::HolderPinAgain));
        self.passcode(PasscodeVerdict::Good, true);
    }

    /// Power off and on, the same agent signs in and takes the visit up again.
    pub fn restart(&mut self) {
        let stored: Vec<_> = self.desk.visits.iter().map(Visit::snapshot).collect();
        let restored = |s: &crate::journey::effect::VisitSnapshot| Visit::restore(s.version, &s.state);
        let visits: Vec<Visit> = stored.iter().map(|s| restored(s).expect("a snapshot can be read")).collect();
        let mut desk = Bench::new().desk;
        desk.readers.customer = self.desk.readers.customer.clone();
        desk.sync = self.desk.sync;
        desk.next_effect = self.desk.next_effect;
        let first = visits.first().map(|v| v.id);
        desk.visits = visits;
        self.desk = desk;
        self.open.clear();
        if let Some(id) = first {
            let agent = self.desk.session.as_ref().map(Session::keeper);
            assert_eq!(self.desk.visit(id).unwrap().agent, agent);
            self.resume();
        }
    }

    /// A visit of this agent's, parked; the home screen.
    pub fn park(&mut self, job: Job) {
        let env = Env { now: NOW, fresh: [self.round.wrapping_add(101); 32] };
        self.round = self.round.wrapping_add(1);
        let mut desk = self.desk.clone();
        let mut ctx = crate::journey::Ctx::new(&mut desk, &env);
        crate::journey::start_visit(&mut ctx, job, None);
        self.desk = desk;
        self.desk.place = Place::Home(Home::default());
    }

    /// Chooses the first parked visit on the home screen.
    pub fn resume(&mut self) {
        let Place::Home(home) = self.desk.place.clone() else { panic!("not at home: {:?}", self.desk.place) };
        let offers = crate::journey::home::offers(&home, &self.desk);
        let at = offers.iter().position(|(choice, _)| matches!(choice, super::Choice::Resume(_))).unwrap();
        self.key(Key::Char(char::from_digit(u32::try_from(at + 1).unwrap(), 10).unwrap()));
    }

    pub fn job(&self) -> &Job {
        &self.desk.open_visit().expect("a visit is open").job
    }

    pub fn has_command(&self, id: &str) -> bool {
        command::commands(&self.desk).iter().any(|c| c.id == id)
    }

    pub fn is_home(&self) -> bool {
        matches!(self.desk.place, Place::Home(_))
    }

    pub fn home(&self) -> &Home {
        match &self.desk.place {
            Place::Home(home) => home,
            other => panic!("not at home: {other:?}"),
        }
    }

    /// This card is on the list of what is revoked.
    pub fn revoke(&mut self) {
        self.list(Revocations { cards: vec![CARD], serials: Vec::new() }, Millis::DAY);
    }

    /// A list of what is revoked arrives, good for so long.
    pub fn list(&mut self, list: Revocations, good_for: i64) {
        let facts = StatementFacts { version: 2, expires: NOW.plus(good_for) };
        self.send(Input::Revocations(Arc::new(list), facts));
        self.answer_all();
    }
}
