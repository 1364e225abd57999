//! The screens of the first set-up.

use super::page::{Block, Field, Page, SecretField, Tone};
use super::trouble;
use crate::journey::Desk;
use crate::journey::set_up::{SetUp, Stage};
use crate::words::Words;

/// The page for its state.
pub fn page(state: &SetUp, desk: &Desk, words: &Words) -> Page {
    let page = match state.stage {
        Stage::Invite => Page::new(words.get("set-up-title"))
            .paragraph(words.get("set-up-invite"))
            .gap()
            .fields(fields(state, words))
            .gap()
            .paragraph(words.get("set-up-enter")),
        Stage::Code => Page::new(words.get("set-up-title"))
            .paragraph(words.get("set-up-code-text"))
            .gap()
            .block(Block::Secret(SecretField::passcode(words.get("set-up-code"), state.secret.typed))),
        Stage::Enrolling(_) => Page::new(words.get("set-up-title")).paragraph(words.get("set-up-enrolling")),
        Stage::Enrolled => {
            let place = format!("{} {}", desk.about.place, desk.about.name);
            Page::new(words.get("set-up-enrolled-title"))
                .block(Block::notice(Tone::Good, words.with("set-up-enrolled", &[("desk", place.trim().into())])))
                .gap()
                .paragraph(words.get("set-up-enrolled-next"))
        }
        Stage::FirstManager => Page::new(words.get("set-up-first-title"))
            .paragraph(words.get("set-up-first-text"))
            .gap()
            .block(Block::Secret(SecretField::passcode(words.get("set-up-bootstrap-code"), state.secret.typed))),
    };
    page.maybe(state.problem.map(|fault| trouble::central(fault, words)))
}

fn fields(state: &SetUp, words: &Words) -> Vec<Field> {
    let focus = state.form.focus;
    let labels = [words.get("set-up-host"), words.get("set-up-fingerprint")];
    let hints = [words.get("set-up-host-hint"), words.get("set-up-fingerprint-hint")];
    state
        .form
        .fields
        .iter()
        .zip(labels.into_iter().zip(hints))
        .enumerate()
        .map(|(at, (field, (label, hint)))| {
            let error = field.error.as_ref().map(|word| words.get(word));
            Field::new(label, &field.text).cursor(field.cursor).width(40).hint(hint).error(error).focused(at == focus)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Millis;
    use crate::journey::input::CentralFault;
    use crate::journey::{About, EffectId, Place, bench};
    use crate::screen::view;
    use crate::wire::message::ProblemCode;
    use crate::words::Lang;

    fn desk(state: SetUp) -> Desk {
        let about = About { organisation: None, simulated: false, enrolled: false, ..bench::about() };
        let mut desk = Desk::new(about, Vec::new(), Millis(0));
        desk.place = Place::SetUp(state);
        desk
    }

    #[test]
    fn every_stage_and_problem_has_its_words_in_both_languages() {
        let stages = [Stage::Invite, Stage::Code, Stage::Enrolling(EffectId(1)), Stage::Enrolled, Stage::FirstManager];
        let problems = [None, Some(CentralFault::NotTrusted), Some(CentralFault::Problem(ProblemCode::BadCode))];
        for lang in Lang::ALL {
            let words = Words::new(lang);
            for (stage, problem) in stages.into_iter().flat_map(|s| problems.into_iter().map(move |p| (s, p))) {
                let mut state = SetUp { stage, problem, ..SetUp::default() };
                state.form.fail("host", "set-up-bad-host");
                state.form.fail("fingerprint", "set-up-bad-fingerprint");
                let text = format!("{:?}", view::page(&desk(state), &words));
                assert!(!text.contains('\u{27e6}'), "{lang:?} {stage:?} {problem:?}: {text}");
            }
        }
    }
}
