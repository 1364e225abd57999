//! A change of name is shown by one original that links both names, and by nothing else.

use super::*;

fn former() -> NameShown {
    name("Sian Llyr", "Former")
}

/// A good one that links the two names.
fn linking(kind: &str) -> DocumentFacts {
    DocumentFacts { name: visit().holder.name, former_name: Some(former()), ..good("m1", kind) }
}

fn met(documents: impl IntoIterator<Item = DocumentFacts>) -> bool {
    name_change(policy(), &visit_with(documents), &former(), SEEN).met
}

#[test]
fn each_type_of_the_policy_that_shows_it_is_enough_by_itself_and_no_other() {
    for kind in &policy().documents().kinds {
        assert_eq!(met([linking(&kind.id)]), kind.name_change, "{}", kind.id);
    }
    assert!(met([passport(), linking("deed_poll")]));
    assert!(!met([passport(), licence(), bill("d3", "Water")]), "who somebody is shows no change of name");
}

#[test]
fn a_copy_other_names_a_check_not_done_and_a_day_to_come_show_nothing() {
    let papers = linking("marriage");
    assert!(met([papers.clone()]));
    assert!(!met([DocumentFacts { original_seen: false, ..papers.clone() }]));
    assert!(!met([DocumentFacts { former_name: Some(name("Ann", "Other")), ..papers.clone() }]));
    assert!(!met([DocumentFacts { name: Some(name("Ann", "Other")), ..papers.clone() }]));
    assert!(!met([DocumentFacts { former_name: None, ..papers.clone() }]));
    assert!(!met([DocumentFacts { checks: Vec::new(), ..papers.clone() }]));
    assert!(!met([DocumentFacts { issued: Some(date(2099, 1, 1)), ..papers.clone() }]));
    let tomorrow = Facts { day_seen: SEEN.tomorrow().unwrap(), ..visit_with([papers]) };
    assert!(!name_change(policy(), &tomorrow, &former(), SEEN).met);
}

#[test]
fn what_is_missing_is_said() {
    let decision = name_change(policy(), &visit(), &former(), SEEN);
    let next: Vec<_> = decision.next.iter().map(|step| (step.act, step.what.as_deref())).collect();
    assert_eq!(next, [(Act::Bring, Some("name_change"))]);
    assert!(decision.tree.source.contains("S22"));
}

#[test]
fn the_ground_of_a_change_is_in_no_decision() {
    let decision = name_change(policy(), &visit_with([linking("grc")]), &former(), SEEN);
    assert!(decision.met);
    let said = serde_json::to_string(&decision).unwrap();
    assert!(!said.contains("grc") && !said.contains("ender"), "{said}");
}
