//! The services' HTTP interfaces, called on behalf of a visitor.

use std::time::Duration;

use common::{api::ErrorBody, telemetry};
use http::{HeaderMap, HeaderName, Method, StatusCode, header, request::Parts};
use leptos::context::use_context;
use leptos_axum::ResponseOptions;
use reqwest::{Client, Response};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    answer::{Answer, Refusal},
    config::Services,
};

/// How long a service may take to change something: a little less than the
/// storefront itself (30 s), so that a visitor is told so by the page. Paying
/// waits for Stripe.
const PATIENCE: Duration = Duration::from_secs(28);
/// How long it may take to tell what it has; a page may need two answers.
const PATIENCE_TO_READ: Duration = Duration::from_secs(6);
const CONNECT: Duration = Duration::from_secs(3);

/// What of a visitor's request is passed on: who it is, and from where, as the
/// ingress saw it.
const PASSED_ON: [HeaderName; 4] = [
    header::COOKIE,
    header::USER_AGENT,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-request-id"),
];

/// The services. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    client: Client,
    services: Services,
}

/// One of the services.
#[derive(Debug, Clone, Copy)]
pub enum Service {
    /// Accounts and sessions.
    Auth,
    /// What is for sale.
    Tickets,
    /// Who holds what.
    Orders,
    /// Who paid.
    Payments,
}

impl Api {
    /// The services at these addresses.
    pub fn new(services: Services) -> reqwest::Result<Self> {
        let client = Client::builder().no_proxy().connect_timeout(CONNECT).build()?;
        Ok(Self { client, services })
    }

    fn address(&self, service: Service) -> &str {
        match service {
            Service::Auth => &self.services.auth,
            Service::Tickets => &self.services.tickets,
            Service::Orders => &self.services.orders,
            Service::Payments => &self.services.payments,
        }
    }
}

/// The services as one visitor reaches them: cookies go both ways.
pub struct Visitor {
    api: Api,
    headers: HeaderMap,
    response: ResponseOptions,
}

impl Visitor {
    /// Whoever sent the request that is being answered.
    pub fn current() -> Answer<Self> {
        let contexts = (use_context::<Api>(), use_context::<Parts>(), use_context::<ResponseOptions>());
        let (Some(api), Some(parts), Some(response)) = contexts else {
            // As when the routes are listed, before there is any request.
            tracing::debug!("no request, no visitor");
            return Err(unavailable());
        };
        let mut headers = HeaderMap::new();
        for name in PASSED_ON {
            for value in parts.headers.get_all(&name) {
                headers.append(&name, value.clone());
            }
        }
        let traceparent = telemetry::traceparent().and_then(|trace| trace.parse().ok());
        headers.extend(traceparent.map(|trace| (HeaderName::from_static("traceparent"), trace)));
        Ok(Self { api, headers, response })
    }

    /// Asks for something.
    pub async fn get<T: DeserializeOwned>(&self, service: Service, path: &str) -> Answer<T> {
        read(self.send(Method::GET, service, path, None::<&()>).await?).await
    }

    /// Asks for something, and for where its next page begins
    /// (<https://www.rfc-editor.org/rfc/rfc8288>).
    pub async fn get_page<T: DeserializeOwned>(&self, service: Service, path: &str) -> Answer<(T, bool)> {
        let response = self.send(Method::GET, service, path, None::<&()>).await?;
        let more = response.headers().contains_key(header::LINK);
        Ok((read(response).await?, more))
    }

    /// Sends something that changes what a service has.
    pub async fn post<T: DeserializeOwned>(&self, service: Service, path: &str, body: &impl Serialize) -> Answer<T> {
        read(self.send(Method::POST, service, path, Some(body)).await?).await
    }

    /// Replaces something that a service has.
    pub async fn put<T: DeserializeOwned>(&self, service: Service, path: &str, body: &impl Serialize) -> Answer<T> {
        read(self.send(Method::PUT, service, path, Some(body)).await?).await
    }

    /// Ends something that a service has.
    pub async fn delete(&self, service: Service, path: &str) -> Answer<()> {
        self.send(Method::DELETE, service, path, None::<&()>).await.map(drop)
    }

    async fn send(
        &self,
        method: Method,
        service: Service,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Answer<Response> {
        let url = format!("{}{path}", self.api.address(service));
        let patience = if method == Method::GET { PATIENCE_TO_READ } else { PATIENCE };
        let mut request = self.api.client.request(method, url).headers(self.headers.clone()).timeout(patience);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(|error| {
            tracing::warn!(?service, path, error = &error as &dyn std::error::Error, "a service does not answer");
            unavailable()
        })?;
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            self.response.append_header(header::SET_COOKIE, cookie.clone());
        }
        if response.status().is_success() { Ok(response) } else { Err(refusal(service, response).await) }
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Answer<T> {
    response.json().await.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "a service's answer can't be read");
        unavailable()
    })
}

async fn refusal(service: Service, response: Response) -> Refusal {
    let status = response.status();
    let errors = response.json::<ErrorBody>().await.map(|body| body.errors).unwrap_or_default();
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
