//! The rules of `notes` sync 1.2 as properties of the decision alone. `tests/central_store.rs` shows them applied.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::card::task::Slot;
use crate::central::store::Hand;
use crate::domain::{GrantId, LegalName, OdsCode, PersonStatus, Role};
use crate::wire::act::{Act, ActKind, Signed};
use crate::wire::fact::{Fact, IdentityCheck};
use crate::wire::message::CardBrief;

const CARD: CardGuid = CardGuid([1; 16]);

fn ods() -> OdsCode {
    "REF".parse().unwrap()
}

fn person(id: u128) -> Person {
    Person {
        id: PersonId(Uuid::from_u128(id)),
        number: crate::central::number::mint(u64::try_from(id).unwrap()),
        name: LegalName { given: "Ann".into(), family: "Wyn".into() },
        name_on_card: None,
        birth_date: jiff::civil::date(1990, 1, 1),
        birth_date_verified: true,
        organisation: ods(),
        position: String::new(),
        email: None,
        has_photo: true,
        status: PersonStatus::Active,
        version: 1,
    }
}

fn context(status: CardStatus, role: Role, withdrawn: Option<i64>) -> Context {
    let (agent, holder) = (person(1), person(2));
    let roles = vec![RoleRow { role, organisation: ods(), added: Millis(0), withdrawn: withdrawn.map(Millis) }];
    let brief = CardBrief { guid: CARD, status, grant: GrantId(Uuid::nil()), series: 9 };
    Context {
        now: Millis(100),
        at: Millis(50),
        agent: Some(AgentRow {
            number: agent.number.clone().unwrap(),
            person: agent.id,
            name: agent.name.full(),
            card: CardGuid([2; 16]),
            card_status: CardStatus::Issued,
            slot: Slot::Authentication,
            certificate: Vec::new(),
            revoked: None,
            roles: roles.clone(),
        }),
        header_roles: roles,
        card: Some(CardRow {
            brief,
            person: holder.id,
            issue: 1,
            batch: String::new(),
            chip_serial: None,
            expires: jiff::civil::date(2040, 1, 1),
            puk_confirmed: 5,
            puk_possible: None,
            key_version: 1,
            last_seen: None,
            prints: 0,
            card_certificate: None,
        }),
        holder: Some(holder),
        own_grant: true,
        ..Context::default()
    }
}

fn hand(valid: bool) -> Hand {
    Hand { serial: "01".into(), kind: None, valid, altered: false }
}

fn facts() -> Vec<Fact> {
    let visit = VisitId(Uuid::nil());
    let act = |kind| {
        let statement = Act { kind, visit, card: Some(CARD), desk: DeskId(Uuid::nil()), nonce: [0; 32], content: None };
        Box::new(Signed { statement, signature: Vec::new(), certificate: Vec::new() })
    };
    let check = IdentityCheck::Likeness;
    vec![
        Fact::CardWritten {
            visit,
            grant: GrantId(Uuid::nil()),
            card: CARD,
            chip_serial: None,
            read_back: String::new(),
            puk_n: 1,
            static_9b: false,
        },
        Fact::PrintedGood { visit, card: CARD, attempt: 1 },
        Fact::HandedOver { visit, card: CARD, puk_n: 6, likeness_confirmed: true, act: act(ActKind::HandOver) },
        Fact::PasscodeReset { visit, card: CARD, check, done: true, puk_n: Some(6), act: act(ActKind::PukRelease) },
        Fact::CardSpoilt { visit, card: CARD, reason: "torn".into() },
        Fact::ResetIntended { visit, card: CARD, puk_n: 5 },
    ]
}

#[test]
fn a_reset_on_a_managers_word_counts_only_with_that_managers_hand() {
    let outcome = |number: &str, role| {
        let mut fact = facts().remove(3);
        if let Fact::PasscodeReset { check, .. } = &mut fact {
            *check = IdentityCheck::Manager { manager: number.parse().unwrap(), reason: "ill".into() };
        }
        let context = context(CardStatus::Issued, role, None);
        decide(&fact, Some(&hand(true)), SOURCE, &context).outcome
    };
    let own = context(CardStatus::Issued, Role::RaManager, None).agent.unwrap().number;
    assert_eq!(outcome(own.digits(), Role::RaManager), Outcome::Applied);
    assert_eq!(outcome(own.digits(), Role::RaAgent), Outcome::WithoutAuthority);
    assert_eq!(outcome("900000000018", Role::RaManager), Outcome::WithoutAuthority, "somebody else's number");
}

const SOURCE: Source = Source { desk: DeskId(Uuid::nil()) };

fn moves(decision: &Decision) -> bool {
    decision.changes.iter().any(|change| matches!(change, Change::SetCard { .. }))
}

proptest! {
    #[test]
    fn a_dead_card_is_never_moved_by_any_fact_of_any_agent(
        which in 0..6usize, dead in 0..2usize, role in 0..6usize, valid: bool, withdrawn in proptest::option::of(0..100i64),
    ) {
        let status = [CardStatus::Spoilt, CardStatus::Cancelled][dead];
        let context = context(status, Role::ALL[role], withdrawn);
        let decision = decide(&facts()[which], Some(&hand(valid)), SOURCE, &context);
        prop_assert!(!moves(&decision), "{decision:?}");
    }

    #[test]
    fn without_a_right_at_that_time_nothing_moves_but_a_spoilt_card(
        which in 0..4usize, role in 0..6usize, valid: bool, withdrawn in 0..=50i64,
    ) {
        let context = context(CardStatus::PrintedNotHandedOver, Role::ALL[role], Some(withdrawn));
        let decision = decide(&facts()[which], Some(&hand(valid)), SOURCE, &context);
        prop_assert_eq!(&decision.outcome, &Outcome::WithoutAuthority);
        prop_assert!(!moves(&decision), "{decision:?}");
    }
}

