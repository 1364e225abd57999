//! Pushes, the feed, blobs.

use ra_desk::central::store::*;
use ra_desk::domain::*;
use ra_desk::wire::event::{digest_hex, event_hash};
use ra_desk::wire::fact::Fact;
use ra_desk::wire::message::*;

use crate::world::*;

pub fn events_sent_again_get_the_stored_outcome(store: &dyn CentralStore) {
    let world = World::new(store);
    let (_, serial) = world.agent("Priya", Role::RaAgent);
    let wish = registration(&world, "Aoife", "911234567");
    let batch = world.batch(vec![world.event(Fact::Register(Box::new(wish)), Some(&serial))]);
    let first = store.append(&batch).unwrap();
    let again = store.append(&batch).unwrap();
    assert_eq!(first, again, "same head, same lease, same outcome: a lost answer is harmless");
    assert_eq!(store.persons(None, 99).unwrap().len(), 2, "nobody was made twice");
    let Appended::Stored { lease, .. } = again else { panic!("{again:?}") };
    *world.lease.borrow_mut() = Some(lease);
    assert_eq!(world.one(Fact::SessionEnded { reason: "idle".into() }, None), Outcome::Applied);
    assert_eq!(world.push(vec![]), [], "an empty push asks for the head");
}

pub fn a_fork_and_a_clone_are_quarantined_until_a_new_epoch(store: &dyn CentralStore) {
    let world = World::new(store);
    let ended = || Fact::SessionEnded { reason: "idle".into() };
    world.one(ended(), None);
    let before_two = (world.sent.get(), world.lease.borrow().clone());
    world.one(ended(), None);
    let gap = Incoming { place: Some((9, [1; 32])), ..world.event(ended(), None) };
    let answer = store.append(&world.batch(vec![gap])).unwrap();
    assert!(matches!(answer, Appended::Gap { epoch: 1, head_seq: 2, .. }), "{answer:?}");
    // An old copy of the desk comes back and writes another second event.
    world.sent.set(before_two.0);
    *world.lease.borrow_mut() = before_two.1;
    let other = world.event(Fact::SessionEnded { reason: "signed_out".into() }, None);
    let answer = store.append(&world.batch(vec![other])).unwrap();
    assert!(matches!(&answer, Appended::Quarantined { reason } if reason.starts_with("fork")), "{answer:?}");
    assert_eq!(code(store.append(&world.batch(vec![]))), ProblemCode::DeskQuarantined);
    assert_eq!(store.release_desk(world.desk).unwrap(), 2);
    let answer = store.append(&world.batch(vec![])).unwrap();
    assert!(matches!(answer, Appended::Gap { epoch: 2, head_seq: 0, .. }), "the old epoch is over: {answer:?}");
    let mut fresh = world.batch(vec![]);
    fresh.epoch = 2;
    assert!(matches!(store.append(&fresh).unwrap(), Appended::Stored { head_seq: 0, .. }));
}

pub fn a_clone_that_has_not_diverged_is_told_by_its_lease(store: &dyn CentralStore) {
    let world = World::new(store);
    let ended = || Fact::SessionEnded { reason: "idle".into() };
    world.one(ended(), None);
    let old = world.lease.borrow().clone();
    world.one(ended(), None);
    world.one(ended(), None);
    let mut batch = world.batch(vec![world.event(ended(), None)]);
    batch.lease = old;
    let answer = store.append(&batch).unwrap();
    assert!(matches!(&answer, Appended::Quarantined { reason } if reason.starts_with("lease")), "{answer:?}");
}

pub fn a_restored_central_takes_any_lease_once_and_its_versions_jump(store: &dyn CentralStore) {
    let world = World::new(store);
    let ended = || Fact::SessionEnded { reason: "idle".into() };
    world.one(ended(), None);
    let before = store.roster(world.desk).unwrap().0;
    store.restored(NOW).unwrap();
    assert!(store.roster(world.desk).unwrap().0 > before + 1_000);
    *world.lease.borrow_mut() = Some(vec![77]);
    assert_eq!(world.one(ended(), None), Outcome::Applied);
    let mut batch = world.batch(vec![world.event(ended(), None)]);
    batch.lease = Some(vec![78]);
    assert!(matches!(store.append(&batch).unwrap(), Appended::Quarantined { .. }), "but only once");
}

