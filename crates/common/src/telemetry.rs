//! Logs, traces and metrics.

use std::{collections::HashMap, sync::OnceLock, time::Duration};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use opentelemetry::{propagation::TextMapPropagator, trace::TracerProvider};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{Span, level_filters::LevelFilter};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{ConfigError, Env, problem};

/// Stripe's client would log every declined card as an error, and its token.
const SILENCED: &str = "stripe=off";
/// How long the last traces may take to be sent.
const FLUSH: Duration = Duration::from_secs(1);
/// How often measured values are moved into their histograms.
const UPKEEP: Duration = Duration::from_secs(5);

/// Running telemetry; dropped, it sends the traces that are left.
pub struct Telemetry {
    provider: SdkTracerProvider,
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        let _ = self.provider.shutdown_with_timeout(FLUSH);
    }
}

/// Starts logs on standard output (`RUST_LOG`, default `info`) and, where
/// `OTEL_EXPORTER_OTLP_ENDPOINT` is set, traces by OTLP over HTTP. Every span
/// has a trace id, exported or not. Fails if one of the two is bad, but starts logs
/// first, so that the error can be logged.
pub fn init(service: &'static str) -> Result<Telemetry, ConfigError> {
    let env = Env::process();
    let mut problem = None;
    let filter = log_filter(&env).unwrap_or_else(|error| {
        problem = Some(error);
        EnvFilter::new("info")
    });
    let provider = tracer_provider(service, &env).unwrap_or_else(|error| {
        problem.get_or_insert(error);
        SdkTracerProvider::default()
    });
    let logs = tracing_subscriber::fmt::layer().with_target(false).with_ansi(false);
    let traces = tracing_opentelemetry::layer().with_tracer(provider.tracer(service));
    let subscriber =
        tracing_subscriber::registry().with(logs.with_filter(filter)).with(traces.with_filter(LevelFilter::INFO));
    if let Err(error) = subscriber.try_init() {
        tracing::debug!(%error, "telemetry runs already");
    }
    metrics_handle();
    problem.map_or(Ok(Telemetry { provider }), Err)
}

/// Shows warnings on standard error, for operators' commands.
pub fn warn_on_terminal() {
    let logs = tracing_subscriber::fmt().with_writer(std::io::stderr).with_target(false).without_time();
    if logs.with_max_level(LevelFilter::WARN).try_init().is_err() {
        tracing::debug!("telemetry runs already");
    }
}

fn log_filter(env: &Env) -> Result<EnvFilter, ConfigError> {
    let wanted = env.text("RUST_LOG").unwrap_or("info");
    EnvFilter::try_new(format!("{SILENCED},{wanted}")).map_err(|error| problem("RUST_LOG", error))
}

fn tracer_provider(service: &'static str, env: &Env) -> Result<SdkTracerProvider, ConfigError> {
    let builder = SdkTracerProvider::builder().with_resource(Resource::builder().with_service_name(service).build());
    if env.text("OTEL_EXPORTER_OTLP_ENDPOINT").is_none() {
        return Ok(builder.build());
    }
    // The exporter reads the variable itself.
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_http().build();
    let exporter = exporter.map_err(|error| problem("OTEL_EXPORTER_OTLP_ENDPOINT", error))?;
    Ok(builder.with_batch_exporter(exporter).build())
}

/// The process' metrics, in Prometheus' text format.
#[must_use]
pub fn render_metrics() -> String {
    metrics_handle().map(PrometheusHandle::render).unwrap_or_default()
}

/// Moves measured values into their histograms until `stop`; without that they would
/// accumulate in a program whose metrics are not scraped.
pub async fn upkeep(stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Some(metrics) = metrics_handle() {
            metrics.run_upkeep();
        }
        tokio::select! { () = stop.cancelled() => {}, () = sleep(UPKEEP) => {} }
    }
}

fn metrics_handle() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    const SECONDS: [f64; 11] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0];
    let install = || PrometheusBuilder::new().set_buckets(&SECONDS).ok()?.install_recorder().ok();
    HANDLE.get_or_init(install).as_ref()
}

/// The current trace as a W3C `traceparent`, if there is one:
/// <https://www.w3.org/TR/trace-context/>.
#[must_use]
pub fn traceparent() -> Option<String> {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut carrier);
    carrier.remove("traceparent")
}

/// Makes `span` a part of the trace that a `traceparent` names.
pub fn continue_trace(span: &Span, traceparent: Option<&str>) {
    if let Some(traceparent) = traceparent {
        let carrier = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
        let context = TraceContextPropagator::new().extract(&carrier);
        let _ = span.set_parent(context);
    }
}
