//! The page of the machine-readable zone: its lines, how far each field is, what no digit guards.

use crate::document::mrz::grid::{FieldState, Outcome, Verdict};
use crate::document::mrz::{Field, Format};
use crate::journey::Desk;
use crate::journey::register::Register;
use crate::journey::register::draft::Draft;
use crate::journey::register::zone::outcome;
use crate::screen::page::{Block, Caret, Page, Tone, Verbatim};
use crate::words::Words;

/// The zone as it is typed.
pub fn page(page: Page, state: &Register, draft: &Draft, desk: &Desk, words: &Words) -> Page {
    let fields = draft.grid.fields();
    let page = page
        .paragraph(words.get("zone-text"))
        .gap()
        .block(Block::Verbatim(Verbatim {
            lines: draft.grid.rows().iter().map(|row| row.replace(' ', "_")).collect(),
            caret: caret(&fields, words),
            cursor: Some(draft.grid.cursor()),
        }))
        .gap();
    let Some(format) = draft.grid.format() else { return page.paragraph(words.get("zone-empty")) };
    let good = names(&fields, words, |verdict| verdict == Verdict::Pass);
    let bad = names(&fields, words, |verdict| matches!(verdict, Verdict::Fail | Verdict::WrongSign));
    let page = page
        .maybe(bad.map(|list| Block::notice(Tone::Danger, words.with("zone-fails", &[("list", list.into())]))))
        .maybe(good.map(|list| Block::paragraph(words.with("zone-passes", &[("list", list.into())]))));
    let whole = outcome(state, draft, desk);
    let page = match &whole {
        Outcome::Read(reading) => reading.warnings.iter().fold(page, |page, warning| {
            let tone = if warning.refuses { Tone::Danger } else { Tone::Warn };
            page.block(Block::notice(
                tone,
                words.get(&format!("zone-warning-{}", warning.what.as_str().replace('_', "-"))),
            ))
        }),
        _ => page,
    };
    if matches!(&whole, Outcome::Read(reading) if reading.valid()) {
        return page.paragraph(by_eye(format, words)).paragraph(words.get("zone-good"));
    }
    page
}

/// `Compare by eye, these have no check digit: surname and forenames, nationality, sex`.
pub fn by_eye(format: Format, words: &Words) -> String {
    // Sex catches typing errors and nothing else: it is no word on any screen.
    let list: Vec<String> =
        format.by_eye().filter(|field| *field != Field::Sex).map(|field| field_name(field.as_str(), words)).collect();
    words.with("zone-by-eye", &[("list", list.join(", ").into())])
}

fn field_name(field: &str, words: &Words) -> String {
    words.get(&format!("zone-field-{}", field.replace('_', "-")))
}

fn names(fields: &[FieldState], words: &Words, is: impl Fn(Verdict) -> bool) -> Option<String> {
    let list: Vec<String> =
        fields.iter().filter(|f| is(f.verdict)).map(|f| field_name(f.place.field.as_str(), words)).collect();
    (!list.is_empty()).then(|| list.join(", "))
}

/// The one slip that would explain a digit that does not agree, pointed at. Never put in by itself.
fn caret(fields: &[FieldState], words: &Words) -> Option<Caret> {
    let slip = fields.iter().find_map(|field| field.suggestion)?;
    let said = [("read", slip.read.to_string().into()), ("instead", slip.instead.to_string().into())];
    Some(Caret { line: slip.line, column: slip.column, text: words.with("zone-slip", &said) })
}
