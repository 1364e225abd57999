//! Central in threads of its own, inside another process: the demo's, a test's. `ra-central serve` runs the same thing.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::Clock;
use super::ca::{Authority, CaFault};
use super::handlers::router;
use super::service::{Central, Rules};
use super::store::StoreError;
use super::store::sqlite::SqliteStore;
use super::tls::{ServeConfig, TlsFault, serve};
use crate::domain::{Environment, Millis};

/// Folder of the keys inside a data folder.
pub const AUTHORITY: &str = "authority";
/// Name of the database inside a data folder.
pub const DATABASE: &str = "ra-central.sqlite";
/// The demo's authority is made as if it were two days old: a card that expired yesterday must be possible in it, in
/// any time zone.
const DEMO_AGE: i64 = 2 * Millis::DAY;

/// Why central did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// The keys.
    #[error(transparent)]
    Ca(#[from] CaFault),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// TLS.
    #[error(transparent)]
    Tls(#[from] TlsFault),
    /// The port or the threads.
    #[error("central can't listen: {0}")]
    Listen(#[from] std::io::Error),
    /// The folder holds another environment than the demo's.
    #[error("this folder was made for {0}: only a demo folder is run inside the desk")]
    NotDemo(Environment),
}

/// A running central. Dropping it stops it.
pub struct Embedded {
    address: SocketAddr,
    central: Arc<Central>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Embedded {
    /// Where it listens: loopback.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The service, for the demo's seed and for tests.
    pub fn central(&self) -> &Arc<Central> {
        &self.central
    }

    /// Stops it and waits until running requests ended, five seconds at most.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            // Nobody listening means it has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.end();
    }
}

/// Starts the demo's central in `folder`, on a free port of 127.0.0.1. An empty folder gets an authority and a database.
pub fn start_demo(folder: &Path, clock: Clock) -> Result<Embedded, StartFault> {
    let keys = folder.join(AUTHORITY);
    let authority = if keys.exists() {
        Authority::load(&keys)?
    } else {
        std::fs::create_dir_all(folder)?;
        Authority::init(&keys, Environment::Demo, "RA Desk demo", clock().plus(-DEMO_AGE))?
    };
    if authority.environment() != Environment::Demo {
        return Err(StartFault::NotDemo(authority.environment()));
    }
    let store = SqliteStore::open(&folder.join(DATABASE), Environment::Demo)?;
    start(store, authority, clock, Rules::default())
}

/// Starts central on a free port of 127.0.0.1, in threads of its own.
pub fn start(store: SqliteStore, authority: Authority, clock: Clock, rules: Rules) -> Result<Embedded, StartFault> {
    let authority = Arc::new(authority);
    let central = Arc::new(Central::new(Arc::new(store), Arc::clone(&authority), Arc::clone(&clock), rules)?);
    let config = ServeConfig::new(authority, &["127.0.0.1", "localhost"], clock)?;
    let (stop, stopped) = oneshot::channel();
    let (ready, started) = sync_channel(1);
    let served = Arc::clone(&central);
    let thread = std::thread::Builder::new().name("ra-central".to_owned()).spawn(move || {
        let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return drop(ready.send(Err(error))),
        };
        runtime.block_on(async move {
            let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await {
                Ok(listener) => listener,
                Err(error) => return drop(ready.send(Err(error))),
            };
            let _ = ready.send(listener.local_addr());
            let stopped = async {
                // A dropped sender stops it as well.
                let _ = stopped.await;
            };
            if let Err(error) = serve(listener, router(&served), config, stopped).await {
                tracing::error!(%error, "central ended");
            }
        });
    })?;
    let gone = || std::io::Error::other("the thread of central ended before it listened");
    let address = started.recv().map_err(|_| gone())??;
    Ok(Embedded { address, central, stop: Some(stop), thread: Some(thread) })
}
