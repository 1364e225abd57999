//! A page onto a terminal.
//!
//! At 80x25 and above: status on top, title, the page, a rule, the keys on the last line; from 110 columns on the side panel
//! has its own column. Below 80 columns or 20 rows everything is one scrolling column over one line of keys. The page scrolls
//! so that the focus is seen, unless the reader scrolls. Nothing is clipped: what does not fit goes on below.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Span;

use super::page::{KeyHint, Page, Status};
use super::theme::Theme;
use super::widget::laid::{Laid, line_cells};
use super::widget::wrap::{cells, cut};
use super::widget::{Pen, bars, lay_all};
use crate::journey::key::Key;
use crate::journey::preview::Pixels;
use crate::words::Words;

/// From this many columns on the side panel has a column of its own.
const SIDE_FROM_COLUMNS: u16 = 110;

/// The side panel is at most this wide.
const SIDE_CELLS_MAX: usize = 40;

/// Space between the main column and the side panel.
const SIDE_SPACE: usize = 3;

/// Below this many columns or rows there is one scrolling column.
const FULL_FROM: (u16, u16) = (80, 20);

/// The key bar takes at most this many lines of a full screen; more keys than that stand at the end of the page.
const KEY_LINES_MAX: usize = 3;

/// What is to be drawn.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The page.
    pub page: &'a Page,
    /// Lines 1 and 2.
    pub status: &'a Status,
    /// The renderer's own few words.
    pub words: &'a Words,
    /// The styles.
    pub theme: &'a Theme,
    /// The first line of the page to show. None follows the focus: the driver sets it to [`Drawn::scroll`] plus or minus
    /// [`Drawn::page_rows`] on PgUp and PgDn, and back to none on any other key.
    pub scroll: Option<u16>,
}

/// What was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drawn {
    /// Where the real cursor belongs: the focused field or row, else the title. Never hidden, since console readers follow it.
    pub cursor: Position,
    /// The first line of the page that is seen.
    pub scroll: u16,
    /// How many lines of the page are seen at once.
    pub page_rows: u16,
    /// How many lines the page has.
    pub page_lines: u16,
    /// Pictures whose cells are all seen, and where: the driver may draw their pixels over them.
    pub pictures: Vec<(Pixels, Rect)>,
}

/// Draws a frame and puts the real cursor where it belongs.
pub fn draw_frame(frame: &mut Frame<'_>, view: View<'_>) -> Drawn {
    let area = frame.area();
    let drawn = draw(view, area, frame.buffer_mut());
    if area.area() > 0 {
        frame.set_cursor_position(drawn.cursor);
    }
    drawn
}

/// Draws into a buffer. Any size is allowed.
pub fn draw(view: View<'_>, area: Rect, buffer: &mut Buffer) -> Drawn {
    let area = area.intersection(buffer.area);
    for position in area.positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
            cell.set_style(view.theme.text);
        }
    }
    if area.is_empty() {
        return Drawn::default();
    }
    if area.width >= FULL_FROM.0 && area.height >= FULL_FROM.1 {
        full(view, area, buffer)
    } else {
        small(view, area, buffer)
    }
}

/// What keeps its place at the top, what scrolls, and the key bar.
struct Parts {
    top: Laid,
    body: Laid,
    keys: Laid,
}

fn pen<'a>(view: &View<'a>, width: usize, rows: usize) -> Pen<'a> {
    Pen { theme: view.theme, words: view.words, width, rows, holder: view.page.holder_view }
}

/// What stands above the title.
fn top(view: &View<'_>, pen: Pen<'_>) -> Laid {
    let mut laid = Laid::default();
    if view.page.holder_view {
        bars::demo(pen, view.status, &mut laid);
    } else {
        laid = bars::status(pen, view.status);
    }
    laid
}

fn title(view: &View<'_>, pen: Pen<'_>) -> Laid {
    let mut laid = Laid::default();
    let page = view.page;
    let (text, style) = if page.danger {
        (format!("!! {}", page.title), view.theme.danger)
    } else {
        (page.title.clone(), view.theme.title)
    };
    bars::styled_ends(pen, &text, style, page.title_right.as_deref().unwrap_or(""), &mut laid);
    if page.holder_view {
        laid.centre_each_line(pen.width);
    }
    laid.cursor = Some((laid.lines.first().map_or(0, leading_spaces), 0));
    laid
}

fn leading_spaces(line: &ratatui::text::Line<'_>) -> usize {
    line.spans.first().filter(|span| span.content.trim().is_empty()).map_or(0, |span| cells(&span.content))
}

