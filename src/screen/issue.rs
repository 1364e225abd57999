//! The screens of the issue visit: blank, check, writing, printing, hand-over.

use super::page::{Block, Choice, Page, Step, StepState, Tone};
use super::{passcode, preview, say, trouble};
use crate::domain::CardStatus;
use crate::journey::input::{PrinterView, ReaderChange};
use crate::journey::issue::blank::{Blank, Look, Refusal};
use crate::journey::issue::permission::{Ask, WhyNot, why_not};
use crate::journey::issue::print::{Print, PrintStep, Tray, is_ready};
use crate::journey::issue::write::{Part, Work};
use crate::journey::issue::{Issue, Stage};
use crate::journey::{Desk, Visit};
use crate::words::Words;

/// The page for its state.
pub fn page(state: &Issue, _visit: &Visit, desk: &Desk, words: &Words) -> Page {
    if state.asks_spoilt {
        return Page::new(words.get("issue-spoilt-ask"))
            .paragraph(words.get("issue-spoilt-what"))
            .paragraph(words.get("issue-spoilt-sure"));
    }
    let page = match &state.stage {
        Stage::Code => code(state, words),
        Stage::Blank(look) => blank(look, state, desk, words),
        Stage::Check(blank) => check(blank, state, desk, words),
        Stage::Permission(_, ask) => {
            Page::new(title("issue-writing-title", state, words)).paragraph(asking(ask, words))
        }
        Stage::Write => writing(state, words),
        Stage::Print(print) => printing(print, state, desk, words),
        Stage::Likeness => likeness(state, words),
        Stage::Passcode(operation) => passcode::page(operation, words),
        Stage::Live => live(state, words),
        Stage::Spoilt { card, reason } => Page::new(words.get("issue-spoilt-title"))
            .paragraph(words.with("issue-spoilt-aside", &[("guid", card.short().into())]))
            .paragraph(words.get(spoilt_word(reason)))
            .paragraph(words.get("issue-spoilt-next")),
        Stage::NothingToDo(status) => Page::new(words.get("issue-nothing-title")).paragraph(words.get(match status {
            CardStatus::Issued => "issue-nothing-issued",
            CardStatus::Spoilt | CardStatus::Cancelled => "issue-nothing-dead",
            _ => "issue-nothing-no-number",
        })),
    };
    let photo_fault = state.photo.fault.map(|fault| trouble::central(fault, words));
    let other = state.card().filter(|_| state.has_another_card()).map(|card| trouble::other_card(card, words));
    page.maybe(state.trouble.map(|t| trouble::of_visit(t, state.card(), words)).or(other).or(photo_fault))
}

fn name(state: &Issue, words: &Words) -> String {
    state.person().map_or_else(|| words.get("issue-first-manager"), |person| person.card_name())
}

fn title(word: &str, state: &Issue, words: &Words) -> String {
    words.with(word, &[("name", name(state, words).into())])
}

fn code(state: &Issue, words: &Words) -> Page {
    let field = super::page::SecretField::passcode(words.get("set-up-bootstrap-code"), state.secret.typed);
    Page::new(words.get("set-up-first-title")).paragraph(words.get("issue-code-again")).block(Block::Secret(field))
}

fn blank(look: &Look, state: &Issue, desk: &Desk, words: &Words) -> Page {
    let page = Page::new(title("issue-blank-title", state, words)).gap();
    match look {
        Look::Empty => match desk.readers.customer {
            // With one reader only a desk signs in and captures; it can't write (design, "People at work").
            ReaderChange::NoReader => page.block(trouble::of("fault-one-reader", words)),
            ReaderChange::ServiceGone => page.block(trouble::of("fault-card-reader-gone", words)),
            ReaderChange::Mute => page.block(trouble::of("fault-card-mute", words)),
            ReaderChange::Empty | ReaderChange::Card { .. } => page.paragraph(words.get("issue-put-blank")),
        },
        Look::Here => page.paragraph(words.get("issue-reading-blank")),
        Look::Stock(_) => page.paragraph(words.get("issue-asking-stock")),
        Look::Refused(refusal) => page.block(refused(*refusal, words)).gap().paragraph(words.get("card-unchanged")),
    }
}

fn refused(refusal: Refusal, words: &Words) -> Block {
    let text = match refusal {
        Refusal::NotPiv => words.get("issue-blank-not-piv"),
        Refusal::SomebodysCard => words.get("issue-blank-somebodys"),
        Refusal::OwnCard => words.get("issue-blank-own"),
        Refusal::NotInStock => words.get("issue-blank-not-in-stock"),
        Refusal::OldSeries(series) => words.with("issue-blank-old-series", &[("series", series.into())]),
    };
    Block::notice(Tone::Warn, text)
}

