//! The shops in which the stories are played.

use std::path::Path;

use anyhow::{Context, Result};

use crate::build::Programs;
use crate::stack::{Stack, StackOptions};

/// Long enough to look at an order that waits, short enough to see it expire.
const SHORT_HOLD_SECONDS: u32 = 8;
const SHORT_GRACE_SECONDS: u32 = 1;

/// One as it is, and one that gives up early.
pub(super) struct Shops {
    usual: Stack,
    hasty: Stack,
}

impl Shops {
    /// Opens both in folders of their own below `data`.
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
        let (usual, hasty) = tokio::try_join!(Stack::start(shop("usual")), Stack::start(hasty))?;
        Ok(Self { usual, hasty })
    }

    /// What the suite finds in its environment.
    pub(super) fn addresses(&self) -> Result<[(&'static str, String); 3]> {
        let stripe = self.usual.standin().context("the shop has a stand-in for Stripe")?;
        Ok([
            ("SHOP_URL", self.usual.url().context("the shop has a gateway")?),
            ("SHORT_HOLD_URL", self.hasty.url().context("the shop has a gateway")?),
            ("STRIPE_URL", stripe.url()),
        ])
    }

    /// Stops both.
    pub(super) async fn close(self) {
        tokio::join!(self.usual.stop(), self.hasty.stop());
    }
}
