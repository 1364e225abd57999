//! Printing exactly once (`notes` photo-print 7): intent, Create-Job, Send-Document, poll, the agent looks.
//!
//! A document that may have been sent is never sent again by the desk: the printer is asked, and where it does not know, the
//! agent is. What the agent found in the tray counts only once no job of that attempt can print any more ([`PrintStep::Clear`]).
//! A dead printer strands nobody: the card can be left written and not printed, and another agent goes on with it.

use serde::{Deserialize, Serialize};

use super::{Issue, Stage};
use crate::domain::{CardGuid, Environment, Millis, VisitId};
use crate::journey::command::Command;
use crate::journey::effect::{Effect, FaceData, JournalPhase, PreviewSize, PrintCall, TimerName};
use crate::journey::input::{JobState, Preview, PrintAnswer, PrintFault, PrintJob, PrinterView};
use crate::journey::key::Key;
use crate::journey::trouble::Trouble;
use crate::journey::wait::Wait;
use crate::journey::{Ctx, Desk, Owner, VisitEvent, card_work_allowed};
use crate::wire::fact::Fact;

/// The journal's word.
const OP: &str = "print";
/// The card on the screen, as high as 25 rows have room for beside what is asked (ID-1 is 85.6 x 54 mm; a cell is about 1 x 2).
const SIZE: PreviewSize = PreviewSize { cols: 38, rows: 12 };
/// First wait between two polls.
const POLL_FIRST_MS: i64 = 500;
/// Longest wait between two polls.
const POLL_LONGEST_MS: i64 = 5 * Millis::SECOND;
/// Polls before the agent is asked to look: about ten minutes, more than any card printer needs.
pub const POLLS_MAX: u32 = 120;
/// How often one attempt goes round (looked for by name, cancelled and created anew) before a person is asked.
const ROUNDS_MAX: u8 = 4;

/// One card's printing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Print {
    /// 1 for the first try; every try that may have left the printer has its own.
    pub attempt: u32,
    /// Where it stands.
    pub step: PrintStep,
    /// Polls since the document was sent.
    pub polls: u32,
    rounds: u8,
    face: String,
    /// How it will look.
    #[serde(skip)]
    pub preview: Option<Preview>,
    /// The printer was asked how it is.
    #[serde(skip)]
    status_asked: bool,
    /// Waits for its timer.
    #[serde(skip)]
    resting: bool,
}

/// Where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintStep {
    /// The PDF is made.
    Render,
    /// The agent looks at it.
    Preview,
    /// The intent is on record; a job is to be created.
    Create,
    /// Create-Job was asked; whether there is a job is not known until it answers.
    Creating,
    /// There is a job.
    Job {
        /// Which.
        job: PrintJob,
        /// Its document was sent, or may have been.
        sent: bool,
    },
    /// The job is looked for by its name.
    Find {
        /// Its document may have been sent.
        sent: bool,
    },
    /// The job is cancelled: its document was never taken. Then the same attempt goes on.
    Drop {
        /// Which.
        job: PrintJob,
    },
    /// The agent looks into the tray.
    Look {
        /// The printer does not say that it is done.
        doubt: bool,
        /// A job that may still be at the printer.
        job: Option<PrintJob>,
    },
    /// The agent has looked, and the job may still be at the printer: it is cancelled, then the answer counts.
    Clear {
        /// Which.
        job: PrintJob,
        /// What the agent found.
        #[serde(default)]
        then: Tray,
    },
}

/// What the agent found in the tray.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tray {
    /// A good card.
    Good,
    /// A spoilt card.
    Spoilt,
    /// Nothing.
    #[default]
    Nothing,
}

impl Print {
    pub(super) fn attempt(attempt: u32) -> Self {
        Self {
            attempt,
            step: PrintStep::Render,
            polls: 0,
            rounds: 0,
            face: String::new(),
            preview: None,
            status_asked: false,
            resting: false,
        }
    }