/// The main column, with the side panel beside it or below it.
fn body(view: &View<'_>, pen: Pen<'_>, side_by_side: bool) -> Laid {
    let page = view.page;
    if page.side.is_empty() {
        return lay_all(pen, &page.blocks);
    }
    if side_by_side {
        let side = (pen.width / 3).min(SIDE_CELLS_MAX);
        let main = pen.width - side - SIDE_SPACE;
        let mut laid = lay_all(pen.with_width(main), &page.blocks);
        laid.put_beside(lay_all(pen.with_width(side), &page.side), main + SIDE_SPACE);
        return laid;
    }
    let mut laid = lay_all(pen, &page.blocks);
    laid.gap();
    laid.append(lay_all(pen, &page.side));
    laid
}

/// The layout of sketches and 80x25: top and keys keep their places, the page between them scrolls.
fn full(view: View<'_>, area: Rect, buffer: &mut Buffer) -> Drawn {
    let inner = Rect { x: area.x + 1, width: area.width - 2, ..area };
    let width = usize::from(inner.width);
    let height = usize::from(inner.height);
    let pen = pen(&view, width, height);
    let mut parts = Parts { top: top(&view, pen), body: Laid::default(), keys: bars::keys(pen, &view.page.keys) };
    let title = title(&view, pen);
    let mut title_cursor = title.cursor.unwrap_or_default();
    title_cursor.1 += parts.top.lines.len();
    let overflowing_keys = (parts.keys.lines.len() > KEY_LINES_MAX).then(|| parts.keys.lines.split_off(KEY_LINES_MAX));
    let key_lines = parts.keys.lines.len();
    // A title of many lines scrolls with the page: at least half of the screen stays for what is asked.
    // The holder's page is one piece in the middle, its title too.
    let fits = parts.top.lines.len() + title.lines.len() + 1 + 1 + key_lines <= height / 2 + 2;
    let pinned = fits && !view.page.holder_view;
    if pinned {
        parts.top.append(title);
        parts.top.gap();
    } else {
        parts.body.append(title);
        parts.body.gap();
    }
    let room = height.saturating_sub(parts.top.lines.len() + 1 + key_lines).max(1);
    let below = body(&view, Pen { rows: room, ..pen }, area.width >= SIDE_FROM_COLUMNS && !view.page.holder_view);
    if pinned {
        parts.body = below;
    } else {
        let title_cursor = parts.body.cursor.take();
        parts.body.append(below);
        parts.body.cursor = parts.body.cursor.or(title_cursor);
    }
    if let Some(lines) = overflowing_keys {
        parts.body.gap();
        parts.body.lines.extend(lines);
    }
    if view.page.holder_view {
        let free = room.saturating_sub(parts.body.lines.len());
        let mut lowered = Laid::default();
        (0..free / 3).for_each(|_| lowered.gap());
        lowered.append(std::mem::take(&mut parts.body));
        parts.body = lowered;
    }
    let top_rows = parts.top.lines.len();
    put_lines(buffer, inner, &parts.top, 0, top_rows);
    let window = rows_of(inner, top_rows, room);
    let drawn = put_scrolled(view, buffer, window, &parts.body, 0, position(inner, title_cursor));
    rule(&view, buffer, rows_of(inner, top_rows + room, 1), &drawn);
    put_lines(buffer, rows_of(inner, top_rows + room + 1, key_lines), &parts.keys, 0, key_lines);
    drawn
}

/// One scrolling column over one line of keys.
fn small(view: View<'_>, area: Rect, buffer: &mut Buffer) -> Drawn {
    let margin = u16::from(area.width >= 40);
    let inner = Rect { x: area.x + margin, width: area.width - 2 * margin, ..area };
    let room = usize::from(inner.height).saturating_sub(1).max(1);
    let pen = pen(&view, usize::from(inner.width), room);
    let mut all = top(&view, pen);
    let title_line = all.lines.len();
    let mut title = title(&view, pen);
    let title_x = title.cursor.take().map_or(0, |(x, _)| x);
    all.append(title);
    all.gap();
    all.append(body(&view, pen, false));
    if !view.page.keys.is_empty() {
        all.gap();
        all.text(&view.words.get("keys-heading"), view.theme.title, 0, pen.width);
        all.append(bars::keys(pen, &view.page.keys));
    }
    all.cursor = all.cursor.or(Some((title_x, title_line)));
    // Where the status would take more than a third of the room the question comes first.
    let start = if title_line * 3 > room { title_line } else { 0 };
    let window = rows_of(inner, 0, room);
    let drawn = put_scrolled(view, buffer, window, &all, start, inner.as_position());
    if usize::from(inner.height) > room {
        let bar = rows_of(inner, room, 1);
        let mut keys = Laid::default();
        keys.lines.push(bars::keys_on_one_line(pen, &small_keys(&view, &drawn)));
        put_lines(buffer, bar, &keys, 0, 1);
    }
    drawn
}

