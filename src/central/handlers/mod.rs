//! The routes. One table, `ROUTES`, makes the router; a test holds `assets/openapi.json` against it both ways, so that
//! neither can have a route the other has not.
//!
//! Every handler is a plain function that may block. It gets what was asked and answers or refuses; reading bodies,
//! limits, authorising the desk and threads are done here, once.

mod blob;
mod card;
mod desk;
mod grant;
mod meta;
mod person;
mod push;

pub use grant::random_guid;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{FromRequestParts, Query, RawPathParams, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::{MethodFilter, on};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;

use super::decisions::Decisions;
use super::est;
use super::hand::spki_of;
use super::service::{Central, of_store, problem};
use super::store::DeskRow;
use super::tls::PeerCertificate;
use crate::domain::DeskId;
use crate::wire::message::{Problem, ProblemCode};

/// What was asked.
pub struct Ask {
    params: Vec<(String, String)>,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
    peer: Option<PeerCertificate>,
}

/// What is answered.
pub struct Reply {
    status: StatusCode,
    kind: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

/// A handler's result.
pub type Answer = Result<Reply, Refusal>;

/// Why not. `extra` goes beside code and detail in the answer's body.
pub struct Refusal {
    problem: Problem,
    extra: Option<serde_json::Value>,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { problem, extra: None }
    }
}

/// Who may call a route.
#[derive(Clone, Copy)]
enum Handler {
    /// Anybody who reaches the port.
    Anybody(fn(&Central, &Ask) -> Answer),
    /// A desk that is neither revoked nor quarantined.
    Desk(fn(&Central, &Ask, &DeskRow) -> Answer),
    /// Such a desk while an agent is signed in at it: what it tells is about people.
    Agent(fn(&Central, &Ask, &DeskRow) -> Answer),
}

/// Which budget a request is taken from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Budget {
    /// Most.
    Common,
    /// Revocations and cancels: a flood of others must not delay them.
    Urgent,
    /// What anybody may ask: a flood of strangers must not delay a desk.
    Open,
}

struct Route {
    method: &'static str,
    path: &'static str,
    body_max: usize,
    budget: Budget,
    handler: Handler,
}

const KIB: usize = 1024;
/// A push: 256 KiB of events, a third more as base64, and the rest of the JSON.
const PUSH_MAX: usize = 400 * KIB;
/// A part of a blob.
const BLOB_PART_MAX: usize = 1024 * KIB;
/// An RSA certificate and signature in an act, as arrays of numbers in JSON, have about 15 KiB.
const SMALL_MAX: usize = 64 * KIB;

const fn open(method: &'static str, path: &'static str, handler: fn(&Central, &Ask) -> Answer) -> Route {
    Route { method, path, body_max: 0, budget: Budget::Open, handler: Handler::Anybody(handler) }
}

const fn get(path: &'static str, handler: fn(&Central, &Ask, &DeskRow) -> Answer) -> Route {
    Route { method: "GET", path, body_max: 0, budget: Budget::Common, handler: Handler::Desk(handler) }
}

const fn about_people(path: &'static str, handler: fn(&Central, &Ask, &DeskRow) -> Answer) -> Route {
    Route { method: "GET", path, body_max: 0, budget: Budget::Common, handler: Handler::Agent(handler) }
}

const fn post(path: &'static str, handler: fn(&Central, &Ask, &DeskRow) -> Answer) -> Route {
    Route { method: "POST", path, body_max: SMALL_MAX, budget: Budget::Common, handler: Handler::Desk(handler) }
}

const fn route(method: &'static str, path: &'static str, body_max: usize, handler: Handler) -> Route {
    Route { method, path, body_max, budget: Budget::Common, handler }
}

const fn urgent(route: Route) -> Route {
    Route { budget: Budget::Urgent, ..route }
}

