//! The edge cases of notes domain 12c that belong to evidence, by their numbers.

use super::*;
use crate::policy::decision::List;

fn grades(holder: NameShown, shown: NameShown) -> Option<(Topic, bool)> {
    let mut facts = visit_with([DocumentFacts { name: Some(shown), ..passport() }]);
    facts.holder.name = Some(holder);
    judged(&facts).contradictions.first().map(|found| (found.about, found.stops))
}

#[test]
fn edge_01_names_of_one_word_of_other_scripts_and_of_any_length_are_names() {
    assert_eq!(grades(name("", "Suharto"), name("", "SUHARTO")), None);
    for (given, family) in
        [("D'Arcy", "O\u{2019}Brien-Smith"), ("J. R.", "van der Berg"), ("Łukasz", "Żółć"), ("李", "小龙")]
    {
        assert_eq!(grades(name(given, family), name(given, family)), None, "{given} {family}");
    }
    let long = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren".repeat(2);
    assert_eq!(grades(name("A", &long), name("A", &long)), None);
    // Another script that no table leads to is for people to explain, never an error.
    assert_eq!(grades(name("Bruce", "Lee"), name("小龙", "李")), Some((Topic::Name, true)));
}

#[test]
fn edge_02_the_legal_name_differs_on_one_of_three_documents() {
    assert_eq!(grades(name("Sian", "Example"), name("Sian", "Maiden")), Some((Topic::Name, true)));
    assert_eq!(grades(name("Sian", "Smith-Jones"), name("Sian", "Smith Jones")), Some((Topic::NameForm, false)));
    // The maiden name in a driver number: the check for it is noted, and blocks nothing.
    let facts =
        visit_with([passport(), with_answer(licence(), "machine_number", Answer::NotAsExpected), bill("d3", "Water")]);
    assert!(judged(&facts).met);
}

#[test]
fn edge_03_a_preferred_name_only_for_the_card_needs_no_evidence() {
    let mut facts = visit_with([passport(), licence(), bill("d3", "Water")]);
    facts.documents[0].name = facts.holder.name.clone();
    facts.holder.name_on_card = Some("Llŷr E.".into());
    let decision = judged(&facts);
    assert_eq!((decision.met, decision.contradictions.len()), (true, 0));
}

#[test]
fn edge_04_a_number_found_with_somebody_else_stops_and_a_namesake_does_not() {
    let facts = visit_with([DocumentFacts { number_of_another: true, ..passport() }, licence(), bill("d3", "Water")]);
    assert_eq!(judged(&facts).contradictions[0].about, Topic::Number);
    // The same name and birth date elsewhere is central's matter: evidence alone says nothing of it.
    assert!(judged(&visit_with([passport(), licence(), bill("d3", "Water")])).met);
}

#[test]
fn edge_05_the_first_of_january_1900_is_corrected_and_contradicts_nothing() {
    let mut facts = visit_with([passport(), licence(), bill("d3", "Water")]);
    facts.documents[0].birth_date = Some(date(1986, 8, 12));
    facts.holder.birth_date = Some(date(1900, 1, 1));
    let decision = judged(&facts);
    assert_eq!((decision.contradictions.len(), next(&facts)), (0, vec!["type birth_date".into()]));
    follow(&mut facts, &decision.next[0], 0);
    assert!(judged(&facts).met);
}

#[test]
fn edge_06_a_former_name_is_in_no_decision_and_its_ground_in_no_record() {
    let mut facts = visit_with([passport(), licence(), bill("d3", "Water")]);
    facts.documents[0].name = Some(name("Former", "Name"));
    facts.documents.push(DocumentFacts {
        name: facts.holder.name.clone(),
        former_name: Some(name("Former", "Name")),
        ..good("g1", "legal_evidence")
    });
    facts.explanations.push(Explanation {
        by: ExplainedBy::NameChange,
        evidence: Some("g1".into()),
        reason: None,
        ..by_manager(Topic::Name, "d1")
    });
    let decision = judged(&facts);
    assert!(decision.met);
    let text = serde_json::to_string(&decision).unwrap();
    assert!(!text.contains("Former") && !text.contains("\"grc\""), "{text}");
}

