//! The likeness photo from central: for the check, the plastic and the hand-over. Never from the card (design, "PUK").

use std::sync::Arc;

use super::{Issue, Stage, Who};
use crate::domain::{Person, VisitId};
use crate::journey::effect::{CameraCall, CentralCall, PreviewSize};
use crate::journey::input::{CameraAnswer, CentralAnswer, CentralFault, Preview};
use crate::journey::wait::Wait;
use crate::journey::{Ctx, Desk, Owner, VisitEvent, may_act};

/// How large it is shown: beside the text of an 80-column screen.
const SIZE: PreviewSize = PreviewSize { cols: 24, rows: 15 };

/// What there is of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Photo {
    /// The JPEG.
    pub jpeg: Option<Arc<[u8]>>,
    /// As cells.
    pub preview: Option<Preview>,
    /// Why there is none.
    pub fault: Option<CentralFault>,
    /// No picture could be made of it: it can't be compared with anybody.
    pub cant_be_shown: bool,
    asked: Wait,
}

impl Photo {
    /// What was on its way and does not answer any more is asked for again.
    pub(super) fn shown(&mut self, desk: &Desk) {
        self.asked.shown(desk);
        self.fault = None;
    }

    pub(super) fn try_again(&mut self) {
        self.fault = None;
        self.cant_be_shown = false;
    }
}

/// Whose photo is wanted. The first RA Manager may have none: nobody was there to take it.
fn wanted(state: &Issue) -> Option<&Person> {
    let at_it = matches!(state.stage, Stage::Check(_) | Stage::Print(_) | Stage::Likeness);
    let person = match &state.who {
        Who::Known(person) => Some(person),
        Who::FirstManager(person) => person.as_ref().filter(|person| person.has_photo),
    };
    person.filter(|_| at_it).map(Box::as_ref)
}

/// Fetches it and makes cells of it, if it is wanted and nothing of it is on its way.
pub(super) fn go(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId) {
    let Some(person) = wanted(state).map(|person| person.id) else { return };
    if state.photo.asked.is_open() || state.photo.fault.is_some() || !may_act(ctx.desk, id) {
        return;
    }
    match &state.photo.jpeg {
        None => state.photo.asked = Wait::effect(ctx.central(Owner::Visit(id), CentralCall::Photo(person))),
        Some(jpeg) if state.photo.preview.is_none() && !state.photo.cant_be_shown => {
            let call = CameraCall::Show { jpeg: jpeg.clone(), size: SIZE };
            state.photo.asked = Wait::effect(ctx.camera(Owner::Visit(id), call));
        }
        Some(_) => {}
    }
}

/// Takes an answer about it; true if it was one.
pub(super) fn took(state: &mut Issue, event: &VisitEvent<'_>) -> bool {
    let photo = &mut state.photo;
    match event {
        VisitEvent::Central(id, result) if photo.asked.answered(*id) => match result {
            Ok(CentralAnswer::Photo(jpeg)) => photo.jpeg = Some(jpeg.clone()),
            Ok(_) => photo.fault = Some(CentralFault::NotUnderstood),
            Err(fault) => photo.fault = Some(*fault),
        },
        VisitEvent::Camera(id, result) if photo.asked.answered(*id) => match result {
            Ok(CameraAnswer::Shown(preview)) => photo.preview = Some(preview.clone()),
            _ => photo.cant_be_shown = true,
        },
        _ => return false,
    }
    true
}
