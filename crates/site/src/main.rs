//! `site`: builds the storefront's browser half.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use site::{Options, Profile};

/// Builds the browser half of the storefront: WebAssembly, styles, static files.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The output folder; its content is replaced.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Build quickly instead of small.
    #[arg(long)]
    dev: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let profile = if arguments.dev { Profile::Dev } else { Profile::Release };
    match site::build(&Options { profile, out: arguments.out }, &say) {
        Ok(site) => {
            say(&site.to_string());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Ignores a closed pipe (`| head`).
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
