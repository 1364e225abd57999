//! How the evidence stands, in words: what is met, what is missing and the cheapest way to it, which level and what would lift it.

use super::documents::{kind_name, line};
use super::{fields, summary};
use crate::journey::Desk;
use crate::journey::register::Register;
use crate::journey::register::documents::explained_by;
use crate::policy::decision::{Act, Contradiction, Decision, Provisional, Status, Step};
use crate::policy::facts::{DocumentFacts, ExplainedBy};
use crate::screen::page::{Block, Page, Tone};
use crate::words::Words;

/// The panel beside every page about documents.
pub fn panel(state: &Register, words: &Words) -> Vec<Block> {
    let Some(decision) = &state.decision else { return vec![Block::paragraph(words.get("panel-no-policy"))] };
    let heading = match state.renaming {
        Some(_) => words.get("rename-panel"),
        None => words.with("panel-level", &[("level", level(decision, words).into())]),
    };
    let mut lines = vec![Block::heading(heading)];
    lines.push(match still_needed(state, words) {
        Some(needed) => Block::paragraph(needed),
        None => Block::notice(Tone::Good, words.get("panel-met")),
    });
    if let Some(lift) = &decision.gpg45.lift {
        let steps = steps(&lift.steps, state, words);
        if !steps.is_empty() {
            let level = format!(
                "{} ({})",
                words.get(&format!("level-{}", lift.level.as_str().replace('_', "-"))),
                lift.profile
            );
            let values = [("steps", steps.join(", ").into()), ("level", level.into())];
            lines.push(Block::paragraph(words.with("panel-lift", &values)));
        }
    }
    if state.renaming.is_none() && decision.provisional.contains(&Provisional::UniquenessNotChecked) {
        lines.push(Block::paragraph(words.get("panel-uniqueness")));
    }
    lines
}

/// `LOW (L1B)`: the level and the last profile met. The table goes up by level, so that one is of this level.
fn level(decision: &Decision, words: &Words) -> String {
    let name = words.get(&format!("level-{}", decision.gpg45.level.as_str().replace('_', "-")));
    decision.gpg45.met.last().map_or(name.clone(), |profile| format!("{name} ({profile})"))
}

/// What is still needed, in words; none when nothing is.
pub fn still_needed(state: &Register, words: &Words) -> Option<String> {
    let decision = state.decision.as_ref()?;
    let list = steps(&decision.next, state, words);
    (!decision.met && !list.is_empty())
        .then(|| words.with("document-still-needed", &[("list", list.join(", ").into())]))
}

/// Steps in words, each said once: two of one sort as "two more".
fn steps(steps: &[Step], state: &Register, words: &Words) -> Vec<String> {
    let alike = |one: &Step, other: &Step| step_words(one, 1, state, words) == step_words(other, 1, state, words);
    let firsts = steps.iter().enumerate().filter(|(at, step)| !steps.iter().take(*at).any(|other| alike(step, other)));
    firsts
        .map(|(_, step)| step_words(step, steps.iter().filter(|other| alike(step, other)).count(), state, words))
        .collect()
}

fn step_words(step: &Step, count: usize, state: &Register, words: &Words) -> String {
    let of = step.document.as_ref().and_then(|id| state.documents.iter().find(|document| document.id == *id));
    let kind = of.map(|document| kind_name(&document.kind, words)).unwrap_or_default();
    let what = step.what.as_deref().unwrap_or_default().replace('_', "-");
    let named = format!("next-{}-{what}", step.act.as_str().replace('_', "-"));
    let plain = format!("next-{}", step.act.as_str().replace('_', "-"));
    let word = if matches!(step.act, Act::Bring | Act::Check) && words.has(&named) { named } else { plain };
    words.with(&word, &[("kind", kind.into()), ("count", count.into())])
}

/// How one document stands: what it counts as, or the worst that is wrong with it.
pub fn standing(state: &Register, document: &DocumentFacts, words: &Words) -> String {
    let verdict = state.decision.iter().flat_map(|d| &d.documents).find(|d| d.id == document.id);
    let Some(verdict) = verdict else { return words.get("document-counts-other") };
    if !document.original_seen {
        return words.get("document-fault-not-seen");
    }
    match (verdict.used_as, verdict.status) {
        (Some(list), Status::Met) => words.get(&format!("document-counts-{}", list.as_str())),
        (_, Status::Refused) => words.get("document-refused"),
        (_, Status::Unknown) => words.get("document-unknown"),
        (_, Status::Unmet) => words.get("document-unmet"),
        (None, Status::Met) => words.get("document-counts-other"),
    }
}

/// `Passport: the name on it is another`.
pub fn contradiction(state: &Register, what: &Contradiction, words: &Words) -> String {
    let of = what.document.as_ref().and_then(|id| state.documents.iter().find(|document| document.id == *id));
    let kind = of.map(|document| kind_name(&document.kind, words));
    let text = words.get(&format!("contradiction-{}", what.about.as_str()));
    kind.map_or(text.clone(), |kind| format!("{kind}: {text}"))
}

/// What contradicts, both sides of it, and who can explain it.
pub fn explain(state: &Register, desk: &Desk, words: &Words) -> Page {
    let Some(what) = &state.explaining else { return Page::default() };
    let of = what.document.as_ref().and_then(|id| state.documents.iter().find(|document| document.id == *id));
    let shown = of.and_then(|document| document.name.as_ref()).map(|name| format!("{} {}", name.given, name.family));
    let details = crate::journey::register::details::read(&state.details, state.day).ok();
    let facts = [
        ("explain-document", of.map(|document| line(document, desk, words))),
        ("explain-shown", shown.map(|name| name.trim().to_owned())),
        ("explain-details", details.map(|details| details.name.full())),
    ];
    let facts = facts.into_iter().filter_map(|(label, value)| Some((words.get(label), value?)));
    let ways = explained_by(state, desk, what);
    let ask = match (ways.first(), what.stops) {
        (None, _) => "explain-nobody",
        (_, false) => "explain-tick",
        (Some(ExplainedBy::NameChange), true) => "explain-by-document",
        (_, true) => "explain-by-manager",
    };
    let page = Page::new(words.get("explain-title"))
        .paragraph(contradiction(state, what, words))
        .block(Block::facts(facts))
        .gap()
        .paragraph(words.get(ask));
    if ways.contains(&ExplainedBy::Manager) {
        return page.maybe(summary(&state.reason, 0, words)).fields(fields(&state.reason, &[], 0, words));
    }
    page
}
