use super::*;

#[test]
fn the_shipped_policy_fits_its_schema_and_travels_as_one_text() {
    let policy = Policy::load().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(Policy::from_bundle(&policy.to_bundle()), Ok(policy));
}

#[test]
fn a_passport_a_licence_and_a_bill_meet_the_shipped_policy() {
    let facts: crate::policy::Facts = serde_json::from_str(crate::policy::facts::EXAMPLE).unwrap();
    let policy = Policy::load().unwrap();
    let decision = crate::policy::evaluate(&policy, &facts, facts.day_seen);
    assert!(decision.met);
}
