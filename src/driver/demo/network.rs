//! The demo's network: a wire between desk and central that can be cut.

use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Longest wait for central, which is in this very process.
const CONNECT_WAIT: Duration = Duration::from_secs(2);
/// Connections at once: a desk has two.
const WIRES_MAX: usize = 32;

/// The wire; clones are the same one.
#[derive(Clone)]
pub struct Wire {
    address: SocketAddr,
    cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Wire {
    /// A wire to `central`, on a free port of 127.0.0.1.
    ///
    /// Errors: no port or thread is to be had.
    pub fn to(central: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let wire = Self { address: listener.local_addr()?, cut: Arc::default(), open: Arc::default() };
        let this = wire.clone();
        std::thread::Builder::new().name("wire".into()).spawn(move || {
            for near in listener.incoming().flatten() {
                if !this.is_cut() {
                    // A connection that can't be made is a network fault like any other.
                    let _ = this.join(near, central);
                }
            }
        })?;
        Ok(wire)
    }

    /// Where the desk finds central.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it is cut.
    pub fn is_cut(&self) -> bool {
        self.cut.load(Ordering::SeqCst)
    }

    /// Cuts it, with everything that runs over it, or mends it.
    pub fn toggle(&self) {
        let cut = !self.is_cut();
        self.cut.store(cut, Ordering::SeqCst);
        if cut {
            for stream in self.open.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }

    fn join(&self, near: TcpStream, central: SocketAddr) -> io::Result<()> {
        let far = TcpStream::connect_timeout(&central, CONNECT_WAIT)?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= 2 * WIRES_MAX {
            // The oldest have long ended; the desk opens a few and closes them.
            open.drain(..WIRES_MAX);
        }
        open.extend([near.try_clone()?, far.try_clone()?]);
        drop(open);
        carry(near.try_clone()?, far.try_clone()?)?;
        carry(far, near)
    }
}

/// Carries bytes one way until one end closes.
fn carry(mut from: TcpStream, mut to: TcpStream) -> io::Result<()> {
    let work = move || {
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    };
    std::thread::Builder::new().name("wire-carry".into()).spawn(work).map(drop)
}
