use super::*;

#[test]
fn the_shipped_policy_fits_its_schema_and_travels_as_one_text() {
    let policy = Policy::load().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(Policy::from_bundle(&policy.to_bundle()), Ok(policy));
}

#[test]
fn the_example_of_the_command_line_meets_the_gate() {
    let facts: crate::policy::Facts = serde_json::from_str(crate::policy::facts::EXAMPLE).unwrap();
    assert_eq!(facts.fault(), None);
    assert!(crate::policy::evaluate(&shipped(), &facts, facts.day_seen).met);
}

fn shipped() -> Policy {
    Policy::load().unwrap()
}

/// What is said when some text of one file is another.
fn said(file: &str, from: &str, to: &str) -> String {
    let mut files = shipped_files();
    let text = files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file}: {from}");
    *text = text.replacen(from, to, 1);
    Policy::from_files(files).unwrap_err().to_string()
}

#[test]
fn what_is_wrong_is_said_with_file_row_key_and_what_is_allowed() {
    let photo = "id = \"uk_passport\"\ncounts_as = \"photo\"";
    let text = said("documents.toml", photo, "id = \"uk_passport\"\ncounts_as = \"face\"");
    assert!(text.starts_with("documents.toml: uk_passport: document[0].counts_as: unknown variant `face`"), "{text}");
    assert!(text.contains("`photo_or_address`"), "{text}");
    let text = said("documents.toml", photo, "id = \"uk_passport\"\ncolour = \"blue\"\ncounts_as = \"photo\"");
    assert!(text.contains("unknown field `colour`") && text.contains("uk_passport"), "{text}");
    for (file, from, to, what) in [
        ("checks.toml", "seconds = 5", "seconds = \"five\"", "check[0].seconds: invalid type"),
        ("gpg45.toml", "activity = 0", "activity = 5", "a score is a whole number from 0 to 4"),
        ("policy.toml", "schema = 1", "schema = 2", "schema: 2 is not known here"),
        ("policy.toml", "target = [\"A\"", "target = [\"Z\"", "there is no combination Z"),
        ("policy.toml", "p45_p60 = false", "p45_p60 = 3", "p45_p60: switch: the switch p45_p60 is a number"),
        ("policy.toml", "address_months = 6", "other_months = 6", "there is no switch address_months"),
        ("documents.toml", "photo_if = \"@photo\"", "photo_if = \"no_such_check\"", "there is no check no_such_check"),
        ("documents.toml", "photo_if = \"@photo\"", "photo_if = \"@nothing\"", "nothing is called @nothing"),
        ("documents.toml", "instead = \"evisa\"", "instead = \"brp\"", "brp is no type that is taken"),
        ("documents.toml", "validity = { 2 =", "validity = { 9 = \"see_print\", 2 =", "9 is no score from 1 to 4"),
        ("combinations.toml", "photo = 2, address = 1", "photo = 7, address = 1", "it needs 1 to 6 documents"),
        ("combinations.toml", "about = \"number\"", "about = \"name\"", "there must be one"),
        ("costs.toml", "what = \"numbered\"", "what = \"other\"", "bring: nothing says what it costs"),
        ("cards.toml", "most = 8", "most = 9", "4 to 8 signs"),
        ("cards.toml", "\"2026-05-07\"", "\"2026-02-31\"", "series[1].blocked_from"),
        ("roles.toml", "sponsor = \"yes\"", "sponsor = \"perhaps\"", "unknown variant `perhaps`"),
        ("checks.toml", "[[check]]", "[[check", "checks.toml"),
    ] {
        let text = said(file, from, to);
        // A switch is missed where it is used.
        let place = if what.contains("switch") { "documents.toml" } else { file };
        assert!(text.contains(what) && text.starts_with(place), "{file} {to}: {text}");
    }
}

#[test]
fn references_in_a_circle_are_named_and_never_followed() {
    let text = said("documents.toml", "validity = { 2 = \"@looked_at\", 3", "validity = { 2 = \"@3\", 3");
    assert!(text.contains("a circle: @2 -> @3 leads back to @2") || text.contains("a circle: @3"), "{text}");
    let text = said("checks.toml", "[rules]", "[rules]\nround = \"@round\"");
    assert!(text.contains("round: rules: a circle"), "{text}");
    // A rule that doubles at each of 30 references would have a thousand million parts.
    let doubling: String = (0..30).map(|at| format!("d{at} = {{ all = [\"@d{0}\", \"@d{0}\"] }}\n", at + 1)).collect();
    let text = said("checks.toml", "[rules]", &format!("[rules]\n{doubling}d30 = \"see_print\""));
    assert!(text.contains("more than 500 parts"), "{text}");
}

