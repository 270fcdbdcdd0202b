//! The storefront's stories, played in a real browser (`client/end2end`).

mod chromium;
mod playwright;
mod shops;

use anyhow::{Context, Result};
use tempfile::tempdir;

use crate::build::{self, Profile, Programs};
use crate::env;
use crate::report::Report;
use crate::seed;
use playwright::Playwright;
use shops::Shops;

/// What is played.
#[derive(Clone, Copy, Debug)]
pub enum Stories<'a> {
    /// What Playwright's arguments select.
    Selected(&'a [String]),
    /// The README's pictures, of the sample tickets.
    Pictures,
}

/// Builds the storefront's other half as `profile` says, opens the shops, plays the stories, and
/// returns Playwright's exit code.
pub async fn run(stories: Stories<'_>, profile: Profile, programs: &Programs, report: &Report) -> Result<u8> {
    let site = build::site(profile, report).await?;
    let playwright = Playwright {
        suite: env::workspace_root().join("client/end2end"),
        output: build::target_directory().await?.join("end2end"),
        chromium: chromium::ready(report).await?,
    };
    let tools = playwright.tools(report).await?;
    playwright.check_types(&tools).await?;
    let data = tempdir().context("no folder for the shops' data")?;
    let shops = Shops::open(data.path(), programs, &site).await?;
    report.say(format_args!("the shops are open after {:.1} s\n\n▶ the stories", report.elapsed()));
    let mut addresses = shops.addresses()?.to_vec();
    let args = match stories {
        Stories::Selected(args) => args.to_vec(),
        Stories::Pictures => {
            seed::seed(&addresses[0].1).await?;
            addresses.push(("PICTURES", env::workspace_root().join("docs/screenshots").display().to_string()));
            vec!["stories/pictures.spec.ts".to_owned()]
        }
    };
    let played = playwright.play(&tools, &args, &addresses).await;
    shops.close().await;
    report.say(format_args!("screenshots, and traces of failures, are in {}", playwright.output.display()));
    played
}
