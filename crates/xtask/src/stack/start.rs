//! Starting the parts of a stack, one after the other where one needs the other.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;
use futures::future::try_join_all;

use super::folder::Folder;
use super::settings::Settings;
use super::{CLIENT, SERVICES, STANDIN, Service, StackOptions};
use crate::gateway::Upstreams;
use crate::ports;
use crate::process::Program;
use crate::report::Steps;
use crate::stores::{Stores, StoresOptions};

/// The port of each program that has one of its own.
pub(super) type Ports = BTreeMap<&'static str, u16>;

/// Free ports for the services, and for the stand-in and the storefront if there
/// are to be any.
pub(super) fn ports(standin: bool, client: bool) -> Result<Ports> {
    let names = SERVICES.into_iter().chain(standin.then_some(STANDIN)).chain(client.then_some(CLIENT));
    names.map(|name| Ok((name, ports::free()?))).collect()
}

/// What every part needs to be started.
pub(super) struct Start<'a> {
    pub(super) options: &'a StackOptions,
    pub(super) folder: &'a Folder,
    pub(super) steps: Steps,
}

impl Start<'_> {
    pub(super) async fn stores(&self) -> Result<Stores> {
        let options = StoresOptions {
            data_dir: self.folder.path().to_owned(),
            outside: self.options.outside.clone(),
            sync_writes: self.options.sync_writes,
            restart: self.options.restart,
            report: self.options.report.clone(),
        };
        let stores = Stores::start(&options).await?;
        for store in [&stores.mongo, &stores.nats, &stores.redis] {
            self.steps.done(format_args!("{} answers at {}", store.kind().name(), store.url()));
        }
        Ok(stores)
    }

    pub(super) async fn standin(&self, settings: &Settings, ports: &Ports) -> Result<Option<Service>> {
        let Some(&port) = ports.get(STANDIN) else { return Ok(None) };
        let webhook = format!("http://127.0.0.1:{}/api/payments/webhook", ports["payments"]);
        let ledger = self.folder.path().join("stripe-standin.json");
        let program = self.program(STANDIN, STANDIN)?.args(["--port", &port.to_string()]).args([
            "--webhook-url",
            &webhook,
            "--webhook-secret",
            settings.get("STRIPE_WEBHOOK_SECRET"),
            "--data",
            &ledger.to_string_lossy(),
        ]);
        let standin = Service::start(program, port, "/healthz", self.options.restart, &self.options.report).await?;
        self.steps.done(format_args!("{STANDIN} answers at {}", standin.url()));
        Ok(Some(standin))
    }

    /// All at once: none needs another to become ready.
    pub(super) async fn services(
        &self,
        settings: &Settings,
        ports: &Ports,
        stores: &Stores,
    ) -> Result<BTreeMap<&'static str, Service>> {
        let start = SERVICES.map(|name| async move {
            let env = settings.of_service(stores.mongo_uri(name), ports[name]);
            anyhow::Ok((name, self.service(name, name, ports[name], env).await?))
        });
        Ok(try_join_all(start).await?.into_iter().collect())
    }

    /// The storefront, which is ready once the services behind it are.
    pub(super) async fn client(&self, settings: &Settings, ports: &Ports) -> Result<Option<Service>> {
        let Some(site) = &self.options.site else { return Ok(None) };
        let mut env = settings.shared();
        env.push(("PORT".to_owned(), ports[CLIENT].to_string()));
        env.push(("SITE_DIR".to_owned(), site.display().to_string()));
        for service in ["auth", "tickets", "orders", "payments"] {
            let address = format!("http://127.0.0.1:{}", ports[service]);
            env.push((format!("{}_URL", service.to_uppercase()), address));
        }
        self.service(CLIENT, CLIENT, ports[CLIENT], env).await.map(Some)
    }

    /// One process of a service, under a name that tells replicas apart.
    pub(super) async fn service(
        &self,
        service: &str,
        name: &str,
        port: u16,
        env: Vec<(String, String)>,
    ) -> Result<Service> {
        let program = self.program(service, name)?.env(env);
        let service = Service::start(program, port, "/readyz", self.options.restart, &self.options.report).await?;
        self.steps.done(format_args!("{name} is ready at {}", service.url()));
        Ok(service)
    }

    fn program(&self, file: &str, name: &str) -> Result<Program> {
        Ok(Program::new(name, self.options.programs.path(file)?, self.folder.log(name)))
    }
}

/// The Ingress knows each service by its name in the cluster.
pub(super) fn upstreams(ports: &Ports) -> Upstreams {
    let local = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let behind = ports.iter().filter(|(name, _)| **name != STANDIN);
    behind.map(|(name, port)| (format!("{name}-srv"), local(*port))).collect()
}
