//! Every effect to its adapter.

use super::engine::Perform;
use super::ports::Arrivals;
use super::ports::camera::CameraPort;
use super::ports::cards::CardPort;
use super::ports::printer::PrinterPort;
use super::ports::store::StorePort;
use super::vault::Vault;
use crate::journey::effect::{CentralCall, Effect, EffectId};
use crate::journey::input::Input;

/// The way to central: a worker that syncs, and one that asks for the visits.
pub trait CentralLink {
    /// Asks; the answer bears `id` in any case.
    fn ask(&mut self, id: EffectId, call: CentralCall, vault: &Vault);
    /// Sends what waits without regard to back-off.
    fn sync_now(&mut self);
}

/// All adapters of a desk.
pub struct Devices {
    /// Both readers.
    pub cards: CardPort,
    /// The printer.
    pub printer: PrinterPort,
    /// The camera.
    pub camera: CameraPort,
    /// The store's questions.
    pub store: StorePort,
    /// Central.
    pub central: Box<dyn CentralLink>,
    /// Where the adapters put what they refuse.
    pub arrivals: Arrivals,
}

impl Perform for Devices {
    fn refused(&mut self) -> Vec<Input> {
        self.arrivals.refused()
    }

    fn perform(&mut self, effect: Effect, vault: &Vault) {
        match effect {
            Effect::Card { id, reader, task, expect } => self.cards.run(id, reader, task, expect, vault),
            Effect::LetGo(reader) => self.cards.let_go(reader),
            Effect::Central(id, call) => self.central.ask(id, call, vault),
            Effect::SyncNow => self.central.sync_now(),
            Effect::Printer(id, call) => self.printer.ask(id, call),
            Effect::Camera(id, call) => self.camera.ask(id, call),
            Effect::Store(id, query) => self.store.ask(id, query),
            // The engine keeps these to itself.
            Effect::Vault(_) | Effect::Timer(..) | Effect::StopTimer(_) | Effect::FlushKeys | Effect::Quit => {}
        }
    }
}
