use anyhow::{Result, ensure};
use common::api::{ErrorBody, TicketId};
use http::StatusCode;

use super::super::stage::Stage;
use super::{Cast, steps};
use crate::shopper::Call;

const DECLINED: &str = "pm_card_chargeDeclined";

/// A card is declined, which the answer says in the bank's words; another pays.
pub(in crate::demo) async fn declined(stage: &mut Stage<'_>, cast: &Cast, ticket: &TicketId) -> Result<()> {
    let order = steps::order(stage, &cast.buyer, ticket).await?;
    let call = Call::pay(&order.id, DECLINED);
    let refusal: ErrorBody = stage.ask_when_known(&cast.buyer, call, StatusCode::PAYMENT_REQUIRED).await?;
    let says_so = refusal.errors.iter().any(|error| error.message.contains("declined"));
    ensure!(says_so, "the refusal does not say that the card was declined: {:?}", refusal.errors);
    steps::pay(stage, &cast.buyer, &order.id).await?;
    steps::for_sale(stage, &cast.buyer, ticket, false).await
}
