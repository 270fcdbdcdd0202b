//! Tickets.

#[cfg(feature = "server")]
mod draft;

use serde::{Deserialize, Serialize};

use super::{OrderId, Price, TicketId, UserId, Version};

#[cfg(feature = "server")]
pub use draft::{TITLE_LIMIT, TicketDraft};

/// A ticket, as everybody sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Ticket {
    /// Its identifier.
    pub id: TicketId,
    /// Of the event.
    #[cfg_attr(feature = "server", schema(example = "Gala"))]
    pub title: String,
    /// In dollars.
    pub price: Price,
    /// The seller.
    pub user_id: UserId,
    /// Changes since creation.
    pub version: Version,
    /// The order that holds or has bought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(nullable = false))]
    pub order_id: Option<OrderId>,
    /// Whether that order is paid.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sold: bool,
}
