use std::collections::BTreeSet;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use tower::Service;

use super::*;

fn described() -> serde_json::Value {
    serde_json::from_str(meta::OPENAPI).expect("assets/openapi.json is JSON")
}

#[test]
fn the_description_and_the_router_have_the_same_routes() {
    let document = described();
    let mut told = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            told.insert((method.to_uppercase(), path.clone()));
        }
    }
    let table: BTreeSet<_> =
        route_table().into_iter().map(|(method, path)| (method.to_owned(), path.to_owned())).collect();
    assert_eq!(told, table);
}

#[test]
fn every_reference_in_the_description_leads_somewhere() {
    fn walk(value: &serde_json::Value, found: &mut BTreeSet<String>) {
        match value {
            serde_json::Value::Object(map) => {
                if let Some(name) = map.get("$ref").and_then(|name| name.as_str()) {
                    found.insert(name.to_owned());
                }
                map.values().for_each(|value| walk(value, found));
            }
            serde_json::Value::Array(list) => list.iter().for_each(|value| walk(value, found)),
            _ => {}
        }
    }
    let document = described();
    let mut used = BTreeSet::new();
    walk(&document, &mut used);
    let there: BTreeSet<String> = document["components"]["schemas"]
        .as_object()
        .unwrap()
        .keys()
        .map(|name| format!("#/components/schemas/{name}"))
        .collect();
    assert_eq!(used, there, "used and described schemas differ");
}

#[test]
fn the_description_has_every_problem_code_a_desk_may_get() {
    let codes = &described()["components"]["schemas"]["ProblemCode"]["enum"];
    for code in codes.as_array().unwrap() {
        let known: Result<ProblemCode, _> = serde_json::from_value(code.clone());
        assert!(status(known.unwrap_or_else(|_| panic!("{code} is no problem code"))).as_u16() >= 400);
    }
    assert_eq!(codes.as_array().unwrap().len(), 25);
}

#[test]
fn every_path_parameter_of_the_table_is_described() {
    let document = described();
    for (method, path) in route_table() {
        let operation = &document["paths"][path][method.to_lowercase()];
        let names: BTreeSet<&str> = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        let wanted: BTreeSet<&str> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        assert_eq!(names, wanted, "{method} {path}");
    }
}

/// A body that never comes.
struct Endless;

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[test]
fn a_stranger_with_an_endless_body_is_refused_at_once_and_delays_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let clock = crate::central::system_clock();
    let environment = crate::domain::Environment::Demo;
    let authority =
        crate::central::ca::Authority::init(&folder.path().join("ca"), environment, "Test", clock()).unwrap();
    let store = crate::central::store::sqlite::SqliteStore::open(&folder.path().join("db"), environment).unwrap();
    let rules = crate::central::service::Rules { requests_at_once: 1, ..Default::default() };
    let central = Arc::new(Central::new(Arc::new(store), Arc::new(authority), clock, rules).unwrap());
    let router = router(&central);
    let ask = |method: &str, path: &str, body: Body| {
        let request = Request::builder().method(method).uri(path).body(body).unwrap();
        let answer = router.clone().call(request);
        // Well below the time a request waits for its turn.
        async { tokio::time::timeout(TURN / 2, answer).await.expect("answered at once").unwrap().status() }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        assert_eq!(ask("POST", "/v1/nonces", Body::new(Endless)).await, StatusCode::UNAUTHORIZED);
        assert_eq!(ask("GET", "/v1/revocations", Body::new(Endless)).await, StatusCode::UNAUTHORIZED);
        assert_eq!(ask("GET", "/v1/hello", Body::new(Endless)).await, StatusCode::BAD_REQUEST);
        assert_eq!(ask("GET", "/v1/hello", Body::empty()).await, StatusCode::OK);
    });
}

#[test]
fn no_route_a_stranger_may_ask_shares_a_desks_turns() {
    for route in ROUTES {
        let open = matches!(route.handler, Handler::Anybody(_));
        assert_eq!(open, route.budget == Budget::Open, "{} {}", route.method, route.path);
        assert!(!open || route.body_max == 0);
    }
}
