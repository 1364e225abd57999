//! Enrolment over Secure Transport (RFC 7030): `/.well-known/est/<label>/cacerts`, `simpleenroll`, `simplereenroll`.
//!
//! Label `desk` gives a desk its certificate: first with the one-time code of its invite (HTTP Basic, any user name),
//! then with the certificate it has. Label `<grant>-<slot>` (slot `9a`, `9c`, `9d`, `9e`) gives a card's key its
//! certificate; the desk's certificate is needed. No label means `desk` (section 3.2.2; strongSwan sends none). Subject
//! and profile come from [`EstDecisions`], the request gives key and proof only. `tls-unique` linking (section 3.5) does
//! not exist in TLS 1.3 and is not asked for.
//!
//! The rule of repeats is kept here: the same key for the same label gets the same certificate, a new key replaces the
//! old certificate. A desk whose answer was lost on the way repeats its request with the certificate it still has,
//! which is superseded by then, and gets the same answer.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Extension, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use base64ct::{Base64, Encoding};
use cms::cert::CertificateChoices;
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{CertificateSet, EncapsulatedContentInfo, SignedData, SignerInfos};
use der::asn1::{ObjectIdentifier, SetOfVec};
use der::{Any, Decode, Encode};
use x509_cert::certificate::Certificate;
use zeroize::Zeroizing;

use super::ca::{Authority, CaFault, CardSubject, CertDer, DeskSubject, ProvenRequest, REQUEST_MAX};
use super::tls::PeerCertificate;
use crate::card::task::Slot;
use crate::domain::{DeskId, GrantId, Millis, Secret};
use crate::wire::message::{Problem, ProblemCode};

/// The largest body read: a request of [`REQUEST_MAX`] bytes in base64 with line ends.
const BODY_MAX: usize = REQUEST_MAX * 3 / 2;
/// The longest Authorization header looked at; a one-time code has some 20 signs.
const AUTHORIZATION_MAX: usize = 512;
/// How often a lost race with another request for the same label is run again.
const RACES_MAX: usize = 3;

/// Who a certificate is for: the thing that has one certificate at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A desk.
    Desk(DeskId),
    /// One key of a card.
    CardKey(GrantId, Slot),
}

/// The certificate a holder has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// SubjectPublicKeyInfo of the key it is for, DER.
    pub spki: Vec<u8>,
    /// The certificate.
    pub certificate: CertDer,
}

/// How a desk's certificate stands. A revoked one is a [`Problem`] with [`ProblemCode::DeskRevoked`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is the desk's certificate.
    Live,
    /// The desk was given a newer one: all it may do is to fetch that one again.
    Superseded,
}

/// What became of [`EstDecisions::record_issue`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recorded {
    /// Stored, durable.
    Stored,
    /// Not stored: the holder's certificate is not `replaces` any more. Nothing was changed.
    Overtaken,
}

/// What the store decides. Called on a thread that may block; every answer must be durable when it is given.
pub trait EstDecisions: Send + Sync + 'static {
    /// Central's time.
    fn now(&self) -> Millis;

    /// Spends the one-time code of an invite for the key `csr_spki`, whose proof was checked before. The same code with
    /// the same key again is no reuse: the answer may have been lost. Errors: [`ProblemCode::BadCode`] for a code that
    /// is wrong, too old, or spent for another key; [`ProblemCode::TooMany`] after too many wrong ones.
    fn redeem_invite(&self, code: &Secret, csr_spki: &[u8]) -> Result<DeskSubject, Problem>;

    /// How a desk's certificate stands. Errors: revoked, quarantined, unknown.
    fn desk_standing(&self, desk: DeskId, serial: &str) -> Result<Standing, Problem>;

    /// What is to stand in a desk's next certificate.
    fn desk_subject(&self, desk: DeskId) -> Result<DeskSubject, Problem>;

    /// What is to stand in the certificate of one key of a card. Errors: no such grant, not this desk's, slot not in the
    /// grant, card spoilt or cancelled, key algorithm not the grant's.
    fn card_subject(
        &self,
        desk: DeskId,
        grant: GrantId,
        slot: Slot,
        request: &ProvenRequest,
    ) -> Result<CardSubject, Problem>;

    /// The certificate a holder has now.
    fn held(&self, holder: Holder) -> Result<Option<Held>, Problem>;

    /// Stores a new certificate as the holder's, in one transaction, if the holder's certificate still is `replaces`
    /// (its serial number; none: the holder has none). The one replaced is then *revoked* if it is a card key's, and
    /// *superseded* ([`Standing`]) if it is a desk's. `desk` asked for it.
    fn record_issue(
        &self,
        holder: Holder,
        desk: DeskId,
        issued: &Held,
        replaces: Option<&str>,
    ) -> Result<Recorded, Problem>;
}

