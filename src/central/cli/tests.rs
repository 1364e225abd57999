use super::*;

fn ra_central(args: &[&str]) -> Result<String, CliFault> {
    let args = Args::try_parse_from(std::iter::once(&"ra-central").chain(args)).expect("the arguments parse");
    let mut out = Vec::new();
    run(args, &mut out).map(|()| String::from_utf8(out).unwrap())
}

fn made(environment: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    ra_central(&["init", "--data", data, "--environment", environment, "--name", "Test"]).unwrap();
    folder
}

#[test]
fn a_new_central_gets_an_organisation_a_desk_and_a_first_manager() {
    let folder = made("trial");
    let data = folder.path().to_str().unwrap();
    ra_central(&["organisation", "--data", data, "add", "--code", "REF", "--name", "Royal Cornwall"]).unwrap();
    let invite = ["desk", "--data", data, "invite", "--name", "desk 1", "--place", "Truro", "--organisation", "REF"];
    let told = ra_central(&invite).unwrap();
    assert!(told.contains("Host:        localhost:8443"), "{told}");
    let desk = told.lines().next().unwrap().trim_start_matches("Desk:").trim().to_owned();
    let boot = ["bootstrap", "--data", data, "--person", "Siân Wyn", "--birth-date", "1980-05-03", "--desk", &desk];
    let told = ra_central(&boot).unwrap();
    let number = told.split("UUID ").nth(1).unwrap()[..14].to_owned();
    assert!(ra_central(&["agent", "--data", data, "show", &number]).unwrap().contains("ra_manager at REF"));
    assert!(ra_central(&["person", "--data", data, "list"]).unwrap().contains("Siân Wyn"));
    let again = ra_central(&boot).unwrap();
    assert!(again.contains(&number), "the same person again is not made twice");
    assert!(ra_central(&["desk", "--data", data, "show", &desk]).unwrap().contains("not yet enrolled"));
    let audit = ra_central(&["audit", "--data", data]).unwrap();
    assert!(audit.contains("desk_invited") && audit.contains("bootstrap_code"));
}

#[test]
fn serve_refuses_a_demo_folder_and_init_refuses_a_used_one() {
    let folder = made("demo");
    let data = folder.path().to_str().unwrap();
    let fault = ra_central(&["serve", "--data", data]).unwrap_err();
    assert!(fault.what.contains("demo"), "{fault}");
    assert_eq!(fault.to_string().lines().count(), 3);
    assert!(ra_central(&["init", "--data", data, "--environment", "live", "--name", "Again"]).is_err());
}

#[test]
fn transport_keys_come_from_a_file_and_a_wrong_file_is_not_repeated() {
    let folder = made("trial");
    let data = folder.path().to_str().unwrap();
    let keys = folder.path().join("keys");
    let add = |extra: &[&str]| {
        let file = keys.to_str().unwrap();
        let base = ["stock", "--data", data, "add", "--batch", "B1", "--profile", "piv-p256", "--series", "9"];
        let all: Vec<&str> = base.iter().chain(&["--transport-keys", file]).chain(extra).copied().collect();
        ra_central(&all)
    };
    std::fs::write(&keys, "123456\n12345678\n0102030405\n").unwrap();
    let fault = add(&["--any-card"]).unwrap_err().to_string();
    assert!(!fault.contains("12345678") && !fault.contains("0102030405"), "{fault}");
    std::fs::write(&keys, "123456\n12345678\n010203040506070801020304050607080102030405060708\n").unwrap();
    assert!(add(&[]).unwrap_err().what.contains("No card"));
    add(&["--serial-prefix", "AB"]).unwrap();
    assert!(ra_central(&["stock", "--data", data, "show", "AB12"]).unwrap().contains("Batch B1"));
    assert!(ra_central(&["stock", "--data", data, "show", "CD12"]).is_err());
}

#[test]
fn the_arguments_are_sound_and_know_help_and_version() {
    use clap::CommandFactory;
    Args::command().debug_assert();
    assert!(Args::try_parse_from(["ra-central", "--version"]).is_err_and(|e| e.exit_code() == 0));
    assert!(Args::try_parse_from(["ra-central", "agent", "--data", "x", "add", "--role", "king"]).is_err());
}

#[test]
fn a_policy_needs_two_persons_and_versions_never_fall() {
    let folder = made("trial");
    let data = folder.path().to_str().unwrap();
    let file = folder.path().join("bundle");
    std::fs::write(&file, "no policy").unwrap();
    let propose = |number: &str, by: &str| {
        let file = file.to_str().unwrap();
        let base = ["policy", "--data", data, "propose", file, "--id", "nhs-ra-identity", "--from", "2030-01-01"];
        ra_central(&[&base[..], &["--number", number, "--by", by]].concat())
    };
    let approve = |number: &str, by: &str| {
        ra_central(&["policy", "--data", data, "approve", "nhs-ra-identity", "--number", number, "--by", by])
    };
    let list = || ra_central(&["policy", "--data", data, "list"]).unwrap();
    assert!(list().starts_with("nhs-ra-identity 1  from "), "the shipped one: {}", list());
    let fault = propose("2", "Ann Lowen").unwrap_err().to_string();
    assert!(fault.contains("judge by"), "one nobody could register by: {fault}");
    std::fs::write(&file, crate::policy::Policy::shipped().unwrap().to_bundle()).unwrap();
    assert!(propose("1", "Ann Lowen").is_err(), "a version is never used twice");
    assert!(propose("2", " ").is_err());
    propose("2", "Ann Lowen").unwrap();
    assert!(list().contains("NOT YET APPROVED"));
    assert!(approve("2", "ann lowen ").is_err(), "nobody approves what they proposed");
    assert!(approve("9", "Tom Penrose").is_err());
    propose("3", "Tom Penrose").unwrap();
    approve("3", "Ann Lowen").unwrap();
    assert!(approve("2", "Tom Penrose").is_err(), "a newer one is in force");
    assert!(approve("3", "Ann Lowen").is_err(), "twice");
    let audit = ra_central(&["audit", "--data", data]).unwrap();
    assert!(audit.contains("policy_proposed") && audit.contains("policy_approved"));
}