/// Every route of our own.
const ROUTES: &[Route] = &[
    open("GET", "/v1/hello", meta::hello),
    open("GET", "/live", meta::live),
    open("GET", "/ready", meta::ready),
    open("GET", "/openapi.json", meta::openapi),
    get("/v1/desks/{desk}", desk::record),
    route("POST", "/v1/desks/{desk}/events", PUSH_MAX, Handler::Desk(push::push)),
    urgent(get("/v1/desks/{desk}/feed", desk::feed)),
    get("/v1/desks/{desk}/roster", desk::roster),
    urgent(get("/v1/revocations", desk::revocations)),
    get("/v1/policies", desk::policies),
    route("HEAD", "/v1/blobs/{digest}", 0, Handler::Desk(blob::state)),
    route("PATCH", "/v1/blobs/{digest}", BLOB_PART_MAX, Handler::Desk(blob::append)),
    post("/v1/nonces", desk::nonce),
    post("/v1/sessions", desk::open_session),
    route("DELETE", "/v1/sessions", 0, Handler::Desk(desk::end_sessions)),
    about_people("/v1/persons", person::find),
    about_people("/v1/persons/{id}/photo", person::photo),
    about_people("/v1/cards/{guid}", card::by_guid),
    about_people("/v1/cards/by-number/{number}", card::by_number),
    get("/v1/stock/{chip_serial}", card::stock),
    post("/v1/grants", grant::make),
    get("/v1/grants/{grant}", grant::again),
    post("/v1/grants/{grant}/release", grant::release),
    post("/v1/bootstrap", grant::bootstrap),
];

/// The routes of EST, which [`est::router`] serves.
const EST_ROUTES: &[(&str, &str)] = &[
    ("GET", "/.well-known/est/{label}/cacerts"),
    ("POST", "/.well-known/est/{label}/simpleenroll"),
    ("POST", "/.well-known/est/{label}/simplereenroll"),
];

/// Method and path of every route there is.
pub fn route_table() -> Vec<(&'static str, &'static str)> {
    ROUTES.iter().map(|route| (route.method, route.path)).chain(EST_ROUTES.iter().copied()).collect()
}

/// How long a request waits for its turn before the desk is told to try again.
const TURN: Duration = Duration::from_secs(5);
/// Requests of the urgent budget at once.
const URGENT_AT_ONCE: usize = 16;
/// Requests of strangers at once: each is one small answer.
const OPEN_AT_ONCE: usize = 4;
/// Desks that are looked up at once, before their request takes a turn: one row of the database each.
const DOOR_AT_ONCE: usize = 16;

struct Budgets {
    common: Arc<Semaphore>,
    urgent: Arc<Semaphore>,
    open: Arc<Semaphore>,
    door: Arc<Semaphore>,
}

/// The whole router: our routes and EST's.
pub fn router(central: &Arc<Central>) -> Router {
    let budgets = Arc::new(Budgets {
        common: Arc::new(Semaphore::new(central.rules.requests_at_once)),
        urgent: Arc::new(Semaphore::new(URGENT_AT_ONCE)),
        open: Arc::new(Semaphore::new(OPEN_AT_ONCE)),
        door: Arc::new(Semaphore::new(DOOR_AT_ONCE)),
    });
    let mut router = Router::new();
    for route in ROUTES {
        let (central, budgets) = (Arc::clone(central), Arc::clone(&budgets));
        let handler = move |request: Request| {
            let (central, budgets) = (Arc::clone(&central), Arc::clone(&budgets));
            async move { answer(route, central, budgets, request).await }
        };
        router = router.route(route.path, on(filter(route.method), handler));
    }
    let decisions = Arc::new(Decisions(Arc::clone(central)));
    router
        .fallback(|| async { refuse(&problem(ProblemCode::NotFound, "there is no such route").into()) })
        .merge(est::router(Arc::clone(&central.authority), decisions))
}

fn filter(method: &str) -> MethodFilter {
    match method {
        "POST" => MethodFilter::POST,
        "PATCH" => MethodFilter::PATCH,
        "DELETE" => MethodFilter::DELETE,
        "HEAD" => MethodFilter::HEAD,
        _ => MethodFilter::GET,
    }
}

