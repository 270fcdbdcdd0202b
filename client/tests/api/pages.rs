use axum::http::{StatusCode, header};

use crate::stage::{deserted, played, run};

#[test]
fn a_page_says_so_while_a_service_is_away() {
    run(async {
        for path in
            ["/", "/orders", "/orders/65a000000000000000000001", "/tickets/65a000000000000000000001", "/tickets/mine"]
        {
            let page = deserted().page(path).await;
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
fn a_page_says_so_while_a_service_is_saturated() {
    run(async {
        // The played service answers 503 with Retry-After there.
        for path in ["/?q=saturated", "/orders?after=saturated", "/tickets/mine"] {
            let page = played().page(path).await;
            assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {}", page.body);
            assert!(page.body.contains("Nothing was lost"), "{path}: {}", page.body);
        }
    });
}

#[test]
fn an_address_that_is_no_pages_is_not_found_whatever_answers() {
    run(async {
        for path in ["/nowhere", "/tickets/mine/edit/x", "/tickets/x", "/orders/x", "/orders/..%2Fusers"] {
            let page = deserted().page(path).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            assert!(page.body.contains("There is nothing here"), "{path}: {}", page.body);
        }
    });
}

#[test]
fn only_files_that_are_there_are_kept_for_ever() {
    run(async {
        let file = deserted().page("/pkg/client.a.js").await;
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let missing = deserted().page("/pkg/client.old.js").await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
        assert_eq!(missing.headers[header::CACHE_CONTROL], "no-store");
    });
}

#[test]
fn many_requests_at_once_are_all_answered() {
    run(async {
        let (none, away) = (StatusCode::NOT_FOUND, StatusCode::SERVICE_UNAVAILABLE);
        let paths = [("/nowhere", none), ("/tickets/x", none), ("/orders/x", none), ("/", away), ("/orders", away)];
        let ask = |(path, expected): (&'static str, _)| {
            tokio::spawn(async move { (deserted().page(path).await.status, expected, path) })
        };
        let requests: Vec<_> = paths.into_iter().cycle().take(200).map(ask).collect();
        for request in requests {
            let (status, expected, path) = request.await.unwrap();
            assert_eq!(status, expected, "{path}");
        }
    });
}
