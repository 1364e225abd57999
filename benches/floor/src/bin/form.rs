//! The bare form: eight fields, a reader thread, everything that waits drained before one draw. Ends with Esc.

use std::io;
use std::sync::mpsc::{Receiver, sync_channel};

use crossterm::event::{Event, KeyCode, read};
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Color, Modifier, Style};
use ratatui::widgets::{Block, Paragraph};
use ratatui::{DefaultTerminal, Frame};

const LABELS: [&str; 8] =
    ["Title", "Forenames", "Surname", "Date of birth", "NHS number", "Document", "Document number", "Telephone"];

/// What may wait.
const EVENTS_MAX: usize = 1_024;

#[derive(Default)]
struct Form {
    fields: [String; LABELS.len()],
    focus: usize,
}

fn main() -> io::Result<()> {
    let mut terminal = ratatui::init();
    let (sender, events) = sync_channel(EVENTS_MAX);
    std::thread::spawn(move || {
        while let Ok(event) = read() {
            if sender.send(event).is_err() {
                return;
            }
        }
    });
    let result = run(&mut terminal, &events);
    ratatui::restore();
    result
}

fn run(terminal: &mut DefaultTerminal, events: &Receiver<Event>) -> io::Result<()> {
    let mut form = Form::default();
    terminal.draw(|frame| draw(frame, &form))?;
    while let Ok(first) = events.recv() {
        for event in std::iter::once(first).chain(events.try_iter().take(EVENTS_MAX)) {
            let Event::Key(key) = event else { continue };
            match key.code {
                KeyCode::Esc => return Ok(()),
                KeyCode::Tab => form.focus = (form.focus + 1) % LABELS.len(),
                code => form.fields[form.focus].extend(code.as_char()),
            }
        }
        terminal.draw(|frame| draw(frame, &form))?;
    }
    Ok(())
}

fn draw(frame: &mut Frame, form: &Form) {
    let [title, body, keys] =
        Layout::vertical([Constraint::Length(1), Constraint::Min(0), Constraint::Length(1)]).areas(frame.area());
    let bold = Style::new().add_modifier(Modifier::BOLD);
    frame.render_widget(Paragraph::new("Register a person").style(bold), title);
    let rows: [_; LABELS.len()] = Layout::vertical([Constraint::Length(3); LABELS.len()]).areas(body);
    for (at, (row, label)) in rows.into_iter().zip(LABELS).enumerate() {
        let focused = at == form.focus;
        let style = if focused { bold.fg(Color::Yellow) } else { Style::new() };
        let field = Paragraph::new(form.fields[at].as_str()).block(Block::bordered().title(label).border_style(style));
        frame.render_widget(field, row);
        if focused {
            let typed = u16::try_from(form.fields[at].len()).unwrap_or(u16::MAX);
            frame.set_cursor_position((row.x.saturating_add(1).saturating_add(typed), row.y + 1));
        }
    }
    frame.render_widget(Paragraph::new("Tab next   Esc end").style(bold.fg(Color::Cyan)), keys);
}
