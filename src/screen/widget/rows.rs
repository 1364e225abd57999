//! Numbered rows: choices, task lists, steps.

use super::Pen;
use super::laid::{Cell, Laid};
use super::text::mark;
use super::wrap::cells;
use crate::screen::page::{Choice, Step, StepState, TaskRow};
use crate::words::Words;

/// `> 1  `: marker, space, number, two spaces.
const PREFIX: usize = 5;

/// Where the number stands in it.
const NUMBER: usize = 2;

/// Space between two columns.
const SPACE: usize = 3;

/// From this many seconds on a running step shows its time (`notes` screens 3.2, rule 10).
pub const SECONDS_SHOWN_FROM: u32 = 3;

/// The marker of the row with the focus.
fn marker(focused: bool) -> &'static str {
    if focused { ">" } else { "" }
}

/// The digit that takes a row. Only one digit can be pressed: no number above 9.
fn digit(number: u8) -> String {
    if (1..=9).contains(&number) { number.to_string() } else { String::new() }
}

/// Numbered choices: marker, number, label, remark.
pub fn choices(pen: Pen<'_>, choices: &[Choice]) -> Laid {
    let mut laid = Laid::default();
    let remarks: Vec<String> = choices.iter().map(|choice| remark(pen.words, choice)).collect();
    let label_cells = choices.iter().map(|choice| cells(&choice.label)).max().unwrap_or(0);
    let remark_cells = remarks.iter().map(|remark| cells(remark)).max().unwrap_or(0);
    let together = PREFIX + label_cells + SPACE + remark_cells <= pen.width;
    let width = pen.width.saturating_sub(PREFIX);
    for (choice, remark) in choices.iter().zip(&remarks) {
        let first = laid.lines.len();
        let label_style = match (choice.focused, choice.refused.is_some()) {
            (true, _) => pen.theme.focus,
            (false, true) => pen.theme.muted,
            (false, false) => pen.theme.text,
        };
        let remark_style = if choice.refused.is_some() { pen.theme.warn } else { pen.theme.muted };
        let number = digit(choice.number);
        let x = PREFIX + label_cells + SPACE;
        let mut row =
            vec![Cell::new(0, 1, marker(choice.focused), pen.theme.key), Cell::new(NUMBER, 1, &number, pen.theme.key)];
        if together {
            row.push(Cell::new(PREFIX, label_cells, &choice.label, label_style));
            row.push(Cell::new(x, pen.width.saturating_sub(x), remark, remark_style));
            laid.columns(&row);
        } else {
            row.push(Cell::new(PREFIX, width, &choice.label, label_style));
            laid.columns(&row);
            if !remark.is_empty() {
                laid.text(remark, remark_style, PREFIX + 2, pen.width);
            }
        }
        if choice.focused {
            laid.mark_focus(first, 0);
        }
    }
    laid
}

