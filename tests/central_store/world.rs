//! A store with a desk, and short ways to the rest.

use jiff::civil::date;
use ra_desk::card::task::Slot;
use ra_desk::central::store::*;
use ra_desk::domain::*;
use ra_desk::wire::act::{Act, ActKind, Signed};
use ra_desk::wire::event::{NO_PREVIOUS, digest_hex, event_hash};
use ra_desk::wire::fact::{DocumentSeen, Fact, IdentityCheck, Registration};
use ra_desk::wire::message::*;
use uuid::Uuid;

pub const NOW: Millis = Millis(1_795_000_000_000);

pub fn later(minutes: i64) -> Millis {
    NOW.plus(minutes * Millis::MINUTE)
}

pub fn ods() -> OdsCode {
    "REF".parse().unwrap()
}

pub fn code(result: Stored<impl Sized>) -> ProblemCode {
    match result {
        Err(StoreError::Refused(code)) => code,
        Err(other) => panic!("expected a refusal, got {other}"),
        Ok(_) => panic!("expected a refusal, it was done"),
    }
}

/// A store with one organisation and one enrolled desk.
pub struct World<'a> {
    pub store: &'a dyn CentralStore,
    pub desk: DeskId,
    pub sent: std::cell::Cell<(u64, [u8; 32])>,
    pub lease: std::cell::RefCell<Option<Vec<u8>>>,
}

impl<'a> World<'a> {
    pub fn new(store: &'a dyn CentralStore) -> Self {
        store.add_organisation(&Organisation { code: ods(), name: "Royal Cornwall".into() }).unwrap();
        let desk = invite(store, 1);
        let key = DeskKeyRow { serial: "01".into(), spki: vec![1], der: vec![2], not_after: later(1000) };
        assert!(store.enrol_desk(desk, &key, None, NOW).unwrap());
        World { store, desk, sent: (0, NO_PREVIOUS).into(), lease: None.into() }
    }

    /// Another desk of the same central.
    pub fn second(store: &'a dyn CentralStore) -> Self {
        let desk = invite(store, 77);
        let key = DeskKeyRow { serial: "77".into(), spki: vec![77], der: vec![2], not_after: later(1000) };
        assert!(store.enrol_desk(desk, &key, None, NOW).unwrap());
        World { store, desk, sent: (0, NO_PREVIOUS).into(), lease: None.into() }
    }

    pub fn person(&self, given: &str) -> Person {
        let name = LegalName { given: given.into(), family: "Wyn".into() };
        let new = NewPerson {
            person: PersonId(Uuid::now_v7()),
            name,
            name_on_card: None,
            birth_date: date(1986, 5, 3),
            birth_date_verified: true,
            organisation: ods(),
            position: "Nurse".into(),
            email: None,
        };
        let person = self.store.add_person(&new, NOW).unwrap();
        let digest = self.blob(given.as_bytes(), true);
        self.store.set_photo(person.id, &digest, NOW).unwrap();
        self.store.person(person.id).unwrap().unwrap()
    }

    pub fn blob(&self, bytes: &[u8], usable: bool) -> String {
        let digest = digest_hex(bytes);
        self.store.append_blob(Some(self.desk), &digest, 0, bytes, NOW).unwrap();
        self.store.settle_blob(&digest, usable, NOW).unwrap();
        digest
    }

    pub fn nonce(&self, byte: u8) -> [u8; 32] {
        self.store.add_nonce(self.desk, &[byte; 32], later(5), NOW).unwrap();
        [byte; 32]
    }

    /// Signs an agent in at this desk, for ten hours.
    pub fn session(&self, agent: &Person) {
        let nonce = *digest_hex(agent.id.to_string().as_bytes()).as_bytes().first_chunk::<32>().unwrap();
        self.store.add_nonce(self.desk, &nonce, later(5), NOW).unwrap();
        let ask = SessionAsk {
            digest: nonce,
            agent: agent.number.clone().unwrap(),
            desk: self.desk,
            role: Role::RaAgent,
            organisation: ods(),
            nonce: Some(nonce),
            now: NOW,
            ends: later(600),
        };
        self.store.open_session(&ask).unwrap();
    }

    pub fn stock(&self) {
        let batch = StockBatch {
            batch: "B1".into(),
            profile: "piv-p256".into(),
            series: 9,
            static_9b: false,
            serial_prefix: None,
            any_card: true,
            sealed_keys: vec![7],
        };
        self.store.add_stock(&batch, &[], NOW).unwrap();
    }

    pub fn ask(&self, person: &Person, visit: VisitId, by: GrantBy) -> GrantAsk {
        GrantAsk {
            grant: GrantId(Uuid::now_v7()),
            card: CardGuid(*Uuid::new_v4().as_bytes()),
            person: person.id,
            visit,
            desk: self.desk,
            chip_serial: None,
            expires: date(2040, 1, 1),
            key_version: 1,
            by,
            now: NOW,
        }
    }

    /// A person with a card in this state, and the card's certificate for 9A.
    pub fn card(&self, given: &str, status: CardStatus) -> (Person, GrantRow, String) {
        self.stock();
        let person = self.person(given);
        let row = self.store.make_grant(&self.ask(&person, visit(), GrantBy::Seed)).unwrap();
        let serial = format!("aa{}", row.card.brief.guid);
        let certificate = CertificateRow {
            serial: serial.clone(),
            card: row.card.brief.guid,
            slot: Slot::Authentication,
            spki: vec![3],
            der: vec![4],
            not_after: later(1000),
        };
        assert!(self.store.add_certificate(&certificate, None, NOW).unwrap());
        self.store.mark_card(row.card.brief.guid, status, NOW).unwrap();
        (person, row, serial)
    }

