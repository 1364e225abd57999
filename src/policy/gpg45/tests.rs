use proptest::prelude::*;

use super::*;
use crate::policy::Policy;

fn table() -> &'static [Profile] {
    Policy::shipped().unwrap().profiles()
}

fn score(height: u8) -> Score {
    Score::new(height).unwrap()
}

fn piece(strength: u8, validity: u8) -> Piece {
    Piece { strength: score(strength), validity: score(validity) }
}

fn scores(evidence: &[(u8, u8)], activity: u8, fraud: u8, verification: u8) -> Scores {
    let evidence = evidence.iter().map(|(s, v)| piece(*s, *v)).collect();
    Scores { evidence, activity: score(activity), fraud: score(fraud), verification: score(verification) }
}

fn met(scores: &Scores) -> Vec<&'static str> {
    profiles_met(table(), scores).into_iter().map(|profile| profile.id.as_str()).collect()
}

fn profile(id: &str) -> &'static Profile {
    table().iter().find(|profile| profile.id == id).unwrap()
}

/// One score of a requirement lowered by one: the piece, its score and the scores of the identity, each in turn.
fn one_short(least: &Scores) -> Vec<Scores> {
    let lower = |score: Score| score.get().checked_sub(1).and_then(Score::new);
    let mut short = Vec::new();
    for at in 0..least.evidence.len() {
        for strength in [true, false] {
            let mut less = least.clone();
            let wanted = if strength { &mut less.evidence[at].strength } else { &mut less.evidence[at].validity };
            *wanted = lower(*wanted).unwrap();
            short.push(less);
        }
        let mut less = least.clone();
        less.evidence.remove(at);
        short.push(less);
    }
    short.extend(lower(least.activity).map(|activity| Scores { activity, ..least.clone() }));
    short.extend(lower(least.fraud).map(|fraud| Scores { fraud, ..least.clone() }));
    short.extend(lower(least.verification).map(|verification| Scores { verification, ..least.clone() }));
    short
}

#[test]
fn the_table_has_the_32_profiles_as_published() {
    let rows: Vec<String> = table()
        .iter()
        .map(|profile| {
            let least = &profile.least;
            let pieces: Vec<String> =
                least.evidence.iter().map(|p| format!("{},{}", p.strength.get(), p.validity.get())).collect();
            let (a, f, v) = (least.activity.get(), least.fraud.get(), least.verification.get());
            format!("{} {} {} {a} {f} {v}", profile.id, profile.level.as_str(), pieces.join("+"))
        })
        .collect();
    let published = "L1A low 2,2 0 1 1|L1B low 3,2 0 0 1|L1C low 1,1 3 2 2|L2A low 1,1+1,1 2 1 2|L2B low 1,1+1,1 2 2 1|\
        L3A low 1,1+1,1+1,1 2 1 1|M1A medium 4,2 0 1 2|M1B medium 3,2 1 2 2|M1C medium 3,3 0 0 3|M1D medium 2,2 2 1 3|\
        M2A medium 2,2+2,2 3 2 2|M2B medium 3,2+2,2 1 1 2|M2C medium 3,2+2,2 0 1 3|M3A medium 2,2+2,2+2,2 2 2 2|\
        H1A high 4,3 0 1 3|H1B high 3,3 2 1 3|H1C high 4,3 0 0 4|H2A high 2,2+2,2 3 2 3|H2B high 4,2+3,2 0 2 3|\
        H2C high 3,3+2,2 1 1 3|H2D high 3,3+2,2 0 1 3|H2E high 4,3+3,3 0 0 3|H3A high 2,2+2,2+2,2 2 2 3|\
        V1A very_high 4,3 0 3 3|V1B very_high 4,4 0 1 3|V1C very_high 4,3 1 1 4|V1D very_high 4,4 0 0 4|\
        V2A very_high 3,3+3,3 3 2 3|V2B very_high 4,3+3,3 0 2 3|V2C very_high 4,3+2,2 2 2 3|V2D very_high 4,4+4,4 0 0 3|\
        V3A very_high 3,3+2,2+2,2 3 3 3";
    assert_eq!(rows, published.split('|').collect::<Vec<_>>());
}

#[test]
fn each_profile_is_met_by_exactly_what_it_asks_for() {
    for profile in table() {
        assert!(met(&profile.least).contains(&profile.id.as_str()), "{}", profile.id);
        assert_eq!(missing(profile, &profile.least), None, "{}", profile.id);
    }
}