#[test]
fn edge_07_an_honest_holder_unlike_the_photo_has_another_way_and_is_not_accused() {
    let unlike = with_answer(passport(), "compare_photo", Answer::CannotTell);
    let mut facts = visit_with([unlike, bill("a1", "Water"), bill("a2", "Power")]);
    let decision = judged(&facts);
    assert_eq!((decision.status, decision.documents[2].status), (Status::Unknown, Status::Unknown));
    assert_eq!(next(&facts), ["explain d1 likeness"]);
    facts.explanations.push(by_manager(Topic::Likeness, "d1"));
    let decision = judged(&facts);
    // A manager's word opens the gate and earns no score: nobody compared the face.
    assert_eq!((decision.met, decision.gpg45.scores.verification), (true, Score::NONE));
}

#[test]
fn edge_08_holders_without_number_address_or_photo_are_told_what_they_can_still_do() {
    // Somebody with nothing at all.
    assert_eq!(next(&visit()), ["bring address", "bring address", "bring numbered"]);
    // Somebody without a fixed address: one proof of address stays needed, whatever else there is.
    let homeless = visit_with([passport(), good("p2", "hm_forces"), good("p3", "pass_card")]);
    assert_eq!(next(&homeless), ["bring address"]);
    // Without photo identity the way of the endorsed photo is a whole one.
    assert!(judged(&without_photo()).met);
    // No National Insurance number is among the facts: it is never needed.
    let young =
        Facts { holder: HolderFacts { birth_date: Some(date(2009, 12, 1)), ..visit().holder }, ..without_photo() };
    assert!(judged(&young).met, "the age limit is the form's, not the evidence's");
}

#[test]
fn edge_09_what_could_not_be_compared_in_a_private_room_is_not_known_never_false() {
    let veiled = with_answer(passport(), "compare_photo", Answer::NotDone);
    let found = verdict(&visit_with([veiled]), "d1");
    assert_eq!((found.status, found.reasons), (Status::Unknown, vec!["check.compare_photo".to_owned()]));
}

#[test]
fn edge_10_two_proofs_of_address_that_differ_are_not_two() {
    let old = with_answer(bill("a2", "Power"), "compare_address", Answer::NotAsExpected);
    let facts = visit_with([passport(), bill("a1", "Water"), old]);
    let decision = judged(&facts);
    assert_eq!((decision.met, next(&facts)), (false, vec!["bring address".into()]));
    // Moved last week: the licence is no proof of address any more, and stays one with a photo.
    let moved = with_answer(licence(), "compare_address", Answer::NotAsExpected);
    let decision = judged(&visit_with([passport(), moved, bill("a1", "Water")]));
    assert_eq!((decision.met, decision.combination.as_deref()), (true, Some("A")));
}

#[test]
fn edge_34_one_licence_never_counts_twice() {
    let facts = visit_with([licence(), bill("a1", "Water")]);
    assert_eq!(next(&facts), ["bring address"]);
    // The same licence again, typed with spaces: one document, whatever was checked when.
    let again = DocumentFacts { number: Some("examp 858126 sl9ij".into()), ..good("d9", "uk_licence") };
    let decision = judged(&visit_with([licence(), again, bill("a1", "Water")]));
    assert_eq!((decision.met, decision.documents[2].reasons.as_slice()), (false, &["again".to_owned()][..]));
}

#[test]
fn edge_34_copies_screenshots_and_laminates_are_no_originals() {
    let copied = DocumentFacts { original_seen: false, ..passport() };
    assert_eq!(verdict(&visit_with([copied]), "d1").reasons, ["original"]);
    assert_eq!(verdict(&visit_with([DocumentFacts::of("d1", "photocopy")]), "d1").status, Status::Refused);
    let laminated = with_answer(passport(), "see_condition", Answer::NotAsExpected);
    assert_eq!(verdict(&visit_with([laminated]), "d1").status, Status::Refused);
}

