//! The actions, one per file. Each has exclusive access to the store and emits its events there.

mod authenticate;
mod cancel;
mod confirm;
mod create_intent;
mod dispute;
mod payment_method;
mod refund;
