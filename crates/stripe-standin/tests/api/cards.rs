use stripe_shared::PaymentIntentStatus;
use stripe_standin::Status;

use crate::shop::{Shop, code, refused};

#[tokio::test]
async fn a_good_card_pays() {
    let shop = Shop::open().await;
    let intent = shop.intent(2000).await;
    assert_eq!(intent.status, PaymentIntentStatus::RequiresPaymentMethod);
    let card = shop.card("4242424242424242").await.unwrap();
    assert_eq!(card.card.unwrap().last4, "4242");

    let paid = shop.confirm(&intent.id, card.id.as_str()).await.unwrap();
    assert_eq!((paid.status, paid.amount_received), (PaymentIntentStatus::Succeeded, 2000));
    assert_eq!(shop.retrieve(&intent.id).await.metadata["order_id"], "o1");
}

#[tokio::test]
async fn after_a_decline_another_card_pays_the_same_intent() {
    let shop = Shop::open().await;
    let intent = shop.intent(2000).await;

    let (error, status) = refused(shop.confirm(&intent.id, "pm_card_chargeDeclinedInsufficientFunds").await);
    assert_eq!(status, 402);
    assert_eq!(error.type_.as_str(), "card_error");
    assert_eq!(error.decline_code.as_deref(), Some("insufficient_funds"));
    assert_eq!(error.message.as_deref(), Some("Your card has insufficient funds."));
    assert_eq!(error.payment_intent.unwrap().id, intent.id);
    let declined = shop.retrieve(&intent.id).await;
    assert_eq!(declined.status, PaymentIntentStatus::RequiresPaymentMethod);
    assert!(declined.last_payment_error.is_some());

    let paid = shop.confirm(&intent.id, "pm_card_visa").await.unwrap();
    assert_eq!(paid.status, PaymentIntentStatus::Succeeded);
    let entry = shop.entry(&intent.id);
    assert_eq!((entry.status, entry.captured, entry.confirms), (Status::Succeeded, 2000, 2));
}

#[tokio::test]
async fn each_declining_card_has_its_reason() {
    let shop = Shop::open().await;
    for (number, expected) in [
        ("4000000000000002", "card_declined"),
        ("4000000000009995", "card_declined"),
        ("4000000000000069", "expired_card"),
        ("4000000000000127", "incorrect_cvc"),
        ("4000000000000119", "processing_error"),
    ] {
        let intent = shop.intent(2000).await;
        let card = shop.card(number).await.unwrap();
        let outcome = shop.confirm(&intent.id, card.id.as_str()).await;
        assert_eq!(code(outcome), (expected.to_owned(), 402), "{number}");
    }
}

#[tokio::test]
async fn mistyped_cards_are_refused_with_the_field() {
    let shop = Shop::open().await;
    let card = [("number", "4242424242424242"), ("exp_month", "12"), ("exp_year", "40"), ("cvc", "123")];
    for (field, value, expected) in [
        ("number", "4242424242424241", "incorrect_number"),
        ("number", "4242", "invalid_number"),
        ("exp_month", "13", "invalid_expiry_month"),
        ("exp_year", "2020", "invalid_expiry_year"),
        ("cvc", "12", "invalid_cvc"),
    ] {
        let typed = card.map(|(name, good)| (format!("card[{name}]"), if name == field { value } else { good }));
        let mut form: Vec<_> = typed.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        form.push(("type", "card"));
        let answer = shop.post("/v1/payment_methods", "", &form).await;
        assert_eq!(answer.status, 402);
        assert_eq!(answer.json["error"]["code"], expected);
        assert_eq!(answer.json["error"]["param"], field);
    }
}

#[tokio::test]
async fn test_tokens_last_but_a_real_token_is_good_once() {
    let shop = Shop::open().await;
    shop.token("tok_visa").await.unwrap();
    shop.token("tok_visa").await.unwrap();
    assert_eq!(code(shop.token("tok_unheard_of").await), ("resource_missing".to_owned(), 400));

    let card = [("card[number]", "4242424242424242"), ("card[exp_month]", "12"), ("card[exp_year]", "2040")];
    let token = shop.post("/v1/tokens", "", &card).await.json["id"].as_str().unwrap().to_owned();
    shop.token(&token).await.unwrap();
    assert_eq!(code(shop.token(&token).await), ("token_already_used".to_owned(), 400));
}

#[tokio::test]
async fn a_payment_method_pays_once() {
    let shop = Shop::open().await;
    let card = shop.token("tok_visa").await.unwrap();
    shop.confirm(&shop.intent(100).await.id, card.id.as_str()).await.unwrap();
    let (_, status) = refused(shop.confirm(&shop.intent(100).await.id, card.id.as_str()).await);
    assert_eq!(status, 400);
}

#[tokio::test]
async fn amounts_have_limits() {
    let shop = Shop::open().await;
    for (amount, expected) in
        [("0", "amount_too_small"), ("100000000", "amount_too_large"), ("1.5", "parameter_invalid_integer")]
    {
        let answer = shop.post("/v1/payment_intents", "", &[("amount", amount), ("currency", "usd")]).await;
        assert_eq!((answer.status, answer.json["error"]["code"].as_str()), (400, Some(expected)));
    }
}

#[tokio::test]
async fn automatic_methods_that_may_redirect_need_a_return_url() {
    let shop = Shop::open().await;
    let intent = shop.post("/v1/payment_intents", "", &[("amount", "100"), ("currency", "usd")]).await.json;
    let confirm = format!("/v1/payment_intents/{}/confirm", intent["id"].as_str().unwrap());
    let pay = ("payment_method", "pm_card_visa");
    assert_eq!(shop.post(&confirm, "", &[pay]).await.status, 400);
    assert_eq!(shop.post(&confirm, "", &[pay, ("return_url", "https://example.com")]).await.status, 200);
}