#[test]
fn two_rows_of_a_type_never_hold_on_one_day() {
    let twin = |dates: &str| {
        format!(
            "[[document]]\nid = \"photocopy\"\ncounts_as = \"rejected\"\n{dates}source = \"x\"\n\n[[document]]\nid = \"work_badge\""
        )
    };
    let badge = "[[document]]\nid = \"work_badge\"";
    assert!(said("documents.toml", badge, &twin("")).contains("it stands twice for the same days"));
    let text = said("documents.toml", badge, &twin("effective_from = \"2027-01-01\"\neffective_to = \"2026-01-01\"\n"));
    assert!(text.contains("its last day is before its first"), "{text}");
}

#[test]
fn a_combination_that_nobody_can_meet_is_named() {
    let text = said("policy.toml", "eea_idcard = true", "eea_idcard = true\nlone = false");
    assert!(text.contains("the switch lone switches nothing"), "{text}");
    let mut files = shipped_files();
    let documents = files.get_mut("documents.toml").unwrap();
    *documents = documents.replace("nonphoto = true\n", "").replace("nonphoto_if = \"@paper\"\n", "");
    let faults = Policy::lint(files).unwrap_err();
    assert!(
        faults.iter().any(|fault| fault.what.contains("too few types of document count as nonphoto")),
        "{faults:?}"
    );
}

#[test]
fn hostile_sizes_and_names_are_refused_at_once() {
    let mut files = shipped_files();
    files.insert("../evil.toml".into(), String::new());
    assert!(Policy::from_files(files).unwrap_err().to_string().contains("a policy has no such file"));
    let mut files = shipped_files();
    files.remove("costs.toml");
    assert_eq!(Policy::from_files(files).unwrap_err().to_string(), "costs.toml: it is missing");
    // A million rows are too many bytes; as many as the bytes allow are too many rows.
    let row = "[[cost]]\nact = \"type\"\nseconds = 1\n";
    let text = said("costs.toml", "[[cost]]", &format!("{}[[cost]]", row.repeat(1_000_000)));
    assert!(text.contains("262144 are allowed"), "{text}");
    let text = said("costs.toml", "[[cost]]", &format!("{}[[cost]]", row.repeat(5_000)));
    assert!(text.contains("200 are allowed"), "{text}");
    let deep = format!("photo = {}\"see_print\"{}", "{ all = [".repeat(5_000), "] }".repeat(5_000));
    assert!(said("checks.toml", "[rules]", &format!("[rules]\ndeep = 1\n{deep}")).starts_with("checks.toml"));
    assert!(Policy::from_bundle(&vec![b' '; BUNDLE_MAX + 1]).unwrap_err().to_string().contains("larger than 1 MiB"));
    for bytes in [&b""[..], b"[]", b"{\"policy.toml\":3}", b"\xff", b"{\"policy.toml\":\"\"}"] {
        assert!(Policy::from_bundle(bytes).is_err());
    }
    let mut spaced = shipped().to_bundle();
    spaced.push(b' ');
    assert!(Policy::from_bundle(&spaced).unwrap_err().to_string().contains("not in its canonical form"));
}

#[test]
fn each_day_is_judged_by_the_policy_that_held_on_it() {
    let dated = |version: u32, lines: &str| {
        let mut files = shipped_files();
        let head = files.get_mut("policy.toml").unwrap();
        *head = head.replace("version = 1\neffective_from = \"2025-01-01\"", &format!("version = {version}\n{lines}"));
        Policy::from_files(files).unwrap()
    };
    let day = |text: &str| text.parse::<Date>().unwrap();
    let mut set = PolicySet::default();
    set.add(dated(1, "effective_from = \"2026-01-01\"")).unwrap();
    set.add(dated(2, "effective_from = \"2026-06-01\"\nwithdrawn_from = \"2026-06-10\"")).unwrap();
    set.add(dated(3, "effective_from = \"2026-12-01\"\neffective_to = \"2026-12-31\"")).unwrap();
    let held = |text: &str| set.in_force(day(text)).map(Policy::version);
    assert_eq!(held("2025-12-31"), None);
    assert_eq!(held("2026-05-31"), Some(1));
    assert_eq!(held("2026-06-09"), Some(2));
    // Withdrawn during a visit: the one before holds again. One from the future does not hold yet.
    assert_eq!(held("2026-06-10"), Some(1));
    assert_eq!((held("2026-12-01"), held("2027-01-01")), (Some(3), Some(1)));
    // The same again changes nothing; another content under the same name is refused.
    set.add(dated(1, "effective_from = \"2026-01-01\"")).unwrap();
    assert_eq!(set.all().len(), 3);
    assert!(set.add(dated(1, "effective_from = \"2026-02-01\"")).is_err());
}

#[test]
fn one_sign_more_is_another_hash() {
    let mut files = shipped_files();
    let hash = shipped().hash().to_owned();
    files.get_mut("costs.toml").unwrap().push(' ');
    assert_ne!(Policy::from_files(files).unwrap().hash(), hash);
    assert_eq!(hash.len(), 64);
}
