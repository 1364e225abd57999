//! What one row of a policy says of another must be there, and every rule must be one that can be met.

use super::rows::{Combination, PasscodeUse, Signs, Switch};
use super::{Policy, PolicyError};
use crate::policy::decision::{Act, List};
use crate::policy::documents::{CountsAs, Kind};
use crate::policy::evaluate::LIKENESS;
use crate::policy::facts::Topic;
use crate::policy::gpg45::{Level, Score};
use crate::policy::rule::Rule;

/// Places in one combination, at most: the search for the best use of documents is exact.
const PLACES_MAX: usize = 6;
/// The longest a step may be said to take, in seconds: a year.
const SECONDS_MAX: u32 = 366 * 86_400;

/// Everything that is wrong with a policy whose files could be read.
pub(super) fn check(policy: &Policy) -> Vec<PolicyError> {
    let mut faults = Vec::new();
    head(policy, &mut faults);
    switches(policy, &mut faults);
    checks(policy, &mut faults);
    kinds(policy, &mut faults);
    combinations(policy, &mut faults);
    contradictions(policy, &mut faults);
    gpg45(policy, &mut faults);
    costs(policy, &mut faults);
    cards(policy, &mut faults);
    sources(policy, &mut faults);
    faults
}

type Faults = Vec<PolicyError>;

fn say(faults: &mut Faults, wrong: bool, file: &str, row: Option<&str>, key: Option<&str>, what: impl Into<String>) {
    if wrong {
        faults.push(PolicyError::at(file, row, key, what));
    }
}

fn head(policy: &Policy, faults: &mut Faults) {
    let (head, file) = (&policy.head, "policy.toml");
    say(faults, head.schema != 1, file, None, Some("schema"), format!("{} is not known here; 1 is", head.schema));
    say(faults, head.id.trim().is_empty(), file, None, Some("id"), "it has none");
    say(faults, head.version == 0, file, None, Some("version"), "the first version is 1");
    let backwards = head.effective_to.is_some_and(|to| to < head.effective_from);
    say(faults, backwards, file, None, Some("effective_to"), "its last day is before its first");
    say(faults, head.gate.target.is_empty(), file, None, Some("gate.target"), "nothing is asked for");
    for id in &head.gate.target {
        let known = policy.combinations().iter().any(|combination| combination.id == *id);
        say(faults, !known, file, None, Some("gate.target"), format!("there is no combination {id}"));
    }
}

/// A switch that nothing asks for: a slip of the pen, or a rule that was forgotten.
fn switches(policy: &Policy, faults: &mut Faults) {
    let rows = policy.list.kinds.iter().flat_map(|kind| kind.switches.iter().map(String::as_str));
    let used: Vec<&str> = rows.chain([policy.combinations.endorser.line_manager.as_str()]).collect();
    for name in policy.head.switches.keys().filter(|name| !used.contains(&name.as_str())) {
        let what = format!("the switch {name} switches nothing");
        say(faults, true, "policy.toml", None, Some("switches"), what);
    }
}

/// Every check a rule names is there.
fn named(policy: &Policy, faults: &mut Faults, rule: &Rule, file: &str, row: &str) {
    for id in rule.checks() {
        say(faults, policy.check(id).is_none(), file, Some(row), None, format!("there is no check {id}"));
    }
}

fn twice<'a>(ids: impl Iterator<Item = &'a str>, faults: &mut Faults, file: &str) {
    let mut seen: Vec<&str> = Vec::new();
    for id in ids {
        say(faults, seen.contains(&id), file, Some(id), None, "it stands twice");
        seen.push(id);
    }
}

fn checks(policy: &Policy, faults: &mut Faults) {
    let file = "checks.toml";
    twice(policy.checks.iter().map(|check| check.id.as_str()), faults, file);
    for check in &policy.checks {
        let odd = check.seconds == 0 || check.seconds > SECONDS_MAX;
        say(faults, odd, file, Some(&check.id), Some("seconds"), "a check takes a second or more");
    }
    say(
        faults,
        policy.check(LIKENESS).is_none(),
        file,
        Some(LIKENESS),
        None,
        "the photo must be compared with the face",
    );
}

