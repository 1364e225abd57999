//! The bare program: one line on the screen, a blocking read, draw after every event. Ends with Esc.

use std::io;

use crossterm::event::{Event, KeyCode, read};
use ratatui::widgets::Paragraph;

fn main() -> io::Result<()> {
    let mut terminal = ratatui::init();
    let mut typed = String::new();
    loop {
        terminal.draw(|frame| {
            frame.render_widget(Paragraph::new(format!("bare {typed}")), frame.area());
        })?;
        match read()? {
            Event::Key(key) if key.code == KeyCode::Esc => break,
            Event::Key(key) => typed.extend(key.code.as_char()),
            _ => {}
        }
    }
    ratatui::restore();
    Ok(())
}
