//! The storefront's stories, played in a real browser (`client/end2end`).

mod chromium;
mod playwright;
mod shops;

use anyhow::{Context, Result};
use tempfile::tempdir;

use crate::build::{self, Profile, Programs};
use crate::env;
use crate::report::Report;
use playwright::Playwright;
use shops::Shops;

/// Builds the storefront's other half as `profile` says, opens the shops, plays the stories that
/// Playwright's arguments select, and returns its exit code.
pub async fn run(args: &[String], profile: Profile, programs: &Programs, report: &Report) -> Result<u8> {
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
    let played = playwright.play(&tools, args, &shops.addresses()?).await;
    shops.close().await;
    report.say(format_args!("screenshots, and traces of failures, are in {}", playwright.output.display()));
    played
}
