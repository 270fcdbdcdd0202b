use axum::Router;
use common::{server::App, testing::TestEnv};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn a_worker_that_ends_early_stops_the_program_with_an_error() {
    let env = TestEnv::new().await;
    let go = std::sync::Arc::new(tokio::sync::Notify::new());
    let begin = |panics: bool| {
        let go = go.clone();
        App::new("working", Router::new()).with_task("digging", move |_| async move {
            go.notified().await;
            assert!(!panics, "on purpose");
        })
    };
    for (panics, how) in [(true, "digging has panicked"), (false, "digging has ended")] {
        let service = env.start(begin(panics)).await;
        go.notify_one();
        let error = service.ended().await.unwrap_err().to_string();
        assert!(error.starts_with(how), "{error}");
    }
}

#[tokio::test]
async fn a_program_that_is_stopped_ends_without_an_error() {
    let env = TestEnv::new().await;
    let app = App::new("working", Router::new()).with_task("digging", CancellationToken::cancelled_owned);
    // Fails if the service ends with an error.
    env.start(app).await.stop().await;
}
