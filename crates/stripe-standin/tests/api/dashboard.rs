use serde_json::json;
use stripe_core::{payment_intent::RetrievePaymentIntent, refund::CreateRefund};
use stripe_shared::{Charge, PaymentIntentId};
use stripe_standin::{DisputeStatus, Status};
use stripe_types::Expandable;
use stripe_webhook::EventObject;

use crate::{
    shop::{Shop, answer, code},
    webhooks::{Endpoint, shop_with},
};

/// The charge of an intent, as it comes with the intent.
async fn latest_charge(shop: &Shop, intent: &PaymentIntentId) -> Option<Charge> {
    let retrieve = RetrievePaymentIntent::new(intent.clone()).expand(["latest_charge".to_owned()]);
    match retrieve.send(&shop.client).await.unwrap().latest_charge? {
        Expandable::Object(charge) => Some(*charge),
        Expandable::Id(id) => panic!("only the id: {id}"),
    }
}

/// The next event, which has to be `charge.refunded`; `refund.created` comes with it.
async fn refunded(endpoint: &mut Endpoint) -> Charge {
    let told = [endpoint.next().await.data.object, endpoint.next().await.data.object];
    let charge = told.into_iter().find_map(|object| match object {
        EventObject::ChargeRefunded(charge) => Some(*charge),
        _ => None,
    });
    charge.expect("one of them is charge.refunded")
}

#[tokio::test]
async fn an_intent_expands_its_latest_charge() {
    let shop = Shop::open().await;
    let intent = shop.intent(1000).await;
    assert!(latest_charge(&shop, &intent.id).await.is_none());
    shop.confirm(&intent.id, "pm_card_visa").await.unwrap();
    shop.stripe.refund(intent.id.as_str(), Some(300)).unwrap();
    let charge = latest_charge(&shop, &intent.id).await.unwrap();
    assert_eq!((charge.amount_captured, charge.amount_refunded, charge.refunded), (1000, 300, false));
    assert!(matches!(shop.retrieve(&intent.id).await.latest_charge, Some(Expandable::Id(id)) if id == charge.id));
}

#[tokio::test]
async fn other_expansions_are_ignored() {
    let shop = Shop::open().await;
    let intent = shop.paid(1000).await;
    let url = format!("{}/v1/payment_intents/{}", shop.stripe.url(), intent.id);
    for query in ["expand[]=latest_charge&expand[]=customer", "expand[]=customer&expand[1]=latest_charge"] {
        let shown = answer(reqwest::Client::new().get(format!("{url}?{query}")).bearer_auth("sk_test_shop")).await;
        assert_eq!(shown.json["latest_charge"]["object"], "charge", "{query}");
    }
}

#[tokio::test]
async fn partial_refunds_report_the_refunded_total() {
    let mut endpoint = Endpoint::refusing(0).await;
    let shop = shop_with(&endpoint).await;
    let paid = shop.paid(1000).await;
    assert!(matches!(endpoint.next().await.data.object, EventObject::PaymentIntentSucceeded(_)));

    assert_eq!(shop.stripe.refund(paid.id.as_str(), Some(400)), Some(400));
    let charge = refunded(&mut endpoint).await;
    assert_eq!((charge.amount_refunded, charge.refunded), (400, false));
    assert!(matches!(charge.payment_intent, Some(Expandable::Id(id)) if id == paid.id));

    assert_eq!(shop.stripe.refund(paid.id.as_str(), None), Some(1000));
    let charge = refunded(&mut endpoint).await;
    assert_eq!((charge.amount_refunded, charge.refunded), (1000, true));
    assert_eq!(shop.stripe.refund(paid.id.as_str(), None), None);
}

#[tokio::test]
async fn canceling_an_open_intent_is_told() {
    let mut endpoint = Endpoint::refusing(0).await;
    let shop = shop_with(&endpoint).await;
    let intent = shop.intent(1000).await;
    assert_eq!(shop.stripe.cancel(intent.id.as_str()), Some(Status::Canceled));
    let EventObject::PaymentIntentCanceled(canceled) = endpoint.next().await.data.object else { panic!() };
    assert_eq!(canceled.id, intent.id);
    assert_eq!(shop.stripe.cancel(intent.id.as_str()), None);
}

#[tokio::test]
async fn a_dispute_is_told_when_it_opens_and_when_the_bank_decides() {
    let mut endpoint = Endpoint::refusing(0).await;
    let shop = shop_with(&endpoint).await;
    let paid = shop.paid(1000).await;
    assert!(matches!(endpoint.next().await.data.object, EventObject::PaymentIntentSucceeded(_)));

    let id = shop.stripe.dispute(paid.id.as_str(), DisputeStatus::NeedsResponse).unwrap();
    let EventObject::ChargeDisputeCreated(dispute) = endpoint.next().await.data.object else { panic!() };
    let charge = latest_charge(&shop, &paid.id).await.unwrap();
    assert_eq!((dispute.id.as_str(), dispute.amount, dispute.reason.as_str()), (id.as_str(), 1000, "fraudulent"));
    assert_eq!(dispute.status, stripe_shared::DisputeStatus::NeedsResponse);
    assert_eq!(dispute.charge.id(), &charge.id);
    assert!(matches!(dispute.payment_intent, Some(Expandable::Id(id)) if id == paid.id));
    assert!(charge.disputed);

    let url = format!("{}/_dispute/{}", shop.stripe.url(), paid.id);
    let lost = answer(reqwest::Client::new().post(url).json(&json!({ "status": "lost" }))).await;
    assert_eq!((lost.status, &lost.json["id"], &lost.json["status"]), (200, &json!(id), &json!("lost")));
    let EventObject::ChargeDisputeClosed(closed) = endpoint.next().await.data.object else { panic!() };
    assert_eq!((closed.id.as_str(), closed.status), (id.as_str(), stripe_shared::DisputeStatus::Lost));
    assert_eq!(shop.stripe.dispute(paid.id.as_str(), DisputeStatus::Won), None);
}

#[tokio::test]
async fn what_the_bank_has_taken_back_is_not_refunded() {
    let shop = Shop::open().await;
    let paid = shop.paid(1000).await;
    let refund = async || CreateRefund::new().payment_intent(paid.id.as_str()).send(&shop.client).await;
    shop.stripe.dispute(paid.id.as_str(), DisputeStatus::NeedsResponse).unwrap();
    assert_eq!(code(refund().await), ("charge_disputed".to_owned(), 400));
    shop.stripe.dispute(paid.id.as_str(), DisputeStatus::Won).unwrap();
    assert_eq!(refund().await.unwrap().amount, 1000);
}

#[tokio::test]
async fn what_was_not_paid_is_not_disputed() {
    let shop = Shop::open().await;
    let intent = shop.intent(1000).await;
    assert_eq!(shop.stripe.dispute(intent.id.as_str(), DisputeStatus::NeedsResponse), None);
}
