//! The desk's HTTP client: blocking, TLS with the Device CA as the only trust, every wait and every answer limited.
//!
//! First contact (RFC 7030 section 4.1.1): the CA certificates are fetched over a connection nobody is trusted on and
//! that carries nothing of ours; the one whose SHA-256 is the invite's fingerprint becomes the only trust. The one-time
//! code is sent over a new connection, on which that certificate was used to check the server as always. So no own
//! certificate check exists that could be wrong.

use std::sync::Arc;
use std::time::Duration;

use base64ct::{Base64, Encoding};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use ureq::http::Response;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};
use ureq::{Agent, Body};
use zeroize::Zeroizing;

use super::certificate::certificates_of;
use super::fault::CentralFault;
use crate::domain::Secret;
use crate::domain::text::sanitise;
use crate::store::Identity;
use crate::wire::message::{Problem, ProblemCode};

/// For name, connection and TLS: more than a bad mobile link needs.
pub const CONNECT: Duration = Duration::from_secs(10);
/// For a question somebody waits for at the desk, from start to last byte.
pub const ASK: Duration = Duration::from_secs(15);
/// For a push, a piece of a blob, or a list: 256 KiB at 64 kbit/s take 33 s.
pub const TRANSFER: Duration = Duration::from_secs(90);
/// Largest JSON answer, bytes: 500 feed items or 20 persons are far below it.
pub const ANSWER_MAX: u64 = 2 * 1024 * 1024;
/// Largest error answer, bytes.
const PROBLEM_MAX: u64 = 16 * 1024;
/// Longest `Retry-After` header looked at, digits.
const RETRY_AFTER_DIGITS: usize = 6;

/// A connection to one central. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    base: String,
}

impl Client {
    /// For an enrolled desk.
    pub fn for_desk(identity: &Identity) -> Result<Self, CentralFault> {
        let missing = CentralFault::Setup("the desk is not enrolled");
        let host = identity.host.as_deref().ok_or(missing.clone())?;
        let ca = identity.device_ca.as_deref().ok_or(missing.clone())?;
        let certificate = identity.certificate.as_deref().ok_or(missing)?;
        let key = identity.tls_key().map_err(|_| CentralFault::Setup("the desk's key"))?;
        Self::with_trust(host, ca, Some((certificate, &key)))
    }

    /// For a desk that has just got its certificate and not yet kept it.
    pub(super) fn showing(host: &str, ca: &[u8], certificate: &[u8], own: &Identity) -> Result<Self, CentralFault> {
        let key = own.tls_key().map_err(|_| CentralFault::Setup("the desk's key"))?;
        Self::with_trust(host, ca, Some((certificate, &key)))
    }

    /// For a desk that has no certificate yet: trusts this CA certificate alone.
    pub fn trusting(host: &str, device_ca: &[u8]) -> Result<Self, CentralFault> {
        Self::with_trust(host, device_ca, None)
    }

    /// First contact: finds the CA certificate the invite means, by its SHA-256. Sends nothing of ours.
    pub fn first_contact(host: &str, fingerprint: &[u8; 32]) -> Result<Vec<u8>, CentralFault> {
        check_host(host)?;
        // Whoever answers is not believed: only a certificate with the invite's fingerprint is taken from it.
        let tls = TlsConfig::builder().disable_verification(true).build();
        let stranger = Self { agent: agent(tls), base: format!("https://{host}") };
        stranger
            .ca_certificates("desk")?
            .into_iter()
            .find(|certificate| Sha256::digest(certificate).as_slice() == fingerprint)
            .ok_or(CentralFault::WrongFingerprint)
    }

