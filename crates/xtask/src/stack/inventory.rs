//! `stack.json`: the address of everything that runs, for whoever wants to look in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Error, Result};
use chrono::TimeDelta;
use common::config::Env;
use common::messaging::BrokerConfig;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use super::folder::Folder;
use super::settings::Settings;
use super::{Service, data_dir};
use crate::env;
use crate::gateway::Gateway;
use crate::process::{Process, State};
use crate::stores::{Store, Stores};

const FILE: &str = "stack.json";

/// All addresses of a running stack.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inventory {
    /// Where browsers and API clients go.
    pub gateway: Option<String>,
    /// The Mongo server.
    pub mongo: Address,
    /// The broker.
    pub nats: Address,
    /// What stands in front of its streams and subjects, if anything.
    pub events_prefix: String,
    /// The jobs' store.
    pub redis: Address,
    /// The stand-in for Stripe, unless the real one is used.
    pub stripe_standin: Option<Address>,
    /// How long after its order's time a payment under way may still end.
    pub payment_grace_seconds: u32,
    /// The storefront, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<Address>,
    /// By name; each with its database.
    pub services: BTreeMap<String, Address>,
    /// The folder of all logs.
    pub logs: PathBuf,
}

/// One program.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// Where it listens.
    pub url: String,
    /// Its process id, if it is ours and runs.
    pub pid: Option<u32>,
    /// A service's own database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mongo_uri: Option<String>,
}

impl Address {
    fn new(url: &str, process: Option<&Process>) -> Self {
        Self { url: url.to_owned(), pid: process.and_then(Process::pid), mongo_uri: None }
    }
}

impl Inventory {
    /// That of the stack on a data folder.
    pub fn read(data_dir: &Path) -> Result<Self> {
        let file = data_dir.join(FILE);
        let json = fs::read(&file).with_context(|| format!("no {}: is the stack up?", file.display()))?;
        serde_json::from_slice(&json).with_context(|| format!("{} is not as expected", file.display()))
    }

    /// The stack that runs on this machine, else the one that the environment
    /// names, as for the program `ops` in a cluster.
    pub fn find() -> Result<ops::Stack> {
        match Self::read(&data_dir()) {
            Ok(inventory) => inventory.for_operators(),
            Err(_) if env::get("NATS_URL").is_some() => Ok(ops::Stack::from_env(&Env::process())?),
            Err(missing) => Err(missing),
        }
    }

    /// What the operators' commands need to know of this stack.
    pub fn for_operators(&self) -> Result<ops::Stack> {
        let (url, prefix) = (self.nats.url.clone(), self.events_prefix.parse().map_err(Error::msg)?);
        let database = |(name, service): (&String, &Address)| Some((name.clone(), service.mongo_uri.clone()?));
        Ok(ops::Stack {
            broker: BrokerConfig { url, prefix, replicas: 1 },
            grace: TimeDelta::seconds(self.payment_grace_seconds.into()),
            databases: self.services.iter().filter_map(database).collect(),
            ledger: self.stripe_standin.as_ref().map(|standin| format!("{}/_ledger", standin.url)),
        })
    }

    /// Written beside and moved, so that no reader sees half of it.
    fn write(&self, data_dir: &Path) -> Result<()> {
        let draft = data_dir.join(format!("{FILE}.new"));
        fs::write(&draft, serde_json::to_vec_pretty(self)?)?;
        Ok(fs::rename(draft, data_dir.join(FILE))?)
    }

    fn entry(&mut self, name: &str) -> Option<&mut Address> {
        match name {
            "mongo" => Some(&mut self.mongo),
            "nats" => Some(&mut self.nats),
            "redis" => Some(&mut self.redis),
            "stripe-standin" => self.stripe_standin.as_mut(),
            "client" => self.client.as_mut(),
            service => self.services.get_mut(service),
        }
    }
}

/// The programs of a stack.
pub(super) struct Parts<'a> {
    pub(super) gateway: Option<&'a Gateway>,
    pub(super) standin: Option<&'a Service>,
    pub(super) client: Option<&'a Service>,
    pub(super) services: &'a BTreeMap<&'static str, Service>,
    pub(super) stores: &'a Stores,
}

impl<'a> Parts<'a> {
    /// Those that run in processes of their own.
    pub(super) fn processes(&self) -> impl Iterator<Item = &'a Process> {
        let stores = [&self.stores.mongo, &self.stores.nats, &self.stores.redis];
        let programs = self.standin.into_iter().chain(self.client).chain(self.services.values());
        stores.into_iter().filter_map(|store| store.process()).chain(programs.map(Service::process))
    }
}

/// What is there.
pub(super) fn take(folder: &Folder, settings: &Settings, parts: &Parts) -> Inventory {
    let &Parts { gateway, standin, client, services, stores } = parts;
    let store = |store: &Store| Address::new(store.url(), store.process());
    let service = |service: &Service| Address::new(&service.url(), Some(service.process()));
    let with_database = |(name, entry): (&&str, &Service)| {
        let mongo_uri = Some(stores.mongo_uri(name));
        ((*name).to_owned(), Address { mongo_uri, ..service(entry) })
    };
    Inventory {
        gateway: gateway.map(Gateway::url),
        mongo: store(&stores.mongo),
        nats: store(&stores.nats),
        events_prefix: settings.get("EVENTS_PREFIX").to_owned(),
        redis: store(&stores.redis),
        stripe_standin: standin.map(service),
        client: client.map(service),
        payment_grace_seconds: settings.grace_seconds(),
        services: services.iter().map(with_database).collect(),
        logs: folder.path().join("logs"),
    }
}

/// Keeps the file true while processes come and go; removes it in the end.
#[derive(Debug)]
pub(super) struct Keeper {
    data_dir: PathBuf,
    kept: Arc<Mutex<Kept>>,
    watches: JoinSet<()>,
}

/// What stands in the file, as long as the stack is there.
#[derive(Debug)]
struct Kept {
    inventory: Inventory,
    gone: bool,
}

impl Keeper {
    pub(super) fn start<'a>(
        data_dir: &Path,
        inventory: Inventory,
        processes: impl Iterator<Item = &'a Process>,
    ) -> Result<Self> {
        inventory.write(data_dir)?;
        let kept = Arc::new(Mutex::new(Kept { inventory, gone: false }));
        let mut watches = JoinSet::new();
        for process in processes {
            let (name, mut changes) = (process.program().name.clone(), process.changes());
            let (data_dir, kept) = (data_dir.to_owned(), kept.clone());
            // The first look is at the state as it is.
            changes.mark_changed();
            watches.spawn(async move {
                while changes.changed().await.is_ok() {
                    note(&data_dir, &kept, &name, *changes.borrow_and_update());
                }
            });
        }
        Ok(Self { data_dir: data_dir.to_owned(), kept, watches })
    }

    pub(super) fn current(&self) -> Inventory {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).inventory.clone()
    }
}

fn note(data_dir: &Path, kept: &Mutex<Kept>, name: &str, state: State) {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.gone {
        return;
    }
    if let Some(entry) = kept.inventory.entry(name) {
        entry.pid = match state {
            State::Running(pid) => Some(pid),
            State::Down(_) => None,
        };
    }
    // The stack runs on without it; the next change tries again.
    let _ = kept.inventory.write(data_dir);
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.watches.abort_all();
        // Whoever is just noting something has done so, and nobody will any more.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).gone = true;
        let _ = fs::remove_file(self.data_dir.join(FILE));
    }
}