async fn answer(route: &'static Route, central: Arc<Central>, budgets: Arc<Budgets>, request: Request) -> Response {
    match serve(route, central, &budgets, request).await {
        Ok(reply) => respond(reply),
        Err(refusal) => {
            tracing::info!(method = route.method, path = route.path, code = ?refusal.problem.code, "refused");
            refuse(&refusal)
        }
    }
}

/// Cheapest first: a stranger is refused before anything of the body is read, and nobody holds a turn while a body is on
/// its way. How long that may take is the server's limit for one request.
async fn serve(route: &'static Route, central: Arc<Central>, budgets: &Budgets, request: Request) -> Answer {
    let (mut ask, body) = head(request).await?;
    let bad = |detail| Refusal::from(problem(ProblemCode::BadRequest, detail));
    let desk = match route.handler {
        Handler::Anybody(_) => None,
        Handler::Desk(_) | Handler::Agent(_) => {
            let peer = ask.peer.take().ok_or_else(|| not_a_desk("no client certificate was shown"))?;
            let central = Arc::clone(&central);
            Some(at_work(&budgets.door, move || Ok(authorise(&central, &peer)?)).await?)
        }
    };
    if route.body_max == 0 && !body.is_end_stream() {
        return Err(bad("this route takes no body"));
    }
    ask.body = to_bytes(body, route.body_max).await.map_err(|_| bad("the body is too large or was cut off"))?;
    let budget = match route.budget {
        Budget::Common => &budgets.common,
        Budget::Urgent => &budgets.urgent,
        Budget::Open => &budgets.open,
    };
    at_work(budget, move || match (route.handler, &desk) {
        (Handler::Anybody(work), _) => work(&central, &ask),
        (Handler::Desk(work), Some(desk)) => work(&central, &ask, desk),
        (Handler::Agent(work), Some(desk)) => {
            central.need_session(None, desk.desk)?;
            work(&central, &ask, desk)
        }
        (Handler::Desk(_) | Handler::Agent(_), None) => Err(not_a_desk("no desk was looked up").into()),
    })
    .await
}

/// Waits for a turn and works on a thread that may block.
async fn at_work<T: Send + 'static>(
    budget: &Arc<Semaphore>,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let turn = tokio::time::timeout(TURN, Arc::clone(budget).acquire_owned()).await;
    let Ok(Ok(permit)) = turn else {
        return Err(problem(ProblemCode::Busy, "too many requests at once").into());
    };
    let worked = tokio::task::spawn_blocking(move || {
        // Held until the work is done, even if the client went away.
        let _permit = permit;
        work()
    });
    worked.await.unwrap_or_else(|_| {
        tracing::error!("a handler panicked");
        Err(problem(ProblemCode::Internal, "the handler failed").into())
    })
}

/// All but the body.
async fn head(request: Request) -> Result<(Ask, Body), Refusal> {
    let bad = |detail: &str| Refusal::from(problem(ProblemCode::BadRequest, detail));
    let (mut parts, body) = request.into_parts();
    let params = RawPathParams::from_request_parts(&mut parts, &()).await.map_err(|_| bad("the path can't be read"))?;
    let params = params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| bad("the query can't be read"))?.0;
    let peer = parts.extensions.get::<PeerCertificate>().cloned();
    Ok((Ask { params, query, headers: parts.headers, body: Bytes::new(), peer }, body))
}

fn not_a_desk(detail: &str) -> Problem {
    problem(ProblemCode::NotADesk, detail)
}

/// Certificate -> key -> desk row. The subject's text is never looked at.
fn authorise(central: &Central, peer: &PeerCertificate) -> Result<DeskRow, Problem> {
    if super::ca::environment_in(&peer.der) != Some(central.authority.environment()) {
        return Err(problem(ProblemCode::OtherEnvironment, "the certificate was made for another environment"));
    }
    let spki = spki_of(&peer.der).ok_or_else(|| not_a_desk("the client certificate can't be read"))?;
    let found = central.store.desk_by_key(&spki).map_err(of_store)?;
    let (desk, key_revoked) = found.ok_or_else(|| not_a_desk("central does not know this key"))?;
    if let Some(reason) = &desk.revoked {
        return Err(problem(ProblemCode::DeskRevoked, reason));
    }
    if key_revoked {
        return Err(problem(ProblemCode::DeskRevoked, "this key was revoked"));
    }
    if let Some(reason) = &desk.quarantined {
        return Err(problem(ProblemCode::DeskQuarantined, reason));
    }
    Ok(desk)
}

