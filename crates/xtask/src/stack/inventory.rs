//! `stack.json`: the addresses of everything that runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    /// The prefix of its streams and subjects.
    pub events_prefix: String,
    /// The store of expiration's jobs.
    pub redis: Address,
    /// The stand-in for Stripe, unless the real one is used.
    pub stripe_standin: Option<Address>,
    /// Seconds after its hold in which an order may still complete a payment.
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
    /// Its process id, if this stack has started it and it runs.
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
    /// Reads that of the stack with this data folder.
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
            broker: BrokerConfig { url, password_file: None, prefix, replicas: 1 },
            grace: TimeDelta::seconds(self.payment_grace_seconds.into()),
            databases: self.services.iter().filter_map(database).collect(),
            ledger: self.stripe_standin.as_ref().map(|standin| format!("{}/_ledger", standin.url)),
        })
    }

    /// Writes a draft and renames it, so that no reader sees half of it.
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
    /// Those with processes of their own.
    pub(super) fn processes(&self) -> impl Iterator<Item = &'a Process> {
        let stores = [&self.stores.mongo, &self.stores.nats, &self.stores.redis];
        let programs = self.standin.into_iter().chain(self.client).chain(self.services.values());
        stores.into_iter().filter_map(|store| store.process()).chain(programs.map(Service::process))
    }
}

/// The addresses of a stack's parts.
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

/// Keeps the file up to date while processes come and go; removes it in the end.
#[derive(Debug)]
pub(super) struct Keeper {
    data_dir: PathBuf,
    /// Nothing once the file is removed.
    inventory: Arc<Mutex<Option<Inventory>>>,
    updates: JoinSet<()>,
}

impl Keeper {
    pub(super) fn start<'a>(
        data_dir: &Path,
        inventory: Inventory,
        processes: impl Iterator<Item = &'a Process>,
    ) -> Result<Self> {
        inventory.write(data_dir)?;
        let inventory = Arc::new(Mutex::new(Some(inventory)));
        let mut updates = JoinSet::new();
        for process in processes {
            let (name, mut changes) = (process.program().name.clone(), process.changes());
            let (data_dir, inventory) = (data_dir.to_owned(), inventory.clone());
            // The state may have changed before this subscription.
            changes.mark_changed();
            updates.spawn(async move {
                while changes.changed().await.is_ok() {
                    let state = *changes.borrow_and_update();
                    update(&mut lock(&inventory), &data_dir, &name, state);
                }
            });
        }
        Ok(Self { data_dir: data_dir.to_owned(), inventory, updates })
    }

    pub(super) fn current(&self) -> Inventory {
        lock(&self.inventory).clone().unwrap_or_default()
    }
}

fn lock(inventory: &Mutex<Option<Inventory>>) -> MutexGuard<'_, Option<Inventory>> {
    inventory.lock().unwrap_or_else(PoisonError::into_inner)
}

fn update(inventory: &mut Option<Inventory>, data_dir: &Path, name: &str, state: State) {
    let Some(inventory) = inventory else { return };
    if let Some(entry) = inventory.entry(name) {
        entry.pid = match state {
            State::Running(pid) => Some(pid),
            State::Down(_) => None,
        };
    }
    // The stack does not depend on the file; the next change writes it again.
    let _ = inventory.write(data_dir);
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.updates.abort_all();
        // An update in progress has finished, and none follows.
        *lock(&self.inventory) = None;
        let _ = fs::remove_file(self.data_dir.join(FILE));
    }
}
