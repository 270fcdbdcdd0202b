use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{Router, http::Method};
use common::{server::App, testing::TestEnv};
use serde_json::json;

#[tokio::test]
async fn a_program_is_ready_as_long_as_what_it_needs_answers() {
    let env = TestEnv::new().await;
    let up = Arc::new(AtomicBool::new(true));
    let store = up.clone();
    let app = App::new("probed", Router::new()).ready_if("store", move || {
        let up = store.load(Ordering::SeqCst);
        async move { if up { Ok(()) } else { Err("gone".into()) } }
    });
    let service = env.start(app).await;
    let client = service.anonymous();
    up.store(false, Ordering::SeqCst);
    let unready = client.get("/readyz").await.expect(503).body;
    assert_eq!(unready, json!({ "status": "not ready", "problems": { "store": "gone" } }));
    // Alive all the same: a restart would not bring the store back.
    let _ = client.get("/healthz").await.expect(200);
    up.store(true, Ordering::SeqCst);
    let _ = client.get("/readyz").await.expect(200);
}

#[tokio::test]
async fn visitors_are_not_told_how_a_program_is_doing() {
    let env = TestEnv::new().await;
    let service = env.start(App::new("probed", Router::new())).await;
    let client = service.anonymous();
    for path in ["/healthz", "/readyz", "/metrics"] {
        let _ = client.get(path).await.expect(200);
        let visitors = client.request(Method::GET, path).header("x-forwarded-for", "203.0.113.9");
        client.send(visitors).await.refused(404, &["Not Found"]);
    }
}
