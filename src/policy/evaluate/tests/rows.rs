//! The rows of notes domain 12b, one test each, by the id of the row.

use super::*;
use crate::policy::decision::List;

/// The uses a good one of a type counts for.
fn counts_for(kind: &str) -> Vec<List> {
    counts_by(policy(), kind)
}

fn counts_by(policy: &Policy, kind: &str) -> Vec<List> {
    let row = policy.kind(kind).unwrap();
    let lists = [List::Photo, List::Address, List::Nonphoto];
    lists.into_iter().filter(|list| row.rule_for(*list).is_some()).filter(|list| one(policy, kind, *list)).collect()
}

/// Whether a good one fills the place of a list.
fn one(policy: &Policy, kind: &str, list: List) -> bool {
    let used_as = match list {
        List::Photo => crate::policy::evidence::UsedAs::Photo,
        List::Address => crate::policy::evidence::UsedAs::Address,
        List::Nonphoto => crate::policy::evidence::UsedAs::Other,
    };
    let document = DocumentFacts { used_as: Some(used_as), ..good_of(policy.kind(kind).unwrap(), "x1") };
    // The cheapest way to the gate need not be the one that asks for this list.
    let way = if list == List::Nonphoto { "[\"C\"]" } else { "[\"A\", \"B\"]" };
    let policy = changed(policy, "policy.toml", "[\"A\", \"B\", \"C\"]", way);
    let decision = evaluate(&policy, &visit_with([document]), SEEN);
    let verdict = &decision.documents[0];
    verdict.status == Status::Met && verdict.used_as == Some(list)
}

/// What is wrong with a document, first of all.
fn wrong(document: DocumentFacts) -> Vec<String> {
    let id = document.id.clone();
    verdict(&visit_with([document]), &id).reasons
}

fn on(document: DocumentFacts, change: impl FnOnce(&mut DocumentFacts)) -> Vec<String> {
    let mut document = document;
    change(&mut document);
    wrong(document)
}

/// Strength and validity when every check that exists was done, and when only looking was.
fn scores(kind: &str) -> ((u8, u8), (u8, u8)) {
    let row = policy().kind(kind).unwrap();
    let machines = ["machine_chip", "issuer_confirmed", "uv_response", "share_code"];
    let rules = row.strength.iter().chain(&row.validity).flat_map(|(_, rule)| rule.checks());
    let mut all = good("x1", kind);
    all.checks.extend(rules.map(done));
    let mut looked = all.clone();
    looked.checks.retain(|check| !machines.contains(&check.check.as_str()));
    let of = |document| {
        let found = verdict(&visit_with([document]), "x1");
        (found.strength, found.validity)
    };
    (of(looked), of(all))
}

fn expired(kind: &str) -> Vec<String> {
    on(good("x1", kind), |document| document.expires = Some(date(2026, 11, 22)))
}

fn aged(kind: &str, issued: Date) -> Vec<String> {
    on(good("x1", kind), |document| document.issued = Some(issued))
}

/// Good on its last day, too old on the next.
fn holds_for(kind: &str, last: Date) {
    assert_eq!(aged(kind, last), Vec::<String>::new(), "{kind}");
    assert_eq!(aged(kind, last.yesterday().unwrap()), ["too_old"], "{kind}");
}

/// The first day of a document that may be so many months old on the day of these tests.
const SIX: Date = date(2026, 5, 23);
const TWELVE: Date = date(2025, 11, 23);

#[test]
fn uk_passport() {
    assert_eq!(counts_for("uk_passport"), [List::Photo]);
    assert_eq!(scores("uk_passport"), ((3, 2), (4, 3)));
    assert_eq!(expired("uk_passport"), ["expired"]);
    let lenient = policy_with("policy.toml", "passport_grace_months = 0", "passport_grace_months = 12");
    let mut old = passport();
    old.expires = Some(date(2025, 11, 23));
    assert_eq!(evaluate(&lenient, &visit_with([old.clone()]), SEEN).documents[0].status, Status::Met);
    old.expires = Some(date(2025, 11, 22));
    assert_eq!(evaluate(&lenient, &visit_with([old]), SEEN).documents[0].reasons, ["expired"]);
    assert_eq!(on(passport(), |passport| passport.number = Some("12".into())), ["number"]);
}

