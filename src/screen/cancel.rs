//! The screens of the cancel visit.

use super::page::{Block, Choice, Fact, Field, Page, Tone};
use super::{keys, reset, trouble};
use crate::domain::CancelReason;
use crate::journey::cancel::{Cancel, Received, Sent, Stage, new_card};
use crate::journey::form::Form;
use crate::journey::{Desk, Visit};
use crate::words::Words;

/// The page for its state.
pub fn page(state: &Cancel, _visit: &Visit, desk: &Desk, words: &Words) -> Page {
    let page = match &state.stage {
        Stage::Number => Page::new(words.get("cancel-number-title"))
            .paragraph(words.get("cancel-number-text"))
            .gap()
            .block(fields(&state.form, "cancel-field", words)),
        Stage::Looking => Page::new(words.get("cancel-number-title")).paragraph(words.get("cancel-looking")),
        Stage::Reason => {
            let rows: Vec<Choice> = CancelReason::ALL
                .into_iter()
                .zip(1..)
                .map(|(reason, number)| Choice::new(number, reason_word(reason, words)))
                .collect();
            let page = Page::new(words.get("cancel-reason-title")).hints(keys::choose(words, rows.len()));
            whose(state, page, vec![Block::Gap, Block::Choices(rows)], desk, words)
        }
        Stage::Note => {
            let page = Page::new(words.get("cancel-note-title")).block(fields(&state.form, "cancel-field", words));
            page.gap().paragraph(words.get("cancel-note-text"))
        }
        Stage::Guard => guard(state, desk, words),
        Stage::Signing => Page::new(words.get("cancel-signing-title")).paragraph(words.get("cancel-signing")),
        Stage::Sent(sent) => sent_page(state, sent, desk, words),
    };
    page.maybe(state.trouble.map(|fault| trouble::journey(fault, words)))
}

fn reason_word(reason: CancelReason, words: &Words) -> String {
    words.get(&format!("cancel-reason-{}", reason.as_str()))
}

/// The wrong-card guard (notes domain 12c, 25): photo, name, UUID, series; last figures and the word are typed.
fn guard(state: &Cancel, desk: &Desk, words: &Words) -> Page {
    let more = vec![
        Block::Gap,
        Block::notice(Tone::Danger, words.get("cancel-for-ever")),
        Block::Gap,
        fields(&state.form, "cancel-field", words),
    ];
    whose(state, Page::new(words.get("cancel-guard-title")), more, desk, words)
}

/// Whose card it is and what is asked of it, beside central's photo where that is at hand.
fn whose(state: &Cancel, mut page: Page, more: Vec<Block>, desk: &Desk, words: &Words) -> Page {
    page.title_right =
        state.number.as_ref().map(|number| words.with("card-uuid", &[("number", number.spaced().into())]));
    let Some(record) = &state.record else {
        let page = page.block(Block::notice(Tone::Warn, words.get("cancel-number-only")));
        return more.into_iter().fold(page, Page::block);
    };
    let mut facts = vec![
        Fact::new(words.get("cancel-fact-name"), record.person.name.full()),
        Fact::new(
            words.get("cancel-fact-work"),
            format!("{}, {}", record.person.position, desk.organisation_name(&record.person.organisation)),
        ),
        Fact::new(
            words.get("cancel-fact-card"),
            words.with(
                "card-brief",
                &[("series", record.card.series.into()), ("guid", record.card.guid.short().into())],
            ),
        ),
    ];
    if let Some(reason) = state.reason {
        facts.push(Fact::new(words.get("cancel-fact-why"), reason_word(reason, words)));
    }
    let beside = [Block::Facts(facts)].into_iter().chain(more).collect();
    reset::with_photo(page, &state.portrait, beside, words)
}

fn sent_page(state: &Cancel, sent: &Sent, desk: &Desk, words: &Words) -> Page {
    match sent.received {
        Received::Since(at) => {
            let since = words.with("cancel-in-effect-since", &[("time", at.london_clock().into())]);
            whose(state, Page::new(words.get("cancel-done-title")), Vec::new(), desk, words)
                .gap()
                .block(Block::notice(Tone::Good, since))
                .paragraph(words.get("cancel-done-old"))
                .maybe(new_card(state, desk).map(|_| Block::paragraph(words.get("cancel-done-next"))))
        }
        Received::NotYet => {
            let phone = words.with("cancel-phone", &[("phone", (&desk.about.phone).into())]);
            let stays = words.with("cancel-stays", &[("time", sent.reported.london_clock().into())]);
            whose(state, Page::new(words.get("cancel-not-yet-title")), Vec::new(), desk, words)
                .gap()
                .block(Block::notice(Tone::Danger, phone))
                .paragraph(words.get("cancel-phone-say"))
                .paragraph(stays)
        }
        Received::Refused(reason) => {
            whose(state, Page::new(words.get("cancel-refused-title")), Vec::new(), desk, words)
                .gap()
                .block(trouble::of("fault-cancel-refused", words))
                .paragraph(super::queue::refused(reason, words))
        }
    }
}

/// A form as fields: labels `<prefix>-<id>`, hints `<prefix>-<id>-hint` where there is one.
pub(super) fn fields(form: &Form, prefix: &str, words: &Words) -> Block {
    let word = [("word", words.get("cancel-word").into())];
    let fields = form.fields.iter().enumerate().map(|(at, field)| {
        let label = format!("{prefix}-{}", field.id);
        let hint = format!("{label}-hint");
        let mut shown = Field::new(words.with(&label, &word), field.text.clone())
            .cursor(field.cursor)
            .width(u16::try_from(field.max.min(50)).unwrap_or(50))
            .error(field.error.as_ref().map(|error| words.with(error, &word)))
            .focused(at == form.focus);
        if words.has(&hint) {
            shown = shown.hint(words.get(&hint));
        }
        shown
    });
    Block::Fields(fields.collect())
}

#[cfg(test)]
mod tests;
