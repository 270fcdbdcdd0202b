//! How a stack is to be.

use std::path::PathBuf;

use crate::build::Programs;
use crate::env;
use crate::process::Restart;
use crate::report::Report;
use crate::stores::Outside;

/// How a stack is to be. [`new`](Self::new) is what tests want: silent, on free
/// ports, and blind to the environment of whoever runs them.
#[derive(Clone, Debug)]
pub struct StackOptions {
    /// All that it keeps: data, logs, secrets, `stack.json`.
    pub data_dir: PathBuf,
    /// The built programs.
    pub programs: Programs,
    /// The browser's half of the storefront, which is served if it is there.
    pub site: Option<PathBuf>,
    /// The gateway's port (0: any free one), or no gateway.
    pub gateway: Option<u16>,
    /// How long an order holds its ticket, unless the services' default.
    pub hold_seconds: Option<u32>,
    /// How long after the hold a payment under way may still end.
    pub grace_seconds: Option<u32>,
    /// Begin with nothing.
    pub fresh: bool,
    /// More environment for the services, stronger than the stack's defaults.
    pub env: Vec<(String, String)>,
    /// Stores to use instead of starting them.
    pub outside: Outside,
    /// Mongo loses no write even by SIGKILL, and takes longer for each.
    pub sync_writes: bool,
    /// What happens when a service or a store dies.
    pub restart: Restart,
    /// How loudly.
    pub report: Report,
}

impl StackOptions {
    /// A silent stack with a gateway on a free port; what dies stays dead.
    #[must_use]
    pub fn new(data_dir: PathBuf, programs: Programs) -> Self {
        Self {
            data_dir,
            programs,
            site: None,
            gateway: Some(0),
            hold_seconds: None,
            grace_seconds: None,
            fresh: false,
            env: Vec::new(),
            outside: Outside::default(),
            sync_writes: false,
            restart: Restart::Never,
            report: Report::silent(),
        }
    }

    /// The stack of `cargo xtask up`: it heeds the environment, speaks on the
    /// terminal, and restarts what dies.
    #[must_use]
    pub fn for_terminal(programs: Programs, report: &Report) -> Self {
        Self {
            env: env::passed_on(),
            outside: Outside::from_env(""),
            restart: Restart::Always,
            report: report.clone(),
            ..Self::new(data_dir(), programs)
        }
    }
}

/// Where `cargo xtask up` keeps its data.
#[must_use]
pub fn data_dir() -> PathBuf {
    env::workspace_root().join(".data")
}