#[test]
fn nonuk_passport() {
    assert_eq!(counts_for("nonuk_passport"), [List::Photo]);
    assert_eq!(scores("nonuk_passport"), ((3, 2), (4, 3)));
    assert_eq!(expired("nonuk_passport"), ["expired"]);
}

#[test]
fn uk_licence() {
    assert_eq!(counts_for("uk_licence"), [List::Photo, List::Address]);
    assert_eq!(scores("uk_licence"), ((3, 2), (3, 3)));
    assert_eq!(expired("uk_licence"), ["expired"]);
    // The address on it must be where the holder lives now; as a photo document it still counts.
    let moved = with_answer(licence(), "compare_address", Answer::NotAsExpected);
    assert_eq!(verdict(&visit_with([moved]), "d2").used_as, Some(List::Photo));
}

#[test]
fn eu_licence() {
    assert_eq!(counts_for("eu_licence"), [List::Photo]);
    assert_eq!(scores("eu_licence"), ((3, 2), (3, 3)));
    let came = |day| on(good("x1", "eu_licence"), |licence| licence.entered_uk = day);
    assert_eq!(came(Some(date(2025, 11, 23))), Vec::<String>::new());
    assert_eq!(came(Some(date(2025, 11, 22))), ["entered"]);
    assert_eq!(came(None), ["entered"]);
    assert_eq!(
        wrong(with_answer(good("x1", "eu_licence"), "see_plastic", Answer::NotAsExpected)),
        ["check.see_plastic"]
    );
}

#[test]
fn eea_idcard() {
    assert_eq!(counts_for("eea_idcard"), [List::Photo]);
    assert_eq!(scores("eea_idcard"), ((3, 2), (4, 3)));
    let without = |says| on(good("x1", "eea_idcard"), |card| (card.expires, card.no_expiry) = (None, says));
    assert_eq!(without(true), Vec::<String>::new());
    assert_eq!(without(false), ["expires"]);
    let off = policy_with("policy.toml", "eea_idcard = true", "eea_idcard = false");
    assert_eq!(evaluate(&off, &visit_with([good("x1", "eea_idcard")]), SEEN).documents[0].reasons, ["taken"]);
}

#[test]
fn brp() {
    let facts = visit_with([DocumentFacts { original_seen: true, ..DocumentFacts::of("x1", "brp") }]);
    let decision = judged(&facts);
    assert_eq!(
        (decision.documents[0].status, decision.documents[0].reasons.as_slice()),
        (Status::Refused, &["taken".to_owned()][..])
    );
    // The way out stands beside the refusal.
    let text = serde_json::to_string(&decision.tree).unwrap();
    assert!(text.contains("document.instead") && text.contains("\"evisa\""));
}

#[test]
fn evisa() {
    assert_eq!(counts_for("evisa"), [List::Photo]);
    assert_eq!(scores("evisa").1, (3, 3));
    holds_for("evisa", date(2026, 8, 25));
}

#[test]
fn hm_forces() {
    assert_eq!(counts_for("hm_forces"), [List::Photo]);
    assert_eq!(scores("hm_forces"), ((3, 2), (3, 2)));
    assert_eq!(expired("hm_forces"), ["expired"]);
}

#[test]
fn pass_card() {
    assert_eq!(counts_for("pass_card"), [List::Photo]);
    assert_eq!(scores("pass_card"), ((2, 2), (2, 2)));
    let flat = with_answer(good("x1", "pass_card"), "tilt_hologram", Answer::NotAsExpected);
    assert_eq!(verdict(&visit_with([flat]), "x1").status, Status::Refused);
}