    pub fn agent(&self, given: &str, role: Role) -> (Person, String) {
        let (person, _, serial) = self.card(given, CardStatus::Issued);
        self.store.add_role(person.number.as_ref().unwrap(), role, &ods(), NOW).unwrap();
        (person, serial)
    }

    pub fn event(&self, fact: Fact, hand: Option<&str>) -> Incoming {
        let (seq, previous) = self.sent.get();
        let raw = format!("{seq} {fact:?}").into_bytes();
        let hash = event_hash(&raw);
        self.sent.set((seq + 1, hash));
        Incoming {
            raw,
            hash,
            place: Some((seq + 1, previous)),
            kind: fact.kind().into(),
            at: NOW,
            agent: None,
            signed: true,
            hand: hand.map(|serial| Hand { serial: serial.into(), kind: None, valid: true, altered: false }),
            fact: Some(fact),
            carried: None,
        }
    }

    pub fn batch(&self, events: Vec<Incoming>) -> Batch {
        let lease = self.lease.borrow().clone();
        let fresh = u8::try_from(self.sent.get().0).unwrap();
        Batch { desk: self.desk, epoch: 1, lease, fresh_lease: [fresh; 16], events, index: None, now: later(1) }
    }

    pub fn push(&self, events: Vec<Incoming>) -> Vec<Outcome> {
        match self.store.append(&self.batch(events)).unwrap() {
            Appended::Stored { results, lease, .. } => {
                *self.lease.borrow_mut() = Some(lease);
                results.into_iter().map(|result| result.outcome).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    pub fn one(&self, fact: Fact, hand: Option<&str>) -> Outcome {
        self.push(vec![self.event(fact, hand)]).remove(0)
    }

    pub fn status(&self, card: CardGuid) -> CardStatus {
        self.store.card(card).unwrap().unwrap().brief.status
    }
}

pub fn invite(store: &dyn CentralStore, byte: u8) -> DeskId {
    let desk = DeskId(Uuid::now_v7());
    let invite = Invite {
        desk,
        name: "desk".into(),
        place: "Truro".into(),
        organisation: ods(),
        code_hash: [byte; 32],
        expires: later(10),
    };
    store.invite_desk(&invite, NOW).unwrap();
    desk
}

pub fn visit() -> VisitId {
    VisitId(Uuid::now_v7())
}

pub fn act(desk: DeskId, kind: ActKind, visit: VisitId, card: Option<CardGuid>) -> Signed<Act> {
    let statement = Act { kind, visit, card, desk, nonce: [0; 32], content: None };
    Signed { statement, signature: vec![], certificate: vec![] }
}

pub fn document(kind: &str, used_as: &str, number: &str) -> DocumentSeen {
    let day = NOW.plus(-20 * Millis::DAY).london_day();
    DocumentSeen {
        kind: kind.into(),
        number: Some(number.into()),
        issuer: format!("issuer of {kind}"),
        issued: (used_as == "address").then_some(day),
        expires: (used_as == "photo").then_some(day.saturating_add(jiff::Span::new().years(4))),
        entered: None,
        used_as: used_as.into(),
        original_seen: true,
    }
}

pub fn registration(world: &World<'_>, given: &str, passport: &str) -> Registration {
    let visit = visit();
    Registration {
        visit,
        person: PersonId(Uuid::now_v7()),
        name: LegalName { given: given.into(), family: "O'Brien".into() },
        name_on_card: None,
        birth_date: date(1991, 2, 28),
        organisation: ods(),
        position: "Porter".into(),
        email: None,
        documents: vec![
            document("uk_passport", "photo", passport),
            document("council_tax", "address", "CT000001"),
            document("utility", "address", "UT000002"),
        ],
        evidence: None,
        photo: None,
        photo_reason: None,
        likeness_confirmed: true,
        terms_accepted: NOW,
        receipt: None,
        uniqueness_checked: false,
        not_same: Vec::new(),
        act: act(world.desk, ActKind::Submit, visit, None),
    }
}

pub fn handed_over(world: &World<'_>, card: CardGuid, puk_n: u32) -> Fact {
    let visit = visit();
    let act = Box::new(act(world.desk, ActKind::HandOver, visit, Some(card)));
    Fact::HandedOver { visit, card, puk_n, likeness_confirmed: true, act }
}

pub fn reset(world: &World<'_>, card: CardGuid, puk_n: Option<u32>) -> Fact {
    let visit = visit();
    let act = Box::new(act(world.desk, ActKind::PukRelease, visit, Some(card)));
    Fact::PasscodeReset { visit, card, check: IdentityCheck::Likeness, done: puk_n.is_some(), puk_n, act }
}

pub fn intended(card: CardGuid, puk_n: u32) -> Fact {
    Fact::ResetIntended { visit: visit(), card, puk_n }
}

pub fn cancel(world: &World<'_>, card: Option<CardGuid>, number: Option<UserNumber>) -> Fact {
    let visit = visit();
    let act = Box::new(act(world.desk, ActKind::Cancel, visit, card));
    let reason = CancelReason::Lost;
    Fact::Cancel { visit, card, number, reason, note: String::new(), reported: NOW, act }
}
