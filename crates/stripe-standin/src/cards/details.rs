//! The details of a card, as typed in.

use serde::{Deserialize, Serialize};

use crate::{
    cards::{self, Decline, TestCard},
    clock,
    error::ApiError,
    params::Params,
};

const TEST_MODE: Decline = Decline {
    code: "card_declined",
    reason: Some("test_mode_live_card"),
    message: "Your card was declined. Your request was in test mode, but used a non test card. \
              For a list of valid test cards, visit: https://stripe.com/docs/testing.",
};

/// A test card with its expiry. The number is public, so it may be stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CardDetails {
    pub(crate) number: String,
    pub(crate) exp_month: i64,
    pub(crate) exp_year: i64,
}

impl CardDetails {
    /// A ready-made card; those expire next year.
    pub(crate) fn ready_made(card: &TestCard) -> Self {
        Self { number: card.number.to_owned(), exp_month: 12, exp_year: clock::month().0 + 1 }
    }

    /// Checks `card[number]`, `card[exp_month]`, `card[exp_year]` and `card[cvc]`.
    pub(crate) fn from_params(params: &Params) -> Result<Self, ApiError> {
        let number: String = params.required("card[number]")?.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        check_number(&number)?;
        params.required("card[exp_month]")?;
        params.required("card[exp_year]")?;
        let (exp_month, exp_year) = check_expiry(params)?;
        let card = cards::numbered(&number).ok_or_else(|| TEST_MODE.error())?;
        check_cvc(params.get("card[cvc]"), card)?;
        Ok(Self { number, exp_month, exp_year })
    }
}

fn check_number(number: &str) -> Result<(), ApiError> {
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !(12..=19).contains(&number.len()) {
        return Err(bad("invalid_number", "The card number is not a valid credit card number.", "number"));
    }
    if !passes_luhn(number) {
        return Err(bad("incorrect_number", "Your card number is incorrect.", "number"));
    }
    Ok(())
}

fn passes_luhn(number: &str) -> bool {
    let weighted = |(position, byte): (usize, u8)| {
        let digit = u32::from(byte - b'0') * if position % 2 == 1 { 2 } else { 1 };
        digit / 10 + digit % 10
    };
    number.bytes().rev().enumerate().map(weighted).sum::<u32>().is_multiple_of(10)
}

fn check_expiry(params: &Params) -> Result<(i64, i64), ApiError> {
    let month_invalid = || bad("invalid_expiry_month", "Your card's expiration month is invalid.", "exp_month");
    let year_invalid = || bad("invalid_expiry_year", "Your card's expiration year is invalid.", "exp_year");
    let month = params.integer("card[exp_month]").ok().flatten().filter(|month| (1..=12).contains(month));
    let month = month.ok_or_else(month_invalid)?;
    let year = params.integer("card[exp_year]").ok().flatten().ok_or_else(year_invalid)?;
    let year = if (0..100).contains(&year) { 2000 + year } else { year };

    let (this_year, this_month) = clock::month();
    if year < this_year || year > this_year + 50 {
        return Err(year_invalid());
    }
    if year == this_year && month < this_month {
        return Err(month_invalid());
    }
    Ok((month, year))
}

/// A missing CVC is fine, as it is with Stripe's API (the page asks for it).
fn check_cvc(cvc: Option<&str>, card: &TestCard) -> Result<(), ApiError> {
    let length = if card.brand == "amex" { 3..=4 } else { 3..=3 };
    let valid = |cvc: &str| length.contains(&cvc.len()) && cvc.bytes().all(|byte| byte.is_ascii_digit());
    if cvc.is_none_or(valid) {
        return Ok(());
    }
    Err(bad("invalid_cvc", "Your card's security code is invalid.", "cvc"))
}

fn bad(code: &'static str, message: &'static str, param: &str) -> ApiError {
    Decline::plain(code, message).error().param(param)
}