/// The EST routes, to be merged into central's router and served by [`super::tls::serve`].
pub fn router(authority: Arc<Authority>, decisions: Arc<dyn EstDecisions>) -> Router {
    let mut router = Router::new();
    for base in ["/.well-known/est", "/.well-known/est/{label}"] {
        router = router
            .route(&format!("{base}/cacerts"), get(ca_certificates))
            .route(&format!("{base}/simpleenroll"), post(enroll))
            .route(&format!("{base}/simplereenroll"), post(reenroll));
    }
    router.layer(DefaultBodyLimit::max(BODY_MAX)).with_state(Est { authority, decisions })
}

#[derive(Clone)]
struct Est {
    authority: Arc<Authority>,
    decisions: Arc<dyn EstDecisions>,
}

/// What a path's label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Desk,
    CardKey(GrantId, Slot),
}

impl Label {
    fn parse(text: Option<&str>) -> Result<Self, Problem> {
        let Some(text) = text.filter(|text| *text != "desk") else { return Ok(Self::Desk) };
        text.rsplit_once('-')
            .and_then(|(grant, slot)| Some(Self::CardKey(grant.parse().ok()?, Slot::from_label(slot)?)))
            .ok_or_else(|| problem(ProblemCode::NotFound, "the label is `desk` or `<grant>-<slot>`"))
    }
}

type PathLabel = Option<Path<String>>;

fn named(label: &PathLabel) -> Option<&str> {
    label.as_ref().map(|Path(text)| text.as_str())
}

type Peer = Option<Extension<PeerCertificate>>;

async fn ca_certificates(State(est): State<Est>, label: PathLabel) -> Response {
    let authority = &est.authority;
    let certificates = Label::parse(named(&label)).and_then(|label| {
        let ca = match label {
            Label::Desk => authority.device_ca(),
            Label::CardKey(..) => authority.card_ca(),
        };
        certs_only(&[ca, authority.root_certificate()])
    });
    certificates.map_or_else(|problem| refusal(&problem), |der| answer(&der, "application/pkcs7-mime"))
}

async fn enroll(State(est): State<Est>, label: PathLabel, peer: Peer, headers: HeaderMap, body: Bytes) -> Response {
    run(move || {
        let label = Label::parse(named(&label))?;
        let request = read_request(&headers, &body)?;
        match label {
            Label::Desk => {
                // The proof was checked before: a request that can't be used does not cost the code.
                let code = basic_password(&headers)?;
                let subject = est.decisions.redeem_invite(&code, request.spki())?;
                est.desk_certificate(&subject, &request, false)
            }
            Label::CardKey(grant, slot) => est.card_certificate(peer.as_ref(), grant, slot, &request),
        }
    })
    .await
}

async fn reenroll(State(est): State<Est>, label: PathLabel, peer: Peer, headers: HeaderMap, body: Bytes) -> Response {
    run(move || {
        let label = Label::parse(named(&label))?;
        let request = read_request(&headers, &body)?;
        match label {
            Label::Desk => {
                let (desk, standing) = est.desk_of(peer.as_ref())?;
                let subject = est.decisions.desk_subject(desk)?;
                est.desk_certificate(&subject, &request, standing == Standing::Superseded)
            }
            Label::CardKey(grant, slot) => est.card_certificate(peer.as_ref(), grant, slot, &request),
        }
    })
    .await
}

/// Runs a decision on a thread that may block, and gives its certificate or its refusal.
async fn run(decide: impl FnOnce() -> Result<CertDer, Problem> + Send + 'static) -> Response {
    let decided = tokio::task::spawn_blocking(decide)
        .await
        .unwrap_or_else(|_| Err(problem(ProblemCode::Internal, "the enrolment thread failed")));
    match decided.and_then(|certificate| certs_only(&[&certificate.der])) {
        // RFC 7030 section 4.2.3.
        Ok(der) => answer(&der, "application/pkcs7-mime; smime-type=certs-only"),
        Err(problem) => {
            tracing::info!(code = ?problem.code, detail = %problem.detail, "enrolment refused");
            refusal(&problem)
        }
    }
}

