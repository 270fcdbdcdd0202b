use common::{api::OrderId, messaging::Failure};
use mongodb::error::Error;

/// Why a ticket was not reserved.
#[derive(Debug, thiserror::Error)]
pub enum ReserveRefused {
    /// The buyer sells the ticket.
    #[error("the buyer's own ticket")]
    OwnTicket,
    /// A live order has the ticket.
    #[error("already reserved")]
    Reserved,
    /// The ticket's price is not the one the buyer has seen.
    #[error("the price has changed")]
    PriceChanged,
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Why an order was not cancelled.
#[derive(Debug, thiserror::Error)]
pub enum CancelRefused {
    /// The order is paid.
    #[error("complete")]
    Complete,
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Why an event was not applied to its order.
#[derive(Debug, thiserror::Error)]
pub enum UnknownOrder {
    /// The order does not exist.
    #[error("unknown order {0}")]
    Unknown(OrderId),
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<UnknownOrder> for Failure {
    fn from(error: UnknownOrder) -> Self {
        match error {
            UnknownOrder::Unknown(_) => Self::permanent(error),
            UnknownOrder::Store(error) => error.into(),
        }
    }
}
