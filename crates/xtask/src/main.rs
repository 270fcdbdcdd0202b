//! `cargo xtask …`: see `cargo xtask --help`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Parser;
use common::connect::shutdown_signal;
use common::telemetry;
use xtask::commands::{Audit, Bench, DeadLetters, Demo, End2end, Install, Recover, Test, Up};
use xtask::report::Report;

/// The local stack, the tests and the measurements of the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    Up(Up),
    Test(Test),
    Install(Install),
    End2end(End2end),
    Audit(Audit),
    DeadLetters(DeadLetters),
    Recover(Recover),
    Demo(Demo),
    Bench(Bench),
}

#[tokio::main]
async fn main() -> ExitCode {
    let command = Command::parse();
    if matches!(command, Command::Audit(_) | Command::DeadLetters(_) | Command::Recover(_)) {
        telemetry::warn_on_terminal();
    }
    let done = match command {
        // The first connection waits for signals, and nobody would after it.
        Command::Audit(audit) => Box::pin(interruptible(audit.run())).await,
        Command::DeadLetters(letters) => Box::pin(interruptible(letters.run())).await,
        Command::Recover(recover) => Box::pin(interruptible(recover.run())).await,
        Command::Up(up) => up.run().await,
        Command::Test(test) => test.run().await,
        Command::Install(install) => install.run().await,
        Command::End2end(suite) => suite.run().await,
        Command::Demo(demo) => demo.run().await,
        Command::Bench(bench) => bench.run().await,
    };
    done.unwrap_or_else(|error| {
        Report::terminal().problem("error", format_args!("{error:#}"));
        ExitCode::FAILURE
    })
}

async fn interruptible(command: impl Future<Output = Result<ExitCode>>) -> Result<ExitCode> {
    tokio::select! {
        done = command => done,
        () = shutdown_signal() => bail!("told to stop before it was done"),
    }
}
