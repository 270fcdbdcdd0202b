use std::{
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
};

use stripe_standin::{Ledger, Options, StripeStandin};

use crate::shop::Shop;

/// A temporary data file.
pub struct DataFile(PathBuf);

impl DataFile {
    pub fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("stripe-standin-{}-{name}.json", std::process::id())))
    }

    pub fn path(&self) -> &Path {
        &self.0
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
async fn a_restart_loses_no_acknowledged_change() {
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

/// Appends text to a file with one intent, and loads it.
async fn load_with_appended(file: &DataFile, more: &str) -> Ledger {
    let shop = Shop::open_with(file.options()).await;
    shop.paid(1000).await;
    let ledger = shop.stripe.ledger();
    shop.stripe.stop().await;
    OpenOptions::new().append(true).open(file.path()).unwrap().write_all(more.as_bytes()).unwrap();
    ledger
}

#[tokio::test]
async fn a_torn_last_change_is_dropped_and_the_next_is_kept() {
    let file = DataFile::new("torn");
    let ledger = load_with_appended(&file, "{\"pi_torn\":{\"PaymentIntent\":{\"id\":\"pi_to").await;
    for _ in 0..2 {
        let shop = Shop::open_with(file.options()).await;
        assert_eq!(shop.stripe.ledger(), ledger);
        shop.stripe.stop().await;
    }
    let shop = Shop::open_with(file.options()).await;
    shop.paid(250).await;
    drop(shop);
    assert_eq!(Shop::open_with(file.options()).await.stripe.ledger().totals.captured, 1250);
}

#[tokio::test]
async fn a_file_that_is_broken_elsewhere_is_not_taken_for_an_empty_one() {
    let file = DataFile::new("broken");
    load_with_appended(&file, "{\"pi_torn\":\n").await;
    let before = std::fs::read(file.path()).unwrap();
    let error = StripeStandin::start(file.options()).await.err().unwrap().to_string();
    assert!(error.contains("line "), "{error}");
    assert_eq!(std::fs::read(file.path()).unwrap(), before);
}
