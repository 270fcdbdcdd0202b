//! Figures: how fast the system is on this machine, beside a program that does nothing but the
//! one necessary call.

mod bare;
mod events;
mod figures;
mod load;
mod market;
mod pages;
mod purchases;
mod requests;
mod sizes;
mod usage;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;

pub use bare::serve as serve_bare;
pub use figures::{Column, Figures, Row, Section};

use crate::build::Programs;
use crate::ports;
use crate::process::{Program, Restart};
use crate::report::{Report, Steps};
use crate::shopper::Shop;
use crate::stack::{Service, Stack, StackOptions};
use load::Target;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How often each kind of request is counted.
    pub rounds: usize,
    /// How long each time.
    pub during: Duration,
    /// Tickets that are reserved.
    pub reservations: usize,
    /// Purchases.
    pub purchases: usize,
    /// Orders that fall due at once.
    pub holds: usize,
    /// How long they hold their tickets: longer than it takes to make all of them.
    pub hold_seconds: u32,
    /// Pages that are open at once.
    pub streams: usize,
}

impl Plan {
    /// For figures to quote.
    #[must_use]
    pub fn full() -> Self {
        let during = Duration::from_secs(3);
        Self { rounds: 5, during, reservations: 4_000, purchases: 300, holds: 10_000, hold_seconds: 60, streams: 500 }
    }

    /// A small part of that, to see that all of it works.
    #[must_use]
    pub fn quick() -> Self {
        let during = Duration::from_millis(200);
        Self { rounds: 1, during, reservations: 40, purchases: 4, holds: 20, hold_seconds: 4, streams: 10 }
    }
}

/// A part of the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Requests of one kind, beside the bare program
    Requests,
    /// Purchases, in which several services take part
    Purchases,
    /// Events and holds
    Events,
    /// The storefront's pages
    Pages,
    /// Start, and sizes of programs and files
    Sizes,
}

/// What is measured, and with what.
#[derive(Debug)]
pub struct Options {
    /// The built programs, xtask among them: it is the bare one too.
    pub programs: Programs,
    /// The browser's half of the storefront; without, no pages are measured.
    pub site: Option<PathBuf>,
    /// The parts to measure; all if it is empty.
    pub parts: Vec<Part>,
    /// How much.
    pub plan: Plan,
}

impl Options {
    fn wants(&self, part: Part) -> bool {
        self.parts.is_empty() || self.parts.contains(&part)
    }
}

/// A running stack, and how it is measured.
struct Bench<'a> {
    stack: &'a Stack,
    bare: Target,
    shop: Shop,
    plan: &'a Plan,
    steps: &'a Steps,
}

/// Measures all that is wanted, each part on a stack of its own.
pub async fn run(options: &Options, machine: String, report: &Report) -> Result<Figures> {
    let parts = [
        (Part::Requests, 8),
        (Part::Purchases, 4),
        (Part::Events, 3),
        (Part::Pages, if options.site.is_some() { 4 } else { 0 }),
        (Part::Sizes, 2),
    ];
    let wanted = parts.into_iter().filter(|(part, steps)| *steps > 0 && options.wants(*part));
    let steps = Steps::new(report, wanted.clone().map(|(_, steps)| steps).sum());
    let mut figures = Figures { machine, sections: Vec::new() };
    for (part, _) in wanted {
        figures.sections.extend(measure(options, part, &steps).await?);
    }
    Ok(figures)
}

async fn measure(options: &Options, part: Part, steps: &Steps) -> Result<Vec<Section>> {
    let (folder, stack) = start(options, part).await?;
    let (_bare, bare) = bare(options, &stack, &folder).await?;
    steps.done("a private stack is up");
    let shop = market::services(&stack.inventory());
    let bench = Bench { stack: &stack, bare, shop, plan: &options.plan, steps };
    let sections = match part {
        Part::Requests => vec![bench.requests().await?],
        Part::Purchases => vec![bench.purchases().await?],
        Part::Events => vec![bench.events().await?, bench.holds().await?],
        Part::Pages => vec![bench.pages().await?],
        Part::Sizes => vec![bench.starts().await?, sizes::sizes(&options.programs, options.site.as_deref())?],
    };
    stack.stop().await;
    Ok(sections)
}

/// A silent stack, in which anybody may sign up as often as they like.
async fn start(options: &Options, part: Part) -> Result<(TempDir, Stack)> {
    let folder = tempfile::tempdir().context("no folder for the stack's data")?;
    let expiring = part == Part::Events;
    let options = StackOptions {
        site: options.site.clone(),
        hold_seconds: expiring.then_some(options.plan.hold_seconds),
        grace_seconds: expiring.then_some(events::GRACE_SECONDS),
        env: vec![("AUTH_RATE_PER_MINUTE".to_owned(), "0".to_owned())],
        ..StackOptions::new(folder.path().to_owned(), options.programs.clone())
    };
    Ok((folder, Stack::start(options).await?))
}

/// The bare program, beside the tickets service on its database.
async fn bare(options: &Options, stack: &Stack, folder: &TempDir) -> Result<(Service, Target)> {
    let port = ports::free()?;
    let (log, uri) = (folder.path().join("bare.log"), stack.stores.mongo_uri("tickets"));
    let args = ["bench", "--bare", &uri, "--port", &port.to_string()].map(str::to_owned);
    let program = Program::new("bare", options.programs.path("xtask")?, log).args(args);
    let service = Service::start(program, port, "/healthz", Restart::Never, &Report::silent()).await?;
    let target = target(&service)?;
    Ok((service, target))
}

fn target(service: &Service) -> Result<Target> {
    let address = service.url().trim_start_matches("http://").parse()?;
    Ok(Target { address, pid: service.process().pid() })
}

impl Bench<'_> {
    /// A program of the stack.
    fn target(&self, name: &str) -> Result<Target> {
        match name {
            "client" => target(self.stack.client().context("there is no storefront")?),
            service => target(self.stack.service(service)?),
        }
    }
}
