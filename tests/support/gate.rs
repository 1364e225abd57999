//! A wire to an IPP printer that can hold documents back: Create-Job gets through, Send-Document does not.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The longest wait for a document.
const PATIENCE: Duration = Duration::from_secs(120);
/// Operation Send-Document (RFC 8011, 5.4.15).
const SEND_DOCUMENT: [u8; 2] = [0, 6];

#[derive(Default)]
struct State {
    shut: AtomicBool,
    held: AtomicBool,
}

/// The wire.
pub struct Gate {
    port: u16,
    state: Arc<State>,
}

impl Gate {
    /// An open one, to a printer at this port of the loopback.
    pub fn to(printer: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::<State>::default();
        let shared = Arc::downgrade(&state);
        thread::spawn(move || {
            for desk in listener.incoming() {
                let (Ok(desk), Some(state)) = (desk, shared.upgrade()) else { break };
                // A printer that is off looks like one.
                let Ok(printer) = TcpStream::connect(("localhost", printer)) else { continue };
                let (from, to) = (desk.try_clone().expect("a stream"), printer.try_clone().expect("a stream"));
                thread::spawn(move || up(&state, from, to));
                thread::spawn(move || down(printer, desk));
            }
        });
        Self { port, state }
    }

    /// The printer's address behind it.
    pub fn uri(&self) -> String {
        format!("ipp://localhost:{}/ipp/print", self.port)
    }

    /// From now on no document gets through, or every one does.
    pub fn shut(&self, shut: bool) {
        self.state.held.store(false, Ordering::SeqCst);
        self.state.shut.store(shut, Ordering::SeqCst);
    }

    /// Waits until a document stands before the shut gate.
    #[track_caller]
    pub fn wait_held(&self) {
        let began = Instant::now();
        while !self.state.held.load(Ordering::SeqCst) {
            assert!(began.elapsed() < PATIENCE, "no document came");
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        // Wakes the listener, which then finds that nobody holds the gate.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn up(state: &State, mut from: TcpStream, mut to: TcpStream) {
    // The head of one HTTP request and the first bytes of its body, however they are cut into packets.
    let (mut request, mut buffer) = (Vec::new(), [0; 8192]);
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if buffer.starts_with(b"POST ") {
            request.clear();
        }
        request.extend_from_slice(&buffer[..read.min(2048)]);
        if state.shut.load(Ordering::SeqCst) && is_send_document(&request) {
            state.held.store(true, Ordering::SeqCst);
            // The desk waits for an answer that does not come.
            while state.shut.load(Ordering::SeqCst) {
                thread::sleep(Duration::from_millis(5));
            }
            break;
        }
        if to.write_all(&buffer[..read]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// The body begins with the version, 1.1 or 2.x, and the operation; a chunk's length may stand before it.
fn is_send_document(request: &[u8]) -> bool {
    let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return false };
    let body = &request[end + 4..];
    body[..body.len().min(24)]
        .windows(4)
        .any(|bytes| matches!(bytes[0], 1 | 2) && bytes[1] < 3 && bytes[2..] == SEND_DOCUMENT)
}

fn down(mut from: TcpStream, mut to: TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Both);
}
