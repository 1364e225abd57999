//! The card printer: a thread that makes faces, sends them and follows jobs. One call at a time; nothing is sent twice by itself.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use super::{Arrivals, WORK_MAX};
use crate::device::photo::{Picture, half_blocks, resized};
use crate::device::print::{
    self, CardFace, FaceFault, FaceSettings, FolderPrintFault, FolderPrinter, Hold, IppPrinter, JobRef, PrinterState,
    Stem, face_pdf, face_preview,
};
use crate::journey::effect::{EffectId, FaceData, PreviewSize, PrintCall};
use crate::journey::input::{Input, JobState, Preview, PrintAnswer, PrintFault, PrintJob, PrinterView};
use crate::journey::preview::Pixels;

/// Pixels across the preview before it becomes cells: enough that its text stays even.
const PREVIEW_WIDTH: u32 = 640;

/// Pixels kept of a preview for each of its cells, at most: twice what a screen of 96 dpi shows.
const CELL_PIXELS: (u32, u32) = (16, 32);

/// How often a printer in trouble is looked at.
const TROUBLE_LOOK: Duration = Duration::from_secs(5);

/// Something that prints cards.
pub trait CardPrinter: Send {
    /// How is it?
    fn status(&mut self) -> Result<PrinterView, PrintFault>;
    /// Makes a job that waits for its document.
    fn create(&mut self, job_name: &str) -> Result<PrintJob, PrintFault>;
    /// Sends the document of a job.
    fn send(&mut self, job: &PrintJob, pdf: &[u8]) -> Result<(), PrintFault>;
    /// How far is a job?
    fn poll(&mut self, job: &PrintJob) -> Result<JobState, PrintFault>;
    /// Looks for a job by name.
    fn find(&mut self, job_name: &str) -> Result<Option<PrintJob>, PrintFault>;
    /// Cancels a job.
    fn cancel(&mut self, job: &PrintJob) -> Result<(), PrintFault>;
}

/// What every card of this desk has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CardLayout {
    /// The words in the band at the top.
    pub band_text: String,
    /// What differs from printer to printer.
    pub settings: FaceSettings,
}

/// The printer's thread.
pub struct PrinterPort {
    calls: SyncSender<(EffectId, PrintCall)>,
    arrivals: Arrivals,
}

impl PrinterPort {
    /// Starts the thread. Without a printer every call but `Render` says so.
    ///
    /// Errors: no thread could be started.
    pub fn start(
        printer: Option<Box<dyn CardPrinter>>,
        layout: CardLayout,
        arrivals: Arrivals,
    ) -> std::io::Result<Self> {
        let (calls, asked) = sync_channel(WORK_MAX);
        let mut worker = Worker { printer, layout, arrivals: arrivals.clone(), view: None };
        std::thread::Builder::new().name("printer".into()).spawn(move || worker.work(&asked))?;
        Ok(Self { calls, arrivals })
    }

    /// Asks; the answer bears `id` in any case.
    pub fn ask(&self, id: EffectId, call: PrintCall) {
        if self.calls.try_send((id, call)).is_err() {
            self.arrivals.refuse(Input::Printer(id, Err(PrintFault::Busy)));
        }
    }
}

struct Worker {
    printer: Option<Box<dyn CardPrinter>>,
    layout: CardLayout,
    arrivals: Arrivals,
    view: Option<PrinterView>,
}