proptest! {
    #[test]
    fn a_desk_that_has_nothing_to_do_with_a_card_changes_nothing_by_its_word_alone(
        which in 0..3usize, status in 0..4usize, role in 0..6usize, n: u32,
    ) {
        let status = [
            CardStatus::Granted, CardStatus::WrittenNotPrinted, CardStatus::PrintedNotHandedOver, CardStatus::Issued,
        ][status];
        let mut context = context(status, Role::ALL[role], None);
        context.own_grant = false;
        let mut fact = facts()[[0, 1, 4][which]].clone();
        if let Fact::CardWritten { puk_n, chip_serial, .. } = &mut fact {
            (*puk_n, *chip_serial) = (n, Some("C1".into()));
        }
        let decision = decide(&fact, None, SOURCE, &context);
        prop_assert_eq!(&decision.outcome, &Outcome::WithoutAuthority);
        let harmless = |change: &Change| matches!(change, Change::Seen { .. } | Change::Note { .. });
        prop_assert!(decision.changes.iter().all(harmless), "{decision:?}");
    }

    #[test]
    fn only_the_confirmed_and_the_possible_puk_number_are_ever_confirmed(
        which in 0..4usize, n in 0..12u32, possible in proptest::option::of(Just(6u32)), valid: bool,
    ) {
        let mut context = context(CardStatus::PrintedNotHandedOver, Role::RaAgent, None);
        context.card.as_mut().unwrap().puk_possible = possible;
        let mut fact = facts()[[0, 2, 3, 5][which]].clone();
        match &mut fact {
            Fact::CardWritten { puk_n, .. } | Fact::HandedOver { puk_n, .. } | Fact::ResetIntended { puk_n, .. } => {
                *puk_n = n;
            }
            Fact::PasscodeReset { puk_n, .. } => *puk_n = Some(n),
            _ => {}
        }
        for change in decide(&fact, Some(&hand(valid)), SOURCE, &context).changes {
            match change {
                Change::PukConfirmed { n, .. } => prop_assert!(valid && (n == 5 || Some(n) == possible)),
                Change::PukPossible { n, .. } => prop_assert_eq!(n, 6),
                _ => {}
            }
        }
    }
}

#[test]
fn another_desk_where_an_agent_is_signed_in_goes_on_with_a_card() {
    let on = |status, role| {
        let mut context = context(status, role, None);
        (context.own_grant, context.continues_card) = (false, true);
        context
    };
    let printed = decide(&facts()[1], None, SOURCE, &on(CardStatus::WrittenNotPrinted, Role::RaAgent));
    assert!(moves(&printed) && printed.outcome == Outcome::Applied, "{printed:?}");
    let torn = decide(&facts()[4], None, SOURCE, &on(CardStatus::WrittenNotPrinted, Role::RaAgent));
    assert!(moves(&torn) && torn.outcome == Outcome::Applied, "{torn:?}");
    let over = decide(&facts()[2], Some(&hand(true)), SOURCE, &on(CardStatus::PrintedNotHandedOver, Role::RaAgent));
    assert!(moves(&over) && over.outcome == Outcome::Applied, "{over:?}");
    let sponsor = decide(&facts()[4], None, SOURCE, &on(CardStatus::WrittenNotPrinted, Role::Sponsor));
    assert!(!moves(&sponsor), "{sponsor:?}");
    let issued = decide(&facts()[4], None, SOURCE, &context(CardStatus::Issued, Role::RaAgent, None));
    assert!(!moves(&issued), "a card in its holder's hand: {issued:?}");
    let unwritten = decide(&facts()[2], Some(&hand(true)), SOURCE, &on(CardStatus::Granted, Role::RaAgent));
    assert!(!moves(&unwritten), "{unwritten:?}");
}

#[test]
fn a_right_withdrawn_afterwards_does_not_undo_what_was_done() {
    let context = context(CardStatus::PrintedNotHandedOver, Role::RaAgent, Some(51));
    let decision = decide(&facts()[2], Some(&hand(true)), SOURCE, &context);
    assert_eq!(decision.outcome, Outcome::Applied);
    assert!(moves(&decision));
}

#[test]
fn an_old_puk_number_does_not_turn_the_counter_back() {
    let mut late = facts()[3].clone();
    if let Fact::PasscodeReset { puk_n, .. } = &mut late {
        *puk_n = Some(4);
    }
    let decision = decide(&late, Some(&hand(true)), SOURCE, &context(CardStatus::Issued, Role::RaAgent, None));
    assert!(!decision.changes.iter().any(|change| matches!(change, Change::PukConfirmed { .. })), "{decision:?}");
}

#[test]
fn a_card_handed_to_somebody_who_left_is_cancelled_and_recovered() {
    let mut context = context(CardStatus::PrintedNotHandedOver, Role::RaAgent, None);
    context.holder.as_mut().unwrap().status = PersonStatus::Closed;
    let decision = decide(&facts()[2], Some(&hand(true)), SOURCE, &context);
    assert_eq!(decision.outcome, Outcome::VoidAfterRevocation);
    let cancelled = |change: &Change| matches!(change, Change::SetCard { status: CardStatus::Cancelled, .. });
    assert!(decision.changes.iter().any(cancelled));
}
