//! Names on documents: what needs nothing, what needs a tick, what stops the visit.

use super::*;

fn about(shown: NameShown) -> Vec<(Topic, String)> {
    about_of(name("Sian Llyr", "Example"), shown)
}

fn about_of(holder: NameShown, shown: NameShown) -> Vec<(Topic, String)> {
    let mut facts = visit_with([DocumentFacts { name: Some(shown), ..passport() }]);
    facts.holder.name = Some(holder);
    judged(&facts).contradictions.into_iter().map(|found| (found.about, found.detail)).collect()
}

fn ticked(shown: NameShown) -> bool {
    matches!(about(shown)[..], [(Topic::NameForm, _)])
}

#[test]
fn initials_missing_middle_names_transliteration_and_truncation_need_a_tick() {
    assert_eq!(about(name("Sian Llyr", "Example")), []);
    assert_eq!(about(name("SIAN LLYR", "EXAMPLE")), []);
    for shown in [name("S L", "Example"), name("Sian", "Example"), name("Siân Llŷr", "Example")] {
        assert!(ticked(shown.clone()), "{shown:?}");
    }
    assert_eq!(about(name("Sian Llyr", "Sample")), [(Topic::Name, "differs".into())]);
}

#[test]
fn a_name_on_one_line_is_found_with_its_title_or_beside_another() {
    let line = |text: &str| name("", text);
    for shown in
        ["Ms S Example", "Mr A & Mrs S L Example", "A Other and S Example", "Dr Sian Llyr Example & Mr B Other"]
    {
        assert!(ticked(line(shown)), "{shown}: {:?}", about(line(shown)));
    }
    assert_eq!(about(line("Sian Llyr Example")), []);
    assert_eq!(about(line("Mr B Other")), [(Topic::Name, "differs".into())]);
}

#[test]
fn a_tick_is_enough_and_a_tick_is_needed() {
    let document = DocumentFacts { name: Some(name("S", "Example")), ..passport() };
    let mut facts = visit_with([document, licence(), bill("d3", "Water")]);
    let decision = judged(&facts);
    assert_eq!(
        (decision.met, decision.status, next(&facts)),
        (false, Status::Unknown, vec!["tick d1 name_form".into()])
    );
    follow(&mut facts, &decision.next[0], 0);
    assert!(judged(&facts).met);
}

#[test]
fn only_a_name_change_or_a_manager_explains_another_name() {
    let maiden = DocumentFacts { name: Some(name("Sian Llyr", "Former")), ..passport() };
    let mut facts = visit_with([maiden, licence(), bill("d3", "Water")]);
    assert_eq!(next(&facts), ["explain d1 name"]);
    let mut explanation = by_manager(Topic::Name, "d1");
    let explained = |explanation: &Explanation, facts: &Facts| {
        judged(&Facts { explanations: vec![explanation.clone()], ..facts.clone() }).met
    };
    assert!(explained(&explanation, &facts));
    explanation.reason = Some("  ".into());
    assert!(!explained(&explanation, &facts), "a reason without a word");
    explanation.by = ExplainedBy::Agent;
    assert!(!explained(&explanation, &facts), "an agent's tick");
    explanation.by = ExplainedBy::NameChange;
    explanation.evidence = Some("m1".into());
    let link = |former: &str| DocumentFacts {
        name: Some(name("Sian Llyr", "Example")),
        former_name: Some(name("Sian Llyr", former)),
        ..good("m1", "marriage")
    };
    facts.documents.push(link("Former"));
    assert!(explained(&explanation, &facts));
    facts.documents[3] = link("Somebody");
    assert!(!explained(&explanation, &facts), "it links other names");
    facts.documents[3] = DocumentFacts { original_seen: false, ..link("Former") };
    assert!(!explained(&explanation, &facts), "its original was not seen");
    facts.documents[3] = good("m1", "birth_full");
    assert!(!explained(&explanation, &facts), "it shows no change of name");
}

#[test]
fn each_contradiction_stops_until_a_manager_explains_it() {
    let other_day = DocumentFacts { birth_date: Some(date(1986, 8, 21)), ..passport() };
    let borrowed = DocumentFacts { number_of_another: true, ..passport() };
    for (document, about) in [(other_day, Topic::BirthDate), (borrowed, Topic::Number)] {
        let facts = visit_with([document, licence(), bill("d3", "Water")]);
        assert_eq!(next(&facts), [format!("explain d1 {}", about.as_str())]);
        assert!(judged(&facts).gpg45.scores.evidence.is_empty(), "a doubted document earns nothing");
        assert!(judged(&Facts { explanations: vec![by_manager(about, "d1")], ..facts }).met);
    }
    let listed = Facts { fraud: FraudCheck::Match, ..visit_with([passport(), licence(), bill("d3", "Water")]) };
    assert_eq!(next(&listed), ["explain fraud_match"]);
}

#[test]
fn sex_is_no_fact_at_all() {
    let error = serde_json::from_str::<Facts>("{\"day_seen\":\"2026-11-23\",\"holder\":{\"sex\":\"F\"}}").unwrap_err();
    assert!(error.to_string().contains("unknown field `sex`"));
}