    fn with_trust(host: &str, ca: &[u8], own: Option<(&[u8], &Secret)>) -> Result<Self, CentralFault> {
        check_host(host)?;
        check_tls(ca, own)?;
        let roots = RootCerts::Specific(Arc::new(vec![Certificate::from_der(ca).to_owned()]));
        let own = match own {
            None => None,
            Some((certificate, key)) => {
                let key = PrivateKey::from_pem(key.expose()).map_err(|_| CentralFault::Setup("the desk's key"))?;
                Some(ClientCert::new_with_certs(&[Certificate::from_der(certificate).to_owned()], key))
            }
        };
        let tls = TlsConfig::builder().root_certs(roots).client_cert(own).build();
        Ok(Self { agent: agent(tls), base: format!("https://{host}") })
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// `GET` with query pairs, the whole answer as bytes.
    pub(super) fn get_bytes(
        &self,
        path: &str,
        query: &[(&str, &str)],
        limit: u64,
        within: Duration,
    ) -> Result<Zeroizing<Vec<u8>>, CentralFault> {
        let mut request = self.agent.get(self.url(path));
        for (name, value) in query {
            request = request.query(name, value);
        }
        answer(request.config().timeout_global(Some(within)).build().call()?, limit)
    }

    /// `GET`, JSON back.
    pub(super) fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T, CentralFault> {
        from_json(&self.get_bytes(path, query, ANSWER_MAX, ASK)?)
    }

    /// `POST` JSON, JSON back.
    pub(super) fn post<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
        within: Duration,
    ) -> Result<T, CentralFault> {
        let body =
            Zeroizing::new(serde_json::to_vec(body).map_err(|_| CentralFault::Setup("a request that can't be said"))?);
        let response = self
            .agent
            .post(self.url(path))
            .header("content-type", "application/json")
            .config()
            .timeout_global(Some(within))
            .build()
            .send(body.as_slice())?;
        from_json(&answer(response, ANSWER_MAX)?)
    }

    /// `DELETE`; the answer's body says nothing.
    pub(super) fn delete(&self, path: &str) -> Result<(), CentralFault> {
        let response = self.agent.delete(self.url(path)).config().timeout_global(Some(ASK)).build().call()?;
        answer(response, ANSWER_MAX).map(|_| ())
    }

    /// Offset central has of a blob, from a `HEAD`; 0 if it has nothing.
    pub(super) fn blob_head(&self, path: &str) -> Result<u64, CentralFault> {
        let response = self.agent.head(self.url(path)).config().timeout_global(Some(ASK)).build().call()?;
        if response.status().as_u16() == 404 {
            return Ok(0);
        }
        offset_of(&response).map_or_else(|| answer(response, 0).and(Err(CentralFault::NotUnderstood)), Ok)
    }

    /// Appends to a blob at an offset; gives the offset after it.
    pub(super) fn blob_patch(&self, path: &str, offset: u64, total: u64, bytes: &[u8]) -> Result<u64, CentralFault> {
        let response = self
            .agent
            .patch(self.url(path))
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", offset.to_string())
            .header("upload-length", total.to_string())
            .config()
            .timeout_global(Some(TRANSFER))
            .build()
            .send(bytes)?;
        let offset = offset_of(&response);
        answer(response, ANSWER_MAX)?;
        offset.ok_or(CentralFault::NotUnderstood)
    }

    /// The CA certificates of an EST label, DER each.
    pub fn ca_certificates(&self, label: &str) -> Result<Vec<Vec<u8>>, CentralFault> {
        let body = self.get_bytes(&format!("/.well-known/est/{label}/cacerts"), &[], ANSWER_MAX, ASK)?;
        from_pkcs7(&body)
    }

    /// Sends a PKCS#10 request to an EST route; gives the certificate, DER.
    pub(super) fn est(&self, path: &str, csr: &[u8], code: Option<&Secret>) -> Result<Vec<u8>, CentralFault> {
        let mut request = self.agent.post(self.url(path)).header("content-type", "application/pkcs10");
        if let Some(code) = code {
            // RFC 7617; the user name is not looked at (`est` of central).
            let pair = Zeroizing::new([b"desk:", code.expose()].concat());
            let header = Zeroizing::new(format!("Basic {}", Base64::encode_string(&pair)));
            request = request.header("authorization", header.as_str());
        }
        let response =
            request.config().timeout_global(Some(ASK)).build().send(Base64::encode_string(csr).as_bytes())?;
        let body = answer(response, ANSWER_MAX)?;
        from_pkcs7(&body)?.into_iter().next().ok_or(CentralFault::NotUnderstood)
    }
}

