//! Unknown addresses.

use axum::http::header;
use reqwest::Method;

use crate::storefront::{run, send, without_services};

#[test]
fn unknown_api_paths_are_404_in_the_envelope_for_every_method() {
    run(async {
        for path in ["/api", "/api/", "/api/nothing", "/api/tickets/x/y?z=1", "/api/%ff"] {
            for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
                let case = format!("{method} {path}");
                let request = without_services().request(method, path).header(header::ACCEPT, "text/html");
                send(request).await.refused(404, "Not Found", &case);
            }
            let head = send(without_services().request(Method::HEAD, path)).await;
            assert_eq!((head.status.as_u16(), head.body.as_str()), (404, ""), "HEAD {path}");
        }
    });
}

#[test]
fn a_method_that_a_page_does_not_support_is_404() {
    run(async {
        for path in ["/", "/orders", "/nowhere"] {
            let request = || without_services().request(Method::POST, path);
            send(request()).await.refused(404, "Not Found", path);
            let page = send(request().header(header::ACCEPT, "text/html")).await;
            page.refused_as_page(404, "There is nothing here", path);
        }
    });
}
