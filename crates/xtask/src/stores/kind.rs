//! The differences between the three stores: how each is run and asked.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use bson::doc;
use futures::FutureExt;
use futures::future::BoxFuture;

use crate::install::{Mongo, Tools};

const ASK_LIMIT: Duration = Duration::from_secs(2);

/// One of the three stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Kind {
    /// Speaks MongoDB's protocol.
    Mongo,
    /// NATS with JetStream.
    Nats,
    /// Valkey or Redis.
    Redis,
}

impl Kind {
    /// Its name on the terminal, of its folder and of its log.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    pub(super) fn url(self, port: u16) -> String {
        let scheme = if self == Self::Mongo { "mongodb" } else { self.name() };
        format!("{scheme}://127.0.0.1:{port}")
    }

    /// The store's program and arguments. Its data are in `data`; it listens on
    /// localhost only.
    pub(super) fn command(self, tools: &Tools, data: &str, port: &str, sync_writes: bool) -> (PathBuf, Vec<String>) {
        let (program, args): (_, &[&str]) = match (self, &tools.mongo) {
            (Self::Mongo, Mongo::Mongod(mongod)) => {
                (mongod, &["--bind_ip", "127.0.0.1", "--port", port, "--dbpath", data])
            }
            (Self::Mongo, Mongo::Secantus(secantus)) => {
                (secantus, &["--host", "127.0.0.1", "--port", port, "--storage-path", data, "--cache-size", "256M"])
            }
            (Self::Nats, _) => (&tools.nats, &["-js", "-sd", data, "-a", "127.0.0.1", "-p", port]),
            (Self::Redis, _) => (
                &tools.redis,
                &["--bind", "127.0.0.1", "--port", port, "--dir", data, "--appendonly", "yes", "--save", ""],
            ),
        };
        let mut args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        if sync_writes && self == Self::Mongo && matches!(tools.mongo, Mongo::Secantus(_)) {
            args.push("--sync-on-commit".to_owned());
        }
        (program.clone(), args)
    }

    /// Asks something that only a working store answers. Boxed, as the
    /// drivers' futures are large and everything that starts a stack holds them.
    pub(super) fn ask(self, url: &str) -> BoxFuture<'_, Result<()>> {
        match self {
            Self::Mongo => ask_mongo(url).boxed(),
            Self::Nats => ask_nats(url).boxed(),
            Self::Redis => ask_redis(url).boxed(),
        }
    }
}

async fn ask_mongo(url: &str) -> Result<()> {
    let mut options = mongodb::options::ClientOptions::parse(url).await?;
    options.server_selection_timeout = Some(ASK_LIMIT);
    let client = mongodb::Client::with_options(options)?;
    client.database("admin").run_command(doc! { "ping": 1 }).await?;
    client.shutdown().await;
    Ok(())
}

async fn ask_nats(url: &str) -> Result<()> {
    let client = async_nats::ConnectOptions::new().connection_timeout(ASK_LIMIT).connect(url).await?;
    async_nats::jetstream::new(client).query_account().await?;
    Ok(())
}

async fn ask_redis(url: &str) -> Result<()> {
    let mut connection = redis::Client::open(url)?.get_multiplexed_async_connection().await?;
    Ok(redis::cmd("PING").query_async(&mut connection).await?)
}

/// Puts a database into a Mongo address, whose hosts and options stay.
pub(super) fn with_database(uri: &str, database: &str) -> String {
    let (address, options) = uri.split_once('?').map_or((uri, None), |(address, options)| (address, Some(options)));
    let (scheme, hosts) = address.split_once("://").unwrap_or(("mongodb", address));
    let hosts = hosts.split_once('/').map_or(hosts, |(hosts, _)| hosts);
    let options = options.map(|options| format!("?{options}")).unwrap_or_default();
    format!("{scheme}://{hosts}/{database}{options}")
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn a_database_goes_into_any_mongo_address() {
        let table = [
            ("mongodb://127.0.0.1:5", "mongodb://127.0.0.1:5/auth"),
            ("mongodb://127.0.0.1:5/", "mongodb://127.0.0.1:5/auth"),
            ("mongodb://u:p@a:1,b:2/old?replicaSet=r", "mongodb://u:p@a:1,b:2/auth?replicaSet=r"),
            ("mongodb+srv://cluster.example/?w=majority", "mongodb+srv://cluster.example/auth?w=majority"),
        ];
        for (given, expected) in table {
            assert_eq!(with_database(given, "auth"), expected);
        }
    }
}
