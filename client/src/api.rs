//! A client of the services' HTTP interfaces, on behalf of the current visitor.

use std::{error::Error, sync::PoisonError, time::Duration};

use common::{
    api::{ErrorBody, TicketId, tickets::Ticket},
    error::ApiError,
    session::COOKIE_NAMES,
    telemetry,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use leptos::context::use_context;
use leptos_axum::ResponseOptions;
use reqwest::{Client, Response};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    answer::{Answer, Page, Refusal},
    config::{Service, Services},
    request::server_time,
    wording,
};

/// Time-out of a change: below the storefront's own (30 s), so that the page can
/// report it. A payment waits for Stripe.
const WRITE_TIMEOUT: Duration = Duration::from_secs(28);
/// Time-out of a read; a page may need two in a row.
const READ_TIMEOUT: Duration = Duration::from_secs(6);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The headers of a visitor's request that services get: the session, and the
/// client's address as the ingress set it.
const FORWARDED: [HeaderName; 4] = [
    header::COOKIE,
    header::USER_AGENT,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-request-id"),
];

/// The HTTP client and the services' addresses. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    client: Client,
    services: Services,
}

impl Api {
    /// A client of the services at these addresses.
    pub fn new(services: Services) -> reqwest::Result<Self> {
        let client = Client::builder().no_proxy().connect_timeout(CONNECT_TIMEOUT).build()?;
        Ok(Self { client, services })
    }

    /// A ticket, for a visitor without a session.
    pub async fn ticket(&self, id: &TicketId) -> Result<Ticket, ApiError> {
        let url = format!("{}/api/tickets/{id}", self.services.address(Service::Tickets));
        let unavailable = |_| ApiError::Unavailable("tickets does not answer".into());
        let response = self.client.get(url).timeout(READ_TIMEOUT).send().await.map_err(unavailable)?;
        if response.status() == StatusCode::NOT_FOUND {
            return Err(ApiError::NotFound);
        }
        response.error_for_status().map_err(unavailable)?.json().await.map_err(unavailable)
    }

    /// The newest tickets for sale, for a visitor without a session.
    pub async fn newest_tickets(&self) -> Option<Vec<Ticket>> {
        let url = format!("{}/api/tickets?limit=200", self.services.address(Service::Tickets));
        let response = self.client.get(url).timeout(READ_TIMEOUT).send().await.ok()?;
        response.error_for_status().ok()?.json().await.ok()
    }
}

/// Reads a resource.
pub async fn get<T: DeserializeOwned>(service: Service, path: &str) -> Answer<T> {
    read(send(Method::GET, service, path, None).await?).await
}

/// Reads a page of a list. A `Link` header announces another page
/// (<https://www.rfc-editor.org/rfc/rfc8288>).
pub async fn get_page<T: DeserializeOwned>(service: Service, path: &str) -> Answer<Page<T>> {
    let response = send(Method::GET, service, path, None).await?;
    let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
    let next = header("link").and_then(place_in).map(str::to_owned);
    let total = header("x-total-count").map(str::to_owned);
    Ok(Page { entries: read(response).await?, next, total, now: server_time() })
}

/// The parameter `after` in the address of the next page.
fn place_in(link: &str) -> Option<&str> {
    let (_, query) = link.split_once('>')?.0.split_once('?')?;
    query.split('&').find_map(|parameter| parameter.strip_prefix("after="))
}

/// Creates something.
pub async fn post<T: DeserializeOwned>(service: Service, path: &str, body: Value) -> Answer<T> {
    read(send(Method::POST, service, path, Some(body)).await?).await
}

/// Does something that has no answer.
pub async fn post_nothing(service: Service, path: &str, body: Value) -> Answer<()> {
    send(Method::POST, service, path, Some(body)).await.map(drop)
}

/// Replaces something.
pub async fn put<T: DeserializeOwned>(service: Service, path: &str, body: Value) -> Answer<T> {
    read(send(Method::PUT, service, path, Some(body)).await?).await
}

