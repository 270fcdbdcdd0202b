//! Tickets.

mod about;
#[cfg(feature = "server")]
mod draft;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{OrderId, Price, TicketId, UserId, Version};

pub use about::{About, Category, InvalidStart, StartsAt};
#[cfg(feature = "server")]
pub use draft::{DETAILS_LIMIT, HANDOVER_LIMIT, HandoverDraft, TITLE_LIMIT, TicketDraft, VENUE_LIMIT};

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
    /// Whether its seller has taken it off the market; no order holds it then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
    /// Whether what lets one in is deposited; only in the seller's own list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(nullable = false))]
    pub handover_deposited: Option<bool>,
    /// When, where and what.
    #[serde(flatten)]
    pub about: About,
}

/// A seller's tickets in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Selling {
    /// Those that no order has, that are not withdrawn and whose event has not begun.
    pub for_sale: u64,
    /// Those that a buyer is paying.
    pub on_hold: u64,
    /// Those that are paid.
    pub sold: u64,
    /// What those were sold for, in dollars with two decimals.
    #[cfg_attr(feature = "server", schema(example = "120.00"))]
    pub earned: String,
}

/// What buyers may know of a seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Seller {
    /// When the account was opened.
    #[serde(with = "super::time")]
    pub member_since: DateTime<Utc>,
    /// How many tickets they have sold.
    pub sold: u64,
}

/// What lets one in, for the seller and the buyer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Handover {
    /// A code or a link; absent while none is deposited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(nullable = false))]
    pub text: Option<String>,
}
