//! The acts, one per file, of steps that they share.

mod cancelled;
mod declined;
mod expired;
mod sale;
mod steps;

pub(super) use cancelled::cancelled;
pub(super) use declined::declined;
pub(super) use expired::expired;
pub(super) use sale::sale;

use anyhow::Result;

use super::stage::Stage;
use crate::shopper::Shopper;

/// Who plays.
pub(super) struct Cast {
    seller: Shopper,
    buyer: Shopper,
}

impl Cast {
    /// Two people whom the shop has not seen before.
    pub(super) async fn sign_up(stage: &mut Stage<'_>) -> Result<Self> {
        Ok(Self { seller: stage.newcomer("seller").await?, buyer: stage.newcomer("buyer").await? })
    }
}
