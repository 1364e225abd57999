//! Puts a desk together: store, adapters, engine. The kiosk and the demo differ in their parts alone.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use super::config::{self, Config};
use super::devices::Devices;
use super::engine::{Arrival, Engine, World};
use super::ports::camera::{CameraPort, PictureSource};
use super::ports::cards::{Binding, CardPort};
use super::ports::central::CentralPort;
use super::ports::printer::{CardLayout, CardPrinter, PrinterPort};
use super::ports::store::{Commits, StorePort};
use super::ports::{ARRIVALS_MAX, Arrivals};
use super::vault::Vault;
use crate::device::photo::HotFolder;
use crate::device::print::{FaceSettings, FolderPrinter, IppPrinter, Timeouts};
use crate::device::reader::{PcscBackend, ReaderBackend};
use crate::device::scanner::{self, Preset};
use crate::document::mrz::burst::Layout;
use crate::domain::{DeskId, Environment, Millis};
use crate::journey::set_up::NO_MANAGER_SETTING;
use crate::journey::visit::Visit;
use crate::journey::{About, Contrast, Desk, Language};
use crate::policy::Policy;
use crate::store::{Store, StoreFault, StoreOptions};

/// Why a desk can't start. Each is told in three lines.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] config::ConfigFault),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The list of documents.
    #[error("the list of identity documents can't be used: {0}")]
    Documents(String),
    /// The printer's address.
    #[error("printer.uri is not the address of a printer: {0}")]
    Printer(String),
    /// A thread or the terminal.
    #[error("the operating system refused: {0}")]
    System(#[from] std::io::Error),
}

/// The devices of a desk: real ones, or simulated ones in the demo.
pub struct Parts {
    /// The readers.
    pub readers: Arc<dyn ReaderBackend>,
    /// Which is whose.
    pub binding: Binding,
    /// The printer, if there is one.
    pub printer: Option<Box<dyn CardPrinter>>,
    /// What is on every card.
    pub layout: CardLayout,
    /// The camera, if there is one.
    pub camera: Option<Box<dyn PictureSource>>,
    /// They are simulated: said on every screen.
    pub simulated: bool,
}

impl Parts {
    /// The real devices of a configuration.
    ///
    /// Errors: the printer's address is none.
    pub fn real(config: &Config) -> Result<Self, StartFault> {
        let printer: Option<Box<dyn CardPrinter>> = match (&config.printer.uri, &config.printer.folder) {
            (Some(uri), _) => {
                let printer = IppPrinter::new(uri, Timeouts::default());
                Some(Box::new(printer.map_err(|_| StartFault::Printer(uri.clone()))?))
            }
            (None, Some(folder)) => Some(Box::new(FolderPrinter::new(folder))),
            (None, None) => None,
        };
        let folder = config.camera.folder.as_ref();
        Ok(Self {
            readers: Arc::new(PcscBackend),
            binding: Binding { agent: config.readers.agent.clone(), customer: config.readers.customer.clone() },
            printer,
            layout: layout(config),
            camera: folder.map(|dir| Box::new(HotFolder::new(dir)) as Box<dyn PictureSource>),
            simulated: false,
        })
    }
}

/// What is on every card of a desk.
pub fn layout(config: &Config) -> CardLayout {
    CardLayout { band_text: config.printer.band.clone(), settings: FaceSettings { bleed_mm: config.printer.bleed_mm } }
}

/// The computer's clock and randomness.
pub struct Computer;

impl World for Computer {
    fn now(&self) -> Millis {
        Millis(jiff::Timestamp::now().as_millisecond())
    }

    fn fresh(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        // The kernel's generator does not fail once it is seeded, and the program starts after that.
        if let Err(error) = getrandom::fill(&mut bytes) {
            tracing::error!(%error, "no randomness");
        }
        bytes
    }
}

/// An engine with everything attached.
pub type DeskEngine = Engine<Commits, Devices, Computer>;

/// What a loop needs: the engine, the terminal's way in, and what arrives.
pub type Attached = (DeskEngine, SyncSender<Arrival>, Receiver<Arrival>);

/// Attaches everything. Arrivals come out of the receiver; the sender is for the terminal.
///
/// Errors: [`StartFault`].
pub fn desk(config: &Config, parts: Parts) -> Result<Attached, StartFault> {
    desk_shown(config, parts, |_| Ok(()))
}

