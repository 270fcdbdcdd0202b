//! What all programs share: the contract (`api`, `events`) and the code that keeps
//! it (messaging, Mongo, HTTP server, sessions, text, config, telemetry).
//!
//! Without the feature `server` only [`api`] is left, which compiles to wasm.

pub mod api;
#[cfg(feature = "server")]
pub mod asyncapi;
#[cfg(feature = "server")]
pub mod clock;
#[cfg(feature = "server")]
pub mod config;
#[cfg(feature = "server")]
pub mod connect;
#[cfg(feature = "server")]
pub mod error;
#[cfg(feature = "server")]
pub mod events;
#[cfg(feature = "server")]
pub mod extract;
#[cfg(feature = "server")]
pub mod messaging;
#[cfg(feature = "server")]
pub mod migration;
#[cfg(feature = "server")]
pub mod mongo;
#[cfg(feature = "server")]
pub mod openapi;
#[cfg(feature = "server")]
pub mod page;
#[cfg(feature = "server")]
pub mod recovery;
#[cfg(feature = "server")]
pub mod replica_lookup;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "server")]
pub mod service;
#[cfg(feature = "server")]
pub mod session;
#[cfg(feature = "server")]
pub mod task;
#[cfg(feature = "server")]
pub mod telemetry;
#[cfg(feature = "testing")]
#[allow(clippy::missing_panics_doc, clippy::expect_used, reason = "a test fails by panicking")]
pub mod testing;
#[cfg(feature = "server")]
pub mod text;
