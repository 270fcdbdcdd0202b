use stripe_core::refund::{CreateRefund, RetrieveRefund};
use stripe_shared::PaymentIntentId;

use crate::shop::{Shop, code, refused};

fn refund(intent: &PaymentIntentId) -> CreateRefund {
    CreateRefund::new().payment_intent(intent.as_str())
}

#[tokio::test]
async fn no_more_than_was_captured_is_refunded() {
    let shop = Shop::open().await;
    let paid = shop.paid(1000).await;
    refund(&paid.id).amount(400).send(&shop.client).await.unwrap();
    let (error, status) = refused(refund(&paid.id).amount(601).send(&shop.client).await);
    assert_eq!((status, error.param.as_deref()), (400, Some("amount")));

    let rest = refund(&paid.id).send(&shop.client).await.unwrap();
    assert_eq!(rest.amount, 600);
    let found = RetrieveRefund::new(rest.id.clone()).send(&shop.client).await.unwrap();
    assert_eq!(found.status.as_deref(), Some("succeeded"));
    assert_eq!(code(refund(&paid.id).send(&shop.client).await), ("charge_already_refunded".to_owned(), 400));
    assert_eq!(shop.entry(&paid.id).refunded, 1000);
}

#[tokio::test]
async fn an_unpaid_intent_is_not_refunded() {
    let shop = Shop::open().await;
    let unpaid = shop.intent(1000).await;
    assert_eq!(refused(refund(&unpaid.id).send(&shop.client).await).1, 400);
    assert_eq!(shop.entry(&unpaid.id).refunded, 0);
}
