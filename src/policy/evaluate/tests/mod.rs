//! The evaluator's tests. Here: people and documents to start from, and what doing a step does to the facts.

mod edges;

mod names;
mod properties;
mod renamed;
mod rows;

use jiff::civil::{Date, date};

use crate::policy::Policy;
use crate::policy::decision::{Act, Decision, DocumentVerdict, Status, Step};
use crate::policy::evaluate::{evaluate, name_change};
use crate::policy::facts::{
    AgentFacts, Answer, CheckDone, Countersigned, DocumentFacts, ExplainedBy, Explanation, Facts, FraudCheck,
    HolderFacts, NameShown, Topic,
};
use crate::policy::gpg45::Score;

pub const SEEN: Date = date(2026, 11, 23);

pub fn policy() -> &'static Policy {
    Policy::shipped().unwrap()
}

/// The shipped policy with some text of one file changed.
pub fn policy_with(file: &str, from: &str, to: &str) -> Policy {
    changed(policy(), file, from, to)
}

/// The gate of a holder without photo identity.
pub fn only_without_photo() -> Policy {
    policy_with("policy.toml", "[\"A\", \"B\", \"C\"]", "[\"C\"]")
}

/// A policy with some text of one file changed.
pub fn changed(policy: &Policy, file: &str, from: &str, to: &str) -> Policy {
    let mut files: std::collections::BTreeMap<String, String> = serde_json::from_slice(&policy.to_bundle()).unwrap();
    let text = files.get_mut(file).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    *text = text.replacen(from, to, 1);
    Policy::from_files(files).unwrap_or_else(|error| panic!("{error}"))
}

pub fn name(given: &str, family: &str) -> NameShown {
    NameShown { given: given.into(), family: family.into() }
}

/// A visit of an invented person, on line, by a trained agent, nothing shown yet.
pub fn visit() -> Facts {
    Facts {
        holder: HolderFacts {
            name: Some(name("Sian Llyr", "Example")),
            name_on_card: None,
            birth_date: Some(date(1986, 8, 12)),
        },
        agent: AgentFacts { trained_until: Some(date(2027, 3, 31)) },
        fraud: FraudCheck::Clear { score: Score::new(1).unwrap() },
        online: true,
        uniqueness_checked: true,
        ..Facts::of_day(SEEN)
    }
}

pub fn visit_with(documents: impl IntoIterator<Item = DocumentFacts>) -> Facts {
    Facts { documents: documents.into_iter().collect(), ..visit() }
}

pub fn done(check: &str) -> CheckDone {
    CheckDone { check: check.into(), answer: Answer::AsExpected, trained: true }
}

/// A good one of a type: every field filled, every check its uses ask for done.
pub fn good(id: &str, kind: &str) -> DocumentFacts {
    let row = policy().kind(kind).unwrap_or_else(|| panic!("no {kind}"));
    good_of(row, id)
}

/// The same of any row, such as one of another policy.
pub fn good_of(row: &crate::policy::documents::Kind, id: &str) -> DocumentFacts {
    use crate::policy::documents::{NumberForm, Part};
    let number = match row.number {
        NumberForm::NineFigures => "925665416",
        NumberForm::Driver => "EXAMP858126SL9IJ",
        NumberForm::ShareCode => "W12ABC345",
        _ => "X1234567",
    };
    // A number of its own for each: two of one number are one document.
    let number =
        if row.asks(Part::Number) && number.starts_with('X') { format!("{number}{id}") } else { number.into() };
    let mut ids: Vec<&str> = row.uses.iter().flat_map(|(_, rule)| rule.checks()).collect();
    ids.extend(row.name_change_if.iter().flat_map(|rule| rule.checks()));
    ids.sort_unstable();
    ids.dedup();
    DocumentFacts {
        number: row.asks(Part::Number).then_some(number),
        issuer: Some(row.issuer.clone().unwrap_or_else(|| format!("Issuer of {id}"))),
        issued: row.asks(Part::Issued).then_some(date(2026, 10, 1)),
        expires: row.asks(Part::Expires).then_some(date(2030, 1, 1)),
        entered_uk: row.asks(Part::Entered).then_some(date(2026, 6, 1)),
        original_seen: true,
        checks: ids.into_iter().map(done).collect(),
        ..DocumentFacts::of(id, &row.id)
    }
}

pub fn passport() -> DocumentFacts {
    good("d1", "uk_passport")
}

pub fn licence() -> DocumentFacts {
    good("d2", "uk_licence")
}

pub fn bill(id: &str, provider: &str) -> DocumentFacts {
    DocumentFacts { issuer: Some(provider.into()), ..good(id, "utility") }
}

/// What a licence is without the checks for one of its uses.
pub fn with_answer(mut document: DocumentFacts, check: &str, answer: Answer) -> DocumentFacts {
    document.checks.retain(|done| done.check != check);
    document.checks.push(CheckDone { check: check.into(), answer, trained: true });
    document
}

pub fn judged(facts: &Facts) -> Decision {
    evaluate(policy(), facts, SEEN)
}

