//! Which keys work now. One list feeds the dispatch, the key bar and the help, so that they can't differ.

use super::desk::{Contrast, Language};
use super::key::Key;
use super::{Ctx, Desk, Job, Overlay, Place, VisitEvent, home, queue, session, set_up, sign_in, to_visit};
use super::{cancel, issue, register, reset};

/// A key that does something on this screen. Its label is the word `key-<id>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Command {
    /// The key.
    pub key: Key,
    /// Stable id.
    pub id: &'static str,
}

impl Command {
    /// A command.
    pub const fn new(key: Key, id: &'static str) -> Self {
        Self { key, id }
    }
}

/// Keys that work on every screen.
const EVERYWHERE: [Command; 3] =
    [Command::new(Key::F(1), "help"), Command::new(Key::F(6), "language"), Command::new(Key::F(7), "contrast")];

/// All keys that work now, in the order of the key bar.
pub fn commands(desk: &Desk) -> Vec<Command> {
    match desk.overlay {
        Some(Overlay::Help) => return vec![Command::new(Key::Esc, "close-help")],
        Some(Overlay::CheckDesk) => return vec![Command::new(Key::Esc, "back"), Command::new(Key::F(5), "send-now")],
        Some(Overlay::Privacy | Overlay::IdleWarning) => return vec![Command::new(Key::Enter, "go-on")],
        None => {}
    }
    let mut list = match &desk.place {
        Place::SignIn(state) => sign_in::commands(state, desk),
        Place::SetUp(state) => set_up::commands(state, desk),
        Place::Home(state) => home::commands(state, desk),
        Place::Queue(state) => queue::commands(state, desk),
        Place::Visit(_) => match desk.open_visit().map(|v| &v.job) {
            Some(Job::Register(state) | Job::Rename(state)) => register::commands(state, desk),
            Some(Job::Issue(state)) => issue::commands(state, desk),
            Some(Job::Reset(state)) => reset::commands(state, desk),
            Some(Job::Cancel(state)) => cancel::commands(state, desk),
            None => Vec::new(),
        },
    };
    list.extend(EVERYWHERE);
    if desk.session.is_some() {
        list.push(Command::new(Key::F(8), "privacy"));
        list.push(Command::new(Key::F(9), "lock"));
    } else {
        list.push(Command::new(Key::F(9), "check-desk"));
    }
    list
}

/// One key: a command if there is one for it, else a key for whoever is on the screen.
pub fn key(ctx: &mut Ctx<'_>, key: Key) {
    let was_warned = ctx.desk.overlay == Some(Overlay::IdleWarning);
    session::touched(ctx);
    if was_warned {
        // The key says "I am still here" and nothing else: what it would do below could not be seen.
        return;
    }
    let command = commands(ctx.desk).into_iter().find(|c| c.key == key).map(|c| c.id);
    match command {
        Some("help") => ctx.desk.overlay = Some(Overlay::Help),
        Some("close-help" | "go-on") if ctx.desk.overlay.is_some() => ctx.desk.overlay = None,
        Some("language") => {
            ctx.desk.language = match ctx.desk.language {
                Language::English => Language::Welsh,
                Language::Welsh => Language::English,
            };
        }
        Some("contrast") => {
            ctx.desk.contrast = match ctx.desk.contrast {
                Contrast::Normal => Contrast::High,
                Contrast::High => Contrast::Mono,
                Contrast::Mono => Contrast::Normal,
            };
        }
        Some("check-desk") => ctx.desk.overlay = Some(Overlay::CheckDesk),
        Some("back") if ctx.desk.overlay == Some(Overlay::CheckDesk) => ctx.desk.overlay = None,
        Some("send-now") if ctx.desk.overlay == Some(Overlay::CheckDesk) => ctx.effects.push(super::Effect::SyncNow),
        Some("privacy") => ctx.desk.overlay = Some(Overlay::Privacy),
        Some("lock") => session::lock(ctx, "signed_out"),
        _ if ctx.desk.overlay.is_some() => {}
        command => place_key(ctx, key, command),
    }
}

fn place_key(ctx: &mut Ctx<'_>, key: Key, command: Option<&'static str>) {
    match ctx.desk.place.clone() {
        Place::SignIn(_) => sign_in::key(ctx, key, command),
        Place::SetUp(_) => set_up::key(ctx, key, command),
        Place::Home(_) => home::key(ctx, key, command),
        Place::Queue(_) => queue::key(ctx, key, command),
        Place::Visit(id) => {
            let event = command.map_or(VisitEvent::Key(key), VisitEvent::Command);
            to_visit(ctx, id, &event);
        }
    }
}
