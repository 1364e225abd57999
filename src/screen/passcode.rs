//! A new passcode of the holder's own: the holder's screen, and what the agent sees before and after it.

use super::page::{Block, Page, SecretField, Tone};
use super::trouble;
use crate::journey::passcode::{After, NewPasscode, Refused, Stage, Which};
use crate::policy::passcode::PasscodeVerdict;
use crate::words::Words;

/// The page for where the operation stands. On the holder's turn it has nothing of the agent.
pub fn page(state: &NewPasscode, words: &Words) -> Page {
    match &state.stage {
        Stage::First => holders_page(state, "passcode-choose", words),
        Stage::Again => holders_page(state, "passcode-again", words),
        Stage::Lost(fault) => Page::new(words.get("passcode-lost-title"))
            .block(trouble::of("fault-passcode-lost", words))
            .gap()
            .block(Block::notice(Tone::Muted, words.get(&format!("{}-happened", trouble::card_word(*fault))))),
        stage => {
            let page = Page::new(words.get("passcode-title")).paragraph(words.get(doing(stage)));
            match state.trouble {
                Some(trouble) => page.gap().block(trouble::of_visit(trouble, Some(state.subject.card), words)),
                None if state.is_busy() && matches!(stage, Stage::Unlock { .. } | Stage::Rotate { .. }) => {
                    page.gap().block(Block::notice(Tone::Warn, words.get("passcode-do-not-remove")))
                }
                None => page,
            }
        }
    }
}

fn doing(stage: &Stage) -> &'static str {
    match stage {
        Stage::Nonce | Stage::Prove { .. } => "passcode-proving",
        Stage::Sign { .. } => "passcode-signing",
        Stage::Release(After::Choose) => "passcode-releasing",
        Stage::Unlock { with: Which::Current | Which::Next } => "passcode-setting",
        Stage::Release(After::Rotate) | Stage::Rotate { .. } => "passcode-finishing",
        Stage::First | Stage::Again | Stage::Done | Stage::Lost(_) => "passcode-done",
    }
}

fn holders_page(state: &NewPasscode, question: &str, words: &Words) -> Page {
    let field = SecretField::passcode(words.get("passcode-field"), state.secret.typed)
        .error(problem(state).map(|refused| words.get(refused_word(refused))));
    let mut page = Page::new(words.get(question))
        .gap()
        .paragraph(words.get("passcode-rule"))
        .gap()
        .block(Block::Secret(field))
        .gap()
        .paragraph(words.get("passcode-nobody"));
    if state.stage == Stage::First {
        page = page.paragraph(words.get("passcode-twice"));
    }
    if state.has_another_card() {
        page = page.gap().block(trouble::other_card(state.subject.card, words));
    }
    page.for_holder()
}

/// What Enter refused, or what could not even be typed.
fn problem(state: &NewPasscode) -> Option<Refused> {
    let dropped = Refused::Rule(state.secret.verdict);
    if state.secret.verdict == PasscodeVerdict::AllAtOnce { Some(dropped) } else { state.refused }
}

/// Why a passcode was not taken, as the holder reads it.
fn refused_word(refused: Refused) -> &'static str {
    match refused {
        Refused::NotTheSame => "passcode-not-the-same",
        Refused::Rule(verdict) => verdict_word(verdict),
    }
}

/// What is wrong with what was typed.
pub fn verdict_word(verdict: PasscodeVerdict) -> &'static str {
    match verdict {
        PasscodeVerdict::Empty | PasscodeVerdict::Good => "passcode-empty",
        PasscodeVerdict::TooShort => "passcode-too-short",
        PasscodeVerdict::TooLong => "passcode-too-long",
        PasscodeVerdict::NotFigures => "passcode-not-figures",
        PasscodeVerdict::TooEasy => "passcode-too-easy",
        PasscodeVerdict::Birthday => "passcode-birthday",
        PasscodeVerdict::PartOfNumber => "passcode-part-of-number",
        PasscodeVerdict::AllAtOnce => "passcode-all-at-once",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn every_refusal_has_its_sentence_in_both_languages() {
        use PasscodeVerdict::*;
        let verdicts = [Empty, TooShort, TooLong, NotFigures, TooEasy, Birthday, PartOfNumber, AllAtOnce, Good];
        let all = verdicts.map(Refused::Rule).into_iter().chain([Refused::NotTheSame]);
        let refusals: Vec<Refused> = all.collect();
        for lang in Lang::ALL {
            let words = Words::new(lang);
            for refused in &refusals {
                assert!(words.has(refused_word(*refused)), "{lang:?} {refused:?}");
            }
        }
    }
}
