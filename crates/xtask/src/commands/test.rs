//! `cargo xtask test`

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;

use crate::browser::{self, Stories};
use crate::build::{self, Profile, Programs};
use crate::process::foreground;
use crate::report::Report;
use crate::stores::{Outside, Stores, StoresOptions};

/// Check and test the whole workspace, stores included
///
/// Formatting, build, clippy and rustdoc (warnings count as errors) and all tests, which
/// get real stores of their own; then the storefront's stories in a real
/// browser with the optimized browser half (`cargo xtask end2end --release`),
/// unless a filter is given. `TEST_MONGO_URI`, `TEST_NATS_URL` and
/// `TEST_REDIS_URL`, where set, name stores to use instead of starting some.
#[derive(Debug, Args)]
pub struct Test {
    /// Leave out rustfmt, clippy and rustdoc
    #[arg(long)]
    no_lint: bool,
    /// Leave out the storefront's stories
    #[arg(long)]
    no_browser: bool,
    /// Run only the tests whose names contain one of these
    filter: Vec<String>,
}

/// The steps in their order: the quickest first, then the build that clippy and the
/// tests reuse.
const FORMAT: &[&str] = &["fmt", "--all", "--check"];
const BUILD: &[&str] = &["build", "--workspace", "--bins", "--tests"];
const CLIPPY: &[&str] = &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
const DOC: &[&str] = &["doc", "--workspace", "--no-deps", "--config", "build.rustdocflags=['-Dwarnings']"];
const TEST: &[&str] = &["test", "--workspace", "--no-fail-fast", "--"];

impl Test {
    /// Runs the steps until one fails, whose exit code it returns.
    pub async fn run(self) -> Result<ExitCode> {
        let report = Report::terminal();
        let code = self.steps(&report).await?;
        let verdict = if code == 0 { "all is well" } else { "FAILED" };
        report.say(format_args!("\n{verdict} after {:.0} s", report.elapsed()));
        Ok(code.into())
    }

    async fn steps(&self, report: &Report) -> Result<u8> {
        let before: &[&[&str]] = if self.no_lint { &[BUILD] } else { &[FORMAT, BUILD, CLIPPY, DOC] };
        for step in before {
            let code = cargo(step, &[], report).await?;
            if code != 0 {
                return Ok(code);
            }
        }
        let data = tempfile::tempdir().context("no folder for the stores' data")?;
        let outside = Outside::from_env("TEST_");
        let options = StoresOptions { outside, report: report.clone(), ..StoresOptions::new(data.path()) };
        let mut stores = Stores::start(&options).await?;
        report.say(format_args!("stores answer after {:.1} s", report.elapsed()));
        let filter: Vec<&str> = self.filter.iter().map(String::as_str).collect();
        let tested = cargo(&[TEST, &filter].concat(), &stores.for_tests(), report).await;
        stores.stop().await;
        match tested? {
            0 if !self.no_browser && self.filter.is_empty() => {
                browser::run(Stories::Selected(&[]), Profile::Release, &Programs::beside_this_one()?, report).await
            }
            code => Ok(code),
        }
    }
}

/// Runs cargo in a process group of its own, which is killed when this call is dropped.
async fn cargo(args: &[&str], env: &[(&str, String)], report: &Report) -> Result<u8> {
    let command = format!("cargo {}", args.join(" "));
    report.say(format_args!("\n▶ {command}"));
    let began = Instant::now();
    let mut cargo = build::cargo();
    cargo.args(args).envs(env.iter().map(|(name, value)| (name, value)));
    let code = foreground(&mut cargo).await?;
    let verdict = if code == 0 { "passed" } else { "FAILED" };
    report.say(format_args!("{verdict} after {:.1} s: {command}", began.elapsed().as_secs_f64()));
    Ok(code)
}
