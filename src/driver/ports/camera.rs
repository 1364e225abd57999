//! The camera: a thread that takes pictures in, frames, measures and shrinks them. Pictures live here; the core has cells and frames.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::printer::cells;
use super::{Arrivals, WORK_MAX};
use crate::device::photo::quality::Measure;
use crate::device::photo::{
    self, FolderFault, HotFolder, PhotoFault, Picture, Verdict, intake, jpeg, jpeg_within, render,
};
use crate::domain::Crop;
use crate::journey::effect::{CameraCall, EffectId, PreviewSize};
use crate::journey::input::{CameraAnswer, CameraFault, Input, MeasureVerdict, PhotoMeasure};

/// The photo for central and the plastic (notes photo-print 4: 480 x 600 suffices for 24 x 30 mm at 508 dpi; 600 x 750 is the
/// public guidance).
const PHOTO_SIZE: (u32, u32) = (600, 750);
/// The photo for the chip: cards hold 6 to 8 kB an object (notes cards 3b), less its wrapper.
const FACE_BYTES: usize = 5_500;
/// JPEG quality of the photo: 50 to 100 kB, as the uplink of a clinic likes it.
const PHOTO_QUALITY: u8 = 88;

/// Where pictures come from.
pub trait PictureSource: Send {
    /// The newest picture, as a file.
    fn take(&mut self) -> Result<Vec<u8>, CameraFault>;
    /// Another holder's turn: what is there already is not to be taken.
    fn begin(&mut self) {}
}

impl PictureSource for HotFolder {
    fn begin(&mut self) {
        *self = HotFolder::new(self.dir());
        // The first look marks what is there. A folder that can't be read says so when a picture is asked for.
        let _ = self.poll();
    }

    fn take(&mut self) -> Result<Vec<u8>, CameraFault> {
        // Two looks: a file is taken once its size has stood still between them.
        let mut found = self.poll();
        if found.is_none() {
            std::thread::sleep(std::time::Duration::from_millis(250));
            found = self.poll();
        }
        match found {
            None => Err(CameraFault::NothingYet),
            Some(Ok(taken)) => Ok(taken.bytes),
            Some(Err(fault)) => Err(match fault {
                FolderFault::Missing | FolderFault::NoPermission | FolderFault::Io(_) => CameraFault::FolderGone,
                FolderFault::Crowded | FolderFault::CannotRemove { .. } => CameraFault::FolderGone,
                FolderFault::NotAPicture { .. } => CameraFault::NotAPicture,
                FolderFault::TooManyBytes { .. } => CameraFault::TooManyBytes,
                FolderFault::Unfinished { .. } => CameraFault::Unreadable,
            }),
        }
    }
}

/// The camera's thread.
pub struct CameraPort {
    calls: SyncSender<(EffectId, CameraCall)>,
    arrivals: Arrivals,
}

impl CameraPort {
    /// Starts the thread.
    ///
    /// Errors: no thread could be started.
    pub fn start(source: Option<Box<dyn PictureSource>>, arrivals: Arrivals) -> std::io::Result<Self> {
        let (calls, asked) = sync_channel(WORK_MAX);
        let mut worker = Worker { source, picture: None };
        let back = arrivals.clone();
        std::thread::Builder::new().name("camera".into()).spawn(move || worker.work(&asked, &back))?;
        Ok(Self { calls, arrivals })
    }

    /// Asks; the answer bears `id` in any case.
    pub fn ask(&self, id: EffectId, call: CameraCall) {
        if self.calls.try_send((id, call)).is_err() {
            self.arrivals.refuse(Input::Camera(id, Err(CameraFault::NothingYet)));
        }
    }
}

struct Worker {
    source: Option<Box<dyn PictureSource>>,
    picture: Option<Picture>,
}

impl Worker {
    fn work(&mut self, asked: &Receiver<(EffectId, CameraCall)>, arrivals: &Arrivals) {
        while let Ok((id, call)) = asked.recv() {
            match call {
                CameraCall::Forget => self.picture = None,
                CameraCall::Begin => self.source.iter_mut().for_each(|source| source.begin()),
                call => arrivals.send(Input::Camera(id, self.answer(call))),
            }
        }
    }

