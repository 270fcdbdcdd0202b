//! The endpoint table of a service's README, compared with the description that
//! the service itself serves.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Service;

/// Statuses that layers add to endpoints: a README says so once, not in each row.
const SHARED: [u16; 6] = [400, 403, 413, 415, 500, 503];

/// Statuses by endpoint, such as `GET /api/tickets/{id}`.
type Endpoints = BTreeMap<String, BTreeSet<u16>>;

/// Fails unless the README and the description of the service `name` list the
/// same endpoints with the same statuses.
pub async fn check_endpoints(service: &Service, name: &str, readme: &str) {
    let description = service.anonymous().get(&format!("/api/{name}/openapi.json")).await.expect(200).body;
    assert!(description["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "{description}");
    let found = differences(&described(&description), &listed(readme));
    assert!(found.is_empty(), "{found:#?}");
}

fn described(description: &Value) -> Endpoints {
    let paths = description["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| item.as_object().into_iter().flatten().map(move |it| (path, it)));
    let endpoints = operations.map(|(path, (method, operation))| {
        let statuses = operation["responses"].as_object().into_iter().flatten();
        let statuses = statuses.filter_map(|(status, _)| status.parse().ok()).collect();
        (format!("{} {path}", method.to_uppercase()), statuses)
    });
    endpoints.collect()
}

/// Rows like `` | `GET /api/tickets/:id` | 200, the ticket | 404 | ``.
fn listed(readme: &str) -> Endpoints {
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let rows = rows.filter_map(|(endpoint, cells)| {
        let (method, path) = endpoint.split_once(' ').filter(|(_, path)| path.starts_with("/api/"))?;
        let path: Vec<String> = path
            .split('/')
            .map(|part| part.strip_prefix(':').map_or_else(|| part.to_owned(), |name| format!("{{{name}}}")))
            .collect();
        Some((format!("{method} {}", path.join("/")), statuses(cells)))
    });
    rows.collect()
}

/// Numbers of three digits that are not code.
fn statuses(cells: &str) -> BTreeSet<u16> {
    let words = cells.split('`').step_by(2).flat_map(|text| text.split(|symbol: char| !symbol.is_ascii_digit()));
    words.filter(|word| word.len() == 3).filter_map(|word| word.parse().ok()).collect()
}

fn differences(described: &Endpoints, listed: &Endpoints) -> Vec<String> {
    let none = BTreeSet::new();
    let endpoints: BTreeSet<&String> = described.keys().chain(listed.keys()).collect();
    let problems = endpoints.into_iter().flat_map(|endpoint| {
        let of = |endpoints: &Endpoints| endpoints.get(endpoint).unwrap_or(&none).clone();
        let (described, listed) = (of(described), of(listed));
        let shared = |status: &&u16| !SHARED.contains(status);
        let unknown = listed.difference(&described).map(move |it| format!("{endpoint}: only the README has {it}"));
        let missing = described.difference(&listed).filter(shared);
        let missing = missing.map(move |it| format!("{endpoint}: the README lacks {it}"));
        unknown.chain(missing).collect::<Vec<_>>()
    });
    problems.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn endpoints_and_statuses_that_only_one_side_has_are_found() {
        let responses = json!({ "200": {}, "404": {}, "500": {} });
        let description = json!({ "paths": { "/api/a/{id}": { "get": { "responses": responses } } } });
        let found = |readme: &str| differences(&described(&description), &listed(readme));
        assert_eq!(found("| `GET /api/a/:id` `{limit: 200}` | 200, it | 404 |"), Vec::<String>::new());
        assert_eq!(found("| `GET /api/a/:id` | 200 | |"), ["GET /api/a/{id}: the README lacks 404"]);
        assert_eq!(found("| `GET /api/a/:id` | 200 | 404 · 409 `x` |"), ["GET /api/a/{id}: only the README has 409"]);
        let renamed = found("| `GET /api/b` | 200 | |");
        assert_eq!(renamed.len(), 3, "{renamed:?}");
    }
}
