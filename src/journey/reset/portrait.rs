//! Central's likeness photo on its way to the screen. Never the card's own: a stolen card could carry the thief's
//! (design, "PUK").

use crate::domain::{Person, VisitId};
use crate::journey::effect::{CameraCall, CentralCall, PreviewSize};
use crate::journey::input::{CameraAnswer, CentralAnswer, CentralFault, Preview};
use crate::journey::wait::Wait;
use crate::journey::{Ctx, Owner, VisitEvent};

/// How large it is shown, in cells: 4:5 in half-blocks, with room for the question beside it at 80 columns.
const SIZE: PreviewSize = PreviewSize { cols: 24, rows: 15 };

/// Where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Look {
    /// Not asked for yet.
    #[default]
    NotAsked,
    /// On its way.
    Coming,
    /// Here.
    Here(Preview),
    /// Central has none.
    NoneAtCentral,
    /// Central can't give it now.
    Fault(CentralFault),
    /// What central gave can't be shown.
    NotAPicture,
}

/// The photo. Never stored: it is asked for again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Portrait {
    /// Where it stands.
    pub look: Look,
    wait: Wait,
}

impl Portrait {
    /// Asks for the photo of a person, unless it is here or on its way already.
    pub fn ask(&mut self, ctx: &mut Ctx<'_>, visit: VisitId, person: &Person) {
        self.wait.shown(ctx.desk);
        if self.wait.is_open() || matches!(self.look, Look::Here(_)) {
            return;
        }
        if person.has_photo {
            self.look = Look::Coming;
            self.wait = Wait::effect(ctx.central(Owner::Visit(visit), CentralCall::Photo(person.id)));
        } else {
            self.look = Look::NoneAtCentral;
        }
    }

    /// One event. True if it was an answer for the photo.
    pub fn on(&mut self, ctx: &mut Ctx<'_>, visit: VisitId, event: &VisitEvent<'_>) -> bool {
        let (VisitEvent::Central(id, _) | VisitEvent::Camera(id, _)) = event else { return false };
        if !self.wait.answered(*id) {
            return false;
        }
        self.look = match event {
            VisitEvent::Central(_, Ok(CentralAnswer::Photo(jpeg))) => {
                let call = CameraCall::Show { jpeg: jpeg.clone(), size: SIZE };
                self.wait = Wait::effect(ctx.camera(Owner::Visit(visit), call));
                Look::Coming
            }
            VisitEvent::Central(_, Ok(_)) => Look::Fault(CentralFault::NotUnderstood),
            VisitEvent::Central(_, Err(fault)) if fault.is_passing() => Look::Fault(*fault),
            VisitEvent::Central(_, Err(_)) => Look::NoneAtCentral,
            VisitEvent::Camera(_, Ok(CameraAnswer::Shown(preview))) => Look::Here(preview.clone()),
            _ => Look::NotAPicture,
        };
        true
    }
}
