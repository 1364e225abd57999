//! Sign in: card, passcode, role.

use super::page::{Block, Choice, Page, SecretField, Tone};
use super::{say, trouble};
use crate::journey::Desk;
use crate::journey::input::ReaderRole;
use crate::journey::sign_in::{Problem, SignIn, Stage};
use crate::words::Words;

/// The sign-in screen.
pub fn page(state: &SignIn, desk: &Desk, words: &Words) -> Page {
    let page = Page::new(words.get("sign-in-title"));
    let page = match &state.stage {
        Stage::Waiting => {
            let wrong = desk.readers.has_card(ReaderRole::Customer);
            page.paragraph(words.get("sign-in-put-card"))
                .maybe(wrong.then(|| Block::notice(Tone::Warn, words.get("sign-in-wrong-reader"))))
                .maybe(parked(desk, words))
        }
        Stage::TakeOut => page.paragraph(words.get("sign-in-take-out")),
        Stage::Reading(_) => page.paragraph(words.get("sign-in-reading")),
        Stage::BadCard => page,
        Stage::Passcode(who) => {
            let label = words.with("sign-in-passcode", &[("name", (&who.name).into())]);
            let mut field = SecretField::passcode(label, state.secret.typed);
            if let Some(tries) = who.tries {
                field = field.hint(say::tries_left(words, tries));
            }
            page.block(Block::Secret(field))
        }
        Stage::LastTry(_) => page
            .block(Block::notice(Tone::Warn, words.get("sign-in-last-try")))
            .paragraph(words.get("sign-in-last-try-ask")),
        Stage::Verifying(..) => page.paragraph(words.get("sign-in-verifying")),
        Stage::ChooseRole(who, roles, pick) => {
            let rows = roles.iter().enumerate().map(|(at, (role, code))| {
                let place = desk.organisation_name(code);
                let label = format!("{}, {place} ({code})", say::role(words, *role));
                Choice::new(u8::try_from(at + 1).unwrap_or(0), label).focused(at == *pick)
            });
            page.paragraph(words.with("sign-in-which-role", &[("name", (&who.name).into())])).choices(rows.collect())
        }
        Stage::Opening(..) => page.paragraph(words.get("sign-in-opening")),
    };
    page.maybe(state.problem.map(|problem| problem_block(problem, words)))
}

fn parked(desk: &Desk, words: &Words) -> Option<Block> {
    let since = desk.visits.iter().map(|v| v.started).min()?;
    let count = desk.visits.len();
    let text = words.with("sign-in-parked", &[("count", count.into()), ("time", since.london_clock().into())]);
    Some(Block::notice(Tone::Plain, text))
}

fn problem_block(problem: Problem, words: &Words) -> Block {
    let word = match problem {
        Problem::WrongPasscode(left) => {
            let text = words.with("sign-in-wrong", &[("tries", say::tries_left(words, left).into())]);
            return Block::notice(Tone::Warn, text);
        }
        Problem::Passcode(verdict) => {
            return Block::notice(Tone::Warn, words.get(super::passcode::verdict_word(verdict)));
        }
        Problem::Card(fault) => return trouble::card(fault, words),
        Problem::Central(fault) => return trouble::central(fault, words),
        Problem::NotAStaffCard => "sign-in-not-staff",
        Problem::NotOurs => "sign-in-not-ours",
        Problem::Expired => "sign-in-expired",
        Problem::NotYet => "sign-in-not-yet",
        Problem::Revoked => "sign-in-revoked",
        Problem::NoRoster => "sign-in-no-roster",
        Problem::NotOnRoster => "sign-in-not-on-roster",
        Problem::Locked => "sign-in-locked",
        Problem::ElsewhereSignedIn => "sign-in-elsewhere",
        Problem::EndedByCentral => "sign-in-ended",
        Problem::BadProof => "sign-in-bad-proof",
        Problem::Store => "sign-in-store",
    };
    trouble::of(word, words)
}
