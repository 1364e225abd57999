use p256::ecdsa::SigningKey;
use p256::pkcs8::EncodePublicKey;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{CancelReason, CardGuid, Millis, VisitId};
use crate::wire::act::{Act, ActKind, Signed};
use crate::wire::event::{self, Header, build, build_body, open_body, open_body_bytes, parse, verify};
use crate::wire::fact::Fact;
use crate::wire::seal::Fresh;

struct Desk {
    key: SigningKey,
    spki: Vec<u8>,
    id: DeskId,
    central: Vec<u8>,
    central_public: Vec<u8>,
}

fn desk() -> Desk {
    let key = SigningKey::from_slice(&[5; 32]).unwrap();
    let spki = key.verifying_key().to_public_key_der().unwrap().as_bytes().to_vec();
    let central = p256::SecretKey::from_slice(&[6; 32]).unwrap();
    Desk {
        key,
        spki,
        id: DeskId(Uuid::from_u128(77)),
        central: central.to_bytes().to_vec(),
        central_public: central.public_key().to_sec1_bytes().to_vec(),
    }
}

impl Desk {
    fn header(&self, seq: u64, prev: [u8; 32], kind: &str) -> Header {
        Header {
            version: event::VERSION,
            desk: self.id,
            epoch: 1,
            seq,
            prev,
            kind: kind.into(),
            at: Millis(1_790_000_000_000),
            mono_ms: 12,
            boot: Uuid::from_u128(9),
            last_central: Some(Millis(1_789_999_999_000)),
            agent: Some("555102034417".parse().unwrap()),
            policy: Some("nhs 3".into()),
            blobs: vec!["ab".repeat(32)],
            software: "ra-desk 0.1.0".into(),
        }
    }

    fn event(&self, seq: u64, prev: [u8; 32], fact: &Fact) -> Vec<u8> {
        let fresh = Fresh::new([u8::try_from(seq).unwrap(); 32]);
        build(&self.header(seq, prev, fact.kind()), fact, &self.central_public, &self.key, fresh).unwrap()
    }

    fn chain(&self, n: u64) -> Vec<Vec<u8>> {
        let mut prev = NO_PREVIOUS;
        (1..=n)
            .map(|seq| {
                let bytes = self.event(seq, prev, &cancel());
                prev = event::event_hash(&bytes);
                bytes
            })
            .collect()
    }
}

fn cancel() -> Fact {
    let act = Act {
        kind: ActKind::Cancel,
        visit: VisitId(Uuid::from_u128(3)),
        card: Some(CardGuid([4; 16])),
        desk: DeskId(Uuid::from_u128(77)),
        nonce: [8; 32],
        content: Some([5; 32]),
    };
    Fact::Cancel {
        visit: act.visit,
        card: act.card,
        number: Some("555102034417".parse().unwrap()),
        reason: CancelReason::Lost,
        note: "Ẹ̀ left on a bus".into(),
        reported: Millis(1_790_000_000_000),
        act: Box::new(Signed { statement: act, signature: vec![1; 71], certificate: vec![2; 600] }),
    }
}

#[test]
fn an_event_comes_back_as_it_was_said() {
    let desk = desk();
    let bytes = desk.event(1, NO_PREVIOUS, &cancel());
    let parsed = parse(&bytes).unwrap();
    assert_eq!(parsed.header, desk.header(1, NO_PREVIOUS, "cancel"));
    assert_eq!(parsed.hash, event::event_hash(&bytes));
    verify(&parsed, &desk.spki).unwrap();
    assert_eq!(open_body(&parsed, &desk.central).unwrap(), cancel());
    assert_eq!(parsed.header.event_id(), event::event_id(desk.id, 1, 1));
    assert_ne!(event::event_id(desk.id, 1, 1), event::event_id(desk.id, 1, 2));
}

#[test]
fn the_clear_part_tells_nothing_of_the_body() {
    let bytes = desk().event(1, NO_PREVIOUS, &cancel());
    assert!(!bytes.windows(6).any(|w| w == b"on a b"), "the note stands in the clear");
}

#[test]
fn no_byte_of_an_event_can_be_changed_or_cut_off_or_added() {
    let desk = desk();
    let bytes = desk.event(1, NO_PREVIOUS, &cancel());
    let trusted = |bytes: &[u8]| parse(bytes).and_then(|event| verify(&event, &desk.spki)).is_ok();
    assert!(trusted(&bytes));
    for at in 0..bytes.len() {
        for bit in [1u8, 0x80] {
            let mut changed = bytes.clone();
            changed[at] ^= bit;
            assert!(!trusted(&changed), "byte {at} bit {bit}");
        }
    }
    assert!(!trusted(&bytes[..bytes.len() - 1]));
    assert!(!trusted(&[bytes.as_slice(), &[0]].concat()));
}