/// The keys of a small screen: first the one that shows more of the page.
fn small_keys(view: &View<'_>, drawn: &Drawn) -> Vec<KeyHint> {
    let below = drawn.scroll.saturating_add(drawn.page_rows) < drawn.page_lines;
    let key = if below { Key::PageDown } else { Key::PageUp };
    let more = (below || drawn.scroll > 0).then(|| KeyHint::new(key, view.words.get("key-more")));
    more.into_iter().chain(view.page.keys.iter().cloned()).collect()
}

/// The rows of `area` from `first` on, as many as there are.
fn rows_of(area: Rect, first: usize, rows: usize) -> Rect {
    let first = u16::try_from(first).unwrap_or(u16::MAX).min(area.height);
    let rows = u16::try_from(rows).unwrap_or(u16::MAX).min(area.height - first);
    Rect { y: area.y + first, height: rows, ..area }
}

fn position(area: Rect, (x, line): (usize, usize)) -> Position {
    let x = u16::try_from(x).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
    let y = u16::try_from(line).unwrap_or(u16::MAX).min(area.height.saturating_sub(1));
    Position { x: area.x + x, y: area.y + y }
}

fn put_lines(buffer: &mut Buffer, area: Rect, laid: &Laid, first: usize, rows: usize) {
    for (y, line) in (area.y..area.bottom()).zip(laid.lines.iter().skip(first).take(rows)) {
        buffer.set_line(area.x, y, line, area.width);
    }
}

/// The first line to show: what the reader wants, else `start`, moved so that the focus is seen, its first line before its
/// last.
fn first_line(laid: &Laid, room: usize, start: usize, wanted: Option<u16>) -> usize {
    let last = laid.lines.len().saturating_sub(room);
    if let Some(wanted) = wanted {
        return usize::from(wanted).min(last);
    }
    let Some((focus, end)) = laid.focus else {
        return start.min(last);
    };
    let cursor = laid.cursor.map_or(focus, |(_, line)| line);
    let mut first = start.max(end.saturating_sub(room)).min(focus);
    // A field higher than the screen: its cursor decides.
    if cursor >= first + room {
        first = cursor + 1 - room;
    }
    first.min(last)
}

fn put_scrolled(
    view: View<'_>,
    buffer: &mut Buffer,
    window: Rect,
    laid: &Laid,
    start: usize,
    otherwise: Position,
) -> Drawn {
    let room = usize::from(window.height);
    let first = first_line(laid, room, start, view.scroll);
    put_lines(buffer, window, laid, first, room);
    let seen = first..first + room;
    let cursor = laid.cursor.filter(|(_, line)| seen.contains(line));
    let cursor = cursor.map_or(otherwise, |(x, line)| position(window, (x, line - first)));
    let pictures = laid.pictures.iter().filter_map(|picture| {
        let x = u16::try_from(picture.x).ok()?;
        let y = u16::try_from(picture.line.checked_sub(first)?).ok()?;
        let place = Rect {
            x: window.x.checked_add(x)?,
            y: window.y.checked_add(y)?,
            width: picture.columns,
            height: picture.rows,
        };
        // Half a picture is no picture: it comes when all of its place is seen.
        (place.intersection(window) == place).then(|| (picture.picture.clone(), place))
    });
    Drawn {
        cursor,
        scroll: u16::try_from(first).unwrap_or(u16::MAX),
        page_rows: window.height,
        page_lines: u16::try_from(laid.lines.len()).unwrap_or(u16::MAX),
        pictures: pictures.collect(),
    }
}

/// The rule above the keys; it says when there is more to see.
fn rule(view: &View<'_>, buffer: &mut Buffer, area: Rect, drawn: &Drawn) {
    let above = drawn.scroll > 0;
    let below = drawn.scroll.saturating_add(drawn.page_rows) < drawn.page_lines;
    let more = match (above, below) {
        (true, true) => view.words.get("more-both"),
        (true, false) => view.words.get("more-above"),
        (false, true) => view.words.get("more-below"),
        (false, false) => String::new(),
    };
    let width = usize::from(area.width);
    let style: Style = if view.page.holder_view && more.is_empty() { view.theme.text } else { view.theme.muted };
    let sign = if view.page.holder_view { ' ' } else { view.theme.rule };
    let mut line = ratatui::text::Line::default();
    if !more.is_empty() {
        let more = format!(" {} ", cut(&more, width.saturating_sub(2)));
        line.spans.push(Span::styled(more, view.theme.key));
    }
    let rest = width.saturating_sub(line_cells(&line));
    line.spans.insert(0, Span::styled(std::iter::repeat_n(sign, rest).collect::<String>(), style));
    buffer.set_line(area.x, area.y, &line, area.width);
}
