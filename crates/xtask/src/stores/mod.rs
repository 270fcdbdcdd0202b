//! NATS, Redis and Mongo for one stack or one run of tests.

mod kind;
mod store;

use std::path::{Path, PathBuf};

use anyhow::Result;

pub use kind::Kind;
pub use store::Store;

use crate::env;
use crate::install;
use crate::process::Restart;
use crate::report::Report;

/// Stores that run elsewhere already and are used instead of starting some.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// `mongodb://…`
    pub mongo: Option<String>,
    /// `nats://…`
    pub nats: Option<String>,
    /// `redis://…`
    pub redis: Option<String>,
}

impl Outside {
    /// From `MONGO_URI`, `NATS_URL` and `REDIS_URL`, with a prefix in front.
    #[must_use]
    pub fn from_env(prefix: &str) -> Self {
        let get = |name: &str| env::get(&format!("{prefix}{name}"));
        Self { mongo: get("MONGO_URI"), nats: get("NATS_URL"), redis: get("REDIS_URL") }
    }

    fn is_complete(&self) -> bool {
        self.mongo.is_some() && self.nats.is_some() && self.redis.is_some()
    }
}

/// What to start and where.
#[derive(Clone, Debug)]
pub struct StoresOptions {
    /// Data goes to `mongo`, `nats`, `redis` in here, logs to `logs`.
    pub data_dir: PathBuf,
    /// What need not be started.
    pub outside: Outside,
    /// SecantusDB syncs every write before it acknowledges it, and so loses none
    /// by SIGKILL. Without, writes are several times faster, and SIGKILL can cost
    /// the last tenth of a second of them, as it can with `mongod`.
    pub sync_writes: bool,
    /// What happens when one dies. Where it stays down, services must cope with its
    /// absence, which is what tests want.
    pub restart: Restart,
    /// Where messages go.
    pub report: Report,
}

impl StoresOptions {
    /// All three started, on free ports, silently; what dies stays dead.
    #[must_use]
    pub fn new(data_dir: &Path) -> Self {
        let (data_dir, outside) = (data_dir.to_owned(), Outside::default());
        Self { data_dir, outside, sync_writes: false, restart: Restart::Never, report: Report::silent() }
    }
}

/// The three stores, all of them answering when this is made.
#[derive(Debug)]
pub struct Stores {
    /// Each service's database is on this one server.
    pub mongo: Store,
    /// With JetStream on.
    pub nats: Store,
    /// Appends to disk.
    pub redis: Store,
}

impl Stores {
    /// Installs missing programs, starts all stores and waits until they answer.
    pub async fn start(options: &StoresOptions) -> Result<Self> {
        let outside = &options.outside;
        let tools = if outside.is_complete() { None } else { Some(install::tools(&options.report).await?) };
        let open = async |kind, url: &Option<String>| match (&tools, url) {
            (Some(tools), None) => Store::start(kind, tools, options).await,
            (_, url) => Store::outside(kind, url.as_deref().unwrap_or_default()).await,
        };
        let (mongo, nats, redis) = tokio::try_join!(
            open(Kind::Mongo, &outside.mongo),
            open(Kind::Nats, &outside.nats),
            open(Kind::Redis, &outside.redis),
        )?;
        Ok(Self { mongo, nats, redis })
    }

    /// The address of one database: `mongodb://127.0.0.1:1234/tickets`.
    #[must_use]
    pub fn mongo_uri(&self, database: &str) -> String {
        let uri = kind::with_database(self.mongo.url(), database);
        // A single server that we started has no other member to retry a write
        // with, and SecantusDB slows down with each that it has to remember. It also
        // closes connections that were idle for minutes: the driver must be earlier,
        // or the next write on one fails.
        if self.mongo.process().is_some() { format!("{uri}?retryWrites=false&maxIdleTimeMS=60000") } else { uri }
    }

    /// The variables by which tests find them.
    #[must_use]
    pub fn for_tests(&self) -> [(&'static str, String); 3] {
        [
            ("TEST_MONGO_URI", self.mongo_uri("")),
            ("TEST_NATS_URL", self.nats.url().to_owned()),
            ("TEST_REDIS_URL", self.redis.url().to_owned()),
        ]
    }

    /// Stops those that were started, all at once.
    pub async fn stop(&mut self) {
        tokio::join!(self.mongo.stop(), self.nats.stop(), self.redis.stop());
    }
}
