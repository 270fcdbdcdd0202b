//! Events between services: one JetStream stream, typed publishers and
//! listeners, an outbox in every aggregate document, and dead letters.
//!
//! Nobody outside this module touches acknowledgements or raw bytes.

mod backlog;
mod backoff;
mod broker;
mod dead_letters;
mod listener;
mod message;
mod outbox;
mod publisher;
mod relay;
mod replay;
mod retired;
mod runner;
mod waiting;
mod watch;

pub use backlog::Backlog;
pub use broker::{Broker, BrokerConfig, BrokerError, Prefix};
pub use dead_letters::{DeadLetter, DeadLetters};
pub use listener::{Failure, Listener, Metadata, Outcome};
pub use outbox::OutboxEvent;
pub use publisher::{PublishError, Publisher};
pub use relay::{Outbox, Relay};
pub use runner::Listeners;
pub use watch::ObservedEvent;
