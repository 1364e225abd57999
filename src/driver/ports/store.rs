//! The store behind the core: commits, and answers to questions.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use super::{Arrivals, WORK_MAX};
use crate::document::same_person::Band;
use crate::domain::{Millis, Person, PersonStatus, ReceiptRef};
use crate::driver::engine::Commit;
use crate::journey::effect::{EffectId, JournalPhase, SearchTerms, StoreQuery, VisitSnapshot, Write};
use crate::journey::input::{
    ChainPlace, Input, JournalRow, OwnWord, QueueItem, QueueState, ReceiptNews, StoreAnswer, StoreTrouble,
};
use crate::store::{
    self, Committed, FactDraft, Pending, Phase, RECEIPT, RECEIPT_GIVEN, RECEIPT_SEEN, Store, StoreFault,
};
use crate::wire::fact::Fact;
use crate::wire::message::{CardRecord, Outcome, PersonHit, PersonHits};

/// Names of a visit's working copies.
const PHOTO: &str = "photo";
const FACE: &str = "face";

/// Longest the loop waits for a commit before it says that the disk hangs: a commit takes milliseconds, and nobody can lock
/// the desk meanwhile.
const PATIENCE: Duration = Duration::from_secs(3);

/// The commits of the loop, one at a time.
pub struct Commits {
    store: Store,
    /// One the writer has begun and not ended.
    unknown: Option<Pending>,
}

impl Commits {
    /// For this store.
    pub fn new(store: Store) -> Self {
        Self { store, unknown: None }
    }
}

/// The questions of the loop.
pub struct StorePort {
    questions: SyncSender<(EffectId, StoreQuery)>,
    arrivals: Arrivals,
}

impl StorePort {
    /// Starts the thread that answers questions.
    ///
    /// Errors: no thread could be started.
    pub fn start(store: Store, arrivals: Arrivals) -> std::io::Result<Self> {
        let (questions, asked) = sync_channel(WORK_MAX);
        let back = arrivals.clone();
        std::thread::Builder::new().name("store-ask".into()).spawn(move || answer_all(&store, &asked, &back))?;
        Ok(Self { questions, arrivals })
    }

    /// Asks; the answer bears `id` in any case.
    pub fn ask(&self, id: EffectId, query: StoreQuery) {
        if self.questions.try_send((id, query)).is_err() {
            self.arrivals.refuse(Input::Store(id, StoreAnswer::Failed(StoreTrouble::Io)));
        }
    }
}

impl Commit for Commits {
    fn commit(&mut self, writes: Vec<Write>) -> Result<(), StoreTrouble> {
        if self.unknown.is_some() {
            return Err(StoreTrouble::Io);
        }
        let pending = self.store.commit(writes.into_iter().flat_map(to_store).collect());
        match pending.wait(PATIENCE) {
            Some(answer) => told(answer),
            None if pending.call_off() => told(Err(StoreFault::Hangs)),
            None => {
                tracing::error!("the disk hangs in the middle of a commit");
                self.unknown = Some(pending);
                Err(StoreTrouble::Unknown)
            }
        }
    }

    fn known(&mut self) -> Option<Result<(), StoreTrouble>> {
        let answer = self.unknown.as_ref()?.wait(Duration::ZERO)?;
        self.unknown = None;
        Some(told(answer))
    }
}

fn told(answer: Result<Committed, StoreFault>) -> Result<(), StoreTrouble> {
    answer.map(|_| ()).map_err(|fault| {
        tracing::error!(%fault, "a commit failed; nothing was written");
        trouble(&fault)
    })
}

fn trouble(fault: &StoreFault) -> StoreTrouble {
    match fault {
        StoreFault::DiskFull => StoreTrouble::DiskFull,
        StoreFault::NotEnrolled => StoreTrouble::NotEnrolled,
        fault if fault.is_final() => StoreTrouble::NotKept,
        _ => StoreTrouble::Io,
    }
}

fn to_store(write: Write) -> Vec<store::Write> {
    match write {
        Write::SaveVisit(saved) => {
            let VisitSnapshot { visit: id, version, state: snapshot, kind, title } = saved;
            let kind = kind.to_owned();
            vec![store::Write::SaveVisit { id, kind, version, snapshot, parked: false, title }]
        }
        Write::CloseVisit(id) => vec![store::Write::CloseVisit { id }],
        Write::Journal { visit, op, step, phase } => {
            let phase = match phase {
                JournalPhase::Sent => Phase::Sent,
                JournalPhase::Confirmed => Phase::Confirmed,
                JournalPhase::Failed => Phase::Failed,
            };
            vec![store::Write::Journal { visit, op, step, phase, evidence: Vec::new() }]
        }
        Write::Event { fact, agent } => {
            let blobs = match fact.as_ref() {
                Fact::Register(registration) => registration.photo.iter().cloned().collect(),
                _ => Vec::new(),
            };
            vec![store::Write::Event(Box::new(FactDraft { fact: *fact, agent, policy: None, blobs }))]
        }
        Write::Receipt { visit, seen } => {
            let value = if seen { RECEIPT_SEEN } else { RECEIPT_GIVEN }.to_owned();
            vec![store::Write::Setting { key: format!("{RECEIPT}{visit}"), value }]
        }
        Write::Setting { key, value } => vec![store::Write::Setting { key, value }],
        Write::KeepPhoto { visit, photo, face } => [(PHOTO, photo), (FACE, face)]
            .into_iter()
            .map(|(name, bytes)| store::Write::SaveWorking { visit, name: name.to_owned(), bytes: bytes.to_vec() })
            .collect(),
        Write::SeenRefused(seq) => vec![store::Write::RefusedSeen { seq }],
        Write::CacheCard(record) => {
            let person = record.person.id;
            vec![
                store::Write::CachePerson(Box::new(record.person)),
                store::Write::CacheCard { card: record.card, person },
            ]
        }
    }
}

