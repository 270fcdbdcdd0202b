use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::http::Method;
use common::testing::TestEnv;
use serde_json::json;

use super::start;

#[tokio::test]
async fn a_program_is_ready_while_its_dependencies_answer() {
    let env = TestEnv::new().await;
    let up = Arc::new(AtomicBool::new(true));
    let store = up.clone();
    let check = move || {
        let up = store.load(Ordering::SeqCst);
        async move { if up { Ok(()) } else { Err("gone".into()) } }
    };
    let service = start(&env, |app| app.ready_if("store", check)).await;
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
async fn probes_and_metrics_are_hidden_from_visitors() {
    let env = TestEnv::new().await;
    let service = start(&env, |app| app).await;
    let client = service.anonymous();
    for path in ["/healthz", "/readyz", "/metrics"] {
        let _ = client.get(path).await.expect(200);
        let forwarded = client.request(Method::GET, path).header("x-forwarded-for", "203.0.113.9");
        client.send(forwarded).await.refused(404, &["Not Found"]);
    }
}