/// What stands behind a choice: its remark, and why it can't be taken now.
pub fn remark(words: &Words, choice: &Choice) -> String {
    let refused = choice.refused.as_ref().map(|reason| words.with("cannot-choose", &[("reason", reason.into())]));
    [choice.hint.clone(), refused].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// A task list: marker, number, task, status, remark.
pub fn tasks(pen: Pen<'_>, tasks: &[TaskRow]) -> Laid {
    let mut laid = Laid::default();
    let label_cells = tasks.iter().map(|task| cells(&task.label)).max().unwrap_or(0).min(pen.width * 2 / 5);
    let noted = tasks.iter().filter(|task| task.note.is_some());
    let status_cells = noted.map(|task| cells(&task.status)).max().unwrap_or(0).min(pen.width / 3);
    let status_x = PREFIX + label_cells + SPACE;
    let note_x = status_x + status_cells + SPACE;
    for task in tasks {
        let first = laid.lines.len();
        let number = digit(task.number);
        let label_style = if task.focused { pen.theme.focus } else { pen.theme.text };
        let status_style = pen.theme.tone(task.tone);
        let note = task.note.as_deref().unwrap_or("");
        let here = Cell::new(0, 1, marker(task.focused), pen.theme.key);
        let number = Cell::new(NUMBER, 1, &number, pen.theme.key);
        if pen.is_stacked() {
            laid.columns(&[
                here,
                number,
                Cell::new(PREFIX, pen.width.saturating_sub(PREFIX), &task.label, label_style),
            ]);
            for (text, style) in [(task.status.as_str(), status_style), (note, pen.theme.muted)] {
                if !text.is_empty() {
                    laid.text(text, style, PREFIX, pen.width);
                }
            }
        } else {
            let status_end = if note.is_empty() { pen.width } else { note_x - SPACE };
            laid.columns(&[
                here,
                number,
                Cell::new(PREFIX, label_cells, &task.label, label_style),
                Cell::new(status_x, status_end.saturating_sub(status_x), &task.status, status_style),
                Cell::new(note_x, pen.width.saturating_sub(note_x), note, pen.theme.muted),
            ]);
        }
        if task.focused {
            laid.mark_focus(first, 0);
        }
    }
    laid
}

/// The id of the word for a step's state.
pub fn step_word(state: StepState) -> &'static str {
    match state {
        StepState::Done => "step-done",
        StepState::Now => "step-now",
        StepState::Next => "step-next",
        StepState::Then => "step-then",
        StepState::Failed => "step-failed",
    }
}

/// `6 s, usually under 10`, once a running step has taken a while.
pub fn step_seconds(words: &Words, step: &Step) -> Option<String> {
    let seconds = step.elapsed_s.filter(|s| *s >= SECONDS_SHOWN_FROM && step.state == StepState::Now)?;
    Some(match step.usual_s {
        Some(usual) => words.with("step-seconds-usual", &[("seconds", seconds.into()), ("usual", usual.into())]),
        None => words.with("step-seconds", &[("seconds", seconds.into())]),
    })
}

/// The steps of something that takes time: state in a word, step, seconds.
pub fn steps(pen: Pen<'_>, steps: &[Step]) -> Laid {
    let mut laid = Laid::default();
    let all = [StepState::Done, StepState::Now, StepState::Next, StepState::Then, StepState::Failed];
    let state_cells = all.iter().map(|state| cells(&pen.words.get(step_word(*state)))).max().unwrap_or(0);
    let label_x = 2 + state_cells + SPACE;
    for step in steps {
        let first = laid.lines.len();
        let running = matches!(step.state, StepState::Now | StepState::Failed);
        let style = match step.state {
            StepState::Done => pen.theme.ok,
            StepState::Now => pen.theme.title,
            StepState::Next | StepState::Then => pen.theme.muted,
            StepState::Failed => pen.theme.danger,
        };
        let word = pen.words.get(step_word(step.state));
        let seconds = step_seconds(pen.words, step).unwrap_or_default();
        let label = format!("{}{}", mark_of(step.state), step.label);
        let label_style = if running { style } else { pen.theme.text };
        let seconds_x = label_x + cells(&label) + SPACE;
        let beside = seconds_x + cells(&seconds) <= pen.width;
        let mut row = vec![
            Cell::new(0, 1, marker(running), pen.theme.key),
            Cell::new(2, state_cells, &word, style),
            Cell::new(label_x, pen.width.saturating_sub(label_x), &label, label_style),
        ];
        if beside {
            row.push(Cell::new(seconds_x, pen.width - seconds_x, &seconds, pen.theme.text));
        }
        laid.columns(&row);
        if !beside && !seconds.is_empty() {
            laid.text(&seconds, pen.theme.text, label_x, pen.width);
        }
        if running {
            laid.mark_focus(first, 0);
        }
    }
    laid
}

fn mark_of(state: StepState) -> String {
    match state {
        StepState::Failed => format!("{} ", mark(crate::screen::page::Tone::Danger)),
        _ => String::new(),
    }
}
