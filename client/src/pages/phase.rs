//! The phases of an order, as pages show them.

use common::api::{
    Price,
    orders::{CancelReason, Order, OrderStatus},
};

use crate::{components::Progress, format};

/// What an order waits for, or how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    Pay,
    Confirming,
    Complete,
    /// Its time to pay is over; orders will cancel it.
    Expired,
    /// Cancelled by its buyer, or not paid in time; `None` if the reason is lost.
    Cancelled(Option<CancelReason>),
    /// Paid, but not in time.
    TooLate,
    /// Paid and refunded: `part` of it, or all.
    Refunded {
        bought: bool,
        part: Option<Price>,
    },
}

impl Phase {
    /// The phase of an order with `left` time to pay, in any unit.
    pub(super) fn of(order: &Order, left: i64, progress: &Progress) -> Self {
        let bought = order.status == OrderStatus::Complete;
        match order.status {
            OrderStatus::Complete | OrderStatus::Cancelled if order.refunded => {
                Self::Refunded { bought, part: order.refunded_amount }
            }
            OrderStatus::Complete => Self::Complete,
            OrderStatus::Cancelled if *progress == Progress::Paid => Self::TooLate,
            OrderStatus::Cancelled => Self::Cancelled(order.reason),
            OrderStatus::Created | OrderStatus::AwaitingPayment => match progress {
                Progress::Paid => Self::Confirming,
                // A payment that began in time may still succeed.
                Progress::Paying => Self::Pay,
                _ if left == 0 => Self::Expired,
                _ => Self::Pay,
            },
        }
    }

    /// The badge's classes and its text.
    pub(super) fn badge(self) -> (&'static str, &'static str) {
        match self {
            Self::Pay => ("badge held", "Waiting for payment"),
            Self::Confirming => ("badge held", "Confirming"),
            Self::Complete => ("badge done", "Paid"),
            Self::Expired | Self::Cancelled(Some(CancelReason::Expired)) => ("badge over", "Expired"),
            Self::Cancelled(_) => ("badge over", "Cancelled"),
            Self::TooLate => ("badge over", "Paid too late"),
            Self::Refunded { part: None, .. } => ("badge over", "Refunded"),
            Self::Refunded { part: Some(_), bought: true } => ("badge done", "Partly refunded"),
            Self::Refunded { part: Some(_), bought: false } => ("badge over", "Partly refunded"),
        }
    }

    /// The meaning for the buyer.
    pub(super) fn meaning(self) -> String {
        let text = match self {
            Self::Pay => "The ticket is held for you.",
            Self::Confirming => "Your payment has arrived and is being confirmed.",
            Self::Complete => "The ticket is yours. Enjoy it!",
            Self::Expired => {
                "The time to pay is over. The ticket goes back on sale in a moment. Should a payment still arrive, it is given back in full."
            }
            Self::Cancelled(Some(CancelReason::Buyer)) => "You cancelled this order. Nothing was charged.",
            Self::Cancelled(Some(CancelReason::Expired)) => "The time to pay ran out. Nothing was charged.",
            Self::Cancelled(None) => "The order has ended without a purchase: it was cancelled, or not paid in time.",
            Self::TooLate => "The payment came too late for the ticket and is being given back in full.",
            Self::Refunded { bought: false, part: None } => {
                "The payment came too late and has been given back in full."
            }
            Self::Refunded { bought: true, part: None } => "You paid for this ticket and got your money back in full.",
            Self::Refunded { bought, part: Some(part) } => {
                let first = if bought { "The ticket is yours." } else { "The payment came too late." };
                return format!("{first} You got {} of your payment back.", format::money(part));
            }
        };
        text.to_owned()
    }

    /// How many of the steps Held, Pay and Yours are taken.
    pub(super) fn steps(self) -> usize {
        match self {
            Self::Pay | Self::Confirming => 2,
            _ if self.is_bought() => 3,
            _ => 0,
        }
    }

    /// Whether the ticket is the buyer's.
    pub(super) fn is_bought(self) -> bool {
        matches!(self, Self::Complete | Self::Refunded { bought: true, part: Some(_) })
    }

    /// In a few words.
    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::Pay => "Held for you",
            Self::Confirming => "Almost yours",
            _ if self.is_bought() => "It’s yours",
            Self::Expired | Self::TooLate => "The time ran out",
            Self::Refunded { .. } => "You got your money back",
            _ => "Not bought",
        }
    }

    /// Whether the ticket may be for sale again.
    pub(super) fn lets_go(self) -> bool {
        matches!(self, Self::Expired | Self::Cancelled(_) | Self::TooLate | Self::Refunded { bought: false, .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(status: &str, refunded: bool, amount: Option<&str>) -> Order {
        let mut order = serde_json::json!({
            "id": "65a000000000000000000001", "userId": "65a000000000000000000002", "status": status,
            "expiresAt": "2026-11-25T12:00:00Z", "version": 1, "refunded": refunded,
            "ticket": { "id": "65a000000000000000000003", "title": "Concert", "price": 20 },
        });
        if let Some(amount) = amount {
            order["refundedAmount"] = amount.into();
        }
        serde_json::from_value(order).unwrap()
    }

    #[test]
    fn a_refunded_order_shows_the_amount_and_whether_the_ticket_was_kept() {
        let (kept, late) = ("The ticket is yours.", "The payment came too late");
        for (status, amount, badge, meaning) in [
            ("complete", None, "Refunded", "You paid for this ticket and got your money back in full."),
            ("complete", Some("5"), "Partly refunded", &format!("{kept} You got $5.00 of your payment back.")),
            ("cancelled", None, "Refunded", &format!("{late} and has been given back in full.")),
            ("cancelled", Some("5"), "Partly refunded", &format!("{late}. You got $5.00 of your payment back.")),
        ] {
            for progress in [Progress::Loading, Progress::Ready(None), Progress::Paid] {
                let phase = Phase::of(&order(status, true, amount), 60, &progress);
                assert_eq!((phase.badge().1, phase.meaning().as_str()), (badge, meaning), "{status} {amount:?}");
                assert_eq!(phase.lets_go(), status == "cancelled");
            }
        }
    }

    #[test]
    fn only_an_open_order_with_time_left_can_be_paid() {
        for (status, refunded, left, payable) in [
            ("created", false, 60, true),
            ("awaiting:payment", false, 1, true),
            ("created", false, 0, false),
            ("complete", false, 60, false),
            ("complete", true, 60, false),
            ("cancelled", false, 60, false),
            ("cancelled", true, 60, false),
        ] {
            let phase = Phase::of(&order(status, refunded, None), left, &Progress::Ready(None));
            assert_eq!(phase == Phase::Pay, payable, "{status} {refunded} {left}");
        }
    }
}
