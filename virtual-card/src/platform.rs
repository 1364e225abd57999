//! The device around the applet: storage, random numbers and the service that carries out what the
//! applet asks for. It stands in for trussed's own `virt` platform, whose random numbers start at one
//! constant (every card would have the same keys) and whose service sleeps between requests.

use std::cell::RefCell;

use littlefs2_core::path;
use piv_authenticator::{Authenticator, Options};
use rand_chacha::ChaCha8Rng;
use trussed::pipe::{ServiceEndpoint, TrussedChannel};
use trussed::service::Service;
use trussed::types::CoreContext;
use trussed::virt::{StorageConfig, Store, StoreConfig, UserInterface};
use trussed::{ClientImplementation, platform};

use crate::dispatch::{BACKENDS, Backend, BackendContext, Dispatch};
use crate::image::Image;

/// The applet as this device runs it.
pub type App<'r, 'a> = Authenticator<ClientImplementation<'a, InPlace<'r, 'a>, Dispatch>>;

/// Storage, random numbers and the (absent) buttons and lights.
struct Device<'a> {
    random: ChaCha8Rng,
    store: Store<'a>,
    face: UserInterface,
}

impl<'a> platform::Platform for Device<'a> {
    type R = ChaCha8Rng;
    type S = Store<'a>;
    type UI = UserInterface;

    fn rng(&mut self) -> &mut ChaCha8Rng {
        &mut self.random
    }

    fn store(&self) -> Store<'a> {
        self.store
    }

    fn user_interface(&mut self) -> &mut UserInterface {
        &mut self.face
    }
}

/// Runs `work` with the applet under power. Everything the applet keeps in memory, its rights first of
/// all, ends with this call; what it wrote stays in the image.
pub fn with_power<R>(image: &mut Image, work: impl FnOnce(&mut App<'_, '_>) -> R) -> Result<R, String> {
    let random = image.start()?;
    let [internal, external] = image.storage();
    let mut store = StoreConfig {
        internal: StorageConfig::filesystem(internal),
        external: StorageConfig::filesystem(external),
        volatile: StorageConfig::ram(),
    };
    store.with_store(|store| {
        let device = Device { random, store, face: UserInterface::new() };
        let channel = TrussedChannel::new();
        let (requester, responder) = channel.split().ok_or("the channel to the service is taken")?;
        let context = CoreContext::new(path!("piv").into());
        let desk = RefCell::new(Desk {
            service: Service::with_dispatch(device, Dispatch::new()),
            endpoints: [ServiceEndpoint::new(responder, context, BACKENDS)],
        });
        let client = ClientImplementation::new(requester, InPlace(&desk), None);
        let options = Options::new().label(b"Virtual PIV card").url(b"https://csrc.nist.gov/projects/piv");
        Ok(work(&mut Authenticator::new(client, options)))
    })
}

/// The service and the one applet it serves.
struct Desk<'a> {
    service: Service<Device<'a>, Dispatch>,
    endpoints: [ServiceEndpoint<'a, Backend, BackendContext>; 1],
}

/// Serves a request of the applet there and then, in the applet's own thread, as the interrupt does on
/// real hardware. (A thread of its own for the service costs a wait per request.)
pub struct InPlace<'r, 'a>(&'r RefCell<Desk<'a>>);

impl platform::Syscall for InPlace<'_, '_> {
    fn syscall(&mut self) {
        let desk = &mut *self.0.borrow_mut();
        desk.service.process(&mut desk.endpoints);
    }
}
