//! The routes of the cluster's Ingress, by Kubernetes' rules.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_yaml_ng::Value;

/// The service of each path.
#[derive(Clone, Debug)]
pub struct Routes(Vec<Route>);

#[derive(Clone, Debug)]
struct Route {
    /// Without a slash at its end.
    path: String,
    exact: bool,
    service: String,
}

impl Routes {
    /// From a manifest's file.
    pub fn read(manifest: &Path) -> Result<Self> {
        let yaml = fs::read_to_string(manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
        Self::parse(&yaml).with_context(|| format!("{} is no Ingress as expected", manifest.display()))
    }

    /// From a manifest. Its hosts are ignored: locally there is one.
    pub fn parse(yaml: &str) -> Result<Self> {
        let ingress: Value = serde_yaml_ng::from_str(yaml)?;
        let rules = ingress["spec"]["rules"].as_sequence().context("it has no rules")?;
        let paths = rules.iter().filter_map(|rule| rule["http"]["paths"].as_sequence()).flatten();
        let routes = paths.map(|entry| Route::read(entry).with_context(|| format!("{entry:?} is no path")));
        let mut routes = routes.collect::<Result<Vec<_>>>()?;
        ensure!(!routes.is_empty(), "it has no paths");
        // The longest path comes first; of equals, the exact one.
        routes.sort_by_key(|route| std::cmp::Reverse((route.path.len(), route.exact)));
        Ok(Self(routes))
    }

    /// The service that answers a path.
    #[must_use]
    pub fn service(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|route| route.matches(path)).map(|route| route.service.as_str())
    }
}

impl Route {
    /// Compares whole elements: `/api/users` takes `/api/users/1`, not `/api/usersx`.
    fn matches(&self, path: &str) -> bool {
        match path.strip_prefix(&self.path) {
            Some(rest) if self.exact => rest.is_empty(),
            Some(rest) => rest.is_empty() || rest.starts_with('/'),
            None => false,
        }
    }
}

impl Route {
    /// From an element of an Ingress' `paths`.
    fn read(entry: &Value) -> Option<Self> {
        let (path, exact) = (entry["path"].as_str()?, entry["pathType"].as_str()? == "Exact");
        let path = if exact { path } else { path.trim_end_matches('/') }.to_owned();
        Some(Self { path, exact, service: entry["backend"]["service"]["name"].as_str()?.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ingress_routes_by_whole_elements_and_the_longest_prefix() {
        let table = [
            ("/", "client-srv"),
            ("/tickets/new", "client-srv"),
            ("/api", "client-srv"),
            ("/api/users", "auth-srv"),
            ("/api/users/", "auth-srv"),
            ("/api/users/signup", "auth-srv"),
            ("/api/usersx", "client-srv"),
            ("/api/tickets/65f0", "tickets-srv"),
            ("/api/tickets-sold", "client-srv"),
            ("/api/orders", "orders-srv"),
            ("/api/payments/webhook", "payments-srv"),
            ("/API/payments", "client-srv"),
        ];
        let manifest = crate::env::workspace_root().join("infra/k8s-dev/ingress-srv.yaml");
        let routes = Routes::read(&manifest).unwrap();
        for (path, service) in table {
            assert_eq!(routes.service(path), Some(service), "{path}");
        }
    }

    #[test]
    fn an_exact_path_beats_the_prefix_of_its_length_and_takes_nothing_below() {
        let entry = |path: &str, kind: &str, service: &str| {
            format!("{{path: {path}, pathType: {kind}, backend: {{service: {{name: {service}}}}}}}")
        };
        let paths = [entry("/a", "Prefix", "prefix"), entry("/a", "Exact", "exact")].join(", ");
        let routes = Routes::parse(&format!("spec: {{rules: [{{http: {{paths: [{paths}]}}}}]}}")).unwrap();
        assert_eq!(routes.service("/a"), Some("exact"));
        assert_eq!(routes.service("/a/b"), Some("prefix"));
        assert_eq!(routes.service("/b"), None);
    }
}
