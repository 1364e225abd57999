//! Which screen is shown: state to page, one file per screen. The keys come from the same list that dispatches them.

use super::page::{Block, KeyHint, Page};
use super::status::{Network, Printer, Reader, SignedIn, StatusFacts};
use super::{cancel, check, home, issue, queue, register, reset, set_up, sign_in};
use crate::journey::command::commands;
use crate::journey::input::{ClockView, NetworkView, PrinterView, ReaderChange, StoreTrouble};
use crate::journey::{Desk, Job, Overlay, Place};
use crate::words::Words;

/// The page for this state, with its keys.
pub fn page(desk: &Desk, words: &Words) -> Page {
    let mut page = match desk.overlay {
        Some(Overlay::Help) => help(desk, words),
        Some(Overlay::Privacy) => {
            Page::new(words.get("privacy-title")).paragraph(words.get("privacy-text")).for_holder()
        }
        Some(Overlay::CheckDesk) => check::page(desk, words),
        Some(Overlay::IdleWarning) => Page::new(words.get("idle-title")).paragraph(words.get("idle-text")),
        None => place_page(desk, words),
    };
    if let Some(trouble) = desk.trouble {
        let notice = |word| Block::notice(super::page::Tone::Danger, words.get(word));
        let block = match trouble {
            StoreTrouble::DiskFull => notice("trouble-disk-full"),
            StoreTrouble::Io => notice("trouble-io"),
            StoreTrouble::NotEnrolled => notice("trouble-not-enrolled"),
            StoreTrouble::Unknown => super::trouble::of("trouble-unknown", words),
            StoreTrouble::NotKept => super::trouble::of("trouble-not-kept", words),
        };
        page.blocks.insert(0, block);
    }
    page.danger |= crate::journey::danger(desk).is_some();
    page.keys.extend(commands(desk).iter().map(|c| KeyHint::new(c.key, words.get(&format!("key-{}", c.id)))));
    page
}

fn place_page(desk: &Desk, words: &Words) -> Page {
    match &desk.place {
        Place::SignIn(state) => sign_in::page(state, desk, words),
        Place::SetUp(state) => set_up::page(state, desk, words),
        Place::Home(state) => home::page(state, desk, words),
        Place::Queue(state) => queue::page(state, desk, words),
        Place::Visit(_) => match desk.open_visit() {
            Some(visit) => match &visit.job {
                Job::Register(state) | Job::Rename(state) => register::page(state, visit, desk, words),
                Job::Issue(state) => issue::page(state, visit, desk, words),
                Job::Reset(state) => reset::page(state, visit, desk, words),
                Job::Cancel(state) => cancel::page(state, visit, desk, words),
            },
            None => Page::default(),
        },
    }
}

/// Help: what this screen is for, and every key that works on it.
fn help(desk: &Desk, words: &Words) -> Page {
    let below = Desk { overlay: None, ..desk.clone() };
    let name = match &desk.place {
        Place::SignIn(_) => "sign-in",
        Place::SetUp(_) => "set-up",
        Place::Home(_) => "home",
        Place::Queue(_) => "queue",
        Place::Visit(_) => desk.open_visit().map_or("home", |v| v.job.word()),
    };
    let keys = commands(&below);
    let facts = keys.iter().map(|c| (c.key.label().into_owned(), words.get(&format!("key-{}", c.id))));
    let help = Page::new(words.get("help-title"))
        .paragraph(words.get(&format!("help-{name}")))
        .gap()
        .block(Block::heading(words.get("keys-heading")))
        .block(Block::facts(facts));
    // What lies below was turned round to the holder: the agent's data stays away.
    if place_page(&below, words).holder_view { help.for_holder() } else { help }
}

/// Lines 1 and 2.
pub fn status(desk: &Desk) -> StatusFacts {
    let reader = |change: &ReaderChange| match change {
        ReaderChange::NoReader | ReaderChange::ServiceGone => Reader::Missing,
        ReaderChange::Empty => Reader::Empty,
        ReaderChange::Card { .. } => Reader::Card,
        ReaderChange::Mute => Reader::Unreadable,
    };
    StatusFacts {
        place: format!("{} {}", desk.about.place, desk.about.name).trim().to_owned(),
        agent: desk.session.as_ref().map(|s| SignedIn {
            name: s.name.clone(),
            role: s.role,
            organisation: s.organisation_name.clone(),
            ods: s.organisation.clone(),
        }),
        clock: Some(desk.minute),
        clock_doubt: desk.clock == ClockView::Doubtful,
        network: match desk.sync.network {
            NetworkView::Online => Network::Online,
            NetworkView::Offline(since) => Network::OfflineSince(since),
            NetworkView::NotEnrolled | NetworkView::Starting => Network::Offline,
            NetworkView::Refused(_) => Network::Refused,
        },
        waiting: desk.sync.waiting,
        refused: desk.sync.refused,
        agent_reader: Some(reader(&desk.readers.agent)),
        customer_reader: reader(&desk.readers.customer),
        printer: match desk.printer {
            PrinterView::NotSetUp => Printer::None,
            PrinterView::Ready => Printer::Ready,
            PrinterView::Working => Printer::Printing,
            PrinterView::Off => Printer::Gone,
            _ => Printer::Stopped,
        },
        demo: desk.about.simulated,
    }
}
