//! The options of a stack.

use std::path::PathBuf;

use crate::build::Programs;
use crate::env;
use crate::process::Restart;
use crate::report::Report;
use crate::stores::Outside;

/// The options of a stack. [`new`](Self::new) has those of tests: silent, on free
/// ports, and independent of the environment.
#[derive(Clone, Debug)]
pub struct StackOptions {
    /// The folder of its data, logs, secrets, `stack.json`.
    pub data_dir: PathBuf,
    /// The built programs.
    pub programs: Programs,
    /// The browser's half of the storefront, which is served if it is there.
    pub site: Option<PathBuf>,
    /// The gateway's port (0: any free one), or no gateway.
    pub gateway: Option<u16>,
    /// Seconds for which an order holds its ticket; the services' default if unset.
    pub hold_seconds: Option<u32>,
    /// Seconds after the hold in which a payment may still complete.
    pub grace_seconds: Option<u32>,
    /// Delete the data first.
    pub fresh: bool,
    /// Variables of the services, which override the stack's defaults.
    pub env: Vec<(String, String)>,
    /// Stores to use instead of starting them.
    pub outside: Outside,
    /// Mongo loses no write even by SIGKILL, and takes longer for each.
    pub sync_writes: bool,
    /// What happens when a service or a store dies.
    pub restart: Restart,
    /// Where messages go.
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

    /// The options of `cargo xtask up`: it reads the environment, reports on the
    /// terminal, and restarts programs that end.
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
