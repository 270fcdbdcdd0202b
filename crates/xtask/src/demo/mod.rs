//! A sale that plays itself on the running stack, printed as a timeline of requests
//! and events.

mod acts;
mod show;
mod summary;
mod timeline;

use std::path::Path;

use anyhow::{Context, Result};
use chrono::TimeDelta;

use crate::build::{self, Profile, Programs};
use crate::report::Report;
use crate::stack::{Inventory, SERVICES, Stack, StackOptions};
use show::Show;
use timeline::Timeline;

/// An order that expires later than this is not waited for: a private stack, which
/// holds tickets for a shorter time, plays that act.
const LONGEST_WAIT: TimeDelta = TimeDelta::seconds(15);
/// How long the private stack holds tickets.
const HOLD_SECONDS: u32 = 3;
const GRACE_SECONDS: u32 = 1;

/// Plays all acts on the stack of a data folder. Fails when anything does not go as
/// it should.
pub async fn play(data_dir: &Path, report: &Report) -> Result<()> {
    let inventory = Inventory::read(data_dir).context("no stack runs: start it with `cargo xtask up`")?;
    let timeline = Timeline::begin(report);
    let show = Show::open(&inventory, &timeline).await;
    let mut show = show.context("the stack does not answer: start it with `cargo xtask up`")?;
    introduce(&inventory, report);

    timeline.heading("1. A sale: listed, ordered, paid, gone from the list");
    let hold = show.sale().await.context("act 1, the sale")?;
    timeline.heading("2. A cancelled order: the ticket returns to the list");
    let ticket = show.cancelled().await.context("act 2, the cancelled order")?;
    timeline.heading("3. An order that is not paid: it expires, the ticket returns to the list");
    let grace = TimeDelta::seconds(inventory.payment_grace_seconds.into());
    let expired = if hold + grace > LONGEST_WAIT {
        let seconds = hold.num_seconds();
        timeline.remark(format_args!(
            "this stack holds tickets for {seconds} s: starting a private one for {HOLD_SECONDS} s"
        ));
        expired_in_private(&timeline, report).await
    } else {
        show.expired(grace).await
    };
    expired.context("act 3, the expired order")?;
    timeline.heading("4. A declined card, then one that pays");
    show.declined(&ticket).await.context("act 4, the declined card")?;

    report.say(format_args!("\nAll four acts went as they should: {}.", timeline.sum()));
    Ok(())
}

fn introduce(inventory: &Inventory, report: &Report) {
    let gateway = inventory.gateway.as_deref().unwrap_or_default();
    report.say(format_args!("A sale at {gateway}, and its events in {}.", inventory.nats.url));
    report.say("> is a request, with the answer's status; * an event, with its version.");
    report.say("Times are milliseconds after the start. Ids are cut to their last six digits.");
}

async fn expired_in_private(timeline: &Timeline, report: &Report) -> Result<()> {
    let folder = tempfile::tempdir().context("no folder for the private stack's data")?;
    let options = StackOptions {
        hold_seconds: Some(HOLD_SECONDS),
        grace_seconds: Some(GRACE_SECONDS),
        ..StackOptions::new(folder.path().to_owned(), programs(report).await?)
    };
    let stack = Stack::start(options).await.context("the private stack does not start")?;
    timeline.remark(format_args!("it is up: {}", stack.url().unwrap_or_default()));
    let played = async {
        Show::open(&stack.inventory(), timeline).await?.expired(TimeDelta::seconds(GRACE_SECONDS.into())).await
    };
    let played = played.await;
    stack.stop().await;
    timeline.remark("the private stack is stopped");
    played
}

/// The programs beside this one, which `up` has built, unless it built others.
async fn programs(report: &Report) -> Result<Programs> {
    let beside = Programs::beside_this_one()?;
    if SERVICES.iter().all(|service| beside.path(service).is_ok()) {
        return Ok(beside);
    }
    build::programs(Profile::Dev, report).await
}