impl Est {
    /// The desk of a connection, and how its certificate stands.
    fn desk_of(&self, peer: Option<&Extension<PeerCertificate>>) -> Result<(DeskId, Standing), Problem> {
        let unknown = || problem(ProblemCode::NotADesk, "no desk certificate was shown");
        let Extension(peer) = peer.ok_or_else(unknown)?;
        let desk = peer.desk.ok_or_else(unknown)?;
        Ok((desk, self.decisions.desk_standing(desk, &peer.serial_hex)?))
    }

    fn desk_certificate(
        &self,
        subject: &DeskSubject,
        request: &ProvenRequest,
        repeat_only: bool,
    ) -> Result<CertDer, Problem> {
        let now = self.decisions.now();
        // A desk renews with a third of its certificate's life gone; before half of it is gone, the same key is a repeat.
        let repeats = |held: &CertDer| held.not_after.since(now) > held.not_after.since(held.not_before) / 2;
        let sign = || self.authority.issue_desk_proven(request, subject, now);
        self.one_certificate(Holder::Desk(subject.desk), subject.desk, request, repeat_only, repeats, sign)
    }

    fn card_certificate(
        &self,
        peer: Option<&Extension<PeerCertificate>>,
        grant: GrantId,
        slot: Slot,
        request: &ProvenRequest,
    ) -> Result<CertDer, Problem> {
        let (desk, standing) = self.desk_of(peer)?;
        if standing != Standing::Live {
            return Err(problem(ProblemCode::NotAllowed, "this desk has a newer certificate and must use that one"));
        }
        let subject = self.decisions.card_subject(desk, grant, slot, request)?;
        let now = self.decisions.now();
        let repeats = |held: &CertDer| held.not_after > now;
        let sign = || self.authority.issue_card_proven(request, &subject, now);
        self.one_certificate(Holder::CardKey(grant, slot), desk, request, false, repeats, sign)
    }

    /// The same key gets the certificate it has, while it `repeats`; another key gets a new one in its place.
    fn one_certificate(
        &self,
        holder: Holder,
        desk: DeskId,
        request: &ProvenRequest,
        repeat_only: bool,
        repeats: impl Fn(&CertDer) -> bool,
        sign: impl Fn() -> Result<CertDer, CaFault>,
    ) -> Result<CertDer, Problem> {
        for _ in 0..RACES_MAX {
            let held = self.decisions.held(holder)?;
            if let Some(held) = &held
                && held.spki == request.spki()
                && (repeat_only || repeats(&held.certificate))
            {
                return Ok(held.certificate.clone());
            }
            if repeat_only {
                return Err(problem(
                    ProblemCode::NotAllowed,
                    "this desk has a newer certificate and must use that one",
                ));
            }
            let issued = Held { spki: request.spki().to_vec(), certificate: sign().map_err(|fault| of_ca(&fault))? };
            let replaces = held.as_ref().map(|held| held.certificate.serial.as_str());
            if self.decisions.record_issue(holder, desk, &issued, replaces)? == Recorded::Stored {
                tracing::info!(?holder, serial = %issued.certificate.serial, "certificate issued");
                return Ok(issued.certificate);
            }
        }
        Err(problem(ProblemCode::Busy, "other requests for the same label are running"))
    }
}

/// The PKCS#10 request of a body: base64 with or without line ends, or raw DER.
fn read_request(headers: &HeaderMap, body: &[u8]) -> Result<ProvenRequest, Problem> {
    let bad = |detail| problem(ProblemCode::BadRequest, detail);
    if let Some(kind) = headers.get(header::CONTENT_TYPE)
        && !kind.as_bytes().to_ascii_lowercase().starts_with(b"application/pkcs10")
    {
        return Err(bad("the content type must be application/pkcs10"));
    }
    // DER begins with a SEQUENCE, 0x30, and a length byte that no base64 text has in second place.
    let der = if matches!(body, [0x30, 0x80..=0xFF, ..]) {
        body.to_vec()
    } else {
        let packed: Vec<u8> = body.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
        let text = std::str::from_utf8(&packed).map_err(|_| bad("the body is neither base64 nor DER"))?;
        Base64::decode_vec(text).map_err(|_| bad("the body is neither base64 nor DER"))?
    };
    ProvenRequest::check(&der).map_err(|fault| of_ca(&CaFault::Request(fault)))
}

