//! `cargo xtask end2end`

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::browser::{self, Stories};
use crate::build::{self, Profile};
use crate::report::Report;

/// Play the storefront's stories in a real browser
///
/// Builds everything, checks the stories' types, starts three shops of its own
/// (one of which holds tickets for seconds only, and one has no services behind
/// it), and runs client/end2end with Playwright in the Chromium
/// that CHROMIUM names or that is on the PATH. Screenshots of every page, and
/// traces of failures, are left in target/end2end/.
#[derive(Debug, Args)]
pub struct End2end {
    /// Play on the browser half that is shipped, not on the one that is quick to build
    #[arg(long)]
    release: bool,
    /// Make the README's pictures again, of the sample tickets, and play nothing else
    #[arg(long, conflicts_with = "args")]
    pictures: bool,
    /// Playwright's own arguments: `-g 3DS`, `stories/sale.spec.ts`, `--reporter=list`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

impl End2end {
    /// Plays those that the arguments select.
    pub async fn run(self) -> Result<ExitCode> {
        let report = Report::terminal();
        let programs = build::programs(Profile::Dev, &report).await?;
        let site = if self.release { Profile::Release } else { Profile::Dev };
        let stories = if self.pictures { Stories::Pictures } else { Stories::Selected(&self.args) };
        Ok(browser::run(stories, site, &programs, &report).await?.into())
    }
}
