//! Addresses that nobody has.

use axum::http::header;
use reqwest::Method;

use crate::stage::{deserted, run, send};

#[test]
fn what_no_service_has_under_api_is_refused_in_the_envelope_whatever_the_method() {
    run(async {
        for path in ["/api", "/api/", "/api/nothing", "/api/tickets/x/y?z=1", "/api/%ff"] {
            for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
                let case = format!("{method} {path}");
                let request = deserted().request(method, path).header(header::ACCEPT, "text/html");
                send(request).await.refused(404, "Not Found", &case);
            }
            let head = send(deserted().request(Method::HEAD, path)).await;
            assert_eq!((head.status.as_u16(), head.body.as_str()), (404, ""), "HEAD {path}");
        }
    });
}

#[test]
fn a_method_that_a_page_does_not_have_is_not_found() {
    run(async {
        for path in ["/", "/orders", "/nowhere"] {
            let request = || deserted().request(Method::POST, path);
            send(request()).await.refused(404, "Not Found", path);
            let page = send(request().header(header::ACCEPT, "text/html")).await;
            page.refused_as_page(404, "There is nothing here", path);
            assert_eq!(page.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    });
}
