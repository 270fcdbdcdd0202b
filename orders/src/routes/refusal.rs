use common::{api::FieldError, error::ApiError};

use crate::models::OrderError;

impl From<OrderError> for ApiError {
    fn from(error: OrderError) -> Self {
        match error {
            OrderError::Unknown(_) => Self::NotFound,
            OrderError::OwnTicket => Self::bad_request("You cannot buy your own ticket"),
            OrderError::Reserved => Self::bad_request("Ticket is already reserved"),
            OrderError::Withdrawn => Self::bad_request("The ticket has been withdrawn"),
            OrderError::Started => Self::bad_request("The event has started"),
            OrderError::PriceChanged => vec![FieldError::new("price", "The price has changed")].into(),
            OrderError::Complete => Self::bad_request("Cannot cancel a completed order"),
            OrderError::Store(error) => error.into(),
        }
    }
}
