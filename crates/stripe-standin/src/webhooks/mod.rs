//! Delivers signed events to the webhook endpoint.

mod deliver;
mod signature;

pub(crate) use deliver::deliver;