/// Replaces something that is not shown.
pub async fn put_nothing(service: Service, path: &str, body: Value) -> Answer<()> {
    send(Method::PUT, service, path, Some(body)).await.map(drop)
}

/// Deletes something.
pub async fn delete(service: Service, path: &str) -> Answer<()> {
    send(Method::DELETE, service, path, None).await.map(drop)
}

/// Sends a request with the visitor's cookies; cookies of the response are passed back.
async fn send(method: Method, service: Service, path: &str, body: Option<Value>) -> Answer<Response> {
    let contexts = (use_context::<Api>(), use_context::<Parts>(), use_context::<ResponseOptions>());
    let (Some(api), Some(visitor), Some(options)) = contexts else {
        // Leptos renders pages outside of requests to list the routes.
        tracing::debug!("no request to answer");
        return Err(unavailable());
    };
    let timeout = if method == Method::GET { READ_TIMEOUT } else { WRITE_TIMEOUT };
    let url = format!("{}{path}", api.services.address(service));
    let headers = forwarded(&visitor.headers, &options);
    let mut request = api.client.request(method, url).headers(headers).timeout(timeout);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let response = request.send().await.map_err(|error| {
        tracing::warn!(?service, path, error = &error as &dyn Error, "a service does not answer");
        unavailable()
    })?;
    for cookie in response.headers().get_all(header::SET_COOKIE) {
        options.append_header(header::SET_COOKIE, cookie.clone());
    }
    if response.status().is_success() { Ok(response) } else { Err(refusal(service, response).await) }
}

fn forwarded(visitor: &HeaderMap, answer: &ResponseOptions) -> HeaderMap {
    let values = |name: HeaderName| visitor.get_all(&name).iter().map(move |value| (name.clone(), value.clone()));
    let mut headers: HeaderMap = FORWARDED.into_iter().flat_map(values).collect();
    let traceparent = telemetry::traceparent().and_then(|trace| trace.parse().ok());
    headers.extend(traceparent.map(|trace| (HeaderName::from_static("traceparent"), trace)));
    // The session of a visitor who has just signed in is on its way to them.
    let set = answer.0.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(session) = session_in(&set.headers) {
        headers.insert(header::COOKIE, session);
    }
    headers
}

/// The session that an answer sets.
fn session_in(answer: &HeaderMap) -> Option<HeaderValue> {
    let cookies = answer.get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next());
    let is_session = |(name, value): (&str, &str)| COOKIE_NAMES.contains(&name) && !value.is_empty();
    pairs.rfind(|pair| pair.split_once('=').is_some_and(is_session))?.parse().ok()
}

async fn read<T: DeserializeOwned>(response: Response) -> Answer<T> {
    response.json().await.map_err(|error| {
        tracing::error!(error = &error as &dyn Error, "a service's response can't be decoded");
        unavailable()
    })
}

async fn refusal(service: Service, response: Response) -> Refusal {
    let status = response.status();
    let errors = response.json::<ErrorBody>().await.map(|body| body.errors).unwrap_or_default();
    let errors: Vec<_> = errors.into_iter().map(wording::of_page).collect();
    match status {
        StatusCode::UNAUTHORIZED => Refusal::NotAuthorized,
        StatusCode::NOT_FOUND => Refusal::NotFound,
        StatusCode::SERVICE_UNAVAILABLE if !errors.is_empty() => Refusal::Unavailable(errors[0].message.clone()),
        status if status.is_client_error() && !errors.is_empty() => Refusal::Invalid(errors),
        status => {
            tracing::warn!(?service, %status, "a service failed");
            unavailable()
        }
    }
}

fn unavailable() -> Refusal {
    Refusal::Unavailable("The shop can't do that just now. Please try again in a moment.".into())
}

#[cfg(test)]
mod tests {
    use super::place_in;

    #[test]
    fn the_next_page_begins_where_the_link_says() {
        let link = r#"</api/tickets?limit=50&after=2050.65a0&sort=cheapest>; rel="next""#;
        assert_eq!(place_in(link), Some("2050.65a0"));
        assert_eq!(place_in("<x?limit=1>; rel=next"), None);
    }
}
