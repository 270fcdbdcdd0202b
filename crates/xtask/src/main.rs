//! `cargo xtask …`: see `cargo xtask --help`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use common::telemetry;
use ops::commands::{Audit, DeadLetters, Recover};
use xtask::commands::{Bench, Demo, End2end, Install, Stores, Test, Up};
use xtask::stack::Inventory;

/// The local stack, the tests and the measurements of the workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    Up(Up),
    Stores(Stores),
    Test(Test),
    Install(Install),
    End2end(End2end),
    Audit(Audit),
    DeadLetters(DeadLetters),
    Recover(Recover),
    Demo(Demo),
    Bench(Bench),
}

impl Command {
    async fn run(self) -> Result<ExitCode> {
        if matches!(self, Self::Audit(_) | Self::DeadLetters(_) | Self::Recover(_)) {
            telemetry::warn_on_terminal();
        }
        match self {
            Self::Up(up) => up.run().await,
            Self::Stores(stores) => stores.run().await,
            Self::Test(test) => test.run().await,
            Self::Install(install) => install.run().await,
            Self::End2end(suite) => suite.run().await,
            Self::Audit(audit) => audit.run(&Inventory::find()?).await,
            Self::DeadLetters(letters) => letters.run(&Inventory::find()?).await,
            Self::Recover(recover) => recover.run(&Inventory::find()?).await,
            Self::Demo(demo) => demo.run().await,
            Self::Bench(bench) => bench.run().await,
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let command = Command::parse();
    let stops_in_order = matches!(command, Command::Up(_) | Command::Stores(_));
    let run = Box::pin(command.run());
    if stops_in_order { ops::exit_code(run.await) } else { ops::run(run).await }
}