#[test]
fn work_badge() {
    assert_eq!(wrong(DocumentFacts::of("x1", "work_badge")), ["taken"]);
}

/// Personal, without a photo, never an address, good whatever its age.
fn personal(kind: &str, scored: ((u8, u8), (u8, u8))) {
    assert_eq!(counts_for(kind), [List::Nonphoto], "{kind}");
    assert_eq!(scores(kind), scored, "{kind}");
}

#[test]
fn birth_full() {
    personal("birth_full", ((1, 1), (1, 2)));
    assert_eq!(aged("birth_full", date(1986, 8, 20)), Vec::<String>::new());
}

#[test]
fn adoption() {
    personal("adoption", ((1, 1), (1, 2)));
}

#[test]
fn marriage() {
    personal("marriage", ((1, 1), (1, 2)));
    assert!(policy().kind("marriage").unwrap().name_change);
}

#[test]
fn divorce() {
    assert_eq!(counts_for("divorce"), []);
    assert!(policy().kind("divorce").unwrap().name_change);
    assert_eq!(on(good("x1", "divorce"), |papers| papers.number = None), ["number"]);
}

#[test]
fn deed_poll() {
    assert_eq!(counts_for("deed_poll"), []);
    assert!(policy().kind("deed_poll").unwrap().name_change);
}

#[test]
fn grc() {
    assert_eq!(counts_for("grc"), []);
    let row = policy().kind("grc").unwrap();
    assert!(row.name_change);
    // Its own word is in no event; the word it is recorded under is understood.
    assert_eq!(row.recorded(), "legal_evidence");
    assert_eq!(policy().kind("legal_evidence").unwrap().id, "grc");
}

#[test]
fn firearms() {
    personal("firearms", ((2, 1), (2, 2)));
    assert_eq!(expired("firearms"), ["expired"]);
}

#[test]
fn paper_licence() {
    assert_eq!(counts_for("paper_licence"), [List::Address, List::Nonphoto]);
    let facts = visit_with([licence(), good("x1", "paper_licence"), passport()]);
    assert!(!judged(&facts).met, "two licences count as one");
}

#[test]
fn p45_p60() {
    assert_eq!(wrong(DocumentFacts::of("x1", "p45_p60")), ["taken"]);
    let on = policy_with("policy.toml", "p45_p60 = false", "p45_p60 = true");
    assert_eq!(counts_by(&on, "p45_p60"), [List::Nonphoto]);
}

#[test]
fn hmrc_notice() {
    assert_eq!(counts_for("hmrc_notice"), [List::Address]);
    holds_for("hmrc_notice", TWELVE);
}

#[test]
fn utility() {
    assert_eq!(counts_for("utility"), [List::Address]);
    assert_eq!(scores("utility"), ((1, 1), (1, 2)));
    holds_for("utility", SIX);
    let strict = policy_with("policy.toml", "address_months = 6", "address_months = 3");
    let old = DocumentFacts { issued: Some(date(2026, 8, 22)), ..good("x1", "utility") };
    assert_eq!(evaluate(&strict, &visit_with([old]), SEEN).documents[0].reasons, ["too_old"]);
    assert_eq!(wrong(DocumentFacts::of("x1", "mobile_bill")), ["taken"]);
}

#[test]
fn broadband() {
    assert_eq!(counts_for("broadband"), [List::Address]);
    assert_eq!(scores("broadband"), ((1, 1), (1, 2)));
    holds_for("broadband", SIX);
}

#[test]
fn council_tax() {
    assert_eq!(counts_for("council_tax"), [List::Address]);
    assert_eq!(scores("council_tax"), ((2, 1), (2, 2)));
    holds_for("council_tax", TWELVE);
}

