//! Failures as three lines: what happened, is the card or person safe, what to do next.
//!
//! Every failure `x` has the words `x-happened`, `x-safe` and `x-next`.

use super::page::{Block, Problem};
use crate::card::task::CardFault;
use crate::domain::CardGuid;
use crate::journey::input::{CentralFault, PrintFault};
use crate::journey::trouble::Trouble;
use crate::words::Words;

/// The three lines of a failure.
pub fn of(word: &str, words: &Words) -> Block {
    Block::Problem(problem(word, words))
}

/// The three lines, for a screen that adds choices.
pub fn problem(word: &str, words: &Words) -> Problem {
    Problem {
        happened: words.get(&format!("{word}-happened")),
        safe: words.get(&format!("{word}-safe")),
        next: words.get(&format!("{word}-next")),
        choices: Vec::new(),
    }
}

/// The word of a card fault.
pub fn card_word(fault: CardFault) -> &'static str {
    match fault {
        CardFault::Removed => "fault-card-removed",
        CardFault::WrongCard => "fault-card-other",
        CardFault::NotPiv => "fault-card-not-piv",
        CardFault::WrongPin { .. } => "fault-card-wrong-pin",
        CardFault::PinBlocked => "fault-card-pin-blocked",
        CardFault::WrongPuk { .. } => "fault-card-wrong-puk",
        CardFault::PukBlocked => "fault-card-puk-blocked",
        CardFault::WrongManagementKey => "fault-card-management-key",
        CardFault::NoSpace => "fault-card-no-space",
        CardFault::Unsupported => "fault-card-unsupported",
        CardFault::NoRights => "fault-card-no-rights",
        CardFault::ProofFailed => "fault-card-proof",
        CardFault::ReadBackDiffers => "fault-card-read-back",
        CardFault::ReaderGone => "fault-card-reader-gone",
        CardFault::InUse => "fault-card-in-use",
        CardFault::SecretMissing => "fault-card-secret-missing",
        CardFault::PlanIncomplete => "fault-card-plan-incomplete",
        CardFault::Unexpected { .. } => "fault-card-unexpected",
    }
}

/// A card fault.
pub fn card(fault: CardFault, words: &Words) -> Block {
    of(card_word(fault), words)
}

/// Another card than the one in work, which is named by the end of its id.
pub fn other_card(in_work: CardGuid, words: &Words) -> Block {
    let id = in_work.to_string();
    let tail: String = id.chars().skip(id.chars().count().saturating_sub(4)).collect();
    let line = |part: &str| words.with(&format!("fault-card-in-work-{part}"), &[("tail", (&tail).into())]);
    Block::Problem(Problem { happened: line("happened"), safe: line("safe"), next: line("next"), choices: Vec::new() })
}

/// Why a journey does not go on now, on a visit whose card is known.
pub fn of_visit(trouble: Trouble, in_work: Option<CardGuid>, words: &Words) -> Block {
    match (trouble, in_work) {
        (Trouble::Card(CardFault::WrongCard | CardFault::NotPiv), Some(card)) => other_card(card, words),
        _ => journey(trouble, words),
    }
}

/// The word of a fault of central.
pub fn central_word(fault: CentralFault) -> String {
    match fault {
        CentralFault::Unreachable => "fault-central-unreachable".to_owned(),
        CentralFault::Timeout => "fault-central-timeout".to_owned(),
        CentralFault::NotUnderstood => "fault-central-not-understood".to_owned(),
        CentralFault::NotTrusted => "fault-central-not-trusted".to_owned(),
        CentralFault::Problem(code) => {
            // The code's stable word, as in messages: `desk_revoked` is `fault-central-desk-revoked`.
            let word = serde_json::to_value(code).ok().and_then(|v| v.as_str().map(|s| s.replace('_', "-")));
            format!("fault-central-{}", word.unwrap_or_else(|| "not-understood".to_owned()))
        }
    }
}

/// A fault of central.
pub fn central(fault: CentralFault, words: &Words) -> Block {
    of(&central_word(fault), words)
}

/// Why a journey does not go on now.
pub fn journey(trouble: Trouble, words: &Words) -> Block {
    match trouble {
        Trouble::CardOut => of("fault-card-out", words),
        Trouble::Card(fault) => card(fault, words),
        Trouble::AgentCard(_) => of("fault-agent-card", words),
        Trouble::Central(fault) => central(fault, words),
        Trouble::Print(fault) => of(print_word(fault), words),
        Trouble::Store => of("fault-store", words),
        Trouble::NoSession => of("fault-no-session", words),
        Trouble::OldList => of("fault-old-list", words),
    }
}

/// The word of a printer fault.
pub fn print_word(fault: PrintFault) -> &'static str {
    match fault {
        PrintFault::NotSetUp => "fault-print-not-set-up",
        PrintFault::Unreachable => "fault-print-unreachable",
        PrintFault::Timeout => "fault-print-timeout",
        PrintFault::Busy => "fault-print-busy",
        PrintFault::Refused(_) => "fault-print-refused",
        PrintFault::NotUnderstood => "fault-print-not-understood",
        PrintFault::NameTooLong => "fault-print-name-too-long",
        PrintFault::NoGlyph(_) => "fault-print-no-glyph",
        PrintFault::BadPhoto => "fault-print-bad-photo",
    }
}
