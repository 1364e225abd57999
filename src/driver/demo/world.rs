//! The demo's world: central with its people, an enrolled desk, a deck of cards, devices that can be made to fail.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

use super::deck::{self, DeckFault, DemoCard};
use super::network::Wire;
use super::panel::DemoPanel;
use super::printer::SimPrinter;
use crate::central::demo_seed::{factory_keys, seed};
use crate::central::embedded::{self, Embedded, start_demo};
use crate::central::system_clock;
use crate::device::photo::{Crop, jpeg, render, test_portrait};
use crate::device::sim::SimRig;
use crate::domain::Secret;
use crate::driver::assemble::{DeskEngine, Parts, StartFault, desk, layout};
use crate::driver::config::Config;
use crate::driver::engine::Arrival;
use crate::driver::ports::camera::PictureSource;
use crate::driver::ports::cards::Binding;
use crate::journey::input::CameraFault;
use crate::store::{Store, StoreFault, StoreOptions, Write};
use crate::sync::{EnrolFault, Invite, enrol};
use crate::wire::message::Problem;

/// Why the demo can't start.
#[derive(Debug, thiserror::Error)]
pub enum WorldFault {
    /// Central.
    #[error(transparent)]
    Central(#[from] embedded::StartFault),
    /// The seed.
    #[error("the people of the demo could not be made ({0:?})")]
    Seed(Problem),
    /// The cards.
    #[error(transparent)]
    Deck(#[from] DeckFault),
    /// The desk's store.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The desk's enrolment.
    #[error(transparent)]
    Enrol(#[from] EnrolFault),
    /// The desk.
    #[error(transparent)]
    Start(#[from] StartFault),
    /// The operating system.
    #[error(transparent)]
    System(#[from] io::Error),
    /// The folder holds a demo that was not made to its end.
    #[error("the folder holds a demo that was not made to its end")]
    HalfMade,
}

/// Everything that runs.
pub struct World {
    /// The desk.
    pub engine: DeskEngine,
    /// For the terminal.
    pub sender: SyncSender<Arrival>,
    /// What arrives at the desk.
    pub arrivals: Receiver<Arrival>,
    /// The panel over it.
    pub panel: DemoPanel,
    /// Central.
    pub central: Embedded,
}

/// A folder of our own that nobody else can read.
pub fn temporary_folder() -> io::Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt;
    let dir = std::env::temp_dir().join(format!("ra-desk-demo-{}", uuid::Uuid::new_v4().simple()));
    std::fs::DirBuilder::new().mode(0o700).create(&dir)?;
    Ok(dir)
}

/// Forgets a temporary folder.
pub fn forget(dir: Option<&Path>) {
    if let Some(dir) = dir {
        let _ = std::fs::remove_dir_all(dir);
    }
}

/// Makes the world in a folder.
///
/// Errors: [`WorldFault`].
pub fn make(dir: &Path) -> Result<World, WorldFault> {
    make_with(dir, &portrait)
}

/// Makes the world with these photos: `photo` gives a JPEG for a number. Drawing 45 portraits takes longer than all the rest.
///
/// Errors: [`WorldFault`].
pub fn make_with(dir: &Path, photo: &dyn Fn(u64) -> Vec<u8>) -> Result<World, WorldFault> {
    let desk_dir = dir.join("desk");
    let deck_dir = dir.join("cards");
    let kept = deck::kept(&deck_dir)?;
    if kept.is_none() && dir.join("central").exists() {
        return Err(WorldFault::HalfMade);
    }
    let central = start_demo(&dir.join("central"), system_clock())?;
    let wire = Wire::to(central.address())?;
    let cards = match kept {
        Some(cards) => {
            move_central(&desk_dir, &wire)?;
            cards
        }
        None => {
            let cards = people_and_cards(&central, &desk_dir, &wire, photo)?;
            deck::keep(&deck_dir, &cards)?;
            cards
        }
    };
    let rig = SimRig::default();
    let printer = SimPrinter::new(dir.join("printed-cards"));
    let config = config(desk_dir);
    let names = rig.names();
    let parts = Parts {
        readers: Arc::new(rig.clone()),
        binding: Binding { agent: names.first().cloned(), customer: names.get(1).cloned() },
        printer: Some(Box::new(printer.clone())),
        layout: layout(&config),
        camera: Some(Box::new(TestCamera(0))),
        simulated: true,
    };
    let (engine, sender, arrivals) = desk(&config, parts)?;
    let panel = DemoPanel::new(cards, rig, printer, wire);
    Ok(World { engine, sender, arrivals, panel, central })
}

/// A new demo: central's people, the desk's enrolment, everybody's cards.
fn people_and_cards(
    central: &Embedded,
    desk_dir: &Path,
    wire: &Wire,
    photo: &dyn Fn(u64) -> Vec<u8>,
) -> Result<Vec<DemoCard>, WorldFault> {
    let service = Arc::clone(central.central());
    let seeded = seed(&service, photo, factory_keys()).map_err(WorldFault::Seed)?;
    let home = seeded.organisations.first().ok_or(WorldFault::HalfMade)?.code.clone();
    let invitation = service.invite_desk("desk 2", "Truro clinic", &home).map_err(WorldFault::Seed)?;
    let today = service.now().london_day();
    let cards = deck::make(&service, invitation.desk, &seeded.agents, &seeded.people, today)?;
    enrol_desk(desk_dir, wire, invitation.fingerprint, invitation.code)?;
    Ok(cards)
}

/// A demo that goes on: central listens on another port than last time.
fn move_central(desk_dir: &Path, wire: &Wire) -> Result<(), WorldFault> {
    let store = Store::open(StoreOptions::new(desk_dir))?;
    store.commit_wait(vec![Write::CentralMoved { host: wire.address().to_string() }])?;
    Ok(())
}

fn config(data: PathBuf) -> Config {
    Config {
        equipment: Vec::new(),
        place: String::new(),
        desk: String::new(),
        // From the range kept free for drama: it reaches nobody.
        phone: "01632 960 123".to_owned(),
        data,
        language: Default::default(),
        contrast: Default::default(),
        preview: Default::default(),
        readers: Default::default(),
        printer: crate::driver::config::Printer { band: "Care Identity Demo".to_owned(), ..Default::default() },
        camera: Default::default(),
        scanner: Default::default(),
    }
}

/// The desk's own way in: by invite, as every desk.
fn enrol_desk(dir: &Path, wire: &Wire, fingerprint: [u8; 32], code: String) -> Result<(), WorldFault> {
    let store = Store::open(StoreOptions::new(dir))?;
    let host = wire.address().to_string();
    enrol(&store, &Invite { host, fingerprint, code: Secret::new(code.into_bytes()) })?;
    Ok(())
}

/// A seeded person's photo: drawn, clearly artificial, as central keeps photos.
fn portrait(number: u64) -> Vec<u8> {
    let picture = test_portrait(number);
    let crop = Crop::initial(picture.width(), picture.height());
    jpeg(&render(&picture, crop, 600, 750), 85).unwrap_or_default()
}

/// A camera that shows another made-up face each time.
struct TestCamera(u64);

impl PictureSource for TestCamera {
    fn take(&mut self) -> Result<Vec<u8>, CameraFault> {
        self.0 += 1;
        jpeg(&test_portrait(1_000 + self.0), 90).map_err(|_| CameraFault::Unreadable)
    }
}
