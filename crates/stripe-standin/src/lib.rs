//! A stand-in for the part of Stripe's HTTP API that a payments service uses.
//!
//! It speaks as Stripe documents it: PaymentMethods from cards and tokens,
//! PaymentIntents, refunds, idempotency keys, the test cards and signed
//! webhooks. On top it keeps a ledger to check against and has switches for
//! slow, lost and broken answers. No money is involved.
//!
//! Tests start it in their own process, on a free port:
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use stripe_standin::{Options, StripeStandin};
//!
//! let stripe = StripeStandin::start(Options::default()).await?;
//! let api_base = stripe.url();
//! # Ok(())
//! # }
//! ```

mod actions;
mod call;
mod cards;
mod clock;
mod error;
mod ids;
mod journal;
mod ledger;
mod models;
mod options;
mod params;
mod routes;
mod standin;
mod state;
mod store;
mod switches;
mod table;
mod webhooks;

pub use call::Operation;
pub use ledger::{Ledger, LedgerEntry, Totals};
pub use models::{DisputeStatus, Status};
pub use options::{Options, Webhook};
pub use standin::StripeStandin;
pub use switches::{Effect, Switch};

/// The API version that objects and events are rendered in: the one that
/// async-stripe 1.0.0-rc.10 is generated from.
pub const API_VERSION: &str = "2026-09-30.endive";