#[test]
fn no_profile_is_met_by_anything_that_falls_one_short() {
    let mut tried = 0;
    for profile in table() {
        for less in one_short(&profile.least) {
            assert!(!met(&less).contains(&profile.id.as_str()), "{} by {less:?}", profile.id);
            assert!(missing(profile, &less).is_some(), "{} by {less:?}", profile.id);
            tried += 1;
        }
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn what_a_desk_really_reaches_is_what_the_notes_computed() {
    let level_of = |evidence: &[(u8, u8)], activity, fraud, verification| {
        level(table(), &scores(evidence, activity, fraud, verification)).as_str()
    };
    let bill = (2, 1);
    // Notes domain 6.3, row by row: off line, with a fraud check, and with activity 2 and fraud 2.
    for (evidence, offline, online, known) in [
        (vec![(3, 2)], "low", "low", "medium"),
        (vec![(3, 2), (3, 2), bill], "low", "medium", "medium"),
        (vec![(3, 2), (3, 2), (2, 2)], "low", "medium", "high"),
        (vec![(4, 3)], "medium", "high", "high"),
        (vec![(4, 3), (3, 2), bill], "medium", "high", "very_high"),
        (vec![(4, 3), (3, 3)], "high", "high", "very_high"),
        (vec![(3, 2), bill, bill], "low", "low", "medium"),
    ] {
        let found = (level_of(&evidence, 0, 0, 3), level_of(&evidence, 0, 1, 3), level_of(&evidence, 2, 2, 3));
        assert_eq!(found, (offline, online, known), "{evidence:?}");
    }
    assert_eq!(level_of(&[(2, 2), (2, 2)], 0, 1, 1), "low");
    // Without training nothing above medium is reached by any of these.
    assert_eq!(level_of(&[(4, 3), (3, 2), bill], 0, 1, 2), "medium");
    assert_eq!(level_of(&[(3, 2), (3, 2), bill], 0, 1, 2), "low");
}

#[test]
fn only_the_six_profiles_of_fraud_0_can_be_reached_off_line() {
    let best = scores(&[(4, 4), (4, 4), (4, 4)], 0, 0, 4);
    assert_eq!(met(&best), ["L1B", "M1C", "H1C", "H2E", "V1D", "V2D"]);
}

#[test]
fn the_documents_are_assigned_so_that_the_cheapest_is_left_over() {
    // One strong document for two wanted pieces: it takes the dearer one.
    let strong = scores(&[(4, 3)], 0, 0, 3);
    assert_eq!(missing(profile("H2E"), &strong).unwrap().evidence, [piece(3, 3)]);
    // In whatever order they come, both are used.
    for evidence in [[(3, 3), (4, 3)], [(4, 3), (3, 3)]] {
        assert_eq!(missing(profile("H2E"), &scores(&evidence, 0, 0, 3)), None);
    }
    // A document that covers only the lesser piece takes that one, though the stronger could.
    let missing_of = |evidence: &[(u8, u8)]| missing(profile("V3A"), &scores(evidence, 3, 3, 3)).unwrap().evidence;
    assert_eq!(missing_of(&[(2, 2), (2, 2)]), [piece(3, 3)]);
    assert_eq!(missing_of(&[(4, 4)]), [piece(2, 2), piece(2, 2)]);
    assert_eq!(missing_of(&[(4, 1), (1, 4)]), [piece(3, 3), piece(2, 2), piece(2, 2)]);
}

#[test]
fn an_unknown_target_is_named_by_its_place() {
    let wanted = ["L1A".to_owned(), "X9Z".to_owned()];
    assert_eq!(answer(table(), &Scores::default(), &wanted), Err(1));
}

/// The same, by trying every assignment: what `uncovered` must agree with.
fn most_covered(wanted: &[Piece], pieces: &[Piece]) -> (usize, u32) {
    let Some((first, rest)) = wanted.split_first() else { return (0, 0) };
    let left_over = u32::from(first.strength.get() + first.validity.get());
    let skip = most_covered(rest, pieces);
    let mut best = (skip.0, skip.1 + left_over);
    for at in 0..pieces.len() {
        if pieces[at].covers(*first) {
            let mut others = pieces.to_vec();
            others.remove(at);
            let with = most_covered(rest, &others);
            if (with.0 + 1, std::cmp::Reverse(with.1)) > (best.0, std::cmp::Reverse(best.1)) {
                best = (with.0 + 1, with.1);
            }
        }
    }
    best
}

prop_compose! {
    fn any_score()(height in 0u8..=4) -> Score { score(height) }
}

prop_compose! {
    fn any_scores()(
        evidence in prop::collection::vec((any_score(), any_score()), 0..6),
        activity in any_score(), fraud in any_score(), verification in any_score(),
    ) -> Scores {
        let evidence = evidence.into_iter().map(|(strength, validity)| Piece { strength, validity }).collect();
        Scores { evidence, activity, fraud, verification }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(25_000))]

    #[test]
    fn more_never_loses_a_profile(have in any_scores(), more in any_scores()) {
        let mut all = have.clone();
        all.evidence.extend(more.evidence);
        all.activity = all.activity.max(more.activity);
        all.fraud = all.fraud.max(more.fraud);
        all.verification = all.verification.max(more.verification);
        let after = met(&all);
        prop_assert!(met(&have).iter().all(|id| after.contains(id)));
        prop_assert!(level(table(), &all) >= level(table(), &have));
    }

    #[test]
    fn the_order_of_the_evidence_never_matters(have in any_scores(), turn in 0usize..6) {
        let mut turned = have.clone();
        let len = turned.evidence.len().max(1);
        turned.evidence.rotate_left(turn % len);
        if turn % 2 == 0 { turned.evidence.reverse(); }
        for profile in table() {
            prop_assert_eq!(missing(profile, &have), missing(profile, &turned));
        }
    }

    #[test]
    fn adding_exactly_what_is_missing_meets_the_profile(have in any_scores(), at in 0usize..32) {
        let profile = &table()[at];
        if let Some(lacking) = missing(profile, &have) {
            let mut all = have.clone();
            all.evidence.extend(lacking.evidence);
            all.activity = all.activity.max(lacking.activity);
            all.fraud = all.fraud.max(lacking.fraud);
            all.verification = all.verification.max(lacking.verification);
            prop_assert!(met(&all).contains(&profile.id.as_str()));
        } else {
            prop_assert!(met(&have).contains(&profile.id.as_str()));
        }
    }

    #[test]
    fn as_much_as_possible_is_covered_and_the_cheapest_left(have in any_scores(), at in 0usize..32) {
        let wanted = &table()[at].least.evidence;
        let left = uncovered(wanted, &have.evidence);
        let cost: u32 = left.iter().map(|p| u32::from(p.strength.get() + p.validity.get())).sum();
        prop_assert_eq!((wanted.len() - left.len(), cost), most_covered(wanted, &have.evidence));
    }
}