fn check(blank: &Blank, state: &Issue, desk: &Desk, words: &Words) -> Page {
    let mut facts = vec![(words.get("issue-fact-name"), name(state, words))];
    if let Some(number) = state.person().and_then(|person| person.number.as_ref()) {
        facts.push((words.get("issue-fact-uuid"), number.spaced()));
    }
    let chip = blank.identity.chip_serial.clone().unwrap_or_else(|| words.get("issue-chip-unknown"));
    facts.push((words.get("issue-fact-chip"), chip));
    if let Some(stock) = &blank.stock {
        let text = words.with("issue-stock", &[("batch", (&stock.batch).into()), ("series", stock.series.into())]);
        facts.push((words.get("issue-fact-stock"), text));
    }
    let why = match why_not(state, desk) {
        Some(WhyNot::Clock) => Some("issue-not-clock"),
        Some(WhyNot::Offline) => Some("issue-not-offline"),
        Some(WhyNot::NoPhoto) if state.photo.fault.is_none() => Some("issue-not-photo"),
        Some(WhyNot::OwnCard) => Some("issue-not-own"),
        Some(WhyNot::OldList) => Some("issue-not-list"),
        Some(WhyNot::NoPhoto | WhyNot::NoBlank) | None => None,
    };
    let facts = Block::facts(facts);
    let question = match why {
        Some(why) => Block::notice(Tone::Warn, words.get(why)),
        None => Block::paragraph(words.get("issue-check-text")),
    };
    let page = Page::new(title("issue-check-title", state, words)).gap();
    match &state.photo.preview {
        // Beside the photo, so that the question is seen on the smallest screen too.
        Some(picture) => page.block(preview::block(picture, "issue-photo", vec![facts, Block::Gap, question], words)),
        None => page.block(facts).gap().block(question),
    }
}

fn asking(ask: &Ask, words: &Words) -> String {
    words.get(match ask {
        Ask::Tell => "issue-asking-tell",
        Ask::Hand => "issue-asking-hand",
        Ask::Grant(_) | Ask::Bootstrap | Ask::Again(_) => "issue-asking-grant",
        Ask::Face(_) => "issue-asking-face",
    })
}

/// Done, Now, Next, with what a part usually takes.
fn writing(state: &Issue, words: &Words) -> Page {
    let mut page = Page::new(title("issue-writing-title", state, words));
    if state.is_busy() && state.trouble.is_none() {
        page = page.right(words.get("issue-do-not-remove"));
    }
    let page = page.gap();
    let Some((card, work)) = state.card.as_ref().and_then(|card| Some((card, card.work.as_deref()?))) else {
        return page;
    };
    let chip = card.chip_serial.clone().unwrap_or_else(|| card.guid.short());
    let mut steps = vec![Step::new(StepState::Done, words.with("issue-step-known", &[("chip", chip.into())]))];
    steps.extend(parts(work, state, words));
    steps.push(Step::new(StepState::Then, words.get("issue-step-then")));
    let page = page.block(Block::Steps(steps)).gap();
    if state.trouble.is_some() { page } else { page.paragraph(words.get("issue-if-pulled")) }
}

fn parts(work: &Work, state: &Issue, words: &Words) -> Vec<Step> {
    let (parts, now) = work.parts();
    let at = now.unwrap_or(parts.len());
    parts
        .iter()
        .enumerate()
        .map(|(index, part)| {
            let step_state = match index.cmp(&at) {
                std::cmp::Ordering::Less => StepState::Done,
                std::cmp::Ordering::Equal if state.trouble.is_some() => StepState::Failed,
                std::cmp::Ordering::Equal => StepState::Now,
                std::cmp::Ordering::Greater => StepState::Next,
            };
            let step = Step::new(step_state, part_label(*part, words));
            if step_state == StepState::Now { step.seconds(state.seconds, Some(usual_seconds(*part))) } else { step }
        })
        .collect()
}

fn part_label(part: Part, words: &Words) -> String {
    let counted = |word: &str, (number, total): (usize, usize)| {
        words.with(word, &[("count", say::count_of(words, number, total).into())])
    };
    match part {
        Part::Prepare => words.get("issue-step-prepare"),
        Part::Keys(number, total) => counted("issue-step-keys", (number, total)),
        Part::Certificates(number, total) => counted("issue-step-certificates", (number, total)),
        Part::Details => words.get("issue-step-details"),
        Part::ReadBack => words.get("issue-step-read-back"),
    }
}

/// What one part usually takes at most, in seconds: P-256 on a contact reader.
fn usual_seconds(part: Part) -> u32 {
    match part {
        Part::Prepare | Part::Details => 5,
        Part::Keys(..) | Part::Certificates(..) | Part::ReadBack => 10,
    }
}

