//! A page as lines of text, and the difference between two pages as the lines to announce.
//!
//! One thing per line, headings, "2 of 3", numbered choices; no boxes, no repaint, nothing that ticks (`notes` screens 3.3).

use crate::screen::page::{Block, Choice, Field, Page, PhotoView, Status, Step, Table, TaskRow, Text, Verbatim};
use crate::screen::say;
use crate::screen::widget::{self, bars};
use crate::words::Words;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainLine {
    /// What is said.
    pub text: Text,
    /// What makes it a new line: the text without what moves or ticks. Two lines with the same are not announced twice.
    identity: Text,
    /// Whether it has the focus.
    pub focused: bool,
}

impl PlainLine {
    fn new(text: impl Into<Text>) -> Self {
        let text = text.into();
        Self { identity: text.clone(), text, focused: false }
    }

    /// Says that the focus is here; the words for it are no reason to announce a line that lost it.
    fn focused(mut self, focused: bool, words: &Words) -> Self {
        if focused {
            self.text = format!("{}, {}", self.text, words.get("plain-here"));
            self.focused = true;
        }
        self
    }
}

/// The whole page from top to bottom: status, title, blocks, side panel, keys.
pub fn lines(page: &Page, status: &Status, words: &Words) -> Vec<PlainLine> {
    let mut out: Vec<PlainLine> = Vec::new();
    let mut say = |text: Text| {
        if !text.is_empty() {
            out.push(PlainLine::new(text));
        }
    };
    say(status.demo.clone());
    if !page.holder_view {
        say(status.place.clone());
        say(bars::agent_sentence(status));
        say(bars::status_sentence(status));
    }
    say(page.title.clone());
    say(page.title_right.clone().unwrap_or_default());
    if page.danger {
        say(words.get("plain-danger"));
    }
    for block in page.blocks.iter().chain(&page.side) {
        block_lines(block, words, &mut out);
    }
    if !page.keys.is_empty() {
        let keys: Vec<String> = page.keys.iter().map(|hint| format!("{} {}", hint.cap(), hint.label)).collect();
        out.push(PlainLine::new(words.with("plain-keys", &[("keys", keys.join(", ").into())])));
    }
    out
}

/// The whole page as texts.
pub fn render(page: &Page, status: &Status, words: &Words) -> Vec<Text> {
    lines(page, status, words).into_iter().map(|line| line.text).collect()
}

/// What to announce when one page follows another.
///
/// Another question: the whole new page, without the status lines that stayed. The same question: the lines that are new, and
/// the line that now has the focus. Lines that are gone are not announced, nor seconds that passed.
pub fn changes(before: (&Page, &Status), after: (&Page, &Status), words: &Words) -> Vec<Text> {
    let old = lines(before.0, before.1, words);
    let new = lines(after.0, after.1, words);
    let same_question = before.0.title == after.0.title && before.0.holder_view == after.0.holder_view;
    let title_at = new.iter().position(|line| line.text == after.0.title).unwrap_or(0);
    let mut unsaid: Vec<&PlainLine> = old.iter().collect();
    let mut said = Vec::new();
    for (index, line) in new.iter().enumerate() {
        let known = unsaid.iter().position(|old| old.identity == line.identity);
        let was_focused = known.map(|at| unsaid.swap_remove(at).focused);
        let is_new = match was_focused {
            None => true,
            Some(was_focused) => line.focused && !was_focused,
        };
        if is_new || (!same_question && index >= title_at) {
            said.push(line.text.clone());
        }
    }
    said
}

