//! The stand-in as a program of its own.

use std::{
    io::{self, IsTerminal},
    path::PathBuf,
};

use clap::Parser;
use stripe_standin::{Options, StripeStandin, Webhook};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// A stand-in for the part of Stripe's API that a payments service uses.
#[derive(Parser)]
struct Arguments {
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, env = "PORT", default_value_t = 0)]
    port: u16,
    /// The http address for signed events; none are sent without it.
    #[arg(long, requires = "webhook_secret")]
    webhook_url: Option<String>,
    /// The secret that events are signed with.
    #[arg(long, requires = "webhook_url")]
    webhook_secret: Option<String>,
    /// The file that keeps the state across restarts.
    #[arg(long)]
    data: Option<PathBuf>,
    /// The smallest amount of an intent, in minor units; Stripe's own is 50.
    #[arg(long, default_value_t = Options::default().minimum_amount)]
    minimum_amount: i64,
}

impl From<Arguments> for Options {
    fn from(arguments: Arguments) -> Self {
        let webhook = arguments.webhook_url.zip(arguments.webhook_secret);
        Self {
            port: arguments.port,
            minimum_amount: arguments.minimum_amount,
            webhook: webhook.map(|(url, secret)| Webhook::new(url, secret)),
            data: arguments.data,
        }
    }
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(io::stdout().is_terminal()).init();
    let standin = StripeStandin::start(Arguments::parse().into()).await?;
    tracing::info!(address = standin.url(), "listening");

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    tracing::info!("stopping");
    standin.stop().await;
    Ok(())
}