#[test]
fn every_header_field_is_under_the_signature() {
    let desk = desk();
    let original = parse(&desk.event(2, [3; 32], &cancel())).unwrap();
    let base = original.header.clone();
    let changes: Vec<(&str, Header)> = vec![
        ("version", Header { version: event::VERSION_MIN, ..base.clone() }),
        ("desk", Header { desk: DeskId(Uuid::from_u128(78)), ..base.clone() }),
        ("epoch", Header { epoch: 2, ..base.clone() }),
        ("seq", Header { seq: 3, ..base.clone() }),
        ("prev", Header { prev: [4; 32], ..base.clone() }),
        ("kind", Header { kind: "register".into(), ..base.clone() }),
        ("at", Header { at: Millis(1), ..base.clone() }),
        ("mono_ms", Header { mono_ms: 13, ..base.clone() }),
        ("boot", Header { boot: Uuid::from_u128(10), ..base.clone() }),
        ("last_central", Header { last_central: None, ..base.clone() }),
        ("agent", Header { agent: None, ..base.clone() }),
        ("policy", Header { policy: None, ..base.clone() }),
        ("blobs", Header { blobs: vec![], ..base.clone() }),
        ("software", Header { software: "other".into(), ..base.clone() }),
    ];
    for (field, header) in changes {
        let mut bytes = Vec::new();
        ciborium::into_writer(&header, &mut bytes).unwrap();
        let changed = Parsed { header, header_bytes: bytes, ..original.clone() };
        assert_eq!(verify(&changed, &desk.spki), Err(EventFault::BadSignature), "{field}");
        assert!(open_body(&changed, &desk.central).is_err(), "{field}: the body opens under another header");
    }
}

#[test]
fn an_unknown_type_keeps_its_bytes() {
    let desk = desk();
    let mut body = Vec::new();
    let said = ciborium::Value::Map(vec![
        ("type".into(), "card_blessed".into()),
        ("by".into(), ciborium::Value::Bytes(vec![1, 2, 3])),
    ]);
    ciborium::into_writer(&said, &mut body).unwrap();
    let header = desk.header(1, NO_PREVIOUS, "card_blessed");
    let bytes = build_body(&header, &body, &desk.central_public, &desk.key, Fresh::new([1; 32])).unwrap();
    let parsed = parse(&bytes).unwrap();
    assert_eq!(open_body(&parsed, &desk.central), Ok(Fact::Unknown));
    assert_eq!(*open_body_bytes(&parsed, &desk.central).unwrap(), body);
}

#[test]
fn a_body_that_is_not_what_the_header_says_is_caught() {
    let desk = desk();
    let header = desk.header(1, NO_PREVIOUS, "register");
    let key = &desk.central_public;
    assert_eq!(build(&header, &cancel(), key, &desk.key, Fresh::new([1; 32])), Err(EventFault::KindDiffers));
    let mut body = Vec::new();
    ciborium::into_writer(&cancel(), &mut body).unwrap();
    let bytes = build_body(&header, &body, key, &desk.key, Fresh::new([1; 32])).unwrap();
    assert_eq!(open_body(&parse(&bytes).unwrap(), &desk.central), Err(EventFault::KindDiffers));
}

#[test]
fn too_large_is_refused_before_it_is_stored_and_before_it_is_read() {
    let desk = desk();
    let key = &desk.central_public;
    let header = desk.header(1, NO_PREVIOUS, "cancel");
    let body = vec![0; event::EVENT_MAX];
    assert_eq!(build_body(&header, &body, key, &desk.key, Fresh::new([1; 32])), Err(EventFault::TooLarge));
    assert_eq!(parse(&vec![0; event::EVENT_MAX + 1]), Err(EventFault::TooLarge));
    let many = Header { blobs: vec!["00".repeat(32); event::BLOBS_MAX + 1], ..header };
    assert_eq!(build_body(&many, &[], key, &desk.key, Fresh::new([1; 32])), Err(EventFault::TooLarge));
}

#[test]
fn a_chain_is_good_and_says_where_it_stands() {
    let desk = desk();
    let chain = desk.chain(5);
    let head = verify_chain(&chain, &desk.spki).unwrap();
    assert_eq!((head.seq, head.first_seq, head.count), (5, 1, 5));
    assert_eq!(head.hash, event::event_hash(&chain[4]));
    let tail = verify_chain(&chain[2..], &desk.spki).unwrap();
    assert_eq!((tail.first_seq, tail.count), (3, 3));
}

#[test]
fn a_gap_a_swap_a_double_and_a_foreign_event_are_named() {
    let desk = desk();
    let chain = desk.chain(4);
    let fault = |order: &[usize]| verify_chain(order.iter().map(|i| &chain[*i]), &desk.spki).unwrap_err();
    assert_eq!(fault(&[0, 2]), ChainFault { at_seq: 3, what: ChainBreak::OutOfOrder });
    assert_eq!(fault(&[0, 1, 1]), ChainFault { at_seq: 2, what: ChainBreak::OutOfOrder });
    assert_eq!(fault(&[1, 0]).at_seq, 1);
    let rewritten = desk.event(2, [9; 32], &cancel());
    let broken = verify_chain([&chain[0], &rewritten], &desk.spki).unwrap_err();
    assert_eq!(broken, ChainFault { at_seq: 2, what: ChainBreak::PreviousDiffers });
    let other = SigningKey::from_slice(&[15; 32]).unwrap();
    let spki = other.verifying_key().to_public_key_der().unwrap();
    let foreign = verify_chain(&chain, spki.as_bytes()).unwrap_err();
    assert_eq!(foreign, ChainFault { at_seq: 1, what: ChainBreak::Event(EventFault::BadSignature) });
    assert_eq!(verify_chain(Vec::<Vec<u8>>::new(), &desk.spki).unwrap_err().what, ChainBreak::Empty);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_note_round_trips(note in ".{0,400}", seq in 1u64..200, prev: [u8; 32]) {
        let desk = desk();
        let mut fact = cancel();
        if let Fact::Cancel { note: slot, .. } = &mut fact {
            *slot = note;
        }
        let parsed = parse(&desk.event(seq, prev, &fact)).unwrap();
        verify(&parsed, &desk.spki).unwrap();
        prop_assert_eq!(open_body(&parsed, &desk.central).unwrap(), fact);
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(parse(&bytes).is_err());
    }
}
