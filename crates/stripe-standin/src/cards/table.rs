//! Stripe's documented test cards: <https://docs.stripe.com/testing>.

use crate::error::ApiError;

/// A test card with its documented behaviour.
#[derive(Debug)]
pub(crate) struct TestCard {
    pub(crate) number: &'static str,
    pub(crate) brand: &'static str,
    /// `visa` stands for `pm_card_visa` and `tok_visa`.
    names: &'static [&'static str],
    /// Its bank asks the cardholder first (3DS).
    pub(crate) authentication: bool,
    pub(crate) decline: Option<Decline>,
}

/// Why a card is declined, in Stripe's words.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decline {
    pub(crate) code: &'static str,
    /// `decline_code`: the bank's reason.
    pub(crate) reason: Option<&'static str>,
    pub(crate) message: &'static str,
}

impl Decline {
    pub(crate) fn error(&self) -> ApiError {
        let error = ApiError::card(self.message).code(self.code);
        match self.reason {
            Some(reason) => error.with("decline_code", reason),
            None => error,
        }
    }

    const fn by_bank(reason: &'static str, message: &'static str) -> Self {
        Self { code: "card_declined", reason: Some(reason), message }
    }

    pub(crate) const fn plain(code: &'static str, message: &'static str) -> Self {
        Self { code, reason: None, message }
    }
}

const DECLINED: &str = "Your card was declined.";
const GENERIC: Decline = Decline::by_bank("generic_decline", DECLINED);
const NO_FUNDS: Decline = Decline::by_bank("insufficient_funds", "Your card has insufficient funds.");
const LOST: Decline = Decline::by_bank("lost_card", DECLINED);
const STOLEN: Decline = Decline::by_bank("stolen_card", DECLINED);
const EXPIRED: Decline = Decline::plain("expired_card", "Your card has expired.");
const WRONG_CVC: Decline = Decline::plain("incorrect_cvc", "Your card's security code is incorrect.");
const PROCESSING: Decline =
    Decline::plain("processing_error", "An error occurred while processing your card. Try again in a little bit.");

const fn pays(number: &'static str, brand: &'static str, names: &'static [&'static str]) -> TestCard {
    TestCard { number, brand, names, authentication: false, decline: None }
}

const fn declines(number: &'static str, names: &'static [&'static str], decline: Decline) -> TestCard {
    TestCard { number, brand: "visa", names, authentication: false, decline: Some(decline) }
}

const fn asks(number: &'static str, names: &'static [&'static str], then: Option<Decline>) -> TestCard {
    TestCard { number, brand: "visa", names, authentication: true, decline: then }
}

const TEST_CARDS: &[TestCard] = &[
    pays("4242424242424242", "visa", &["visa"]),
    pays("4000056655665556", "visa", &["visa_debit"]),
    pays("5555555555554444", "mastercard", &["mastercard"]),
    pays("378282246310005", "amex", &["amex"]),
    pays("6011111111111117", "discover", &["discover"]),
    declines("4000000000000002", &["chargeDeclined", "visa_chargeDeclined"], GENERIC),
    declines(
        "4000000000009995",
        &["chargeDeclinedInsufficientFunds", "visa_chargeDeclinedInsufficientFunds"],
        NO_FUNDS,
    ),
    declines("4000000000009987", &["chargeDeclinedLostCard", "visa_chargeDeclinedLostCard"], LOST),
    declines("4000000000009979", &["chargeDeclinedStolenCard", "visa_chargeDeclinedStolenCard"], STOLEN),
    declines("4000000000000069", &["chargeDeclinedExpiredCard"], EXPIRED),
    declines("4000000000000127", &["chargeDeclinedIncorrectCvc"], WRONG_CVC),
    declines("4000000000000119", &["chargeDeclinedProcessingError"], PROCESSING),
    asks("4000002760003184", &["authenticationRequired"], None),
    asks("4000002500003155", &["authenticationRequiredOnSetup"], None),
    asks("4000000000003220", &["threeDSecure2Required", "threeDSecureRequired"], None),
    asks("4000008400001629", &["threeDSecureRequiredChargeDeclined"], Some(GENERIC)),
    asks("4000008260003178", &["authenticationRequiredChargeDeclinedInsufficientFunds"], Some(NO_FUNDS)),
];

/// The test card of this number.
pub(crate) fn numbered(number: &str) -> Option<&'static TestCard> {
    TEST_CARDS.iter().find(|card| card.number == number)
}

/// The test card behind a ready-made `pm_card_…` or `tok_…`.
pub(crate) fn named(name: &str) -> Option<&'static TestCard> {
    TEST_CARDS.iter().find(|card| card.names.contains(&name))
}
