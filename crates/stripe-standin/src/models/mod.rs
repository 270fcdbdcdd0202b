//! Stripe's objects: the stored fields and the JSON rendering of each.

mod charge;
mod dispute;
mod event;
mod payment_intent;
mod payment_method;
mod record;
mod refund;
mod token;

pub(crate) use charge::{Charge, Failure};
pub(crate) use dispute::Dispute;
pub use dispute::DisputeStatus;
pub use event::API_VERSION;
pub(crate) use event::Event;
pub use payment_intent::Status;
pub(crate) use payment_intent::{AutomaticMethods, PaymentIntent};
pub(crate) use payment_method::PaymentMethod;
pub(crate) use record::Record;
pub(crate) use refund::Refund;
pub(crate) use token::Token;

use serde_json::Value;

/// The object with the fields of these names, set to null, that Stripe has and the stand-in does not.
fn with_nulls(mut object: Value, names: &str) -> Value {
    for name in names.split_whitespace() {
        object[name] = Value::Null;
    }
    object
}