impl Worker {
    fn work(&mut self, asked: &Receiver<(EffectId, PrintCall)>) {
        self.look();
        loop {
            // A printer that is ready, or not there at all, is left alone; one in trouble is looked at until it is mended.
            let quiet = matches!(self.view, Some(PrinterView::Ready | PrinterView::NotSetUp));
            let call = if quiet {
                asked.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                asked.recv_timeout(TROUBLE_LOOK)
            };
            match call {
                Ok((id, call)) => {
                    let result = self.answer(call);
                    self.look();
                    self.arrivals.send(Input::Printer(id, result));
                }
                Err(RecvTimeoutError::Timeout) => self.look(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Tells the loop when the printer's state has changed.
    fn look(&mut self) {
        let view = match &mut self.printer {
            None => PrinterView::NotSetUp,
            Some(printer) => printer.status().unwrap_or(PrinterView::Off),
        };
        if self.view.replace(view) != Some(view) {
            self.arrivals.send(Input::PrinterState(view));
        }
    }

    fn answer(&mut self, call: PrintCall) -> Result<PrintAnswer, PrintFault> {
        if let PrintCall::Render(face, size) = &call {
            return self.render(face, *size);
        }
        let layout = self.layout.clone();
        let printer = self.printer.as_mut().ok_or(PrintFault::NotSetUp)?;
        Ok(match call {
            PrintCall::Render(..) | PrintCall::Status => PrintAnswer::Status(printer.status()?),
            PrintCall::Create { job_name } => PrintAnswer::Created(printer.create(&job_name)?),
            PrintCall::Send { job, face } => {
                // The same face gives the same bytes, so the journalled digest holds for what is sent here.
                let pdf = face_pdf(&card_face(&face, &layout), &layout.settings).map_err(face_fault)?;
                printer.send(&job, &pdf.bytes)?;
                PrintAnswer::Sent
            }
            PrintCall::Poll(job) => PrintAnswer::State(printer.poll(&job)?),
            PrintCall::Find { job_name } => PrintAnswer::Found(printer.find(&job_name)?),
            PrintCall::Cancel(job) => {
                printer.cancel(&job)?;
                PrintAnswer::Cancelled
            }
        })
    }

    fn render(&self, face: &FaceData, size: PreviewSize) -> Result<PrintAnswer, PrintFault> {
        let card = card_face(face, &self.layout);
        let pdf = face_pdf(&card, &self.layout.settings).map_err(face_fault)?;
        let picture = face_preview(&card, &self.layout.settings, PREVIEW_WIDTH).map_err(face_fault)?;
        let sha256 = pdf.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(PrintAnswer::Rendered { sha256, preview: cells(&picture, size) })
    }
}

/// A picture as cells, and as no more pixels than a fine screen has there.
pub fn cells(picture: &Picture, size: PreviewSize) -> Preview {
    let rows = half_blocks(picture, size.cols, size.rows);
    let cols = u16::try_from(rows.first().map_or(0, Vec::len)).unwrap_or(0);
    let rows_high = u16::try_from(rows.len()).unwrap_or(0);
    let (wide, high) = (u32::from(cols) * CELL_PIXELS.0, u32::from(rows_high) * CELL_PIXELS.1);
    let fine = if picture.width() > wide || picture.height() > high {
        resized(picture, wide.min(picture.width()), high.min(picture.height()))
    } else {
        picture.clone()
    };
    let pixels = Pixels { width: fine.width(), height: fine.height(), rgb: Arc::from(fine.rgb()) };
    Preview { cols, rows: rows_high, cells: rows.into_iter().flatten().collect(), pixels: Some(pixels) }
}

fn card_face(face: &FaceData, layout: &CardLayout) -> CardFace {
    CardFace {
        name: face.name.clone(),
        number_spaced: face.number.spaced(),
        photo_jpeg: face.photo.to_vec(),
        band_text: layout.band_text.clone(),
        demo: face.specimen.is_some(),
    }
}

fn face_fault(fault: FaceFault) -> PrintFault {
    match fault {
        FaceFault::NoName | FaceFault::NameTooLong => PrintFault::NameTooLong,
        FaceFault::NoGlyph(c) => PrintFault::NoGlyph(c),
        FaceFault::Photo => PrintFault::BadPhoto,
        other => {
            tracing::error!(%other, "a card face could not be made");
            PrintFault::NotUnderstood
        }
    }
}

fn ipp_fault(fault: print::PrintFault) -> PrintFault {
    match fault {
        print::PrintFault::BadAddress => PrintFault::NotSetUp,
        print::PrintFault::Unreachable => PrintFault::Unreachable,
        print::PrintFault::Timeout => PrintFault::Timeout,
        print::PrintFault::Busy => PrintFault::Busy,
        print::PrintFault::Refused(status) => PrintFault::Refused(status),
        print::PrintFault::NotUnderstood => PrintFault::NotUnderstood,
    }
}

impl CardPrinter for IppPrinter {
    fn status(&mut self) -> Result<PrinterView, PrintFault> {
        let status = IppPrinter::status(self).map_err(ipp_fault)?;
        let stem = status.stems.iter().find(|stem| stem.stops());
        Ok(match stem {
            Some(Stem::MediaEmpty) => PrinterView::NoCards,
            Some(Stem::CoverOpen) => PrinterView::CoverOpen,
            Some(Stem::MediaJam) => PrinterView::Jam,
            Some(Stem::SupplyEmpty) => PrinterView::NoRibbon,
            _ if !status.is_ready() => PrinterView::Stopped,
            _ if status.state == PrinterState::Processing => PrinterView::Working,
            _ => PrinterView::Ready,
        })
    }

    fn create(&mut self, job_name: &str) -> Result<PrintJob, PrintFault> {
        self.validate(job_name).map_err(ipp_fault)?;
        let job = self.create_job(job_name).map_err(ipp_fault)?;
        Ok(PrintJob { id: job.id, uuid: job.uuid })
    }

    fn send(&mut self, job: &PrintJob, pdf: &[u8]) -> Result<(), PrintFault> {
        self.send_document(&job_ref(job), pdf).map_err(ipp_fault)
    }

    fn poll(&mut self, job: &PrintJob) -> Result<JobState, PrintFault> {
        let state = IppPrinter::poll(self, &job_ref(job)).map_err(ipp_fault)?;
        Ok(match state {
            print::JobState::Held(Hold::DataInsufficient) => JobState::WantsDocument,
            print::JobState::Pending | print::JobState::Processing(_) => JobState::Working,
            print::JobState::Held(Hold::Other) => JobState::Stopped,
            print::JobState::Completed => JobState::Completed,
            print::JobState::Aborted => JobState::Aborted,
            print::JobState::Canceled => JobState::Cancelled,
            print::JobState::Unknown => JobState::Unknown,
        })
    }

    fn find(&mut self, job_name: &str) -> Result<Option<PrintJob>, PrintFault> {
        let job = self.find_by_name(job_name).map_err(ipp_fault)?;
        Ok(job.map(|job| PrintJob { id: job.id, uuid: job.uuid }))
    }

    fn cancel(&mut self, job: &PrintJob) -> Result<(), PrintFault> {
        IppPrinter::cancel(self, &job_ref(job)).map_err(ipp_fault)
    }
}

/// A job of a folder is its name; it is done as soon as its file is there, and there is no doubt about it.
impl CardPrinter for FolderPrinter {
    fn status(&mut self) -> Result<PrinterView, PrintFault> {
        Ok(if self.dir().is_dir() { PrinterView::Ready } else { PrinterView::Off })
    }

    fn create(&mut self, job_name: &str) -> Result<PrintJob, PrintFault> {
        Ok(PrintJob { id: 0, uuid: Some(job_name.to_owned()) })
    }

    fn send(&mut self, job: &PrintJob, pdf: &[u8]) -> Result<(), PrintFault> {
        self.print(name_of(job), pdf).map(drop).map_err(folder_fault)
    }

    fn poll(&mut self, job: &PrintJob) -> Result<JobState, PrintFault> {
        let there = self.find_by_name(name_of(job)).map_err(folder_fault)?;
        Ok(if there.is_some() { JobState::Completed } else { JobState::WantsDocument })
    }

    fn find(&mut self, job_name: &str) -> Result<Option<PrintJob>, PrintFault> {
        let there = self.find_by_name(job_name).map_err(folder_fault)?;
        Ok(there.map(|_| PrintJob { id: 0, uuid: Some(job_name.to_owned()) }))
    }

    fn cancel(&mut self, _job: &PrintJob) -> Result<(), PrintFault> {
        // Before its file is there nothing waits; a file that is there was taken out by nobody.
        Ok(())
    }
}

fn name_of(job: &PrintJob) -> &str {
    job.uuid.as_deref().unwrap_or_default()
}

fn folder_fault(fault: FolderPrintFault) -> PrintFault {
    tracing::warn!(%fault, "a card was not put into its folder");
    match fault {
        FolderPrintFault::Missing | FolderPrintFault::NoPermission => PrintFault::Unreachable,
        FolderPrintFault::BadName | FolderPrintFault::AlreadyThere | FolderPrintFault::Io(_) => {
            PrintFault::NotUnderstood
        }
    }
}

fn job_ref(job: &PrintJob) -> JobRef {
    JobRef { id: job.id, uuid: job.uuid.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_a_printer_whose_jobs_are_known_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let mut printer = FolderPrinter::new(dir.path());
        assert_eq!(CardPrinter::status(&mut printer), Ok(PrinterView::Ready));
        let job = printer.create("ra-1-a1").unwrap();
        assert_eq!(printer.poll(&job), Ok(JobState::WantsDocument));
        assert_eq!(printer.find("ra-1-a1"), Ok(None), "killed here, it is safe to send");
        printer.send(&job, b"%PDF").unwrap();
        // Another start of the program finds it.
        let mut again = FolderPrinter::new(dir.path());
        let found = again.find("ra-1-a1").unwrap().unwrap();
        assert_eq!(again.poll(&found), Ok(JobState::Completed));
        assert_eq!(std::fs::read(dir.path().join("ra-1-a1.pdf")).unwrap(), b"%PDF");
        let mut gone = FolderPrinter::new("/nowhere");
        assert_eq!(CardPrinter::status(&mut gone), Ok(PrinterView::Off));
        assert_eq!(gone.send(&job, b"%PDF"), Err(PrintFault::Unreachable));
    }

    #[test]
    fn a_preview_keeps_no_more_pixels_than_a_fine_screen_shows_and_never_makes_them_up() {
        let size = PreviewSize { cols: 4, rows: 2 };
        let pixels = |width: u32, height: u32| {
            let picture = Picture::from_rgb(width, height, vec![9; (width * height * 3) as usize]).unwrap();
            let pixels = cells(&picture, size).pixels.unwrap();
            assert_eq!(pixels.rgb.len() as u32, pixels.width * pixels.height * 3);
            (pixels.width, pixels.height)
        };
        assert_eq!(pixels(640, 640), (4 * 16, 2 * 32));
        assert_eq!(pixels(20, 20), (20, 20));
    }
}
