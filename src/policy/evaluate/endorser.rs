//! A photo endorsed by a person of standing: who may endorse, and what must stand on it (notes domain 5.1).

use super::part::{Part, step};
use crate::policy::dates::is_recent;
use crate::policy::decision::Act;
use crate::policy::facts::{Answer, Countersigned, Facts};
use crate::policy::pack::{Policy, Switch};

/// The endorsed photo as one part.
pub(super) fn endorser(policy: &Policy, facts: &Facts) -> Part {
    let rules = &policy.combinations.endorser;
    let bring = || Some(vec![step(policy, Act::BringEndorsedPhoto, None, None)]);
    let Some(photo) = &facts.countersigned else {
        return Part::unmet("endorsed_photo", Vec::new(), bring()).with_source(&rules.source);
    };
    let ask = |what: &str, good: Option<bool>| {
        let (name, facts) = (format!("endorser.{what}"), vec![format!("endorsed_photo.{what}")]);
        match good {
            Some(true) => Part::met(name, facts),
            // Another endorser, or another photo: nothing mends this one.
            Some(false) => Part::unmet(name, facts, bring()),
            None => Part::unknown(name, Vec::new(), Some(vec![step(policy, Act::Endorser, None, Some(what))])),
        }
    };
    let parts = questions(policy, photo, facts).into_iter().map(|(what, good)| ask(what, good)).collect();
    let mut part = Part::all("endorsed_photo", &rules.source, parts);
    // When another photo is needed, the questions about this one are idle.
    if let Some(bring) = part.steps.iter().flatten().find(|step| step.act == Act::BringEndorsedPhoto).cloned() {
        part.steps = Some(vec![bring]);
    }
    part
}

/// Each question, and whether the answer is good; `None`: not known.
fn questions(policy: &Policy, photo: &Countersigned, facts: &Facts) -> Vec<(&'static str, Option<bool>)> {
    let rules = &policy.combinations.endorser;
    let no = |bad: Option<bool>| bad.map(|bad| !bad);
    let manager_may = policy.switch(&rules.line_manager) == Some(Switch::Flag(true));
    let likeness = match photo.likeness {
        Answer::AsExpected => Some(true),
        Answer::NotAsExpected | Answer::CannotTell => Some(false),
        Answer::NotDone => None,
    };
    let recent = |signed| signed <= facts.day_seen && is_recent(signed, rules.months, facts.day_seen);
    vec![
        ("profession", photo.profession),
        ("years_known", photo.years_known.map(|years| years >= rules.years_known)),
        ("related", no(photo.related)),
        ("same_address", no(photo.same_address)),
        ("line_manager", if manager_may { Some(true) } else { no(photo.line_manager) }),
        ("contact_recorded", photo.contact_recorded),
        ("confirmed", photo.confirmed),
        ("endorsement", photo.endorsement),
        ("likeness", likeness),
        ("signed", photo.signed.map(recent)),
    ]
}