fn kinds(policy: &Policy, faults: &mut Faults) {
    let file = "documents.toml";
    for kind in &policy.list.kinds {
        let rules = kind.uses.iter().map(|(_, rule)| rule).chain(&kind.name_change_if);
        let scored = kind.strength.iter().chain(&kind.validity).map(|(_, rule)| rule);
        for rule in rules.chain(scored) {
            named(policy, faults, rule, file, &kind.id);
        }
        if let Some(instead) = &kind.instead {
            let known = policy.kind(instead).is_some_and(|other| other.counts_as != CountsAs::Rejected);
            say(faults, !known, file, Some(&kind.id), Some("instead"), format!("{instead} is no type that is taken"));
        }
        let clash = |other: &Kind| other.id != kind.id && kind.recorded_as.as_deref() == Some(other.id.as_str());
        let taken = policy.list.kinds.iter().any(clash);
        say(faults, taken, file, Some(&kind.id), Some("recorded_as"), "another type has this id");
    }
}

fn combinations(policy: &Policy, faults: &mut Faults) {
    let file = "combinations.toml";
    twice(policy.combinations().iter().map(|combination| combination.id.as_str()), faults, file);
    for combination in policy.combinations() {
        let places = combination.need.places().len();
        let odd = places == 0 || places > PLACES_MAX;
        say(faults, odd, file, Some(&combination.id), Some("need"), format!("it needs 1 to {PLACES_MAX} documents"));
        if let Some(list) = unreachable(policy, combination) {
            let what = format!("it can never be met: too few types of document count as {list}");
            say(faults, true, file, Some(&combination.id), Some("need"), what);
        }
        let numbered =
            |kind: &Kind| kind.personal && combination.need.places().iter().any(|l| kind.rule_for(*l).is_some());
        let never = combination.number && !policy.list.kinds.iter().any(numbered);
        say(
            faults,
            never,
            file,
            Some(&combination.id),
            Some("number"),
            "no type it takes bears a number of one person",
        );
    }
    let flag = policy.switch(&policy.combinations.endorser.line_manager);
    let unknown = !matches!(flag, Some(Switch::Flag(_)));
    say(faults, unknown, file, Some("endorser"), Some("line_manager"), "there is no such switch that is on or off");
}

/// The list a combination asks more documents of than can ever be shown: a type of a group counts once, however many there are.
fn unreachable(policy: &Policy, combination: &Combination) -> Option<&'static str> {
    let need = &combination.need;
    [(List::Photo, need.photo), (List::Nonphoto, need.nonphoto), (List::Address, need.address)].into_iter().find_map(
        |(list, wanted)| {
            let kinds: Vec<&Kind> = policy.list.kinds.iter().filter(|kind| kind.rule_for(list).is_some()).collect();
            // A known issuer is one provider: of such a type one counts as proof of address.
            let free = kinds.iter().any(|kind| kind.once.is_none() && (list != List::Address || kind.issuer.is_none()));
            let most = if free { usize::MAX } else { kinds.len() };
            (usize::from(wanted) > most).then(|| list.as_str())
        },
    )
}

fn contradictions(policy: &Policy, faults: &mut Faults) {
    let file = "combinations.toml";
    for topic in Topic::ALL {
        let rows = policy.combinations.contradiction.iter().filter(|row| row.about == topic).count();
        let what = format!("{rows} rows say what explains it; there must be one");
        say(faults, rows != 1, file, Some(topic.as_str()), Some("contradiction"), what);
    }
    for row in &policy.combinations.contradiction {
        let nobody = row.explained_by.is_empty();
        say(faults, nobody, file, Some(row.about.as_str()), Some("explained_by"), "nothing could ever explain it");
    }
}

fn gpg45(policy: &Policy, faults: &mut Faults) {
    let file = "gpg45.toml";
    twice(policy.profiles().iter().map(|profile| profile.id.as_str()), faults, file);
    for profile in policy.profiles() {
        let pieces = profile.least.evidence.len();
        let row = Some(profile.id.as_str());
        say(faults, pieces == 0 || pieces > 3, file, row, Some("evidence"), "a profile asks for 1 to 3 pieces");
        let empty = profile.least.evidence.iter().any(|p| p.strength == Score::NONE || p.validity == Score::NONE);
        say(faults, empty, file, row, Some("evidence"), "a piece of score 0 is none");
        say(faults, profile.level == Level::None, file, row, Some("level"), "a profile gives a level");
    }
    for row in &policy.gpg45.verification {
        named(policy, faults, &row.rule, file, &format!("verification {}", row.score.get()));
    }
}

