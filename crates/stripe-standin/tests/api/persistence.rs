use std::path::PathBuf;

use stripe_standin::Options;

use crate::shop::Shop;

/// A file of this test run that goes with it.
struct DataFile(PathBuf);

impl DataFile {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("stripe-standin-{}-{name}.json", std::process::id())))
    }

    fn options(&self) -> Options {
        Options { data: Some(self.0.clone()), ..Options::default() }
    }
}

impl Drop for DataFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn a_restart_loses_nothing_that_was_answered() {
    let file = DataFile::new("restart");
    let shop = Shop::open_with(file.options()).await;
    let new = [("amount", "500"), ("currency", "usd")];
    let first = shop.post("/v1/payment_intents", "k", &new).await;
    shop.paid(1000).await;
    let ledger = shop.stripe.ledger();
    // Dropped, not stopped: as good as a crash.
    drop(shop);

    let shop = Shop::open_with(file.options()).await;
    assert_eq!(shop.stripe.ledger(), ledger);
    let second = shop.post("/v1/payment_intents", "k", &new).await;
    assert!(second.replayed);
    assert_eq!(first.json, second.json);
    shop.stripe.stop().await;
}