    /// The danger step, if it is in one.
    pub fn danger(&self) -> Option<&'static str> {
        match self.step {
            PrintStep::Preview => Some("issue-print"),
            PrintStep::Look { .. } => Some("issue-look"),
            _ => None,
        }
    }

    /// Nothing is known of any effect that was on its way; the steps are made so that each says what to ask then.
    pub(super) fn shown(&mut self) {
        self.resting = false;
        self.status_asked = false;
        self.step = match std::mem::replace(&mut self.step, PrintStep::Render) {
            PrintStep::Preview if self.preview.is_none() => PrintStep::Render,
            PrintStep::Creating => PrintStep::Find { sent: false },
            other => other,
        };
    }

    /// No job of this attempt can be at the printer.
    fn is_before_the_printer(&self) -> bool {
        matches!(self.step, PrintStep::Render | PrintStep::Preview | PrintStep::Create)
    }
}

/// `ra-<visit>-04A1-77F2-a1`: what the job is found by. Of this visit, card and attempt alone, so that no later work takes an
/// older job for its own; letters, figures and `-`, so that it can be a file's name too.
pub fn job_name(visit: VisitId, card: CardGuid, attempt: u32) -> String {
    format!("ra-{}-{}-a{attempt}", visit.0.simple(), card.short().replace("..", "-"))
}

/// The word across the card where no real card may be made.
fn specimen(environment: Environment) -> Option<String> {
    match environment {
        Environment::Demo => Some("DEMO".to_owned()),
        Environment::Trial => Some("TRIAL".to_owned()),
        Environment::Live => None,
    }
}

fn face(state: &Issue, desk: &Desk) -> Option<FaceData> {
    Some(FaceData {
        name: state.person()?.card_name(),
        number: state.card.as_ref()?.number.clone(),
        photo: state.photo.jpeg.clone()?,
        specimen: specimen(desk.about.environment),
    })
}

/// Whether a card can be sent to the printer now.
pub fn is_ready(printer: PrinterView) -> bool {
    matches!(printer, PrinterView::Ready | PrinterView::Working)
}

/// Keys that work now.
pub(super) fn commands(print: &Print, state: &Issue, desk: &Desk) -> Vec<Command> {
    let waits = state.wait.is_open();
    let stuck = state.trouble.is_some() || state.photo.fault.is_some();
    let mut list = Vec::new();
    match &print.step {
        PrintStep::Preview if !stuck && !waits => {
            list.push(if is_ready(desk.printer) {
                Command::new(Key::Enter, "print")
            } else {
                Command::new(Key::F(5), "retry")
            });
        }
        PrintStep::Look { .. } => {
            list.extend([
                Command::new(Key::Char('1'), "look-good"),
                Command::new(Key::Char('2'), "look-spoilt"),
                Command::new(Key::Char('3'), "look-nothing"),
            ]);
        }
        // A printer that stops or says nothing: the agent can look without it.
        PrintStep::Job { sent: true, .. } | PrintStep::Find { sent: true } if !waits => {
            list.push(Command::new(Key::Char('l'), "look"));
        }
        // With a card in the hand nobody waits for a printer that is gone; what it may print yet is said.
        PrintStep::Clear { then: Tray::Good | Tray::Spoilt, .. } if stuck && !waits => {
            list.push(Command::new(Key::Char('g'), "go-on-uncleared"));
        }
        _ => {}
    }
    if print.is_before_the_printer() && !waits {
        list.push(Command::new(Key::Char('w'), "leave-unprinted"));
    }
    list
}

/// The one next thing.
pub(super) fn go(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId) {
    let Some(guid) = state.card() else { return };
    let data = face(state, ctx.desk);
    let Stage::Print(print) = &mut state.stage else { return };
    if print.resting {
        return;
    }
    let name = job_name(id, guid, print.attempt);
    let call = match (&print.step, data) {
        (PrintStep::Render, Some(data)) => PrintCall::Render(data, SIZE),
        (PrintStep::Preview, _) if !print.status_asked => {
            print.status_asked = true;
            PrintCall::Status
        }
        (PrintStep::Create, Some(_)) if !card_work_allowed(ctx.desk, ctx.now) => {
            state.trouble = Some(Trouble::OldList);
            return;
        }
        (PrintStep::Create, Some(_)) => {
            ctx.journal(id, OP, &name, JournalPhase::Sent);
            print.step = PrintStep::Creating;
            PrintCall::Create { job_name: name }
        }
        (PrintStep::Creating | PrintStep::Find { .. }, _) => {
            if print.rounds >= ROUNDS_MAX {
                return give_up(state);
            }
            print.rounds += 1;
            if print.step == PrintStep::Creating {
                print.step = PrintStep::Find { sent: false };
            }
            PrintCall::Find { job_name: name }
        }
        (PrintStep::Job { job, .. }, _) => PrintCall::Poll(job.clone()),
        (PrintStep::Drop { .. }, _) if print.rounds >= ROUNDS_MAX => return give_up(state),
        (PrintStep::Drop { job } | PrintStep::Clear { job, .. }, _) => {
            print.rounds += 1;
            PrintCall::Cancel(job.clone())
        }
        // The photo is fetched first; Preview and Look wait for the agent.
        _ => return,
    };
    state.wait = Wait::effect(ctx.printer(Owner::Visit(id), call));
}

