//! A router over TLS (rustls, 1.2 and 1.3). The client certificate is optional in the handshake, so that a new desk can
//! enrol and a revoked one gets its reason as a 403; one that is given must be from the Device CA. Handlers find it as
//! [`PeerCertificate`] in the request's extensions.

use std::convert::Infallible;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert, ServerConfig, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::Service;

use super::Clock;
use super::ca::{self, Authority, CaFault, CertDer, DESK_LIFE};
use crate::domain::{DeskId, Millis};

#[cfg(test)]
mod tests;

/// The client certificate of a connection. TLS has verified that it is from the Device CA and within its time, and that
/// the client holds its key; whether it was revoked is for the handler to look up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerCertificate {
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// Its serial number, lower-case hexadecimal.
    pub serial_hex: String,
    /// The desk it names.
    pub desk: Option<DeskId>,
}

impl PeerCertificate {
    /// Reads a verified certificate. None: not X.509 as this program reads it.
    pub fn read(der: &[u8]) -> Option<Self> {
        let read = CertDer::read(der)?;
        Some(Self { desk: ca::desk_in(der), serial_hex: read.serial, der: read.der })
    }
}

/// How much a server takes, and how long it waits.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the TLS handshake. A real one takes 0.5 ms of work and two round trips.
    pub handshake: Duration,
    /// For the head of a request; also how long a connection may stay idle between two requests.
    pub head: Duration,
    /// For a whole request, from its head to the head of its answer. 1 MiB at 128 kbit/s takes 66 s.
    pub request: Duration,
    /// Connections at once; more wait in the listener's queue. 3,000 desks that come back together take turns.
    pub connections: usize,
    /// For running requests to end once the server is asked to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(30),
            request: Duration::from_secs(120),
            connections: 1_024,
            drain: Duration::from_secs(5),
        }
    }
}

/// What a server needs besides listener and router.
#[derive(Clone)]
pub struct ServeConfig {
    tls: Arc<ServerConfig>,
    /// Limits; change them before [`serve`].
    pub limits: Limits,
}

/// Why TLS can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsFault {
    /// The key room did not give a certificate.
    #[error(transparent)]
    Ca(#[from] CaFault),
    /// rustls refused the pieces.
    #[error("TLS can't be set up: {0}")]
    Tls(String),
}

impl TlsFault {
    fn tls(cause: impl std::fmt::Display) -> Self {
        Self::Tls(cause.to_string())
    }
}

impl ServeConfig {
    /// A server that calls itself by `names` (DNS names or IP addresses) with a certificate of the Device CA, which is
    /// made new when two thirds of its life are over. Clients may show a certificate of the Device CA.
    pub fn new(authority: Arc<Authority>, names: &[&str], clock: Clock) -> Result<Self, TlsFault> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(authority.device_ca().to_vec())).map_err(TlsFault::tls)?;
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
            .allow_unauthenticated()
            .build()
            .map_err(TlsFault::tls)?;
        let identity = Identity::new(authority, names, clock, Arc::clone(&provider))?;
        let mut tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsFault::tls)?
            .with_client_cert_verifier(verifier)
            .with_cert_resolver(Arc::new(identity));
        tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { tls: Arc::new(tls), limits: Limits::default() })
    }
}

/// Central's own certificate and key, made new in time.
struct Identity {
    authority: Arc<Authority>,
    names: Vec<String>,
    clock: Clock,
    provider: Arc<CryptoProvider>,
    /// Certificate, and when the next one is due.
    now: Mutex<(Arc<CertifiedKey>, Millis)>,
}

impl Identity {
    fn new(
        authority: Arc<Authority>,
        names: &[&str],
        clock: Clock,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, TlsFault> {
        let first = Self::make(&authority, names, clock(), &provider)?;
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Ok(Self { authority, names, clock, provider, now: Mutex::new(first) })
    }

    fn make(
        authority: &Authority,
        names: &[&str],
        now: Millis,
        provider: &CryptoProvider,
    ) -> Result<(Arc<CertifiedKey>, Millis), TlsFault> {
        let (certificate, key) = authority.issue_server(names, now)?;
        // The CA stands behind it, so that a new desk can compare its fingerprint with its invite.
        let chain =
            vec![CertificateDer::from(certificate.der.clone()), CertificateDer::from(authority.device_ca().to_vec())];
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.expose().to_vec()));
        let certified = CertifiedKey::from_der(chain, key, provider).map_err(TlsFault::tls)?;
        let life = certificate.not_after.since(now).min(DESK_LIFE);
        Ok((Arc::new(certified), now.plus(life / 3 * 2)))
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("names", &self.names).finish_non_exhaustive()
    }
}

