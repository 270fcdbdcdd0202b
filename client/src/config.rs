//! The program's configuration.

use std::{path::PathBuf, time::Duration};

use axum::http::Uri;
use common::{
    config::{ConfigError, Env, problem},
    messaging::BrokerConfig,
};

use crate::texts::Texts;

/// The default address of Stripe.js.
const STRIPE_JS: &str = "https://js.stripe.com/v3/";

/// The program's configuration; `README.md` has the table.
pub struct Config {
    /// The services' addresses.
    pub services: Services,
    /// The address of Stripe.js.
    pub stripe_js: Uri,
    /// The folder with the browser half, as `site` builds it.
    pub site: PathBuf,
    /// Whether browsers send cookies over HTTPS only.
    pub cookie_secure: bool,
    /// The texts about the shop.
    pub texts: Texts,
    /// How long orders hold a ticket, as pages say it.
    pub hold: Hold,
    /// Where the events come from that open pages are told of.
    pub broker: BrokerConfig,
}

/// How long orders hold a ticket.
#[derive(Debug, Clone, Copy)]
pub struct Hold(pub Duration);

/// A service behind the storefront.
#[derive(Debug, Clone, Copy)]
pub enum Service {
    /// Accounts and sessions.
    Auth,
    /// Tickets for sale.
    Tickets,
    /// Orders and their holds.
    Orders,
    /// Payments.
    Payments,
}

/// The services' addresses inside the cluster, in the order of [`Service`]: pages
/// are not rendered by way of the load balancer.
#[derive(Clone)]
pub struct Services([String; 4]);

impl Services {
    fn from_env(env: &Env) -> Result<Self, ConfigError> {
        Ok(Self([
            address(env, "AUTH_URL")?,
            address(env, "TICKETS_URL")?,
            address(env, "ORDERS_URL")?,
            address(env, "PAYMENTS_URL")?,
        ]))
    }

    /// The address of a service, without a trailing slash.
    pub fn address(&self, service: Service) -> &str {
        &self.0[service as usize]
    }
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
        let (services, broker) = (Services::from_env(env)?, BrokerConfig::from_env(env)?);
        let texts = Texts::read(env.optional::<PathBuf>("SHOP_TEXTS_DIR")?.as_deref())?;
        let hold = Hold(env.seconds_or("ORDER_HOLD_SECONDS", 900)?);
        Ok(Self { services, stripe_js, site, cookie_secure: env.or("COOKIE_SECURE", true)?, texts, hold, broker })
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
            ("NATS_URL", "nats://nats-srv:4222"),
        ])
    }

    #[test]
    fn each_service_has_its_address_and_a_wrong_variable_is_named() {
        let site = tempfile::tempdir().unwrap();
        std::fs::write(site.path().join("hash.txt"), "").unwrap();
        let good = env(site.path().to_str().unwrap());
        let services = Config::from_env(&good).ok().unwrap().services;
        for (service, address) in [
            (Service::Auth, "http://auth-srv:3000"),
            (Service::Tickets, "http://tickets-srv:3000"),
            (Service::Orders, "http://orders-srv:3000"),
            (Service::Payments, "http://payments-srv:3000"),
        ] {
            assert_eq!(services.address(service), address);
        }
        for (name, value) in [
            ("ORDERS_URL", "orders-srv"),
            ("SITE_DIR", "/nowhere"),
            ("STRIPE_JS_URL", "/v3/"),
            ("TICKETS_URL", "https://x"),
            ("NATS_URL", ""),
        ] {
            let mut bad = good.clone();
            bad.set(name, value);
            let error = Config::from_env(&bad).err().unwrap().to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
