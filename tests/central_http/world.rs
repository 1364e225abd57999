//! A demo central in this process, an enrolled desk with the desk's own client, and cards made of keys.

use std::path::Path;

use p256::ecdsa::signature::Signer;
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::DecodePrivateKey;
use ra_desk::card::task::Slot;
use ra_desk::central::demo_seed::{CardWish, Seeded, demo_grant, demo_mark, factory_keys, seed};
use ra_desk::central::embedded::{Embedded, start_demo};
use ra_desk::central::service::Central;
use ra_desk::central::system_clock;
use ra_desk::domain::*;
use ra_desk::store::{Store, StoreOptions};
use ra_desk::sync::{CentralFault, Client, Invite, enrol};
use ra_desk::wire::act::*;
use ra_desk::wire::event::{self, Header};
use ra_desk::wire::fact::Fact;
use ra_desk::wire::message::*;
use ra_desk::wire::seal::Fresh;
use uuid::Uuid;
use x509_cert::builder::Builder;
use x509_cert::der::Encode;
use x509_cert::request::RequestBuilder;

/// What went wrong, as the desk is told.
pub fn code<T>(answer: Result<T, CentralFault>) -> ProblemCode {
    match answer {
        Err(CentralFault::Problem { code, .. }) => code,
        Err(other) => panic!("expected a problem, got {other}"),
        Ok(_) => panic!("expected a problem, it was done"),
    }
}

pub fn fresh() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).unwrap();
    bytes
}

pub fn jpeg(seed: u64) -> Vec<u8> {
    [&[0xFF, 0xD8, 0xFF, 0xE0][..], &seed.to_be_bytes(), &[0xFF, 0xD9]].concat()
}

pub struct World {
    pub running: Embedded,
    pub seeded: Seeded,
    folder: tempfile::TempDir,
}

/// A desk: its record, its key, its client, its chain.
pub struct Desk {
    pub client: Client,
    pub record: DeskRecord,
    key: SigningKey,
    head: (u64, [u8; 32]),
    lease: Option<Bytes>,
}

/// A card whose keys are in memory.
pub struct SoftCard {
    pub guid: CardGuid,
    pub number: UserNumber,
    pub grant: GrantId,
    pub certificate: Vec<u8>,
    authentication: SigningKey,
    card: SigningKey,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let running = start_demo(&folder.path().join("central"), system_clock()).unwrap();
        let seeded = seed(running.central(), &jpeg, factory_keys()).unwrap();
        Self { running, seeded, folder }
    }

    pub fn central(&self) -> &Central {
        self.running.central()
    }

    pub fn host(&self) -> String {
        self.running.address().to_string()
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn desk(&self, name: &str) -> Desk {
        let invited = self.central().invite_desk(name, "Truro", &self.seeded.organisations[0].code).unwrap();
        let fingerprint: String = invited.fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
        Desk::enrolled(&self.path().join(name), &self.host(), &invited.code, &fingerprint)
    }

    /// The agent with this role, with a live card made at this desk.
    pub fn agent(&self, desk: &Desk, role: Role) -> SoftCard {
        let (person, _) = self.seeded.agents.iter().find(|(_, held)| *held == role).unwrap();
        let grant = demo_grant(self.central(), person.id, desk.record.desk, &CardWish::default()).unwrap();
        let card = SoftCard::written(&desk.client, &grant.terms);
        demo_mark(self.central(), card.guid, CardStatus::Issued).unwrap();
        card
    }
}

fn request(key: &SigningKey) -> Vec<u8> {
    let builder = RequestBuilder::new("CN=card".parse().unwrap()).unwrap();
    builder.build::<_, DerSignature>(key).unwrap().to_der().unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_slice(&fresh()).unwrap()
}

impl SoftCard {
    /// Makes the keys of a grant and fetches their certificates by EST.
    pub fn written(client: &Client, terms: &GrantTerms) -> Self {
        let (authentication, card) = (key(), key());
        let mut certificate = Vec::new();
        for (slot, _) in &terms.keys {
            let own = match slot {
                Slot::Authentication => authentication.clone(),
                Slot::CardAuthentication => card.clone(),
                _ => key(),
            };
            let issued = client.enrol_card(terms.grant, *slot, &request(&own)).unwrap();
            if *slot == Slot::Authentication {
                certificate = issued;
            }
        }
        let (guid, number, grant) = (terms.card, terms.number.clone(), terms.grant);
        Self { guid, number, grant, certificate, authentication, card }
    }

    fn sign(key: &SigningKey, message: &[u8]) -> Vec<u8> {
        let signature: DerSignature = key.sign(message);
        signature.as_bytes().to_vec()
    }

    pub fn prove(&self, nonce: &[u8; 32]) -> Bytes {
        Bytes(Self::sign(&self.card, &proof_bytes(self.guid, nonce)))
    }

    pub fn act(&self, desk: &Desk, kind: ActKind, visit: VisitId, card: Option<CardGuid>) -> Signed<Act> {
        self.signed(Act { kind, visit, card, desk: desk.record.desk, nonce: desk.nonce(), content: None })
    }

