//! The photo: taken or found in a folder, framed, measured, kept; then compared with the person.

use serde::{Deserialize, Serialize};

use super::entry::{Did, Entry};
use super::{Register, Stage, TaskId, tasks};
use crate::domain::text::is_reason;
use crate::domain::{Crop, VisitId};
use crate::journey::command::Command;
use crate::journey::effect::{CameraCall, Effect, EffectId, PreviewSize, StoreQuery, TimerName, Write};
use crate::journey::input::{CameraAnswer, CameraFault, MeasureVerdict, PhotoMeasure, Preview, StoreAnswer};
use crate::journey::key::Key;
use crate::journey::trouble::Trouble;
use crate::journey::{Ctx, Desk, Owner, may_act};

/// How often an empty folder is looked into again, in milliseconds, while the page is shown.
pub const POLL_MS: i64 = 2_000;

/// The photo task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoTask {
    /// The photo that was kept; its bytes are a working copy in the store.
    pub kept: Option<Kept>,
    /// Why a photo with a warning is taken, as typed.
    pub reason: Entry,
    /// The picture at hand and its frame.
    #[serde(skip)]
    pub frame: Option<Framing>,
    /// Why there is no picture.
    #[serde(skip)]
    pub fault: Option<CameraFault>,
    /// The folder is looked into again and again.
    #[serde(skip)]
    pub polling: bool,
    /// The kept photo in cells.
    #[serde(skip)]
    pub shown: Option<Preview>,
}

/// A photo that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Digest of the sealed photo, once it is sealed.
    pub digest: Option<String>,
    /// Why it was taken in spite of a warning.
    pub reason: Option<String>,
    /// The agent said that photo and person are the same.
    pub likeness: bool,
}

/// The picture at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framing {
    /// The frame.
    pub crop: Crop,
    /// How it looks inside the frame.
    pub preview: Option<Preview>,
    /// What the measures say.
    pub quality: Vec<(PhotoMeasure, MeasureVerdict)>,
    /// The frame was moved since it was measured.
    pub moved: bool,
    /// The photo is being made from it, for this reason.
    pub keeping: bool,
}

impl Framing {
    /// The worst of the measures; none before they are there.
    pub fn worst(&self) -> Option<MeasureVerdict> {
        let any = |verdict| self.quality.iter().any(|(_, v)| *v == verdict);
        [MeasureVerdict::Refuse, MeasureVerdict::Warn, MeasureVerdict::Good].into_iter().find(|v| any(*v))
    }
}

impl Default for PhotoTask {
    fn default() -> Self {
        let reason = Entry::new(&[("photo-reason", 120)]);
        Self { kept: None, reason, frame: None, fault: None, polling: false, shown: None }
    }
}

/// Whether there is a photo, sealed and compared.
pub fn is_done(state: &Register) -> bool {
    state.photo.kept.as_ref().is_some_and(|kept| kept.likeness && kept.digest.is_some())
}

/// How large the picture may be beside the words: 4:5, two pixels of height to a cell.
fn size(desk: &Desk) -> PreviewSize {
    let (cols, rows) = desk.size;
    let rows = rows.saturating_sub(9).clamp(8, 32);
    PreviewSize { cols: (rows * 8 / 5).min(cols.saturating_sub(38)).max(10), rows }
}

/// Shows the page: the kept photo, the picture at hand, or the camera.
pub fn open(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) {
    if state.photo.kept.is_some() {
        state.go(Stage::Likeness);
        complete(state, ctx, id);
    } else {
        state.go(Stage::Photo);
        if let Some(frame) = &mut state.photo.frame {
            frame.keeping = false;
            look(state, ctx, id);
        } else {
            tell_camera(ctx, CameraCall::Begin);
        }
    }
}

/// The visit is shown again: the picture at the camera may be another holder's by now.
pub fn shown_again(state: &mut Register, ctx: &mut Ctx<'_>) {
    state.photo.shown = None;
    state.photo.fault = None;
    put_away(state, ctx);
    if state.stage == Stage::Reason {
        state.go(Stage::Photo);
    }
}

/// The page is left; the picture stays at hand as long as the visit is on the screen.
pub fn leave_page(state: &mut Register, ctx: &mut Ctx<'_>) {
    if std::mem::take(&mut state.photo.polling) {
        ctx.effects.push(Effect::StopTimer(TimerName::CameraPoll));
    }
}

/// The picture at hand is forgotten.
pub fn put_away(state: &mut Register, ctx: &mut Ctx<'_>) {
    leave_page(state, ctx);
    if state.photo.frame.take().is_some() {
        tell_camera(ctx, CameraCall::Forget);
    }
}

