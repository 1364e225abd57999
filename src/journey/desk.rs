//! The whole state of the desk, as one value.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::effect::EffectId;
use super::hand::Hand;
use super::home::Home;
use super::input::{ClockView, PrinterView, ReaderChange, ReaderRole, StatementFacts, StoreTrouble, SyncView};
use super::queue::QueuePage;
use super::set_up::SetUp;
use super::sign_in::SignIn;
use super::visit::{Keeper, Visit};
use crate::domain::{CardGuid, DeskId, Environment, Millis, OdsCode, Role, UserNumber, VisitId};
use crate::policy::{Policy, PolicySet};
use crate::wire::message::{Revocations, Roster};
use crate::wire::policy::PolicyBook;

/// What a desk is, from its configuration and its enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its id; nil before enrolment.
    pub desk: DeskId,
    /// Name of the place.
    pub place: String,
    /// Name of the desk.
    pub name: String,
    /// The organisation it belongs to; none before enrolment.
    pub organisation: Option<OdsCode>,
    /// What its central was made for.
    pub environment: Environment,
    /// Simulated devices: said on every screen.
    pub simulated: bool,
    /// The number to phone when a cancel can't be sent.
    pub phone: String,
    /// What it has to examine documents with: `uv_lamp`, `magnifier`, as the policy names it.
    pub equipment: Vec<String>,
    /// Card CA certificate, DER: what "ours" means for a card. Empty before enrolment.
    pub card_ca: Vec<u8>,
    /// Enrolled with central.
    pub enrolled: bool,
    /// Central knows no RA Manager yet, as far as this desk has heard.
    pub no_manager_yet: bool,
}

/// Language of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Welsh.
    Welsh,
}

/// How the screens are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Contrast {
    /// The usual colours.
    #[default]
    Normal,
    /// Black and white, bold.
    High,
    /// No colour at all.
    Mono,
}

/// Both readers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readers {
    /// The agent's.
    pub agent: ReaderChange,
    /// The customer's.
    pub customer: ReaderChange,
}

impl Readers {
    /// What is in the reader of a role.
    pub fn get(&self, role: ReaderRole) -> &ReaderChange {
        match role {
            ReaderRole::Agent => &self.agent,
            ReaderRole::Customer => &self.customer,
        }
    }

    /// Whether a card that answers is in it.
    pub fn has_card(&self, role: ReaderRole) -> bool {
        matches!(self.get(role), ReaderChange::Card { .. })
    }
}

/// Somebody signed in with a card, in one role at one organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The agent.
    pub agent: UserNumber,
    /// The agent's name.
    pub name: String,
    /// The agent's card.
    pub card: CardGuid,
    /// The role.
    pub role: Role,
    /// The organisation.
    pub organisation: OdsCode,
    /// Its name.
    pub organisation_name: String,
    /// Since when.
    pub started: Millis,
    /// 9A certificate, DER.
    pub certificate: Vec<u8>,
    /// The roster has run out: queue, export, network and lost cards only (design, "Statements").
    pub reduced: bool,
}

impl Session {
    /// Who keeps a visit in this session.
    pub fn keeper(&self) -> Keeper {
        Keeper {
            number: self.agent.clone(),
            name: self.name.clone(),
            role: self.role,
            organisation: self.organisation.clone(),
        }
    }
}

/// What is on the screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// Enrolling this desk, or making the first RA Manager's card.
    SetUp(SetUp),
    /// Signing in.
    SignIn(SignIn),
    /// Card first.
    Home(Home),
    /// A visit.
    Visit(VisitId),
    /// The queue.
    Queue(QueuePage),
}

/// What lies over the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// Help for what is below.
    Help,
    /// Agent's data hidden until a key is pressed.
    Privacy,
    /// No key for long.
    IdleWarning,
    /// Each part of this desk, with what mends it.
    CheckDesk,
}

/// Whom an answer goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The sign-in screen.
    SignIn,
    /// The home screen.
    Home,
    /// The set-up screen.
    SetUp,
    /// The queue screen.
    Queue,
    /// A visit.
    Visit(VisitId),
    /// The session: central is being told of it.
    Session,
    /// A signature on its way.
    Hand(EffectId),
    /// Nobody waits for it.
    Nobody,
}

