//! All subjects.

use strum::VariantArray;

/// The kinds of event, with their spelling on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::Display, strum::IntoStaticStr, strum::VariantArray)]
#[strum(const_into_str)]
pub enum Subject {
    /// `ticket:created`
    #[strum(serialize = "ticket:created")]
    TicketCreated,
    /// `ticket:updated`
    #[strum(serialize = "ticket:updated")]
    TicketUpdated,
    /// `ticket:withdrawn`
    #[strum(serialize = "ticket:withdrawn")]
    TicketWithdrawn,
    /// `order:created`
    #[strum(serialize = "order:created")]
    OrderCreated,
    /// `order:cancelled`
    #[strum(serialize = "order:cancelled")]
    OrderCancelled,
    /// `order:completed`
    #[strum(serialize = "order:completed")]
    OrderCompleted,
    /// `order:refunded`
    #[strum(serialize = "order:refunded")]
    OrderRefunded,
    /// `expiration:complete`
    #[strum(serialize = "expiration:complete")]
    ExpirationComplete,
    /// `payment:created`
    #[strum(serialize = "payment:created")]
    PaymentCreated,
    /// `payment:closed`
    #[strum(serialize = "payment:closed")]
    PaymentClosed,
    /// `payment:refunded`
    #[strum(serialize = "payment:refunded")]
    PaymentRefunded,
}

impl Subject {
    /// Every subject of the stream.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The spelling on the wire, without prefix.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.into_str()
    }
}