/// The password of an HTTP Basic header (RFC 7617). The user name is not looked at.
fn basic_password(headers: &HeaderMap) -> Result<Secret, Problem> {
    let missing = || problem(ProblemCode::BadCode, "the one-time code is expected as HTTP Basic password");
    let value = headers.get(header::AUTHORIZATION).ok_or_else(missing)?.as_bytes();
    if value.len() > AUTHORIZATION_MAX || value.len() < 6 || !value[..6].eq_ignore_ascii_case(b"basic ") {
        return Err(missing());
    }
    let text = std::str::from_utf8(&value[6..]).map_err(|_| missing())?.trim();
    let pair = Zeroizing::new(Base64::decode_vec(text).map_err(|_| missing())?);
    let colon = pair.iter().position(|byte| *byte == b':').ok_or_else(missing)?;
    Ok(Secret::new(pair[colon + 1..].to_vec()))
}

/// Certificates as a certs-only SignedData (RFC 7030 section 4.1.3, RFC 5652), DER.
fn certs_only(certificates: &[&[u8]]) -> Result<Vec<u8>, Problem> {
    const ID_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
    const ID_SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
    let build = || -> der::Result<Vec<u8>> {
        let mut set = SetOfVec::new();
        for der in certificates {
            set.insert(CertificateChoices::Certificate(Certificate::from_der(der)?))?;
        }
        let signed = SignedData {
            version: CmsVersion::V1,
            digest_algorithms: SetOfVec::new(),
            encap_content_info: EncapsulatedContentInfo { econtent_type: ID_DATA, econtent: None },
            certificates: Some(CertificateSet(set)),
            crls: None,
            signer_infos: SignerInfos(SetOfVec::new()),
        };
        ContentInfo { content_type: ID_SIGNED_DATA, content: Any::encode_from(&signed)? }.to_der()
    };
    build().map_err(|_| problem(ProblemCode::Internal, "the answer could not be encoded"))
}

/// An answer in base64 on one line: strongSwan 5.9.8 can't read wrapped lines, and RFC 8951 section 3.1 asks for none.
fn answer(der: &[u8], kind: &'static str) -> Response {
    let mut response = Response::new(Body::from(Base64::encode_string(der)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert("content-transfer-encoding", HeaderValue::from_static("base64"));
    response
}

fn refusal(problem: &Problem) -> Response {
    let (status, sentence) = told(problem.code);
    let mut response = Response::new(Body::from(format!("{sentence}\n{}\n", problem.detail)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    if status == StatusCode::UNAUTHORIZED {
        // RFC 7030 section 3.2.3.
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"RA Desk enrolment\""));
    }
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    }
    response
}

/// Status (RFC 7030 section 4.2.3) and a sentence for the person who runs the client.
fn told(code: ProblemCode) -> (StatusCode, &'static str) {
    use ProblemCode as P;
    match code {
        P::BadCode => (StatusCode::UNAUTHORIZED, "The one-time code is wrong, used or too old. Ask for a new invite."),
        P::NotADesk => (StatusCode::FORBIDDEN, "This needs a desk's certificate. Enrol the desk first."),
        P::DeskRevoked => (StatusCode::FORBIDDEN, "This desk's certificate was revoked. Call your RA manager."),
        P::DeskQuarantined => (StatusCode::FORBIDDEN, "This desk is quarantined. Call your RA manager."),
        P::BadRequest | P::BadSignature => (StatusCode::BAD_REQUEST, "The certificate request can't be used."),
        P::NotFound => (StatusCode::NOT_FOUND, "There is nothing under this address."),
        P::TooMany => (StatusCode::TOO_MANY_REQUESTS, "Too many tries. Wait before the next one."),
        P::Busy => (StatusCode::SERVICE_UNAVAILABLE, "Central can't do it just now. Try again."),
        P::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "Central failed. Try again."),
        P::CardCancelled => (StatusCode::FORBIDDEN, "This card is cancelled or spoilt. It gets no certificate."),
        _ => (StatusCode::FORBIDDEN, "Central does not give this certificate."),
    }
}

/// A fault of the key room, as the client is told of it. Faults of central itself are logged, not told.
fn of_ca(fault: &CaFault) -> Problem {
    match fault {
        CaFault::Request(request) => problem(ProblemCode::BadRequest, &request.to_string()),
        CaFault::NoLifeLeft => problem(ProblemCode::NotAllowed, &fault.to_string()),
        other => {
            tracing::error!(fault = %other, "no certificate could be made");
            problem(ProblemCode::Internal, "no certificate could be made")
        }
    }
}

fn problem(code: ProblemCode, detail: &str) -> Problem {
    Problem { code, detail: detail.to_owned() }
}