/// The printer neither knows the job nor says that it does not.
fn give_up(state: &mut Issue) {
    let Stage::Print(print) = &mut state.stage else { return };
    print.rounds = 0;
    if matches!(print.step, PrintStep::Find { sent: true }) {
        print.step = PrintStep::Look { doubt: true, job: None };
    } else {
        state.trouble = Some(Trouble::Print(PrintFault::Timeout));
    }
}

/// The poll timer ran out.
pub(super) fn rested(state: &mut Issue) {
    if let Stage::Print(print) = &mut state.stage {
        print.resting = false;
    }
}

/// F5.
pub(super) fn retried(state: &mut Issue) {
    if let Stage::Print(print) = &mut state.stage {
        print.resting = false;
        print.status_asked = false;
    }
}

/// The printer answered.
pub(super) fn answered(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) {
    let VisitEvent::Printer(_, result) = event else { return };
    let data = face(state, ctx.desk);
    let Stage::Print(print) = &mut state.stage else { return };
    match (print.step.clone(), result) {
        (_, Ok(PrintAnswer::Status(view))) => ctx.desk.printer = *view,
        (PrintStep::Render, Ok(PrintAnswer::Rendered { sha256, preview })) => {
            print.face = sha256.clone();
            print.preview = Some(preview.clone());
            print.step = PrintStep::Preview;
        }
        (PrintStep::Creating, Ok(PrintAnswer::Created(job))) => {
            print.step = PrintStep::Job { job: job.clone(), sent: false };
            // Sent at once, while this very attempt is at work; a job found later is never sent to.
            if let (Some(face), true) = (data, super::super::may_act(ctx.desk, id)) {
                print.step = PrintStep::Job { job: job.clone(), sent: true };
                let call = PrintCall::Send { job: job.clone(), face };
                state.wait = Wait::effect(ctx.printer(Owner::Visit(id), call));
            }
        }
        (PrintStep::Job { .. }, Ok(PrintAnswer::Sent)) => rest(print, ctx),
        (PrintStep::Job { job, sent }, Ok(PrintAnswer::State(found))) => polled(state, ctx, job, sent, found),
        (PrintStep::Find { sent }, Ok(PrintAnswer::Found(found))) => match found {
            Some(job) => print.step = PrintStep::Job { job: job.clone(), sent },
            None if sent => print.step = PrintStep::Look { doubt: true, job: None },
            None => print.step = PrintStep::Create,
        },
        (PrintStep::Drop { .. }, Ok(PrintAnswer::Cancelled)) => print.step = PrintStep::Create,
        // Refused: the printer does not have that job any more, or it has ended.
        (PrintStep::Clear { then, .. }, Ok(PrintAnswer::Cancelled) | Err(PrintFault::Refused(_))) => {
            found(state, ctx, id, then);
        }
        (_, Ok(_)) => state.trouble = Some(Trouble::Print(PrintFault::NotUnderstood)),
        (step, Err(fault)) => faulted(state, &step, *fault),
    }
}

fn faulted(state: &mut Issue, step: &PrintStep, fault: PrintFault) {
    let Stage::Print(print) = &mut state.stage else { return };
    state.trouble = Some(Trouble::Print(fault));
    match (step, fault) {
        // How the printer is can't be told: the agent sees that it does not answer, and asks again with F5.
        (PrintStep::Preview, _) => {}
        // Refused before there was a job: the same attempt again.
        (PrintStep::Creating, PrintFault::Refused(_) | PrintFault::Busy | PrintFault::NotSetUp) => {
            print.step = PrintStep::Create;
        }
        (PrintStep::Creating, _) => print.step = PrintStep::Find { sent: false },
        // The job went on, or ended, before it could be cancelled: its state says which.
        (PrintStep::Drop { job }, PrintFault::Refused(_)) => {
            print.step = PrintStep::Job { job: job.clone(), sent: true };
            state.trouble = None;
        }
        // What became of a document that was sent is asked from the job; the rest is asked again as it was.
        _ => {}
    }
}

