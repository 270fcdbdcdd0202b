use axum::http::{StatusCode, header};

use crate::storefront::{run, without_services};

#[test]
fn the_endpoints_page_runs_only_scripts_of_this_host() {
    run(async {
        let page = without_services().page("/docs").await;
        assert_eq!(page.status, StatusCode::OK);
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("script-src 'self';") && policy.contains("connect-src 'self';"), "{policy}");
        assert!(page.body.contains("/pkg/scalar.d.js"), "{}", page.body);
        assert!(!page.body.contains("://"), "another host is named: {}", page.body);
    });
}

#[test]
fn the_events_page_shows_who_publishes_what_to_whom() {
    run(async {
        let page = without_services().page("/docs/events").await;
        assert_eq!(page.status, StatusCode::OK);
        let text = page.body.replace("<!>", "");
        for part in [
            "payment:refunded",
            "Published by tickets",
            "subscribers: expiration, payments, tickets",
            "ticket.sequence",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let raw = without_services().page("/docs/asyncapi.json").await;
        assert!(raw.body.contains("\"asyncapi\":\"3.0.0\""), "{}", raw.body);
    });
}
