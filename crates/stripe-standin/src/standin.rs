//! A running stand-in.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use crate::{
    journal::Journal,
    ledger::Ledger,
    models::{Charge, DisputeStatus, Event, Status},
    options::{Options, Webhook},
    params::Params,
    routes,
    state::Standin,
    store::Store,
    switches::Switch,
    webhooks,
};

/// A stand-in that serves on 127.0.0.1 until stopped or dropped.
pub struct StripeStandin {
    address: SocketAddr,
    standin: Standin,
    shutdown: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
    /// The journal and the webhook deliveries, aborted on drop.
    _background: JoinSet<()>,
}

impl StripeStandin {
    /// Binds the port and serves.
    ///
    /// Fails if the port is taken or the data file can't be read.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let mut background = JoinSet::new();
        let standin = open(options, &mut background)?;
        let (shutdown, stopped) = oneshot::channel();
        let server = axum::serve(listener, routes::router(standin.clone()));
        let server = server.with_graceful_shutdown(async {
            // Stops as well when the stand-in, and with it the sender, is dropped.
            let _ = stopped.await;
        });
        let server = tokio::spawn(server.into_future());
        Ok(Self { address, standin, shutdown, server, _background: background })
    }

    /// Its address, `http://127.0.0.1:port`, to use as Stripe's API base.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The amounts captured and refunded so far.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.standin.read(Store::ledger)
    }

    /// Turns on a fault.
    pub fn switch(&self, switch: Switch) {
        self.standin.switches().set(switch);
    }

    /// Turns off all faults.
    pub fn reset_switches(&self) {
        self.standin.switches().reset();
    }

    /// Sends events to another endpoint from now on, or to none.
    pub fn set_webhook(&self, webhook: Option<Webhook>) {
        self.standin.set_webhook(webhook);
    }

    /// Completes the 3DS challenge of an intent as its cardholder, and returns the new status;
    /// `None` without an open challenge.
    #[must_use]
    pub fn authenticate(&self, intent: &str, success: bool) -> Option<Status> {
        self.standin.change(|store| store.authenticate(intent, success)).ok().map(|intent| intent.status)
    }

    /// Refunds a paid intent, in part or in full, as from Stripe's dashboard, and returns the
    /// refunded total in minor units; `None` if Stripe refuses.
    #[must_use]
    pub fn refund(&self, intent: &str, amount: Option<i64>) -> Option<i64> {
        let fields = [("payment_intent", Some(intent.to_owned())), ("amount", amount.map(|amount| amount.to_string()))];
        let params = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        self.standin.change(|store| {
            let refund = store.refund(&params).ok()?;
            store.get::<Charge>(&refund.charge).map(|charge| charge.refunded)
        })
    }

    /// Cancels an unpaid intent, as from Stripe's dashboard, and returns the new status; `None`
    /// if Stripe refuses.
    #[must_use]
    pub fn cancel(&self, intent: &str) -> Option<Status> {
        self.standin.change(|store| store.cancel(intent, &Params::default())).ok().map(|intent| intent.status)
    }

    /// Disputes a paid intent as its cardholder, or closes the dispute as their bank, and returns
    /// the dispute's id; `None` if the intent does not allow it.
    #[must_use]
    pub fn dispute(&self, intent: &str, status: DisputeStatus) -> Option<String> {
        self.standin.change(|store| store.dispute(intent, status)).ok().map(|dispute| dispute.id)
    }

    /// Finishes requests in progress, for up to five seconds, and stops.
    pub async fn stop(self) {
        let _ = self.shutdown.send(());
        let _ = timeout(Duration::from_secs(5), self.server).await;
    }
}

fn open(options: Options, background: &mut JoinSet<()>) -> io::Result<Standin> {
    let (store, journal) = match options.data {
        None => (Store::default(), None),
        Some(path) => {
            let (store, journal, work) = Journal::open(path)?;
            background.spawn(work);
            (store, Some(journal))
        }
    };
    let undelivered: Vec<_> = store.all::<Event>().cloned().collect();
    let (deliveries, events) = mpsc::unbounded_channel();
    for event in undelivered {
        // The receiver is right here.
        let _ = deliveries.send(event);
    }
    let standin = Standin::new(store, journal, options.webhook, deliveries, options.minimum_amount);
    background.spawn(webhooks::deliver(standin.clone(), events));
    Ok(standin)
}