fn rest(print: &mut Print, ctx: &mut Ctx<'_>) {
    let grown = POLL_FIRST_MS << print.polls.min(4);
    print.polls += 1;
    print.resting = true;
    ctx.timer(TimerName::PrintPoll, grown.min(POLL_LONGEST_MS));
}

/// What the job says of itself.
fn polled(state: &mut Issue, ctx: &mut Ctx<'_>, job: PrintJob, sent: bool, found: &JobState) {
    let Stage::Print(print) = &mut state.stage else { return };
    print.step = match found {
        JobState::WantsDocument => PrintStep::Drop { job },
        JobState::Working | JobState::Stopped if print.polls >= POLLS_MAX => {
            PrintStep::Look { doubt: true, job: Some(job) }
        }
        JobState::Working | JobState::Stopped => {
            rest(print, ctx);
            PrintStep::Job { job, sent: true }
        }
        JobState::Completed => PrintStep::Look { doubt: false, job: None },
        // Given up in the middle: there may be half a card in the tray.
        JobState::Aborted | JobState::Cancelled if sent => PrintStep::Look { doubt: true, job: None },
        JobState::Aborted | JobState::Cancelled => PrintStep::Create,
        JobState::Unknown if sent => PrintStep::Find { sent },
        JobState::Unknown => PrintStep::Create,
    };
}

/// A key of this part.
pub(super) fn chosen(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, command: &str) {
    let Some(guid) = state.card() else { return };
    let ready = is_ready(ctx.desk.printer) && state.trouble.is_none() && !state.wait.is_open();
    let Stage::Print(print) = &mut state.stage else { return };
    match (command, print.step.clone()) {
        ("print", PrintStep::Preview) if ready && !card_work_allowed(ctx.desk, ctx.now) => {
            state.trouble = Some(Trouble::OldList);
        }
        ("print", PrintStep::Preview) if ready => {
            let face = print.face.clone();
            ctx.event(Fact::PrintIntended { visit: id, card: guid, attempt: print.attempt, face });
            print.step = PrintStep::Create;
            ctx.effects.push(Effect::FlushKeys);
        }
        ("look", PrintStep::Job { job, sent: true }) => {
            print.step = PrintStep::Look { doubt: true, job: Some(job) };
            state.trouble = None;
        }
        ("look", PrintStep::Find { sent: true }) => {
            print.step = PrintStep::Look { doubt: true, job: None };
            state.trouble = None;
        }
        ("look-good" | "look-spoilt" | "look-nothing", PrintStep::Look { job, .. }) => {
            let tray = match command {
                "look-good" => Tray::Good,
                "look-spoilt" => Tray::Spoilt,
                _ => Tray::Nothing,
            };
            match job {
                Some(job) => {
                    print.rounds = 0;
                    print.step = PrintStep::Clear { job, then: tray };
                }
                None => found(state, ctx, id, tray),
            }
        }
        ("go-on-uncleared", PrintStep::Clear { then: then @ (Tray::Good | Tray::Spoilt), .. }) => {
            state.trouble = None;
            found(state, ctx, id, then);
        }
        _ => {}
    }
}

/// What came out is known, and nothing of this attempt can come any more.
fn found(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, tray: Tray) {
    let (Some(guid), Stage::Print(print)) = (state.card(), &mut state.stage) else { return };
    let phase = if tray == Tray::Good { JournalPhase::Confirmed } else { JournalPhase::Failed };
    ctx.journal(id, OP, &job_name(id, guid, print.attempt), phase);
    match tray {
        Tray::Good => {
            ctx.event(Fact::PrintedGood { visit: id, card: guid, attempt: print.attempt });
            if let Some(card) = &mut state.card {
                card.printed = true;
            }
            state.stage = Stage::Likeness;
        }
        Tray::Spoilt => state.spoil(ctx, id, "bad_print"),
        Tray::Nothing => **print = Print::attempt(print.attempt + 1),
    }
}