#[test]
fn edge_34_a_bill_older_by_one_day_does_not_count() {
    let seen = |day_seen, issued| {
        let facts = Facts { day_seen, ..visit_with([DocumentFacts { issued: Some(issued), ..bill("a1", "Water") }]) };
        evaluate(policy(), &facts, day_seen).documents[0].reasons.clone()
    };
    assert_eq!(seen(SEEN, date(2026, 5, 23)), Vec::<String>::new());
    assert_eq!(seen(SEEN, date(2026, 5, 22)), ["too_old"]);
    assert_eq!(seen(SEEN, date(2026, 11, 24)), ["issued_in_future"]);
    // 31 August and six months end with February.
    assert_eq!(seen(date(2027, 2, 28), date(2026, 8, 31)), Vec::<String>::new());
    assert_eq!(seen(date(2027, 3, 1), date(2026, 8, 31)), ["too_old"]);
    assert_eq!(seen(date(2028, 2, 29), date(2027, 8, 31)), Vec::<String>::new());
}

#[test]
fn edge_34_a_bill_in_joint_names_needs_a_tick_and_one_to_the_occupier_is_nobodys() {
    let to = |line: &str| DocumentFacts { name: Some(name("", line)), ..bill("a1", "Water") };
    let joint = judged(&visit_with([to("Mr A & Mrs S Example")]));
    assert_eq!((joint.contradictions[0].about, joint.contradictions[0].stops), (Topic::NameForm, false));
    for nobody in ["The Occupier", "THE  OCCUPIER", "Y Preswylydd"] {
        assert_eq!(verdict(&visit_with([to(nobody)]), "a1").reasons, ["addressee"], "{nobody}");
    }
}

#[test]
fn edge_34_a_renamed_supplier_is_no_second_one() {
    let two = |one: &str, other: &str| judged(&visit_with([passport(), bill("a1", one), bill("a2", other)])).met;
    assert!(two("Example Water", "Example Power"));
    assert!(!two("Example Water", "EXAMPLE WATER plc"));
    assert!(!two("npower", "E.ON Next"));
    assert!(!two("SSE", "OVO Energy Ltd"));
}

#[test]
fn edge_35_a_passport_expired_for_13_months_is_refused_here_and_allowed_by_another_policy() {
    let old = DocumentFacts { expires: Some(date(2025, 10, 23)), ..passport() };
    assert_eq!(verdict(&visit_with([old.clone()]), "d1").reasons, ["expired"]);
    let counter = policy_with("policy.toml", "passport_grace_months = 0", "passport_grace_months = 18");
    assert_eq!(evaluate(&counter, &visit_with([old]), SEEN).documents[0].status, Status::Met);
}

#[test]
fn edge_35_a_damaged_chip_earns_nothing_and_costs_nothing() {
    let mut passport = passport();
    passport.checks.extend(["see_print", "tilt_hologram"].map(done));
    let before = verdict(&visit_with([passport.clone()]), "d1");
    let after = verdict(&visit_with([with_answer(passport.clone(), "machine_chip", Answer::CannotTell)]), "d1");
    assert_eq!((before.strength, before.validity, after.status), (3, 2, Status::Met));
    assert_eq!((after.strength, after.validity), (3, 2));
    // A chip that answers and is not trusted is another matter.
    let forged = verdict(&visit_with([with_answer(passport, "machine_chip", Answer::NotAsExpected)]), "d1");
    assert_eq!(forged.status, Status::Refused);
}

#[test]
fn edge_35_a_passport_without_signature_and_an_emergency_document() {
    let unsigned = verdict(&visit_with([with_answer(passport(), "see_signature", Answer::NotAsExpected)]), "d1");
    assert_eq!((unsigned.status, unsigned.reasons), (Status::Unmet, vec!["check.see_signature".to_owned()]));
    assert_eq!(verdict(&visit_with([DocumentFacts::of("d1", "emergency_travel")]), "d1").status, Status::Refused);
}

#[test]
fn edge_36_licences_of_other_countries_and_cards_without_a_last_day() {
    let unknown = DocumentFacts { entered_uk: None, ..good("x1", "eu_licence") };
    let facts = visit_with([unknown, bill("a1", "Water"), bill("a2", "Power")]);
    assert_eq!(next(&facts), ["type x1 entered"]);
    // It shows no address that counts.
    assert!(policy().kind("eu_licence").unwrap().rule_for(List::Address).is_none());
    let card = DocumentFacts { expires: None, no_expiry: true, ..good("x1", "eea_idcard") };
    assert!(judged(&visit_with([card, bill("a1", "Water"), bill("a2", "Power")])).met);
}

