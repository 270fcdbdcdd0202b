//! Pages and files.

use axum::http::{StatusCode, header};

use crate::storefront::{run, with_services, without_services};

#[test]
fn a_page_is_503_while_its_service_is_unreachable() {
    run(async {
        for path in
            ["/", "/orders", "/orders/65a000000000000000000001", "/tickets/65a000000000000000000001", "/tickets/mine"]
        {
            let page = without_services().page(path).await;
            assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert!(
                page.body.contains("Nothing was lost") && !page.body.contains("127.0.0.1"),
                "{path}: {}",
                page.body
            );
            assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
        }
    });
}

#[test]
fn a_page_is_503_while_its_service_is_overloaded() {
    run(async {
        // The fake service answers 503 with Retry-After there.
        for path in ["/?q=overloaded", "/orders?after=overloaded", "/tickets/mine"] {
            let page = with_services().page(path).await;
            assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {}", page.body);
            assert!(page.body.contains("Nothing was lost"), "{path}: {}", page.body);
        }
    });
}

#[test]
fn an_unknown_address_is_404_even_without_services() {
    run(async {
        for path in ["/nowhere", "/tickets/mine/edit/x", "/tickets/x", "/orders/x", "/orders/..%2Fusers"] {
            let page = without_services().page(path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            assert!(page.body.contains("There is nothing here"), "{path}: {}", page.body);
        }
    });
}

#[test]
fn the_navigation_marks_the_current_page() {
    run(async {
        let current = r#"aria-current="page">"#;
        for (path, name) in [("/orders", "My orders"), ("/orders?after=65a000000000000000000020", "My orders")] {
            let page = with_services().page(path).await.body;
            assert!(page.matches(current).count() == 1 && page.contains(&format!("{current}{name}")), "{page}");
        }
        let ticket = with_services().page("/tickets/65a000000000000000000001").await.body;
        assert!(ticket.contains("My orders") && !ticket.contains(current), "{ticket}");
    });
}

#[test]
fn the_sitemap_needs_the_tickets() {
    run(async {
        // The fake service is overloaded.
        let page = with_services().page("/sitemap.xml").await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.body);
    });
}

#[test]
fn only_existing_files_are_cached() {
    run(async {
        let file = without_services().page("/pkg/client.a.js").await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let missing = without_services().page("/pkg/client.old.js").await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        assert_eq!(missing.headers[header::CACHE_CONTROL], "no-store");
    });
}

#[test]
fn many_concurrent_requests_are_all_answered() {
    run(async {
        let (none, away) = (StatusCode::NOT_FOUND, StatusCode::SERVICE_UNAVAILABLE);
        let paths = [("/nowhere", none), ("/tickets/x", none), ("/orders/x", none), ("/", away), ("/orders", away)];
        let ask = |(path, expected): (&'static str, _)| {
            tokio::spawn(async move { (without_services().page(path).await.status, expected, path) })
        };
        let requests: Vec<_> = paths.into_iter().cycle().take(200).map(ask).collect();
        for request in requests {
            let (status, expected, path) = request.await.unwrap();
            assert_eq!(status, expected, "{path}");
        }
    });
}