    fn answer(&mut self, call: CameraCall) -> Result<CameraAnswer, CameraFault> {
        match call {
            CameraCall::Take => {
                let source = self.source.as_mut().ok_or(CameraFault::NotSetUp)?;
                let picture = intake(&source.take()?).map_err(photo_fault)?;
                let (width, height) = (picture.width(), picture.height());
                self.picture = Some(picture);
                Ok(CameraAnswer::Taken { width, height, crop: Crop::initial(width, height) })
            }
            CameraCall::Look { crop, size } => self.look(crop, size),
            CameraCall::Keep { crop } => self.keep(crop),
            CameraCall::Show { jpeg, size } => {
                let picture = intake(&jpeg).map_err(photo_fault)?;
                Ok(CameraAnswer::Shown(cells(&picture, size)))
            }
            CameraCall::Begin | CameraCall::Forget => Err(CameraFault::NothingYet),
        }
    }

    fn look(&self, crop: Crop, size: PreviewSize) -> Result<CameraAnswer, CameraFault> {
        let picture = self.picture.as_ref().ok_or(CameraFault::NothingYet)?;
        let frame = crop.kept((picture.width(), picture.height()));
        let framed = render(picture, frame, PHOTO_SIZE.0 / 2, PHOTO_SIZE.1 / 2);
        let found = photo::measure(picture, frame);
        let mut quality: Vec<(PhotoMeasure, MeasureVerdict)> = Vec::new();
        for finding in &found.findings {
            let (measure, verdict) = (measure_of(finding.measure), verdict_of(finding.verdict));
            match quality.iter_mut().find(|(m, _)| *m == measure) {
                Some((_, worst)) => *worst = worse(*worst, verdict),
                None => quality.push((measure, verdict)),
            }
        }
        Ok(CameraAnswer::Look { preview: cells(&framed, size), quality })
    }

    fn keep(&self, crop: Crop) -> Result<CameraAnswer, CameraFault> {
        let picture = self.picture.as_ref().ok_or(CameraFault::NothingYet)?;
        let framed = render(picture, crop, PHOTO_SIZE.0, PHOTO_SIZE.1);
        let photo = jpeg(&framed, PHOTO_QUALITY).map_err(|_| CameraFault::Unreadable)?;
        let face = jpeg_within(&framed, FACE_BYTES).map_err(|_| CameraFault::Unreadable)?;
        Ok(CameraAnswer::Kept { photo: Arc::from(photo), face: Arc::from(face) })
    }
}

fn measure_of(measure: Measure) -> PhotoMeasure {
    match measure {
        Measure::Size => PhotoMeasure::Size,
        Measure::Sharpness => PhotoMeasure::Sharpness,
        Measure::Exposure | Measure::Clipped | Measure::DynamicRange => PhotoMeasure::Exposure,
        Measure::SideLight => PhotoMeasure::EvenLight,
        Measure::BackgroundUniformity => PhotoMeasure::Background,
    }
}

fn verdict_of(verdict: Verdict) -> MeasureVerdict {
    match verdict {
        Verdict::Good => MeasureVerdict::Good,
        Verdict::Warn => MeasureVerdict::Warn,
        Verdict::Refuse => MeasureVerdict::Refuse,
    }
}

fn worse(a: MeasureVerdict, b: MeasureVerdict) -> MeasureVerdict {
    match (a, b) {
        (MeasureVerdict::Refuse, _) | (_, MeasureVerdict::Refuse) => MeasureVerdict::Refuse,
        (MeasureVerdict::Warn, _) | (_, MeasureVerdict::Warn) => MeasureVerdict::Warn,
        _ => MeasureVerdict::Good,
    }
}

fn photo_fault(fault: PhotoFault) -> CameraFault {
    match fault {
        PhotoFault::Empty => CameraFault::Empty,
        PhotoFault::NotAPicture => CameraFault::NotAPicture,
        PhotoFault::TooManyBytes => CameraFault::TooManyBytes,
        PhotoFault::TooManyPixels { megapixels } => CameraFault::TooManyPixels { megapixels },
        PhotoFault::TooSmall { .. } => CameraFault::TooSmall,
        PhotoFault::Unreadable => CameraFault::Unreadable,
    }
}
