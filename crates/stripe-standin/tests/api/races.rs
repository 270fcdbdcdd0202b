use stripe_standin::Status;

use crate::shop::{Shop, code, refused};

#[tokio::test]
async fn of_cancel_and_confirm_exactly_one_wins() {
    let shop = Shop::open().await;
    for _ in 0..20 {
        let intent = shop.intent(700).await;
        let (confirmed, canceled) = tokio::join!(shop.confirm(&intent.id, "pm_card_visa"), shop.cancel(&intent.id));
        let entry = shop.entry(&intent.id);
        if confirmed.is_ok() {
            assert_eq!(code(canceled), ("payment_intent_unexpected_state".to_owned(), 400));
            assert_eq!((entry.status, entry.captured), (Status::Succeeded, 700));
        } else {
            assert_eq!(code(confirmed), ("payment_intent_unexpected_state".to_owned(), 400));
            assert!(canceled.is_ok());
            assert_eq!((entry.status, entry.captured), (Status::Canceled, 0));
        }
    }
}

#[tokio::test]
async fn two_confirms_under_different_keys_charge_once() {
    let shop = Shop::open().await;
    let intent = shop.intent(700).await;
    let (one, other) = tokio::join!(
        shop.confirm_once(&intent.id, "pm_card_visa", "one"),
        shop.confirm_once(&intent.id, "pm_card_mastercard", "other"),
    );
    assert!(one.is_ok() ^ other.is_ok());
    let (error, _) = refused(if one.is_ok() { other } else { one });
    assert_eq!(error.code.unwrap().as_str(), "payment_intent_unexpected_state");
    assert_eq!(error.payment_intent.unwrap().id, intent.id);
    assert_eq!(shop.stripe.ledger().totals.captured, 700);
}