fn agent(tls: TlsConfig) -> Agent {
    Agent::config_builder()
        .tls_config(tls)
        .https_only(true)
        .http_status_as_error(false)
        .max_redirects(0)
        .proxy(None)
        .timeout_resolve(Some(CONNECT))
        .timeout_connect(Some(CONNECT))
        .timeout_global(Some(TRANSFER))
        .max_response_header_size(16 * 1024)
        .max_idle_connections(2)
        .user_agent(concat!("ra-desk/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent()
}

/// A host, with a port or without: nothing that could turn the address into another one.
fn check_host(host: &str) -> Result<(), CentralFault> {
    let good = !host.is_empty()
        && host.len() <= 255
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'));
    if good { Ok(()) } else { Err(CentralFault::Setup("central's address")) }
}

/// The HTTP client panics on a certificate or key that rustls does not take: they are tried here first.
fn check_tls(ca: &[u8], own: Option<(&[u8], &Secret)>) -> Result<(), CentralFault> {
    use rustls_pki_types::pem::PemObject;
    use rustls_pki_types::{CertificateDer, PrivateKeyDer};
    let bad = |what| move |_| CentralFault::Setup(what);
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from(ca.to_vec())).map_err(bad("the Device CA certificate"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(bad("TLS"))?
        .with_root_certificates(roots);
    if let Some((certificate, key)) = own {
        let key = PrivateKeyDer::from_pem_slice(key.expose()).map_err(|_| CentralFault::Setup("the desk's key"))?;
        builder
            .with_client_auth_cert(vec![CertificateDer::from(certificate.to_vec())], key)
            .map_err(bad("the desk's certificate"))?;
    }
    Ok(())
}

fn offset_of(response: &Response<Body>) -> Option<u64> {
    let text = response.headers().get("upload-offset")?.to_str().ok()?;
    if response.status().is_success() { text.parse().ok() } else { None }
}

/// The body of a success, or why there is none.
fn answer(mut response: Response<Body>, limit: u64) -> Result<Zeroizing<Vec<u8>>, CentralFault> {
    let status = response.status();
    let retry_after = response
        .headers()
        .get("retry-after")
        .and_then(|value| value.to_str().ok())
        .filter(|text| text.len() <= RETRY_AFTER_DIGITS)
        .and_then(|text| text.parse().ok());
    if status.is_success() {
        return Ok(Zeroizing::new(response.body_mut().with_config().limit(limit).read_to_vec()?));
    }
    let body = response.body_mut().with_config().limit(PROBLEM_MAX).read_to_vec().unwrap_or_default();
    let (code, detail) = match serde_json::from_slice::<Problem>(&body) {
        Ok(problem) => (problem.code, sanitise(&problem.detail)),
        Err(_) => (of_status(status.as_u16()).ok_or(CentralFault::NotUnderstood)?, format!("status {status}")),
    };
    Err(CentralFault::Problem { code, detail, retry_after })
}

/// What a bare status means where no [`Problem`] came with it: a proxy in between, or an EST route.
fn of_status(status: u16) -> Option<ProblemCode> {
    match status {
        400 => Some(ProblemCode::BadRequest),
        // Only EST asks for a password: the one-time code (RFC 7030 section 3.2.3).
        401 => Some(ProblemCode::BadCode),
        403 => Some(ProblemCode::NotAllowed),
        404 => Some(ProblemCode::NotFound),
        413 => Some(ProblemCode::BadRequest),
        429 => Some(ProblemCode::TooMany),
        502..=504 => Some(ProblemCode::Busy),
        500..=599 => Some(ProblemCode::Internal),
        _ => None,
    }
}

fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CentralFault> {
    serde_json::from_slice(bytes).map_err(|_| CentralFault::NotUnderstood)
}

/// Base64 with or without line ends, of a certs-only PKCS#7.
fn from_pkcs7(body: &[u8]) -> Result<Vec<Vec<u8>>, CentralFault> {
    let packed: Vec<u8> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let text = std::str::from_utf8(&packed).map_err(|_| CentralFault::NotUnderstood)?;
    let der = Base64::decode_vec(text).map_err(|_| CentralFault::NotUnderstood)?;
    certificates_of(&der).ok_or(CentralFault::NotUnderstood)
}
