//! The one place where xtask reads its environment.
#![allow(clippy::disallowed_methods)]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

pub use site::env::{cache_dir, cargo, get, of_cargo_run, workspace_root};

/// What the services are configured by. A variable that is set when `up` starts
/// is passed on; a stack that a test starts sees none of the tester's.
pub const SERVICE_VARIABLES: [&str; 27] = [
    "PORT",
    "MONGO_URI",
    "NATS_URL",
    "NATS_PASSWORD_FILE",
    "REDIS_URL",
    "AUTH_URL",
    "TICKETS_URL",
    "ORDERS_URL",
    "PAYMENTS_URL",
    "SITE_DIR",
    "SHOP_TEXTS_DIR",
    "JWT_KEY",
    "HANDOVER_KEYS",
    "STRIPE_KEY",
    "STRIPE_PUBLISHABLE_KEY",
    "STRIPE_API_BASE",
    "STRIPE_JS_URL",
    "STRIPE_WEBHOOK_SECRET",
    "COOKIE_SECURE",
    "ORDER_HOLD_SECONDS",
    "PAYMENT_GRACE_SECONDS",
    "AUTH_RATE_PER_MINUTE",
    "TRUST_PROXY",
    "EVENTS_PREFIX",
    "NATS_STREAM_REPLICAS",
    "RUST_LOG",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
];

/// These the stack decides itself, service by service.
const DECIDED_BY_THE_STACK: [&str; 9] =
    ["PORT", "MONGO_URI", "NATS_URL", "REDIS_URL", "AUTH_URL", "TICKETS_URL", "ORDERS_URL", "PAYMENTS_URL", "SITE_DIR"];

/// The service variables that are set and that the stack passes on.
#[must_use]
pub fn passed_on() -> Vec<(String, String)> {
    SERVICE_VARIABLES
        .iter()
        .filter(|name| !DECIDED_BY_THE_STACK.contains(name))
        .filter_map(|name| Some(((*name).to_owned(), get(name)?)))
        .collect()
}

/// A program on the PATH.
#[must_use]
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