fn printing(print: &Print, state: &Issue, desk: &Desk, words: &Words) -> Page {
    let page = match &print.step {
        PrintStep::Render => {
            Page::new(title("issue-print-title", state, words)).paragraph(words.get("issue-rendering"))
        }
        PrintStep::Preview => {
            let page = Page::new(title("issue-print-title", state, words)).maybe(printer(desk.printer, words));
            let page = if is_ready(desk.printer) { page.paragraph(words.get("issue-print-text")) } else { page };
            match &print.preview {
                // What is wrong is said where it is seen at once: not below a picture.
                Some(picture) if state.trouble.is_none() => {
                    page.block(preview::block(picture, "issue-face", Vec::new(), words))
                }
                _ => page,
            }
        }
        PrintStep::Look { doubt, .. } => look(*doubt, state, words),
        PrintStep::Create | PrintStep::Creating | PrintStep::Job { .. } => {
            Page::new(title("issue-printing-title", state, words))
                .paragraph(words.get("issue-printing"))
                .maybe(printer(desk.printer, words))
        }
        PrintStep::Clear { then, .. } => {
            Page::new(title("issue-printing-title", state, words)).paragraph(words.get("issue-print-clearing")).maybe(
                (state.trouble.is_some() && *then != Tray::Nothing)
                    .then(|| Block::notice(Tone::Warn, words.get("issue-print-uncleared"))),
            )
        }
        PrintStep::Find { .. } | PrintStep::Drop { .. } => {
            Page::new(title("issue-printing-title", state, words)).paragraph(words.get("issue-print-finding"))
        }
    };
    if print.attempt < 2 {
        return page;
    }
    page.gap().paragraph(words.with("issue-attempt", &[("attempt", print.attempt.into())]))
}

/// Why the printer does not print, and what to do; nothing if it does.
fn printer(view: PrinterView, words: &Words) -> Option<Block> {
    let word = match view {
        PrinterView::Ready | PrinterView::Working => return None,
        PrinterView::NotSetUp => "fault-print-not-set-up",
        PrinterView::Off => "fault-printer-off",
        PrinterView::NoCards => "fault-printer-no-cards",
        PrinterView::CoverOpen => "fault-printer-cover",
        PrinterView::Jam => "fault-printer-jam",
        PrinterView::NoRibbon => "fault-printer-ribbon",
        PrinterView::Stopped => "fault-printer-stopped",
    };
    Some(trouble::of(word, words))
}

/// The agent looks into the tray: three answers, none of them the default.
fn look(doubt: bool, state: &Issue, words: &Words) -> Page {
    let page = Page::new(title("issue-look-title", state, words));
    let rows = vec![
        Choice::new(1, words.get("issue-look-good")),
        Choice::new(2, words.get("issue-look-spoilt")),
        Choice::new(3, words.get("issue-look-nothing")),
    ];
    if !doubt {
        return page.paragraph(words.get("issue-look-text")).gap().choices(rows);
    }
    let mut problem = trouble::problem("fault-print-doubt", words);
    problem.choices = rows;
    page.block(Block::Problem(problem))
}

fn likeness(state: &Issue, words: &Words) -> Page {
    let page = Page::new(title("issue-likeness-title", state, words)).gap();
    if state.is_first() {
        return page.paragraph(words.get("issue-first-hand-over"));
    }
    match &state.photo.preview {
        Some(picture) => {
            let ask = vec![
                Block::paragraph(words.get("issue-likeness-ask")),
                Block::Gap,
                Block::paragraph(words.get("issue-likeness-no")),
            ];
            page.block(preview::block(picture, "issue-photo", ask, words))
        }
        None if state.photo.cant_be_shown => page.block(trouble::of("fault-photo-unseen", words)),
        None => page.paragraph(words.get("issue-photo-coming")),
    }
}

fn live(state: &Issue, words: &Words) -> Page {
    let page = Page::new(title("issue-live-title", state, words))
        .gap()
        .block(Block::notice(Tone::Good, words.get("issue-live-saved")))
        .gap()
        .block(Block::heading(words.get("issue-live-tell")))
        .paragraph(words.get("issue-live-secret"))
        .paragraph(words.get("issue-live-lost"))
        .paragraph(words.get("issue-live-tries"));
    if state.is_first() { page.paragraph(words.get("issue-live-first")) } else { page }
}

