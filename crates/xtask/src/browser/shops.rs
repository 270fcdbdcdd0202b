//! The shops in which the stories are played.

use std::path::Path;

use anyhow::{Context, Result};

use crate::build::Programs;
use crate::ports;
use crate::process::{Program, Restart};
use crate::report::Report;
use crate::stack::{Service, Stack, StackOptions};

/// Long enough to show an order that waits, short enough to see it expire.
const SHORT_HOLD_SECONDS: u32 = 8;
const SHORT_GRACE_SECONDS: u32 = 1;

/// No service answers here: it is the port of the discard protocol (RFC 863).
const DISCARD: &str = "http://127.0.0.1:9";
const NO_NATS: &str = "nats://127.0.0.1:9";

/// One with the usual settings, one whose holds are short, and one whose services are
/// missing.
pub(super) struct Shops {
    usual: Stack,
    short_hold: Stack,
    /// Killed when dropped: it has no data.
    unconnected: Service,
}

impl Shops {
    /// Opens them in folders of their own below `data`.
    pub(super) async fn open(data: &Path, programs: &Programs, site: &Path) -> Result<Self> {
        let shop = |name: &str| StackOptions {
            site: Some(site.to_owned()),
            // All visitors come from one address.
            env: vec![("AUTH_RATE_PER_MINUTE".to_owned(), "0".to_owned())],
            ..StackOptions::new(data.join(name), programs.clone())
        };
        let short_hold = StackOptions {
            hold_seconds: Some(SHORT_HOLD_SECONDS),
            grace_seconds: Some(SHORT_GRACE_SECONDS),
            ..shop("short-hold")
        };
        let unconnected = without_services(data, programs, site);
        let (usual, short_hold, unconnected) =
            tokio::try_join!(Stack::start(shop("usual")), Stack::start(short_hold), unconnected)?;
        Ok(Self { usual, short_hold, unconnected })
    }

    /// The variables of the suite.
    pub(super) fn addresses(&self) -> Result<[(&'static str, String); 4]> {
        let stripe = self.usual.standin().context("the shop has a stand-in for Stripe")?;
        Ok([
            ("SHOP_URL", self.usual.url().context("the shop has a gateway")?),
            ("SHORT_HOLD_URL", self.short_hold.url().context("the shop has a gateway")?),
            ("WITHOUT_SERVICES_URL", self.unconnected.url()),
            ("STRIPE_URL", stripe.url()),
        ])
    }

    /// Stops them.
    pub(super) async fn close(self) {
        tokio::join!(self.usual.stop(), self.short_hold.stop());
    }
}

/// Starts a storefront without services, which never becomes ready.
async fn without_services(data: &Path, programs: &Programs, site: &Path) -> Result<Service> {
    let port = ports::free()?;
    let services = ["AUTH_URL", "TICKETS_URL", "ORDERS_URL", "PAYMENTS_URL"].map(|name| (name, DISCARD.to_owned()));
    let own = [("PORT", port.to_string()), ("SITE_DIR", site.display().to_string()), ("NATS_URL", NO_NATS.to_owned())];
    let env = services.into_iter().chain(own).map(|(name, value)| (name.to_owned(), value));
    let program = Program::new("unconnected", programs.path("client")?, data.join("unconnected.log")).env(env);
    Service::start(program, port, "/healthz", Restart::Never, &Report::silent()).await
}
