//! The whole system on one machine.

mod folder;
mod inventory;
mod options;
mod service;
mod settings;
mod start;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use futures::future::join_all;

pub use inventory::{Address, Inventory};
pub use options::{StackOptions, data_dir};
pub use service::Service;

use crate::env;
use crate::gateway::{self, Gateway, Routes};
use crate::ports;
use crate::report::Steps;
use crate::stores::Stores;
use folder::Folder;
use inventory::{Keeper, Parts};
use settings::Settings;
use start::Start;

/// The services, each of which has a database of its own name.
pub const SERVICES: [&str; 5] = ["auth", "tickets", "orders", "payments", "expiration"];

const STANDIN: &str = "stripe-standin";
const CLIENT: &str = "client";
const STORES: usize = 3;

/// A running system. [`stop`](Self::stop) ends it in order; dropping it kills
/// all of its programs at once.
#[derive(Debug)]
pub struct Stack {
    // Dropped in this order: the folder is free only when all have gone.
    keeper: Keeper,
    gateway: Option<Gateway>,
    client: Option<Service>,
    services: BTreeMap<&'static str, Service>,
    standin: Option<Service>,
    /// NATS, Redis and Mongo, each of which can be stopped and resumed.
    pub stores: Stores,
    settings: Settings,
    options: StackOptions,
    folder: Folder,
}

impl Stack {
    /// Starts everything, and returns when all of it is ready.
    pub async fn start(options: StackOptions) -> Result<Self> {
        let folder = Folder::open(&options.data_dir, options.fresh)?;
        // A port in use is found before anything is started.
        let listener = match options.gateway {
            Some(port) => Some(gateway::listen(port).await?),
            None => None,
        };
        let ports = start::ports(settings::wants_standin(&options), options.site.is_some())?;
        let steps = Steps::new(&options.report, STORES + ports.len());
        let start = Start { options: &options, folder: &folder, steps };

        let stores = start.stores().await?;
        let settings = Settings::new(&options, &folder, &stores, ports.get(STANDIN).copied())?;
        let standin = start.standin(&settings, &ports).await?;
        let services = start.services(&settings, &ports, &stores).await?;
        let client = start.client(&settings, &ports).await?;
        let gateway = match listener {
            Some(listener) => Some(Gateway::start(listener, routes()?, start::upstreams(&ports))?),
            None => None,
        };
        let running = Parts {
            gateway: gateway.as_ref(),
            standin: standin.as_ref(),
            client: client.as_ref(),
            services: &services,
            stores: &stores,
        };
        let inventory = inventory::take(&folder, &settings, &running);
        let keeper = Keeper::start(folder.path(), inventory, running.processes())?;
        Ok(Self { keeper, gateway, client, services, standin, stores, settings, options, folder })
    }

    /// The gateway's address, or nothing if the stack has none.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        self.gateway.as_ref().map(Gateway::url)
    }

    /// A service.
    pub fn service(&self, name: &str) -> Result<&Service> {
        self.services.get(name).with_context(|| format!("there is no service {name}"))
    }

    /// A service to stop, kill or resume.
    pub fn service_mut(&mut self, name: &str) -> Result<&mut Service> {
        self.services.get_mut(name).with_context(|| format!("there is no service {name}"))
    }

    /// The stand-in for Stripe, unless the real one is used.
    #[must_use]
    pub fn standin(&self) -> Option<&Service> {
        self.standin.as_ref()
    }

    /// The storefront, if the stack has one.
    #[must_use]
    pub fn client(&self) -> Option<&Service> {
        self.client.as_ref()
    }

    /// Every address, as `stack.json` has it.
    #[must_use]
    pub fn inventory(&self) -> Inventory {
        self.keeper.current()
    }

    /// The folder with its data and logs.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    /// Starts a second replica of a service, on the same stores. The gateway sends it no
    /// requests.
    pub async fn replica(&self, service: &str, number: usize) -> Result<Service> {
        let port = ports::free()?;
        let env = self.settings.of_service(self.stores.mongo_uri(service), port);
        let start = Start { options: &self.options, folder: &self.folder, steps: Steps::new(&self.options.report, 1) };
        start.service(service, &format!("{service}-{number}"), port, env).await
    }

    /// Ends all in order: storefront, services, stand-in, stores.
    pub async fn stop(mut self) {
        if let Some(client) = &mut self.client {
            client.stop().await;
        }
        join_all(self.services.values_mut().map(Service::stop)).await;
        if let Some(standin) = &mut self.standin {
            standin.stop().await;
        }
        self.stores.stop().await;
    }
}

fn routes() -> Result<Routes> {
    Routes::read(&env::workspace_root().join("infra/k8s-dev/ingress-srv.yaml"))
}