impl Ask {
    /// A part of the path.
    fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// A part of the path as an id.
    fn id<T: std::str::FromStr>(&self, name: &str) -> Result<T, Problem> {
        let wrong = || problem(ProblemCode::BadRequest, &format!("{name} in the path has the wrong form"));
        self.param(name).parse().map_err(|_| wrong())
    }

    /// A value of the query; an empty one is none.
    fn asked(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// A header.
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as JSON. The parser's words are not told: they could repeat a secret.
    fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let wrong = |error: serde_json::Error| {
            let place = format!("the body is not of the form (line {}, column {})", error.line(), error.column());
            problem(ProblemCode::BadRequest, &place)
        };
        serde_json::from_slice(&self.body).map_err(wrong)
    }

    /// The path's desk must be the one that asks.
    fn own_desk(&self, desk: &DeskRow) -> Result<(), Problem> {
        if self.id::<DeskId>("desk")? == desk.desk {
            Ok(())
        } else {
            Err(problem(ProblemCode::NotAllowed, "the path names another desk"))
        }
    }
}

impl Reply {
    fn json<T: Serialize>(value: &T) -> Answer {
        let body = serde_json::to_vec(value).map_err(|_| problem(ProblemCode::Internal, "the answer has no form"))?;
        Ok(Self { status: StatusCode::OK, kind: "application/json", headers: Vec::new(), body })
    }

    fn bytes(kind: &'static str, body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, kind, headers: Vec::new(), body }
    }

    fn empty() -> Self {
        Self { status: StatusCode::NO_CONTENT, kind: "", headers: Vec::new(), body: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }
}

fn respond(reply: Reply) -> Response {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    if !reply.kind.is_empty() {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.kind));
    }
    // Answers may hold personal data or secrets: nobody on the way keeps them.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in reply.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    response
}

/// The status of each problem.
fn status(code: ProblemCode) -> StatusCode {
    use ProblemCode as P;
    match code {
        P::NotADesk => StatusCode::UNAUTHORIZED,
        P::DeskRevoked
        | P::DeskQuarantined
        | P::BadCode
        | P::BadSignature
        | P::ContentDiffers
        | P::NotAllowed
        | P::NoSession
        | P::OwnCard
        | P::OtherEnvironment => StatusCode::FORBIDDEN,
        P::BadRequest => StatusCode::BAD_REQUEST,
        P::NotFound => StatusCode::NOT_FOUND,
        P::SessionElsewhere
        | P::CardCancelled
        | P::AlreadyHasCard
        | P::AwaitingPhoto
        | P::AwaitingRecord
        | P::HandedOver
        | P::StaleNonce
        | P::NotInStock
        | P::ChainBroken => StatusCode::CONFLICT,
        P::TooMany => StatusCode::TOO_MANY_REQUESTS,
        P::TooOld => StatusCode::UPGRADE_REQUIRED,
        P::Busy => StatusCode::SERVICE_UNAVAILABLE,
        P::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn refuse(refusal: &Refusal) -> Response {
    let mut body = serde_json::json!({ "code": refusal.problem.code, "detail": refusal.problem.detail });
    if let (Some(extra), Some(body)) =
        (refusal.extra.as_ref().and_then(|extra| extra.as_object()), body.as_object_mut())
    {
        body.extend(extra.clone());
    }
    let status = status(refusal.problem.code);
    let reply = Reply { status, kind: "application/json", headers: Vec::new(), body: body.to_string().into_bytes() };
    match refusal.problem.code {
        ProblemCode::Busy => respond(reply.with("retry-after", 5)),
        ProblemCode::TooMany => respond(reply.with("retry-after", 60)),
        _ => respond(reply),
    }
}

#[cfg(test)]
mod tests;
