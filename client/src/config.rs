//! What the environment says.

use std::path::PathBuf;

use axum::http::Uri;
use common::config::{ConfigError, Env, problem};

/// Where Stripe.js is, unless the environment says otherwise.
const STRIPE_JS: &str = "https://js.stripe.com/v3/";

/// The program's configuration; `README.md` has the table.
pub struct Config {
    /// The services, inside the cluster: pages are not rendered by way of the
    /// load balancer.
    pub services: Services,
    /// Where Stripe.js is.
    pub stripe_js: Uri,
    /// The folder with the browser's half, as `site` builds it.
    pub site: PathBuf,
    /// Whether cookies travel by HTTPS only.
    pub cookie_secure: bool,
}

/// The address of each service, without a slash at its end.
#[derive(Clone)]
pub struct Services {
    /// Accounts and sessions.
    pub auth: String,
    /// What is for sale.
    pub tickets: String,
    /// Who holds what.
    pub orders: String,
    /// Who paid.
    pub payments: String,
}

impl Config {
    /// Reads the environment; the error names the variable that is missing or bad.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let site: PathBuf = env.required("SITE_DIR")?;
        if !site.join("hash.txt").is_file() {
            return Err(problem("SITE_DIR", "has no hash.txt: build the site there first"));
        }
        let stripe_js: Uri = env.or("STRIPE_JS_URL", Uri::from_static(STRIPE_JS))?;
        if stripe_js.scheme().is_none() || stripe_js.host().is_none() {
            return Err(problem("STRIPE_JS_URL", "must be an absolute address"));
        }
        Ok(Self {
            services: Services {
                auth: address(env, "AUTH_URL")?,
                tickets: address(env, "TICKETS_URL")?,
                orders: address(env, "ORDERS_URL")?,
                payments: address(env, "PAYMENTS_URL")?,
            },
            stripe_js,
            site,
            cookie_secure: env.or("COOKIE_SECURE", true)?,
        })
    }
}

fn address(env: &Env, name: &'static str) -> Result<String, ConfigError> {
    let address: Uri = env.required(name)?;
    if address.scheme_str() != Some("http") {
        return Err(problem(name, "must begin with http://: services are reached inside the cluster"));
    }
    Ok(address.to_string().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(site: &str) -> Env {
        Env::from([
            ("AUTH_URL", "http://auth-srv:3000/"),
            ("TICKETS_URL", "http://tickets-srv:3000"),
            ("ORDERS_URL", "http://orders-srv:3000"),
            ("PAYMENTS_URL", "http://payments-srv:3000"),
            ("SITE_DIR", site),
        ])
    }

    #[test]
    fn a_wrong_variable_is_named() {
        let site = tempfile::tempdir().unwrap();
        std::fs::write(site.path().join("hash.txt"), "").unwrap();
        let good = env(site.path().to_str().unwrap());
        assert_eq!(Config::from_env(&good).ok().unwrap().services.auth, "http://auth-srv:3000");
        for (name, value) in [
            ("ORDERS_URL", "orders-srv"),
            ("SITE_DIR", "/nowhere"),
            ("STRIPE_JS_URL", "/v3/"),
            ("TICKETS_URL", "https://x"),
        ] {
            let mut bad = good.clone();
            bad.set(name, value);
            let error = Config::from_env(&bad).err().unwrap().to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
