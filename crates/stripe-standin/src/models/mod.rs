//! Stripe's objects: what is kept of each, and how it is shown.

mod charge;
mod dispute;
mod payment_intent;
mod payment_method;
mod refund;
mod token;

pub(crate) use charge::{Charge, Failure};
pub(crate) use dispute::Dispute;
pub use dispute::DisputeStatus;
pub use payment_intent::Status;
pub(crate) use payment_intent::{AutomaticMethods, PaymentIntent};
pub(crate) use payment_method::PaymentMethod;
pub(crate) use refund::Refund;
pub(crate) use token::Token;