#[test]
fn bank_stmt() {
    assert_eq!(counts_for("bank_stmt"), [List::Address]);
    assert_eq!(scores("bank_stmt"), ((2, 1), (2, 2)));
    holds_for("bank_stmt", SIX);
    // A letter, or a bank elsewhere: the check for it says so.
    assert_eq!(
        wrong(with_answer(good("x1", "bank_stmt"), "see_statement", Answer::NotAsExpected)),
        ["check.see_statement"]
    );
    assert_eq!(wrong(DocumentFacts::of("x1", "bank_letter")), ["taken"]);
}

#[test]
fn credit_union() {
    assert_eq!(counts_for("credit_union"), [List::Address]);
    holds_for("credit_union", SIX);
}

#[test]
fn mortgage() {
    assert_eq!(counts_for("mortgage"), [List::Address]);
    assert_eq!(scores("mortgage").0, (2, 1));
    holds_for("mortgage", TWELVE);
}

#[test]
fn tenancy() {
    assert_eq!(counts_for("tenancy"), [List::Address]);
    holds_for("tenancy", SIX);
}

#[test]
fn benefit() {
    assert_eq!(counts_for("benefit"), [List::Address]);
    assert_eq!(scores("benefit").0, (2, 1));
    holds_for("benefit", TWELVE);
}

#[test]
fn electoral() {
    assert_eq!(counts_for("electoral"), [List::Address]);
    assert_eq!(scores("electoral").0, (2, 1));
    holds_for("electoral", TWELVE);
}

#[test]
fn online_print() {
    assert_eq!(wrong(DocumentFacts::of("x1", "online_print")), ["taken"]);
    let on = policy_with("policy.toml", "printed_online_bills = false", "printed_online_bills = true");
    assert_eq!(counts_by(&on, "online_print"), [List::Address]);
    let unapproved = with_answer(good_of(on.kind("online_print").unwrap(), "x1"), "print_approved", Answer::NotDone);
    assert_eq!(evaluate(&on, &visit_with([unapproved]), SEEN).documents[0].status, Status::Unknown);
}

#[test]
fn countersigned_photo() {
    assert_eq!(counts_for("countersigned_photo"), []);
    assert!(judged(&without_photo()).met);
    let unsigned = Facts { countersigned: None, ..without_photo() };
    assert_eq!(next_by(&only_without_photo(), &unsigned), ["bring_endorsed_photo"]);
}

#[test]
fn every_type_is_named_by_a_test_here() {
    let here = include_str!("rows.rs");
    let elsewhere = ["mobile_bill", "bank_letter", "photocopy", "emergency_travel"];
    for kind in &policy().documents().kinds {
        let named = here.contains(&format!("\nfn {}() {{", kind.id)) || elsewhere.contains(&kind.id.as_str());
        assert!(named, "{}", kind.id);
    }
}

#[test]
fn the_combinations_are_two_and_one_one_and_two_or_without_a_photo() {
    let met = |documents: Vec<DocumentFacts>| {
        let decision = judged(&visit_with(documents));
        decision.met.then_some(decision.combination).flatten()
    };
    let second = || good("p2", "nonuk_passport");
    assert_eq!(met(vec![passport(), second(), bill("a1", "Water")]).as_deref(), Some("A"));
    assert_eq!(met(vec![passport(), bill("a1", "Water"), bill("a2", "Power")]).as_deref(), Some("B"));
    assert_eq!(met(vec![passport(), second(), good("p3", "hm_forces")]), None);
    assert_eq!(met(vec![bill("a0", "Gas"), bill("a1", "Water"), bill("a2", "Power")]), None);
    assert_eq!(met(vec![passport(), good("n1", "birth_full"), bill("a1", "Water")]), None);
    assert_eq!(judged(&without_photo()).combination.as_deref(), Some("C"));
    // Without a number of the holder's own nobody can be told from a namesake.
    let nameless = visit_with([good("e1", "evisa"), bill("a1", "Water"), bill("a2", "Power")]);
    assert_eq!(next(&nameless), ["bring numbered"]);
}
