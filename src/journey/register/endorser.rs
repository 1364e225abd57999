//! A holder without photo identity: a photo endorsed on its back by a person of standing (notes domain 5.1, S13 and S42).

use serde::{Deserialize, Serialize};

use super::entry::{Did, Entry};
use super::{Register, Stage, details, documents, evidence};
use crate::journey::Ctx;
use crate::journey::key::Key;
use crate::policy::dates::parse_day;
use crate::policy::facts::{Answer, Countersigned};

/// What is written down of the endorser: id and most letters.
pub const FIELDS: [(&str, usize); 5] = [
    ("endorser-name", 60),
    ("endorser-profession", 60),
    ("endorser-contact", 80),
    ("endorser-years", 2),
    ("endorser-signed", 10),
];

/// All of them are needed.
pub const REQUIRED: [&str; 5] =
    ["endorser-name", "endorser-profession", "endorser-contact", "endorser-years", "endorser-signed"];

/// One question about endorser and photo, in the order they are asked. None has a default answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Is the profession a recognised one?
    Profession,
    /// Related, or in a relationship?
    Related,
    /// At the same address?
    SameAddress,
    /// Manages the holder at work?
    LineManager,
    /// Reached, and says so?
    Confirmed,
    /// Words and signature on the back?
    Endorsement,
    /// Does the photo show the holder?
    Likeness,
}

impl Question {
    /// All, in their order.
    pub const ALL: [Question; 7] = [
        Question::Profession,
        Question::Related,
        Question::SameAddress,
        Question::LineManager,
        Question::Confirmed,
        Question::Endorsement,
        Question::Likeness,
    ];

    /// The stable word, behind `endorser-ask-`.
    pub fn as_str(self) -> &'static str {
        match self {
            Question::Profession => "profession",
            Question::Related => "related",
            Question::SameAddress => "same-address",
            Question::LineManager => "line-manager",
            Question::Confirmed => "confirmed",
            Question::Endorsement => "endorsement",
            Question::Likeness => "likeness",
        }
    }
}

/// The endorser's form: what was typed before stays.
pub fn open(state: &mut Register) {
    if state.endorser.form.fields.is_empty() {
        state.endorser = Entry::new(&FIELDS);
    }
    state.go(Stage::Endorser);
}

/// One key on the form.
pub fn key(state: &mut Register, ctx: &mut Ctx<'_>, key: Key) {
    if state.endorser.key(key, &REQUIRED) != Did::Submitted {
        return;
    }
    match read(state) {
        Ok(typed) => {
            state.endorser.form.clear_errors();
            let before = state.endorsed.take().unwrap_or_default();
            state.endorsed = Some(Countersigned {
                years_known: typed.years_known,
                signed: typed.signed,
                contact_recorded: Some(true),
                ..before
            });
            evidence::judge(state, ctx.desk);
            state.go(Stage::Endorsed(0));
        }
        Err(errors) => state.endorser.fail(&errors),
    }
}

fn read(state: &Register) -> Result<Countersigned, Vec<(&'static str, String)>> {
    let mut errors: Vec<(&'static str, String)> = Vec::new();
    for field in ["endorser-name", "endorser-profession", "endorser-contact"] {
        if state.endorser.text(field).chars().filter(|c| c.is_alphanumeric()).count() < 2 {
            errors.push((field, "error-endorser-empty".to_owned()));
        }
    }
    let years_known = state.endorser.text("endorser-years").parse::<u8>();
    if years_known.is_err() {
        errors.push(("endorser-years", "error-endorser-years".to_owned()));
    }
    let signed = parse_day(state.endorser.text("endorser-signed"));
    match &signed {
        Err(error) => errors.push(("endorser-signed", details::date_error(*error).to_owned())),
        Ok(day) if *day > state.day => errors.push(("endorser-signed", "document-fault-future".to_owned())),
        Ok(_) => {}
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Countersigned { years_known: years_known.ok(), signed: signed.ok(), ..Countersigned::default() })
}

/// An answer to one question.
pub fn answer(state: &mut Register, ctx: &mut Ctx<'_>, word: &str) {
    let Stage::Endorsed(at) = state.stage else { return };
    let (Some(question), Some(facts)) = (Question::ALL.get(at), &mut state.endorsed) else { return };
    let (said, answer) = match word {
        "as-expected" => (Some(true), Answer::AsExpected),
        "not-as-expected" => (Some(false), Answer::NotAsExpected),
        _ => (None, Answer::CannotTell),
    };
    match question {
        Question::Profession => facts.profession = said,
        Question::Related => facts.related = said,
        Question::SameAddress => facts.same_address = said,
        Question::LineManager => facts.line_manager = said,
        Question::Confirmed => facts.confirmed = said,
        Question::Endorsement => facts.endorsement = said,
        Question::Likeness => facts.likeness = answer,
    }
    evidence::judge(state, ctx.desk);
    if at + 1 < Question::ALL.len() {
        state.go(Stage::Endorsed(at + 1));
    } else if evidence::is_met(state) {
        super::tasks::done(state, super::TaskId::Documents);
    } else {
        documents::show_list(state);
    }
}

/// One question back.
pub fn back(state: &mut Register) {
    match state.stage {
        Stage::Endorsed(0) => state.go(Stage::Endorser),
        Stage::Endorsed(at) => state.go(Stage::Endorsed(at - 1)),
        _ => documents::show_list(state),
    }
}
