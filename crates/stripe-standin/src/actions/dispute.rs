//! Disputes.

use crate::{
    error::ApiError,
    models::{Charge, Dispute, DisputeStatus},
    store::Store,
};

impl Store {
    /// Opens a dispute about a paid intent if there is none, and closes it if the status is final.
    pub(crate) fn dispute(&mut self, intent: &str, status: DisputeStatus) -> Result<Dispute, ApiError> {
        let charge = self.paid_charge(intent)?;
        let mut dispute = match self.dispute_of(&charge).cloned() {
            Some(dispute) if dispute.status.is_final() || !status.is_final() => return Err(already(&dispute)),
            Some(dispute) => dispute,
            None => self.open_dispute(&charge)?,
        };
        if status.is_final() {
            dispute.status = status;
            self.emit("charge.dispute.closed", &dispute.show());
        }
        self.put(&dispute.id, dispute.clone());
        Ok(dispute)
    }

    /// The dispute about a charge, open or closed.
    pub(crate) fn dispute_of(&self, charge: &str) -> Option<&Dispute> {
        self.get(self.get::<Charge>(charge)?.dispute.as_ref()?)
    }

    fn open_dispute(&mut self, charge: &str) -> Result<Dispute, ApiError> {
        let charge = self.get_mut::<Charge>(charge).ok_or_else(|| ApiError::missing("charge", charge))?;
        if charge.refundable() == 0 {
            return Err(ApiError::invalid(format!("Charge {} has been refunded: nothing to dispute.", charge.id)));
        }
        let dispute = Dispute::about(charge);
        charge.dispute = Some(dispute.id.clone());
        self.emit("charge.dispute.created", &dispute.show());
        Ok(dispute)
    }
}

fn already(dispute: &Dispute) -> ApiError {
    ApiError::invalid(format!("There is a dispute about this payment already: {}.", dispute.id))
}