    fn signed(&self, statement: Act) -> Signed<Act> {
        let signature = Self::sign(&self.authentication, &act_bytes(&statement));
        Signed { statement, signature, certificate: self.certificate.clone() }
    }

    /// The same act, signed over what it is submitted with.
    pub fn over<T: serde::Serialize>(&self, act: &Signed<Act>, said: &T) -> Signed<Act> {
        self.signed(Act { content: content(said), ..act.statement.clone() })
    }

    /// The fact with its act signed over its content, as a desk makes it.
    pub fn answers_for(&self, mut fact: Fact) -> Fact {
        let content = content(&fact);
        match &mut fact {
            Fact::Register(registration) => sign_again(self, &mut registration.act, content),
            Fact::HandedOver { act, .. }
            | Fact::Cancel { act, .. }
            | Fact::PasscodeReset { act, .. }
            | Fact::TakenOver { act, .. } => sign_again(self, act, content),
            other => panic!("{other:?} has no act"),
        }
        fact
    }

    pub fn session(&self, desk: &Desk, role: Role) -> SessionRequest {
        let statement = SessionStart {
            desk: desk.record.desk,
            epoch: desk.record.epoch,
            next_seq: desk.head.0 + 1,
            agent: self.number.clone(),
            card: self.guid,
            role,
            organisation: desk.record.organisation.clone(),
            roster_version: 0,
            at: system_clock()(),
            nonce: desk.nonce(),
        };
        let signature = Self::sign(&self.authentication, &session_bytes(&statement));
        Signed { statement, signature, certificate: self.certificate.clone() }
    }
}

fn sign_again(card: &SoftCard, act: &mut Signed<Act>, content: Option<[u8; 32]>) {
    *act = card.signed(Act { content, ..act.statement.clone() });
}

impl Desk {
    /// A new desk, enrolled with what an invite says.
    pub fn enrolled(folder: &Path, host: &str, code: &str, fingerprint: &str) -> Self {
        let store = Store::open(StoreOptions::new(folder)).unwrap();
        let code = Secret::new(code.as_bytes().to_vec());
        let byte = |at: usize| u8::from_str_radix(&fingerprint[2 * at..2 * at + 2], 16).unwrap();
        let invite = Invite { host: host.to_owned(), fingerprint: std::array::from_fn(byte), code };
        let record = enrol(&store, &invite).unwrap();
        let identity = store.identity().unwrap();
        let pem = identity.tls_key().unwrap();
        let key = SigningKey::from_pkcs8_pem(std::str::from_utf8(pem.expose()).unwrap()).unwrap();
        Desk { client: Client::for_desk(&identity).unwrap(), record, key, head: (0, event::NO_PREVIOUS), lease: None }
    }

    pub fn nonce(&self) -> [u8; 32] {
        self.client.nonce().unwrap().nonce.0.try_into().unwrap()
    }

    /// A manager released the desk: its chain begins anew.
    pub fn new_epoch(&mut self) {
        self.record = self.client.desk_record(self.record.desk).unwrap();
        (self.head, self.lease) = ((0, event::NO_PREVIOUS), None);
    }

    /// Number of the last event.
    pub fn seq(&self) -> u64 {
        self.head.0
    }

    /// Hash of the last event.
    pub fn head(&self) -> [u8; 32] {
        self.head.1
    }

    /// The stored bytes of the next event.
    pub fn event(&mut self, agent: &SoftCard, fact: &Fact) -> Vec<u8> {
        self.event_by(Some(agent.number.clone()), fact)
    }

    pub fn event_by(&mut self, agent: Option<UserNumber>, fact: &Fact) -> Vec<u8> {
        self.event_of(event::VERSION, agent, fact)
    }

    /// An event of this format.
    pub fn event_of(&mut self, version: u16, agent: Option<UserNumber>, fact: &Fact) -> Vec<u8> {
        let header = Header {
            version,
            desk: self.record.desk,
            epoch: self.record.epoch,
            seq: self.head.0 + 1,
            prev: self.head.1,
            kind: fact.kind().to_owned(),
            at: system_clock()(),
            mono_ms: 1,
            boot: Uuid::nil(),
            last_central: None,
            agent,
            policy: None,
            blobs: Vec::new(),
            software: "test".to_owned(),
        };
        let stored = event::build(&header, fact, &self.record.seal_key.0, &self.key, Fresh::new(fresh())).unwrap();
        self.head = (header.seq, event::event_hash(&stored));
        stored
    }

    pub fn push_bytes(&mut self, events: Vec<Vec<u8>>) -> Result<Vec<Outcome>, CentralFault> {
        let events = events.into_iter().map(Bytes).collect();
        let push = Push { epoch: self.record.epoch, lease: self.lease.clone(), events };
        let pushed = self.client.push(self.record.desk, &push)?;
        self.lease = Some(pushed.lease);
        Ok(pushed.results.into_iter().map(|result| result.outcome).collect())
    }

    pub fn push(&mut self, agent: &SoftCard, fact: &Fact) -> Outcome {
        let stored = self.event(agent, fact);
        self.push_bytes(vec![stored]).unwrap().remove(0)
    }
}
