use xtask::build::Programs;
use xtask::demo::play;
use xtask::report::Report;
use xtask::seed::seed;
use xtask::stack::{Stack, StackOptions};

#[tokio::test]
async fn the_demo_plays_all_acts_in_a_shop_with_samples() {
    let (folder, report) = (tempfile::tempdir().unwrap(), Report::kept());
    let options = StackOptions::new(folder.path().to_owned(), Programs::beside_this_one().unwrap());
    let options = StackOptions { hold_seconds: Some(3), grace_seconds: Some(1), ..options };
    let stack = Stack::start(options).await.unwrap();
    let url = stack.url().unwrap();
    assert_eq!((seed(&url).await.unwrap(), seed(&url).await.unwrap()), (30, 0));

    play(folder.path(), &report).await.unwrap();
    let lines = report.lines().join("\n");
    for said in ["> POST /api/tickets", "* payment:created", "* expiration:complete", "402", "All four acts went"] {
        assert!(lines.contains(said), "no {said} in:\n{lines}");
    }
    stack.stop().await;
}
