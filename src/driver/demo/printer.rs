//! The demo's card printer: takes jobs, keeps each face as a file, and can run out, jam or be switched off.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::driver::ports::printer::CardPrinter;
use crate::journey::input::{JobState, PrintFault, PrintJob, PrinterView};

/// Jobs remembered: a demo prints a handful.
const JOBS_MAX: usize = 200;

#[derive(Default)]
struct Inner {
    trouble: Option<PrinterView>,
    jobs: Vec<(String, JobState)>,
}

/// A handle on the printer; clones are the same one.
#[derive(Clone)]
pub struct SimPrinter {
    inner: Arc<Mutex<Inner>>,
    tray: PathBuf,
}

impl SimPrinter {
    /// A ready printer whose cards come out as PDF files into `tray`.
    pub fn new(tray: PathBuf) -> Self {
        Self { inner: Arc::default(), tray }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.inner.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is the matter now; ready if nothing is.
    pub fn state(&self) -> PrinterView {
        self.with(|inner| inner.trouble.unwrap_or(PrinterView::Ready))
    }

    /// The next trouble in turn: ready, no cards, cover open, jam, off, ready again.
    pub fn next_trouble(&self) {
        self.with(|inner| {
            inner.trouble = match inner.trouble {
                None => Some(PrinterView::NoCards),
                Some(PrinterView::NoCards) => Some(PrinterView::CoverOpen),
                Some(PrinterView::CoverOpen) => Some(PrinterView::Jam),
                Some(PrinterView::Jam) => Some(PrinterView::Off),
                Some(_) => None,
            };
        });
    }

    /// Each card that comes out is a file more: one printed twice under one name lies there twice.
    fn free_place(&self, name: &str) -> PathBuf {
        let again = (2..=JOBS_MAX).map(|nth| format!("{name}-{nth}.pdf"));
        let mut places = std::iter::once(format!("{name}.pdf")).chain(again).map(|file| self.tray.join(file));
        places.find(|place| !place.exists()).unwrap_or_else(|| self.tray.join(name))
    }

    fn reachable<T>(&self, work: impl FnOnce(&mut Inner) -> Result<T, PrintFault>) -> Result<T, PrintFault> {
        self.with(|inner| match inner.trouble {
            Some(PrinterView::Off) => Err(PrintFault::Unreachable),
            _ => work(inner),
        })
    }
}

fn place(inner: &Inner, job: &PrintJob) -> Option<usize> {
    let at = usize::try_from(job.id).ok()?.checked_sub(1)?;
    (at < inner.jobs.len()).then_some(at)
}

impl CardPrinter for SimPrinter {
    fn status(&mut self) -> Result<PrinterView, PrintFault> {
        self.reachable(|inner| Ok(inner.trouble.unwrap_or(PrinterView::Ready)))
    }

    fn create(&mut self, job_name: &str) -> Result<PrintJob, PrintFault> {
        self.reachable(|inner| {
            if inner.jobs.len() >= JOBS_MAX {
                return Err(PrintFault::Busy);
            }
            inner.jobs.push((job_name.to_owned(), JobState::WantsDocument));
            Ok(PrintJob { id: i32::try_from(inner.jobs.len()).unwrap_or(i32::MAX), uuid: None })
        })
    }

    fn send(&mut self, job: &PrintJob, pdf: &[u8]) -> Result<(), PrintFault> {
        let name = self.reachable(|inner| {
            let at = place(inner, job).ok_or(PrintFault::Refused(0x0406))?;
            let entry = inner.jobs.get_mut(at).ok_or(PrintFault::Refused(0x0406))?;
            entry.1 = JobState::Working;
            Ok(entry.0.clone())
        })?;
        // A demo whose tray can't be written still goes on: the file is for looking at.
        let _ = std::fs::create_dir_all(&self.tray);
        let _ = std::fs::write(self.free_place(&name), pdf);
        Ok(())
    }

    fn poll(&mut self, job: &PrintJob) -> Result<JobState, PrintFault> {
        self.reachable(|inner| {
            let Some(at) = place(inner, job) else { return Ok(JobState::Unknown) };
            let trouble = inner.trouble;
            let Some((_, state)) = inner.jobs.get_mut(at) else { return Ok(JobState::Unknown) };
            match (&state, trouble) {
                (JobState::Working, None) => *state = JobState::Completed,
                (JobState::Working, Some(PrinterView::Jam)) => *state = JobState::Aborted,
                (JobState::Working, Some(_)) => return Ok(JobState::Stopped),
                _ => {}
            }
            Ok(state.clone())
        })
    }

    fn find(&mut self, job_name: &str) -> Result<Option<PrintJob>, PrintFault> {
        self.reachable(|inner| {
            let at = inner.jobs.iter().position(|(name, _)| name == job_name);
            Ok(at.map(|at| PrintJob { id: i32::try_from(at + 1).unwrap_or(i32::MAX), uuid: None }))
        })
    }

    fn cancel(&mut self, job: &PrintJob) -> Result<(), PrintFault> {
        self.reachable(|inner| {
            if let Some(at) = place(inner, job)
                && let Some((_, state)) = inner.jobs.get_mut(at)
            {
                *state = JobState::Cancelled;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_tray_stops_a_job_and_a_filled_one_ends_it() {
        let dir = tempfile::tempdir().unwrap();
        let mut printer = SimPrinter::new(dir.path().to_owned());
        let job = printer.create("ra-1-a1").unwrap();
        assert_eq!(printer.poll(&job).unwrap(), JobState::WantsDocument);
        printer.next_trouble();
        printer.send(&job, b"%PDF").unwrap();
        assert_eq!(printer.poll(&job).unwrap(), JobState::Stopped);
        while printer.state() != PrinterView::Ready {
            printer.next_trouble();
        }
        assert_eq!(printer.poll(&job).unwrap(), JobState::Completed);
        assert_eq!(printer.find("ra-1-a1").unwrap(), Some(job));
        assert!(dir.path().join("ra-1-a1.pdf").exists());
    }

    #[test]
    fn a_card_printed_twice_under_one_name_lies_in_the_tray_twice() {
        let dir = tempfile::tempdir().unwrap();
        for _restart in 0..3 {
            let mut printer = SimPrinter::new(dir.path().to_owned());
            let job = printer.create("ra-1-a1").unwrap();
            printer.send(&job, b"%PDF").unwrap();
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 3);
    }

    #[test]
    fn a_printer_that_is_off_is_not_reached() {
        let dir = tempfile::tempdir().unwrap();
        let mut printer = SimPrinter::new(dir.path().to_owned());
        for _ in 0..4 {
            printer.next_trouble();
        }
        assert_eq!(printer.state(), PrinterView::Off);
        assert_eq!(printer.create("x"), Err(PrintFault::Unreachable));
    }
}
