use stripe_core::refund::CreateRefund;
use stripe_standin::{Ledger, Totals};

use crate::shop::{Shop, answer};

#[tokio::test]
async fn the_totals_are_the_sums_over_the_intents() {
    let shop = Shop::open().await;
    let first = shop.paid(1000).await;
    shop.paid(250).await;
    let declined = shop.intent(400).await;
    let _ = shop.confirm(&declined.id, "pm_card_chargeDeclined").await;
    CreateRefund::new().payment_intent(first.id.as_str()).amount(300).send(&shop.client).await.unwrap();

    let served = answer(reqwest::Client::new().get(format!("{}/_ledger", shop.stripe.url()))).await;
    let ledger: Ledger = serde_json::from_value(served.json).unwrap();
    assert_eq!(ledger, shop.stripe.ledger());
    let expected = Totals { intents: 3, succeeded: 2, captured: 1250, refunded: 300, net: 950 };
    assert_eq!(ledger.totals, expected);
    assert_eq!(ledger.intents[0].metadata["order_id"], "o1");
}
