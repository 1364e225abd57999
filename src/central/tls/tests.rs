//! The server under clients that are slow, many, or gone.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream as StdStream};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use axum::routing::get;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use rustls_pki_types::ServerName;
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::*;
use crate::central::system_clock;
use crate::domain::Environment;

/// Nothing in these tests waits longer than this.
const PATIENCE: Duration = Duration::from_secs(10);

struct Server {
    _dir: TempDir,
    authority: Arc<Authority>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    ended: tokio::task::JoinHandle<std::io::Result<()>>,
    runtime: tokio::runtime::Runtime,
}

fn server(change: impl FnOnce(&mut Limits)) -> Server {
    let dir = tempfile::tempdir().unwrap();
    let now = system_clock()();
    let authority = Arc::new(Authority::init(&dir.path().join("ca"), Environment::Demo, "Test", now).unwrap());
    let mut config = ServeConfig::new(Arc::clone(&authority), &["127.0.0.1"], system_clock()).unwrap();
    change(&mut config.limits);
    let router = Router::new()
        .route("/quick", get(|| async { "quick" }))
        .route(
            "/slow",
            get(|| async {
                tokio::time::sleep(Duration::from_millis(700)).await;
                "slow"
            }),
        )
        .route(
            "/peer",
            get(|request: Request<Body>| async move {
                format!("{}", request.extensions().get::<PeerCertificate>().is_some())
            }),
        );
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let ended = runtime.spawn(serve(listener, router, config, async {
        let _ = stopped.await;
    }));
    Server { _dir: dir, authority, address, stop: Some(stop), ended, runtime }
}

type Tls = StreamOwned<ClientConnection, StdStream>;

impl Server {
    fn plain(&self) -> StdStream {
        let stream = StdStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    fn connect(&self) -> Tls {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(self.authority.device_ca().to_vec())).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("127.0.0.1").unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut stream = StreamOwned::new(connection, self.plain());
        stream.conn.complete_io(&mut stream.sock).unwrap();
        stream
    }

    fn stop(&mut self) {
        let _ = self.stop.take().unwrap().send(());
    }
}

fn ask(stream: &mut Tls, path: &str, more: &str) {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{more}\r\n").unwrap();
    stream.flush().unwrap();
}

/// Everything until the server closes.
fn rest(stream: &mut impl Read) -> String {
    let mut bytes = Vec::new();
    // A close without TLS's farewell is an error of the reader; what came before counts.
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_client_without_a_certificate_is_served_and_is_nobody() {
    let server = server(|_| {});
    let mut stream = server.connect();
    ask(&mut stream, "/peer", "Connection: close\r\n");
    let said = rest(&mut stream);
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("false"), "{said}");
}

#[test]
fn a_handshake_that_never_comes_is_cut_off() {
    let server = server(|limits| limits.handshake = Duration::from_millis(200));
    let begun = Instant::now();
    assert_eq!(rest(&mut server.plain()), "");
    assert!(begun.elapsed() < PATIENCE, "the server did not let go");
}

#[test]
fn a_head_that_never_ends_is_cut_off_and_so_is_an_idle_connection() {
    let server = server(|limits| limits.head = Duration::from_millis(300));
    let begun = Instant::now();
    let mut stream = server.connect();
    write!(stream, "GET /quick HTTP/1.1\r\nHost: 127.0").unwrap();
    stream.flush().unwrap();
    assert!(!rest(&mut stream).contains("200 OK"));
    let mut idle = server.connect();
    ask(&mut idle, "/quick", "");
    assert!(rest(&mut idle).contains("quick"), "served once, then closed for idleness");
    assert!(begun.elapsed() < PATIENCE, "the server did not let go");
}

#[test]
fn a_request_that_takes_too_long_is_answered_with_408() {
    let server = server(|limits| limits.request = Duration::from_millis(100));
    let mut stream = server.connect();
    ask(&mut stream, "/slow", "Connection: close\r\n");
    assert!(rest(&mut stream).starts_with("HTTP/1.1 408"));
}

#[test]
fn one_connection_too_many_waits_until_there_is_room() {
    let server = server(|limits| limits.connections = 1);
    let first = server.connect();
    let mut waiting = server.plain();
    waiting.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    // A TLS alert would come at once if the server read this; it must not even be accepted.
    waiting.write_all(b"no TLS at all\r\n\r\n").unwrap();
    assert!(waiting.read(&mut [0; 16]).is_err(), "answered although there was no room");
    drop(first);
    waiting.set_read_timeout(Some(PATIENCE)).unwrap();
    assert!(waiting.read(&mut [0; 16]).is_ok(), "not served once there was room");
}

#[test]
fn a_running_request_ends_well_when_the_server_is_stopped_and_no_new_one_begins() {
    let mut server = server(|_| {});
    let mut stream = server.connect();
    ask(&mut stream, "/slow", "");
    std::thread::sleep(Duration::from_millis(150));
    server.stop();
    assert!(rest(&mut stream).ends_with("slow"));
    let ended = server.runtime.block_on(async { tokio::time::timeout(PATIENCE, &mut server.ended).await });
    assert!(matches!(ended, Ok(Ok(Ok(())))));
    assert!(StdStream::connect(server.address).is_err());
}

#[test]
fn a_connection_that_does_not_end_does_not_hold_the_server_back() {
    let mut server = server(|limits| {
        limits.drain = Duration::from_millis(200);
        limits.handshake = PATIENCE * 6;
    });
    let silent = server.plain();
    std::thread::sleep(Duration::from_millis(100));
    server.stop();
    let ended = server.runtime.block_on(async { tokio::time::timeout(PATIENCE, &mut server.ended).await });
    assert!(matches!(ended, Ok(Ok(Ok(())))));
    drop(silent);
}

#[test]
fn the_ca_of_the_invite_stands_behind_centrals_certificate() {
    let server = server(|_| {});
    let stream = server.connect();
    let chain = stream.conn.peer_certificates().unwrap();
    assert_eq!(chain.len(), 2);
    assert_eq!(ca::fingerprint_of(&chain[1]), server.authority.fingerprint());
}

#[test]
fn centrals_certificate_is_made_new_before_it_ends_and_kept_when_there_is_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let begun = system_clock()();
    let authority = Arc::new(Authority::init(&dir.path().join("ca"), Environment::Demo, "Test", begun).unwrap());
    let days = Arc::new(AtomicI64::new(0));
    let clock: Clock = {
        let days = Arc::clone(&days);
        Arc::new(move || begun.plus(days.load(Ordering::Relaxed) * Millis::DAY))
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let identity = Identity::new(authority, &["127.0.0.1"], clock, provider).unwrap();
    let shown = |after: i64| {
        days.store(after, Ordering::Relaxed);
        identity.current().cert[0].clone()
    };
    let first = shown(0);
    assert_eq!(shown(4), first, "a demo's lasts 7 days, and two thirds are not over");
    let second = shown(5);
    assert_ne!(second, first);
    assert_eq!(shown(8), shown(9), "the CA has ended: what there is stays");
}
