//! `ops …`: see `ops --help`.

use std::process::ExitCode;

use clap::Parser;
use common::{config::Env, telemetry};
use ops::{
    Stack,
    commands::{Audit, DeadLetters, Recover},
};

/// What operators run against a stack.
///
/// The environment names the stack: `NATS_URL`, `EVENTS_PREFIX`,
/// `PAYMENT_GRACE_SECONDS`, and `TICKETS_MONGO_URI`, `ORDERS_MONGO_URI` and
/// `PAYMENTS_MONGO_URI` for the databases that a command reads.
#[derive(Parser)]
#[command(name = "ops")]
enum Command {
    Audit(Audit),
    DeadLetters(DeadLetters),
    Recover(Recover),
}

#[tokio::main]
async fn main() -> ExitCode {
    let command = Command::parse();
    telemetry::warn_on_terminal();
    ops::run(Box::pin(async {
        let stack = Stack::from_env(&Env::process())?;
        match command {
            Command::Audit(audit) => audit.run(&stack).await,
            Command::DeadLetters(letters) => letters.run(&stack).await,
            Command::Recover(recover) => recover.run(&stack).await,
        }
    }))
    .await
}