pub fn verdict(facts: &Facts, id: &str) -> DocumentVerdict {
    judged(facts).documents.into_iter().find(|document| document.id == id).unwrap()
}

/// The words of what is still to be done.
pub fn next(facts: &Facts) -> Vec<String> {
    next_by(policy(), facts)
}

pub fn next_by(policy: &Policy, facts: &Facts) -> Vec<String> {
    let word = |step: &Step| {
        let parts = [Some(step.act.as_str()), step.document.as_deref(), step.what.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    evaluate(policy, facts, SEEN).next.iter().map(word).collect()
}

pub fn by_manager(about: Topic, document: &str) -> Explanation {
    Explanation {
        about,
        document: Some(document.into()),
        by: ExplainedBy::Manager,
        evidence: None,
        reason: Some("known to the manager for years".into()),
    }
}

pub fn endorsed() -> Countersigned {
    Countersigned {
        profession: Some(true),
        years_known: Some(4),
        related: Some(false),
        same_address: Some(false),
        line_manager: Some(false),
        contact_recorded: Some(true),
        confirmed: Some(true),
        endorsement: Some(true),
        likeness: Answer::AsExpected,
        signed: Some(date(2026, 11, 1)),
    }
}

/// Two personal documents, two with the address, an endorsed photo.
pub fn without_photo() -> Facts {
    let documents =
        [good("n1", "birth_full"), good("n2", "firearms"), bill("a1", "Example Water"), bill("a2", "Example Power")];
    Facts { countersigned: Some(endorsed()), ..visit_with(documents) }
}

/// Does a step to the letter, as an agent and a holder would.
pub fn follow(facts: &mut Facts, step: &Step, turn: usize) {
    let document = step.document.as_ref().and_then(|id| facts.documents.iter().position(|document| document.id == *id));
    let what = step.what.as_deref().unwrap_or_default();
    match step.act {
        Act::Check | Act::TrainedAgent => {
            let at = document.unwrap();
            let trained = step.act == Act::TrainedAgent;
            facts.documents[at].checks.push(CheckDone {
                check: what.into(),
                answer: Answer::AsExpected,
                trained: true,
            });
            if trained {
                facts.agent.trained_until = Some(date(2030, 1, 1));
            }
        }
        Act::SeeOriginal => facts.documents[document.unwrap()].original_seen = true,
        Act::Type => type_it(facts, document, what),
        Act::Tick => facts.explanations.push(Explanation {
            by: ExplainedBy::Agent,
            reason: None,
            ..by_manager(Topic::NameForm, step.document.as_deref().unwrap())
        }),
        Act::Explain => {
            let about = Topic::ALL.into_iter().find(|topic| topic.as_str() == what).unwrap();
            facts.explanations.push(Explanation { document: step.document.clone(), ..by_manager(about, "") });
        }
        Act::Endorser => {
            let good = endorsed();
            let photo = facts.countersigned.as_mut().unwrap();
            match what {
                "profession" => photo.profession = good.profession,
                "years_known" => photo.years_known = good.years_known,
                "related" => photo.related = good.related,
                "same_address" => photo.same_address = good.same_address,
                "line_manager" => photo.line_manager = good.line_manager,
                "contact_recorded" => photo.contact_recorded = good.contact_recorded,
                "confirmed" => photo.confirmed = good.confirmed,
                "endorsement" => photo.endorsement = good.endorsement,
                "likeness" => photo.likeness = good.likeness,
                "signed" => photo.signed = good.signed,
                other => panic!("no question {other}"),
            }
        }
        Act::GoOnline => facts.online = true,
        Act::FraudCheck => facts.fraud = FraudCheck::Clear { score: Score::new(what.parse().unwrap()).unwrap() },
        Act::Bring => {
            let kind = match what {
                "photo" | "numbered" => "nonuk_passport",
                "address" => "broadband",
                "nonphoto" => "birth_full",
                kind => kind,
            };
            facts.documents.push(good(&format!("brought{turn}"), kind));
        }
        Act::BringEndorsedPhoto => facts.countersigned = Some(endorsed()),
        Act::FetchPolicy => panic!("the policy is there"),
    }
}

fn type_it(facts: &mut Facts, document: Option<usize>, what: &str) {
    let Some(at) = document else {
        match what {
            // The one on the documents that are taken, where one shows it.
            "birth_date" => {
                let taken = |kind: &str| {
                    policy()
                        .kind(kind)
                        .is_some_and(|kind| kind.counts_as != crate::policy::documents::CountsAs::Rejected)
                };
                let shown = facts.documents.iter().filter(|d| taken(&d.kind)).find_map(|d| d.birth_date);
                facts.holder.birth_date = shown.or(Some(date(1986, 8, 12)));
            }
            _ => facts.day_seen = SEEN,
        }
        return;
    };
    let model = good(&facts.documents[at].id, &facts.documents[at].kind.clone());
    let typed = &mut facts.documents[at];
    match what {
        // Its own number: another figure at the end than on any other of its type.
        "number" => {
            let mut number = model.number.unwrap();
            number.pop();
            let end =
                if typed.kind.ends_with("licence") { (b'A' + at as u8) as char } else { (b'0' + at as u8) as char };
            number.push(end);
            typed.number = Some(number);
        }
        "issuer" => typed.issuer = model.issuer,
        "issued" => typed.issued = model.issued,
        "expires" => typed.expires = model.expires.or(Some(date(2030, 1, 1))),
        "entered" => typed.entered_uk = model.entered_uk,
        other => panic!("no field {other}"),
    }
}

#[test]
fn a_passport_a_licence_and_a_bill_meet_the_gate_and_say_why() {
    let decision = judged(&visit_with([passport(), licence(), bill("d3", "Example Water")]));
    assert!(decision.met);
    assert_eq!((decision.status, decision.next.len()), (Status::Met, 0));
    assert_eq!(decision.provisional, []);
    assert_eq!(decision.policy, policy().stamp());
    assert_eq!(decision.tree.status, Status::Met);
    fn every<'a>(node: &'a crate::policy::decision::Node, all: &mut Vec<&'a crate::policy::decision::Node>) {
        all.push(node);
        node.children.iter().for_each(|child| every(child, all));
    }
    let mut nodes = Vec::new();
    every(&decision.tree, &mut nodes);
    assert!(nodes.iter().all(|node| !node.source.is_empty()), "a rule without its source");
    // What a person is called and what stands on a document is in no decision.
    let text = serde_json::to_string(&decision).unwrap();
    for secret in ["Example", "Sian", "925665416", "EXAMP", "1986"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn nothing_was_seen_tomorrow_and_a_policy_of_another_day_does_not_decide() {
    let facts = visit_with([passport(), licence(), bill("d3", "Example Water")]);
    let early = evaluate(policy(), &facts, SEEN.yesterday().unwrap());
    assert!(!early.met);
    let future = policy_with("policy.toml", "effective_from = \"2025-01-01\"", "effective_from = \"2027-01-01\"");
    let decision = evaluate(&future, &facts, SEEN);
    assert_eq!((decision.met, decision.next[0].act), (false, Act::FetchPolicy));
    let withdrawn = policy_with("policy.toml", "version = 1", "version = 1\nwithdrawn_from = \"2026-11-23\"");
    assert!(!evaluate(&withdrawn, &facts, SEEN).met);
}

#[test]
fn the_fraud_check_and_training_count_only_where_they_were_really_there() {
    let mut chip = passport();
    chip.checks.extend(["see_print", "tilt_hologram", "machine_chip"].map(done));
    let facts = visit_with([chip, licence(), bill("d3", "Example Water")]);
    let high = judged(&facts);
    assert_eq!((high.gpg45.level.as_str(), high.gpg45.met.contains(&"H1A".to_owned())), ("high", true));
    let offline = judged(&Facts { online: false, uniqueness_checked: false, ..facts.clone() });
    assert_eq!(offline.gpg45.scores.fraud, Score::NONE);
    assert_eq!(offline.gpg45.level.as_str(), "medium");
    assert_eq!(
        offline.provisional.iter().map(|why| why.as_str()).collect::<Vec<_>>(),
        ["offline", "uniqueness_not_checked", "fraud_not_checked"]
    );
    let untrained = Facts { agent: AgentFacts { trained_until: Some(date(2026, 11, 22)) }, ..facts.clone() };
    let decision = judged(&untrained);
    assert_eq!((decision.gpg45.scores.verification.get(), decision.gpg45.level.as_str()), (2, "medium"));
    assert!(decision.met, "the gate asks for no level");
    let last_day = Facts { agent: AgentFacts { trained_until: Some(SEEN) }, ..facts };
    assert_eq!(judged(&last_day).gpg45.scores.verification.get(), 3);
}

#[test]
fn a_level_blocks_only_where_the_policy_sets_one() {
    let facts = visit_with([passport(), licence(), bill("d3", "Example Water")]);
    let strict = policy_with("policy.toml", "[gate]", "[gate]\nminimum_level = \"high\"");
    let decision = evaluate(&strict, &facts, SEEN);
    assert!(judged(&facts).met && !decision.met);
    assert!(!decision.next.is_empty());
    let mut facts = facts;
    for (turn, step) in decision.next.iter().enumerate() {
        follow(&mut facts, step, turn);
    }
    assert!(evaluate(&strict, &facts, SEEN).met);
}

#[test]
fn the_chip_comes_before_another_document_among_the_ways_to_a_higher_level() {
    let mut looked = passport();
    looked.checks.extend(["see_print", "tilt_hologram"].map(done));
    let lift = judged(&visit_with([looked])).gpg45.lift.unwrap();
    assert_eq!(lift.steps.iter().map(|step| step.what.as_deref().unwrap()).collect::<Vec<_>>(), ["uv_response"]);
    assert_eq!((lift.level.as_str(), lift.profile.as_str()), ("medium", "M1C"));
}
