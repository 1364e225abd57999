//! A line to a server that can be cut after any number of bytes, each way, and joined to another server.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// More than a test sends.
const WHOLE: i64 = i64::MAX / 2;

struct State {
    target: Mutex<SocketAddr>,
    up: AtomicI64,
    down: AtomicI64,
    cuts: AtomicUsize,
    open: Mutex<Vec<TcpStream>>,
}

impl State {
    fn hang_up(&self) {
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

/// The line.
pub struct Line {
    state: Arc<State>,
    address: SocketAddr,
}

impl Line {
    pub fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            target: Mutex::new(target),
            up: AtomicI64::new(WHOLE),
            down: AtomicI64::new(WHOLE),
            cuts: AtomicUsize::new(0),
            open: Mutex::default(),
        });
        let shared = Arc::downgrade(&state);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Some(state)) = (client, shared.upgrade()) else { break };
                join(&state, client);
            }
        });
        Self { state, address }
    }

    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Cuts every connection now, and new ones after this many bytes from the desk to central.
    pub fn cut_up(&self, bytes: u64) {
        self.state.up.store(i64::try_from(bytes).unwrap(), Ordering::SeqCst);
        self.state.hang_up();
    }

    /// As [`Line::cut_up`], from central to the desk.
    pub fn cut_down(&self, bytes: u64) {
        self.state.down.store(i64::try_from(bytes).unwrap(), Ordering::SeqCst);
        self.state.hang_up();
    }

    pub fn mend(&self) {
        self.state.up.store(WHOLE, Ordering::SeqCst);
        self.state.down.store(WHOLE, Ordering::SeqCst);
    }

    pub fn redirect(&self, target: SocketAddr) {
        *self.state.target.lock().unwrap() = target;
        self.state.hang_up();
    }

    /// Connections that were cut because their bytes were used up.
    pub fn cuts(&self) -> usize {
        self.state.cuts.load(Ordering::SeqCst)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.state.hang_up();
        // Wakes the listener, which then finds that nobody holds the line.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_millis(200));
    }
}

fn join(state: &Arc<State>, client: TcpStream) {
    let target = *state.target.lock().unwrap();
    let Ok(server) = TcpStream::connect(target) else { return };
    let mut open = state.open.lock().unwrap();
    open.push(client.try_clone().unwrap());
    open.push(server.try_clone().unwrap());
    drop(open);
    pump(state, client.try_clone().unwrap(), server.try_clone().unwrap(), true);
    pump(state, server, client, false);
}

fn pump(state: &Arc<State>, mut from: TcpStream, mut to: TcpStream, up: bool) {
    let state = Arc::clone(state);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            let budget = if up { &state.up } else { &state.down };
            let left = budget.fetch_sub(i64::try_from(read).unwrap(), Ordering::SeqCst);
            let passed = usize::try_from(left.max(0)).unwrap().min(read);
            if to.write_all(&buffer[..passed]).is_err() || passed < read {
                if passed < read {
                    state.cuts.fetch_add(1, Ordering::SeqCst);
                }
                break;
            }
        }
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    });
}
