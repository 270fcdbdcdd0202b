//! A message's headers.

use async_nats::HeaderMap;
use chrono::{DateTime, SecondsFormat, Utc};

/// When the event happened, RFC 3339.
const TIME: &str = "Ticketing-Time";
/// The trace that the event belongs to: <https://www.w3.org/TR/trace-context/>.
const TRACEPARENT: &str = "traceparent";

/// The headers of a message with this id, by which JetStream drops duplicates.
pub(super) fn headers(id: &str, time: DateTime<Utc>, traceparent: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(async_nats::header::NATS_MESSAGE_ID, id);
    headers.insert(TIME, time.to_rfc3339_opts(SecondsFormat::Millis, true));
    if let Some(traceparent) = traceparent {
        headers.insert(TRACEPARENT, traceparent);
    }
    headers
}

/// A header's text.
pub(super) fn header<'a>(headers: Option<&'a HeaderMap>, name: &str) -> Option<&'a str> {
    headers?.get(name).map(async_nats::HeaderValue::as_str)
}

/// When the event happened, if the message has that header.
pub(super) fn time(headers: Option<&HeaderMap>) -> Option<DateTime<Utc>> {
    header(headers, TIME)?.parse().ok()
}

/// The trace that the event belongs to.
pub(super) fn traceparent(headers: Option<&HeaderMap>) -> Option<&str> {
    header(headers, TRACEPARENT)
}
