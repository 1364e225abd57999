use std::collections::BTreeSet;

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
    assert_eq!(codes.as_array().unwrap().len(), 21);
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
