//! Signed events, sent to the endpoint until it has taken them.

mod deliver;
mod event;
mod signature;

pub(crate) use deliver::deliver;
pub(crate) use event::Event;
