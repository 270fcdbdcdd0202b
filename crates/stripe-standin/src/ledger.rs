//! The ledger: the amounts that were captured and refunded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    models::{Charge, PaymentIntent, Status},
    store::Store,
};

/// All intents, oldest first, and their totals.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// One entry per intent.
    pub intents: Vec<LedgerEntry>,
    /// Over all intents.
    pub totals: Totals,
}

/// The payments and refunds of one intent, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerEntry {
    /// `pi_…`
    pub id: String,
    /// As given when it was created.
    pub metadata: BTreeMap<String, String>,
    /// The amount of the intent.
    pub amount: i64,
    /// Lower case, three letters.
    pub currency: String,
    /// The current status.
    pub status: Status,
    /// The captured amount.
    pub captured: i64,
    /// The refunded amount.
    pub refunded: i64,
    /// The number of confirmations, without replayed responses.
    pub confirms: u32,
    /// Seconds since the epoch.
    pub created: i64,
}

/// Totals over all intents, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// The number of intents.
    pub intents: usize,
    /// The number of succeeded intents.
    pub succeeded: usize,
    /// The captured amount.
    pub captured: i64,
    /// The refunded amount.
    pub refunded: i64,
    /// Captured minus refunded.
    pub net: i64,
}

impl Store {
    pub(crate) fn ledger(&self) -> Ledger {
        let mut intents: Vec<_> = self.all().map(|intent| self.entry(intent)).collect();
        intents.sort_by_key(|entry| entry.created);
        let captured = intents.iter().map(|entry| entry.captured).sum();
        let refunded = intents.iter().map(|entry| entry.refunded).sum();
        let totals = Totals {
            intents: intents.len(),
            succeeded: intents.iter().filter(|entry| entry.status == Status::Succeeded).count(),
            captured,
            refunded,
            net: captured - refunded,
        };
        Ledger { intents, totals }
    }

    fn entry(&self, intent: &PaymentIntent) -> LedgerEntry {
        let charge = self.latest_charge(intent);
        LedgerEntry {
            id: intent.id.clone(),
            metadata: intent.metadata.clone(),
            amount: intent.amount,
            currency: intent.currency.clone(),
            status: intent.status,
            captured: charge.map_or(0, Charge::captured),
            refunded: charge.map_or(0, |charge| charge.refunded),
            confirms: intent.confirms,
            created: intent.created,
        }
    }
}