/// Tells the camera something that has no answer: its id has no owner.
fn tell_camera(ctx: &mut Ctx<'_>, call: CameraCall) {
    ctx.desk.next_effect += 1;
    ctx.effects.push(Effect::Camera(EffectId(ctx.desk.next_effect), call));
}

/// What the kept photo still needs: to be seen on the screen, and to be sealed. One question at a time.
fn complete(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) {
    let Some(kept) = &state.photo.kept else { return };
    if (kept.digest.is_none() || state.photo.shown.is_none()) && state.asked.is_none() && may_act(ctx.desk, id) {
        state.asked = Some(ctx.store(Owner::Visit(id), StoreQuery::Photo(id)));
    }
}

/// Keys of the camera page.
pub fn commands(state: &Register) -> Vec<Command> {
    if state.photo.frame.is_none() {
        return vec![Command::new(Key::Enter, "take"), Command::new(Key::F(5), "take")];
    }
    vec![
        Command::new(Key::Enter, "accept-photo"),
        Command::new(Key::F(5), "retake"),
        Command::new(Key::Char('+'), "bigger"),
        Command::new(Key::Char('-'), "smaller"),
    ]
}

/// One of this task's commands.
pub fn command(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, word: &str) {
    match word {
        "take" | "retake" => take(state, ctx, id),
        "accept-photo" => accept(state, ctx, id),
        "bigger" | "smaller" => {
            let grown = |crop: Crop| {
                let step = i32::try_from(crop.width() / 10).unwrap_or(1).max(1);
                crop.grown(if word == "bigger" { step } else { -step })
            };
            reframe(state, ctx, id, grown);
        }
        "photo-alike-yes" => likeness_yes(state, ctx, id),
        "photo-alike-no" => {
            state.photo.kept = None;
            state.photo.shown = None;
            state.go(Stage::Photo);
            state.notice = Some("photo-not-alike");
        }
        _ => {}
    }
}

/// The frame is moved by a twentieth of its width.
pub fn key(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, key: Key) {
    let (dx, dy) = match key {
        Key::Left => (-1, 0),
        Key::Right => (1, 0),
        Key::Up => (0, -1),
        Key::Down => (0, 1),
        // The same key as + without Shift on most keyboards.
        Key::Char('=') => return command(state, ctx, id, "bigger"),
        _ => return,
    };
    reframe(state, ctx, id, |crop| {
        let step = i32::try_from(crop.width() / 20).unwrap_or(1).max(1);
        crop.moved(dx * step, dy * step)
    });
}

fn reframe(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, change: impl Fn(Crop) -> Crop) {
    let Some(frame) = &mut state.photo.frame else { return };
    let crop = change(frame.crop);
    if crop != frame.crop && !frame.keeping {
        frame.crop = crop;
        frame.moved = true;
        look(state, ctx, id);
    }
}

fn take(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) {
    if state.asked.is_none() && may_act(ctx.desk, id) {
        state.photo.fault = None;
        state.asked = Some(ctx.camera(Owner::Visit(id), CameraCall::Take));
    }
}

/// Looks at the picture in its frame; while one look is on its way the next waits for it.
fn look(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) {
    if state.asked.is_some() || !may_act(ctx.desk, id) {
        return;
    }
    if let Some(frame) = &mut state.photo.frame {
        frame.moved = false;
        let call = CameraCall::Look { crop: frame.crop, size: size(ctx.desk) };
        state.asked = Some(ctx.camera(Owner::Visit(id), call));
    }
}

fn accept(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) {
    let Some(frame) = &state.photo.frame else { return };
    if state.asked.is_some() || frame.moved {
        state.notice = Some("photo-measuring");
        return;
    }
    match frame.worst() {
        Some(MeasureVerdict::Refuse) => state.notice = Some("photo-refused"),
        Some(MeasureVerdict::Warn) => state.go(Stage::Reason),
        Some(MeasureVerdict::Good) => keep(state, ctx, id),
        None => look(state, ctx, id),
    }
}

/// One key of the reason.
pub fn reason_key(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, key: Key) {
    if state.photo.reason.key(key, &[]) != Did::Submitted || state.asked.is_some() {
        return;
    }
    if !is_reason(state.photo.reason.text("photo-reason")) {
        state.photo.reason.fail(&[("photo-reason", "error-photo-reason".to_owned())]);
    } else {
        state.photo.reason.form.clear_errors();
        keep(state, ctx, id);
    }
}

fn keep(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) {
    if !may_act(ctx.desk, id) {
        return;
    }
    if let Some(frame) = &mut state.photo.frame {
        frame.keeping = true;
        let call = CameraCall::Keep { crop: frame.crop };
        state.asked = Some(ctx.camera(Owner::Visit(id), call));
    }
}