#[test]
fn edge_37_share_codes_run_out_have_a_purpose_and_need_the_network() {
    let code = |number: &str, issued| DocumentFacts {
        number: Some(number.into()),
        issued: Some(issued),
        ..good("x1", "evisa")
    };
    let reasons = |document| verdict(&visit_with([document]), "x1").reasons;
    assert_eq!(reasons(code("W12ABC345", date(2026, 8, 25))), Vec::<String>::new());
    assert_eq!(reasons(code("S12ABC345", date(2026, 8, 24))), ["too_old"]);
    assert_eq!(reasons(code("R12ABC345", date(2026, 11, 1))), ["purpose"]);
    let unseen = with_answer(code("W12ABC345", date(2026, 11, 1)), "share_code", Answer::NotDone);
    let offline = Facts { online: false, ..visit_with([unseen, passport(), bill("a1", "Water")]) };
    assert_eq!(next(&offline), ["check x1 share_code", "go_online"]);
}

#[test]
fn edge_38_an_endorser_who_may_not_endorse() {
    let strict = only_without_photo();
    let with = |change: fn(&mut Countersigned)| {
        let mut facts = without_photo();
        facts.countersigned.iter_mut().for_each(change);
        next_by(&strict, &facts)
    };
    let another = ["bring_endorsed_photo".to_owned()];
    assert_eq!(with(|_| {}), Vec::<String>::new());
    assert_eq!(with(|photo| photo.related = Some(true)), another);
    assert_eq!(with(|photo| photo.same_address = Some(true)), another);
    assert_eq!(with(|photo| photo.line_manager = Some(true)), another);
    assert_eq!(with(|photo| photo.confirmed = Some(false)), another);
    assert_eq!(with(|photo| photo.endorsement = Some(false)), another);
    assert_eq!(with(|photo| photo.likeness = Answer::NotAsExpected), another);
    assert_eq!(with(|photo| photo.years_known = Some(1)), another);
    assert_eq!(with(|photo| photo.signed = Some(date(2025, 11, 22))), another);
    assert_eq!(with(|photo| photo.confirmed = None), ["endorser confirmed"]);
    let local = policy_with("policy.toml", "line_manager_endorses = false", "line_manager_endorses = true");
    let mut facts = without_photo();
    facts.countersigned.iter_mut().for_each(|photo| photo.line_manager = Some(true));
    assert!(evaluate(&local, &facts, SEEN).met);
}

#[test]
fn edge_39_borrowed_stolen_or_forged_documents_and_another_face_stop_until_a_manager_looked() {
    for (check, document) in [
        ("lost_list", with_answer(passport(), "lost_list", Answer::NotAsExpected)),
        ("compare_photo", with_answer(passport(), "compare_photo", Answer::NotAsExpected)),
        ("tilt_hologram", with_answer(passport(), "tilt_hologram", Answer::NotAsExpected)),
    ] {
        // Enough other documents are there: the visit stops all the same.
        let mut facts = visit_with([document, good("p2", "hm_forces"), bill("a1", "Water"), bill("a2", "Power")]);
        assert_eq!(next(&facts), ["explain d1 incident"], "{check}");
        facts.explanations.push(by_manager(Topic::Incident, "d1"));
        assert!(judged(&facts).met, "{check}");
        assert_eq!(verdict(&facts, "d1").status, Status::Refused, "{check}: it stays refused");
    }
    // Trying again does not wash it off.
    let mut twice = with_answer(passport(), "compare_photo", Answer::NotAsExpected);
    twice.checks.push(done("compare_photo"));
    assert_eq!(verdict(&visit_with([twice]), "d1").status, Status::Refused);
}

#[test]
fn someone_whose_every_document_has_expired_is_told_what_to_bring() {
    let documents = [passport(), licence(), good("d3", "hm_forces")];
    let old = documents.map(|document| DocumentFacts { expires: Some(date(2020, 1, 1)), ..document });
    let facts = visit_with(old);
    assert!(judged(&facts).documents.iter().all(|document| document.reasons == ["expired"]));
    assert_eq!(next(&facts), ["bring address", "bring address", "bring numbered"]);
}
