use common::{api::OrderId, messaging::Failure};

/// Why an order was not created or changed.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// The order does not exist.
    #[error("unknown order {0}")]
    Unknown(OrderId),
    /// The buyer sells the ticket.
    #[error("the buyer's own ticket")]
    OwnTicket,
    /// A live order has the ticket.
    #[error("already reserved")]
    Reserved,
    /// The seller has taken the ticket off the market.
    #[error("the ticket is withdrawn")]
    Withdrawn,
    /// The event has begun.
    #[error("the event has started")]
    Started,
    /// The ticket's price is not the one the buyer has seen.
    #[error("the price has changed")]
    PriceChanged,
    /// A paid order can't be cancelled.
    #[error("the order is complete")]
    Complete,
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] mongodb::error::Error),
}

impl From<OrderError> for Failure {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::Store(error) => error.into(),
            error => Self::permanent(error),
        }
    }
}