fn answer_all(store: &Store, asked: &Receiver<(EffectId, StoreQuery)>, arrivals: &Arrivals) {
    while let Ok((id, query)) = asked.recv() {
        let answer = answer(store, query).unwrap_or_else(|fault| {
            tracing::error!(%fault, "the store did not answer");
            StoreAnswer::Failed(trouble(&fault))
        });
        arrivals.send(Input::Store(id, answer));
    }
}

fn answer(store: &Store, query: StoreQuery) -> Result<StoreAnswer, StoreFault> {
    Ok(match query {
        StoreQuery::SealBlob(plain) => {
            let (digest, sealed) = store.seal_blob(&plain)?;
            store.commit_wait(vec![store::Write::Blob { digest: digest.clone(), sealed }])?;
            StoreAnswer::BlobSealed(digest)
        }
        StoreQuery::Search(terms) => StoreAnswer::Hits(search(store, &terms)?),
        StoreQuery::Card(guid) => StoreAnswer::Card(OwnWord {
            copy: match store.card(guid)? {
                Some((card, person)) => store.person(person)?.map(|person| {
                    let (issue, card_certificate, last_seen) = (1, None, None);
                    Box::new(CardRecord { card, person, issue, card_certificate, last_seen, prints: 0 })
                }),
                None => None,
            },
            said: store.said_of_card(guid)?,
        }),
        StoreQuery::Queue => {
            StoreAnswer::Queue(store.queue()?.into_iter().map(|item| queue_item(store, item)).collect())
        }
        StoreQuery::Head => {
            let epoch = store.record()?.ok_or(StoreFault::NotEnrolled)?.epoch;
            let (seq, head) = store.head(epoch)?;
            StoreAnswer::Head(ChainPlace { epoch, next_seq: seq + 1, head })
        }
        StoreQuery::Journal(visit) => StoreAnswer::Journal(
            store
                .journal(visit)?
                .into_iter()
                .map(|row| {
                    let phase = match row.phase {
                        Phase::Planned | Phase::Sent => JournalPhase::Sent,
                        Phase::Confirmed => JournalPhase::Confirmed,
                        Phase::Failed => JournalPhase::Failed,
                    };
                    JournalRow { op: row.op, step: row.step, phase }
                })
                .collect(),
        ),
        StoreQuery::Photo(visit) => {
            StoreAnswer::Photo(match (store.working(visit, PHOTO)?, store.working(visit, FACE)?) {
                (Some(photo), Some(face)) => Some((Arc::from(photo), Arc::from(face))),
                _ => None,
            })
        }
        StoreQuery::Receipts => StoreAnswer::Receipts(
            store
                .receipts()?
                .into_iter()
                .map(|row| ReceiptNews { visit: row.visit, holder: row.title, outcome: row.outcome })
                .collect(),
        ),
        StoreQuery::Outcome(visit, kind) => StoreAnswer::Outcome(store.outcome_of_visit(visit, kind)?),
    })
}

fn search(store: &Store, terms: &SearchTerms) -> Result<PersonHits, StoreFault> {
    let by_number = terms.number.as_ref().map(|number| store.person_by_number(number)).transpose()?.flatten();
    let strong = by_number.is_some();
    let mut persons: Vec<(Person, Band)> = by_number.into_iter().map(|person| (person, Band::Lower)).collect();
    if let Some(name) = terms.name.as_ref().filter(|_| !strong) {
        persons = terms.birth_date.map(|birth| store.likely_persons(name, birth)).transpose()?.unwrap_or_default();
        let by_letters = store.find_persons(&name.full(), terms.birth_date)?;
        let new: Vec<_> = by_letters.into_iter().filter(|one| persons.iter().all(|(p, _)| p.id != one.id)).collect();
        persons.extend(new.into_iter().map(|person| (person, Band::Lower)));
    }
    let open = persons.into_iter().filter(|(person, _)| person.status != PersonStatus::Closed);
    Ok(PersonHits { hits: open.map(|(person, band)| PersonHit { person, card: None, strong, band }).collect() })
}

fn queue_item(store: &Store, item: store::QueueItem) -> QueueItem {
    let state = match item.state {
        store::QueueState::Waiting | store::QueueState::Sent => QueueState::Waiting,
        store::QueueState::AwaitingBlob => QueueState::AwaitingPhoto,
        store::QueueState::Stranded => QueueState::Stranded,
        store::QueueState::Refused => match store.outcome(item.epoch, item.seq) {
            Ok(Some(Outcome::Refused { reason })) => QueueState::Refused(reason),
            Ok(Some(Outcome::Other)) => QueueState::NotUnderstood,
            _ => QueueState::Flagged,
        },
    };
    let about = about(store, &item);
    QueueItem { seq: item.seq, kind: item.kind, since: Millis(item.since.0), state, size: 0, about }
}

/// Whose it is: the receipt a holder may have taken away, and the holder as long as this desk still has the visit.
fn about(store: &Store, item: &store::QueueItem) -> String {
    let place = store.identity().ok().and_then(|identity| identity.record).map(|record| record.place);
    let receipt = match (item.visit, place) {
        (Some(visit), Some(place)) if ["register", "change_name"].contains(&item.kind.as_str()) => {
            Some(ReceiptRef::for_visit(&place, visit).to_string())
        }
        _ => None,
    };
    let holder = Some(item.title.clone()).filter(|title| !title.is_empty());
    receipt.into_iter().chain(holder).collect::<Vec<_>>().join(", ")
}