/// The same, with something done between the state and the devices: the kiosk shows its first frame then. Devices and
/// central are looked for afterwards, while the agent reads.
///
/// Errors: [`StartFault`], and what `show` says.
pub fn desk_shown(
    config: &Config,
    parts: Parts,
    show: impl FnOnce(&mut Desk) -> std::io::Result<()>,
) -> Result<Attached, StartFault> {
    let store = Store::open(StoreOptions::new(&config.data))?;
    let (sender, receiver) = sync_channel(ARRIVALS_MAX);
    let arrivals = Arrivals::new(sender.clone());
    let about = about(config, &store, parts.simulated)?;
    let mut desk = Desk::new(about, visits(&store)?, Computer.now());
    desk.language = match config.language {
        config::Language::English => Language::English,
        config::Language::Welsh => Language::Welsh,
    };
    desk.contrast = match config.contrast {
        config::Contrast::Normal => Contrast::Normal,
        config::Contrast::High => Contrast::High,
        config::Contrast::Mono => Contrast::Mono,
    };
    show(&mut desk)?;
    policy_is_whole()?;
    let commits = Commits::new(store.clone());
    let devices = Devices {
        cards: CardPort::start(parts.readers, parts.binding, arrivals.clone()),
        printer: PrinterPort::start(parts.printer, parts.layout, arrivals.clone())?,
        camera: CameraPort::start(parts.camera, arrivals.clone())?,
        store: StorePort::start(store.clone(), arrivals.clone())?,
        central: Box::new(CentralPort::start(store, arrivals.clone())?),
        arrivals,
    };
    listen_to_scanner(config, sender.clone())?;
    let mut engine = Engine::new(desk, Vault::default(), commits, devices, Computer);
    engine.set_scanner(Layout { filler: config.scanner.filler });
    Ok((engine, sender, receiver))
}

/// The policy the program was built with is read here, once, and not before: a desk shows its first frame without it.
fn policy_is_whole() -> Result<(), StartFault> {
    match Policy::shipped() {
        Some(_) => Ok(()),
        None => Policy::load().map(|_| ()).map_err(|fault| StartFault::Documents(fault.to_string())),
    }
}

/// Hears the scanner on its port, if there is one. A loop that is so far behind that nothing fits loses a scan, not the scanner.
fn listen_to_scanner(config: &Config, sender: SyncSender<Arrival>) -> Result<(), StartFault> {
    let Some(port) = config.scanner.port.clone() else { return Ok(()) };
    // The configuration was refused already if there is no such preset.
    let Ok(preset) = Preset::named(&config.scanner.preset) else { return Ok(()) };
    let heard = move |scan| !matches!(sender.try_send(Arrival::Scan(scan)), Err(TrySendError::Disconnected(_)));
    Ok(scanner::start(port, preset, heard)?)
}

/// What this desk is: its enrolment, else its configuration alone.
fn about(config: &Config, store: &Store, simulated: bool) -> Result<About, StoreFault> {
    let record = store.record()?;
    let named = |own: &str, central: Option<&String>| {
        if own.is_empty() { central.cloned().unwrap_or_default() } else { own.to_owned() }
    };
    Ok(About {
        desk: record.as_ref().map_or(DeskId(uuid::Uuid::nil()), |r| r.desk),
        place: named(&config.place, record.as_ref().map(|r| &r.place)),
        name: named(&config.desk, record.as_ref().map(|r| &r.name)),
        organisation: record.as_ref().map(|r| r.organisation.clone()),
        environment: record.as_ref().map_or(Environment::Trial, |r| r.environment),
        simulated,
        phone: config.phone.clone(),
        equipment: config.equipment.iter().map(|tool| tool.as_str().to_owned()).collect(),
        card_ca: record.as_ref().map(|r| r.card_ca.0.clone()).unwrap_or_default(),
        enrolled: record.is_some(),
        no_manager_yet: store.setting(NO_MANAGER_SETTING)?.as_deref() == Some("yes"),
    })
}

/// Visits that were open when the program ended. One of a newer form stays in the store, untouched, and is logged.
fn visits(store: &Store) -> Result<Vec<Visit>, StoreFault> {
    let saved = store.open_visits()?;
    Ok(saved
        .into_iter()
        .filter_map(|saved| {
            let visit = Visit::restore(saved.version, &saved.snapshot);
            if visit.is_none() {
                tracing::error!(id = %saved.id, version = saved.version, "a visit can't be read by this program");
            }
            visit
        })
        .collect())
}
