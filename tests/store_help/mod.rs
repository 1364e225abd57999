//! What the store's tests share: a desk that is enrolled at a central made here.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::date;
use ra_desk::domain::{DeskId, Environment, LegalName, Millis, Person, PersonId, PersonStatus, VisitId};
use ra_desk::store::{Clock, Enrolment, FactDraft, Store, StoreOptions, Write};
use ra_desk::wire::fact::Fact;
use ra_desk::wire::message::{Bytes, DeskRecord};
use uuid::Uuid;

/// Central's private HPKE scalar in these tests.
pub const CENTRAL_KEY: [u8; 32] = [6; 32];

/// A clock that tests set.
pub struct TestClock(pub AtomicI64);

impl TestClock {
    pub fn at(ms: i64) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(ms)))
    }

    pub fn set(&self, at: Millis) {
        self.0.store(at.0, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }
    fn mono_ms(&self) -> u64 {
        5
    }
    fn boot(&self) -> Uuid {
        Uuid::from_u128(1)
    }
}

/// 2026-09-21, about.
pub const START: i64 = 1_790_000_000_000;

pub fn options(dir: &Path) -> StoreOptions {
    StoreOptions { credentials: None, ..StoreOptions::new(dir) }
}

pub fn record(epoch: u32) -> DeskRecord {
    let central = p256::SecretKey::from_slice(&CENTRAL_KEY).unwrap();
    DeskRecord {
        desk: DeskId(Uuid::from_u128(77)),
        name: "desk 2".into(),
        place: "Truro".into(),
        organisation: "REF".parse().unwrap(),
        epoch,
        seal_key: Bytes(central.public_key().to_sec1_bytes().to_vec()),
        statement_key: Bytes(vec![]),
        card_ca: Bytes(vec![]),
        environment: Environment::Trial,
    }
}

pub fn enrolment() -> Write {
    Write::Enrolled(Box::new(Enrolment {
        host: "127.0.0.1:1".into(),
        device_ca: vec![1],
        certificate: vec![2],
        record: record(1),
    }))
}

/// An open store with an identity at central.
pub fn enrolled(options: StoreOptions) -> Store {
    let store = Store::open(options).unwrap();
    if store.identity().unwrap().record.is_none() {
        store.commit_wait(vec![enrolment()]).unwrap();
    }
    store
}

pub fn visit(n: u128) -> VisitId {
    VisitId(Uuid::from_u128(n))
}

pub fn fact(n: u128) -> Write {
    event(Fact::VisitAbandoned { visit: visit(n), reason: "agent".into() })
}

pub fn event(fact: Fact) -> Write {
    Write::Event(Box::new(FactDraft { fact, agent: None, policy: None, blobs: vec![] }))
}

pub fn save(n: u128, snapshot: &[u8]) -> Write {
    Write::SaveVisit {
        id: visit(n),
        kind: "register".into(),
        version: 1,
        snapshot: snapshot.to_vec(),
        parked: false,
        title: "Siân".into(),
    }
}

pub fn person(n: u128, family: &str) -> Person {
    Person {
        id: PersonId(Uuid::from_u128(n)),
        number: Some(format!("{n:012}").parse().unwrap()),
        name: LegalName { given: "Siân".into(), family: family.into() },
        name_on_card: None,
        birth_date: date(1990, 3, 14),
        birth_date_verified: true,
        organisation: "REF".parse().unwrap(),
        position: "Nurse".into(),
        email: None,
        has_photo: false,
        status: PersonStatus::Active,
        version: 3,
    }
}
