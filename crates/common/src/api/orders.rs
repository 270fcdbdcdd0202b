//! Orders.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{FieldError, Fields, OrderId, Price, TicketId, UserId, Version, tickets::About};

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, strum::IntoStaticStr)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema, schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum OrderStatus {
    /// The ticket is held; nothing is paid.
    Created,
    /// Given up by the buyer, or not paid in time.
    Cancelled,
    /// Part of the wire format; nothing sets it yet.
    #[serde(rename = "awaiting:payment")]
    #[strum(serialize = "awaiting:payment")]
    AwaitingPayment,
    /// Paid.
    Complete,
}

impl OrderStatus {
    /// Every status that keeps the ticket from others.
    pub const LIVE: [Self; 3] = [Self::Created, Self::AwaitingPayment, Self::Complete];

    /// The status' spelling on the wire and in documents.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether the order keeps the ticket from others.
    #[must_use]
    pub fn is_live(self) -> bool {
        Self::LIVE.contains(&self)
    }

    /// Whether an order of this status may turn into one of that.
    #[must_use]
    pub fn can_become(self, next: Self) -> bool {
        match self {
            Self::Created => matches!(next, Self::AwaitingPayment | Self::Complete | Self::Cancelled),
            Self::AwaitingPayment => matches!(next, Self::Complete | Self::Cancelled),
            Self::Complete | Self::Cancelled => false,
        }
    }
}

/// The body of `POST /api/orders`, validated.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct OrderRequest {
    /// The ticket to buy.
    pub ticket_id: TicketId,
    /// What the buyer has seen it cost; an order at another price is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(required = false, schema_with = super::price::price_or_text_or_null))]
    pub price: Option<Price>,
    /// The account that the buyer believes to use; an order of another one is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(required = false, schema_with = user_or_blank))]
    pub user_id: Option<UserId>,
}

/// An absent or blank account is any.
#[cfg(feature = "server")]
fn user_or_blank() -> utoipa::openapi::schema::Schema {
    use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
    let text = ObjectBuilder::new().schema_type(SchemaType::Array(vec![Type::String, Type::Null]));
    text.pattern(Some(r"^\s*([0-9a-fA-F]{24})?\s*$")).into()
}

impl OrderRequest {
    /// Reads the body; reports every wrong field.
    pub fn parse(fields: &Fields) -> Result<Self, Vec<FieldError>> {
        let ticket_id = fields.text("ticketId").and_then(|id| id.trim().parse().ok());
        let ticket_id = ticket_id.ok_or_else(|| FieldError::new("ticketId", "ticketId must be provided"));
        let price = fields.value("price").map(|price| serde_json::from_value(price.clone())).transpose();
        let price = price.map_err(|error| FieldError::new("price", error.to_string()));
        let user = match fields.value("userId") {
            None => Ok(None),
            Some(Value::String(id)) if id.trim().is_empty() => Ok(None),
            Some(id) => id.as_str().and_then(|id| id.trim().parse().ok()).map(Some).ok_or(()),
        };
        let user = user.map_err(|()| FieldError::new("userId", "userId must be a user's id"));
        match (ticket_id, price, user) {
            (Ok(ticket_id), Ok(price), Ok(user_id)) => Ok(Self { ticket_id, price, user_id }),
            (ticket_id, price, user) => Err([ticket_id.err(), price.err(), user.err()].into_iter().flatten().collect()),
        }
    }
}

/// An order, as its buyer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Its identifier.
    pub id: OrderId,
    /// The buyer.
    pub user_id: UserId,
    /// Where it stands.
    pub status: OrderStatus,
    /// When the hold ends unless it is paid.
    #[serde(with = "super::time")]
    pub expires_at: DateTime<Utc>,
    /// What is bought, as it was when it was ordered.
    pub ticket: OrderedTicket,
    /// Changes since creation.
    pub version: Version,
    /// Money has been given back: all of it, unless `refunded_amount` says how much.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refunded: bool,
    /// How much has been given back, in dollars, if it was not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(nullable = false))]
    pub refunded_amount: Option<Price>,
    /// When it was paid, if it was and that is known.
    #[serde(default, with = "super::time::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(nullable = false))]
    pub paid_at: Option<DateTime<Utc>>,
    /// The card that paid it, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(nullable = false))]
    pub card: Option<Card>,
    /// Why it was cancelled, if it was and that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(nullable = false))]
    pub reason: Option<CancelReason>,
}

/// A card, as far as its holder recognizes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema, schemars::JsonSchema))]
pub struct Card {
    /// `visa`, `mastercard` and others: <https://docs.stripe.com/api/charges/object>.
    #[cfg_attr(feature = "server", schema(example = "visa"))]
    pub brand: String,
    /// The last four digits of its number.
    #[cfg_attr(feature = "server", schema(example = "4242"))]
    pub last4: String,
}

/// Why an order was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, strum::IntoStaticStr)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum CancelReason {
    /// Its buyer gave it up.
    Buyer,
    /// It was not paid in time.
    Expired,
}

/// The ticket in an order: its price is what the buyer pays, whatever the
/// seller changes later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct OrderedTicket {
    /// The ticket.
    pub id: TicketId,
    /// Of the event.
    pub title: String,
    /// In dollars.
    pub price: Price,
    /// When, where and what.
    #[serde(flatten)]
    pub about: About,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_order_stays_as_it_is() {
        use OrderStatus::{AwaitingPayment, Cancelled, Complete, Created};
        for ended in [Complete, Cancelled] {
            for next in [Created, AwaitingPayment, Complete, Cancelled] {
                assert!(!ended.can_become(next));
            }
        }
        assert!(Created.can_become(Complete) && Created.can_become(Cancelled) && !Created.can_become(Created));
    }

    #[test]
    fn an_order_names_a_ticket_and_perhaps_its_price() {
        let parse = |body: &str| OrderRequest::parse(&Fields::parse(body.as_bytes()).unwrap());
        let id = "65a000000000000000000001";
        assert_eq!(parse(&format!(r#"{{"ticketId":"{id}"}}"#)).unwrap().price, None);
        let seen = parse(&format!(r#"{{"ticketId":" {id} ","price":"20.50"}}"#)).unwrap().price;
        assert_eq!(seen, Some("20.5".parse().unwrap()));
        for (body, wrong) in [
            ("{}", vec!["ticketId"]),
            (r#"{"ticketId":"x","price":"free"}"#, vec!["ticketId", "price"]),
            (r#"{"ticketId":"65a000000000000000000001","price":[1]}"#, vec!["price"]),
            (r#"{"ticketId":"65a000000000000000000001","userId":"x"}"#, vec!["userId"]),
        ] {
            let errors = parse(body).unwrap_err();
            assert_eq!(errors.iter().filter_map(|error| error.field.as_deref()).collect::<Vec<_>>(), wrong, "{body}");
        }
    }

    #[test]
    fn as_str_is_the_wire_spelling() {
        for status in
            [OrderStatus::Created, OrderStatus::Cancelled, OrderStatus::AwaitingPayment, OrderStatus::Complete]
        {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
