use common::{api::TicketId, messaging::Failure};

use crate::handover::HandoverError;

/// Why a ticket was not changed.
#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    /// The ticket does not exist.
    #[error("unknown ticket {0}")]
    Unknown(TicketId),
    /// An order holds or has bought the ticket.
    #[error("held by an order")]
    Reserved,
    /// Its seller has taken it off the market.
    #[error("withdrawn")]
    Withdrawn,
    /// The ticket is not at the version that the change is based on.
    #[error("changed meanwhile")]
    Stale,
    /// The user does not sell the ticket, nor has bought it where that is enough.
    #[error("somebody else's")]
    NotYours,
    /// Too many of the ticket's events are not published yet.
    #[error("too many changes of ticket {0} wait to be published")]
    Busy(TicketId),
    /// What lets one in can't be encrypted or decrypted.
    #[error(transparent)]
    Handover(#[from] HandoverError),
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] mongodb::error::Error),
}

impl From<TicketError> for Failure {
    fn from(error: TicketError) -> Self {
        match error {
            TicketError::Busy(_) => Self::retry(error),
            TicketError::Store(error) => error.into(),
            error => Self::permanent(error),
        }
    }
}
