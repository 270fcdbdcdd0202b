//! All subjects.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kinds of event, spelled on the wire as the original spells them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// `ticket:created`
    #[serde(rename = "ticket:created")]
    TicketCreated,
    /// `ticket:updated`
    #[serde(rename = "ticket:updated")]
    TicketUpdated,
    /// `order:created`
    #[serde(rename = "order:created")]
    OrderCreated,
    /// `order:cancelled`
    #[serde(rename = "order:cancelled")]
    OrderCancelled,
    /// `expiration:complete`
    #[serde(rename = "expiration:complete")]
    ExpirationComplete,
    /// `payment:created`
    #[serde(rename = "payment:created")]
    PaymentCreated,
    /// `payment:closed`, which the original lacks.
    #[serde(rename = "payment:closed")]
    PaymentClosed,
    /// `payment:refunded`, which the original lacks.
    #[serde(rename = "payment:refunded")]
    PaymentRefunded,
}

impl Subject {
    /// Every subject of the stream.
    pub const ALL: [Self; 8] = [
        Self::TicketCreated,
        Self::TicketUpdated,
        Self::OrderCreated,
        Self::OrderCancelled,
        Self::ExpirationComplete,
        Self::PaymentCreated,
        Self::PaymentClosed,
        Self::PaymentRefunded,
    ];

    /// The spelling on the wire, without prefix.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TicketCreated => "ticket:created",
            Self::TicketUpdated => "ticket:updated",
            Self::OrderCreated => "order:created",
            Self::OrderCancelled => "order:cancelled",
            Self::ExpirationComplete => "expiration:complete",
            Self::PaymentCreated => "payment:created",
            Self::PaymentClosed => "payment:closed",
            Self::PaymentRefunded => "payment:refunded",
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_str_is_the_wire_spelling() {
        for subject in Subject::ALL {
            assert_eq!(serde_json::to_value(subject).unwrap(), subject.as_str());
        }
    }
}
