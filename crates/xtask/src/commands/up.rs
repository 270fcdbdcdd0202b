//! `cargo xtask up`

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use ops::{INTERRUPTED, Interrupt};

use crate::build::{self, Profile};
use crate::report::Report;
use crate::seed::{self, PASSWORD, SELLER};
use crate::stack::{Stack, StackOptions};

/// Run the whole system on this machine until Ctrl-C
///
/// Builds the programs, starts NATS, Redis and Mongo, a stand-in for Stripe and
/// the services, and prints the address. Nothing but Rust and Python 3 is
/// needed; the stores are installed into the user's cache directory.
///
/// Data, logs and stack.json (the address of everything) live in .data/ and
/// survive a restart. `MONGO_URI`, `NATS_URL` and `REDIS_URL`, where set, name
/// stores to use instead of starting some. `STRIPE_KEY`, set to a Stripe test key, makes
/// payments use Stripe itself. The services' other variables are passed on.
#[derive(Debug, Args)]
pub struct Up {
    /// Empty .data/ first
    #[arg(long)]
    fresh: bool,
    /// The port to answer on; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 8080)]
    port: u16,
    /// How long an order holds its ticket [the services' default: 900]
    #[arg(long, value_name = "N")]
    hold_seconds: Option<u32>,
    /// Fill the shop with sample sellers and tickets, unless it has them
    #[arg(long)]
    seed: bool,
    /// Build and run optimized programs
    #[arg(long)]
    release: bool,
}

impl Up {
    /// Runs until it is interrupted.
    pub async fn run(self) -> Result<ExitCode> {
        let report = Report::terminal();
        let profile = if self.release { Profile::Release } else { Profile::Dev };
        let programs = build::programs(profile, &report).await?;
        let site = build::site(profile, &report).await?;
        let options = StackOptions {
            gateway: Some(self.port),
            site: Some(site),
            hold_seconds: self.hold_seconds,
            fresh: self.fresh,
            ..StackOptions::for_terminal(programs, &report)
        };
        let mut interrupt = Interrupt::listen()?;
        let stack = tokio::select! {
            stack = self.start(options, &report) => stack?,
            () = interrupt.wait() => {
                report.say("stopped before it was up");
                return Ok(INTERRUPTED.into());
            }
        };
        interrupt.wait().await;
        report.say("\nstopping; a second Ctrl-C kills");
        tokio::select! {
            () = stack.stop() => report.say("all stopped"),
            () = interrupt.wait() => report.say("killed"),
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn start(&self, options: StackOptions, report: &Report) -> Result<Stack> {
        if self.fresh && (options.outside.mongo.is_some() || options.outside.nats.is_some()) {
            report.say("note: --fresh empties .data/, not the stores that the environment names");
        }
        let stack = Stack::start(options).await?;
        let url = stack.url().context("up has a gateway")?;
        if self.seed {
            let new = seed::seed(&url).await.context("the sample tickets could not be listed")?;
            report.say(format_args!("{new} sample tickets listed; sign in as {SELLER} with \"{PASSWORD}\""));
        }
        introduce(&stack, &url, report);
        Ok(stack)
    }
}

fn introduce(stack: &Stack, url: &str, report: &Report) {
    let inventory = stack.inventory();
    let stripe = inventory.stripe_standin.map_or("the real one".to_owned(), |standin| standin.url);
    report.say(format_args!("\nTicketing is up: {url}   (after {:.1} s)\n", report.elapsed()));
    report.say(format_args!("  tickets   curl {url}/api/tickets"));
    report.say(format_args!("  mongo     mongosh {}/tickets", inventory.mongo.url));
    report.say(format_args!("  nats      nats --server {} stream ls", inventory.nats.url));
    report.say(format_args!("  redis     redis-cli -u {}", inventory.redis.url));
    report.say(format_args!("  stripe    {stripe}"));
    report.say(format_args!("  logs      {}", inventory.logs.display()));
    report.say(format_args!("  all else  {}\n\nCtrl-C stops it.", stack.data_dir().join("stack.json").display()));
}
