//! Which part of the trussed family serves which request of the applet. The applet needs four, tried
//! in this order: staging (chunked files, HPKE, wrapped keys), auth (PINs), software RSA, the core.

use trussed::backend::{Backend as _, BackendId};
use trussed::platform::Platform;
use trussed::serde_extensions::{ExtensionDispatch, ExtensionId, ExtensionImpl};
use trussed::service::ServiceResources;
use trussed::types::Context;
use trussed_auth::AuthExtension;
use trussed_auth_backend::{AuthBackend, AuthContext, FilesystemLayout};
use trussed_chunked::ChunkedExtension;
use trussed_core::Error;
use trussed_core::api::{Reply, Request, reply, request};
use trussed_core::types::Location;
use trussed_hpke::HpkeExtension;
use trussed_rsa_alloc::SoftwareRsa;
use trussed_staging::{StagingBackend, StagingContext};
use trussed_wrap_key_to_file::WrapKeyToFileExtension;

/// The backends of the applet, in the order in which they are asked.
pub const BACKENDS: &[BackendId<Backend>] = &[
    BackendId::Custom(Backend::Staging),
    BackendId::Custom(Backend::Auth),
    BackendId::Custom(Backend::Rsa),
    BackendId::Core,
];

/// A backend beside the core.
#[derive(Debug, Clone, Copy)]
pub enum Backend {
    /// Chunked files, HPKE, wrapped keys.
    Staging,
    /// PINs with their retry counters.
    Auth,
    /// RSA in software.
    Rsa,
}

/// An extension of trussed's interface.
#[derive(Debug, Clone, Copy)]
pub enum Extension {
    /// PINs.
    Auth,
    /// Files longer than one message.
    Chunked,
    /// Sealing to a public key.
    Hpke,
    /// Keys wrapped into files.
    WrapKeyToFile,
}

impl From<Extension> for u8 {
    fn from(extension: Extension) -> Self {
        match extension {
            Extension::Auth => 0,
            Extension::Chunked => 1,
            Extension::Hpke => 2,
            Extension::WrapKeyToFile => 3,
        }
    }
}

impl TryFrom<u8> for Extension {
    type Error = Error;

    fn try_from(id: u8) -> Result<Self, Error> {
        match id {
            0 => Ok(Self::Auth),
            1 => Ok(Self::Chunked),
            2 => Ok(Self::Hpke),
            3 => Ok(Self::WrapKeyToFile),
            _ => Err(Error::InternalError),
        }
    }
}

/// The three backends beside the core.
pub struct Dispatch {
    staging: StagingBackend,
    auth: AuthBackend,
    rsa: SoftwareRsa,
}

impl Dispatch {
    /// Backends without state: what lasts is in the card image.
    pub fn new() -> Self {
        let auth = AuthBackend::new(Location::Internal, FilesystemLayout::V0);
        Self { staging: StagingBackend::new(), auth, rsa: SoftwareRsa }
    }
}

/// What the backends remember about the applet while power is on.
#[derive(Default)]
pub struct BackendContext {
    staging: StagingContext,
    auth: AuthContext,
}

impl ExtensionDispatch for Dispatch {
    type BackendId = Backend;
    type Context = BackendContext;
    type ExtensionId = Extension;

    fn core_request<P: Platform>(
        &mut self,
        backend: &Backend,
        ctx: &mut Context<BackendContext>,
        request: &Request,
        resources: &mut ServiceResources<P>,
    ) -> Result<Reply, Error> {
        let (core, backends) = (&mut ctx.core, &mut ctx.backends);
        match backend {
            Backend::Staging => self.staging.request(core, &mut backends.staging, request, resources),
            Backend::Auth => self.auth.request(core, &mut backends.auth, request, resources),
            Backend::Rsa => self.rsa.request(core, &mut (), request, resources),
        }
    }

    fn extension_request<P: Platform>(
        &mut self,
        backend: &Backend,
        extension: &Extension,
        ctx: &mut Context<BackendContext>,
        request: &request::SerdeExtension,
        resources: &mut ServiceResources<P>,
    ) -> Result<reply::SerdeExtension, Error> {
        let (core, backends) = (&mut ctx.core, &mut ctx.backends);
        let staging = &mut backends.staging;
        match (backend, extension) {
            (Backend::Auth, Extension::Auth) => {
                self.auth.extension_request_serialized(core, &mut backends.auth, request, resources)
            }
            (Backend::Staging, Extension::Chunked) => ExtensionImpl::<ChunkedExtension>::extension_request_serialized(
                &mut self.staging,
                core,
                staging,
                request,
                resources,
            ),
            (Backend::Staging, Extension::Hpke) => ExtensionImpl::<HpkeExtension>::extension_request_serialized(
                &mut self.staging,
                core,
                staging,
                request,
                resources,
            ),
            (Backend::Staging, Extension::WrapKeyToFile) => {
                ExtensionImpl::<WrapKeyToFileExtension>::extension_request_serialized(
                    &mut self.staging,
                    core,
                    staging,
                    request,
                    resources,
                )
            }
            _ => Err(Error::RequestNotAvailable),
        }
    }
}

impl ExtensionId<AuthExtension> for Dispatch {
    type Id = Extension;
    const ID: Extension = Extension::Auth;
}

impl ExtensionId<ChunkedExtension> for Dispatch {
    type Id = Extension;
    const ID: Extension = Extension::Chunked;
}

impl ExtensionId<HpkeExtension> for Dispatch {
    type Id = Extension;
    const ID: Extension = Extension::Hpke;
}

impl ExtensionId<WrapKeyToFileExtension> for Dispatch {
    type Id = Extension;
    const ID: Extension = Extension::WrapKeyToFile;
}
