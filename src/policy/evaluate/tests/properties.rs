//! What holds for every visit: order never matters, a good document more never harms, and what is said to be missing is enough.

use proptest::prelude::*;

use super::*;

const KINDS: [&str; 14] = [
    "uk_passport",
    "uk_licence",
    "utility",
    "bank_stmt",
    "evisa",
    "eea_idcard",
    "brp",
    "eu_licence",
    "birth_full",
    "marriage",
    "paper_licence",
    "work_badge",
    "benefit",
    "no_such_type",
];
const PROVIDERS: [&str; 4] = ["Example Water", "Example Water plc", "npower", "E.ON"];
const NAMES: [(&str, &str); 4] = [("Sian Llyr", "Example"), ("S", "Example"), ("Sian", "Other"), ("", "The Occupier")];

prop_compose! {
    fn any_document()(
        kind in 0usize..KINDS.len(), provider in 0usize..PROVIDERS.len(), shown in 0usize..NAMES.len() * 2,
        twisted in prop::collection::vec((0usize..64, 0u8..3), 0..4), bits in any::<u16>(), months in 0i32..20,
    ) -> DocumentFacts {
        let kind = KINDS[kind];
        let bit = |at: u16| bits >> at & 1 == 1;
        let mut document = match policy().kind(kind) {
            Some(_) => good("x", kind),
            None => DocumentFacts::of("x", kind),
        };
        if document.issued.is_some() {
            document.issued = Some(SEEN.saturating_sub(jiff::Span::new().months(months)));
        }
        if kind == "utility" || kind == "bank_stmt" {
            document.issuer = Some(PROVIDERS[provider].into());
        }
        document.name = NAMES.get(shown).map(|(given, family)| name(given, family));
        document.original_seen = !bit(0) || bit(1);
        if bit(2) && bit(3) { document.number = None; }
        if bit(4) && bit(5) { document.expires = None; }
        if bit(6) && bit(7) { document.expires = document.expires.map(|_| date(2026, 1, 1)); }
        if bit(8) && bit(9) { document.entered_uk = None; }
        document.number_of_another = bit(10) && bit(11) && bit(12);
        document.birth_date = (bit(13) && bit(14)).then(|| date(1986, 8, 12 + i8::from(bit(15))));
        for (at, answer) in twisted {
            let len = document.checks.len().max(1);
            if let Some(check) = document.checks.get_mut(at % len) {
                check.answer = [Answer::NotDone, Answer::CannotTell, Answer::NotAsExpected][usize::from(answer)];
                check.trained = at % 2 == 0;
            }
        }
        document
    }
}

prop_compose! {
    fn any_visit()(
        documents in prop::collection::vec(any_document(), 0..6), bits in any::<u16>(), fraud in 0u8..4, activity in 0u8..=4,
    ) -> Facts {
        let bit = |at: u16| bits >> at & 1 == 1;
        let mut facts = visit_with(documents);
        for (at, document) in facts.documents.iter_mut().enumerate() {
            document.id = format!("x{at}");
        }
        facts.online = bit(0);
        facts.agent.trained_until = bit(1).then_some(date(2026, 11, 22)).or(bit(2).then_some(date(2028, 1, 1)));
        facts.fraud = match fraud {
            0 => FraudCheck::NotDone,
            3 => FraudCheck::Match,
            height => FraudCheck::Clear { score: Score::new(height).unwrap() },
        };
        facts.activity = Score::new(activity).unwrap();
        if bit(3) { facts.holder.birth_date = Some(date(1900, 1, 1)); }
        facts.countersigned = bit(4).then(|| Countersigned {
            related: bit(5).then_some(bit(6)),
            years_known: bit(7).then_some(3),
            ..endorsed()
        });
        facts
    }
}

proptest! {
    // Together with those of GPG45: more than a hundred thousand cases.
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn doing_exactly_what_was_said_to_be_missing_meets_the_gate(facts in any_visit()) {
        let mut facts = facts;
        let decision = judged(&facts);
        prop_assert_eq!(decision.met, decision.next.is_empty());
        for (turn, step) in decision.next.iter().enumerate() {
            follow(&mut facts, step, turn);
        }
        let after = judged(&facts);
        prop_assert!(after.met, "{:?} was not enough: {:?}", decision.next, after.next);
    }

    #[test]
    fn doing_what_would_lift_the_level_lifts_it(facts in any_visit()) {
        let mut facts = facts;
        if let Some(lift) = judged(&facts).gpg45.lift {
            for (turn, step) in lift.steps.iter().enumerate() {
                follow(&mut facts, step, turn);
            }
            let after = judged(&facts).gpg45;
            prop_assert!(after.level >= lift.level, "{:?} led to {:?}", lift, after);
        }
    }

    #[test]
    fn the_order_of_documents_checks_and_explanations_never_matters(facts in any_visit(), turn in 0usize..6) {
        let mut turned = facts.clone();
        let len = turned.documents.len().max(1);
        turned.documents.rotate_left(turn % len);
        turned.documents.iter_mut().for_each(|document| document.checks.reverse());
        turned.explanations.reverse();
        prop_assert_eq!(judged(&facts), judged(&turned));
    }

    #[test]
    fn a_document_more_never_loses_a_profile_and_a_good_one_never_closes_the_gate(
        facts in any_visit(), more in any_document(),
    ) {
        let before = judged(&facts);
        let mut with = facts.clone();
        with.documents.push(DocumentFacts { id: "more".into(), number: Some("Q7654321".into()), ..more });
        let after = judged(&with);
        prop_assert!(before.gpg45.met.iter().all(|id| after.gpg45.met.contains(id)));
        let mut with = facts;
        with.documents.push(good("more", "nonuk_passport"));
        prop_assert!(!before.met || judged(&with).met);
    }

    #[test]
    fn a_check_more_done_well_never_loses_a_profile(facts in any_visit(), document in 0usize..6, check in 0usize..22) {
        let before = judged(&facts);
        let mut with = facts;
        let id = policy().checks()[check % policy().checks().len()].id.clone();
        if let Some(document) = with.documents.get_mut(document) {
            document.checks.push(CheckDone { check: id, answer: Answer::AsExpected, trained: true });
        }
        let after = judged(&with);
        prop_assert!(before.gpg45.met.iter().all(|id| after.gpg45.met.contains(id)));
        prop_assert!(!before.met || after.met);
    }
}
