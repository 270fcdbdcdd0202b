//! The load: requests over kept connections, as fast as they are answered or at a constant rate.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use axum::body::{Body, to_bytes};
use futures::future::try_join_all;
use hdrhistogram::Histogram;
use http::{Request, StatusCode};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::sleep_until;

use super::usage;

/// Connections that are never idle.
const BUSY: usize = 32;
/// Connections for a constant rate: so many requests may be unanswered before one waits for
/// another. Its time counts from when it was due all the same.
const OPEN: usize = 256;
/// The largest answer, in bytes.
const LARGEST: usize = 1 << 20;
/// Longer than any answer should take, and still counted.
const LONGEST: Duration = Duration::from_mins(1);

/// The program that requests are sent to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub(super) address: SocketAddr,
    /// Its process, if that is ours.
    pub(super) pid: Option<u32>,
}

/// A kind of request.
pub(super) struct Requests<'a> {
    pub(super) target: Target,
    /// The request of a number; none when there are no more.
    pub(super) request: &'a (dyn Fn(u64) -> Option<Request<Body>> + Sync),
    /// What each is answered with.
    pub(super) status: StatusCode,
}

/// When requests are sent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pace {
    /// 32 connections, each with a request in flight at any time.
    Busy,
    /// So many in a second, whether earlier ones are answered or not: an answer that is late
    /// makes no other request late (<https://www.scylladb.com/2021/04/22/on-coordinated-omission/>).
    Open(u32),
}

/// What a load brought.
pub(super) struct Outcome {
    pub(super) per_second: f64,
    /// In nanoseconds.
    pub(super) times: Histogram<u64>,
    /// CPU seconds of the program per thousand requests.
    pub(super) cpu: Option<f64>,
    /// The generator's CPU as a share of the program's.
    pub(super) generator: Option<f64>,
}

impl Outcome {
    /// A percentile of the times, in milliseconds.
    pub(super) fn millis(&self, percentile: f64) -> f64 {
        Duration::from_nanos(self.times.value_at_percentile(percentile)).as_secs_f64() * 1_000.0
    }
}

/// Sends requests for a while, or until there are no more.
pub(super) async fn send(requests: &Requests<'_>, pace: Pace, during: Duration) -> Result<Outcome> {
    let connections = match pace {
        Pace::Busy => BUSY,
        Pace::Open(_) => OPEN,
    };
    let senders = try_join_all((0..connections).map(|_| connect(requests.target.address))).await?;
    let cpu = || (requests.target.pid.and_then(usage::cpu), usage::cpu(std::process::id()));
    let (before, began) = (cpu(), Instant::now());
    let run = Run { requests, pace, began, end: began + during, next: AtomicU64::new(0) };
    let times = try_join_all(senders.into_iter().map(|sender| run.connection(sender))).await?;
    let (took, after) = (began.elapsed(), cpu());

    let mut all = histogram()?;
    for times in &times {
        all.add(times)?;
    }
    let answered = f64::from(u32::try_from(all.len())?);
    let used = |before: Option<Duration>, after: Option<Duration>| Some(after?.saturating_sub(before?).as_secs_f64());
    let (program, generator) = (used(before.0, after.0), used(before.1, after.1));
    Ok(Outcome {
        per_second: answered / took.as_secs_f64(),
        times: all,
        cpu: program.map(|seconds| seconds / answered * 1_000.0),
        generator: program.zip(generator).filter(|(program, _)| *program > 0.0).map(|(program, own)| own / program),
    })
}

fn histogram() -> Result<Histogram<u64>> {
    Ok(Histogram::new_with_max(LONGEST.as_nanos().try_into()?, 3)?)
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Body>> {
    let stream = TcpStream::connect(address).await.with_context(|| format!("cannot connect to {address}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // It ends with the sender; an error of it is the sender's too.
    tokio::spawn(connection);
    Ok(sender)
}

struct Run<'a> {
    requests: &'a Requests<'a>,
    pace: Pace,
    began: Instant,
    end: Instant,
    next: AtomicU64,
}

impl Run<'_> {
    /// Sends one request after the other on a connection.
    async fn connection(&self, mut sender: SendRequest<Body>) -> Result<Histogram<u64>> {
        let mut times = histogram()?;
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(sent) = self.turn(number).await else { break };
            let Some(request) = (self.requests.request)(number) else { break };
            self.ask(&mut sender, request).await?;
            times.saturating_record(sent.elapsed().as_nanos().try_into()?);
        }
        Ok(times)
    }

    /// Waits until a request's turn, and returns the time that its answer is counted from; none
    /// at the end. If no connection was free at its time, that is when it was due.
    async fn turn(&self, number: u64) -> Option<Instant> {
        let now = Instant::now();
        let due = match self.pace {
            Pace::Busy => now,
            Pace::Open(rate) => {
                let second = Duration::from_secs(number / u64::from(rate));
                self.began + second + Duration::from_secs(number % u64::from(rate)) / rate
            }
        };
        if due >= self.end {
            return None;
        }
        if due <= now {
            return Some(due);
        }
        sleep_until(due.into()).await;
        // The timer's own lateness is not the program's.
        Some(Instant::now())
    }

    async fn ask(&self, sender: &mut SendRequest<Body>, request: Request<Body>) -> Result<()> {
        sender.ready().await.context("the connection was closed")?;
        let response = sender.send_request(request).await.context("a request got no answer")?;
        let status = response.status();
        let body = to_bytes(Body::new(response.into_body()), LARGEST).await.context("half an answer")?;
        if status != self.requests.status {
            bail!("a request was answered {status}, and not {}: {}", self.requests.status, body.escape_ascii());
        }
        Ok(())
    }
}