/// The whole state.
#[derive(Debug, Clone)]
pub struct Desk {
    /// What this desk is.
    pub about: About,
    /// Language of the screens.
    pub language: Language,
    /// Colours.
    pub contrast: Contrast,
    /// Terminal size in cells.
    pub size: (u16, u16),
    /// The clock on the screen; moves by the minute.
    pub minute: Millis,
    /// Both readers.
    pub readers: Readers,
    /// Network and queue.
    pub sync: SyncView,
    /// The printer.
    pub printer: PrinterView,
    /// Whether the clock can be believed.
    pub clock: ClockView,
    /// Latest instant that is known to have passed.
    pub passed: Millis,
    /// Who may do what here.
    pub roster: Option<(Arc<Roster>, StatementFacts)>,
    /// What is revoked.
    pub revocations: Option<(Arc<Revocations>, StatementFacts)>,
    /// The policies central signed; none until the first ones came.
    pub policies: Option<Arc<PolicyBook>>,
    /// The same, read.
    pub rules: Option<Arc<PolicySet>>,
    /// Who is signed in.
    pub session: Option<Session>,
    /// Central has been told of that session: if it then knows of none, it ended it.
    pub session_told: bool,
    /// Visits, open and parked.
    pub visits: Vec<Visit>,
    /// What is on the screen.
    pub place: Place,
    /// What lies over it.
    pub overlay: Option<Overlay>,
    /// The last commit failed: said until one works.
    pub trouble: Option<StoreTrouble>,
    /// Whom the answers go to.
    pub owners: BTreeMap<EffectId, Owner>,
    /// Signatures on their way.
    pub hands: BTreeMap<EffectId, Hand>,
    /// A taking over that waits for the agent's card.
    pub taking_over: Option<(EffectId, VisitId)>,
    /// The last id given.
    pub next_effect: u64,
}

impl Desk {
    /// A desk at start: nobody signed in, nothing known of its devices yet.
    pub fn new(about: About, visits: Vec<Visit>, now: Millis) -> Self {
        let place = if about.enrolled { Place::SignIn(SignIn::default()) } else { Place::SetUp(SetUp::default()) };
        Self {
            about,
            language: Language::default(),
            contrast: Contrast::default(),
            size: (80, 25),
            minute: now,
            readers: Readers::default(),
            sync: SyncView::default(),
            printer: PrinterView::default(),
            clock: ClockView::default(),
            passed: Millis(i64::MIN),
            roster: None,
            revocations: None,
            policies: None,
            rules: None,
            session: None,
            session_told: false,
            visits,
            place,
            overlay: None,
            trouble: None,
            owners: BTreeMap::new(),
            hands: BTreeMap::new(),
            taking_over: None,
            next_effect: 0,
        }
    }

    /// Trusted time: the latest of clock, central's last signed time and the last own event (design, "Statements"). What
    /// has expired by it stays expired, however far the clock is put back.
    pub fn trusted(&self, now: Millis) -> Millis {
        now.max(self.passed)
    }

    /// The policy that held on a day, by what central signed. A document is judged by the one of the day it was seen on.
    /// Before the first ones came it is the one this program was built with.
    pub fn policy(&self, day: Date) -> Option<&Policy> {
        let rules = self.rules.as_deref().unwrap_or_else(|| PolicySet::shipped());
        match self.policies.as_ref().and_then(|book| book.in_force(day)) {
            Some(pack) => rules.named(&pack.id, pack.version),
            None => rules.in_force(day),
        }
    }

    /// The visit on the screen, if one is.
    pub fn open_visit(&self) -> Option<&Visit> {
        match self.place {
            Place::Visit(id) => self.visit(id),
            _ => None,
        }
    }

    /// A visit by id.
    pub fn visit(&self, id: VisitId) -> Option<&Visit> {
        self.visits.iter().find(|v| v.id == id)
    }

    /// Whether the list this desk holds has the card, or a certificate with one of these serials (hexadecimal).
    pub fn is_revoked<'a>(&self, card: Option<CardGuid>, serials: impl IntoIterator<Item = &'a str>) -> bool {
        self.revocations.as_ref().is_some_and(|(list, _)| {
            let certificate = |serial: &str| list.serials.iter().any(|s| s.eq_ignore_ascii_case(serial));
            card.is_some_and(|guid| list.cards.contains(&guid)) || serials.into_iter().any(certificate)
        })
    }

    /// Whether central answered last time it was asked.
    pub fn is_online(&self) -> bool {
        self.sync.network == super::input::NetworkView::Online
    }

    /// The name of an organisation, or its code if the roster does not have it.
    pub fn organisation_name(&self, code: &OdsCode) -> String {
        self.roster
            .as_ref()
            .and_then(|(roster, _)| roster.organisations.iter().find(|o| o.code == *code))
            .map_or_else(|| code.to_string(), |o| o.name.clone())
    }
}
