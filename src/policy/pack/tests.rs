use super::*;

#[test]
fn the_shipped_policy_fits_its_schema_and_travels_as_one_text() {
    let policy = Policy::load().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(Policy::from_bundle(&policy.to_bundle()), Ok(policy));
}
