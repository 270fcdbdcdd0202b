//! A sale that plays itself on the running stack, told as a timeline of
//! requests and events.

mod acts;
mod facts;
mod private;
mod stage;
mod timeline;

use std::path::Path;

use anyhow::{Context, Result};
use chrono::TimeDelta;

use crate::report::Report;
use crate::stack::Inventory;
use crate::watch::Watch;
use acts::Cast;
use private::PrivateStack;
use stage::Stage;
use timeline::Timeline;

/// An order that expires later than this is not waited for: another stack,
/// which holds tickets for a shorter time, plays that act.
const LONGEST_WAIT: TimeDelta = TimeDelta::seconds(15);

/// Plays all acts on the stack of a data folder. Fails when anything does not
/// go as it should.
pub async fn play(data_dir: &Path, report: &Report) -> Result<()> {
    let inventory = Inventory::read(data_dir).context("no stack runs: start it with `cargo xtask up`")?;
    let watch = Watch::open(&inventory).await;
    let watch = watch.context("the stack does not answer: start it with `cargo xtask up`")?;
    introduce(&inventory, report);

    let timeline = Timeline::begin(report);
    timeline.heading("1. A sale: listed, ordered, paid, gone from the list");
    let mut stage = Stage::new(&inventory, watch, &timeline)?;
    let cast = Cast::sign_up(&mut stage).await.context("signing up")?;
    let hold = acts::sale(&mut stage, &cast).await.context("act 1, the sale")?;

    timeline.heading("2. A cancelled order: the ticket returns to the list");
    let ticket = acts::cancelled(&mut stage, &cast).await.context("act 2, the cancelled order")?;

    timeline.heading("3. An order that nobody pays: it expires, the ticket returns to the list");
    let grace = TimeDelta::seconds(inventory.payment_grace_seconds.into());
    let expired = if hold + grace > LONGEST_WAIT {
        timeline.remark(format_args!(
            "this stack holds tickets for {} s: starting a private one that does for {} s",
            hold.num_seconds(),
            private::HOLD_SECONDS
        ));
        expired_in_private(&timeline, report).await
    } else {
        acts::expired(&mut stage, &cast, grace).await
    };
    expired.context("act 3, the expired order")?;

    timeline.heading("4. A declined card, then one that pays");
    acts::declined(&mut stage, &cast, &ticket).await.context("act 4, the declined card")?;

    report.say(format_args!("\nAll four acts went as they should: {}.", timeline.sum()));
    Ok(())
}

fn introduce(inventory: &Inventory, report: &Report) {
    let gateway = inventory.gateway.as_deref().unwrap_or_default();
    report.say(format_args!("A sale at {gateway}, its events as they pass in {}.", inventory.nats.url));
    report.say("> is a request, with the answer's status; * an event, with its version.");
    report.say("Times are milliseconds after the first request. Ids are cut to their last six digits.");
}

async fn expired_in_private(timeline: &Timeline, report: &Report) -> Result<()> {
    let stack = PrivateStack::start(report).await?;
    let inventory = stack.inventory();
    timeline.remark(format_args!("it is up: {}", inventory.gateway.as_deref().unwrap_or_default()));
    let played = async {
        let mut stage = Stage::new(&inventory, Watch::open(&inventory).await?, timeline)?;
        let cast = Cast::sign_up(&mut stage).await?;
        acts::expired(&mut stage, &cast, TimeDelta::seconds(inventory.payment_grace_seconds.into())).await
    };
    let played = played.await;
    stack.stop().await;
    timeline.remark("the private stack is stopped");
    played
}
