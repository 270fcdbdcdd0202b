//! Request and response types, shared by the services and the storefront.

pub mod errors;
pub mod fields;
pub mod ids;
pub mod orders;
pub mod payments;
pub mod price;
pub mod tickets;
pub mod time;
pub mod users;

pub use errors::{ErrorBody, FieldError};
pub use fields::Fields;
pub use ids::{OrderId, PaymentId, TicketId, UserId, Version};
pub use price::Price;
