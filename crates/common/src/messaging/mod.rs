//! Events between services: one JetStream stream, typed publishers and
//! listeners, an outbox in every aggregate's document, and dead letters.
//!
//! Acknowledgements and raw bytes stay inside this module.

mod backlog;
mod backoff;
mod broker;
mod dead_letters;
mod listener;
mod message;
mod outbox;
mod pending;
mod publisher;
mod relay;
mod replay;
mod runner;
mod streams;
mod watch;

pub use backlog::Backlog;
pub use broker::{Broker, BrokerConfig, BrokerError, Prefix};
pub use dead_letters::{DeadLetter, DeadLetters};
pub use listener::{Failure, Listener, Outcome};
pub use outbox::OutboxEvent;
pub use publisher::{PublishError, Publisher};
pub use relay::{Outbox, Relay};
pub use runner::Listeners;
pub use watch::{ObservedEvent, ObservedEvents};