fn block_lines(block: &Block, words: &Words, out: &mut Vec<PlainLine>) {
    match block {
        Block::Paragraph(text) | Block::Heading(text) | Block::Big(text) => {
            out.extend(text.split('\n').filter(|line| !line.trim().is_empty()).map(PlainLine::new));
        }
        Block::Gap | Block::Rule => {}
        Block::Notice(tone, text) => out.push(PlainLine::new(marked(widget::mark(*tone), text))),
        Block::Choices(choices) => choice_lines(choices, words, out),
        Block::Tasks(tasks) => task_lines(tasks, words, out),
        Block::Fields(fields) => fields.iter().for_each(|field| field_lines(field, words, out)),
        Block::Secret(secret) => {
            let typed = words.with("plain-secret", &[("count", secret.lit.min(secret.marks).into())]);
            let text = after(format!("{}: {typed}", secret.label), secret.hint.as_ref());
            out.push(PlainLine::new(text).focused(secret.focused, words));
            error_line(secret.error.as_ref(), words, out);
        }
        Block::Facts(facts) => {
            out.extend(facts.iter().map(|fact| {
                PlainLine::new(format!("{}: {}", fact.label, marked(widget::mark(fact.tone), &fact.value)))
            }));
        }
        Block::Pairs(pairs) => {
            let texts = pairs.iter().flat_map(|(left, right)| [left, right]).filter(|text| !text.is_empty());
            out.extend(texts.map(PlainLine::new));
        }
        Block::Steps(steps) => out.extend(steps.iter().map(|step| step_line(step, words))),
        Block::Problem(problem) => {
            out.push(PlainLine::new(words.get("problem-heading")));
            out.extend([&problem.happened, &problem.safe, &problem.next].into_iter().map(PlainLine::new));
            choice_lines(&problem.choices, words, out);
        }
        Block::ErrorSummary(errors) if errors.is_empty() => {}
        Block::ErrorSummary(errors) => {
            out.push(PlainLine::new(words.get("problem-heading")));
            out.extend(errors.iter().map(|error| PlainLine::new(format!("{}. {}", error.number, error.text))));
        }
        Block::Table(table) => table_lines(table, words, out),
        Block::Photo(photo) => photo_lines(photo, words, out),
        Block::Verbatim(verbatim) => verbatim_lines(verbatim, words, out),
    }
}

fn marked(mark: &str, text: &str) -> Text {
    if mark.is_empty() { text.to_owned() } else { format!("{mark} {text}") }
}

/// A text with a remark behind it.
fn after(text: Text, remark: Option<&Text>) -> Text {
    match remark {
        Some(remark) if !remark.is_empty() => format!("{text}; {remark}"),
        _ => text,
    }
}

fn numbered(number: u8, text: &str) -> Text {
    if number == 0 { text.to_owned() } else { format!("{number}. {text}") }
}

fn choice_lines(choices: &[Choice], words: &Words, out: &mut Vec<PlainLine>) {
    if choices.is_empty() {
        return;
    }
    out.push(PlainLine::new(words.with("plain-choices", &[("count", choices.len().into())])));
    for choice in choices {
        let remark = widget::choice_remark(words, choice);
        let text = after(numbered(choice.number, &choice.label), Some(&remark));
        out.push(PlainLine::new(text).focused(choice.focused, words));
    }
}

fn task_lines(tasks: &[TaskRow], words: &Words, out: &mut Vec<PlainLine>) {
    out.push(PlainLine::new(words.with("plain-rows", &[("count", tasks.len().into())])));
    for task in tasks {
        let text = after(format!("{}: {}", numbered(task.number, &task.label), task.status), task.note.as_ref());
        out.push(PlainLine::new(text).focused(task.focused, words));
    }
}

fn field_lines(field: &Field, words: &Words, out: &mut Vec<PlainLine>) {
    let value = if field.value.is_empty() { words.get("plain-field-empty") } else { field.value.clone() };
    let text = after(format!("{}: {value}", field.label), field.hint.as_ref());
    out.push(PlainLine::new(text).focused(field.focused, words));
    error_line(field.error.as_ref(), words, out);
}

fn error_line(error: Option<&Text>, words: &Words, out: &mut Vec<PlainLine>) {
    out.extend(error.map(|error| PlainLine::new(words.with("plain-error", &[("text", error.into())]))));
}

fn step_line(step: &Step, words: &Words) -> PlainLine {
    let mut line = PlainLine::new(format!("{}: {}", words.get(widget::step_word(step.state)), step.label));
    if let Some(seconds) = widget::step_seconds(words, step) {
        line.text = format!("{}, {seconds}", line.text);
    }
    line
}

