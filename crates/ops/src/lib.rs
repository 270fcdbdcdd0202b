//! What operators run against a stack: the audit, dead letters, and recovery of
//! a restored database. The program `ops` finds the stack by its environment;
//! other programs describe it with a [`Stack`].

pub mod audit;
pub mod commands;
mod interrupt;
pub mod recovery;
mod stack;

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;

pub use interrupt::Interrupt;
pub use stack::Stack;

/// The exit code of a program that Ctrl-C ended, by the shells' convention.
pub const INTERRUPTED: u8 = 130;

/// Runs a command to its exit code. An error is printed and becomes 1; Ctrl-C,
/// SIGTERM and SIGHUP drop the command and become [`INTERRUPTED`].
pub async fn run(command: impl Future<Output = Result<ExitCode>>) -> ExitCode {
    let run = async {
        let mut interrupt = Interrupt::listen()?;
        tokio::select! {
            biased;
            () = interrupt.wait() => Ok(INTERRUPTED.into()),
            done = command => done,
        }
    };
    exit_code(run.await)
}

/// The exit code of a command that handles signals itself: an error is printed
/// and becomes 1.
#[must_use]
pub fn exit_code(done: Result<ExitCode>) -> ExitCode {
    done.unwrap_or_else(|error| {
        let _ = writeln!(std::io::stderr(), "{:>14} | {error:#}", "error");
        ExitCode::FAILURE
    })
}

/// Prints a line. A reader that has gone away (`| head`) is no error.
fn say(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
