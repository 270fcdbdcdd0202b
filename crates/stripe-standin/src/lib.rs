//! A stand-in for the part of Stripe's HTTP API that a payments service uses.
//!
//! It follows Stripe's documentation: PaymentMethods from cards and tokens,
//! PaymentIntents, refunds, idempotency keys, the test cards and signed
//! webhooks. It also keeps a ledger for checks and has switches for slow, lost and
//! broken responses. No money is involved.
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
mod in_flight;
mod journal;
mod ledger;
mod lock;
mod models;
mod operation;
mod options;
mod params;
mod routes;
mod standin;
mod state;
mod store;
mod switches;
mod webhooks;

pub use ledger::{Ledger, LedgerEntry, Totals};
pub use models::{API_VERSION, DisputeStatus, Status};
pub use operation::Operation;
pub use options::{Options, Webhook};
pub use standin::StripeStandin;
pub use switches::{Effect, Switch};