fn spoilt_word(reason: &str) -> &'static str {
    match reason {
        "bad_print" => "issue-spoilt-print",
        "puk_unknown" => "issue-spoilt-puk",
        _ => "issue-spoilt-chip",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::task::CardFault;
    use crate::journey::input::{CentralFault, Input, JobState, PrintFault};
    use crate::journey::issue::tests::{World, card_fault, central_fault, person, print_fault, record};
    use crate::journey::key::Key;
    use crate::screen::view;
    use crate::words::Lang;

    /// All that stands on the page, in both languages; every word must be there.
    fn said(world: &World) -> [String; 2] {
        Lang::ALL.map(|lang| {
            let text = format!("{:?}", view::page(&world.desk, &Words::new(lang)));
            assert!(!text.contains('\u{27e6}'), "{lang:?}: {text}");
            text
        })
    }

    #[test]
    fn every_page_from_the_blank_to_the_live_card_has_its_words_in_both_languages() {
        let mut world = World::new(Issue::for_person(person()));
        world.pull();
        said(&world);
        world.insert();
        said(&world);
        world.send(&Input::Key(Key::Enter));
        let mut seen = 0;
        while world.answer_one().is_some() {
            said(&world);
            seen += 1;
        }
        assert!(seen > 25, "{seen}");
        world.key(Key::Enter);
        said(&world);
        world.key(Key::Char('1'));
        said(&world);
        world.key(Key::Char('y'));
        said(&world);
        world.choose_passcode();
        let [english, _] = said(&world);
        assert!(english.contains("is live"), "{english}");
    }

    #[test]
    fn the_card_may_be_removed_when_nothing_is_written_and_the_one_in_work_is_named() {
        let mut world = World::new(Issue::for_person(person()));
        world.instead.push(("write_ccc", card_fault(CardFault::WrongCard)));
        world.send(&Input::Key(Key::Enter));
        while world.state().trouble.is_none() {
            let busy = matches!(world.state().stage, Stage::Write) && world.state().is_busy();
            assert_eq!(said(&world)[0].contains("DO NOT REMOVE"), busy);
            world.answer_one().expect("it comes to the other card");
        }
        let [english, welsh] = said(&world);
        assert!(!english.contains("DO NOT REMOVE"), "{english}");
        let tail = &world.state().card().unwrap().to_string()[28..];
        assert!(english.contains(&format!("ends in {tail}")) && welsh.contains(tail), "{english}");
    }

    #[test]
    fn the_holders_screen_shows_nothing_of_the_agent() {
        let mut world = World::new(Issue::continue_card(record(CardStatus::PrintedNotHandedOver), None));
        world.key(Key::Char('y'));
        let page = view::page(&world.desk, &Words::new(Lang::En));
        assert!(page.holder_view);
        assert!(!format!("{page:?}").contains("Priya"));
    }

    #[test]
    fn every_hindrance_has_three_lines_in_both_languages() {
        let stops: Vec<(&'static str, Input)> = vec![
            ("set_puk", card_fault(CardFault::WrongPuk { left: 1 })),
            ("write_chuid", card_fault(CardFault::WrongCard)),
            ("write_ccc", card_fault(CardFault::Unexpected { sw: 0x6F00 })),
            ("enrolcard", central_fault(CentralFault::Unreachable)),
            ("grant", central_fault(CentralFault::NotUnderstood)),
            ("print-render", print_fault(PrintFault::NoGlyph('x'))),
            ("sign", card_fault(CardFault::Removed)),
            ("store-head", central_fault(CentralFault::Timeout)),
        ];
        for (at, answer) in stops {
            let mut world = World::new(Issue::for_person(person()));
            world.instead.push((at, answer));
            world.key(Key::Enter);
            said(&world);
            if world.state().trouble.is_some() {
                let page = view::page(&world.desk, &Words::new(Lang::En));
                assert!(page.blocks.iter().any(|block| matches!(block, Block::Problem(_))), "{at}: {page:?}");
            }
            world.key(Key::Char('s'));
            said(&world);
            world.key(Key::Char('y'));
            said(&world);
        }
    }

    #[test]
    fn every_state_of_the_printer_is_said_with_what_to_do() {
        use PrinterView::{CoverOpen, Jam, NoCards, NoRibbon, NotSetUp, Off, Stopped};
        for view in [CoverOpen, Jam, NoCards, NoRibbon, NotSetUp, Off, Stopped] {
            let mut world = World::new(Issue::continue_card(record(CardStatus::WrittenNotPrinted), None));
            world.send(&Input::PrinterState(view));
            said(&world);
            let page = view::page(&world.desk, &Words::new(Lang::En));
            assert!(page.blocks.iter().any(|block| matches!(block, Block::Problem(_))), "{view:?}");
        }
        let mut world = World::new(Issue::continue_card(record(CardStatus::WrittenNotPrinted), None));
        world.polls = vec![JobState::Aborted].into();
        world.key(Key::Enter);
        let [english, _] = said(&world);
        assert!(english.contains("Nothing came out"), "{english}");
    }
}
