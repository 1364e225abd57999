//! What a visit asks central directly: a second network thread, so that a slow push never keeps a person waiting.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use super::client::Client;
use super::enrol::{EnrolFault, Invite, enrol};
use super::fault::CentralFault;
use super::routes::PersonQuery;
use crate::card::task::Slot;
use crate::domain::{CardGuid, GrantId, PersonId, UserNumber};
use crate::store::Store;
use crate::wire::message::{
    BootstrapRequest, CardRecord, DeskRecord, Grant, GrantRequest, Hello, Nonce, PersonHits, Release, ReleaseRequest,
    SessionOpened, SessionRequest, StockRecord,
};

/// Questions that may wait: a visit asks one or two at a time.
const WAITING_MAX: usize = 8;
/// A question that waited longer is answered with [`CentralFault::Timeout`] unasked: whoever asked has given up.
const STALE: Duration = Duration::from_secs(30);

/// A question. No Debug: some carry secrets.
pub enum Ask {
    /// What central is.
    Hello,
    /// Who might be meant.
    Persons(PersonQuery),
    /// The likeness photo of a person.
    Photo(PersonId),
    /// Whose card it is.
    Card(CardGuid),
    /// The latest card of a person.
    CardByNumber(UserNumber),
    /// The same grant again.
    GrantAgain(GrantId),
    /// This desk's sessions are over.
    EndSessions,
    /// What central knows of a blank, by chip serial.
    Stock(String),
    /// Fresh bytes to be signed.
    Nonce,
    /// A session starts.
    Session(Box<SessionRequest>),
    /// May this card be written?
    Grant(Box<GrantRequest>),
    /// The first RA Manager's card.
    Bootstrap(Box<BootstrapRequest>),
    /// The PUK of one card for one operation.
    Release {
        /// The card's grant.
        grant: GrantId,
        /// The request.
        request: Box<ReleaseRequest>,
    },
    /// The certificate of a key on a card.
    EnrolCard {
        /// The card's grant.
        grant: GrantId,
        /// The key.
        slot: Slot,
        /// PKCS#10 request, DER.
        csr: Vec<u8>,
    },
    /// Enrol this desk.
    EnrolDesk(Box<Invite>),
}

/// An answer. No Debug: some carry secrets; they are for the vault alone.
pub enum Told {
    /// To [`Ask::Hello`].
    Hello(Hello),
    /// To [`Ask::Persons`].
    Persons(PersonHits),
    /// To [`Ask::Photo`]: an image file.
    Photo(Vec<u8>),
    /// To [`Ask::EndSessions`].
    SessionsEnded,
    /// To [`Ask::Card`] and [`Ask::CardByNumber`].
    Card(Box<CardRecord>),
    /// To [`Ask::Stock`].
    Stock(StockRecord),
    /// To [`Ask::Nonce`].
    Nonce(Nonce),
    /// To [`Ask::Session`].
    Session(SessionOpened),
    /// To [`Ask::Grant`], [`Ask::GrantAgain`] and [`Ask::Bootstrap`].
    Grant(Box<Grant>),
    /// To [`Ask::Release`].
    Release(Box<Release>),
    /// To [`Ask::EnrolCard`]: the certificate, DER.
    Certificate(Vec<u8>),
    /// To [`Ask::EnrolDesk`]; `SyncWorker` is to be told [`super::Command::Enrolled`].
    Enrolled(Box<DeskRecord>),
}

/// Called once with the answer, on the network thread: it must not wait.
type Reply = Box<dyn FnOnce(Result<Told, EnrolFault>) + Send>;

struct Question {
    ask: Ask,
    reply: Reply,
    since: Instant,
}

/// A handle to the thread. When the last one is dropped the thread ends after the question that runs.
#[derive(Clone)]
pub struct Online(SyncSender<Question>);

impl Online {
    /// Starts the thread.
    pub fn start(store: Store) -> std::io::Result<Self> {
        let (questions, asked) = sync_channel(WAITING_MAX);
        std::thread::Builder::new().name("online".into()).spawn(move || run(&store, &asked))?;
        Ok(Self(questions))
    }

    /// Asks. `reply` is called exactly once, on the network thread, within
    /// [`super::LONGEST_ASK`] for each question before it; with [`CentralFault::Busy`] at once if too many wait.
    pub fn ask(&self, ask: Ask, reply: impl FnOnce(Result<Told, EnrolFault>) + Send + 'static) {
        let question = Question { ask, reply: Box::new(reply), since: Instant::now() };
        if let Err(TrySendError::Full(question) | TrySendError::Disconnected(question)) = self.0.try_send(question) {
            (question.reply)(Err(CentralFault::Busy.into()));
        }
    }
}

fn run(store: &Store, questions: &Receiver<Question>) {
    let mut shown: Option<(Vec<u8>, Client)> = None;
    while let Ok(Question { ask, reply, since }) = questions.recv() {
        let answer =
            if since.elapsed() > STALE { Err(CentralFault::Timeout.into()) } else { answer(store, &mut shown, ask) };
        reply(answer);
    }
}

fn answer(store: &Store, shown: &mut Option<(Vec<u8>, Client)>, ask: Ask) -> Result<Told, EnrolFault> {
    if let Ask::EnrolDesk(invite) = ask {
        return Ok(Told::Enrolled(Box::new(enrol(store, &invite)?)));
    }
    let client = client(store, shown)?;
    let told = match ask {
        Ask::Hello => Told::Hello(client.hello()?),
        Ask::Persons(query) => Told::Persons(client.find_persons(&query)?),
        Ask::Photo(person) => Told::Photo(client.photo(person)?),
        Ask::Card(card) => Told::Card(Box::new(client.card(card)?)),
        Ask::CardByNumber(number) => Told::Card(Box::new(client.card_by_number(&number)?)),
        Ask::GrantAgain(grant) => Told::Grant(Box::new(client.grant_again(grant)?)),
        Ask::EndSessions => {
            client.end_sessions()?;
            Told::SessionsEnded
        }
        Ask::Stock(serial) => Told::Stock(client.stock(&serial)?),
        Ask::Nonce => Told::Nonce(client.nonce()?),
        Ask::Session(request) => Told::Session(client.open_session(&request)?),
        Ask::Grant(request) => Told::Grant(Box::new(client.grant(&request)?)),
        Ask::Bootstrap(request) => Told::Grant(Box::new(client.bootstrap(&request)?)),
        Ask::Release { grant, request } => Told::Release(Box::new(client.release(grant, &request)?)),
        Ask::EnrolCard { grant, slot, csr } => Told::Certificate(client.enrol_card(grant, slot, &csr)?),
        Ask::EnrolDesk(_) => return Err(EnrolFault::DoesNotFit),
    };
    Ok(told)
}

/// The client for the certificate the desk has now; kept while that stays the same, for its open connection.
fn client(store: &Store, shown: &mut Option<(Vec<u8>, Client)>) -> Result<Client, EnrolFault> {
    let identity = store.identity()?;
    let certificate = identity.certificate.clone().unwrap_or_default();
    if let Some((known, client)) = shown
        && *known == certificate
    {
        return Ok(client.clone());
    }
    let client = Client::for_desk(&identity)?;
    *shown = Some((certificate, client.clone()));
    Ok(client)
}