fn costs(policy: &Policy, faults: &mut Faults) {
    let file = "costs.toml";
    for cost in &policy.costs {
        let odd = cost.seconds == 0 || cost.seconds > SECONDS_MAX;
        say(faults, odd, file, Some(cost.act.as_str()), Some("seconds"), "a step takes a second or more");
    }
    for act in Act::ALL.into_iter().filter(|act| *act != Act::Check) {
        let whats: &[Option<&str>] = match act {
            Act::Bring => &[Some("photo"), Some("address"), Some("nonphoto"), Some("numbered")],
            _ => &[None],
        };
        let free = whats.iter().any(|what| policy.seconds(act, *what) == 0);
        say(faults, free, file, Some(act.as_str()), None, "nothing says what it costs");
    }
}

fn cards(policy: &Policy, faults: &mut Faults) {
    let file = "cards.toml";
    for used in [PasscodeUse::Set, PasscodeUse::Verify] {
        let rows: Vec<_> = policy.cards.passcode.iter().filter(|row| row.used == used).collect();
        let name = Some(if used == PasscodeUse::Set { "set" } else { "verify" });
        say(faults, rows.len() != 1, file, name, Some("passcode"), format!("{} rules; there must be one", rows.len()));
        let odd = |row: &&super::PasscodeRow| row.least < 4 || row.least > row.most || row.most > 8;
        let letters = used == PasscodeUse::Set && rows.iter().any(|row| row.signs != Signs::Figures);
        say(faults, letters, file, name, Some("signs"), "a new passcode is of figures");
        say(faults, rows.iter().any(odd), file, name, Some("least"), "4 to 8 signs, the least first");
    }
    let days = policy.cards.certificates.renewal_days;
    say(faults, days == 0, file, Some("certificates"), Some("renewal_days"), "nobody could renew in time");
    twice(policy.tasks.iter().map(|task| task.id.as_str()), faults, "roles.toml");
}

/// Every row says where it is from.
fn sources(policy: &Policy, faults: &mut Faults) {
    let combinations = &policy.combinations;
    let mut all: Vec<(&str, String, &str)> = vec![
        ("policy.toml", "gate".to_owned(), &policy.head.gate.source),
        ("combinations.toml", "endorser".to_owned(), &combinations.endorser.source),
        ("combinations.toml", "names".to_owned(), &combinations.names.source),
        ("gpg45.toml", "profile".to_owned(), &policy.gpg45.source),
        ("cards.toml", "certificates".to_owned(), &policy.cards.certificates.source),
        ("cards.toml", "ages".to_owned(), &policy.cards.ages.source),
    ];
    let row = |file: &'static str, id: &str| (file, id.to_owned());
    let rows = combinations.combination.iter().map(|c| (row("combinations.toml", &c.id), c.source.as_str()));
    let rows = rows.chain(
        combinations.contradiction.iter().map(|c| (row("combinations.toml", c.about.as_str()), c.source.as_str())),
    );
    let rows =
        rows.chain(combinations.provider.iter().map(|p| (row("combinations.toml", "provider"), p.source.as_str())));
    let rows = rows.chain(policy.tasks.iter().map(|t| (row("roles.toml", &t.id), t.source.as_str())));
    let rows = rows.chain(policy.cards.passcode.iter().map(|p| (row("cards.toml", "passcode"), p.source.as_str())));
    let rows = rows.chain(policy.cards.series.iter().map(|s| (row("cards.toml", "series"), s.source.as_str())));
    let rows =
        rows.chain(policy.gpg45.verification.iter().map(|v| (row("gpg45.toml", "verification"), v.source.as_str())));
    all.extend(rows.map(|((file, id), source)| (file, id, source)));
    for (file, id, source) in all {
        say(faults, source.trim().is_empty(), file, Some(&id), Some("source"), "it has no source");
    }
}