impl ResolvesServerCert for Identity {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

impl Identity {
    /// The certificate to show now.
    fn current(&self) -> Arc<CertifiedKey> {
        let now = (self.clock)();
        let mut held = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if now >= held.1 {
            let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
            match Self::make(&self.authority, &names, now, &self.provider) {
                Ok(fresh) => *held = fresh,
                // The old one is good for another third of its life, and every handshake tries again.
                Err(fault) => tracing::error!(%fault, "central's TLS certificate could not be made new"),
            }
        }
        Arc::clone(&held.0)
    }
}

/// Serves `router` until `shutdown` is done, then lets running requests end.
///
/// Errors: only the listener's own, at the start. A client that misbehaves ends its own connection, no more.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    config: ServeConfig,
    shutdown: impl Future<Output = ()> + Send,
) -> std::io::Result<()> {
    listener.local_addr()?;
    let limits = config.limits;
    let acceptor = TlsAcceptor::from(Arc::clone(&config.tls));
    let room = Arc::new(Semaphore::new(limits.connections));
    let (stop, stopped) = watch::channel(false);
    let mut running = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        let (stream, permit) = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &room) => accepted,
            // Ended connections are cleared away as they end, so that the set never outgrows the limit.
            Some(_) = running.join_next() => continue,
        };
        let (acceptor, router, stopped) = (acceptor.clone(), router.clone(), stopped.clone());
        running.spawn(async move {
            let _permit = permit;
            connection(stream, acceptor, router, limits, stopped).await;
        });
    }
    drop(listener);
    let _ = stop.send(true);
    let ended = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain, ended).await.is_err() {
        running.shutdown().await;
    }
    Ok(())
}

/// The next connection, once there is room for it.
async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> (TcpStream, OwnedSemaphorePermit) {
    loop {
        // The semaphore is never closed.
        let Ok(permit) = Arc::clone(room).acquire_owned().await else { continue };
        match listener.accept().await {
            Ok((stream, _)) => return (stream, permit),
            Err(cause) => {
                // Out of file descriptors, or a client that left in the queue: wait a little and go on.
                tracing::warn!(%cause, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// One connection from handshake to end.
async fn connection(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    router: Router,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let stream = match tokio::time::timeout(limits.handshake, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(cause)) => return tracing::debug!(%cause, "TLS handshake failed"),
        Err(_) => return tracing::debug!("TLS handshake took too long"),
    };
    let peer = stream.get_ref().1.peer_certificates().and_then(|chain| PeerCertificate::read(chain.first()?));
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        // Only what TLS has verified ever stands here.
        request.extensions_mut().remove::<PeerCertificate>();
        if let Some(peer) = &peer {
            request.extensions_mut().insert(peer.clone());
        }
        let answer = router.clone().call(request);
        async move { Ok::<_, Infallible>(within(limits.request, answer).await) }
    });
    let mut server = hyper::server::conn::http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(limits.head).max_headers(64);
    let served = server.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(served);
    let ended = tokio::select! {
        ended = &mut served => ended,
        () = asked_to_stop(&mut stopped) => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(cause) = ended {
        tracing::debug!(%cause, "connection ended early");
    }
}

/// Done once the server is asked to stop, or is gone.
async fn asked_to_stop(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// The answer, or 408 if it does not come in time.
async fn within(limit: Duration, answer: impl Future<Output = Result<Response<Body>, Infallible>>) -> Response<Body> {
    match tokio::time::timeout(limit, answer).await {
        Ok(Ok(response)) => response,
        Err(_) => {
            let mut response = Response::new(Body::from("the request took too long\n"));
            *response.status_mut() = StatusCode::REQUEST_TIMEOUT;
            response
        }
    }
}
