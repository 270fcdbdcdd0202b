//! `cargo xtask bench`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use tokio::process::Command;

use crate::bench::{self, Figures, Options, Part, Plan};
use crate::build::{self, Profile, Programs};
use crate::install::{self, Mongo};
use crate::report::Report;

/// Measure how fast the system is, beside a bare program on the same machine
///
/// Builds optimized programs, starts private stacks in temporary folders, and prints tables of
/// figures that say what was measured and how. Takes about ten minutes, after the build.
#[derive(Debug, Args)]
pub struct Bench {
    /// Measure only this part; may be repeated
    #[arg(long = "only", value_name = "PART")]
    parts: Vec<Part>,
    /// Measure a little of everything, to see that it works; not to be quoted
    #[arg(long)]
    quick: bool,
    /// Measure programs that are not optimized
    #[arg(long)]
    dev: bool,
    /// Write the figures to this file as JSON, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Say what is better or worse than in a file that --json wrote
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Be the bare program, on this database
    #[arg(long, value_name = "URI", hide = true, requires = "port")]
    bare: Option<String>,
    /// The bare program's port
    #[arg(long, hide = true)]
    port: Option<u16>,
    /// Measure the programs beside this one, as they are
    #[arg(long, hide = true)]
    built: bool,
}

impl Bench {
    /// Measures, and prints the tables.
    pub async fn run(self) -> Result<ExitCode> {
        if let (Some(uri), Some(port)) = (&self.bare, self.port) {
            bench::serve_bare(uri, port).await?;
            return Ok(ExitCode::SUCCESS);
        }
        let report = &Report::terminal();
        if !self.built {
            return self.measure_built(report).await;
        }
        // Before minutes are spent.
        let before = self.compare.as_deref().map(read).transpose()?;
        let site = if self.wants_site() { Some(build::site(self.profile(), report).await?) } else { None };
        let plan = if self.quick { Plan::quick() } else { Plan::full() };
        let options = Options { programs: Programs::beside_this_one()?, site, parts: self.parts.clone(), plan };
        let figures = bench::run(&options, self.machine().await?, report).await?;
        report.say(format_args!("\n{figures}"));
        if let Some(before) = before {
            report.say(format_args!("\n{}", figures.compared_with(&before)));
        }
        if let Some(file) = &self.json {
            let json = serde_json::to_vec_pretty(&figures)?;
            fs::write(file, json).with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Builds everything, and measures with the optimized generator.
    async fn measure_built(&self, report: &Report) -> Result<ExitCode> {
        let programs = build::programs(self.profile(), report).await?;
        let mut again = Command::new(programs.path("xtask")?);
        again.args(std::env::args_os().skip(1)).arg("--built").kill_on_drop(true);
        let status = again.status().await.context("cannot run the built xtask")?;
        Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn profile(&self) -> Profile {
        if self.dev { Profile::Dev } else { Profile::Release }
    }

    fn wants_site(&self) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|part| matches!(part, Part::Pages | Part::Sizes))
    }

    async fn machine(&self) -> Result<String> {
        let programs = if self.dev { "dev, not optimized" } else { "release" };
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let mongo = match install::tools(&Report::silent()).await?.mongo {
            Mongo::Mongod(_) => "mongod",
            Mongo::Secantus(_) => "SecantusDB, a stand-in that is slower than mongod",
        };
        Ok(format!(
            "Programs: {programs}. Database: {mongo}. Generator, programs and stores share {processors} processors."
        ))
    }
}

fn read(file: &Path) -> Result<Figures> {
    let json = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_slice(&json).with_context(|| format!("{} has no figures of this program", file.display()))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        bench: Bench,
    }

    fn parsed(line: &[&str]) -> Bench {
        Line::parse_from([&["bench"], line].concat()).bench
    }

    #[test]
    fn optimized_programs_are_measured_unless_asked_otherwise() {
        assert_eq!(parsed(&[]).profile(), Profile::Release);
        assert_eq!(parsed(&["--quick"]).profile(), Profile::Release);
        assert_eq!(parsed(&["--dev"]).profile(), Profile::Dev);
    }

    #[test]
    fn the_storefront_is_built_only_for_what_needs_it() {
        assert!(parsed(&[]).wants_site());
        assert!(parsed(&["--only", "requests", "--only", "pages"]).wants_site());
        assert!(!parsed(&["--only", "requests"]).wants_site());
    }
}
