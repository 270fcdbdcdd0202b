//! The shops in which the stories are played.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::build::Programs;
use crate::ports;
use crate::process::{Process, Program, Restart};
use crate::report::Report;
use crate::stack::{Stack, StackOptions};
use crate::wait::{START_LIMIT, until_answers};

/// Long enough to look at an order that waits, short enough to see it expire.
const SHORT_HOLD_SECONDS: u32 = 8;
const SHORT_GRACE_SECONDS: u32 = 1;

/// Where nobody answers: the port of the discard protocol (RFC 863).
const NOBODY: &str = "http://127.0.0.1:9";

/// One as it is, one that gives up early, and one of which only the storefront
/// is there.
pub(super) struct Shops {
    usual: Stack,
    hasty: Stack,
    deserted: Deserted,
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
        let hasty = StackOptions {
            hold_seconds: Some(SHORT_HOLD_SECONDS),
            grace_seconds: Some(SHORT_GRACE_SECONDS),
            ..shop("hasty")
        };
        let deserted = Deserted::open(data, programs, site);
        let (usual, hasty, deserted) = tokio::try_join!(Stack::start(shop("usual")), Stack::start(hasty), deserted)?;
        Ok(Self { usual, hasty, deserted })
    }

    /// What the suite finds in its environment.
    pub(super) fn addresses(&self) -> Result<[(&'static str, String); 4]> {
        let stripe = self.usual.standin().context("the shop has a stand-in for Stripe")?;
        Ok([
            ("SHOP_URL", self.usual.url().context("the shop has a gateway")?),
            ("SHORT_HOLD_URL", self.hasty.url().context("the shop has a gateway")?),
            ("DESERTED_URL", self.deserted.url.clone()),
            ("STRIPE_URL", stripe.url()),
        ])
    }

    /// Stops them.
    pub(super) async fn close(self) {
        tokio::join!(self.usual.stop(), self.hasty.stop());
    }
}

/// A storefront without services. It never says that it is ready.
struct Deserted {
    url: String,
    /// Killed with this: it has nothing to save.
    _client: Process,
}

impl Deserted {
    async fn open(data: &Path, programs: &Programs, site: &Path) -> Result<Self> {
        let port = ports::free()?;
        let url = format!("http://127.0.0.1:{port}");
        let services = ["AUTH_URL", "TICKETS_URL", "ORDERS_URL", "PAYMENTS_URL"].map(|name| (name, NOBODY.to_owned()));
        let own = [("PORT", port.to_string()), ("SITE_DIR", site.display().to_string())];
        let env = services.into_iter().chain(own).map(|(name, value)| (name.to_owned(), value));
        let program = Program::new("deserted", programs.path("client")?, data.join("deserted.log")).env(env);
        let client = Process::start(program, Restart::Never, &Report::silent()).await?;
        let ask = async || {
            let status = reqwest::get(format!("{url}/healthz")).await?.status();
            ensure!(status.is_success(), "/healthz answers {status}");
            Ok(())
        };
        until_answers("the storefront without services", Some(&client), START_LIMIT, ask).await?;
        Ok(Self { url, _client: client })
    }
}
