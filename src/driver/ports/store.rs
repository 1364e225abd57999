//! The store behind the core: commits, and answers to questions.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::{Arrivals, WORK_MAX};
use crate::domain::{Millis, PersonStatus};
use crate::driver::engine::Commit;
use crate::journey::effect::{EffectId, JournalPhase, SearchTerms, StoreQuery, Write};
use crate::journey::input::{ChainPlace, Input, JournalRow, QueueItem, QueueState, StoreAnswer, StoreTrouble};
use crate::journey::visit::Visit;
use crate::store::{self, FactDraft, Phase, Store, StoreFault};
use crate::wire::fact::Fact;
use crate::wire::message::{CardRecord, Outcome, PersonHit, PersonHits};

/// Names of a visit's working copies.
const PHOTO: &str = "photo";
const FACE: &str = "face";

/// The store as the loop sees it. Clones are handles to the same one.
#[derive(Clone)]
pub struct StorePort {
    store: Store,
    questions: SyncSender<(EffectId, StoreQuery)>,
    arrivals: Arrivals,
}

impl StorePort {
    /// Starts the thread that answers questions.
    ///
    /// Errors: no thread could be started.
    pub fn start(store: Store, arrivals: Arrivals) -> std::io::Result<Self> {
        let (questions, asked) = sync_channel(WORK_MAX);
        let (reader, back) = (store.clone(), arrivals.clone());
        std::thread::Builder::new().name("store-ask".into()).spawn(move || answer_all(&reader, &asked, &back))?;
        Ok(Self { store, questions, arrivals })
    }

    /// Asks; the answer bears `id` in any case.
    pub fn ask(&self, id: EffectId, query: StoreQuery) {
        if self.questions.try_send((id, query)).is_err() {
            self.arrivals.refuse(Input::Store(id, StoreAnswer::Failed(StoreTrouble::Io)));
        }
    }
}

impl Commit for StorePort {
    fn commit(&mut self, writes: Vec<Write>) -> Result<(), StoreTrouble> {
        let writes = writes.into_iter().flat_map(to_store).collect();
        match self.store.commit_wait(writes) {
            Ok(_) => Ok(()),
            Err(fault) => {
                tracing::error!(%fault, "a commit failed; nothing was written");
                Err(trouble(&fault))
            }
        }
    }
}

fn trouble(fault: &StoreFault) -> StoreTrouble {
    match fault {
        StoreFault::DiskFull => StoreTrouble::DiskFull,
        StoreFault::NotEnrolled => StoreTrouble::NotEnrolled,
        _ => StoreTrouble::Io,
    }
}

fn to_store(write: Write) -> Vec<store::Write> {
    match write {
        Write::SaveVisit(saved) => {
            let visit = Visit::restore(saved.version, &saved.state);
            let kind = visit.as_ref().map_or("unknown", |v| v.job.word()).to_owned();
            let title = visit.and_then(|v| v.holder).unwrap_or_default();
            let (id, version, snapshot) = (saved.visit, saved.version, saved.state);
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
        StoreQuery::Card(guid) => StoreAnswer::Card(match store.card(guid)? {
            Some((card, person)) => store.person(person)?.map(|person| {
                let (issue, card_certificate, last_seen) = (1, None, None);
                Box::new(CardRecord { card, person, issue, card_certificate, last_seen })
            }),
            None => None,
        }),
        StoreQuery::Queue => {
            StoreAnswer::Queue(store.queue()?.into_iter().map(|item| queue_item(store, item)).collect())
        }
        StoreQuery::Head => {
            let identity = store.identity()?;
            let epoch = identity.record.ok_or(StoreFault::NotEnrolled)?.epoch;
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
        StoreQuery::Outcome(visit) => StoreAnswer::Outcome(store.outcome_of_visit(visit, "register")?),
    })
}

fn search(store: &Store, terms: &SearchTerms) -> Result<PersonHits, StoreFault> {
    let mut persons = Vec::new();
    let mut strong = false;
    if let Some(number) = &terms.number {
        persons.extend(store.person_by_number(number)?);
        strong = !persons.is_empty();
    }
    if let Some(name) = &terms.name
        && persons.is_empty()
    {
        persons = store.find_persons(&name.full(), terms.birth_date)?;
        let likely = terms.birth_date.map(|birth| store.likely_persons(name, birth)).transpose()?.unwrap_or_default();
        let new: Vec<_> =
            likely.into_iter().filter(|person| persons.iter().all(|known| known.id != person.id)).collect();
        persons.extend(new);
    }
    let open = persons.into_iter().filter(|p| p.status != PersonStatus::Closed);
    Ok(PersonHits { hits: open.map(|person| PersonHit { person, card: None, strong }).collect() })
}

fn queue_item(store: &Store, item: store::QueueItem) -> QueueItem {
    let state = match item.state {
        store::QueueState::Waiting | store::QueueState::Sent => QueueState::Waiting,
        store::QueueState::AwaitingBlob => QueueState::AwaitingPhoto,
        store::QueueState::Refused => match store.outcome(item.epoch, item.seq) {
            Ok(Some(Outcome::Refused { reason })) => QueueState::Refused(reason),
            _ => QueueState::Flagged,
        },
    };
    let about = item.visit.map(|visit| about(store, visit)).unwrap_or_default();
    QueueItem { seq: item.seq, kind: item.kind, since: Millis(item.since.0), state, size: 0, about }
}

/// The holder of the event's visit, as long as this desk still has the visit.
fn about(store: &Store, visit: crate::domain::VisitId) -> String {
    let open = store.open_visits().unwrap_or_default();
    open.into_iter().find(|saved| saved.id == visit).map(|saved| saved.title).unwrap_or_default()
}