fn table_lines(table: &Table, words: &Words, out: &mut Vec<PlainLine>) {
    let total = table.rows.len();
    if total == 0 {
        out.push(PlainLine::new(table.empty.clone()));
        return;
    }
    out.push(PlainLine::new(words.with("plain-rows", &[("count", total.into())])));
    for (index, row) in table.rows.iter().enumerate() {
        let cells = widget::row_lines(table, row).join("; ");
        let text = format!("{}. {cells}", say::count_of(words, index + 1, total));
        out.push(PlainLine::new(text).focused(row.focused, words));
    }
}

fn photo_lines(photo: &PhotoView, words: &Words, out: &mut Vec<PlainLine>) {
    out.push(PlainLine::new(words.with("plain-picture", &[("text", (&photo.words).into())])));
    photo.beside.iter().for_each(|block| block_lines(block, words, out));
}

fn verbatim_lines(verbatim: &Verbatim, words: &Words, out: &mut Vec<PlainLine>) {
    out.extend(verbatim.lines.iter().map(PlainLine::new));
    if let Some(caret) = &verbatim.caret {
        let at =
            [("number", (caret.column + 1).into()), ("line", (caret.line + 1).into()), ("text", (&caret.text).into())];
        out.push(PlainLine::new(words.with("plain-pointed", &at)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::key::Key;
    use crate::screen::page::{SecretField, StepState};
    use crate::words::Lang;

    fn said(before: &Page, after: &Page) -> Vec<Text> {
        let (status, words) = (Status::default(), Words::new(Lang::En));
        changes((before, &status), (after, &status), &words)
    }

    fn menu(focus: u8) -> Page {
        let choice = |n: u8, label: &str| Choice::new(n, label).focused(n == focus);
        Page::new("What next?").choices(vec![choice(1, "Unlock"), choice(2, "Photo")]).key(Key::Enter, "Go")
    }

    #[test]
    fn a_page_is_one_thing_per_line_with_numbered_choices() {
        let status = Status { network: "ONLINE".into(), queue: "nothing waiting".into(), ..Status::default() };
        let lines = render(&menu(1), &status, &Words::new(Lang::En));
        assert_eq!(
            lines,
            [
                "ONLINE, nothing waiting",
                "What next?",
                "2 choices:",
                "1. Unlock, you are here",
                "2. Photo",
                "Keys: Enter Go"
            ]
        );
    }

    #[test]
    fn moving_the_focus_says_only_where_it_is_now() {
        assert_eq!(said(&menu(1), &menu(2)), ["2. Photo, you are here"]);
        assert_eq!(said(&menu(1), &menu(1)), Vec::<Text>::new());
    }

    #[test]
    fn another_question_is_said_as_a_whole() {
        let page = Page::new("Who is it?").paragraph("Look at the photo.").key(Key::Enter, "Go");
        assert_eq!(said(&menu(1), &page), ["Who is it?", "Look at the photo.", "Keys: Enter Go"]);
    }

    #[test]
    fn seconds_that_pass_are_not_said_and_a_new_step_is() {
        let page = |seconds| {
            Page::new("W").block(Block::Steps(vec![Step::new(StepState::Now, "Keys").seconds(seconds, None)]))
        };
        assert_eq!(said(&page(4), &page(5)), Vec::<Text>::new());
        let done = Page::new("W").block(Block::Steps(vec![Step::new(StepState::Done, "Keys")]));
        assert_eq!(said(&page(5), &done), ["Done: Keys"]);
    }

    #[test]
    fn the_holders_side_says_nothing_of_the_agent_or_the_desk() {
        let status = Status { agent: "Priya Shah".into(), network: "ONLINE".into(), ..Status::default() };
        let page = Page::new("Choose").block(Block::Secret(SecretField::passcode("Passcode", 3))).for_holder();
        let lines = render(&page, &status, &Words::new(Lang::En));
        assert_eq!(lines, ["Choose", "Passcode: 3 signs typed, you are here"]);
    }
}
