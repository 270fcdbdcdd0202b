//! The one place where xtask reads its environment.
#![allow(clippy::disallowed_methods)]

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// What the services are configured by. A variable that is set when `up` starts
/// is passed on; a stack that a test starts sees none of the tester's.
pub const SERVICE_VARIABLES: [&str; 24] = [
    "PORT",
    "MONGO_URI",
    "NATS_URL",
    "REDIS_URL",
    "AUTH_URL",
    "TICKETS_URL",
    "ORDERS_URL",
    "PAYMENTS_URL",
    "SITE_DIR",
    "JWT_KEY",
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

/// The variable's value; an empty one counts as unset.
#[must_use]
pub fn get(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

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

/// Where what xtask installs is kept between runs.
pub fn cache_dir() -> Result<PathBuf> {
    let home = || get("HOME").map(|home| Path::new(&home).join(".cache"));
    let base = get("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute()).or_else(home);
    Ok(base.context("neither XDG_CACHE_HOME nor HOME is set: no cache directory to install into")?.join("ticketing"))
}

/// The cargo that runs this program, else the one on the PATH.
#[must_use]
pub fn cargo() -> String {
    get("CARGO").unwrap_or_else(|| "cargo".to_owned())
}

/// What `cargo run` has put into our environment. Build scripts that look at it
/// (ring's) would run again, and half the workspace with them.
pub fn of_cargo_run() -> impl Iterator<Item = OsString> {
    let names = std::env::vars_os().map(|(name, _)| name);
    names.filter(|name| {
        let name = name.to_string_lossy();
        ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start))
    })
}

/// The folder with Cargo.toml, infra/ and .data/.
#[must_use]
pub fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

fn is_executable(file: &Path) -> bool {
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
