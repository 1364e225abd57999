//! Tables: columns where there is room, else each row as `heading: cell` lines.

use super::Pen;
use super::laid::{Cell, Laid};
use super::wrap::cells;
use crate::screen::page::{Table, TableRow};

/// Room for the focus marker.
const INDENT: usize = 2;

/// Space between two columns.
const SPACE: usize = 2;

/// No column gets narrower than this; a table that would need it is drawn as lines.
const COLUMN_CELLS_MIN: usize = 8;

/// A table.
pub fn table(pen: Pen<'_>, table: &Table) -> Laid {
    let mut laid = Laid::default();
    if table.rows.is_empty() {
        laid.text(&table.empty, pen.theme.text, INDENT, pen.width);
        return laid;
    }
    match widths(table, pen.width.saturating_sub(INDENT)) {
        Some(widths) if !pen.is_stacked() => in_columns(pen, table, &widths, &mut laid),
        _ => in_lines(pen, table, &mut laid),
    }
    laid
}

/// The columns' widths in `room` cells: as wide as their texts, the widest shortened first. None if there is no room.
fn widths(table: &Table, room: usize) -> Option<Vec<usize>> {
    let wanted = |(column, heading): (usize, &String)| {
        let rows = table.rows.iter().filter_map(|row| row.cells.get(column));
        rows.chain([heading]).map(|text| cells(text)).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = table.columns.iter().enumerate().map(wanted).collect();
    let room = room.checked_sub(SPACE * widths.len().saturating_sub(1))?;
    // Ends: every turn takes one cell off, and no column goes below the least width.
    while widths.iter().sum::<usize>() > room {
        let widest = widths.iter_mut().max().filter(|width| **width > COLUMN_CELLS_MIN)?;
        *widest -= 1;
    }
    Some(widths)
}

fn in_columns(pen: Pen<'_>, table: &Table, widths: &[usize], laid: &mut Laid) {
    let empty = String::new();
    let row_cells = |texts: &[String], style| {
        let mut x = INDENT;
        let mut row = Vec::with_capacity(widths.len());
        for (index, width) in widths.iter().enumerate() {
            row.push((x, *width, texts.get(index).unwrap_or(&empty).clone(), style));
            x += width + SPACE;
        }
        row
    };
    let push = |laid: &mut Laid, row: Vec<(usize, usize, String, _)>, marker: &str| {
        let mut columns = vec![Cell::new(0, 1, marker, pen.theme.key)];
        columns.extend(row.iter().map(|(x, width, text, style)| Cell::new(*x, *width, text, *style)));
        laid.columns(&columns);
    };
    push(laid, row_cells(&table.columns, pen.theme.muted), "");
    for row in &table.rows {
        let first = laid.lines.len();
        let style = if row.focused { pen.theme.focus } else { pen.theme.text };
        push(laid, row_cells(&row.cells, style), if row.focused { ">" } else { "" });
        if row.focused {
            laid.mark_focus(first, 0);
        }
    }
}

fn in_lines(pen: Pen<'_>, table: &Table, laid: &mut Laid) {
    for row in &table.rows {
        let first = laid.lines.len();
        for (index, line) in row_lines(table, row).iter().enumerate() {
            let marker = if index == 0 && row.focused { ">" } else { "" };
            let style = if row.focused { pen.theme.focus } else { pen.theme.text };
            laid.columns(&[
                Cell::new(0, 1, marker, pen.theme.key),
                Cell::new(INDENT, pen.width.saturating_sub(INDENT), line, style),
            ]);
        }
        if row.focused {
            laid.mark_focus(first, 0);
        }
        laid.gap();
    }
}

/// A row as `heading: cell` texts, without empty cells.
pub fn row_lines(table: &Table, row: &TableRow) -> Vec<String> {
    let named = table.columns.iter().zip(&row.cells).filter(|(_, cell)| !cell.is_empty());
    named.map(|(heading, cell)| if heading.is_empty() { cell.clone() } else { format!("{heading}: {cell}") }).collect()
}