fn likeness_yes(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) {
    let Some(kept) = &mut state.photo.kept else { return state.go(Stage::Photo) };
    kept.likeness = true;
    if kept.digest.is_none() {
        // The answer stands; it goes on by itself once the photo is sealed.
        complete(state, ctx, id);
        state.notice = Some("photo-saving");
        return;
    }
    tasks::done(state, TaskId::Photo);
}

/// The camera answered.
pub fn camera(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, result: &Result<CameraAnswer, CameraFault>) {
    match result {
        Ok(CameraAnswer::Taken { crop, .. }) => {
            leave_page(state, ctx);
            state.photo.fault = None;
            let (quality, preview) = (Vec::new(), None);
            state.photo.frame = Some(Framing { crop: *crop, preview, quality, moved: false, keeping: false });
            look(state, ctx, id);
        }
        Ok(CameraAnswer::Look { preview, quality }) => {
            if let Some(frame) = &mut state.photo.frame {
                frame.preview = Some(preview.clone());
                frame.quality.clone_from(quality);
                if frame.moved {
                    look(state, ctx, id);
                }
            }
        }
        Ok(CameraAnswer::Kept { photo, face }) => {
            ctx.writes.push(Write::KeepPhoto { visit: id, photo: photo.clone(), face: face.clone() });
            let reason = Some(state.photo.reason.text("photo-reason").to_owned());
            let warned = state.photo.frame.as_ref().and_then(Framing::worst) == Some(MeasureVerdict::Warn);
            let reason = reason.filter(|text| warned && !text.is_empty());
            state.photo.kept = Some(Kept { digest: None, reason, likeness: false });
            state.photo.shown = state.photo.frame.as_ref().and_then(|frame| frame.preview.clone());
            put_away(state, ctx);
            state.go(Stage::Likeness);
            state.asked = Some(ctx.store(Owner::Visit(id), StoreQuery::SealBlob(photo.clone())));
        }
        Ok(CameraAnswer::Shown(preview)) => {
            state.photo.shown = Some(preview.clone());
            complete(state, ctx, id);
        }
        Err(fault) if state.stage == Stage::Likeness => {
            // The photo is kept; only its picture on the screen is missing.
            state.photo.shown = Some(Preview::default());
            state.photo.fault = Some(fault.clone());
            complete(state, ctx, id);
        }
        Err(fault) => no_picture(state, ctx, fault),
    }
}

/// No picture. An empty folder is looked into again; what was wrong with the last file stays on the page until then.
fn no_picture(state: &mut Register, ctx: &mut Ctx<'_>, fault: &CameraFault) {
    if state.stage == Stage::Reason {
        state.go(Stage::Photo);
    }
    put_away(state, ctx);
    if *fault != CameraFault::NothingYet || state.photo.fault.is_none() {
        state.photo.fault = Some(fault.clone());
    }
    if *fault != CameraFault::NotSetUp && state.stage == Stage::Photo {
        state.photo.polling = true;
        ctx.timer(TimerName::CameraPoll, POLL_MS);
    }
}

/// The folder is looked into again, while its page is shown and no picture is at hand.
pub fn poll(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId) {
    let waits = state.photo.polling && state.stage == Stage::Photo && state.photo.frame.is_none();
    if waits && state.asked.is_none() && may_act(ctx.desk, id) {
        state.asked = Some(ctx.camera(Owner::Visit(id), CameraCall::Take));
    }
}

/// The store answered about the photo.
pub fn store(state: &mut Register, ctx: &mut Ctx<'_>, id: VisitId, answer: &StoreAnswer) {
    match answer {
        StoreAnswer::BlobSealed(digest) => {
            if let Some(kept) = &mut state.photo.kept {
                kept.digest = Some(digest.clone());
            }
            if state.stage == Stage::Likeness && is_done(state) {
                tasks::done(state, TaskId::Photo);
            }
        }
        StoreAnswer::Photo(Some((photo, _))) => {
            let owner = Owner::Visit(id);
            state.asked = Some(if state.photo.shown.is_none() {
                ctx.camera(owner, CameraCall::Show { jpeg: photo.clone(), size: size(ctx.desk) })
            } else {
                ctx.store(owner, StoreQuery::SealBlob(photo.clone()))
            });
        }
        StoreAnswer::Photo(None) => {
            state.photo.kept = None;
            state.go(Stage::Photo);
            state.notice = Some("photo-gone");
        }
        _ => state.trouble = Some(Trouble::Store),
    }
}