pub fn poison_keeps_its_place_and_blocks_nothing(store: &dyn CentralStore) {
    let world = World::new(store);
    let ended = || Fact::SessionEnded { reason: "idle".into() };
    let torn = Incoming {
        place: None,
        signed: false,
        fact: None,
        raw: vec![0],
        hash: event_hash(&[0]),
        ..world.event(ended(), None)
    };
    let unsigned = Incoming { signed: false, ..world.event(ended(), None) };
    let newer = Incoming { fact: None, kind: "brain_scan".into(), ..world.event(ended(), None) };
    let good = world.event(ended(), None);
    let outcomes = world.push(vec![torn, unsigned, newer, good]);
    assert_eq!(
        outcomes,
        [
            Outcome::NotUnderstood,
            Outcome::Refused { reason: RefusalReason::BadSignature },
            Outcome::NotUnderstood,
            Outcome::Applied
        ]
    );
    let stored = store.events(world.desk, 1, 0, 9).unwrap();
    assert_eq!(stored.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(stored[0].raw, [0], "as it came");
    assert_eq!(stored[2].kind, "brain_scan");
}

pub fn the_feed_has_no_gap_and_a_cursor_ahead_starts_again(store: &dyn CentralStore) {
    let world = World::new(store);
    let (agent, _) = world.agent("Priya", Role::RaAgent);
    let page = store.feed(world.desk, 0).unwrap();
    assert!(!page.more && page.cursor == page.items.len() as u64, "numbered without a gap from 1");
    assert!(page.items.iter().any(|item| matches!(item, FeedItem::RosterChanged { .. })));
    assert!(page.items.iter().any(|item| matches!(item, FeedItem::Person { person } if person.id == agent.id)));
    let nothing = store.feed(world.desk, page.cursor).unwrap();
    assert_eq!((nothing.items.len(), nothing.cursor), (0, page.cursor), "told once");
    let ahead = store.feed(world.desk, page.cursor + 1_000).unwrap();
    assert_eq!((ahead.items.len(), ahead.cursor), (page.items.len(), page.cursor));
    for _ in 0..FEED_PAGE {
        let card = store.latest_card(agent.id).unwrap().unwrap().brief.guid;
        store.add_role(agent.number.as_ref().unwrap(), Role::Lsa, &ods(), NOW).unwrap();
        store.feed(world.desk, page.cursor).unwrap();
        assert!(store.card(card).unwrap().is_some());
    }
    world.person("Siân");
    let full = store.feed(world.desk, page.cursor).unwrap();
    assert!(full.more && full.items.len() == FEED_PAGE as usize);
    assert!(!store.feed(world.desk, full.cursor).unwrap().more);
}

pub fn a_blob_that_grows_too_large_or_turns_out_wrong_starts_again(store: &dyn CentralStore) {
    let world = World::new(store);
    let digest = digest_hex(b"right");
    let put = |offset: u64, bytes: &[u8]| store.append_blob(Some(world.desk), &digest, offset, bytes, NOW);
    assert_eq!(put(0, b"wrong").unwrap(), BlobState { offset: 5, complete: false, usable: None });
    assert_eq!(code(put(5, &vec![0; BLOB_MAX as usize])), ProblemCode::BadRequest);
    store.discard_blob(&digest).unwrap();
    assert_eq!(store.blob(&digest).unwrap(), BlobState::default());
    assert!(put(0, b"right").unwrap().complete);
    store.discard_blob(&digest).unwrap();
    assert_eq!(store.blob_bytes(&digest).unwrap().as_deref(), Some(&b"right"[..]), "a whole one is never thrown away");
}

pub fn an_event_that_follows_another_history_is_a_fork(store: &dyn CentralStore) {
    let world = World::new(store);
    let ended = || Fact::SessionEnded { reason: "idle".into() };
    world.one(ended(), None);
    let stranger = Incoming { place: Some((2, [9; 32])), ..world.event(ended(), None) };
    let answer = store.append(&world.batch(vec![stranger])).unwrap();
    assert!(matches!(&answer, Appended::Quarantined { reason } if reason.starts_with("fork")), "{answer:?}");
    assert_eq!(store.events(world.desk, 1, 0, 9).unwrap().len(), 1);
    assert!(store.desk(world.desk).unwrap().unwrap().quarantined.is_some());
}
